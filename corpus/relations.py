"""Soft matches: texts that resemble each other and both stay, for a note beside them.

A page inside a page, a revised version, the same words in other sentences: whoever trains on the corpus may want to
know, but one of the two says something that the other does not, so nothing is dropped.

`similar` compares texts exactly, by an inverted index of all their shingles. `soft_matches_of` works from signatures:
samples of shingles and bands of words propose pairs, and the texts of those are read again and compared.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.bands import equal_pairs, linked, packed_pairs, unpacked
from corpus.candidates import Counts, candidate_pairs, pairs_of
from corpus.folding import Numbers, word_numbers
from corpus.known import KINDS, Known, Mark
from corpus.shingles import BATCH_TEXTS, batches, checked, jaccard, overlap, shingle_set, width_for
from corpus.signatures import SAMPLE_WIDTH, SAMPLED_WORDS, THRESHOLD, read, vocabulary_of

__all__ = ["Related", "Soft", "SoftKind", "similar", "soft_matches_of"]

SoftKind = Literal["contains", "contained", "revised", "reworded"]

CONTAINMENT = 0.8  # share of the smaller text's shingles that the larger one has
REVISED = 0.5  # Jaccard similarity of shingles; below it two versions have less than two thirds in common
REWORDED = 0.8  # Jaccard similarity of the sets of words
MAX_RELATED = 50  # relations noted beside one document: the closest ones
_SAMPLE_SHARE = 0.5
"""Share of a sample in common from which a pair is looked at. Containment .8 leaves .80 of a sample on average, Jaccard
similarity .5 leaves .67; of a page of 400 words 54 shingles are sampled, with a standard deviation of .06."""
BLOCK = 8_192  # texts of a linked group that are compared at once: 10 kB each
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
    MAX_HOLDERS texts share (boilerplate) are not looked at, and of those that each text makes with longer ones no more
    than MAX_CANDIDATES (see `corpus.candidates`), which keeps the work linear on pages of one template.

    Raises TypeError when `texts` is a single string, or one of them is no string.
    """
    found_words = enumerate(_compared(checked(texts)))
    compared = {n: text for n, text in found_words if len(text.numbers) >= SAMPLED_WORDS}
    members = list(compared)
    # of the smaller set, containment .8 leaves at least .8 and a Jaccard similarity t at least 2 t / (1 + t)
    share = min(CONTAINMENT, 2 * REVISED / (1 + REVISED))
    by_shingles = _packed(candidate_pairs([text.shingles for text in compared.values()], share))
    share = 2 * REWORDED / (1 + REWORDED)
    by_words = _packed(candidate_pairs([text.vocabulary for text in compared.values()], share))
    found: list[Soft] = []
    for a, b in zip(*(side.tolist() for side in unpacked(np.union1d(by_shingles, by_words))), strict=True):
        one, other = members[a], members[b]
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


def soft_matches_of(
    rows: Iterable[tuple[str, bytes]],
    load: Callable[[str], str],
    *,
    marks: Mapping[str, Mark] | None = None,
    known: Known | None = None,
) -> dict[str, tuple[Related, ...]]:
    """Relations between documents that stay, by document; documents without any are left out.

    As in `similar`, and besides `near-duplicate`s: copies stay where a source says so. Every relation is verified on
    the texts and noted beside both documents, beside each the MAX_RELATED closest ones, by similarity and key.

    Args:
        rows: (key, signature) of the documents that stay; keys are distinct.
        load: gives the text of a key; called for each document that may have a relation, of many linked ones again.
        marks: what stands for the text of each key in `known`.
        known: answers of earlier builds; only pairs that it does not know are read.

    Raises:
        ValueError: bytes are no signature.
    """
    ordered = sorted(rows)
    keys = [key for key, _ in ordered]
    one, other = _candidates(data for _, data in ordered)
    del ordered
    kinds, similarities = np.zeros(len(one), np.uint8), np.zeros(len(one))
    missing = np.ones(len(one), np.bool_)
    if known and marks:
        ends = [marks[keys[n]] for n in one.tolist()], [marks[keys[n]] for n in other.tolist()]
        there, kinds, similarities = known.relations(*ends)
        missing = ~there
    new = np.flatnonzero(missing)
    kinds[new], similarities[new] = _verified(one[new], other[new], lambda n: load(keys[n]), len(keys))
    if known and marks:
        ends = [marks[keys[n]] for n in one[new].tolist()], [marks[keys[n]] for n in other[new].tolist()]
        known.keep_relations(*ends, kinds[new], similarities[new])
    found: dict[int, list[tuple[float, int, str]]] = defaultdict(list)
    related = np.flatnonzero(kinds)
    for a, b, number, similarity in zip(
        one[related].tolist(), other[related].tolist(), kinds[related], similarities[related].tolist(), strict=True
    ):
        kind = KINDS[number]
        found[a].append((-similarity, b, kind))
        found[b].append((-similarity, a, _INVERSE.get(kind, kind)))
    noted = {a: sorted(relations)[:MAX_RELATED] for a, relations in sorted(found.items())}
    links = np.array([(a, b) for a, relations in found.items() for _, b, _ in relations], np.int64).reshape(-1, 2)
    clusters = linked(len(keys), links[:, 0], links[:, 1])
    return {
        keys[a]: tuple(Related(keys[clusters[a]], keys[b], kind, -minus) for minus, b, kind in relations)
        for a, relations in noted.items()
    }


