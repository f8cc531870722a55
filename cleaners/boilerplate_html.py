"""Furniture that its markup gives away: element names, hidden elements, alternative texts, blocks made of links."""

from __future__ import annotations

from cleaners.markup import DOMINANT, judge_page, own_words
from cleaners.page import Line, Page, Proposal, Proposals
from cleaners.page_tree import PageTree

HEADING_SCORE = 0.3  # of a level-1 heading: the page's title stays, whatever box it stands in
LINKED = 0.8  # share of a block's characters in links above which it is links and little else
LINKS_IN_A_ROW = 4  # blocks of links next to each other that make a menu or a list of teasers
_LINKS = 0.45
_HIDDEN = 0.9
_ALT = 0.85
_REPEATS_ALT = 0.45  # such a block is content as often as not: the rule names it, the model decides
_NEAR = 4  # blocks between a picture and its caption
_ALT_WORDS = 4  # of an alternative text that says enough to be known again


def propose_markup(page: Page, tree: PageTree) -> Proposals:
    """What the markup says; nothing for pages without markup."""
    if len(tree.names) == 1:
        return {}
    judged = judge_page(page, tree)
    hidden_words = sum(own_words(line) for line in page if line.prose and line.hint and line.hint.hidden)
    hides_text = hidden_words > DOMINANT * sum(
        own_words(line) for line in page if line.prose
    )  # scripts uncover it, or the style sheet is wrong
    found = _link_runs(page) | _repeated_alternatives(page)
    for position, line in enumerate(page):
        proposal = judged[position]
        if line.hint and line.hint.alt:
            proposal = Proposal("image-caption", "alternative-text", _ALT)
        elif line.hint and line.hint.hidden and not hides_text:
            proposal = Proposal("hidden", "hidden", _HIDDEN)
        elif line.kind == "caption" and proposal is None:
            proposal = Proposal("image-caption", "caption", 0.7)
        if proposal and (position not in found or proposal.score > found[position].score):
            found[position] = proposal
    return {p: _spare_title(page[p], proposal) for p, proposal in found.items()}


def is_linked(line: Line) -> bool:
    """Whether a block is made of links."""
    return line.hint is not None and line.hint.link_chars >= LINKED * len(line.text)


def _spare_title(line: Line, proposal: Proposal) -> Proposal:
    if line.kind == "heading" and line.level == 1 and proposal.label not in ("hidden", "cookie-notice"):
        return proposal._replace(score=min(proposal.score, HEADING_SCORE))
    return proposal


def _repeated_alternatives(page: Page) -> Proposals:
    """Blocks near a picture that begin with its alternative text: the caption, often with a credit behind it."""
    found: Proposals = {}
    for place, line in enumerate(page):
        if not (line.hint and line.hint.alt and line.folded and line.words >= _ALT_WORDS):
            continue
        for near in range(max(0, place - _NEAR), min(len(page), place + _NEAR + 1)):
            other = page[near]
            if other.kind in ("paragraph", "caption") and other.folded.startswith(line.folded):
                found[near] = Proposal("image-caption", "repeats-alternative-text", _REPEATS_ALT)
    return found


def _link_runs(page: Page) -> Proposals:
    """Runs of short blocks that are links: menus and teasers; table rows and code are left to other rules."""
    found: Proposals = {}
    run: list[int] = []
    for position in range(len(page) + 1):
        if position < len(page) and is_linked(page[position]) and page[position].kind not in ("table_row", "code"):
            run.append(position)
            continue
        if len(run) >= LINKS_IN_A_ROW:
            found |= dict.fromkeys(run, Proposal("navigation", "link-run", _LINKS))
        run = []
    return found
