"""PDFs read: reading order, blocks, metadata; PDFs are made here from our own sentences."""

import io

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from corpus.document import replay
from corpus.errors import ExtractionError
from extractors.item import RawItem
from extractors.pdf import extract_pdf

WIDTH, HEIGHT = 595, 842
SENTENCES = (
    "The ferry crosses the river twice a",
    "day, except when the mist hides the",
    "other bank from those who wait near",
    "the lamp that nobody saw go out and",
    "whose oil comes from across the sea",
    "in barrels that the children roll up",
)


def make(draw, **options):
    data = io.BytesIO()
    page = canvas.Canvas(data, pagesize=(WIDTH, HEIGHT), invariant=1, **options)
    draw(page)
    page.save()
    return data.getvalue()


def write(page, x, y, lines, size=10, font="Helvetica", lead=13):
    page.setFont(font, size)
    for i, line in enumerate(lines):
        page.drawString(x, y - i * lead, line)


def read(draw, **options):
    document = extract_pdf(RawItem(make(draw, **options)))
    assert document.text == replay(document.raw_text, document.edits)
    return document


def shown(document):
    return [(block.kind, document.block_text(block)) for block in document.blocks]


def test_lines_blocks_and_pages_are_parted_as_documented():
    def draw(page):
        write(page, 60, 700, SENTENCES[:2])
        write(page, 60, 650, SENTENCES[2:4])
        page.showPage()
        write(page, 60, 700, SENTENCES[4:])

    document = read(draw)
    first, second, third = ("\n".join(SENTENCES[i : i + 2]) for i in (0, 2, 4))
    assert document.raw_text == f"{first}\n\n{second}\n\f\n{third}"
    assert [block.page for block in document.blocks] == [1, 1, 2]
    assert document.signals == {"pages": 2.0, "pages_without_text": 0.0, "pages_cut": 0.0}


def test_every_block_has_its_box():
    def draw(page):
        write(page, 60, 700, SENTENCES[:2])
        write(page, 320, 650, SENTENCES[2:4])
        page.showPage()
        write(page, 60, 20, ["7"])

    document = read(draw)
    assert len(document.hints) == len(document.blocks)
    left, bottom, right, top = document.hints[0].box
    assert (left, bottom, top) == (60, 685, 708)
    assert 200 < right < 300
    assert document.hints[1].box[0] == 320
    assert document.hints[-1].box[1] == 18


def test_two_columns_are_read_one_after_the_other_below_a_title_across():
    def draw(page):
        write(page, 60, 760, ["A title that runs across both of the columns below it"], 18, "Helvetica-Bold")
        write(page, 60, 700, SENTENCES)
        write(page, 320, 700, [line.upper() for line in SENTENCES])

    document = read(draw)
    assert document.blocks[0].kind == "heading"
    assert [text for _, text in shown(document)[1:]] == ["\n".join(SENTENCES), "\n".join(SENTENCES).upper()]


def test_a_column_with_a_small_table_in_it_is_a_column():
    rows = [("Day", "Trips", "Fare")] + [(f"Day {n}", f"{n}", f"{n}.50") for n in range(1, 9)]

    def draw(page):
        write(page, 60, 700, SENTENCES)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                write(page, 60 + 60 * j, 610 - 13 * i, [cell])
        write(page, 320, 700, [line.upper() for line in SENTENCES])
        write(page, 320, 610, [f"{n} {SENTENCES[0]}" for n in range(9)])

    found = [text for kind, text in shown(read(draw)) if kind != "table_row"]
    assert found[0] == "\n".join(SENTENCES)
    assert "\n".join(SENTENCES).upper() in found


def test_order_of_drawing_does_not_matter():
    def draw(page):
        for i in (3, 0, 2, 1):
            write(page, 60, 700 - 13 * i, [SENTENCES[i]])

    assert read(draw).text == "\n".join(SENTENCES[:4])


