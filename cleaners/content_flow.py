"""What the model's scores must agree with: the flow of a text.

The model judges block by block. A reader sees wholes: a table is there or not, an article has its title, a heading
without anything below it heads nothing.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

import numpy as np

from cleaners.content import Evidence, Scores
from cleaners.markup import name_parts, part_words
from cleaners.page import Line, Page, fold

# Added to the log-odds that a block is content, by whether what the model keeps is paragraphs: on a page of lists,
# boxes and short lines the model doubts more, and text that is lost is worse than furniture that stays; in an article a
# doubted block is furniture as often as not. Out of fold this gains .002 on news and .01 to .03 on collections and
# listings over one number for all pages.
KEEP_IN_PROSE, KEEP = 0.0, 0.6
PROSE = 0.8  # of the words kept
# Up to which score doubted blocks stay between a block that surely stays and a paragraph that does: a reader of the
# page would stumble over the gap. Out of fold this gains .002 on segments and loses nowhere.
FLOW = {"heading": 0.9, "table_row": 0.75, "paragraph": 0.6, "list_item": 0.6, "quote": 0.6, "code": 0.6}
FLOW_SCORE = 0.45  # that such blocks get
_SURELY_KEPT = 0.3
_GAP = 3  # blocks; a table counts as one
# Up to which score a heading stays that has kept text right below it, and blocks that only a click shows: tabs and
# accordions. Of the annotated pages' headings with scores of .5 to .7 above such text 57 % are content, of hidden prose
# in panels with scores of .5 to .8 88 %; hidden elsewhere it is 15 %.
HEADING = 0.7
PANEL = {"paragraph": 0.7, "list_item": 0.6, "heading": 0.8, "table_row": 0.9, "code": 0.9}
PANEL_PROSE = 0.8
_ASKS = "?？؟"
OPENER = 0.75  # the question that opens a panel: no heading as often as it is one
_PANELS = frozenset(
    {
        "accordion", "collapse", "collapsible", "expander", "faq", "panel", "tabcontent", "tabpane", "tabpanel", "tabs",
        "toggle",
    }
)  # fmt: skip
TITLE_SCORE = 0.3  # of the heading that says the page's title: it stays, whatever box it stands in
_TITLE_SHARE = 0.5  # of the words of a heading that the title has too
_NEVER = ("hidden", "cookie-notice")


def even_out(evidence: Evidence, scores: Scores) -> Scores:
    """The scores with wholes judged as wholes."""
    keep = KEEP_IN_PROSE if _is_prose(evidence.page, scores) else KEEP
    result: Scores = scores / (scores + (1 - scores) * np.exp(keep))
    _tables(evidence.page, result)
    _panels(evidence.page, result)
    _gaps(evidence.page, result)
    _headings(evidence, result)
    _title(evidence, result)
    return result


def _is_prose(page: Page, scores: Scores) -> bool:
    """Whether nearly all words of the blocks that the model keeps are in paragraphs."""
    kept = [line for line, score in zip(page, scores.tolist(), strict=True) if score < 0.5]
    return sum(line.words for line in kept if line.prose) > PROSE * sum(line.words for line in kept)


def _tables(page: Page, scores: Scores) -> None:
    """The rows of a table share one score, the mean by words."""
    rows = (place for place, line in enumerate(page) if line.kind == "table_row")
    for _, run in groupby(enumerate(rows), key=lambda pair: (pair[1] - pair[0], _table(page[pair[1]]))):
        places = [place for _, place in run]
        if len(places) > 1:
            scores[places] = np.average(scores[places], weights=[page[place].words for place in places])


def _gaps(page: Page, scores: Scores) -> None:
    """Doubted blocks in the flow of the text stay."""
    for kept, run in groupby(range(len(page)), key=lambda place: bool(scores[place] < 0.5)):
        places = list(run)
        before, behind = places[0] - 1, places[-1] + 1
        if kept or before < 0 or behind == len(page) or not page[behind].prose:
            continue
        rows = sum(page[place].kind == "table_row" for place in places)
        short = len(places) - rows + (rows > 0) <= _GAP
        if short and max(scores[before], scores[behind]) < _SURELY_KEPT and _doubted(page, scores, places):
            scores[places] = FLOW_SCORE


def _doubted(page: Page, scores: Scores, places: list[int]) -> bool:
    return all(scores[place] < FLOW.get(page[place].kind, 0) for place in places)


def _panels(page: Page, scores: Scores) -> None:
    """What a tab or an accordion hides until a click stays unless it is surely furniture, and with it what opens it."""
    for place, line in enumerate(page):
        if not (line.hint and line.hint.hidden) or scores[place] >= _panel_limit(line) or not _in_panel(line):
            continue
        scores[place] = min(scores[place], FLOW_SCORE)
        opener = page[place - 1] if place else line
        opens = _in_panel(opener) or opener.text[-1] in _ASKS
        if opens and opener.hint and not opener.hint.hidden and scores[place - 1] < OPENER:
            scores[place - 1] = min(scores[place - 1], FLOW_SCORE)


def _panel_limit(line: Line) -> float:
    return PANEL_PROSE if line.prose else PANEL.get(line.kind, 0.0)


def _in_panel(line: Line) -> bool:
    return line.hint is not None and any(map(_is_panel, line.hint.path))


@lru_cache(maxsize=20_000)
def _is_panel(name: str) -> bool:
    return any(not _PANELS.isdisjoint(part_words(part)) for part in name_parts(name))


def _headings(evidence: Evidence, scores: Scores) -> None:
    """A doubted heading right above what stays, stays; a byline may stand between them."""
    page, rules = evidence.page, evidence.rules
    for place in range(len(page) - 2, -1, -1):
        if page[place].kind == "heading" and FLOW_SCORE < scores[place] < HEADING:
            byline = place + 1 in rules and rules[place + 1].label == "byline" and place + 2 < len(page)
            if scores[place + 1 + byline] < 0.5:
                scores[place] = FLOW_SCORE


def _table(line: Line) -> tuple[str, ...]:
    """The path down to the innermost table."""
    path = line.hint.path if line.hint else ()
    for place in range(len(path) - 1, -1, -1):
        if path[place].startswith("table"):
            return path[: place + 1]
    return path


def _title(evidence: Evidence, scores: Scores) -> None:
    """The first level-1 heading that shares words with the title, or the only one, stays.

    Where none shares any, a heading of another level above the text that is the title stays instead.
    """
    page, rules = evidence.page, evidence.rules
    found = [
        place
        for place, line in enumerate(page)
        if line.kind == "heading" and not (place in rules and rules[place].label in _NEVER)
    ]
    first = [place for place in found if page[place].level == 1]
    title = fold(evidence.document.title or "")
    named = [place for place in first if _shares(page[place], set(title.split()))]
    text = next((place for place, line in enumerate(page) if line.prose and scores[place] < 0.5), len(page))
    lower = [place for place in found if title and page[place].folded == title and place < text]
    for place in named[:1] or lower[-1:] or (first if len(first) == 1 else []):
        scores[place] = min(scores[place], TITLE_SCORE)


def _shares(line: Line, title: set[str]) -> bool:
    words = set(line.folded.split())
    return len(words & title) > _TITLE_SHARE * len(words)
