"""Reading one line of tokens with clean text and several tables as states (Viterbi over tokens).

An arc is one token, or a few that a lost letter tore apart, read in one state. A token can also begin garbled and end
clean or the other way round, if the whole is a word then.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from typing import NamedTuple

from cleaners.glyphs.dropped import completed, is_odd
from cleaners.glyphs.dropped import score as completed_score
from cleaners.glyphs.families import Table
from cleaners.glyphs.judge import LN10, Judge
from cleaners.glyphs.lost import Whole, remains
from cleaners.glyphs.segment import segment
from cleaners.glyphs.suspects import EDGES, Token

ENTER, LEAVE = -7.0, -2.0  # beginning and ending a garbled stretch
INSIDE = -5.0  # a switch inside a word
UNREAD = -7.0  # a symbol that the table does not have stays what it is
LOST = -2.0  # each letter put back
_MOST_READINGS = 256  # of a token that are tried all; beyond that a beam by letters
_MOST_SWITCHED = 16
_BEAM = 24
_LONGEST_SWITCHED = 20  # characters of a token that may begin clean and end garbled
_LONGEST_CHOSEN = 32  # characters of a token whose readings are compared; no word is longer
_POOR = -22.0  # scores below this make it worth looking for a switch inside the token
_LOOKUP = 8  # what looking up a word costs, in letters scored
_MOST_TORN = 5  # tokens that lost letters can make of one word


class Arc(NamedTuple):
    """Tokens first..last-1 read in a state (0 = clean, i = table i) and what they read then."""

    first: int
    last: int
    state: int
    reading: str
    score: float


class Reader:
    """Reads tokens through one table and one language, remembering them."""

    def __init__(self, table: Table, judge: Judge, *, restore: bool = True, dropped: bool = False) -> None:
        self.table = table
        self.dropped = dropped  # whether any letter may be missing
        self.judge = judge
        reads = table.reads()
        lost = (
            [c for c in judge.lexicon.alphabet if c not in reads and not c.isascii()] if table.lost and restore else []
        )
        self.remains: dict[str, Whole] = remains(judge.lexicon.language, frozenset(lost), table.gap)
        self._read: dict[str, tuple[str, float]] = {}

    def read(self, token: str) -> tuple[str, float]:
        """The best reading of a token and its score."""
        found = self._read.get(token)
        if found is None:
            found = self._read[token] = self._edges(token)
        return found

    def _edges(self, token: str) -> tuple[str, float]:
        """Punctuation around a garbled word may be clean itself."""
        best = self._best(token)
        core = token.strip(EDGES)
        if core and core != token:
            before, _, behind = token.partition(core)
            reading, score = self._best(core)
            score += -4.0 * (len(before) + len(behind))
            if score > best[1]:
                return before + reading + behind, score
        return best

    def _best(self, token: str) -> tuple[str, float]:
        if not self.table.spaces and len(token) > 8:
            first = "".join((self.table.options(c) or (c,))[0] for c in token)
            unread = sum(not self.table.options(c) for c in token)
            reading, score = segment(first, self.judge, self.remains)
            return reading, score + UNREAD * unread
        scored = [(self.judge.token(reading) + cost, reading) for reading, cost in self.readings(token)]
        score, reading = max(scored)
        if self.remains and not self.table.gap:
            return self._restored(reading, score)
        return self._completed(reading, score) if self.dropped else (reading, score)

    def _restored(self, reading: str, score: float) -> tuple[str, float]:
        core = reading.strip(EDGES)
        whole = self.remains.get(core.lower())
        if whole is None:
            return reading, score
        full = reading.replace(core, cased(whole.word, core), 1)
        better = self.judge.token(full) + LOST * whole.lost
        return (full, better) if better > score else (reading, score)

    def _completed(self, reading: str, score: float) -> tuple[str, float]:
        core = reading.strip(EDGES)
        if not core.isalpha() or not is_odd(core.lower(), self.judge):
            return reading, score
        whole = completed(core.lower(), self.judge)
        if whole is None or completed_score(whole[1]) <= self.judge.word(core.lower()):
            return reading, score
        better = score - self.judge.word(core.lower()) + completed_score(whole[1])
        return reading.replace(core, cased(whole[0], core), 1), better

    def readings(self, token: str) -> Iterator[tuple[str, float]]:
        """All readings of a token with what their choices cost, or the likely ones of very many."""
        options = [self.table.options(c) for c in token]
        cost = UNREAD * sum(not given for given in options)
        self.judge.effort.spent += 2 * len(token)
        choices = [given or (c,) for given, c in zip(options, token, strict=True)]
        count = math.prod(map(len, choices))
        cost -= 0.35 * sum(len(given) > 1 for given in choices)
        if len(token) > _LONGEST_CHOSEN:
            yield "".join(given[0] for given in choices), cost
            return
        if count <= _MOST_READINGS:
            for chosen in product(*choices):
                yield "".join(chosen), cost
            return
        beam = [""]
        for given in choices:
            beam = [prefix + c for prefix in beam for c in given]
            if len(beam) > _BEAM:
                beam.sort(key=lambda p: (-self.judge.letters(p.lower()), p))
                del beam[_BEAM:]
        for prefix in beam:
            yield prefix, cost


def cased(word: str, like: str) -> str:
    """A word in the case of another."""
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def decode(
    tokens: Sequence[Token], readers: Sequence[Reader], clean: Callable[[str], float], *, inside: bool = True
) -> tuple[list[Arc], float]:
    """The best reading of a line and by how much it is better than leaving it all alone."""
    size = len(tokens)
    best: list[dict[int, tuple[float, Arc | None]]] = [{} for _ in range(size + 1)]
    best[0] = {state: (ENTER if state else 0.0, None) for state in range(len(readers) + 1)}
    alone = 0.0
    for i, token in enumerate(tokens):
        score_clean = clean(token.text)
        alone += score_clean
        arcs = [(Arc(i, i + 1, 0, token.text, score_clean), 0)]
        for state, reader in enumerate(readers, 1):
            arcs += [(arc, end) for arc, end in _arcs(tokens, i, state, reader, score_clean, inside)]
        for arc, end in arcs:
            _extend(best, i, arc, end)
    state = max(sorted(best[size]), key=lambda s: best[size][s][0])
    total = best[size][state][0]
    path: list[Arc] = []
    position = size
    while position:
        step = best[position][state][1]
        if step is None:
            break
        path.append(step)
        position, state = step.first, _before(best, step)
    return path[::-1], total - alone


def _extend(best: list[dict[int, tuple[float, Arc | None]]], i: int, arc: Arc, end: int) -> None:
    score = max(score + _switch(state, arc.state) for state, (score, _) in best[i].items()) + arc.score
    target = best[arc.last]
    if end not in target or score > target[end][0]:
        target[end] = (score, arc)


def _before(best: list[dict[int, tuple[float, Arc | None]]], arc: Arc) -> int:
    states = best[arc.first]
    return max(sorted(states), key=lambda s: states[s][0] + _switch(s, arc.state))


def _switch(before: int, after: int) -> float:
    if before == after:
        return 0.0
    return (LEAVE if before else 0.0) + (ENTER if after else 0.0)


def _arcs(
    tokens: Sequence[Token], i: int, state: int, reader: Reader, clean: float, inside: bool
) -> Iterator[tuple[Arc, int]]:
    token = tokens[i].text
    reading, score = reader.read(token)
    yield Arc(i, i + 1, state, reading, score), state
    if inside and max(score, clean) < _POOR and 3 < len(token) <= _LONGEST_SWITCHED:
        yield from _inside(token, i, state, reader)
    if reader.table.gap:
        yield from _torn(tokens, i, state, reader)


def _inside(token: str, i: int, state: int, reader: Reader) -> Iterator[tuple[Arc, int]]:
    for cut in range(1, len(token)):
        for garbled, other, ahead in ((token[:cut], token[cut:], True), (token[cut:], token[:cut], False)):
            if not _may_be_part(other):
                continue
            for read, cost in islice(reader.readings(garbled), _MOST_SWITCHED):
                whole = read + other if ahead else other + read
                core = whole.strip(EDGES)
                reader.judge.effort.spent += _LOOKUP
                if len(core) > 3 and reader.judge.knows(core):
                    score = reader.judge.token(whole) + cost + INSIDE
                    # a token that ends clean begins garbled, and is entered as such
                    yield Arc(i, i + 1, state if ahead else 0, whole, score), 0 if ahead else state


def _may_be_part(clean: str) -> bool:
    """Whether characters may be the clean part of a word."""
    core = clean.strip(EDGES)
    return not core or (core.isalpha() and (core.isupper() or core[1:].islower() or len(core) == 1))


def _torn(tokens: Sequence[Token], i: int, state: int, reader: Reader) -> Iterator[tuple[Arc, int]]:
    parts: list[str] = []
    for j in range(i, min(i + _MOST_TORN, len(tokens))):
        if j > i and tokens[j].start != tokens[j - 1].end + 1:
            return
        parts.append(next(iter(reader.readings(tokens[j].text)))[0])
        whole = reader.remains.get(" ".join(parts).lower())
        if whole is not None:
            score = LN10 * (whole.zipf - 9.0) + LOST * whole.lost
            yield Arc(i, j + 1, state, cased(whole.word, parts[0]), score), state
