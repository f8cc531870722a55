"""White space as a browser shows it, and what counts as something to see."""

from __future__ import annotations

import re
from textwrap import dedent

BREAK = "\x00"  # a <br> until white space has collapsed; no NUL comes through the parser

_BLANKS = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
_AROUND_BREAK = re.compile(r" ?\x00[ \x00]*")
# Neither white space nor one of the characters of no width: soft hyphen, joiners, direction marks, fillers.
_VISIBLE = re.compile(
    "[^\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff]"
)


def collapse(text: str) -> str:
    """Runs of white space as one blank, breaks as line ends. A no-break space is a character like any other."""
    if "  " in text or "\n" in text or "\t" in text or "\r" in text or "\f" in text:  # faster than the pattern
        text = _BLANKS.sub(" ", text)
    if BREAK in text:
        text = _AROUND_BREAK.sub("\n", text)
    return text.strip()


def preformatted(text: str) -> str:
    """The lines of a `pre`, without what indents them all and without blank lines around them."""
    lines = text.replace(BREAK, "\n").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return dedent(lines).strip()


def is_visible(text: str) -> bool:
    """Whether there is anything to see."""
    return bool(text) and (" " < text[0] < "\x7f" or _VISIBLE.search(text) is not None)
