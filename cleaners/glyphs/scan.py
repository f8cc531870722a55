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
    """Tables as arrays: what each of them reads first for every symbol that any of them has."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.tables = tables
        self._columns = {symbol: i for i, symbol in enumerate(sorted({s for table in tables for s in table.readings}))}
        self._plains: list[str] = []
        numbers: dict[str, int] = {}
        self._first = np.full((len(tables), len(self._columns) + 1), -1)  # the last column: symbols of no table
        for row, table in enumerate(tables):
            for symbol, plains in table.readings.items():
                plain = plains[0].lower()
                if plain not in numbers:
                    numbers[plain] = len(self._plains)
                    self._plains.append(plain)
                self._first[row, self._columns[symbol]] = numbers[plain]
        self._letters: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}

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
        if lexicon.language not in self._letters:
            known = [_letter(plain, lexicon) for plain in (*self._plains, "")]
            penalties = [penalty for _, penalty in known[:-1]]
            self._letters[lexicon.language] = np.array([index for index, _ in known]), np.array([*penalties, _UNREAD])
        index, penalty = self._letters[lexicon.language]
        columns = [self._columns.get(fold(symbol), len(self._columns)) for symbol in symbols]
        first = self._first[:, columns]
        itself = [_letter(symbol.lower(), lexicon) for symbol in symbols]
        letters = np.zeros((len(self.tables) + 1, len(symbols) + 1), dtype=np.int64)
        extra = np.zeros(letters.shape)
        letters[:-1, 1:], extra[:-1, 1:] = index[first], penalty[first]
        letters[-1, 1:], extra[-1, 1:] = [i for i, _ in itself], [p for _, p in itself]
        return letters, extra


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
