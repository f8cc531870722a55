"""The arrays behind `cleaners.lexicon`: built from wordfreq's lists, kept in the user's cache directory.

A folder per language, written under a temporary name and renamed, so a reader sees all of it or nothing, and of two
processes that build at once one wins with the same bytes. The name holds wordfreq's version and `LAYOUT`.
"""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

LAYOUT = 1
"""Counted up whenever what the arrays hold changes."""

MAX_LETTERS = 44  # with the border 45 ** 4 floats, 16 MB; French uses 41 letters, Polish 35
_LEAST_SHARE = 2e-6  # of all letters; rarer ones come from foreign names
_LETTER_WORDS = 40_000  # words for the letter statistics; the rest of the lists adds names and typing errors
_BACKOFF = 2e-6  # weight of a shorter context, in the same unit as the counts (shares of running text)


class Arrays(NamedTuple):
    """What is kept of a language. keys are sorted and parallel to centibels."""

    keys: NDArray[np.uint64]
    centibels: NDArray[np.uint16]
    letters: NDArray[np.float32]
    alphabet: str


class Union(NamedTuple):
    """The words of several languages in one table: one look-up tells of all of them.

    Attributes:
        keys: sorted.
        centibels: a row per key and a column per language, NOWHERE where the language does not have the word.
        best: the least of the first languages, by key: by itself it is small, and soon in memory.
        common: the most frequent words of the first languages, parted by line feeds.
    """

    keys: NDArray[np.uint64]
    centibels: NDArray[np.uint16]
    best: NDArray[np.uint16]
    common: str


NOWHERE = 0xFFFF
_COMMON_WORDS = 10_000  # per language


@functools.cache
def _edition() -> str:
    return version("wordfreq")  # reads and parses the metadata of a package


def cache_folder() -> Path:
    """Where arrays are kept: $XDG_CACHE_HOME/limpide or ~/.cache/limpide; where nothing can be for want of a home."""
    try:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError:  # users of containers may be a number, without name and home
        base = os.devnull
    return Path(base) / "limpide" / f"lexicon-{_edition()}-{LAYOUT}"


def load_arrays(language: str, key: Callable[[str], int]) -> Arrays:
    """The arrays of a language from the cache, else built and, if possible, kept there."""
    folder = cache_folder() / language
    kept = _read(folder)
    if kept is not None:
        return kept
    built = build_arrays(language, key)
    try:
        arrays: dict[str, NDArray[Any]] = {
            "keys": built.keys,
            "centibels": built.centibels,
            "letters": built.letters,
        }
        _write(folder, arrays, "alphabet.txt", built.alphabet, lambda: _read(folder) is not None)
    except OSError:
        return built  # read-only home, full disk: the arrays in memory serve as well
    return _read(folder) or built


def load_union(languages: Sequence[str], main: int, key: Callable[[str], int]) -> Union:
    """The words of several languages, the first `main` of them with their common words.

    They come from the cache, else they are put together and, if possible, kept there.
    """
    folder = cache_folder() / "-".join(("together", *languages))
    kept = _read_union(folder)
    if kept is not None:
        return kept
    built = _build_union(languages, main, key)
    try:
        arrays: dict[str, NDArray[Any]] = {"keys": built.keys, "centibels": built.centibels, "best": built.best}
        _write(folder, arrays, "common.txt", built.common, lambda: _read_union(folder) is not None)
    except OSError:
        return built
    return _read_union(folder) or built


def _read_union(folder: Path) -> Union | None:
    try:
        keys, centibels, best = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in Union._fields[:3])
        return Union(keys, centibels, best, (folder / "common.txt").read_text(encoding="utf-8"))
    except (OSError, ValueError, EOFError):
        return None


def _build_union(languages: Sequence[str], main: int, key: Callable[[str], int]) -> Union:
    arrays = [load_arrays(language, key) for language in languages]
    keys = np.unique(np.concatenate([each.keys for each in arrays]))
    centibels = np.full((len(keys), len(languages)), NOWHERE, dtype=np.uint16)
    for column, each in enumerate(arrays):
        centibels[np.searchsorted(keys, each.keys), column] = each.centibels
    common = dict.fromkeys(
        word
        for language in languages[:main]
        for word, _ in islice(word_list(language), _COMMON_WORDS)
        if word.isalpha()
    )
    return Union(keys, centibels, centibels[:, :main].min(axis=1), "\n".join(common))


