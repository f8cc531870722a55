"""`limpide duplicates` on folders of files and on a published corpus."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from corpus.errors import LimpideError
from flows.building import build, plainly
from flows.duplicating import differing_parts, duplicates_in, print_duplicates
from flows.progress import Silent
from flows.settings import Settings
from tests.corpus.making import Corpus

PARAGRAPH = (
    "The ferry leaves the northern quay at nine every morning and comes back before noon with the mail, the bread and "
    "whoever slept on the island. In winter the keeper of the lighthouse rows out when the ferry cannot land, and the "
    "children stand on the wall to see whether he turns back at the second rock as his father did in the great storm."
)
OTHER = (
    "Nobody remembers who planted the orchard behind the mill, yet each autumn the whole village gathers its apples, "
    "presses them in the old barn and argues about sugar until the first frost closes the road over the hill."
)


@pytest.fixture
def folder(tmp_path):
    texts = {"a.txt": PARAGRAPH, "b.txt": PARAGRAPH.replace("bread", "flour"), "c.txt": OTHER, "d.txt": OTHER}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_corpus_of_which_no_copy_was_dropped_shows_what_is_alike(raw, tmp_path):
    build(Settings(raw=raw, clean=tmp_path / "clean"), Silent(), plainly)
    assert {pair.dropped for pair in duplicates_in(tmp_path / "clean")} == {False}


def test_copies_in_a_folder_are_named_with_what_differs(folder):
    near, exact = sorted(duplicates_in(folder), key=lambda pair: pair.kind, reverse=True)
    assert {near.path, near.of} == {"a.txt", "b.txt"}
    assert near.kind == "near-duplicate"
    assert near.dropped
    assert [set(part) for part in near.parts] == [{"bread", "flour"}]
    assert {exact.path, exact.of} == {"c.txt", "d.txt"}
    assert (exact.kind, exact.similarity) == ("exact-duplicate", 1.0)
    assert exact.parts == ()


def test_pairs_are_printed(folder):
    stream = io.StringIO()
    assert print_duplicates(folder, Console(file=stream, width=200)) == 2
    assert "near-duplicate 0." in stream.getvalue()
    assert "flour" in stream.getvalue()
    assert "exact-duplicate 1.000  of" in stream.getvalue()


def test_without_differences_only_the_pairs_are_printed(folder):
    stream = io.StringIO()
    assert print_duplicates(folder, Console(file=stream, width=200), differences=False) == 2
    assert len(stream.getvalue().splitlines()) == 2


def test_of_a_folder_it_tells_what_of_the_corpus_that_is_built_from_it(raw, tmp_path):
    (raw / "carnets" / "source.toml").write_text('duplicates = "annotate"\n')
    (raw / "carnets" / "expected").mkdir()
    copies = [f"{PARAGRAPH}\n\n{OTHER}", f"{PARAGRAPH}\n\n{OTHER} So it was.", f"{OTHER}\n\n{PARAGRAPH}"]
    (raw / "carnets" / "expected" / "page0.html.txt").write_text(copies[0])
    (raw / "carnets" / "copy.txt").write_text(copies[0])
    lines = "".join(
        json.dumps({"url": f"https://example.org/{n}", "text": text}) + "\n" for n, text in enumerate(copies)
    )
    (raw / "crawl.jsonl").write_text(lines)
    build(Settings(raw=raw, clean=tmp_path / "clean", workers=1), Silent(), plainly)
    pairs = list(duplicates_in(raw))
    assert pairs == list(duplicates_in(tmp_path / "clean"))
    assert {(pair.path, pair.of) for pair in pairs if pair.dropped} >= {("crawl.jsonl#1", "carnets/copy.txt")}
    assert any(pair.parts for pair in pairs)
    for folder in (raw, tmp_path / "clean"):
        assert list(duplicates_in(folder, differences=False)) == [pair._replace(parts=()) for pair in pairs]


def test_files_of_a_folder_that_cannot_be_read_are_named(folder, capsys):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    assert len(list(duplicates_in(folder))) == 2
    assert "broken.pdf: " in capsys.readouterr().err


def test_a_folder_without_copies_says_so(tmp_path):
    (tmp_path / "a.txt").write_text(PARAGRAPH, encoding="utf-8")
    stream = io.StringIO()
    assert print_duplicates(tmp_path, Console(file=stream, width=200)) == 0
    assert "no two documents" in stream.getvalue()


def test_of_a_corpus_what_was_dropped_and_what_is_noted_is_told(tmp_path):
    corpus = Corpus()
    kept = corpus.document("ports/1.html")
    corpus.removal("ports/2.html", of=kept)
    corpus.publish(tmp_path)
    dropped, noted = duplicates_in(tmp_path)
    assert (dropped.path, dropped.of, dropped.kind, dropped.dropped) == (
        "ports/2.html",
        "ports/1.html",
        "near-duplicate",
        True,
    )
    assert (noted.path, noted.kind, noted.similarity, noted.dropped) == ("ports/1.html", "revised", 0.5, False)


@pytest.mark.parametrize("copies", [0, 1])
@pytest.mark.parametrize("differences", [True, False])
def test_a_corpus_with_and_without_copies_is_told_with_and_without_differences(tmp_path, copies, differences):
    corpus = Corpus()
    kept = corpus.document("ports/1.html")
    for number in range(copies):
        corpus.removal(f"ports/copy{number}.html", of=kept)
    corpus.publish(tmp_path)
    pairs = list(duplicates_in(tmp_path, differences=differences))
    assert sum(pair.dropped for pair in pairs) == copies


def test_a_folder_that_is_not_there_or_empty_is_an_error(tmp_path):
    with pytest.raises(LimpideError, match="no folder"):
        duplicates_in(tmp_path / "nowhere")
    with pytest.raises(LimpideError, match="no file"):
        list(duplicates_in(tmp_path))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a b c", "a b c", ()),
        ("a x c", "a y c", (("x", "y"),)),
        ("a b", "a b c", (("", "c"),)),
        ("b c", "", (("b c", ""),)),
        ("a b a", "a", (("b a", ""),)),
        ("我们今天去公园，看花。", "我们昨天去公园，看花。", (("今", "昨"),)),
        ("他说 café 很好", "她说 café 很好", (("他", "她"),)),
        ("a  b\n\nc", "a b c", ()),
    ],
)
def test_parts_that_differ(one, other, expected):
    assert differing_parts(one, other) == expected


def test_long_differences_are_shortened():
    ((mine, others),) = differing_parts("mot " * 9000, "autre " * 9000)
    assert len(mine) <= 160
    assert others.endswith("…")
