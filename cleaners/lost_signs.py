"""What French puts between words and loses with its letters: the space in `prévenu :`, guillemets in `« radicale »,`.

Marks that stand there would be taken for letters: `à` is the commonest word of one letter, but a sentence never has it
before a comma or at its end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from corpus.document import Change, repair

LANGUAGE = "fr"
_SPACE, _QUOTES = 0.75, 0.6  # confidence
_FARTHEST = 400  # characters between guillemets


def lost_signs(text: str, mark: str, size: int, known: Callable[[str], bool], *, quotes: bool) -> Iterator[Change]:
    """Lost spaces and guillemets of a French text.

    Args:
        text: with its marks.
        mark: one for a lost letter, or for a byte of it.
        size: how many of them a letter, space or quotation mark became, 1 or 2.
        known: whether a word, with its marks, is one or can become one.
        quotes: whether to look for guillemets; marks by themselves may have been anything where no letters are lost.
    """
    one = re.escape(mark * size)
    yield from _spaces(text, re.compile(f"(?<=[\\w)\\]%{mark}]){one}(?=[:;!?»])"), mark, known)
    if quotes:
        yield from _guillemets(text, re.compile(f"(?:(?<![^\\s(\\[])|(?<=['’])){one}(?![^\\s.,;:!?)\\]])"))


def ends_clause(text: str, end: int) -> bool:
    """Whether punctuation stands at an offset, where no word of one lost letter ends."""
    return text[end : end + 1] in tuple(".,;:!?)]")


def _spaces(text: str, pattern: re.Pattern[str], mark: str, known: Callable[[str], bool]) -> Iterator[Change]:
    word = re.compile(f"(?:[^\\W\\d_]|[{mark}'’])*$")
    for match in pattern.finditer(text):
        found = word.search(text, max(match.start() - _FARTHEST // 10, 0), match.start())
        before = found[0] if found else ""
        if not before or (known(before) and not known(before + match[0])):
            yield repair(match.start(), match.end(), "\N{NO-BREAK SPACE}", "mojibake", "lost-letters", _SPACE)


def _guillemets(text: str, pattern: re.Pattern[str]) -> Iterator[Change]:
    opening: re.Match[str] | None = None
    for match in pattern.finditer(text):
        behind = text[match.end() : match.end() + 1]
        if opening and ("\n" in text[opening.end() : match.start()] or match.start() - opening.end() > _FARTHEST):
            opening = None
        if behind == " " or text[match.start() - 1 : match.start()] != " ":
            opening = match
        elif opening:
            yield repair(opening.start(), opening.end(), "«", "mojibake", "lost-letters", _QUOTES)
            yield repair(match.start(), match.end(), "»", "mojibake", "lost-letters", _QUOTES)
            opening = None