def test_headings_have_levels_by_size_and_lists_their_items():
    def draw(page):
        write(page, 60, 760, ["The ferry"], 20, "Helvetica-Bold")
        write(page, 60, 720, ["How to cross"], 14, "Helvetica-Bold")
        write(page, 60, 690, SENTENCES)
        write(
            page, 60, 600, ["\u2022 bring a rope", "\u2022 bring a lamp and whatever else", "  the ferryman asks for"]
        )

    document = read(draw)
    assert [(b.kind, b.level) for b in document.blocks] == [
        ("heading", 1), ("heading", 2), ("paragraph", 0), ("list_item", 1), ("list_item", 1),
    ]  # fmt: skip


def test_table_rows_have_cells_parted_by_tabs():
    def draw(page):
        for i, row in enumerate((("Day", "Trips", "Fare"), ("Monday", "12", "3.50"), ("Tuesday", "9", "3.00"))):
            for j, cell in enumerate(row):
                write(page, 60 + 120 * j, 700 - 15 * i, [cell])

    rows = [("table_row", "Day\tTrips\tFare"), ("table_row", "Monday\t12\t3.50"), ("table_row", "Tuesday\t9\t3.00")]
    assert shown(read(draw)) == rows


def test_a_footnote_stands_before_the_paragraph_that_runs_over_the_page():
    def draw(page):
        write(page, 60, 300, ["A finished paragraph is here."])
        write(page, 60, 260, [*SENTENCES[:5], "in barrels and\u00b9"])
        write(page, 60, 90, ["\u00b9 The oil is paid for by the village, in salt."], 7.5)
        page.showPage()
        write(page, 60, 700, ["boxes that the children roll up."])

    kinds = [kind for kind, _ in shown(read(draw))]
    assert kinds == ["paragraph", "footnote", "paragraph", "paragraph"]


def test_superscript_marks_stay_with_their_word():
    def draw(page):
        write(page, 60, 700, ["The lamp"])
        end = 60 + page.stringWidth("The lamp", "Helvetica", 10)
        write(page, end, 704, ["2"], 6)
        write(page, end + 8, 700, ["never goes out."])

    document = read(draw)
    assert document.text == "The lamp\u00b2 never goes out."
    assert document.raw_text == "The lamp2 never goes out."
    assert [(edit.label, edit.before, edit.after) for edit in document.edits] == [("superscript", "2", "\u00b2")]


@pytest.mark.parametrize(
    ("before", "script", "rise", "after", "expected"),
    [
        ("The river is 5 km", "2", 4, "wide and calm.", "The river is 5 km\u00b2 wide and calm."),
        ("They drink H", "2", -2, "O and nothing else.", "They drink H2O and nothing else."),
        (
            "The lamp",
            "1",
            4,
            ", said the ferryman, never goes out.",
            "The lamp\u00b9, said the ferryman, never goes out.",
        ),
    ],
)
def test_scripts_inside_a_line_stay_where_they_are(before, script, rise, after, expected):
    def draw(page):
        write(page, 60, 700, [before])
        x = 60 + page.stringWidth(before, "Helvetica", 10)
        write(page, x, 700 + rise, [script], 6)
        x += page.stringWidth(script, "Helvetica", 6) + (2.8 if after[0] == "w" else 0)
        write(page, x, 700, [after])

    assert read(draw).text == expected


def test_a_raised_digit_behind_a_number_is_not_part_of_it():
    def draw(page):
        write(page, 60, 700, ["It burnt in 1995"])
        end = 60 + page.stringWidth("It burnt in 1995", "Helvetica", 10)
        write(page, end, 704, ["12"], 6)
        write(page, end + 10, 700, ["and the ferry with it, half and half,"])
        write(page, 60, 691, ["1"], 6)
        write(page, 63.4, 687, ["/ 2 of a barrel"])
        write(page, 60, 93, ["12"], 6)
        write(page, 68, 90, ["Nobody knows who lit it."], 8)

    texts = [text for _, text in shown(read(draw))]
    assert texts[0] == "\u00b9\u00b2Nobody knows who lit it."
    assert texts[1].startswith("It burnt in 1995\u00b9\u00b2 and")
    assert texts[1].endswith("\n1/ 2 of a barrel")


