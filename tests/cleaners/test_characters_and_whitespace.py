"""Characters without meaning go, white space becomes uniform, and nothing else changes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.characters import clean_characters
from cleaners.whitespace import clean_whitespace
from corpus.document import Document, Hint, build, remove, replay
from extractors import RawItem
from extractors.text import extract_text

FOLDER = Path(__file__).parents[1] / "cases"
CHARACTERS = json.loads((FOLDER / "clean_characters.json").read_text(encoding="utf-8"))
WHITESPACE = json.loads((FOLDER / "clean_whitespace.json").read_text(encoding="utf-8"))


def plain(text: str) -> Document:
    return Document(raw_text=text, text=text)


@pytest.mark.parametrize("case", CHARACTERS, ids=lambda case: case["label"])
def test_characters(case):
    document = clean_characters(plain(case["text"]))
    assert document.text == (case["text"] if case["expected"] is None else case["expected"])
    assert replay(document.raw_text, document.edits) == document.text
    assert {edit.label for edit in document.edits} <= {"control-character", "unicode"}


@pytest.mark.parametrize("case", WHITESPACE, ids=lambda case: case["label"])
def test_whitespace(case):
    document = clean_whitespace(plain(case["text"]))
    assert document.text == (case["text"] if case["expected"] is None else case["expected"])
    assert replay(document.raw_text, document.edits) == document.text
    assert {edit.label for edit in document.edits} <= {"whitespace"}


def test_tab_stays_between_the_cells_of_a_row():
    document = build([("Ada \t  12", "table_row", 0, Hint()), ("Ada\t12", "paragraph", 0, Hint())])
    assert clean_whitespace(document).text == "Ada\t12\n\nAda 12"


def test_code_keeps_its_indentation():
    document = build([("x  =", "paragraph", 0, Hint()), ("if x:\n        y  =  1\n\n\n\n    z", "code", 0, Hint())])
    assert clean_whitespace(document).text == "x =\n\nif x:\n        y  =  1\n\n\n\n    z"


def test_a_block_of_nothing_but_invisible_characters_is_gone():
    document = clean_whitespace(clean_characters(extract_text(RawItem("un\n\n\u200b\n\ndeux"))))
    assert document.text == "un\n\ndeux"
    assert [document.block_text(block) for block in document.kept_blocks()] == ["un", "deux"]


def test_white_space_around_an_earlier_removal_keeps_the_label_of_the_removal():
    document = plain("un\n\n\n[advert]\n\n\ndeux")
    start = document.text.index("[")
    document = document.apply([remove(start, start + len("[advert]"), "advert", "here")])
    cleaned = clean_whitespace(document)
    assert cleaned.text == "un\n\ndeux"
    assert [edit.label for edit in cleaned.edits if edit.before == "[advert]"] == ["advert"]


@given(st.text(st.sampled_from("ab \t\n\r\u00a0\u202f\u2003\x0c\x85\u2028»:!"), max_size=60))
@settings(max_examples=500, deadline=None)
def test_words_are_neither_joined_nor_parted(text):
    cleaned = clean_whitespace(plain(text)).text
    assert re.split(r"\s+", cleaned.strip()) == re.split(r"\s+", text.strip())
    assert clean_whitespace(plain(cleaned)).text == cleaned
    assert cleaned == cleaned.strip()
    assert "\n\n\n" not in cleaned


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_characters_replay_and_settle(text):
    document = clean_characters(plain(text))
    assert replay(text, document.edits) == document.text
    assert clean_characters(plain(document.text)).text == document.text
