"""What the names of the elements around a block say, as numbers: near and far words apart.

Names are looked up once each; what they say is then handed down the tree of the page's elements, one level after the
other for all elements of a level at once.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaners.markup import name_parts, part_words, verdict_words
from cleaners.page_tree import PageTree

Floats = NDArray[np.float64]

TAGS = (
    "p", "li", "div", "span", "a", "td", "h1", "h2", "h3", "h4", "h5", "h6", "article", "main", "section", "aside",
    "nav", "header", "footer", "ul", "ol", "dl", "table", "blockquote", "figure", "figcaption", "form", "button",
    "label", "pre", "code", "strong", "b", "em", "time", "address", "details", "body",
    "option", "font", "center", "noscript",
)  # fmt: skip
_TAG = re.compile(r"[a-z][a-z0-9]*")


@cache
def groups() -> dict[str, int]:
    """The groups of words, by place in the vector: labels of markup.toml, then those of content_words.toml."""
    labels = sorted({verdict.label for verdict in verdict_words().values()})
    text = files("cleaners").joinpath("data", "content_words.toml").read_text(encoding="utf-8")
    return {name: place for place, name in enumerate([*labels, *(f"is-{g}" for g in tomllib.loads(text)["groups"])])}


@cache
def _word_groups() -> dict[str, tuple[int, ...]]:
    places = groups()
    found: dict[str, list[int]] = {}
    for word, verdict in verdict_words().items():
        found.setdefault(word, []).append(places[verdict.label])
    text = files("cleaners").joinpath("data", "content_words.toml").read_text(encoding="utf-8")
    for group, words in tomllib.loads(text)["groups"].items():
        for word in words:
            found.setdefault(word, []).append(places[f"is-{group}"])
    return {word: tuple(several) for word, several in found.items()}


@lru_cache(maxsize=20_000)
def _of_name(name: str) -> tuple[int, bytes]:
    """The tag of an element (its place in TAGS, -1 for another), and a byte for each thing that a name may say.

    These are the groups of words, then the tags of `_AROUND`, then whether it is an article.
    """
    first, *parts = name_parts(name)
    place, said = _of_tag(first)
    found = [groups for part in parts if (groups := _of_part(part))]
    if found:
        marked = bytearray(said)
        for groups in found:
            for group in groups:
                marked[group] = 1
        said = bytes(marked)
    return place, said


@lru_cache(maxsize=2_000)
def _of_tag(name: str) -> tuple[int, bytes]:
    match = _TAG.match(name)
    tag = match[0] if match else ""
    said = bytearray(len(groups()))
    for group in _word_groups().get(tag, ()):
        said[group] = 1
    return _PLACES.get(tag, -1), bytes(said) + bytes(tag == t for t in _AROUND) + bytes([tag.startswith("article")])


@lru_cache(maxsize=20_000)
def _of_part(part: str) -> tuple[int, ...]:
    """The groups of the words of an id, a class or a role."""
    known, words = _word_groups(), part_words(part)
    if known.keys().isdisjoint(words):
        return ()
    return tuple({group for word in words for group in known.get(word, ())})


_PLACES = {tag: place for place, tag in enumerate(TAGS)}
_AROUND = (
    "article", "main", "section", "aside", "nav", "header", "footer", "ul", "table", "form", "blockquote", "figure",
    "p", "dl",
)  # fmt: skip
_OWN = ("tag", "tag_up_1", "tag_up_2", "depth")
_FAR = 30.0  # steps to a word that is nowhere
_OUTSIDE = -2  # the tag of what is around the page


def name_columns() -> tuple[str, ...]:
    """Names of the numbers that `of_elements` gives, but for `in_article`."""
    names = list(groups())
    return (*_OWN, *(f"near {n}" for n in names), *(f"steps {n}" for n in names), *(f"in <{t}>" for t in _AROUND))


def of_elements(tree: PageTree) -> dict[str, NDArray[Any]]:
    """What the names on the way to each element say: its tag and those around it, words near, steps to words.

    Each array has a place for each node of the tree. `in_article`: whether an element of that name is around.
    """
    parents, depths = np.array(tree.parents, dtype=np.intp), np.array(tree.depths, dtype=np.intp)
    named = [_of_name(name) for name in tree.names]
    said = np.frombuffer(b"".join(said for _, said in named), dtype=np.uint8).reshape(len(named), -1)
    tags = np.array([_OUTSIDE, *(tag for tag, _ in named[1:])], dtype=np.float64)
    above = parents[parents]
    near = said + said[parents] + said[above]  # the page itself says nothing
    steps = _steps(said, parents, depths)
    columns: dict[str, NDArray[Any]] = {
        "tag": tags,
        "tag_up_1": tags[parents],
        "tag_up_2": tags[above],
        "depth": depths.astype(np.float64),
    }
    far = np.where(steps < 0, _FAR, steps)
    for place, name in enumerate(groups()):
        columns[f"near {name}"], columns[f"steps {name}"] = near[:, place], far[:, place]
    inside = steps >= 0
    for place, tag in enumerate(_AROUND, start=len(groups())):
        columns[f"in <{tag}>"] = inside[:, place]
    columns["in_article"] = inside[:, -1]
    return columns


def _steps(said: NDArray[np.uint8], parents: NDArray[np.intp], depths: NDArray[np.intp]) -> NDArray[np.int16]:
    """Elements to go outwards to the nearest one whose name says it, -1 where none does."""
    steps = np.where(said > 0, np.int16(0), np.int16(-1))
    order = np.argsort(depths, kind="stable")
    ends = np.cumsum(np.bincount(depths))
    for low, high in pairwise(ends.tolist()):
        level = order[low:high]
        outside = steps[parents[level]]
        handed_down = np.where(outside < 0, np.int16(-1), outside + np.int16(1))
        steps[level] = np.where(steps[level] < 0, handed_down, steps[level])
    return steps
