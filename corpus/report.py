"""The report of a snapshot: a folder of pages that a browser opens from disk.

Every page holds its own style and loads nothing. All numbers come from one pass over short columns; texts are read for
a bounded sample of documents only, taken from few places of the snapshot, so that a report on a hundred thousand
documents takes seconds. Nothing in it depends on the time: equal snapshots have equal reports.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus import report_copies, report_history, report_tables
from corpus.charts import Table, table_html
from corpus.document import Document
from corpus.render import Setting, document_main
from corpus.render_ledger import is_layout, parts, shortened
from corpus.render_page import page
from corpus.render_text import visible
from corpus.report_pages import Examples, pages, source_page
from corpus.report_survey import Survey, read_rows, survey, to_document
from corpus.report_tables import Links

MOST_BYTES = 18_000_000  # of document pages; what the other pages hold stays below 5 MB
MOST_GROUPS = 16  # row groups that the sample is taken from; each has at most some 16 MB of rows to be read
MOST_PARTS = 4  # pages of one long document
MOST_SOURCES = 200  # sources with a page of their own; the others are in the table
MOST_EXAMPLES = 40

_NAV = (
    ("index.html", "Overview"),
    ("documents.html", "Documents"),
    ("repairs.html", "Repairs"),
    ("duplicates.html", "Duplicates"),
    ("quarantine.html", "Quarantine"),
    ("comparison.html", "Changes"),
)


def write_report(snapshot: Path, out: Path, *, parent: Path | None, sample: int = 200) -> None:
    """Write the report of a snapshot folder into the folder `out`, which is made.

    Args:
        snapshot: folder that holds documents/, removed/ and quarantine/.
        out: folder for the pages; `index.html` is the first.
        parent: folder of the previous snapshot, for the comparison.
        sample: how many documents have a page of their own.

    Raises:
        CorpusError: the snapshot cannot be read.
        OSError: the report cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    found = survey(snapshot)
    shown = _sample(found, sample)
    ids = found.column("doc_id")
    written, examples = _write_documents(found, shown, out)
    names = [str(row[0]) for row in report_tables.sources(found).rows][:MOST_SOURCES]
    known = {ids[index] for index in written}
    links = Links(
        source=lambda name: _source_file(name) if name in names else "",
        label=lambda name: f"label-{name}.html",
        document=lambda key: f"document-{key}.html" if key in known else "",
    )
    for name, title, body in pages(found, parent, links, written, examples):
        _write(out / name, title, body)
    for name in names:
        _write(out / _source_file(name), name, source_page(found, name, links, written))
    (out / report_history.DATA).write_text(
        report_history.data_json(report_history.history(found, parent)), encoding="utf-8"
    )


def _write(path: Path, title: str, body: str) -> int:
    links = "".join(
        f'<a href="{name}"{" aria-current=page" if name == path.name else ""}>{words}</a>' for name, words in _NAV
    )
    return path.write_text(page(title, body, nav=links), encoding="utf-8")


def _source_file(name: str) -> str:
    """A file name for a source, whose own name may hold anything."""
    return f"source-{hashlib.blake2b(name.encode(), digest_size=6).hexdigest()}.html"


# ---- the sample -----------------------------------------------------------------------------------------------------


def _sample(found: Survey, most: int) -> list[int]:
    """Indices of documents from few row groups: of each source some, then evenly, by doc_id within a group."""
    groups = [(int(shard), int(group)) for shard, group, _ in found.places]
    by_source: dict[str, dict[tuple[int, int], list[int]]] = {}
    for index, (source, group) in enumerate(zip(found.column("source"), groups, strict=True)):
        by_source.setdefault(source, {}).setdefault(group, []).append(index)
    chosen: list[tuple[int, int]] = []
    for name in sorted(by_source, key=lambda name: (-sum(map(len, by_source[name].values())), name)):
        if len(chosen) < MOST_GROUPS and not by_source[name].keys() & set(chosen):
            chosen.append(min(by_source[name]))
    spread = sorted(set(groups) - set(chosen))
    step = max(1, len(spread) // max(1, MOST_GROUPS - len(chosen)))
    chosen += spread[::step][: MOST_GROUPS - len(chosen)]
    ids = found.column("doc_id")
    queues = [
        sorted((i for g in by_source[name] if g in chosen for i in by_source[name][g]), key=ids.__getitem__)
        for name in sorted(by_source)
    ]
    return sorted(_in_turn(queues, most))


def _in_turn(queues: Sequence[Sequence[int]], most: int) -> list[int]:
    """One of each queue, again and again, until there are `most`."""
    taken: list[int] = []
    for turn in range(max(map(len, queues), default=0)):
        taken += [queue[turn] for queue in queues if turn < len(queue)]
        if len(taken) >= most:
            break
    return taken[:most]


def _write_documents(found: Survey, shown: Sequence[int], out: Path) -> tuple[list[int], Examples]:
    """The pages of the sample, within MOST_BYTES; returns those written, and examples of their edits."""
    written: list[int] = []
    examples = Examples()
    size = 0
    ids = found.column("doc_id")
    some = {ids[index] for index in shown}
    links = Links(document=lambda key: f"document-{key}.html" if key in some else "")
    matches = report_copies.matches(found, shown, links)
    for index, row in zip(shown, read_rows(found, shown), strict=True):
        files = list(_document_pages(row, matches.get(index)))
        size += sum(len(body.encode()) + 8_000 for _, body in files)  # 8,000: the style sheet in every page
        if size > MOST_BYTES:
            break
        for name, body in files:
            _write(out / name, row["title"] or row["path"], body)
        written.append(index)
        _collect(examples, to_document(row), f"document-{row['doc_id']}.html")
    return written, examples


def _document_pages(row: Mapping[str, Any], matches: Table | None) -> Iterator[tuple[str, str]]:
    document = to_document(row)
    number = len(parts(document))
    facts = [("Path", visible(row["path"])), ("Licence", visible(row["licence"] or "")), ("Id", row["doc_id"])]
    if number > MOST_PARTS:
        facts.append(("Shown", f"the first {MOST_PARTS} of {number} parts; limpide view shows all"))

    similar = f"<h2>Duplicates</h2>{table_html(matches)}" if matches else ""

    def link(part: int) -> str:
        return f"document-{row['doc_id']}{'' if part == 1 else f'-{part}'}.html"

    for part in range(1, min(number, MOST_PARTS) + 1):
        setting = Setting(facts=facts, similar=similar, part=part, part_link=link)
        yield link(part), document_main(document, setting, title=row["title"] or row["path"])


def _collect(examples: Examples, document: Document, link: str) -> None:
    """Take a few edits of a document as examples. Edits on later pages of a document are left out."""
    end = parts(document)[0][1]
    for index, edit in enumerate(document.edits):
        if edit.raw_end > end or (is_layout(edit.before) and is_layout(edit.after)):
            continue
        entry = (f"{link}#e{index}", shortened(edit.before.strip(), 160), shortened(edit.after.strip(), 160))
        some = examples.repairs if edit.action == "repair" else examples.by_label.setdefault(edit.label, [])
        if len(some) < MOST_EXAMPLES:
            some.append(entry)
