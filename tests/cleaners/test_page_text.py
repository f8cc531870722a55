"""Pages without markup: what a scraper that keeps only the visible text hands over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cleaners.decision import decide
from cleaners.pipeline import prepare
from corpus.document import Document, replay
from extractors import RawItem
from extractors.text import extract_text

FOLDER = Path(__file__).parents[1] / "cases"
CASES = [
    case
    for name in ("clean_results.json", "clean_page_text.json")
    for case in json.loads((FOLDER / name).read_text(encoding="utf-8"))
]


def clean(text: str) -> Document:
    return decide(prepare(extract_text(RawItem(text))))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_lines_of_page_text_go_with_their_label_or_stay(case):
    document = clean("\n".join(line if isinstance(line, str) else line[1] for line in case["lines"]))
    removed = {
        document.raw_text[block.raw_start : block.raw_end]: block.label for block in document.blocks if not block.kept
    }
    assert document.text.split("\n") == [line for line in case["lines"] if isinstance(line, str)]
    assert removed == {line[1]: line[0] for line in case["lines"] if not isinstance(line, str)}
    assert replay(document.raw_text, document.edits) == document.text
