"""Page text without markup: unchanged, with blocks over its lines."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.document import Document
from extractors.item import RawItem
from extractors.text import extract_text


def read(text: str | bytes) -> Document:
    return extract_text(RawItem(text))


def lines(text: str) -> list[str]:
    return [text[b.start : b.end] for b in read(text).blocks]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\f", "\x0b", "\u2028", "\u2029", "\n\n  \n"])
def test_every_line_end_parts_blocks_and_stays_in_the_text(end):
    text = f"  un mot{end}\tdeux {end}"
    assert lines(text) == ["un mot", "deux"]
    assert read(text).raw_text == text


@pytest.mark.parametrize(
    ("text", "kind", "level"),
    [
        ("- un", "list_item", 1),
        ("* un", "list_item", 1),
        ("• un", "list_item", 1),
        ("•un", "list_item", 1),
        ("1. un", "list_item", 1),
        ("(12) un", "list_item", 1),
        ("a) un", "list_item", 1),
        ("  - un", "list_item", 2),
        ("    - un", "list_item", 3),
        ("\t- un", "list_item", 3),
        ("    o un", "list_item", 3),
        ("| a | b |", "table_row", 0),
        ("a | b | c", "table_row", 0),
        ("---|---|", "table_row", 0),
        ("|:--|--:|", "table_row", 0),
        ("+-----+---+", "table_row", 0),
        ("a\tb", "table_row", 0),
        ("o senhor", "paragraph", 0),
        ("— Non, dit-il.", "paragraph", 0),
        ("-5 degrés", "paragraph", 0),
        ("2024. Une année", "paragraph", 0),
        ("1.5 litre", "paragraph", 0),
        ("A. Dumas", "paragraph", 0),
        ("accueil | contact", "paragraph", 0),
        ("---", "paragraph", 0),
        ("# Titre", "paragraph", 0),
        ("\tindenté", "paragraph", 0),
        ("*gras* au début", "paragraph", 0),
    ],
)
def test_kind_is_told_by_the_shape_of_the_line(text, kind, level):
    (block,) = read(text).blocks
    assert (block.kind, block.level) == (kind, level)


def test_bytes_are_decoded_and_say_how():
    document = read(b"\xef\xbb\xbfun\r\n\xc3\xa9t\xc3\xa9")
    assert document.raw_text == "un\r\nété"
    assert (document.media_type, document.encoding, document.encoding_reason) == ("text/plain", "utf-8", "bom")


def test_text_has_no_encoding():
    assert read("x").encoding is None


@pytest.mark.parametrize("text", ["", " \n\t\f"])
def test_nothing_to_read_is_a_document_without_blocks(text):
    assert read(text).blocks == ()
    assert read(text).raw_text == text


@given(st.text())
@example("a\x1cb\x1f")
@example("\ud800")
@example("\x1c- a")
def test_text_is_unchanged_and_blocks_cover_all_but_white_space(text):
    document = read(text)
    assert document.raw_text == document.text == text
    position = 0
    for block in document.blocks:
        assert not text[position : block.start].strip()
        inside = text[block.start : block.end]
        assert inside == inside.strip() != ""
        assert "\n" not in inside
        position = block.end
    assert not text[position:].strip()


@pytest.mark.parametrize(
    "text",
    ["x" * 10**7, " " * 10**7 + "x", "| " * 10**6, "\t" * 10**6 + "a", "a\n" * 10**5, "|--" * 10**6, "- " * 10**6],
)
def test_time_is_linear_in_the_size_of_the_text(text):
    began = time.process_time()
    read(text)
    assert time.process_time() - began < 5
