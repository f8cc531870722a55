"""Words of many texts as numbers: the words are those of the regular expression, the numbers never change."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import folding
from corpus.folding import mix, word_numbers
from corpus.marks import MAX_MARKS, compatible
from corpus.repeats import block_key

ODD = (
    "aZé _-ß\N{COMBINING GREEK YPOGEGRAMMENI}\N{GREEK SMALL LETTER ALPHA WITH PERISPOMENI AND YPOGEGRAMMENI}"
    "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}ıſ\n\0\N{COMBINING ACUTE ACCENT}½\N{LATIN SMALL LIGATURE FI}漢"
    "\N{GRINNING FACE}\ud800\N{OHM SIGN}Σς'’\N{DESERET CAPITAL LETTER LONG I}\N{TAG LATIN SMALL LETTER A}"
)
texts = st.lists(st.text(st.sampled_from(ODD) | st.characters(), max_size=25), max_size=6)


def found_by_hand(text):
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def lists(some):
    numbers, offsets = word_numbers(some)
    return [numbers[a:b].tolist() for a, b in pairwise(offsets)]


@settings(max_examples=400, deadline=None)
@given(texts)
def test_words_have_equal_numbers_exactly_when_they_are_equal(some):
    number_of: dict[str, int] = {}
    for text, numbers in zip(some, lists(some), strict=True):
        expected = found_by_hand(text)
        assert len(numbers) == len(expected)
        for word, number in zip(expected, numbers, strict=True):
            assert number_of.setdefault(word, number) == number
    assert len(set(number_of.values())) == len(number_of)


@settings(max_examples=100, deadline=None)
@given(texts)
def test_a_text_has_the_same_words_alone_and_among_others(some):
    assert lists(some) == [lists([text])[0] for text in some]


def test_every_character_is_taken_as_the_regular_expression_takes_it():
    everything = [" ".join(map(chr, range(start, start + 4096))) for start in range(0, 0x110000, 4096)]
    assert [len(numbers) for numbers in lists(everything)] == [len(found_by_hand(text)) for text in everything]


def test_numbers_never_change():
    assert lists(["Le bac passe.", "STRASSE"]) == [
        [3404359047102918400, 4129180400692458457, 16164029751992635846],
        [12913794196457537724],
    ]


def test_a_text_longer_than_the_kept_powers_has_the_same_numbers():
    long = "mot " * (folding._POWERS // 4 + 10) + "fin"
    numbers = lists([long])[0]
    assert [numbers[0], numbers[-1]] == lists(["mot fin"])[0]
    assert len(set(numbers)) == 2


@pytest.mark.parametrize("some", [[], [""], ["", " ", "—"]])
def test_no_words(some):
    assert lists(some) == [[]] * len(some)


def test_mixing_is_one_to_one_and_in_place():
    numbers = np.arange(1000, dtype=np.uint64)
    assert mix(numbers) is numbers
    assert len(set(numbers.tolist())) == 1000
    assert abs(np.mean(numbers >> np.uint64(63)) - 0.5) < 0.05


def test_long_runs_of_unsorted_marks_take_no_quadratic_time():
    text = "e" + "\N{COMBINING ACUTE ACCENT}\N{COMBINING DOT BELOW}" * 100_000  # minutes, were it sorted by insertion
    assert len(compatible(text)) <= MAX_MARKS + 1
    assert word_numbers([text])[0].size
    assert block_key(text) == block_key(text + "\N{COMBINING ACUTE ACCENT}")


@given(st.text(st.sampled_from(ODD) | st.characters(), max_size=MAX_MARKS))
def test_ordinary_text_is_normalised_as_ever(text):
    assert compatible(text) == unicodedata.normalize("NFKC", text)
