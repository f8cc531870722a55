"""Which known tables could have garbled these runs: letter statistics of all tables at once, in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.glyphs.families import Table, fold
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


class Scanner:
    """Tables as arrays: what each of them reads first for a symbol, found when the symbol first occurs."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.tables = tables
        self._first: dict[str, NDArray[np.int64]] = {}
        self._numbers: dict[str, int] = {}  # of plain characters, in the order in which they were met

    def scan(self, sample: str, lexicon: Lexicon) -> list[Scanned]:
        """The best few tables for a sample of garbled text, best first, if better than leaving the text alone."""
        sample = " ".join(sample.split())[:SAMPLE]
        symbols = sorted(set(sample) - {" "})
        place = {symbol: i for i, symbol in enumerate(symbols, 1)}
        text = np.array([place.get(c, 0) for c in f"   {sample} "])
        scores = _scores(text, *self._read(symbols, lexicon), lexicon)
        order = sorted(range(len(self.tables)), key=lambda i: (-scores[i], i))[:_BEST]
        return [Scanned(float(scores[i]), self.tables[i]) for i in order if scores[i] > scores[-1] + _MARGIN]

    def _read(self, symbols: Sequence[str], lexicon: Lexicon) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Letters of the lexicon and penalties by table, the text itself as the last, and by symbol, 0 for a border."""
        columns = [self._column(fold(symbol)) for symbol in symbols]
        known = [_letter(plain, lexicon) for plain in self._numbers]
        index = np.array([*(letter for letter, _ in known), 0])  # the last for what a table does not have, number -1
        penalty = np.array([*(penalty for _, penalty in known), _UNREAD])
        first = np.array(columns).T.reshape(len(self.tables), len(symbols))
        itself = [_letter(symbol.lower(), lexicon) for symbol in symbols]
        letters = np.zeros((len(self.tables) + 1, len(symbols) + 1), dtype=np.int64)
        extra = np.zeros(letters.shape)
        letters[:-1, 1:], extra[:-1, 1:] = index[first], penalty[first]
        letters[-1, 1:], extra[-1, 1:] = [i for i, _ in itself], [p for _, p in itself]
        return letters, extra

    def _column(self, symbol: str) -> NDArray[np.int64]:
        column = self._first.get(symbol)
        if column is None:
            plains = [table.readings.get(symbol) for table in self.tables]
            numbers = [self._numbers.setdefault(p[0].lower(), len(self._numbers)) if p else -1 for p in plains]
            column = self._first[symbol] = np.array(numbers)
        return column


def _letter(plain: str, lexicon: Lexicon) -> tuple[int, float]:
    """The index of a letter with 0.0, or that of the border with what a sign costs where a letter could stand."""
    index = lexicon.index.get(plain, 0)
    return index, 0.0 if index or plain == " " else _SIGN


def _scores(
    text: NDArray[np.int64], letters: NDArray[np.int64], extra: NDArray[np.float64], lexicon: Lexicon
) -> NDArray[np.float64]:
    read = letters[:, text]
    base = len(lexicon.index) + 1
    places = ((read[:, :-3] * base + read[:, 1:-2]) * base + read[:, 2:-1]) * base + read[:, 3:]
    grams = np.asarray(lexicon.letters).reshape(-1)[places]
    total: NDArray[np.float64] = (np.maximum(grams, -9.0).sum(axis=1) + extra[:, text].sum(axis=1)) / len(text)
    return total
