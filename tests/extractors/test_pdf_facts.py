"""What a PDF says about itself: metadata corrected by the first page, and headings by the outline, on every path."""

import pytest

import extractors.pdf_reading as reading
from corpus.errors import ExtractionError
from extractors.item import RawItem
from extractors.pdf import extract_pdf
from extractors.pdf_outline import MAX_ENTRIES
from tests.extractors.test_pdf import HELVETICA, SENTENCES, by_hand, make, write

PATHS = ("fast", "slow", "rescue")


@pytest.fixture(params=PATHS)
def path(request, monkeypatch):
    """Read with pdfium, with pdfminer, or with pdfium after pdfminer gave up."""

    def fail(data):
        raise ExtractionError("the PDF is damaged: it has no pages", stage="parse")

    if request.param == "slow":
        monkeypatch.setattr(reading, "look", lambda pdf: None)
    if request.param == "rescue":
        monkeypatch.setattr(reading, "open_pdf", fail)
    return request.param


def book(page):
    """A title, and headings that only the outline knows: they are set like the text."""
    page.setTitle("Microsoft Word - ferry.doc")
    write(page, 60, 780, ["The ferry and the lamp"], 18, "Helvetica-Bold")
    write(page, 60, 740, SENTENCES)
    write(page, 60, 650, ["1. Of the crossing", *SENTENCES[:3]])
    page.bookmarkPage("a")
    page.addOutlineEntry("Of the crossing", "a", 0)
    page.showPage()
    write(page, 60, 740, ["Of the crossing is told above, and of", *SENTENCES[1:]])
    write(page, 60, 640, ["The oil", *SENTENCES])
    page.bookmarkPage("b")
    page.addOutlineEntry("The oil", "b", 1)
    page.bookmarkPage("c")
    page.addOutlineEntry("Never written", "c", 1)


def test_headings_that_the_outline_names_have_its_levels(path):
    document = extract_pdf(RawItem(make(book)))
    found = [(b.level, document.block_text(b)) for b in document.blocks if b.kind == "heading"]
    assert found == [(1, "The ferry and the lamp"), (2, "1. Of the crossing"), (3, "The oil")]
    assert document.title == "The ferry and the lamp"


def test_all_paths_give_the_same_document(monkeypatch):
    data = make(book)
    fast = extract_pdf(RawItem(data))
    monkeypatch.setattr(reading, "look", lambda pdf: None)
    assert extract_pdf(RawItem(data)).with_(hints=()) == fast.with_(hints=())


def test_an_outline_that_runs_in_circles_comes_to_an_end(path):
    data = by_hand(
        b"BT /F 10 Tf 50 700 Td (Ferry) Tj ET",
        HELVETICA,
        b"<</First 7 0 R/Last 7 0 R>>",
        b"<</Title(Ferry)/Next 8 0 R/First 7 0 R/Dest[3 0 R/Fit]>>",
        b"<</Title(Again)/Next 7 0 R/A<</S/GoTo/D(nowhere)>>>>",
    )
    document = extract_pdf(RawItem(data.replace(b"/Type/Catalog", b"/Type/Catalog/Outlines 6 0 R")))
    assert [(b.kind, b.level) for b in document.blocks] == [("heading", 1)]


def test_long_outlines_are_read_in_part():
    def draw(page):
        write(page, 60, 740, SENTENCES)
        page.bookmarkPage("a")
        for number in range(MAX_ENTRIES + 10):
            page.addOutlineEntry(f"Chapter {number}", "a", 0)

    assert len(reading.read(make(draw)).facts.outline) == MAX_ENTRIES


def titled(title, shown, size=18, **options):
    def draw(page):
        page.setTitle(title)
        write(page, 60, 780, [shown], size, "Helvetica-Bold")
        write(page, 60, 740, SENTENCES)

    return extract_pdf(RawItem(make(draw, **options)))


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        ("", "The ferry at night"),
        ("untitled", "The ferry at night"),
        ("Microsoft Word - x.doc", "The ferry at night"),
        ("ferry_v3_final", "The ferry at night"),
        ("Layout 1", "The ferry at night"),
        ("Template of the annual report", "The ferry at night"),
        ("The FERRY: a report", "The FERRY: a report"),
        ("A day", "A day"),
    ],
)
def test_title_is_that_of_the_page_where_metadata_has_none_or_another(declared, title, path):
    assert titled(declared, "The ferry at night").title == title


def test_title_of_the_metadata_stays_where_nothing_on_the_page_looks_like_one():
    assert titled("Annual report", "Of boats", size=10.5).title == "Annual report"
    assert titled("x.doc", "2,400 %", size=30).title is None


def first_lines(*lines, **options):
    def draw(page):
        for i, line in enumerate(lines):
            write(page, 60, 780 - 30 * i, [line])
        write(page, 60, 500, SENTENCES)

    return extract_pdf(RawItem(make(draw, **options)))


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ada Passeur", "Ada Passeur"),
        ("par Ada Passeur et Jean de la Rive", "Ada Passeur et Jean de la Rive"),
        ("Author: A. B. Ferryman", "A. B. Ferryman"),
        ("By the river we sat down", None),
        ("By Monday", None),
    ],
)
def test_author_is_read_from_the_page_where_metadata_has_none(line, author):
    assert first_lines(line).author == author


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        (("Quay, 12 March 1998",), "1998-03-12"),
        (("Quay, 12 March 1998", "revised on 1 May 1999"), "2000-01-01"),
        (("The fair of the boats will be on 12 March 2099",), "2000-01-01"),
        (("On 12 March 1998 it rained so much that nobody came",), "2000-01-01"),
    ],
)
def test_date_is_that_of_the_page_if_it_has_one_that_is_earlier(lines, date):
    assert first_lines(*lines).date == date


def test_declared_language_gives_way_to_that_of_the_page():
    french = (
        "Le bac traverse la rivière deux fois par jour, sauf lorsque la brume cache",
        "l'autre rive à ceux qui attendent près de la lampe que personne n'a vue",
        "s'éteindre et dont l'huile vient d'au-delà des mers, dans des tonneaux que",
        "les enfants roulent jusqu'à la grange du passeur.",
    )
    assert first_lines(*french, lang="en-US").language_declared == "fr"
    assert first_lines(*french, lang="fr-CA").language_declared == "fr-CA"
    assert first_lines(lang="en-GB").language_declared == "en-GB"
    assert first_lines(*french).language_declared is None
