"""What a removed block is, where several things about it say different ones.

Which blocks go is settled before; the ledger is counted by label, and the surest name around a block is often that of
a container: a share bar stands in a footer, a table of contents in a `nav`, the date of a comment in `footer` as well.
So a general name gives way to a particular one - of an element in between, of what the block says itself, of the
heading above it, of its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise

from cleaners.boilerplate_html import is_linked
from cleaners.comments import is_sign
from cleaners.content_text_labels import form_of
from cleaners.cues import Cue
from cleaners.markup import name_parts, part_words, tag_of, verdict_of, verdict_words
from cleaners.page import Line, Page, Proposal, Proposals
from cleaners.page_tree import PageTree

REMOVED = 0.5  # scores above it are those of furniture, as in `decision`
SURE = 0.5  # of a word in the name of an element, and of a cue phrase
CONTAINERS = frozenset({"navigation", "legal-footer", "widget", "boilerplate"})
BETWEEN_COMMENTS = 3  # blocks: a name, a date and a button stand between two comments
ENTRIES = 2  # headings of the page in a row that make a table of contents
_NO_PARTICULARS = CONTAINERS | {"hidden"}
_IN_MENUS = frozenset({"call-to-action", "byline"})  # an entry of a menu may be called "News", "Tags" or "Comments"
_NO_FOOTER = frozenset({"cookie-notice"})  # the link to such a notice is among the legal ones
_TAIL = frozenset({"related-heading", "read-also", "previous-next", "previous-next-title", "newsletter", "legal"})
_DIGIT = re.compile(r"\d")  # in dates and numbers of likes
_NUMBERS = re.compile(r"\A(?:#[\W_]*)+")

Labels = Iterator[tuple[int, str]]


def sharpen_labels(page: Page, cues: Sequence[Cue | None], tree: PageTree, found: Proposals) -> Proposals:
    """The same proposals with particular labels in the place of general ones, for blocks that go."""
    gone = [position for position in range(len(page)) if position in found and found[position].score > REMOVED]
    named = _relabelled(found, _by_elements(page, cues, tree, found, gone))
    for say in (_by_cues, _contents, _of_comments):
        named = _relabelled(named, say(page, cues, named, gone))
    return named


def _relabelled(found: Proposals, labels: Labels) -> Proposals:
    return found | {position: found[position]._replace(label=label) for position, label in labels}


def _by_elements(
    page: Page, cues: Sequence[Cue | None], tree: PageTree, named: Proposals, gone: Sequence[int]
) -> Labels:
    """What the innermost element that has a say and holds nothing but furniture makes of a general label.

    A menu of links stays one, whatever it links to. The same for what a cue phrase named and a menu or a footer holds:
    "Latest" and "Cookies" are links there.
    """
    going = set(gone)
    kept = tree.totals(0.0 if position in going else 1.0 for position in range(len(page)))
    particular = _Inner(tree, kept, _particular)
    general = _Inner(tree, kept, _general)
    for position in gone:
        proposal, cue = named[position], cues[position]
        by_cue = proposal.rule == "related-list" or (cue is not None and proposal.rule == cue.rule)
        label = particular.of(tree.nodes[position]) if proposal.label in CONTAINERS else ""
        if label == "related-links" and proposal.label == "navigation":
            label = ""
        if by_cue and not label and proposal.label not in _IN_MENUS:
            label = general.of(tree.nodes[position])
            label = label if label == "navigation" or proposal.label in _NO_FOOTER else ""
        if label:
            yield position, label


class _Inner:
    """What the innermost element around a block that holds nothing kept and says anything says; "" where none does."""

    def __init__(self, tree: PageTree, kept: Sequence[float], says: Callable[[str], str]) -> None:
        self.tree, self.kept, self.says = tree, kept, says
        self.known: dict[int, str] = {0: ""}

    def of(self, node: int) -> str:
        way = []
        while node not in self.known:
            way.append(node)
            label = "" if self.kept[node] else self.says(self.tree.names[node])
            if label or self.kept[node]:
                self.known[node] = label
                break
            node = self.tree.parents[node]
        found = self.known[node]
        for passed in way:
            self.known[passed] = found
        return found


@lru_cache(maxsize=20_000)
def _general(name: str) -> str:
    """The label of a menu or a footer, "" for other elements."""
    verdict, _ = verdict_of(name)
    return verdict.label if verdict and verdict.score > SURE and verdict.label in ("navigation", "legal-footer") else ""


@lru_cache(maxsize=20_000)
def _particular(name: str) -> str:
    """The particular label that the id and classes of an element name, the surest of several."""
    if tag_of(name) in ("html", "body"):
        return ""
    words = verdict_words()
    parts = [part for part in map(part_words, name_parts(name)) if not words.keys().isdisjoint(part)]
    verdicts = [words[word] for part in parts for word in part if word in words]
    found = [v for v in verdicts if v.score > SURE and v.label not in _NO_PARTICULARS]
    return max(found, key=lambda verdict: verdict.score).label if found else ""


def _by_cues(page: Page, cues: Sequence[Cue | None], named: Proposals, gone: Sequence[int]) -> Labels:
    """What a block says itself, and the heading of such blocks above it in the same container."""
    section, container, above = "", "", -1
    for position in gone:
        proposal, cue = named[position], cues[position]
        if (
            position != above + 1
            or page[position].kind == "heading"
            or cue
            or proposal.label != (container or proposal.label)
        ):
            section = container = ""
        above = position
        label = _said(page[position], cue, proposal) if proposal.label in CONTAINERS else proposal.label
        if cue and cue.section == "list" and label == cue.label:
            section, container = label, proposal.label if proposal.label in CONTAINERS else ""
        elif section and proposal.label in CONTAINERS:
            container = proposal.label
            label = label or section
        if label and label != proposal.label:
            yield position, label


def _said(line: Line, cue: Cue | None, proposal: Proposal) -> str:
    """The label of a block's cue phrase, or of its form: a date, a number of likes."""
    label = cue.label if cue and cue.score > SURE else form_of(line) if _DIGIT.search(line.text) else ""
    if proposal.label == "navigation" and label not in _IN_MENUS:
        return ""
    return "" if label in _NO_PARTICULARS or (proposal.label == "legal-footer" and label in _NO_FOOTER) else label


