"""Furniture of pages removed and lines joined, in PDFs and in text that came from them."""

import io

import pytest
from reportlab.pdfgen import canvas

import limpide
from cleaners.layout import tidy_layout
from corpus.document import Block, Document, replay
from extractors.item import RawItem
from extractors.pdf import extract_pdf
from extractors.text import extract_text

LINES = (
    "Le bac traverse la rivière deux fois par jour, sauf quand la brume cache",
    "l’autre rive aux voyageurs qui attendent sur le ponton de bois gris, près",
    "de la maison du passeur, où brûle toujours une lampe à huile que personne",
    "n’a jamais vue éteinte. On raconte que le premier bac fut taillé dans un",
    "seul tronc, tombé un soir d’orage, et que le registre de bord tient dans",
    "une boîte à biscuits rangée sous le banc de gauche avec les cordes de la",
    "saison passée, celles que les enfants du village emportent pour jouer au",
    "bord de l’eau quand la crue découvre la troisième marche de l’escalier.",
)


def pdf(*pages):
    """A document as the PDF extractor gives it; each page is a list of (kind, text)."""
    text, blocks = "", []
    for number, page in enumerate(pages, start=1):
        for place, (kind, piece) in enumerate(page):
            text += "" if not text else "\n\n" if place else "\n\f\n"
            start = len(text)
            text += piece
            blocks.append(Block(start, len(text), start, len(text), kind, 0, number))
    return Document(
        raw_text=text, text=text, blocks=tuple(blocks), media_type="application/pdf", language_declared="fr"
    )


def page_text(text):
    return extract_text(RawItem(text))


def tidy(document):
    result = tidy_layout(document)
    assert replay(result.raw_text, result.edits) == result.text
    return result


def kept(document):
    return [document.block_text(block) for block in document.kept_blocks()]


def labels(document):
    return {block.raw_start: block.label for block in document.blocks if not block.kept}


def pdf_of(draw):
    data = io.BytesIO()
    page = canvas.Canvas(data, pagesize=(595, 842), invariant=1)
    draw(page)
    page.save()
    return data.getvalue()


def test_running_headers_and_page_numbers_are_removed_and_say_so():
    pages = [
        [("paragraph", "Carnet du bac"), ("paragraph", f"Feuillet {name} du carnet."), ("paragraph", f"– {n} –")]
        for n, name in enumerate(("un", "deux", "trois"), start=1)
    ]
    result = tidy(pdf(*pages))
    assert kept(result) == ["Feuillet un du carnet.", "Feuillet deux du carnet.", "Feuillet trois du carnet."]
    assert sorted(labels(result).values()) == ["page-number"] * 3 + ["running-header"] * 3


def test_a_header_with_the_page_number_inside_is_removed():
    pages = [[("paragraph", f"Carnet du bac {n} / 4"), ("paragraph", LINES[n])] for n in range(1, 5)]
    assert [text for text in kept(tidy(pdf(*pages))) if "Carnet" in text] == []


def test_numbered_headings_at_the_top_of_pages_stay():
    pages = [[("heading", f"Chapitre {n}"), ("paragraph", f"La crue de l’an {n * 7} fut longue.")] for n in range(1, 5)]
    assert tidy(pdf(*pages)).text.count("Chapitre") == 4


def test_a_sentence_that_ends_pages_at_different_heights_is_no_footer():
    sentence = "The lamp is filled before dusk."

    def draw(page):
        for number in range(1, 5):
            page.setFont("Helvetica", 10)
            page.drawString(60, 810, "The keeper of the lamp")
            for i in range(10 + 3 * number):
                page.drawString(60, 760 - 13 * i, f"On day {100 * number + i} the ferry crossed the river twice,")
            page.drawString(60, 700 - 13 * (10 + 3 * number), sentence)
            page.showPage()

    text = tidy_layout(extract_pdf(RawItem(pdf_of(draw)))).text
    assert text.count(sentence) == 4
    assert "keeper" not in text


def test_copies_of_one_page_are_not_all_furniture():
    assert tidy(pdf(*[[("paragraph", "Billet pour le bac")]] * 3)).text.count("Billet") == 3


