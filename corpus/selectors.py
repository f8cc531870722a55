"""Which CSS selector says "this element" on the pages of a source.

An extractor names the elements around a block (`Hint.path`); a maintainer needs the shortest selector that takes an
element and nothing else, on every page and not only on the one at hand. Classes and ids that stand on few pages (an
article's number, its topic) say nothing about the template and are left out of account.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from corpus.document import Document

_PARTS = re.compile(r"\[([\w-]+)=([^\]]*)\]|([#.])([^#.\[\]]+)")
_PLAIN = re.compile(r"-?[A-Za-z_][\w-]*\Z", re.ASCII)  # a name that CSS reads without an escape
_NUMBERED = re.compile(r"\d{3}")  # `post-4711`: of one page, even where another page happens to have it
_SELECTABLE = ("role", "itemprop", "rel")  # attributes whose value stands in the path as it stands in the page
_TELLING = frozenset({"h1", "main", "article", "nav", "aside", "header", "footer", "form", "table", "figure"})
"""Tags that say by themselves what is meant; another one gets what is around it, since the next page may differ."""
MOST_AROUND = 8  # enclosing elements that are tried; further out they take in half the page
STABLE_SHARE = 0.2  # of the pages: what fewer have is a topic or an author; below, sections of a site have their own


class Name(NamedTuple):
    """An element of a path taken apart, without what belongs to single pages."""

    tag: str
    identifier: str = ""
    classes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return "".join(
            (
                self.tag,
                f"#{self.identifier}" if self.identifier else "",
                *(f".{name}" for name in self.classes),
                *(f'[{key}="{value}"]' for key, value in self.attributes),
            )
        )

    def selectors(self) -> Iterator[str]:
        """Selectors for this element alone, those that say most in the fewest words first."""
        if self.identifier:
            yield f"#{self.identifier}"
        yield from (f".{name}" for name in self.classes)
        yield from (f"{self.tag}.{name}" for name in self.classes)
        yield self.tag
        yield from (f'{self.tag}[{key}="{value}"]' for key, value in self.attributes)
        if len(self.classes) > 1:
            yield self.tag + "".join(f".{name}" for name in self.classes)


Path = tuple[Name, ...]


def block_selectors(document: Document) -> list[str]:
    """A selector for each block of one page, "" for all where the extractor saw no elements."""
    if not any(hint.path for hint in document.hints):
        return []
    (paths,) = stable_paths([[hint.path for hint in document.hints]])
    selectors = Selectors(paths)
    found = {path: selectors.of(path) for path in set(paths) if path}
    return [found.get(path, "") for path in paths]


@lru_cache(maxsize=65_536)
def parse(component: str) -> Name:
    """Take an element's name apart, as `div#main.content.wide[role=main]`. What CSS cannot read plainly is left out."""
    tag = re.match(r"[^#.\[]*", component)[0]  # type: ignore[index]  # matches always
    identifier, classes, attributes = "", [], []
    for key, value, sign, name in _PARTS.findall(component[len(tag) :]):
        if key in _SELECTABLE and _PLAIN.match(value):
            attributes.append((key, value))
        elif sign == "#" and _PLAIN.match(name):
            identifier = name
        elif sign == "." and _PLAIN.match(name):
            classes.append(name)
        elif sign == "." and classes and name[0].isdigit():
            classes.pop()  # `mt-0.5` is one class
    return Name(tag, identifier, tuple(dict.fromkeys(classes)), tuple(attributes))


def stable_paths(pages: Sequence[Sequence[tuple[str, ...]]]) -> list[list[Path]]:
    """The paths of the blocks of some pages, without the ids and classes that too few of the pages have."""
    parsed = [[tuple(parse(component) for component in path) for path in paths] for paths in pages]
    holders: Counter[str] = Counter()
    for paths in parsed:
        holders.update({word for path in paths for name in path for word in _words(name)})
    least = max(2, round(STABLE_SHARE * len(pages))) if len(pages) > 2 else 1
    known = {word for word, count in holders.items() if count >= least and not _NUMBERED.search(word)}
    return [[tuple(_only(name, known) for name in path) for path in paths] for paths in parsed]


def _words(name: Name) -> Iterator[str]:
    if name.identifier:
        yield f"#{name.identifier}"
    yield from (f".{word}" for word in name.classes)


def _only(name: Name, known: set[str]) -> Name:
    identifier = name.identifier if f"#{name.identifier}" in known else ""
    return name._replace(identifier=identifier, classes=tuple(word for word in name.classes if f".{word}" in known))


class Selectors:
    """Finds selectors for elements, given the paths of all blocks of the pages."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = list(paths)
        self._hits: dict[str, set[int]] = {}
        self._under: dict[Path, set[int]] = {}
        for number, path in enumerate(self._paths):
            for depth, name in enumerate(path, 1):
                self._under.setdefault(path[:depth], set()).add(number)
                for selector in name.selectors():
                    self._hits.setdefault(selector, set()).add(number)

    def same(self, one: Path, other: Path) -> bool:
        """Whether two elements hold the same blocks."""
        return self._under.get(one) == self._under.get(other)

    def of(self, element: Path) -> str:
        """The shortest selector found that matches all that is in `element` and nothing else.

        `element` is the path from the outermost element to the one that is meant. Where the element looks like others
        on its level, the selector takes these as well.
        """
        wanted = self._under.get(element, set())
        own = list(element[-1].selectors())
        for selector in own:
            if self._hits.get(selector) == wanted and (selector != element[-1].tag or selector in _TELLING):
                return selector
        for depth in range(len(element) - 2, max(-1, len(element) - 2 - MOST_AROUND), -1):  # the nearest first
            joint = " > " if depth == len(element) - 2 else " "
            for outer in element[depth].selectors():
                around = self._hits.get(outer, set())
                for selector in own if wanted <= around else ():
                    candidates = around & self._hits[selector]
                    if wanted <= candidates and wanted == self._inside(outer, selector, joint, candidates):
                        return f"{outer}{joint}{selector}"
        if self._hits.get(element[-1].tag) == wanted:
            return element[-1].tag
        return " > ".join(next(name.selectors()) for name in element[-3:])

    def _inside(self, outer: str, inner: str, joint: str, candidates: set[int]) -> set[int]:
        """Which of the blocks have an element `inner` in (or directly in, as `joint` says) an element `outer`."""
        found = set()
        for number in candidates:
            path = self._paths[number]
            outers = [depth for depth, name in enumerate(path) if outer in name.selectors()]
            inners = [depth for depth, name in enumerate(path) if inner in name.selectors()]
            if joint == " > ":
                matches = any(depth + 1 in inners for depth in outers)
            else:
                matches = bool(outers and inners and inners[-1] > outers[0])
            if matches:
                found.add(number)
        return found
