from __future__ import annotations

import hashlib
import re

import pyarrow as pa
import pytest

from corpus.document import Block, Document, Edit
from corpus.schema import (
    BLOCK,
    COLUMNS,
    EDIT,
    KEYS,
    SCHEMAS,
    SIGNALS,
    TABLES,
    Duplicate,
    doc_id,
    document_row,
    quarantine_row,
    removed_row,
    row_hash,
    safe,
)
from corpus.source import Source
from corpus.version import VERSION
from tests.corpus.making import SHA, make_document


def names(struct):
    return [field.name for field in struct]


def a_row(document=None, **changes):
    options = {"doc_id": "d" * 32, "path": "ports/a.html", "raw_sha256": SHA, **changes}
    return document_row(document or make_document(), **options)


def test_structs_have_the_fields_of_blocks_edits_matches_and_signals():
    assert names(BLOCK) == list(Block._fields)
    assert names(EDIT) == list(Edit._fields)
    documents = SCHEMAS["documents"]
    assert names(documents.field("signals").type) == list(SIGNALS)
    assert names(documents.field("duplicates").type.value_type) == list(Duplicate._fields)


def test_every_column_says_what_it_holds_and_row_hash_comes_last():
    for table in TABLES:
        assert all(column.meaning for column in COLUMNS[table])
        assert SCHEMAS[table].names[-1] == "row_hash"
        assert KEYS[table] in SCHEMAS[table].names


def test_a_row_survives_arrow_unchanged_with_its_hash():
    row = a_row(fetched="2026-03-01T10:00:00Z", duplicates=[Duplicate("c", "e" * 32, "contains", 1)])
    [again] = pa.Table.from_pylist([row], schema=SCHEMAS["documents"]).to_pylist()
    assert again == row
    assert row_hash(again) == row["row_hash"]


def test_a_document_row_holds_what_the_document_holds():
    document = make_document()
    row = a_row(document)
    assert list(row) == SCHEMAS["documents"].names
    assert [Block(**block) for block in row["blocks"]] == list(document.blocks)
    assert [Edit(**edit) for edit in row["edits"]] == list(document.edits)
    assert row["text_sha256"] == hashlib.sha256(document.text.encode()).hexdigest()
    assert (row["source"], row["licence"], row["pipeline_version"]) == ("ports", "CC-BY-4.0", VERSION)
    assert row["fetched"] is None


def test_a_missing_signal_is_null_and_so_is_one_that_is_no_number():
    row = a_row(Document("a", "a", signals={"words": 1, "mean_word_length": float("nan")}))
    assert row["signals"].pop("words") == 1.0
    assert set(row["signals"].values()) == {None}


def test_an_unknown_signal_is_refused():
    with pytest.raises(ValueError, match="loudness"):
        a_row(Document("a", "a", signals={"loudness": 1.0}))


def test_a_text_with_a_lone_surrogate_is_refused_before_it_reaches_a_file():
    with pytest.raises(UnicodeEncodeError):
        a_row(Document("a\udc80", "a\udc80"))
    with pytest.raises(UnicodeEncodeError):
        a_row(Document("a\udc80", "a"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bad byte \udcff here", "bad byte \\udcff here"),
        ("\ud83d", "\\ud83d"),
        ("", ""),
        ("l'été «\N{NO-BREAK SPACE}🐟\N{NO-BREAK SPACE}»", "l'été «\N{NO-BREAK SPACE}🐟\N{NO-BREAK SPACE}»"),
        ("nul \0 and \\udcff spelled out", "nul \0 and \\udcff spelled out"),
    ],
)
def test_what_arrow_cannot_hold_is_spelled_out_and_all_else_stays(text, expected):
    assert safe(text) == expected
    row = quarantine_row("ports", text, None, "parse", "Error", text)
    [again] = pa.Table.from_pylist([row], schema=SCHEMAS["quarantine"]).to_pylist()
    assert again == row
    assert (again["message"], again["path"]) == (expected, expected)


def test_titles_and_paths_may_hold_anything():
    row = a_row(make_document().with_(title="fiche \udce9"), path="ports/\udce9.html")
    assert (row["title"], row["path"]) == ("fiche \\udce9", "ports/\\udce9.html")


def test_a_removed_row_says_why_and_for_whom():
    row = removed_row(
        make_document(), doc_id="d", path="ports/a", raw_sha256=SHA, reason="near-duplicate", of="e", similarity=1
    )
    assert list(row) == SCHEMAS["removed"].names
    assert (row["reason"], row["of"], row["similarity"]) == ("near-duplicate", "e", 1.0)
    assert row["text"] == make_document().text


def test_the_hash_of_a_row_is_the_same_on_every_machine():
    row = {"text": "été", "score": 1e16, "share": 0.1, "none": None, "list": [{"b": 1, "a": -0.0}], "row_hash": "x"}
    # worked out by hand from the description: name, kind, length, new line, piece; names in order
    pieces = [
        b'list json 18\n[{"a":-0.0,"b":1}]',
        b"none json 4\nnull",
        b"score json 5\n1e+16",
        b"share json 3\n0.1",
        b"text text 5\n\xc3\xa9t\xc3\xa9",
    ]
    assert row_hash(row) == hashlib.blake2b(b"".join(pieces), digest_size=16).hexdigest()


def test_the_hash_of_a_row_does_not_depend_on_the_order_of_columns():
    row = a_row()
    assert row_hash(dict(reversed(row.items()))) == row["row_hash"]


@pytest.mark.parametrize("column", [name for name in SCHEMAS["documents"].names if name != "row_hash"])
def test_every_column_counts_in_the_hash(column):
    row = a_row()
    row[column] = [] if row[column] else "something"
    assert row_hash(row) != row["row_hash"]


def test_texts_cannot_run_into_each_other_in_the_hash():
    assert row_hash({"a": "x", "b": ""}) != row_hash({"a": "", "b": "x"})
    assert row_hash({"a": None}) != row_hash({"a": "null"})


def test_doc_ids_differ_by_source_and_path_and_take_any_file_name():
    ids = {doc_id("a", "b/c"), doc_id("a", "b"), doc_id("a/b", "c"), doc_id("ab", ""), doc_id("a", "\udce9")}
    assert len(ids) == 5
    assert all(re.fullmatch(r"[0-9a-f]{32}", i) for i in ids)
    assert doc_id("a", "b") == hashlib.blake2b(b"a\0b", digest_size=16).hexdigest()


def test_the_source_of_a_document_without_one_is_default():
    assert a_row(Document("a", "a"))["source"] == Source().name == "default"
