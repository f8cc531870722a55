"""Blocks, hints and robustness of the HTML extractor."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Document, replay
from corpus.errors import ExtractionError
from corpus.source import Source
from extractors import RawItem, extract
from extractors.html import extract_html, extract_soup
from extractors.tree import MAX_DEPTH

CASES = json.loads((Path(__file__).parents[1] / "cases" / "extract_html.json").read_text(encoding="utf-8"))


def read(html: str | bytes, media_type: str = "text/html") -> Document:
    return extract_html(RawItem(html, media_type))


def blocks(document: Document) -> list[list[object]]:
    return [[b.kind, b.level, document.block_text(b)] for b in document.blocks]


def check(document: Document) -> None:
    """What holds for every document, whatever the markup."""
    assert document.raw_text == document.text == replay(document.raw_text, document.edits)
    assert len(document.hints) == len(document.blocks)
    position = 0
    for block, hint in zip(document.blocks, document.hints, strict=True):
        text = document.block_text(block)
        assert text == text.strip() != ""
        assert not document.text[position : block.start].strip()
        assert 0 <= hint.link_chars <= len(text)
        position = block.end
    assert position == len(document.text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_blocks_are_those_that_a_reader_sees(case):
    document = read(case["html"])
    assert blocks(document) == case["blocks"]
    check(document)


@pytest.mark.parametrize("case", [c for c in CASES if "unclosed" not in c["label"]], ids=lambda case: case["label"])
def test_a_beautifulsoup_tree_gives_the_same_document(case):
    html = case["html"].replace("\x00", "").replace("\f", " ")
    soup = BeautifulSoup(html, "lxml")
    from_soup, from_text = extract_soup(soup, RawItem("")), read(html)
    assert blocks(from_soup) == blocks(from_text)
    assert from_soup.hints == from_text.hints


def test_blocks_are_joined_by_a_blank_line():
    assert read("<p>un</p><p>deux</p>").raw_text == "un\n\ndeux"


# ---- hints ----------------------------------------------------------------------------------------------------------


def test_path_names_elements_with_what_says_their_purpose():
    html = """<div id=main class="content wide" role=main><section itemscope itemtype="https://schema.org/Comment/">
        <p class=" a  b "><a rel=author href=x>Ana</a></p></section></div>"""
    assert read(html).hints[0].path == (
        "html",
        "body",
        "div#main.content.wide[role=main]",
        "section[itemtype=Comment]",
        "p.a.b",
        "a[rel=author]",
    )


def test_path_ends_where_the_elements_around_the_whole_block_end():
    hint = read("<p><b>Note</b> : lire <i>avant</i></p>").hints[0]
    assert hint.path == ("html", "body", "p")


def test_equal_paths_are_one_object():
    hints = read("<p>un</p><p>deux</p>").hints
    assert hints[0].path is hints[1].path


def test_long_paths_are_shortened():
    path = read("<div>" * 300 + "<p>fond</p>").hints[0].path
    assert len(path) == 64
    assert path[0] == "html"
    assert path[-1] == "p"


def test_links_are_counted_where_they_begin():
    hints = read("<p><a href=1>un</a>, <a href=2>deux</a> et <a name=x>trois</a></p><p>quatre</p>").hints
    assert [(h.links, h.link_chars) for h in hints] == [(2, 6), (0, 0)]


def test_a_link_around_blocks_counts_once_and_covers_all():
    hints = read("<a href=1><h3>Titre</h3><p>texte</p></a>").hints
    assert [(h.links, h.link_chars) for h in hints] == [(1, 5), (0, 5)]


def test_a_link_without_text_is_not_given_to_the_next_block():
    assert read("<a href=1></a><p>sans lien</p>").hints[0].links == 0


@pytest.mark.parametrize(
    "html",
    [
        "<div hidden>x</div>",
        "<p style='color:red; DISPLAY : none'>x</p>",
        "<p style='visibility:hidden'>x</p>",
        "<noscript>x</noscript>",
        "<template>x</template>",
        "<dialog>x</dialog>",
        "<dialog class=c>x</dialog>",
        "<datalist><option>x</datalist>",
        "<table><tr hidden><td>x<td>y</table>",
        "<div hidden><p>x</p><div hidden>y</div>z</div>",
    ],
)
def test_what_a_browser_does_not_show_is_marked_hidden(html):
    document = read(html + "<p>montré</p>")
    assert [h.hidden for h in document.hints] == [True] * (len(document.blocks) - 1) + [False]


@pytest.mark.parametrize(
    "html",
    [
        "<p aria-hidden=true>x</p>",
        "<dialog open>x</dialog>",
        "<details><summary>x</summary></details>",
        "<p style='display:block'>x</p>",
        "<div class=hidden>x</div>",
        "<template shadowrootmode=open>x</template>",
    ],
)
def test_what_a_browser_shows_is_not_marked_hidden(html):
    assert [h.hidden for h in read(html).hints] == [False]


def test_pictures_are_marked_as_alternative_text():
    document = read("<a href=x><img alt='Plan de la gare'></a><img alt=''><img>")
    assert blocks(document) == [["caption", 0, "Plan de la gare"]]
    assert document.hints[0].alt
    assert document.hints[0].links == 1


def test_pictures_and_hidden_text_in_cells_follow_the_row():
    document = read("<table><tr><td>a <img alt='une clé'><td><span hidden>caché</span>b</table>")
    assert blocks(document) == [["table_row", 0, "a\tb"], ["caption", 0, "une clé"], ["paragraph", 0, "caché"]]


# ---- the document ---------------------------------------------------------------------------------------------------


def test_document_says_where_it_comes_from():
    source = Source(name="mairie")
    item = RawItem(
        "<p>été</p>".encode("latin-1"), "text/html; charset=latin1", "https://mairie.example/a", source=source
    )
    document = extract(item)
    assert (document.raw_text, document.media_type, document.encoding) == ("été", "text/html", "cp1252")
    assert document.encoding_reason == "declared"
    assert (document.url, document.source) == ("https://mairie.example/a", source)


def test_an_encoding_declaration_in_decoded_text_is_no_obstacle():
    html = '<?xml version="1.0" encoding="iso-8859-1"?><html><meta charset=koi8-r><body><p>été</p></body></html>'
    assert read(html).raw_text == "été"


def test_xhtml_elements_may_close_themselves():
    html = """<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="a.js"/></head>
        <body><p><a id="n1"/>caf&eacute; &amp; th&#233;</p></body></html>"""
    document = read(html, "application/xhtml+xml")
    assert document.raw_text == "café & thé"
    assert document.media_type == "application/xhtml+xml"


