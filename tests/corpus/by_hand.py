"""Families of similar texts, and what is near-duplicate of what by comparing everything with everything."""

from __future__ import annotations

import hashlib
import random

from hypothesis import strategies as st

from corpus.shingles import (
    width_for,
    words,
)

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


def dropped_by_hand(texts, order, threshold):
    """The most similar kept text of each dropped one, by comparing everything with everything in an order."""
    kept, dropped = [], {}
    for index in order:
        found = [(similarity_by_hand(texts[index], texts[other]), -place, other) for place, other in enumerate(kept)]
        best = max(found, default=(0.0, 0, 0))
        if best[0] >= threshold:
            dropped[index] = best[2]
        else:
            kept.append(index)
    return dropped


def near_duplicates_by_hand(texts, threshold):
    """Pairs (dropped, most similar kept) in the order of the ranks that near_duplicates documents."""

    def rank(index):
        text = texts[index]
        return -len(words(text)), len(text), hashlib.blake2b(text.encode(), digest_size=16).digest(), index

    return dropped_by_hand(texts, sorted(range(len(texts)), key=rank), threshold)


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


LONG = text_of(1, 120)
