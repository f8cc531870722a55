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


OWN = "Only this page says in so many words that the ferry will not leave before the ice has gone from the quay."
EVERYWHERE = "Every page of the paper says that it comes out each week."


def paragraphs(*texts):
    return build([(text, "paragraph", 0, Hint()) for text in texts])


def test_repeated_blocks_go_though_together_they_are_more_than_the_text():
    document = decide(paragraphs(EVERYWHERE, OWN, EVERYWHERE, EVERYWHERE), (3, 0, 3, 3))
    assert document.text == OWN
    assert {edit.label for edit in document.edits} == {"repeated-block"}


def test_a_repeated_block_that_is_most_of_the_document_stays():
    assert decide(paragraphs(EVERYWHERE, OWN), (0, 3)).text == f"{EVERYWHERE}\n\n{OWN}"