def test_kerning_is_no_space_and_a_gap_is_one():
    content = b"BT /F 10 Tf 50 700 Td [(Fe) 40 (rry) -300 (boat)] TJ ET"
    assert extract_pdf(RawItem(by_hand(content))).text == "Ferry boat"


def test_text_set_twice_for_boldness_is_read_once():
    def draw(page):
        write(page, 60, 700, ["The ferry"])
        write(page, 60.4, 700, ["The ferry"])

    assert read(draw).text == "The ferry"


def test_codes_without_a_character_stay_as_private_characters():
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Odd/Encoding<</Differences[65/g1/g2]>>/FirstChar 65/Widths[600 600]>>"
    content = b"BT /F 10 Tf 50 700 Td (AB) Tj ET"
    assert extract_pdf(RawItem(by_hand(content, font))).text == "\U000f0041\U000f0042"


def test_metadata_is_read_where_it_is_sane():
    def draw(page):
        page.setTitle("The ferry and the lamp")
        page.setAuthor("Ada Passeur")
        write(page, 60, 700, SENTENCES)

    document = read(draw, lang="en-GB")
    assert (document.title, document.author, document.language_declared) == (
        "The ferry and the lamp",
        "Ada Passeur",
        "en-GB",
    )
    assert document.date
    assert document.media_type == "application/pdf"
    assert document.encoding is None


@pytest.mark.parametrize("title", ["Microsoft Word - ferry.doc", "untitled", "ferry_v3_final.docx", "---"])
def test_titles_made_by_software_are_left_out(title):
    def draw(page):
        page.setTitle(title)
        page.setAuthor("anonymous")
        write(page, 60, 700, SENTENCES)

    document = read(draw)
    assert document.title is None
    assert document.author is None


def test_pages_without_text_are_counted_and_no_error():
    def draw(page):
        page.rect(50, 50, 100, 100)
        page.showPage()
        page.circle(100, 100, 30)
        page.showPage()

    document = read(draw)
    assert document.text == ""
    assert document.signals["pages"] == document.signals["pages_without_text"] == 2


def test_a_pdf_that_needs_a_password_says_so():
    data = make(
        lambda page: write(page, 60, 700, SENTENCES), encrypt=StandardEncryption("secret", ownerPassword="other")
    )
    with pytest.raises(ExtractionError, match="encrypted with a password") as caught:
        extract_pdf(RawItem(data))
    assert caught.value.stage == "parse"


def test_the_empty_password_is_tried():
    data = make(lambda page: write(page, 60, 700, SENTENCES[:1]), encrypt=StandardEncryption("", ownerPassword="other"))
    assert extract_pdf(RawItem(data)).text == SENTENCES[0]


@pytest.mark.parametrize("data", [b"", b"no PDF at all", b"%PDF-1.4\n", b"%PDF-1.7\n" + bytes(range(256)) * 20])
def test_what_is_no_pdf_is_an_extraction_error(data):
    with pytest.raises(ExtractionError):
        extract_pdf(RawItem(data))


def test_every_truncation_gives_a_document_or_an_extraction_error():
    data = make(lambda page: write(page, 60, 700, SENTENCES), pageCompression=0)
    outcomes = set()
    for end in range(0, len(data), 37):
        try:
            outcomes.add(type(extract_pdf(RawItem(data[:end]))).__name__)
        except ExtractionError:
            outcomes.add("error")
    assert "error" in outcomes


# ---- written by hand ------------------------------------------------------------------------------------------------

HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(data, extra=b""):
    return b"<</Length %d%s>>stream\n" % (len(data), extra) + data + b"\nendstream"


def by_hand(content, font=HELVETICA, *more, extra=b"", resources=b""):
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>"
        + resources
        + b">>>>",
        stream(content, extra),
        font,
        *more,
    ]
    data = b"%PDF-1.5\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    return data + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
