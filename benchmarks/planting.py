"""Texts made up from a seed, with copies, excerpts and page furniture planted where the benchmarks look for them.

The words are of a made-up vocabulary, so that no rule about real ones helps or hurts, and drawn with the frequencies of
Zipf's law, so that texts share common words as real ones do. Whatever is planted is known exactly.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

KINDS = ("exact", "edited", "truncated", "wrapped", "embedded", "reordered", "reworded")
_SHARE_OF_BASES = 0.6  # of the documents; the others are variants of them
_RECENT = 500  # variants are of one of so many documents before them, so that documents can be made one by one


class Planted(NamedTuple):
    """A document, and what it is a variant of: `of` is the number of that document, -1 for one of its own."""

    text: str
    of: int = -1
    kind: str = ""


class Vocabulary:
    """20,000 made-up words, the k-th most frequent one drawn 1 / (k + 20) as often."""

    def __init__(self, seed: int = 7) -> None:
        r = random.Random(seed)
        self.words = ["".join(r.choices("aeiourstlncdmé", k=r.randint(2, 9))) for _ in range(20_000)]
        self._sums = list(accumulate(1 / (k + 20) for k in range(len(self.words))))

    def draw(self, r: random.Random, count: int) -> list[str]:
        """So many words."""
        return r.choices(self.words, cum_weights=self._sums, k=count)

    def word(self, r: random.Random) -> str:
        """One word."""
        return self.words[bisect(self._sums, r.random() * self._sums[-1])]


def planted(count: int, seed: int = 7) -> Iterator[Planted]:
    """So many documents of 150 to 700 words in paragraphs, two in five of them variants of an earlier one."""
    r = random.Random(seed)
    vocabulary = Vocabulary(seed)
    bases: list[tuple[int, list[list[str]]]] = []
    for number in range(count):
        if not bases or r.random() < _SHARE_OF_BASES:
            page = _page(r, vocabulary)
            bases.append((number, page))
            del bases[:-_RECENT]
            yield Planted(_text(page))
        else:
            of, page = r.choice(bases)
            kind = r.choice(KINDS)
            yield Planted(_text(_variant(r, vocabulary, page, kind)), of, kind)


def _page(r: random.Random, vocabulary: Vocabulary) -> list[list[str]]:
    return [vocabulary.draw(r, r.randint(30, 90)) for _ in range(r.randint(5, 8))]


def _text(page: list[list[str]]) -> str:
    return "\n\n".join(" ".join(paragraph) for paragraph in page)


def _variant(r: random.Random, vocabulary: Vocabulary, page: list[list[str]], kind: str) -> list[list[str]]:
    if kind == "edited":
        return _replaced(r, vocabulary, page, 10 ** r.uniform(-3, -1.1))
    if kind == "reworded":
        return [r.sample(paragraph, len(paragraph)) for paragraph in _replaced(r, vocabulary, page, 0.03)]
    if kind == "truncated":
        return page[: r.randint(2, len(page) - 1)]
    if kind == "wrapped":
        return [vocabulary.draw(r, r.randint(20, 60)), *page, vocabulary.draw(r, r.randint(20, 60))]
    if kind == "embedded":
        around = [paragraph for _ in range(r.randint(1, 3)) for paragraph in _page(r, vocabulary)]
        place = r.randint(0, len(around))
        return [*around[:place], *page, *around[place:]]
    if kind == "reordered":
        return r.sample(page, len(page))
    return page


def _replaced(r: random.Random, vocabulary: Vocabulary, page: list[list[str]], share: float) -> list[list[str]]:
    return [[vocabulary.word(r) if r.random() < share else word for word in paragraph] for paragraph in page]


# ---- pages of sites -------------------------------------------------------------------------------------------------


class Page(NamedTuple):
    """A page of a site as HTML, and which of its paragraphs are furniture and which are its text."""

    html: str
    furniture: tuple[str, ...]
    body: tuple[str, ...]


def site(pages: int, seed: int) -> list[Page]:
    """The pages of one site.

    Furniture is made of the same paragraphs and list items as the text, without telling names: a banner and a footer on
    every page, a box for each section, one for each author. One page in twelve is short; some articles stand under
    three addresses, some in four versions; a tenth of the pages quote a paragraph of another one.
    """
    r = random.Random(seed)
    vocabulary = Vocabulary(seed)
    top, bottom = ([_sentence(r, vocabulary, 4, 30) for _ in range(r.randint(2, 5))] for _ in range(2))
    sections = [[_sentence(r, vocabulary, 8, 40) for _ in range(2)] for _ in range(3)]
    authors = [_sentence(r, vocabulary, 15, 50) for _ in range(8)]
    made: list[Page] = []
    bodies: list[list[str]] = []
    for number in range(pages):
        copies = bodies[number - 7 : number - 6]
        body = list(copies[0]) if number % 40 in {7, 14} and copies else _body(r, vocabulary, short=number % 12 == 5)
        if number % 40 in {22, 26, 34} and number > 40:
            body = list(bodies[number - number % 40 + 1])
            body[r.randrange(len(body))] = _sentence(r, vocabulary, 20, 40)
        if number % 10 == 3 and bodies:
            body.insert(1, r.choice(r.choice(bodies)))
        bodies.append(body)
        around = [*bottom, *r.choice(sections), r.choice(authors)]
        made.append(Page(_html(body, top, around), (*top, *around), tuple(body)))
    return made


def _body(r: random.Random, vocabulary: Vocabulary, *, short: bool) -> list[str]:
    if short:
        return [_sentence(r, vocabulary, 20, 40) for _ in range(2)]
    return [" ".join(_sentence(r, vocabulary, 8, 25) for _ in range(r.randint(2, 5))) for _ in range(r.randint(4, 12))]


def _sentence(r: random.Random, vocabulary: Vocabulary, fewest: int, most: int) -> str:
    return " ".join(vocabulary.draw(r, r.randint(fewest, most))).capitalize() + "."


def _html(body: list[str], top: list[str], bottom: list[str]) -> str:
    paragraphs = "".join(f"<p>{paragraph}</p>\n" for paragraph in [*top, *body, *bottom])
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><div>{paragraphs}</div></body></html>'
