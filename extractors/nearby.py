"""What readers see around the title: a byline and a date that no markup names.

Only short blocks count, and only a few of them after the heading of the page (and fewer before it), since further away
stand the dates and names of other articles. An author needs an introducing word and capitals; a date needs a month in
words or an order that is not ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extractors.dates import find_date

_BEFORE, _AFTER = 3, 8  # blocks
_MAX_LENGTH = 80  # characters of a block, for it to be no sentence of the text
_LONE_LENGTH = 40  # characters of a block that is a date and little else
_UPDATED = re.compile(
    r"\b(?:updated|modified|last|mise? à jour|modifié|aktualisiert|geändert|stand:"
    r"|actualizad[oa]|aggiornat[oa]|atualizad[oa]|bijgewerkt|gewijzigd|aktualizacja|aktualizov|uppdatera|oppdater|opdater"
    r"|päivitetty|güncelle|обновл|изменен|ενημερώ|cập nhật|تحديث|更新|수정)",
    re.IGNORECASE,
)
_INTRODUCTION = (
    r"(?i:(?:(?:written|posted|published|text|words|story|article) )?by|author|écrit par|par|auteur|verfasst von|von"
    r"|autor(?:in|a|ka|zy)?|escrito por|por|scritto da|autore|di|door|av|af|tekst|napisał[ai]?|автор|текст|текст и фото"
    r"|yazan|yazar|tác giả|συντάκτης|بقلم|كتب|كتبت)"
)
_WORD = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’.-][^\W\d_]*)*"
_NAME = rf"{_WORD}(?: (?:(?:de|da|di|du|van|von|der|den|le|la|al|bin|y|e) ){{0,2}}{_WORD}){{1,3}}"
# At the start, or behind a date or a bar: "Publié le 3 mai 2024 par Anne Martin"
_BYLINE = re.compile(
    rf"(?:^|\d\s|[,;|/·•–—-]\s?){_INTRODUCTION}(?:\s*:\s*|\s+)({_NAME})(?=\s*(?:$|[,;|/·•–—(-]|\d|[Oo]n\b|[Pp]ublished\b))"
)
_LONE_INTRODUCTION = re.compile(rf"{_INTRODUCTION}\s*:?")
_LONE_NAME = re.compile(_NAME)


def around(texts: Sequence[str], heading: str) -> list[str]:
    """The short blocks around a heading among `texts`: those after it, the nearest first, then those before it."""
    if heading not in texts:
        return []
    place = texts.index(heading)
    nearest = [*texts[place + 1 : place + 1 + _AFTER], *reversed(texts[max(0, place - _BEFORE) : place])]
    return [text for text in (" ".join(t[: 2 * _MAX_LENGTH].split()) for t in nearest) if len(text) <= _MAX_LENGTH]


def visible_date(texts: Sequence[str]) -> str | None:
    """The first date that is not said to be that of a change."""
    return next((found for text in texts if not _UPDATED.search(text) and (found := find_date(text))), None)


def lone_date(texts: Sequence[str]) -> str | None:
    """The date that all blocks of a page give that are a date and little else; None where they give several.

    A date of a change is second to others.
    """
    short = [(text, date) for text in texts if len(text) <= _LONE_LENGTH and (date := find_date(text))]
    for dates in (
        {date for text, date in short if not _UPDATED.search(text)},
        {date for text, date in short if _UPDATED.search(text)},
    ):
        if dates:
            return dates.pop() if len(dates) == 1 else None
    return None


def visible_author(texts: Sequence[str]) -> str | None:
    """The name in the first byline."""
    for text, following in pairwise([*texts, ""]):
        if match := _BYLINE.search(text):
            return match[1]
        if _LONE_INTRODUCTION.fullmatch(text) and _LONE_NAME.fullmatch(following):
            return following
    return None
