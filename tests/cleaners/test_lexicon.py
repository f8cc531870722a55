"""The lexicon: what words and letters cost, and where the arrays live."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cleaners import lexicon_arrays
from cleaners.lexicon import (
    LANGUAGES,
    LATIN_LANGUAGES,
    frequency_anywhere,
    is_common,
    lexicon,
    word_key,
    zipf_anywhere,
    zipf_by_language,
)
from cleaners.lexicon_arrays import build_arrays, load_arrays, load_union


def test_common_words_are_more_frequent_than_rare_ones_and_unknown_ones_have_none():
    french = lexicon("fr")
    assert french.frequency("maison") > french.frequency("partenariat") > 0
    assert french.frequency("xqzzv") == 0
    assert not french.known("xqzzv")


def test_case_does_not_matter():
    assert lexicon("fr").frequency("École") == lexicon("fr").frequency("école") > 4


def test_many_words_at_once_get_the_same_frequencies():
    words = ["maison", "xqzzv", "de", "Château"]
    french = lexicon("fr")
    keys = np.array([word_key(word) for word in words])
    assert french.zipf_of_keys(keys) == pytest.approx([french.frequency(word) for word in words], abs=1e-4)


def test_a_word_of_any_main_language_is_known_somewhere():
    found = zipf_anywhere(["maison", "schwierig", "książka", "xqzzv"])
    assert (found > 0).tolist() == [True, True, True, False]


def test_all_languages_at_once_and_each_by_itself_agree():
    words = ["maison", "Schwierig", "książka", "xqzzv", "the"]
    found = zipf_by_language(words)
    for language, row in zip(LATIN_LANGUAGES, found, strict=True):
        assert row == pytest.approx([lexicon(language).frequency(word) for word in words], abs=1e-4)
    assert found.max(axis=0) == pytest.approx([frequency_anywhere(word) for word in words], abs=1e-4)


def test_common_words_are_words_of_a_main_language():
    assert is_common("Maison")
    assert is_common("the")
    assert not is_common("xqzzv")
    assert not is_common("rozhodnutí")


def test_letter_probabilities_sum_to_one():
    italian = lexicon("it")
    size = len(italian.alphabet) + 1
    assert italian.letters.shape == (size,) * 4
    sums = np.exp(italian.letters[0, :, :].astype(np.float64)).sum(axis=-1)
    assert np.allclose(sums, 1, atol=1e-3)


def test_a_language_without_lexicon_is_a_key_error():
    with pytest.raises(KeyError):
        lexicon("tlh")
    assert "fr" in LANGUAGES


def test_the_second_reader_maps_the_same_arrays_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = load_arrays("ro", word_key)
    folder = lexicon_arrays.cache_folder()
    assert [path.name for path in folder.iterdir()] == ["ro"]
    second = load_arrays("ro", word_key)
    assert isinstance(second.keys, np.memmap)
    assert np.array_equal(first.keys, second.keys)
    assert np.array_equal(first.letters, second.letters)


def test_the_languages_together_are_kept_in_the_cache_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = load_union(("ro",), 1, word_key)
    assert sorted(path.name for path in lexicon_arrays.cache_folder().glob("*")) == ["ro", "together-ro"]
    second = load_union(("ro",), 1, word_key)
    assert isinstance(second.keys, np.memmap)
    assert np.array_equal(first.centibels, second.centibels)
    assert second.common == first.common


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert len(load_arrays("ro", word_key).keys) > 10_000


def test_a_damaged_cache_is_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = lexicon_arrays.cache_folder() / "ro"
    folder.mkdir(parents=True)
    (folder / "keys.npy").write_bytes(b"")
    assert len(load_arrays("ro", word_key).keys) > 10_000
    assert isinstance(load_arrays("ro", word_key).keys, np.memmap)


def test_arrays_do_not_depend_on_the_hash_seed():
    code = (
        "from cleaners.lexicon_arrays import build_arrays; from cleaners.lexicon import word_key; import hashlib;"
        "a = build_arrays('ro', word_key); print(hashlib.sha256(a.keys.tobytes() + a.letters.tobytes()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    seeds = ("1", "2")
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=root, env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in seeds
    }  # fmt: skip
    assert len(outputs) == 1
    assert build_arrays("ro", word_key).alphabet.startswith("abc")


def test_a_user_without_a_home_has_the_words_all_the_same(monkeypatch):
    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", {}.__getitem__)  # the user is a number without a name
    assert len(load_arrays("ro", word_key).keys)
