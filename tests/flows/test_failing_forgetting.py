"""The k-th step of a forgetting fails, for k = 1, 2, 3, ..., as in test_failing_steps.py."""

from __future__ import annotations

import shutil

import pyarrow.parquet as pq
import pytest

from corpus.errors import CorpusError
from flows.forgetting import forget
from flows.settings import Settings
from tests.flows.failing_steps import FORGOTTEN, Prepared, content, failing, leftovers, prepare, run


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("steps"))


def test_whichever_step_of_a_forgetting_fails_the_next_build_ends_it(prepared, tmp_path, monkeypatch):
    clean = tmp_path / "clean"
    secret = prepared.before[FORGOTTEN][1].splitlines()[-1].encode()
    for at in range(1, 500):
        shutil.copytree(prepared.old, clean, symlinks=True)
        (row,) = [r for r in rows(clean, "documents") if r["path"] == FORGOTTEN]
        begun = False
        with failing(monkeypatch, at, for_good=bool(at % 2)) as steps:
            try:
                forget(Settings(raw=prepared.raw, clean=clean), [row["doc_id"]])
                begun = True
            except CorpusError:
                begun = (clean / "forgotten.json").exists()
        assert len(content(clean)) == len(prepared.before), at
        if at <= steps.count:
            run(prepared.raw, clean)
        if begun:
            assert_nowhere(clean, secret)
        assert not leftovers(clean), at
        shutil.rmtree(clean)
        if steps.count < at:
            break
    assert at > 20


def rows(clean, table):
    return [row for part in (clean / "latest" / table).glob("*.parquet") for row in pq.read_table(part).to_pylist()]


def assert_nowhere(clean, secret):
    for snapshot in (clean / "snapshots").iterdir():
        for part in snapshot.glob("*/*.parquet"):
            for row in pq.read_table(part).to_pylist():
                assert secret.decode() not in (row.get("text") or "") + (row.get("raw_text") or "")
    assert not [p for p in clean.rglob("*") if p.is_file() and not p.is_symlink() and secret in p.read_bytes()]
