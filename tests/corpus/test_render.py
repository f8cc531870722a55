"""The page that shows a document's ledger: complete, harmless, and true to the raw text."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Document, Hint, Removal, build, join, mark, normalise, remove, repair
from corpus.labels import LABELS
from corpus.render import FOLD_CHARACTERS, document_page, ledger_html, ledger_style, on_dark
from corpus.source import Source

VOID = {"meta", "br", "link", "img", "input"}


class Reader(HTMLParser):
    """Reads a page back: its elements, and the raw and the clean text that it shows."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.raw, self.clean, self.tags = [], [], [], [], []
        self.feed(html)
        self.close()
        assert not self.open, f"elements left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.elements.append((tag, attrs))
        if tag not in VOID:
            self.open.append((tag, attrs))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        classes = {name for _, attrs in self.open for name in attrs.get("class", "").split()}
        names = {tag for tag, _ in self.open}
        if "tag" in classes:
            self.tags.append(data)
        if "ledger" not in classes or classes & {"tag", "arrow"}:
            return
        codes = self.open[-1][1].get("data-code")
        text = "".join(chr(int(code, 16)) for code in codes.split()) if codes else data
        if "ins" not in names:
            self.raw.append(text)
        if "del" not in names:
            self.clean.append(text)

    def find(self, tag, **wanted):
        return [
            attrs for name, attrs in self.elements if name == tag and all(attrs.get(k) == v for k, v in wanted.items())
        ]

    def with_class(self, name):
        return [attrs for _, attrs in self.elements if name in attrs.get("class", "").split()]


def one(text, *changes, **attributes):
    return Document(raw_text=text, text=text, **attributes).apply(changes)


def assert_shows_both_texts(document):
    reader = Reader(ledger_html(document))
    assert "".join(reader.raw) == document.raw_text
    assert "".join(reader.clean) == document.text


# ---- true to the texts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        Document(raw_text="", text=""),
        one("Le bac passe."),
        one("\n\n Le bac\t passe.\n"),
        one("Le bac pub passe", remove(7, 11, "advert", "block")),
        one("a < b & c > d \"e\" 'f'", remove(2, 4, "advert", "<b>")),
        one("dÃ©jÃ ", repair(1, 3, "é", "mojibake", "utf-8")),
        one("La traver-\nsée", join(9, 11, "", "hyphenation", "dictionary")),
        one("un  deux", normalise(2, 4, " ", "whitespace", "spaces")),
        one("0LVH HQ", mark(0, 4, "0LVH HQ", "glyph-map-suspected", "words")),
        one("ab", repair(1, 1, "-", "escape", "insertion")),
        one("a\0b\r\nc\N{RIGHT-TO-LEFT OVERRIDE}d\ud800\U000f0003e", remove(1, 2, "control-character", "nul")),
        one("x" * 9_000, remove(10, 8_000, "boilerplate", "block")),
        one("abc", repair(1, 2, "XY", "mojibake", "m")).apply([remove(2, 4, "advert", "r")]),
    ],
)
def test_both_texts_can_be_read_back(document):
    assert_shows_both_texts(document)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('ab<&"> \n\r\t\0\xad\u202e\u200d\u0627\U000f0003\ud800'), max_size=30), st.data())
def test_any_text_with_any_edits_can_be_read_back(text, data):
    points = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    changes = []
    for a, b in zip(points[::2], points[1::2], strict=False):
        after = data.draw(st.text("x<& \u202e", max_size=3))
        kind = data.draw(st.sampled_from(("remove", "repair", "join", "mark")))
        if kind == "remove":
            changes.append(remove(a, b, "advert", "r"))
        elif kind == "mark":
            changes.append(mark(a, b, text, "glyph-map-suspected", "s"))
        else:
            changes.append((repair if kind == "repair" else join)(a, b, after, "mojibake", "m"))
    assert_shows_both_texts(one(text, *changes))


# ---- how edits look -------------------------------------------------------------------------------------------------


def test_a_removal_names_its_label_and_rule_in_text_and_in_a_tooltip():
    reader = Reader(ledger_html(one("Le bac pub passe", remove(7, 11, "advert", "sponsored", 0.75))))
    (edit,) = reader.with_class("remove")
    assert edit["title"] == "remove: advert · sponsored · confidence 0.75"
    assert "l-advert" in edit["class"].split()
    assert reader.tags == ["advert · sponsored"]
    assert len(reader.find("del")) == 1