def _candidates(signatures: Iterable[bytes]) -> tuple[Counts, Counts]:
    """Pairs a < b of texts that may be related, each once, in order."""
    members, sizes = array("q"), array("q")
    samples, words = bytearray(), bytearray()  # an array for each of a million texts would take more than is in it
    for number, data in enumerate(signatures):
        taken = read(data)
        if taken.words >= SAMPLED_WORDS:
            members.append(number)
            sizes.append(len(taken.sample))
            samples += taken.sample.tobytes()
            words += taken.vocabulary.tobytes()
    bands = np.frombuffer(words, "<u4").reshape(len(members), -1) if members else np.empty((0, 0), np.uint32)
    found = pairs_of(np.frombuffer(samples, "<u4"), np.array(sizes), _SAMPLE_SHARE)
    packed = np.union1d(_packed(found), _word_pairs(bands))
    index = np.array(members, np.int64)
    one, other = unpacked(packed)
    return index[one], index[other]


def _packed(pairs: Iterable[tuple[int, int]]) -> NDArray[np.uint64]:
    """Pairs a < b as numbers, see `corpus.bands.packed_pairs`: tuples take ten times the memory."""
    return np.frombuffer(array("Q", (a << 32 | b for a, b in pairs)), np.uint64)


def _word_pairs(bands: NDArray[np.uint32]) -> NDArray[np.uint64]:
    pairs = np.empty(0, np.uint64)
    for column in bands.T:
        pairs = np.union1d(pairs, packed_pairs(*equal_pairs(column, _WORD_NEIGHBOURS)))
    return pairs


def _verified(
    one: Counts, other: Counts, load: Callable[[int], str], count: int
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The true relation of each pair, a number into KINDS, and its similarity; at most 2 BLOCK texts are in memory."""
    kinds, similarities = np.zeros(len(one), np.uint8), np.zeros(len(one))
    for some in _bundles(one, other, count):
        members = np.unique(np.concatenate((one[some], other[some])))
        compared = dict(zip(members.tolist(), _compared(map(load, members.tolist())), strict=True))
        for pair in some.tolist():
            relation = _relation(compared[int(one[pair])], compared[int(other[pair])])
            if relation:
                kinds[pair], similarities[pair] = KINDS.index(relation[0]), relation[1]
    return kinds, similarities


def _bundles(one: Counts, other: Counts, count: int) -> Iterator[Counts]:
    """Pairs in bundles, by their indexes: linked ones together, so that a text is read once; those of many linked texts
    by blocks of texts.
    """
    labels = linked(count, one, other)[one]
    order = np.argsort(labels, kind="stable")
    bounds = np.flatnonzero(np.diff(labels[order])) + 1
    bundle: list[Counts] = []
    texts = 0
    for some in np.split(order, bounds) if len(order) else ():
        members = np.unique(np.concatenate((one[some], other[some])))
        if len(members) > BLOCK:
            yield from _blocks(some, np.searchsorted(members, one[some]), np.searchsorted(members, other[some]))
            continue
        bundle.append(some)
        texts += len(members)
        if texts >= BATCH_TEXTS:
            yield np.concatenate(bundle)
            bundle, texts = [], 0
    if bundle:
        yield np.concatenate(bundle)


def _blocks(pairs: Counts, one: Counts, other: Counts) -> Iterator[Counts]:
    """Pairs of texts with these places, by the blocks in which the two lie."""
    both = one // BLOCK << 32 | other // BLOCK
    order = np.argsort(both, kind="stable")
    yield from np.split(pairs[order], np.flatnonzero(np.diff(both[order])) + 1)
