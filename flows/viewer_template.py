"""The template of a source as its pages show it: a tree of elements, each with what became of the text in it.

A maintainer looks for two things: furniture that was kept (the same words on many pages, in an element of its own) and
content that was taken out. Both show when the pages of a source are laid over each other, and the element they show in
is what a rule has to name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from corpus.document import Document
from corpus.repeats import Counts, block_key, count_blocks, repeat_levels
from corpus.selectors import Path, Selectors, stable_paths

MOST_ELEMENTS = 150
MOST_REPEATED = 60
EXAMPLE = 90  # characters
LEAST_SHARE = 0.1  # of the pages: an element that fewer have is no part of the template
MUCH_REMOVED = 400  # characters per page: furniture is shorter, so somebody may want to see what it was
REPEATED_SHARE = 0.8  # of the kept text of an element, from which on it counts as repeated
_LANDMARKS = frozenset({"nav", "aside", "header", "footer", "form", "section", "figure", "article", "main", "table"})


class Element(NamedTuple):
    """An element of the template.

    Attributes:
        depth: how deep it stands among the elements that are listed.
        selector: what to write into `source.toml` to name it.
        pages: how many of the pages have it.
        kept: characters in it that are in the clean texts.
        removed: characters in it that are not.
        repeated: of the kept ones, those in blocks that the source repeats.
        labels: characters removed by label.
        example: how its text begins on one page.
    """

    depth: int
    selector: str
    pages: int
    kept: int
    removed: int
    repeated: int
    labels: Counter[str]
    example: str

    @property
    def suspicious(self) -> bool:
        """Whether most of what was kept of it stands on other pages too."""
        return self.kept > 0 and self.repeated >= REPEATED_SHARE * self.kept


class Repeated(NamedTuple):
    """A block that several pages have: its text, on how many, and on how many of them it was kept."""

    text: str
    pages: int
    kept: int
    label: str
    selector: str


@dataclass(slots=True)
class _Node:
    path: Path
    pages: set[int] = field(default_factory=set)
    blocks: int = 0
    kept: int = 0
    removed: int = 0
    repeated: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    example: str = ""
    children: dict[Path, _Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Template:
    """What the pages of a source have in common.

    Attributes:
        elements: in the order of the page, outer ones before inner ones.
        repeated: blocks on several pages, those that were kept first.
        selectors: for each page, a selector per block ("" where the extractor saw no elements).
    """

    elements: Sequence[Element]
    repeated: Sequence[Repeated]
    selectors: Sequence[Sequence[str]]


def template(documents: Sequence[Document]) -> Template:
    """Lay the pages of a source over each other. Documents without hints have repeated blocks only."""
    paths = stable_paths([[hint.path for hint in document.hints] for document in documents])
    finder = Selectors(path for page in paths for path in page)
    known = {path: finder.of(path) if path else "" for path in {path for page in paths for path in page}}
    selectors = [[known[path] for path in page] for page in paths]
    keys = [[block_key(_raw(document, i)) for i in range(len(document.blocks))] for document in documents]
    counts = count_blocks(keys)
    root = _Node(())
    for number, (document, page, levels) in enumerate(zip(documents, paths, _levels(keys, counts), strict=True)):
        for index, (path, level) in enumerate(zip(page, levels, strict=False)):
            _add(root, path, document, index, number, repeated=level > 0)
    least = max(2, round(LEAST_SHARE * len(documents))) if len(documents) > 2 else 1
    elements: list[Element] = []
    for depth, node in _walk(root, least):
        elements.append(_element(node, depth, finder))
        if len(elements) == MOST_ELEMENTS:
            break
    return Template(elements, _repeated(documents, keys, counts, selectors), selectors)


def _levels(keys: Sequence[Sequence[int]], counts: Counts) -> Iterator[Sequence[int]]:
    return (repeat_levels(page, counts) for page in keys)


def _raw(document: Document, index: int) -> str:
    block = document.blocks[index]
    return document.raw_text[block.raw_start : block.raw_end]


def _add(root: _Node, path: Path, document: Document, index: int, page: int, *, repeated: bool) -> None:
    """Count a block in every element around it."""
    block = document.blocks[index]
    length, node = block.raw_end - block.raw_start, root
    for depth in range(1, len(path) + 1):
        node = node.children.setdefault(path[:depth], _Node(path[:depth]))
        node.pages.add(page)
        node.blocks += 1
        node.example = node.example or _raw(document, index)[:EXAMPLE]
        if block.kept:
            node.kept += length
            node.repeated += length * repeated
        else:
            node.removed += length
            node.labels[block.label] += length


def _walk(root: _Node, least: int) -> Iterator[tuple[int, _Node]]:
    """The elements worth a row, in the order of the page.

    Of elements around the same text only the innermost; of plain paragraphs and the like inside an element of which
    all was kept or all went, none.
    """
    stack = [(0, node) for node in reversed(root.children.values())]
    while stack:
        depth, node = stack.pop()
        if len(node.pages) < least:
            continue
        only = next(iter(node.children.values())) if len(node.children) == 1 else None
        same = only is not None and only.blocks == node.blocks
        if not same:
            yield depth, node
        inside = [child for child in node.children.values() if same or _tells(node, child)]
        stack += [(depth if same else depth + 1, child) for child in reversed(inside)]


def _tells(node: _Node, child: _Node) -> bool:
    """Whether a row for the child says more than the one for the element around it."""
    if node.kept and node.removed:
        return True
    if node.removed:
        return child.removed >= MUCH_REMOVED * len(child.pages)
    return _named(child)


def _named(node: _Node) -> bool:
    """Whether an element says what it is for, or something in it does."""
    name = node.path[-1]
    return bool(name.identifier or name.classes or name.attributes or name.tag in _LANDMARKS)


def _element(node: _Node, depth: int, finder: Selectors) -> Element:
    outer = node.path[:-1]
    best = finder.of(node.path)
    while outer and finder.same(outer, node.path):  # an element around nothing else may have the better name
        best, outer = min(best, finder.of(outer), key=_clumsiness), outer[:-1]
    return Element(depth, best, len(node.pages), node.kept, node.removed, node.repeated, node.labels, node.example)


def _clumsiness(selector: str) -> tuple[bool, int]:
    """A name is better than a mere tag, then the shorter one."""
    return selector.isalnum(), len(selector)


def _repeated(
    documents: Sequence[Document], keys: Sequence[Sequence[int]], counts: Counts, selectors: Sequence[Sequence[str]]
) -> list[Repeated]:
    """Blocks on several pages; kept ones first, then by the number of pages."""
    pages: Counter[int] = Counter()
    kept: Counter[int] = Counter()
    first: dict[int, tuple[int, int]] = {}
    labels: dict[int, str] = {}
    for number, (document, page, levels) in enumerate(zip(documents, keys, _levels(keys, counts), strict=True)):
        seen: dict[int, bool] = {}
        for index, (key, level) in enumerate(zip(page, levels, strict=True)):
            if level:
                first.setdefault(key, (number, index))
                block = document.blocks[index]
                seen[key] = seen.get(key, False) or block.kept
                if not block.kept:
                    labels[key] = block.label
        pages.update(seen.keys())
        kept.update(key for key, stayed in seen.items() if stayed)
    order = sorted(pages, key=lambda key: (-kept[key], -pages[key], first[key]))[:MOST_REPEATED]
    found = []
    for key in order:
        number, index = first[key]
        selector = selectors[number][index] if selectors[number] else ""
        text = _raw(documents[number], index)[:EXAMPLE]
        found.append(Repeated(text, pages[key], kept[key], labels.get(key, ""), selector))
    return found
