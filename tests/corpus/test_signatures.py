"""Signatures: pure, small, and equal where texts are alike."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.bands import equal_pairs, grouped, groups, linked
from corpus.signatures import BANDS, read, signature, signatures

PAGE = [f"mot{number}" for number in range(3000)]


def page(seed, length):
    return " ".join(random.Random(seed).choices(PAGE, k=length))


def agreeing(one, other):
    """On how many bands two texts agree, at most."""
    first, second = dict(read(signature(one)).rows), dict(read(signature(other)).rows)
    return max(
        (np.count_nonzero((first[w] == second[w]) & (first[w] != 0)) for w in first.keys() & second.keys()), default=0
    )


def changed(text, share, seed=1):
    """A text with so many of its words replaced that its Jaccard similarity is at least about `1 - 2 share`."""
    parts = text.split()
    for place in random.Random(seed).sample(range(len(parts)), round(share * len(parts) / 5)):
        parts[place] = "voilier"
    return " ".join(parts)


@pytest.mark.parametrize("length", [1, 7, 8, 30, 49, 50, 120, 400, 5000])
def test_copies_that_differ_in_case_and_spaces_have_one_signature(length):
    text = page(length, length)
    assert signature(text) == signature(text.upper().replace(" ", "\N{NO-BREAK SPACE} "))


@pytest.mark.parametrize("length", [40, 60, 100, 200, 400, 1000, 4000])
def test_similar_texts_agree_on_bands(length):
    for seed in range(20):
        text = page(seed, length)
        assert agreeing(text, changed(text, 0.1, seed)) > 0


@pytest.mark.parametrize("length", [1, 8, 40, 60, 400, 4000])
def test_unrelated_texts_agree_on_none(length):
    assert all(agreeing(page(seed, length), page(seed + 1000, length)) == 0 for seed in range(20))


def test_a_text_beside_the_border_of_two_widths_has_rows_of_both():
    assert [width for width, _ in read(signature(page(1, 52))).rows] == [5, 3]
    assert [width for width, _ in read(signature(page(1, 49))).rows] == [3]
    assert [width for width, _ in read(signature(page(1, 90))).rows] == [5]
    assert [width for width, _ in read(signature(" ".join([page(1, 40)] * 9))).rows] == [5, 3]
    assert read(signature(" — ")).rows == ()


def test_signatures_are_small():
    assert len(signature(page(1, 440))) < 500


def test_a_signature_never_changes():
    data = signature("Le bac passe à neuf heures, et repasse à midi.")
    assert data[:8].hex() == "01010a0000000000"
    assert [number for number in read(data).rows[0][1].tolist() if number][:2] == [1050340373, 1845777087]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 200), max_size=30), st.integers(1, 9))
def test_signatures_in_batches_are_those_of_each_text(lengths, seed):
    texts = [page(seed + number, length) for number, length in enumerate(lengths)]
    assert list(signatures(texts)) == [signature(text) for text in texts]


def test_the_sample_of_an_excerpt_is_in_that_of_the_page():
    inner = page(3, 300)
    whole = page(4, 500) + " " + inner + " " + page(5, 900)
    assert set(read(signature(inner)).sample.tolist()) <= set(read(signature(whole)).sample.tolist())


@pytest.mark.parametrize(
    "data", [b"", b"\x01", b"\x02" + signature("mot")[1:], signature("mot")[:40], b"\x01\x01" + b"\x09" * 200]
)
def test_other_bytes_are_an_error(data):
    with pytest.raises(ValueError, match=r"signature|buffer"):
        read(data)


# ---- groups ---------------------------------------------------------------------------------------------------------


def column(*keys):
    return np.array(keys, np.uint32)


def test_equal_keys_make_pairs_and_zero_makes_none():
    one, other = equal_pairs(column(5, 0, 7, 5, 0, 5))
    assert list(zip(one.tolist(), other.tolist(), strict=True)) == [(0, 3), (3, 5)]
    one, other = equal_pairs(column(5, 0, 7, 5, 0, 5), 2)
    assert sorted(zip(one.tolist(), other.tolist(), strict=True)) == [(0, 3), (0, 5), (3, 5)]


pairs = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30)


@given(pairs)
def test_links_lead_to_the_smallest_index(links):
    expected = list(range(20))
    for _ in range(20):
        for a, b in links:
            expected[a] = expected[b] = min(expected[a], expected[b])
    one, other = (np.array([pair[side] for pair in links], np.int64) for side in (0, 1))
    assert linked(20, one, other).tolist() == expected


def test_groups_are_of_one_width_and_of_two_texts_at_least():
    bands = np.zeros((5, BANDS), np.uint32)
    bands[:, 3] = (9, 9, 9, 4, 4)
    owners, widths = np.array([0, 1, 2, 2, 4]), np.array([5, 5, 3, 5, 5])
    assert list(groups(owners, widths, bands, 6)) == [[0, 1], [2, 4]]


def test_nothing_has_no_groups():
    assert list(grouped(np.array([], np.int64))) == []
    assert list(groups(np.array([], np.int64), np.array([], np.int64), np.zeros((0, BANDS), np.uint32), 0)) == []
