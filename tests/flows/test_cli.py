import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.version import VERSION
from flows.cli import main
from tests.conftest import page, prose


def test_help_teaches_with_examples_for_every_command(limpide):
    assert "limpide clean page.html" in limpide("--help").output
    for command in main.commands:
        done = limpide(command, "--help")
        assert done.exit_code == 0 and "Usage:" in done.output
    shown = limpide("build", "--help").output
    assert "  limpide build\n  limpide build --raw" in shown and "\\b" not in shown  # a line each, as written


def test_version(limpide):
    assert VERSION in limpide("--version").output


def test_build_prints_a_table_per_source_and_where_to_look(limpide, raw):
    done = limpide("build", "--no-prefect", "--raw", raw, "--clean", "clean")
    assert done.exit_code == 0, done.output
    for word in ("carnets", "documents", "quarantined", "navigation", "clean/latest/README.md"):
        assert word in done.output
    assert "nothing new" in limpide("build", "--no-prefect", "--raw", raw, "--clean", "clean").output


def test_quarantine_fails_a_build_only_when_strict(limpide, raw):
    (raw / "carnets" / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert limpide("build", "--no-prefect", "--raw", raw, "--clean", "clean").exit_code == 0
    done = limpide("build", "--no-prefect", "--strict", "--raw", raw, "--clean", "clean")
    assert done.exit_code == 1 and "quarantine" in done.output


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["build", "--raw", "missing"], 1, "no such folder"),
        (["build", "--raw", "a-file"], 1, "limpide clean a-file"),
        (["build", "--raw", "empty"], 1, "no raw items"),
        (["build", "--wrong"], 2, "No such option"),
        (["build", "--workers", "-3"], 1, "--workers"),
        (["build", "--config", "missing.toml"], 1, "missing.toml: no such file"),
        (["clean"], 2, "Missing argument"),
        (["clean", "missing.html"], 1, "missing.html: no such file"),
        (["clean", "empty"], 1, "--out"),
        (["clean", "binary"], 1, "binary"),
        (["sources", "--raw", "missing"], 1, "no such folder"),
        (["schedule", "--raw", ".", "--cron", "at night"], 1, "--cron 'at night'"),
    ],
)
def test_wrong_use_ends_with_one_clear_line(limpide, tmp_path, words, code, said):
    (tmp_path / "a-file").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 20)
    done = limpide(*words)
    assert done.exit_code == code, done.output
    assert said in done.output
    assert "Traceback" not in done.output
    if code == 1:
        assert len(done.output.strip().splitlines()) == 1
    assert not (tmp_path / "clean" / "snapshots").exists()


def test_clean_prints_the_text_of_a_page(limpide, tmp_path):
    (tmp_path / "page.html").write_text(page(2))
    assert limpide("clean", "page.html").stdout == "\n\n".join(["Carnet 2", *prose(2)]) + "\n"


def test_clean_reads_standard_input(limpide):
    done = limpide("clean", "-", input="\n\n".join(prose(4)).encode())
    assert done.stdout == "\n\n".join(prose(4)) + "\n"


def test_clean_json_holds_a_ledger_that_replays(limpide, tmp_path):
    (tmp_path / "page.html").write_text(page(2))
    document = json.loads(limpide("clean", "page.html", "--json", "--url", "https://bac.example/2").stdout)
    assert document["url"] == "https://bac.example/2"
    text, position = "", 0
    for edit in document["edits"]:
        text += document["raw_text"][position : edit["raw_start"]] + edit["after"]
        position = edit["raw_end"]
    assert text + document["raw_text"][position:] == document["text"]


def test_clean_html_writes_a_page_that_shows_the_edits(limpide, tmp_path):
    (tmp_path / "page.html").write_text(page(2))
    done = limpide("clean", "page.html", "--html", "look.html")
    assert done.exit_code == 0, done.output
    look = (tmp_path / "look.html").read_text()
    assert "navigation" in look and "Accueil" in look


