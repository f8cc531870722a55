"""Two readers of PDF: the same text from both, the fast one for healthy files, the tough one for broken files."""

import random
import zlib

import pytest

import extractors.pdf_reading as reading
import limpide
from corpus.document import replay
from corpus.errors import ExtractionError
from extractors import pdf_damage
from extractors.item import RawItem
from extractors.pdf import extract_pdf
from extractors.pdf_reader import open_pdf
from tests.extractors.test_pdf import SENTENCES, by_hand, make, stream, write


def pages(page):
    """Two pages with most of what the layout looks at."""
    write(page, 60, 780, ["The ferry and the lamp"], 18, "Helvetica-Bold")
    write(page, 60, 740, SENTENCES)
    write(page, 320, 740, [line.upper() for line in SENTENCES])
    write(page, 60, 640, ["\u2022 bring a rope", "\u2022 bring a lamp"])
    text = page.beginText(60, 600)
    text.setFont("Times-Roman", 11)
    text.setWordSpace(4)
    text.setCharSpace(0.4)
    text.textLine("Spaced words, and letters a little apart")
    page.drawText(text)
    for i, row in enumerate((("Day", "Trips", "Fare"), ("Monday", "12", "3.50"), ("Tuesday", "9", "3.00"))):
        for j, cell in enumerate(row):
            write(page, 60 + 120 * j, 560 - 15 * i, [cell])
    page.showPage()
    page.saveState()
    page.rotate(90)
    write(page, 100, -40, ["Written up the side"])
    page.restoreState()
    write(
        page, 60, 700, ["Words that were cut at a line end and go on be-", "low, with  two spaces, and a 50 % share."]
    )
    page.setPageRotation(90)


def both(data):
    pdf = open_pdf(data)
    found = reading.look(pdf)
    assert found is not None
    fast = reading._with_pdfium(data, found)
    assert fast is not None
    return fast, reading._with_pdfminer(pdf).sheets


def test_both_readers_find_the_same_fragments():
    fast, slow = both(make(pages))
    for one, other in zip(fast, slow, strict=True):
        assert (one.width, one.height) == (other.width, other.height)
        pairs = zip(sorted(one.fragments, key=key), sorted(other.fragments, key=key), strict=True)
        for a, b in pairs:
            assert key(a) == key(b)
            assert (a.x0, a.x1, a.y, a.size) == pytest.approx((b.x0, b.x1, b.y, b.size), abs=0.05)


def key(fragment):
    return fragment.text, fragment.bold, fragment.turn


def test_documents_do_not_differ_by_reader(monkeypatch):
    data = make(pages)
    fast = extract_pdf(RawItem(data))
    monkeypatch.setattr(reading, "look", lambda pdf: None)
    slow = extract_pdf(RawItem(data))
    assert fast.with_(hints=()) == slow.with_(hints=())
    for a, b in zip(fast.hints, slow.hints, strict=True):
        assert a.box == pytest.approx(b.box, abs=0.2)


LATIN = b"/Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar 65/LastChar 70/Widths[600 600 600 600 600 600]"


@pytest.mark.parametrize(
    ("font", "more"),
    [
        (b"<</Type/Font/Subtype/Type1/BaseFont/Odd/Encoding<</Differences[65/g1/g2]>>/FirstChar 65/Widths[600 600]>>", ()),
        (b"<</Type/Font/Subtype/Type0/BaseFont/Odd/Encoding/Identity-V>>", ()),
        (b"<<" + LATIN + b"/ToUnicode/Identity-H>>", ()),
        (b"<<" + LATIN + b"/ToUnicode 6 0 R>>", (stream(b"1 beginbfrange <00> <FFFFFF> <0041> endbfrange"),)),
    ],
)  # fmt: skip
def test_fonts_that_leave_a_doubt_are_read_by_pdfminer(font, more):
    pdf = open_pdf(by_hand(b"BT /F 10 Tf 50 700 Td (AB) Tj ET", font, *more))
    assert reading.look(pdf) is None


