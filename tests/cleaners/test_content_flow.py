"""What the scores of single blocks become where a reader sees wholes."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.boilerplate import evidence_of
from cleaners.content_flow import even_out
from extractors.html import extract_html
from extractors.item import RawItem

PROSE = "The ferry crosses the sound eight times a day, from the stone pier in the east to the sheds in the west."


def kept(body: str, scores: dict[str, float], title: str = "") -> list[str]:
    """The blocks that stay when a model gives these scores to those that begin so, and is sure to keep the others."""
    evidence = evidence_of(extract_html(RawItem(f"<title>{title}</title>{body}<p>{PROSE}</p><p>{PROSE} Often.</p>")))
    given = [next((s for start, s in scores.items() if line.text.startswith(start)), 0.05) for line in evidence.page]
    found = even_out(evidence, np.array(given))
    return [line.text for line, score in zip(evidence.page, found, strict=True) if score < 0.5]


@pytest.mark.parametrize(("score", "stays"), [(0.65, True), (0.8, False)])
def test_a_doubted_heading_stays_with_the_text_right_below_it(score, stays):
    assert ("Fares" in kept("<h1>Ferry</h1><div>Menu</div><h2>Fares</h2>", {"Menu": 0.99, "Fares": score})) is stays


def test_a_byline_between_a_heading_and_its_text_takes_neither_away():
    body = "<p>Next article</p><h2>Fares</h2><p class=byline>By Ann Lund</p>"
    found = kept(body, {"Next": 0.99, "Fares": 0.65, "By Ann": 0.9})
    assert "Fares" in found
    assert "By Ann Lund" not in found


def test_a_doubted_heading_over_furniture_goes():
    assert "Fares" not in kept("<h2>Fares</h2><div>Menu</div>", {"Menu": 0.99, "Fares": 0.65})


PANEL = "<p>Children pay nothing when they can recite all of the rules of the ferry, dogs pay half, and sheep the full fare.</p>"


@pytest.mark.parametrize(
    ("box", "stays"),
    [
        ("<div role=tabpanel style='display:none'>{}</div>", True),
        ("<div class='faq-accordion'><div hidden>{}</div></div>", True),
        ("<div class='popup' style='display:none'>{}</div>", False),
        ("<div hidden>{}</div>", False),
    ],
)
def test_text_that_a_click_shows_stays_and_text_that_nobody_sees_goes(box, stays):
    body = f"<p>{PROSE} Never.</p>" + box.format(PANEL)
    assert any(text.startswith("Children") for text in kept(body, {"Children": 0.75})) is stays


def test_surely_furniture_goes_from_panels_too():
    body = f"<p>{PROSE} Never.</p><div role=tabpanel hidden>{PANEL}</div>"
    assert not any(text.startswith("Children") for text in kept(body, {"Children": 0.95}))


def test_the_question_that_opens_a_panel_stays_with_it():
    body = f"<div class=tab-title>Who pays?</div><div role=tabpanel hidden>{PANEL}</div>"
    assert "Who pays?" in kept(body, {"Who": 0.7, "Children": 0.7})
    assert "Who pays?" not in kept(body, {"Who": 0.7, "Children": 0.95})


def test_the_title_stays_in_a_heading_of_another_level_where_no_h1_says_it():
    titled = "<div class=logo><h1>Osmund</h1></div><div class=page-header><h2>The ferry</h2></div>"
    assert kept(titled, {"Osmund": 0.9, "The ferry": 0.9}, title="The ferry - Osmund")[0] == "The ferry"
    only = "<h1>The sound</h1><h2>More</h2>"
    assert kept(only, {"The sound": 0.9, "More": 0.9}, title="Ferry")[0] == "The sound"
