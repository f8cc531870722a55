"""The tables of the report, from a survey: what the static report, the viewer and Prefect's artifacts show alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from corpus import charts
from corpus.charts import Cell, Table
from corpus.labels import LABELS
from corpus.report_survey import Indices, Survey

Mask = npt.NDArray[np.bool_]

LENGTHS = (0, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
"""Classes of the length distribution, in characters: about equal steps on a logarithmic scale."""


CLASSES = 12  # of the distribution of a signal


def _nowhere(name: str) -> str:  # noqa: ARG001
    return ""


@dataclass(frozen=True, slots=True)
class Links:
    """Where names lead; "" where there is no page."""

    source: Callable[[str], str] = _nowhere
    label: Callable[[str], str] = _nowhere
    rule: Callable[[str], str] = _nowhere
    language: Callable[[str], str] = _nowhere
    document: Callable[[str], str] = _nowhere


NO_LINKS = Links()


def everything(found: Survey) -> Mask:
    """The mask of all documents."""
    return np.ones(len(found), bool)


def of_source(found: Survey, name: str) -> Mask:
    """The mask of a source's documents."""
    return np.array([source == name for source in found.column("source")], bool)


def totals(found: Survey) -> Table:
    """The corpus in a few numbers."""
    characters, raw = int(found.number("characters").sum()), int(found.number("raw_characters").sum())
    edits = sum(count for action, count in actions(found).items() if action == "repair")
    rows: list[tuple[Cell, ...]] = [
        ("documents", len(found)),
        ("dropped whole", int(found.removed.num_rows)),
        ("in quarantine", int(found.quarantine.num_rows)),
        ("characters", characters),
        ("characters before cleaning", raw),
        ("repairs", edits),
    ]
    return Table("In numbers", ("what", "number"), rows)


def actions(found: Survey) -> dict[str, int]:
    """Edits by action."""
    counts = np.bincount(found.done["doing"], found.done["edits"], len(found.doings))
    result: dict[str, int] = {}
    for doing, count in zip(found.doings, counts, strict=True):
        result[doing.action] = result.get(doing.action, 0) + int(count)
    return result


def sources(found: Survey, links: Links = NO_LINKS) -> Table:
    """Characters kept and taken out, and documents, by source."""
    names = np.array(found.column("source"), object)
    kept, raw = found.number("characters"), found.number("raw_characters")
    removed, failed = _counts(found.removed.column("source")), _counts(found.quarantine.column("source"))
    rows: list[tuple[Cell, ...]] = []
    for name in sorted({*names.tolist(), *removed, *failed}):
        mask = names == name
        stayed, before = int(kept[mask].sum()), int(raw[mask].sum())
        row = (name, stayed, max(0, before - stayed), int(mask.sum()), removed.get(name, 0), failed.get(name, 0))
        rows.append(row)
    rows.sort(key=lambda row: (-_int(row[3]), str(row[0])))
    columns = ("source", "characters kept", "characters taken out", "documents", "dropped whole", "in quarantine")
    return Table("Sources", columns, rows, [links.source(str(row[0])) for row in rows])


def languages(found: Survey, links: Links = NO_LINKS, mask: Mask | None = None) -> Table:
    """Documents by language."""
    names = found.documents.column("language")
    counts = _counts(names if mask is None else names.filter(mask))
    rows = [(name or "(not known)", count) for name, count in _by_count(counts)]
    return Table("Languages", ("language", "documents"), rows, [links.language(name) for name, _ in _by_count(counts)])


def sources_by_language(found: Survey, links: Links = NO_LINKS) -> Table:
    """Documents by source, and of these by language: the most frequent languages, the others together."""
    names, languages = (np.array(found.column(name), object) for name in ("source", "language"))
    most = [name for name, _ in _by_count(_counts(found.documents.column("language")))]
    shown = most if len(most) <= charts.MOST_SERIES else most[: charts.MOST_SERIES - 1]
    rows: list[tuple[Cell, ...]] = []
    for source, total in _by_count(_counts(found.documents.column("source"))):
        mine = languages[names == source]
        numbers = [int(np.count_nonzero(mine == name)) for name in shown]
        rows.append((source, total, *numbers, *([total - sum(numbers)] if len(shown) < len(most) else [])))
    heads = [name or "(not known)" for name in shown] + (["others"] if len(shown) < len(most) else [])
    columns = ("source", "documents", *heads)
    return Table("Documents by source and language", columns, rows, [links.source(str(row[0])) for row in rows])


def labels(found: Survey, links: Links = NO_LINKS, mask: Mask | None = None) -> Table:
    """What was done, by label: characters of the raw text concerned, edits, documents."""
    rows = [
        (name, characters, edits, documents, LABELS[name].meaning if name in LABELS else "")
        for name, (characters, edits, documents) in _done(found, lambda doing: doing.label, mask).items()
    ]
    columns = ("label", "characters", "edits", "documents", "meaning")
    return Table("Reasons", columns, rows, [links.label(str(row[0])) for row in rows])


def rules(
    found: Survey,
    links: Links = NO_LINKS,
    *,
    mask: Mask | None = None,
    label: str | None = None,
    action: str | None = None,
    title: str = "Rules",
) -> Table:
    """What was done, by rule, for one label or one action where these are given."""
    wanted = np.array([label in {None, doing.label} and action in {None, doing.action} for doing in found.doings], bool)
    done = _done(found, lambda doing: (doing.rule, doing.label), mask, wanted)
    rows = [(rule, characters, edits, documents, name) for (rule, name), (characters, edits, documents) in done.items()]
    columns = ("rule", "characters", "edits", "documents", "label")
    return Table(title, columns, rows, [links.rule(str(row[0])) for row in rows])


