"""What a raw item is, judged by its bytes.

Names and servers lie about types, so the first bytes decide: signatures of binary formats, then whether the rest
reads as text at all, then which text format it is. The name of the item only settles what content leaves open. The
rules for HTML are stricter than those of browsers (https://mimesniff.spec.whatwg.org/): a corpus holds Markdown and
plain-text files that begin with a tag, and taking these for HTML would lose their line breaks.
"""

from __future__ import annotations

import re

from extractors.decoding import decode

HTML = "text/html"
XHTML = "application/xhtml+xml"
TEXT = "text/plain"
XML = "application/xml"
JSON = "application/json"
JSON_LINES = "application/x-ndjson"
BINARY = "application/octet-stream"

# Signatures: offset, bytes, type. Sources: the formats' specifications and the MIME Sniffing standard.
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"PK\x07\x08", "application/zip"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"WARC/", "application/warc"),
    (257, b"ustar", "application/x-tar"),
    (0, b"PAR1", "application/vnd.apache.parquet"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"\x00\x00\x01\x00", "image/x-icon"),
    (0, b"wOFF", "font/woff"),
    (0, b"wOF2", "font/woff2"),
    (0, b"OTTO\x00", "font/otf"),
    (0, b"\x00\x01\x00\x00\x00", "font/ttf"),
    (4, b"ftyp", "video/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS\x00", "application/ogg"),
    (0, b"fLaC\x00", "audio/flac"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),  # .doc, .xls, .ppt
    (0, b"{\\rtf", "application/rtf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"\x7fELF", BINARY),
    (0, b"\x00asm", "application/wasm"),
)
# What a zip holds, by the name of its first member or its `mimetype` member, which stand uncompressed at the start.
_ZIP_MEMBERS: tuple[tuple[bytes, str], ...] = (
    (b"mimetypeapplication/epub+zip", "application/epub+zip"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_PDF_WINDOW = 1024  # readers accept a PDF header anywhere in the first kilobyte
_WINDOW = 16_384  # bytes looked at to tell text from binary and HTML from text
_MARKUP_SPAN = 2048  # characters near the start in which HTML must show itself
_TAG_SPAN = 512  # characters near the start in which an html, head or body tag counts
_ENOUGH_TAGS = 4
_FRAGMENT = 200  # in texts shorter than this two tags are enough
# Share of control characters and undecodable bytes above which bytes are no text. Text in a wrongly guessed encoding
# stays below; compressed or compiled data has about a tenth control characters.
_MAX_ODD_SHARE = 0.05

_LEADING = re.compile(r"(?:[\s\ufeff]|<!--(?:(?!-->).){0,12000}-->|<\?(?:[^>]){0,400}>)*", re.DOTALL)
_DOCUMENT_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body)(?=[\s>/])", re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})")
_HTML_TAG = re.compile(
    r"</?(?:a|article|aside|b|blockquote|br|button|center|code|dd|div|dl|dt|em|figure|font|footer|form|frameset|h[1-6]|header"
    r"|hr|i|iframe|img|input|li|link|main|meta|nav|ol|p|pre|script|section|span|strong|style|table|tbody|td|th|title|tr|ul)"
    r"(?:\s[^<>]{0,1000})?/?>",
    re.IGNORECASE,
)
_SAYS_HTML = re.compile(rb"[\0\s\xef\xbb\xbf]*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)  # then it is, NULs or not
_ODD_CHARACTER = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f\N{REPLACEMENT CHARACTER}]")
_JSON_OBJECT = re.compile(r'\{\s*(?:"|\})')
_JSON_ARRAY = re.compile(r'\[\s*(?:["{\[\]\d-]|true|false|null)')
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|[-*+] \S|\d+\. \S|\[[^\]\n]{1,200}\]\([^)\n]{1,400}\))", re.MULTILINE)
_TEXT_NAMES = (".md", ".markdown", ".txt", ".text", ".rst", ".adoc", ".tex", ".csv", ".tsv", ".log")
_HTML_NAMES = (".html", ".htm", ".xhtml", ".shtml")
_JSON_LINES_NAMES = (".jsonl", ".ndjson")


