"""The published corpus is a function of raw/ and the rules, whatever the builds were that led to it.

Hypothesis puts documents into a raw folder, changes them and takes them away, in steps with a build after each. The
snapshot at the end must hold what one fresh build of the final folder publishes: same documents, texts, edits, notes
and removals. Documents are made so that they matter to each other: copies in chains, excerpts, versions of a record,
blocks that repeat, sources that want copies dropped, noted, or left alone.
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Edit, replay
from flows import building
from flows.building import build, plainly
from flows.progress import Silent
from flows.settings import Settings
from flows.workers import Outcome

TABLES = ("documents", "removed", "quarantine")
RULES = {"news": "priority = 1\n", "laws": 'duplicates = "annotate"\n', "reprints": 'duplicates = "keep"\n', "web": ""}
WORDS = [
    first + last
    for first in ("bac", "rive", "lune", "port", "sel", "vent", "pont", "mât", "quai", "brume", "rame", "voile")
    for last in ("", "s", "eur", "ette", "ier", "age", "able", "on", "ot", "ine", "ure", "esse")
]
FOOTER = "Le carnet du bac paraît chaque semaine, sauf quand la rivière déborde et que personne ne passe."


class InThisProcess:
    """Runs jobs where they are, for builds of a dozen documents: what workers are for is tested elsewhere."""

    def __init__(self, *_limits):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def run(self, function, jobs, *, alone=False, size=None):
        for job in jobs:
            yield Outcome(job, function(job))


def prose(seed, count):
    chooser = random.Random(str(seed))
    return " ".join(chooser.choices(WORDS, k=count)).capitalize() + "."


def article(number, variant):
    """A text of the family `number`; variants are copies with small changes, an excerpt and a longer page."""
    paragraphs = [prose((number, part), 40) for part in range(4)]
    if variant == 1:
        paragraphs[1] = paragraphs[1].replace(" ", "  ").upper()
    elif 2 <= variant <= 4:  # each resembles the one before, the first and the last do not resemble each other
        paragraphs[-1] = " ".join(paragraphs[-1].split()[: 40 - 12 * (variant - 1)])
    elif variant == 5:
        paragraphs = paragraphs[1:3]
    elif variant == 6:
        paragraphs += [prose((number, "more", part), 40) for part in range(4)]
    return paragraphs


def content(kind, number, variant):
    """The bytes of a raw item."""
    paragraphs = article(number, variant)
    if kind == "html":
        body = "".join(f"<p>{paragraph}</p>" for paragraph in [*paragraphs, FOOTER])
        text = (
            f"<html><body><nav><a href='/'>Accueil</a></nav><article><h1>N {number}</h1>{body}</article></body></html>"
        )
    elif kind == "jsonl":
        rows = [
            {"url": f"https://example.org/{number}", "text": "\n\n".join(p), "fetched": f"2026-0{1 + i}-01T00:00:00Z"}
            for i, p in enumerate((article(number, 5), paragraphs))
        ]
        text = "".join(json.dumps(row) + "\n" for row in rows)
    elif kind == "broken":
        return b"%PDF-1.7" + bytes([number, variant])
    else:
        text = "\n\n".join([*paragraphs, FOOTER])
    return text.encode()


items = st.tuples(
    st.sampled_from(["html", "html", "html", "txt", "txt", "jsonl", "broken"]), st.integers(0, 2), st.integers(0, 6)
)
paths = st.tuples(st.sampled_from(sorted(RULES)), st.integers(0, 5))
steps = st.lists(
    st.dictionaries(paths, st.one_of(st.none(), items, items, items), min_size=6, max_size=16), min_size=2, max_size=3
)


def apply_step(raw, step):
    """Put, replace and remove files."""
    for (source, number), item in step.items():
        for old in (raw / source).glob(f"{number}.*"):
            old.unlink()
        if item:
            (raw / source / f"{number}.{item[0] if item[0] != 'broken' else 'pdf'}").write_bytes(content(*item))


def new_raw(folder):
    for source, rules in RULES.items():
        (folder / source).mkdir(parents=True)
        (folder / source / "source.toml").write_text(rules)
    return folder


def published(raw, clean):
    """Build, and everything in the snapshot but the layout of its shards."""
    build(Settings(raw=raw, clean=clean, workers=1, allow_shrink=True), Silent(), plainly)
    tables = {}
    for table in TABLES:
        rows = [row for part in (clean / "latest" / table).glob("*.parquet") for row in pq.read_table(part).to_pylist()]
        tables[table] = sorted(rows, key=lambda row: row["path"])
    return tables


def check(tables):
    """What holds of every corpus."""
    kept = {row["doc_id"] for row in tables["documents"]}
    for row in tables["documents"]:
        assert replay(row["raw_text"], [Edit(**edit) for edit in row["edits"]]) == row["text"]
        assert {note["of"] for note in row["duplicates"]} <= kept - {row["doc_id"]}
    for row in tables["removed"]:
        if row["reason"] in {"exact-duplicate", "near-duplicate"}:
            assert row["of"] in kept
            assert row["similarity"] >= 0.8


@pytest.fixture(autouse=True)
def _light_builds(monkeypatch):
    monkeypatch.setattr(building, "Workers", InThisProcess)
    monkeypatch.setattr(building, "report_of", lambda *_: None)  # pages about the snapshot, no part of it


@settings(max_examples=12, deadline=None, derandomize=True)
@given(steps)
def test_any_increments_and_deletions_publish_what_one_fresh_build_does(increments):
    folder = Path(tempfile.mkdtemp())
    try:
        raw = new_raw(folder / "raw")
        for step in increments:
            apply_step(raw, step)
            tables = published(raw, folder / "clean")
        check(tables)
        assert tables == published(raw, folder / "fresh")
    finally:
        shutil.rmtree(folder)
