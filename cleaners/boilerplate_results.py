"""Lists of search results that collections of documents put around a text: titles, links to PDFs, and what they say.

An entry is a title and, below it, a snippet: a piece of text that was cut out around the words searched for, so it has
gaps in it, or begins with the date of the document. One such line says little, since texts have elisions as well; a
chain of entries, half of which show such a sign, is a list of results. Boxes of questions that people also ask hang on
such lists and are taken only there.
"""

from __future__ import annotations

import re

from cleaners.page import Line, Page, Proposal, Proposals

ENTRIES = 4  # fewer links to documents may be a bibliography, fewer titles with snippets a text with headings
SIGNED = 0.5  # of the entries show a sign of search results,
CUTS = 2  # and so many one that is not a date: chronicles have dates
TITLE_WORDS, SNIPPET_WORDS = 18, (5, 60)
LINK_GAP = 4  # lines from one link to a document to the next: the link and what it says
ANSWER_LINES = 3  # below a question
BOX_GAP = 2  # lines between a list of results and a box of questions
_LINK = re.compile(r"\A\[(?:PDF|DOCX?|PPTX?|XLSX?|PS)\]\s", re.IGNORECASE)
_GAP = re.compile(r"\s(?:\.\.\.|…)(?:\s|\Z)")  # an elision of the text itself stands in brackets or sticks to a word
_DATED = re.compile(
    r"\A\d{1,2}(?:\.|er)?\s[^\W\d_]{3,10}\.?\s(?:19|20)\d\d\s|\A[^\W\d_]{3,10}\.?\s\d{1,2},\s(?:19|20)\d\d\s"
)
_LINKED, _BETWEEN, _ENTRY, _BOX = 0.9, 0.7, 0.8, 0.7


def propose_results(page: Page) -> Proposals:
    """Lists of search results and of links to documents, with the boxes of questions beside them."""
    found = {**_document_links(page), **_entries(page)}
    return {**_questions(page, found), **found} if found else found


def _document_links(page: Page) -> Proposals:
    """Lists of links to documents, with the lines between the links."""
    found: Proposals = {}
    run: list[int] = []
    links = [position for position, line in enumerate(page) if line.text[0] == "[" and _LINK.match(line.text)]
    for position in [*links, -1]:
        if run and (position < 0 or position - run[-1] > LINK_GAP):
            if len(run) >= ENTRIES:
                between = Proposal("related-links", "between-links", _BETWEEN)
                found |= dict.fromkeys(range(run[0], run[-1] + 1), between)
                found |= dict.fromkeys(run, Proposal("related-links", "document-links", _LINKED))
            run = []
        run.append(position)
    return found


def _entries(page: Page) -> Proposals:
    """Chains of titles with snippets."""
    found: Proposals = {}
    if sum("[" in line.text or "..." in line.text or "…" in line.text for line in page) < CUTS:
        return found
    position = 0
    while position < len(page) - 1:
        end, entries, signs, cuts = position, 0, 0, 0
        while length := _entry(page, end):
            cut = any(_is_cut(line) for line in page[end : end + length])
            cuts += cut
            signs += cut or any(_DATED.search(line.text) for line in page[end : end + length])
            entries += 1
            end += length
        if entries >= ENTRIES and signs >= SIGNED * entries and cuts >= CUTS:
            if page[end - 1].prose and page[end - 1].sentence and not _is_cut(page[end - 1]):
                end -= 1  # the first line of what stands below the list
            found |= dict.fromkeys(range(position, end), Proposal("related-links", "search-results", _ENTRY))
            position = end
        else:
            position += 1
    return found


def _entry(page: Page, position: int) -> int:
    """How many lines the entry has that begins here: a title and a snippet, or both joined into one; 0 if none does."""
    if position + 1 < len(page) and _is_title(page[position]) and _is_snippet(page[position + 1]):
        return 2
    if position == len(page) or not _is_snippet(page[position]):
        return 0
    return int(not page[position].sentence or _is_cut(page[position]))


def _is_title(line: Line) -> bool:
    return not line.prose and not line.sentence and line.words <= TITLE_WORDS and line.kind == "paragraph"


def _is_snippet(line: Line) -> bool:
    low, high = SNIPPET_WORDS
    return low <= line.words <= high and line.kind == "paragraph" and not _LINK.match(line.text)


def _is_cut(line: Line) -> bool:
    """Whether a line is a link to a document or a text with gaps."""
    return _LINK.search(line.text) is not None or _GAP.search(line.text) is not None


def _questions(page: Page, results: Proposals) -> Proposals:
    """Questions in a list, each with its answer, that begin where a list of results ends."""
    found: Proposals = {}
    for last in (p for p in results if p + 1 not in results):
        head = next((p for p in range(last + 1, min(last + 2 + BOX_GAP, len(page))) if _asks(page[p])), None)
        while head is not None:
            answers = range(head + 1, min(head + 2 + ANSWER_LINES, len(page)))
            following = next((p for p in answers if _asks(page[p])), None)
            end = following if following is not None else head + 2
            found |= dict.fromkeys(range(head, min(end, len(page))), Proposal("related-links", "question-box", _BOX))
            head = following
    return found


def _asks(line: Line) -> bool:
    return line.kind == "list_item" and line.text.rstrip()[-1:] in "?？"
