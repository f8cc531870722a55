import os
import zipfile
from pathlib import Path

import pytest

from corpus.errors import RawFolderError, SourceError
from flows.scan import scan

LARGE = 1_000_000


def write(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def paths(items):
    return [item.path for item in items]


def test_the_first_folder_is_the_source_and_loose_files_belong_to_default(tmp_path):
    write(tmp_path, a__one="1", a__deep__two="2", loose="3")
    assert [(item.source.name, item.path) for item in scan(tmp_path, max_bytes=LARGE)] == [
        ("a", "a/deep/two"),
        ("a", "a/one"),
        ("default", "loose"),
    ]


def test_rules_pinned_texts_and_hidden_names_are_no_raw_items(tmp_path):
    write(tmp_path, a__page="1", **{"a__expected__page.txt": "1", "a__.hidden": "1", ".git__x": "1", "__x": ""} | {})
    (tmp_path / "a" / "source.toml").write_text('licence = "CC0-1.0"\n')
    (tmp_path / "source.toml").write_text('licence = "MIT"\n')
    items = scan(tmp_path, max_bytes=LARGE)
    assert [(item.path, item.source.licence) for item in items if item.path != "x"] == [("a/page", "CC0-1.0")]


def test_a_file_named_source_toml_deep_in_a_source_is_a_raw_item(tmp_path):
    write(tmp_path, **{"a__deep__source.toml": "x"})
    assert paths(scan(tmp_path, max_bytes=LARGE)) == ["a/deep/source.toml"]


def test_links_and_pipes_are_listed_as_unreadable_and_never_followed(tmp_path):
    write(tmp_path, a__page="1")
    (tmp_path / "a" / "link").symlink_to("/etc/hostname")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "a" / "pipe")
    problems = {item.path: item.problem for item in scan(tmp_path, max_bytes=LARGE)}
    assert set(problems) == {"a/link", "a/loop", "a/page", "a/pipe"}
    assert "link" in problems["a/link"] and "link" in problems["a/loop"]
    assert "pipe" in problems["a/pipe"]
    assert problems["a/page"] == ""


def test_a_file_over_the_limit_is_listed_and_not_read(tmp_path):
    write(tmp_path, a__page="x" * 100)
    (item,) = scan(tmp_path, max_bytes=99)
    assert "max_file_mb" in item.problem and item.sha256 == ""


def test_names_that_are_no_utf8_become_printable(tmp_path):
    name = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(name, "w") as file:
        file.write("x")
    (item,) = scan(tmp_path, max_bytes=LARGE)
    assert item.path == "caf\\xe9.txt"
    assert item.sha256


def test_a_folder_too_deep_to_be_listed_is_an_item_that_cannot_be_read(tmp_path, monkeypatch):
    write(tmp_path, raw__a__page="x")
    monkeypatch.chdir(tmp_path / "raw" / "a")
    for _ in range(25):
        Path("d" * 200).mkdir()
        monkeypatch.chdir("d" * 200)
    Path("page").write_text("y")
    monkeypatch.chdir(tmp_path)
    found = {item.path[:5]: item.problem for item in scan(Path("raw"), max_bytes=LARGE)}
    assert found == {"a/ddd": "cannot be read: File name too long", "a/pag": ""}


def test_a_file_called_like_a_member_of_an_archive_beside_it_is_an_item_of_its_own(tmp_path):
    write(tmp_path, **{"a__x.zip!page": "x"})
    with zipfile.ZipFile(tmp_path / "a" / "x.zip", "w") as archive:
        archive.writestr("page", "y")
    items = scan(tmp_path, max_bytes=LARGE)
    assert paths(items) == ["a/x.zip!page", "a/x.zip!page~2"]
    assert len({item.sha256 for item in items}) == 2


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: None, "no such folder"),
        (lambda p: p.write_text("x"), "limpide clean"),
        (lambda p: p.mkdir(), "no raw items"),
    ],
)
def test_a_raw_folder_that_cannot_be_used_says_what_to_do(tmp_path, make, words):
    raw = tmp_path / "raw"
    make(raw)
    with pytest.raises(RawFolderError, match=words):
        scan(raw, max_bytes=LARGE)


def test_a_bad_source_file_is_named(tmp_path):
    write(tmp_path, a__page="1", **{"a__source.toml": 'comments = "maybe"\n'})
    with pytest.raises(SourceError, match=r"a/source\.toml:1: comments.*remove, keep"):
        scan(tmp_path, max_bytes=LARGE)
