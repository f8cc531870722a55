"""Sketches leave out no pair of sets that is similar enough."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus.sketches import Sketches

UNIVERSE = np.random.default_rng(5).integers(0, 1 << 56, 60, dtype=np.uint64)


def numbers_of(members):
    return np.sort(UNIVERSE[sorted(members)])


sets = st.lists(st.frozensets(st.integers(0, 59), min_size=1), min_size=1, max_size=80)


@given(sets, st.frozensets(st.integers(0, 59), min_size=1), st.sampled_from([0.3, 0.5, 0.8, 1.0]), st.data())
def test_all_similar_sets_are_found_among_all_and_among_some(held, wanted, threshold, data):
    sketches = Sketches()
    for members in held:
        sketches.add(numbers_of(members))
    similar = {n for n, members in enumerate(held) if len(members & wanted) >= threshold * len(members | wanted)}
    assert similar <= set(sketches.similar(numbers_of(wanted), threshold).tolist())
    some = sorted(data.draw(st.sets(st.integers(0, len(held) - 1))))
    among = sketches.similar(numbers_of(wanted), threshold, np.array(some, np.int64)).tolist()
    assert similar & set(some) <= set(among) <= set(some)


def test_sets_with_half_of_their_members_in_common_are_left_out():
    numbers = np.random.default_rng(7).integers(0, 1 << 56, 4_000, dtype=np.uint64)
    sketches = Sketches()
    for start in (0, 1_000, 100, 0):
        sketches.add(numbers[start : start + 2_000])
    assert sketches.similar(numbers[:2_000], 0.8).tolist() == [0, 2, 3]
