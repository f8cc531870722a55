"""Gradient-boosted trees as plain arrays, evaluated for many rows at once.

The models are trained with LightGBM, whose wheels need libgomp, which slim systems lack; asking a trained model needs
nothing but a few array look-ups. Every tree is stored as a complete binary tree of one depth, so that the node below
node i is 2 i + 1 to the left and 2 i + 2 to the right, and one step down all trees for all rows is three look-ups and a
comparison. Branches that end early are filled up with nodes that always go left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEP = 128  # rows at a time: the work arrays of 130 trees stay in the cache of a core


@dataclass(frozen=True, slots=True)
class Trees:
    """A trained model for one number.

    Attributes:
        names: of the columns that the model looks at, in order.
        features: column that each inner node compares, shape (trees, 2**depth - 1).
        thresholds: what it compares with, same shape: left if value <= threshold, else right.
        leaves: what each tree adds, shape (trees, 2**depth).
    """

    names: tuple[str, ...]
    features: NDArray[np.int32]
    thresholds: Floats
    leaves: Floats

    def margin(self, rows: Floats) -> Floats:
        """The sum over all trees for each row of an array of shape (rows, columns), as LightGBM's `raw_score`.

        Raises ValueError when the number of columns is not the model's, or a value is not a number.
        """
        if rows.ndim != 2 or rows.shape[1] != len(self.names):
            raise ValueError(f"the model looks at {len(self.names)} columns, given was an array of shape {rows.shape}")
        if np.isnan(rows).any():
            raise ValueError("a value is not a number; the trees have no branch for that")
        parts = [self._margin(rows[start : start + _STEP]) for start in range(0, len(rows), _STEP)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def probability(self, rows: Floats) -> Floats:
        """The logistic function of the margin: the probability of a model trained for binary log-loss."""
        return 1 / (1 + np.exp(-np.clip(self.margin(rows), -500, 500)))

    def _margin(self, rows: Floats) -> Floats:
        trees, inner = self.features.shape
        features, thresholds = self.features.ravel(), self.thresholds.ravel()
        values = np.ascontiguousarray(rows).ravel()
        first_value = np.arange(len(rows), dtype=np.intp)[:, None] * rows.shape[1]
        first_node = np.arange(trees, dtype=np.intp) * inner
        node = np.zeros((len(rows), trees), dtype=np.intp)
        for _ in range((inner + 1).bit_length() - 1):
            at = node + first_node
            right = values.take(features.take(at) + first_value) > thresholds.take(at)
            node = 2 * node + 1 + right
        total: Floats = self.leaves.ravel().take(node - inner + np.arange(trees) * (inner + 1)).sum(axis=1)
        return total

    def save(self, path: Path) -> None:
        """Write the model as a compressed .npz file; the same model gives the same arrays."""
        np.savez_compressed(
            path,
            names=np.array(self.names),
            features=self.features.astype(np.int16),
            thresholds=self.thresholds,
            leaves=self.leaves,
        )


def load_trees(path: Path | Traversable) -> Trees:
    """Read what `Trees.save` wrote. Pickled objects are refused."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Trees(
            tuple(arrays["names"].tolist()),
            arrays["features"].astype(np.int32),
            arrays["thresholds"].astype(np.float64),
            arrays["leaves"].astype(np.float64),
        )


def complete(names: tuple[str, ...], trees: list[Node]) -> Trees:
    """Store trees of any shape as complete ones."""
    depth = max((tree.depth for tree in trees), default=0)
    features = np.zeros((len(trees), 2**depth - 1), dtype=np.int32)
    thresholds = np.full(features.shape, np.inf)
    leaves = np.zeros((len(trees), 2**depth))
    for number, tree in enumerate(trees):
        for node, at, level in _walk(tree):
            if node.left and node.right:
                features[number, at], thresholds[number, at] = node.feature, node.threshold
            else:  # everything that comes here goes left down to the last level
                leaves[number, (at + 1 << depth - level) - 2**depth] = node.value
    return Trees(names, features, thresholds, leaves)


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a tree of any shape: a leaf with a value, or a comparison with two nodes below."""

    value: float = 0.0
    feature: int = 0
    threshold: float = 0.0
    left: Node | None = None
    right: Node | None = None

    @property
    def depth(self) -> int:
        """Comparisons from here to the farthest leaf."""
        return 1 + max(self.left.depth, self.right.depth) if self.left and self.right else 0


def _walk(tree: Node) -> Iterator[tuple[Node, int, int]]:
    """All nodes with their place in the complete tree and their level."""
    waiting = [(tree, 0, 0)]
    while waiting:
        node, at, level = waiting.pop()
        yield node, at, level
        if node.left and node.right:
            waiting += [(node.left, 2 * at + 1, level + 1), (node.right, 2 * at + 2, level + 1)]
