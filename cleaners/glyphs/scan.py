"""Which known tables could have garbled these runs: letter statistics of all tables at once, in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.glyphs.families import Table
from cleaners.lexicon import Lexicon

SAMPLE = 600  # characters of the runs that are looked at: enough by far to tell tables apart
_SIGN = -4.0  # a sign or digit where a letter could stand
_UNREAD = -8.0  # a symbol that the table does not have
_BEST = 4  # tables that go on to be tried by words
_MARGIN = 0.5  # mean gain per character over the text as it is, in nats; clean names of other languages reach .3


class Scanned(NamedTuple):
    """A table with its mean score per character."""

    score: float
    table: Table


def scan(sample: str, tables: Sequence[Table], lexicon: Lexicon) -> list[Scanned]:
    """The best few tables for a sample of garbled text, best first, if better than leaving the text alone."""
    sample = " ".join(sample.split())[:SAMPLE]
    symbols = sorted(set(sample) - {" "})
    place = {symbol: i for i, symbol in enumerate(symbols, 1)}
    text = np.array([place.get(c, 0) for c in f"   {sample} "])
    readings = [[table.options(symbol)[:1] for symbol in symbols] for table in tables]
    readings.append([(symbol,) for symbol in symbols])
    scores = _scores(text, readings, lexicon)
    order = sorted(range(len(tables)), key=lambda i: (-scores[i], i))[:_BEST]
    return [Scanned(float(scores[i]), tables[i]) for i in order if scores[i] > scores[-1] + _MARGIN]


def _scores(text: NDArray[np.int64], readings: list[list[tuple[str, ...]]], lexicon: Lexicon) -> NDArray[np.float64]:
    letters = np.zeros((len(readings), len(readings[0]) + 1), dtype=np.int64)
    extra = np.zeros(letters.shape)
    for row, symbols in enumerate(readings):
        for column, options in enumerate(symbols, 1):
            if not options:
                extra[row, column] = _UNREAD
                continue
            index = lexicon.index.get(options[0].lower(), 0)
            letters[row, column] = index
            extra[row, column] = 0.0 if index or options[0] == " " else _SIGN
    read = letters[:, text]
    grams = lexicon.letters[read[:, :-3], read[:, 1:-2], read[:, 2:-1], read[:, 3:]]
    total: NDArray[np.float64] = (np.maximum(grams, -9.0).sum(axis=1) + extra[:, text].sum(axis=1)) / len(text)
    return total
