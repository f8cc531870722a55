"""What changed since the previous snapshot, and how the corpus grew: from row hashes and from the last report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.charts import Cell, Table
from corpus.errors import CorpusError
from corpus.report_survey import Survey
from corpus.report_tables import NO_LINKS, Links, totals
from corpus.snapshot import read_manifest

DATA = "data.json"
"""The file of a report that the next one reads: its numbers and those before it."""

MOST_LISTED = 200
MOST_HISTORY = 60

_CHANGES = ("new", "changed", "gone")


def comparison(found: Survey, parent: Path, links: Links = NO_LINKS) -> tuple[Table, Table]:
    """Documents that are new, changed or gone since the parent: how many by source, and the first of each kind.

    Raises CorpusError when the parent cannot be read.
    """
    before = _rows(parent)
    now = {
        key: (digest, source, path)
        for key, digest, source, path in zip(
            *(found.column(name) for name in ("doc_id", "row_hash", "source", "path")), strict=True
        )
    }
    changes: list[tuple[str, str, str, str]] = []
    for key, (digest, source, path) in now.items():
        if key not in before:
            changes.append((source, path, "new", key))
        elif before[key][0] != digest:
            changes.append((source, path, "changed", key))
    changes += [(source, path, "gone", key) for key, (_, source, path) in before.items() if key not in now]
    changes.sort()
    return _by_source(changes), _listed(changes, links)


def _by_source(changes: list[tuple[str, str, str, str]]) -> Table:
    counts: dict[str, dict[str, int]] = {}
    for source, _, kind, _ in changes:
        counts.setdefault(source, dict.fromkeys(_CHANGES, 0))[kind] += 1
    rows: list[tuple[Cell, ...]] = [(source, *counts[source].values()) for source in sorted(counts)]
    return Table("Documents that are new, changed or gone", ("source", *_CHANGES), rows)


def _listed(changes: list[tuple[str, str, str, str]], links: Links) -> Table:
    some = [change for kind in _CHANGES for change in [c for c in changes if c[2] == kind][:MOST_LISTED]]
    rows = [(path, kind, source) for source, path, kind, _ in some]
    return Table("The first of each kind", ("document", "what", "source"), rows, [links.document(c[3]) for c in some])


def _rows(snapshot: Path) -> dict[str, tuple[str, str, str]]:
    rows: dict[str, tuple[str, str, str]] = {}
    try:
        for path in sorted((snapshot / "documents").glob("*.parquet")):
            table = pq.read_table(path, columns=["doc_id", "row_hash", "source", "path"])
            columns = (table.column(name).to_pylist() for name in ("doc_id", "row_hash", "source", "path"))
            rows.update((key, (digest, source, name)) for key, digest, source, name in zip(*columns, strict=True))
    except (OSError, pa.ArrowException) as error:
        raise CorpusError(f"{snapshot}: cannot be read: {error}") from error
    return rows


def parent_of(snapshot: Path) -> Path | None:
    """The folder of the snapshot before this one, if it is still there."""
    try:
        name = read_manifest(snapshot).parent
    except CorpusError:
        return None
    parent = snapshot.parent / name if name else None
    return parent if parent and parent.is_dir() else None


def history(found: Survey, parent: Path | None) -> list[dict[str, Any]]:
    """The numbers of this snapshot behind those of its forebears, as far as their reports are still there."""
    now = {str(name): number for name, number in totals(found).rows}
    return [*(written(parent) if parent else []), now][-MOST_HISTORY:]


def written(snapshot: Path) -> list[dict[str, Any]]:
    """The history that a snapshot's report wrote down; nothing when it has none, or another hand changed it."""
    try:
        values = json.loads((snapshot / "report" / DATA).read_text(encoding="utf-8"))["history"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    if not isinstance(values, list):
        return []
    return [entry for entry in values if isinstance(entry, dict) and all(isinstance(v, int) for v in entry.values())]


def history_table(entries: list[dict[str, Any]]) -> Table:
    """The history as a table: a row per snapshot, the newest last."""
    names = ("documents", "dropped whole", "in quarantine", "characters", "repairs")
    last = len(entries) - 1
    rows: list[tuple[Cell, ...]] = [
        ("this one" if i == last else f"{last - i} before", *(entry.get(name, 0) for name in names))
        for i, entry in enumerate(entries)
    ]
    return Table("Snapshots", ("snapshot", *names), rows)


def data_json(entries: list[dict[str, Any]]) -> str:
    """What `data.json` holds."""
    return json.dumps({"history": entries}, indent=1) + "\n"
