"""What a build costs: fresh, with nothing new, with one per cent new, and beside `limpide clean DIR` on the same pages.

    python -m benchmarks.build [--pages 2000] [--workers 2] [--folder DIR]

Pages are made up from a seed: an article of some 400 words of a vocabulary like that of real texts, in a template with
navigation, related links and a footer; one in twenty has the article of an earlier page with some words replaced, one
in twenty a part of one. Printed: wall seconds of whole commands, pages per second, and each as a ratio to the fresh
build of the same run, start-up (a build of one page with nothing new) taken off both. CPU time of the workers is not to
be had from outside: they are children of a fork server, not of the command.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.planting import Vocabulary

_VOCABULARY = Vocabulary(11)
_MENU = [word.capitalize() for word in _VOCABULARY.words[40:52]]
COPY, PART = 7, 13  # of twenty pages in a row: one that is nearly, one that is partly that of some time before
_BEFORE = 100  # pages


def page(number: int) -> str:
    """One web page, its own for each number."""
    r = random.Random(number)
    body = "".join(f"<p>{text}</p>\n" for text in _article(number))
    links = "".join(f'<li><a href="/{n}">{_sentence(r)[:40]}</a></li>' for n in range(8))
    menu = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in _MENU)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Page {number}</title></head><body>'
        f"<header><nav><ul>{menu}</ul></nav></header><main><article><h1>Page {number}</h1>{body}</article></main>"
        f'<aside class="related"><h3>Related posts</h3><ul>{links}</ul></aside>'
        "<footer><p>© The river papers. All rights reserved.</p></footer></body></html>"
    )


def _article(number: int) -> list[str]:
    kind, r = number % 20, random.Random(f"article {number}")
    if kind not in {COPY, PART} or number < _BEFORE:
        return [" ".join(_sentence(r) for _ in range(4)) for _ in range(7)]
    earlier = _article(number - _BEFORE + 1)
    if kind == PART:
        return earlier[: r.randint(2, 5)]
    return [text.replace("e", "a", 1) for text in earlier]


def _sentence(r: random.Random) -> str:
    return " ".join(_VOCABULARY.draw(r, r.randint(8, 22))).capitalize() + "."


def measure(*words: str) -> float:
    """Wall seconds of a command. Raises CalledProcessError when it fails."""
    start = time.monotonic()
    subprocess.run([sys.executable, "-m", "flows.cli", *words], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the pages and the corpora lie for the time of the run")
    options = parser.parse_args()
    top = Path(tempfile.mkdtemp(prefix="limpide-bench-", dir=options.folder))
    try:
        run(top, options.pages, str(options.workers))
    finally:
        shutil.rmtree(top)


def run(top: Path, count: int, workers: str) -> None:
    """Make the pages below `top` and time the commands."""
    start = _start_up(top / "one", workers)
    source = top / "raw" / "pages"
    write(source, range(count))
    raw, clean = str(top / "raw"), str(top / "clean")
    build = ("build", "--no-prefect", "--quiet", "--raw", raw, "--clean", clean, "--workers", workers)
    rows = [("start-up", start), ("clean DIR", measure("clean", raw, "--out", str(top / "out"), "--workers", workers))]
    shutil.rmtree(top / "out")
    rows.append(("fresh build", measure(*build)))
    rows.append(("nothing new", measure(*build)))
    write(source, range(count, count + max(1, count // 100)))
    rows.append(("1 % new", measure(*build)))
    fresh = rows[2][1] - start
    print(f"{count} pages, {workers} workers")
    print(f"{'':14}{'wall s':>9}{'pages/s':>9}{'to fresh':>10}")
    for name, wall in rows:
        print(f"{name:14}{wall:9.2f}{count / wall:9.0f}{(wall - start) / fresh:10.3f}")


def write(source: Path, numbers: range) -> None:
    """Write pages into the folder of a source."""
    source.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (source / f"{number:06}.html").write_text(page(number), encoding="utf-8")


def _start_up(top: Path, workers: str) -> float:
    write(top / "raw" / "pages", range(1))
    build = ("build", "--no-prefect", "--quiet", "--raw", str(top / "raw"), "--clean", str(top / "clean"))
    measure(*build, "--workers", workers)
    return measure(*build, "--workers", workers)


if __name__ == "__main__":
    main()
