"""Cue phrases: what page furniture says of itself, from `data/cues.toml`.

Only short lines that say nothing else, or that begin with a phrase and a colon, are taken by what they say, so that
sentences which merely mention the words stay. To teach the pipeline a phrase or a language, add it to the data file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from cleaners.page import Line, Page, fold

# what must follow a phrase that a line begins with
_AFTER = {
    "start": re.compile(r"\s*[:>»→|–—]"),
    "start_title": re.compile(r"""\s*["'“”„«:]"""),
    "start_short": re.compile(r"(?!\w)"),
    "within": re.compile(r"(?!\w)"),
}
_WORD = re.compile(r"[\w#©]+")
# Chinese, Japanese and Thai run words together, Korean its particles: folded, so Hangul is in single letters.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff]")
_NO_SPEECH = re.compile(r"""\A\s*(?:[«“"„]|[—–-]\s)|[.!?»”"]\Z""")  # quotations and lines of a dialogue


_LINKED = 0.9  # share of a link in what follows a phrase
ROW_WORDS, ROW_LONGEST = 12, 160  # words and characters of a row of buttons or links
_PHRASE_WORDS = 6  # of the longest phrases in such a row
SPOKEN_WORDS = 2  # so short a phrase may be said in a dialogue: "Next."


class Cue(NamedTuple):
    """One entry of the data file that a line matched."""

    rule: str
    label: str
    score: float
    section: str
    heading_like: bool
    phrase: str


class _Phrase(NamedTuple):
    """A phrase that a line may hold beside other words; `match` as in the data file."""

    cue: Cue
    match: str
    longest: int


class _Table(NamedTuple):
    longest: int  # characters of a line that a phrase may be a part of
    lines: dict[str, Cue]  # whole lines
    openers: frozenset[str]  # first words of these
    heads: dict[str, list[_Phrase]]  # phrases that begin a line, by first word
    within: dict[str, list[tuple[_Phrase, int]]]  # phrases anywhere in a line, by longest word, and its place in them
    unspaced: list[_Phrase]  # phrases anywhere in a line of a script without spaces


def find_cues(page: Page) -> list[Cue | None]:
    """The surest cue of each line, or None."""
    table = _table()
    found: list[Cue | None] = []
    for line in page:
        best = table.lines.get(line.folded)
        if best and len(best.phrase.split()) <= SPOKEN_WORDS and _NO_SPEECH.search(line.text):
            best = None
        if best is None and line.folded and len(line.text) <= table.longest and line.kind != "table_row":
            for phrase, position in _standing(line.folded):
                if (best is None or phrase.cue.score > best.score) and _matches(phrase, line, position):
                    best = phrase.cue
        short = line.words <= ROW_WORDS and len(line.text) <= ROW_LONGEST
        if best is None and short and line.kind not in ("table_row", "code"):
            best = _row(line.text)
        found.append(best)
    return found


@lru_cache(maxsize=20_000)  # the pages of a source repeat their furniture
def _standing(folded: str) -> tuple[tuple[_Phrase, int], ...]:
    """The phrases that a folded line holds, with their places: first those it begins with."""
    table = _table()
    words = _WORD.findall(folded)
    found: list[tuple[_Phrase, int]] = []
    if words and words[0] in table.heads:
        found += [(phrase, 0) for phrase in table.heads[words[0]] if folded.startswith(phrase.cue.phrase)]
    if not table.within.keys().isdisjoint(words):
        for word in _WORD.finditer(folded):
            for phrase, offset in table.within.get(word[0], ()):
                at = word.start() - offset
                if at >= 0 and folded.startswith(phrase.cue.phrase, at) and not _WORD.match(folded[at - 1 : at]):
                    found.append((phrase, at))
    if not folded.isascii() and _UNSPACED.search(folded):
        places = [(phrase, folded.find(phrase.cue.phrase)) for phrase in table.unspaced]
        found += [(phrase, at) for phrase, at in places if at >= 0]
    return tuple(found)


