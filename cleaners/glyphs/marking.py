"""Text that looks garbled by a lost font map but that no table explains: it is marked, for a person to look at.

What a font map garbles keeps what a substitution of letters keeps: symbols are as unevenly frequent as the letters of a
language, and tokens are as long as words and as different in length. Codes, hashes, passwords and encoded data have
symbols of even frequency, sequences of proteins and of DNA come in groups of one length, and programs hold words. Lists
of names or codes keep the commas between them, which a font map would not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from cleaners.glyphs.suspects import EDGES, Run
from corpus.document import Change, mark

LABEL = "glyph-map-suspected"
RULE = "letter-frequencies"
_FEWEST_TOKENS, _FEWEST_SYMBOLS = 8, 40
_LEAST_MEAN, _MOST_MEAN = 2.5, 9.0  # symbols of a token
_MOST_OF_ONE_LENGTH = 0.6  # of the tokens
_LONGEST = 26  # symbols of a token
_LEAST_EVEN, _MOST_EVEN = 0.048, 0.13  # chance that two symbols are the same: languages have .06 to .08
_MOST_DIGITS = 0.25
_CONFIDENCE = 0.5
_MOST_IN_LISTS = 0.5  # share of the tokens that a comma or semicolon ends, or that begin with the same sign
_PHONETIC = re.compile("[\u0250-\u02af]")  # no font map leads there, phonetic transcription does


def marks(
    text: str, left: Sequence[Run], changes: Sequence[Change], strange: Callable[[Sequence[str]], bool]
) -> Iterator[Change]:
    """Marks of the runs that no change touches, if they look like a text with other letters.

    Args:
        text: of the document.
        left: runs of suspects.
        changes: what is repaired.
        strange: whether tokens have neither the words nor the letters of a language at hand.
    """
    untouched = [run for run in left if not any(c.start < run.end and run.start < c.end for c in changes)]
    tokens = [token for run in untouched for token in run.text.split()]
    if looks_enciphered(tokens) and strange(tokens):
        for run in untouched:
            yield mark(run.start, run.end, text, LABEL, RULE, _CONFIDENCE)


def looks_enciphered(tokens: Sequence[str]) -> bool:
    """Whether tokens have the lengths and the symbol frequencies of a text in some language."""
    cores = [core for token in tokens if (core := token.strip(EDGES))]
    symbols = "".join(cores)
    size = len(symbols)
    if len(cores) < _FEWEST_TOKENS or size < _FEWEST_SYMBOLS or _PHONETIC.search(symbols) or _is_list(tokens):
        return False
    lengths = Counter(map(len, cores))
    if not _LEAST_MEAN <= size / len(cores) <= _MOST_MEAN or max(lengths) > _LONGEST:
        return False
    if max(lengths.values()) > _MOST_OF_ONE_LENGTH * len(cores):
        return False
    counts = Counter(symbols)
    if sum(count for symbol, count in counts.items() if symbol.isdigit()) > _MOST_DIGITS * size:
        return False
    same = sum(count * (count - 1) for count in counts.values()) / (size * (size - 1))
    return _LEAST_EVEN <= same <= _MOST_EVEN


def _is_list(tokens: Sequence[str]) -> bool:
    """Whether signs part the tokens, or mark each of them, as in lists of codes and of colours."""
    parted = sum(token.endswith((",", ";")) for token in tokens)
    marked = Counter(token[0] for token in tokens if not token[0].isalnum())
    return max(parted, *marked.values(), 0) > _MOST_IN_LISTS * len(tokens)
