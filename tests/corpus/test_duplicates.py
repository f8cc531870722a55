"""Near-duplicates against brute force, whatever the order of the texts, from texts and from signatures."""

from __future__ import annotations

import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import duplicates, independent
from corpus.duplicates import near_duplicates, near_duplicates_of
from corpus.folding import word_numbers
from corpus.independent import ALL_PAIRS
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
from corpus.signatures import signature

VOCABULARY = [
    a + b
    for a in ("bac", "rive", "lune", "port", "sel", "vent", "pont", "mât")
    for b in ("", "s", "eur", "ette", "ier", "age")
]


def text_of(seed, length, vocabulary=VOCABULARY):
    chooser = random.Random(seed)
    return " ".join(chooser.choice(vocabulary) for _ in range(length))


def with_word(text, position, word):
    parts = text.split()
    parts[position] = word
    return " ".join(parts)


def shingles_by_hand(text, width):
    found = words(text)
    width = min(width, len(found)) or len(found)
    return {tuple(found[i : i + width]) for i in range(len(found) - width + 1)}


def similarity_by_hand(one, other):
    """The Jaccard similarity that near_duplicates documents, with sets of tuples."""
    shorter = min(len(words(one)), len(words(other)))
    if not shorter:
        return float(one == other)
    a, b = (shingles_by_hand(text, width_for(shorter)) for text in (one, other))
    return len(a & b) / len(a | b)


def near_duplicates_by_hand(texts, threshold):
    """Pairs (dropped, most similar kept) by comparing everything with everything, in the order of the ranks."""
    import hashlib

    def rank(index):
        text = texts[index]
        return -len(words(text)), len(text), hashlib.blake2b(text.encode(), digest_size=16).digest(), index

    kept, dropped = [], {}
    for index in sorted(range(len(texts)), key=rank):
        found = [(similarity_by_hand(texts[index], texts[other]), -place, other) for place, other in enumerate(kept)]
        best = max(found, default=(0.0, 0, 0))
        if best[0] >= threshold:
            dropped[index] = best[2]
        else:
            kept.append(index)
    return dropped


# ---- shingles -------------------------------------------------------------------------------------------------------


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


# ---- near -----------------------------------------------------------------------------------------------------------

LONG = text_of(1, 120)


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


lengths = st.one_of(st.integers(0, 25), st.sampled_from([7, 8, 19, 20, 48, 49, 50, 51, 55, 62]))


@st.composite
def families(draw):
    """Texts of few words in a few families of edited copies, in any order."""
    texts = []
    for _ in range(draw(st.integers(1, 4))):
        base = [draw(st.sampled_from("abcdefgh")) + str(draw(st.integers(0, 3))) for _ in range(draw(lengths))]
        texts.append(" ".join(base))
        for _ in range(draw(st.integers(0, 3))):
            copy = list(base)
            for _ in range(draw(st.integers(0, 3))):
                place = draw(st.integers(0, len(copy)))
                copy[place : place + draw(st.integers(0, 2))] = draw(
                    st.lists(st.sampled_from(["x", "y", "a0"]), max_size=2)
                )
            texts.append(" ".join(copy))
    return draw(st.permutations(texts))


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


# ---- signatures -----------------------------------------------------------------------------------------------------


def decided(texts, ranks, threshold=0.8):
    """near_duplicates_of with the position as key, for ranks that need not follow the length."""
    keys = [f"{position:04}" for position in range(len(texts))]
    rows = [(key, (rank, key), signature(text)) for key, rank, text in zip(keys, ranks, texts, strict=True)]
    found = near_duplicates_of(rows, lambda key: texts[int(key)], threshold=threshold)
    assert list(found) == sorted(found)
    return {int(key): (int(of), similarity) for key, (of, similarity) in found.items()}


