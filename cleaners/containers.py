"""The elements around the blocks of a page as intervals of blocks, with what each holds.

Blocks come in document order, so an element is a stretch of neighbouring blocks whose paths begin alike; siblings of
one name next to each other count as one element. What an element holds of anything that is counted per block is the
difference of two cumulative sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

Path = tuple[str, ...]


class Containers(NamedTuple):
    """Elements as stretches of blocks: element e holds blocks `first[e]` to `last[e] - 1`.

    `around[i]` are the elements around block i, the outermost (the whole page) first.
    """

    first: Places
    last: Places
    around: list[list[int]]

    def level(self, up: int) -> Places:
        """The element `up` steps out from each block's own (0), the whole page where there are not so many."""
        return np.array([ids[-1 - up] if up < len(ids) else 0 for ids in self.around], dtype=np.intp)

    def sums(self, values: Floats) -> Floats:
        """What each element holds of something counted per block."""
        total = np.concatenate(([0.0], np.cumsum(values)))
        held: Floats = total[self.last] - total[self.first]
        return held


def containers_of(paths: Sequence[Path]) -> Containers:
    """Find the elements around each of a page's blocks."""
    first, last = [0], [len(paths)]
    open_ids = [0]
    around: list[list[int]] = []
    before: Path = ()
    for place, path in enumerate(paths):
        if path is not before:
            shared = _shared(before, path)
            for closed in open_ids[shared + 1 :]:
                last[closed] = place
            open_ids = open_ids[: shared + 1]
            for _ in range(len(path) - shared):
                open_ids.append(len(first))
                first.append(place)
                last.append(len(paths))
            before = path
        around.append(open_ids)
    return Containers(np.array(first, dtype=np.intp), np.array(last, dtype=np.intp), around)


def _shared(one: Path, other: Path) -> int:
    """How many elements two paths have in common, from the outermost on."""
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared
