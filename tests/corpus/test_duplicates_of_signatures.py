"""Near-duplicates decided from signatures, for any ranks, against brute force."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import duplicates, independent
from corpus.duplicates import near_duplicates, near_duplicates_of
from corpus.independent import ALL_PAIRS
from corpus.shingles import (
    words,
)
from corpus.signatures import signature
from tests.corpus.by_hand import (
    LONG,
    dropped_by_hand,
    families,
    near_duplicates_by_hand,
    similarity_by_hand,
    text_of,
    with_word,
)


def decided(texts, ranks, threshold=0.8):
    """near_duplicates_of with the position as key, for ranks that need not follow the length."""
    keys = [f"{position:04}" for position in range(len(texts))]
    rows = [(key, (rank, key), signature(text)) for key, rank, text in zip(keys, ranks, texts, strict=True)]
    found = near_duplicates_of(rows, lambda key: texts[int(key)], threshold=threshold)
    assert list(found) == sorted(found)
    return {int(key): (int(of), similarity) for key, (of, similarity) in found.items()}


def decided_by_hand(texts, ranks, threshold):
    order = sorted(range(len(texts)), key=lambda n: (ranks[n], n))
    return dropped_by_hand(texts, [n for n in order if words(texts[n])], threshold)


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
