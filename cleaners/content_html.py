"""The trained model for pages with markup: which blocks are the main content.

Gradient-boosted trees over the numbers of `content_features`, trained by `training/web.py` on annotated pages that
follow different conventions of what main content is, and evened out by `content_flow`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np

from cleaners.content import Evidence, Scores
from cleaners.content_features import features
from cleaners.content_flow import even_out
from cleaners.trees import Trees, load_trees


def html_model(evidence: Evidence) -> Scores | None:
    """The probability that each block is no content; None for documents whose format gives no elements."""
    if len(evidence.tree.names) == 1:
        return None
    model = _model()
    _, values = features(evidence, model.names)
    return even_out(evidence, model.probability(values.astype(np.float32).astype(np.float64)))


@cache
def _model() -> Trees:
    return load_trees(files("cleaners").joinpath("data", "content_html.npz"))
