"""From bytes to text: once, here, before any parser sees the document.

Parsers believe what a page says of itself, and pages lie: much of the web declares iso-8859-1 and sends UTF-8. So the
order is: a byte order mark; UTF-8 wherever the bytes are valid UTF-8, whatever anybody declared (text in another
encoding is practically never valid UTF-8 by accident); nearly valid UTF-8, with the stray bytes read as windows-1252;
and only for what is left the declarations of transport, XML prologue and meta elements, weighed against a detector
that has seen the text without its markup.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from extractors.charset_labels import codec_of

# Declarations are looked for in so many bytes: pages put scripts and styles before their meta elements.
_DECLARATION_WINDOW = 65_536
# The detector sees so many bytes of text without markup; its verdict does not change beyond some kilobytes.
_SAMPLE = 16_384
_SAMPLE_SOURCE = 400_000
# Bytes are nearly UTF-8 when they hold so many proper multi-byte sequences for each stray byte. Legacy text holds one
# now and then by accident, never two for each letter outside ASCII.
_SEQUENCES_PER_STRAY = 2
# In the East Asian encodings accidental sequences are common, so pages with many strays are left to the detector.
_SEQUENCES_PER_STRAY_WHEN_MANY = 8
_MANY_STRAYS = 20

# With so few bytes outside ASCII a declaration that reads as well as the detector's answer is believed.
_FEW_BYTES = 3
# The confidence that chardet gives with its answer for "nothing fits".
_NO_MATCH = 0.1
# The codec of browsers for what chardet names by a wider or later standard.
_BROWSER_CODEC = {"euc_jis_2004": "euc_jp", "shift_jis_2004": "cp932", "cp858": "cp850"}

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_XML_DECLARATION = re.compile(rb"""\s{0,64}<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([^"'>]{1,60})["']""")
_META = re.compile(rb"<meta\s[^<>]{0,1000}>", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""charset\s{0,20}=\s{0,20}["']?\s{0,20}([^\s"'/>;]{1,60})""", re.IGNORECASE)
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # careless concatenation leaves several
_ISO_2022 = re.compile(rb"\x1b(?:\$[@AB]|\$\([A-DO-Q]|\([IJ]|\$\)[ACG])")
_TAG = re.compile(rb"<[^<>]*>")
_SCRIPT_TAG = re.compile(rb"<(/?)(script|style)\b", re.IGNORECASE)
_HIGH = re.compile(rb"[\x80-\xff]")
_LINE = re.compile(rb"[^\r\n]+")
# Box drawing and the like; a letter outside ASCII in upper case behind a small one; punctuation and symbols inside a
# word.
_ODD = re.compile(
    "[\x80-\x9f\u2320-\u2321\u2500-\u25ff\N{REPLACEMENT CHARACTER}]"
    "|(?<=[a-zß-öø-ÿ])[À-ÖØ-ÞŠŒŽŸ]"
    "|(?<=[A-Za-z])[\u0192\u02c6\u02dc\u201a\u201e\u2020-\u2022\u2030\u2039\u203a¡-¶¸-¿×÷](?=[a-z])"
    "|(?<=[a-z])[\u0370-\u05ff]|(?<=[\u0370-\u05ff])[a-z]"
)
_SEQUENCE = re.compile(r"[^\x00-\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_STRAY_ERRORS = "limpide.stray"


class Decoded(NamedTuple):
    """The text of some bytes, the Python codec that gave it, and why that one (a short, stable word).

    Reasons: `bom`, `utf-8`, `nearly-utf-8`, `utf-16` (no mark, but every other byte is NUL), `iso-2022`, `declared`,
    `detected`, `fallback`.
    """

    text: str
    encoding: str
    reason: str


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """Decode a document of unknown encoding.

    `declared` is the charset that the transport named, if any. Never raises: bytes that the chosen encoding does not
    know become U+FFFD. The text has no byte order mark and no lone surrogates; its line ends are those of the bytes.
    """
    return _by_mark(data) or _by_structure(data) or _by_judgement(data, declared)


def declarations(data: bytes) -> list[str]:
    """The charset labels that the document itself declares, XML prologue first, as they are written."""
    head = data[:_DECLARATION_WINDOW]
    found = [match[1] for match in [_XML_DECLARATION.match(head)] if match]
    for meta in _META.finditer(head):
        label = _META_CHARSET.search(meta[0])
        if label:
            found.append(label[1])
    return [label.decode("ascii", "replace") for label in found]


# ---- what needs no judgement ----------------------------------------------------------------------------------------


def _by_mark(data: bytes) -> Decoded | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text, strays = _decode_utf8(data[3:]) if encoding == "utf-8" else (_plain(data[len(mark) :], encoding), 0)
            if strays and not _is_nearly_utf8(text, strays):
                return None  # a mark before text in a legacy encoding, as careless concatenation makes it
            return Decoded(text.lstrip(_MARK), encoding, "bom")
    return None


def _by_structure(data: bytes) -> Decoded | None:
    if b"\x00" in data[:_SAMPLE]:
        encoding = _utf16_without_mark(data)
        if encoding:
            return Decoded(_plain(data, encoding), encoding, "utf-16")
    if b"\x1b" in data and data.isascii() and _ISO_2022.search(data):
        found = _first_strict(data, ("iso2022_jp_2", "iso2022_jp_ext", "iso2022_kr"))
        if found:
            return Decoded(*found, "iso-2022")
    text, strays = _decode_utf8(data)
    if not strays:
        return Decoded(text, "utf-8", "utf-8")
    if _is_nearly_utf8(text, strays):
        return Decoded(text, "utf-8", "nearly-utf-8")
    return None


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 or UTF-32 by the places of its NUL bytes: markup, blanks and line ends are ASCII in every script."""
    sample = data[: _SAMPLE - _SAMPLE % 4]
    quarters = [sample[i::4].count(0) for i in range(4)]
    size = max(1, len(sample) // 4)
    if min(quarters[1:]) > 0.9 * size > 0 and quarters[0] < 0.5 * size:
        return "utf-32-le"
    if min(quarters[:3]) > 0.9 * size > 0 and quarters[3] < 0.5 * size:
        return "utf-32-be"
    even, odd = quarters[0] + quarters[2], quarters[1] + quarters[3]
    for encoding, nuls, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if nuls >= 0.1 * size and others * 20 <= nuls and _first_strict(data[: len(data) // 2 * 2], (encoding,)):
            return encoding
    return None


def _first_strict(data: bytes, encodings: tuple[str, ...]) -> tuple[str, str] | None:
    for encoding in encodings:
        try:
            return data.decode(encoding), codecs.lookup(encoding).name
        except UnicodeDecodeError:
            continue
    return None


def _plain(data: bytes, encoding: str) -> str:
    """Decode with U+FFFD for what is not valid. Some codecs of Python let lone surrogates through."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", data.decode(encoding, "replace"))


# ---- UTF-8 with stray bytes -----------------------------------------------------------------------------------------


def _read_stray(error: UnicodeError) -> tuple[str, int]:
    """A single stray byte is a windows-1252 character pasted in; a cut sequence cannot be known."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    if len(stray) > 1 or error.reason == "unexpected end of data":
        return "\N{REPLACEMENT CHARACTER}", error.end
    return stray.decode("cp1252", "replace"), error.end


codecs.register_error(_STRAY_ERRORS, _read_stray)


def _decode_utf8(data: bytes) -> tuple[str, int]:
    """The text, and how many stray bytes or cut sequences it held."""
    try:
        return data.decode("utf-8"), 0
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.end == len(data) and len(data) > 3:
            return data.decode("utf-8", _STRAY_ERRORS), 1
    text = data.decode("utf-8", _STRAY_ERRORS)
    ignored = len(data.decode("utf-8", "ignore"))
    return text, len(text) - ignored


def _is_nearly_utf8(text: str, strays: int) -> bool:
    sequences = sum(1 for _ in _SEQUENCE.finditer(text)) - strays
    factor = _SEQUENCES_PER_STRAY if strays < _MANY_STRAYS else _SEQUENCES_PER_STRAY_WHEN_MANY
    return sequences >= factor * strays


# ---- declarations against a detector --------------------------------------------------------------------------------


def _by_judgement(data: bytes, declared: str | None) -> Decoded:
    sample = text_sample(data)
    candidates = _candidates(data, declared)
    detected = _detect(sample)
    for encoding in candidates:
        if detected is None or _at_least_as_likely(sample, encoding, detected):
            return Decoded(_plain(data, encoding), encoding, "declared")
    if detected:
        return Decoded(_plain(data, detected), detected, "detected")
    return Decoded(_plain(data, "cp1252"), "cp1252", "fallback")


def _candidates(data: bytes, declared: str | None) -> list[str]:
    """What was declared, by anyone, that could be true: bytes that got here are neither UTF-8 nor UTF-16."""
    codecs_named = [codec_of(label) for label in [declared, *declarations(data)]]
    return list(dict.fromkeys(c for c in codecs_named if c and not c.startswith("utf-")))


def _at_least_as_likely(sample: bytes, encoding: str, detected: str) -> bool:
    """Whether a declaration stands against the detector: it reads the same text, or one with fewer oddities."""
    if encoding == detected:
        return True
    try:
        reading = sample.decode(encoding)
        other = sample.decode(detected, "replace")
    except UnicodeDecodeError:
        return False
    if reading == other:
        return True
    oddities, other_oddities = _oddities(reading), _oddities(other)
    few = len(_HIGH.findall(sample)) <= _FEW_BYTES
    return oddities < other_oddities or (few and oddities == other_oddities)


def _oddities(text: str) -> int:
    """How many characters stand where no writer puts them: signs of a wrong encoding."""
    return sum(1 for _ in _ODD.finditer(text))


def text_sample(data: bytes) -> bytes:
    """Passages of the text around bytes outside ASCII, without markup, scripts and styles; at most some kilobytes."""
    text = _TAG.sub(b" ", b" ".join(_outside_scripts(data[:_SAMPLE_SOURCE])))
    if not _HIGH.search(text):
        text = data
    pieces: list[bytes] = []
    size = 0
    for line in _LINE.finditer(text):
        if _HIGH.search(line[0]):
            pieces.append(line[0])
            size += len(line[0])
            if size > _SAMPLE:
                break
    return b"\n".join(pieces)[: 2 * _SAMPLE]


def _outside_scripts(data: bytes) -> Iterator[bytes]:
    position, inside = 0, b""
    for tag in _SCRIPT_TAG.finditer(data):
        name = tag[2].lower()
        if not inside and not tag[1]:
            yield data[position : tag.start()]
            inside = name
        elif inside == name and tag[1]:
            position, inside = tag.start(), b""
    if not inside:
        yield data[position:]


def _detect(sample: bytes) -> str | None:
    import chardet  # noqa: PLC0415  (a fifth of a second, needed for one document in twenty)

    eras = chardet.EncodingEra.ALL & ~chardet.EncodingEra.MAINFRAME
    answer = chardet.detect(sample, encoding_era=eras, compat_names=False)
    encoding = codec_of(answer["encoding"])
    if encoding is None or encoding.startswith("utf-") or answer["confidence"] <= _NO_MATCH:
        return None
    return _BROWSER_CODEC.get(encoding, encoding)
