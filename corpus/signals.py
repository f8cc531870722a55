"""Numbers about a document's text, from which users choose what their corpus should hold.

Numbers only, no thresholds: the thresholds in the literature were found on English pages and do not travel. C4's rule
that a line must end in a full stop keeps 7 % of the French paragraphs that end in a closing guillemet.

Where the numbers come from:

* Gopher: Rae et al. 2021, "Scaling Language Models", appendix A1.1 (quality and repetition filters)
* C4: Raffel et al. 2020, "Exploring the Limits of Transfer Learning", section 2.2
* RedPajama-v2: Together Computer 2023, quality annotations `rps_doc_*` and `rps_lines_*`
* FineWeb: Penedo et al. 2024, "The FineWeb Datasets", section 3.5 (custom filters)

Words are runs of letters and digits of the casefolded text, lines are lines with something on them. Chinese, Japanese
and Thai text, which is written without spaces, has few and long words by this count.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from corpus.document import Document

__all__ = ["measure"]

SHORT_LINE = 30  # characters; FineWeb
BULLETS = tuple("•‣⁃∙▪▫◦●○■□▸▶►➤➢✓✔·*-–\N{FULLWIDTH HYPHEN-MINUS}")  # an em dash begins a line of dialogue in French
ELLIPSES = ("\N{HORIZONTAL ELLIPSIS}", "...")
# Latin and Greek, CJK full and half width, Arabic, Devanagari, Armenian, Ethiopic, Burmese, Khmer
SENTENCE_ENDS = tuple(".!?\N{HORIZONTAL ELLIPSIS}。．！？｡؟۔।॥։።။។")
CLOSING_QUOTES = tuple('»”“"›」』«')  # German closes with “ and with «
_CLOSERS = "\"'’”“»›«‹」』)]）】 \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
SYMBOL_CATEGORIES = frozenset({"Sm", "Sc", "Sk", "So", "Cc", "Cf", "Co", "Cn", "Cs"})
SYMBOL_CHARACTERS = frozenset("#*@\\_{}\N{REPLACEMENT CHARACTER}")  # Unicode counts these among the punctuation

_WORD = re.compile(r"\w+")
_LETTER = re.compile(r"[^\W\d_]")


def measure(document: Document) -> dict[str, float]:
    """The signals of a document; one that cannot be computed (a share of nothing) is absent.

    Lengths are in code points, shares in [0, 1].

    ============================== ============================================================= ======================
    characters, raw_characters     lengths of the clean and the raw text                         RedPajama-v2
    words, mean_word_length        number of words, letters per word                             Gopher
    lines, mean_line_length        number of lines, characters per line                          C4, RedPajama-v2
    short_line_share               lines of fewer than 30 characters                             FineWeb
    punctuation_end_share          lines that end as sentences do, closing quotes included       C4, FineWeb
    bullet_line_share              lines that begin with a bullet or a hyphen                    Gopher
    ellipsis_line_share            lines that end in an ellipsis                                 Gopher
    duplicate_line_share           lines that repeat an earlier line                             Gopher
    duplicate_line_character_share characters in such lines                                      Gopher, FineWeb
    symbol_share, digit_share      signs that are no punctuation, and digits, of the characters  Gopher, RedPajama-v2
                                   that are no white space
    uppercase_share                capitals of the letters                                       RedPajama-v2
    top_bigram_share               letters of words in the most frequent (then longest) pair     Gopher
    stop_word_share                words that are stop words of `document.language`              Gopher, RedPajama-v2
    unique_word_share              distinct words per word                                       RedPajama-v2
    alphabetic_word_share          stretches between white space with a letter in them           Gopher
    removed_share, repaired_share  characters of the raw text removed, repaired                  the ledger
    ============================== ============================================================= ======================
    """
    text = document.text
    signals: dict[str, float] = {"characters": len(text), "raw_characters": len(document.raw_text)}
    signals.update(_of_lines([line for line in map(str.strip, text.splitlines()) if line]))
    signals.update(_of_characters(Counter(text)))
    signals.update(_of_words(_WORD.findall(text.casefold()), _stop_words().get(document.language or "")))
    signals.update(_of_tokens(text.split()))
    signals.update(_of_edits(document))
    return signals


def _of_lines(lines: Sequence[str]) -> dict[str, float]:
    number = len(lines)
    if not number:
        return {"lines": 0}
    characters = sum(map(len, lines))
    distinct = set(lines)
    return {
        "lines": number,
        "mean_line_length": characters / number,
        "short_line_share": sum(len(line) < SHORT_LINE for line in lines) / number,
        "punctuation_end_share": sum(map(_ends_like_a_sentence, lines)) / number,
        "bullet_line_share": sum(map(_is_bullet, lines)) / number,
        "ellipsis_line_share": sum(line.endswith(ELLIPSES) for line in lines) / number,
        "duplicate_line_share": (number - len(distinct)) / number,
        "duplicate_line_character_share": (characters - sum(map(len, distinct))) / characters,
    }


def _ends_like_a_sentence(line: str) -> bool:
    return line.endswith(SENTENCE_ENDS + CLOSING_QUOTES) or line.rstrip(_CLOSERS).endswith(SENTENCE_ENDS)


def _is_bullet(line: str) -> bool:
    """A hyphen or asterisk must stand apart: `-5 °C` and `*emphasis*` are no list items."""
    return line.startswith(BULLETS) and (line[0] not in "-–*·" or line[1:2].isspace())


def _of_characters(counts: Mapping[str, int]) -> dict[str, float]:
    totals: Counter[str] = Counter()
    for character, count in counts.items():
        for group in _groups(character):
            totals[group] += count
    signals: dict[str, float] = {}
    if totals["visible"]:
        signals["symbol_share"] = totals["symbol"] / totals["visible"]
        signals["digit_share"] = totals["digit"] / totals["visible"]
    if totals["letter"]:
        signals["uppercase_share"] = totals["uppercase"] / totals["letter"]
    return signals


@cache  # bounded by the number of characters that there are
def _groups(character: str) -> tuple[str, ...]:
    if character.isspace():
        return ()
    category = unicodedata.category(character)
    if category == "Nd":
        return ("visible", "digit")
    if category in SYMBOL_CATEGORIES or character in SYMBOL_CHARACTERS:
        return ("visible", "symbol")
    if category.startswith("L"):
        return ("visible", "letter", "uppercase") if category in {"Lu", "Lt"} else ("visible", "letter")
    return ("visible",)


def _of_words(words: Sequence[str], stop_words: frozenset[str] | None) -> dict[str, float]:
    number = len(words)
    if not number:
        return {"words": 0}
    letters = sum(map(len, words))
    counts = Counter(words)
    signals: dict[str, float] = {
        "words": number,
        "mean_word_length": letters / number,
        "unique_word_share": len(counts) / number,
    }
    pairs = Counter(pairwise(words))
    if pairs:
        most = max(pairs.values())
        longest = max(len(one) + len(other) for (one, other), count in pairs.items() if count == most)
        signals["top_bigram_share"] = min(1.0, most * longest / letters)  # pairs overlap where one word is repeated
    if stop_words:
        signals["stop_word_share"] = sum(counts[word] for word in counts.keys() & stop_words) / number
    return signals


def _of_tokens(tokens: Sequence[str]) -> dict[str, float]:
    if not tokens:
        return {}
    mixed = [token for token in tokens if not token.isalpha()]
    without = len(mixed) - sum(map(bool, map(_LETTER.search, mixed)))
    return {"alphabetic_word_share": 1 - without / len(tokens)}


def _of_edits(document: Document) -> dict[str, float]:
    """Shares of the raw text. What a removal left of its span (an earlier repair in it) counts as kept."""
    raw = len(document.raw_text)
    if not raw:
        return {}
    removed = sum(max(0, len(e.before) - len(e.after)) for e in document.edits if e.action == "remove")
    repaired = sum(len(e.before) for e in document.edits if e.action == "repair")
    return {"removed_share": removed / raw, "repaired_share": repaired / raw}


@cache
def _stop_words() -> dict[str, frozenset[str]]:
    """Stop words by language (ISO 639-1), read once."""
    text = (Path(__file__).parent / "data" / "stop_words.toml").read_text(encoding="utf-8")
    return {language: frozenset(words.split()) for language, words in tomllib.loads(text).items()}
