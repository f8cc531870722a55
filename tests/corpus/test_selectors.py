"""Suggested selectors against a real CSS engine: what they take on pages, and that they are short."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from corpus.selectors import Selectors, parse, stable_paths
from limpide import RawItem, extract

PAGE = """<body class="single postid-{n}"><div id="wrap"><nav class="menu"><a href="/">Start</a></nav>
<main><article id="post-{n}" class="post type-post {topic}"><h1>Title {n}</h1><div class="md:flex mt-0.5 body"><p>Text {n}.</p></div>
<div class="box share"><p>Share {n}</p></div><div class="box author"><p>By {n}</p></div></article></main>
<aside><div class="widget"><p>First</p></div><ul><li>Link</li></ul></aside><footer role="contentinfo"><p>Foot</p></footer></div>"""
PAGES = [PAGE.replace("{n}", str(4000 + n)).replace("{topic}", f"topic-{chr(97 + n)}") for n in range(8)]


@pytest.fixture(scope="module")
def paths():
    documents = [extract(RawItem(page.encode(), media_type="text/html")) for page in PAGES]
    return [
        [(d.raw_text[b.raw_start : b.raw_end], h.path) for b, h in zip(d.blocks, d.hints, strict=True)]
        for d in documents
    ]


def suggest(paths, text):
    stable = stable_paths([[path for _, path in page] for page in paths])
    selectors = Selectors(path for page in stable for path in page)
    (element,) = [path for (found, _), path in zip(paths[0], stable[0], strict=True) if found == text]
    while selectors._under[element] == selectors._under.get(element[:-1]):
        element = element[:-1]
    return selectors.of(element)


@pytest.mark.parametrize(
    ("text", "selector"),
    [
        ("Share 4000", ".share"),
        ("By 4000", ".author"),
        ("Text 4000.", ".body"),
        ("First", ".widget"),
        ("Start", ".menu"),
        ("Foot", "footer"),
        ("Title 4000", "h1"),
        ("Link", "aside > ul"),
    ],
)
def test_the_suggested_selector_takes_its_text_on_every_page_and_nothing_else(paths, text, selector):
    assert suggest(paths, text) == selector
    for number, html in enumerate(PAGES, 4000):
        taken = [found.get_text().strip() for found in BeautifulSoup(html, "lxml").select(selector)]
        assert taken == [text.replace("4000", str(number))]


def test_what_single_pages_have_is_no_part_of_a_template(paths):
    names = {
        str(name)
        for page in stable_paths([[path for _, path in page] for page in paths])
        for path in page
        for name in path
    }
    assert "article.post.type-post" in names
    assert not [name for name in names if "400" in name or "topic-" in name]


def test_an_element_like_others_is_named_by_what_is_around_it():
    pages = [[("body", "div.a", "p.x"), ("body", "div.b", "p.x"), ("body", "div.b", "div", "p.x"), ("body", "p.x")]]
    stable = stable_paths(pages)
    selectors = Selectors(stable[0])
    assert selectors.of(stable[0][0]) == ".a > .x"
    assert selectors.of(stable[0][1]) == ".b > .x"


@pytest.mark.parametrize(
    ("component", "name"),
    [
        ("div#main.content.wide[role=main]", 'div#main.content.wide[role="main"]'),
        ("div.md:flex.mt-0.5.body", "div.body"),
        ("p[itemtype=Article][limpide-rule=3]", "p"),
        ('a[rel=x"y].ok', "a.ok"),
        ("", ""),
    ],
)
def test_only_what_css_reads_plainly_is_taken_from_a_name(component, name):
    assert str(parse(component)) == name
