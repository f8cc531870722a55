"""What the names of the elements around a block say, as numbers: one vector for a path, near and far words apart."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaners.markup import name_parts, part_words, verdict_words

Floats = NDArray[np.float64]

NEAR = 3  # elements from the block's own on that count as near
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
def _of_name(name: str) -> tuple[int, frozenset[int]]:
    """The tag of an element (its place in TAGS, -1 for another) and the groups that its words are in."""
    match = _TAG.match(name)
    tag = match[0] if match else ""
    words = _word_groups()
    found = set(words.get(tag, ()))
    for part in name_parts(name)[1:]:
        tokens = part_words(part)
        for token in (*tokens, *(a + b for a, b in pairwise(tokens))):
            found.update(words.get(token, ()))
    return _PLACES.get(tag, -1), frozenset(found)


_PLACES = {tag: place for place, tag in enumerate(TAGS)}


def name_columns() -> tuple[str, ...]:
    """Names of the numbers in a vector of `of_path`."""
    names = list(groups())
    own = ["tag", "tag_up_1", "tag_up_2", "depth"]
    return (
        *own,
        *(f"near {n}" for n in names),
        *(f"steps {n}" for n in names),
        *(f"in <{t}>" for t in _AROUND),
    )


_AROUND = (
    "article", "main", "section", "aside", "nav", "header", "footer", "ul", "table", "form", "blockquote", "figure",
    "p", "dl",
)  # fmt: skip
_FAR = 30.0  # steps to a word that is nowhere


def of_path(path: tuple[str, ...]) -> list[float]:
    """What the names along a path say: groups of words near, steps to the nearest one, tags around."""
    count = len(groups())
    near, steps = [0.0] * count, [_FAR] * count
    tags: list[int] = []
    for distance, name in enumerate(reversed(path)):
        tag, found = _of_name(name)
        tags.append(tag)
        for group in found:
            if distance < NEAR:
                near[group] += 1
            if steps[group] == _FAR:
                steps[group] = distance
    own = [float(tags[up]) if up < len(tags) else -2.0 for up in range(3)]
    seen = set(tags)
    return [*own, float(len(path)), *near, *steps, *(float(_PLACES[tag] in seen) for tag in _AROUND)]
