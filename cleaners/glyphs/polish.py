"""A deciphered table made better by words: letter statistics choose wrongly where a symbol is rare.

Each symbol in turn gets the letter, sign or digit that makes the tokens likeliest as words, until nothing changes.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from cleaners.glyphs.families import fold
from cleaners.glyphs.judge import ELISIONS, Judge

SIGN, DIGIT = "'", "0"
"""What stands for any sign and any digit while a table is looked for: the former may also stand inside words."""
_SHARED = 3.0  # nats: cost of a reading that another symbol has, too
_LEAST = 0.5  # nats that a change must gain
_MOST_SWEEPS = 8
_CLOSING = ",.;:!?"
_NUMBER, _FIGURE = -3.5, 0.5  # for each number, and each digit less what the judge takes off
_OPENING = -2.5  # a sign ahead of a word is rarer than one behind it
_INSIDE = -5.0  # a sign inside a word that is no elision
_AT_ENDS = -0.7  # a letter that does nothing but end words, each time
_ENDS_LINES = 2.5  # a sign that ends lines, each time, if that is most of what it does
_MOST_SPLITS = 12
_FEWEST_TOKENS = 2  # that a further reading must make better: one that lost a letter reads like anything
_SECOND = 6.0  # cost of each further reading of a symbol
_POOR = -19.0  # a token that reads worse than this may hold a symbol that is read wrong
_MOST_BLAMED = 10  # symbols that are tried for a further reading, those of most poor tokens first
_PARTS = 0x100000  # private characters, which no font shows
_NUMBERS = re.compile(f"{DIGIT}+")
_INNER = re.compile(f"([^\\W\\d_]+){SIGN}+(?=([^\\W\\d_]+))")
_BEHIND = ("s", "t", "d", "m", "re", "ll", "ve")  # English


class Places:
    """Where symbols stand in tokens: what tells signs from letters."""

    def __init__(self, lines: Sequence[Sequence[str]]) -> None:
        words = [word for line in lines for word in line]
        elsewhere = {c for word in words for c in word[:-1]}
        self.counts = Counter(c for word in words for c in word)
        self.only_last = {c: count for c, count in self.counts.items() if c not in elsewhere and count > 1}
        ends = Counter(line[-1][-1] for line in lines if line)
        self.ending = {c: ends[c] for c, count in self.only_last.items() if 2 * ends[c] >= count}

    def prior(self, symbol: str, reading: str) -> float:
        """What the places of a symbol say for a reading, in nats."""
        if reading == SIGN:
            return _ENDS_LINES * self.ending.get(symbol, 0)
        return _AT_ENDS * self.only_last.get(symbol, 0)


class _Words:
    """The scores of tokens as words, signs and digits."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self._scores: dict[str, float] = {}

    def score(self, token: str) -> float:
        score = self._scores.get(token)
        if score is None:
            score = self._scores[token] = self.judge.token(token) + self._signs(token)
        return score

    def _signs(self, token: str) -> float:
        if SIGN not in token and DIGIT not in token:
            return 0.0
        score = _NUMBER * len(_NUMBERS.findall(token)) + _FIGURE * token.count(DIGIT)
        if len(token) > 1 and token[0] == SIGN:
            score += _OPENING
        language = self.judge.lexicon.language
        for before, behind in _INNER.findall(token):
            elided = before in ELISIONS.get(language, ()) or (language == "en" and behind in _BEHIND)
            score += 0.0 if elided else _INSIDE
        return score


