"""Blocks that a source repeats: keys, counts, levels."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.repeats import Blocks, Counts, block_key, count_blocks, levels_of_source, repeat_levels

# ---- keys -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lire aussi", "LIRE  AUSSI"),
        ("Lire aussi", " Lire\naussi\t"),
        ("Tous droits réservés", "Tous droits re\N{COMBINING ACUTE ACCENT}serve\N{COMBINING ACUTE ACCENT}s"),
        ("La suite :", "La suite\N{NO-BREAK SPACE}:"),
        ("Page 3", "Page 4"),
        ("Page 9", "Page 10"),
        ("12 commentaires", "3 commentaires"),
    ],
)
def test_the_same_block_has_one_key(one, other):
    assert block_key(one) == block_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lire aussi", "Lire ainsi"),
        ("Page 3", "Page"),
        ("Page 3", "Page trois"),
        ("La pêche", "La péché"),
        ("Le bac a fait 12 traversées dans la journée d’hier.", "Le bac a fait 14 traversées dans la journée d’hier."),
    ],
)
def test_different_blocks_have_different_keys(one, other):
    assert block_key(one) != block_key(other)


def test_a_key_is_a_64_bit_number_that_never_changes():
    assert block_key("Lire aussi") == 0xA3E7F9A7E5DACE6D
    assert 0 <= block_key("") < 2**64


# ---- counts ---------------------------------------------------------------------------------------------------------


def test_a_block_twice_on_one_page_counts_once():
    counts = count_blocks([[7, 7, 8], [7]])
    assert counts.documents == 2
    assert counts.of([7, 8, 9]).tolist() == [2, 1, 0]


def test_pages_without_blocks_count_as_pages():
    assert count_blocks([[], [], [1]]).documents == 3


def test_nothing_counted():
    counts = count_blocks([])
    assert counts.documents == 0
    assert counts.of([1]).tolist() == [0]
    assert repeat_levels([1, 2], counts) == (0, 0)
    assert repeat_levels([], counts) == ()


def test_the_largest_keys_fit():
    largest = 2**64 - 1
    assert count_blocks([[largest], [largest - 1], [largest]]).of([largest, largest - 1, 0]).tolist() == [2, 1, 0]


documents = st.lists(st.lists(st.integers(0, 12), max_size=6), max_size=12)


@given(documents)
def test_counts_are_those_of_a_counter_of_sets(pages):
    counts = count_blocks(iter(pages))
    expected = Counter(key for page in pages for key in set(page))
    assert dict(zip(counts.keys.tolist(), counts.holders.tolist(), strict=True)) == expected
    assert counts.documents == len(pages)


@given(documents, documents)
def test_counts_of_two_halves_add_up(one, other):
    both, whole = count_blocks(one) + count_blocks(other), count_blocks(one + other)
    assert both.documents == whole.documents
    assert both.keys.tolist() == whole.keys.tolist()
    assert both.holders.tolist() == whole.holders.tolist()


def test_counting_in_portions_gives_the_same(monkeypatch):
    pages = [[i, i + 1, i % 5] for i in range(50)]
    whole = count_blocks(pages)
    monkeypatch.setattr("corpus.repeats._PENDING_KEYS", 7)
    portions = count_blocks(pages)
    assert (portions.documents, portions.keys.tolist(), portions.holders.tolist()) == (
        50,
        whole.keys.tolist(),
        whole.holders.tolist(),
    )


def test_keys_are_held_as_8_bytes():
    counts = count_blocks([[1, 2], [2]])
    assert counts.keys.dtype == np.uint64


# ---- levels ---------------------------------------------------------------------------------------------------------


def level(holders, number, **options):
    """The level of a block on `holders` of `number` pages."""
    counts = Counts(number, np.array([1], np.uint64), np.array([holders], np.int64))
    return repeat_levels([1], counts, **options)[0]


@pytest.mark.parametrize(
    ("holders", "number", "expected"),
    [
        (1, 100, 0),
        (4, 100, 0),
        (5, 100, 1),
        (19, 100, 1),
        (20, 100, 2),
        (49, 100, 2),
        (50, 100, 3),
        (100, 100, 3),
        (3, 60, 1),  # exactly 5 %
        (2, 20, 0),  # 10 %, but two pages
        (3, 61, 0),
        (2, 5, 0),
        (3, 5, 3),
        (3, 15, 2),
        (50_000, 1_000_000, 1),
        (49_999, 1_000_000, 0),
    ],
)
def test_levels_are_shares_of_the_pages_of_a_source(holders, number, expected):
    assert level(holders, number) == expected


@pytest.mark.parametrize(("holders", "number", "expected"), [(3, 3, 3), (4, 4, 3), (3, 4, 0), (2, 2, 0), (1, 1, 0)])
def test_in_a_small_source_only_what_all_pages_have_is_repeated(holders, number, expected):
    assert level(holders, number) == expected


def test_the_smallest_number_of_pages_can_be_chosen():
    assert level(2, 2, min_documents=2) == 3
    assert level(4, 10, min_documents=5) == 0


def test_levels_are_in_the_order_of_the_blocks():
    counts = count_blocks([[1, 2, 3]] * 2 + [[1, 2]] * 8)
    assert repeat_levels([3, 1, 99, 2, 1], counts) == (0, 3, 0, 3, 3)


# ---- a source as a whole --------------------------------------------------------------------------------------------


def page_of(*blocks):
    return Blocks([block_key(block) for block in blocks], [len(block) for block in blocks])


def text(*seed):
    return f"Un paragraphe {seed} qui ne se trouve sur aucune autre page du site, aussi long que les autres."


def articles(count, *furniture, blocks=6):
    return [page_of(*furniture, *(text(n, part) for part in range(blocks))) for n in range(count)]


def test_what_stands_on_different_pages_repeats_and_their_texts_do_not():
    levels = levels_of_source(articles(12, "Le menu du site", "Un avis au lecteur"))
    assert levels == [(3, 3, 0, 0, 0, 0, 0, 0)] * 12


def test_on_short_pages_more_than_half_may_be_furniture():
    levels = levels_of_source(
        [*articles(12, text("menu"), text("pied")), page_of(text("menu"), "Court.", text("pied"))]
    )
    assert levels[-1] == (3, 0, 3)


def test_an_article_under_five_addresses_does_not_repeat():
    article = [text("article", part) for part in range(6)]
    copies = [page_of("Le menu du site", f"Vu à l’adresse {n}", *article) for n in "abcde"]
    levels = levels_of_source([*articles(12, "Le menu du site"), *copies])
    assert levels[-5:] == [(3, *[0] * 7)] * 5


def test_versions_of_a_text_do_not_repeat_but_their_furniture_does():
    law = [text("loi", part) for part in range(10)]
    versions = [page_of("Le menu du site", *law[:n], text("modifié", n), *law[n + 1 :]) for n in range(10)]
    levels = levels_of_source([*articles(30, "Le menu du site"), *versions])
    assert all(found == (3, *[0] * 10) for found in levels[-10:])


def test_the_same_page_many_times_counts_once():
    levels = levels_of_source([*articles(8), *[page_of("Page introuvable", "Revenez à l’accueil")] * 50])
    assert levels[-1] == (0, 0)


@given(st.permutations(range(14)))
def test_levels_do_not_depend_on_the_order_of_the_pages(order):
    pages = [
        *articles(8, "Le menu du site"),
        *[page_of("Le menu du site", text("x"), text("y"), text(n)) for n in range(4)],
        *articles(2),
    ]
    expected = levels_of_source(pages)
    assert levels_of_source([pages[n] for n in order]) == [expected[n] for n in order]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_pages_of_the_same_blocks_in_other_lengths_count_alike_in_any_order(order):
    """White space and, in short blocks, digits do not part two blocks, and yet they make them longer."""
    pages = [Blocks([1, 3], [1, 9]), Blocks([3], [1]), Blocks([1, 2, 3], [1, 9, 9]), Blocks([1, 3], [9, 9])]
    expected = levels_of_source(pages)
    assert levels_of_source([pages[n] for n in order]) == [expected[n] for n in order]


def test_a_source_without_pages_or_blocks_has_no_levels():
    assert levels_of_source([]) == []
    assert levels_of_source([page_of(), page_of("Un bloc")]) == [(), (0,)]
