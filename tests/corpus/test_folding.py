"""Words of many texts as numbers: the words are those of the regular expression, the numbers never change."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import folding, shingles
from corpus.folding import is_unspaced, mix, word_numbers
from corpus.marks import MAX_MARKS, compatible
from corpus.repeats import block_key

ODD = (
    "aZé _-ß\N{COMBINING GREEK YPOGEGRAMMENI}\N{GREEK SMALL LETTER ALPHA WITH PERISPOMENI AND YPOGEGRAMMENI}"
    "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}ıſ\n\0\N{COMBINING ACUTE ACCENT}½\N{LATIN SMALL LIGATURE FI}漢字かガｶﾞー\N{THAI CHARACTER KO KAI}\N{THAI CHARACTER MAI HAN-AKAT}"
    "\N{GRINNING FACE}\ud800\N{OHM SIGN}Σς'’\N{DESERET CAPITAL LETTER LONG I}\N{TAG LATIN SMALL LETTER A}"
)
texts = st.lists(st.text(st.sampled_from(ODD) | st.characters(), max_size=25), max_size=6)


def found_by_hand(text):
    r"""`\w+`, with blanks around characters of scripts that have none."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    pieces = "".join(f" {c} " if is_unspaced(c) else c for c in folded).split(" ")
    return [
        word for piece in pieces for word in ([piece] if piece and is_unspaced(piece[0]) else re.findall(r"\w+", piece))
    ]


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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("東京へ行くGO2 東", ["東", "京", "へ", "行", "く", "go2", "東"]),
        ("カメラ、ラーメン", ["カ", "メ", "ラ", "ラ", "ー", "メ", "ン"]),
        ("กั้น ๑", ["ก", "ั", "้", "น", "๑"]),
        ("한국 사람", ["한국", "사람"]),
        ("les 3 漢字s", ["les", "3", "漢", "字", "s"]),
    ],
)
def test_scripts_without_spaces_have_a_word_per_character(text, words):
    assert shingles.words(text) == words
    assert lists([text]) == [[lists([word])[0][0] for word in words]]


@given(texts)
def test_the_plain_way_and_the_fast_way_find_the_same_words(some):
    assert [len(shingles.words(text)) for text in some] == [len(numbers) for numbers in lists(some)]


def test_numbers_never_change():
    assert lists(["Le bac passe.", "STRASSE"]) == [
        [3404359047102918400, 4129180400692458457, 16164029751992635846],
        [12913794196457537724],
    ]
    assert lists(["漢字"]) == lists(["漢 字"])


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
