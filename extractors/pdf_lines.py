"""From fragments to lines: what stands on one baseline, with words parted by gaps.

First fragments that almost touch become segments; columns are found between segments (see pdf_columns), and only then
are segments on one baseline put into one line, because a line of the left column and one of the right often share it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from extractors.pdf_fonts import RAISED, STAND_IN
from extractors.pdf_justified import fills, runs
from extractors.pdf_sheet import Fragment
from extractors.pdf_spacing import written

# All in units of the font size.
_SAME_BASELINE = 0.2
_SPACE_GAP = 0.15  # as inside strings, see pdf_device
_SEGMENT_GAP = 0.75  # LaTeX parts columns by one
_CELL_GAP = 1.2  # loosely justified lines stretch spaces to about one
_DOUBLE_STRIKE = 0.12  # a text drawn twice, slightly shifted, is bold and not two texts
_RAISED = (-0.3, 0.75)  # baselines of sub- and superscripts
_RAISED_LEAST = 0.12  # a baseline as much higher raises digits
_REACH = 0.35  # from the end of a word to its script
_REACH_BEFORE = 0.75  # from a raised number to the text that it counts
_LONGEST_SCRIPT = 20  # characters
_SMALL = 0.85  # of the size they belong to
_SPACE_WIDTH = 0.25


Known = Mapping[int, str]  # what stand-ins mean, for str.translate


class Segment(NamedTuple):
    """A part of a line without a gap in it. `bold` is the number of characters in bold."""

    x0: float
    x1: float
    y: float
    size: float
    text: str
    bold: int = 0


class Line(NamedTuple):
    """One line of one column. `cells` are its segments' texts, `shown` is its text with stand-ins replaced."""

    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    cells: tuple[str, ...]
    starts: tuple[float, ...]
    shown: str

    @property
    def text(self) -> str:
        return " ".join(self.cells)


def segments(fragments: Iterable[Fragment]) -> list[Segment]:
    """Fragments joined where they almost touch, sub- and superscripts put where they belong, from top to bottom."""
    rows = _rows(_segment(fragment) for fragment in fragments if fragment.text.strip() and fragment.size > 0)
    return _with_scripts([group for row in rows for group in _merge(row)])


def lines(parts: Iterable[Segment], known: Known) -> list[Line]:
    """The segments of one column as lines from top to bottom. `known` says what stand-ins mean."""
    result: list[Line] = []
    rows = _rows(parts)
    ends = Counter(round(max(s.x1 for s in row), 1) for row in rows)
    edges = {max(ends), max(ends, key=lambda x: ends[x])} if ends else set()
    for row in rows:
        row.sort(key=lambda s: s.x0)
        largest = max(row, key=lambda s: len(s.text))
        length = sum(len(s.text) for s in row)
        bold = 2 * sum(s.bold for s in row) > length
        cells = _cells(row, edges)
        texts, starts = tuple(text for _, text in cells), tuple(x for x, _ in cells)
        right = max(s.x1 for s in row)
        text = " ".join(texts)
        shown = text.translate(known) if STAND_IN.search(text) else text
        result.append(Line(row[0].x0, right, largest.y, largest.size, bold, texts, starts, shown))
    return result


def _cells(row: Sequence[Segment], edges: Iterable[float]) -> list[tuple[float, str]]:
    """Left ends and texts of what stands well apart on one line of a column whose lines end at `edges`."""
    if len(row) == 1:
        return [(row[0].x0, row[0].text)]
    cells: list[tuple[float, str]] = []
    end = 0.0
    for words in [list(row)] if fills(row, edges) else [[part] for part in row]:
        text = " ".join(part.text for part in words)
        if cells and words[0].x0 - end < _CELL_GAP * words[0].size:
            cells[-1] = (cells[-1][0], f"{cells[-1][1]} {text}")
        else:
            cells.append((words[0].x0, text))
        end = words[-1].x1
    return cells


def in_rows(parts: Iterable[Segment]) -> list[Segment]:
    """Segments, those of a loosely justified line as one."""
    found: list[Segment] = []
    for row in _rows(parts):
        row.sort(key=lambda s: s.x0)
        for words in runs(row) if len(row) > 1 else [row]:
            text = " ".join(part.text for part in words)
            found.append(words[0]._replace(x1=words[-1].x1, text=text) if len(words) > 1 else words[0])
    return found


def _segment(fragment: Fragment) -> Segment:
    text = fragment.text
    stripped = text.strip(" ")
    lead = len(text) - len(text.lstrip(" "))
    tail = len(text) - lead - len(stripped)
    blank = _SPACE_WIDTH * fragment.size
    x0 = min(fragment.x0 + lead * blank, fragment.x1)
    x1 = max(fragment.x1 - tail * blank, x0)
    return Segment(x0, x1, fragment.y, fragment.size, stripped, len(stripped) if fragment.bold else 0)


