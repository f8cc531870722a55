"""Charts as inline SVG, each with the table that it draws.

A chart is drawn from a `Table` and never says more than it: who cannot see it, or wants the numbers, opens the table.
Colours come from the style sheet, so that charts follow the dark mode; nothing here needs a script.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from corpus.labels import LABELS
from corpus.render_text import attribute, css_class, visible

Cell = str | int | float | None


class Share(float):
    """A number between 0 and 1 that is shown in percent."""


WIDTH = 640
BAR = 22  # height of a row of a bar chart
NAME = 190  # room for names at the left
VALUE = 90  # room for numbers at the right
HEIGHT = 180  # of a chart with a vertical axis
MOST_BARS = 20
MOST_SERIES = 5  # colours of the style sheet for columns on each other
SMALL, SMALL_HEIGHT, ACROSS = 150, 70, 4  # a small chart: width, height, how many stand in a row
NAME_CHARACTERS = 26  # what fits into NAME
SMALL_CHARACTERS = 22  # what fits into SMALL


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report: a name, columns, rows, and where the first cells of the rows lead ("" for nowhere)."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    links: Sequence[str] = field(default=())


def figure(table: Table, draw: Callable[[Table], str], *, opened: bool = False) -> str:
    """A chart with its caption and its table."""
    if not table.rows:
        return ""
    return (
        f"<figure><figcaption>{visible(table.title)}</figcaption>{draw(table)}"
        f"<details{' open' if opened else ''}><summary>{visible(table.title)} as a table</summary>"
        f"{table_html(table)}</details></figure>"
    )


def table_html(table: Table) -> str:
    """The table as HTML."""
    if not table.rows:
        return "<p>None.</p>"
    kinds = [all(isinstance(row[i], int | float | None) for row in table.rows) for i in range(len(table.columns))]
    head = "".join(
        f'<th scope="col"{_number(numeric)}>{visible(name)}</th>'
        for name, numeric in zip(table.columns, kinds, strict=True)
    )
    links = table.links or [""] * len(table.rows)
    body = "".join(
        "<tr>" + "".join(_cell(cell, kinds[i], link if i == 0 else "") for i, cell in enumerate(row)) + "</tr>"
        for row, link in zip(table.rows, links, strict=True)
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{attribute(table.title)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def written(cell: Cell) -> str:
    """A cell as text: whole numbers with separators, shares in percent, others with three digits."""
    if cell is None:
        return ""
    if isinstance(cell, Share):
        return f"{cell:.1%}" if cell else "0"
    if isinstance(cell, float):
        return f"{cell:,.3g}" if abs(cell) < 1_000 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def _number(numeric: bool) -> str:
    return ' class="number"' if numeric else ""


def _cell(cell: Cell, numeric: bool, link: str) -> str:
    text = visible(written(cell))
    inside = f'<a href="{escape(link)}">{text or "(none)"}</a>' if link else text
    return f"<td{_number(numeric)}{'' if numeric else ' dir=auto'}>{inside}</td>"


# ---- kinds of charts ------------------------------------------------------------------------------------------------


def bars(table: Table, column: int = 1) -> str:
    """Horizontal bars of one column; labels of the ledger are drawn in their colours."""
    rows = table.rows[:MOST_BARS]
    most = max((_value(row[column]) for row in rows), default=0) or 1
    lines = []
    for number, row in enumerate(rows):
        y, length = number * BAR, (WIDTH - NAME - VALUE) * _value(row[column]) / most
        name = written(row[0])
        colour = css_class(name) if name in LABELS else "bar"
        lines.append(
            f'<text x="{NAME - 8}" y="{y + 15}" text-anchor="end">{attribute(_cut(name))}</text>'
            f'<rect class="{colour}" x="{NAME}" y="{y + 4}" width="{length:.1f}" height="{BAR - 8}"/>'
            f'<text class="faint" x="{NAME + length + 6:.1f}" y="{y + 15}">{written(row[column])}</text>'
        )
    return _svg(table.title, len(rows) * BAR, lines)


def shares(table: Table) -> str:
    """Horizontal bars of two columns on each other, both as shares of the longest row: what stayed and what went."""
    rows = table.rows[:MOST_BARS]
    most = max((_value(row[1]) + _value(row[2]) for row in rows), default=0) or 1
    lines = [
        f'<rect class="bar" x="{NAME}" y="4" width="12" height="12"/>',
        f'<text x="{NAME + 18}" y="15">{attribute(table.columns[1])}</text>',
        f'<rect class="second" x="{NAME + 150}" y="4" width="12" height="12"/>',
        f'<text x="{NAME + 168}" y="15">{attribute(table.columns[2])}</text>',
    ]
    for number, row in enumerate(rows, 1):
        y, scale = number * BAR, (WIDTH - NAME - VALUE) / most
        first, second = _value(row[1]) * scale, _value(row[2]) * scale
        total = _value(row[1]) + _value(row[2])
        percent = f"{_value(row[1]) / total:.0%} kept" if total else ""
        lines.append(
            f'<text x="{NAME - 8}" y="{y + 15}" text-anchor="end">{attribute(_cut(written(row[0])))}</text>'
            f'<rect class="bar" x="{NAME}" y="{y + 4}" width="{first:.1f}" height="{BAR - 8}"/>'
            f'<rect class="second" x="{NAME + first:.1f}" y="{y + 4}" width="{second:.1f}" height="{BAR - 8}"/>'
            f'<text class="faint" x="{NAME + first + second + 6:.1f}" y="{y + 15}">{percent}</text>'
        )
    return _svg(table.title, (len(rows) + 1) * BAR, lines)


def stacks(table: Table) -> str:
    """Horizontal bars of all columns from the third on, which add up to the second, on each other."""
    names = table.columns[2:]
    rows = table.rows[:MOST_BARS]
    most = max((_value(row[1]) for row in rows), default=0) or 1
    step = (WIDTH - NAME) / max(1, len(names))
    lines = [
        f'<rect class="s{i}" x="{NAME + i * step:.0f}" y="4" width="12" height="12"/>'
        f'<text x="{NAME + i * step + 17:.0f}" y="15">{attribute(_cut(name))}</text>'
        for i, name in enumerate(names)
    ]
    for number, row in enumerate(rows, 1):
        y, x = number * BAR, float(NAME)
        lines.append(f'<text x="{NAME - 8}" y="{y + 15}" text-anchor="end">{attribute(_cut(written(row[0])))}</text>')
        for i, cell in enumerate(row[2:]):
            length = (WIDTH - NAME - VALUE) * _value(cell) / most
            lines.append(f'<rect class="s{i}" x="{x:.1f}" y="{y + 4}" width="{length:.1f}" height="{BAR - 8}"/>')
            x += length
        lines.append(f'<text class="faint" x="{x + 6:.1f}" y="{y + 15}">{written(row[1])}</text>')
    return _svg(table.title, (len(rows) + 1) * BAR, lines)


def distributions(table: Table) -> str:
    """A small chart per row: its name, the first and the last class, and a bar for each column from the fourth on."""
    lines = []
    for number, row in enumerate(table.rows):
        x, y = number % ACROSS * (WIDTH / ACROSS), number // ACROSS * SMALL_HEIGHT
        values = [_value(cell) for cell in row[3:]]
        most, step = max(values, default=0) or 1, SMALL / max(1, len(values))
        floor, room = y + SMALL_HEIGHT - 22, SMALL_HEIGHT - 42
        bars = "".join(
            f"M{x + i * step:.1f} {floor}v{-room * value / most:.1f}h{step - 1:.1f}V{floor}z"
            for i, value in enumerate(values)
            if value
        )
        lines.append(
            f'<text x="{x:.0f}" y="{y + 12}">{attribute(_cut(written(row[0]), SMALL_CHARACTERS))}</text>'
            f'<path class="bar" d="{bars}"/><path class="axis" d="M{x:.0f} {floor}h{SMALL}"/>'
            f'<text class="faint" x="{x:.0f}" y="{floor + 13}">{written(row[1])}</text>'
            f'<text class="faint" x="{x + SMALL:.0f}" y="{floor + 13}" text-anchor="end">{written(row[2])}</text>'
        )
    return _svg(table.title, -(-len(table.rows) // ACROSS) * SMALL_HEIGHT, lines)


def columns(table: Table) -> str:
    """Vertical bars beside each other, for a distribution: the first cells are the classes, the second the numbers."""
    most = max((_value(row[1]) for row in table.rows), default=0) or 1
    step = WIDTH / max(1, len(table.rows))
    lines = [f'<line class="axis" x1="0" x2="{WIDTH}" y1="{HEIGHT - 20}" y2="{HEIGHT - 20}"/>']
    for number, row in enumerate(table.rows):
        height = (HEIGHT - 40) * _value(row[1]) / most
        x, y = number * step, HEIGHT - 20 - height
        lines.append(
            f'<rect class="bar" x="{x + 2:.1f}" y="{y:.1f}" width="{step - 4:.1f}" height="{height:.1f}"/>'
            f'<text x="{x + step / 2:.1f}" y="{HEIGHT - 5}" text-anchor="middle">{attribute(written(row[0]))}</text>'
            f'<text class="faint" x="{x + step / 2:.1f}" y="{y - 4:.1f}" text-anchor="middle">{written(row[1])}</text>'
        )
    return _svg(table.title, HEIGHT, lines)


def line(table: Table) -> str:
    """The second column over the rows, as a line with its first and last value: for a history."""
    values = [_value(row[1]) for row in table.rows]
    most, step = max(values, default=0) or 1, (WIDTH - 2 * VALUE) / max(1, len(values) - 1)
    points = [(VALUE + i * step, HEIGHT - 20 - (HEIGHT - 50) * value / most) for i, value in enumerate(values)]
    lines = [
        f'<line class="axis" x1="{VALUE}" x2="{WIDTH - VALUE}" y1="{HEIGHT - 20}" y2="{HEIGHT - 20}"/>',
        f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>',
        *(f'<circle class="bar" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points),
        *(
            f'<text x="{points[i][0]:.1f}" y="{points[i][1] - 8:.1f}" text-anchor="middle">{written(table.rows[i][1])}'
            "</text>"
            for i in sorted({0, len(points) - 1})
        ),
    ]
    return _svg(table.title, HEIGHT, lines)


def _svg(title: str, height: int, lines: Sequence[str]) -> str:
    name = attribute(f"Chart: {title}")
    box = f"0 0 {WIDTH} {max(1, height)}"
    return f'<svg class="chart" viewBox="{box}" role="img" aria-label="{name}">{"".join(lines)}</svg>'


def _value(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _cut(name: str, most: int = NAME_CHARACTERS) -> str:
    name = name or "(none)"
    return name if len(name) <= most else name[: most - 1] + "…"
