"""What the name of a glyph says, if it says anything.

Names come from the Adobe Glyph List, or spell a code point (`uni20AC`, `u1F600`). Producers that renumber glyphs write
names that only look like ones: g12, glyph00012, cid34, a17, and they must not be read as letters.
"""

from __future__ import annotations

import re
import unicodedata

from fontTools import agl

_NUMBERED = re.compile(
    r"(?:[a-zA-Z]|[a-zA-Z]{2}|gid|glyph|cid|index|char|code|ch)[._]?\d{1,5}|\.?notdef|\.?null|nonmarkingreturn"
)
_USUAL = {"\N{NO-BREAK SPACE}": " ", "\N{SOFT HYPHEN}": "-"}
_MAX_NAME = 60


def text_of_name(name: str) -> str:
    """The text that a glyph name stands for, "" if it stands for none."""
    if not name or len(name) > _MAX_NAME or _NUMBERED.fullmatch(name):
        return ""
    return usable(agl.toUnicode(name))


def usable(text: str) -> str:
    """The text if it can stand in a document, no private, unassigned or control characters; "" if not."""
    if not text or any(unicodedata.category(c)[0] == "C" and c != "\N{SOFT HYPHEN}" for c in text):
        return ""
    return _USUAL.get(text, text)
