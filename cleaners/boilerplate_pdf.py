"""Furniture of PDFs that layout alone does not show: tables of contents, and the author's name under the title.

The rules for web pages are not asked: on paper a closing line is no footer and a short first line no menu.
"""

from __future__ import annotations

import re

from cleaners.boilerplate_layout import CONTENTS_TITLE, propose_layout
from cleaners.page import Page, Proposal, Proposals
from corpus.document import Document

_FIRST = 6  # blocks among which title and author stand
_SURE = 0.9
_ENTRY = re.compile(r".{2,200}?[\s.·…_]+(\d{1,4}|[ivxlc]{1,7})\s*\Z", re.IGNORECASE | re.DOTALL)
_ENTRIES = 3


def propose_of_pdf(document: Document, page: Page) -> Proposals:
    """Contents lines, and the line that repeats the author whom the metadata names."""
    found = {i: proposal for i, proposal in propose_layout(page).items() if proposal.label == "table-of-contents"}
    found |= _contents(page)
    author = " ".join((document.author or "").casefold().split())
    for i, line in enumerate(page[:_FIRST]):
        if author and " ".join(line.text.casefold().split()) == author:
            found[i] = Proposal("byline", "author-of-metadata", _SURE)
    return found


def _contents(page: Page) -> Proposals:
    """A heading that says so, and the lines behind it that end in page numbers which never fall."""
    found: Proposals = {}
    for i, line in enumerate(page):
        if not CONTENTS_TITLE.fullmatch(line.text.strip()):
            continue
        last, entries = 0, []
        for k in range(i + 1, len(page)):
            entry = _ENTRY.match(page[k].text)
            number = int(entry[1]) if entry and entry[1].isdigit() else 0
            if not entry or (number and number < last):
                break
            last = number or last
            entries.append(k)
        if len(entries) >= _ENTRIES:
            found |= {k: Proposal("table-of-contents", "contents-by-page", _SURE) for k in (i, *entries)}
    return found
