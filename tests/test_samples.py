"""The sample corpus: its items can be made again, its texts are pinned, and most are what an ideal editor would make."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from flows.settings import Settings
from flows.sources import check_sources

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT / "raw"
SOURCES = sorted(folder.name for folder in RAW.iterdir() if folder.is_dir())

sys.path.insert(0, str(ROOT / "tests" / "samples"))
import make_samples  # noqa: E402 (tests/samples is a script with modules beside it)

# What limpide cannot do yet, by item. An item that comes out right must leave this list.
KNOWN = {
    "lectures/la-sieste-au-bureau.txt": "a lone caption in capitals stays",
    "lectures/velo-sous-la-pluie.txt": "a lone caption in capitals stays",
    "rapports/bibliobus-rapport-2025.pdf": "footnotes stand elsewhere than the editor would put them",
    "rapports/harbour-trust-newsletter-27.pdf": "two lines of a column",
}
IDEAL = make_samples.ideal()


@pytest.fixture(scope="module")
def texts():
    settings = Settings(raw=RAW, workers=2)
    return {check.path: check for checks in check_sources(settings, SOURCES).values() for check in checks}


def folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def test_the_raw_items_are_those_that_the_script_makes():
    assert make_samples.differing(make_samples.make()) == []


def test_every_text_is_as_pinned(texts):
    assert [check.path for check in texts.values() if not check.good] == []


def test_every_item_with_a_text_is_pinned(texts):
    assert [check.path for check in texts.values() if check.text and check.pinned is None] == []


@pytest.mark.parametrize("path", IDEAL)
def test_texts_are_what_an_ideal_editor_would_make(texts, path):
    same = folded(texts[path].text or "") == folded(IDEAL[path])
    assert same != (path in KNOWN), "now right: take it off the list" if same else "not what it should be"
