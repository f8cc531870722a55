"""Which blocks an annotation calls content."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.web_measures import score, summary
from training.web_labels import labels_of
from training.web_pages import fold_of, site_of

GOLD = "Tides\n\nThe tide comes in twice a day, and twice a day it goes.\n\nTides again\n\nBoats wait for it."


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (
            ["Tides", "The tide comes in twice a day, and twice a day it goes.", "Tides again", "Boats wait for it."],
            [1, 1, 1, 1],
        ),
        # a menu entry that the text says too is no content: only one of them is, in order
        (
            ["Boats", "Tides", "The tide comes in twice a day, and twice a day it goes.", "Boats wait for it."],
            [0, 1, 1, 1],
        ),
        # out of order, but long enough to be found
        (
            ["Boats wait for it.", "The tide comes in twice a day, and twice a day it goes.", "Boats wait for it."],
            [0, 1, 1],
        ),
        # the mobile version of the same paragraph
        (["The tide comes in twice a day, and twice a day it goes."] * 2, [0, 1]),
        (["Cookies help us to deliver our services to you"], [0]),
        (["", "Boats wait for it."], [0, 1]),
    ],
)
def test_blocks_of_the_text_are_content(blocks, expected):
    label, weight = labels_of({"gold": GOLD}, blocks)
    assert sorted(label.tolist()) == sorted(expected)
    assert weight.sum() == pytest.approx(1)
    if len(set(blocks)) == len(blocks):
        assert label.tolist() == expected


def test_segments_say_nothing_of_other_blocks():
    page = {"with_segments": ["comes in twice"], "without_segments": ["Read also"]}
    label, weight = labels_of(page, ["The tide comes in twice a day.", "Something else", "Read also: boats"])
    assert label.tolist() == [1, 0, 0]
    assert weight.tolist() == [0.5, 0, 0.5]


def test_pages_of_one_site_share_a_fold():
    one, other = {"url": "https://news.example.co.uk/a"}, {"url": "https://www.example.co.uk/b"}
    assert site_of(one) == site_of(other) == "example.co.uk"
    assert site_of({"url": None, "id": "fundus/de_Zeitung_V1"}) == site_of({"url": None, "id": "de_Zeitung_V2"})
    assert {fold_of(f"site{i}.org", 5, 1) for i in range(50)} == set(range(5))


def test_measures_of_a_perfect_and_an_empty_text():
    page = {"gold": GOLD, "with_segments": ["twice a day"], "without_segments": ["cookies"]}
    assert summary([score(page, GOLD)]) == {
        "shingle P": 1, "shingle R": 1, "shingle F1": 1, "page F1": 1, "bag F1": 1,
        "segment P": 1, "segment R": 1, "segment F1": 1, "empty": 0,
    }  # fmt: skip
    both = summary([score(page, GOLD), score(page, "")])
    assert (both["shingle P"], both["shingle R"], both["bag F1"], both["empty"]) == (1, 0.5, 0.5, 1)
