"""Whether increments in any order, with deletions, publish the corpus that one fresh build does, and what each costs.

    python -m benchmarks.purity [--documents 5000] [--steps 5] [--seed 7]

Documents are made up (`benchmarks/planting.py`: two in five are copies, excerpts or versions of another) and spread
over three sources: drop, annotate, and one of a higher priority. They come in steps in random order, each step also
takes away some that will come back later and adds some that will not stay. Printed: wall seconds of every build, as a
share of the fresh one, and whether all rows of all tables are the same. Exits with 1 when they are not.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import limpide
from benchmarks.planting import planted
from corpus.schema import TABLES
from flows.building import build, plainly
from flows.progress import Silent
from flows.settings import Settings

SOURCES = {"web": "", "forum": 'duplicates = "annotate"\n', "press": "priority = 1\n"}
GUESTS = 20  # one document in so many is there for a while only


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        costs = [measured(folder, "increments") for _ in steps(folder / "raw", options)]
        fresh = measured(folder, "fresh")
        for number, cost in enumerate(costs, 1):
            print(f"step {number}{cost:9.1f} s{cost / fresh:7.3f} of the fresh build")
        print(f"fresh {fresh:9.1f} s")
        one, other = (published(folder / clean) for clean in ("increments", "fresh"))
    counts = ", ".join(f"{len(rows)} {table}" for table, rows in one.items())
    print(f"{counts}: {'the same' if one == other else 'DIFFERENT'}")
    sys.exit(one != other)


def steps(raw: Path, options: argparse.Namespace) -> Any:
    """Change the raw folder, and pause after each change."""
    r = random.Random(options.seed)
    texts = [document.text for document in planted(options.documents, options.seed)]
    files = [raw / r.choice(sorted(SOURCES)) / f"{number:07}.txt" for number in range(len(texts))]
    for source, rules in SOURCES.items():
        (raw / source).mkdir(parents=True)
        (raw / source / "source.toml").write_text(rules, encoding="utf-8")
    guests = set(range(0, len(texts), GUESTS))
    order = r.sample(range(len(texts)), len(texts))
    away: list[int] = []
    for step in range(options.steps):
        for number in [*order[step :: options.steps], *away]:
            files[number].write_text(texts[number], encoding="utf-8")
        here = [number for number in order if files[number].exists()]
        last = step == options.steps - 1
        away = [] if last else r.sample(here, len(here) // GUESTS)
        for number in [*away, *(guests if last else ())]:
            files[number].unlink(missing_ok=True)
        yield step


def measured(folder: Path, clean: str) -> float:
    """Build; wall seconds."""
    start = time.monotonic()
    build(Settings(raw=folder / "raw", clean=folder / clean, allow_shrink=True), Silent(), plainly)
    return time.monotonic() - start


def published(clean: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows of a snapshot but where they lie."""
    tables = {}
    for table in TABLES:
        rows = limpide.read_corpus(clean, table=table).to_table().to_pylist()
        tables[str(table)] = sorted(rows, key=lambda row: str(row["path"]))
    return tables


if __name__ == "__main__":
    main()
