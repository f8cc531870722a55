"""What furniture is that a model found and no rule named: a label from cues around it, from its form, from its place.

A model knows content from furniture and no more, and the ledger is counted by label. What a line says itself comes
first, then its form (a date line is a byline wherever it stands), then the heading it stands under in a stretch of
furniture, and last where in the page the stretch is: menus stand above a text, links to other pages below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cleaners.content import MODEL_RULE
from cleaners.cues import Cue
from cleaners.page import Line, Page, Proposals

REMOVED = 0.5  # scores above it are those of furniture, as in `decision`
UNNAMED = "boilerplate"
REACH = 40  # lines below a heading that still speaks for them
SHORT_REACH = 3  # the same for other furniture: a button or two beside "Share"
AGREED = 3  # unnamed lines in a row that may share the label of both their neighbours
SHORT_FORM = 160  # characters; the forms below are those of short lines
MENU_WORDS = 4  # words of a menu entry, on average; titles of other pages are longer
CAPTION_WORDS = (2, 30)
SAID_TWICE = 4  # words of a line that goes because the page says it once more
_NO_SECTION = frozenset(
    {UNNAMED, "byline", "image-caption", "advert", "repeated-title", "running-header", "page-number"}
)
_IN_MENUS = frozenset({"widget", "legal-footer"})  # of the lines above a text: "Search" and "About us" stand in menus
_SAID = ("site-links", MODEL_RULE)  # rules by which nothing but the words of a line name it

_MONTH = (
    r"(?:jan|f[ée]v|feb|mar|m[äa]r|avr|apr|abr|mai|may|juin|jun|jui|jul|ao[uû]t|aug|ago|sep|set|oct|okt|out|nov|"
    r"d[ée]c|dez|dic|gen|mag|giu|lug|ott|ene|maa|mei|maj|sty|lut|kwi|cze|lip|sie|wrz|pa[źz]|lis|gru|led|[úu]no|b[řr]e|dub|"
    r"kv[ěe]|[čc]er|srp|z[áa][řr]|[řr][íi]j|pros|oca|[şs]ub|nis|haz|tem|a[ğg]u|eyl|eki|kas|ara|янв|фев|мар|апр|ма[йя]|июн|"
    r"июл|авг|сен|окт|ноя|дек|січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|гру|ιαν|φεβ|μαρ|απρ|μα[ΐιί]|ιο[υύ]ν|ιο[υύ]λ|α[υύ]γ|"
    r"σεπ|οκτ|νο[εέ]|δεκ)\w*\.?"
)
_YEAR = r"(?:19|20)\d\d"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (label, re.compile(pattern, re.IGNORECASE))
    for label, pattern in (
        ("legal-footer", r"©|\(c\)\s*(?:19|20)\d\d|\bcopyright\b|\ball rights\b|\bSIRET\b|\bISSN\b|\bUSt-Id"),
        ("related-links", r"\A\[(?:PDF|DOCX?|PPTX?|XLSX?|PS)\]"),
        ("navigation", r"\A[^.!?]{1,60}(?:\s[›»>/→]\s[^.!?]{1,60})+\Z"),
        ("navigation", r"\A(?:page\s)?\d+\s*(?:/|sur|of|von|de|di)\s*\d+\Z"),
        ("navigation", r"\A(?:[‹«<←]\s?)?(?:\d{1,4}|\.\.\.|…)(?:[\s|]+(?:\d{1,4}|\.\.\.|…|[›»>→]))*\Z"),
        ("navigation", r"\A[›»>→←‹«]+\Z|\A[^.!?]{1,60}\s?[›»→]\Z|\A[‹«←]\s?[^.!?»]{1,60}\Z"),
        ("byline", rf"\A\D{{0,40}}\b\d{{1,2}}(?:\.|er|st|nd|rd|th)?\s(?:de\s)?{_MONTH}\s(?:de\s)?{_YEAR}\b.{{0,40}}\Z"),
        ("byline", rf"\A\D{{0,40}}\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d\b.{{0,40}}\Z"),
        ("byline", r"\A\D{0,30}\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d\b.{0,40}\Z"),
        ("byline", rf"\A{_YEAR}-\d\d-\d\d\b.{{0,20}}\Z"),
        ("byline", rf"\A\D{{0,20}}{_YEAR}\s?[年년]\s?\d{{1,2}}\s?[月월].{{0,40}}\Z"),
        ("byline", r"\A\d{1,2}[.:h]\d\d\s?(?:[ap]\.?m\.?|uhr|uur|hrs|[bce]e?s?t|gmt|utc|msk)\Z"),
        ("byline", r"\A(?:par|by|von|por|di|da|door|przez)\s+[^\W\d_][^.!?]{1,80}\Z"),
        ("byline", r"\A.{0,30}\b\d+\s?(?:min(?:uten?|utes?|utos|uti)?)\b.{0,30}\Z"),
        ("call-to-action", r"\A\+?\d+(?:[.,]\d+)?\s?k?\s(?:shares?|partages|likes?|vues|views)\Z"),
        ("widget", r"\A\d{1,2}:\d\d(?:\s*/?\s*\d{1,2}:\d\d)*\Z"),
    )
)  # fmt: skip


def name_furniture(page: Page, cues: Sequence[Cue | None], found: Proposals) -> Proposals:
    """The same proposals, with labels for furniture that has none yet, and none for what nobody takes for furniture."""
    named = {
        position: proposal._replace(label="") if proposal.label == UNNAMED and proposal.score <= REMOVED else proposal
        for position, proposal in found.items()
    }
    stays = {line.folded for i, line in enumerate(page) if line.folded and not _goes(found, i)}
    for position, proposal in named.items():
        line = page[position]
        if proposal.label == UNNAMED and line.words >= SAID_TWICE and line.folded in stays:
            named[position] = proposal._replace(label="repeated-title")
    for start, end in _stretches(page, found):
        _name_stretch(page, cues, named, start, end)
    return named


def _goes(found: Proposals, position: int) -> bool:
    return position in found and found[position].score > REMOVED


def _stretches(page: Page, found: Proposals) -> Iterator[tuple[int, int]]:
    """Half-open runs of lines that go."""
    start = None
    for position in range(len(page) + 1):
        goes = position < len(page) and _goes(found, position)
        if goes and start is None:
            start = position
        elif not goes and start is not None:
            yield start, position
            start = None


def _name_stretch(page: Page, cues: Sequence[Cue | None], named: Proposals, start: int, end: int) -> None:
    above = start == 0 and end < len(page)
    section, until = "", start
    for position in range(start, end):
        proposal, cue = named[position], cues[position]
        if above and cue and cue.rule == "site-links" and proposal.rule in _SAID:
            named[position] = proposal._replace(label="navigation")
            continue
        if proposal.label != UNNAMED:
            if proposal.label not in _NO_SECTION and not (above and proposal.label in _IN_MENUS):
                section = proposal.label
                until = position + (REACH if cue and cue.section else SHORT_REACH)
            continue
        label = _own(page[position], cue)
        if not label and position <= until:
            label = section
        if label:
            named[position] = proposal._replace(label=label)
    for first, last in _unnamed(named, start, end):
        below = named[last].label if last < end else ""
        shared = below not in _NO_SECTION and last - first <= AGREED and not (above and below in _IN_MENUS)
        label = below if shared else ""
        label = label or _by_place(page, first, last, start, end)
        for position in range(first, last):
            named[position] = named[position]._replace(label=label)


def _unnamed(named: Proposals, start: int, end: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for position in range(start, end):
        if named[position].label == UNNAMED:
            if runs and runs[-1][1] == position:
                runs[-1] = (runs[-1][0], position + 1)
            else:
                runs.append((position, position + 1))
    return runs


def _own(line: Line, cue: Cue | None) -> str:
    """What a line says of itself."""
    if cue:
        return cue.label
    return form_of(line)


def form_of(line: Line) -> str:
    """The label of furniture that a line has the form of: a date, a copyright notice, a row of page numbers; or ""."""
    if len(line.text) <= SHORT_FORM:
        for label, form in _FORMS:
            if form.search(line.text):
                return label
    return ""


def _by_place(page: Page, first: int, last: int, start: int, end: int) -> str:
    """What a run of furniture is by where it stands: `first:last` in a stretch `start:end` of the page."""
    lines = page[first:last]
    mean = sum(line.words for line in lines) / len(lines)
    if start == 0:
        return "navigation"
    if end < len(page) and last - first == 1 and _may_be_caption(lines[0]):
        return "image-caption"
    if any(line.prose for line in lines) and end - start <= AGREED:
        return UNNAMED
    return "navigation" if mean <= MENU_WORDS else "related-links"


def _may_be_caption(line: Line) -> bool:
    low, high = CAPTION_WORDS
    return line.kind == "paragraph" and low <= line.words <= high and line.text[-1] not in ":?!"
