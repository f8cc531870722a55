"""What a nearly known table misses: readings of single symbols, inferred from the words they would make.

Fonts are seldom garbled by a formula alone; a few symbols stand for something else, or for two letters. A reading is
added when the words that it makes outweigh its cost. This is what turns a family into the table of a document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from cleaners.glyphs.decode import Reader
from cleaners.glyphs.families import Table, fold
from cleaners.glyphs.judge import Judge

_POOR = -19.0  # a token that reads worse than this may hold a symbol that is read wrong
_COST = 7.0  # nats that a new reading must gain
_MOST_ROUNDS = 24
_MOST_SYMBOLS = 10  # tried per round, those of most poor tokens first
_MOST_TOKENS = 40  # per symbol
_MOST_DIFFERENT = 500  # tokens, the most frequent ones
_LONGEST = 40  # letters of a token that can be one word
_SIGNS = ".,'’-;:)(!?»«"


def refine(table: Table, judge: Judge, tokens: Sequence[str]) -> Table:
    """The table with the readings that the tokens speak for. Tables that lose places of letters stay as they are."""
    if table.gap or not table.spaces:
        return table
    counts = Counter(token for token in tokens if len(token) < _LONGEST)
    counts = Counter(dict(counts.most_common(_MOST_DIFFERENT)))
    table = _with_small_letters(table, {fold(c) for token in counts for c in token})
    read: dict[str, tuple[str, float]] = {}
    for _ in range(_MOST_ROUNDS):
        if judge.effort.over:
            break
        reader = Reader(table, judge, restore=False)
        read |= {token: reader.read(token) for token in counts if token not in read}
        found = _one_more(table, judge, counts, read)
        if found is None:
            break
        symbol, plain = found
        table = with_reading(table, symbol, plain)
        read = {token: kept for token, kept in read.items() if symbol not in token}
    return table


def _with_small_letters(table: Table, used: AbstractSet[str]) -> Table:
    """Accented capitals whose small letter does not occur may be the small letter."""
    small = {p for symbol in used for p in table.readings.get(symbol, ()) if p.islower()}
    more = {
        symbol: (*plains, plains[0].lower())
        for symbol, plains in table.readings.items()
        if symbol in used and plains[0].isupper() and not plains[0].isascii() and plains[0].lower() not in small
    }
    return table._replace(readings={**table.readings, **more}) if more else table


def _one_more(
    table: Table, judge: Judge, counts: Counter[str], read: dict[str, tuple[str, float]]
) -> tuple[str, str] | None:
    """The symbol and its further reading that make the tokens better by most."""
    poor = [token for token in counts if read[token][1] < _POOR and len(read[token][0]) == len(token)]
    blame = Counter(symbol for token in poor for symbol in sorted(set(token)))
    best: tuple[float, str, str] | None = None
    for symbol, _ in sorted(blame.items(), key=lambda item: (-item[1], item[0]))[:_MOST_SYMBOLS]:
        holding = [token for token in poor if symbol in token][:_MOST_TOKENS]
        for plain in (*judge.lexicon.alphabet, *_SIGNS):
            if plain in table.options(symbol) or judge.effort.over:
                continue
            gain = -_COST
            for token in holding:
                reading, score = read[token]
                gain += max(0.0, judge.token(_reread(token, reading, symbol, plain)) - score) * counts[token]
            if gain > 0 and (best is None or gain > best[0]):
                best = (gain, symbol, plain)
    return (best[1], best[2]) if best else None


def _reread(token: str, reading: str, symbol: str, plain: str) -> str:
    return "".join([plain if c == symbol else r for c, r in zip(token, reading, strict=True)])


def with_reading(table: Table, symbol: str, plain: str) -> Table:
    """The table with one more reading of a symbol, as its most likely one."""
    symbol = fold(symbol)
    return table._replace(readings={**table.readings, symbol: (plain, *table.readings.get(symbol, ()))})
