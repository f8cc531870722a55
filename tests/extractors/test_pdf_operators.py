"""Content streams: operators and their operands, drawing and images passed over."""

import pytest
from pdfminer.psparser import LIT

from extractors.item import RawItem
from extractors.pdf import extract_pdf
from extractors.pdf_operators import operations
from tests.extractors.test_pdf import HELVETICA, by_hand, stream

CASES = {
    "text": (b"BT /F1 12 Tf (a) Tj ET", [(b"BT", []), (b"Tf", [LIT("F1"), 12.0]), (b"Tj", [b"a"]), (b"ET", [])]),
    "numbers glued to what follows": (b"1-2.5 Td 3 .5Td", [(b"Td", [1.0, -2.5]), (b"Td", [3.0, 0.5])]),
    "arrays": (b"[(a)-20<6263 6>]TJ", [(b"TJ", [[b"a", -20.0, b"bc`"]])]),
    "escapes": (rb"(a\(b\)(c)\101\n\q) Tj", [(b"Tj", [b"a(b)(c)A\nq"])]),
    "lines and colours": (b"0 0 m 5 5 l S .1 .2 .3 rg 9 Tc\n1 0 0 1 0 0 re f* 8 Tc", [(b"Tc", [9.0]), (b"Tc", [8.0])]),
    "dictionaries": (b"/Span<</Lang(fr)/N true>>BDC", [(b"BDC", [LIT("Span"), {"Lang": b"fr", "N": True}])]),
    "comments": (b"% (no\n1 Tc %", [(b"Tc", [1.0])]),
    "names with escapes": (b"/A#20B 1 Tf", [(b"Tf", [LIT("A B"), 1.0])]),
    "operands that are missing or too many": (b"Tc 7 Td 1 2 Tc", [(b"Tc", [2.0])]),
    "an image among the operators": (
        b"BI /W 2 /H 1 ID \xff(EI\x01 EI\nQ (a) Tj                ",
        [(b"Q", []), (b"Tj", [b"a"])],
    ),
    "an image without an end": (b"1 Tc BI ID (a) Tj", [(b"Tc", [1.0])]),
    "a string without an end": (b"1 Tc (a(b) 2 Tc", [(b"Tc", [1.0])]),
    "brackets that do not match": (b"] 1 Tc [ 2 Tc >> 3 Tc", [(b"Tc", [1.0]), (b"Tc", [3.0])]),
}


@pytest.mark.parametrize("name", CASES)
def test_operators_have_their_operands(name):
    data, expected = CASES[name]
    assert list(operations(data)) == expected


def test_long_ranges_of_a_map_are_read_like_short_ones():
    ranges = (
        b"2 beginbfrange <0000> <FFFF> <0001> <0041> <0041> <0058> endbfrange "
        b"1 begincidrange <0300> <03FF> 200 endcidrange"
    )
    data = by_hand(b"BT /F 10 Tf 50 700 Td (ABC\\311) Tj ET", HELVETICA[:-2] + b"/ToUnicode 6 0 R>>", stream(ranges))
    assert extract_pdf(RawItem(data)).text == "XCD\N{COMBINING ACUTE ACCENT}"
