"""How edits of several cleaners meet: one example per rule, then any sequence of changes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import LedgerError
from corpus.ledger import Change, compose, join, mark, normalise, remove, repair, replay, settle


def run(raw, *steps):
    """Compose steps, each a list of changes in offsets of the text before it. Returns the text and the edits."""
    text, edits = raw, []
    for changes in steps:
        text, edits = compose(raw, text, edits, settle(text, changes))
    return text, edits


def assert_true_to_both_texts(raw, text, edits):
    assert replay(raw, edits) == text
    raw_position = position = 0
    for edit in edits:
        assert raw_position <= edit.raw_start <= edit.raw_end
        assert position <= edit.start <= edit.end
        assert edit.start - position == edit.raw_start - raw_position, "what lies between two edits is unchanged"
        assert raw[edit.raw_start : edit.raw_end] == edit.before
        assert text[edit.start : edit.end] == edit.after
        raw_position, position = edit.raw_end, edit.end


def assert_minimal(edits):
    for edit in edits:
        if edit.action == "mark":
            assert edit.before == edit.after != ""
            continue
        assert edit.before != edit.after
        if edit.before and edit.after:
            assert edit.before[0] != edit.after[0]
            assert edit.before[-1] != edit.after[-1]
    insertions = [edit.raw_start for edit in edits if edit.raw_start == edit.raw_end]
    assert len(insertions) == len(set(insertions)), "two insertions at one raw offset have no order"


# ---- one cleaner ----------------------------------------------------------------------------------------------------


def test_a_change_becomes_an_edit_with_offsets_into_both_texts():
    text, edits = run("un deux trois", [remove(0, 3, "advert", "r"), repair(8, 13, "TROIS", "mojibake", "m", 0.7)])
    assert text == "deux TROIS"
    assert edits[0] == (0, 3, 0, 0, "remove", "advert", "r", "un ", "", 1.0)
    assert edits[1] == (8, 13, 5, 10, "repair", "mojibake", "m", "trois", "TROIS", 0.7)


def test_changes_may_come_in_any_order():
    forward = [remove(0, 3, "advert", "r"), repair(8, 13, "3", "mojibake", "m")]
    assert run("un deux trois", forward) == run("un deux trois", forward[::-1])


def test_what_before_and_after_have_in_common_is_trimmed():
    _, (edit,) = run("le château", [repair(3, 10, "chÂteau", "mojibake", "m")])
    assert (edit.raw_start, edit.raw_end, edit.before, edit.after) == (5, 6, "â", "Â")


def test_trimming_does_not_count_a_character_twice():
    text, (edit,) = run("aaa", [repair(0, 3, "aa", "mojibake", "m")])
    assert text == "aa"
    assert (edit.before, edit.after) == ("a", "")


@pytest.mark.parametrize(
    "change", [repair(0, 3, "mot", "mojibake", "m"), repair(1, 1, "", "mojibake", "m"), remove(2, 2, "advert", "r")]
)
def test_a_change_that_changes_nothing_is_left_out(change):
    assert run("mot", [change]) == ("mot", [])


def test_two_changes_that_only_touch_stay_two_edits():
    _, edits = run("abcd", [remove(0, 2, "advert", "first"), remove(2, 4, "navigation", "second")])
    assert [(e.before, e.label) for e in edits] == [("ab", "advert"), ("cd", "navigation")]


# ---- several cleaners -----------------------------------------------------------------------------------------------


def test_a_change_over_an_earlier_edit_is_one_edit_over_the_union_of_both():
    first = [repair(2, 4, "XY", "mojibake", "decode", 0.9)]
    second = [repair(3, 6, "Zz", "glyph-map", "decipher", 0.6)]  # begins inside the output of the first
    text, (edit,) = run("abcdefgh", first, second)
    assert text == "abXZzgh"
    assert (edit.raw_start, edit.raw_end, edit.before, edit.after) == (2, 6, "cdef", "XZz")


def test_the_union_has_action_and_label_of_the_later_the_smaller_confidence_and_both_rules():
    first = [repair(2, 4, "XY", "mojibake", "decode", 0.4)]
    _, (edit,) = run("abcdefgh", first, [normalise(2, 4, "x", "unicode", "nfc", 0.8)])
    assert (edit.action, edit.label, edit.confidence, edit.rule) == ("normalise", "unicode", 0.4, "decode+nfc")


def test_a_rule_is_named_once_however_often_it_took_part():
    steps = [[repair(0, 1, letter, "mojibake", rule)] for letter, rule in (("b", "r"), ("c", "s"), ("d", "r"))]
    _, (edit,) = run("a", *steps)
    assert edit.rule == "r+s"


def test_one_change_takes_in_all_the_edits_it_touches():
    first = [repair(1, 2, "B", "mojibake", "m"), repair(4, 5, "E", "mojibake", "n")]
    text, (edit,) = run("abcdef", first, [repair(0, 6, "zzz", "glyph-map", "g")])
    assert (text, edit.before, edit.after, edit.rule) == ("zzz", "abcdef", "zzz", "m+n+g")


def test_two_changes_over_one_earlier_edit_become_one_with_it():
    text, (edit,) = run(
        "ab",
        [repair(1, 2, "XYZ", "mojibake", "m")],
        [repair(1, 2, "1", "escape", "e"), repair(3, 4, "2", "escape", "e")],
    )
    assert text == "a1Y2"
    assert (edit.before, edit.after, edit.rule) == ("b", "1Y2", "m+e")


def test_a_change_beside_an_earlier_edit_leaves_it_alone():
    _, edits = run(
        "abcdef",
        [repair(2, 3, "X", "mojibake", "m")],
        [repair(3, 4, "Y", "escape", "e"), repair(0, 1, "Z", "escape", "e")],
    )
    assert [(e.before, e.after, e.rule) for e in edits] == [("a", "Z", "e"), ("c", "X", "m"), ("d", "Y", "e")]


def test_an_edit_that_a_later_change_takes_back_disappears():
    assert run("abc", [repair(1, 2, "X", "mojibake", "m")], [repair(1, 2, "b", "mojibake", "n")]) == ("abc", [])


def test_a_removal_swallows_the_edits_inside_it():
    first = [repair(4, 5, "X", "mojibake", "m", 0.2), remove(6, 7, "page-number", "p", 0.3)]
    text, (edit,) = run("un deux trois", first, [remove(3, 7, "advert", "block", 0.9)])
    assert text == "un trois"
    assert (edit.action, edit.label, edit.rule, edit.confidence) == ("remove", "advert", "block", 0.9)
    assert edit.before == "deux "


def test_a_removal_that_takes_only_a_part_of_a_repair_says_so():
    text, (edit,) = run("abc", [repair(1, 2, "XY", "mojibake", "m")], [remove(2, 4, "advert", "r")])
    assert text == "aX"
    assert (edit.before, edit.after, edit.action, edit.rule) == ("bc", "X", "remove", "m+r")


def test_a_removal_at_the_edge_of_an_earlier_one_stays_an_edit_of_its_own():
    _, edits = run("abcdef", [remove(2, 4, "advert", "first")], [remove(2, 3, "navigation", "second")])
    assert [(e.before, e.label) for e in edits] == [("cd", "advert"), ("e", "navigation")]


# ---- marks ----------------------------------------------------------------------------------------------------------


def test_a_mark_changes_nothing_and_is_recorded():
    text, (edit,) = run("0LVH HQ", [mark(0, 4, "0LVH HQ", "glyph-map-suspected", "words", 0.5)])
    assert text == "0LVH HQ"
    assert (edit.action, edit.before, edit.after) == ("mark", "0LVH", "0LVH")


def test_a_mark_goes_around_the_edits_inside_its_span():
    text, edits = run("abcdef", [repair(2, 4, "X", "mojibake", "m")], [mark(0, 5, "abXef", "glyph-map-suspected", "s")])
    assert text == "abXef"
    assert [(e.action, e.before) for e in edits] == [("mark", "ab"), ("repair", "cd"), ("mark", "ef")]


def test_a_later_change_cuts_its_piece_out_of_a_mark():
    _, edits = run("abcdef", [mark(0, 6, "abcdef", "glyph-map-suspected", "s")], [repair(2, 4, "X", "mojibake", "m")])
    assert [(e.action, e.before, e.after) for e in edits] == [
        ("mark", "ab", "ab"),
        ("repair", "cd", "X"),
        ("mark", "ef", "ef"),
    ]
    assert edits[1].rule == "m"


def test_a_removal_takes_marks_along():
    assert run("abc def", [mark(4, 7, "abc def", "glyph-map-suspected", "s")], [remove(3, 7, "advert", "r")])[1] == [
        (3, 7, 3, 3, "remove", "advert", "r", " def", "", 1.0)
    ]


def test_white_space_alone_is_not_marked():
    assert run("a  b", [mark(1, 3, "a  b", "glyph-map-suspected", "s")])[1] == []


def test_a_mark_between_two_changes_over_one_earlier_edit_loses_neither():
    first = [repair(1, 1, "XYZ", "mojibake", "m")]
    second = [remove(1, 2, "advert", "a"), mark(2, 3, "-XYZ", "glyph-map-suspected", "s"), remove(3, 4, "advert", "a")]
    assert run("-", first, second)[0] == "-Y"


# ---- insertions -----------------------------------------------------------------------------------------------------


def test_an_insertion_has_an_empty_before():
    text, (edit,) = run("ab", [repair(1, 1, "-", "hyphenation", "h")])
    assert text == "a-b"
    assert (edit.raw_start, edit.raw_end, edit.start, edit.end) == (1, 1, 1, 2)


def test_insertions_of_two_cleaners_at_one_place_become_one():
    text, (edit,) = run("ab", [repair(1, 1, "1", "mojibake", "m", 0.9)], [repair(2, 2, "2", "mojibake", "n", 0.5)])
    assert text == "a12b"
    assert (edit.after, edit.rule, edit.confidence) == ("12", "m+n", 0.5)


def test_an_insertion_inside_an_earlier_insertion_joins_it():
    text, (edit,) = run("ab", [repair(1, 1, "XY", "mojibake", "m")], [repair(2, 2, "-", "escape", "e")])
    assert (text, edit.after, edit.label) == ("aX-Yb", "X-Y", "escape")


# ---- errors ---------------------------------------------------------------------------------------------------------

ABC = "abcdef"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([remove(0, 3, "advert", "a"), remove(2, 4, "advert", "b")], "overlaps"),
        ([remove(0, 3, "advert", "a"), remove(0, 3, "advert", "b")], "overlaps"),
        ([repair(2, 2, "x", "mojibake", "a"), repair(2, 2, "y", "mojibake", "b")], "overlaps"),
        ([remove(4, 9, "advert", "a")], "not inside a text of 6 characters"),
        ([remove(-1, 2, "advert", "a")], "not inside"),
        ([remove(3, 2, "advert", "a")], "not inside"),
        ([remove(0, 1, "advertt", "a")], "unknown label 'advertt'"),
        ([Change(0, 1, "", "delete", "advert", "a")], "unknown action 'delete'"),
        ([Change(0, 1, "x", "mark", "mojibake", "a")], "leaves the text as it is"),
    ],
)
def test_what_no_ledger_can_record_is_an_error_that_says_why(changes, message):
    with pytest.raises(LedgerError, match=message):
        settle(ABC, changes)


@pytest.mark.parametrize(
    "changes", [[remove(0, 0, "advert", "a")], [remove(0, 6, "advert", "a")], [repair(6, 6, "x", "mojibake", "a")]]
)
def test_the_edges_of_the_text_are_inside_it(changes):
    assert len(settle(ABC, changes)) <= 1


def test_an_edit_that_does_not_fit_the_raw_text_does_not_replay():
    _, edits = run(ABC, [remove(2, 3, "advert", "a")])
    with pytest.raises(LedgerError, match="raw offset 2"):
        replay("abXdef", edits)


def test_edits_out_of_order_do_not_replay():
    _, edits = run(ABC, [remove(0, 1, "advert", "a"), remove(3, 4, "advert", "a")])
    with pytest.raises(LedgerError):
        replay(ABC, edits[::-1])


# ---- any sequence ---------------------------------------------------------------------------------------------------

LETTERS = "ab \né"
MAKERS = {
    "remove": lambda a, b, after, text: remove(a, b, "advert", "rm", 0.9),
    "repair": lambda a, b, after, text: repair(a, b, after, "mojibake", "rp", 0.8),
    "join": lambda a, b, after, text: join(a, b, after[:1], "hyphenation", "jn", 0.7),
    "normalise": lambda a, b, after, text: normalise(a, b, after, "unicode", "nm", 0.6),
    "mark": lambda a, b, after, text: mark(a, b, text, "glyph-map-suspected", "mk", 0.5),
}


@st.composite
def changes_of(draw, text):
    """Some changes that do not overlap, in offsets of a text."""
    points = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    changes, last = [], -1
    for a, b in zip(points[::2], points[1::2], strict=False):
        if a >= last and (a < b or a > last):
            make = MAKERS[draw(st.sampled_from(sorted(MAKERS)))]
            changes.append(make(a, b, draw(st.text(LETTERS, max_size=3)), text))
            last = b
    return changes


@settings(max_examples=300, deadline=None)
@given(raw=st.text(LETTERS, max_size=24), data=st.data())
def test_any_sequence_of_changes_replays_and_leaves_minimal_edits_true_to_both_texts(raw, data):
    text, edits = raw, []
    for _ in range(data.draw(st.integers(1, 4))):
        changes = settle(text, data.draw(changes_of(text)))
        expected = text
        for change in reversed(changes):
            expected = expected[: change.start] + change.after + expected[change.end :]
        text, edits = compose(raw, text, edits, changes)
        assert text == expected
        assert_true_to_both_texts(raw, text, edits)
        assert_minimal(edits)


def test_composing_many_edits_takes_linear_time():
    """A quadratic pass over 50,000 edits would take minutes here."""
    raw = "ab " * 50_000
    first = [repair(i, i + 1, "A", "mojibake", "m") for i in range(0, len(raw), 3)]
    second = [repair(i, i + 2, "x", "escape", "e") for i in range(0, len(raw), 3)]
    text, edits = run(raw, first, second)
    assert text == "x " * 50_000
    assert len(edits) == 50_000
