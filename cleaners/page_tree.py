"""The elements around the blocks of a page, in two views: as a tree of names, and as stretches of blocks.

In the tree siblings of one name are one element: what a template calls `div.related` is related links wherever it
stands. As stretches they are told apart unless they stand next to each other: blocks come in document order, so an
element is a run of neighbouring blocks whose paths begin alike. What a stretch holds of anything that is counted per
block is the difference of two cumulative sums.

Both come from one pass over the paths, which only looks at what differs from the path before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

Path = tuple[str, ...]


class Stretches(NamedTuple):
    """Elements as stretches of blocks: element e holds blocks `first[e]` to `last[e] - 1`.

    `around[r]` are the elements around the blocks of run r, the outermost (the whole page) first; `run[i]` is the run
    of block i. A run is neighbouring blocks of one path.
    """

    first: Places
    last: Places
    around: list[list[int]]
    run: Places

    def level(self, up: int) -> Places:
        """The element `up` steps out from each block's own (0), the whole page where there are not so many."""
        of_run = np.array([ids[-1 - up] if up < len(ids) else 0 for ids in self.around], dtype=np.intp)
        return of_run[self.run]

    def sums(self, values: Floats) -> Floats:
        """What each element holds of something counted per block."""
        total = np.concatenate(([0.0], np.cumsum(values)))
        held: Floats = total[self.last] - total[self.first]
        return held


class PageTree(NamedTuple):
    """The tree of a page's elements. Node 0 is the page; the parent of every other node has a smaller number.

    Attributes:
        names: of the elements, as in a hint's path; "" for the page.
        parents: of each node, 0 for the page itself.
        depths: elements from the page to each node.
        nodes: the element that each block is directly in.
        stretches: the same elements as stretches of blocks.
    """

    names: list[str]
    parents: list[int]
    depths: list[int]
    nodes: list[int]
    stretches: Stretches

    def totals(self, counts: Iterable[float]) -> list[float]:
        """What each element holds, with all in it, of something counted per block."""
        held = [0.0] * len(self.names)
        for node, count in zip(self.nodes, counts, strict=True):
            held[node] += count
        for node in range(len(held) - 1, 0, -1):
            held[self.parents[node]] += held[node]
        return held


def tree_of(paths: Sequence[Path]) -> PageTree:
    """The elements around blocks with these paths."""
    tree = _Builder()
    before: Path | None = None
    for place, path in enumerate(paths):
        if path is not before:
            tree.enter(before or (), path, place)
            before = path
        tree.nodes.append(tree.chain[-1])
        tree.run.append(len(tree.around) - 1)
    return tree.finish(len(paths))


class _Builder:
    def __init__(self) -> None:
        self.names, self.parents, self.depths = [""], [0], [0]
        self.children: list[dict[str, int]] = [{}]
        self.chain = [0]  # nodes of the tree from the page to the present element
        self.open = [0]  # the same elements as stretches
        self.first: list[int] = [0]
        self.closed: dict[int, int] = {}  # stretch: the block behind it
        self.around: list[list[int]] = []
        self.nodes: list[int] = []
        self.run: list[int] = []

    def enter(self, before: Path, path: Path, place: int) -> None:
        """Go from the elements of one path to those of the next, whose first block is `place`."""
        shared = _shared(before, path)
        for stretch in self.open[shared + 1 :]:
            self.closed[stretch] = place
        chain, opened = self.chain[: shared + 1], self.open[: shared + 1]
        node = chain[-1]
        for name in path[shared:]:
            found = self.children[node].get(name)
            if found is None:
                found = self._add(name, node, len(chain))
            node = found
            chain.append(node)
            opened.append(len(self.first))
            self.first.append(place)
        self.chain, self.open = chain, opened
        self.around.append(opened)

    def _add(self, name: str, parent: int, depth: int) -> int:
        node = self.children[parent][name] = len(self.names)
        self.names.append(name)
        self.parents.append(parent)
        self.depths.append(depth)
        self.children.append({})
        return node

    def finish(self, blocks: int) -> PageTree:
        last = np.full(len(self.first), blocks, dtype=np.intp)
        last[list(self.closed)] = list(self.closed.values())
        stretches = Stretches(np.array(self.first, dtype=np.intp), last, self.around, np.array(self.run, dtype=np.intp))
        return PageTree(self.names, self.parents, self.depths, self.nodes, stretches)


def _shared(one: Path, other: Path) -> int:
    """How many elements two paths have in common, from the outermost on."""
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared
