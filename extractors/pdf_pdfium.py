"""Reading pages with pdfium: the same fragments as pdfminer's, faster, and from files that pdfminer gives up on.

pdfium (BSD-3-Clause, through pypdfium2) gives characters with their origin and the drawing operation they come from.
What one operation draws is cut by the same gaps as in pdf_device, so all that follows is the same on both paths. It
says nothing of codes and font programs; what needs repair is read by pdfminer.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pypdfium2.raw as pdfium

from corpus.errors import ExtractionError
from extractors.pdf_outline import Entry
from extractors.pdf_pdfium_calls import LOCK, start
from extractors.pdf_pdfium_facts import metadata, outline
from extractors.pdf_pdfium_page import Memory, PageReader
from extractors.pdf_sheet import MAX_PAGES, Place, Sheet


class PdfiumFile:
    """An open file; made by `opened`."""

    def __init__(self, handle: Any, *, ligatures: bool) -> None:
        self._handle = handle
        self.memory = Memory(ligatures=ligatures)
        self.pages = int(pdfium.FPDF_GetPageCount(handle))

    def sheets(self, places: Sequence[Place] | None = None) -> Iterator[Sheet]:
        """What the pages draw, page by page. A page that cannot be read is given without fragments and as failed.

        `places` says where pages lie, for callers that know it better.
        """
        for number in range(1, min(self.pages, MAX_PAGES) + 1):
            page = pdfium.FPDF_LoadPage(self._handle, number - 1)
            if not page:
                yield Sheet(number, 0.0, 0.0, [], failed=True)
                continue
            try:
                place = places[number - 1] if places and number <= len(places) else _place(page)
                yield self._sheet(number, page, place)
            finally:
                pdfium.FPDF_ClosePage(page)

    def metadata(self, key: str) -> str | None:
        """A value of the Info dictionary: Title, Author, CreationDate."""
        return metadata(self._handle, key)

    def outline(self) -> tuple[Entry, ...]:
        """The bookmarks in order of reading."""
        return outline(self._handle)

    def _sheet(self, number: int, page: Any, place: Place) -> Sheet:
        text = pdfium.FPDFText_LoadPage(page)
        if not text:
            return Sheet(number, *place.extent, [], failed=True)
        try:
            reader = PageReader(text, place, self.memory)
            cut = reader.cut or number == MAX_PAGES < self.pages
            return Sheet(number, *place.extent, reader.fragments(), cut=cut)
        finally:
            pdfium.FPDFText_ClosePage(text)


@contextmanager
def opened(data: bytes, *, ligatures: bool = False) -> Iterator[PdfiumFile]:
    """Open a PDF with pdfium, which is not made for threads: others wait. Raises ExtractionError with the reason."""
    with LOCK:
        start()
        handle = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        if not handle:
            raise ExtractionError(_reason(), stage="parse")
        try:
            yield PdfiumFile(handle, ligatures=ligatures)
        finally:
            pdfium.FPDF_CloseDocument(handle)


_ENCRYPTED = {
    pdfium.FPDF_ERR_PASSWORD: "the PDF is encrypted with a password",
    pdfium.FPDF_ERR_SECURITY: "the PDF is encrypted in a way that is not read",
}


def is_encrypted(error: ExtractionError) -> bool:
    """Whether `opened` raised an error because the file is encrypted."""
    return str(error) in _ENCRYPTED.values()


def _reason() -> str:
    return _ENCRYPTED.get(pdfium.FPDF_GetLastError(), "the PDF is damaged")


def _place(page: Any) -> Place:
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPage_GetMediaBox(page, *(ctypes.byref(edge) for edge in edges)):
        box = pdfium.FS_RECTF()  # an inherited box is known only as it is shown
        pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(box))
        left, bottom, right, top = box.left, box.bottom, box.right, box.top
    else:
        left, bottom, right, top = (edge.value for edge in edges)
    return Place((left, bottom, right, top), 90 * (int(pdfium.FPDFPage_GetRotation(page)) % 4))
