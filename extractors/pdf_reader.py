"""Opening a PDF with pdfminer.six, and reading its pages one by one."""

from __future__ import annotations

import io
import logging

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser, PDFSyntaxError
from pdfminer.pdftypes import PDFObjRef

from corpus.errors import ExtractionError
from extractors.pdf_damage import DAMAGE, damaged
from extractors.pdf_device import FragmentDevice
from extractors.pdf_fonts import BoundedResources, Unknowns
from extractors.pdf_sheet import MAX_PAGES, Place, Sheet
from extractors.pdf_streams import BoundedInterpreter, PageTooLarge

_MAX_CHAIN = 20  # references from one object to the next; one is already rare
_HEADER_SPAN = 1024  # readers accept rubbish of so many bytes before "%PDF-" (PDF 1.7, implementation note 13)
# Its warnings name neither the document nor the page, and cost time.
logging.getLogger("pdfminer").setLevel(logging.ERROR)


class _Document(PDFDocument):
    """A document in which objects that are references to each other end; pdfminer would follow a circle forever."""

    def getobj(self, objid: int) -> object:
        found = super().getobj(objid)
        for _ in range(_MAX_CHAIN):
            if not isinstance(found, PDFObjRef):
                return found
            found = super().getobj(found.objid)
        raise PDFSyntaxError("references that lead nowhere")


def open_pdf(data: bytes) -> PDFDocument:
    """Parse the skeleton of a PDF. Raises ExtractionError with the reason."""
    if b"%PDF-" not in data[:_HEADER_SPAN] and b"startxref" not in data:
        raise ExtractionError("not a PDF: it has neither the header nor the trailer of one", stage="parse")
    try:
        return _Document(PDFParser(io.BytesIO(data)))
    except PDFPasswordIncorrect as error:
        raise ExtractionError("the PDF is encrypted with a password", stage="parse") from error
    except PDFEncryptionError as error:
        raise ExtractionError("the PDF is encrypted in a way that is not read", stage="parse") from error
    except DAMAGE as error:
        raise damaged(error) from error


def read_pages(pdf: PDFDocument, unknowns: Unknowns) -> list[Sheet]:
    """What the pages draw. A page that cannot be read is given without fragments and as failed.

    Glyphs whose meaning is in doubt are added to `unknowns`, and have stand-ins in the text.
    Raises ExtractionError when the page tree itself is broken before the first page.
    """
    resources = BoundedResources()
    device = FragmentDevice(resources, unknowns)
    interpreter = BoundedInterpreter(resources, device)
    sheets: list[Sheet] = []
    try:
        for page in PDFPage.create_pages(pdf):
            if len(sheets) == MAX_PAGES:
                sheets[-1] = sheets[-1]._replace(cut=True)
                break
            sheets.append(_read_page(page, len(sheets) + 1, device, interpreter))
    except DAMAGE as error:
        if not sheets:
            raise damaged(error) from error
    return sheets


def _read_page(page: PDFPage, number: int, device: FragmentDevice, interpreter: BoundedInterpreter) -> Sheet:
    device.clear()
    try:
        interpreter.process_page(page)
    except PageTooLarge:
        device.cut = True
    except DAMAGE:
        device.hurt = True
    failed = device.hurt and not device.fragments  # what was drawn before and behind the damage is good
    return Sheet(number, *place_of(page).extent, device.fragments, failed, device.hurt, device.cut)


def place_of(page: PDFPage) -> Place:
    """Where the page lies in its coordinates."""
    x0, y0, x1, y1 = (float(edge) for edge in page.mediabox)
    return Place((x0, y0, x1, y1), page.rotate)
