"""A page on which a person checks what was done to one document.

The raw text is shown with the edits in their places, so that nothing has to be compared from memory: what was removed
is struck through in the colour of its label, what was repaired stands behind what it was. Colour is never the only
sign; each removal names its label and rule.

Documents are strangers' text. All of it is escaped; control, bidirectional and private-use characters, which could
hide or reorder what stands there, are spelled out as code points; the page runs no script and its policy forbids
loading anything. It is one file that works from disk. What can be switched (edits, clean text, both; the blocks) are
form controls that the style sheet looks at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from corpus.document import Document
from corpus.labels import LABELS
from corpus.ledger import Edit
from corpus.render_ledger import FOLD_CHARACTERS, is_layout, ledger_html, parts, shortened
from corpus.render_page import ledger_style, on_dark, page
from corpus.render_text import address, attribute, css_class, highlighted, tag, visible
from corpus.selectors import block_selectors

__all__ = ["FOLD_CHARACTERS", "Setting", "document_main", "document_page", "ledger_html", "ledger_style", "on_dark"]

LEAST_CERTAIN = 20  # a person checks a screenful
STRIP_STEPS = 400  # places in the margin strip, about one per two pixels of a screen


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a document's page stands: what else it shows, and where its links lead.

    Attributes:
        facts: further rows of the metadata, name and HTML.
        similar: HTML on the documents that resemble this one.
        part: which part of a long document to show, from 1; 0 for all of it.
        part_link: the address of a part.
        spans: offsets of the raw text to highlight, in order and disjoint.
        clean_spans: offsets of the clean text to highlight, likewise.
        selectors: a CSS selector for each block.
        blocks: whether blocks, rules and scores are shown from the beginning.
    """

    facts: Sequence[tuple[str, str]] = ()
    similar: str = ""
    part: int = 0
    part_link: Callable[[int], str] = lambda part: ""  # noqa: ARG005
    spans: Sequence[tuple[int, int]] = ()
    clean_spans: Sequence[tuple[int, int]] = ()
    selectors: Sequence[str] = ()
    blocks: bool = False


def document_page(document: Document, *, title: str | None = None) -> str:
    """One HTML page, complete in itself, that shows a document with its ledger.

    `title` heads the page; by default the document's own title.
    """
    title = title or document.title or "Untitled document"
    return page(
        title,
        document_main(document, Setting(selectors=block_selectors(document)), title=title),
        labels=(e.label for e in document.edits),
    )


def document_main(document: Document, setting: Setting, *, title: str | None = None) -> str:
    """What a page on a document holds, without the frame."""
    title = title or document.title or "Untitled document"
    spans = parts(document)
    return "\n".join(
        (
            f'<h1 dir="auto">{visible(title)}</h1>',
            _facts(document, setting),
            setting.similar,
            _signals(document.signals),
            _legend(document.edits),
            _least_certain(document, spans, setting),
            "<h2>Raw text with its edits</h2>",
            _views(document, spans, setting),
        )
    )


# ---- the text -------------------------------------------------------------------------------------------------------


def _views(document: Document, spans: Sequence[tuple[int, int]], setting: Setting) -> str:
    shown = spans if not setting.part else [spans[min(setting.part, len(spans)) - 1]]
    pager = _pager(len(spans), min(setting.part, len(spans)), setting) if setting.part and len(spans) > 1 else ""
    panes = "".join(
        '<div class="panes">'
        f"{ledger_html(document, start=start, end=end, spans=setting.spans, selectors=setting.selectors)}"
        f'<div class="clean" dir="auto"{_language(document)}>'
        f"{_clean(document, start, end, setting.clean_spans)}</div></div>"
        for start, end in shown
    )
    return f'<div class="views">{_switches(setting)}{pager}{_strip(document, shown)}{panes}{pager}</div>'


def _switches(setting: Setting) -> str:
    views = (("edits", "Raw text with edits"), ("both", "Beside the clean text"), ("clean", "Clean text"))
    radios = "".join(
        f'<input type="radio" name="view" id="view-{name}"{" checked" if name == "edits" else ""}>'
        f'<label for="view-{name}">{words}</label>'
        for name, words in views
    )
    checked, words = " checked" if setting.blocks else "", "Blocks, rules and scores"
    words += ", selectors" if setting.selectors else ""
    return f'{radios}<input type="checkbox" id="view-blocks"{checked}><label for="view-blocks">{words}</label>'


def _pager(number: int, part: int, setting: Setting) -> str:
    links = "".join(
        f'<a href="{escape(setting.part_link(i))}"{_current(i == part)}>{i}</a> ' for i in range(1, number + 1)
    )
    return f'<nav class="pager" aria-label="Parts of the document">Part {links}</nav>'


def _current(here: bool) -> str:
    return ' aria-current="page"' if here else ""


def _language(document: Document) -> str:
    return f' lang="{attribute(document.language)}"' if document.language else ""


def _clean(document: Document, raw_start: int, raw_end: int, spans: Sequence[tuple[int, int]]) -> str:
    """The clean text of a part, a paragraph per block."""
    start, end = _in_clean(document.edits, raw_start), _in_clean(document.edits, raw_end)
    if not document.blocks:
        return f"<p>{highlighted(document.text, start, end, spans)}</p>"
    blocks = (block for block in document.blocks if block.kept and block.start < end and block.end > start)
    return "".join(
        f'<p class="{block.kind}">{highlighted(document.text, max(block.start, start), min(block.end, end), spans)}</p>'
        for block in blocks
    )


