"""The lists of the viewer as HTML: documents that stay and those that were dropped, with the filters above them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

import pyarrow as pa

from corpus.charts import Cell, Share, Table, table_html
from corpus.render_text import attribute
from corpus.report_survey import Survey
from flows.viewer_pages import document_address, frame, source_address
from flows.viewer_query import DROPPED, ORDERS, TEXTS, Index, Query
from flows.viewer_texts import Search

PAGE_ROWS = 50


def listing(
    index: Index, query: Query, chosen: Sequence[int], others: int, search: Search | None = None, *, done: bool = True
) -> str:
    """The documents that a question asks for, a page of them, with the filters.

    Args:
        index: the snapshot.
        query: the question.
        chosen: indices of the rows that answer it.
        others: how many rows answer it among the dropped documents, or among those that stay where it is about dropped.
        search: where the question is about texts, what was found in them.
        done: whether the texts were all read; if not, the page loads itself again.
    """
    pages = max(1, -(-len(chosen) // PAGE_ROWS))
    number = min(query.page, pages)
    shown = [int(i) for i in chosen[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]]
    rows = _dropped_rows if query.among == DROPPED else _rows
    body = (
        f"<h1>Documents</h1>{_filters(index.survey, query)}"
        f"<p>{_status(index.survey, query, len(chosen))}{_others(query, others)}{_source_links(query)}</p>"
        f"{_progress(search, done=done)}{rows(index, query, shown, search)}{_pager(query, number, pages)}"
    )
    return frame("Documents", body, here="/", again=0 if done else 1)


def _status(found: Survey, query: Query, number: int) -> str:
    total, what = (found.removed.num_rows, "dropped") if query.among == DROPPED else (len(found), "")
    return f'<span role="status">{number:,} of {total:,} {what}{" " if what else ""}documents</span>'


def _others(query: Query, number: int) -> str:
    """A link to what the same words find among the documents that are not listed."""
    if not number or not (query.q or query.among):
        return ""
    to, words = ("", "that stay") if query.among == DROPPED else (DROPPED, "that were dropped")
    return f' · <a href="/?{escape(query.address(among=to, page=1))}">{number:,} {words}</a>'


def _progress(search: Search | None, *, done: bool) -> str:
    if search is None or done:
        return ""
    words = f"Looking into the texts: {search.seen:,} of {search.total:,} documents read. The page loads itself again."
    return f'<p role="status">{words}</p>'


def _rows(index: Index, query: Query, shown: Sequence[int], search: Search | None) -> str:
    found = index.survey
    some = found.documents.take(pa.array(shown, pa.int64())).to_pylist()
    numbers = [found.number(name) for name in ("characters", "removed_share", "repaired_share")]
    rows: list[tuple[Cell, ...]] = []
    for i, row in zip(shown, some, strict=True):
        length, removed, repaired = (float(column[i]) for column in numbers)
        rows.append(
            (
                row["title"] or row["path"],
                row["source"],
                row["language"] or "",
                int(length),
                Share(removed),
                Share(repaired),
                float(found.confidence[i]),
                *(() if search is None else (search.kept.snippets.get(i, ""),)),
            )
        )
    names = ("document", "source", "language", "characters", "removed", "repaired", "least confidence")
    return _table(names, rows, [row["doc_id"] for row in some], query, search)


def _dropped_rows(index: Index, query: Query, shown: Sequence[int], search: Search | None) -> str:
    some = index.survey.removed.take(pa.array(shown, pa.int64())).to_pylist()
    rows: list[tuple[Cell, ...]] = []
    for i, row in zip(shown, some, strict=True):
        kept = index.numbers.get(row["of"])
        stays = "" if kept is None else index.survey.documents.column("path")[kept].as_py()
        found = () if search is None else (search.dropped.snippets.get(i, ""),)
        rows.append((row["title"] or row["path"], row["source"], row["reason"], row["similarity"], stays, *found))
    names = ("document", "source", "dropped as", "similarity", "in favour of")
    return _table(names, rows, [row["doc_id"] for row in some], query, search)


def _table(
    names: tuple[str, ...], rows: Sequence[tuple[Cell, ...]], keys: Sequence[str], query: Query, search: Search | None
) -> str:
    within, place = query.address(), "" if search is None else "#span"
    columns = names if search is None else (*names, "in the text")
    return table_html(Table("Documents", columns, rows, [document_address(key, within) + place for key in keys]))


def _source_links(query: Query) -> str:
    """From a source that was asked for to its numbers, and to the page on which its rules are tried."""
    if not query.source:
        return ""
    numbers = f'<a href="{escape(source_address(query.source))}">its numbers</a>'
    return f' · {numbers} · <a href="/rules/{quote(query.source, safe="")}">its rules</a>'


def _filters(found: Survey, query: Query) -> str:
    sources = sorted({name for name in found.documents.column("source").unique().to_pylist() if name})
    languages = sorted({name for name in found.documents.column("language").unique().to_pylist() if name})
    labels = sorted({doing.label for doing in found.doings})
    confidence = "" if query.confidence is None else f"{query.confidence:g}"
    fields = (
        f'<label>Words, "a phrase"<input id="q" type="search" name="q" value="{attribute(query.q)}"></label>',
        _choice("within", "Search in", [("", "titles, paths, addresses"), (TEXTS, "texts")], query.within),
        _choice("among", "Among", [("", "documents that stay"), (DROPPED, "those dropped whole")], query.among),
        _choice("source", "Source", [("", "all"), *((name, name) for name in sources)], query.source),
        _choice("language", "Language", [("", "all"), *((name, name) for name in languages)], query.language),
        _choice("label", "Reason", [("", "all"), *((name, name) for name in labels)], query.label),
        f'<label>Rule<input name="rule" value="{attribute(query.rule)}"></label>',
        f"<label>Confidence at most{_number_field('confidence', confidence)}</label>",
        _choice("sort", "Order", list(ORDERS.items()), query.sort),
        "<button>Show</button>",
    )
    return f'<form class="filters" method="get" action="/" role="search">{"".join(fields)}</form>'


def _number_field(name: str, value: str) -> str:
    return f'<input name="{name}" type="number" min="0" max="1" step="any" value="{value}">'


def _choice(name: str, words: str, options: Sequence[tuple[str, str]], chosen: str) -> str:
    inside = "".join(
        f'<option value="{attribute(value)}"{" selected" if value == chosen else ""}>{attribute(text)}</option>'
        for value, text in options
    )
    return f'<label>{words}<select name="{name}">{inside}</select></label>'


def _pager(query: Query, number: int, pages: int) -> str:
    before = f'<a rel="prev" href="/?{escape(query.address(page=number - 1))}">Previous</a>' if number > 1 else ""
    behind = f'<a rel="next" href="/?{escape(query.address(page=number + 1))}">Next</a>' if number < pages else ""
    return f'<nav class="pager" aria-label="Pages of the list">{before} Page {number:,} of {pages:,} {behind}</nav>'