def _read(folder: Path) -> Arrays | None:
    try:
        keys, centibels, letters = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in Arrays._fields[:3])
        alphabet = (folder / "alphabet.txt").read_text(encoding="utf-8")
    except (OSError, ValueError, EOFError):
        return None
    return Arrays(keys, centibels, letters, alphabet)


def _write(folder: Path, arrays: Mapping[str, NDArray[Any]], name: str, text: str, kept: Callable[[], bool]) -> None:
    """Write the arrays and the text of a folder; `kept` tells whether a folder that is there already can be read."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for field, array in arrays.items():
            np.save(temporary / f"{field}.npy", array)
        (temporary / name).write_text(text, encoding="utf-8")
        if not kept():
            shutil.rmtree(folder, ignore_errors=True)  # a damaged one
            temporary.rename(folder)
    except OSError:
        if not kept():  # else another process was first
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


# ---- building -------------------------------------------------------------------------------------------------------


def word_list(language: str) -> Iterator[tuple[str, int]]:
    """wordfreq's best list of a language as (word, centibels below certainty), most frequent first."""
    import wordfreq  # noqa: PLC0415 - its import costs .3 s and is needed only to build

    path = wordfreq.available_languages("best")[language]
    for centibels, words in enumerate(wordfreq.read_cBpack(str(path))):
        for word in words:
            yield word, centibels


def build_arrays(language: str, key: Callable[[str], int]) -> Arrays:
    """Read wordfreq's list of a language and count its letters."""
    words = list(word_list(language))
    keys = np.fromiter((key(word) for word, _ in words), dtype=np.uint64, count=len(words))
    centibels = np.fromiter((value for _, value in words), dtype=np.uint16, count=len(words))
    keys, first = np.unique(keys, return_index=True)
    common = [(word, 10 ** (-value / 100)) for word, value in words[:_LETTER_WORDS] if word.isalpha()]
    alphabet = _alphabet(common)
    return Arrays(keys, centibels[first], _letter_model(common, alphabet), alphabet)


def _alphabet(words: list[tuple[str, float]]) -> str:
    shares: dict[str, float] = {}
    for word, share in words:
        for letter in word:
            shares[letter] = shares.get(letter, 0.0) + share
    total = sum(shares.values())
    ranked = sorted((-share, letter) for letter, share in shares.items() if share > _LEAST_SHARE * total)
    return "".join(sorted(letter for _, letter in ranked[:MAX_LETTERS]))


def _letter_model(words: list[tuple[str, float]], alphabet: str) -> NDArray[np.float32]:
    """Interpolated 4-grams: each context leans on the shorter one with a fixed weight (Witten-Bell in spirit)."""
    size = len(alphabet) + 1
    index = {letter: i for i, letter in enumerate(alphabet, 1)}
    codes: list[int] = []
    weights: list[float] = []
    for word, share in words:
        if all(letter in index for letter in word):
            codes += [0, 0, 0, *(index[letter] for letter in word), 0]
            weights += [0.0, 0.0, 0.0, *([share] * (len(word) + 1))]
    text = np.array(codes, dtype=np.int64)
    share_of = np.array(weights)
    model = np.full(size, 1 / size)
    for order in range(4):
        place = np.zeros(len(text) - 3, dtype=np.int64)
        for back in range(order, -1, -1):
            place = place * size + text[3 - back : len(text) - back]
        counts = np.bincount(place, weights=share_of[3:], minlength=size ** (order + 1)).reshape(-1, size)
        shorter = model.reshape(-1, size)
        shorter = np.tile(shorter, (counts.shape[0] // shorter.shape[0], 1))
        model = (counts + _BACKOFF * shorter) / (counts.sum(axis=1, keepdims=True) + _BACKOFF)
    logarithms: npt.NDArray[np.float32] = np.log(model).astype(np.float32).reshape((size,) * 4)
    return logarithms
