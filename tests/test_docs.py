"""The documentation against the code: what it names exists, and what it tells to type works."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import limpide
from corpus.schema import COLUMNS
from flows.cli import main
from flows.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
READING = (ROOT / "clean" / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
BLOCK = re.compile(r"^```(\w+)(?: ([\w-]+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(text: str, language: str) -> list[str]:
    return [body for found, note, body in BLOCK.findall(text) if found == language and note != "no-run"]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory) -> Path:
    """A folder as a newcomer has it: the sample corpus in raw/, and `limpide` on the path."""
    folder = tmp_path_factory.mktemp("newcomer")
    for name in ("raw", "corpus/data"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "tests" / "samples").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "samples" / "newcomer.py", folder / "tests" / "samples")
    command = folder / "bin" / "limpide"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m flows.cli "$@"\n')
    command.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def environment(workplace) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("LIMPIDE_", "PREFECT_"))},
        "PATH": f"{workplace / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]),
        "PREFECT_HOME": str(workplace / "prefect"),
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(workplace / "huggingface"),
    }


@pytest.mark.server
def test_every_command_of_the_readme_works_in_order(workplace, environment):
    for block in blocks(README, "sh"):
        for line in block.splitlines():
            if "jq" in line and shutil.which("jq") is None:
                continue  # a tool of the reader's
            done = subprocess.run(line, shell=True, cwd=workplace, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    assert (workplace / "look.html").exists()
    assert (workplace / "clean" / "latest" / "README.md").exists()


def test_the_walk_in_contributing_prints_what_it_says(workplace, environment):
    walk(workplace, environment, slice(0, -3))
    shutil.rmtree(workplace / "raw" / "quay")


def walk(workplace, environment, some):
    """Type what console blocks of CONTRIBUTING tell, and compare what is printed."""
    steps = re.findall(r"^\$ (.+)\n((?:(?!\$ ).+\n)*)", "".join(blocks(CONTRIBUTING, "console")[some]), re.MULTILINE)
    assert steps
    for command, printed in steps:
        done = subprocess.run(
            command, shell=True, cwd=workplace, env={**environment, "COLUMNS": "200"}, capture_output=True, text=True
        )
        assert done.stdout + done.stderr == printed, command


def test_the_walk_with_the_viewer_ends_as_it_says(workplace, environment):
    """What the viewer shows is asked of the trial behind its page, which has a browser test of its own."""
    from flows.viewer_trial import Trials

    walk(workplace, environment, slice(-3, None))
    trials = Trials(Settings(raw=workplace / "raw", workers=1))
    trials.get("tollbridge")
    trials.wait()
    elements = {element.selector: element for element in trials.get("tollbridge").template.elements}
    rows = re.findall(r"^\| `(\.zq[\w-]+)` \| (\d+) \| (kept|removed) \|$", CONTRIBUTING, re.MULTILINE)
    assert len(rows) == 6
    for selector, pages, became in rows:
        element = elements[selector]
        assert (element.pages, element.removed == 0) == (int(pages), became == "kept"), selector
        assert element.kept == 0 or became == "kept"
    shutil.rmtree(workplace / "raw" / "tollbridge")


@pytest.fixture(scope="module")
def built(workplace, environment) -> Path:
    command = ["limpide", "build", "--no-prefect", "--quiet"]
    subprocess.run(command, cwd=workplace, env=environment, check=True, timeout=300)
    return workplace


@pytest.mark.parametrize("code", [*blocks(README, "python"), *blocks(READING, "python")])
def test_every_python_example_works(built, environment, code):
    wanted = re.findall(r"^import (\w+)", code, re.MULTILINE)
    missing = [name for name in wanted if name != "limpide" and importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed")
    done = subprocess.run([sys.executable, "-c", code], cwd=built, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("query", blocks(READING, "sql"))
def test_every_query_works(built, query, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(built)
    assert duckdb.sql(query).fetchall()


def test_the_before_and_after_of_the_readme_is_what_limpide_does():
    page = ROOT / re.search(r"a page of the sample corpus\]\((.+?)\)", README)[1]
    document = limpide.clean(page.read_bytes())
    rows = re.findall(r"^\| (.+?) \| (.*?) ?\| (removed|repaired), `([\w-]+)` \|$", README, re.MULTILINE)
    assert len(rows) >= 5
    for before, after, action, label in rows:
        assert before in document.raw_text
        if action == "removed":
            assert any(e.action == "remove" and e.label == label and before in e.before for e in document.edits), before
            assert before not in document.text
        else:
            assert after in document.text.splitlines()
            assert before not in document.text


@pytest.mark.parametrize("name", main.commands)
def test_every_command_is_in_the_readme(name):
    assert f"limpide {name}" in README


@pytest.mark.parametrize("table", COLUMNS)
def test_every_column_is_explained(table):
    for column in COLUMNS[table]:
        assert f"`{column.name}`" in READING


def test_every_name_of_the_public_face_exists():
    for name in limpide.__all__:
        assert hasattr(limpide, name)


def test_every_setting_has_a_description():
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("text", [README, CONTRIBUTING, READING], ids=["README", "CONTRIBUTING", "clean/README"])
def test_every_link_to_a_file_leads_somewhere(text):
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("path", re.findall(r"`((?:corpus|extractors|cleaners|flows|tests)/[\w/.]+)", CONTRIBUTING))
def test_every_place_named_in_contributing_exists(path):
    assert (ROOT / path).exists()


def test_the_example_of_the_public_face_works():
    import doctest

    assert doctest.testmod(limpide).failed == 0