def test_broken_xhtml_is_read_as_html():
    assert (
        read("<html xmlns='http://www.w3.org/1999/xhtml'><p>un<p>deux", "application/xhtml+xml").raw_text
        == "un\n\ndeux"
    )


def test_entities_of_a_document_type_reach_no_file(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("mot de passe", encoding="utf-8")
    html = f'<!DOCTYPE html [<!ENTITY s SYSTEM "{secret.as_uri()}">]><html><body><p>a &s; b</p></body></html>'
    for media_type in ("text/html", "application/xhtml+xml"):
        assert "mot de passe" not in read(html, media_type).raw_text


# ---- hostile pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [300, MAX_DEPTH - 10, MAX_DEPTH + 10, 30_000])
@pytest.mark.parametrize("tag", ["div", "span", "blockquote", "table><tr><td", "ul><li", "b><i"])
def test_no_text_is_lost_in_deep_trees(depth, tag):
    first = tag.split(">")[0]
    html = f"<p>avant</p>{f'<{tag}>' * depth}fond{f'</{first}>' * depth}<p>après</p>"
    document = read(html)
    assert re.findall(r"\w+", document.raw_text) == ["avant", "fond", "après"]
    check(document)


def test_endless_kinds_of_nested_elements_are_an_error_not_a_loss():
    with pytest.raises(ExtractionError) as caught:
        read("".join(f"<x{i}>" for i in range(30_000)) + "fond")
    assert caught.value.stage == "parse"


@pytest.mark.parametrize(
    "html",
    [
        "<p>phrase" * 50_000,
        "mot<br>" * 50_000,
        "<div>" * 50_000 + "</span>" * 50_000,
        "<table>" + "<tr><td>a<td>b" * 20_000 + "</table>",
        "<table><tr>" + "<td>a" * 50_000,
        "mot <i hidden>x</i>" * 30_000,
        "mot <img alt=photo>" * 30_000,
        "<div>" * 1_900 + "<p>x</p>" * 20_000,
        "<pre>" + "\n    x" * 100_000,
        "<div hidden>x" * 1_900,
        "<span itemprop=author>x" * 1_900 + "y" * 1_000_000,
        "<script type='application/ld+json'>" + "[" * 200_000,
        "<meta property='og:title' content='" + "| a " * 100_000 + "'>",
        "<" * 200_000,
        "<svg><desc>" * 20_000,
    ],
    ids=lambda html: html[:24],
)
def test_time_is_linear_in_the_size_of_the_page(html):
    began = time.process_time()
    check(read(html))
    assert time.process_time() - began < 10  # seconds; quadratic handling of any of these takes minutes


_TAGS = [
    "p",
    "div",
    "span",
    "b",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "h2",
    "pre",
    "a href=x",
    "br",
    "blockquote",
    "button",
]
_WORDS = st.text("abcdé漢 ", min_size=1, max_size=8)


@st.composite
def _pages(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A page of well-nested elements with numbered words, and these words."""
    markup: list[str] = []
    expected: list[str] = []
    for number in range(draw(st.integers(0, 25))):
        word = f"mot{number}"
        chain = draw(
            st.lists(st.sampled_from(["p", "div", "span", "b", "h2", "pre", "blockquote", "section"]), max_size=4)
        )
        markup.append("".join(f"<{t}>" for t in chain) + word + "".join(f"</{t}>" for t in reversed(chain)) + " ")
        expected.append(word)
    return "".join(markup), expected


@given(_pages())
@settings(deadline=None)
def test_all_words_of_a_page_are_there_in_order(page):
    html, expected = page
    document = read(html)
    assert document.raw_text.split() == expected
    check(document)


@given(st.lists(st.one_of(st.sampled_from([f"<{t}>" for t in _TAGS]), st.sampled_from([f"</{t.split()[0]}>" for t in _TAGS]), st.sampled_from(["<p hidden>", "<img alt=x>", "<!--", "-->", "&amp;", "<td style='display:none'>", "<script>", "</script>", "\x00", "\ud800"]), _WORDS), max_size=40))  # fmt: skip
@settings(deadline=None, max_examples=300)
def test_any_heap_of_tags_gives_a_sound_document(parts):
    check(read("".join(parts)))


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_give_a_sound_document(data):
    check(read(data))
    check(read(data, "application/xhtml+xml"))


@pytest.mark.parametrize(
    ("summary", "likeness"),
    [
        ("Le bac du village traverse la rivière deux fois par jour.", [0.0, 1.0, 0.0]),
        ("LE BAC du village traverse la rivière…", [0.0, 37 / 56, 0.0]),
        ("Le bac du village traverse la rivière deux fois par jour. La passeuse chante.", [0.0, 56 / 76, 0.0]),
        ("Trois recettes de bord de rivière, pour les jours où le bac ne passe pas.", [0.0, 0.0, 0.0]),
        ("Le bac", [0.0, 0.0, 0.0]),
    ],
)
def test_blocks_say_how_alike_they_are_to_the_summary(summary, likeness):
    html = (
        f"<meta name=description content='{summary}'><h1>Le bac du village</h1>"
        "<p>Le bac du village traverse la rivière deux fois par jour.</p><p>La passeuse connaît chaque remous.</p>"
    )
    assert [hint.described for hint in read(html).hints] == pytest.approx(likeness)


def test_what_a_set_of_frames_says_without_frames_is_the_page():
    fallback = "<NOFRAMES><body><p>Un <b>deux</b></p></body></NOFRAMES>"
    document = extract_html(RawItem(f"<html><frameset cols='20%,80%'><frame src=m>{fallback}</frameset></html>"))
    assert document.raw_text == "Un deux"
    assert not document.hints[0].hidden