def test_lines_of_a_block_become_one_and_cut_words_whole():
    result = tidy(
        pdf([("paragraph", "La passeuse connaît chaque remous de la collec-\ntivité et\nchaque porte-\nmonnaie.")])
    )
    assert result.text == "La passeuse connaît chaque remous de la collectivité et chaque porte-monnaie."
    assert {edit.label for edit in result.edits} == {"line-break", "hyphenation"}
    assert {edit.action for edit in result.edits} == {"join"}


def test_a_paragraph_goes_on_over_the_page_end_behind_furniture():
    header = ("paragraph", "Carnet du bac")
    result = tidy(
        pdf(
            [header, ("paragraph", "\n".join(LINES[:3])), ("paragraph", "1")],
            [header, ("paragraph", "\n".join(LINES[3:])), ("paragraph", "2")],
        )
    )
    assert kept(result) == [" ".join(LINES)]
    block = result.kept_blocks()[0]
    assert (block.page, block.raw_end) == (1, result.raw_text.index("l’escalier.") + len("l’escalier."))
    assert {edit.label for edit in result.edits} == {"running-header", "page-number", "line-break"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("paragraph", "Le bac est arrivé."), ("paragraph", "puis il repartit.")),
        (("heading", "Le passage du bac"), ("paragraph", "la rivière monte.")),
        (("paragraph", "Il faut emporter"), ("list_item", "• une corde")),
        (("table_row", "Lundi\tmardi"), ("paragraph", "deux passages")),
        (("paragraph", "Voir la note"), ("footnote", "¹ une boîte à biscuits")),
    ],
)
def test_blocks_that_only_look_unfinished_stay_apart(first, second):
    assert len(kept(tidy(pdf([first], [second])))) == 2


def test_table_rows_and_verse_keep_their_lines():
    verse = "Sur le ponton de bois\nLa lampe veille encore, et tout le monde dort\nLe bac attend\nSous la lune"
    document = pdf([("paragraph", verse), ("table_row", "Lundi\t2\nMardi\t3")])
    assert tidy(document).text == document.text


def test_hard_wrapped_page_text_with_form_feeds_becomes_paragraphs():
    turned = [f"{LINES[2 * n]}\n{LINES[2 * n + 1]}\net la fin {'abc'[n]}." for n in range(3)]
    pages = [f"Carnet du bac\n\n{body}\n\n{n}\n" for n, body in enumerate(turned, start=1)]
    assert kept(tidy(page_text("\f".join(pages)))) == [body.replace("\n", " ") for body in turned]


def test_text_with_a_blank_line_after_each_line_becomes_one_paragraph():
    assert kept(tidy(page_text("\n\n".join(LINES)))) == [" ".join(LINES)]


def test_headers_that_count_pages_go_even_when_glued_to_a_sentence():
    parts = []
    for n in range(1, 6):
        glue = " " if n == 3 else "\n\n"
        parts.append(f"Carnet du bac\n\n{n} bac.example Page {n} 2010{glue}Feuillet {'abcde'[n - 1]} du carnet.")
    result = tidy(page_text("\n\n".join(parts)))
    assert kept(result) == [f"Feuillet {letter} du carnet." for letter in "abcde"]
    assert {edit.label for edit in result.edits} == {"running-header"}


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(" ".join(LINES[i:] + LINES[:i]) for i in range(8)),
        "\n".join(f"Chapitre {n}\nLe bac numéro {n} est passé." for n in range(1, 9)),
        "\n".join(f"- {n}\nLe passage du matin." for n in range(1, 9)),
        "12 rue du Bac\n44000 Nantes\nFrance\n\nMadame,\n\nle bac est à l’heure.",
        "— Tu viens ?\n— oui, dit-elle.\n— alors monte.\n— attends-moi.\n" * 4,
        "Sur le ponton de bois gris la lampe\nveille encore\net le bac attend sous la lune ronde\nqui monte\n" * 3,
        "Accueil\nLe bac\nHoraires\nContact\n" * 6,
    ],
    ids=["one paragraph per line", "chapters", "a numbered list", "an address", "dialogue", "free verse", "a menu"],
)
def test_text_that_is_no_page_text_is_not_touched(text):
    document = page_text(text)
    assert tidy_layout(document) is document


def test_other_media_types_are_not_touched():
    document = page_text("\n\n".join(LINES)).with_(media_type="text/html")
    assert tidy_layout(document) is document


def test_tidying_twice_changes_nothing_more():
    once = tidy(page_text("\f".join("\n".join(LINES) for _ in range(3))))
    assert tidy(once).text == once.text


