"""Text, blocks and edits stay in step, whatever was done in whatever order."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import (
    Block,
    Document,
    Hint,
    Removal,
    build,
    join,
    mark,
    normalise,
    remove,
    repair,
    replay,
)
from corpus.errors import LedgerError


def pages(*texts, separator="\n\n"):
    """A document with a paragraph per text, and a hint per paragraph that names it."""
    return build([(text, "paragraph", 0, Hint(path=(text,))) for text in texts], separator=separator)


def kept_texts(document):
    return [document.block_text(block) for block in document.kept_blocks()]


def assert_sound(document):
    assert replay(document.raw_text, document.edits) == document.text
    position = raw_position = 0
    for edit in document.edits:
        assert raw_position <= edit.raw_start <= edit.raw_end
        assert position <= edit.start <= edit.end
        assert edit.before == document.raw_text[edit.raw_start : edit.raw_end]
        assert edit.after == document.text[edit.start : edit.end]
        if edit.action == "mark":
            assert edit.before == edit.after
        else:
            assert edit.before != edit.after
            assert edit.before[:1] != edit.after[:1]
            assert edit.before[-1:] != edit.after[-1:]
        position, raw_position = edit.end, edit.raw_end
    covered = 0
    for block in document.blocks:
        assert 0 <= block.raw_start <= block.raw_end <= len(document.raw_text)
        assert 0 <= block.start <= block.end <= len(document.text)
        if block.kept:
            assert block.start >= covered, "kept blocks are in order and disjoint"
            assert not document.text[covered : block.start].strip(), "text outside every block"
            covered = block.end
        else:
            assert block.label, "a removed block says as what it went"
            assert block.rule
    assert not document.text[covered:].strip(), "text behind the last block"
    assert len(document.hints) == len(document.blocks)


# ---- build ----------------------------------------------------------------------------------------------------------


def test_a_built_document_is_its_blocks_parted_by_a_blank_line():
    document = build(
        [("Titre", "heading", 1, Hint()), ("", "paragraph", 0, Hint()), ("Un texte.", "paragraph", 0, Hint())]
    )
    assert document.text == document.raw_text == "Titre\n\nUn texte."
    assert [(b.kind, b.level, document.block_text(b)) for b in document.blocks] == [
        ("heading", 1, "Titre"),
        ("paragraph", 0, "Un texte."),
    ]


def test_a_document_of_nothing_is_empty():
    document = build([])
    assert (document.text, document.blocks, document.edits) == ("", (), ())
    assert_sound(document)


def test_attributes_are_passed_on():
    document = build([("a", "paragraph", 0, Hint())], title="T").with_(language="fr")
    assert (document.title, document.language) == ("T", "fr")


# ---- changes inside blocks ------------------------------------------------------------------------------------------


def test_blocks_follow_the_text():
    document = pages("un", "deux", "trois").apply(
        [repair(0, 2, "UNUN", "mojibake", "m"), remove(5, 6, "control-character", "c")]
    )
    assert document.text == "UNUN\n\ndux\n\ntrois"
    assert kept_texts(document) == ["UNUN", "dux", "trois"]
    assert_sound(document)


def test_a_document_is_not_changed_in_place():
    document = pages("un")
    document.apply([remove(0, 1, "advert", "r")])
    assert document.text == "un"


def test_no_change_gives_the_very_same_document():
    document = pages("un")
    assert document.apply([repair(0, 2, "un", "mojibake", "m")]) is document


def test_a_mark_leaves_text_and_blocks_as_they_are():
    document = pages("un", "deux")
    marked = document.apply([mark(0, 8, document.text, "glyph-map-suspected", "s")])
    assert (marked.text, marked.blocks) == (document.text, document.blocks)
    assert [edit.action for edit in marked.edits] == ["mark"]


def test_what_is_written_where_a_block_begins_or_ends_belongs_to_it():
    document = pages("un", "deux").apply([repair(2, 2, "!", "mojibake", "m"), repair(4, 4, "«", "mojibake", "m")])
    assert kept_texts(document) == ["un!", "«deux"]
    assert_sound(document)


def test_text_written_between_blocks_is_an_error():
    with pytest.raises(LedgerError, match="outside every block"):
        pages("un", "deux").apply([repair(3, 3, "x", "mojibake", "m")])


def test_white_space_may_be_written_between_blocks():
    document = pages("un", "deux").apply([normalise(2, 4, "\n\n\n", "whitespace", "w")])
    assert kept_texts(document) == ["un", "deux"]
    assert_sound(document)


def test_a_text_without_blocks_takes_any_change():
    document = Document(raw_text="abc", text="abc").apply([repair(1, 1, "x", "mojibake", "m")])
    assert document.text == "axbc"


# ---- removing blocks ------------------------------------------------------------------------------------------------


def test_a_removed_block_takes_a_gap_along_and_says_why_it_went():
    document = pages("un", "pub", "deux").remove_blocks({1: Removal("advert", "model", 0.8)})
    assert document.text == "un\n\ndeux"
    block = document.blocks[1]
    assert (block.kept, block.label, block.rule) == (False, "advert", "model")
    assert document.raw_text[block.raw_start : block.raw_end] == "pub"
    assert [(e.label, e.rule, e.confidence) for e in document.edits] == [("advert", "model", 0.8)]
    assert_sound(document)


@pytest.mark.parametrize(
    ("gone", "left"), [({0}, "b\n\nc"), ({2}, "a\n\nb"), ({0, 1}, "c"), ({1, 2}, "a"), ({0, 2}, "b"), ({0, 1, 2}, "")]
)
def test_no_gap_is_left_at_the_ends_of_the_text(gone, left):
    document = pages("a", "b", "c").remove_blocks({index: Removal("navigation", "r") for index in gone})
    assert document.text == left
    assert_sound(document)


def test_neighbours_that_go_as_different_things_keep_their_labels():
    document = pages("menu", "pub", "texte", "pied").remove_blocks(
        {0: Removal("navigation", "n"), 1: Removal("advert", "a"), 3: Removal("legal-footer", "l")}
    )
    assert document.text == "texte"
    assert Counter(edit.label for edit in document.edits) == {"navigation": 1, "advert": 1, "legal-footer": 1}
    assert [block.label for block in document.blocks] == ["navigation", "advert", "", "legal-footer"]


def test_neighbours_removed_one_after_the_other_keep_their_labels_too():
    document = (
        pages("un", "menu", "pub", "deux")
        .remove_blocks({1: Removal("navigation", "n")})
        .remove_blocks({2: Removal("advert", "a")})
    )
    assert document.text == "un\n\ndeux"
    assert [block.label for block in document.blocks] == ["", "navigation", "advert", ""]
    assert {edit.label for edit in document.edits if "menu" in edit.before} == {"navigation"}
    assert {edit.label for edit in document.edits if "pub" in edit.before} == {"advert"}
    assert_sound(document)


@pytest.mark.parametrize("gaps", [("\n", "\n\n"), ("\n\n", "\n")])
def test_of_the_gaps_around_a_removed_block_the_larger_one_stays(gaps):
    text = "un" + gaps[0] + "pub" + gaps[1] + "deux"
    spans = [(0, 2), (2 + len(gaps[0]), 5 + len(gaps[0])), (len(text) - 4, len(text))]
    document = Document(raw_text=text, text=text, blocks=tuple(Block(a, b, a, b) for a, b in spans))
    assert document.remove_blocks({1: Removal("advert", "r")}).text == "un\n\ndeux"


def test_removing_a_block_twice_changes_nothing():
    document = pages("un", "pub").remove_blocks({1: Removal("advert", "r")})
    assert document.remove_blocks({1: Removal("navigation", "again")}) is document


def test_a_block_whose_whole_text_is_removed_is_gone_as_what_took_the_most_of_it():
    document = pages("un", "pub 3").apply([remove(4, 8, "advert", "a"), remove(8, 9, "page-number", "p")])
    assert not document.blocks[1].kept
    assert (document.blocks[1].label, document.blocks[1].rule) == ("advert", "a")
    assert_sound(document)


# ---- joining blocks -------------------------------------------------------------------------------------------------


def test_a_join_over_the_gap_between_two_blocks_makes_them_one():
    document = pages("La traver-", "sée dure.", "Fin.").apply([join(9, 12, "", "hyphenation", "dictionary")])
    assert kept_texts(document) == ["La traversée dure.", "Fin."]
    assert [hint.path for hint in document.hints] == [("La traver-",), ("Fin.",)]
    block = document.blocks[0]
    assert document.raw_text[block.raw_start : block.raw_end] == "La traver-\n\nsée dure."
    assert_sound(document)


def test_a_join_reaches_over_a_removed_block_between_the_two():
    document = pages("La suite", "12", "vient.").remove_blocks({1: Removal("page-number", "p")})
    gap = document.text.index("\n\n")
    document = document.apply([join(gap, gap + 2, " ", "line-break", "paragraph")])
    assert kept_texts(document) == ["La suite vient."]
    assert [block.label for block in document.blocks if not block.kept] == ["page-number"]
    assert_sound(document)


def test_several_joins_at_once_make_one_block_of_many():
    document = pages("a", "b", "c").apply([join(1, 3, " ", "line-break", "l"), join(4, 6, " ", "line-break", "l")])
    assert kept_texts(document) == ["a b c"]
    assert_sound(document)


def test_a_repair_over_a_gap_does_not_join():
    document = pages("a", "b").apply([normalise(1, 3, "\n", "whitespace", "w")])
    assert kept_texts(document) == ["a", "b"]


# ---- proposals ------------------------------------------------------------------------------------------------------


def test_a_proposal_labels_a_block_and_removes_nothing():
    document = pages("un", "pub").label_blocks({1: ("advert", "model", 0.9)})
    assert document.text == "un\n\npub"
    assert (document.blocks[1].label, document.blocks[1].rule, document.blocks[1].score) == ("advert", "model", 0.9)
    assert document.blocks[1].kept


def test_a_proposal_can_be_taken_back():
    document = pages("un").label_blocks({0: ("advert", "model", 0.9)}).label_blocks({0: ("", "", 0.0)})
    assert document.blocks[0].label == ""


def test_a_proposal_with_an_unknown_label_is_an_error():
    with pytest.raises(LedgerError, match="unknown label"):
        pages("un").label_blocks({0: ("spam", "model", 0.9)})


def test_a_removal_with_an_unknown_label_is_an_error():
    with pytest.raises(LedgerError, match="unknown label"):
        pages("un", "deux").remove_blocks({0: Removal("spam", "model")})


# ---- any sequence ---------------------------------------------------------------------------------------------------

LABEL_NAMES = ("advert", "navigation", "comments")
block_texts = st.text("ab é", min_size=1, max_size=8).map(str.strip).filter(bool)


@st.composite
def spans(draw, length):
    points = sorted(draw(st.lists(st.integers(0, length), max_size=8)))
    found, last = [], -1
    for a, b in zip(points[::2], points[1::2], strict=False):
        if a >= last and (a < b or a > last):
            found.append((a, b))
            last = b
    return found


def some_changes(data, document):
    text, changes = document.text, []
    for a, b in data.draw(spans(len(text))):
        action = data.draw(st.sampled_from(("remove", "repair", "join", "normalise", "mark")))
        after = data.draw(st.text("xyz \n", max_size=3))
        if action == "remove":
            changes.append(remove(a, b, data.draw(st.sampled_from(LABEL_NAMES)), "rm"))
        elif action == "mark":
            changes.append(mark(a, b, text, "glyph-map-suspected", "mk", 0.5))
        elif action == "join":
            changes.append(join(a, b, data.draw(st.sampled_from(("", " ", "-"))), "line-break", "jn", 0.7))
        else:
            make = repair if action == "repair" else normalise
            changes.append(make(a, b, after, "mojibake", "rp", 0.6))
    return changes


def text_after(document, changes):
    text = document.text
    for change in sorted(changes, key=lambda c: (c.start, c.end), reverse=True):
        text = text[: change.start] + change.after + text[change.end :]
    return text


def one_step(data, document):
    step = data.draw(st.sampled_from(("apply", "apply", "remove_blocks", "label_blocks")))
    if step == "apply":
        changes = some_changes(data, document)
        try:
            changed = document.apply(changes)
        except LedgerError as error:
            if "outside every block" in str(error):
                return document
            raise
        assert changed.text == text_after(document, changes)
        return changed
    chosen = data.draw(st.sets(st.sampled_from(range(len(document.blocks)))))
    label = data.draw(st.sampled_from(LABEL_NAMES))
    if step == "remove_blocks":
        gone = document.remove_blocks({index: Removal(label, "block") for index in chosen})
        assert len(gone.blocks) == len(document.blocks)
        assert not any(gone.blocks[index].kept for index in chosen)
        return gone
    kept = {index for index in chosen if document.blocks[index].kept}
    return document.label_blocks(dict.fromkeys(kept, (label, "model", 0.5)))


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(block_texts, min_size=1, max_size=5), data=st.data())
def test_any_sequence_of_operations_leaves_a_sound_document(texts, data):
    document = pages(*texts)
    for _ in range(data.draw(st.integers(1, 4))):
        document = one_step(data, document)
        assert_sound(document)


@settings(max_examples=200, deadline=None)
@given(texts=st.lists(block_texts, min_size=1, max_size=6), data=st.data())
def test_block_removals_alone_leave_the_other_blocks_untouched(texts, data):
    document = pages(*texts)
    left = dict(enumerate(texts))
    for _ in range(data.draw(st.integers(1, 3))):
        chosen = data.draw(st.sets(st.sampled_from(range(len(texts)))))
        document = document.remove_blocks(
            {index: Removal(data.draw(st.sampled_from(LABEL_NAMES)), "r") for index in chosen}
        )
        left = {index: text for index, text in left.items() if index not in chosen}
    assert document.text == "\n\n".join(left.values())
    assert kept_texts(document) == list(left.values())
    assert_sound(document)
