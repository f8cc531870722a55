"""The stage itself: find what is garbled, choose tables, read the lines, and write what is sure into the ledger."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from cleaners.glyphs.context import Context
from cleaners.glyphs.decode import Arc, Reader, decode
from cleaners.glyphs.dropped import letters_are_lost
from cleaners.glyphs.elsewhere import in_another_language, is_letter_salad
from cleaners.glyphs.families import shown_in, tables_without
from cleaners.glyphs.judge import Judge
from cleaners.glyphs.marking import marks
from cleaners.glyphs.refine import refine
from cleaners.glyphs.scan import Scanner
from cleaners.glyphs.solve import NAME, solve
from cleaners.glyphs.suspects import EDGES, Run, Token, dense_runs, runs, suspicious_lines, suspicious_tokens, tokens_of
from cleaners.lexicon import MAIN_LANGUAGES, zipf_anywhere
from corpus.document import Change, Document, repair

LABEL = "glyph-map"
_LEAST_LETTERS = 3.5  # per word where the words were found by the table as well: of codes it makes some of two or three
_LEAST_GAIN = 30.0  # nats over all runs: names and foreign words of clean text stay below 10
_LEAST_WORDS = 4  # known words of at least three letters
_COMMON = 3.5  # zipf of a word that counts as one; rarer ones of three letters are abbreviations
_LEAST_COVERAGE = 0.6  # share of the letters read that lie in known words
_LEAST_UNREFINED = 0.3  # the same before readings are inferred: enough of those make words of anything
_LEAST_FREQUENT = {1: 5.6, 2: 5.0, 3: 3.5}  # zipf of a word by its letters
_MOST_TABLES = 4
_LEAST_UNKNOWN = 200  # garbled characters below which an unknown table cannot be told from chance
_MOST_MEAN = 14  # characters per token: with the spaces lost there are no words to go by
_LONG_WORD = 6  # letters; a single shorter word is no sign of garbled text
_OPENING, _CLOSING, _CLOSED = tuple("\"«“„‘'"), tuple("\"»”’'"), ".,;:!?)"
_FEWEST_AROUND = 3  # tokens of a line around a quotation
_LOST_GAIN = 15.0  # nats that words gain by letters that the text does not show, if it lost them: a name gains 5
_STRETCH_GAIN = 10.0  # nats that a stretch of a line must gain
_LEAST_DECIPHERED = 0.72  # the same for a table found from the text: chance makes .6
_MOST_DECIPHERED = 0.85  # confidence of what is read through such a table: a tenth of its words come out wrong
_GAIN_PER_SYMBOL = 0.8  # nats per character by which a deciphered text must be better than the text as it is
_MOST_RESTORED = 3  # tables; the words by what is left of them take .3 s per language
_MOST_LANGUAGES = 3
_LEAST_SOLVED = -2.9  # nats per symbol, by words: right tables have -1.6 to -2.5
_GIBBERISH = -7.5  # mean score of a letter; languages at hand have -2.5, strange letters count as -9 times four
_GIBBERISH_SAMPLE = 200
DECIPHERED = NAME
_WORDS_INSIDE = re.compile(r"[^\W\d_]?[a-zß-ÿ]{3,}|[A-ZÀ-Þ]{4,}")  # camel case is taken apart
_WORDS_SAMPLE = 400  # tokens
_LEAST_ZIPF, _MOST_KNOWN = 3.0, 0.2
_SHORT_SAMPLE = 1200  # the same for a first look
_SAMPLE = 4000  # characters of the runs that tables are tried on


class Trial(NamedTuple):
    """What a table makes of the runs."""

    gain: float
    words: int
    coverage: float
    reader: Reader
    left: list[Run]
    tokens: list[str]  # those read through the table
    letters: float  # per word read

    @property
    def good(self) -> bool:
        """Whether the table may be used."""
        long = self.reader.table.spaces or self.letters >= _LEAST_LETTERS
        enough = self.gain >= _LEAST_GAIN and self.words >= _LEAST_WORDS
        return enough and long and self.coverage >= _LEAST_COVERAGE


def repair_glyphs(document: Document, *, without: Collection[str] = ()) -> Document:
    """Read text that lost font maps garbled; `without` names table families to leave out.

    Repairs are labelled `glyph-map` with the table's name as rule. What looks garbled and cannot be read by words is
    left alone and marked `glyph-map-suspected`.
    """
    text = document.text
    suspects = suspicious_tokens(text)
    if not suspects:
        return document
    lines = suspicious_lines(text, suspects)
    found = [run for run in runs(text, lines, suspects) if not in_another_language(run.text)]
    odd = bool(found)
    if not odd:
        found = [run for run in dense_runs(text, lines) if _is_salad(run.text)]
    if not found:
        return document
    context = Context(_outside(text, found), document.language or document.language_declared)
    readers = _readers(context, found, frozenset(without))
    changes: list[Change] = []
    for start, end, _ in lines if readers else ():
        if context.effort.over:
            break
        changes += _line(tokens_of(text, start, end), readers, context)
    if odd:
        changes += marks(text, found, changes, lambda tokens: _foreign(tokens) and _gibberish(context, tokens))
    return document.apply(changes)


def _is_salad(text: str) -> bool:
    return not in_another_language(text) and is_letter_salad(text)


def _outside(text: str, found: Sequence[Run]) -> str:
    """The text without the lines of the runs."""
    pieces: list[str] = []
    position = 0
    for run in found:
        pieces.append(text[position : max(position, text.rfind("\n", 0, run.start) + 1)])
        end = text.find("\n", run.end)
        position = len(text) if end < 0 else end
    return "".join([*pieces, text[position:]])


@functools.cache
def _scanner(without: frozenset[str]) -> Scanner:
    return Scanner(tables_without(without))


def _readers(context: Context, found: Sequence[Run], without: frozenset[str]) -> list[Reader]:
    """The tables that read the runs, best first, each for what the earlier ones left."""
    chosen: list[Reader] = []
    left = list(found)
    while left and len(chosen) < _MOST_TABLES and not context.effort.over:
        trials = _trials(context, left, _scanner(without))
        if not trials:
            break
        best = max(trials, key=lambda trial: trial.gain)
        if best.words < _LEAST_WORDS or best.coverage < _LEAST_UNREFINED:
            break
        refined = refine(best.reader.table, best.reader.judge, best.tokens)
        better = _try(context, Reader(refined, best.reader.judge), left)
        best = better if better.gain > best.gain else best
        if not best.good:
            break
        chosen.append(best.reader)
        left = best.left
    if left and DECIPHERED not in without and not context.effort.over:
        chosen += _deciphered(context, left)
    return chosen


def _deciphered(context: Context, left: Sequence[Run]) -> list[Reader]:
    """A table found from the text alone, if there is enough of it and it makes words."""
    lines = [run.text[:_SAMPLE].split() for run in left]
    tokens = [token for line in lines for token in line][:_SAMPLE]
    size = sum(map(len, tokens))
    if size < _LEAST_UNKNOWN or size > _MOST_MEAN * len(tokens):
        return []
    if not _foreign(tokens) or not _gibberish(context, tokens):
        return []
    languages = context.languages[:_MOST_LANGUAGES]
    solved = [(solve(lines, context.judge(language), len(languages)), language) for language in languages]
    found, language = max(solved, key=lambda pair: pair[0].score)
    if found.score < _LEAST_SOLVED:
        return []
    judge = context.judge(language)
    read = Reader(found.table, judge)
    lost = letters_are_lost((word.lower() for token in tokens for word in _letters(read.read(token)[0])), judge)
    best = _try(context, Reader(found.table, judge, dropped=lost), left)
    sure = best.good and best.coverage >= _LEAST_DECIPHERED and best.gain > _GAIN_PER_SYMBOL * size
    return [best.reader] if sure else []


def _foreign(tokens: Sequence[str]) -> bool:
    """Whether the tokens hold hardly any words of the main languages: names in programs are made of words."""
    words = [word.lower() for token in tokens[:_WORDS_SAMPLE] for word in _WORDS_INSIDE.findall(token)]
    if not words:
        return True
    sizes = np.fromiter(map(len, words), dtype=np.float64)
    known = float(sizes[zipf_anywhere(words) >= _LEAST_ZIPF].sum())
    return known <= _MOST_KNOWN * sum(map(len, tokens[:_WORDS_SAMPLE]))


def _gibberish(context: Context, tokens: Sequence[str]) -> bool:
    """Whether the tokens have the letters of no main language, by the language that likes them best."""
    sample = tokens[:_GIBBERISH_SAMPLE]
    letters = [letters_only for token in sample if (letters_only := "".join(filter(str.isalpha, token)).lower())]
    size = sum(map(len, letters)) + len(letters)
    odd = sum(not c.isalnum() for token in sample for c in token.strip(EDGES))
    if not letters or odd > 0.05 * size:
        return True
    best = max(sum(context.judge(language).letters(word) for word in letters) for language in MAIN_LANGUAGES)
    return best < _GIBBERISH * size


def _trials(context: Context, left: Sequence[Run], scanner: Scanner) -> list[Trial]:
    """What the likely tables make of the runs, the best of them with lost letters put back."""
    sample = " ".join(run.text for run in left)
    trials: list[Trial] = []
    for language in context.languages:
        judge = context.judge(language)
        for scanned in scanner.scan(sample, judge.lexicon):
            if not context.effort.over:
                trials.append(_try(context, Reader(scanned.table, judge, restore=False), left, _SHORT_SAMPLE))
    likely = [trial for trial in trials if trial.gain > 0 and trial.words]
    likely.sort(key=lambda trial: -trial.gain)
    return [_with_lost_letters(context, trial, left, sample) for trial in likely[:_MOST_RESTORED]]


def _with_lost_letters(context: Context, trial: Trial, left: Sequence[Run], sample: str) -> Trial:
    """The trial again with letters put back that the table lacks, or that the text does not show if words miss them."""
    table, judge = trial.reader.table, trial.reader.judge
    given = _try(context, Reader(table, judge), left)
    shown = shown_in(table, sample)
    if shown == table:
        return given
    fewer = _try(context, Reader(shown, judge), left)
    return fewer if fewer.gain > given.gain + _LOST_GAIN else given


def _try(context: Context, reader: Reader, left: Sequence[Run], sample: int = _SAMPLE) -> Trial:
    gain, words, known, letters, size = 0.0, 0, 0, 0, 0
    sizes: list[int] = []
    rest: list[Run] = []
    garbled: list[str] = []
    for run in left:
        if context.effort.over:
            break
        size += len(run.text)
        if size > sample and size > len(run.text):
            break
        tokens = tokens_of(run.text, 0, min(len(run.text), sample))
        path, better = decode(tokens, [reader], context.clean, inside=False)
        if better <= 0:
            rest.append(run)
            continue
        gain += better
        for arc in path:
            if arc.state:
                garbled += [token.text for token in tokens[arc.first : arc.last]]
                letters += len(arc.reading) - arc.reading.count(" ") - _edges(arc.reading)
                for word in _letters(arc.reading):
                    sizes.append(len(word))
                    if _is_word(word, reader.judge):
                        known += len(word)
                        words += len(word) > 2 and reader.judge.lexicon.frequency(word) >= _COMMON
    mean = sum(sizes) / max(1, len(sizes))
    return Trial(gain, words, known / max(1, letters), reader, rest, garbled, mean)


def _edges(reading: str) -> int:
    """How many signs stand around the words of a reading."""
    return sum(len(word) - len(word.strip(EDGES)) for word in reading.split())


def _is_word(word: str, judge: Judge) -> bool:
    """Whether the letters are a word, and no abbreviation: nearly all of one or two letters are known."""
    return judge.lexicon.frequency(word) >= _LEAST_FREQUENT.get(len(word), 0.1) or word.lower() in judge.seen


def _letters(reading: str) -> list[str]:
    return "".join(c if c.isalpha() else " " for c in reading).split()


# ---- edits ----------------------------------------------------------------------------------------------------------


def _line(tokens: Sequence[Token], readers: Sequence[Reader], context: Context) -> Iterator[Change]:
    path, better = decode(tokens, readers, context.clean)
    if better <= 0:
        return
    stretch: list[Arc] = []
    for arc in path:
        changed = arc.reading != _before(arc, tokens)
        if changed or arc.state:
            stretch.append(arc)
        if (not changed and not arc.state) or arc is path[-1]:
            if _sure(stretch, tokens, context):
                yield from _edits(stretch, tokens, readers)
            stretch = []


def _before(arc: Arc, tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens[arc.first : arc.last])


def _sure(stretch: Sequence[Arc], tokens: Sequence[Token], context: Context) -> bool:
    """Whether a garbled stretch is one: a lone acronym has a reading in some table, too."""
    if not stretch or _is_quoted(stretch, tokens):
        return False
    alone = sum(context.clean(token.text) for arc in stretch for token in tokens[arc.first : arc.last])
    gain = sum(arc.score for arc in stretch) - alone
    texts = [_before(arc, tokens).strip(EDGES) for arc in stretch]
    telling = sum(len(text) > 1 for text in texts) > 1 or len(texts[0]) > _LONG_WORD or not texts[0].isalpha()
    return telling and gain >= _STRETCH_GAIN


def _is_quoted(stretch: Sequence[Arc], tokens: Sequence[Token]) -> bool:
    """Whether a sound line quotes the stretch, as one about ciphers does: of a lost font the line would be garbled."""
    first, last = stretch[0], stretch[-1]
    opened = first.reading[:1] in _OPENING and first.reading[:1] == tokens[first.first].text[:1]
    ends = [(_before(last, tokens), last.reading), *((t.text, t.text) for t in tokens[last.last : last.last + 2])]
    closed = any(
        before.rstrip(_CLOSED)[-1:] == behind.rstrip(_CLOSED)[-1:] and behind.rstrip(_CLOSED)[-1:] in _CLOSING
        for before, behind in ends
    )
    return opened and closed and first.first + len(tokens) - last.last >= _FEWEST_AROUND


def _edits(stretch: Sequence[Arc], tokens: Sequence[Token], readers: Sequence[Reader]) -> Iterator[Change]:
    for arc in stretch:
        if arc.reading != _before(arc, tokens):
            reader = readers[max(arc.state, 1) - 1]
            start, end = tokens[arc.first].start, tokens[arc.last - 1].end
            yield repair(start, end, arc.reading, LABEL, reader.table.name, _confidence(arc, reader))


def _confidence(arc: Arc, reader: Reader) -> float:
    words = _letters(arc.reading)
    known = sum(len(word) for word in words if reader.judge.knows(word))
    confidence = round(0.6 + 0.38 * known / max(1, sum(map(len, words))), 2) if words else 0.7
    return min(confidence, _MOST_DECIPHERED) if reader.table.name == DECIPHERED else confidence