STAMPS = [
    "Downloaded from https://example.org by guest on 12 March 2020",
    "Document téléchargé depuis www.exemple.fr - - - 193.54.110.35 - 12/03/2015 10h37. © Éditions du Bac",
    "This content downloaded from 128.1.2.3 on Mon, 01 Feb 2021 10:02:31 UTC",
    "Heruntergeladen von www.beispiel.de am 12.03.2015 um 10:37",
]


@pytest.mark.parametrize("stamp", STAMPS)
def test_download_stamps_go_as_lines_and_behind_sentences(stamp):
    alone = tidy(page_text(f"{LINES[0]}.\n\n{stamp}\n\n{LINES[1]}."))
    assert kept(alone) == [f"{LINES[0]}.", f"{LINES[1]}."]
    glued = tidy(page_text(f"{LINES[0]}. {stamp}\n\n{LINES[1]}."))
    assert kept(glued) == [f"{LINES[0]}.", f"{LINES[1]}."]
    in_pdf = tidy(pdf([("paragraph", LINES[0] + "."), ("paragraph", stamp)], [("paragraph", LINES[1] + ".")]))
    assert kept(in_pdf) == [f"{LINES[0]}.", f"{LINES[1]}."]


def test_name_of_a_stored_file_behind_a_sentence_goes():
    result = tidy(page_text("Le bac traverse la rivière. GHSbacdocs_part3.pdfmoreText_12\n\nLe passeur attend."))
    assert kept(result) == ["Le bac traverse la rivière.", "Le passeur attend."]


@pytest.mark.parametrize(
    "text",
    [
        "Downloaded by thousands, the song was the hit of the year 2004.",
        "Downloaded from www.example.org, the file was opened by nobody until the lamp went out and the crew came home.",
        "The plan can be downloaded from www.example.org. Nobody did.",
        "Téléchargé le 12 mars, le fichier contient la liste des cordes.",
        "See map_part3.pdf for the way.",
    ],
)
def test_sentences_about_downloads_stay(text):
    assert tidy(page_text(text)).text == text


def test_title_of_contents_goes_with_the_lines_below_it():
    entries = [f"{title} {'.' * 40} {page}" for page, title in enumerate(("Le bac", "La lampe", "Le sel"), 1)]
    body = [
        "Le bac traverse la rivière deux fois par jour, sauf lorsque la brume cache l'autre rive à ceux qui attendent.",
        "La lampe brûle de l'huile qui vient d'au-delà des mers, dans des tonneaux que les enfants roulent au grenier.",
        "Le sel paie le passeur, et personne ne demande pourquoi il en faut un sac de plus à la fin de chaque hiver.",
    ]
    document = limpide.clean("\n\n".join(["Sommaire", *entries, *body]))
    assert document.text == "\n\n".join(body)
    assert {e.label for e in document.edits if e.action == "remove"} == {"table-of-contents"}


def _page_read_rest_first(rest, last):
    one = ("Carnet du bac", "", *LINES[:3], "ne sait rien.", "", "– 1 –", "", "")
    two = (rest, "", "Carnet du bac", "", *LINES[3:6], last, "", "– 2 –", "", "")
    three = ("Carnet du bac", "", f"La {LINES[6]}", LINES[7], "", "– 3 –")
    return page_text("\n\f".join(map("\n".join, (one, two, three))))


REST = "parquet du ponton, verni depuis peu par le fils du forgeron,\net le chat du passeur."
LAST = "cave, bien au sec. Le soir venu on voyait briller sous la lune d’octobre le"


def test_rest_of_a_column_read_before_the_header_of_its_page_ends_the_sentence_it_belongs_to():
    result = tidy(_page_read_rest_first(REST, LAST))
    rest = REST.replace("\n", " ")
    assert f"{LAST} {rest}" in result.text
    assert result.text.count(rest) == 1
    assert [edit.after.strip() for edit in result.edits if edit.label == "reading-order"] == ["", rest]


@pytest.mark.parametrize(
    ("rest", "last"), [(REST.capitalize(), LAST), (REST, LAST + " quai."), (REST.rstrip("."), LAST)]
)
def test_text_before_a_header_stays_where_the_halves_do_not_fit(rest, last):
    result = tidy(_page_read_rest_first(rest, last))
    assert not any(edit.label == "reading-order" for edit in result.edits)
    assert rest.replace("\n", " ") in result.text
