"""Where trained models join the rules: a score for each block of a page from the first model that knows its kind.

A model gets all the evidence, the proposals of the rules included, and answers with the probability that each block is
no content; None where the page is not of its kind. Its scores then stand in place of those of the rules, while the
rules still say what a block is: a model knows content from furniture and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.cues import Cue
from cleaners.page import Page, Proposal, Proposals
from cleaners.page_tree import PageTree
from corpus.document import Document

MODEL_RULE = "content-model"
SURE = 0.5  # score of a rule from which on it has found by itself what the model confirms


class Evidence(NamedTuple):
    """What a model may look at.

    `rules` are proposals by position in `page`, `cues` run parallel to it, `tree` are the elements around its blocks.
    """

    document: Document
    page: Page
    rules: Proposals
    cues: Sequence[Cue | None]
    tree: PageTree


Scores = NDArray[np.float64]
Model = Callable[[Evidence], Scores | None]


def judge(evidence: Evidence, models: Sequence[Model]) -> Proposals:
    """A proposal for every block that a model scored; those of the rules where no model knows the page."""
    for model in models:
        scores = model(evidence)
        if scores is not None:
            rules = evidence.rules
            return {place: _proposal(score, rules.get(place)) for place, score in enumerate(scores.tolist())}
    return evidence.rules


def _proposal(score: float, rule: Proposal | None) -> Proposal:
    """The model's score under the label of the rule, and under its name where it was sure itself."""
    if rule is None:
        return Proposal("boilerplate", MODEL_RULE, score)
    return Proposal(rule.label, rule.rule if rule.score > SURE else MODEL_RULE, score)
