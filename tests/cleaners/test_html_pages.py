"""Whole pages with markup: what stays, what goes, and under which label."""

from __future__ import annotations

import pytest

import limpide

TEXT = """<h1>The ferry of Osmund Sound</h1>
<p>The ferry crosses the sound eight times a day, from the stone pier in the east to the sheds in the west, and it has
done so since the bridge was taken down in the winter of 1911.</p>
<h2>What it carries</h2>
<p>It carries hay, post and children. In spring it carries sheep as well, forty at a time, and then the deck is washed
twice, because the schoolmaster complained to the council about his shoes.</p>
<ul><li>hay, in bales of twenty kilos, which must be dry;</li><li>post, in two sacks that the skipper signs for;</li>
<li>children, who pay nothing when they can recite the rules.</li></ul>
<table><tr><th>Season</th><th>Crossings</th></tr><tr><td>Winter</td><td>6</td></tr><tr><td>Summer</td><td>11</td></tr></table>
<p>The skipper, a woman of few words, says that the sound is never the same twice, and that people who want to talk
should take the bus, which leaves from the church on Thursdays.</p>"""

FURNITURE = {
    "navigation": '<nav class="main-nav"><ul><li><a href="/">Home</a></li><li><a href="/n">Notices</a></li></ul></nav>',
    "cookie-notice": '<div id="cookie-banner"><p>We use cookies so that this site works, and to count visits.</p></div>',
    "advert": '<div class="ad-slot"><p>Advertisement</p><p>Boots that never leak, at Harrow and Sons.</p></div>',
    "call-to-action": '<div class="newsletter-signup"><p>Subscribe to our newsletter</p><p>No spam, ever.</p></div>',
    "related-links": '<div class="related-posts"><h3>Related posts</h3><ul><li><a href="/1">Nets that last a year</a></li>'
    '<li><a href="/2">The price of herring</a></li></ul></div>',
    "comments": '<section id="comments"><h3>2 comments</h3><div class="comment"><p>Ann says: I crossed in a storm once '
    "and would not do it again for anything.</p></div></section>",
    "legal-footer": '<footer class="site-footer"><p>© 2024 Osmund Sound Council. All rights reserved.</p></footer>',
    "table-of-contents": '<div class="toc"><ul><li><a href="#a">What it carries</a></li></ul></div>',
    "hidden": '<div style="display:none"><p>Your browser is too old for the map of this page.</p></div>',
    "widget": '<aside class="sidebar"><form class="search-form"><label>Search the notices</label></form></aside>',
}
ABOVE = ("navigation", "cookie-notice", "advert", "hidden")


def page(*labels: str) -> bytes:
    above = "".join(FURNITURE[label] for label in labels if label in ABOVE)
    below = "".join(FURNITURE[label] for label in labels if label not in ABOVE)
    html = f"<html><head><title>The ferry of Osmund Sound</title></head><body>{above}<article>{TEXT}</article>{below}</body></html>"
    return html.encode()


@pytest.fixture(scope="module")
def plain() -> str:
    return limpide.clean(page(), media_type="text/html").text


def test_all_of_an_article_stays(plain):
    assert plain.split("\n\n")[0] == "The ferry of Osmund Sound"
    for part in ("What it carries", "hay, in bales", "Season\tCrossings", "Summer\t11", "should take the bus"):
        assert part in plain


@pytest.mark.parametrize("label", FURNITURE)
def test_furniture_goes_under_its_label_and_nothing_else_does(label, plain):
    document = limpide.clean(page(label), media_type="text/html")
    assert document.text == plain
    gone = {block.label for block in document.blocks if not block.kept}
    assert gone == {label}


def test_a_page_with_all_of_it_is_the_same_text(plain):
    document = limpide.clean(page(*FURNITURE), media_type="text/html")
    assert document.text == plain
    assert limpide.replay(document.raw_text, document.edits) == document.text
    assert {block.label for block in document.blocks if not block.kept} == set(FURNITURE)


def test_scores_of_kept_blocks_are_low_and_confidence_is_a_share():
    document = limpide.clean(page(*FURNITURE), media_type="text/html")
    assert all(block.score <= 0.5 for block in document.blocks if block.kept)
    assert 0.5 < document.signals["extraction_confidence"] <= 1


@pytest.mark.parametrize(
    "html",
    [
        "<p>Calm sea, and no wind until the evening.</p>" * 3_000,
        "<div>" * 10_000 + "Calm sea, and no wind until the evening." + "</div>" * 10_000,
        "<p>e" + "\N{COMBINING ACUTE ACCENT}" * 50_000 + "</p><p>Calm sea, and no wind until the evening.</p>",
        "<table>" + "<tr><td>Calm</td><td>sea</td></tr>" * 2_000 + "</table>",
    ],
    ids=["many paragraphs", "deep nesting", "a run of marks", "a long table"],
)
def test_extreme_pages_keep_their_text(html):
    document = limpide.clean(html.encode(), media_type="text/html")
    assert "sea" in document.text
