"""A local server that shows a clean corpus: `limpide view`.

It reads and never writes. What it serves is strangers' text, so every answer carries a policy that allows the viewer's
own style and script and nothing else; it listens on this machine only unless told otherwise, and then answers only to
the names it was started with, lest a page of the web reach it by a name that points here (DNS rebinding).
"""

from __future__ import annotations

import re
import threading
import webbrowser
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from corpus import charts, report_copies, report_tables
from corpus.charts import figure, table_html
from corpus.errors import CorpusError
from corpus.labels import LABELS
from corpus.render_page import data_file, ledger_style, policy
from corpus.render_text import visible
from corpus.report_pages import dropped_texts, quarantine, source_page
from corpus.report_survey import read_rows
from flows import viewer_list
from flows import viewer_pages as pages
from flows import viewer_rules as rules
from flows.settings import Settings
from flows.viewer_catalogue import Catalogue, Shown
from flows.viewer_query import DROPPED, Index, Query, select, select_dropped
from flows.viewer_texts import PATIENCE, Search, Searches
from flows.viewer_trial import Trial, Trials

LOCAL = ("127.0.0.1", "localhost")
_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


def view(settings: Settings, *, host: str = "127.0.0.1", port: int = 8577, open_browser: bool = True) -> None:
    """Serve the corpus of these settings until interrupted.

    Raises CorpusError when there is no corpus.
    """
    import uvicorn

    app = viewer(settings.clean, settings=settings, hosts=(*LOCAL, host) if host not in {"0.0.0.0", "::"} else ("*",))  # noqa: S104
    if open_browser:
        threading.Timer(1.0, webbrowser.open, [f"http://{host}:{port}/"]).start()
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


def viewer(clean: Path, *, settings: Settings | None = None, hosts: Sequence[str] = LOCAL) -> Starlette:
    """The viewer of a clean corpus as an ASGI application; `hosts` are the names that it answers to.

    `settings` say where the raw items lie and how they are cleaned when rules are tried.

    The index is made before this returns. Raises CorpusError when there is no corpus.
    """
    app = Starlette(
        routes=[
            Route("/", _list),
            Route("/overview", _overview),
            Route("/changes", _changes),
            Route("/source/{name:path}", _source),
            Route("/duplicates", _duplicates),
            Route("/quarantine", _quarantine),
            Route("/document/{key}", _document),
            Route("/compare", _compare),
            Route("/rules", _rules),
            Route("/rules/{name}", _rules_of),
            Route("/rules/{name}/{key}", _page_under_rules),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)],
        exception_handlers={HTTPException: _failed, CorpusError: _gone},
    )
    app.state.catalogue = Catalogue(clean)
    app.state.searches = Searches()
    app.state.trials = Trials(settings or Settings(clean=clean))
    return app


# ---- answers --------------------------------------------------------------------------------------------------------


