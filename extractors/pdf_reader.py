"""Opening a PDF with pdfminer.six, and turning its many ways to fail into one.

pdfminer reports damage by whatever exception the damaged value happens to raise. All of these are listed here, once.
"""

from __future__ import annotations

import binascii
import io
import logging
import struct
import zlib
from collections.abc import Iterator
from itertools import islice

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFNoValidXRef, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser, PDFSyntaxError
from pdfminer.pdftypes import PDFObjRef
from pdfminer.psexceptions import PSEOF, PSException

from corpus.errors import ExtractionError
from extractors.pdf_device import FragmentDevice, PageTooLarge
from extractors.pdf_fonts import BoundedResources, Unknowns
from extractors.pdf_sheet import MAX_PAGES, Place, Sheet
from extractors.pdf_streams import BoundedInterpreter

_MAX_CHAIN = 20  # references from one object to the next; one is already rare
_HEADER_SPAN = 1024  # readers accept rubbish of so many bytes before "%PDF-" (PDF 1.7, implementation note 13)
# What pdfminer raises on damaged files, as met on damaged files; MemoryError passes through.
DAMAGE = (
    PSException, ArithmeticError, AssertionError, AttributeError, binascii.Error, EOFError, LookupError,
    NotImplementedError, OSError, RecursionError, struct.error, TypeError, ValueError, zlib.error,
)  # fmt: skip

_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((RecursionError,), "its objects nest without end or refer to each other in circles"),
    ((binascii.Error, struct.error, zlib.error, PSEOF, EOFError), "data in it is broken or ends too early"),
    ((PDFNoValidXRef,), "its table of objects is missing or broken"),
    ((OverflowError,), "it has numbers beyond any page"),
    ((PSException,), "its objects are missing or broken"),
)

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


def read_pages(pdf: PDFDocument, unknowns: Unknowns) -> Iterator[Sheet]:
    """What the pages draw, page by page. A page that cannot be read is given without fragments and as failed.

    Glyphs whose meaning is in doubt are added to `unknowns`, and have stand-ins in the text.
    Raises ExtractionError when the page tree itself is broken before the first page.
    """
    resources = BoundedResources()
    device = FragmentDevice(resources, unknowns)
    interpreter = BoundedInterpreter(resources, device)
    pages = islice(PDFPage.create_pages(pdf), MAX_PAGES)
    number = 0
    while True:
        try:
            page = next(pages, None)
        except DAMAGE as error:
            if not number:
                raise damaged(error) from error
            return
        if page is None:
            return
        number += 1
        yield _read_page(page, number, device, interpreter)


def damaged(error: BaseException) -> ExtractionError:
    """The error to raise for one of DAMAGE: what is wrong with the file, not where the parser stumbled over it."""
    reason = next(
        (reason for kinds, reason in _REASONS if isinstance(error, kinds)), "its objects contradict each other"
    )
    return ExtractionError(f"the PDF is damaged: {reason}", stage="parse")


def _read_page(page: PDFPage, number: int, device: FragmentDevice, interpreter: BoundedInterpreter) -> Sheet:
    device.clear()
    failed = False
    try:
        interpreter.process_page(page)
    except PageTooLarge:
        pass
    except DAMAGE:
        failed = not device.fragments  # what was drawn before the damage is good
    return Sheet(number, *place_of(page).extent, device.fragments, failed)


def place_of(page: PDFPage) -> Place:
    """Where the page lies in its coordinates."""
    x0, y0, x1, y1 = (float(edge) for edge in page.mediabox)
    return Place((x0, y0, x1, y1), page.rotate)
