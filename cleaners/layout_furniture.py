"""Running headers, footers and page numbers: what stands at the edges of pages and comes back on the next.

With page boundaries the first and last blocks of pages are compared, numbers folded. Without them (page text that
lost its form feeds) only lines that count pages are believed, and lines that keep them company: many a text has
`Chapter 1` to `Chapter 9` as lines of their own, which count as well.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from corpus.document import Removal

EDGE = 3  # blocks at the top and at the bottom of a page that can be furniture
_MAX_CHARACTERS = 160  # of a header; longer repeated blocks are left to the comparison of whole documents
_FEW_PAGES = 6
_REPEATS_IN_FEW, _REPEATS = 2, 3
_MIN_COUNTED = 3  # lines without page boundaries that count pages
_MIN_GLUED = 12  # characters of a header that can be told from the text it is glued to
_MAX_TEMPLATES = 20  # kinds of counting lines looked at in one text; each is compared with every line
_SAME_HEIGHT = 4.0  # points
_COPIED = 0.6  # of the text between the edges, in copies of one page; elsewhere next to nothing
_SURE, _LIKELY = 1.0, 0.9

_DIGITS = re.compile(r"\d+")
_NUMBER_LINE = re.compile(
    r"(?P<open>[–—\-·•|~\[(<]{0,2})\s*(?:page|p\.|pag\.?|página|pagina|seite|folio)?\s*(?P<number>\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:/|sur|of|von|de|di|van)\s*\d{1,4})?\s*(?P<close>[–—\-·•|~\])>]{0,2})",
    re.IGNORECASE,
)
_WATERMARK = re.compile(
    r"(?:strictly |strictement )?confident[a-z]{2,4}|vertraulich|(?:final |first )?draft|brouillon|entwurf|borrador"
    r"|bozza|rascunho|minuta|projet|concept|copy|copie|kopie|copia|cópia|duplicat[ae]?|specimen|spécimen|muster|sample|void"
    r"|do not copy|not for distribution|ne pas diffuser|preview|unregistered|evaluation|demo",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_PAGE_WORD = re.compile(r"\b(?:page|p\.|pag\.|página|pagina|seite)\s*\d", re.IGNORECASE)


class Item(NamedTuple):
    """A block at the edge of a page: its number in the document, its text, whether it is a heading, and its page.

    `large` is true for a block of one line that is set as large as a watermark. `height` is how high on its page it
    stands, in points, None where that is not known.
    """

    block: int
    text: str
    heading: bool
    page: int
    large: bool = False
    height: float | None = None


def furniture(pages: Sequence[Sequence[Item]]) -> dict[int, Removal]:
    """What goes, by block index, given the blocks of each page from top to bottom."""
    edges = [[*page[:EDGE], *page[max(EDGE, len(page) - EDGE) :]] for page in pages]
    found = _page_numbers(edges) | _watermarks(edges)
    repeated = _repeated(edges, found)
    left = sum(any(i.block not in found and i.block not in repeated for i in page) for page in pages)
    if 2 * left < len(pages) or _are_copies(pages):
        return found  # copies of one page, tickets, labels: what repeats is the text
    found.update(repeated)
    found.update(_elsewhere(pages, found))
    return found


def _watermarks(edges: Sequence[Sequence[Item]]) -> dict[int, Removal]:
    """Words that say of what kind a copy is, read at the end of a page because they lie across it: large ones, or such
    as end several pages. A page of text may end with such a word too.
    """
    able = [edge[-k] for edge in edges for k in range(1, min(EDGE, len(edge) - 1) + 1)]
    able = [i for i in able if i.text.isupper() and not i.heading and _WATERMARK.fullmatch(i.text.strip())]
    times = Counter(i.text for i in able)
    rule = Removal("running-header", "layout:watermark", _LIKELY)
    return {i.block: rule for i in able if i.large or times[i.text] > 1}


def _are_copies(pages: Sequence[Sequence[Item]]) -> bool:
    """Whether most of what stands between the edges of pages stands there on another page too, as on an invoice and
    its copy.
    """
    middles = [{item.text for item in page[EDGE : max(EDGE, len(page) - EDGE)]} for page in pages]
    counts = Counter(text for middle in middles for text in middle)
    total = sum(len(text) * count for text, count in counts.items())
    repeated = sum(len(text) * count for text, count in counts.items() if count > 1)
    return repeated > _COPIED * total


class Counted(NamedTuple):
    """Furniture of a text without page boundaries: blocks, and (block, length) of what stands before text."""

    blocks: dict[int, Removal]
    glued: list[tuple[int, int]]


def counting_lines(lines: Sequence[Item]) -> Counted:
    """What goes of a text without page boundaries: lines that count pages, and one that goes with them."""
    groups: dict[str, list[int]] = defaultdict(list)
    for position, line in enumerate(lines):
        if len(line.text) <= _MAX_CHARACTERS and _DIGITS.search(line.text):
            groups[_fold(line.text)].append(position)
    result = Counted({}, [])
    counting = [
        key for key in groups if len(groups[key]) >= _MIN_COUNTED and _names_pages(key, lines[groups[key][0]].text)
    ]
    for key in sorted(counting, key=lambda key: (-len(groups[key]), groups[key]))[:_MAX_TEMPLATES]:
        positions = groups[key]
        glued = _glued(lines, key)
        every = sorted([*positions, *glued])
        texts = [lines[p].text[: glued.get(p)] for p in every]
        if _counts_up(texts):
            rule = Removal("running-header", "layout:counting-line", _LIKELY)
            result.blocks.update({lines[p].block: rule for p in (*positions, *_company(lines, every))})
            result.glued.extend((lines[p].block, length) for p, length in glued.items())
    return result


def _glued(lines: Sequence[Item], key: str) -> dict[int, int]:
    """Where a header stands before other text on one line: position and length, white space behind it included."""
    if len(key) < _MIN_GLUED:
        return {}
    template = r"\d{1,9}".join(re.escape(part).replace(r"\ ", r"\s{1,4}") for part in key.split("#"))
    pattern = re.compile(template + r"\s{1,4}(?=\S)", re.IGNORECASE)
    found = ((position, pattern.match(line.text[: 2 * _MAX_CHARACTERS])) for position, line in enumerate(lines))
    return {position: match.end() for position, match in found if match and match.end() < len(lines[position].text)}


def _fold(text: str) -> str:
    return _DIGITS.sub("#", " ".join(text.casefold().split()))


def _page_numbers(edges: Sequence[Sequence[Item]]) -> dict[int, Removal]:
    """Numbers alone on their line that run with the pages."""
    offsets: dict[int, list[Item]] = defaultdict(list)
    found: dict[int, Removal] = {}
    for edge in edges:
        for item in edge:
            match = _NUMBER_LINE.fullmatch(item.text.strip()) if len(item.text) <= _MAX_CHARACTERS else None
            if match:
                offsets[_value(match["number"]) - item.page].append(item)
                if match["open"] and match["close"] and edge[-1] is item:
                    found[item.block] = Removal("page-number", "layout:page-number", _LIKELY)
    outermost = {edge[i].block for edge in edges if edge for i in (0, -1)}
    for offset, items in offsets.items():
        if 2 * sum(item.block in outermost for item in items) < len(items):
            continue  # numbers of a list or table that happen to run with the pages
        if len({item.page for item in items}) > 1 or (offset == 0 and _is_last(items[0], edges)):
            found.update({item.block: Removal("page-number", "layout:page-number", _SURE) for item in items})
    return found


def _is_last(item: Item, edges: Sequence[Sequence[Item]]) -> bool:
    return any(edge and edge[-1] is item and len(edge) > 1 for edge in edges)


def _value(number: str) -> int:
    if number.isdigit():
        return int(number)
    values = [_ROMAN[letter] for letter in number.lower()]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _repeated(edges: Sequence[Sequence[Item]], found: Mapping[int, Removal]) -> dict[int, Removal]:
    """Short texts that stand at the same edge of several pages, numbers aside."""
    groups: dict[str, list[Item]] = defaultdict(list)
    for edge in edges:
        for item in edge:
            if len(item.text) <= _MAX_CHARACTERS and item.block not in found:
                groups[_fold(item.text)].append(item)
    needed = _REPEATS_IN_FEW if len(edges) < _FEW_PAGES else _REPEATS
    result: dict[int, Removal] = {}
    for key, items in groups.items():
        if len({item.page for item in items}) < needed or not any(c.isalpha() for c in key):
            continue
        items = _in_place(items)  # noqa: PLW2901
        same = Counter(item.text for item in items)
        for item in items:
            if not item.heading or same[item.text] >= needed:
                result[item.block] = Removal("running-header", "layout:repeated-at-edge", _SURE)
    return result


def _in_place(items: Sequence[Item]) -> list[Item]:
    """Those that stand as high as one of another page, as furniture does; all, if most do and some pages are turned."""
    able = [
        item
        for item in items
        if item.height is None
        or any(
            other.height is not None and other.page != item.page and abs(other.height - item.height) <= _SAME_HEIGHT
            for other in items
        )
    ]
    return list(items) if 2 * len(able) > len(items) else able


def _elsewhere(pages: Sequence[Sequence[Item]], found: Mapping[int, Removal]) -> dict[int, Removal]:
    """The header of a page on which it is not read first, because of columns."""
    gone = [[item.text for item in page if item.block in found] for page in pages]
    headers = {text for texts in gone for text in texts if len(text) >= _MIN_GLUED}
    result: dict[int, Removal] = {}
    for page, texts in zip(pages, gone, strict=True):
        missing = headers.difference(texts)
        matches = [item for item in page if item.text in missing and not item.heading]
        result.update({item.block: Removal("running-header", "layout:repeated", _LIKELY) for item in matches[:1]})
    return result


def _counts_up(texts: Iterable[str]) -> bool:
    """Whether one of the numbers in these lines grows by one from line to line, now and then by two."""
    columns = list(zip(*([int(n[:9]) for n in _DIGITS.findall(text)] for text in texts), strict=True))
    return any(all(0 < b - a <= 2 for a, b in pairwise(column)) for column in columns)


def _names_pages(key: str, text: str) -> bool:
    """Whether a line says that it counts pages, with more than the bare word, or sets its number between dashes."""
    number = _NUMBER_LINE.fullmatch(text.strip())
    if number:
        return bool(number["open"] and number["close"].strip())
    return bool(_PAGE_WORD.search(text)) and len(key) > len("page #")


def _company(lines: Sequence[Item], positions: Sequence[int]) -> list[int]:
    """Positions of a line that stands once before, or once behind, each of these, short and always the same."""
    intervals: dict[str, list[int]] = defaultdict(list)
    taken = set(positions)
    for position, line in enumerate(lines):
        if position not in taken and len(line.text) <= _MAX_CHARACTERS:
            intervals[line.text].append(position)
    for found in intervals.values():
        if max(_MIN_COUNTED, len(positions) - 1) <= len(found) <= len(positions) + 1:
            places = [bisect_left(positions, p) for p in found]
            if len(set(places)) == len(places):
                return found
    return []
