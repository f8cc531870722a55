"""How a model's scores and the rules come together."""

from __future__ import annotations

import numpy as np

from cleaners.content import Evidence, judge
from cleaners.page import Proposal, page_of
from cleaners.page_tree import tree_of
from corpus.document import Hint, build

PAGE = [("One.", "paragraph", 0, Hint()), ("Two.", "paragraph", 0, Hint()), ("Three.", "paragraph", 0, Hint())]
DOCUMENT = build(PAGE)
RULES = {0: Proposal("advert", "markup-ad", 0.9), 1: Proposal("navigation", "link-run", 0.4)}
EVIDENCE = Evidence(DOCUMENT, page_of(DOCUMENT), RULES, [None] * 3, tree_of([()] * 3))


def test_rules_are_believed_where_no_model_knows_the_page():
    assert judge(EVIDENCE, [lambda evidence: None]) == RULES


def test_the_first_model_that_answers_gives_the_scores_and_rules_the_labels():
    models = [lambda evidence: None, lambda evidence: np.array([0.2, 0.7, 0.6]), lambda evidence: np.zeros(3)]
    assert judge(EVIDENCE, models) == {
        0: Proposal("advert", "markup-ad", 0.2),
        1: Proposal("navigation", "content-model", 0.7),
        2: Proposal("boilerplate", "content-model", 0.6),
    }