def _rows(parts: Iterable[Segment]) -> list[list[Segment]]:
    """Segments by baseline, from top to bottom."""
    rows: list[list[Segment]] = []
    for part in sorted(parts, key=lambda s: (-s.y, s.x0)):
        if rows and rows[-1][0].y - part.y <= _SAME_BASELINE * max(part.size, rows[-1][0].size):
            rows[-1].append(part)
        else:
            rows.append([part])
    return rows


def _merge(row: list[Segment]) -> list[list[Segment]]:
    """The segments of a row from left to right, those that belong together in one group."""
    row.sort(key=lambda s: s.x0)
    merged: list[list[Segment]] = []
    end = 0.0
    for part in row:
        em = part.size
        if merged and _struck_twice(merged[-1][-1], part):
            continue
        if merged and part.x0 - end < _SEGMENT_GAP * em:
            merged[-1].append(part)
            end = max(end, part.x1)
        else:
            merged.append([part])
            end = part.x1
    return merged


def _struck_twice(first: Segment, second: Segment) -> bool:
    return first.text == second.text and second.x0 - first.x0 < _DOUBLE_STRIKE * second.size and len(first.text) > 0


def _joined(parts: Sequence[Segment]) -> Segment:
    if len(parts) == 1:
        return parts[0]
    gaps: dict[int, float] = {}
    end = parts[0].x1
    for i, part in enumerate(parts[1:], start=1):
        if part.x0 - end > _SPACE_GAP * part.size:
            gaps[i] = (part.x0 - end) / part.size
        end = max(end, part.x1)
    main = max(parts, key=lambda s: len(s.text))
    return Segment(
        parts[0].x0, end, main.y, main.size, written([s.text for s in parts], gaps), sum(s.bold for s in parts)
    )


def _with_scripts(groups: Sequence[list[Segment]]) -> list[Segment]:
    """Groups as segments, small raised or lowered ones put behind or before what they touch."""
    parts = [_joined(group) for group in groups]
    taken: set[int] = set()
    added: dict[int, list[Segment]] = {}
    for i, small in enumerate(parts):
        for j in _near(parts, i):
            big = parts[j]
            if j not in taken and small.size < _SMALL * big.size and _is_script(small, big):
                at_end = _touches(small, big)
                small = _raised(small, big)  # noqa: PLW2901
                if not at_end and not _put_inside(groups[j], small):
                    continue
                taken.add(i)
                if at_end:
                    added.setdefault(j, []).append(small)
                else:
                    parts[j] = _joined(groups[j])
                break
    if not taken:
        return parts
    return [_insert(part, added.get(i, [])) for i, part in enumerate(parts) if i not in taken]


def _raised(small: Segment, big: Segment) -> Segment:
    """A script with stand-ins for its digits if they are raised, and no numerator: "1995" and "²" are not "19952"."""
    if small.y - big.y <= _RAISED_LEAST * big.size or not small.text.isdecimal():
        return small
    is_numerator = small.x0 < big.x0 and big.text[:1] in {"/", "\N{FRACTION SLASH}"}
    return small if is_numerator else small._replace(text=small.text.translate(RAISED))


def _put_inside(group: list[Segment], small: Segment) -> bool:
    """Put a script behind the part of a group that it touches, if there is one: as in "5 km² of"."""
    for k in range(len(group) - 1, -1, -1):
        part = group[k]
        if part.x0 <= small.x0:
            if k == len(group) - 1 or abs(small.x0 - part.x1) >= _REACH * part.size:
                return False
            group[k] = part._replace(text=part.text + small.text, x1=max(part.x1, small.x1))
            return True
    return False


_NEIGHBOURS = 12  # segments before and behind that can share a line with a script


def _near(parts: Sequence[Segment], i: int) -> Iterable[int]:
    return (j for j in range(max(0, i - _NEIGHBOURS), min(len(parts), i + _NEIGHBOURS + 1)) if j != i)


def _is_script(small: Segment, big: Segment) -> bool:
    low, high = _RAISED
    return len(small.text) <= _LONGEST_SCRIPT and low * big.size < small.y - big.y < high * big.size


def _touches(small: Segment, big: Segment) -> bool:
    reach = _REACH * big.size
    if abs(small.x0 - big.x1) < reach:
        return True
    counts = small.text.isdecimal() and small.y - big.y > _RAISED_LEAST * big.size
    return -reach < big.x0 - small.x1 < (_REACH_BEFORE * big.size if counts else reach)


def _insert(big: Segment, scripts: Sequence[Segment]) -> Segment:
    for script in sorted(scripts, key=lambda s: s.x0):
        before = script.x0 < big.x0
        gap = " " if before and big.x0 - script.x1 >= _REACH * big.size else ""
        text = script.text + gap + big.text if before else big.text + script.text
        big = big._replace(text=text, x0=min(big.x0, script.x0), x1=max(big.x1, script.x1))
    return big
