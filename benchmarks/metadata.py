"""Title, author and date of web pages: limpide beside trafilatura, on the same pages in one run.

    python -m benchmarks.metadata FOLDER_OR_FILE [--peer] [--limit 200] [--misses author]

The pages are those of `benchmarks/web.py`; fields `title`, `author` and `date` of their records say what is right, and
a page counts for the fields it has. Titles and authors are right when they have the same words, whatever case, order
and signs; a date is right when it is the same day. `none` is the share of pages for which a system gives nothing.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))
import limpide
from benchmarks.web import Page, chosen

FIELDS = ("title", "author", "date")
Found = dict[str, str | None]


class Tally(NamedTuple):
    pages: int
    right: int
    none: int


def ours(page: Page) -> Found:
    item = limpide.RawItem(page["data"], media_type="text/html", url=page.get("url"))
    document = limpide.prepare(limpide.extract(item))
    return {name: getattr(document, name) for name in FIELDS}


def trafilatura(page: Page) -> Found:
    found: Any = importlib.import_module("trafilatura.metadata").extract_metadata(page["data"], page.get("url"))
    return {name: getattr(found, name, None) for name in FIELDS}


def is_right(field: str, wanted: str, found: str | None) -> bool:
    """Whether a value says the same as the annotated one."""
    if not found:
        return False
    return found[:10] == wanted[:10] if field == "date" else _words(found) == _words(wanted)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return sorted("".join(c if c.isalnum() else " " for c in plain).split())


def answers(system: Callable[[Page], Found], page: Page) -> Found:
    """What a system gives; nothing for a page on which it fails."""
    try:
        return system(page)
    except Exception:  # noqa: BLE001  (peers raise what they like; a failure is no answer)
        return {}


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--peer", action="store_true", help="trafilatura on the same pages")
    parser.add_argument("--limit", type=int, default=0, help="at most so many pages, always the same ones")
    parser.add_argument("--misses", choices=FIELDS, help="print what limpide gets wrong in this field")
    options = parser.parse_args()
    found = [page for page in chosen(options.pages, options.limit) if any(page.get(field) for field in FIELDS)]
    if not found:
        parser.error(f"{options.pages}: no page with a title, an author or a date; see benchmarks/README.md")
    print(f"{'':12} {'field':8} {'pages':>6} {'right':>7} {'none':>7}")
    for system in (ours, trafilatura) if options.peer else (ours,):
        given = [(page, answers(system, page)) for page in found]
        for field in FIELDS:
            tally = count(field, given)
            if tally.pages:
                name = "limpide" if system is ours else system.__name__
                shares = (tally.right / tally.pages, tally.none / tally.pages)
                print(f"{name:12} {field:8} {tally.pages:6}", *(f"{share:7.3f}" for share in shares))
        if system is ours and options.misses:
            print_misses(options.misses, given)


def count(field: str, given: list[tuple[Page, Found]]) -> Tally:
    """How often a field is right, and how often nothing is given."""
    known = [(page[field], answer.get(field)) for page, answer in given if page.get(field)]
    right = sum(is_right(field, wanted, found) for wanted, found in known)
    return Tally(len(known), right, sum(not found for _, found in known))


def print_misses(field: str, given: list[tuple[Page, Found]]) -> None:
    for page, answer in given:
        if page.get(field) and not is_right(field, page[field], answer.get(field)):
            print(f"  {page['id']}: {page[field]!r} is annotated, found is {answer.get(field)!r}")


if __name__ == "__main__":
    main()
