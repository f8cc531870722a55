"""What the elements around a block say about it: `nav`, `div.related-posts`, `section#comments`.

The words are in `data/markup.toml`. A page template misnames whole pages now and then (`body.has-sidebar`,
`form#aspnetForm`, `div.comments` around a forum), so a word on elements that hold much of the page's prose says
nothing. What certain tools call their own boxes (`sure` in the data file: consent platforms) is believed however much
they hold, since a consent dialogue is often longer than the page below it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

from cleaners.page import Line, Page, Proposal
from cleaners.page_tree import PageTree

DOMINANT = 0.4  # share of the page's prose: what holds so much of it is not furniture, whatever it is called
COMMENTS_ARE_POSTS = 0.5  # of the page's prose is in comments: a forum, unless there is
ARTICLE_WORDS = 300  # of prose outside them that they comment on
_PARTS = re.compile(r"[#.\[\]]+")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# Classes that say what a page has or is about, not what the element is: `has-sidebar`, WordPress's `tag-politics`
_NOT_ITSELF = re.compile(
    r"\A(?:has|is|no|not|with|without|tag|category|cat|author|status|type|format|layout|template|page-template|js|hover|"
    r"focus|lg|md|sm|xl|dark|elementor|et_pb|vc|wpb|fl)[-_:]",
    re.IGNORECASE,
)
_WHOLE = frozenset({"html", "body", "main", "article"})  # elements of the page; a tool's name on them is a state of it
_MAIN = re.compile(
    r"\A(?:article|main)\b|\[(?:role=main|itemprop=articleBody)\]|[#.](?:article-?body|entry-content|post-content)\b"
)


class Verdict(NamedTuple):
    label: str
    word: str
    score: float
    outside: bool
    sure: bool


def _own_boxes(tree: PageTree) -> list[Verdict | None]:
    """For each node the verdict of the tool in whose box it is."""
    boxes: list[Verdict | None] = [None] * len(tree.names)
    for node in range(1, len(tree.names)):
        verdict, _ = verdict_of(tree.names[node])
        boxes[node] = boxes[tree.parents[node]]
        if verdict and verdict.sure and not (tag_of(tree.names[node]) in _WHOLE or boxes[node]):
            boxes[node] = verdict
    return boxes


def _verdicts(tree: PageTree, held: Sequence[float], boxes: Sequence[Verdict | None]) -> list[Verdict | None]:
    """What the surest element around each node, itself included, makes of what is in it.

    `held` is how much prose each node holds; elements that hold much of the page's have no say.
    """
    limit = DOMINANT * held[0]
    inside_main = [False]
    best: list[Verdict | None] = [None]
    for node in range(1, len(tree.names)):
        parent = tree.parents[node]
        found = best[parent]
        verdict, is_main = verdict_of(tree.names[node])
        inside = inside_main[parent] or is_main
        inside_main.append(inside)
        if boxes[node]:
            found = boxes[node]
        elif (
            verdict is not None
            and (found is None or verdict.score > found.score)
            and held[node] <= limit
            and not (verdict.outside and inside)
        ):
            found = verdict
        best.append(found)
    return best


def judge_page(page: Page, tree: PageTree) -> list[Proposal | None]:
    """What the markup around each block makes of it.

    A word that takes much of the page's prose away in all, though each of its elements is small, is not believed:
    the posts of a forum are `div.comment` one by one.
    """
    boxes = _own_boxes(tree)
    prose = [own_words(line) if line.prose and not boxes[n] else 0 for line, n in zip(page, tree.nodes, strict=True)]
    held = tree.totals(prose)
    of_node = _verdicts(tree, held, boxes)
    verdicts = [of_node[node] for node in tree.nodes]
    taken: dict[str, int] = {}
    for words, verdict in zip(prose, verdicts, strict=True):
        if verdict and words:
            taken[verdict.label] = taken.get(verdict.label, 0) + words
    left = held[0] - sum(taken.values())
    doubted = {label for label, words in taken.items() if _takes_the_text(label, words, left, held[0])}
    return [
        Proposal(verdict.label, f"markup-{verdict.word}", verdict.score)
        if verdict and (verdict.sure or verdict.label not in doubted)
        else None
        for verdict in verdicts
    ]


def _takes_the_text(label: str, words: int, left: float, total: float) -> bool:
    if label == "comments":  # many comments below an article stay comments
        return words > COMMENTS_ARE_POSTS * total and left < ARTICLE_WORDS
    return words > DOMINANT * total


def own_words(line: Line) -> int:
    """Words of a block that are not in links, roughly."""
    if not line.hint or not line.hint.link_chars:
        return line.words
    return round(line.words * max(0.0, 1 - line.hint.link_chars / max(1, len(line.text))))


@lru_cache(maxsize=20_000)  # elements share their classes more than their names
def part_words(part: str) -> tuple[str, ...]:
    """The words of an id, a class or a role, then its pairs of words, then all of it.

    None where it says what a page has rather than what the element is.
    """
    if not part or _NOT_ITSELF.match(part):
        return ()
    words = [part] if part.isalpha() and part.islower() else [word.lower() for word in _WORDS.findall(part)]
    if len(words) > 1:
        pairs = [a + b for a, b in pairwise(words)]
        words += [*pairs, "".join(words)] if len(pairs) > 1 else pairs
    return tuple(words)


def tag_of(name: str) -> str:
    """The tag in the name of an element."""
    return _PARTS.split(name, maxsplit=1)[0]


def name_parts(name: str) -> list[str]:
    """The tag, id, classes and roles in the name of an element."""
    return _PARTS.split(name)


def verdict_words() -> dict[str, Verdict]:
    """What each word of the data file says."""
    return _table()[1]


@lru_cache(maxsize=20_000)
def verdict_of(name: str) -> tuple[Verdict | None, bool]:
    """What the name of an element says, and whether it says that the element is the main one."""
    tag, *parts = name_parts(name)
    surest = _table()[0].get(tag)
    for part in parts:
        verdict = _part_verdict(part)
        if verdict and (surest is None or verdict.score > surest.score):
            surest = verdict
    return surest, _MAIN.search(name) is not None


@lru_cache(maxsize=20_000)
def _part_verdict(part: str) -> Verdict | None:
    """What an id, a class or a role says."""
    words, found = _table()[1], part_words(part)
    if words.keys().isdisjoint(found):
        return None
    return max((words[word] for word in found if word in words), key=lambda verdict: verdict.score)


@cache
def _table() -> tuple[dict[str, Verdict], dict[str, Verdict]]:
    data: dict[str, Any] = tomllib.loads(files("cleaners").joinpath("data", "markup.toml").read_text(encoding="utf-8"))
    tags: dict[str, Verdict] = {}
    words: dict[str, Verdict] = {}
    for entry in data["markup"]:
        for word in entry["words"]:
            verdict = Verdict(
                entry["label"], word, entry["score"], entry.get("outside", False), entry.get("sure", False)
            )
            tags.setdefault(word, verdict)
            if not entry.get("tags_only", False):
                words.setdefault(word, verdict)
    return tags, words
