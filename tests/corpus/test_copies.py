"""What sources want done about copies, by example and by brute force over families of texts."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.copies import Looked, find_copies
from corpus.known import Known
from corpus.shingles import words
from corpus.signatures import signature
from tests.corpus.by_hand import LONG, families, similarity_by_hand, text_of, with_word

NEAR = with_word(LONG, 60, "voilier")


def looked(key, text, policy="drop", priority=0, raw=""):
    digest = sha256(text.encode()).hexdigest()
    return Looked(key, policy, priority, len(words(text)), digest, raw, signature(text))


def decide(*rows):
    """Dropped key -> (reason, of), and the keys that something is noted beside."""
    texts = {row[0]: row[1] for row in rows}
    copies = find_copies([looked(*row) for row in rows], texts.__getitem__)
    return {key: (why.reason, why.of) for key, why in copies.dropped.items()}, set(copies.related)


def test_of_equal_documents_the_one_of_the_smallest_key_stays():
    assert decide(("b", LONG), ("a", LONG), ("c", LONG)) == (
        {"b": ("exact-duplicate", "a"), "c": ("exact-duplicate", "a")},
        set(),
    )


def test_of_equal_texts_the_same_raw_item_stays_whatever_the_keys():
    for keys in ("abc", "cab", "bca"):
        rows = [(key, LONG, "drop", 0, raw) for key, raw in zip(keys, ("11", "22", "33"), strict=True)]
        assert decide(*rows)[0].keys() == set(keys[1:])


def test_the_source_of_the_higher_priority_stays_though_its_text_is_shorter():
    assert decide(("a", LONG + " fin"), ("b", LONG, "drop", 1)) == ({"a": ("near-duplicate", "b")}, set())
    assert decide(("a", LONG), ("b", LONG, "drop", 1)) == ({"a": ("exact-duplicate", "b")}, set())


def test_an_equal_document_of_one_that_goes_names_the_one_that_stays():
    dropped, _ = decide(("a", LONG), ("b", LONG), ("c", LONG + " fin"))
    assert dropped == {"a": ("near-duplicate", "c"), "b": ("near-duplicate", "c")}


def test_documents_of_an_annotating_source_stay_and_are_noted():
    assert decide(("a", LONG, "annotate"), ("b", LONG, "annotate"), ("c", NEAR, "annotate")) == ({}, {"a", "b", "c"})


def test_documents_of_other_sources_go_in_favour_of_one_that_stays_anyway():
    assert decide(("a", LONG), ("b", LONG, "annotate")) == ({"a": ("exact-duplicate", "b")}, set())
    assert decide(("a", LONG + " fin"), ("b", LONG, "annotate")) == ({"a": ("near-duplicate", "b")}, set())
    assert decide(("a", LONG, "drop", 1), ("b", LONG, "annotate")) == ({}, {"a", "b"})


def test_an_equal_document_names_the_one_that_stays_anyway_rather_than_what_the_first_went_for():
    dropped, _ = decide(("a", LONG, "drop", 1), ("b", LONG, "annotate"), ("c", LONG), ("d", NEAR, "drop", 2))
    assert dropped == {"a": ("near-duplicate", "d"), "c": ("exact-duplicate", "b")}


def test_documents_of_a_keeping_source_are_not_looked_at():
    assert decide(("a", LONG, "keep"), ("b", LONG, "keep"), ("c", LONG), ("d", NEAR, "keep")) == ({}, set())


def test_nothing_has_no_copies():
    assert decide() == ({}, set())


@st.composite
def corpora(draw):
    rows = []
    for number, text in enumerate(draw(families())):
        policy = draw(st.sampled_from(["drop", "drop", "drop", "annotate", "keep"]))
        rows.append((f"{number:02}", text, policy, draw(st.integers(0, 1))))
        if draw(st.integers(0, 3)) == 0:
            rows.append((f"{number:02}'", text, draw(st.sampled_from(["drop", "annotate"])), draw(st.integers(0, 1))))
    return draw(st.permutations(rows))


def kept_by_hand(rows):
    """Keys that stay, and the verified pairs of the others, by walking the ranks and comparing with all that stay."""
    known = {row[0]: looked(*row) for row in rows}
    texts = {row[0]: row[1] for row in rows}
    kept, why = [], {}
    for key in sorted(known, key=lambda key: known[key].rank):
        if known[key].policy == "keep":
            continue
        alike = {of: similarity_by_hand(texts[key], texts[of]) for of in kept}
        alike = {of: similarity for of, similarity in alike.items() if similarity >= 0.8}
        if alike and known[key].policy == "drop":
            why[key] = alike
        else:
            kept.append(key)
    return kept, why


@settings(max_examples=60, deadline=None)
@given(corpora())
def test_what_goes_is_what_brute_force_says_and_names_the_most_similar_that_stays(rows):
    texts = {row[0]: row[1] for row in rows if words(row[1])}
    rows = [row for row in rows if row[0] in texts]
    copies = find_copies([looked(*row) for row in rows], texts.__getitem__)
    kept, why = kept_by_hand(rows)
    assert copies.dropped.keys() == why.keys()
    for key, (reason, of, similarity) in copies.dropped.items():
        assert why[key][of] == pytest.approx(similarity) == pytest.approx(max(why[key].values()))
        assert (reason == "exact-duplicate") <= (texts[key] == texts[of])
    assert set(copies.related) <= set(kept)
    assert {related.of for found in copies.related.values() for related in found} <= set(kept)


def test_thousands_of_equal_documents_that_stay_are_decided_at_once(monkeypatch):
    compared = []
    monkeypatch.setattr("corpus.independent.jaccard", lambda *_: compared.append(1) or 1.0)
    rows = [(f"{n:03}", LONG, "annotate") for n in range(300)] + [("x", NEAR), ("y", text_of(9, 90))]
    assert decide(*rows)[0] == {"x": ("near-duplicate", "000")}
    assert len(compared) == 1


@settings(max_examples=60, deadline=None)
@given(texts=families(), data=st.data())
def test_what_an_earlier_build_knew_changes_nothing_but_what_is_read(texts, data):
    policies = data.draw(st.lists(st.sampled_from(["drop", "annotate"]), min_size=len(texts), max_size=len(texts)))
    rows = [looked(f"{n:03}", text, policy) for n, (text, policy) in enumerate(zip(texts, policies, strict=True))]
    before = Known()
    find_copies([row for row in rows if data.draw(st.booleans())], lambda key: texts[int(key)], before)
    read = []

    def load(key):
        read.append(key)
        return texts[int(key)]

    known = Known(before.to_bytes())
    assert find_copies(rows, load, known) == find_copies(rows, lambda key: texts[int(key)])
    assert not read or known.changed
    read.clear()
    again = Known(known.to_bytes())
    assert find_copies(rows, load, again) == find_copies(rows, lambda key: texts[int(key)])
    assert read == []
    assert not again.changed
    assert again.to_bytes() == known.to_bytes()


def test_answers_that_nobody_asks_for_any_more_are_forgotten():
    known = Known()
    texts = [LONG, NEAR, *(text_of(seed, 120) + LONG for seed in range(5))]
    rows = [looked(str(n), text) for n, text in enumerate(texts)]
    find_copies(rows, lambda key: texts[int(key)], known)
    fewer = Known(known.to_bytes())
    find_copies(rows[:2], lambda key: texts[int(key)], fewer)
    assert fewer.changed
    assert len(fewer.to_bytes()) < len(known.to_bytes())