def lengths(found: Survey, mask: Mask | None = None) -> Table:
    """Documents by the length of their clean text."""
    values = found.number("characters") if mask is None else found.number("characters")[mask]
    counts = np.histogram(values, [*LENGTHS, np.inf])[0]
    rows = [(f"{_short(low)}+", int(count)) for low, count in zip(LENGTHS, counts, strict=True)]
    return Table("Length of the clean texts, in characters", ("from", "documents"), rows)


def signals(found: Survey, mask: Mask | None = None) -> Table:
    """Quantiles of the quality signals."""
    rows: list[tuple[Cell, ...]] = []
    for name, column in found.signals.items():
        values = column if mask is None else column[mask]
        values = values[~np.isnan(values)]
        if len(values):
            quantiles = np.quantile(values, [0, 0.1, 0.5, 0.9, 1])
            rows.append((name.replace("_", " "), *(float(value) for value in quantiles)))
    return Table("Signals", ("signal", "least", "10 %", "median", "90 %", "most"), rows)


def distributions(found: Survey, mask: Mask | None = None) -> Table:
    """How the quality signals are distributed: documents in CLASSES equal steps from the 1 % to the 99 % quantile.

    What lies outside counts in the first and last class. Signals that are the same everywhere have one class.
    """
    rows: list[tuple[Cell, ...]] = []
    for name, column in found.signals.items():
        values = column if mask is None else column[mask]
        values = values[~np.isnan(values)]
        if len(values):
            low, high = (float(value) for value in np.quantile(values, [0.01, 0.99]))
            steps = CLASSES if high > low else 1
            counts = np.histogram(np.clip(values, low, high), steps, (low, high if high > low else low + 1))[0].tolist()
            rows.append((name.replace("_", " "), low, high, *counts, *([None] * (CLASSES - steps))))
    columns = ("signal", "from", "to", *(str(number) for number in range(1, CLASSES + 1)))
    return Table("Quality signals, documents in equal steps", columns, rows)


def reasons(found: Survey, source: str | None = None) -> Table:
    """Documents dropped whole, by reason; those of one source where it is given."""
    column = found.removed.column("reason")
    if source is not None:
        column = column.filter(pc.equal(found.removed.column("source"), source))
    rows = _by_count(_counts(column))
    return Table("Documents dropped whole, by reason", ("reason", "documents"), rows)


def errors(found: Survey) -> Table:
    """Raw items that could not be read, by kind of error."""
    rows = _by_count(_counts(found.quarantine.column("error")))
    return Table("Items that could not be read, by error", ("error", "items"), rows)


def quarantine(found: Survey, most: int = 1_000) -> Table:
    """Raw items that could not be read, with what the error said."""
    some = found.quarantine.sort_by([("source", "ascending"), ("path", "ascending")]).slice(0, most).to_pylist()
    rows = [(row["path"], row["stage"], row["error"], (row["message"] or "")[:500]) for row in some]
    return Table("Quarantine", ("item", "stage", "error", "message"), rows)


def failures(found: Survey, most: int = 100) -> Table:
    """What could not be read, a reason a line, the most frequent first: on how many items, and one of them."""
    reasons: dict[tuple[str, str, str], list[str]] = {}
    for row in found.quarantine.to_pylist():
        reason = (row["stage"], row["error"], (row["message"] or "")[:500])
        reasons.setdefault(reason, []).append(row["path"])
    ordered = sorted(reasons.items(), key=lambda item: (-len(item[1]), min(item[1])))[:most]
    rows = [(*reason, len(paths), min(paths)) for reason, paths in ordered]
    return Table("Reasons for quarantine", ("stage", "error", "message", "items", "one of them"), rows)


# ---- counting -------------------------------------------------------------------------------------------------------


def _counts(column: Any) -> dict[Any, int]:
    return {item["values"].as_py(): item["counts"].as_py() for item in column.value_counts()}


def _by_count(counts: dict[Any, int]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))


def _done(
    found: Survey, key: Callable[[Any], Any], mask: Mask | None, wanted: Mask | None = None
) -> dict[Any, tuple[int, int, int]]:
    """Characters, edits and documents by a key of the kinds of edits, the most characters first."""
    names = sorted({key(doing) for doing in found.doings})
    numbers = {name: number for number, name in enumerate(names)}
    groups = np.array([numbers[key(doing)] for doing in found.doings], np.int64)
    chosen = np.ones(len(found.done["doing"]), bool) if mask is None else mask[found.done["document"]]
    if wanted is not None and len(chosen):
        chosen = chosen & wanted[found.done["doing"]]
    group = groups[found.done["doing"][chosen]] if len(found.doings) else np.zeros(0, np.int64)
    size = len(names)
    characters = np.bincount(group, found.done["characters"][chosen], size)
    edits = np.bincount(group, found.done["edits"][chosen], size)
    documents = _distinct(group, found.done["document"][chosen], size)
    order: Sequence[int] = sorted(range(size), key=lambda i: (-characters[i], i))
    return {names[i]: (int(characters[i]), int(edits[i]), int(documents[i])) for i in order if edits[i]}


def _distinct(group: Indices, document: Indices, size: int) -> Indices:
    """How many documents each group has; `document` is sorted, which a stable sort by group keeps within a group."""
    # numpy sorts 16-bit numbers by radix: 20 times as fast as np.unique on pairs
    order = np.argsort(group.astype(np.int16) if size < 2**15 else group, kind="stable")
    group, document = group[order], document[order]
    first = np.ones(len(group), bool)
    first[1:] = (group[1:] != group[:-1]) | (document[1:] != document[:-1])
    return np.bincount(group[first], minlength=size)


def _int(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _short(number: int) -> str:
    return f"{number // 1_000}k" if number >= 1_000 else str(number)
