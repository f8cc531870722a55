"""The pages of the viewer as HTML: the list with its filters, a document with its neighbours, two texts compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

import pyarrow as pa

from corpus.charts import Cell, Share, Table, table_html
from corpus.render import Setting, document_main
from corpus.render_diff import word_diff, word_diff_beside
from corpus.render_ledger import parts
from corpus.render_page import data_file, page
from corpus.render_text import attribute, visible
from corpus.report_survey import Survey, to_document
from corpus.report_tables import Links
from flows.viewer_query import ORDERS, TEXTS, Index, Query
from flows.viewer_texts import first, in_raw

PAGE_ROWS = 50
MOST_TEXT = 100_000  # characters of a text in a comparison
MOST_MATCHES = 50

_NAV = (
    ("/", "Documents"),
    ("/overview", "Overview"),
    ("/duplicates", "Duplicates"),
    ("/quarantine", "Quarantine"),
    ("/rules", "Rules"),
)
_KEYS = (
    '<details id="keys"><summary>Keys</summary><p><kbd>j</kbd> next, <kbd>k</kbd> previous, <kbd>/</kbd> search, '
    "<kbd>u</kbd> up to the list, <kbd>v</kbd> turn the view, <kbd>?</kbd> these keys</p></details>"
)


def frame(title: str, body: str, *, here: str = "", again: int = 0) -> str:
    """A page of the viewer, which loads itself again after `again` seconds if that is not 0."""
    links = "".join(f'<a href="{to}"{" aria-current=page" if to == here else ""}>{words}</a>' for to, words in _NAV)
    return page(title, body + _KEYS, nav=links, script=data_file("viewer.js"), again=again)


def links() -> Links:
    """Where names lead in the viewer: to the list with a filter, or to a document."""
    return Links(
        source=lambda name: f"/?{urlencode({'source': name})}",
        label=lambda name: f"/?{urlencode({'label': name})}",
        rule=lambda name: f"/?{urlencode({'rule': name})}",
        language=lambda name: f"/?{urlencode({'language': name})}" if name else "",
        document=document_address,
    )


def document_address(key: str, query: str = "") -> str:
    """The address of a document's page, within a question."""
    return f"/document/{quote(key, safe='')}{'?' + query if query else ''}" if key else ""


# ---- the list -------------------------------------------------------------------------------------------------------


def listing(index: Index, query: Query, chosen: Sequence[int], snippets: Mapping[int, str] | None = None) -> str:
    """The documents that a question asks for, a page of them, with the filters.

    `snippets` are the surroundings of what was found in the texts, where the question is about texts.
    """
    found = index.survey
    pages = max(1, -(-len(chosen) // PAGE_ROWS))
    number = min(query.page, pages)
    shown = [int(i) for i in chosen[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]]
    body = (
        f"<h1>Documents</h1>{_filters(found, query)}"
        f'<p><span role="status">{len(chosen):,} of {len(found):,} documents</span>{_rules_link(query)}</p>'
        f"{_rows(found, query, shown, snippets)}"
        f"{_pager(query, number, pages)}"
    )
    return frame("Documents", body, here="/")


def searching(index: Index, query: Query, seen: int) -> str:
    """What is shown, and loads itself again, while the texts are being read."""
    found = index.survey
    words = f"Looking into the texts: {seen:,} of {len(found):,} documents read. The page loads itself again."
    body = f'<h1>Documents</h1>{_filters(found, query)}<p role="status">{words}</p>'
    return frame("Documents", body, here="/", again=1)


def _rows(found: Survey, query: Query, shown: Sequence[int], snippets: Mapping[int, str] | None) -> str:
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
                *(() if snippets is None else (snippets.get(i, ""),)),
            )
        )
    names = ("document", "source", "language", "characters", "removed", "repaired", "least confidence")
    columns = names if snippets is None else (*names, "in the text")
    within, place = query.address(), "" if snippets is None else "#span"
    to = [document_address(row["doc_id"], within) + place for row in some]
    return table_html(Table("Documents", columns, rows, to))


def _rules_link(query: Query) -> str:
    """From a source that was asked for to the page on which its rules are tried."""
    return f' · <a href="/rules/{quote(query.source, safe="")}">its rules</a>' if query.source else ""


