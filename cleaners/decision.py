"""The corpus phase of cleaning: which of the proposed blocks go.

A proposal says how sure a rule is that a block is furniture. How often the pages of the source repeat the block makes
that surer, what stands around it may make it less sure, and a page is never taken away whole: where the rules would do
so they have misread it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from cleaners.page import count_words
from cleaners.source_rules import is_ruled
from cleaners.whitespace import clean_whitespace
from corpus.document import Block, Document, Removal

REMOVAL_THRESHOLD = 0.5
WEAK = 0.62  # up to this score a block between two long kept paragraphs stays
LONG_WORDS = 25  # words of a long paragraph

# How much a level of repetition adds to the score of a proposal. Levels: 1 on at least 3 documents and 5 % of the
# source's pages, 2 on 20 %, 3 on 50 %. On the tuning pages nine in ten furniture blocks repeat and no body text does.
REPEAT_GAIN = (0.0, 0.2, 0.35, 0.5)
REPEAT_LEVEL = 1  # from this level on a block goes without any proposal
REPEAT_SCORE = (0.0, 0.7, 0.85, 0.95)
MOST = 0.5  # share of a document's words: a block that repeats and is more than that is the document

# With fewer of a page's words left the rules are thought to have taken the text: a share of the words, and for pages of
# more than a few lines a sentence or two.
MIN_LEFT = 0.04
MIN_LEFT_WORDS = 25
MIN_LEFT_OF_FEW = 0.15
_NEVER_TEXT = frozenset({"cookie-notice", "hidden"})
_SAYS_NOTHING = frozenset({"image-caption", "hidden"})  # of a heading: a picture or a script may stand for its text
_FORM_RULES = frozenset({"comment-form", "comments-heading", "reply-button", "markup-form", "markup-button"})

Removals = dict[int, Removal]


class _Kept(NamedTuple):
    at: int  # index into the blocks
    block: Block
    words: int


def decide(document: Document, repeats: Sequence[int] = ()) -> Document:
    """Remove the blocks that are furniture, and tidy up.

    `repeats[i]` says how often the source repeats block i (levels 0 to 3, see REPEAT_GAIN); without it nothing is known
    to repeat. Kept blocks keep their scores and lose their proposals; hints are dropped.
    """
    kept = [
        _Kept(i, block, count_words(document.block_text(block)))
        for i, block in enumerate(document.blocks)
        if block.kept
    ]
    removals = _proposed(kept, repeats)
    comments = _comments_to_keep(document, removals)
    removals = {i: removal for i, removal in removals.items() if i not in comments}
    removals = _spare_the_text(kept, _with_headings(kept, removals, repeats))
    removals = _by_source_rules(kept, removals)
    blocks = tuple(_settled(b, removed=i in removals, comment=i in comments) for i, b in enumerate(document.blocks))
    signals = {**document.signals, **_confidence(kept)}
    document = document.with_(blocks=blocks).remove_blocks(removals).with_(hints=(), signals=signals)
    return document if document.text == document.text.strip() else clean_whitespace(document)


def _confidence(kept: Sequence[_Kept]) -> dict[str, float]:
    """How far from undecided the scores are, 0 to 1, weighted by words."""
    total = sum(item.words for item in kept)
    margins = sum(item.words * abs(2 * item.block.score - 1) for item in kept)
    return {"extraction_confidence": margins / total} if total else {}


def _by_source_rules(kept: Sequence[_Kept], removals: Removals) -> Removals:
    """The rules of the source have the last word."""
    result = dict(removals)
    for at, block, _ in kept:
        if is_ruled(block.rule):
            result.pop(at, None)
            if block.label:
                result[at] = Removal(block.label, block.rule)
    return result


def _proposed(kept: Sequence[_Kept], repeats: Sequence[int]) -> Removals:
    total = sum(item.words for item in kept)
    removals: Removals = {}
    for place, item in enumerate(kept):
        is_title = item.block.kind == "heading" and item.block.level == 1  # other pages link to it by its words
        spared = is_title or item.words > MOST * total
        level = 0 if spared else _level(repeats, item.at)
        removal = _removal(item.block, level)
        if removal and not (removal.confidence <= WEAK and _between_long(kept, place)):
            removals[item.at] = removal
    return removals


def _level(repeats: Sequence[int], index: int) -> int:
    return min(repeats[index], len(REPEAT_GAIN) - 1) if index < len(repeats) else 0


def _removal(block: Block, level: int) -> Removal | None:
    if block.label and (block.score > REMOVAL_THRESHOLD or block.label != "boilerplate"):
        score = min(1.0, block.score + REPEAT_GAIN[level])
        if score > REMOVAL_THRESHOLD:
            return Removal(block.label, block.rule, score)
    if level >= REPEAT_LEVEL:
        return Removal("repeated-block", f"repeated-{level}", REPEAT_SCORE[level])
    return None


def _between_long(kept: Sequence[_Kept], place: int) -> bool:
    """Whether a paragraph stands between two long ones that no rule doubts."""
    if not 0 < place < len(kept) - 1 or kept[place].block.kind != "paragraph":
        return False
    around = (kept[place - 1], kept[place + 1])
    return all(item.words >= LONG_WORDS and item.block.score <= REMOVAL_THRESHOLD for item in around)


def _with_headings(kept: Sequence[_Kept], removals: Removals, repeats: Sequence[int]) -> Removals:
    """Headings follow their sections: they go when all below them goes, and none goes for being repeated alone."""
    result = dict(removals)
    for place in range(len(kept) - 1, -1, -1):
        at, block, _ = kept[place]
        if block.kind != "heading" or block.level == 1:
            continue
        section = _section(kept, place)
        lost = [result.get(item.at) for item in section]
        telling = [removal for removal in lost if removal and removal.label not in _SAYS_NOTHING]
        vague = at not in result or result[at].label == "boilerplate"
        if telling and all(lost) and vague:
            first = telling[0]
            result[at] = Removal(first.label, "heading-of-removed", first.confidence)
        elif section and not all(lost) and _removal(block, 0) is None and _level(repeats, at) >= REPEAT_LEVEL:
            result.pop(at, None)
    return result


def _section(kept: Sequence[_Kept], place: int) -> Sequence[_Kept]:
    """What stands below a heading, up to the next one that is not below it."""
    level = kept[place].block.level
    end = place + 1
    while end < len(kept) and not (kept[end].block.kind == "heading" and kept[end].block.level <= level):
        end += 1
    return kept[place + 1 : end]


def _comments_to_keep(document: Document, removals: Removals) -> set[int]:
    """Readers' comments that the source wants; the form to write one goes all the same."""
    if document.source.comments != "keep":
        return set()
    return {i for i, removal in removals.items() if removal.label == "comments" and removal.rule not in _FORM_RULES}


def _spare_the_text(kept: Sequence[_Kept], removals: Removals) -> Removals:
    """If next to nothing would be left, believe the label that took the most words to be wrong, and so on."""
    total = sum(item.words for item in kept)
    wanted = max(1, MIN_LEFT * total, min(MIN_LEFT_WORDS, MIN_LEFT_OF_FEW * total))
    left = sum(item.words for item in kept if item.at not in removals)
    while left < wanted:
        taken: Counter[str] = Counter()
        for item in kept:
            removal = removals.get(item.at)
            if removal and removal.label not in _NEVER_TEXT:
                taken[removal.label] += item.words
        if not taken:
            break
        label, words = min(taken.items(), key=lambda pair: (-pair[1], pair[0]))
        removals = {i: removal for i, removal in removals.items() if removal.label != label}
        left += words
    return removals


def _settled(block: Block, *, removed: bool, comment: bool) -> Block:
    if not block.kept or removed:
        return block
    if block.label or block.rule:
        block = block._replace(label="", rule="")
    return block._replace(kind="comment", level=0, score=0.0) if comment else block