def test_clean_writes_a_folder_in_parallel_one_file_per_input(limpide, raw, tmp_path):
    done = limpide("clean", raw, "--out", "texts")
    assert done.exit_code == 0, done.output
    written = sorted(p.relative_to(tmp_path / "texts").as_posix() for p in (tmp_path / "texts").rglob("*.txt"))
    assert "carnets/page0.html.txt" in written
    assert (tmp_path / "texts/carnets/texte10.txt.txt").read_text() == "\n\n".join(prose(10)) + "\n"


def test_clean_of_a_folder_goes_on_after_a_bad_file_and_ends_with_1(limpide, raw, tmp_path):
    (raw / "carnets" / "binary").write_bytes(bytes(range(256)) * 20)
    done = limpide("clean", raw, "--out", "texts")
    assert done.exit_code == 1 and "binary" in done.output
    assert (tmp_path / "texts/carnets/page0.html.txt").exists()


def test_clean_of_a_folder_goes_on_after_a_text_that_cannot_be_written(limpide, raw, tmp_path):
    (tmp_path / "texts/carnets/page1.html.txt").mkdir(parents=True)
    done = limpide("clean", raw, "--out", "texts")
    assert done.exit_code == 1 and "page1.html: IsADirectoryError" in done.output
    assert (tmp_path / "texts/carnets/page0.html.txt").is_file()
    assert (tmp_path / "texts/carnets/texte10.txt.txt").is_file()


def test_repair_mends_plain_text_and_nothing_else(limpide):
    done = limpide("repair", "-", input="  CafÃ©  de la Gare \n".encode())
    assert done.stdout == "  Café  de la Gare \n"


def test_repair_explains_each_repair(limpide, tmp_path):
    (tmp_path / "notes.txt").write_text("Une ligne.\nCafÃ© de la Gare\n")
    done = limpide("repair", "notes.txt", "--explain")
    assert "2:4" in done.stdout and "Ã©" in done.stdout and "ftfy-mojibake" in done.stdout


def test_repair_explains_what_looks_garbled_and_was_left(limpide, tmp_path):
    text = "6gd fG@ nxGG p6ff@ u6 6gd dc@ fe 6gd Gucd àgd4d 6gd p64dun"
    (tmp_path / "notes.txt").write_text(text, encoding="utf-8")
    done = limpide("repair", "notes.txt", "--explain")
    assert "glyph-map-suspected" in done.stdout
    assert "left as it is" in done.stdout


def test_repair_json_holds_edits_that_replay(limpide, tmp_path):
    (tmp_path / "notes.txt").write_text("CafÃ© de la Gare")
    (edit,) = json.loads(limpide("repair", "notes.txt", "--json").stdout)["edits"]
    assert (edit["raw_start"], edit["before"], edit["after"]) == (3, "Ã©", "é")


def test_repair_names_what_cannot_be_read(limpide):
    done = limpide("repair", "missing.txt")
    assert done.exit_code == 1 and "missing.txt" in done.output


def test_sources_lists_items_and_rules(limpide, raw):
    done = limpide("sources", "--raw", raw)
    assert "carnets" in done.output and "CC0-1.0" in done.output and "Carnets du bac" in done.output


def test_config_prints_what_is_in_force(limpide, monkeypatch):
    monkeypatch.setenv("LIMPIDE_WORKERS", "3")
    assert "workers = 3" in limpide("config").output


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_names_that_a_terminal_cannot_show_end_no_command(tmp_path, encoding):
    (tmp_path / "raw" / "d\N{LATIN SMALL LETTER E WITH ACUTE}j\N{LATIN SMALL LETTER A WITH GRAVE}\N{SNOWMAN}").mkdir(
        parents=True
    )
    next((tmp_path / "raw").iterdir()).joinpath("page.html").write_text(page(1))
    here = {**os.environ, "PYTHONIOENCODING": encoding}
    for words in (["sources"], ["build", "--no-prefect"], ["duplicates"]):
        command = [sys.executable, "-m", "flows.cli", *words]
        done = subprocess.run(command, cwd=tmp_path, env=here, capture_output=True, timeout=120, check=True)
        assert not done.stderr and (b"\\u2603" in done.stdout or words == ["duplicates"])