def test_a_repair_shows_before_and_after_and_the_original_on_hover():
    html = ledger_html(one("dÃ©jà", repair(1, 3, "é", "mojibake", "utf-8", 0.9)))
    assert '<del>Ã©</del><span class="arrow"> → </span><ins>é</ins>' in html
    assert Reader(html).with_class("repair")[0]["title"].endswith("was: Ã©")


def test_a_long_original_is_cut_in_the_tooltip():
    (edit,) = Reader(ledger_html(one("a" * 5_000, repair(0, 5_000, "b", "mojibake", "m")))).with_class("repair")
    assert len(edit["title"]) < 500


def test_a_join_is_shown_lightly():
    reader = Reader(ledger_html(one("La suite\nvient", join(8, 9, " ", "line-break", "paragraph"))))
    assert len(reader.with_class("join")) == 1
    assert reader.tags == []


def test_a_mark_is_a_mark():
    reader = Reader(ledger_html(one("0LVH HQ", mark(0, 4, "0LVH HQ", "glyph-map-suspected", "words"))))
    assert len(reader.find("mark")) == 1
    assert reader.with_class("mark")[0]["title"].startswith("mark: glyph-map-suspected · words")


@pytest.mark.parametrize(
    "change",
    [
        normalise(2, 4, " ", "whitespace", "w"),
        remove(2, 4, "whitespace", "w"),
        normalise(2, 4, "\n", "whitespace", "w"),
    ],
)
def test_changes_of_white_space_have_no_tag_and_no_arrow(change):
    reader = Reader(ledger_html(one("un  deux", change)))
    assert len(reader.with_class("space")) == 1
    assert reader.tags == []
    assert reader.with_class("arrow") == []


def test_a_removed_control_character_is_no_white_space():
    reader = Reader(ledger_html(one("a\x1cb", remove(1, 2, "control-character", "c"))))
    assert reader.with_class("space") == []
    assert reader.with_class("code")[0]["data-code"] == "001C"


@pytest.mark.parametrize(("length", "folded"), [(FOLD_CHARACTERS, 0), (FOLD_CHARACTERS + 1, 1)])
def test_a_long_removal_is_folded_with_its_size(length, folded):
    reader = Reader(ledger_html(one("a" * length + "b", remove(0, length, "boilerplate", "block"))))
    assert len(reader.find("details")) == folded
    assert reader.tags == ["boilerplate · block" + " · 1,501 characters" * folded]


# ---- strangers' text ------------------------------------------------------------------------------------------------

ATTACK = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"


def attacked():
    text = f"{ATTACK} publicité {ATTACK}"
    return Document(
        raw_text=text,
        text=text,
        title=ATTACK,
        author=ATTACK,
        date=ATTACK,
        url=f"https://example.org/{ATTACK}",
        language=ATTACK,
        language_declared=ATTACK,
        media_type=ATTACK,
        encoding=ATTACK,
        encoding_reason=ATTACK,
        source=Source(name=ATTACK, title=ATTACK),
    ).apply(
        [remove(0, len(ATTACK), "advert", ATTACK), repair(len(ATTACK) + 1, len(ATTACK) + 2, ATTACK, "mojibake", ATTACK)]
    )


@pytest.mark.parametrize("title", [None, ATTACK])
def test_nothing_of_a_document_becomes_markup(title):
    reader = Reader(document_page(attacked(), title=title))
    assert not {"script", "img", "iframe", "object"} & {tag for tag, _ in reader.elements}
    assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on") or name == "style"]


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("\0", "U+0000"), ("\r", "U+000D"), ("\f", "U+000C"), ("\x1b", "U+001B"), ("\x85", "U+0085"),
        ("\N{SOFT HYPHEN}", "U+00AD"), ("\N{ZERO WIDTH SPACE}", "U+200B"), ("\N{RIGHT-TO-LEFT OVERRIDE}", "U+202E"),
        ("\N{LEFT-TO-RIGHT ISOLATE}", "U+2066"), ("\N{ARABIC LETTER MARK}", "U+061C"), ("\N{LINE SEPARATOR}", "U+2028"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}", "U+FEFF"), ("\ud800", "U+D800"), ("\ue000", "U+E000"),
        ("\U000f0003", "U+F0003"), ("\U000e0041", "U+E0041"), ("\N{ZERO WIDTH JOINER}", "U+200D"),
    ],
)  # fmt: skip
def test_characters_that_cannot_be_seen_are_spelled_out_everywhere(character, code):
    text = f"a{character}b"
    document = one(text, title=text, url=f"https://example.org/{text}", language=text, source=Source(name=text))
    page = document_page(document.apply([repair(0, 1, f"x{character}y", "mojibake", f"r{character}")]))
    assert character not in page
    assert page.count(code) >= 6
    assert page.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "« Où ? » — l’été, à 12 000 €",
        "می\N{ZERO WIDTH NON-JOINER}خواهم",
        "क\N{DEVANAGARI SIGN VIRAMA}\N{ZERO WIDTH JOINER}ष",
        "👩\N{ZERO WIDTH JOINER}🚀",
        "渡し守",
        "מעבורת",
        "un\N{NO-BREAK SPACE}: deux\tt\n",
    ],
)
def test_ordinary_text_of_any_script_is_shown_as_it_is(text):
    assert Reader(ledger_html(one(text))).with_class("code") == []


