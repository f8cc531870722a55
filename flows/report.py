"""What a build prints at its end, and the list of sources."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.table import Table as TerminalTable

from corpus.charts import Cell, Table
from flows.building import Report, SourceReport
from flows.scan import scan
from flows.settings import Settings
from flows.sources import Check

_QUARANTINE_SHOWN = 10


def print_report(report: Report, console: Console) -> None:
    """A table per source, what was taken out as what, what is in quarantine, and where to look next."""
    console.print(_table(report.sources))
    reasons = sum((source.removed for source in report.sources), Counter[str]())
    characters = sum((source.removed_characters for source in report.sources), Counter[str]())
    for title, counts in (("documents removed", reasons), ("characters taken out", characters)):
        if counts:
            parts = ", ".join(f"{name} {count:,}" for name, count in counts.most_common())
            console.print(f"{title}: {parts}", highlight=False, soft_wrap=True)
    _print_quarantine(report, console)
    if report.snapshot:
        console.print(f"published {report.snapshot}", soft_wrap=True, highlight=False)
        console.print(f"look at it: {report.latest / 'report' / 'index.html'}", soft_wrap=True, highlight=False)
        console.print(f"read next: {report.latest / 'README.md'}", soft_wrap=True, highlight=False)
    else:
        console.print(
            f"nothing new: {report.latest} is up to date, nothing was published", soft_wrap=True, highlight=False
        )


def artifact_rows(table: Table) -> list[dict[str, Cell]]:
    """A table of the snapshot's report as rows for an artifact of Prefect."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _quarantine(report: Report) -> list[tuple[tuple[str, str, str], list[str]]]:
    reasons: dict[tuple[str, str, str], list[str]] = {}
    for path, stage, error, message in report.quarantine:
        reasons.setdefault((stage, error, message), []).append(path)
    return sorted(reasons.items(), key=lambda item: (-len(item[1]), item[1]))


def _print_quarantine(report: Report, console: Console) -> None:
    """Each reason once, with how many items it befell and one of them."""
    by_count = _quarantine(report)
    for (stage, error, message), paths in by_count[:_QUARANTINE_SHOWN]:
        others = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
        line = f"quarantined at {stage}: {paths[0]}{others}: {error}: {message}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if len(by_count) > _QUARANTINE_SHOWN:
        rest = sum(len(paths) for _, paths in by_count[_QUARANTINE_SHOWN:])
        console.print(f"and {rest:,} for other reasons, see the table quarantine", highlight=False)


def _table(sources: list[SourceReport]) -> TerminalTable:
    table = TerminalTable(box=None, pad_edge=False)
    table.add_column("source", overflow="fold")
    for column in ("documents", "removed", "quarantined", "characters", "kept", "repairs"):
        table.add_column(column, justify="right", no_wrap=True)
    for source in sources:
        table.add_row(*_cells(source))
    if len(sources) > 1:
        table.add_section()
        table.add_row(*_cells(_total(sources)))
    return table


def _cells(report: SourceReport) -> list[str]:
    removed = sum(report.removed.values())
    counts = (report.documents, removed, report.quarantined, report.raw_characters, report.characters, report.repairs)
    return [report.source.name, *(f"{count:,}" for count in counts)]


def _total(sources: list[SourceReport]) -> SourceReport:
    from corpus.source import Source

    total = SourceReport(Source(name="all"))
    for source in sources:
        total.documents += source.documents
        total.removed += source.removed
        total.quarantined += source.quarantined
        total.raw_characters += source.raw_characters
        total.characters += source.characters
        total.repairs += source.repairs
    return total


def print_checks(name: str, checks: list[Check], console: Console, *, pinned: int | None) -> bool:
    """How a source's texts differ from the pinned ones; returns whether none does (or all are pinned now)."""
    textless = [check for check in checks if check.text is None]
    for check in textless[:_QUARANTINE_SHOWN]:
        console.print(f"{check.path}: {check.problem}", markup=False, highlight=False, soft_wrap=True)
    if len(textless) > _QUARANTINE_SHOWN:
        console.print(f"and {len(textless) - _QUARANTINE_SHOWN} more without a text", highlight=False)
    different = [check for check in checks if not check.good]
    if pinned is not None:
        console.print(f"{name}: {len(checks)} items, {pinned} texts pinned anew", highlight=False)
        return True
    for check in different:
        console.print(f"{check.path}: differs from {check.file}", markup=False, highlight=False, soft_wrap=True)
        for line in check.diff():
            style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
            console.print(f"  {line}", style=style, markup=False, highlight=False, soft_wrap=True)
    unpinned = sum(check.pinned is None and check.text is not None for check in checks)
    same = sum(check.pinned is not None for check in checks) - len(different)
    console.print(f"{name}: {same} as pinned, {len(different)} different, {unpinned} not pinned", highlight=False)
    if different or unpinned:
        console.print(f"to take the texts as they are now: limpide source check {name} --pin", highlight=False)
    return not different


def print_sources(settings: Settings, console: Console) -> None:
    """One line per source. Raises RawFolderError when there is no raw folder."""
    items = scan(settings.raw, max_bytes=settings.max_bytes(), max_record_bytes=settings.max_record_bytes())
    sources = {item.source.name: item.source for item in items}
    table = TerminalTable(box=None, pad_edge=False)
    for column in ("source", "raw items", "MB", "licence", "priority", "comments", "duplicates", "title"):
        table.add_column(column, justify="right" if column in {"raw items", "MB", "priority"} else "left")
    for name, source in sorted(sources.items()):
        mine = [item for item in items if item.source.name == name]
        size = sum(item.size for item in mine) / 1e6
        rules = (source.licence, str(source.priority), source.comments, source.duplicates, source.title)
        table.add_row(name, f"{len(mine):,}", f"{size:,.1f}", *rules)
    console.print(table)
