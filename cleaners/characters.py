"""Characters that say nothing are taken out, and the rest is composed (NFC).

Invisible characters part words that are one word to readers, so searches, shingles and word lists miss them. Some of
them mean something in some scripts, and stay there: joiners in Arabic and Indic scripts and inside emoji, zero-width
spaces between the words of scripts that write no spaces, bidirectional marks in lines that hold right-to-left letters.

C1 controls are clues to mojibake, so this cleaner runs behind its repair.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cleaners.normal_form import composition_spans
from corpus.document import Change, Document, normalise

_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_ZERO_WIDTH = _ZERO_WIDTH_SPACE + _JOINERS
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings, overrides, isolates
_NOISE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls that are not white space (U+0085 is a line break)
    "\u2060\u206a-\u206f"  # word joiner, deprecated format characters
    "\ufeff\ufff9-\ufffc\ufffe\uffff"  # byte order marks, annotations, object replacement, noncharacters
)
_SURROGATES = "\ud800-\udfff"
_BREAKS = "\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}\x85\r\x0b"

_SPOT = re.compile(f"[{_NOISE}{_SOFT_HYPHEN}{_ZERO_WIDTH_SPACE}{_JOINERS}{_BIDI}{_SURROGATES}{_BREAKS}]")
_IS_BIDI = re.compile(f"[{_BIDI}]")
_IS_SURROGATE = re.compile(f"[{_SURROGATES}]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")
# Thai, Lao, Tibetan, Myanmar, Khmer, Mongolian, Balinese, Javanese, kana, Han: words are not parted by spaces
_SPACELESS = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u18af\u1b00-\u1b7f\u3040-\u30ff\u3400-\u9fff\ua980-\ua9df]")
# Joiners shape letters from Arabic to the end of the Indic scripts, further South-East Asian ones, and emoji
_JOINED = re.compile(
    "[\u0600-\u1aff\u2190-\u2bff\ufe0f\U00010a00-\U00011fff\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)


def clean_characters(document: Document) -> Document:
    """Take out characters without meaning, write line breaks as line feeds, and compose letters (NFC)."""
    document = document.apply(_merged(_spot_changes(document.text)))
    return document.apply(
        normalise(start, end, after, "unicode", "nfc") for start, end, after in composition_spans(document.text)
    )


def _spot_changes(text: str) -> Iterator[Change]:
    line = (0, 0, False)  # the line looked at last: start, end, whether it holds right-to-left letters
    for match in _SPOT.finditer(text):
        start, end, character = match.start(), match.end(), match[0]
        if character in _BREAKS:
            windows = character == "\r" and text.startswith("\n", end)
            yield normalise(start, end, "" if windows else "\n", "control-character", "line-separators")
        elif _IS_SURROGATE.match(character):
            yield normalise(start, end, "\N{REPLACEMENT CHARACTER}", "control-character", "lone-surrogates")
        elif _IS_BIDI.match(character):
            if not line[0] <= start < line[1]:
                line = _line(text, start)
            if not line[2]:
                yield normalise(start, end, "", "control-character", "invisible-characters")
        elif not (character in _ZERO_WIDTH and _means_something(text, start)):
            yield normalise(start, end, "", "control-character", "invisible-characters")


def _merged(changes: Iterable[Change]) -> Iterator[Change]:
    """Removals next to each other as one."""
    last: Change | None = None
    for change in changes:
        if last and not last.after and not change.after and last.end == change.start and last.rule == change.rule:
            last = last._replace(end=change.end)
            continue
        if last:
            yield last
        last = change
    if last:
        yield last


def _line(text: str, position: int) -> tuple[int, int, bool]:
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    end = len(text) if end < 0 else end
    return start, end, _RIGHT_TO_LEFT.search(text, start, end) is not None


def _means_something(text: str, position: int) -> bool:
    """Whether a zero-width space or joiner stands where its script uses it."""
    script = _SPACELESS if text[position] == _ZERO_WIDTH_SPACE else _JOINED
    around = text[max(position - 1, 0) : position], text[position + 1 : position + 2]
    return all(side and script.match(side) for side in around)
