"""The one table of labels: what a removal, repair or mark can be called, what that means, and how it is coloured.

The ledger is counted by label, so a label that is not in this table is an error, raised where the edit is made.
Colours are those of the report: hues are spread so that neighbours in a page can be told apart, and every colour has a
contrast of at least 4.5:1 against white (WCAG 2.2, success criterion 1.4.3).
"""

from __future__ import annotations

from typing import NamedTuple

from corpus.errors import LedgerError


class Label(NamedTuple):
    """One row of the label table."""

    name: str
    meaning: str
    colour: str


_TABLE = (
    # page furniture
    Label("advert", "advertising, sponsored content, affiliate boxes", "#b3261e"),
    Label("navigation", "menus, breadcrumbs, previous and next, page lists, skip links", "#1f5fa8"),
    Label("related-links", "links to other pages: read also, related posts, most read, tags", "#6a3fa0"),
    Label("comments", "readers' comments and the form to write one", "#7a4b00"),
    Label("cookie-notice", "cookie banners and consent dialogues", "#8a5a00"),
    Label("call-to-action", "subscribe, share, download the app, sign in, vote", "#a8326e"),
    Label("table-of-contents", "lists of the page's own headings, with or without page numbers", "#00696b"),
    Label("image-caption", "captions, credits and alternative texts of pictures", "#4d6b00"),
    Label("legal-footer", "copyright, imprint, terms, contact lines at the foot of a page", "#5c5c5c"),
    Label("byline", "author, date and reading-time lines that metadata repeats", "#3d6275"),
    Label("widget", "search boxes, forms, players, tickers and other controls", "#7b3f61"),
    Label("hidden", "text that a browser does not show", "#6b6b6b"),
    Label("boilerplate", "page furniture of no more precise kind", "#595959"),
    Label("repeated-block", "a block that many pages of the source repeat", "#6d4c41"),
    Label("repeated-title", "the page's title said a second time", "#4e5d6c"),
    Label("source-rule", "taken out by a rule of the source", "#8c1d40"),
    # page layout of PDFs and of text that came from them
    Label("running-header", "headers, footers and stamps that stand on many pages", "#2e6b3f"),
    Label("page-number", "page numbers", "#2f6f6f"),
    Label("line-break", "lines of one paragraph joined", "#47596b"),
    Label("hyphenation", "words cut at the end of a line joined", "#355e9a"),
    Label("reading-order", "the end of a sentence put behind its beginning", "#5b5f24"),
    # repairs
    Label("mojibake", "letters restored that a wrong decoding had spoiled", "#0b6e4f"),
    Label("escape", "character references and escapes turned into the characters they stand for", "#14746f"),
    Label("glyph-map", "text restored that a lost font map had garbled", "#00695c"),
    Label("glyph-map-suspected", "text that looks garbled by a lost font map and was left alone", "#9a6700"),
    Label("font-map", "letters restored from the embedded font itself", "#1b6e1b"),
    Label("ligature", "ligatures and presentation forms spelled out", "#2b6777"),
    # normalisation
    Label("superscript", "digits that are set raised, note marks and powers, written so", "#6b4f7a"),
    Label("unicode", "canonical composition (NFC)", "#4a5568"),
    Label("control-character", "control and invisible characters taken out", "#5a4a68"),
    Label("whitespace", "white space made uniform", "#56616b"),
)

LABELS: dict[str, Label] = {label.name: label for label in _TABLE}


def check_label(name: str) -> str:
    """Return `name` if the table has it; raise `LedgerError` otherwise."""
    if name not in LABELS:
        raise LedgerError(
            f"unknown label {name!r}: add it to corpus/labels.py or use one of {', '.join(sorted(LABELS))}"
        )
    return name