def test_without_prefect_nothing_of_prefect_is_imported(tmp_path, raw):
    code = (
        "import sys; from flows.cli import main\n"
        f"try: main(['build', '--no-prefect', '--raw', {str(raw)!r}, '--clean', {str(tmp_path / 'clean')!r}])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert not any(name.split('.')[0] in ('prefect', 'fastapi', 'sqlalchemy') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120, stdout=subprocess.DEVNULL)


def test_a_build_that_is_interrupted_leaves_no_process_and_no_half_snapshot(tmp_path, raw):
    for seed in range(100, 160):
        (raw / "carnets" / f"page{seed}.html").write_text(page(seed))
    clean = tmp_path / "clean"
    command = [sys.executable, "-m", "flows.cli", "build", "--no-prefect", "--raw", raw, "--clean", clean]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1.0)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and group_alive(process.pid):
        time.sleep(0.1)
    assert not group_alive(process.pid)
    subprocess.run(command, check=True, timeout=120, stdout=subprocess.DEVNULL)
    assert [p.name for p in (clean / "snapshots").iterdir()] == [os.path.basename(os.readlink(clean / "latest"))]


def group_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_build_is_quiet_and_says_each_step_of_each_document_when_asked(raw, tmp_path):
    (raw / "carnets" / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    words = [sys.executable, "-m", "flows.cli", "build", "--no-prefect", "--raw", raw, "--clean", tmp_path / "clean"]
    done = subprocess.run([*words, "--log-json"], capture_output=True, text=True, timeout=120, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {(line["event"], line["stage"]) for line in lines} == {
        ("scanned", "scan"), ("done", "prepare"), ("done", "finish"), ("kept", "decide"), ("quarantined", "parse"),
        ("published", "publish"),
    }  # fmt: skip
    about = [line for line in lines if line["event"] == "kept"]
    assert len(about) == 8 and all(len(line["doc_id"]) == 32 and line["path"] for line in about)
    (raw / "carnets" / "page\nin two \x1b[31m.html").write_text(page(20))
    again = subprocess.run([*words, "--verbose"], capture_output=True, text=True, timeout=120, check=True)
    said = again.stderr.splitlines()
    assert "carnets/broken.pdf" in again.stderr and len(said) == 1 + 2 + 10 + 1 and "\x1b" not in again.stderr
    assert sum("carnets/page\\nin two" in line for line in said) == 3
    quiet = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
    assert quiet.stderr == ""


def test_warnings_of_libraries_are_lines_of_the_log_with_the_document_they_are_about(raw, tmp_path):
    (raw / "odd").mkdir()
    (raw / "odd" / "source.toml").write_text('hook = "hostile_jobs:hook_that_warns"\n')
    (raw / "odd" / "page.html").write_text(page(20))
    here = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ["PYTHONPATH"]])}
    words = [sys.executable, "-m", "flows.cli", "build", "--no-prefect", "--raw", raw, "--clean", tmp_path / "clean"]

    def build(*more):
        done = subprocess.run([*words, *more], env=here, capture_output=True, text=True, timeout=120, check=True)
        return done.stderr.splitlines()

    warned = [line for line in map(json.loads, build("--log-json")) if line["event"] == "warned"]
    assert [(line["stage"], line["path"]) for line in warned] == [("prepare", "odd/page.html")] * 2
    assert warned[0]["message"] == "somebody: odd\npage" and "a deprecated way" in warned[1]["message"]
    next((tmp_path / "clean" / "latest" / "documents").iterdir()).write_bytes(b"")
    (line,) = [line for line in map(json.loads, build("--log-json")) if line["event"] == "warned"]
    assert "the latest snapshot is damaged" in line["message"] and line["stage"] == "build"
    (raw / "odd" / "page.html").write_text(page(21))
    assert build() == []
