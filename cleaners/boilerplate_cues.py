"""Furniture that says what it is: share buttons, newsletters, cookie notices, cross links, bylines, legal lines."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.cues import Cue
from cleaners.page import Line, Page, Proposal, Proposals

DOUBTED = 0.4  # below the removal threshold: a short line with prose below it may be a heading of the text
_HEADING_WORDS = 2
LIST_ITEM_WORDS = 22  # a title of another page, seldom longer
LIST_LENGTH = 24  # a longer run of short lines is a page of short lines
_LIST_SCORE = 0.75
_AGREED = 3  # short lines below a heading of related links that make it a list


def propose_cues(page: Page, cues: Sequence[Cue | None]) -> Proposals:
    """Lines that match a cue phrase, and the lists of links below a heading of such lists."""
    found: Proposals = {}
    for position, cue in enumerate(cues):
        if cue is None:
            continue
        doubted = cue.heading_like and _heads_prose(page, position) and len(cue.phrase.split()) <= _HEADING_WORDS
        score = DOUBTED if doubted else cue.score
        found[position] = Proposal(cue.label, cue.rule, score)
        if cue.section == "list" and not doubted:
            for item in _items(page, cues, position):
                found.setdefault(item, Proposal(cue.label, "related-list", _LIST_SCORE))
    return found


def propose_repeated_contents(page: Page, cues: Sequence[Cue | None]) -> Proposals:
    """Lines below a contents heading that come again as lines further down."""
    last: dict[str, int] = {line.folded: position for position, line in enumerate(page) if line.folded}
    found: Proposals = {}
    for position, cue in enumerate(cues):
        if cue and cue.section == "contents":
            entries: list[int] = []
            for entry in range(position + 1, len(page)):
                if last.get(page[entry].folded, 0) <= entry or entry in found:
                    break
                entries.append(entry)
            if len(entries) >= _AGREED:
                found |= dict.fromkeys([position, *entries], Proposal("table-of-contents", "contents-list", 0.9))
    return found


def _heads_prose(page: Page, position: int) -> bool:
    """Whether the line has prose below it."""
    return position + 1 < len(page) and page[position + 1].prose


def _items(page: Page, cues: Sequence[Cue | None], head: int) -> list[int]:
    """Positions of the short lines below a heading of related links.

    The last line before prose may be the heading of what follows, so it stays out. Few lines are a list where the page
    ends or furniture that names itself follows.
    """
    end = head + 1
    while end < len(page) and end - head <= LIST_LENGTH and _is_item(page[end]) and cues[end] is None:
        end += 1
    if end < len(page) and page[end].prose:
        end -= 1
    elif end < len(page) and end - head > LIST_LENGTH:
        return []
    ended = end == len(page) or cues[end] is not None
    return list(range(head + 1, end)) if end - head > _AGREED or ended else []


def _is_item(line: Line) -> bool:
    headline = line.kind == "heading" and line.level == 1
    short = not line.prose and line.words <= LIST_ITEM_WORDS
    return short and not headline and line.kind not in ("table_row", "code")
