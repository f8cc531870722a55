"""The dataset card: the README.md of a snapshot.

Its YAML header is what `datasets.load_dataset` reads to find the tables; the rest tells people what is in the snapshot,
under which licences, and what was taken out. It says nothing that the summary does not hold.

Each table's entry there carries the snapshot's name as its description. `datasets` (5.2) keys its cache by the last
part of the path and this header, not by the files: without something in it that changes, `load_dataset("clean/latest")`
goes on giving the rows of the first snapshot it ever read, even those of another corpus.

Scalars of the header are quoted one and all: bare, the language code of Norwegian (`no`) is the truth value false.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from corpus.labels import LABELS
from corpus.schema import COLUMNS, TABLES, Table
from corpus.version import VERSION

UNKNOWN_LICENCE = "unknown"

# identifiers that the Hub of Hugging Face knows (its list of licences), for texts and data
_KNOWN_LICENCES = frozenset(
    {
        "apache-2.0", "cc", "cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-nc-2.0",
        "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0",
        "cc-by-nc-sa-4.0", "cc-by-nd-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "etalab-2.0", "gfdl", "mit", "odbl",
        "odc-by", "pddl",
    }
)  # fmt: skip

_SIZES = (
    *((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M")),
    *((10**8, "10M<n<100M"), (10**9, "100M<n<1B"), (10**10, "1B<n<10B"), (10**11, "10B<n<100B")),
    (10**12, "100B<n<1T"),
)

# what Markdown or HTML could take for markup
_MARKUP = re.compile(r"[\\`*_\[\]|~#]")


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """One source in numbers. Characters are those of the kept documents, as extracted and as published."""

    name: str
    title: str = ""
    licence: str = UNKNOWN_LICENCE
    documents: int = 0
    removed: int = 0
    quarantined: int = 0
    raw_characters: int = 0
    characters: int = 0


class LabelCount(NamedTuple):
    """How many edits have a label, and how many characters of raw text they took out or changed."""

    edits: int
    characters: int


@dataclass(frozen=True, slots=True)
class CorpusSummary:
    """What the card tells.

    Attributes:
        sources: one entry per source, in the order to be shown.
        languages: documents per language code; documents without a language are left out.
        labels: what the edits in the kept documents did, by label.
        reasons: documents dropped whole, by reason.
        errors: raw items in quarantine, by stage or kind of error.
    """

    sources: Sequence[SourceSummary] = ()
    languages: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, LabelCount] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    errors: Mapping[str, int] = field(default_factory=dict)


def card(summary: CorpusSummary, *, snapshot_id: str, created: datetime, counts: Mapping[Table, int]) -> str:
    """The text of README.md. `counts` are the rows of each table."""
    sections = [
        _header(summary, snapshot_id, counts),
        f"# Text corpus, snapshot {snapshot_id}",
        _opening(summary, created, counts),
        "## Sources\n\n" + _sources(summary.sources),
        "## Licences\n\n" + _licences(summary.sources),
        "## What was removed and changed\n\n" + _removed(summary),
        "## How to read it\n\n" + _READING,
        "## Columns\n\n" + "\n\n".join(_columns(table) for table in TABLES),
    ]
    return "\n\n".join(sections) + "\n"


def _header(summary: CorpusSummary, snapshot_id: str, counts: Mapping[Table, int]) -> str:
    lines = ["---", "configs:"]
    for table in TABLES:
        lines.append(f"- config_name: {_quoted(table)}")
        lines += ["  default: true"] if table == "documents" else []
        lines += [f"  description: {_quoted(f'snapshot {snapshot_id}')}"]
        lines += ["  data_files:", '  - split: "train"', f"    path: {_quoted(table + '/*.parquet')}"]
    if summary.languages:
        lines += ["language:", *(f"- {_quoted(code)}" for code in _by_count(summary.languages))]
    lines += _licence_lines(_licence_names(summary.sources))
    lines += ["size_categories:", f"- {_quoted(_size(counts['documents']))}"]
    lines += ["tags:", *(f"- {_quoted(tag)}" for tag in ("text", "limpide")), "---"]
    return "\n".join(lines)


def _licence_lines(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    if len(names) == 1 and names[0].lower() in _KNOWN_LICENCES:
        return [f"license: {_quoted(names[0].lower())}"]
    return ['license: "other"', f"license_name: {_quoted(', '.join(names))}"]


def _opening(summary: CorpusSummary, created: datetime, counts: Mapping[Table, int]) -> str:
    when = created.strftime("%Y-%m-%d %H:%M UTC")
    sources = f"{len(summary.sources):,} source{'s' if len(summary.sources) != 1 else ''}"
    told = (
        f"Made by limpide {VERSION} on {when} from {sources}: {counts['documents']:,} documents kept, "
        f"{counts['removed']:,} removed, {counts['quarantine']:,} that could not be read."
    )
    if summary.languages:
        told += " Documents by language: "
        told += ", ".join(f"{_cell(code)} {summary.languages[code]:,}" for code in _by_count(summary.languages)) + "."
    return told


def _sources(sources: Sequence[SourceSummary]) -> str:
    if not sources:
        return "There are none."
    head = ("source", "licence", "documents", "removed", "quarantine", "characters before", "characters after")
    rows = [
        (
            _cell(f"{s.name} ({s.title})" if s.title and s.title != s.name else s.name),
            _cell(s.licence),
            *(f"{n:,}" for n in (s.documents, s.removed, s.quarantined, s.raw_characters, s.characters)),
        )
        for s in sources
    ]
    return _table(head, rows, numbers=5)


def _licences(sources: Sequence[SourceSummary]) -> str:
    names = _licence_names(sources)
    if not names:
        return "No document, no licence."
    counts = {name: sum(s.documents for s in sources if s.licence == name) for name in names}
    table = _table(("licence", "documents"), [(_cell(name), f"{counts[name]:,}") for name in names], numbers=1)
    if UNKNOWN_LICENCE not in counts:
        return table
    return f"{table}\n\n`{UNKNOWN_LICENCE}` means that nobody stated a licence; it grants no rights."


def _removed(summary: CorpusSummary) -> str:
    parts = []
    if summary.labels:
        ordered = sorted(summary.labels, key=lambda label: (-summary.labels[label].characters, label))
        rows = [
            (_cell(label), _cell(_meaning(label)), *(f"{n:,}" for n in summary.labels[label][:2])) for label in ordered
        ]
        head = ("label", "meaning", "edits", "characters")
        parts.append("Inside the documents, by label:\n\n" + _table(head, rows, numbers=2))
    parts += _counted("Whole documents, by reason (table `removed`):", "reason", "documents", summary.reasons)
    parts += _counted("What could not be read (table `quarantine`):", "error", "items", summary.errors)
    return "\n\n".join(parts) or "Nothing."


def _counted(title: str, what: str, unit: str, counts: Mapping[str, int]) -> list[str]:
    rows = [(_cell(name), f"{counts[name]:,}") for name in _by_count(counts)]
    return [f"{title}\n\n" + _table((what, unit), rows, numbers=1)] if rows else []


def _columns(table: Table) -> str:
    rows = [(f"`{column.name}`", _cell(column.meaning)) for column in COLUMNS[table]]
    return f"Table `{table}`:\n\n" + _table(("column", "meaning"), rows, numbers=0)


_READING = """\
Paths are those of a corpus in `clean/`. `clean/latest` moves when a build ends; a program that opens files one after
the other resolves it once, as here, and goes on reading the snapshot it began with.

