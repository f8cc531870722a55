"""The small markup in which the sample texts are written, and what becomes of it.

Each text is written once, in `content/*.toml`, with plain apostrophes and spaces, and gives two things: the damaged or
crowded raw item, and the text that an ideal editor would make of it. Both are set with the typography of the language,
so that the expected text is right to the character.

    ## heading        ### smaller heading       - list item        1. numbered item
    > quotation       | cell | cell |           ``` code ```       @name anything

Lines of one paragraph are joined. Inside a line `*em*`, `**strong**`, `` `code` `` and `[text](address)`. A line that
begins with `@` is furniture (an advert, a picture, a link to another article); it stands in the page and never in the
expected text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import NamedTuple

NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"

_FRENCH_UNITS = r"%|€|h\b|min\b|km|m\b|m²|m³|cm|mm|kg|g\b|l\b|litres?\b|°C|ans\b|euros?\b|tonnes?\b|millions?\b"
_FRENCH = (
    (re.compile(r"« ?"), "«" + NO_BREAK),
    (re.compile(r" ?»"), NO_BREAK + "»"),
    (re.compile(r" :(?=\s|$)"), NO_BREAK + ":"),
    (re.compile(r" ([;!?])"), NARROW + r"\1"),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), NARROW),
    (re.compile(rf"(?<=\d) (?={_FRENCH_UNITS})"), NO_BREAK),
    (re.compile(rf"(?<=\d{NO_BREAK}h) (?=\d\d\b)"), NO_BREAK),
    (re.compile(r"\b(M\.|Mme|n°|p\.|art\.) "), r"\1" + NO_BREAK),
)
_OPENS = r"(^|[\s(\[—–-])"
_CODE = re.compile(r"(`[^`]*`)")


def french(text: str) -> str:
    """Guillemets, no-break spaces before high punctuation and units, curved apostrophes."""
    text = text.replace("'", APOSTROPHE)
    for pattern, new in _FRENCH:
        text = pattern.sub(new, text)
    return text


def english(text: str) -> str:
    """Curved quotation marks and apostrophes."""
    return _quotes(text, "“", "”", "‘")


def german(text: str) -> str:
    """Low opening and high closing quotation marks."""
    return _quotes(text, "„", "“", "‚")


def _quotes(text: str, opening: str, closing: str, single: str) -> str:
    text = re.sub(_OPENS + '"', rf"\1{opening}", text, flags=re.MULTILINE).replace('"', closing)
    text = re.sub(_OPENS + "'", rf"\1{single}", text, flags=re.MULTILINE)
    return text.replace("'", APOSTROPHE)


LANGUAGES: dict[str, Callable[[str], str]] = {"fr": french, "en": english, "de": german}


def typeset(text: str, language: str) -> str:
    """Set the prose of `text` as its language wants it; what stands in backquotes stays."""
    parts = _CODE.split(text)
    return "".join(part if part.startswith("`") else LANGUAGES[language](part) for part in parts)


class Piece(NamedTuple):
    """One block of a text. `lines` are list items, rows of cells joined by tabs, or lines of code; one line otherwise."""

    kind: str  # heading, paragraph, list, numbered, table, quote, code, furniture
    lines: tuple[str, ...]
    level: int = 0
    name: str = ""


def parse(text: str, language: str) -> list[Piece]:
    """Read the markup described above."""
    return [_piece(group, language) for group in _groups(text)]


def _groups(text: str) -> Iterable[list[str]]:
    """Lines between blank lines; a fence of code is one group whatever it holds."""
    group: list[str] = []
    fenced = False
    for line in text.strip().splitlines():
        if line.startswith("```"):
            fenced = not fenced
        if line.strip() or fenced:
            group.append(line)
        elif group:
            yield group
            group = []
    if group:
        yield group


def _piece(lines: list[str], language: str) -> Piece:
    first = lines[0]
    if first.startswith("```"):
        return Piece("code", tuple(lines[1:-1]))
    lines = [typeset(line.strip(), language) for line in lines]
    if mark := re.match(r"(#+) (.*)", first):
        return Piece("heading", (lines[0][len(mark[1]) + 1 :],), level=len(mark[1]))
    if mark := re.match(r"@(\w+) ?", first):
        return Piece("furniture", (" ".join(lines)[mark.end() :],), name=mark[1])
    if first.startswith("- "):
        return Piece("list", _items(lines, r"- "))
    if re.match(r"\d+\. ", first):
        return Piece("numbered", _items(lines, r"\d+\. "))
    if first.startswith("|"):
        return Piece("table", tuple(_row(line) for line in lines if not line.startswith("|-")))
    if first.startswith("> "):
        return Piece("quote", (" ".join(line.removeprefix(">").strip() for line in lines),))
    return Piece("paragraph", (" ".join(lines),))


def _items(lines: list[str], bullet: str) -> tuple[str, ...]:
    items: list[str] = []
    for line in lines:
        if mark := re.match(bullet, line):
            items.append(line[mark.end() :])
        else:
            items[-1] += " " + line
    return tuple(items)


def _row(line: str) -> str:
    return "\t".join(cell.strip() for cell in line.strip("| ").split("|"))


# ---- expected text --------------------------------------------------------------------------------------------------

_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_MARKS = re.compile(r"\*\*([^*]+)\*\*|\*([^*]+)\*|`([^`]+)`")


def plain(text: str) -> str:
    """Text without inline markup."""
    return _MARKS.sub(lambda m: m[1] or m[2] or m[3], _LINK.sub(r"\1", text))


def blocks(pieces: Iterable[Piece]) -> list[str]:
    """The blocks an ideal editor keeps, as plain text: one for each paragraph, heading, item, row."""
    found: list[str] = []
    for piece in pieces:
        if piece.kind == "code":
            found.append("\n".join(piece.lines))
        elif piece.kind != "furniture":
            found += [plain(line) for line in piece.lines]
    return found


def expected(found: Iterable[str]) -> str:
    """The contents of an expected file: blocks parted by a blank line."""
    return "\n\n".join(found) + "\n"


# ---- HTML -----------------------------------------------------------------------------------------------------------


def inline(text: str) -> str:
    """Inline markup as HTML."""
    text = escape(text, quote=False)
    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)
    text = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)


def html(pieces: Iterable[Piece], furniture: Callable[[Piece], str], *, paragraph: str = "<p>") -> str:
    """Pieces as HTML, one after the other; `furniture` writes what the site puts between them."""
    return "\n".join(furniture(piece) if piece.kind == "furniture" else _html(piece, paragraph) for piece in pieces)


def _html(piece: Piece, paragraph: str) -> str:
    if piece.kind == "heading":
        return f'<h{piece.level} id="{slug(piece.lines[0])}">{inline(piece.lines[0])}</h{piece.level}>'
    if piece.kind in ("list", "numbered"):
        tag = "ul" if piece.kind == "list" else "ol"
        return f"<{tag}>\n" + "\n".join(f"  <li>{inline(line)}</li>" for line in piece.lines) + f"\n</{tag}>"
    if piece.kind == "table":
        return _table(piece.lines)
    if piece.kind == "code":
        return "<pre><code>" + escape("\n".join(piece.lines), quote=False) + "</code></pre>"
    if piece.kind == "quote":
        return f"<blockquote><p>{inline(piece.lines[0])}</p></blockquote>"
    return f"{paragraph}{inline(piece.lines[0])}</p>"


def _table(rows: tuple[str, ...]) -> str:
    def cells(row: str, tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{inline(cell)}</{tag}>" for cell in row.split("\t")) + "</tr>"

    body = "\n".join("    " + cells(row, "td") for row in rows[1:])
    return f"<table>\n  <thead>{cells(rows[0], 'th')}</thead>\n  <tbody>\n{body}\n  </tbody>\n</table>"


_ASCII = str.maketrans("àâäéèêëîïôöùûüç", "aaaeeeeiioouuuc")


def slug(text: str) -> str:
    """A heading or title as it stands in an address."""
    return re.sub(r"[^a-z0-9]+", "-", plain(text).lower().translate(_ASCII)).strip("-")
