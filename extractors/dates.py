"""Dates as pages write them, in ISO 8601.

Machine-readable dates come in half a dozen shapes; dates for readers are understood where the month is a word or the
characters of year, month and day stand behind the numbers, and where the numbers allow one reading only: `03/04/2024`
is two different days on the two sides of an ocean.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from extractors.words import words

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?=$|[T\s_+Z(,])")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?=$|[T\s]|\d{6}$)")
_SLASHES = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.(\d{4})(?!\d)")
_YEAR = re.compile(r"(\d{4})")
_DAY_MONTH = re.compile(
    r"\b(\d{1,2})(?:er|st|nd|rd|th|\.|º)?[\s-](?:de |d')?([^\W\d_]{3,14})\.?,?[\s-](?:de )?(\d{4})\b"
)
_MONTH_DAY = re.compile(r"\b([^\W\d_]{3,14})\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s(\d{4})\b")
_NUMBERS = re.compile(
    r"(?<![\d.-])(?:((?:19|20)\d\d)-(\d\d)-(\d\d)|(\d{1,2})\.\s?(\d{1,2})\.((?:19|20)\d\d))(?![\d.-])"
)
_YEAR_MONTH_DAY = re.compile(r"\b((?:19|20)\d\d)\.?\s([^\W\d_]{3,14})\s(\d{1,2})\b")
_VIETNAMESE = re.compile(r"(\d{1,2})\s+tháng\s+(\d{1,2}),?(?:\s+năm)?\s+(\d{4})", re.IGNORECASE)
_EAST_ASIAN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日일])?")
_DAY_AND_MONTH = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)(?![\d/])")
_PATH = re.compile(r"/((?:19|20)\d\d)([/-])(\d{1,2})(?:\2(\d{1,2}))?(?=[/_-]|$)")
_WEEKDAY_OR_PREPOSITION = re.compile(
    r"[\W_]+(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|on|am|le|el|il)?\W*$", re.IGNORECASE
)
_TIME = re.compile(r"\b\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?", re.IGNORECASE)
_MAX_LENGTH = 80
_LAST_MONTH = 12

# Beginnings of month names, without accents, in most languages of Europe, Turkish, Indonesian, Arabic (as in Egypt) and
# Hebrew (also with "in"). Where one name begins like another (Finnish `marraskuu` and `mars`), the longer beginning
# decides.
_MONTHS = (
    words("jan ينا ינו בינו gen ene ian янв січ ιαν sty led tam oca"),
    words("feb فبر פבר בפבר fev фев лют φεβ lut uno hel sub"),
    words("mar مار מרץ במרץ מרס maa mrt мар бер μαρ bre"),
    words("apr ابر אפר באפר avr abr апр кві απρ kwi dub huh nis"),
    words("may ماي מאי במאי mai mag mei maj maio мая май тра μαι kve tou"),
    words("jun يون יונ ביונ juin giu iun июн чер ιουν cze cerv kes haz"),
    words("jul يول יול ביול juil lug iul июл лип ιουλ lip cervenec cervence hei tem"),
    words("aug اغس אוג באוג aou ago авг сер αυγ sie srp elo agu"),
    words("sep سبت ספט בספט set сен вер σεπ wrz zar syy eyl szept"),
    words("oct اكت אוק באוק okt out ott окт жов οκτ paz rij lok eki"),
    words("nov نوف נוב בנוב noi ноя лис νοε lis marras kas"),
    words("dec ديس דצמ בדצמ dez dic des дек гру δεκ gru pros joul ara"),
)
_BEGINNINGS = {beginning: number for number, names in enumerate(_MONTHS, start=1) for beginning in names}
_LONGEST_BEGINNING = max(map(len, _BEGINNINGS))


def parse_date(text: str | None) -> str | None:
    """A date as `2024-05-31`, `2024-05` or `2024`; None for what is none or ambiguous. The time of day is left out."""
    text = " ".join((text or "")[:_MAX_LENGTH].split())
    for pattern in (_ISO, _SLASHES, _COMPACT):
        if match := pattern.match(text):
            return _valid(match[1], match[2], match[3])
    if match := _DAY_FIRST.match(text):
        return _valid(match[3], match[2], match[1])
    if match := _YEAR.fullmatch(text):
        return _valid(match[1], None, None)
    return _in_words(text) or _unambiguous(text)


def find_date(text: str) -> str | None:
    """The first date that a short text holds: with its month in words, or in an order that is not ambiguous."""
    if not _YEAR.search(text):
        return None
    found = _in_words(text)
    if found is None and (match := _NUMBERS.search(text)):
        year, month, day = match.groups()[:3] if match[1] else (match[6], match[5], match[4])
        found = _valid(year, month, day)
    return found or _unambiguous(text)


def without_date(text: str) -> str:
    """What stands before a date in a text, or after it where nothing does; the text itself when it has no date."""
    for pattern in (_DAY_MONTH, _MONTH_DAY, _YEAR_MONTH_DAY, _EAST_ASIAN, _NUMBERS, _DAY_AND_MONTH):
        match = pattern.search(text)
        if match and find_date(match[0]):
            before = _WEEKDAY_OR_PREPOSITION.sub("", " " + text[: match.start()]).strip()
            return before or _TIME.sub("", text[match.end() :]).strip()
    return text


def date_in_path(path: str) -> str | None:
    """The date in the path of an address, `/2024/05/31/` or `/2024-05-31-title`; the month alone as `2024-05`."""
    match = _PATH.search(path)
    return _valid(match[1], match[3], match[4]) if match else None


def _in_words(text: str) -> str | None:
    if match := _EAST_ASIAN.search(text):
        return _valid(match[1], match[2], match[3])
    if match := _VIETNAMESE.search(text):
        return _valid(match[3], match[2], match[1])
    if match := _DAY_MONTH.search(text):
        day, month, year = match.groups()
    elif match := _MONTH_DAY.search(text):
        month, day, year = match.groups()
    elif match := _YEAR_MONTH_DAY.search(text):
        year, month, day = match.groups()
    else:
        return None
    number = _month(month)
    return _valid(year, number, day) if number else None


def _unambiguous(text: str) -> str | None:
    """A date in slashes with a day that can be no month, or that is the same as the month."""
    match = _DAY_AND_MONTH.search(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    if first > _LAST_MONTH or first == second:
        return _valid(match[3], match[2], match[1])
    return _valid(match[3], match[1], match[2]) if second > _LAST_MONTH else None


def _month(name: str) -> str | None:
    folded = "".join(c for c in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(c))
    for length in range(min(_LONGEST_BEGINNING, len(folded)), 2, -1):
        if folded[:length] in _BEGINNINGS:
            return str(_BEGINNINGS[folded[:length]])
    return None


def _valid(year: str, month: str | None, day: str | None) -> str | None:
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return None
    try:
        found = date(int(year), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return None
    return found if day else found[:7] if month else found[:4]
