"""What a score for each line alone cannot tell, for pages without markup.

The model has seen whole pages more than texts that an extractor has been through already. In such a text little is
furniture, so more is asked before a line goes that no rule doubts. And what belongs together stays together: a
sentence that inline links broke into lines, a heading with the text below it, a list with the line that announces it,
the rows of a table, the title with the text it heads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from cleaners.content_text_labels import form_of
from cleaners.cues import Cue
from cleaners.page import Line, Page, Proposals

Scores = NDArray[np.float64]

REMOVED = 0.5  # a score above it takes a line out, as in `decision`
STAYS = 0.45  # what a line gets at most that its company keeps
MOSTLY_TEXT = (
    0.35  # share of lines that go, of those that no certain rule names: fewer, and a page was extracted before
)
UNRULED, RULED = 0.75, 0.3  # there: scores above which a line goes that no rule doubts, or that a rule names as well
PARAGRAPH_SURE = 0.6  # above it prose goes though prose beside it stays
HEADING_WORDS = 15
HEADING_SURE = 0.85  # of a whole page: above it a line over a text is no heading of it
TITLE_WORDS, TITLE_REACH = (3, 30), 14
LEAST_ROWS = 3  # a line or two with bars may be a menu

# Rules that know what the model has seen too little of: cross links inside a text, lists of documents, what pages of
# paper leave behind. Where they are sure the model is not asked.
CERTAIN = frozenset(
    {
        "read-also", "document-links", "between-links", "search-results", "question-box", "dot-leaders",
        "contents-list", "rising-numbers", "page-numbers", "repeated-line", "repeated-title",
    }
)  # fmt: skip


def in_context(page: Page, cues: Sequence[Cue | None], rules: Proposals, scores: Scores) -> Scores:
    """Scores of lines with regard to each other and to the rules."""
    ruled = np.array([rules[i].score if i in rules else 0.0 for i in range(len(page))])
    result = _wordless(page, _evened(page, scores))
    asked = np.array([i not in rules or rules[i].rule not in CERTAIN for i in range(len(page))])
    extracted = not asked.any() or bool((result[asked] > REMOVED).mean() < MOSTLY_TEXT)
    if extracted:
        result = _cautious(result, ruled)
    for position, proposal in rules.items():
        if proposal.rule in CERTAIN:
            result[position] = max(result[position], proposal.score)
    for position in (
        *_paragraphs(page, ruled, result),
        *_items(page, ruled, result),
        *_headings(page, cues, ruled, result, sure=1.0 if extracted else HEADING_SURE),
    ):
        result[position] = min(result[position], STAYS)
    title = _title(page, ruled, rules, result)
    if title is not None:
        result[title] = min(result[title], STAYS)
    return result


def _evened(page: Page, scores: Scores) -> Scores:
    """No piece of a sentence is surer to go than the sentence, no row than its table."""
    result = scores.copy()
    rows = _groups([line.kind == "table_row" for line in page])
    for run in (*_groups([line.runs for line in page]), *rows, *_barred(page)):
        words = np.array([page[i].words for i in run], dtype=np.float64) + 1
        result[run] = np.minimum(result[run], (scores[run] * words).sum() / words.sum())
    return result


def _groups(flags: Sequence[bool]) -> Iterator[list[int]]:
    for flag, group in groupby(range(len(flags)), key=flags.__getitem__):
        if flag:
            yield list(group)


def _barred(page: Page) -> Iterator[list[int]]:
    """Tables whose cells bars part: neighbouring lines with the same number of bars."""
    for bars, group in groupby(range(len(page)), key=lambda i: page[i].text.count("|")):
        run = list(group)
        if bars and len(run) >= LEAST_ROWS:
            yield run


def _wordless(page: Page, scores: Scores) -> Scores:
    """A line without letters or digits goes with its neighbours."""
    for position, line in enumerate(page):
        if not any(map(str.isalnum, line.text)):
            around = [scores[i] for i in (position - 1, position + 1) if 0 <= i < len(page)]
            scores[position] = max(around, default=0.0)
    return scores


def _cautious(scores: Scores, ruled: Scores) -> Scores:
    """Scores on another scale, so that the thresholds UNRULED and RULED come to lie at REMOVED."""
    bar = np.where(ruled > REMOVED, RULED, UNRULED)
    below = scores / bar * REMOVED
    above = 1 - (1 - scores) / (1 - bar) * (1 - REMOVED)
    return np.where(scores <= bar, below, above)


def _paragraphs(page: Page, ruled: Scores, scores: Scores) -> Iterator[int]:
    """Prose beside prose that stays, where the model hesitates and no rule doubts."""
    for position, line in enumerate(page):
        if line.prose and ruled[position] <= REMOVED < scores[position] < PARAGRAPH_SURE:
            around = [i for i in (position - 1, position + 1) if 0 <= i < len(page)]
            if any(page[i].prose and scores[i] <= REMOVED for i in around):
                yield position


def _items(page: Page, ruled: Scores, scores: Scores) -> Iterator[int]:
    """Items of lists that a line which stays announces with a colon."""
    announced = False
    for position, line in enumerate(page):
        if line.kind == "list_item":
            if announced and ruled[position] <= REMOVED:
                yield position
        elif not (announced and ruled[position] > REMOVED):  # furniture between a line and its list
            announced = scores[position] <= REMOVED and line.text[-1] in ":：" and line.prose


def _headings(page: Page, cues: Sequence[Cue | None], ruled: Scores, scores: Scores, *, sure: float) -> Iterator[int]:
    """Short lines right above a text that stays, with text or the beginning of the page above."""
    kept_above = True
    for position in range(len(page) - 1):
        below = page[position + 1]
        if (
            kept_above
            and REMOVED < scores[position] < (1.0 if cues[position] else sure)
            and ruled[position] <= REMOVED
            and below.prose
            and scores[position + 1] <= REMOVED
            and _may_head(page[position], cues[position])
        ):
            yield position
        elif ruled[position] <= REMOVED:
            kept_above = bool(scores[position] <= REMOVED)


def _may_head(line: Line, cue: Cue | None) -> bool:
    named = cue is not None and not cue.heading_like
    return (
        line.kind == "paragraph" and not line.prose and line.words <= HEADING_WORDS and not named and not form_of(line)
    )


def _title(page: Page, ruled: Scores, rules: Proposals, scores: Scores) -> int | None:
    """The line that is most likely the title: the last one of several words above the first text that stays."""
    text = next((i for i, line in enumerate(page) if line.prose and scores[i] <= REMOVED), 0)
    low, high = TITLE_WORDS
    for position in range(text - 1, max(text - 1 - TITLE_REACH, -1), -1):
        line = page[position]
        only_place = position in rules and rules[position].rule == "before-the-text"
        free = ruled[position] <= REMOVED or only_place
        if free and low <= line.words <= high and line.kind == "paragraph" and not form_of(line):
            return position
    first = page[0] if text else None
    first_free = ruled[0] <= REMOVED or rules[0].rule == "before-the-text"
    return 0 if first and first_free and low <= first.words <= high else None
