"""Builds in the process of the test, and what they published."""

from __future__ import annotations

import pyarrow.parquet as pq

from flows.building import build, plainly
from flows.progress import Silent
from flows.settings import Settings

TABLES = ("documents", "removed", "quarantine")


def run(raw, clean, **settings):
    return build(Settings(raw=raw, clean=clean, workers=2, **settings), Silent(), plainly)


def table(clean, table="documents"):
    found = {}
    for part in (clean / "latest" / table).glob("*.parquet"):
        for row in pq.read_table(part).to_pylist():
            assert row["path"] not in found
            found[row["path"]] = row
    return found


def everything(clean):
    return {name: table(clean, name) for name in TABLES}
