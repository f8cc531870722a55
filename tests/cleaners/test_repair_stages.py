"""The stages behind ftfy: what was misread, escaped, lost or spaced comes back, and sound text of any language stays."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.legacy_readings import TAKEN_FOR, WRITTEN, characters, pair_table
from cleaners.repair import STAGES, repair
from cleaners.utf8_readings import table_of
from corpus.document import Hint, build, replay

CASES = json.loads((Path(__file__).parents[1] / "cases" / "mojibake.json").read_text(encoding="utf-8"))
MENDING = tuple(name for name in STAGES if name != "glyphs")
ODD_TEXT = st.text(
    st.sampled_from("aeinrst ÃÂâ€™©®žéèÈÉþðßŕ´`¨?\ufffd&;\\u00e9%C3=E9\n¶™„“ƒ√├®гц茅驕\x85\x92\ue000\uf0b7ﬁ"),
    max_size=60,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_stages(case):
    text = case["text"]
    result = repair(text, stages=MENDING)
    assert result.text == (text if case["expected"] is None else case["expected"])
    assert sorted({edit.label for edit in result.edits}) == case["labels"]
    assert replay(text, result.edits) == result.text


@given(ODD_TEXT)
@settings(max_examples=120, deadline=None)
def test_stages_replay_on_odd_text(text):
    result = repair(text, stages=MENDING)
    assert replay(text, result.edits) == result.text


def test_restored_letters_are_less_sure_than_undone_readings():
    (lost,) = repair("La rivière gelée traversait la for�t déserte.", stages=MENDING).edits
    assert (lost.before, lost.after) == ("�", "ê")
    readings = repair("Les ÈlËves Ètaient fatiguÈs et les maÓtres ÈnervÈs.", stages=MENDING).edits
    assert lost.confidence < 0.9 <= min(edit.confidence for edit in readings)


def test_half_a_text_may_be_sound():
    sound, spoiled = "La forêt était déserte et gelée.", "Les élèves étaient très fatigués."
    damaged = spoiled.encode("cp1252").decode("mac_roman")
    assert repair(f"{sound}\n{damaged}", stages=MENDING).text == f"{sound}\n{spoiled}"


def test_code_is_left_alone():
    damaged = "Les ÈlËves Ètaient fatiguÈs"
    document = build([("Use it so:", "paragraph", 0, Hint()), (damaged, "code", 0, Hint())])
    for name in MENDING:
        assert STAGES[name](document).text.endswith(damaged) or name == "mojibake"


def test_tables_undo_what_the_codecs_do():
    text = "déjà où naïf garçon"
    table = pair_table("cp1252", "macroman")
    assert text.encode("cp1252").decode("mac_roman").translate(table) == text
    assert all(set(characters(name)) <= set(range(0x80, 0x100)) for name in (*WRITTEN, *TAKEN_FOR))
    assert table_of("cp850", None)["├®"][0] == "é"


HOSTILE = [
    "Ã", "é", "\ufffd", "?a", "a ", "´e", "\\u00e9", "%C3%A9", "=E9", "&eacute", "ÈÉ", "þð ", "├® ", "a\u0301\u0323",
    "茅a", "a" * 400 + "é", "q?", "ﬁ", "\uf0b7 x\n", "а ", "Ђѓ", "Ç x È ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_costs_more_than_its_share(piece):
    text = piece * (40_000 // len(piece))
    repair("é", stages=MENDING)
    start = time.process_time()
    result = repair(text, stages=MENDING)
    assert replay(text, result.edits) == result.text
    assert time.process_time() - start < 4


def test_many_different_damaged_words_cost_little():
    letters = random.Random(5)
    words = ("".join(letters.choices("abdeilmnorstuÈË‡Ô√©", k=8)) for _ in range(5_000))
    text = " ".join(words)
    start = time.process_time()
    repair(text, stages=MENDING)
    assert time.process_time() - start < 5
