"""Headings without the sign that links to them: documentation tools put a "¶" or "#" behind each."""

from __future__ import annotations

import re

from corpus.document import Document, remove

# pilcrow, number sign and section sign behind a blank or a letter, link symbol and anchor
_PERMALINK = re.compile(
    "[\\s\N{NO-BREAK SPACE}]*[\N{PILCROW SIGN}\N{LINK SYMBOL}\N{ANCHOR}\uf0c1][\N{VARIATION SELECTOR-16}]?$|\\s#$"
)


def strip_permalinks(document: Document) -> Document:
    """Take permalink signs off the ends of headings, and off the title that repeats one."""
    changes = []
    for block in document.blocks:
        if block.kept and block.kind == "heading":
            found = _PERMALINK.search(document.block_text(block))
            if found and found.start():
                changes.append(remove(block.start + found.start(), block.end, "navigation", "heading-permalink"))
    title = _PERMALINK.sub("", document.title or "") or document.title
    return document.with_(title=title).apply(changes)
