"""Layouts that typesetters and browsers make: loose lines, three columns, initials, contents, notes that run on."""

import io

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen import canvas

from extractors.item import RawItem
from extractors.pdf import extract_pdf

LINES = (
    "The ferry crosses the river twice a",
    "day, except when mist",
    "hides the whole bank",
    "from all those waiting near the lamp",
    "that nobody saw go out",
    "and whose oil comes from the sea in",
    "barrels.",
)
BODY = ["The ferry crosses the river twice a day, and", "nobody has ever seen it wait for the doctor."] * 3


def page_of(draw):
    data = io.BytesIO()
    page = canvas.Canvas(data, pagesize=(595, 842), invariant=1)
    draw(page)
    page.save()
    return extract_pdf(RawItem(data.getvalue()))


def write(page, x, y, lines, size=10, font="Times-Roman"):
    page.setFont(font, size)
    for i, line in enumerate(lines):
        page.drawString(x, y - 1.3 * size * i, line)


def justify(page, x, y, lines, width, size=10):
    """Draw lines, each word by itself, spread over the width as browsers do; the last line as it is."""
    page.setFont("Times-Roman", size)
    for i, line in enumerate(lines):
        words = line.split()
        lengths = [stringWidth(word, "Times-Roman", size) for word in words]
        gap = 2.5 if i == len(lines) - 1 else (width - sum(lengths)) / (len(words) - 1)
        at = x
        for word, length in zip(words, lengths, strict=True):
            page.drawString(at, y - 13 * i, word)
            at += length + gap


def shown(document):
    return [(block.kind, " ".join(document.block_text(block).split("\n"))) for block in document.blocks]


def test_loosely_justified_lines_are_no_table_rows_and_two_columns_of_them_are_read_one_after_the_other():
    def draw(page):
        justify(page, 60, 700, LINES, 160)
        justify(page, 242, 698, LINES, 160)

    assert shown(page_of(draw)) == [("paragraph", " ".join(LINES))] * 2


def test_three_columns_are_read_one_after_the_other():
    columns = [[line.replace("ferry", boat) for line in BODY] for boat in ("canoe", "barge", "yacht")]

    def draw(page):
        for k, column in enumerate(columns):
            write(page, 40 + 190 * k, 700 - k, column, size=8)

    assert [text for _, text in shown(page_of(draw))] == [" ".join(column) for column in columns]


def test_cells_with_equal_gaps_stay_cells():
    def draw(page):
        for i, row in enumerate((("Capital", "Jakarta", "Berlin"), ("River", "Ciliwung", "Spree"))):
            for k, cell in enumerate(row):
                page.drawString(60 + 90 * k, 700 - 20 * i, cell)
        write(page, 60, 640, ["A line of text that is much wider than the table above it is, as lines often are."])

    assert shown(page_of(draw))[0] == ("table_row", "Capital\tJakarta\tBerlin")


def test_an_initial_that_stands_a_little_below_its_second_line():
    def draw(page):
        write(page, 60, 681, ["H"], size=38)
        write(page, 90, 700, ["owever carefully they were packed,", "the lamps broke on the way to the"])
        write(page, 90, 674, ["other bank, one after another and"])
        write(page, 60, 661, ["without a sound, as the boatman said."])

    [(kind, text)] = shown(page_of(draw))
    assert kind == "paragraph"
    assert text.startswith("However carefully they were packed, the lamps broke on the way to the other bank")


def test_each_line_of_contents_is_a_block():
    entries = [f"The {what}".ljust(50, ".") + str(i) for i, what in enumerate(("boat", "lamp", "oil"), start=3)]

    def draw(page):
        write(page, 60, 700, entries, font="Courier")
        write(page, 60, 600, BODY)

    assert [text for _, text in shown(page_of(draw))][:3] == entries


def test_the_rest_of_a_note_is_a_note():
    def draw(page):
        write(page, 60, 780, BODY)
        write(
            page,
            60,
            100,
            ["be taken down for the safety of the bank.", "4 Register of the parish, 12 May.", "5 Ibid."],
            8,
        )

    kinds = [kind for kind, text in shown(page_of(draw)) if "ferry" not in text]
    assert kinds == ["footnote", "footnote", "footnote"]


def test_affiliations_and_abstract_above_columns_are_no_notes():
    def draw(page):
        write(page, 150, 760, ["1 Institute of Rivers    2 School of Lamps"], 8)
        write(
            page,
            60,
            740,
            ["Abstract. We show that the ferry crosses the river twice a day, and that it does not wait."],
            8,
        )
        write(page, 60, 700, BODY)
        write(page, 320, 700, BODY)

    assert "footnote" not in dict(shown(page_of(draw)))


def test_a_centred_heading_of_two_lines_is_one_block():
    def draw(page):
        page.setFont("Times-Bold", 18)
        page.drawCentredString(297, 760, "The river, its ferry and the lamp")
        page.drawCentredString(297, 736, "on the other bank")
        write(page, 60, 690, BODY)

    assert shown(page_of(draw))[0] == ("heading", "The river, its ferry and the lamp on the other bank")


def test_speech_behind_a_dash_is_a_paragraph_and_an_item_behind_one_is_not():
    speech = ["— Whom do you want to see at this hour of the", "day? asked the boatman and put down his oar."]
    item = "— the oil for the lamp, by the barrel;"

    def draw(page):
        write(page, 60, 760, BODY)
        write(page, 75, 682, speech[:1])
        write(page, 60, 669, speech[1:])
        write(page, 60, 600, [item])

    assert shown(page_of(draw))[-2:] == [("paragraph", " ".join(speech)), ("list_item", item)]


def test_a_raised_number_before_a_paragraph_belongs_to_it():
    def draw(page):
        write(page, 60, 704, ["2"], 6)
        write(page, 69, 700, ["The council decides on the lamp and the oil, and"])
        write(page, 60, 687, ["hears the boatman before it does so."])

    [(kind, text)] = shown(page_of(draw))
    assert kind == "paragraph"
    assert text.endswith("The council decides on the lamp and the oil, and hears the boatman before it does so.")


def test_entries_without_bullets_stay_apart_where_they_end_early():
    entries = ["The oil", "The lamp that nobody saw go out, and the barrels that it came in"]

    def draw(page):
        write(page, 60, 700, entries)
        write(page, 60, 600, BODY)

    assert [text for _, text in shown(page_of(draw))][:2] == entries[:2]
