"""The model for pages without markup: the probability of each line to be no content.

The trees are trained by `training/page_text.py`. They read what the rules propose as one piece of evidence among
others; what a line alone cannot tell is added in `content_text_context`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np

from cleaners.content import Evidence, Scores
from cleaners.content_text_context import in_context
from cleaners.content_text_features import text_features
from cleaners.trees import Trees, load_trees
from corpus.document import Document

_PDF = "application/pdf"
LEAST_LINES = 2  # of a single line the model knows nothing


def score_text(evidence: Evidence) -> Scores | None:
    """Scores for page text; None for pages with markup and for PDFs."""
    page = evidence.page
    if len(page) < LEAST_LINES or evidence.document.media_type == _PDF:
        return None
    if len(evidence.tree.names) > 1:
        return None
    model = _model()
    _, rows = text_features(page, evidence.cues, gaps_above(evidence.document), evidence.rules, model.names)
    scores = model.probability(rows.astype(np.float64))
    return in_context(page, evidence.cues, evidence.rules, scores)


def gaps_above(document: Document) -> list[bool]:
    """For each kept block, whether a blank line stands above it."""
    gaps: list[bool] = []
    end = 0
    for block in document.blocks:
        if block.kept:
            gaps.append(not gaps or document.text.count("\n", end, block.start) > 1)
            end = block.end
    return gaps


@cache
def _model() -> Trees:
    return load_trees(files("cleaners").joinpath("data", "content_text.npz"))
