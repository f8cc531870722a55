"""Whether a hyphen at the end of a line stays."""

import json
from pathlib import Path

import pytest

from cleaners.hyphenation import is_cut, speller
from cleaners.layout_lines import line_join

CASES = json.loads((Path(__file__).parent.parent / "cases" / "layout_hyphens.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_two_lines_are_joined_as_their_words_ask(case):
    before, after = case["before"], case["after"]
    text = f"{before}\n{after}"
    change = line_join(len(before), len(before) + 1, before, after, speller(text, "fr"))
    assert text[: change.start] + change.after + text[change.end :] == case["joined"]
    assert change.action == "join"


def test_what_the_document_writes_elsewhere_decides_first():
    compound = speller("Le lave-linge du ponton. Un autre lave-linge.", "fr")
    whole = speller("Le lavelinge du ponton. Un autre lavelinge.", "fr")
    assert not is_cut("le lave-", "linge", compound)
    assert is_cut("le lave-", "linge", whole)


def test_unknown_words_of_an_unknown_language_are_joined():
    assert is_cut("zorblé-", "quantix", speller("", "xx"))


def test_the_language_is_guessed_from_function_words():
    assert is_cut("the govern-", "ment of the river", speller("the boat and the river of the people in it", None))
