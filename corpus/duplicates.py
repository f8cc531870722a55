"""Which texts are copies of others and can go.

A text is dropped only when a text that stays was verified to be similar to it. Both halves matter. Unverified MinHash
bands drop texts that merely share a bucket; connected components drop the end of a chain of small changes, which
resembles none of the texts kept. So bands only propose groups (`corpus.signatures`, `corpus.bands`), and within a group
texts go one by one, in the order of their ranks, beside a kept text whose true similarity is high enough
(`corpus.independent`). Rank is a function of the texts alone: no result depends on the order in which they come.

`near_duplicates` takes texts, `near_duplicates_of` signatures made long ago and a way to get at the few texts
that must be read again. Relations that only call for a note are in `corpus.relations`; what the sources of a corpus
want done about all this is in `corpus.copies`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np

from corpus.bands import groups
from corpus.independent import Profile, Verdict, verdicts, verdicts_of_many
from corpus.known import Known, KnownGroups, Mark
from corpus.relations import Soft, SoftKind, similar
from corpus.shingles import BATCH_TEXTS, Numbers, Shingled, batches, checked, shingled, unmarked
from corpus.signatures import BANDS, THRESHOLD, band_rows, read

__all__ = [
    "THRESHOLD", "Match", "Soft", "SoftKind", "near_duplicates", "near_duplicates_of", "similar",
]  # fmt: skip


MANY = 5_000  # texts linked with each other, from which on their shingles are not held together
KEPT_BYTES = 1 << 30
"""Shingles of texts held from the first pass to the comparison, 3.5 kB for 400 words; those of further texts are made
once more where they are needed."""


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """A text that can go: `index` is similar to `of`, which stays. `similarity` is their Jaccard similarity."""

    index: int
    of: int
    similarity: float


# ---- texts ----------------------------------------------------------------------------------------------------------


def near_duplicates(texts: Sequence[str], *, threshold: float = THRESHOLD) -> list[Match]:
    """Texts that can go because a kept one is nearly the same.

    Similarity is the Jaccard similarity of word shingles, as wide as `corpus.shingles.WIDTHS` says for the shorter text
    of a pair. Texts with the same words in the same order have similarity 1; texts without any word are the same only
    when they are equal. Of similar texts that with the most words stays, then that with the fewest characters, then
    that with the smallest hash.

    Args:
        texts: any number of texts, in any order: which texts stay does not depend on it (among equal texts the first).
        threshold: smallest similarity, above 0 and at most 1. Below .8 bands would miss pairs, so all texts are
            compared by an index, ten times as slowly.

    Returns:
        One match per dropped text, by index; `of` is the most similar of the kept texts with a better rank.

    Raises:
        ValueError: the threshold is out of range.
        TypeError: `texts` is a single string, or one of them is no string.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must be above 0 and at most 1, not {threshold}")
    texts = checked(texts)
    matches = _wordless_copies(texts)

    def rank(position: int, words: int) -> tuple[Any, ...]:
        text = texts[position]
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        return -words, len(text), digest, position  # with as many words fewer characters are less padding

    if threshold >= THRESHOLD:
        candidates, kept = _groups_of_texts(texts)
    else:
        candidates, kept = iter([list(range(len(texts)))]), {}
    matches += [Match(*found) for found in _decide(_together(candidates), texts.__getitem__, rank, threshold, kept)]
    return sorted(matches)


def _groups_of_texts(texts: Sequence[str]) -> tuple[Iterator[list[int]], _Shingles]:
    """Groups of texts to compare, and the shingles of as many texts as KEPT_BYTES allow."""
    owners, widths, bands = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty((0, BANDS), np.uint32)]
    kept: _Shingles = {}
    first = room = 0
    for some in batches(texts):
        batch = shingled(some, THRESHOLD)
        owners.append(batch.texts + first)
        widths.append(batch.widths)
        bands.append(band_rows(batch))
        room += batch.values.nbytes
        if room <= KEPT_BYTES:
            kept.update((first + number, text) for number, text in enumerate(_shingles(batch)))
        first += len(some)
    return groups(np.concatenate(owners), np.concatenate(widths), np.concatenate(bands), first), kept


def _wordless_copies(texts: Sequence[str]) -> list[Match]:
    """Equal texts without a single word."""
    first: dict[str, int] = {}
    return [
        Match(index, first[text], 1.0)
        for index, text in enumerate(texts)
        if not any(map(str.isalnum, text)) and first.setdefault(text, index) != index and not _has_words(text)
    ]


def _has_words(text: str) -> bool:
    return bool(shingled([text], THRESHOLD).counts[0])


# ---- signatures -----------------------------------------------------------------------------------------------------


