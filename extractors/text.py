"""Page text without markup: what a scraper leaves that keeps only the visible text, and plain-text files.

The text stays as it is, to the character; blocks are laid over its lines. What a line is can only be guessed from its
shape, so nothing is called a heading here: that is for cleaners, which see the whole document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.document import Block, Document, Kind
from extractors.decoding import decode
from extractors.item import RawItem

# One line without the white space around it. Line ends are those of str.splitlines, but for the information separators
# \x1c-\x1e, which are rubbish inside a line. Both \S and [^...] are tried at each character once: linear.
_LINE_ENDS = "\n\r\x0b\x0c\u2028\u2029"
_LINE = re.compile(rf"[^\s{_LINE_ENDS}][^{_LINE_ENDS}]*")
# Bullets that scrapers write: resiliparse "•", inscriptis "* + o", BeautifulSoup-based ones "-", word processors the
# rest. The em dash is none: French and Spanish dialogue begins with it.
_BULLET = re.compile(r"(?:[-*+•‣⁃∙·◦●○▪▫■□➢➤►▸–\uf0b7]|\(?\d{1,3}[.)]|\(?[a-z]\))[ \t\u00a0]+(?=\S)")
_INDENTED_BULLET = re.compile(r"o[ \t]+(?=\S)")  # inscriptis, second level; at the margin it is a word
_LONE_BULLET = re.compile(r"[•‣⁃∙◦●○▪▫■□➢➤►▸\uf0b7](?=\S)")
_RULE_ROW = re.compile(r"[|+]?[ \t]*:?-{3,}:?[ \t]*(?:[|+][ \t]*:?-{2,}:?[ \t]*)+[|+]?|\|[ \t]*:?-{3,}:?[ \t]*\|?")
_PIPE_ROW = re.compile(r"\|[^\n]*\||[^|\n]+ \| [^|\n]+ \| [^\n]+")
_TAB_ROW = re.compile(r"\S[^\t\n]*\t+[^\t\n]")
_LEAD_WINDOW = 400  # characters of a line that decide its kind
_INDENT_PER_LEVEL = 2  # blanks; the renderers above indent nested lists by two to four
_TAB_WIDTH = 4


def extract_text(item: RawItem) -> Document:
    """Lay blocks over a text, one for each line that is not blank.

    `raw_text` is the argument itself, or what `decode` gives for bytes, line ends as they stand. Offsets of a block
    leave out the white space around the line.
    """
    if isinstance(item.data, str):
        text, encoding, reason = item.data, None, None
    else:
        text, encoding, reason = decode(item.data, declared=item.charset)
    return Document(
        raw_text=text,
        text=text,
        blocks=tuple(_blocks(text)),
        url=item.url,
        media_type="text/plain",
        encoding=encoding,
        encoding_reason=reason,
        source=item.source,
    )


def _blocks(text: str) -> Iterator[Block]:
    line_start = 0
    for match in _LINE.finditer(text):
        start = match.start()
        line = match[0].rstrip()
        indent = text[max(line_start, start - _LEAD_WINDOW) : start]
        kind, level = _kind(line, indent)
        yield Block(start, start + len(line), start, start + len(line), kind, level)
        line_start = match.end()


def _kind(line: str, indent: str) -> tuple[Kind, int]:
    lead = line[:_LEAD_WINDOW]
    if _is_table_row(lead):
        return "table_row", 0
    if _BULLET.match(lead) or _LONE_BULLET.match(lead):
        return "list_item", 1 + _width(indent) // _INDENT_PER_LEVEL
    if lead.startswith("o") and _INDENTED_BULLET.match(lead) and _width(indent):
        return "list_item", 1 + _width(indent) // _INDENT_PER_LEVEL
    return "paragraph", 0


def _is_table_row(lead: str) -> bool:
    if "|" in lead:
        return bool(_RULE_ROW.fullmatch(lead) or _PIPE_ROW.match(lead))
    if "\t" in lead:
        return bool(_TAB_ROW.match(lead))
    return "+-" in lead and bool(_RULE_ROW.fullmatch(lead))


def _width(indent: str) -> int:
    """Columns of the blanks behind the last line end."""
    last_line = re.split(f"[{_LINE_ENDS}]", indent)[-1]
    return sum(_TAB_WIDTH if character == "\t" else 1 for character in last_line)
