"""A look at markup before the parser gets it: what no page is made of, and what would keep the parser busy for minutes.

How deep elements are nested is looked at in extractors/tree.py, which can do something about it.
"""

from __future__ import annotations

from corpus.errors import ExtractionError

__all__ = ["refuse_monsters"]

_MAX_TAGS = 1_000_000  # some 10 s of work; pages have thousands
_MAX_ATTRIBUTES = 20_000  # of an element: libxml2 compares each with all before it
_MAX_TAG = 10_000_000  # characters of one tag; pictures within a page (data: addresses) stay below that
_SMALL = 2 * _MAX_ATTRIBUTES  # characters: a page below that cannot have so much of anything


def refuse_monsters(html: str) -> None:
    """Raise ExtractionError (stage `parse`) for too many tags, or a tag with too many or too large attributes."""
    if len(html) < _SMALL:
        return
    if html.count("<") > _MAX_TAGS:
        raise ExtractionError(f"the page has more than {_MAX_TAGS:,} tags", stage="parse")
    for piece in html.split("<"):
        if len(piece) < _SMALL or not piece[0].isalpha():
            continue
        tag = piece.partition(">")[0]
        if len(tag) > _MAX_TAG:
            raise ExtractionError(f"the page has attributes of more than {_MAX_TAG:,} characters", stage="parse")
        if len(tag) >= _SMALL and tag.count("=") > _MAX_ATTRIBUTES and len(tag.split()) > _MAX_ATTRIBUTES:
            raise ExtractionError(f"an element of the page has more than {_MAX_ATTRIBUTES:,} attributes", stage="parse")
