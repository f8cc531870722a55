"""Repair of plain text: mojibake and lost font maps, nothing else.

`limpide.repair` in one place. The stages are those of the pipeline, run on a document without blocks, so white space,
furniture and everything else stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from cleaners.escapes import repair_escapes
from cleaners.glyphs import repair_glyphs
from cleaners.glyphs.controls import repair_control_characters
from cleaners.legacy_encodings import repair_dense_encodings, repair_legacy_encodings
from cleaners.letter_spacing import repair_letter_spacing
from cleaners.lost_letters import repair_lost_letters
from cleaners.mojibake import repair_mojibake
from cleaners.pdf_letters import repair_pdf_letters
from cleaners.spacing_accents import repair_spacing_accents
from cleaners.utf8_readings import repair_lossy_utf8, repair_utf8_readings
from corpus.collection import collection_paused
from corpus.document import Document, Edit
from corpus.errors import LimpideError

MOJIBAKE: dict[str, Callable[[Document], Document]] = {
    "font-controls": repair_control_characters,
    "escapes": repair_escapes,
    "dense-encodings": repair_dense_encodings,
    "lossy-utf8": repair_lossy_utf8,
    "mojibake": repair_mojibake,
    "utf8-readings": repair_utf8_readings,
    "spacing-accents": repair_spacing_accents,
    "legacy-encodings": repair_legacy_encodings,
    "pdf-letters": repair_pdf_letters,
    "lost-letters": repair_lost_letters,
    "letter-spacing": repair_letter_spacing,
}
"""The stages that mend characters by name, in the order in which they run: what an earlier one leaves is plainer."""

STAGES: dict[str, Callable[[Document], Document]] = {**MOJIBAKE, "glyphs": repair_glyphs}
"""The repair stages by name, in the order in which they run."""


METADATA = ("title", "author", "site_name")


def repair_metadata(document: Document) -> Document:
    """The same for what a page says about itself; it is no part of the text, so the ledger does not tell of it."""
    found = {name: getattr(document, name) for name in METADATA}
    repaired = {name: _repaired(value) for name, value in found.items() if value and not is_healthy(value)}
    changed = {name: value for name, value in repaired.items() if value != found[name]}
    return document.with_(**changed) if changed else document


_PLAIN = re.compile("[A-Za-z0-9 .,:;!’'()/+éèàâêîôûçëïüùäöáíóúñ-]*")
_FEWEST_WORDS = 3  # that letter spacing and lost font maps take, if no word is as long as a line without its spaces
_LONGEST_WORD = 23


def is_healthy(value: str) -> bool:
    """Whether no stage can find anything in a title or name, told in a microsecond."""
    words = value.split()
    return (
        len(words) < _FEWEST_WORDS
        and all(len(word) <= _LONGEST_WORD for word in words)
        and value == value.strip()
        and _PLAIN.fullmatch(value) is not None
    )


@lru_cache(maxsize=4096)  # the pages of a site share its name and their authors
def _repaired(value: str) -> str:
    return repair(value).text.strip()


class Repaired(NamedTuple):
    """A repaired text and the edits, in offsets of the text as given, that lead to it."""

    text: str
    edits: tuple[Edit, ...]


@collection_paused
def repair(
    text: str,
    *,
    language: str | None = None,
    without: Collection[str] = (),
    stages: Sequence[str] | None = None,
) -> Repaired:
    """Repair mojibake and text garbled by lost font maps.

    Args:
        text: any text.
        language: ISO 639-1 code where it is known; a hint, never forced on the text.
        without: families of font map tables to leave out. Families are open-ended, so unknown names are accepted.
        stages: names of the stages to run, by default all; they run in their own order, whatever the order of names.

    Raises LimpideError on the name of a stage that does not exist.
    """
    wanted = STAGES if stages is None else stages
    unknown = [name for name in wanted if name not in STAGES]
    if unknown:
        raise LimpideError(f"no repair stage is called {unknown[0]!r}: the stages are {', '.join(STAGES)}")
    document = Document(raw_text=text, text=text, language_declared=language)
    for name, stage in STAGES.items():
        if name in wanted:
            document = repair_glyphs(document, without=without) if name == "glyphs" else stage(document)
    return Repaired(document.text, document.edits)
