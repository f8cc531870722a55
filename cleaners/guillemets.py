"""Guillemets of one encoding read as another in a text that is sound else: `Ç The king of comedy È`, `´ long ª`.

Between spaces these letters stand for nothing in the languages that put spaces inside guillemets; the rest of a text
tells no encoding, since its words are right or were repaired before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaners.evidence import evidence_of
from corpus.document import Change, repair

_SPACE = "[\\xa0\\u202f ]"
# behind the letter, looking back over it: patterns that begin with a letter are found fast
_OPENS, _CLOSES = "(?<![^\\s(\\[’'].)", "(?![^\\s.,;:!?)\\]])"
# those of Mac Roman read as Windows-1252, and the other way round
_PAIRS = tuple(
    (re.compile(f"{left}{_OPENS}(?={_SPACE}[^{left}{right}\\n]{{1,400}}{_SPACE}{right}{_CLOSES})"), right)
    for left, right in ("ÇÈ", "´ª")
)
_SINGLE = re.compile(f"[ÇÈ](?:(?<=Ç){_OPENS}(?<!\\d\\s.)(?={_SPACE}[^\\W\\d_]{{2}})|(?<=È)(?<!\\S.){_CLOSES})")
# where letters are spoken of
_LETTER = re.compile(
    r"(?i)(?<!\w)(?:\w|lettres?|consonnes?|voyelles?|caract[eè]res?|letras?|letters?|lettere|buchstaben?)\s$"
)
_BACK = 12  # characters in which one of these fits
_SURE, _LIKELY = 0.92, 0.8
_SPACED = "fr"  # the language that puts spaces inside guillemets and has no such words


def may_hold_guillemets(text: str) -> bool:
    """Whether a text has the letters at all; cheap."""
    return "È" in text or "Ç" in text or "ª" in text


def guillemets(text: str, declared: str | None) -> list[Change]:
    """Pairs of them in any language, and single ones, whose partner is in another paragraph, in French."""
    changes: dict[int, Change] = {}
    for pattern, right in _PAIRS:
        for match in pattern.finditer(text):
            if _spoken_of(text, match.start()):
                continue
            end = text.index(right, match.end())
            changes[match.start()] = _changed(match.start(), "«", _SURE)
            changes[end] = _changed(end, "»", _SURE)
    single = [match for match in _SINGLE.finditer(text) if match.start() not in changes]
    if single and evidence_of(text, declared).languages[0] == _SPACED:
        changes |= _single(text, single)
    return [changes[start] for start in sorted(changes)]


def _single(text: str, found: list[re.Match[str]]) -> Iterator[tuple[int, Change]]:
    for match in found:
        if not _spoken_of(text, match.start()):
            yield match.start(), _changed(match.start(), "«" if text[match.start()] == "Ç" else "»", _LIKELY)


def _spoken_of(text: str, start: int) -> bool:
    """Whether the letter at an offset is spoken of, or is one of several in a row."""
    return _LETTER.search(text, max(start - _BACK, 0), start) is not None


def _changed(start: int, after: str, confidence: float) -> Change:
    return repair(start, start + 1, after, "mojibake", "guillemets", confidence)