def test_codes_without_a_meaning_and_letters_from_right_to_left_are_read_by_pdfminer():
    for text in (b"05D0", b"FFFD"):
        font = b"<<" + LATIN + b"/ToUnicode 6 0 R>>"
        data = by_hand(
            b"BT /F 10 Tf 50 700 Td (AB) Tj ET",
            font,
            stream(b"2 beginbfchar <41> <" + text + b"> <42> <0042> endbfchar"),
        )
        found = reading.look(open_pdf(data))
        assert found is not None
        assert reading._with_pdfium(data, found) is None


@pytest.mark.parametrize(("target", "shown"), [(b"FB01", "\ufb01"), (b"00660069", "fi")])
def test_ligatures_are_what_the_font_says_they_are(target, shown):
    font = b"<<" + LATIN + b"/ToUnicode 6 0 R>>"
    mapping = stream(b"2 beginbfchar <41> <" + target + b"> <42> <006E> endbfchar")
    data = by_hand(b"BT /F 10 Tf 50 700 Td (AB) Tj ET", font, mapping)
    fast, slow = both(data)
    assert [f.text for f in fast[0].fragments] == [f.text for f in slow[0].fragments] == [shown + "n"]


def test_what_pdfminer_gives_up_on_is_read_by_pdfium(monkeypatch):
    def fail(data):
        raise ExtractionError("the PDF is damaged: it has no pages", stage="parse")

    data = make(pages)
    whole = extract_pdf(RawItem(data))
    monkeypatch.setattr(reading, "open_pdf", fail)
    document = extract_pdf(RawItem(data))
    assert document.raw_text == whole.raw_text
    assert document.signals["pages"] == 2.0


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.5\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF", "it has no pages"),
        (b"%PDF-1.5\n1 0 obj 7 endobj", "its objects are missing or broken"),
    ],
)
def test_reasons_are_told_in_words(data, reason):
    with pytest.raises(ExtractionError, match=reason):
        extract_pdf(RawItem(data))


@pytest.mark.parametrize(
    "error", [RecursionError("maximum recursion depth"), zlib.error("Error -3"), TypeError("'int'")]
)
def test_reasons_do_not_name_exceptions(error):
    reason = str(pdf_damage.damaged(error))
    assert reason.startswith("the PDF is damaged: ")
    assert str(error) not in reason
    assert type(error).__name__ not in reason


def test_the_reason_of_the_first_reader_is_told_when_both_fail():
    with pytest.raises(ExtractionError, match="the PDF is damaged"):
        extract_pdf(RawItem(b"%PDF-1.7\n" + bytes(range(256)) * 20))


def bomb(count):
    body = zlib.compress(b" " * count, 9)
    return b"%%PDF-1.5\n1 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(body) + body + b"\nendstream endobj"


def nested(count):
    form = b"obj<</Subtype/Form>>stream\n" + b" /X Do" * 20 + b"\nendstream\n"
    return b"%PDF-1.5\n" + b"".join(b"%d 0 " % i + form for i in range(1, count))


@pytest.mark.parametrize("data", [bomb(60_000_000), nested(9)], ids=["unpacks", "nests"])
def test_what_the_second_reader_is_not_given_says_why(data):
    with pytest.raises(ExtractionError, match=r"unpacks to too much|draw each other"):
        extract_pdf(RawItem(data))


def damaged(data, random_numbers):
    """One kind of damage: an end missing, bits flipped, a part missing, rubbish in between."""
    kind = random_numbers.randrange(4)
    at = random_numbers.randrange(len(data))
    if kind == 0:
        return data[:at]
    if kind == 1:
        changed = bytearray(data)
        for _ in range(random_numbers.choice((1, 10, 100))):
            changed[random_numbers.randrange(len(data))] ^= 1 << random_numbers.randrange(8)
        return bytes(changed)
    if kind == 2:
        return data[:at] + data[at + random_numbers.choice((5, 50, 500)) :]
    return data[:at] + random_numbers.randbytes(40) + data[at:]


