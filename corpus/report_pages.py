"""What stands on the pages of the report: tables and charts of a survey, examples, differences between duplicates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from corpus import charts, report_copies, report_history, report_tables
from corpus.charts import Cell, Share, Table, figure, table_html
from corpus.render_diff import word_diff
from corpus.render_text import tag, visible
from corpus.report_survey import Survey, read_rows
from corpus.report_tables import Links, Mask

MOST_DIFFS = 20
MOST_TEXT = 20_000  # characters of a text in a diff


@dataclass(slots=True)
class Examples:
    """Edits of the sample by label and by action, to be shown on the pages of the reasons."""

    by_label: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    repairs: list[tuple[str, str, str]] = field(default_factory=list)


# ---- overview and lists ----------------------------------------------------------------------------------------------


def pages(
    found: Survey, parent: Path | None, links: Links, written: Sequence[int], examples: Examples
) -> Iterator[tuple[str, str, str]]:
    """File name, title and body of every page that is about the corpus as a whole or about a reason."""
    entries = report_history.history(found, parent)
    changes = report_history.comparison(found, parent, links) if parent else None
    yield "index.html", "Report", overview(found, links, entries, changes)
    yield "documents.html", "Documents", f"<h1>Sample of documents</h1>{_list(found, links, written)}"
    yield "repairs.html", "Repairs", _repairs(found, links, examples)
    yield "duplicates.html", "Duplicates", _duplicates(found, links)
    yield (
        "quarantine.html",
        "Quarantine",
        "<h1>Quarantine</h1>" + quarantine(found),
    )
    yield "comparison.html", "Changes", comparison(changes, entries, parent.name if parent else "")
    for row in report_tables.labels(found).rows:
        name = str(row[0])
        yield f"label-{name}.html", name, _label(found, name, str(row[4]), links, examples)


def overview(
    found: Survey, links: Links, entries: Sequence[dict[str, Any]] = (), changes: tuple[Table, Table] | None = None
) -> str:
    """The overview in charts and tables; `entries` is the history, `changes` the comparison with the last snapshot."""
    numbers = "".join(
        f"<li><strong>{charts.written(number)}</strong>{name}</li>" for name, number in report_tables.totals(found).rows
    )
    repairs = report_tables.rules(found, links, action="repair", title="Repairs by method")
    return "".join(
        (
            f'<h1>Corpus in numbers</h1><ul class="numbers">{numbers}</ul>',
            figure(report_tables.sources(found, links), charts.shares, opened=True),
            figure(report_tables.sources_by_language(found, links), charts.stacks),
            figure(report_tables.languages(found, links), charts.bars),
            figure(report_tables.labels(found, links), charts.bars, opened=True),
            figure(report_tables.lengths(found), charts.columns),
            figure(repairs, lambda table: charts.bars(table, 2)),
            figure(report_tables.reasons(found), charts.bars),
            _signals(found),
            f"<h2>Since the previous snapshot</h2>{table_html(changes[0])}" if changes else "",
            figure(report_history.history_table(list(entries)), charts.line) if len(entries) > 1 else "",
        )
    )


def quarantine(found: Survey) -> str:
    """What could not be read: by error, by reason, and every item."""
    return "".join(
        (
            figure(report_tables.errors(found), charts.bars),
            "<h2>Reasons</h2>",
            table_html(report_tables.failures(found)),
            "<h2>Items</h2>",
            table_html(report_tables.quarantine(found)),
        )
    )


def _signals(found: Survey, mask: Mask | None = None) -> str:
    """The quality signals: their distributions, and their quantiles below."""
    quantiles = report_tables.signals(found, mask)
    if not quantiles.rows:
        return ""
    return (
        figure(report_tables.distributions(found, mask), charts.distributions)
        + f"<details><summary>Quantiles of the signals</summary>{table_html(quantiles)}</details>"
    )


def _list(found: Survey, links: Links, indices: Sequence[int]) -> str:
    columns = [found.column(name) for name in ("doc_id", "path", "title", "source", "language")]
    removed, repaired = found.number("removed_share"), found.number("repaired_share")
    rows: list[tuple[Cell, ...]] = []
    to: list[str] = []
    for i in indices:
        key, path, title, source, language = (column[i] for column in columns)
        rows.append(
            (title or path, source, language or "", Share(removed[i]), Share(repaired[i]), float(found.confidence[i]))
        )
        to.append(links.document(key))
    names = ("document", "source", "language", "removed", "repaired", "least confidence")
    return table_html(Table("Documents", names, rows, to))


def source_page(found: Survey, name: str, links: Links, written: Sequence[int] | None = None) -> str:
    """What was done to one source; `written` are the documents to list."""
    mask = report_tables.of_source(found, name)
    return "".join(
        (
            f'<h1 dir="auto">{visible(name)}</h1><p>{int(mask.sum()):,} documents.</p>',
            figure(report_tables.labels(found, links, mask), charts.bars, opened=True),
            figure(report_tables.rules(found, links, mask=mask), charts.bars),
            figure(report_tables.languages(found, links, mask), charts.bars),
            figure(report_tables.lengths(found, mask), charts.columns),
            figure(report_tables.reasons(found, name), charts.bars),
            _signals(found, mask),
            "" if written is None else "<h2>Sample of its documents</h2>",
            "" if written is None else _list(found, links, [index for index in written if mask[index]]),
        )
    )


def _label(found: Survey, name: str, meaning: str, links: Links, examples: Examples) -> str:
    return "".join(
        (
            f"<h1>{tag(name, f'l-{name}')}</h1><p>{visible(meaning)}</p>",
            figure(report_tables.rules(found, links, label=name), charts.bars, opened=True),
            "<h2>Examples</h2>",
            _example_list(examples.by_label.get(name, [])),
        )
    )


def _repairs(found: Survey, links: Links, examples: Examples) -> str:
    table = report_tables.rules(found, links, action="repair", title="Repairs by method")
    return (
        f"<h1>Repairs</h1>{figure(table, _by_edits, opened=True) or '<p>None.</p>'}<h2>Examples</h2>"
        + _example_list(examples.repairs)
    )


def _by_edits(table: Table) -> str:
    return charts.bars(table, 2)


def _example_list(entries: Sequence[tuple[str, str, str]]) -> str:
    if not entries:
        return "<p>None in the sample.</p>"
    items = "".join(
        f'<li><a dir="auto" href="{escape(link)}"><del>{visible(before) or "(nothing)"}</del>'
        + (f" → <ins>{visible(after)}</ins>" if after else "")
        + "</a></li>"
        for link, before, after in entries
    )
    return f'<ul class="diff">{items}</ul>'


def comparison(changes: tuple[Table, Table] | None, entries: list[dict[str, Any]], parent: str) -> str:
    """What is new, changed or gone since the parent, and the history."""
    if changes is None:
        return "<h1>Changes</h1><p>There is no previous snapshot to compare this one with.</p>"
    counts, listed = changes
    return "".join(
        (
            f"<h1>Changes since {visible(parent)}</h1>",
            table_html(counts),
            f"<h2>{visible(listed.title)}</h2>",
            table_html(listed),
            figure(report_history.history_table(entries), charts.line),
        )
    )


# ---- duplicates -----------------------------------------------------------------------------------------------------


def _duplicates(found: Survey, links: Links) -> str:
    return "".join(
        (
            "<h1>Duplicates</h1>",
            figure(report_tables.reasons(found), charts.bars),
            table_html(report_copies.duplicates(found, links)),
            "<h2>Documents that resemble each other</h2>",
            table_html(report_copies.similar(found, links)),
            "<h2>Some of the dropped ones beside what stays</h2>",
            "".join(_diffs(found)) or "<p>None.</p>",
        )
    )


def _diffs(found: Survey) -> Iterator[str]:
    """Word diffs of dropped documents with those that stay, of the least similar first."""
    pairs = [row for row in found.removed.to_pylist() if row["of"]]
    pairs.sort(key=lambda row: (row["similarity"] or 0, row["doc_id"]))
    numbers = {key: index for index, key in enumerate(found.column("doc_id"))}
    pairs = [row for row in pairs if row["of"] in numbers][:MOST_DIFFS]
    dropped = dropped_texts(found.snapshot, {row["doc_id"] for row in pairs})
    indices = sorted({numbers[row["of"]] for row in pairs})
    kept = {row["doc_id"]: row for row in read_rows(found, indices, ["doc_id", "path", "text"])}
    for row in pairs:
        other = kept[row["of"]]
        similarity = "" if row["similarity"] is None else f", similarity {row['similarity']:.2f}"
        yield (
            f"<details><summary>{visible(row['path'])} → {visible(other['path'])} "
            f"({visible(row['reason'])}{similarity})</summary>"
            f"{word_diff(dropped.get(row['doc_id'], '')[:MOST_TEXT], other['text'][:MOST_TEXT])}</details>"
        )


def dropped_texts(snapshot: Path, keys: set[str]) -> dict[str, str]:
    """The texts of documents that were dropped whole, by doc_id."""
    texts: dict[str, str] = {}
    for path in sorted((snapshot / "removed").glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                ids = file.read_row_group(group, columns=["doc_id"]).column(0).to_pylist()
                wanted = np.array([key in keys for key in ids], bool)
                if wanted.any():
                    table = file.read_row_group(group, columns=["doc_id", "text"]).filter(wanted)
                    texts.update(zip(table.column(0).to_pylist(), table.column(1).to_pylist(), strict=True))
    return texts
