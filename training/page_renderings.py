"""Web pages with known main text as page text without markup, in the ways that scrapers write it.

    python training/page_renderings.py DATA_FOLDER OUT_FILE

DATA_FOLDER holds files `wcxb_dev`, `fundus`, `trafilatura_eval` and `page_text` (`.jsonl.gz`, one page a line: html and
gold or segments; page_text: text and gold). Each HTML page is rendered by up to RENDERED of the renderers below, which
ones is drawn from its name. Whole pages come from resiliparse, inscriptis and Beautiful Soup; resiliparse and
trafilatura also hand over their idea of the main content, whose leftovers - cross links, captions, related posts - are
what most collections of web text carry. Lines of OUT_FILE: id, group (registered domain or publisher: a page and all
that is made of it share a fold), renderer, lang, text, gold, with_segments, without_segments.

Needs what the `training` extra installs.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import trafilatura
from bs4 import BeautifulSoup
from courlan import extract_domain
from inscriptis import get_text
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from extractors.decoding import decode

RENDERED = 4  # of the five renderings, drawn per page: more add little but time
HTML_FILES = ("wcxb_dev", "fundus", "trafilatura_eval")
_NOT_SHOWN = ("script", "style", "noscript", "template", "title", "head")
_BLANK_LINES = re.compile(r"\n\s*\n+")


def soup_text(html: str) -> str:
    """`get_text` with bullets before list items and bars between the cells of simple tables."""
    soup = BeautifulSoup(html, "lxml")
    for element in soup(_NOT_SHOWN):
        element.decompose()
    for row in soup("tr"):
        cells = [" ".join(cell.get_text(" ").split()) for cell in row(["td", "th"], recursive=False)]
        if len(cells) > 1 and not row.find("table"):
            row.replace_with(soup.new_string("\n| " + " | ".join(cells) + " |\n"))
    for item in soup("li"):
        item.insert(0, soup.new_string("- "))
    lines = (line.strip() for line in soup.get_text("\n").split("\n"))
    text = "\n".join(lines)
    return _BLANK_LINES.sub("\n\n", re.sub(r"(?m)^-\n+(?=[^\s-])", "- ", text))


def whole_text(html: str) -> str:
    return extract_plain_text(HTMLTree.parse(html))


def main_text(html: str) -> str:
    return extract_plain_text(HTMLTree.parse(html), main_content=True)


def laid_out_text(html: str) -> str:
    return get_text(html)


def recalled_text(html: str) -> str:
    return trafilatura.extract(html, favor_recall=True, include_comments=True, include_tables=True) or ""


RENDERERS: dict[str, Callable[[str], str]] = {
    "bs4": soup_text,
    "resiliparse": whole_text,
    "resiliparse-main": main_text,
    "inscriptis": laid_out_text,
    "trafilatura-recall": recalled_text,
}


def group_of(page: dict[str, Any], dataset: str) -> str:
    """Registered domain, or the publisher for fundus, whose pages have no address."""
    name = page["id"].removeprefix("fundus/")
    if dataset == "fundus":
        return "fundus:" + re.sub(r"_V\d+\Z|_\d.*\Z", "", name)
    return extract_domain(page.get("url") or "") or f"{dataset}:{page['id']}"


def read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _fields(page: dict[str, Any], dataset: str) -> dict[str, Any]:
    kept = ("id", "lang", "gold", "with_segments", "without_segments", "page_type")
    return {name: page.get(name) for name in kept} | {"dataset": dataset, "group": group_of(page, dataset)}


def renderings(folder: Path) -> Iterator[dict[str, Any]]:
    """The page texts as they are, then the HTML pages rendered."""
    for page in read(folder / "page_text.jsonl.gz"):
        yield _fields(page, page["dataset"]) | {"given": True, "renderer": page["renderer"], "text": page["text"]}
    for dataset in HTML_FILES:
        for page in read(folder / f"{dataset}.jsonl.gz"):
            html = page.get("html") or decode(base64.b64decode(page["html_b64"]))[0]
            draw = random.Random(page["id"])  # noqa: S311 - the same renderings every time
            for name in draw.sample(sorted(RENDERERS), RENDERED):
                if text := RENDERERS[name](html):
                    yield _fields(page, dataset) | {"given": False, "renderer": name, "text": text}


def main() -> None:
    """Render all pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_folder", type=Path)
    parser.add_argument("out_file", type=Path)
    wanted = parser.parse_args()
    with gzip.open(wanted.out_file, "wt", encoding="utf-8", compresslevel=3) as out:
        for count, page in enumerate(renderings(wanted.data_folder), 1):
            out.write(json.dumps(page, ensure_ascii=False) + "\n")
            if count % 500 == 0:
                print(count, "renderings", file=sys.stderr)


if __name__ == "__main__":
    main()
