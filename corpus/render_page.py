"""The frame of every page: head, policy, style and, where a page has one, its script.

Style and script stand inside the page and are named by their hashes in the page's Content-Security-Policy, so the page
is one file, works from disk, and can neither load anything nor run what a document brings along.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

from corpus.labels import LABELS
from corpus.render_text import attribute, css_class

_DATA = Path(__file__).parent / "data"


def page(
    title: str, body: str, *, labels: Iterable[str] = LABELS, nav: str = "", script: str = "", again: int = 0
) -> str:
    """A whole HTML page. `body` and `nav` are HTML; `labels` are those whose colours the page needs.

    A page that is not ready loads itself again after `again` seconds.
    """
    style = ledger_style(labels)
    return "\n".join((
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">' if script else
        '<meta name="referrer" content="no-referrer">',
        f'<meta http-equiv="refresh" content="{again}">' if again else "",
        f"<title>{attribute(title)}</title>\n<style>{style}</style>\n</head>\n<body>",
        f'<a class="skip" href="#main">To the content</a>\n<header><nav aria-label="Pages">'
        f'<span class="brand">limpide</span>{nav}</nav></header>'
        if nav else "",
        f'<main id="main">\n{body}\n</main>',
        f"<script>{script}</script>" if script else "",
        "</body>\n</html>\n",
    ))  # fmt: skip


def policy(style: str, script: str = "") -> str:
    """The policy of a page with this style and script: these two and nothing else; forms go to the page's own host."""
    parts = ["default-src 'none'", f"style-src 'sha256-{_digest(style)}'"]
    if script:
        parts += [f"script-src 'sha256-{_digest(script)}'", "img-src data:"]
    return "; ".join([*parts, "base-uri 'none'", f"form-action {_FORMS[bool(script)]}"])


_FORMS = {True: "'self'", False: "'none'"}


def ledger_style(labels: Iterable[str]) -> str:
    """The style sheet of a page that holds `ledger_html` of documents with these labels."""
    names = sorted(set(labels))
    light = "".join(f".{css_class(n)}{{--label:{LABELS[n].colour};--on-paper:{LABELS[n].colour}}}\n" for n in names)
    dark = "".join(f".{css_class(n)}{{--on-paper:{on_dark(LABELS[n].colour)}}}\n" for n in names)
    return f"{data_file('page.css')}{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n"


def on_dark(colour: str) -> str:
    """A `#rrggbb` colour made light enough to be read on a dark page: mixed with 60 % of white."""
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(channel * 0.4 + 255 * 0.6):02x}" for channel in channels)


@cache
def data_file(name: str) -> str:
    """A style sheet or script of the package."""
    return (_DATA / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """What a content security policy names a style sheet or script by."""
    return b64encode(sha256(text.encode()).digest()).decode()
