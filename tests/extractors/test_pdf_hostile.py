"""PDFs that want to hang or to fill memory: all are small files, and all are read within bounds."""

import time
import zlib
from contextlib import suppress

import pytest

import extractors.pdf_reading as reading
from corpus.errors import ExtractionError
from extractors.item import RawItem
from extractors.pdf import extract_pdf
from tests.extractors.test_pdf import HELVETICA, by_hand, make, stream

SECONDS = 10  # the machine of a test may be slow; unbounded, these take minutes
HELLO = b"BT /F 10 Tf 50 700 Td (Ferry) Tj ET"


def _mapped():
    return HELVETICA[:-2] + b"/ToUnicode 6 0 R>>"


def _forms():
    names = b"".join(b"/X%d %d 0 R" % (i, 6 + i) for i in range(10))
    head = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<<" + names + b">>>>"
    inner = [stream(b"/X%d Do " % (i + 1) * 10, head) for i in range(9)]
    return by_hand(HELLO + b" /X0 Do", HELVETICA, *inner, stream(b"", head), resources=b"/XObject<<" + names + b">>")


CASES = {
    "a map of four thousand million codes": lambda: by_hand(
        HELLO, _mapped(), stream(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange")
    ),
    "a map that unpacks to gigabytes": lambda: by_hand(
        HELLO, _mapped(), stream(zlib.compress(b" " * 200_000_000, 9), b"/Filter/FlateDecode")
    ),
    "forms that draw each other": _forms,
    "a form that draws itself": lambda: by_hand(
        HELLO + b" /X Do",
        HELVETICA,
        stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"),
        resources=b"/XObject<</X 6 0 R>>",
    ),
    "coordinates beyond any page": lambda: by_hand(HELLO + b" BT /F 10 Tf 1e300 0 0 1e300 1e308 1e308 Tm (x) Tj ET"),
    "a million open parentheses": lambda: by_hand(HELLO + b" BT " + b"(" * 1_000_000),
    "a hundred thousand operators that do nothing": lambda: by_hand(HELLO + b" q Q" * 50_000),
    "widths of a thousand million codes": lambda: by_hand(
        b"BT /F 10 Tf 50 700 Td <00460065007200720079> Tj ET",
        b"<</Type/Font/Subtype/Type0/BaseFont/Odd/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Odd/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)>>"
        b"/W[0 1000000000 500]>>",
        stream(b"1 beginbfrange <0000> <00FF> <0000> endbfrange"),
    ),
    "a grid of a thousand lines": lambda: by_hand(
        HELLO
        + b" BT /F 3 Tf "
        + b"".join(b"1 0 0 1 %d %d Tm (abcdefghijklmnop) Tj " % (x * 60, y) for x in range(9) for y in range(1000))
        + b"ET"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_hostile_file_is_read_in_time(name):
    data = CASES[name]()
    start = time.process_time()
    document = extract_pdf(RawItem(data))
    assert time.process_time() - start < SECONDS
    assert "Ferry" in document.text


def test_beginning_of_an_unpacking_bomb_is_read():
    content = zlib.compress(zlib.compress(HELLO + b" " * 300_000_000, 9), 9)
    document = extract_pdf(RawItem(by_hand(content, extra=b"/Filter[/FlateDecode/FlateDecode]")))
    assert document.text == "Ferry"
    assert document.signals["pages_cut"] == 1


def test_what_stands_behind_damage_is_read_and_the_page_counted(monkeypatch):
    monkeypatch.setattr(reading, "look", lambda pdf: None)
    odd = stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Matrix[1 2]")
    content = HELLO + b" /X Do BT /F 10 Tf 50 600 Td (leaves) Tj ET"
    document = extract_pdf(RawItem(by_hand(content, HELVETICA, odd, resources=b"/XObject<</X 6 0 R>>")))
    assert document.text == "Ferry\n\nleaves"
    assert document.signals["pages_cut"] == 1


@pytest.mark.parametrize(("limit", "cut"), [(1, 1), (2, 0)])
def test_last_page_that_is_read_counts_as_cut_where_more_follow(monkeypatch, limit, cut):
    def draw(page):
        page.drawString(60, 700, "Ferry")
        page.showPage()
        page.drawString(60, 700, "leaves")

    monkeypatch.setattr("extractors.pdf_reader.MAX_PAGES", limit)
    monkeypatch.setattr("extractors.pdf_pdfium.MAX_PAGES", limit)
    monkeypatch.setattr("extractors.pdf_health.MAX_PAGES", limit)
    monkeypatch.setattr("extractors.pdf_reading.MAX_PAGES", limit)
    document = extract_pdf(RawItem(make(draw)))
    assert document.signals == {"pages": limit, "pages_without_text": 0.0, "pages_cut": cut}


def test_references_in_a_circle_come_to_an_end():
    data = by_hand(HELLO, b"6 0 R", b"7 0 R", b"5 0 R")
    start = time.process_time()
    with suppress(ExtractionError):
        extract_pdf(RawItem(data))
    assert time.process_time() - start < SECONDS
