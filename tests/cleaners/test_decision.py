"""What a decision says of itself."""

from __future__ import annotations

import pytest

from cleaners.decision import decide
from corpus.document import Hint, build


def scored(*scores):
    """A document of one block of four words per score."""
    document = build([("four words stand here", "paragraph", 0, Hint()) for _ in scores])
    return document.label_blocks({i: ("boilerplate", "test", score) for i, score in enumerate(scores)})


@pytest.mark.parametrize(("scores", "confidence"), [((0.0, 1.0), 1.0), ((0.5,), 0.0), ((0.0, 0.25), 0.75)])
def test_confidence_is_the_mean_distance_from_undecided(scores, confidence):
    assert decide(scored(*scores)).signals["extraction_confidence"] == pytest.approx(confidence)


def test_document_without_text_has_no_confidence():
    assert "extraction_confidence" not in decide(build([])).signals