def _in_clean(edits: Sequence[Edit], raw_offset: int) -> int:
    """Where an offset of the raw text that is not inside an edit lies in the clean text."""
    index = bisect_right(edits, raw_offset, key=lambda edit: edit.raw_end) - 1
    return raw_offset if index < 0 else raw_offset - edits[index].raw_end + edits[index].end


def _strip(document: Document, shown: Sequence[tuple[int, int]]) -> str:
    """A narrow map of the text at the margin: where edits are, as links to them."""
    start, length = shown[0][0], max(1, shown[-1][1] - shown[0][0])
    places: dict[int, tuple[int, Edit]] = {}
    for index, edit in enumerate(document.edits):
        if start <= edit.raw_start <= shown[-1][1] and edit.label != "whitespace":
            places.setdefault((edit.raw_start - start) * STRIP_STEPS // length, (index, edit))
    if not places:
        return ""
    lines = "".join(
        f'<a href="#e{index}" tabindex="-1"><rect class="{css_class(edit.label)}" x="0" y="{place}" width="10" '
        f'height="{max(2, min(len(edit.before), length) * STRIP_STEPS // length)}"/></a>'
        for place, (index, edit) in places.items()
    )
    return (
        f'<svg class="strip" viewBox="0 0 10 {STRIP_STEPS}" preserveAspectRatio="none" aria-hidden="true">{lines}</svg>'
    )


# ---- around the ledger ----------------------------------------------------------------------------------------------


def _facts(document: Document, setting: Setting) -> str:
    source = document.source
    facts = (
        ("Source", visible(f"{source.title} ({source.name})" if source.title else source.name)),
        ("Address", address(document.url) if document.url else ""),
        ("Author", visible(document.author or "")),
        ("Date", visible(document.date or "")),
        ("Language", visible(_with_note(document.language, document.language_score))),
        ("Declared language", visible(document.language_declared or "")),
        ("Media type", visible(document.media_type or "")),
        ("Encoding", visible(_with_note(document.encoding, document.encoding_reason))),
        ("Characters", f"{len(document.raw_text):,} before, {len(document.text):,} after"),
        ("Blocks", f"{len(document.kept_blocks()):,} kept of {len(document.blocks):,}" if document.blocks else ""),
        *setting.facts,
    )
    rows = "".join(f'<dt>{name}</dt><dd dir="auto">{value}</dd>' for name, value in facts if value)
    return f'<dl class="facts">{rows}</dl>'


def _with_note(value: str | None, note: str | float | None) -> str:
    note = f"{note:.2f}" if isinstance(note, float) else note
    return f"{value} ({note})" if value and note else value or ""


def _signals(signals: Mapping[str, float]) -> str:
    numbers = {name: value for name, value in signals.items() if value is not None}
    if not numbers:
        return ""
    rows = "".join(
        f"<dt>{visible(name.replace('_', ' '))}</dt><dd>{value:,.4g}</dd>" for name, value in numbers.items()
    )
    return f'<details class="signals"><summary>Signals</summary><dl>{rows}</dl></details>'


def _legend(edits: Sequence[Edit]) -> str:
    """What was done, by label: the number of edits and the characters of the raw text under them."""
    if not edits:
        return "<p>Nothing was changed.</p>"
    numbers = Counter(edit.label for edit in edits)
    characters: Counter[str] = Counter()
    for edit in edits:
        characters[edit.label] += len(edit.before)
    chips = "".join(
        f'<li class="{css_class(label)}" title="{escape(LABELS[label].meaning)}">{tag(label)}'
        f"{numbers[label]:,} · {characters[label]:,} characters</li>"
        for label in sorted(numbers, key=lambda label: (-characters[label], label))
    )
    head = '<tr><th scope="col">Label</th><th scope="col">Meaning</th>' + "".join(
        f'<th scope="col" class="number">{name}</th>' for name in ("Edits", "Characters")
    )
    rows = "".join(
        f'<tr><td class="{css_class(label)}">{tag(label)}</td><td>{escape(LABELS[label].meaning)}</td>'
        f'<td class="number">{numbers[label]:,}</td><td class="number">{characters[label]:,}</td></tr>'
        for label in sorted(numbers, key=lambda label: (-characters[label], label))
    )
    table = f"<table><thead>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return (
        f'<h2>What was done</h2><ul class="legend">{chips}</ul>'
        f"<details><summary>What the labels mean</summary>{table}</details>"
    )


def _least_certain(document: Document, spans: Sequence[tuple[int, int]], setting: Setting) -> str:
    """Links to the edits that a person should look at first."""
    doubtful = sorted(
        (edit.confidence, index)
        for index, edit in enumerate(document.edits)
        if edit.confidence < 1 and not (is_layout(edit.before) and is_layout(edit.after))
    )[:LEAST_CERTAIN]
    if not doubtful:
        return ""
    ends = [end for _, end in spans]
    items = []
    for confidence, index in doubtful:
        edit = document.edits[index]
        part = bisect_right(ends, edit.raw_start) + 1
        link = setting.part_link(part) if setting.part and part != setting.part else ""
        words = f"{edit.action} {visible(shortened(edit.before.strip(), 80))}"
        words += f" → {visible(shortened(edit.after.strip(), 80))}" if edit.after and edit.action != "mark" else ""
        items.append(
            f'<li class="{css_class(edit.label)}">{confidence:.2f} {tag(edit.label)}'
            f'<a dir="auto" href="{escape(link)}#e{index}">{words}</a></li>'
        )
    return f'<details class="doubt"><summary>Least certain first</summary><ol>{"".join(items)}</ol></details>'
