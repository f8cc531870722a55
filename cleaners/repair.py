"""Repair of plain text: mojibake and lost font maps, nothing else.

`limpide.repair` in one place. The stages are those of the pipeline, run on a document without blocks, so white space,
furniture and everything else stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from cleaners.glyphs import repair_glyphs
from cleaners.mojibake import repair_mojibake
from corpus.document import Document, Edit
from corpus.errors import LimpideError

STAGES: dict[str, Callable[[Document], Document]] = {
    "mojibake": repair_mojibake,
    "glyphs": repair_glyphs,
}
"""The repair stages by name, in the order in which they run."""


METADATA = ("title", "author", "site_name")


def repair_metadata(document: Document) -> Document:
    """The same for what a page says about itself; it is no part of the text, so the ledger does not tell of it."""
    found = {name: getattr(document, name) for name in METADATA}
    repaired = {name: repair(value).text.strip() for name, value in found.items() if value}
    changed = {name: value for name, value in repaired.items() if value != found[name]}
    return document.with_(**changed) if changed else document


class Repaired(NamedTuple):
    """A repaired text and the edits, in offsets of the text as given, that lead to it."""

    text: str
    edits: tuple[Edit, ...]


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
