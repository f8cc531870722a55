"""A page on which a person checks what was done to one document.

The raw text is shown with the edits in their places, so that nothing has to be compared from memory: what was removed
is struck through in the colour of its label, what was repaired stands behind what it was. Colour is never the only
sign; each removal names its label and rule.

Documents are strangers' text. All of it is escaped; control, bidirectional and private-use characters, which could
hide or reorder what stands there, are spelled out as code points; the page runs no script and its policy forbids
loading anything. It is one file that works from disk.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from corpus.document import Document
from corpus.labels import LABELS
from corpus.ledger import Edit

__all__ = ["document_page", "ledger_html", "ledger_style"]

FOLD_CHARACTERS = 1_500  # a longer removal (some 20 lines) is folded, or the text kept would be lost between removals
TIP_CHARACTERS = 300

# Not shown by a browser, or showing something else than what is there: C0 and C1 controls but tab and newline, soft
# hyphen, bidirectional controls, zero-width characters, separators, lone surrogates, private use and tag characters.
# Joiners are left alone behind the scripts that are written with them (U+0600 and up: Arabic, Indic, emoji).
_UNSEEN = re.compile(
    "(?:[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f"
    "\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\ud800-\\udfff\\ue000-\\uf8ff"
    "\\U000e0000-\\U000e0fff\\U000f0000-\\U0010ffff]|(?<![\\u0600-\\U0010ffff])[\\u200c\\u200d])+"
)


def document_page(document: Document, *, title: str | None = None) -> str:
    """One HTML page, complete in itself, that shows a document with its ledger.

    `title` heads the page; by default the document's own title.
    """
    title = title or document.title or "Untitled document"
    style = ledger_style(edit.label for edit in document.edits)
    policy = f"default-src 'none'; style-src 'sha256-{_digest(style)}'; base-uri 'none'; form-action 'none'"
    return "\n".join((
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{_attribute(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>",
        f'<h1 dir="auto">{_visible(title)}</h1>',
        _facts(document),
        _legend(document.edits),
        "<h2>Raw text with its edits</h2>",
        ledger_html(document),
        "</main>\n</body>\n</html>\n",
    ))  # fmt: skip


def ledger_html(document: Document) -> str:
    """The raw text with the edits in their places, as one HTML element.

    What is neither in an `<ins>` nor of class `tag` or `arrow` is the raw text, with the characters that cannot be seen
    given as code points in the attribute `data-code`.
    """
    language = f' lang="{_attribute(document.language)}"' if document.language else ""
    return f'<div class="ledger" dir="auto"{language}>{"".join(_pieces(document))}</div>'


def _pieces(document: Document) -> Iterator[str]:
    position = 0
    for edit in document.edits:
        yield _visible(document.raw_text[position : edit.raw_start])
        yield _edit(edit)
        position = edit.raw_end
    yield _visible(document.raw_text[position:])


# ---- one edit -------------------------------------------------------------------------------------------------------


def _edit(edit: Edit) -> str:
    before, after = f"<del>{_visible(edit.before)}</del>", f"<ins>{_visible(edit.after)}</ins>"
    if edit.action == "mark":
        return _wrap(edit, "mark", f"<mark>{_visible(edit.before)}</mark>")
    if edit.action == "join":
        return _wrap(edit, "join", before + after)
    if _is_layout(edit.before) and _is_layout(edit.after):
        return _wrap(edit, "space", before + after)
    changed = f'{before}<span class="arrow"> → </span>{after}' if edit.after else before
    if edit.action != "remove":
        return _wrap(edit, edit.action, changed)
    name = f"{edit.label} · {edit.rule}"
    if len(edit.before) <= FOLD_CHARACTERS:
        return _wrap(edit, "remove", _tag(name) + changed)
    summary = f"<summary>{_tag(f'{name} · {len(edit.before):,} characters')}</summary>"
    return _wrap(edit, "remove", f"<details>{summary}{changed}</details>", element="div")


def _wrap(edit: Edit, kind: str, inside: str, *, element: str = "span") -> str:
    tip = f"{edit.action}: {edit.label} · {edit.rule} · confidence {edit.confidence:.2f}"
    if edit.action not in {"remove", "mark"}:
        tip += f" · was: {_shortened(edit.before)}"
    classes = f"edit {kind} {_css_class(edit.label)}"
    return f'<{element} class="{classes}" title="{_attribute(tip)}">{inside}</{element}>'


def _tag(text: str) -> str:
    return f'<span class="tag">{_visible(text)}</span>'


def _is_layout(text: str) -> bool:
    """White space that a reader sees as such, or nothing."""
    return not text.strip() and not _UNSEEN.search(text)


def _shortened(text: str) -> str:
    return text if len(text) <= TIP_CHARACTERS else text[:TIP_CHARACTERS] + "…"


# ---- strangers' text ------------------------------------------------------------------------------------------------


def _visible(text: str) -> str:
    """Text as HTML, with what cannot be seen as code points."""
    pieces: list[str] = []
    position = 0
    for found in _UNSEEN.finditer(text):
        pieces += (escape(text[position : found.start()]), _codes(found[0]))
        position = found.end()
    return "".join(pieces) + escape(text[position:])


def _codes(run: str) -> str:
    numbers = " ".join(f"{ord(character):04X}" for character in run)
    name = unicodedata.name(run, "") if len(run) == 1 else ""
    tip = f' title="{name}"' if name else ""
    return f'<span class="code" data-code="{numbers}"{tip}>{_as_codes(run)}</span>'


def _as_codes(run: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in run)


def _attribute(text: str) -> str:
    return escape(_UNSEEN.sub(lambda found: f"[{_as_codes(found[0])}]", text))


# ---- around the ledger ----------------------------------------------------------------------------------------------


def _facts(document: Document) -> str:
    source = document.source
    facts = (
        ("Source", _visible(f"{source.title} ({source.name})" if source.title else source.name)),
        ("Address", _address(document.url) if document.url else ""),
        ("Author", _visible(document.author or "")),
        ("Date", _visible(document.date or "")),
        ("Language", _visible(_with_note(document.language, document.language_score))),
        ("Declared language", _visible(document.language_declared or "")),
        ("Media type", _visible(document.media_type or "")),
        ("Encoding", _visible(_with_note(document.encoding, document.encoding_reason))),
        ("Characters", f"{len(document.raw_text):,} before, {len(document.text):,} after"),
        ("Blocks", f"{len(document.kept_blocks()):,} kept of {len(document.blocks):,}" if document.blocks else ""),
    )
    rows = "".join(f'<dt>{name}</dt><dd dir="auto">{value}</dd>' for name, value in facts if value)
    return f"<dl>{rows}</dl>"


def _with_note(value: str | None, note: str | float | None) -> str:
    note = f"{note:.2f}" if isinstance(note, float) else note
    return f"{value} ({note})" if value and note else value or ""


def _address(url: str) -> str:
    """A link where the address is one of the web, plain text otherwise (`javascript:`, `data:`, broken ones)."""
    text = _visible(url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return text
    if parts.scheme not in {"http", "https"} or not parts.netloc or _UNSEEN.search(url):
        return text
    return f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{text}</a>'


def _legend(edits: Sequence[Edit]) -> str:
    """What was done, by label: the number of edits and the characters of the raw text under them."""
    if not edits:
        return "<p>Nothing was changed.</p>"
    numbers = Counter(edit.label for edit in edits)
    characters: Counter[str] = Counter()
    for edit in edits:
        characters[edit.label] += len(edit.before)
    head = '<tr><th scope="col">Label</th><th scope="col">Meaning</th>' + "".join(
        f'<th scope="col" class="number">{name}</th>' for name in ("Edits", "Characters")
    )
    rows = "".join(
        f'<tr><td class="{_css_class(label)}">{_tag(label)}</td><td>{escape(LABELS[label].meaning)}</td>'
        f'<td class="number">{numbers[label]:,}</td><td class="number">{characters[label]:,}</td></tr>'
        for label in sorted(numbers, key=lambda label: (-characters[label], label))
    )
    return f"<h2>What was done</h2><table><thead>{head}</tr></thead><tbody>{rows}</tbody></table>"


# ---- style ----------------------------------------------------------------------------------------------------------


def ledger_style(labels: Iterable[str]) -> str:
    """The style sheet of a page that holds `ledger_html` of documents with these labels."""
    names = sorted(set(labels))
    light = "".join(f".{_css_class(n)}{{--label:{LABELS[n].colour};--on-paper:{LABELS[n].colour}}}\n" for n in names)
    dark = "".join(f".{_css_class(n)}{{--on-paper:{on_dark(LABELS[n].colour)}}}\n" for n in names)
    return f"{_base_style()}{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n"


def on_dark(colour: str) -> str:
    """A `#rrggbb` colour made light enough to be read on a dark page: mixed with 60 % of white."""
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(channel * 0.4 + 255 * 0.6):02x}" for channel in channels)


def _css_class(label: str) -> str:
    return f"l-{label}"


def _digest(style: str) -> str:
    """What a content security policy names a style sheet by."""
    return b64encode(sha256(style.encode()).digest()).decode()


@cache
def _base_style() -> str:
    return (Path(__file__).parent / "data" / "page.css").read_text(encoding="utf-8")
