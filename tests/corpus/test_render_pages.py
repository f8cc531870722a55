"""The page of a document as a person uses it: folds, switches, links to edits and spans, parts of long texts."""

from __future__ import annotations

import re

import pytest

from corpus.document import Document, Hint, Removal, build, mark, remove, repair
from corpus.render import Setting, document_main, document_page
from corpus.render_diff import word_diff, word_diff_beside
from corpus.render_ledger import FOLD_EDITS, PART_CHARACTERS, PART_NODES, ledger_html, parts
from corpus.selectors import block_selectors

from .test_render import Reader, one


def menu(items, *, page=0):
    pieces = [(f"Rubrique {i}", "list_item", 1, Hint(path=("body", "nav.haut", "li"))) for i in range(items)]
    document = build([*pieces, ("Le bac part à huit heures.", "paragraph", 0, Hint(path=("main", "p")))])
    document = document.with_(
        blocks=tuple(b._replace(page=page + i // 2) for i, b in enumerate(document.blocks)) if page else document.blocks
    )
    return document.remove_blocks({i: Removal("navigation", "menu", 0.9) for i in range(items)})


@pytest.mark.parametrize(("items", "folded"), [(FOLD_EDITS, 0), (FOLD_EDITS + 1, 1)])
def test_a_run_of_many_removals_is_folded_with_its_count(items, folded):
    reader = Reader(ledger_html(menu(items)))
    assert len(reader.find("details")) == folded
    if folded:
        assert f"{items} removals" in " ".join(reader.tags)
        assert f"navigation {items}" in reader.tags
    assert "".join(reader.raw) == menu(items).raw_text
    assert "".join(reader.clean) == menu(items).text


def test_removals_with_text_between_them_are_not_folded_together():
    text = "pub. Le bac part. " * (FOLD_EDITS * 2)
    html = ledger_html(one(text, *(remove(m.start(), m.end(), "advert", "r") for m in re.finditer("pub", text))))
    assert Reader(html).find("details") == []


def test_each_block_says_its_kind_rule_score_and_place_in_the_page():
    document = menu(2)
    tags = Reader(ledger_html(document, selectors=block_selectors(document))).tags
    assert "list_item 1 · removed: navigation · menu · score 0.00 · .haut > li" in tags
    assert "paragraph · main > p" in tags


def test_pages_of_a_pdf_are_numbered_once_each():
    tags = [tag for tag in Reader(ledger_html(menu(3, page=7))).tags if tag.startswith("page ")]
    assert tags == ["page 7", "page 8"]


def test_the_clean_text_stands_beside_with_a_paragraph_per_block():
    html = document_page(menu(2))
    assert '<p class="paragraph">Le bac part à huit heures.</p>' in html
    assert "Rubrique" not in html.split('<div class="clean"')[1]


def test_every_switch_has_a_label_of_its_own():
    reader = Reader(document_page(menu(2)))
    inputs = {attrs["id"] for tag, attrs in reader.elements if tag == "input"}
    assert inputs == {attrs["for"] for tag, attrs in reader.elements if tag == "label"}
    assert len(inputs) == 4


def test_the_least_certain_edits_come_first_and_link_to_their_places():
    document = one(
        "a b c d",
        repair(0, 1, "A", "mojibake", "m", 0.9),
        mark(4, 5, "a b c d", "glyph-map-suspected", "s", 0.2),
        remove(6, 7, "advert", "r", 1.0),
    )
    html = document_main(document, Setting())
    doubt = html.split('class="doubt"')[1].split("</details>")[0]
    assert re.findall(r'href="(#e\d)"', doubt) == ["#e1", "#e0"]
    assert {attrs["id"] for tag, attrs in Reader(html).elements if attrs.get("id", "").startswith("e")} == {
        "e0",
        "e1",
        "e2",
    }


@pytest.mark.parametrize(
    ("span", "inside"),
    [((0, 2), "Le"), ((3, 6), "bac"), ((0, 15), "Le bac pub part")],
)
def test_a_span_is_highlighted_and_has_one_anchor(span, inside):
    document = one("Le bac pub part", remove(7, 11, "advert", "r"))
    html = ledger_html(document, spans=[span])
    assert html.count('id="span"') == 1
    reader = Reader(html)
    assert "".join(reader.raw) == document.raw_text
    assert all(word in document.raw_text[slice(*span)] for word in inside.split())
    assert len(reader.with_class("here")) == (1 if span[1] < 7 else 3)


def test_a_span_outside_of_the_text_highlights_nothing():
    assert "here" not in ledger_html(one("Le bac"), spans=[(100, 200)])


def long_document(edits):
    text = "abcd " * edits
    return one(text, *(repair(i, i + 1, "A", "mojibake", "m", 0.5) for i in range(0, len(text), 5)))


def test_a_text_with_many_edits_is_cut_into_parts_that_together_are_the_text():
    document = long_document(PART_NODES * 2 + 10)
    spans = parts(document)
    assert len(spans) == 3
    readers = [Reader(ledger_html(document, start=start, end=end)) for start, end in spans]
    assert "".join("".join(reader.raw) for reader in readers) == document.raw_text
    assert "".join("".join(reader.clean) for reader in readers) == document.text
    assert all(len(reader.with_class("edit")) <= PART_NODES for reader in readers)


def test_no_part_begins_inside_an_edit():
    document = one("x" * (PART_CHARACTERS * 3), remove(10, PART_CHARACTERS * 2, "boilerplate", "r"))
    assert all(not 10 < cut < PART_CHARACTERS * 2 for span in parts(document) for cut in span)


def test_unseen_characters_count_as_annotations():
    assert len(parts(Document(raw_text="a\0" * (PART_NODES + 1), text="a\0" * (PART_NODES + 1)))) == 2


def test_an_empty_text_is_one_part():
    assert parts(Document(raw_text="", text="")) == [(0, 0)]


def test_parts_link_to_each_other():
    html = document_main(long_document(PART_NODES + 1), Setting(part=1, part_link=lambda part: f"p{part}.html"))
    assert 'href="p2.html"' in html
    assert html.count("aria-current") == 2  # above and below the text


# ---- word diff ------------------------------------------------------------------------------------------------------


def sides(html):
    """The two texts that a diff shows, without the white space between words, which is that of either text."""
    plain = re.sub("<ins>.*?</ins>", "", html, flags=re.DOTALL), re.sub("<del>.*?</del>", "", html, flags=re.DOTALL)
    return tuple(re.sub("<.*?>", "", text).split() for text in plain)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("Le bac part.", "Le bac part."),
        ("Le bac part à six heures.", "Le grand bac part à sept heures."),
        ("", "tout est neuf"),
        ("plus rien", ""),
        ("a b c d e", "e d c b a"),
        ("la la la la", "la la"),
        ("x " * 1_000 + "fin", "y " * 1_000 + "fin"),
    ],
)
def test_both_texts_can_be_read_back_from_a_diff(before, after):
    assert sides(word_diff(before, after)) == (before.split(), after.split())
    assert [re.sub("<.*?>", "", side) for side in word_diff_beside(before, after)] == [before, after]


def test_only_the_words_that_differ_are_marked():
    html = word_diff("Le bac part à six heures.", "Le bac part à sept heures.")
    assert re.findall("<del>(.*?)</del>", html) == [" six"]
    assert re.findall("<ins>(.*?)</ins>", html) == [" sept"]


def test_texts_that_are_worst_for_a_diff_take_bounded_time():
    before, after = " ".join("ab"[i % 2] for i in range(20_000)), " ".join("ba"[i % 3 % 2] for i in range(20_000))
    assert sides(word_diff(before, after)) == (before.split(), after.split())


def test_markup_in_a_diff_is_text():
    assert "<script" not in "".join(word_diff_beside("<script>a</script>", "<script>b</script>"))
    assert "<script" not in word_diff("<script>a</script>", "<script>b</script>")
