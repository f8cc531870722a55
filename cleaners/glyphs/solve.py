"""Deciphering a table that nobody knows, from the garbled text alone.

Each symbol gets a letter; the 4-gram model of the language says how good the whole is; symbols change or exchange their
letters one after the other, drawn by how much better the text gets, while the temperature falls (simulated annealing by
Gibbs sampling). The random numbers are seeded by the text and the number of steps is fixed, so the outcome is the same
on every machine. Whether it is right is for others to judge, by words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.glyphs.families import Table, fold
from cleaners.lexicon import Lexicon

NAME = "deciphered"
_MOST_LETTERS = 700  # of the pooled text; more does not make it surer
_MOST_SYMBOLS = 90  # letters of both cases, digits and signs; more are another script, or noise
_SWEEPS = 45
_RESTARTS = 10  # of all languages together
_SAME = 2.0  # nats: two restarts that come as close have found the same table, and it will be the best
_HOT, _COLD = 6.0, 0.6  # nats: temperatures of the first and the last sweep
_SHARED = 3.0  # cost of a letter that more than one symbol stands for, as small letters and capitals do
_FLOOR = -11.0  # of one 4-gram


class Solved(NamedTuple):
    """A table and the mean score of a symbol under it, which languages compare by."""

    score: float
    table: Table


def solve(tokens: Sequence[str], lexicon: Lexicon, languages: int = 1) -> Solved:
    """The best table found for the tokens, in a language; of how many are tried, each has its share of the runs."""
    words, signs = _without_signs(tokens)
    symbols = sorted({c for word in words for c in word})
    if not 2 <= len(symbols) <= _MOST_SYMBOLS:
        return Solved(_FLOOR, Table(NAME, {}, lost=False))
    text = _grams(words, {c: i for i, c in enumerate(symbols, 1)})
    seed = int.from_bytes(blake2b("\n".join(words).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
    rng = np.random.Generator(np.random.PCG64(seed))
    score, letters = _restarted(text, len(symbols), lexicon, rng, max(3, _RESTARTS // languages))
    plain = {c: lexicon.alphabet[letters[i] - 1] for i, c in enumerate(symbols, 1)}
    return Solved(score / text.shape[1], Table(NAME, _readings(plain, words, signs), lost=False))


def _restarted(
    grams: NDArray[np.int64], count: int, lexicon: Lexicon, rng: np.random.Generator, most: int
) -> tuple[float, NDArray[np.int64]]:
    """The best of a few runs; over as soon as two agree on the best."""
    scores: list[float] = []
    best = np.zeros(count + 1, dtype=np.int64)
    for _ in range(most):
        score, letters = _anneal(grams, count, lexicon, rng)
        agreed = bool(scores) and abs(score - max(scores)) < _SAME
        if not scores or score > max(scores):
            best = letters
        scores.append(score)
        if agreed:
            break
    return max(scores), best


def _without_signs(tokens: Sequence[str]) -> tuple[list[str], Counter[str]]:
    """The tokens without the symbols that only end tokens: these are punctuation."""
    body = {c for token in tokens for c in token[:-1]}
    signs = Counter(token[-1] for token in tokens if len(token) > 1 and token[-1] not in body)
    words: list[str] = []
    size = 0
    for token in tokens:
        word = token[:-1] if token[-1] in signs else token
        size += len(word)
        if size > _MOST_LETTERS:
            break
        words.append(word)
    return [word for word in words if word], signs


def _grams(words: Sequence[str], place: dict[str, int]) -> NDArray[np.int64]:
    """The 4-grams of the words by symbol number, 0 for borders: shape (4, n)."""
    rows: list[tuple[int, int, int, int]] = []
    for word in words:
        codes = [0, 0, 0, *(place[c] for c in word), 0]
        rows += [(codes[i], codes[i + 1], codes[i + 2], codes[i + 3]) for i in range(len(codes) - 3)]
    return np.array(rows, dtype=np.int64).T


class _State:
    """An assignment of letters to symbols, with the score of every different 4-gram under it.

    The place of a 4-gram in the flat model is linear in its letters, so `weights[s]` says by how much the place of each
    gram moves when symbol s gets the next letter: a change is tried on the grams that hold the symbol, and on no other.
    """

    def __init__(self, grams: NDArray[np.int64], count: int, lexicon: Lexicon) -> None:
        self.size = len(lexicon.alphabet)
        base = self.size + 1
        self.model = np.maximum(lexicon.letters.reshape(-1), _FLOOR)
        different, times = np.unique(grams, axis=1, return_counts=True)
        self.times = times.astype(np.float64)
        self.weights = np.zeros((count + 1, different.shape[1]), dtype=np.int64)
        for place, row in enumerate(different):
            np.add.at(self.weights, (row, np.arange(different.shape[1])), base ** (3 - place))
        self.weights[0] = 0
        self.holding = [np.flatnonzero(row) for row in self.weights]
        self.pairs = np.nonzero(self.weights)
        self.pair_weights = self.weights[self.pairs]
        frequency = np.bincount(grams[3], minlength=count + 1)[1:]
        ranked = np.argsort(-np.maximum(lexicon.letters[0, 0, 0, 1:], _FLOOR), kind="stable")
        self.letters = np.zeros(count + 1, dtype=np.int64)
        self.letters[np.argsort(-frequency, kind="stable") + 1] = ranked[np.arange(count) % self.size] + 1
        self.places = self.letters @ self.weights
        self.scores = self.model[self.places] * self.times

    def score(self) -> float:
        """Of the whole text, less what shared letters cost."""
        shared = len(self.letters) - 1 - len(np.unique(self.letters[1:]))
        return float(self.scores.sum()) - _SHARED * shared

    def moves(self, symbol: int) -> NDArray[np.float64]:
        """By how much the score changes when the symbol gets each letter, from the first on."""
        old, holding = int(self.letters[symbol]), self.holding[symbol]
        given = np.arange(1, self.size + 1)
        places = self.places[holding] + (given - old)[:, None] * self.weights[symbol, holding]
        gain: NDArray[np.float64] = self.model[places] @ self.times[holding] - self.scores[holding].sum()
        users = np.bincount(self.letters[1:], minlength=self.size + 1)
        gain += _SHARED * ((users[old] > 1) - (users[1:] > 0).astype(np.float64))
        gain[old - 1] = 0.0
        return gain

    def swaps(self, symbol: int) -> NDArray[np.float64]:
        """The same when the symbol exchanges its letter with each symbol, from the first on."""
        old, holding = int(self.letters[symbol]), self.holding[symbol]
        more = self.letters[1:] - old
        apart = self.weights[symbol, holding] - self.weights[1:, holding]
        gain: NDArray[np.float64] = (
            self.model[self.places[holding] + more[:, None] * apart] @ self.times[holding] - self.scores[holding].sum()
        )
        other, gram = self.pairs
        alone = self.model[self.places[gram] - (self.letters[other] - old) * self.pair_weights] * self.times[gram]
        alone -= self.scores[gram]
        alone[self.weights[symbol, gram] > 0] = 0.0
        gain += np.bincount(other, weights=alone, minlength=len(self.letters))[1:]
        gain[symbol - 1] = 0.0
        return gain

    def give(self, symbol: int, letter: int) -> None:
        """Give the symbol a letter."""
        holding = self.holding[symbol]
        self.places[holding] += (letter - self.letters[symbol]) * self.weights[symbol, holding]
        self.letters[symbol] = letter
        self.scores[holding] = self.model[self.places[holding]] * self.times[holding]


def _anneal(
    grams: NDArray[np.int64], count: int, lexicon: Lexicon, rng: np.random.Generator
) -> tuple[float, NDArray[np.int64]]:
    state = _State(grams, count, lexicon)
    for sweep in range(_SWEEPS):
        heat = _HOT * (_COLD / _HOT) ** (sweep / (_SWEEPS - 1)) if sweep < _SWEEPS - 2 else 0.0
        for symbol in rng.permutation(count) + 1:
            _step(state, int(symbol), heat, rng)
    return state.score(), state.letters


def _step(state: _State, symbol: int, heat: float, rng: np.random.Generator) -> None:
    """Give one symbol another letter: a free one, a shared one, or that of another symbol in exchange for its own."""
    gains = np.concatenate([state.moves(symbol), state.swaps(symbol)])
    if heat:
        weights = np.exp((gains - gains.max()) / heat)
        chosen = min(int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum())), len(gains) - 1)
    else:
        chosen = int(gains.argmax())
    if chosen < state.size:
        state.give(symbol, chosen + 1)
    else:
        other = chosen - state.size + 1
        old, new = int(state.letters[symbol]), int(state.letters[other])
        state.give(symbol, new)
        state.give(other, old)


def _readings(plain: dict[str, str], words: Sequence[str], signs: Counter[str]) -> dict[str, tuple[str, ...]]:
    """Letters that share their reading with a more frequent symbol and only begin words are capitals."""
    counts = Counter(c for word in words for c in word)
    inner = {c for word in words for c in word[1:]}
    used: set[str] = set()
    readings: dict[str, tuple[str, ...]] = {}
    for symbol, letter in sorted(plain.items(), key=lambda item: (-counts[item[0]], item[0])):
        capital = letter in used and symbol not in inner
        readings[fold(symbol)] = (letter.upper() if capital else letter,)
        used.add(letter)
    for (symbol, _), sign in zip(sorted(signs.items(), key=lambda item: (-item[1], item[0])), ",.;:!?", strict=False):
        readings[fold(symbol)] = (sign,)
    return readings