def decided_by_hand(texts, ranks, threshold):
    kept, dropped = [], {}
    for index in sorted(range(len(texts)), key=lambda n: (ranks[n], n)):
        if not words(texts[index]):
            continue
        found = [(similarity_by_hand(texts[index], texts[other]), -place, other) for place, other in enumerate(kept)]
        best = max(found, default=(0.0, 0, 0))
        if best[0] >= threshold:
            dropped[index] = best[2]
        else:
            kept.append(index)
    return dropped


@settings(max_examples=150, deadline=None)
@given(texts=families(), threshold=st.sampled_from([0.8, 0.9, 1.0]), data=st.data())
def test_documents_that_go_are_those_of_brute_force_whatever_the_rank(texts, threshold, data):
    ranks = data.draw(st.lists(st.integers(0, 3), min_size=len(texts), max_size=len(texts)))
    found = decided(texts, ranks, threshold)
    assert {index: of for index, (of, _) in found.items()} == decided_by_hand(texts, ranks, threshold)
    for index, (of, similarity) in found.items():
        assert similarity == pytest.approx(similarity_by_hand(texts[index], texts[of]))


@settings(max_examples=50, deadline=None)
@given(texts=families(), data=st.data())
def test_the_order_of_the_rows_does_not_matter(texts, data):
    rows = [(str(n), (len(text), str(n)), signature(text)) for n, text in enumerate(texts)]
    shuffled = data.draw(st.permutations(rows))
    load = lambda key: texts[int(key)]  # noqa: E731
    assert near_duplicates_of(shuffled, load) == near_duplicates_of(iter(rows), load)


def test_a_shorter_document_of_a_better_rank_stays():
    assert decided([LONG + " fin", LONG], [1, 0]) == {0: (1, pytest.approx(116 / 117))}
    shorter = text_of(2, 50).rsplit(" ", 1)[0]  # 49 words: the other width
    assert decided([text_of(2, 50), shorter], [1, 0]).keys() == {0}


def test_only_texts_that_may_be_similar_are_loaded():
    texts = [text_of(seed, 200, [f"mot{n}" for n in range(500)]) for seed in range(50)]
    texts.append(with_word(texts[7], 100, "voilier"))
    loaded = []

    def load(key):
        loaded.append(key)
        return texts[int(key)]

    rows = [(str(n), (n,), signature(text)) for n, text in enumerate(texts)]
    assert near_duplicates_of(rows, load).keys() == {"50"}
    assert sorted(loaded) == ["50", "7"]


def test_a_large_family_is_decided_like_a_small_one():
    base = text_of(60, 150)
    texts = [base + " " + text_of(seed, seed % 40) for seed in range(ALL_PAIRS * 2)]
    assert {m.index: m.of for m in near_duplicates(texts)} == near_duplicates_by_hand(texts, 0.8)


def test_shingles_that_were_not_kept_are_made_again(monkeypatch):
    texts = [text_of(seed // 3, 60) + " fin" * (seed % 3) for seed in range(30)]
    expected = near_duplicates(texts)
    monkeypatch.setattr("corpus.duplicates.KEPT_BYTES", 0)
    assert near_duplicates(texts) == expected
    assert expected


@pytest.mark.parametrize("threshold", [0.79, 0, 1.1, float("nan")])
def test_bands_serve_no_threshold_below_theirs(threshold):
    with pytest.raises(ValueError, match="threshold"):
        near_duplicates_of([], str, threshold=threshold)


def test_no_documents_have_no_duplicates():
    assert near_duplicates_of([], str) == {}


@settings(max_examples=40, deadline=None)
@given(texts=families(), data=st.data())
def test_a_group_too_large_for_the_memory_is_decided_alike(texts, data):
    ranks = data.draw(st.lists(st.integers(0, 3), min_size=len(texts), max_size=len(texts)))
    expected = decided(texts, ranks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duplicates, "MANY", 1)
        patch.setattr(independent, "KEPT_BYTES", data.draw(st.sampled_from([0, 2_000, 1 << 20])))
        patch.setattr(duplicates, "BATCH_TEXTS", 2)
        assert decided(texts, ranks) == expected