def _filters(found: Survey, query: Query) -> str:
    sources = sorted({name for name in found.documents.column("source").unique().to_pylist() if name})
    languages = sorted({name for name in found.documents.column("language").unique().to_pylist() if name})
    labels = sorted({doing.label for doing in found.doings})
    confidence = "" if query.confidence is None else f"{query.confidence:g}"
    fields = (
        f'<label>Search<input id="q" type="search" name="q" value="{attribute(query.q)}"></label>',
        _choice("within", "Search in", [("", "titles, paths, addresses"), (TEXTS, "texts (a phrase)")], query.within),
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


# ---- a document -----------------------------------------------------------------------------------------------------


def document(
    index: Index,
    row: dict[str, Any],
    query: Query,
    chosen: Sequence[int],
    *,
    part: int = 0,
    span: tuple[int, int] | None = None,
) -> str:
    """The page of a document. `part` 0 is the one that holds the span, else the first.

    Without a span, what the question looks for in the texts is shown as one.
    """
    shown = to_document(row)
    if not span and query.phrase and (hit := first(shown.text, query.phrase)):
        span = in_raw(shown.edits, *hit)
    key, title = row["doc_id"], row["title"] or row["path"]
    cuts = parts(shown)
    if not part:
        part = next((i for i, (_, end) in enumerate(cuts, 1) if span and span[0] < end), 1)
    within = query.address()
    facts = [("Path", visible(row["path"])), ("Licence", visible(row["licence"] or "")), ("Id", visible(key))]
    facts.append(("Fetched", visible(row["fetched"] or "")))
    trial = f"/rules/{quote(row['source'], safe='')}"
    page = f'<a href="{escape(trial)}/{quote(key, safe="")}">this page with selectors</a>'
    facts.append(("Rules", f'<a href="{escape(trial)}">of its source</a>, {page}'))

    def part_link(number: int) -> str:
        return document_address(key, "&".join(filter(None, (within, f"part={number}"))))

    setting = Setting(facts, _matches(index, key), min(part, len(cuts)), part_link, span)
    neighbours = _neighbours(index, query, chosen, index.numbers[key])
    return frame(title, f"{neighbours}{document_main(shown, setting, title=title)}")


def _neighbours(index: Index, query: Query, chosen: Sequence[int], number: int) -> str:
    """Links to the documents before and behind this one in the list that it was opened from."""
    within = query.address()
    places = [i for i, other in enumerate(chosen) if other == number][:1]
    up = f'<a rel="up" href="/?{escape(within)}">Documents</a>'
    if not places:
        return f'<nav class="pager" aria-label="Neighbours">{up}</nav>'
    at = places[0]
    before = _neighbour(index, chosen, at - 1, within, "prev", "Previous") if at else ""
    behind = _neighbour(index, chosen, at + 1, within, "next", "Next") if at + 1 < len(chosen) else ""
    return f'<nav class="pager" aria-label="Neighbours">{up} {before} {at + 1:,} of {len(chosen):,} {behind}</nav>'


def _neighbour(index: Index, chosen: Sequence[int], at: int, within: str, rel: str, words: str) -> str:
    key = index.survey.documents.column("doc_id")[int(chosen[at])].as_py()
    return f'<a rel="{rel}" href="{escape(document_address(key, within))}">{words}</a>'


def _matches(index: Index, key: str) -> str:
    """Documents dropped in favour of this one, and those that resemble it."""
    rows: list[tuple[Cell, ...]] = []
    to: list[str] = []
    for row in index.dropped_for.get(key, [])[:MOST_MATCHES]:
        rows.append((row["path"], f"dropped: {row['reason']}", row["similarity"]))
        to.append(compare_address(row["doc_id"], key))
    for match in index.resembling.get(index.numbers[key], [])[:MOST_MATCHES]:
        other = index.numbers.get(match["of"])
        path = match["of"] if other is None else index.survey.documents.column("path")[other].as_py()
        rows.append((path, match["kind"], match["similarity"]))
        to.append("" if other is None else compare_address(key, match["of"]))
    if not rows:
        return ""
    return f"<h2>Duplicates</h2>{table_html(Table('Duplicates', ('document', 'how', 'similarity'), rows, to))}"


# ---- two texts ------------------------------------------------------------------------------------------------------


def compare_address(one: str, other: str) -> str:
    """The address of the comparison of two documents."""
    return "/compare?" + urlencode({"a": one, "b": other})


def comparison(one: tuple[str, str, str], other: tuple[str, str, str]) -> str:
    """Two documents, each as its path, text and address ("" for none), side by side with their differences by word."""
    a, b = one[1][:MOST_TEXT], other[1][:MOST_TEXT]
    cut = "<p>Only the beginnings are shown.</p>" if len(a) < len(one[1]) or len(b) < len(other[1]) else ""
    words = "<del>Only on the left</del>, <ins>only on the right</ins>." if a != b else "The texts are equal."
    sides = "".join(
        f'<section><h2 dir="auto">{_linked(path, to)}</h2>{html}</section>'
        for (path, _, to), html in zip((one, other), word_diff_beside(a, b), strict=True)
    )
    merged = f"<details><summary>Both in one</summary>{word_diff(a, b)}</details>" if a != b else ""
    body = f'<h1>Comparison</h1>{cut}<p class="diff">{words}</p><div class="beside">{sides}</div>{merged}'
    return frame("Comparison", body)


def _linked(words: str, to: str) -> str:
    return f'<a href="{escape(to)}">{visible(words)}</a>' if to else visible(words)
