"""Whole pages whose furniture stands in containers of another name: what the ledger calls it."""

from __future__ import annotations

import pytest

import limpide

TEXT = (
    "<h1>The ferry of Osmund Sound</h1><p>The ferry crosses the sound eight times a day, from the stone pier in the east "
    "to the sheds in the west, and it has done so since the bridge was taken down.</p>"
    "<h2>What it carries</h2><p>It carries hay, post and children. In spring it carries sheep as well, forty at a time, "
    "and then the deck is washed twice, because of the shoes of the schoolmaster.</p>"
    "<h2>Who steers it</h2><p>The skipper says that the sound is never the same twice, and that people who want to talk "
    "should take the bus, which leaves from the church on Thursdays.</p>"
)


def labels(above: str = "", below: str = "") -> dict[str, str]:
    html = f"<html><body>{above}<article>{TEXT}</article>{below}</body></html>"
    document = limpide.clean(html.encode(), media_type="text/html")
    return {document.raw_text[b.raw_start : b.raw_end]: b.label for b in document.blocks if not b.kept}


@pytest.mark.parametrize(
    ("markup", "text", "label"),
    [
        ("<footer><div class='newsletter'><p>Never miss a crossing</p></div></footer>", "Never miss a crossing", "call-to-action"),
        ("<footer><p>Share</p></footer>", "Share", "call-to-action"),
        ("<footer class='entry-footer'><p>Posted on 3 May 2019</p></footer>", "Posted on 3 May 2019", "byline"),
        ("<footer><a href='/c'>Cookie policy</a></footer>", "Cookie policy", "legal-footer"),
        ("<aside><h3>Most read</h3><p><a href='/1'>Nets</a></p></aside>", "Nets", "related-links"),
        ("<aside><form><label>Find</label></form><h3>Most read</h3><p><a href='/1'>Nets</a></p></aside>", "Find", "widget"),
        ("<footer><div class='related'><p><a href='/1'>Nets</a></p></div></footer>", "Nets", "related-links"),
    ],
)  # fmt: skip
def test_a_container_does_not_hide_what_is_in_it(markup, text, label):
    assert labels(below=markup)[text] == label


def test_links_of_a_menu_stay_navigation_whatever_they_are_called():
    markup = "<nav><ul class='linklist'><li><a href='/l'>Latest</a></li><li><a href='/t'>Tags</a></li></ul></nav>"
    assert set(labels(above=markup).values()) == {"navigation"}


def test_buttons_of_a_consent_banner_are_part_of_it():
    markup = "<div class='cookie-banner'><p>We use cookies to count visits.</p><button>Fine</button></div>"
    assert labels(above=markup)["Fine"] == "cookie-notice"


@pytest.mark.parametrize(
    "markup",
    [
        "<nav><ul><li><a href='#a'>1 What it carries</a></li><li><a href='#b'>2 Who steers it</a></li></ul></nav>",
        "<div role=navigation id=toc><p>What it carries</p><p>Who steers it</p></div>",
    ],
)
def test_links_to_the_headings_of_the_page_are_its_contents(markup):
    assert set(labels(above=markup).values()) == {"table-of-contents"}


def test_entries_below_a_contents_heading_are_contents_though_they_lead_to_other_pages():
    markup = (
        "<div><main-menu><nav><ul><li><a href='/'>Home</a></li></ul></nav></main-menu><div class=guide><nav><h2>Contents"
        "</h2><ol><li><a href='/1'>Overview</a></li><li><a href='/2'>Tickets</a></li></ol></nav></div></div>"
    )
    found = labels(above=markup)
    assert found["Home"] == "navigation"
    assert found["Overview"] == found["Tickets"] == "table-of-contents"


COMMENTS = (
    "<div id=comments><h3>2 comments</h3><footer class=comment-meta><b>Ann</b></footer><p>I crossed in a storm once, and "
    "would not do it again for anything.</p><a href='#r'>Reply</a><footer><b>Bo</b></footer><p>Nor would I, and I was "
    "born on the far side of it.</p><a href='#r'>Reply</a></div>"
)


def test_names_and_dates_between_comments_belong_to_them():
    found = labels(below=COMMENTS)
    assert found["Ann"] == found["Bo"] == "comments"


def test_what_follows_the_last_comment_is_named_for_what_it_is():
    below = COMMENTS.replace("id=comments", "id=x") + (
        "<div><h2>Related posts</h2><p>Nets that last a year</p><p>The price of herring</p></div>"
        "<p>© 2019 Osmund Sound. All rights reserved.</p>"
    )
    found = labels(below=below)
    assert found["Nets that last a year"] == found["The price of herring"] == "related-links"
    assert found["© 2019 Osmund Sound. All rights reserved."] == "legal-footer"
    assert found["Nor would I, and I was born on the far side of it."] == "comments"