def sniff(data: bytes, name: str = "") -> str:
    """The media type of `data`; `application/octet-stream` for binary data of no known kind.

    `name` (a file name or path) only breaks ties. Empty data and white space are text/plain.
    """
    known = _by_signature(data)
    if known:
        return known
    head = data[:_WINDOW]
    if head.isspace() and len(data) > _WINDOW:
        head = data.lstrip()[:_WINDOW]
    if _SAYS_HTML.match(head):
        return _html_type(decode(head).text)
    text, _, reason = decode(head)
    if not text or text.isspace():
        return TEXT
    if _is_binary(text, reason):
        return BINARY
    return _text_type(text, data, name.lower())


def _by_signature(data: bytes) -> str | None:
    for offset, signature, media_type in _SIGNATURES:
        if data.startswith(signature, offset):
            return _zip_type(data) if media_type == "application/zip" else media_type
    if b"%PDF-" in data[:_PDF_WINDOW] and data[:_PDF_WINDOW].lstrip()[:1] != b"<":
        return "application/pdf"
    return None


def _zip_type(data: bytes) -> str:
    head = data[:_WINDOW]
    for member, media_type in _ZIP_MEMBERS:
        if member in head:
            return media_type
    return "application/zip"


def _is_binary(text: str, reason: str) -> bool:
    if reason in {"bom", "utf-16"} and "\x00" not in text[:-1]:
        return False
    odd = len(_ODD_CHARACTER.findall(text))
    return odd > max(2, _MAX_ODD_SHARE * len(text)) or "\x00\x00\x00\x00" in text


def _text_type(text: str, data: bytes, name: str) -> str:
    leading = _LEADING.match(text)
    start = text[leading.end() if leading else 0 :][:_MARKUP_SPAN]
    if _DOCUMENT_TAG.match(start):
        return _html_type(text)
    if start.startswith(("{", "[")):
        return _json_type(start, data, name) or TEXT
    if text.lstrip().startswith("<?xml"):
        return _html_type(text) if _DOCUMENT_TAG.search(start) else XML
    return HTML if _reads_as_html(start, name) else _root_type(start)


def _html_type(text: str) -> str:
    """XHTML where the document says it is XML, which browsers are told by the server only."""
    start = text[:_MARKUP_SPAN]
    return XHTML if start.lstrip().startswith("<?xml") and "http://www.w3.org/1999/xhtml" in start else HTML


def _json_type(start: str, data: bytes, name: str) -> str | None:
    if start.startswith("["):
        return JSON if _JSON_ARRAY.match(start) else None
    if not _JSON_OBJECT.match(start):
        return None
    line_end = data.find(b"\n")
    line_is_whole = data[max(0, line_end - 2) : line_end].rstrip().endswith(b"}")
    if line_is_whole and data[line_end : line_end + 64].lstrip().startswith(b"{"):
        return JSON_LINES
    return JSON_LINES if name.endswith(_JSON_LINES_NAMES) else JSON


def _reads_as_html(start: str, name: str) -> bool:
    """Whether a text without doctype is HTML: an html, head or body tag near the start, or several tags.

    More tags are asked for where the name or the first lines look like Markdown, which may hold HTML.
    """
    tags = len(_HTML_TAG.findall(start))
    document = bool(_DOCUMENT_TAG.search(start[:_TAG_SPAN]))
    if name.endswith(_HTML_NAMES):
        return tags > 0 or document
    if not start.startswith("<") or name.endswith(_TEXT_NAMES) or _MARKDOWN.search(start):
        return document and tags >= _ENOUGH_TAGS
    return document or tags >= _ENOUGH_TAGS or (tags > 1 and len(start) < _FRAGMENT)


def _root_type(start: str) -> str:
    root = _ROOT.match(start)
    if (
        root
        and not _HTML_TAG.match(start)
        and re.search(rf"</{re.escape((root[1] or '') + root[2])}\s*>|\sxmlns[:=]", start)
    ):
        return "image/svg+xml" if root[2].lower() == "svg" else XML
    return TEXT
