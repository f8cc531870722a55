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

import numpy as np
from numpy.typing import NDArray

from cleaners.glyphs.families import Table, fold
from cleaners.lexicon import Lexicon

NAME = "deciphered"
_MOST_LETTERS = 700  # of the pooled text; more does not make it surer
_SWEEPS = 45
_RESTARTS = 3
_SAME = 2.0  # nats: two restarts that come as close have found the same table, and it will be the best
_HOT, _COLD = 6.0, 0.6  # nats: temperatures of the first and the last sweep
_SHARED = 3.0  # cost of a letter that more than one symbol stands for, as small letters and capitals do
_FLOOR = -11.0  # of one 4-gram


def solve(tokens: Sequence[str], lexicon: Lexicon) -> Table:
    """The best table found for the tokens, in a language."""
    words, signs = _without_signs(tokens)
    symbols = sorted({c for word in words for c in word})
    if len(symbols) < 2:
        return Table(NAME, {}, lost=False)
    text = _grams(words, {c: i for i, c in enumerate(symbols, 1)})
    seed = int.from_bytes(blake2b("\n".join(words).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
    rng = np.random.Generator(np.random.PCG64(seed))
    letters = _restarted(text, len(symbols), lexicon, rng)
    plain = {c: lexicon.alphabet[letters[i] - 1] for i, c in enumerate(symbols, 1)}
    return Table(NAME, _readings(plain, words, signs), lost=False)


def _restarted(grams: NDArray[np.int64], count: int, lexicon: Lexicon, rng: np.random.Generator) -> NDArray[np.int64]:
    """The best of a few runs; over as soon as two agree on the best."""
    scores: list[float] = []
    best = np.zeros(count + 1, dtype=np.int64)
    for _ in range(_RESTARTS):
        score, letters = _anneal(grams, count, lexicon, rng)
        agreed = bool(scores) and abs(score - max(scores)) < _SAME
        if not scores or score > max(scores):
            best = letters
        scores.append(score)
        if agreed:
            break
    return best


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


def _anneal(
    grams: NDArray[np.int64], count: int, lexicon: Lexicon, rng: np.random.Generator
) -> tuple[float, NDArray[np.int64]]:
    size = len(lexicon.alphabet)
    model = lexicon.letters.reshape(-1)
    base = size + 1
    frequency = np.bincount(grams[3], minlength=count + 1)[1:]
    ranked = np.argsort(-np.maximum(lexicon.letters[0, 0, 0, 1:], _FLOOR), kind="stable")
    letters = np.zeros(count + 1, dtype=np.int64)
    order = np.argsort(-frequency, kind="stable")
    letters[order + 1] = ranked[np.arange(count) % size] + 1
    for sweep in range(_SWEEPS):
        heat = _HOT * (_COLD / _HOT) ** (sweep / (_SWEEPS - 1))
        for symbol in rng.permutation(count) + 1:
            _step(grams, letters, int(symbol), model, base, heat if sweep < _SWEEPS - 2 else 0.0, rng)
    score = float(np.maximum(model[_flat(letters[grams], base)], _FLOOR).sum()) - _SHARED * _doubles(letters)
    return score, letters


def _flat(read: NDArray[np.int64], base: int) -> NDArray[np.int64]:
    flat: NDArray[np.int64] = ((read[0] * base + read[1]) * base + read[2]) * base + read[3]
    return flat


def _doubles(letters: NDArray[np.int64]) -> int:
    return len(letters) - 1 - len(np.unique(letters[1:]))


def _step(
    grams: NDArray[np.int64],
    letters: NDArray[np.int64],
    symbol: int,
    model: NDArray[np.float32],
    base: int,
    heat: float,
    rng: np.random.Generator,
) -> None:
    """Give one symbol another letter: a free one, a shared one, or that of another symbol in exchange for its own."""
    old = int(letters[symbol])
    count = len(letters)
    moved = np.repeat(letters[None, :], base - 1, axis=0)
    moved[:, symbol] = np.arange(1, base)
    swapped = np.repeat(letters[None, :], count - 1, axis=0)
    others = np.arange(1, count)
    swapped[others - 1, others] = old
    swapped[others - 1, symbol] = letters[others]
    tried = np.concatenate([moved, swapped])
    read = tried[:, grams]
    scores = np.maximum(model[_flat(np.moveaxis(read, 1, 0), base)], _FLOOR).sum(axis=1, dtype=np.float64)
    ordered = np.sort(tried[:, 1:], axis=1)
    scores -= _SHARED * (ordered[:, 1:] == ordered[:, :-1]).sum(axis=1)
    if heat:
        weights = np.exp((scores - scores.max()) / heat)
        chosen = int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum()))
    else:
        chosen = int(scores.argmax())
    letters[:] = tried[min(chosen, len(tried) - 1)]


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