@pytest.mark.parametrize("seed", range(3))
def test_damage_gives_a_document_or_an_extraction_error(seed):
    random_numbers = random.Random(seed)
    data = make(pages)
    for _ in range(40):
        try:
            document = extract_pdf(RawItem(damaged(data, random_numbers)))
        except ExtractionError:
            continue
        assert replay(document.raw_text, document.edits) == document.text


def test_closing_line_of_a_letter_stays():
    closing = ["Mit freundlichen Grüßen", "Ihre Fährgesellschaft"]

    def draw(page):
        write(page, 60, 700, SENTENCES)
        write(page, 60, 580, closing[:1])
        write(page, 60, 550, closing[1:])

    text = limpide.clean(make(draw), media_type="application/pdf").text
    assert text.split("\n\n")[1:] == closing


def test_a_table_of_contents_says_what_it_is_and_goes():
    def draw(page):
        write(page, 60, 760, ["Contents"], 16, "Helvetica-Bold")
        for i, (title, number) in enumerate((("1 The ferry", "1"), ("2 The lamp", "3"), ("3 The oil", "3"))):
            write(page, 60, 720 - 15 * i, [title])
            write(page, 500, 720 - 15 * i, [number])
        page.showPage()
        write(page, 60, 700, SENTENCES)

    document = limpide.clean(make(draw), media_type="application/pdf")
    assert document.text == " ".join(SENTENCES)
    assert {edit.label for edit in document.edits if edit.action == "remove"} == {"table-of-contents"}


def test_an_invoice_and_its_copy_keep_their_number():
    rows = [f"{n} ropes of the length {n} for the ferry" for n in range(1, 9)]

    def draw(page):
        for name in ("Original", "Copy"):
            write(page, 60, 790, ["Invoice no. 17 of the ferry", name], lead=30)
            write(page, 60, 700, rows, lead=30)
            write(page, 60, 300, ["The ferryman's hand"])
            page.showPage()

    text = limpide.clean(make(draw), media_type="application/pdf").text
    assert text.count("Invoice no. 17 of the ferry") == 2


def chapters(page, number, mark):
    """Pages of three paragraphs each, with a mark drawn on each of them."""
    for n in range(number):
        for k in range(3):
            rows = [f"{'ABCDEFGHI'[3 * n + k]} tells that {SENTENCES[0]}", *SENTENCES[1:], "and that is all of it."]
            write(page, 60, 700 - 120 * k, rows)
        mark(page)
        page.showPage()


def across(page):
    page.saveState()
    page.translate(300, 420)
    page.rotate(45)
    write(page, -150, 0, ["CONFIDENTIEL"], 60)
    page.restoreState()


@pytest.mark.parametrize(
    ("number", "mark"),
    [
        (1, across),
        (3, across),
        (3, lambda page: write(page, 130, 561, ["Only for members"], 40)),
        (3, lambda page: write(page, 150, 566, ["UNCHECKED"], 40)),
        (
            3,
            lambda page: write(page, 60, 20, ["This content downloaded from 192.168.1.7 on Tue, 03 May 2021 10:11"], 7),
        ),
    ],
)
def test_watermarks_and_stamps_go_on_record_and_the_text_below_them_stays_whole(number, mark):
    with_mark = limpide.clean(make(lambda page: chapters(page, number, mark)), media_type="application/pdf")
    without = limpide.clean(make(lambda page: chapters(page, number, lambda page: None)), media_type="application/pdf")
    assert with_mark.text == without.text
    assert {edit.label for edit in with_mark.edits if edit.action == "remove"} == {"running-header"}
    assert sum(edit.action == "remove" for edit in with_mark.edits) == number


def test_a_page_may_end_with_a_word_that_watermarks_have():
    def draw(page):
        write(page, 60, 700, SENTENCES)
        write(page, 60, 500, ["CONCEPT"])

    assert limpide.clean(make(draw), media_type="application/pdf").text.endswith("CONCEPT")
