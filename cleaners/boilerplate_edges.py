"""What stands before the text of a page and behind it: menus above, footers and link lists below.

Pages without markup are told apart by the shape of their lines alone. The text is the stretch of lines with the largest
sum of weights, prose counting for it and short lines against it (maximum subsequence segmentation, Pasternack and Roth,
"Extracting article text from the web with maximum subsequence segmentation", WWW 2009). A text of short lines - a poem,
a dialogue, a list - has too little prose to say where it begins, and nothing is proposed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaners.boilerplate_html import is_linked
from cleaners.markup import own_words
from cleaners.page import Line, Page, Proposal, Proposals

# Tuned on 399 pages of page text (shingle F1 .75 as given, .87 with these); halving any of the weights moves it by .005
# or less.
PROSE_GAIN = 40  # words; a longer line counts no more, lest one long footer outweigh a page
SHORT_COST = 2.0
RUNNING_GAIN = 1.0  # pieces of a sentence that inline links and code broke into lines
LINKED_COST = 3.0
ITEM_COST = 1.5  # list items, table rows and code are as often content
FURNITURE_COST = 20.0  # lines that surer rules already name
MIN_PROSE = 5  # lines of prose below which the shape of the page says nothing
MIN_PROSE_WORDS = 120


# An author's line between title and text: "Par Anne Martin", "By Tom Reed | 4 May", "Von der Redaktion, 3.2.2026"
_BYLINE = re.compile(r"(?:par|by|von|por|di|da|door|przez)\s+\w[^.!?]{1,80}(?:$|[·|•,]|\d)", re.IGNORECASE)

LAST_WORDS = 8  # a line behind the last prose that is as long belongs to it
ONE_TEXT = 0.85  # of the page's prose lies in one stretch: an article; else what lies apart may be content as well
TITLE_REACH = 14  # lines above the text in which its title is looked for
TITLE_WORDS = (3, 30)

_MENU = 0.7
_ABOVE_PROSE = 0.45  # a standfirst or a summary: rather kept
_BELOW_PROSE = 0.6
_WITH_MARKUP = 0.45  # where there is markup it knows better


def propose_edges(page: Page, furniture: Proposals) -> Proposals:
    """Lines outside the text of the page. `furniture` are the proposals of surer rules."""
    prose = [line for line in page if line.prose]
    if len(prose) < MIN_PROSE or sum(line.words for line in prose) < MIN_PROSE_WORDS:
        return {}
    named = {position for position, proposal in furniture.items() if proposal.score > 0.5}
    start, end = text_span([_weight(line, position in named) for position, line in enumerate(page)])
    while end < len(page) and end not in named and (page[end].sentence or page[end].words >= LAST_WORDS):
        end += 1
    if start and start - 1 not in named and not any(c.isdigit() for c in page[start - 1].text):
        start -= 1
    title = _title(page, start, named)
    inside = sum(own_words(line) for line in page[start:end] if line.prose)
    one_text = inside >= ONE_TEXT * sum(own_words(line) for p, line in enumerate(page) if line.prose and p not in named)
    found: Proposals = {}
    for position, line in enumerate(page):
        if start <= position < end or position == title:
            continue
        above = position < start
        score = (_ABOVE_PROSE if above else _BELOW_PROSE) if line.prose else _MENU
        label, rule = ("navigation", "before-the-text") if above else ("boilerplate", "behind-the-text")
        label = "byline" if above and _BYLINE.match(line.text) else label
        found[position] = Proposal(
            label, rule, min(score, _WITH_MARKUP) if line.hint and not one_text and not is_linked(line) else score
        )
    return found


def _weight(line: Line, named: bool) -> float:
    if named:
        return -FURNITURE_COST
    if line.prose:
        return float(min(own_words(line), PROSE_GAIN))
    if is_linked(line):
        return -LINKED_COST
    if line.runs:
        return RUNNING_GAIN
    if line.kind in ("table_row", "list_item", "code"):
        return -ITEM_COST
    return -SHORT_COST


def text_span(weights: Sequence[float]) -> tuple[int, int]:
    """The half-open stretch with the largest sum (Kadane); the first of equals."""
    best, best_span = 0.0, (0, 0)
    total, start = 0.0, 0
    for position, weight in enumerate(weights):
        if total <= 0:
            total, start = 0.0, position
        total += weight
        if total > best:
            best, best_span = total, (start, position + 1)
    return best_span


def _title(page: Page, start: int, named: set[int]) -> int | None:
    """The line above the text that is most likely its title: the last one of several words."""
    for position in range(start - 1, -1, -1):
        if page[position].kind == "heading" and page[position].level == 1 and position not in named:
            return position
    low, high = TITLE_WORDS
    for position in range(start - 1, max(start - 1 - TITLE_REACH, -1), -1):
        line = page[position]
        titled = position not in named and low <= line.words <= high and line.kind == "paragraph"
        if titled and not _BYLINE.match(line.text):
            return position
    return None
