"""Letters that do not stand as they are read: spaced, large at a beginning, or with another text given for them."""

import pytest

import extractors.pdf_reading as reading
from extractors.item import RawItem
from extractors.pdf import extract_pdf
from tests.extractors.test_pdf import HELVETICA, SENTENCES, by_hand, make, shown, write


@pytest.fixture(params=["as it likes", "pdfminer"])
def path(request, monkeypatch):
    if request.param == "pdfminer":
        monkeypatch.setattr(reading, "look", lambda pdf: None)


def text_of(content):
    return extract_pdf(RawItem(by_hand(content))).text


# ---- spaced letters --------------------------------------------------------------------------------------------------


def spaced(words, gap, between, size=12):
    """Each letter drawn by itself, `gap` points after the one before, words `between` points apart."""

    def draw(page):
        x = 60
        page.setFont("Helvetica", size)
        for word in words:
            for letter in word:
                page.drawString(x, 700, letter)
                x += page.stringWidth(letter, "Helvetica", size) + gap
            x += between - gap

    return extract_pdf(RawItem(make(draw))).text


def test_letters_placed_apart_are_words(path):
    assert spaced(["ANNUAL", "REPORT"], gap=3, between=8) == "ANNUAL REPORT"


def test_single_letters_and_figures_in_columns_stay_apart(path):
    assert spaced(["x", "y"], gap=3, between=3) == "x y"
    assert spaced(["1", "2", "3", "4", "5"], gap=3, between=3) == "1 2 3 4 5"


@pytest.mark.parametrize(
    "content",
    [
        b"[(F) -300 (e) -280 (r) -310 (r) -300 (y) -800 (b) -300 (o) -300 (a) -290 (t)] TJ",
        b"3 Tc (Ferry boat) Tj",
        b"3 Tc (Ferry) Tj 0 Tc ( boat) Tj",
        b"[(F) -40 (erry) -300 (boat)] TJ",
    ],
)
def test_gaps_inside_spaced_words_are_no_spaces(content, path):
    assert text_of(b"BT /F 12 Tf 50 700 Td " + content + b" ET") == "Ferry boat"


# ---- drop caps -------------------------------------------------------------------------------------------------------


def with_initial(letter, first, size=32, lines=2):
    """A large letter beside the first lines of a paragraph; capitals are .7 of their size high."""
    rows = [first, *SENTENCES[1:]]
    lead = 12.6

    def draw(page):
        write(page, 60, 760, ["Of the crossing"], 16, "Helvetica-Bold")
        width = page.stringWidth(letter, "Helvetica", size)
        write(page, 60, 700 - (lines - 1) * lead, [letter], size)
        for i, row in enumerate(rows):
            write(page, 60 + (width + 2 if i < lines else 0), 700 - lead * i, [row])

    return extract_pdf(RawItem(make(draw)))


@pytest.mark.parametrize(
    ("letter", "first", "whole"),
    [
        ("T", "he ferry crosses the river", "The ferry crosses the river"),
        ("A", "bout a mile of the river", "About a mile of the river"),
        ("A", "day on the river is long", "A day on the river is long"),
        ("L", "\u2019eau monte, dit le passeur", "L\u2019eau monte, dit le passeur"),
    ],
)
def test_a_drop_cap_begins_its_paragraph(letter, first, whole, path):
    document = with_initial(letter, first)
    assert shown(document) == [("heading", "Of the crossing"), ("paragraph", "\n".join([whole, *SENTENCES[1:]]))]


def test_a_drop_cap_of_three_lines_begins_its_paragraph(path):
    document = with_initial("T", "he ferry crosses", size=46, lines=3)
    assert shown(document)[1] == ("paragraph", "\n".join(["The ferry crosses", *SENTENCES[1:]]))


def test_a_large_letter_beside_nothing_stays():
    def draw(page):
        write(page, 60, 700, ["A"], 40, "Helvetica-Bold")
        write(page, 60, 650, SENTENCES)

    assert [text for _, text in shown(extract_pdf(RawItem(make(draw))))] == ["A", "\n".join(SENTENCES)]


# ---- the text that a span says it has --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (b"/Span<</ActualText(boat)>>BDC (b0at) Tj EMC", "Ferry boat"),
        (b"/Span<</ActualText<FEFF00E9>>>BDC (e) Tj (') Tj EMC", "Ferry \u00e9"),
        (b"/Span/Named BDC (x) Tj EMC", "Ferry named"),
        (b"/Span<</ActualText(outer)>>BDC /Span<</ActualText(in)>>BDC (x) Tj EMC (y) Tj EMC", "Ferry outer"),
        (b"/Span<</ActualText()>>BDC (~~) Tj EMC", "Ferry"),
        (b"/Span<</ActualText<FEFFE000>>>BDC (boat) Tj EMC", "Ferry boat"),  # a private character says nothing
        (b"/Span<</ActualText 7>>BDC (boat) Tj EMC", "Ferry boat"),
        (b"/Span<</ActualText(" + b"boat " * 20 + b")>>BDC (boat) Tj EMC", "Ferry boat"),
        (b"EMC EMC /Span<</ActualText(boat)>>BDC (b0at) Tj", "Ferry b0at"),
    ],
)
def test_actual_text_stands_for_what_is_drawn(span, text):
    content = b"BT /F 10 Tf 50 700 Td (Ferry ) Tj " + span + b" ET"
    resources = b"/Properties<</Named<</ActualText(named)>>>>"
    assert extract_pdf(RawItem(by_hand(content, HELVETICA, resources=resources))).text == text


def test_actual_text_of_several_lines_is_not_put_on_one():
    content = b"BT /F 10 Tf 13 TL 50 700 Td /P<</ActualText(A ferry, a boat)>>BDC (A ferry,) Tj T* (a boat) Tj EMC ET"
    assert text_of(content) == "A ferry,\na boat"


def test_a_hyphen_that_reads_as_nothing_is_a_soft_one():
    hyphen = b"/Span<</ActualText<FEFF00AD>>>BDC (-) Tj EMC"
    for span in (hyphen, hyphen.replace(b"<FEFF00AD>", b"()")):
        content = b"BT /F 10 Tf 13 TL 50 700 Td (The fer) Tj " + span + b" T* (ry is late) Tj ET"
        assert text_of(content) == "The fer\u00ad\nry is late"
