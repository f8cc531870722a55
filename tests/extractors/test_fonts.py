"""Fonts whose map was lost, repaired from what the font itself keeps; a healthy one is left alone."""

import io
from pathlib import Path

import pytest
import reportlab
from fontTools.ttLib import TTFont

from benchmarks.fonts import faces
from corpus.document import replay
from extractors.fonts_matching import Glyph, match
from extractors.fonts_names import text_of_name
from extractors.item import RawItem
from extractors.pdf import extract_pdf
from tests.extractors.test_pdf import by_hand, stream

VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
TEXT = "Il fallait que chaque matin la barque rapporte du sel, et que personne ne demande pourquoi."
CID = b"/Subtype/CIDFontType2/BaseFont/AAAAAA+Vera/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"


def _program(*without):
    font = TTFont(VERA)
    ids = font.getReverseGlyphMap()
    codes = {c: ids[name] for c, name in ((chr(k), n) for k, n in font.getBestCmap().items())}
    for table in without:
        del font[table]
    data = io.BytesIO()
    font.save(data)
    return data.getvalue(), codes


def _read(program, codes, to_unicode=b"", text=TEXT, gids=b""):
    """A page in a Type0 font whose codes are glyph ids."""
    drawn = b"".join(b"%04X" % codes[c] for c in text)
    descriptor = b"<</Type/FontDescriptor/FontName/AAAAAA+Vera/Flags 4/FontBBox[0 0 1000 1000]/FontFile2 8 0 R>>"
    data = by_hand(
        b"BT /F 10 Tf 50 700 Td <" + drawn + b"> Tj ET",
        b"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Vera/Encoding/Identity-H/DescendantFonts[6 0 R]"
        + to_unicode
        + b">>",
        b"<</Type/Font"
        + CID
        + b"/DW 600/CIDToGIDMap"
        + (b" 10 0 R" if gids else b"/Identity")
        + b"/FontDescriptor 7 0 R>>",
        descriptor,
        stream(program),
        stream(b"1 beginbfrange <0000> <FFFF> <0020> endbfrange"),
        stream(gids),
    )
    document = extract_pdf(RawItem(data))
    assert replay(document.raw_text, document.edits) == document.text
    return document


@pytest.mark.parametrize(
    ("without", "method"),
    [(("cmap",), "glyph-names"), (("post", "cmap"), "blank-glyph+outlines")],
)
def test_lost_map_is_replaced_by_the_best_evidence_left(without, method):
    document = _read(*_program(*without))
    assert document.text == TEXT
    assert {(edit.label, edit.rule) for edit in document.edits} == {("font-map", method)}
    assert document.blocks[0].end == len(TEXT)


def test_cmap_of_the_program_is_read_through_the_map_of_glyph_ids():
    program, codes = _program("post")
    shifted = {character: code + 1 for character, code in codes.items()}
    gids = b"".join(max(cid - 1, 0).to_bytes(2) for cid in range(400))
    document = _read(program, shifted, gids=gids)
    assert document.text == TEXT != document.raw_text
    assert {edit.rule for edit in document.edits} == {"font-cmap"}


def test_map_that_the_font_bears_out_makes_no_edit():
    document = _read(*_program())
    assert document.text == document.raw_text == TEXT
    assert not document.edits


def test_raw_text_keeps_the_codes_of_a_lost_map():
    program, codes = _program("post", "cmap")
    document = _read(program, codes)
    assert document.raw_text == "".join(chr(0xF0000 + codes[c]) for c in TEXT)


def test_font_with_a_map_is_left_alone_even_if_its_map_is_odd():
    program, codes = _program()
    document = _read(program, codes, b"/ToUnicode 9 0 R", "sel")
    assert document.text == "".join(chr(0x20 + codes[c]) for c in "sel")
    assert not document.edits


def test_text_in_a_damaged_font_program_is_marked_and_left():
    program, codes = _program("post", "cmap")
    document = _read(program[:200], codes)
    assert document.text == document.raw_text
    assert {edit.label for edit in document.edits} == {"glyph-map-suspected"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("eacute", "é"), ("uni20AC", "€"), ("f_i", "fi"), ("a.alt", "a"), ("nbspace", " "), ("A", "A"),
        ("g12", ""), ("glyph00012", ""), ("cid34", ""), ("uniF041", ""), (".notdef", ""), ("", ""),
    ],
)  # fmt: skip
def test_glyph_names_are_read_and_numbers_are_not(name, text):
    assert text_of_name(name) == text


RUSSIAN = "Каждое утро лодка привозит соль, и никто не спрашивает, откуда она и почему её всегда хватает на всех."
GREEK = "Κάθε πρωί η βάρκα φέρνει αλάτι και κανείς δεν ρωτάει από πού έρχεται ούτε γιατί φτάνει πάντα για όλους."


@pytest.mark.parametrize(("text", "script"), [(RUSSIAN, "cyrillic"), (GREEK, "greek"), (TEXT, "latin")])
def test_letters_of_a_family_that_is_not_among_the_references_are_read_by_their_look(text, script):
    face = next(face for family, face in faces(script) if family == "DejaVu")
    signs = next(face for family, face in faces("latin") if family == "DejaVu")
    stand_ins = {c: chr(0x100000 + i) for i, c in enumerate(sorted(set(text) - {" "}))}
    glyphs = {s: Glyph(face.get(c) or signs[c], "\U000f0000", 1) for c, s in stand_ins.items()}
    drawn = text.translate({ord(c): s for c, s in stand_ins.items()})
    meant = match(glyphs, {}, [drawn], frozenset({"DejaVu"}))
    read = drawn.translate({ord(s): found for s, (found, _) in meant.items()})
    assert sum(a == b for a, b in zip(read, text, strict=True)) >= 0.97 * len(text)
