"""Furniture that only its place gives away: picture captions between paragraphs, category labels, a title said twice.

A short line without punctuation may as well be a heading, and a heading is worth more than a caption is a nuisance, so
these rules ask for more than one sign, and their scores are moderate.
"""

from __future__ import annotations

import re

from cleaners.page import Page, Proposal, Proposals

CAPTION_WORDS = (2, 14)
CATEGORY_WORDS = 2
TITLE_WORDS = 4  # a title of fewer words may head a part of the text as well
TOP = 14  # lines at the top among which the text begins, if there is a title said twice above it
_CAPTION_SURE, _CAPTION_DOUBTED = 0.65, 0.45
_PUNCTUATION = re.compile(r"""[.!?…:;"“”«»()\[\]|/=<>0-9]|[-–—*•]\s""")
_SMALL_START = 0.1  # share of lines that begin with a small letter above which such a start says nothing


def propose_captions(page: Page) -> Proposals:
    """Alternative texts and captions between two paragraphs.

    A line that begins with a small letter is no heading. One that begins with a capital is only suspected, where a
    heading with a text of its own follows: headings may follow headings.
    """
    found: Proposals = {}
    low, high = CAPTION_WORDS
    small = sum(line.text[0].islower() for line in page)
    small_means_something = small <= max(1, _SMALL_START * len(page))
    for position in range(1, len(page) - 1):
        line, above, below = page[position], page[position - 1], page[position + 1]
        if line.prose or line.kind != "paragraph" or not low <= line.words <= high or _PUNCTUATION.search(line.text):
            continue
        if not (above.prose and above.sentence) or below.text[0].islower() or below.kind != "paragraph":
            continue
        heading_below = not below.prose and position + 2 < len(page) and page[position + 2].prose
        if line.text[0].islower() and small_means_something and (below.prose or heading_below):
            found[position] = Proposal("image-caption", "caption-between-paragraphs", _CAPTION_SURE)
        elif heading_below:
            found[position] = Proposal("image-caption", "line-above-a-heading", _CAPTION_DOUBTED)
    return found


def propose_category(page: Page) -> Proposals:
    """The name of a category on the first line, above a title that stands above prose."""
    if len(page) < TITLE_WORDS or not page[2].prose or page[0].kind != "paragraph":
        return {}
    first, title = page[0], page[1]
    if first.words > CATEGORY_WORDS or _PUNCTUATION.search(first.text) or title.text[0].islower():
        return {}
    if title.prose or title.words <= TITLE_WORDS:
        return {}
    return {0: Proposal("navigation", "category-label", 0.55)}


def propose_repeated_title(page: Page) -> Proposals:
    """All but one of the lines above the text that say the same title.

    A level-1 heading stays, else the last one, which is nearest to the text.
    """
    text = next((position for position, line in enumerate(page[:TOP]) if line.prose), 0)
    places: dict[str, list[int]] = {}
    for position, line in enumerate(page[:text]):
        if line.folded and line.words >= TITLE_WORDS and line.kind in ("paragraph", "heading"):
            places.setdefault(line.folded, []).append(position)
    found: Proposals = {}
    for where in places.values():
        headings = [position for position in where if page[position].kind == "heading"]
        stays = headings[0] if headings else where[-1]
        found |= {p: Proposal("repeated-title", "repeated-title", 0.75) for p in where if p != stays}
    return found
