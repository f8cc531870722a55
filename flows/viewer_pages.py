"""The pages of the viewer as HTML: a document with its neighbours, one that was dropped, two texts compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

from corpus import report_copies
from corpus.charts import table_html
from corpus.render import Setting, document_main
from corpus.render_diff import word_diff, word_diff_beside
from corpus.render_ledger import parts
from corpus.render_page import data_file, page
from corpus.render_text import highlighted, visible
from corpus.report_survey import to_document
from corpus.report_tables import Links
from flows.viewer_query import Index, Query
from flows.viewer_texts import in_raw, places

MOST_TEXT = 100_000  # characters of a text in a comparison
MOST_MATCHES = 50

_NAV = (
    ("/", "Documents"),
    ("/overview", "Overview"),
    ("/changes", "Changes"),
    ("/duplicates", "Duplicates"),
    ("/quarantine", "Quarantine"),
    ("/rules", "Rules"),
)
_KEYS = (
    '<details id="keys"><summary>Keys</summary><p><kbd>j</kbd> next, <kbd>k</kbd> previous, <kbd>/</kbd> search, '
    "<kbd>u</kbd> up to the list, <kbd>v</kbd> turn the view, <kbd>n</kbd> next place that was searched for, "
    "<kbd>?</kbd> these keys</p></details>"
)


def frame(title: str, body: str, *, here: str = "", again: int = 0) -> str:
    """A page of the viewer, which loads itself again after `again` seconds if that is not 0."""
    links = "".join(f'<a href="{to}"{" aria-current=page" if to == here else ""}>{words}</a>' for to, words in _NAV)
    return page(title, body + _KEYS, nav=links, script=data_file("viewer.js"), again=again)


def links() -> Links:
    """Where names lead in the viewer: to the list with a filter, or to a document."""
    return Links(
        source=source_address,
        label=lambda name: f"/?{urlencode({'label': name})}",
        rule=lambda name: f"/?{urlencode({'rule': name})}",
        language=lambda name: f"/?{urlencode({'language': name})}" if name else "",
        document=document_address,
    )


def source_address(name: str) -> str:
    """The address of the numbers of a source."""
    return f"/source/{quote(name, safe='')}"


def links_of_source(name: str) -> str:
    """From the numbers of a source to its documents and its rules."""
    query = urlencode({"source": name})
    return (
        f'<p><a href="/?{escape(query)}">Its documents</a> · '
        f'<a href="/?{escape(query)}&amp;among=dropped">those dropped whole</a> · '
        f'<a href="/rules/{quote(name, safe="")}">its rules</a></p>'
    )


def document_address(key: str, query: str = "") -> str:
    """The address of a document's page, within a question."""
    return f"/document/{quote(key, safe='')}{'?' + query if query else ''}" if key else ""


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

    Without a span, all places of what the question looks for in the texts are shown as such.
    """
    shown = to_document(row)
    found = places(shown.text, query.wanted) if query.wanted and not span else []
    spans = [span] if span else list(_apart(in_raw(shown.edits, *place) for place in found))
    key, title = row["doc_id"], row["title"] or row["path"]
    cuts = parts(shown)
    if not part:
        part = next((i for i, (_, end) in enumerate(cuts, 1) if spans and spans[0][0] < end), 1)
    within = query.address()
    facts = [("Path", visible(row["path"])), ("Licence", visible(row["licence"] or "")), ("Id", visible(key))]
    facts.append(("Fetched", visible(row["fetched"] or "")))
    trial = f"/rules/{quote(row['source'], safe='')}"
    page = f'<a href="{escape(trial)}/{quote(key, safe="")}">this page with selectors</a>'
    facts.append(("Rules", f'<a href="{escape(trial)}">of its source</a>, {page}'))

    def part_link(number: int) -> str:
        return document_address(key, "&".join(filter(None, (within, f"part={number}"))))

    setting = Setting(facts, _matches(index, key), min(part, len(cuts)), part_link, spans, found)
    neighbours = _neighbours(index.survey.documents, query, chosen, index.numbers[key])
    return frame(title, f"{neighbours}{document_main(shown, setting, title=title)}")


def _apart(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Ordered spans without overlaps: those that share a letter are one."""
    low, high = -1, -1
    for start, end in spans:
        if start < high:
            high = max(high, end)
            continue
        if high >= 0:
            yield low, high
        low, high = start, end
    if high >= 0:
        yield low, high


def dropped(index: Index, number: int, text: str, query: Query, chosen: Sequence[int]) -> str:
    """The page of a document that was dropped whole. Of such a one the clean text is kept and no ledger."""
    row = index.survey.removed.slice(number, 1).to_pylist()[0]
    title = row["title"] or row["path"]
    kept = index.numbers.get(row["of"])
    facts = [("Path", visible(row["path"])), ("Dropped as", visible(row["reason"]))]
    if row["similarity"] is not None:
        facts.append(("Similarity", f"{row['similarity']:.3f}"))
    if kept is not None:
        path = index.survey.documents.column("path")[kept].as_py()
        both = f'<a href="{escape(compare_address(row["doc_id"], row["of"]))}">compare the two</a>'
        facts.append(("In favour of", f"{_linked(path, document_address(row['of']))}, {both}"))
    facts.append(("Id", visible(row["doc_id"])))
    rows = "".join(f'<dt>{name}</dt><dd dir="auto">{value}</dd>' for name, value in facts)
    inside = highlighted(text, 0, len(text), places(text, query.wanted)).replace('"here"', '"here" id="span"', 1)
    body = (
        f"{_neighbours(index.survey.removed, query, chosen, number)}"
        f'<h1 dir="auto">{visible(title)}</h1><dl class="facts">{rows}</dl><h2>Clean text</h2>'
        f'<div class="ledger" dir="auto">{inside or "(none)"}</div>'
    )
    return frame(title, body)


def _neighbours(table: Any, query: Query, chosen: Sequence[int], number: int) -> str:
    """Links to the rows of a table before and behind this one in the list that it was opened from."""
    within = query.address()
    places = [i for i, other in enumerate(chosen) if other == number][:1]
    up = f'<a rel="up" href="/?{escape(within)}">Documents</a>'
    if not places:
        return f'<nav class="pager" aria-label="Neighbours">{up}</nav>'
    at = places[0]
    before = _neighbour(table, chosen, at - 1, within, "prev", "Previous") if at else ""
    behind = _neighbour(table, chosen, at + 1, within, "next", "Next") if at + 1 < len(chosen) else ""
    return f'<nav class="pager" aria-label="Neighbours">{up} {before} {at + 1:,} of {len(chosen):,} {behind}</nav>'


def _neighbour(table: Any, chosen: Sequence[int], at: int, within: str, rel: str, words: str) -> str:
    key = table.column("doc_id")[int(chosen[at])].as_py()
    return f'<a rel="{rel}" href="{escape(document_address(key, within))}">{words}</a>'


def _matches(index: Index, key: str) -> str:
    """Documents dropped in favour of this one, and those that resemble it."""
    number = index.numbers[key]
    links = Links(document=lambda other: compare_address(other, key) if other in index else "")
    table = report_copies.matches(index.survey, [number], links, MOST_MATCHES).get(number)
    return f"<h2>Duplicates</h2>{table_html(table)}" if table else ""


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
