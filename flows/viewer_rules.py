"""The pages on which a maintainer gets the rules of a source right: what a trial found, as HTML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from corpus.charts import Table, table_html
from corpus.render import Setting, document_main
from corpus.render_diff import word_diff
from corpus.render_ledger import parts
from corpus.render_text import css_class, tag, visible
from corpus.source import Rule
from flows.viewer_pages import document_address, frame
from flows.viewer_template import Element, Repeated
from flows.viewer_trial import Page, Trial

DEEPEST = 9  # the style sheet indents so many steps
MOST_TEXT = 100_000  # characters of a text in a comparison
_MARK = re.compile(r"\[limpide-rule=(\d+)\]")


class Published(NamedTuple):
    """What the snapshot has of a source: hashes of the texts that stayed, reasons why others went, by id."""

    texts: Mapping[str, str]
    dropped: Mapping[str, str]


def rules_address(name: str, key: str = "") -> str:
    """The address of a source's rules, or of one of its pages under these rules."""
    return f"/rules/{quote(name, safe='')}{'/' + quote(key, safe='') if key else ''}"


def index_page(names: Sequence[str], raw: str) -> str:
    """The sources whose rules can be tried."""
    items = "".join(f'<li><a href="{escape(rules_address(name))}">{visible(name)}</a></li>' for name in names)
    body = (
        f"<ul>{items}</ul>" if items else f"<p>There is no source in {visible(raw)}; start the viewer where it is.</p>"
    )
    words = (
        "Each page cleans a sample of a source with the rules as they are now, without a build, and shows what its "
        "pages have in common, with a selector for each part."
    )
    return frame("Rules", f"<h1>Rules by source</h1><p>{words}</p>{body}", here="/rules")


def waiting_page(name: str) -> str:
    """What stands there while a trial is made."""
    body = f'<h1 dir="auto">Rules of {visible(name)}</h1><p role="status">Cleaning a sample of its pages …</p>'
    return frame(f"Rules of {name}", body, here="/rules", again=1)


def rules_page(trial: Trial, published: Published) -> str:
    """What the rules of a source do to a sample of its pages, and what they could name."""
    title = f"Rules of {trial.name}"
    head = f'<h1 dir="auto">{visible(title)}</h1><p>From <code>{visible(str(trial.rules_file))}</code>'
    if trial.problem:
        body = f'{head}, which cannot be used:</p><p role="alert" class="problem">{visible(trial.problem)}</p>'
        return frame(title, body + "<p>Mend it and load this page again.</p>", here="/rules")
    some = f"all {trial.items:,}" if trial.items <= len(trial.pages) else f"{len(trial.pages):,} of {trial.items:,}"
    body = "".join(
        (
            head,
            f", as it is now; {some} items were cleaned with it. After a change load this page again.</p>",
            _in_force(trial),
            _elements(trial),
            _repeated(trial.template.repeated),
            _pages(trial, published),
        )
    )
    return frame(title, body, here="/rules")


# ---- the rules that there are ---------------------------------------------------------------------------------------


def _in_force(trial: Trial) -> str:
    """The rules with what they matched."""
    select = [(rule, *_selected(trial, number)) for number, rule in enumerate(trial.source.select.rules)]
    lines = [(rule, *_matched(trial, rule)) for rule in trial.source.lines]
    if not select and not lines:
        return "<h2>Rules in force</h2><p>None but limpide's own.</p>"
    rows = [
        (rule.name.removeprefix("source:"), rule.label if rule.verdict == "drop" else "", pages, blocks, length)
        if blocks
        else (rule.name.removeprefix("source:"), "matches nothing", 0, 0, 0)
        for rule, pages, blocks, length in [*select, *lines]
    ]
    columns = ("rule", "as", "pages", "blocks", "characters")
    return f"<h2>Rules in force</h2>{table_html(Table('Rules in force', columns, rows))}"


def _selected(trial: Trial, number: int) -> tuple[int, int, int]:
    """Pages, blocks and characters whose innermost rule is this one."""
    found = [
        (page, block.raw_end - block.raw_start)
        for page, document in enumerate(trial.documents)
        for block, hint in zip(document.blocks, document.hints, strict=False)
        if next((int(m[1]) for name in reversed(hint.path) if (m := _MARK.search(name))), -1) == number
    ]
    return len({page for page, _ in found}), len(found), sum(length for _, length in found)


def _matched(trial: Trial, rule: Rule) -> tuple[int, int, int]:
    pattern = re.compile(rule.match)
    found = [
        (page, block.raw_end - block.raw_start)
        for page, document in enumerate(trial.documents)
        for block in document.blocks
        if pattern.search(document.raw_text[block.raw_start : block.raw_end])
    ]
    return len({page for page, _ in found}), len(found), sum(length for _, length in found)


# ---- what rules could name ------------------------------------------------------------------------------------------