def _answer(html: str, status: int = 200) -> HTMLResponse:
    headers = {
        "Content-Security-Policy": policy(ledger_style(LABELS), data_file("viewer.js")) + "; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(html, status, headers)


def _index(request: Request) -> Index:
    return _shown(request).index


def _shown(request: Request) -> Shown:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue.shown()


def _list(request: Request) -> HTMLResponse:
    index, query = _index(request), Query.read(request.query_params)
    search = _search(request, index, query)
    done = search is None or search.wait(PATIENCE)
    kept, dropped = _kept(index, query, search), _dropped(index, query, search)
    chosen, others = (dropped, kept) if query.among == DROPPED else (kept, dropped)
    return _answer(viewer_list.listing(index, query, chosen, len(others), search, done=done))


def _search(request: Request, index: Index, query: Query) -> Search | None:
    searches: Searches = request.app.state.searches
    return searches.get(index.survey, query.wanted) if query.wanted else None


def _kept(index: Index, query: Query, search: Search | None) -> Sequence[int]:
    indices: list[int] = select(index, query, search.kept.mask if search else None).tolist()
    return indices


def _dropped(index: Index, query: Query, search: Search | None) -> Sequence[int]:
    indices: list[int] = select_dropped(index, query, search.dropped.mask if search else None).tolist()
    return indices


def _chosen(request: Request, index: Index, query: Query) -> Sequence[int]:
    """The rows of the list that a document was opened from; none while texts are still being read."""
    search = _search(request, index, query)
    if search and not search.wait(PATIENCE):
        return []
    return (_dropped if query.among == DROPPED else _kept)(index, query, search)


def _overview(request: Request) -> HTMLResponse:
    return _answer(_shown(request).overview)


def _changes(request: Request) -> HTMLResponse:
    return _answer(_shown(request).changes)


def _source(request: Request) -> HTMLResponse:
    found, name = _index(request).survey, request.path_params["name"]
    if not any(name in pc.unique(table.column("source")).to_pylist() for table in (found.documents, found.removed)):
        raise HTTPException(404, "There is no such source.")
    return _answer(pages.frame(name, source_page(found, name, pages.links()) + pages.links_of_source(name)))


def _duplicates(request: Request) -> HTMLResponse:
    index = _index(request)
    found = index.survey
    rows = found.removed.sort_by([("source", "ascending"), ("path", "ascending")]).slice(0, 500).to_pylist()
    to = [pages.compare_address(row["doc_id"], row["of"]) if row["of"] in index.numbers else "" for row in rows]
    table = report_copies.duplicates(found)
    dropped = charts.Table(table.title, table.columns, table.rows, to)
    body = (
        f"<h1>Duplicates</h1>{figure(report_tables.reasons(found), charts.bars)}{table_html(dropped)}"
        f"<h2>Documents that resemble each other</h2>{table_html(report_copies.similar(found, pages.links()))}"
    )
    return _answer(pages.frame("Duplicates", body, here="/duplicates"))


def _quarantine(request: Request) -> HTMLResponse:
    found = _index(request).survey
    return _answer(pages.frame("Quarantine", f"<h1>Quarantine</h1>{quarantine(found)}", here="/quarantine"))


def _document(request: Request) -> HTMLResponse:
    index, query = _index(request), Query.read(request.query_params)
    key = request.path_params["key"]
    if key in index.dropped_numbers:
        text = dropped_texts(index.survey.snapshot, {key}).get(key, "")
        query = replace(query, among=DROPPED)
        chosen = _chosen(request, index, query)
        return _answer(pages.dropped(index, index.dropped_numbers[key], text, query, chosen))
    row, query = _row(index, key), replace(query, among="")
    span = _SPAN.fullmatch(request.query_params.get("span", ""))
    return _answer(
        pages.document(
            index,
            row,
            query,
            _chosen(request, index, query),
            part=_number(request, "part"),
            span=(int(span[1]), int(span[2])) if span and int(span[1]) < int(span[2]) else None,
        )
    )


def _compare(request: Request) -> HTMLResponse:
    index = _index(request)
    one, other = (_text(index, request.query_params.get(name, "")) for name in ("a", "b"))
    return _answer(pages.comparison(one, other))


def _rules(request: Request) -> HTMLResponse:
    trials: Trials = request.app.state.trials
    return _answer(rules.index_page(trials.sources(), str(trials.settings.raw)))


def _rules_of(request: Request) -> HTMLResponse:
    trial = _trial(request)
    if trial is None:
        return _answer(rules.waiting_page(request.path_params["name"]))
    found = _index(request).survey
    some = {page.key for page in trial.pages}
    hashes = zip(found.column("doc_id"), found.column("text_sha256"), strict=True)
    dropped = {row["doc_id"]: row["reason"] for row in found.removed.to_pylist() if row["doc_id"] in some}
    return _answer(rules.rules_page(trial, rules.Published(dict(pair for pair in hashes if pair[0] in some), dropped)))


def _page_under_rules(request: Request) -> HTMLResponse:
    index, key = _index(request), request.path_params["key"]
    path = index.survey.documents.column("path")[index.numbers[key]].as_py() if key in index.numbers else ""
    trial = _trial(request, path)
    if trial is None:
        return _answer(rules.waiting_page(request.path_params["name"]))
    text = _row(index, key, ["text"])["text"] if key in index.numbers else None
    try:
        return _answer(rules.one_page(trial, key, text, _number(request, "part")))
    except KeyError:
        raise HTTPException(404, "There is no such page among those that were cleaned.") from None


def _trial(request: Request, path: str = "") -> Trial | None:
    trials: Trials = request.app.state.trials
    try:
        return trials.get(request.path_params["name"], path)
    except KeyError:
        words = "It must be a file there; records of archives cannot be tried alone."
        raise HTTPException(404, f"{trials.settings.raw} has no such source or item. {words}") from None


def _number(request: Request, name: str) -> int:
    """A whole number of a question, 0 when it is none."""
    number = request.query_params.get(name, "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 0


def _text(index: Index, key: str) -> tuple[str, str, str]:
    """Path, text and address of a document that was kept or dropped."""
    if key in index.numbers:
        row = _row(index, key, ["path", "text"])
        return row["path"], row["text"], pages.document_address(key)
    if key in index.dropped_numbers:
        path = index.survey.removed.column("path")[index.dropped_numbers[key]].as_py()
        return path, dropped_texts(index.survey.snapshot, {key}).get(key, ""), pages.document_address(key)
    raise HTTPException(404, "There is no such document.")


def _row(index: Index, key: str, columns: list[str] | None = None) -> dict[str, Any]:
    if key not in index.numbers:
        raise HTTPException(404, "There is no such document.")
    return next(read_rows(index.survey, [index.numbers[key]], columns))


def _failed(request: Request, error: Exception) -> HTMLResponse:  # noqa: ARG001
    status, words = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "It failed.")
    return _answer(pages.frame(str(status), f"<h1>{status}</h1><p>{visible(words)}</p>"), status)


def _gone(request: Request, error: Exception) -> HTMLResponse:  # noqa: ARG001
    words = f"{error}. A build may have removed this snapshot; load the page again."
    return _answer(pages.frame("Not there", f"<h1>Not there</h1><p>{visible(words)}</p>"), 503)
