"""What the model for HTML pages is given to look at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.boilerplate import evidence_of
from cleaners.content_features import features
from cleaners.content_names import of_elements
from cleaners.content_text_columns import text_columns
from cleaners.page_tree import tree_of
from extractors import extract
from extractors.item import RawItem

PAGE = b"""<html><head><title>Leek soup</title></head><body>
<nav id="main-nav"><a href="/a">Home</a> <a href="/b">Shop</a></nav>
<article class="entry-content"><h1>Leek soup</h1><p>Wash the leeks well, cut them, and sweat them in butter for ten
minutes.</p><p>Add stock; simmer. Serve it hot, with bread and a glass of milk.</p></article>
<div class="related-posts"><ul><li><a href="/1">Onion tart</a></li><li><a href="/2">Pea soup</a></li></ul></div>
</body></html>"""


def columns(html: bytes) -> dict[str, np.ndarray]:
    names, values = features(evidence_of(extract(RawItem(html, media_type="text/html"))))
    return dict(zip(names, values.T, strict=True))


def test_every_block_has_every_number_and_names_are_not_repeated():
    evidence = evidence_of(extract(RawItem(PAGE, media_type="text/html")))
    names, values = features(evidence)
    assert values.shape == (len(evidence.page), len(names))
    assert len(set(names)) == len(names)
    assert np.isfinite(values).all()


def test_the_heading_is_the_title_and_the_menu_is_links():
    found = columns(PAGE)
    assert found["of_title"][:3].tolist() == [0, 1, 0]
    assert found["link_share"][0] > 0.8
    assert found["link_share"][2] == 0


def test_paragraphs_are_in_the_main_element_and_related_links_are_not():
    assert columns(PAGE)["in_main 0.6"].tolist() == [0, 1, 1, 1, 0, 0]


def test_a_page_of_one_block_has_numbers_too():
    assert all(np.isfinite(v).all() for v in columns(b"<p>Alone.</p>").values())


def test_words_of_names_are_near_or_some_steps_away():
    tree = tree_of([("body", "div.related-posts", "ul", "li"), ("body", "div.related-posts", "ul", "li", "span", "b")])
    near, far = tree.nodes
    found = of_elements(tree)
    assert [found["near related-links"][node] for node in (near, far)] == [1, 0]
    assert [found["steps related-links"][node] for node in (near, far, 0)] == [2, 4, 30]
    assert [found["in <ul>"][node] for node in (near, far, 0)] == [True, True, False]
    assert [found["tag_up_2"][node] for node in (0, 1, near)] == [-2, -2, found["tag"][2]]


def test_elements_are_stretches_of_blocks():
    found = tree_of([("body", "nav"), ("body", "div", "p"), ("body", "div", "p"), ("body", "div", "ul")]).stretches
    stretches = [
        [(int(found.first[e]), int(found.last[e])) for e in found.around[found.run[block]]] for block in (0, 2)
    ]
    assert stretches == [[(0, 4), (0, 4), (0, 1)], [(0, 4), (0, 4), (1, 4), (1, 3)]]
    assert found.sums(np.array([1.0, 10, 100, 1000]))[found.level(1)].tolist() == [1111, 1110, 1110, 1110]


def test_elements_of_one_name_are_one_in_the_tree_and_two_as_stretches():
    tree = tree_of([("body", "p"), ("body", "ul", "li"), ("body", "p")])
    assert tree.names == ["", "body", "p", "ul", "li"]
    assert tree.totals([1, 10, 100]) == [111, 111, 101, 10, 10]
    assert len(tree.stretches.first) == 6


def test_a_model_gets_the_columns_it_asks_for_with_the_same_numbers():
    evidence = evidence_of(extract(RawItem(PAGE, media_type="text/html")))
    names, values = features(evidence)
    some, columns = features(evidence, names[::3])
    assert some == names[::3]
    assert np.array_equal(columns, values[:, ::3])
    for place, name in enumerate(names):  # what it is made of is there, though nobody asked for it
        assert np.array_equal(features(evidence, [name])[1][:, 0], values[:, place]), name
    with pytest.raises(KeyError):
        features(evidence, ["mood"])


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("two words", "words", 2),
        ("日本語の文章", "words", 4),  # one stretch and three pairs of characters
        ("Hello, World!", "capital_share", 1),
        ("a b ccc dddd", "short_share", 0.75),
        ("12ab", "digit_share", 0.5),
        ("One. Two. Three.", "stops", 3),
    ],
)
def test_texts_are_counted(text, name, expected):
    assert text_columns(text, np.array([0]), np.array([len(text)]))[name].tolist() == [expected]


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=6))
def test_counts_do_not_depend_on_the_other_blocks(texts):
    ends = np.cumsum([len(text) + 1 for text in texts]) - 1
    starts = ends - [len(text) for text in texts]
    together = text_columns("\n".join(texts), starts, ends)
    for place, text in enumerate(texts):
        alone = text_columns(text, np.array([0]), np.array([len(text)]))
        assert {name: values[place] for name, values in together.items()} == {n: v[0] for n, v in alone.items()}
