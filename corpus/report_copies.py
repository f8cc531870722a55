"""The tables of the report on copies: what was dropped in whose favour, and what resembles what."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from corpus.charts import Cell, Table
from corpus.report_survey import Survey
from corpus.report_tables import NO_LINKS, Links


def duplicates(found: Survey, links: Links = NO_LINKS, most: int = 500) -> Table:
    """Documents dropped whole, each with what stays in its place."""
    dropped = found.removed.sort_by([("source", "ascending"), ("path", "ascending")]).slice(0, most).to_pylist()
    paths = _paths(found, [row["of"] for row in dropped])
    rows = [(row["path"], row["reason"], row["similarity"], paths.get(row["of"], row["of"])) for row in dropped]
    columns = ("dropped", "reason", "similarity", "in favour of")
    return Table("Documents dropped whole", columns, rows, [links.document(row["of"] or "") for row in dropped])


def similar(found: Survey, links: Links = NO_LINKS, most: int = 500) -> Table:
    """Soft matches: documents that stay and resemble each other."""
    some = found.similar.slice(0, most).to_pylist()
    these = found.documents.select(["doc_id", "path"]).take(found.similar.column("document").slice(0, most)).to_pylist()
    paths = _paths(found, [match["of"] for match in some])
    rows = [
        (this["path"], match["kind"], match["similarity"], paths.get(match["of"], match["of"]))
        for this, match in zip(these, some, strict=True)
    ]
    columns = ("document", "kind", "similarity", "resembles")
    return Table(
        "Documents that resemble each other", columns, rows, [links.document(this["doc_id"]) for this in these]
    )


def matches(found: Survey, indices: Sequence[int], links: Links = NO_LINKS, most: int = 50) -> dict[int, Table]:
    """For each of some documents that has any: documents dropped in its favour and those that resemble it."""
    keys = found.documents.column("doc_id").take(pa.array(indices, pa.int64())).to_pylist()
    by_key = dict(zip(keys, indices, strict=True))
    rows: dict[int, list[tuple[Cell, ...]]] = {index: [] for index in indices}
    to: dict[int, list[str]] = {index: [] for index in indices}
    dropped = found.removed.filter(pc.is_in(found.removed.column("of"), pa.array(keys, pa.string())))
    for row in dropped.to_pylist():
        rows[by_key[row["of"]]].append((row["path"], f"dropped: {row['reason']}", row["similarity"]))
        to[by_key[row["of"]]].append(links.document(row["doc_id"]))
    alike = found.similar.filter(pc.is_in(found.similar.column("document"), pa.array(indices, pa.int64()))).to_pylist()
    paths = _paths(found, [match["of"] for match in alike])
    for match in alike:
        rows[match["document"]].append((paths.get(match["of"], match["of"]), match["kind"], match["similarity"]))
        to[match["document"]].append(links.document(match["of"]))
    columns = ("document", "how", "similarity")
    return {i: Table("Duplicates", columns, some[:most], to[i][:most]) for i, some in rows.items() if some}


def _paths(found: Survey, keys: Sequence[str | None]) -> dict[str | None, str]:
    """The paths of the documents among `keys`."""
    places = pc.index_in(pa.array(keys, pa.string()), found.documents.column("doc_id").combine_chunks())
    known = [(key, place) for key, place in zip(keys, places.to_pylist(), strict=True) if place is not None]
    paths = found.documents.column("path").take(pa.array([place for _, place in known], pa.int64())).to_pylist()
    return dict(zip((key for key, _ in known), paths, strict=True))
