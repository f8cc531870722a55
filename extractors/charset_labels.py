"""What a charset label on the web means, as the name of a Python codec.

Labels follow the WHATWG Encoding Standard (https://encoding.spec.whatwg.org/#names-and-labels): a page that says
iso-8859-1 is read as windows-1252 by every browser, one that says gb2312 as gb18030. Python knows most labels but
gives the narrow codecs, so its answer is widened here. Single-byte and multi-byte encodings that browsers dropped but
old pages use (cp850, cp437, johab) are kept: they are only used when the bytes agree.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from extractors.words import words

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:()-]{0,39}")

# Labels of the standard, and a few of the wild, that Python does not know or reads otherwise.
_LABELS = {
    "ansi_x3.4-1968": "cp1252",
    "ansi": "cp1252",
    "ansi_x3.110-1983": "cp1252",
    "big5-hkscs": "big5hkscs",
    "cn-big5": "big5hkscs",
    "cn-gb": "gb18030",
    "csiso88596e": "iso8859-6",
    "csiso88596i": "iso8859-6",
    "csiso88598e": "iso8859-8",
    "csiso88598i": "iso8859-8",
    "dos-874": "cp874",
    "iso-8859-6-e": "iso8859-6",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-8-i": "iso8859-8",
    "koi": "koi8-r",
    "koi8": "koi8-r",
    "koi8-ru": "koi8-u",
    "logical": "iso8859-8",
    "sun_eu_greek": "iso8859-7",
    "unicode": "utf-16-le",
    "unicode-1-1-utf-8": "utf-8",
    "unicode11utf8": "utf-8",
    "unicode20utf8": "utf-8",
    "utf8mb3": "utf-8",
    "utf8mb4": "utf-8",
    "visual": "iso8859-8",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "windows-949": "cp949",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-cp1253": "cp1253",
    "x-cp1254": "cp1254",
    "x-cp1255": "cp1255",
    "x-cp1256": "cp1256",
    "x-cp1257": "cp1257",
    "x-cp1258": "cp1258",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-ce": "mac_latin2",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-greek": "mac_greek",
    "x-mac-roman": "mac_roman",
    "x-mac-turkish": "mac_turkish",
    "x-mac-ukrainian": "mac_cyrillic",
    "x-sjis": "cp932",
    "x-unicode20utf8": "utf-8",
    "x-user-defined": "cp1252",
    "x-x-big5": "big5hkscs",
}

# The wider codec that browsers use where a page names the narrow one; keys as `codecs.lookup` spells them.
_WIDER = {
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-11": "cp874",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "tis-620": "cp874",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
    "utf-8-sig": "utf-8",
}

_CODECS = frozenset(
    words(
        """
        ascii big5 big5hkscs cp437 cp720 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863
        cp864 cp865 cp866 cp869 cp874 cp932 cp949 cp950 cp1125 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255
        cp1256 cp1257 cp1258 euc_jis_2004 euc_jisx0213 euc_jp euc_kr gb18030 gb2312 gbk hp-roman8 hz
        iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext iso2022_kr iso8859-1
        iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10 iso8859-11
        iso8859-13 iso8859-14 iso8859-15 iso8859-16 johab koi8-r koi8-t koi8-u kz1048 mac-croatian
        mac-cyrillic mac-farsi mac-greek mac-iceland mac-latin2 mac-roman mac-romanian mac-turkish ptcp154
        shift_jis shift_jis_2004 shift_jisx0213 tis-620 utf-8 utf-8-sig utf-16 utf-16-be utf-16-le utf-32
        utf-32-be utf-32-le
        """
    )
)


@lru_cache(maxsize=1024)
def codec_of(label: str | None) -> str | None:
    """The Python codec that a browser would use for a charset label, or None for what is no known label.

    Names are spelt as `codecs.lookup(...).name` does, so that they can be compared.
    """
    if not label or len(label) > 60:
        return None
    name = label.strip(" \t\r\n\f\"';,").lower()
    if not _LABEL.fullmatch(name):
        return None
    try:
        found = codecs.lookup(_LABELS.get(name, name)).name
    except LookupError:
        return None
    if found not in _CODECS:  # also keeps out codecs that are no charsets: rot13, zlib, idna, unicode_escape, utf-7
        return None
    return codecs.lookup(_WIDER.get(found, found)).name