```python
from pathlib import Path

snapshot = Path("clean/latest").resolve()
```

pandas:

```python
import pandas

documents = pandas.read_parquet(snapshot / "documents")
```

datasets:

```python
import datasets

documents = datasets.load_dataset(str(snapshot), split="train")
removed = datasets.load_dataset(str(snapshot), "removed", split="train")
```

polars:

```python
import polars

documents = polars.scan_parquet(snapshot / "documents" / "*.parquet").collect()
```

DuckDB:

```python
import duckdb

documents = duckdb.sql(f"SELECT doc_id, title, text FROM read_parquet('{snapshot}/documents/*.parquet')")
```

The edits of a document lead from `raw_text` to `text`: replace `raw_text[raw_start:raw_end]`, which equals `before`, by
`after`, edit by edit. Offsets count Unicode code points and are half-open."""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int) -> str:
    """A Markdown table of escaped cells; the last `numbers` columns are aligned to the right."""
    rule = ["---"] * (len(head) - numbers) + ["---:"] * numbers
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, rule, *rows])


def _cell(text: str) -> str:
    """Text as one cell of a table, with nothing left in it that Markdown or HTML would take for markup."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\g<0>", line)


def _quoted(text: str) -> str:
    """A scalar of YAML in double quotes. YAML takes JSON's escapes, but no characters that do not print."""
    return json.dumps("".join(c if c.isprintable() else " " for c in text), ensure_ascii=False)


def _by_count(counts: Mapping[str, int]) -> list[str]:
    return sorted(counts, key=lambda name: (-counts[name], name))


def _licence_names(sources: Sequence[SourceSummary]) -> list[str]:
    return sorted({source.licence for source in sources if source.documents})


def _meaning(label: str) -> str:
    return LABELS[label].meaning if label in LABELS else ""


def _size(documents: int) -> str:
    return next((name for limit, name in _SIZES if documents < limit), "n>1T")
