"""Repair of mojibake and its neighbours, behind a gate that lets pass what there is to repair."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import ftfy
import pytest
from ftfy.badness import MOJIBAKE_CATEGORIES
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.mojibake import CONFIG, repair_mojibake, suspicious_lines
from cleaners.normal_form import composition_spans
from cleaners.repair import STAGES, is_healthy, repair
from cleaners.spans import changed_spans
from corpus.document import Hint, build, replay
from corpus.errors import LimpideError
from corpus.marks import has_long_marks
from extractors import RawItem
from extractors.text import extract_text

CASES = json.loads((Path(__file__).parents[1] / "cases" / "clean_repair.json").read_text(encoding="utf-8"))

SIGNS = "".join(MOJIBAKE_CATEGORIES[key].replace("-", "") for key in sorted(MOJIBAKE_CATEGORIES))
ODD_TEXT = st.text(
    st.sampled_from(SIGNS + "abzAZ œŒÂÃâ€™вЂГ\x85\x9c\ufb01&;#x41<\x1b[m\ue000\ufffd\n\u0301 09?"), max_size=40
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_repair(case):
    text = case["text"]
    result = repair(text)
    assert result.text == (text if case["expected"] is None else case["expected"])
    assert sorted({edit.label for edit in result.edits}) == case["labels"]
    assert replay(text, result.edits) == result.text


def test_edits_cover_the_spoiled_letters_only():
    edits = repair("Le cafÃ© est ouvert, la pâtisserie fermÃ©e.").edits
    assert [edit.before for edit in edits] == ["Ã©", "Ã©"]
    assert [edit.after for edit in edits] == ["é", "é"]


@given(ODD_TEXT)
@settings(max_examples=1500, deadline=None)
def test_gate_passes_every_line_that_ftfy_changes(text):
    passed = [text[start:end] for start, end in suspicious_lines(text)]
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        if ftfy.fix_text(line, CONFIG) != line:
            assert any(line in piece for piece in passed)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_repair_replays_on_any_text(text):
    result = repair(text)
    assert replay(text, result.edits) == result.text


@given(ODD_TEXT, ODD_TEXT)
@settings(max_examples=500, deadline=None)
def test_changed_spans_turn_one_line_into_the_other(old, new):
    pieces, position = [], 0
    for start, end, after in changed_spans(old, new):
        assert start >= position
        pieces += [old[position:start], after]
        position = end
    assert "".join([*pieces, old[position:]]) == new


def test_references_stay_in_code():
    document = build([("Use it so:", "paragraph", 0, Hint()), ("if a &amp;&amp; b: pass", "code", 0, Hint())])
    assert repair_mojibake(document) == document


def test_what_lies_between_blocks_is_not_turned_into_text():
    document = extract_text(RawItem("un\x85\n\x85\ndeux"))
    repaired = repair_mojibake(document)
    assert [repaired.block_text(block) for block in repaired.kept_blocks()] == ["un", "deux"]


def test_unknown_stage_is_named_with_the_known_ones():
    with pytest.raises(LimpideError, match=r"no repair stage is called 'magic'.*mojibake"):
        repair("text", stages=["magic"])


def test_stages_can_be_chosen_and_families_left_out():
    assert repair("cafÃ©", stages=[]).text == "cafÃ©"
    assert repair("cafÃ©", stages=list(STAGES)).text == "café"
    assert repair("cafÃ©", without=["no such family"]).text == "café"


def test_endless_marks_are_left_alone_and_cost_little():
    text = "e\u0301t\u0301 " + "a" + "\u0301\u0323" * 100_000 + "\nfin e\u0301te\u0301"
    start = time.process_time()
    assert has_long_marks(text)
    result = repair(text)
    assert time.process_time() - start < 5
    assert result.text.endswith("\nfin été")
    assert "\u0301\u0323" * 1000 in result.text


def test_composition_spans_of_composed_text_are_none():
    assert list(composition_spans("été, œuvre, Việt, 한글")) == []


@pytest.mark.parametrize("piece", ["Ã©Ã ", "&amp;amp;", "â€™", "Ã", "œ ", "\x93", "&"])
def test_long_lines_cost_little(piece):
    start = time.process_time()
    text = piece * (200_000 // len(piece))
    result = repair(text)
    assert replay(text, result.edits) == result.text
    assert time.process_time() - start < 10


@given(st.text(st.sampled_from("abcdeéèàœñ AB’-.12"), max_size=30))
@settings(max_examples=300, deadline=None)
def test_no_stage_finds_anything_in_what_is_healthy_at_a_glance(value):
    assert not is_healthy(value) or repair(value).text == value


def test_names_are_healthy_at_a_glance_and_what_may_be_damaged_is_not():
    assert is_healthy("Le Monde")
    assert is_healthy("Hélène Lefèvre")
    assert not any(map(is_healthy, ["HÃ©lÃ¨ne", "Caf&eacute;", "B u l l e t i n", "0LVH HQ °XYUH", " Le Monde"]))
