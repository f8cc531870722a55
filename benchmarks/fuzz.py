"""Fuzzing: mutated pages, texts, PDFs and containers go through their extractors and must come out sound.

    python -m benchmarks.fuzz [--examples 300] [--only pdf] [--seed 0]

One target per extractor. Hypothesis mutates well-formed inputs (flips, cuts, repeats, pieces of markup put in) and
shrinks what fails to a small example, which is printed. A target fails on any exception but the ones it may raise
(ExtractionError for an item, those of damaged data for a container), on an example that takes more than 20 s of
processor time, and on a document whose edits do not replay or whose blocks do not lie in order inside its text. Not
part of the test suite: it takes minutes, and what it finds is pinned by tests.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import signal
import sys
import tarfile
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

import limpide
from corpus.document import Document, replay
from corpus.errors import ExtractionError
from corpus.source import Source
from extractors import decode, extract
from extractors.compression import DAMAGED, Budget
from extractors.containers import Record, container, walk
from extractors.item import RawItem

SECONDS = 20  # of processor time that an example may take
ROOT = Path(__file__).resolve().parents[1]
LIMIT = 1_000_000  # bytes of a record
_PIECES = (
    *(b"<", b"</p>", b"<table><tr><td>", b"<!--", b"&#x110000;", b"<![CDATA[", b"\x00", b"\xff\xfe", b"\xed\xa0\x80"),
    *(b"obj", b"endobj", b"stream\n", b"/Length 99999999", b"/Kids [1 0 R]", b"xref", b"<<", b"WARC/1.0\r\n"),
    *(b"Content-Length: -1\r\n", b"\x1f\x8b\x08", b"PK\x03\x04", b"ustar", b'{"url":', b"\n", b"\r\n\r\n", b"9" * 400),
)

Edit = tuple[str, float, bytes, int]


class Target(NamedTuple):
    """What is mutated, and what is done with it."""

    inputs: tuple[bytes, ...]
    run: Callable[[bytes], None]


class TooSlow(BaseException):
    """An example took too long. No Exception, so that it is not made smaller, which would take hours."""


@contextmanager
def in_time(data: bytes) -> Iterator[None]:
    """Stop what takes more processor time than SECONDS, as soon as it is back in Python, and keep the example."""

    def stop(*_: object) -> None:
        with tempfile.NamedTemporaryFile(prefix="limpide-slow-", delete=False) as kept:
            kept.write(data)
        raise TooSlow(f"more than {SECONDS} s for {kept.name}")

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def sound(document: Document) -> None:
    """Raise AssertionError on a document that breaks an invariant."""
    assert replay(document.raw_text, document.edits) == document.text, "edits do not replay"
    end = 0
    for block in document.blocks:
        if block.end > block.start:
            assert end <= block.start <= block.end <= len(document.text), "blocks overlap or lie outside the text"
            end = block.end


def as_item(media_type: str | None) -> Callable[[bytes], None]:
    """Extract and clean bytes of a type."""

    def run(data: bytes) -> None:
        try:
            document = extract(RawItem(data, media_type=media_type), max_bytes=LIMIT)
        except ExtractionError:
            return
        sound(document)
        sound(limpide.clean(data, media_type=document.media_type))

    return run


def as_container(media_type: str) -> Callable[[bytes], None]:
    """Walk over the records of a container and read each."""

    def run(data: bytes) -> None:
        kind = container(media_type)
        assert kind is not None
        try:
            for record in walk(kind, io.BufferedReader(io.BytesIO(data)), LIMIT, Budget(len(data))):  # type: ignore[arg-type]
                read_record(record)
        except DAMAGED:
            return

    return run


def read_record(record: Record) -> None:
    if record.problem or len(record.data) > LIMIT:
        return
    kind = container(record.container)
    assert kind is not None
    try:
        sound(extract(kind.read(record, Source()), name=record.name, max_bytes=LIMIT))
    except ExtractionError:
        return


def mutate(data: bytes, edits: list[Edit]) -> bytes:
    """Apply edits, each at a share of the length."""
    for kind, share, piece, count in edits:
        at = int(share * len(data))
        if kind == "put":
            data = data[:at] + piece + data[at:]
        elif kind == "over":
            data = data[:at] + piece + data[at + len(piece) :]
        elif kind == "cut":
            data = data[:at] + data[at + count :]
        elif kind == "end":
            data = data[: max(at, 1)]
        else:
            data = data[:at] + data[at : at + count] * 3 + data[at + count :]
    return data


def edits() -> st.SearchStrategy[list[Edit]]:
    piece = st.one_of(st.sampled_from(_PIECES), st.binary(min_size=1, max_size=4))
    kind = st.sampled_from(["put", "over", "cut", "end", "again"])
    return st.lists(st.tuples(kind, st.floats(0, 1, exclude_max=True), piece, st.integers(1, 400)), max_size=8)


def targets() -> dict[str, Target]:
    """A target per extractor, with well-formed inputs of our own."""
    pages = tuple(path.read_bytes() for path in sorted((ROOT / "raw").rglob("*.html"))[:6])
    texts = tuple(path.read_bytes() for path in sorted((ROOT / "raw").rglob("*.txt"))[:4]) or (b"Le bac traverse.",)
    pdfs = tuple(path.read_bytes() for path in sorted((ROOT / "raw").rglob("*.pdf"))[:4])
    lines = b"\n".join(
        json.dumps({"url": f"https://bac.example/{n}", "html": p.decode()}).encode() for n, p in enumerate(pages)
    )
    return {
        "html": Target(pages, as_item("text/html")),
        "xhtml": Target(pages, as_item("application/xhtml+xml")),
        "text": Target(texts, as_item("text/plain")),
        "pdf": Target(pdfs, as_item("application/pdf")),
        "sniffed": Target(pages + texts + pdfs + (gzip.compress(pages[0]),), as_item(None)),
        "decode": Target(pages + texts, lambda data: decode(data).text.encode("utf-8", "surrogatepass") and None),
        "jsonl": Target((lines,), as_container("application/x-ndjson")),
        "warc": Target(
            (warc(pages), b"".join(map(gzip.compress, [warc([p]) for p in pages]))), as_container("application/warc")
        ),
        "zip": Target((zipped(pages),), as_container("application/zip")),
        "tar": Target((tarred(pages),), as_container("application/x-tar")),
        "parquet": Target((parquet(pages),), as_container("application/vnd.apache.parquet")),
    }


def warc(pages: tuple[bytes, ...] | list[bytes]) -> bytes:
    return b"".join(_response(number, page) for number, page in enumerate(pages))


def _response(number: int, page: bytes) -> bytes:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:032}>\r\n"
        f"WARC-Target-URI: https://bac.example/{number}\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def zipped(pages: tuple[bytes, ...]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, page in enumerate(pages):
            archive.writestr(f"{number}.html", page)
    return made.getvalue()


def tarred(pages: tuple[bytes, ...]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for number, page in enumerate(pages):
            info = tarfile.TarInfo(f"{number}.html")
            info.size = len(page)
            archive.addfile(info, io.BytesIO(page))
    return made.getvalue()


def parquet(pages: tuple[bytes, ...]) -> bytes:
    made = io.BytesIO()
    pq.write_table(
        pa.Table.from_pylist([{"url": "https://bac.example/", "html": page.decode()} for page in pages]), made
    )
    return made.getvalue()


def attack(target: Target, examples: int, number: int) -> float:
    """Run a target on so many mutated inputs; returns the processor seconds of the slowest.

    Raises what it raised on the smallest of those that fail, TooSlow for one that takes too long.
    """
    spent = [0.0]

    @seed(number)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(target.inputs), edits())
    def each(data: bytes, changes: list[Edit]) -> None:
        mutated = mutate(data, changes)
        start = time.process_time()
        with in_time(mutated):
            target.run(mutated)
        spent.append(time.process_time() - start)

    each()
    return max(spent)


def failures(chosen: dict[str, Target], examples: int, number: int) -> Iterator[str]:
    """Run the targets; yields the names of those that failed, after their example was printed."""
    for name, target in chosen.items():
        start = time.process_time()
        try:
            slowest = attack(target, examples, number)
        except (Exception, TooSlow):  # noqa: BLE001 (that is what is looked for)
            print(f"{name:8} FAILED")
            traceback.print_exc()
            yield name
        else:
            print(
                f"{name:8} {examples} examples, {time.process_time() - start:.1f} CPU s, slowest {slowest:.1f}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=300)
    parser.add_argument("--only", action="append", help="one target; may be given again")
    parser.add_argument("--seed", type=int, default=0)
    given_arguments = parser.parse_args()
    known = targets()
    chosen = {name: known[name] for name in given_arguments.only or known}
    if list(failures(chosen, given_arguments.examples, given_arguments.seed)):
        sys.exit(1)


if __name__ == "__main__":
    main()
