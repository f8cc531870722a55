from __future__ import annotations

import re

import pytest

from corpus.errors import LedgerError
from corpus.labels import LABELS, check_label


def luminance(colour):
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("label", LABELS.values(), ids=LABELS)
def test_a_label_has_a_name_a_meaning_and_a_colour(label):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", label.name)
    assert label.meaning.strip() == label.meaning != ""
    assert re.fullmatch(r"#[0-9a-f]{6}", label.colour)


@pytest.mark.parametrize("label", LABELS.values(), ids=LABELS)
def test_a_colour_can_be_read_on_white(label):
    assert 1.05 / (luminance(label.colour) + 0.05) >= 4.5


def test_no_two_labels_have_one_colour():
    colours = [label.colour for label in LABELS.values()]
    assert len(set(colours)) == len(colours)


def test_the_table_is_keyed_by_name():
    assert all(name == label.name for name, label in LABELS.items())


def test_a_known_label_is_returned():
    assert check_label("advert") == "advert"


@pytest.mark.parametrize("name", ["", "Advert", "advert ", "adverts", "unknown"])
def test_an_unknown_label_is_an_error_that_names_it_and_the_known_ones(name):
    with pytest.raises(LedgerError, match=re.escape(repr(name))) as error:
        check_label(name)
    assert "advert, " in str(error.value)
