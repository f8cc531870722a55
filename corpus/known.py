"""What was found out about pairs and groups of texts, so that a later build need not read these texts again.

Whether two texts are related, and which of a group of texts go, follows from the texts alone (and, for a group, from
the order of their ranks). So answers are kept under hashes of the texts: an answer is either right or never asked for.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["KINDS", "Known", "KnownGroups", "Mark", "Verdicts"]

Mark = bytes
"""16 bytes that stand for a text: the beginning of its SHA-256."""

Verdicts = list[tuple[int, int, float]]
"""Of a group in the order of its ranks: place of a text that goes, place of the one that stays, their similarity."""

KINDS = ("", "contains", "contained", "revised", "reworded", "near-duplicate")
"""Relations of pairs by number; the first one is none."""

_TURNED = np.array([0, 2, 1, 3, 4, 5], np.uint8)  # a relation's number as seen from the other text
_PAIR = np.dtype([("high", "<u8"), ("low", "<u8"), ("kind", "u1"), ("similarity", "<f8")])
_VERDICT = np.dtype([("group", "V16"), ("gone", "<u4"), ("of", "<u4"), ("similarity", "<f8")])
_NONE = np.uint32(0xFFFFFFFF)  # in place of `gone`: nothing of the group goes
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


class Known:
    """Answers by content. What this build asked for or found is what `to_bytes` keeps for the next one."""

    def __init__(self, data: bytes = b"") -> None:
        pairs, verdicts = _read(data)
        self._pairs = pairs
        self._groups: dict[bytes, Verdicts] = {}
        for group, gone, of, similarity in verdicts.tolist():
            found = self._groups.setdefault(group, [])
            if gone != _NONE:
                found.append((gone, of, similarity))
        self._used_pairs: list[NDArray[Any]] = []
        self._used_groups: dict[bytes, Verdicts] = {}
        self._new = False

    @property
    def changed(self) -> bool:
        """Whether anything was found that was not known, or much of what was known was not asked for."""
        asked = len(self._used_groups) + sum(map(len, self._used_pairs))
        return self._new or 2 * asked < len(self._groups) + len(self._pairs)

    # ---- pairs

    def relations(
        self, one: Sequence[Mark], other: Sequence[Mark]
    ) -> tuple[NDArray[np.bool_], NDArray[np.uint8], NDArray[np.float64]]:
        """Which pairs of texts are known, and of these the relation, a number into KINDS from `one` to `other`, and its
        similarity.
        """
        keys, turned = _pair_keys(one, other)
        if not len(self._pairs):
            return np.zeros(len(keys), np.bool_), np.zeros(len(keys), np.uint8), np.zeros(len(keys))
        places = np.minimum(np.searchsorted(self._pairs["high"], keys["high"]), len(self._pairs) - 1)
        found = self._pairs[places]
        known = (found["high"] == keys["high"]) & (found["low"] == keys["low"])
        self._used_pairs.append(found[known])
        return known, np.where(turned, _TURNED[found["kind"]], found["kind"]), found["similarity"]

    def keep_relations(
        self, one: Sequence[Mark], other: Sequence[Mark], kinds: NDArray[np.uint8], similarities: NDArray[np.float64]
    ) -> None:
        """Remember relations that were found, as `relations` gives them."""
        keys, turned = _pair_keys(one, other)
        self._new = self._new or len(keys) > 0
        keys["kind"] = np.where(turned, _TURNED[kinds], kinds)
        keys["similarity"] = similarities
        self._used_pairs.append(keys)

    # ---- groups

    def verdicts(self, group: bytes) -> Verdicts | None:
        """What becomes of a group (see `KnownGroups`), or None if it is not known."""
        found = self._groups.get(group)
        if found is not None:
            self._used_groups[group] = found
        return found

    def keep_verdicts(self, group: bytes, verdicts: Verdicts) -> None:
        """Remember what becomes of a group."""
        self._used_groups[group] = verdicts
        self._new = True

    def to_bytes(self) -> bytes:
        """All answers that were asked for or found."""
        pairs = np.concatenate([np.empty(0, _PAIR), *self._used_pairs])
        pairs = pairs[np.unique(pairs[["high", "low"]], return_index=True)[1]]
        rows = [
            (group, *verdict)
            for group, found in sorted(self._used_groups.items())
            for verdict in (found or [(int(_NONE), 0, 0.0)])
        ]
        data = io.BytesIO()
        np.save(data, pairs)
        np.save(data, np.array(rows, _VERDICT))
        return data.getvalue()


class KnownGroups:
    """What earlier builds decided about groups of these texts, in the order of their ranks."""

    def __init__(self, known: Known, marks: Sequence[Mark], stays: Sequence[bool], threshold: float) -> None:
        self.known, self.marks, self.stays, self.threshold = known, marks, stays, threshold

    def recall(self, group: Sequence[int]) -> Verdicts | None:
        """The verdicts on a group, if they are known."""
        found = self.known.verdicts(self._mark(group))
        return None if found is None else [(group[n], group[of], similarity) for n, of, similarity in found]

    def keep(self, group: Sequence[int], found: Iterable[tuple[int, int, float]]) -> None:
        """Remember the verdicts on a group."""
        places = {position: place for place, position in enumerate(group)}
        verdicts = [(places[n], places[of], similarity) for n, of, similarity in found]
        self.known.keep_verdicts(self._mark(group), verdicts)

    def _mark(self, group: Sequence[int]) -> bytes:
        digest = blake2b(repr(self.threshold).encode(), digest_size=16)
        for position in group:
            digest.update(self.marks[position])
            digest.update(b"\1" if self.stays[position] else b"\0")
        return digest.digest()


def _pair_keys(one: Sequence[Mark], other: Sequence[Mark]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """A key of 128 bits for each pair, whatever its order, and which pairs were turned round for it."""
    a, b = (np.frombuffer(b"".join(marks), "<u8").reshape(-1, 2) for marks in (one, other))
    turned = a[:, 0] > b[:, 0]
    first, second = np.where(turned[:, None], b, a), np.where(turned[:, None], a, b)
    keys = np.zeros(len(a), _PAIR)
    # marks are parts of a hash, so any mixture in which both halves of both texts take part will do
    keys["high"] = first[:, 0] * _FACTOR + second[:, 0]
    keys["low"] = first[:, 1] * _FACTOR + second[:, 1]
    return keys, turned


def _read(data: bytes) -> tuple[NDArray[Any], NDArray[Any]]:
    if not data:
        return np.empty(0, _PAIR), np.empty(0, _VERDICT)
    stream = io.BytesIO(data)
    return np.load(stream, allow_pickle=False), np.load(stream, allow_pickle=False)
