"""Soft matches: texts that resemble each other and both stay, for a note beside them.

A page inside a page, a revised version, the same words in other sentences: whoever trains on the corpus may want to
know, but one of the two says something that the other does not, so nothing is dropped.

`similar` compares texts exactly, by an inverted index of all their shingles. `soft_matches_of` works from signatures:
samples of shingles and bands of words propose pairs, and the texts of those are read again and compared.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.bands import equal_pairs, grouped, linked, packed_pairs, unpacked
from corpus.folding import Numbers, word_numbers
from corpus.shingles import batches, jaccard, overlap, shingle_set, width_for
from corpus.signatures import SAMPLE_WIDTH, SAMPLED_WORDS, THRESHOLD, read, vocabulary_of

__all__ = ["Related", "Soft", "SoftKind", "similar", "soft_matches_of"]

_Counts = NDArray[np.int64]

SoftKind = Literal["contains", "contained", "revised", "reworded"]

CONTAINMENT = 0.8  # share of the smaller text's shingles that the larger one has
REVISED = 0.5  # Jaccard similarity of shingles; below it two versions have less than two thirds in common
REWORDED = 0.8  # Jaccard similarity of the sets of words
MAX_HOLDERS = 200  # a shingle or word on more texts than this says nothing about any pair of them
MAX_RELATED = 50  # relations noted beside one document: the closest ones
_SLACK = 1e-9
_SAMPLE_SHARE = 0.5
"""Share of a sample in common from which a pair is looked at. Containment .8 leaves .80 of a sample on average, Jaccard
similarity .5 leaves .67; of a page of 400 words 54 shingles are sampled, with a standard deviation of .06."""
_WORD_NEIGHBOURS = 8  # texts that share a word band are compared with so many next ones of that band
_INVERSE: dict[str, str] = {"contains": "contained", "contained": "contains"}


@dataclass(frozen=True, slots=True, order=True)
class Soft:
    """A relation between two texts that both stay.

    `kind` reads from `index` to `of`: the text `contains` the other, is `contained` in it, is a `revised` or `reworded`
    version of it. `similarity` is the containment, the Jaccard similarity of shingles or that of words.
    """

    index: int
    of: int
    kind: SoftKind
    similarity: float


class Related(NamedTuple):
    """A relation as `soft_matches_of` gives it; `cluster` is the smallest key that relations lead to."""

    cluster: str
    of: str
    kind: str
    similarity: float


class _Compared(NamedTuple):
    """A text as it is compared."""

    numbers: Numbers
    shingles: Numbers
    vocabulary: Numbers


# ---- texts ----------------------------------------------------------------------------------------------------------


def similar(texts: Sequence[str]) -> list[Soft]:
    """Relations between texts that are no near-duplicates of each other; nothing follows from them but a note.

    Of two texts of at least 20 words, compared by five-word shingles:

    * one has at least 80 % of the other's shingles, but not the other way round: `contains`, `contained`;
    * else their Jaccard similarity is at least .5: `revised`;
    * else the Jaccard similarity of their sets of words is at least .8: `reworded`.

    Every relation is given from both sides, ordered by (index, of). Pairs that share nothing but what more than
    MAX_HOLDERS texts share (boilerplate) are not looked at, which keeps the work linear on pages of one template.
    """
    compared = {n: text for n, text in enumerate(_compared(texts)) if len(text.numbers) >= SAMPLED_WORDS}
    members = list(compared)
    # of the smaller set, containment .8 leaves at least .8 and a Jaccard similarity t at least 2 t / (1 + t)
    share = min(CONTAINMENT, 2 * REVISED / (1 + REVISED))
    pairs = set(_candidate_pairs([text.shingles for text in compared.values()], share))
    share = 2 * REWORDED / (1 + REWORDED)
    pairs.update(_candidate_pairs([text.vocabulary for text in compared.values()], share))
    found: list[Soft] = []
    for one, other in sorted((members[a], members[b]) for a, b in pairs):
        relation = _relation(compared[one], compared[other])
        if relation and relation[0] != "near-duplicate":
            kind, similarity = relation
            found.append(Soft(one, other, _soft(kind), similarity))
            found.append(Soft(other, one, _soft(_INVERSE.get(kind, kind)), similarity))
    return sorted(found)


def _soft(kind: str) -> SoftKind:
    kinds: dict[str, SoftKind] = {
        "contains": "contains", "contained": "contained", "revised": "revised", "reworded": "reworded",
    }  # fmt: skip
    return kinds[kind]


def _compared(texts: Iterable[str]) -> Iterator[_Compared]:
    for some in batches(texts):
        numbers, offsets = word_numbers(some)
        for start, end in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
            mine = numbers[start:end].copy()
            enough = mine if len(mine) >= SAMPLED_WORDS else mine[:0]
            shingles = shingle_set(enough, SAMPLE_WIDTH) if len(enough) else enough
            yield _Compared(mine, shingles, vocabulary_of(enough))


def _relation(one: _Compared, other: _Compared) -> tuple[str, float] | None:
    both = overlap(one.shingles, other.shingles)
    in_one, in_other = both / len(other.shingles), both / len(one.shingles)
    similarity = both / (len(one.shingles) + len(other.shingles) - both)
    near = _similarity(one.numbers, other.numbers, similarity)
    if near >= THRESHOLD:
        return "near-duplicate", near
    if max(in_one, in_other) >= CONTAINMENT > min(in_one, in_other):
        return ("contains", in_one) if in_one > in_other else ("contained", in_other)
    if similarity >= REVISED:
        return "revised", similarity
    similarity = jaccard(one.vocabulary, other.vocabulary)
    return ("reworded", similarity) if similarity >= REWORDED else None


def _similarity(one: Numbers, other: Numbers, by_five: float) -> float:
    """The similarity that near-duplicates go by."""
    width = width_for(min(len(one), len(other)))
    return by_five if width == SAMPLE_WIDTH else jaccard(shingle_set(one, width), shingle_set(other, width))


# ---- signatures -----------------------------------------------------------------------------------------------------


def soft_matches_of(rows: Iterable[tuple[str, bytes]], load: Callable[[str], str]) -> dict[str, tuple[Related, ...]]:
    """Relations between documents that stay, by document; documents without any are left out.

    As in `similar`, and besides `near-duplicate`s: copies stay where a source says so. Every relation is verified on
    the texts and noted beside both documents, beside each the MAX_RELATED closest ones, by similarity and key.

    Args:
        rows: (key, signature) of the documents that stay; keys are distinct.
        load: gives the text of a key; called once for each document that may have a relation.

    Raises:
        ValueError: bytes are no signature.
    """
    ordered = sorted(rows)
    keys = [key for key, _ in ordered]
    one, other = _candidates([data for _, data in ordered])
    found: dict[int, list[tuple[float, int, str]]] = defaultdict(list)
    for a, b, kind, similarity in _verified(one, other, lambda n: load(keys[n]), len(keys)):
        found[a].append((-similarity, b, kind))
        found[b].append((-similarity, a, _INVERSE.get(kind, kind)))
    noted = {a: sorted(relations)[:MAX_RELATED] for a, relations in sorted(found.items())}
    links = np.array([(a, b) for a, relations in found.items() for _, b, _ in relations], np.int64).reshape(-1, 2)
    clusters = linked(len(keys), links[:, 0], links[:, 1])
    return {
        keys[a]: tuple(Related(keys[clusters[a]], keys[b], kind, -minus) for minus, b, kind in relations)
        for a, relations in noted.items()
    }


def _candidates(signatures: Iterable[bytes]) -> tuple[_Counts, _Counts]:
    """Pairs a < b of texts that may be related, each once."""
    members: list[int] = []
    samples: list[NDArray[np.uint32]] = []
    words: list[NDArray[np.uint32]] = []
    for number, data in enumerate(signatures):
        taken = read(data)
        if taken.words >= SAMPLED_WORDS:
            members.append(number)
            samples.append(taken.sample)
            words.append(taken.vocabulary)
    pairs = [a << 32 | b for a, b in _candidate_pairs(samples, _SAMPLE_SHARE)]
    packed = np.unique(np.concatenate((np.array(pairs, np.uint64), _word_pairs(words))))
    index = np.array(members, np.int64)
    one, other = unpacked(packed)
    return index[one], index[other]


def _word_pairs(bands: Sequence[NDArray[np.uint32]]) -> NDArray[np.uint64]:
    pairs = [np.empty(0, np.uint64)]
    for column in np.stack(bands).T if bands else ():
        pairs.append(packed_pairs(*equal_pairs(column, _WORD_NEIGHBOURS)))
    return np.unique(np.concatenate(pairs))


def _verified(
    one: _Counts, other: _Counts, load: Callable[[int], str], count: int
) -> Iterator[tuple[int, int, str, float]]:
    """The true relations among candidate pairs; linked texts are in memory together."""
    partners: Mapping[int, list[int]] = defaultdict(list)
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        partners[a].append(b)
    for group in grouped(linked(count, one, other)):
        compared = dict(zip(group, _compared(map(load, group)), strict=True))
        for a in group:
            for b in partners.get(a, ()):
                relation = _relation(compared[a], compared[b])
                if relation:
                    yield a, b, *relation


# ---- candidates -----------------------------------------------------------------------------------------------------


def _candidate_pairs(sets: Sequence[NDArray[Any]], share: float) -> Iterator[tuple[int, int]]:
    """Pairs a < b of sets that may have `share` of the smaller set in common, some of them twice.

    Of its n - ceil(share n) + k rarest numbers a set shares k with every set that has that much in common with it (Wang
    et al. 2012). A larger k asks for more look-ups and leaves fewer pairs; with n / 8 nearly all pairs left are wanted
    ones. What more than MAX_HOLDERS sets hold is not looked up: it counts as shared, but one hit at least must be seen.
    """
    if not sets:
        return
    holders, places, starts, held_by = _inverted(sets)
    sizes = np.array([len(numbers) for numbers in sets])
    hits = np.zeros(len(sets), np.int64)
    begin = 0
    for a, size in enumerate(sizes.tolist()):
        mine = places[begin : begin + size]
        begin += size
        extra = max(1, size // 8)
        rarest = mine[np.argsort(holders[mine], kind="stable")][: size - math.ceil(share * size - _SLACK) + extra]
        too_many = int(np.count_nonzero(holders[rarest] > MAX_HOLDERS))
        rarest = rarest[(holders[rarest] > 1) & (holders[rarest] <= MAX_HOLDERS)]
        if not len(rarest):
            continue
        others = np.concatenate([held_by[starts[n] : starts[n + 1]] for n in rarest.tolist()])
        others = others[(sizes[others] >= size) & (others != a)]
        np.add.at(hits, others, 1)
        enough = others[hits[others] >= max(1, extra - too_many)]
        hits[others] = 0
        for b in np.unique(enough).tolist():
            yield min(a, b), max(a, b)


def _inverted(sets: Sequence[NDArray[Any]]) -> tuple[_Counts, _Counts, _Counts, _Counts]:
    """An inverted index of sets, their distinct numbers replaced by 0, 1, 2 ...

    Returns how many sets hold each number, all sets in a row, and the holders of number k as
    `held_by[starts[k] : starts[k + 1]]`.
    """
    owners = np.repeat(np.arange(len(sets)), [len(numbers) for numbers in sets])
    _, places, holders = np.unique(np.concatenate(sets), return_inverse=True, return_counts=True)
    starts = np.concatenate(([0], np.cumsum(holders)))
    return holders, places, starts, owners[np.argsort(places, kind="stable")]
