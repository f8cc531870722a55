"""The benchmark of main content runs on a folder and on records."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXT = "The tide comes in twice a day, and twice a day it goes out again, which surprises nobody here."
HTML = f"<html><body><nav><a href='/'>Home</a></nav><article><p>{TEXT}</p><p>{TEXT[:40]}.</p></article></body></html>"


def run(place: Path) -> str:
    command = [sys.executable, "benchmarks/web.py", str(place), "--by", "page_type"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_pairs_and_records_are_measured(tmp_path):
    (tmp_path / "tide.html").write_text(HTML)
    (tmp_path / "tide.txt").write_text(f"{TEXT}\n{TEXT[:40]}.")
    record = {
        "id": "1",
        "html": HTML,
        "with_segments": [TEXT[:30]],
        "without_segments": ["Home"],
        "page_type": "article",
    }
    (tmp_path / "more.jsonl").write_text(json.dumps(record) + "\n")
    printed = run(tmp_path)
    assert "segment F1" in printed
    assert "bag F1" in printed
    assert "page_type article: 1 pages" in printed


def test_an_empty_folder_is_an_error_that_says_what_is_wanted(tmp_path):
    command = [sys.executable, "benchmarks/web.py", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "benchmarks/README.md" in done.stderr
