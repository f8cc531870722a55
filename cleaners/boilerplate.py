"""All rules for page furniture, and how their proposals come together."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.boilerplate_cues import propose_cues, propose_repeated_contents
from cleaners.boilerplate_edges import propose_edges
from cleaners.boilerplate_html import propose_markup
from cleaners.boilerplate_labels import sharpen_labels
from cleaners.boilerplate_layout import propose_layout, strip_running_headers
from cleaners.boilerplate_pdf import propose_of_pdf
from cleaners.boilerplate_results import propose_results
from cleaners.boilerplate_text import propose_captions, propose_category, propose_repeated_title
from cleaners.comments import propose_comments
from cleaners.content import SURE, Evidence, Model, judge
from cleaners.content_html import html_model
from cleaners.content_text import score_text
from cleaners.content_text_labels import name_furniture
from cleaners.cues import Cue, find_cues
from cleaners.page import Page, Proposals, merge, page_of
from cleaners.page_tree import PageTree, tree_of
from corpus.document import Document

MODELS: tuple[Model, ...] = (html_model, score_text)
"""The first one that knows a page is believed; where none does, the rules are."""


def propose_boilerplate(document: Document) -> Document:
    """Label the blocks that look like page furniture; nothing is removed but running headers inside lines."""
    if document.media_type == "application/pdf":
        page = page_of(document)
        of_pdf = propose_of_pdf(document, page)
        return document.label_blocks({page[i].at: (p.label, p.rule, p.score) for i, p in of_pdf.items()})
    evidence = evidence_of(document)
    page = evidence.page
    found = sharpen_labels(page, evidence.cues, evidence.tree, judge(evidence, MODELS))
    found = name_furniture(page, evidence.cues, found)
    return evidence.document.label_blocks({page[i].at: (p.label, p.rule, p.score) for i, p in found.items()})


def evidence_of(document: Document) -> Evidence:
    """The blocks of a document with what rules and cue phrases say of them; running headers are out of the lines."""
    page = page_of(document)
    cues = find_cues(page)
    tree = tree_of([line.hint.path if line.hint else () for line in page])
    return Evidence(strip_running_headers(document, page), page, propose(page, cues, tree), cues, tree)


def propose(page: Page, cues: Sequence[Cue | None], tree: PageTree) -> Proposals:
    """What each rule proposes, the surest proposal for each line.

    A section of comments runs to the end of the page by its heading alone, so markup that names other furniture there
    knows better.
    """
    markup = propose_markup(page, tree)
    named = {place for place, proposal in markup.items() if proposal.score > SURE and proposal.label != "comments"}
    comments = propose_comments(page, cues)
    found = merge(
        propose_cues(page, cues),
        propose_repeated_contents(page, cues),
        propose_layout(page),
        propose_results(page),
        {place: proposal for place, proposal in comments.items() if place not in named},
        propose_captions(page),
        propose_category(page),
        propose_repeated_title(page),
        markup,
    )
    return merge(found, propose_edges(page, found))
