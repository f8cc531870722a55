"""What a PDF says about itself, asked of pdfium: for files on which pdfminer gives up."""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

from extractors.pdf_outline import MAX_ENTRIES, Entry

_MAX_TEXT = 4_000  # bytes of a text that is taken over
_MAX_DEPTH = 20  # of an outline


def metadata(file: Any, key: str) -> str | None:
    """A value of the Info dictionary: Title, Author, CreationDate."""
    return _text(lambda buffer, size: pdfium.FPDF_GetMetaText(file, key.encode(), buffer, size))


def outline(file: Any) -> tuple[Entry, ...]:
    """The bookmarks in order of reading."""
    found: list[Entry] = []
    seen: set[int] = set()
    open_ends = [(pdfium.FPDFBookmark_GetFirstChild(file, None), 1)]
    while open_ends and len(seen) < MAX_ENTRIES:
        item, level = open_ends.pop()
        number = ctypes.cast(item, ctypes.c_void_p).value if item else None
        if number is None or number in seen or level > _MAX_DEPTH:
            continue
        seen.add(number)
        title = _text(lambda buffer, size, item=item: pdfium.FPDFBookmark_GetTitle(item, buffer, size))
        if title:
            found.append(Entry(" ".join(title.split()), level, _page(file, item)))
        open_ends += [
            (pdfium.FPDFBookmark_GetNextSibling(file, item), level),
            (pdfium.FPDFBookmark_GetFirstChild(file, item), level + 1),
        ]
    return tuple(found)


def _page(file: Any, item: Any) -> int:
    place = pdfium.FPDFBookmark_GetDest(file, item)
    if not place:
        action = pdfium.FPDFBookmark_GetAction(item)
        place = pdfium.FPDFAction_GetDest(file, action) if action else None
    return int(pdfium.FPDFDest_GetDestPageIndex(file, place)) + 1 if place else 0


def _text(ask: Any) -> str | None:
    """A text of UTF-16 by the way pdfium gives texts: first its size in bytes, then the text with a zero behind."""
    size = ask(None, 0)
    if not 2 < size <= _MAX_TEXT:
        return None
    buffer = ctypes.create_string_buffer(size)
    ask(buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