@lru_cache(maxsize=20_000)
def _row(text: str) -> Cue | None:
    """The cue of a line that is nothing but several phrases: "Share Tweet Print", "FacebookTwitter", "Log in | Help".

    Its label is that of most of them; numbers between them count nothing.
    """
    table = _table()
    word, _, rest = text.partition(" ")
    plain = word[1:].islower() and word.isascii() and word.isalpha()
    if plain and not (rest and word.lower() in table.openers):  # most lines are known at once to be no row
        return None
    first = next((piece for piece in map(fold, _pieces(text)) if piece and piece != "#"), "")
    if first not in table.openers or _NO_SPEECH.search(text):
        return None
    pieces = [piece for piece in map(fold, _pieces(text)) if piece and piece != "#"]
    lines = table.lines
    best: list[tuple[Cue, ...] | None] = [()]
    for end in range(1, len(pieces) + 1):
        ways = []
        for start in range(max(0, end - _PHRASE_WORDS), end):
            cue = lines.get(" ".join(pieces[start:end]))
            if cue and (before := best[start]) is not None:
                ways.append((*before, cue))
        best.append(min(ways, key=len, default=None))
    cues = best[-1]
    if not cues or len(cues) < 2:
        return None
    labels = [cue.label for cue in cues]
    most = next(cue for cue in cues if cue.label == max(labels, key=labels.count))
    return most._replace(score=min(cue.score for cue in cues), section="", heading_like=False)


def _pieces(text: str) -> Iterator[str]:
    """Words, also where they were run together: "ShareTweet"."""
    for word in text.split():
        start = 0
        for place in range(1, len(word)):
            if word[place].isupper() and word[place - 1].islower():
                yield word[start:place]
                start = place
        yield word[start:]


def _matches(phrase: _Phrase, line: Line, position: int) -> bool:
    """Whether a phrase that stands at a position of a line says what the line is."""
    if len(line.text) > phrase.longest:
        return False
    text = phrase.cue.phrase
    if phrase.match == "start" and _links_on(line, text):
        return True
    if phrase.match == "within" and _UNSPACED.search(text):
        return True
    return _AFTER[phrase.match].match(line.folded, position + len(text)) is not None


def _links_on(line: Line, phrase: str) -> bool:
    """Whether what follows a phrase is one link: "Read also" before a linked title needs no colon."""
    rest = len(line.text) - len(phrase)
    return line.hint is not None and line.hint.links == 1 and line.hint.link_chars >= _LINKED * rest > 0


@cache
def _table() -> _Table:
    data = tomllib.loads(files("cleaners").joinpath("data", "cues.toml").read_text(encoding="utf-8"))
    lines: dict[str, Cue] = {}
    heads: dict[str, list[_Phrase]] = {}
    within: dict[str, list[tuple[_Phrase, int]]] = {}
    unspaced: list[_Phrase] = []
    for entry in data["cue"]:
        for cue in _cues(entry):
            if entry["match"] != "line":
                phrase = _Phrase(cue, entry["match"], entry["longest"])
                words = list(_WORD.finditer(cue.phrase))
                if entry["match"] == "within" and _UNSPACED.search(cue.phrase):
                    unspaced.append(phrase)
                elif entry["match"] == "within" and words:  # long words are rare: "newsletter", not "your"
                    rare = max(words, key=lambda word: len(word[0]))
                    within.setdefault(rare[0], []).append((phrase, rare.start()))
                elif words:
                    heads.setdefault(words[0][0], []).append(phrase)
            elif cue.phrase not in lines or cue.score > lines[cue.phrase].score:
                lines[cue.phrase] = cue
    longest = max(entry.get("longest", 0) for entry in data["cue"])
    openers = frozenset(phrase.split(" ", 1)[0] for phrase in lines)
    return _Table(longest, lines, openers, heads, within, unspaced)


def _cues(entry: dict[str, Any]) -> Iterator[Cue]:
    for several in entry["phrases"].values():
        for phrase in several:
            section, heading_like = entry.get("section", ""), entry.get("heading_like", False)
            yield Cue(entry["rule"], entry["label"], entry["score"], section, heading_like, fold(phrase))
