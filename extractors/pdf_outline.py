"""The outline of a PDF (its bookmarks), and the lines of pages that are headings because the outline names them.

An outline names the headings as the writer has them, with their level and the page they stand on, so it knows
headings that are set like the text around them. Outlines come from strangers: they may run in circles or name a
million places, and whatever is wrong in one leaves it shorter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFObjRef, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import decode_text

from extractors.pdf_lines import Line
from extractors.pdf_sheet import MAX_PAGES

MAX_ENTRIES = 2_000  # of an outline; whole books have some hundreds
_MAX_NAMES = 20_000  # of named places; LaTeX names every equation
_MAX_TITLE = 250  # characters
_MAX_LINES = 4  # of a heading
_LEAST_LETTERS = 3
_NUMBER = re.compile(r"\s*(?:\d+|[A-Z]|[IVXLC]+)?(?:\.\d+)*[.)]?\s+(?=\S)")


class Entry(NamedTuple):
    """A heading as the outline has it: its text, its level from 1, and its page from 1, 0 where that is not told."""

    title: str
    level: int
    page: int


class Titles:
    """The headings of an outline, each to be found once."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._places: dict[str, list[tuple[int, int]]] = {}
        for entry in entries:
            key = _key(entry.title)
            if sum(map(str.isalpha, key)) >= _LEAST_LETTERS:
                self._places.setdefault(key, []).append((entry.page, entry.level))
        self._longest = max(map(len, self._places), default=0)

    def find(self, column: Sequence[Line], page: int) -> dict[int, tuple[int, int]]:
        """Which lines of a column are headings: (number of lines, level) by the first line."""
        found: dict[int, tuple[int, int]] = {}
        i = 0
        while self._places and i < len(column):
            count, level = self._at(column, i, page)
            if count:
                found[i] = count, level
            i += count or 1
        return found

    def _at(self, column: Sequence[Line], i: int, page: int) -> tuple[int, int]:
        text = ""
        for count in range(1, min(_MAX_LINES, len(column) - i) + 1):
            line = column[i + count - 1]
            if count > 1 and (line.size, line.bold) != (column[i].size, column[i].bold):
                break
            text += " " + line.shown
            key = _key(text)
            if len(key) > self._longest:
                break
            places = self._places.get(key, [])
            for place in places:
                if place[0] in {0, page}:
                    places.remove(place)
                    return count, place[1]
        return 0, 0


def _key(title: str) -> str:
    """Letters and digits of a title, without its number."""
    text = unicodedata.normalize("NFKC", title[:_MAX_TITLE]).casefold().upper()
    number = _NUMBER.match(text)
    return "".join(c for c in text[number.end() if number else 0 :] if c.isalnum())


# ---- reading ---------------------------------------------------------------------------------------------------------


def outline_of(pdf: PDFDocument) -> tuple[Entry, ...]:
    """The outline in order of reading. Raises what pdfminer raises on damage."""
    root = resolve1(pdf.catalog.get("Outlines"))
    if not isinstance(root, dict) or not root.get("First"):
        return ()
    items = list(_items(root))
    pages = {page.pageid: n for n, page in enumerate(islice(PDFPage.create_pages(pdf), MAX_PAGES), start=1)}
    targets = [_target(item) for item, _ in items]
    names = _named(pdf) if any(isinstance(target, str) for target in targets) else {}
    found = []
    for (item, level), target in zip(items, targets, strict=True):
        title = resolve1(item.get("Title"))
        if isinstance(title, bytes | str):
            place = names.get(target) if isinstance(target, str) else target
            shown = " ".join((decode_text(title) if isinstance(title, bytes) else title)[: 2 * _MAX_TITLE].split())
            found.append(Entry(shown[:_MAX_TITLE], level, _page_of(place, pages)))
    return tuple(found)


def _items(root: dict[str, Any]) -> Iterable[tuple[dict[str, Any], int]]:
    """The entries below a root with their levels, each once."""
    seen: set[int] = set()
    open_ends: list[tuple[Any, int]] = [(root.get("First"), 1)]
    while open_ends and len(seen) < MAX_ENTRIES:
        value, level = open_ends.pop()
        item = resolve1(value)
        number = value.objid if isinstance(value, PDFObjRef) else id(item)
        if not isinstance(item, dict) or number in seen:
            continue
        seen.add(number)
        yield item, level
        open_ends += [(item.get("Next"), level), (item.get("First"), level + 1)]


def _target(item: dict[str, Any]) -> Any:
    """Where an entry leads: an array that begins with a page, the name of such a place, or None."""
    target = resolve1(item.get("Dest"))
    action = resolve1(item.get("A"))
    if target is None and isinstance(action, dict):
        target = resolve1(action.get("D"))
    return _name(target) or target


def _name(value: Any) -> str:
    if isinstance(value, PSLiteral):
        value = value.name
    return value.decode("latin-1") if isinstance(value, bytes) else value if isinstance(value, str) else ""


def _named(pdf: PDFDocument) -> dict[str, Any]:
    """The named places of a document, from the dictionary of old files or the tree of newer ones."""
    old = resolve1(pdf.catalog.get("Dests"))
    found = dict(islice(old.items(), _MAX_NAMES)) if isinstance(old, dict) else {}
    names = resolve1(pdf.catalog.get("Names"))
    open_ends = [names.get("Dests")] if isinstance(names, dict) else []
    seen: set[int] = set()
    while open_ends and len(found) < _MAX_NAMES and len(seen) < _MAX_NAMES:
        value = open_ends.pop()
        node = resolve1(value)
        number = value.objid if isinstance(value, PDFObjRef) else id(node)
        if isinstance(node, dict) and number not in seen:
            seen.add(number)
            pairs = resolve1(node.get("Names")) or []
            found |= {_name(resolve1(key)): place for key, place in zip(pairs[::2], pairs[1::2], strict=False)}
            open_ends += reversed(resolve1(node.get("Kids")) or [])
    return found


def _page_of(place: Any, pages: Mapping[object, int]) -> int:
    place = resolve1(place)
    place = resolve1(place.get("D")) if isinstance(place, dict) else place
    first = place[0] if isinstance(place, list) and place else None
    if isinstance(first, PDFObjRef):
        return pages.get(first.objid, 0)
    return first + 1 if isinstance(first, int) and 0 <= first < MAX_PAGES else 0
