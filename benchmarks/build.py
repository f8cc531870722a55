"""What a build costs beside `limpide clean DIR` on the same pages, to start, in isolation, and on archives.

    python -m benchmarks.build [--pages 20000] [--workers 2] [--folder DIR] [--part pages|start|isolation|archives ...]

* `pages`: made-up pages (benchmarks/made_up.py): wall and processor seconds of whole commands, workers included, and
  their ratios to `limpide clean DIR` and to the fresh build, start-up (a build of one page with nothing new) taken off
  both; the parent's memory.
* `start`: a build of one page with compiled code and without, with a temporary Prefect server and with a running one.
* `isolation`: what handing a document to a worker process costs, as a share of the time that a page takes.
* `archives`: a TAR and a ZIP of a gigabyte, most of it photographs, which are read and put aside; the parent's memory.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from benchmarks.made_up import page, write_pages
from benchmarks.measured import Measured, limpide, measure

_MEGABYTE = 1_000_000
_NOTHING = Measured(0.0, 0.0, 0)


class Options(NamedTuple):
    """What to measure, where."""

    top: Path
    pages: int
    workers: str


def pages(options: Options) -> None:
    """A fresh build, one with nothing new, one with 1 % new, beside `limpide clean DIR`."""
    raw, clean, count = options.top / "raw", options.top / "clean", options.pages
    write_pages(raw / "pages", range(count))
    build = build_of(raw, clean, options.workers)
    write_pages(options.top / "first" / "pages", range(1))
    begin = build_of(options.top / "first", options.top / "begun", options.workers)
    limpide(*begin)
    rows = [("start-up", limpide(*begin))]
    rows.append(
        ("clean DIR", limpide("clean", str(raw), "--out", str(options.top / "out"), "--workers", options.workers))
    )
    shutil.rmtree(options.top / "out")
    rows.append(("fresh build", limpide(*build)))
    rows.append(("nothing new", limpide(*build)))
    write_pages(raw / "pages", range(count, count + max(1, count // 100)))
    rows.append(("1 % new", limpide(*build)))
    table(f"{count} pages, {options.workers} workers", rows, to=("clean DIR", "fresh build"), less=rows[0][1])


def start(options: Options) -> None:
    """From the command to its end, with one page."""
    raw = options.top / "one"
    write_pages(raw / "pages", range(1))
    cold = {"PYTHONPYCACHEPREFIX": str(options.top / "bytecode")}
    home = {"PREFECT_HOME": str(options.top / "prefect")}

    def build(number: int, *words: str, **environment: str) -> Measured:
        clean = options.top / f"one-{number}"
        command = ["build", "--quiet", "--raw", str(raw), "--clean", str(clean), "--workers", options.workers]
        return limpide(*command, *words, environment={**home, **environment})

    rows = [("cold, --no-prefect", build(1, "--no-prefect", **cold)), ("--no-prefect", build(2, "--no-prefect"))]
    rows.append(("cold, own server", build(3, **cold)))
    rows.append(("own server", build(4)))
    with running_server(options.top / "prefect") as url:
        rows.append(("running server", build(5, PREFECT_API_URL=url)))
    table("a build of one page, from the command to its end", rows, to=("--no-prefect",))


@contextmanager
def running_server(home: Path) -> Iterator[str]:
    """A Prefect server as an operator has it; gives its API address."""
    from flows.server import temporary_server

    os.environ["PREFECT_HOME"] = str(home)
    with temporary_server() as url:
        urllib.request.urlopen(f"{url}/health").close()
        yield url


def isolation(options: Options) -> None:
    """Processor time of pages cleaned in one process, and of as many documents that workers have nothing to do with.

    These are handed over one by one, as large documents are, and some together, as small ones are.
    """
    count = min(options.pages, 2000)
    write_pages(options.top / "ordinary", range(count))
    inside = "import sys, limpide\nfor file in sys.argv[2:]: limpide.clean(open(file, 'rb').read())"
    files = [str(path) for path in sorted((options.top / "ordinary").iterdir())]
    handed = (
        "import sys\nfrom flows.workers import Limits, Workers\n"
        f"with Workers({options.workers}, Limits(60, 300, 1024)) as workers:\n"
        "    outcomes = workers.run(len, [b'x' * 12000] * int(sys.argv[1]), size=%s)\n"
        "    assert sum(o.result for o in outcomes) >= 0"
    )

    def seconds(code: str, *words: str) -> float:
        return measure([sys.executable, "-c", code, *words]).cpu

    cleaning = seconds(inside, "-", *files) - seconds(inside, "-", *files[:1])
    print(f"isolation: {cleaning / count * 1e3:.2f} ms to clean a page; to hand one to a worker and back", end="")
    for how, size in (("one by one", "None"), ("together", "len")):
        code = handed % size
        handing = (seconds(code, str(10 * count)) - seconds(code, "1")) / 10
        print(f", {how} {handing / count * 1e3:.2f} ms ({handing / cleaning:.1%})", end="")
    print()


def archives(options: Options) -> None:
    """Builds from a TAR and a ZIP of 1,000 photographs of 1 MB each and 100 pages."""
    rows = []
    for name, write in (("TAR", write_tar), ("ZIP", write_zip)):
        raw = options.top / name
        (raw / "crawl").mkdir(parents=True)
        write(raw / "crawl" / f"crawl.{name.lower()}", members())
        rows.append((f"{name} of 1 GB", limpide(*build_of(raw, options.top / f"from-{name}", options.workers))))
        shutil.rmtree(raw)
    table("archives", rows, to=("TAR of 1 GB",))


def members() -> Iterator[tuple[str, bytes]]:
    """Names and contents, one at a time."""
    noise = random.Random(0).randbytes(_MEGABYTE)
    for number in range(1000):
        yield f"photo{number}.jpg", b"\xff\xd8\xff\xe0" + number.to_bytes(4, "big") + noise
        if number % 10 == 0:
            yield f"page{number}.html", page(number).encode()


def write_tar(path: Path, found: Iterator[tuple[str, bytes]]) -> None:
    with tarfile.open(path, "w") as archive:
        for name, data in found:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))


def write_zip(path: Path, found: Iterator[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in found:
            archive.writestr(name, data)


def build_of(raw: Path, clean: Path, workers: str) -> list[str]:
    """A build without Prefect as words of the command line."""
    return ["build", "--no-prefect", "--quiet", "--raw", str(raw), "--clean", str(clean), "--workers", workers]


def table(title: str, rows: list[tuple[str, Measured]], *, to: tuple[str, ...], less: Measured = _NOTHING) -> None:
    """Print rows, with ratios to some of them, `less` taken off both sides."""
    print(title)
    print(
        f"{'':20}{'wall s':>9}{'CPU s':>9}{'parent MB':>11}" + "".join(f"{f'wall, CPU to {name}':>28}" for name in to)
    )
    for name, used in rows:
        ratios = ""
        for other in map(dict(rows).__getitem__, to):
            wall, cpu = ((a - c) / (b - c) for a, b, c in zip(used[:2], other[:2], less[:2], strict=True))
            ratios += f"{wall:20.3f}{cpu:8.3f}"
        print(f"{name:20}{used.wall:9.2f}{used.cpu:9.2f}{used.memory:11}{ratios}", flush=True)


PARTS: dict[str, Callable[[Options], None]] = {
    "pages": pages, "start": start, "isolation": isolation, "archives": archives,
}  # fmt: skip


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where pages and corpora lie for the time of the run")
    parser.add_argument("--part", action="append", choices=list(PARTS), help="may be given again; all when not given")
    given = parser.parse_args()
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
    top = Path(tempfile.mkdtemp(prefix="limpide-bench-", dir=given.folder))
    began = time.monotonic()
    try:
        for name in given.part or PARTS:
            PARTS[name](Options(top, given.pages, str(given.workers)))
    finally:
        shutil.rmtree(top)
    print(f"({time.monotonic() - began:.0f} s, at a load of {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores)")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failed:
        sys.exit(f"a command failed: {failed}")
