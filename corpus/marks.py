"""Runs of combining marks that are too long to be normalised.

`unicodedata.normalize` sorts each run of combining marks by insertion, so a run of 100,000 marks takes minutes. Runs
longer than the Stream-Safe Text Format of Unicode Standard Annex 15 allows occur in no language.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

LAST_MARK = 0x1FFFF  # combining marks of Unicode 16 end below; U+E0000 has none with a combining class
MAX_MARKS = 30  # UAX 15, section 13 (Stream-Safe Text Format): at most 30 non-starters in a row
MAY_BE_MARKS = re.compile(f"[^\x00-\u02ff\u2000-\u206f]{{{MAX_MARKS + 1}}}")  # quick to say no of Latin text


@cache
def long_marks() -> re.Pattern[str]:
    """More combining marks in a row than any language has."""
    ranges: list[list[int]] = []
    for code in range(0x300, LAST_MARK + 1):
        if unicodedata.combining(chr(code)):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    marks = "".join(f"{chr(low)}-{chr(high)}" for low, high in ranges)
    return re.compile(f"[{marks}]{{{MAX_MARKS + 1},}}")


def has_long_marks(text: str) -> bool:
    """Whether a run of combining marks is too long to be normalised safely."""
    return MAY_BE_MARKS.search(text) is not None and long_marks().search(text) is not None


def compatible(text: str) -> str:
    """The text in NFKC, for comparison; of a run of marks that is too long only the first MAX_MARKS count."""
    if has_long_marks(text):
        text = long_marks().sub(lambda run: run[0][:MAX_MARKS], text)
    return unicodedata.normalize("NFKC", text)
