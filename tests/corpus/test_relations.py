"""Soft matches by example and by brute force; those of signatures beside those of texts."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings

from corpus import relations
from corpus.duplicates import near_duplicates, similar
from corpus.relations import CONTAINMENT, MAX_RELATED, Related, soft_matches_of
from corpus.shingles import words
from corpus.signatures import signature
from tests.corpus.by_hand import LONG, families, shingles_by_hand, similarity_by_hand, text_of, with_word

# ---- soft -----------------------------------------------------------------------------------------------------------


def kinds(texts):
    return [(match.index, match.of, match.kind) for match in similar(texts)]


def test_a_page_inside_a_page_is_told_from_both_sides():
    inner = text_of(20, 60)
    assert kinds([inner, text_of(21, 80) + " " + inner + " " + text_of(22, 80)]) == [
        (0, 1, "contained"),
        (1, 0, "contains"),
    ]


def test_a_revised_page_is_one_half_of_whose_shingles_are_the_same():
    base = text_of(23, 120)
    revised = base
    for place in (20, 50, 80, 100):
        revised = with_word(revised, place, "voilier")
    assert 0.5 <= similarity_by_hand(base, revised) < 0.8
    assert kinds([base, revised]) == [(0, 1, "revised"), (1, 0, "revised")]


def test_a_reworded_page_has_the_same_words_in_other_runs():
    base = text_of(24, 200)
    shuffled = base.split()
    random.Random(1).shuffle(shuffled)
    assert kinds([base, " ".join(shuffled)]) == [(0, 1, "reworded"), (1, 0, "reworded")]


@pytest.mark.parametrize(
    "texts",
    [
        [LONG, LONG],  # near-duplicates are no soft matches
        [LONG, LONG.upper()],
        [LONG, text_of(25, 120, ["tout", "autre", "chose", *(f"mot{i}" for i in range(90))])],
        ["Tous droits réservés.", "Le bac passe. Tous droits réservés."],  # too short to say anything
        ["", ""],
    ],
)
def test_no_soft_match_where_there_is_none(texts):
    assert similar(texts) == []


def soft_by_hand(texts):
    found = set()
    for i, j in combinations(range(len(texts)), 2):
        counts = [len(words(texts[k])) for k in (i, j)]
        if min(counts) < 20 or similarity_by_hand(texts[i], texts[j]) >= 0.8:
            continue
        a, b = (shingles_by_hand(texts[k], 5) for k in (i, j))
        both = len(a & b)
        if max(both / len(a), both / len(b)) >= CONTAINMENT > min(both / len(a), both / len(b)):
            names = ("contained", "contains") if len(a) < len(b) else ("contains", "contained")
        elif both / len(a | b) >= 0.5:
            names = ("revised", "revised")
        elif len(set(words(texts[i])) & set(words(texts[j]))) / len({*words(texts[i]), *words(texts[j])}) >= 0.8:
            names = ("reworded", "reworded")
        else:
            continue
        found |= {(i, j, names[0]), (j, i, names[1])}
    return sorted(found)


@settings(max_examples=150, deadline=None)
@given(texts=families())
def test_soft_matches_are_those_of_brute_force(texts):
    assert kinds(texts) == soft_by_hand(texts)


def test_soft_matches_of_many_pages_against_brute_force():
    chooser = random.Random(5)
    texts = []
    for family in range(20):
        base = text_of(200 + family, chooser.randint(40, 160)).split()
        for _ in range(chooser.randint(1, 4)):
            share = chooser.choice([0.0, 0.03, 0.06, 0.1])
            copy = [word if chooser.random() > share else "voilier" for word in base]
            start = chooser.randint(0, len(copy) // 2)
            texts.append(" ".join(copy[start:]) + " " + text_of(chooser.random(), chooser.choice([0, 0, 30])))
    assert kinds(texts) == soft_by_hand(texts)
    assert {kind for _, _, kind in kinds(texts)} >= {"contained", "contains", "revised"}


def test_of_many_pages_of_one_template_each_is_compared_with_the_closest_ones(monkeypatch):
    template = text_of(30, 100)
    texts = [f"{template} {text_of(31 + seed, 30 + seed)}" for seed in range(20)]
    assert len(similar(texts)) == 20 * 19
    monkeypatch.setattr("corpus.candidates.MAX_CANDIDATES", 3)
    found = similar(texts)
    assert {match.index for match in found} == set(range(20))
    assert len(found) <= 2 * 2 * 3 * 20  # from both sides, by shingles and by words


@pytest.mark.parametrize("texts", ["a text", ["a", b"a"], ["a", None], [1]])
@pytest.mark.parametrize("function", [similar, near_duplicates])
def test_what_is_no_list_of_strings_is_an_error(function, texts):
    with pytest.raises(TypeError, match="texts"):
        function(texts)


@pytest.mark.parametrize("function", [similar, near_duplicates])
def test_texts_may_come_from_anything_that_can_be_walked_over(function):
    texts = [LONG, LONG + " fin", text_of(28, 60), text_of(28, 60) + " " + text_of(29, 90)]
    assert function(iter(texts)) == function(tuple(texts)) == function(texts) != []


# ---- signatures -----------------------------------------------------------------------------------------------------

LARGE = [f"mot{number}" for number in range(2000)]


def related(texts):
    keys = [f"d{number:03}" for number in range(len(texts))]
    rows = [(key, signature(text)) for key, text in zip(keys, texts, strict=True)]
    random.Random(4).shuffle(rows)
    return soft_matches_of(rows, lambda key: texts[int(key[1:])])


def test_a_page_inside_a_page_is_noted_beside_both():
    inner = text_of(20, 100, LARGE)
    found = related([inner, text_of(21, 300, LARGE) + " " + inner, text_of(22, 90, LARGE)])
    assert found == {
        "d000": (Related("d000", "d001", "contained", 1.0),),
        "d001": (Related("d000", "d000", "contains", 1.0),),
    }


def test_copies_that_a_source_keeps_are_noted():
    text = text_of(23, 120, LARGE)
    found = related([text, text_of(24, 120, LARGE), with_word(text, 60, "voilier")])
    assert [(key, r.of, r.kind) for key, (r,) in found.items()] == [
        ("d000", "d002", "near-duplicate"),
        ("d002", "d000", "near-duplicate"),
    ]


def test_clusters_are_named_after_their_smallest_key():
    parts = [text_of(30 + n, 100, LARGE) for n in range(4)]
    found = related([parts[0], " ".join(parts[:2]), parts[1], parts[2], parts[2] + " " + parts[3]])
    assert {key: {r.cluster for r in relations} for key, relations in found.items()} == {
        "d000": {"d000"}, "d001": {"d000"}, "d002": {"d000"}, "d003": {"d003"}, "d004": {"d003"},
    }  # fmt: skip


def test_reworded_pages_are_noted():
    base = text_of(24, 200, LARGE).split()
    shuffled = list(base)
    random.Random(1).shuffle(shuffled)
    assert [r.kind for relations in related([" ".join(base), " ".join(shuffled)]).values() for r in relations] == [
        "reworded",
        "reworded",
    ]


def test_a_page_that_stands_in_hundreds_names_the_closest_ones():
    inner = text_of(40, 60, LARGE)
    texts = [inner, *(inner + " " + text_of(seed, 20 + seed, LARGE) for seed in range(100, 100 + MAX_RELATED + 20))]
    assert len(related(texts)["d000"]) == MAX_RELATED


def test_documents_without_relations_are_left_out():
    assert related([]) == {}
    assert related(["", "mot", text_of(1, 90, LARGE), text_of(2, 90, LARGE)]) == {}


def test_soft_matches_of_signatures_are_nearly_those_of_the_texts():
    chooser = random.Random(8)
    texts = []
    for family in range(60):
        base = text_of(300 + family, chooser.randint(80, 500), LARGE).split()
        for _ in range(chooser.randint(1, 4)):
            share = chooser.choice([0.0, 0.02, 0.04])
            copy = [word if chooser.random() > share else "voilier" for word in base]
            start = chooser.randint(0, len(copy) // 2)
            texts.append(" ".join(copy[start:]) + " " + text_of(chooser.random(), chooser.choice([0, 0, 300]), LARGE))
    exact = {(f"d{m.index:03}", f"d{m.of:03}", m.kind) for m in similar(texts)}
    found = {(key, r.of, r.kind) for key, relations in related(texts).items() for r in relations}
    assert {relation for relation in found if relation[2] != "near-duplicate"} <= exact
    assert len(exact) > 50
    assert len(exact - found) <= 0.02 * len(exact)


def test_many_linked_texts_are_compared_by_blocks(monkeypatch):
    base = text_of(30, 120, LARGE)
    texts = [" ".join([*base.split()[: 120 - number], text_of(number, 30 + number, LARGE)]) for number in range(30)]
    whole = related(texts)
    monkeypatch.setattr(relations, "BLOCK", 4)
    assert related(texts) == whole
    assert len(whole) > 12
