"""Furniture of PDFs that layout alone does not show: contents with dot leaders, and the author's name under the title.

The rules for web pages are not asked: on paper a closing line is no footer and a short first line no menu.
"""

from __future__ import annotations

from cleaners.boilerplate_layout import propose_layout
from cleaners.page import Page, Proposal, Proposals
from corpus.document import Document

_FIRST = 6  # blocks among which title and author stand
_SURE = 0.9


def propose_of_pdf(document: Document, page: Page) -> Proposals:
    """Contents lines, and the line that repeats the author whom the metadata names."""
    found = {i: proposal for i, proposal in propose_layout(page).items() if proposal.label == "table-of-contents"}
    author = " ".join((document.author or "").casefold().split())
    for i, line in enumerate(page[:_FIRST]):
        if author and " ".join(line.text.casefold().split()) == author:
            found[i] = Proposal("byline", "author-of-metadata", _SURE)
    return found
