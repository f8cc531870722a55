"""Furniture known by its shape: contents lines with dot leaders, running headers, page numbers.

Text that came from a PDF carries its page furniture along, once per page: the same line again and again, or the same
line with another number each time. Refrains, dialogues and numbered headings repeat lines too, so a line with rising
numbers counts only where it says that it numbers pages or where it cuts a sentence in two, and a repeated line only
where it stands beside such a line.
"""

from __future__ import annotations

import re
from itertools import pairwise

from cleaners.page import WRAPPED_WORDS, Page, Proposal, Proposals, fold
from corpus.document import Change, Document, remove

_LEADERS = re.compile(
    r"(?:\.{5,}|(?:\. ){5,}|…{3,}|_{8,}|·{5,})[\s.]*(?:\d{1,4}|[ivxlc]{1,6})\s*\Z"  # leaders and a page number
    # or so many that they are nothing else, but for a blank to be filled in behind a colon
    r"|(?<![.:])(?<![.:] )(?:\.{12,}|(?:\. ){12,})[^\n]{0,40}\Z"
)
_LEADER_SIGNS = ("....", ". . ", "………", "____", "····")  # what any leader holds: a quick test
_LEADERS_LONGEST = 300  # characters of a contents line
CONTENTS_TITLE = re.compile(
    r"(?:table of )?contents|table des matières|sommaire|inhalt(?:sverzeichnis)?|(?:tabla de )?contenidos?|índice"
    r"|indice|sommario|sumário|inhoud(?:sopgave)?|spis treści|obsah|innehåll|indholdsfortegnelse|innhold",
    re.IGNORECASE,
)
_PAGE_WORD = re.compile(r"\b(?:page|seite|página|pagina|pág|pag|p)\b\.?\s*\d", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"[-–—\s|]*\d{1,4}(?:\s*(?:/|of|sur|von|de|di)\s*\d{1,4})?[-–—\s|]*", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_DIGITS_READ = 9
_NEXT_WORD = re.compile(r"(?<=\s)\S")

REPEATS = 3  # a line on three pages is furniture: the same number as for blocks that pages of a source repeat
HEADER_LONGEST = 120  # characters; running headers are titles, addresses, dates
_HEADER_AND_MORE = 2 * HEADER_LONGEST


def propose_layout(page: Page) -> Proposals:
    """Contents lines, running headers and footers, page numbers."""
    return {**_contents(page), **_page_furniture(page)}


def strip_running_headers(document: Document, page: Page) -> Document:
    """Take a running header with a page number off the start of a line that goes on with text."""
    masks: dict[int, set[str]] = {}  # by number of words
    for mask in numbered_lines(page):
        masks.setdefault(len(mask.split()), set()).add(mask)
    changes: list[Change] = []
    for line in page if masks else ():
        end = _header_end(line.text[:_HEADER_AND_MORE], masks)
        if end:
            start = document.blocks[line.at].start
            changes.append(remove(start, start + end, "running-header", "rising-numbers", 0.9))
    return document.apply(changes)


def numbered_lines(page: Page) -> dict[str, list[int]]:
    """Running headers with page numbers, by their folded text: where they stand alone on a line."""
    places: dict[str, list[int]] = {}
    for position, line in enumerate(page):
        if "#" in line.folded and len(line.text) <= HEADER_LONGEST and line.kind != "table_row":
            places.setdefault(line.folded, []).append(position)
    return {mask: where for mask, where in places.items() if _counts_pages(page, where)}


def _counts_pages(page: Page, where: list[int]) -> bool:
    if len(where) < REPEATS or any(b - a == 1 for a, b in pairwise(where)):
        return False
    rows = [[int(n[:_DIGITS_READ]) for n in _DIGITS.findall(page[position].text)] for position in where]
    rising = any(all(a < b for a, b in pairwise(column)) for column in zip(*rows, strict=False))
    return rising and (_PAGE_WORD.search(page[where[0]].text) is not None or _cuts_sentences(page, where))


def _cuts_sentences(page: Page, where: list[int]) -> bool:
    """Whether a sentence that is not over above one of the lines goes on below it."""
    return any(
        0 < position < len(page) - 1
        and not page[position - 1].sentence
        and page[position - 1].words >= WRAPPED_WORDS
        and page[position + 1].text[0].islower()
        for position in where
    )


def _header_end(lead: str, masks: dict[int, set[str]]) -> int:
    """Where the text behind a running header begins in a line; 0 if the line does not begin with one."""
    ends = [match.start() for match in _NEXT_WORD.finditer(lead)]
    for words in sorted(masks, reverse=True):
        if words <= len(ends) and fold(lead[: ends[words - 1]]) in masks[words]:
            return ends[words - 1]
    return 0


def _contents(page: Page) -> Proposals:
    hits = [
        position
        for position, line in enumerate(page)
        if len(line.text) <= _LEADERS_LONGEST
        and line.kind != "code"
        and _may_have_leaders(line.text)
        and _LEADERS.search(line.text)
    ]
    found = dict.fromkeys(hits, Proposal("table-of-contents", "dot-leaders", 0.95))
    for first in hits:
        if first and CONTENTS_TITLE.fullmatch(page[first - 1].text.strip()):
            found[first - 1] = Proposal("table-of-contents", "above-dot-leaders", 0.95)
    for above, below in pairwise(hits):
        if below - above == 2 and not page[above + 1].sentence:  # an entry that was wrapped
            found[above + 1] = Proposal("table-of-contents", "between-dot-leaders", 0.75)
    return found


def _may_have_leaders(text: str) -> bool:
    return ("." in text or not text.isascii() or "_" in text) and any(sign in text for sign in _LEADER_SIGNS)


def _page_furniture(page: Page) -> Proposals:
    """Lines with rising numbers, and the repeated lines beside them."""
    found: Proposals = {}
    for where in numbered_lines(page).values():
        bare = all(_BARE_NUMBER.fullmatch(page[position].text) for position in where)
        label, rule = ("page-number", "page-numbers") if bare else ("running-header", "rising-numbers")
        found |= dict.fromkeys(where, Proposal(label, rule, 0.9))
    numbered = set(found)
    repeated: dict[str, list[int]] = {}
    for position, line in enumerate(page):
        if (
            numbered
            and position not in numbered
            and line.folded
            and len(line.text) <= HEADER_LONGEST
            and line.kind != "table_row"
        ):
            repeated.setdefault(line.folded, []).append(position)
    for where in repeated.values():
        beside = [p for p in where if p - 1 in numbered or p + 1 in numbered]
        if len(where) >= REPEATS and len(beside) >= REPEATS and 2 * len(beside) > len(where):
            found |= dict.fromkeys(where, Proposal("running-header", "repeated-line", 0.9))
    return found
