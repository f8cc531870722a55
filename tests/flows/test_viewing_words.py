"""What is typed into the search field, as patterns: the same in Python and in Arrow's RE2."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from flows.viewer_words import MOST_TERMS, any_of, pattern, terms


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ()),
        ("  ", ()),
        ("two words", ("two", "words")),
        ('one "a  phrase" more', ("one", "a phrase", "more")),
        ('"not closed', ("not closed",)),
        ("« mise en œuvre »", ("mise en œuvre",)),
        ('""', ()),
        ("twice twice", ("twice",)),
        ("a\ud800b", ("ab",)),
        (" ".join(map(str, range(99))), tuple(map(str, range(MOST_TERMS)))),
    ],
)
def test_words_stand_alone_and_phrases_in_quotes(query, wanted):
    assert terms(query) == wanted


@pytest.mark.parametrize(
    ("term", "text", "places"),
    [
        ("oeuvre", "Mise en ŒUVRE", ["ŒUVRE"]),
        ("œuvre", "oeuvre", ["oeuvre"]),
        ("strasse", "STRASSE Straße", ["STRASSE", "Straße"]),
        ("ete", "été E\u0301te\u0301 ÉTÉ", ["été", "E\u0301te\u0301", "ÉTÉ"]),
        ("été", "ete", ["ete"]),
        ("l'été", "l’ete", ["l’ete"]),
        ("office", "of\N{LATIN SMALL LIGATURE FI}ce o\N{LATIN SMALL LIGATURE FFI}ce", 2),
        ("mise en œuvre", "mise\N{NO-BREAK SPACE}en\n œuvre", 1),
        ("ελληνικα", "ΕΛΛΗΝΙΚΆ Ελληνικά", 2),
        ("ежик", "Ёжик ёжик", 2),
        ("한국", "한국 사람", ["한국"]),
        ("ab", "ＡＢ", ["ＡＢ"]),
        ("kitab", "ki\N{SOFT HYPHEN}tab", 1),
        ("كتاب", "كِتَاب", 1),
        ("[.*]\\^-", "a [.*]\\^- b", ["[.*]\\^-"]),
        ("\0", "a\0b", ["\0"]),
        (".", "abc", []),
        ("en", "or", []),
    ],
)
def test_case_accents_and_ligatures_do_not_part_a_term_from_its_places(term, text, places):
    found = re.findall(pattern(term), text)
    assert (found if isinstance(places, list) else len(found)) == places
    assert pc.match_substring_regex(pa.array([text]), pattern(term)).to_pylist() == [bool(found)]
    assert any_of((term,)).findall(text) == found
