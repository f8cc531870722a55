"""Bytes to text: who is believed, and that nothing makes it fail."""

from __future__ import annotations

import codecs
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractors.charset_labels import codec_of
from extractors.decoding import declarations, decode

FRENCH = (
    "La fête du village a été reportée à dimanche : la météo annonçait des orages. Le maire, gêné, s’est excusé auprès "
    "des forains et a promis une soirée de théâtre « pour tous » à la rentrée."
)
RUSSIAN = (
    "Праздник перенесли на воскресенье: обещали грозу. Мэр извинился и пообещал осенью бесплатный спектакль для всех."
)
GREEK = "Η γιορτή του χωριού αναβλήθηκε για την Κυριακή, γιατί περίμεναν καταιγίδες. Ο δήμαρχος ζήτησε συγγνώμη."
JAPANESE = "村の祭りは日曜日に延期されました。雷雨の予報が出ていたためです。村長は秋の芝居を約束しました。"
CHINESE = "村里的节日推迟到了星期天，因为天气预报说有雷雨。村长道了歉，答应秋天请大家看戏。"
CZECH = "Vesnická slavnost byla odložena na neděli, protože předpověď hlásila bouřky. Starosta se omluvil a slíbil představení."


def page(text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>x</title></head><body><p>{text}</p></body></html>"


LEGACY = [
    ("cp1252", FRENCH),
    ("mac_roman", FRENCH),
    ("cp1251", RUSSIAN),
    ("koi8-r", RUSSIAN),
    ("cp866", RUSSIAN),
    ("cp1253", GREEK),
    ("cp932", JAPANESE),
    ("euc_jp", JAPANESE),
    ("gb18030", CHINESE),
    ("cp1250", CZECH),
    ("iso8859-2", CZECH),
]


@pytest.mark.parametrize(("encoding", "text"), LEGACY, ids=[e for e, _ in LEGACY])
def test_legacy_encodings_are_detected_without_a_declaration(encoding, text):
    html = page(text)
    found = decode(html.encode(encoding))
    assert found.text == html
    assert found.reason == "detected"


@pytest.mark.parametrize(("encoding", "text"), LEGACY, ids=[e for e, _ in LEGACY])
@pytest.mark.parametrize("lie", ["utf-8", "iso-8859-1", "windows-1252"])
def test_lying_charset_declaration_of_a_legacy_page_is_overruled(encoding, text, lie):
    html = page(text, f'<meta charset="{lie}">')
    assert decode(html.encode(encoding)).text == html
    assert decode(page(text).encode(encoding), declared=lie).text == page(text)


@pytest.mark.parametrize("lie", ["iso-8859-1", "utf-16", "koi8-r", "shift_jis", "x-user-defined", "rot13", "none", ""])
def test_lying_charset_declaration_is_overruled_by_valid_utf8(lie):
    html = page(FRENCH, f'<meta http-equiv="Content-Type" content="text/html; charset={lie}">')
    assert decode(html.encode(), declared=lie) == (html, "utf-8", "utf-8")


@pytest.mark.parametrize("late", ["", "<script>" + "x = 1;" * 800 + "</script>"])
def test_true_declaration_decides_where_the_detector_has_little_to_go_on(late):
    html = page("déjà", late + '<meta charset="windows-1250">').replace("déjà", "Řeka")
    found = decode(html.encode("cp1250"))
    assert (found.text, found.encoding, found.reason) == (html, "cp1250", "declared")


def test_transport_declaration_is_used():
    assert decode("Řeka".encode("cp1250"), declared="windows-1250") == ("Řeka", "cp1250", "declared")


def test_latin1_is_read_as_browsers_do():
    found = decode(b"<p>l\x92\xe9t\xe9 \x85 5 \x80</p>", declared="ISO-8859-1")
    assert found == ("<p>l’été … 5 €</p>", "cp1252", "declared")


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_mark_decides_and_is_no_text(mark, encoding):
    assert decode(mark + FRENCH.encode(encoding), declared="koi8-r") == (FRENCH, encoding, "bom")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_utf16_and_utf32_without_a_mark_show_by_their_nuls(encoding):
    html = page(FRENCH)
    assert decode(html.encode(encoding)) == (html, encoding, "utf-16")


def test_a_doubled_mark_is_no_text_either():
    assert decode("\ufeff\ufeffété".encode()).text == "été"


def test_a_mark_before_legacy_text_is_not_believed():
    assert decode(codecs.BOM_UTF8 + FRENCH.encode("cp1252")).text.endswith(FRENCH)


def test_seven_bit_japanese_is_no_ascii():
    assert decode(JAPANESE.encode("iso2022_jp")).text == JAPANESE


@pytest.mark.parametrize(
    ("stray", "shown"),
    [(b"\x92", "’"), (b"\xe9", "é"), (b"\x85", "…"), (b"\x81", "\N{REPLACEMENT CHARACTER}")],
)
def test_stray_bytes_in_utf8_are_read_as_windows_1252(stray, shown):
    data = FRENCH.encode() + b" l" + stray + b" fin. " + FRENCH.encode()
    assert decode(data) == (f"{FRENCH} l{shown} fin. {FRENCH}", "utf-8", "nearly-utf-8")


def test_a_sequence_cut_at_the_end_is_one_replacement_character():
    found = decode(f"{FRENCH} 漢".encode()[:-1], declared="iso-8859-1")
    assert found == (f"{FRENCH} \N{REPLACEMENT CHARACTER}", "utf-8", "nearly-utf-8")


def test_line_ends_stay_as_they_are():
    assert decode(b"a\r\nb\rc\n").text == "a\r\nb\rc\n"


def test_nothing_is_nothing():
    assert decode(b"") == ("", "utf-8", "utf-8")


def test_declarations_are_read_from_prologue_and_meta():
    data = b"""<?xml version="1.0" encoding='koi8-r'?><html><meta name=x><meta charset = "windows-1251">
        <META HTTP-EQUIV=Content-Type CONTENT="text/html; charset=ISO-8859-5"></html>"""
    assert declarations(data) == ["koi8-r", "windows-1251", "ISO-8859-5"]


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        (" latin1 ", "cp1252"),
        ("us-ascii", "cp1252"),
        ('"UTF-8";', "utf-8"),
        ("utf8", "utf-8"),
        ("gb2312", "gb18030"),
        ("x-sjis", "cp932"),
        ("Shift_JIS", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("iso-8859-9", "cp1254"),
        ("iso-8859-8-i", "iso8859-8"),
        ("macintosh", "mac-roman"),
        ("tis-620", "cp874"),
        ("rot13", None),
        ("zlib", None),
        ("unicode_escape", None),
        ("utf-7", None),
        ("idna", None),
        ("undefined", None),
        ("é", None),
        ("", None),
        (None, None),
        ("x" * 1000, None),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label, codec):
    assert codec_of(label) == codec


@given(
    st.binary(max_size=400),
    st.one_of(st.none(), st.sampled_from(["utf-16", "koi8-r", "big5", "hz", "iso-2022-jp", "x"])),
)
@settings(deadline=None, max_examples=300)
@example(b"\xff\xfe\x00\xd8", None)
@example(b"\xed\xa0\x80", None)
@example(b"\x00\x00\xfe\xff\x00\x11\x00\x00", None)
@example(b"\x1b$B\x7f\x7f", None)
@example(b"\xfe\xff", "utf-16")
def test_no_bytes_make_it_raise_or_give_lone_surrogates(data, declared):
    found = decode(data, declared=declared)
    found.text.encode("utf-8")
    assert codecs.lookup(found.encoding)
    assert re.fullmatch("[a-z0-9-]+", found.reason)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\x1b\ufeff"), max_size=200))
@settings(deadline=None)
def test_utf8_comes_back_exactly(text):
    assert decode(text.encode("utf-8"), declared="iso-8859-1").text == text


@pytest.mark.parametrize("data", [b"<script" * 100_000 + b"\xe9", b"<" * 500_000 + b"\xe9", b"<meta " * 100_000 + b"\xe9", b"\xe9\x81" * 500_000, b"charset=" * 10_000 + b"\xe9"], ids=lambda d: repr(d[:8]))  # fmt: skip
def test_time_is_linear_in_the_size_of_the_data(data):
    began = time.process_time()
    decode(data)
    assert time.process_time() - began < 5