def near_duplicates_of(
    rows: Iterable[tuple[str, tuple[Any, ...], bytes]],
    load: Callable[[str], str],
    *,
    threshold: float = THRESHOLD,
    stay: Container[str] = (),
    marks: Mapping[str, Mark] | None = None,
    known: Known | None = None,
) -> dict[str, tuple[str, float]]:
    """Which documents can go because a kept one is nearly the same.

    Args:
        rows: (key, rank, signature) of each document (`corpus.signatures.signature`); keys and ranks are distinct, and
            of two similar documents that of the smaller rank stays. 130 bytes of each are held in memory, and its rank.
        load: gives the text of a key. Called for each document that may be similar to another one, and for no other:
            once, or twice and more where more than MANY are linked.
        threshold: smallest Jaccard similarity, .8 to 1: bands find no pairs below it.
        stay: keys of documents that stay whatever they resemble; others go in their favour.
        marks: what stands for the text of each key in `known`.
        known: answers of earlier builds; only groups that it does not know are read.

    Returns:
        Dropped key -> (most similar kept key, similarity), by dropped key. It does not depend on the order of `rows`.

    Raises:
        ValueError: the threshold is out of range, or bytes are no signature.
    """
    if not THRESHOLD <= threshold <= 1:
        raise ValueError(f"threshold must be at least {THRESHOLD} and at most 1, not {threshold}")
    keys: list[str] = []
    ranks: list[tuple[Any, ...]] = []
    owners: list[int] = []
    widths: list[int] = []
    bands = bytearray()
    for key, rank, data in rows:
        for width, row in read(data).rows:
            owners.append(len(keys))
            widths.append(width)
            bands += row.tobytes()
        keys.append(key)
        ranks.append(rank)
    table = np.frombuffer(bands, "<u4").reshape(-1, BANDS)
    candidates = groups(np.array(owners, np.int64), np.array(widths, np.int64), table, len(keys))
    stays = [key in stay for key in keys]
    ranked = (sorted(group, key=ranks.__getitem__) for group in candidates)
    memory = KnownGroups(known, [marks[key] for key in keys], stays, threshold) if known and marks else None
    found = _decide_ranked(ranked, lambda n: load(keys[n]), threshold, stays, memory)
    return {key: (of, similarity) for key, of, similarity in sorted((keys[n], keys[of], s) for n, of, s in found)}


def _decide_ranked(
    groups: Iterable[list[int]],
    load: Callable[[int], str],
    threshold: float,
    stays: Sequence[bool],
    memory: KnownGroups | None,
) -> Iterator[Verdict]:
    """What goes of groups that are in the order of their ranks."""
    small: list[list[int]] = []
    for group in groups:
        known = memory.recall(group) if memory else None
        if known is not None:
            yield from (Verdict(*verdict) for verdict in known)
        elif len(group) <= MANY:
            small.append(group)
        else:
            found = list(_decide_many(group, load, threshold, stays))
            if memory:
                memory.keep(group, found)
            yield from found
    places = {position: place for group in small for place, position in enumerate(group)}
    for some in _together(small):
        found = list(_decide([some], load, lambda position, _: (places[position],), threshold, {}, stays))
        goes = {verdict.position: verdict for verdict in found}
        if memory:
            for group in some:
                memory.keep(group, [goes[position] for position in group if position in goes])
        yield from found


def _decide_many(
    group: Sequence[int], load: Callable[[int], str], threshold: float, stays: Sequence[bool]
) -> Iterator[Verdict]:
    """What goes of a group so large that its shingles are not held together."""

    def profiles() -> Iterator[Profile]:
        for start in range(0, len(group), BATCH_TEXTS):
            some = group[start : start + BATCH_TEXTS]
            loaded = _load(some, load, threshold)
            for place, position in enumerate(some, start):
                if loaded[position].words:
                    yield _profile(position, loaded[position], (place,), stays=stays[position])

    def again(position: int) -> Profile:
        return _profile(position, _load([position], load, threshold)[position], (), stays=stays[position])

    yield from verdicts_of_many(profiles, again, threshold)


# ---- verification ---------------------------------------------------------------------------------------------------


class _Text(NamedTuple):
    """Number of words of a text, and its shingles by width, still marked with the row of their batch."""

    words: int
    rows: tuple[tuple[int, Numbers], ...]


_Shingles = dict[int, _Text]


def _shingles(batch: Shingled) -> Iterator[_Text]:
    rows: list[list[tuple[int, Numbers]]] = [[] for _ in batch.counts]
    bounds = batch.bounds.tolist()
    for row, (text, width) in enumerate(zip(batch.texts.tolist(), batch.widths.tolist(), strict=True)):
        rows[text].append((width, batch.values[bounds[row] : bounds[row + 1]]))
    for words, found in zip(batch.counts.tolist(), rows, strict=True):
        yield _Text(words, tuple(found))


def _decide(
    bundles: Iterable[list[list[int]]],
    load: Callable[[int], str],
    rank: Callable[[int, int], tuple[Any, ...]],
    threshold: float,
    kept: _Shingles,
    stays: Sequence[bool] = (),
) -> Iterator[Verdict]:
    for some in bundles:
        missing = [position for group in some for position in group if position not in kept]
        loaded = _load(missing, load, threshold)
        for group in some:
            texts = ((position, kept.get(position) or loaded[position]) for position in group)
            profiles = [
                _profile(position, text, rank(position, text.words), stays=bool(stays) and stays[position])
                for position, text in texts
                if text.words
            ]
            yield from verdicts(profiles, threshold)


def _profile(position: int, text: _Text, rank: tuple[Any, ...], *, stays: bool) -> Profile:
    return Profile(position, rank, text.words, {width: unmarked(row) for width, row in text.rows}, stays)


def _load(positions: Sequence[int], load: Callable[[int], str], threshold: float) -> _Shingles:
    found: _Shingles = {}
    rest = iter(positions)
    for some in batches(map(load, positions)):
        found.update((next(rest), text) for text in _shingles(shingled(some, threshold)))
    return found


def _together(candidates: Iterable[list[int]]) -> Iterator[list[list[int]]]:
    """Groups in bundles of a batch, so that small groups do not make small batches."""
    some: list[list[int]] = []
    count = 0
    for group in candidates:
        some.append(group)
        count += len(group)
        if count >= BATCH_TEXTS:
            yield some
            some, count = [], 0
    if some:
        yield some