class Polish:
    """Readings that are changed one by one.

    Where a symbol has two readings its places are two symbols from then on, each of the tokens where it reads better.
    """

    def __init__(self, plain: Mapping[str, str], lines: Sequence[Sequence[str]], judge: Judge) -> None:
        self.plain = dict(plain)
        self.whole = {symbol: symbol for symbol in plain}  # a part -> the symbol that was split
        self.counts = Counter(word for line in lines for word in line)
        self.places, self.words, self.judge = Places(lines), _Words(judge), judge
        self.changed = set(self.plain)
        self.tried: set[tuple[str, str]] = set()
        self.settle()

    def split_all(self) -> None:
        """Give symbols further readings as long as that helps."""
        for _ in range(_MOST_SPLITS):
            if self.judge.effort.over or not self.split():
                break
            self.settle()

    def settle(self) -> None:
        """Change readings of single symbols until nothing helps."""
        holding = self._holding()
        frequency = {c: sum(self.counts[word] for word in words) for c, words in holding.items()}
        order = sorted(holding, key=lambda symbol: (frequency[symbol], symbol))
        for _ in range(_MOST_SWEEPS):
            again: set[str] = set()
            for symbol in order:
                if symbol in self.changed and not self.judge.effort.over:
                    best = max(self._options(symbol, holding[symbol]))[1]
                    if best != self.plain[symbol]:
                        self.plain[symbol] = best
                        again.update(*holding[symbol])
            self.changed = again
            if not again:
                break

    def split(self) -> bool:
        """Give one symbol a second reading in the tokens that are better for it; whether there is such a one."""
        table = str.maketrans(self.plain)
        score = {word: self.words.score(word.translate(table)) for word in self.counts}
        poor = [word for word in score if score[word] < _POOR]
        blame: Counter[str] = Counter()
        for word in poor:
            blame.update(dict.fromkeys(set(word), self.counts[word]))
        used = set(self.plain.values())
        best: tuple[float, str, str, list[str]] | None = None
        for symbol, _ in sorted(blame.items(), key=lambda item: (-item[1], item[0]))[:_MOST_BLAMED]:
            if self.plain[symbol] in (SIGN, DIGIT):
                continue
            held = [word for word in poor if symbol in word]
            for letter in self.judge.lexicon.alphabet:
                if letter == self.plain[symbol] or (symbol, letter) in self.tried:
                    continue
                table[ord(symbol)] = letter
                gains = {word: self.words.score(word.translate(table)) - score[word] for word in held}
                better = [word for word in held if gains[word] > _LEAST]
                if len(better) < _FEWEST_TOKENS:
                    continue
                gain = sum(gains[word] * self.counts[word] for word in better)
                gain -= self._cost_of_part(symbol, better) + (_SHARED if letter in used else 0.0)
                if gain > 0 and (best is None or gain > best[0]):
                    best = gain, symbol, letter, better
            table[ord(symbol)] = self.plain[symbol]
        if best is None:
            return False
        _, symbol, letter, tokens = best
        self.tried.add((symbol, letter))
        part = chr(_PARTS + len(self.whole))
        self.whole[part], self.plain[part] = self.whole[symbol], letter
        for word in tokens:
            self.counts[word.replace(symbol, part)] += self.counts.pop(word)
        self.changed = set().union(*tokens, {part})
        return True

    def _cost_of_part(self, symbol: str, tokens: Sequence[str]) -> float:
        """What it costs to say in which tokens a symbol has another reading."""
        times = sum(word.count(symbol) * count for word, count in self.counts.items())
        share = sum(word.count(symbol) * self.counts[word] for word in tokens) / times
        return _SECOND - times * (share * math.log(share) + (1 - share) * math.log(1 - share) if share < 1 else 0.0)

    def readings(self) -> dict[str, tuple[str, ...]]:
        """What each symbol reads, most frequent first."""
        times: dict[str, Counter[str]] = defaultdict(Counter)
        for word, count in self.counts.items():
            for symbol in word:
                times[self.whole[symbol]][self.plain[symbol]] += count
        return {
            symbol: tuple(sorted(letters, key=lambda letter: (-letters[letter], letter)))
            for symbol, letters in times.items()
        }

    def value(self) -> float:
        """The score of the words, with what the readings cost by themselves."""
        table = str.maketrans(self.plain)
        total = sum(self.words.score(word.translate(table)) * count for word, count in self.counts.items())
        readings = self.readings()
        total += sum(self.places.prior(symbol, given[0]) for symbol, given in readings.items())
        letters = [letter for given in readings.values() for letter in given if letter not in (SIGN, DIGIT)]
        total -= _SHARED * (len(letters) - len(set(letters)))
        return total - _SECOND * sum(len(given) - 1 for given in readings.values())

    def _holding(self) -> dict[str, list[str]]:
        holding: dict[str, list[str]] = defaultdict(list)
        for word in self.counts:
            for symbol in sorted(set(word)):
                holding[symbol].append(word)
        return holding

    def _options(self, symbol: str, held: Sequence[str]) -> Iterator[tuple[float, str]]:
        """Every reading with what the tokens that hold the symbol are worth then; the one that it has has a lead."""
        whole = self.whole[symbol]
        own = {letter for c, letter in self.plain.items() if c != symbol and self.whole[c] == whole}
        used = {letter for c, letter in self.plain.items() if self.whole[c] != whole}
        table = dict(str.maketrans(self.plain))
        signs = () if own else (SIGN, DIGIT)
        for reading in (*self.judge.lexicon.alphabet, *signs):
            table[ord(symbol)] = reading
            value = sum(self.words.score(word.translate(table)) * self.counts[word] for word in held)
            value += _LEAST if reading == self.plain[symbol] else 0.0
            if not own:
                value += self.places.prior(symbol, reading)
            elif reading not in own:
                value -= _SECOND
            yield value - (_SHARED if reading in used and reading not in (SIGN, DIGIT, *own) else 0.0), reading


def named(given: Mapping[str, tuple[str, ...]], words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The readings as a table has them.

    Letters that share their reading with a more frequent symbol and only begin words are capitals. Which sign a sign
    is, its places tell; which digit, nothing does, so digits have no reading.
    """
    counts = Counter(c for word in words for c in word)
    inner = {c for word in words for c in word[1:]}
    used: set[str] = set()
    readings: dict[str, tuple[str, ...]] = {}
    closing = iter(_CLOSING)
    for symbol in sorted(given, key=lambda symbol: (-counts[symbol], symbol)):
        letters = given[symbol]
        if letters == (SIGN,):
            readings[fold(symbol)] = (_sign(symbol, words, closing),)
        elif letters != (DIGIT,):
            capital = not used.isdisjoint(letters) and symbol not in inner
            readings[fold(symbol)] = tuple(letter.upper() if capital else letter for letter in letters)
            used.update(letters)
    return readings


def _sign(symbol: str, words: Sequence[str], closing: Iterator[str]) -> str:
    last = sum(word[-1] == symbol for word in words)
    first = sum(word[0] == symbol for word in words)
    inside = sum(symbol in word[1:-1] for word in words)
    if last >= max(first, inside):
        return next(closing, ".")
    return "(" if first > inside else "'"
