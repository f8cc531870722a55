"""`source.toml` and what `limpide source` does with it."""

import hashlib
import os
import tomllib
import zipfile
from pathlib import Path

import pytest

from corpus.errors import SourceError
from corpus.forgotten import Forgotten, write_forgotten
from corpus.source import FIELDS, Rule, Source, parse_source
from flows.scan import scan
from tests.conftest import page, prose

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "corpus" / "data" / "source.toml"


# ---- source.toml ----------------------------------------------------------------------------------------------------


def test_the_commented_template_holds_the_defaults():
    assert parse_source(TEMPLATE.read_text(), name="x") == Source(name="x")


def test_every_example_in_the_template_is_a_rule_that_is_understood():
    lines = TEMPLATE.read_text().splitlines()
    examples = "\n".join(line[2:] if line.startswith("# ") and " = " in line else line for line in lines)
    source = parse_source(examples, name="x")
    assert source.hook and source.select.title and source.select.author and source.select.date
    assert {rule.label for rule in source.select.rules} >= {"advert", "source-rule"}
    assert {name for name, _ in source.fields} == set(FIELDS)
    assert {rule.verdict for rule in source.lines} == {"keep", "drop"}


def test_every_key_is_explained_in_the_template():
    text = TEMPLATE.read_text()
    for key in (*tomllib.loads(text), "keep", "drop", *FIELDS):
        assert key in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\ncolour = "red"\n', r"source\.toml:2: unknown key 'colour'; known: title"),
        ('priority = "high"\n', r"source\.toml:1: priority must be a whole number"),
        ('duplicates = "maybe"\n', r"source\.toml:1: .*drop, annotate, keep"),
        ('[select]\n\ndrop = ["p:not("]\n', r"source\.toml:3: .*not a CSS selector"),
        ('[select]\ntitle = "h1["\n', r"source\.toml:2: title: .*not a CSS selector"),
        ('[select]\ndrop = "p"\n', r"source\.toml:2: drop must be a list"),
        ('[select]\nkepe = ["p"]\n', r"source\.toml:2: unknown key 'kepe'"),
        ('[lines]\ndrop = ["ok", "(open"]\n', r"source\.toml:2: .*not a regular expression"),
        ('[lines]\ndrop = [{ match = "x", label = "rubbish" }]\n', r"source\.toml:2: unknown label 'rubbish'"),
        ('[lines]\ndrop = [{ mtach = "x" }]\n', r"source\.toml:2: unknown key of a rule 'mtach'"),
        ("[lines]\ndrop = [3]\n", r"source\.toml:2: .*not a string"),
        ('[fields]\nbody = "x"\n', r"source\.toml:2: unknown field 'body'; known: html"),
        ("lines = 3\n", r"source\.toml:1: lines must be a table"),
        ('hook = "my module"\n', r"source\.toml:1: hook must be"),
        ("title = \n", "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(text, said):
    with pytest.raises(SourceError, match=said):
        parse_source(text, name="x", path="source.toml")


def test_a_rule_is_named_in_the_ledger_as_one_rule_even_with_a_plus_in_it():
    assert "+" not in Rule("drop", "h2 + p").name


def test_a_hook_that_cannot_be_imported_is_said_before_work_starts(limpide, raw):
    (raw / "carnets" / "source.toml").write_text('hook = "no_such_module:f"\n')
    done = limpide("build", "--no-prefect", "--raw", raw, "--clean", "clean")
    assert done.exit_code == 1 and "no_such_module" in done.output
    assert not Path("clean", "snapshots").exists()


def test_a_pipe_in_the_place_of_rules_is_named_and_not_waited_for(limpide, raw):
    (raw / "other").mkdir()
    os.mkfifo(raw / "other" / "source.toml")
    done = limpide("build", "--no-prefect", "--raw", raw, "--clean", "clean")
    assert done.exit_code == 1 and "source.toml: is no regular file" in done.output


# ---- limpide source -------------------------------------------------------------------------------------------------


def test_new_writes_a_commented_file_and_never_over_an_old_one(limpide):
    assert limpide("source", "new", "gazette").exit_code == 0
    assert Path("raw/gazette/source.toml").read_text() == TEMPLATE.read_text()
    Path("raw/gazette/source.toml").write_text('licence = "MIT"\n')
    done = limpide("source", "new", "gazette")
    assert done.exit_code == 1 and "is there already" in done.output
    assert Path("raw/gazette/source.toml").read_text() == 'licence = "MIT"\n'


@pytest.mark.parametrize("name", [".hidden", "a/b", "expected", ""])
def test_new_refuses_names_that_are_no_source(limpide, name):
    done = limpide("source", "new", name)
    assert done.exit_code == 1 and "cannot be a source" in done.output


def test_check_finds_a_planted_change_and_nothing_else(limpide, raw):
    pinned = limpide("source", "check", "carnets", "--raw", raw, "--pin")
    assert pinned.exit_code == 0 and "8 texts pinned" in pinned.output
    assert (raw / "carnets/expected/page2.html.txt").read_text() == "\n\n".join(["Carnet 2", *prose(2)]) + "\n"
    good = limpide("source", "check", "carnets", "--raw", raw)
    assert good.exit_code == 0 and "8 as pinned, 0 different" in good.output
    file = raw / "carnets/expected/page2.html.txt"
    file.write_text(file.read_text().replace("Carnet 2, feuillet 1.", "Carnet 2, feuillet un."))
    bad = limpide("source", "check", "carnets", "--raw", raw)
    assert bad.exit_code == 1 and "7 as pinned, 1 different" in bad.output
    assert "-Carnet 2, feuillet un." in bad.output and "+Carnet 2, feuillet 1." in bad.output


def test_pinned_texts_of_archives_stay_in_their_folder_whatever_members_are_called(limpide, raw):
    names = ["../../../../outside.html", "/srv/absolute.html", "a/./plain.html", f"{'long' * 100}.html"]
    with zipfile.ZipFile(raw / "carnets" / "evil.zip", "w") as archive:
        for n, name in enumerate(names, 30):
            archive.writestr(name, page(n))
    before = set(raw.parent.rglob("*"))
    assert limpide("source", "check", "carnets", "--raw", raw, "--pin").exit_code == 0
    made = {path for path in set(raw.parent.rglob("*")) - before if path.is_file()}
    assert len(made) == 12 and all(path.is_relative_to(raw / "carnets" / "expected") for path in made)
    good = limpide("source", "check", "carnets", "--raw", raw)
    assert good.exit_code == 0 and "12 as pinned" in good.output


def test_check_shows_what_a_changed_rule_does(limpide, raw):
    limpide("source", "check", "--all", "--raw", raw, "--pin")
    (raw / "carnets" / "source.toml").write_text('[select]\ndrop = ["article p:nth-of-type(2)"]\n')
    done = limpide("source", "check", "--all", "--raw", raw)
    assert done.exit_code == 1 and "6 different" in done.output


def test_check_says_which_item_was_forgotten_and_pins_nothing_of_it(limpide, raw, tmp_path, monkeypatch):
    monkeypatch.setenv("LIMPIDE_CLEAN", str(tmp_path / "clean"))
    digest = hashlib.sha256((raw / "carnets/page2.html").read_bytes()).hexdigest()
    (tmp_path / "clean").mkdir()
    write_forgotten(tmp_path / "clean", Forgotten(contents=frozenset([digest])))
    done = limpide("source", "check", "carnets", "--raw", raw, "--pin")
    assert done.exit_code == 0 and "7 texts pinned" in done.output
    assert "carnets/page2.html: forgotten on request" in done.output
    assert not (raw / "carnets/expected/page2.html.txt").exists()


def test_check_reads_only_the_sources_that_it_is_asked_for(raw):
    (raw / "other").mkdir()
    (raw / "other" / "page.html").write_text(page(3))
    (raw / "alone.txt").write_text("\n\n".join(prose(4)))
    assert [item.path for item in scan(raw, max_bytes=9999, only=["other"])] == ["other/page.html"]
    assert [item.path for item in scan(raw, max_bytes=9999, only=["default"])] == ["alone.txt"]


def test_check_of_an_unknown_source_names_the_known_ones(limpide, raw):
    done = limpide("source", "check", "gazette", "--raw", raw)
    assert done.exit_code == 1 and "carnets" in done.output


def test_check_wants_names_or_all(limpide, raw):
    assert limpide("source", "check", "--raw", raw).exit_code == 2
