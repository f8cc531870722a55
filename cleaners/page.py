"""What the rules for page furniture look at: the blocks of a document as lines with a few plain measurements.

A line is prose when it says something in sentences. Prose is what tells the text of a page from its furniture when
there is no markup to tell: menus, lists of links and footers are made of short lines that end in no sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from corpus.document import Block, Document, Hint

FOLDED = 400  # characters; only shorter lines are folded, for none of the longer ones is compared with anything

PROSE_WORDS = (
    10  # a sentence of ten words is rarely a menu entry (jusText's short-block limit, 70 characters, in words)
)
LONG_WORDS = 25  # so long a line is prose even where the scraper lost its full stop
WRAPPED_WORDS = 7  # a line that runs on into the next one has at least so many words
_SENTENCE_END = re.compile(r"""[.!?…:;。！？।؟۔](?:["'”’»)\]\s\d]{0,6})\Z""")
_INNER_STOP = re.compile(r"[,;.:!?]\s")
_WIDE = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts whose words no space parts
_WIDE_PER_WORD = 2  # characters a word in these scripts, on average

_MARKS = re.compile("[\u0300-\u036f]+")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
# vowel signs and points of Hebrew, Arabic, Devanagari, Thai and kana, which belong to the letter before them
_SIGNS = (
    "\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u3099\u309a"
)
_ENDS = re.compile(rf"\A[^\w#©]+|[^\w#{_SIGNS}]+\Z")
_STYLE = str.maketrans({"’": "'", "‘": "'", "´": "'", "\u00a0": " ", "\u202f": " ", "…": "..."})


class Line(NamedTuple):
    """A kept block: its place in `document.blocks`, its text, and what was measured of it.

    `sentence`: it ends as a sentence does; `runs`: a sentence runs on from it into the next line, or into it.
    """

    at: int
    text: str
    folded: str
    words: int
    prose: bool
    sentence: bool
    kind: str
    level: int
    hint: Hint | None
    runs: bool = False


class Proposal(NamedTuple):
    """What a rule thinks a block is, and how sure it is (1: surely not content)."""

    label: str
    rule: str
    score: float


Page = tuple[Line, ...]
Proposals = dict[int, Proposal]
"""By position in the page."""
Rule = Callable[[Page], Proposals]


def page_of(document: Document) -> Page:
    """The kept blocks of a document as lines."""
    hints: Iterable[Hint | None] = document.hints or [None] * len(document.blocks)
    lines = [
        _line(index, document.block_text(block), block, hint)
        for index, (block, hint) in enumerate(zip(document.blocks, hints, strict=True))
        if block.kept
    ]
    for position in range(len(lines) - 1):
        line, following = lines[position], lines[position + 1]
        if _runs_on(line, following):
            prose = line.words >= WRAPPED_WORDS
            lines[position] = line._replace(runs=True, prose=line.prose or prose)
            lines[position + 1] = following._replace(runs=True, prose=following.prose or prose)
    return tuple(lines)


def merge(*proposals: Proposals) -> Proposals:
    """For every block the surest proposal; among equals the first."""
    best: Proposals = {}
    for several in proposals:
        for position, proposal in several.items():
            if position not in best or proposal.score > best[position].score:
                best[position] = proposal
    return best


def fold(text: str) -> str:
    """Text without case, accents, numbers (`#` stands for one), and signs at its ends, for comparison."""
    if text.isascii():  # the quick way to the same
        text = text.lower()
    else:
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_STYLE).casefold()))
    text = _NUMBER.sub("#", " ".join(text.split()))
    return text if text[:1].isalnum() and text[-1:].isalnum() else _ENDS.sub("", text)


def count_words(text: str) -> int:
    """Words, roughly, in any script."""
    spaced = len(text.split())
    if text.isascii() or _WIDE.search(text) is None:
        return spaced
    return spaced + len(_WIDE.findall(text)) // _WIDE_PER_WORD


def _runs_on(line: Line, following: Line) -> bool:
    """Whether a sentence runs from one line into the next, where a scraper, a PDF or an inline link broke it."""
    return (
        not line.sentence
        and line.kind != "table_row"
        and following.kind == "paragraph"
        and (following.text[0].islower() or following.text[0] in ",.;)")
    )


def _line(index: int, text: str, block: Block, hint: Hint | None) -> Line:
    folded, words, sentence, stops = _measure_short(text) if len(text) <= _SHORT else _measure(text)
    prose = block.kind != "table_row" and ((sentence and words >= PROSE_WORDS) or (words >= LONG_WORDS and stops))
    return Line(index, text, folded, words, prose, sentence, block.kind, block.level, hint)


def _measure(text: str) -> tuple[str, int, bool, bool]:
    """Of a line: folded ("" if it is long), words, whether it ends as a sentence does, whether it has a stop inside."""
    folded = fold(text) if len(text) <= FOLDED else ""
    ends = _SENTENCE_END.search(text[-10:]) is not None
    return folded, count_words(text), ends, _INNER_STOP.search(text) is not None


_SHORT = 80  # characters
_measure_short = lru_cache(maxsize=20_000)(_measure)  # the pages of a source repeat their furniture