# ---- tables of contents ---------------------------------------------------------------------------------------------


def _contents(page: Page, cues: Sequence[Cue | None], named: Proposals, gone: Sequence[int]) -> Labels:
    """Entries that are headings of the page, and what stands under a heading of contents in one element with it."""
    going = set(gone)
    headings = {
        _unnumbered(line) for p, line in enumerate(page) if line.kind == "heading" and line.folded and p not in going
    }
    entry = {p: _may_be_entry(named[p]) and bool(page[p].folded) and _unnumbered(page[p]) in headings for p in gone}
    head = -1
    for position in gone:
        cue = cues[position]
        if cue and cue.section == "contents" and _may_be_entry(named[position]) and not is_linked(page[position]):
            head = position
            yield position, "table-of-contents"
        elif head >= 0 and _beside(page[head], page[position]) and _may_be_entry(named[position]):
            yield position, "table-of-contents"
        else:
            head = -1
    for _, run in groupby(enumerate(p for p in gone if entry[p]), key=lambda pair: pair[1] - pair[0]):
        places = [position for _, position in run]
        if len(places) >= ENTRIES:
            yield from ((position, "table-of-contents") for position in places)


def _may_be_entry(proposal: Proposal) -> bool:
    return proposal.label in CONTAINERS or proposal.label == "related-links"


def _unnumbered(line: Line) -> str:
    return _NUMBERS.sub("", line.folded) if line.folded[0] == "#" else line.folded


def _beside(head: Line, line: Line) -> bool:
    """Whether a block is in the element that holds the heading."""
    if head.hint is None or line.hint is None:
        return False
    around = head.hint.path[:-1]
    return len(around) > 2 and line.hint.path[: len(around)] == around


# ---- comments -------------------------------------------------------------------------------------------------------


def _of_comments(page: Page, cues: Sequence[Cue | None], named: Proposals, gone: Sequence[int]) -> Labels:
    """Names, dates and buttons between comments are part of them; lists of links and legal lines below are not."""
    comments = [position for position in gone if named[position].label == "comments"]
    for before, behind in pairwise(comments):
        between = range(before + 1, behind)
        if 0 < len(between) <= BETWEEN_COMMENTS and all(_part_of_comment(p, cues, named) for p in between):
            yield from ((position, "comments") for position in between)
    if any(named[position].rule == "comments-section" for position in comments):
        yield from _below_comments(page, cues, named, [p for p in gone if p >= comments[0]])


def _part_of_comment(position: int, cues: Sequence[Cue | None], named: Proposals) -> bool:
    proposal, cue = named.get(position), cues[position]
    if proposal is None or proposal.score <= REMOVED or (cue and cue.label not in ("byline", "comments")):
        return False
    return proposal.label in ("legal-footer", "boilerplate", "byline")


def _below_comments(page: Page, cues: Sequence[Cue | None], named: Proposals, gone: Sequence[int]) -> Labels:
    """A section of comments runs to the end of the page: what comes after the last comment says what it is."""
    last = max((p for p in gone if is_sign(page[p], cues[p])), default=-1)
    label = ""
    for position in gone:
        cue = cues[position]
        if position > last and cue and (label or cue.rule in _TAIL):
            label = cue.label
        if label and named[position].label == "comments":
            yield position, label
