"""Pages without markup: what a scraper that keeps only the visible text hands over."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cleaners.boilerplate import evidence_of
from cleaners.content_text import gaps_above, score_text
from cleaners.content_text_features import text_features
from cleaners.content_text_labels import name_furniture
from cleaners.decision import decide
from cleaners.page import Proposal
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


LINES = [
    "Menu",
    "Home",
    "The ferry leaves at dawn, whether the fog has lifted or not.",
    "4 May 2019",
    "See all posts >",
]


def test_features_asked_for_by_name_are_those_computed_with_all_others():
    evidence = evidence_of(extract_text(RawItem("\n\n".join(LINES))))
    known = (evidence.page, evidence.cues, gaps_above(evidence.document), evidence.rules)
    names, rows = text_features(*known)
    assert len(set(names)) == len(names) == rows.shape[1]
    assert not [name for name, column in zip(names, rows.T, strict=True) if np.isnan(column).any()]
    some, columns = text_features(*known, names[::7])
    assert (columns == rows[:, ::7]).all()
    assert some == names[::7]
    with pytest.raises(KeyError):
        text_features(*known, ["mood"])


def test_page_text_is_scored_line_by_line_and_a_single_line_is_not():
    scores = score_text(evidence_of(extract_text(RawItem("\n".join(LINES)))))
    assert scores is not None
    assert len(scores) == len(LINES)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert score_text(evidence_of(extract_text(RawItem(LINES[2])))) is None


def test_unnamed_furniture_gets_its_label_from_section_form_and_place():
    lines = ["Fishing", LINES[2], "Related posts", "Nets and knots", "4 May 2019", "All about eels and other fish"]
    evidence = evidence_of(extract_text(RawItem("\n".join(lines))))
    found = {i: Proposal("boilerplate", "content-model", 0.1 if i == 1 else 0.9) for i in range(len(lines))}
    found[2] = Proposal("related-links", "related-heading", 0.9)
    named = name_furniture(evidence.page, [None] * len(lines), found)
    assert [named[i].label for i in range(len(lines))] == [
        "navigation", "", "related-links", "related-links", "byline", "related-links",
    ]  # fmt: skip


def test_links_above_the_text_are_a_menu_and_the_same_ones_below_it_the_foot():
    links = ["The village ferry", "About us", "Contact", "Crossings"]
    lines = [
        *links,
        "The ferry crosses the river twice a day, and thrice when there is a wedding in the valley.",
        *links,
    ]
    evidence = evidence_of(extract_text(RawItem("\n".join(lines))))
    found = {i: Proposal("boilerplate", "content-model", 0.9) for i in range(len(lines)) if i != len(links)}
    named = name_furniture(evidence.page, evidence.cues, found)
    assert {named[i].label for i in range(len(links))} == {"navigation"}
    assert named[len(links) + 2].label == "legal-footer"


def test_a_time_of_the_day_and_a_date_in_other_words_are_bylines():
    lines = [
        "14.10 Uhr",
        "20. listopad 2022",
        "2016年6月21日",
        "3:45",
        "The ferry left, and nobody was on it but the dog.",
    ]
    evidence = evidence_of(extract_text(RawItem("\n".join(lines))))
    found = {i: Proposal("boilerplate", "content-model", 0.9) for i in range(4)}
    named = name_furniture(evidence.page, [None] * 5, found)
    assert [named[i].label for i in range(4)] == ["byline", "byline", "byline", "widget"]
