"""Near-duplicates of texts against brute force, whatever the order of the texts."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.duplicates import near_duplicates
from corpus.shingles import (
    jaccard,
)
from tests.corpus.by_hand import (
    LONG,
    families,
    near_duplicates_by_hand,
    similarity_by_hand,
    text_of,
    with_word,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONG, LONG),
        (LONG, LONG.upper()),
        (LONG, LONG.replace(" ", "\N{NO-BREAK SPACE}\n ")),
        (LONG, with_word(LONG, 60, "voilier")),
        (LONG, LONG + " fin"),
        ("Le bac ne passe plus.", "le bac ne passe plus"),
        (text_of(2, 50), text_of(2, 50).rsplit(" ", 1)[0]),  # 50 and 49 words: two rows of WIDTHS
        (text_of(3, 20), text_of(3, 20).rsplit(" ", 1)[0]),
        ("", ""),
        ("—", "—"),
        ("mot", "mot"),
    ],
)
def test_copies_are_found(one, other):
    (match,) = near_duplicates([one, other])
    assert {match.index, match.of} == {0, 1}
    assert match.similarity == pytest.approx(similarity_by_hand(one, other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONG, text_of(4, 120)),
        (LONG, " ".join(LONG.split()[:90])),
        (LONG, LONG + " " + text_of(5, 60)),
        ("le chien mord le facteur", "le facteur mord le chien"),
        ("La pêche est ouverte.", "La péché est ouverte."),
        ("mot", "mots"),
        ("", "—"),
        ("—", "–"),
        ("", "mot"),
        (text_of(2, 49), with_word(text_of(2, 49), 25, "voilier") + " " + text_of(6, 8)),
    ],
)
def test_different_texts_stay(one, other):
    assert near_duplicates([one, other]) == []


def test_nothing_has_no_duplicates():
    assert near_duplicates([]) == []


def test_the_longer_of_two_copies_stays():
    assert near_duplicates([LONG, LONG + " fin"])[0].of == 1
    assert near_duplicates([LONG + " fin", LONG])[0].of == 0


def test_the_end_of_a_chain_of_small_changes_stays():
    """Each link resembles the next one, the ends do not resemble each other: connected components would drop them."""
    chain = [LONG]
    for step in range(6):
        chain.append(" ".join(chain[-1].split()[: 120 - 10 * (step + 1)]))
    dropped = {match.index: match for match in near_duplicates(chain)}
    assert 0 < len(dropped) < len(chain) - 1
    for match in dropped.values():
        assert match.of not in dropped
        assert similarity_by_hand(chain[match.index], chain[match.of]) >= 0.8


def test_of_two_equally_similar_kept_texts_the_better_ranked_one_is_named():
    one, other = with_word(LONG, 30, "voilier vert"), with_word(LONG, 90, "voilier vert")
    assert similarity_by_hand(LONG, one) == similarity_by_hand(LONG, other) >= 0.9 > similarity_by_hand(one, other)
    texts = [one, LONG, other]
    assert {m.index: m.of for m in near_duplicates(texts, threshold=0.9)} == near_duplicates_by_hand(texts, 0.9)
    texts.reverse()
    assert {m.index: m.of for m in near_duplicates(texts, threshold=0.9)} == near_duplicates_by_hand(texts, 0.9)


def test_pages_of_one_template_are_not_compared_with_each_other(monkeypatch):
    """They share 85 % of their words and are no copies; comparing all pairs would be quadratic."""
    compared = []
    monkeypatch.setattr("corpus.independent.jaccard", lambda one, other: compared.append(1) or jaccard(one, other))
    template = text_of(40, 340)
    assert near_duplicates([f"{template} {text_of(1000 + seed, 60)}" for seed in range(150)]) == []
    assert len(compared) < 150


def test_texts_put_together_of_the_same_parts_are_compared_where_few_parts_differ(monkeypatch):
    """Each shingle is on half of them, so none is rare; two differ in half of their parts on average."""
    compared = []
    monkeypatch.setattr("corpus.independent.jaccard", lambda one, other: compared.append(1) or jaccard(one, other))
    parts = [[text_of(2 * place + version, 12) for version in (0, 1)] for place in range(12)]
    chooser = random.Random(3)
    texts = [" ".join(chooser.choice(versions) for versions in parts) for _ in range(150)]
    found = {match.index: match.of for match in near_duplicates(texts)}
    assert found == near_duplicates_by_hand(texts, 0.8) and found
    assert len(compared) < 150 * 149 / 2 / 10


def test_a_text_and_one_that_says_it_many_times_are_compared_as_sets():
    short = text_of(7, 40)
    assert len(near_duplicates([short, " ".join([short] * 10)])) == (
        similarity_by_hand(short, " ".join([short] * 10)) >= 0.8
    )


@pytest.mark.parametrize("threshold", [0, -1, 1.01, float("nan")])
def test_a_threshold_out_of_range_is_an_error(threshold):
    with pytest.raises(ValueError, match="threshold"):
        near_duplicates(["a"], threshold=threshold)


def test_at_threshold_one_only_equal_sets_match():
    texts = [LONG, LONG.upper(), with_word(LONG, 3, "voilier")]
    assert [(m.index, m.similarity) for m in near_duplicates(texts, threshold=1)] in ([(0, 1.0)], [(1, 1.0)])


@settings(max_examples=250, deadline=None)
@given(texts=families(), threshold=st.sampled_from([0.3, 0.5, 0.8, 0.9, 1.0]))
def test_near_duplicates_are_those_of_brute_force(texts, threshold):
    matches = near_duplicates(texts, threshold=threshold)
    assert {match.index: match.of for match in matches} == near_duplicates_by_hand(texts, threshold)
    for match in matches:
        assert match.similarity == pytest.approx(similarity_by_hand(texts[match.index], texts[match.of]))


@settings(max_examples=100, deadline=None)
@given(texts=families(), data=st.data())
def test_which_texts_stay_does_not_depend_on_their_order(texts, data):
    def kept(order):
        dropped = {match.index for match in near_duplicates(order)}
        return sorted(text for index, text in enumerate(order) if index not in dropped)

    assert kept(data.draw(st.permutations(texts))) == kept(texts)


def test_many_texts_of_families_against_brute_force():
    chooser = random.Random(11)
    texts = []
    for family in range(25):
        base = text_of(100 + family, chooser.randint(30, 140)).split()
        for _ in range(chooser.randint(1, 6)):
            copy = [word if chooser.random() > 0.03 else "voilier" for word in base]
            texts.append(" ".join(copy[: chooser.randint(len(copy) * 3 // 4, len(copy))]))
    assert {m.index: m.of for m in near_duplicates(texts)} == near_duplicates_by_hand(texts, 0.8)
