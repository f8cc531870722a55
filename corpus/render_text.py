"""Strangers' text as HTML: escaped, and with what cannot be seen spelled out as code points.

Documents may hold markup, control characters, and bidirectional controls that make a line read otherwise than it is
stored. Whatever a page of limpide shows of a document goes through this module.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

# Not shown by a browser, or showing something else than what is there: C0 and C1 controls but tab and newline, soft
# hyphen, bidirectional controls, zero-width characters, separators, lone surrogates, private use and tag characters.
# Joiners are left alone behind the scripts that are written with them (U+0600 and up: Arabic, Indic, emoji).
UNSEEN = re.compile(
    "(?:[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f"
    "\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\ud800-\\udfff\\ue000-\\uf8ff"
    "\\U000e0000-\\U000e0fff\\U000f0000-\\U0010ffff]|(?<![\\u0600-\\U0010ffff])[\\u200c\\u200d])+"
)


def visible(text: str) -> str:
    """Text as HTML, with what cannot be seen as code points."""
    pieces: list[str] = []
    position = 0
    for found in UNSEEN.finditer(text):
        pieces += (escape(text[position : found.start()]), _codes(found[0]))
        position = found.end()
    return "".join(pieces) + escape(text[position:])


def highlighted(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> str:
    """A stretch of a text as HTML with some spans of the text marked, which are in order and disjoint."""
    pieces: list[str] = []
    first = bisect_right(spans, start, key=lambda span: span[1])
    for low, high in spans[first : bisect_left(spans, end, key=lambda span: span[0])]:
        first_letter, behind = max(start, low), min(end, high)
        pieces += (visible(text[start:first_letter]), f'<mark class="here">{visible(text[first_letter:behind])}</mark>')
        start = behind
    return "".join(pieces) + visible(text[start:end])


def attribute(text: str) -> str:
    """Text for an attribute, a title, or the text of an SVG, where no element may stand."""
    return escape(UNSEEN.sub(lambda found: f"[{_as_codes(found[0])}]", text))


def tag(text: str, classes: str = "") -> str:
    """A chip with words of ours about the text, which a reader of the page can tell from the text itself."""
    return f'<span class="{f"tag {classes}".strip()}">{visible(text)}</span>'


def address(url: str) -> str:
    """A link where the address is one of the web, plain text otherwise (`javascript:`, `data:`, broken ones)."""
    text = visible(url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return text
    if parts.scheme not in {"http", "https"} or not parts.netloc or UNSEEN.search(url):
        return text
    return f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{text}</a>'


def css_class(label: str) -> str:
    """The class that gives an element the colour of a label."""
    return f"l-{label}"


def _codes(run: str) -> str:
    numbers = " ".join(f"{ord(character):04X}" for character in run)
    name = unicodedata.name(run, "") if len(run) == 1 else ""
    tip = f' title="{name}"' if name else ""
    return f'<span class="code" data-code="{numbers}"{tip}>{_as_codes(run)}</span>'


def _as_codes(run: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in run)
