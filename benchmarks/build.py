"""What a build costs: fresh, with nothing new, with one per cent new, and beside `limpide clean DIR` on the same pages.

    python benchmarks/build.py [--pages 2000] [--workers 2]

Pages are made up from a seed: an article of some 400 words in a template with navigation, related links and a footer.
Printed: wall seconds of whole commands, pages per second, and each as a ratio to the fresh build of the same run. CPU
time of the workers is not to be had from outside: they are children of a fork server, not of the command.
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

_WORDS = (  # noqa: SIM905 (a list of words reads worse)
    "river bridge keeper morning lamp harbour village winter letter window garden mill road market evening ferry "
    "stone field orchard story neighbour clock school island letter boat winter bread song map tower rain cloud "
    "the a of and in to was had with that from by at on for not but as it they we every other under over after"
).split()


def page(seed: int) -> str:
    """One web page, its own for each seed."""
    r = random.Random(seed)

    def sentence() -> str:
        return " ".join(r.choices(_WORDS, k=r.randint(8, 22))).capitalize() + "."

    body = "".join(f"<p>{' '.join(sentence() for _ in range(4))}</p>\n" for _ in range(7))
    links = "".join(f'<li><a href="/{n}">{sentence()[:40]}</a></li>' for n in range(8))
    menu = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in _WORDS[:12])
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Page {seed}</title></head><body>'
        f"<header><nav><ul>{menu}</ul></nav></header><main><article><h1>Page {seed}</h1>{body}</article></main>"
        f'<aside class="related"><h3>Related posts</h3><ul>{links}</ul></aside>'
        "<footer><p>© The river papers. All rights reserved.</p></footer></body></html>"
    )


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
    options = parser.parse_args()
    top = Path(tempfile.mkdtemp(prefix="limpide-bench-"))
    try:
        run(top, options.pages, str(options.workers))
    finally:
        shutil.rmtree(top)


def run(top: Path, count: int, workers: str) -> None:
    """Make the pages below `top` and time the commands."""
    source = top / "raw" / "pages"
    source.mkdir(parents=True)
    for n in range(count):
        (source / f"{n:06}.html").write_text(page(n), encoding="utf-8")
    raw, clean = str(top / "raw"), str(top / "clean")
    build = ("build", "--no-prefect", "--quiet", "--raw", raw, "--clean", clean, "--workers", workers)
    rows = [("clean DIR", measure("clean", raw, "--out", str(top / "out"), "--workers", workers))]
    rows.append(("fresh build", measure(*build)))
    rows.append(("nothing new", measure(*build)))
    for n in range(count, count + max(1, count // 100)):
        (source / f"{n:06}.html").write_text(page(n), encoding="utf-8")
    rows.append(("1 % new", measure(*build)))
    fresh = rows[1][1]
    print(f"{count} pages, {workers} workers")
    print(f"{'':14}{'wall s':>9}{'pages/s':>9}{'to fresh':>10}")
    for name, wall in rows:
        print(f"{name:14}{wall:9.2f}{count / wall:9.0f}{wall / fresh:10.3f}")


if __name__ == "__main__":
    main()
