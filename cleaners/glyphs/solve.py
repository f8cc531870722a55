"""Deciphering a table that nobody knows, from the garbled text alone.

Each symbol gets a letter; the 4-gram model of the language says how good the whole is; symbols change or exchange their
letters one after the other, drawn by how much better the text gets, while the temperature falls (simulated annealing by
Gibbs sampling). Of several runs the one that makes the best words is taken, after its readings were changed one by one
as words ask for. The random numbers are seeded by the text and the number of steps is fixed, so the outcome is the same
on every machine. Whether it is right is for others to judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.glyphs.families import Table
from cleaners.glyphs.judge import Judge
from cleaners.glyphs.polish import SIGN, Polish, named
from cleaners.lexicon import Lexicon

NAME = "deciphered"
_MOST_LETTERS = 700  # of the pooled text; more does not make it surer
_MOST_SYMBOLS = 90  # letters of both cases, digits and signs; more are another script, or noise
_SWEEPS = 36
_RESTARTS, _FEWEST_RESTARTS = 14, 5  # of all languages together, and of each; two of three come close
_SAME = 2.0  # nats: two restarts that come as close have found the same table
_LIKELY = -2.8  # nats per symbol that a run is worth looking at; noise has -3.0 to -3.4
_SURE = -1.8  # nats per symbol, by words, from which on no better table needs to be looked for ...
_ENOUGH, _MOST_LIKELY = 3, 7  # ... after so many likely ones, and likely ones at most
_HOT, _COLD = 16.0, 2.0  # nats: temperatures of the first and the last sweep
_DECIDED, _HOPELESS = 22, -3.0  # sweeps after which so many nats per symbol do not become likely any more
_SHARED = 3.0  # cost of a letter that more than one symbol stands for, as small letters and capitals do
_SIGN = 3.5  # cost of each sign or digit, which the model takes for the border of a word
_BESIDE_SIGN = -1.5  # of a sign or a border behind a sign
_FLOOR = -9.0  # of one 4-gram


class Solved(NamedTuple):
    """A table, and the score of the words that it makes: mean per symbol and border, in nats."""

    score: float
    table: Table


def solve(lines: Sequence[Sequence[str]], judge: Judge, languages: int = 1) -> Solved:
    """The best table found for lines of tokens in a language, which is one of so many that are tried."""
    lines = _first(lines)
    words = [word for line in lines for word in line]
    symbols = sorted({c for word in words for c in word})
    if not 2 <= len(symbols) <= _MOST_SYMBOLS:
        return Solved(_FLOOR, Table(NAME, {}, lost=False))
    text = _grams(words, {c: i for i, c in enumerate(symbols, 1)})
    seed = int.from_bytes(blake2b("\n".join(words).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
    rng = np.random.Generator(np.random.PCG64(seed))
    best = _restarted(text, symbols, lines, judge, rng, max(_FEWEST_RESTARTS, _RESTARTS // languages))
    if best is None:
        return Solved(_FLOOR, Table(NAME, {}, lost=False))
    best.split_all()
    return Solved(best.value() / text.shape[1], Table(NAME, named(best.readings(), words), lost=False))


def _restarted(
    text: NDArray[np.int64],
    symbols: Sequence[str],
    lines: Sequence[Sequence[str]],
    judge: Judge,
    rng: np.random.Generator,
    most: int,
) -> Polish | None:
    """The best outcome of a few runs by its words, if any is likely; over as soon as one is surely right."""
    size = text.shape[1]
    model = _model(judge.lexicon)
    best: Polish | None = None
    tried: list[float] = []
    for _ in range(most):
        score, letters = _anneal(text, len(symbols), model, rng)
        if score < _LIKELY * size or judge.effort.over:
            continue
        same = any(abs(score - other) < _SAME for other in tried)
        tried.append(score)
        if same and best is not None and best.value() <= _SURE * size:
            continue
        alphabet = judge.lexicon.alphabet
        plain = {c: alphabet[letters[i] - 1] if letters[i] else SIGN for i, c in enumerate(symbols, 1)}
        polished = Polish(plain, lines, judge)
        if best is None or polished.value() > best.value():
            best = polished
        if len(tried) >= (_ENOUGH if best.value() > _SURE * size else _MOST_LIKELY):
            break
    return best


def _model(lexicon: Lexicon) -> NDArray[np.float32]:
    """The 4-grams, where a border can also be a sign, and follow another."""
    model = np.maximum(lexicon.letters, np.float32(_FLOOR))
    model[:, :, 0, 0] = _BESIDE_SIGN
    return model


def _first(lines: Sequence[Sequence[str]]) -> list[list[str]]:
    """As many tokens as are looked at."""
    kept: list[list[str]] = []
    size = 0
    for line in lines:
        words: list[str] = []
        for token in line:
            size += len(token)
            if size > _MOST_LETTERS:
                return [*kept, words] if words else kept
            words.append(token)
        kept.append(words)
    return kept


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

    def __init__(self, grams: NDArray[np.int64], count: int, model: NDArray[np.float32]) -> None:
        base = len(model)
        self.size = base - 1  # letters
        self.model = model.reshape(-1)
        different, times = np.unique(grams, axis=1, return_counts=True)
        self.times = times.astype(np.float64)
        self.weights = np.zeros((count + 1, different.shape[1]), dtype=np.int64)
        for place, row in enumerate(different):
            np.add.at(self.weights, (row, np.arange(different.shape[1])), base ** (3 - place))
        self.weights[0] = 0
        self.holding = [np.flatnonzero(row) for row in self.weights]
        self.pairs = np.nonzero(self.weights)
        self.pair_weights = self.weights[self.pairs]
        self.sign_costs = _SIGN * np.bincount(grams[3], minlength=count + 1)
        frequency = np.bincount(grams[3], minlength=count + 1)[1:]
        ranked = np.argsort(-model[0, 0, 0, 1:], kind="stable")
        self.letters = np.zeros(count + 1, dtype=np.int64)
        self.letters[np.argsort(-frequency, kind="stable") + 1] = ranked[np.arange(count) % self.size] + 1
        self.places = self.letters @ self.weights
        self.scores = self.model[self.places] * self.times

    def score(self) -> float:
        """Of the whole text, less what shared letters and signs cost."""
        letters = self.letters[1:]
        shared = np.count_nonzero(letters) - len(np.unique(letters[letters > 0]))
        return float(self.scores.sum() - self.sign_costs[1:][letters == 0].sum()) - _SHARED * shared

    def moves(self, symbol: int) -> NDArray[np.float64]:
        """By how much the score changes when the symbol becomes a sign, or gets each letter, from the first on."""
        old, holding = int(self.letters[symbol]), self.holding[symbol]
        given = np.arange(self.size + 1)
        places = self.places[holding] + (given - old)[:, None] * self.weights[symbol, holding]
        gain: NDArray[np.float64] = self.model[places] @ self.times[holding] - self.scores[holding].sum()
        users = np.bincount(self.letters[1:], minlength=self.size + 1)
        users[0] = 0
        gain += _SHARED * ((users[old] > 1) - (users > 0).astype(np.float64))
        gain[0] -= self.sign_costs[symbol]
        if not old:
            gain += self.sign_costs[symbol]
        gain[old] = 0.0
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
        signs = (self.letters[1:] == 0).astype(np.float64) - (old == 0)
        gain -= (self.sign_costs[symbol] - self.sign_costs[1:]) * signs
        gain[symbol - 1] = 0.0
        return gain

    def give(self, symbol: int, letter: int) -> None:
        """Give the symbol a letter."""
        holding = self.holding[symbol]
        self.places[holding] += (letter - self.letters[symbol]) * self.weights[symbol, holding]
        self.letters[symbol] = letter
        self.scores[holding] = self.model[self.places[holding]] * self.times[holding]


def _anneal(
    grams: NDArray[np.int64], count: int, model: NDArray[np.float32], rng: np.random.Generator
) -> tuple[float, NDArray[np.int64]]:
    state = _State(grams, count, model)
    for sweep in range(_SWEEPS):
        heat = _HOT * (_COLD / _HOT) ** (sweep / (_SWEEPS - 1)) if sweep < _SWEEPS - 2 else 0.0
        for symbol in rng.permutation(count) + 1:
            _step(state, int(symbol), heat, rng)
        if sweep == _DECIDED and state.score() < _HOPELESS * grams.shape[1]:
            break
    return state.score(), state.letters


def _step(state: _State, symbol: int, heat: float, rng: np.random.Generator) -> None:
    """Give one symbol another letter: a free one, a shared one, or that of another symbol in exchange for its own."""
    gains = np.concatenate([state.moves(symbol), state.swaps(symbol)])
    if heat:
        weights = np.exp((gains - gains.max()) / heat)
        chosen = min(int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum())), len(gains) - 1)
    else:
        chosen = int(gains.argmax())
    if chosen <= state.size:
        state.give(symbol, chosen)
    else:
        other = chosen - state.size
        old, new = int(state.letters[symbol]), int(state.letters[other])
        state.give(symbol, new)
        state.give(other, old)
