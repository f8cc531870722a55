"""The document phase of cleaning: what can be done to a document without knowing the rest of its corpus.

Repairs come first, since every later cleaner reads words; then lines become paragraphs, furniture is proposed on clean
lines, and the source's own rules have the last word.
"""

from __future__ import annotations

from collections.abc import Callable

from cleaners.boilerplate import propose_boilerplate
from cleaners.characters import clean_characters
from cleaners.glyphs import repair_glyphs
from cleaners.headings import strip_permalinks
from cleaners.layout import tidy_layout
from cleaners.repair import MOJIBAKE, repair_metadata
from cleaners.source_rules import apply_source_rules
from cleaners.whitespace import clean_whitespace
from corpus.collection import collection_paused
from corpus.document import Document

Cleaner = Callable[[Document], Document]

DOCUMENT_PHASE: tuple[Cleaner, ...] = (
    *MOJIBAKE.values(),
    repair_glyphs,
    repair_metadata,
    clean_characters,
    tidy_layout,
    clean_whitespace,
    strip_permalinks,
    propose_boilerplate,
    apply_source_rules,
)


@collection_paused
def prepare(document: Document) -> Document:
    """Run the document phase: repairs, characters, white space, proposals of what is furniture."""
    for cleaner in DOCUMENT_PHASE:
        document = cleaner(document)
    return document
