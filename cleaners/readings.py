"""Other readings of damaged text, weighed word by word and decided by document.

A reading turns a token (what stands between spaces) into what it may have been. Of many readings the one that makes
the most words of the document's odd tokens wins, if it makes enough of them; then it is put wherever it makes better
words, and, in lines that it damages nowhere, on what no word list can judge: single letters, quotes and names. What is
left may have been damaged in another way, so there are a few rounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import ne
from typing import NamedTuple

from cleaners.evidence import ODD, Evidence, evidence_of, mixes_scripts, plainly_sound
from cleaners.quoted_damage import is_quoted
from cleaners.spans import outside_code
from corpus.document import Change, Document, repair

_TOKEN = re.compile(r"[^ \t\n\r\f\v]{1,400}")  # longer ones are no words
ROUNDS = 3
_MOST_TOKENS = 1500  # different ones of a document that are looked at to choose
_SCANNED = 60  # different tokens by which readings are compared
_MOST_GAIN = 9.0  # of one token, lest one long token decide
_TRIED = 4  # readings, the best first, that are tried on what is sound
_SOUND = 1.0  # worth of a token that is a word as it stands
_MOST_HARM = (
    2.0  # sound tokens that a reading may damage per token of which it makes words: half of a text may be sound
)
_APOSTROPHES = re.compile(
    "(?:\\b[cdjlmnstCDJLMNST]|[Qq]u|[Ll]orsqu|[Pp]uisqu|[Jj]usqu)[’'](?=[aehiouyàâéèêîôœæ])|[’']s\\b|…$"
)
_INNER = re.compile("[^\\W\\d_]’(?=[^\\W\\d_])")
_PARTED = re.compile(r"[^\W\d_][\xa0‹›«»“”„‚‘…•·–—]+[^\W\d_]|\d[‹›«»“”„]+\w|[^\W\d_]{2}€")
_STRANGE = re.compile(
    r"[\u2070-\u2089]|[^\w\s!-/:-@\[-`{-~«»“”‘’‚„‹›–—…¿¡€£•§°\u3000-\u303f\uff00-\uff65\u0300-\u036f]"
)
_NEVER = re.compile(
    "[\\x80-\\x9f\\u2190-\\u23ff\\u2500-\\u25ff\\u2200-\\u22ff¤¦¨¬¯´¶¸˘ˇˆ˙˚˛˝˜]"
)  # in what became words
_SOME_WORD = re.compile(r"[^\W\d_]{3}")
_LETTER = re.compile("[ŕŔĺÝŘŮŞ]")  # à and its like, by itself the commonest word that is damaged
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff]")  # judged by how common characters are, not by words
_WORST = -6.0  # worth of a token that is damaged beyond doubt
_SOLID = 3.0  # gain of a token that became words
_LEAST_DIFFERENT = 3  # characters that ideographs come from; quotes before letters give some, too
_LONE_WORD = 0.85  # confidence where one word speaks for the reading; right in 92 % of the tuning data
_UNTOLD = 0.6  # confidence in what no word list can judge; right in 65 %
_LONE = 4.5  # the same where nothing else supports the reading
_BETTER, _LEAST_SHARE = 0.5, 0.5  # what at least this share of the tokens that look damaged must gain


class Reading(NamedTuple):
    """A way to read damaged text. `read` gives the token back when it does not concern it.

    Attributes:
        concerns: characters one of which must be in a token that the reading changes.
        rarity: what it has to gain more than the commonest.
        shrinks: whether several characters become one, letters among them.
    """

    rule: str
    read: Callable[[str, Evidence], str]
    concerns: frozenset[str]
    rarity: float = 0.0
    shrinks: bool = False


class Weighed(NamedTuple):
    """A token as it stands and as it is read, with what both are worth."""

    token: str
    after: str
    worth: float
    worth_after: float

    @property
    def gain(self) -> float:
        """How much better the token reads."""
        return min(self.worth_after - max(self.worth, _WORST), max(_MOST_GAIN, 0.6 * len(self.token)))


class Choice(NamedTuple):
    """The reading of a document and how sure it is."""

    reading: Reading
    total: float
    solid: int


def odd_tokens(text: str) -> list[str]:
    """The different tokens of a text that hold a character beyond ASCII, in order of appearance."""
    return list(dict.fromkeys(token for token in _TOKEN.findall(text) if not token.isascii()))


def reread(document: Document, readings: Callable[[str], Sequence[Reading]], label: str) -> Document:
    """Repair a document with the readings that make words of it; `readings` gives those that a text may need."""
    text = document.text
    for _ in range(ROUNDS):
        tokens = odd_tokens(document.text)
        if all(map(plainly_sound, tokens[:_MOST_TOKENS])):
            break
        evidence = evidence_of(text, document.language_declared)
        choice = choose(tokens, readings, evidence)
        if choice is None:
            break
        changed = document.apply(outside_code(document, _changes(document.text, choice, label, evidence)))
        if changed.text == document.text:
            break
        document = changed
    return document


def choose(tokens: Sequence[str], readings: Callable[[str], Sequence[Reading]], evidence: Evidence) -> Choice | None:
    """The reading that makes the most words of the odd tokens, if enough of them and without much harm."""
    tokens = tokens[:_MOST_TOKENS]
    worth = {token: evidence.piece(token) for token in tokens if not plainly_sound(token)}
    odd = [token for token in worth if worth[token] <= ODD][:_SCANNED]
    if not odd:
        return None
    found: list[Choice] = []
    seen: set[tuple[str, ...]] = set()
    sets = [frozenset(token) for token in odd]
    enough = _LEAST_SHARE * len(odd)

    @cache
    def _concerned(concerns: frozenset[str]) -> bool:
        return sum(not concerns.isdisjoint(each) for each in sets) >= enough

    weighs: dict[tuple[str, str, bool], Weighed] = {}  # many readings make the same of a token
    for reading in readings("".join(odd)):
        if not _concerned(reading.concerns):
            continue
        images = tuple(reading.read(token, evidence) for token in odd)
        if images in seen or sum(map(ne, odd, images)) < enough:
            continue
        seen.add(images)
        weighed = _weighed(reading, odd, images, worth, evidence, weighs)
        choice = _judged(reading, weighed) if weighed else None
        if choice:
            found.append(choice)
    found.sort(key=lambda choice: -choice.total)
    if not found:
        return None
    worth = {token: worth[token] if token in worth else evidence.piece(token) for token in tokens}
    sound = [token for token in worth if worth[token] >= _SOUND][: 2 * _SCANNED]
    for choice in found[:_TRIED]:
        harm = sum(
            _weigh(choice.reading, token, after, worth, evidence).gain < -1.0
            for token in sound
            if (after := choice.reading.read(token, evidence)) != token
        )
        if harm <= _MOST_HARM * choice.solid:
            return choice
    return None


def _weighed(
    reading: Reading,
    odd: Sequence[str],
    images: Sequence[str],
    worth: Mapping[str, float],
    evidence: Evidence,
    weighs: dict[tuple[str, str, bool], Weighed],
) -> list[Weighed]:
    """The tokens weighed, none as soon as too few of them can still get better."""
    weighed: list[Weighed] = []
    spare = (1 - _LEAST_SHARE) * len(odd)
    for token, after in zip(odd, images, strict=True):
        key = (token, after, reading.shrinks)
        each = weighs.get(key)
        if each is None:
            each = weighs[key] = _weigh(reading, token, after, worth, evidence)
        weighed.append(each)
        spare -= each.gain <= _BETTER
        if spare < 0:
            return []
    return weighed


def _weigh(reading: Reading, token: str, after: str, worth: Mapping[str, float], evidence: Evidence) -> Weighed:
    if after == token:
        return Weighed(token, after, worth[token], worth[token])
    fewer = not reading.shrinks and _letters(after) + len(_APOSTROPHES.findall(after)) < _letters(token)
    parted = len(_PARTED.findall(after)) > len(_PARTED.findall(token))
    # one may be that of a contraction; several tear a word with dotless i into pieces that are words somewhere
    torn = max(0, len(_INNER.findall(after)) - len(_APOSTROPHES.findall(after)) - 1)
    mixed = mixes_scripts(token, after)
    stranger = max(0, len(_STRANGE.findall(after)) - len(_STRANGE.findall(token)))
    penalty = 5.0 * (fewer + stranger + mixed + torn) + 3.0 * parted
    return Weighed(token, after, worth[token], evidence.piece(after) - penalty)


def _is_word(each: Weighed) -> bool:
    return not _NEVER.search(each.after) and bool(_SOME_WORD.search(each.after) or _LETTER.fullmatch(each.token))


def _letters(token: str) -> int:
    return sum(map(str.isalpha, token))


def _judged(reading: Reading, weighed: Sequence[Weighed]) -> Choice | None:
    """The reading as a choice, when it makes words."""
    solid = [each for each in weighed if each.gain >= _SOLID and each.worth_after >= 1.0 and _is_word(each)]
    if any(_IDEOGRAPH.search(each.after) for each in solid) and _different(solid) < _LEAST_DIFFERENT:
        return None
    if not solid or (len(solid) == 1 and solid[0].gain < _LONE and not _LETTER.fullmatch(solid[0].token)):
        return None
    total = sum(max(each.gain, -1.0) for each in weighed if each.after != each.token) - reading.rarity
    return Choice(reading, total, len(solid)) if total >= _SOLID else None


def _different(weighed: Sequence[Weighed]) -> int:
    """How many different characters beyond ASCII there are."""
    return len({character for each in weighed for character in each.token if character > "\x7f"})


def _changes(text: str, choice: Choice, label: str, evidence: Evidence) -> Iterable[Change]:
    weighed: dict[str, Weighed] = {}
    for token in odd_tokens(text):
        after = choice.reading.read(token, evidence)
        if after != token:
            weighed[token] = _weigh(choice.reading, token, after, {token: evidence.piece(token)}, evidence)
    damages = sum(each.gain < -1.0 for each in weighed.values())
    repairs = sum(each.gain >= 1.0 for each in weighed.values())
    start = 0
    for line in text.split("\n"):
        yield from _line_changes(line, start, weighed, choice, label, everywhere=repairs > 4 * damages)
        start += len(line) + 1


def _line_changes(
    line: str, start: int, weighed: dict[str, Weighed], choice: Choice, label: str, *, everywhere: bool
) -> Iterable[Change]:
    found = [(match.start(), weighed[match[0]]) for match in _TOKEN.finditer(line) if match[0] in weighed]
    damaged = any(each.gain < -1.0 for _, each in found)
    mended = any(each.gain >= 1.0 for _, each in found)
    if found and is_quoted(line, (each.after for _, each in found)):
        return
    for offset, each in found:
        sure = each.gain >= 1.0
        if sure or (each.gain > -1.0 and not damaged and (mended or everywhere)):
            confidence = _confidence(each, choice, sure=sure)
            yield from _differences(each, start + offset, label, choice.reading.rule, confidence)


def _confidence(each: Weighed, choice: Choice, *, sure: bool) -> float:
    if sure and _IDEOGRAPH.search(each.after):
        return _LONE_WORD
    if sure and each.worth_after >= 1.0:
        return 0.97 if choice.solid > 1 else _LONE_WORD
    return _UNTOLD


def _differences(each: Weighed, start: int, label: str, rule: str, confidence: float) -> Iterable[Change]:
    """One change per token; the ledger trims what stays."""
    yield repair(start, start + len(each.token), each.after, label, rule, confidence)
