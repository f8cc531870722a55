"""Title, author, date and language of a PDF, from its Info dictionary and its XMP packet, where they are worth having.

Most titles that software writes are names of files or of templates; a wrong title is worse than none.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import decode_text

from extractors.pdf_damage import DAMAGE
from extractors.pdf_outline import Entry, outline_of

_XMP_START = b"<x:xmpmeta"
_MAX_XMP = 1_000_000  # bytes; real packets have 1 to 50 kB
_MAX_LENGTH = 500
_POOR_TITLE = re.compile(
    r"(?:(?:untitled|sans titre|sans nom|unbenannt|ohne titel|sin título|senza titolo|sem título|no title|naamloos"
    r"|document|dokument|documento|title|titre|titel|título|titolo|presentation|présentation|präsentation|slide|diapositive"
    r"|page|layout|mise en page|print|blank page|book|scan|cover|couverture)[\s_-]*\d*"
    r"|(?:powerpoint|microsoft)[ -](?:presentation|präsentation)|présentation powerpoint"
    r"|microsoft \w+ - .*|\(anonymous\)|\W*|[^\s_]*_\S*"  # one word with an underscore: the name of a file
    r"|.*\.(?:docx?|odt|rtf|pdf|tex|dvi|indd|qxd|qxp|pptx?|xlsx?|txt|html?|p65|fm|eps|psd?|ai|cdr|vp))",
    re.IGNORECASE | re.DOTALL,
)
_POOR_AUTHOR = re.compile(
    r"(?:anonymous|\(anonymous\)|unknown|(?:microsoft office |windows )?user"
    r"|utilisateur(?: windows)?|admin\w*|owner|author|auteur|autor|none|null|default"
    r"|pc|hp|dell|acer|asus|lenovo|toshiba|scanner|\W*"
    r"|\S*\d\S*|\S+@\S+)",  # a login or an address
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:D:)?\s*(\d{4})(?:-?(\d{2}))?(?:-?(\d{2}))?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_XMP_FIELDS = {
    "title": re.compile(r"<dc:title>.{0,200}?<rdf:li[^>]{0,100}>([^<]{1,500})</rdf:li>", re.DOTALL),
    "author": re.compile(r"<dc:creator>.{0,200}?<rdf:li[^>]{0,100}>([^<]{1,500})</rdf:li>", re.DOTALL),
    "date": re.compile(r"(?:<xmp:CreateDate>|xmp:CreateDate=\")\s{0,20}([^<\"]{4,40})"),
    "language": re.compile(r"<dc:language>.{0,200}?<rdf:li[^>]{0,100}>([^<]{2,20})</rdf:li>", re.DOTALL),
}


class Facts(NamedTuple):
    """What a PDF says about itself; None where it says nothing of use."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    language: str | None = None
    outline: tuple[Entry, ...] = ()


def facts_of(pdf: PDFDocument) -> Facts:
    """Read the metadata and the outline; damage in them leaves a field empty."""
    facts = _facts(lambda key: _info(pdf, key), _xmp(pdf), _catalog(pdf, "Lang"))
    try:
        return facts._replace(outline=outline_of(pdf))
    except DAMAGE:
        return facts


def facts_of_broken(data: bytes, info: Callable[[str], str | None], outline: tuple[Entry, ...]) -> Facts:
    """What a file says that only pdfium opens: `info` gives a value of the Info dictionary, `outline` is as pdfium has
    it, and the XMP packet is looked for in the bytes.
    """
    start = data.find(_XMP_START)
    packet = data[start : start + _MAX_XMP].decode("utf-8", "replace") if start >= 0 else ""
    return _facts(lambda key: _tidy(info(key) or ""), _fields(packet), None)._replace(outline=outline)


def _facts(info: Callable[[str], str | None], xmp: Mapping[str, str | None], language: str | None) -> Facts:
    return Facts(
        title=_pick(_POOR_TITLE, xmp.get("title"), info("Title")),
        author=_pick(_POOR_AUTHOR, xmp.get("author"), info("Author")),
        date=_date(info("CreationDate")) or _date(xmp.get("date")) or _date(info("ModDate")),
        language=_language(language) or _language(xmp.get("language")),
    )


def _info(pdf: PDFDocument, key: str) -> str | None:
    for info in pdf.info:
        try:
            text = _text(resolve1(info.get(key)))
        except DAMAGE:
            continue
        if text:
            return text
    return None


def _catalog(pdf: PDFDocument, key: str) -> str | None:
    try:
        return _text(resolve1(pdf.catalog.get(key)))
    except DAMAGE:
        return None


def _text(value: Any) -> str | None:
    if not isinstance(value, bytes | str):
        return None
    text = decode_text(value) if isinstance(value, bytes) else value
    return _tidy(text)


def _tidy(text: str) -> str | None:
    visible = "".join(c if c.isprintable() else " " for c in text[: 4 * _MAX_LENGTH])
    return " ".join(visible.split())[:_MAX_LENGTH] or None


def _xmp(pdf: PDFDocument) -> dict[str, str | None]:
    try:
        stream = resolve1(pdf.catalog.get("Metadata"))
        packet = stream.get_data()[:_MAX_XMP].decode("utf-8", "replace") if isinstance(stream, PDFStream) else ""
    except DAMAGE:
        return {}
    return _fields(packet)


def _fields(packet: str) -> dict[str, str | None]:
    found = {name: field.search(packet) for name, field in _XMP_FIELDS.items()}
    return {name: _tidy(html.unescape(match[1])) for name, match in found.items() if match}


def _pick(poor: re.Pattern[str], *values: str | None) -> str | None:
    return next((value for value in values if value and not poor.fullmatch(value)), None)


def _date(value: str | None) -> str | None:
    """ISO 8601 from `D:20240517093000+02'00'` or an ISO date, as far as it is given and possible."""
    match = _DATE.match(value or "")
    if not match or not 1970 <= int(match[1]) <= 2100:
        return None
    month, day = int(match[2] or 0), int(match[3] or 0)
    if not 1 <= month <= 12:
        return match[1]
    return f"{match[1]}-{match[2]}-{match[3]}" if 1 <= day <= 31 else f"{match[1]}-{match[2]}"


def _language(value: str | None) -> str | None:
    return value if value and _LANGUAGE.fullmatch(value) else None