def _elements(trial: Trial) -> str:
    if not trial.template.elements:
        return ""
    rows = "".join(_element(element) for element in trial.template.elements)
    head = "".join(
        f'<th scope="col"{kind}>{name}</th>'
        for name, kind in (
            ("Selector", ""),
            ("Pages", ' class="number"'),
            ("Kept", ' class="number"'),
            ("Removed", ' class="number"'),
            ("What became of it", ""),
            ("Begins with", ""),
        )
    )
    words = (
        "The elements that its pages share, outer ones first, with the characters kept and removed in them. A click on "
        'a selector selects it, for <code>drop = ["…"]</code> or <code>keep = ["…"]</code> under <code>[select]</code>.'
    )
    return (
        f"<h2>Elements of the template</h2><p>{words}</p>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Elements of the template">'
        f'<table class="elements"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _element(element: Element) -> str:
    kind = "both" if element.kept and element.removed else "kept" if element.kept else "gone"
    return (
        f'<tr class="{kind}"><td class="d{min(element.depth, DEEPEST)}">'
        f'<code class="pick">{visible(element.selector)}</code></td>'
        f'<td class="number">{element.pages:,}</td><td class="number">{element.kept:,}</td>'
        f'<td class="number">{element.removed:,}</td><td>{_verdict(element)}</td>'
        f'<td dir="auto" class="example">{visible(element.example)}</td></tr>'
    )


def _verdict(element: Element) -> str:
    if element.suspicious:
        return tag("kept, though other pages have it too", "look")
    labels = "".join(f'<span class="{css_class(name)}">{tag(name)}</span>' for name, _ in element.labels.most_common(2))
    more = len(element.labels) - 2
    return f"{tag('kept', 'plain') if element.kept else ''}{labels}{tag(f'{more} more', 'plain') if more > 0 else ''}"


def _repeated(blocks: Sequence[Repeated]) -> str:
    kept = [block for block in blocks if block.kept > block.pages / 2]
    gone = [block for block in blocks if block.kept <= block.pages / 2]
    return (
        "<h2>Repeated and kept</h2>"
        + (_repeated_table("Repeated and kept", kept) if kept else "<p>No text that was kept stands on many pages.</p>")
        + (
            f"<details><summary>Repeated and removed</summary>{_repeated_table('Repeated and removed', gone)}</details>"
            if gone
            else ""
        )
    )


def _repeated_table(title: str, blocks: Sequence[Repeated]) -> str:
    rows = [(block.text, block.pages, block.kept, block.label, block.selector) for block in blocks]
    return table_html(Table(title, ("text", "pages", "kept on", "else removed as", "selector"), rows))


# ---- its pages ------------------------------------------------------------------------------------------------------


def _pages(trial: Trial, published: Published) -> str:
    rows = [_page_row(page, published) for page in trial.pages]
    links = [rules_address(trial.name, page.key) if page.document else "" for page in trial.pages]
    different = sum(row[-1] == "differs" for row in rows)
    columns = ("page", "characters kept", "of", "mostly removed as", "against the snapshot")
    return (
        f'<h2>Its pages</h2><p role="status">{different:,} of {len(rows):,} texts differ from the snapshot.</p>'
        + table_html(Table("Its pages", columns, rows, links))
    )


def _page_row(page: Page, published: Published) -> tuple[str, int | None, int | None, str, str]:
    if page.document is None:
        return page.path, None, None, page.problem, ""
    document = page.document
    labels: Counter[str] = Counter()
    for edit in document.edits:
        if edit.action == "remove":
            labels[edit.label] += len(edit.before)
    mostly = ", ".join(name for name, _ in labels.most_common(2))
    return page.path, len(document.text), len(document.raw_text), mostly, _against(page, published)


def _against(page: Page, published: Published) -> str:
    assert page.document is not None
    if page.key in published.texts:
        same = sha256(page.document.text.encode("utf-8", "replace")).hexdigest() == published.texts[page.key]
        return "as published" if same else "differs"
    return published.dropped.get(page.key, "not in it")


def one_page(trial: Trial, key: str, text: str | None, part: int) -> str:
    """A page of the sample under the rules as they are, with a selector for every block.

    `text` is the published text, or None where there is none. Raises KeyError when the sample has no such page.
    """
    number, page = _find(trial, key)
    assert page.document is not None
    cuts = parts(page.document)
    selectors = trial.template.selectors[number] if trial.template.selectors else ()

    def part_link(part: int) -> str:
        return f"{rules_address(trial.name, key)}?part={part}"

    up = f'<nav class="pager" aria-label="Neighbours"><a rel="up" href="{escape(rules_address(trial.name))}">'
    up += f"Rules of {visible(trial.name)}</a>{''.join(_neighbours(trial, key))}</nav>"
    setting = Setting(
        facts=[("Path", visible(page.path))],
        similar=_difference(page, text),
        part=max(1, min(part, len(cuts))),
        part_link=part_link,
        selectors=selectors,
        blocks=True,
    )
    title = page.document.title or page.path
    return frame(title, up + document_main(page.document, setting, title=title), here="/rules")


def _find(trial: Trial, key: str) -> tuple[int, Page]:
    readable = [page for page in trial.pages if page.document is not None]
    for number, page in enumerate(readable):
        if page.key == key:
            return number, page
    raise KeyError(key)


def _neighbours(trial: Trial, key: str) -> Iterator[str]:
    keys = [page.key for page in trial.pages if page.document is not None]
    at = keys.index(key)
    if at:
        yield f' <a rel="prev" href="{escape(rules_address(trial.name, keys[at - 1]))}">Previous</a>'
    yield f" {at + 1:,} of {len(keys):,} "
    if at + 1 < len(keys):
        yield f'<a rel="next" href="{escape(rules_address(trial.name, keys[at + 1]))}">Next</a>'


def _difference(page: Page, text: str | None) -> str:
    assert page.document is not None
    if text is None:
        return "<p>The snapshot has no such text.</p>"
    if text == page.document.text:
        return f'<p>The text is <a href="{escape(document_address(page.key))}">as published</a>.</p>'
    diff = word_diff(text[:MOST_TEXT], page.document.text[:MOST_TEXT])
    return f'<h2>What the rules change against the snapshot</h2><div class="changes">{diff}</div>'
