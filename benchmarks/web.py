"""Main content of web pages: limpide beside public extractors, quality and CPU time on the same pages in one run.

    python benchmarks/web.py FOLDER_OR_FILE [--peers trafilatura resiliparse] [--limit 200] [--by page_type]

The pages are `*.jsonl` or `*.jsonl.gz` records, or pairs NAME.html and NAME.txt; benchmarks/README.md describes both
and says where annotated pages can be had. Each page goes through all systems in turn, in an order that changes from
page to page. CPU is the process time of the call alone, after a warm-up. A page on which a system fails counts as
empty. On pages that the shipped model was trained on its figures say nothing of unseen ones (training/web.py does).
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import importlib
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
import limpide
from benchmarks.web_measures import Score, score, summary

Page = dict[str, Any]
System = Callable[[Page], str]
WARM_UP = 3  # pages


def pages(place: Path) -> Iterator[Page]:
    """All pages of a file or folder, each with `data` (bytes) and its annotations."""
    if place.is_dir():
        for path in sorted(place.iterdir()):
            if path.suffix == ".html" and (gold := path.with_suffix(".txt")).exists():
                yield {"id": path.stem, "data": path.read_bytes(), "gold": gold.read_text(encoding="utf-8")}
            elif path.name.endswith((".jsonl", ".jsonl.gz")):
                yield from pages(path)
        return
    with (gzip.open if place.suffix == ".gz" else open)(place, "rt", encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)
            data = base64.b64decode(page.pop("html_b64")) if "html_b64" in page else page.pop("html", "").encode()
            if data:
                yield {**page, "data": data}


def chosen(place: Path, limit: int) -> list[Page]:
    """At most `limit` pages (0: all), in an order that depends on their ids alone."""
    found = sorted(pages(place), key=lambda page: hashlib.sha256(str(page["id"]).encode()).digest())
    return found[: limit or None]


def ours(page: Page) -> str:
    return limpide.clean(page["data"], media_type="text/html", url=page.get("url")).text


def trafilatura() -> System:
    extract = importlib.import_module("trafilatura").extract
    return lambda page: extract(page["data"], include_comments=False, include_tables=True) or ""


def resiliparse() -> System:
    text = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    tree = importlib.import_module("resiliparse.parse.html").HTMLTree
    encoding = importlib.import_module("resiliparse.parse.encoding")

    def run(page: Page) -> str:
        html = encoding.bytes_to_str(page["data"], encoding.detect_encoding(page["data"]))
        return text(tree.parse(html), main_content=True) or ""

    return run


PEERS: dict[str, Callable[[], System]] = {"trafilatura": trafilatura, "resiliparse": resiliparse}


def measure(run: System, page: Page) -> tuple[str, float]:
    """The text (empty when the system fails) and milliseconds of CPU."""
    started = time.process_time()
    try:
        text = run(page)
    except Exception:  # noqa: BLE001  (peers raise what they like; a failure is an empty text)
        text = ""
    return text, 1000 * (time.process_time() - started)


def main() -> None:
    """Run the benchmark and print a table, and one for each value of a field."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--peers", nargs="*", choices=sorted(PEERS), default=[])
    parser.add_argument("--limit", type=int, default=0, help="at most so many pages, always the same ones")
    parser.add_argument("--by", help="a table for each value of this field of the records as well")
    options = parser.parse_args()
    found = chosen(options.pages, options.limit)
    if not found:
        parser.error(f"{options.pages}: no annotated pages; see benchmarks/README.md for the format")
    systems: dict[str, System] = {"limpide": ours, **{name: PEERS[name]() for name in options.peers}}
    scores: dict[str, list[Score]] = {name: [] for name in systems}
    times: dict[str, list[float]] = {name: [] for name in systems}
    for page in found[:WARM_UP]:
        for run in systems.values():
            measure(run, page)
    for number, page in enumerate(found):
        for name in sorted(systems, reverse=number % 2 == 1):
            text, milliseconds = measure(systems[name], page)
            scores[name].append(score(page, text))
            times[name].append(milliseconds)
    table(scores, times)
    groups = defaultdict(list)
    for place, page in enumerate(found):
        groups[str(page.get(options.by))].append(place)
    for value, places in sorted(groups.items()) if options.by else ():
        print(f"\n{options.by} {value}: {len(places)} pages")
        table(*({name: [of[name][i] for i in places] for name in systems} for of in (scores, times)))


def table(scores: dict[str, list[Score]], times: dict[str, list[float]]) -> None:
    rows = {name: summary(of) for name, of in scores.items()}
    columns = list(next(iter(rows.values())))
    print(f"{'':12}", *(f"{column:>10}" for column in columns), f"{'median ms':>10}", f"{'mean ms':>8}")
    for name, row in rows.items():
        numbers = [f"{row[c]:>10}" if isinstance(row[c], int) else f"{row[c]:>10.4f}" for c in columns]
        print(
            f"{name:12}", *numbers, f"{statistics.median(times[name]):>10.1f}", f"{statistics.mean(times[name]):>8.1f}"
        )
    mine = statistics.median(times["limpide"])
    for name in list(scores)[1:]:
        print(f"CPU limpide / {name}: {mine / statistics.median(times[name]):.2f} (medians)")


if __name__ == "__main__":
    main()
