"""Words, and the numbers that runs of them become, as sets of tuples have them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.duplicates import near_duplicates
from corpus.folding import word_numbers
from corpus.shingles import (
    Buckets,
    distinct,
    jaccard,
    overlap,
    rare_first,
    shingle_set,
    stable_hash,
    width_for,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’Été, déjà !", ["l", "été", "déjà"]),
        ("\N{LATIN SMALL LIGATURE FI}n STRASSE Straße", ["fin", "strasse", "strasse"]),
        ("e\N{COMBINING ACUTE ACCENT}te\N{COMBINING ACUTE ACCENT}", ["été"]),
        ("12\N{NO-BREAK SPACE}000 pas", ["12", "000", "pas"]),
        (" … !? ", []),
    ],
)
def test_words_are_what_is_compared(text, expected):
    assert words(text) == expected


def test_an_accent_makes_another_word():
    assert words("pêche") != words("péché")


def test_hashes_are_the_same_in_every_process():
    assert stable_hash("bac") == 0xE6DE83EC2B563903
    program = (
        "from corpus.duplicates import near_duplicates as n; print(n(['a b c d e f g h', 'A b c d e f g h', 'x', 'X']))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_a_lone_surrogate_is_no_error():
    assert stable_hash("a\ud800") != stable_hash("a")
    assert near_duplicates(["a\ud800b c", "a\ud800b c"])


@pytest.mark.parametrize("count", [1, 7, 8, 19, 20, 49, 50, 400])
def test_shorter_texts_have_shorter_shingles(count):
    width = width_for(count) or count
    assert len(shingle_set(np.arange(count, dtype=np.uint64), width_for(count))) == count - width + 1


def test_shingles_depend_on_the_order_of_words():
    one, other = (shingle_set(word_numbers([text])[0], 2) for text in ("a b c", "c b a"))
    assert overlap(one, other) == 0


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_overlap_and_jaccard_are_those_of_sets(one, other):
    arrays = [np.array(sorted(s), np.uint64) for s in (one, other)]
    assert overlap(*arrays) == len(one & other)
    assert jaccard(*arrays) == (len(one & other) / len(one | other) if one | other else 0)


@given(st.lists(st.integers(0, 2**64 - 1)))
def test_distinct_is_sorted_and_without_repetition(numbers):
    assert distinct(np.array(numbers, np.uint64)).tolist() == sorted(set(numbers))


def test_rare_numbers_come_first():
    often, seldom = np.uint64(1), np.uint64(2**55)
    sets = [np.array([often], np.uint64)] * 5 + [np.array([often, seldom], np.uint64)]
    buckets = Buckets()
    for numbers in sets:
        buckets.add(numbers)
    assert rare_first(sets[-1], buckets.counts).tolist() == [int(seldom), int(often)]
