"""Which library reads a PDF: pdfium where a cheap look says that it gives the same text, else pdfminer.

And where pdfminer fails or finds a file broken, pdfium is asked a second time: it repairs files that pdfminer gives
up on. Its word counts only if it found more.

The pages of one document are read one after the other. A build keeps its workers busy with other documents, and to hand
fonts and fragments of text between processes is work of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pdfminer.pdfdocument import PDFDocument, PDFXRefFallback

from corpus.errors import ExtractionError
from extractors.pdf_damage import DAMAGE, damaged
from extractors.pdf_fonts import Unknowns
from extractors.pdf_health import Look, is_doubtful, look
from extractors.pdf_metadata import Facts, facts_of, facts_of_broken
from extractors.pdf_pdfium import is_encrypted, opened
from extractors.pdf_reader import open_pdf, read_pages
from extractors.pdf_sheet import MAX_PAGES, Sheet
from extractors.pdf_threats import refuse_bombs

_MORE = 1.05  # times the characters; pdfium counts spaces and doubled letters a little differently


class Reading(NamedTuple):
    """The pages of a document, the glyphs on them that are in doubt, and what it says about itself."""

    sheets: Sequence[Sheet]
    unknowns: Unknowns
    facts: Facts


def read(data: bytes) -> Reading:
    """Read a PDF with the library that suits it. Raises ExtractionError with the reason."""
    try:
        pdf = open_pdf(data)
        found = look(pdf)
    except DAMAGE as error:
        return _rescued(data, damaged(error))
    except ExtractionError as error:
        return _rescued(data, error)
    sheets = _with_pdfium(data, found) if found else None
    if sheets is not None:
        return Reading(sheets, Unknowns(), _facts(pdf))
    try:
        reading = _with_pdfminer(pdf)
    except ExtractionError as error:
        return _rescued(data, error)
    if _is_suspicious(data, pdf, reading.sheets):
        return _fuller(data, reading)
    return reading


def _with_pdfium(data: bytes, found: Look) -> list[Sheet] | None:
    """The pages as pdfium reads them, unless pdfminer might read them differently."""
    try:
        with opened(data, ligatures=found.ligatures) as file:
            if file.pages != len(found.places):
                return None
            sheets = list(file.sheets(found.places))
            memory = file.memory
    except ExtractionError:
        return None
    if memory.guessed or (memory.hyphens and found.soft_hyphens) or any(sheet.failed for sheet in sheets):
        return None
    doubtful = any(is_doubtful(fragment.text) for sheet in sheets for fragment in sheet.fragments)
    return None if doubtful else sheets


def _with_pdfminer(pdf: PDFDocument) -> Reading:
    unknowns = Unknowns()
    sheets = read_pages(pdf, unknowns)
    if not sheets:
        raise ExtractionError("the PDF is damaged: it has no pages", stage="parse")
    if all(sheet.failed for sheet in sheets):
        raise ExtractionError("the PDF is damaged: none of its pages can be read", stage="parse")
    return Reading(sheets, unknowns, _facts(pdf))


def _facts(pdf: PDFDocument) -> Facts:
    try:
        return facts_of(pdf)
    except DAMAGE:
        return Facts()


def _is_suspicious(data: bytes, pdf: PDFDocument, sheets: Sequence[Sheet]) -> bool:
    """Whether text may be missing: the table of objects was rebuilt, pages lack or are damaged, or nothing was
    found.
    """
    if any(isinstance(table, PDFXRefFallback) for table in pdf.xrefs) or any(s.failed or s.hurt for s in sheets):
        return True
    return not any(sheet.fragments for sheet in sheets) or len(sheets) < min(_pages(data), MAX_PAGES)


def _pages(data: bytes) -> int:
    """The number of pages that pdfium finds, 0 where it finds no document."""
    try:
        with opened(data) as file:
            return file.pages
    except ExtractionError:
        return 0


def _fuller(data: bytes, reading: Reading) -> Reading:
    """What pdfium finds, if it finds more: more pages with text, or, where all letters are known, more text."""
    try:
        refuse_bombs(data)
        other = _second_reading(data)
    except ExtractionError:
        return reading
    if _with_text(other.sheets) > _with_text(reading.sheets):
        return other
    longer = _length(other.sheets) > _MORE * _length(reading.sheets)
    return other if longer and not reading.unknowns.glyphs else reading


def _with_text(sheets: Sequence[Sheet]) -> int:
    return sum(any(fragment.text.strip() for fragment in sheet.fragments) for sheet in sheets)


def _length(sheets: Sequence[Sheet]) -> int:
    return sum(len(fragment.text) for sheet in sheets for fragment in sheet.fragments)


def _rescued(data: bytes, error: ExtractionError) -> Reading:
    """What pdfium reads of a file that pdfminer gave up on. Raises `error` where it reads nothing either, unless pdfium
    may not look at the file or has the better reason.
    """
    refuse_bombs(data)
    try:
        reading = _second_reading(data)
    except ExtractionError as other:
        raise (other if is_encrypted(other) else error) from None
    if not _length(reading.sheets):
        raise error
    return reading


def _second_reading(data: bytes) -> Reading:
    with opened(data) as file:
        sheets = list(file.sheets())
        return Reading(sheets, Unknowns(), facts_of_broken(data, file.metadata, file.outline()))