@pytest.mark.parametrize("url", ["https://example.org/a?b=1&c=2", "http://example.org", "HTTPS://example.org/"])
def test_an_address_of_the_web_is_a_link(url):
    (link,) = Reader(document_page(one("a", url=url))).find("a")
    assert link["href"] == url
    assert "noreferrer" in link["rel"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "example.org",
        "//example.org",
        "http://",
        "http://[x",
        "java\nscript:alert(1)",
        "https://example.org/\N{RIGHT-TO-LEFT OVERRIDE}x",
        "",
    ],
)
def test_another_address_is_no_link(url):
    assert Reader(document_page(one("a", url=url))).find("a") == []


# ---- the page -------------------------------------------------------------------------------------------------------


def sample():
    document = build(
        [("Accueil", "paragraph", 0, Hint()), ("Le dÃ©part.", "paragraph", 0, Hint()), ("Lire aussi", "paragraph", 0, Hint())],
        title="Le bac", url="https://example.org/bac", language="fr", language_score=0.987, encoding="utf-8",
        encoding_reason="valid", source=Source(name="carnets", title="Carnets du bac"),
    )  # fmt: skip
    at = document.text.index("Ã")
    document = document.apply([repair(at, at + 2, "é", "mojibake", "utf-8")])
    return document.remove_blocks({0: Removal("navigation", "menu"), 2: Removal("related-links", "cue")})


def test_the_page_asks_for_nothing_from_outside():
    page = document_page(sample())
    reader = Reader(page)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in reader.elements}
    assert not [attrs for _, attrs in reader.elements if "src" in attrs]
    assert not re.search(r"url\(|@import", ledger_style(LABELS))


def test_the_policy_allows_the_page_s_own_style_and_nothing_else():
    page = document_page(sample())
    (policy,) = Reader(page).find("meta", **{"http-equiv": "Content-Security-Policy"})
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy["content"] == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_the_page_tells_where_the_document_is_from_and_what_became_of_it():
    page = document_page(sample())
    for fact in (
        "<title>Le bac</title>",
        "Carnets du bac (carnets)",
        "https://example.org/bac",
        "fr (0.99)",
        "utf-8 (valid)",
        "32 before, 10 after",
        "1 kept of 3",
    ):
        assert fact in page


def test_the_legend_counts_edits_and_characters_by_label():
    page = document_page(sample())
    for label, edits, characters in (("related-links", 1, 12), ("navigation", 1, 9), ("mojibake", 1, 2)):
        row = f'{LABELS[label].meaning}</td><td class="number">{edits}</td><td class="number">{characters}</td>'
        assert row in page


def test_a_title_can_be_given():
    assert "<title>Autre</title>" in document_page(sample(), title="Autre")
    assert "<title>Untitled document</title>" in document_page(one("a"))


def test_a_document_without_edits_says_so():
    assert "Nothing was changed." in document_page(one("a"))


def test_the_page_is_deterministic():
    assert document_page(sample()) == document_page(sample())


@pytest.mark.parametrize("label", LABELS)
def test_each_label_has_a_colour_in_light_and_in_dark(label):
    style = ledger_style([label])
    assert f".l-{label}{{--label:{LABELS[label].colour}" in style
    assert style.index("@media (prefers-color-scheme: dark) {\n.l-") < style.index(on_dark(LABELS[label].colour))


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("label", LABELS)
def test_each_colour_can_be_read_on_the_dark_page(label):
    dark_paper = re.findall(r"--paper: (#[0-9a-f]{6})", ledger_style([]))[1]
    assert (luminance(on_dark(LABELS[label].colour)) + 0.05) / (luminance(dark_paper) + 0.05) >= 4.5


def test_a_page_of_many_edits_takes_linear_time():
    text = "ab\U000f0003 " * 20_000
    document = one(text, *(repair(i, i + 1, "A", "mojibake", "m") for i in range(0, len(text), 4)))
    assert document_page(document).count("<ins>A</ins>") == 20_000
