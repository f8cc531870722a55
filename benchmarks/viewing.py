"""The report and the viewer on a large corpus: how long they take, and how large the report is.

    python -m benchmarks.viewing [--documents 100000] [--folder DIR]

The corpus is made up from a seed: texts of 200 to 700 words drawn from a vocabulary, each with page furniture that was
removed and letters that were repaired, twenty sources, duplicates and failures. Prints seconds of wall time, the worst
of three for a view, and CPU seconds beside them; last the slowest view and the most memory of this process, making the
corpus included. `--folder` keeps the corpus for another run. A second snapshot without the last document is there to be
compared with the first.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from corpus import report_history
from corpus.card import CorpusSummary, SourceSummary
from corpus.document import Document, Hint, Removal, build, repair
from corpus.publish import publish
from corpus.report import write_report
from corpus.schema import KEYS, Duplicate, Table, document_row, quarantine_row, removed_row
from corpus.signals import measure
from corpus.source import Source
from flows.settings import Settings
from flows.viewing import viewer

SOURCES = 20
FURNITURE = (("navigation", "menu"), ("cookie-notice", "cues"), ("related-links", "links"), ("legal-footer", "foot"))
SYLLABLES = re.findall(
    r"\w+", "ba bor ca chan dé du el fa gra hu in jo ker la lon mar mi né or pa qué ri sa tan tri ur va vé yo zel"
)
SHA = "ab" * 32
REPEATS = 3
times: dict[str, float] = {}  # wall seconds by what took them


def made(number: int, words: Sequence[str]) -> Document:
    """A document with its ledger; the same number gives the same document."""
    draw = random.Random(number)
    paragraphs = [" ".join(draw.choices(words, k=draw.randint(40, 90))) + "." for _ in range(draw.randint(5, 8))]
    paragraphs[-1] += f" Numéro {number}, l'Ã©tÃ© {draw.randint(1900, 2020)}."
    menus = [(" ".join(draw.choices(words, k=draw.randint(3, 30))), *kind) for kind in FURNITURE for _ in range(3)]
    pieces = [(text, "list_item", 1, Hint()) for text, _, _ in menus]
    pieces += [(" ".join(draw.choices(words, k=6)), "heading", 1, Hint())]
    pieces += [(text, "paragraph", 0, Hint()) for text in paragraphs]
    source = Source(name=f"source-{number % SOURCES:02}", licence="CC0-1.0")
    language = "fr" if number % 3 else "en"
    document = build(pieces, title=f"Page {number} {words[number % 997]}", language=language, source=source)
    at = document.text.index("Ã©tÃ©")
    document = document.apply([repair(at, at + 5, "été", "mojibake", "utf8-as-latin1", draw.uniform(0.3, 1))])
    removals = {i: Removal(label, rule, draw.uniform(0.5, 1)) for i, (_, label, rule) in enumerate(menus)}
    document = document.remove_blocks(removals)
    return document.with_(signals=measure(document))


def key_of(number: int) -> str:
    """The id of a document."""
    return f"{number:032x}"


def rows(table: Table, keys: Sequence[str], words: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The rows of a table, made when they are asked for."""
    for key in keys:
        number = int(key.rpartition("/")[2].removesuffix(".pdf"), 16)
        path = f"source-{number % SOURCES:02}/{number:07}.html"
        if table == "documents":
            similar = [Duplicate("c", key_of(number - 1), "revised", 0.6)] if number % 50 == 1 else []
            yield document_row(
                made(number, words), doc_id=key, path=path, raw_sha256=SHA, duplicates=similar, digest=key
            )
        elif table == "removed":
            kept = key_of(number % 1_000)
            row = removed_row(
                made(number, words),
                doc_id=key,
                path=path,
                raw_sha256=SHA,
                reason="near-duplicate",
                of=kept,
                similarity=0.9,
            )
            yield {**row, "row_hash": key}
        else:
            yield {**quarantine_row("source-00", key, SHA, "parse", "ExtractionError", "cut off"), "row_hash": key}


def publish_corpus(clean: Path, documents: int) -> None:
    """Publish a corpus of so many documents, 5 % more that were dropped and 1 % that failed."""
    draw = random.Random(0)
    words = ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(20_000)]
    order = sorted(range(documents), key=lambda number: number % SOURCES)
    keys: dict[Table, list[str]] = {
        "documents": [key_of(number) for number in order],
        "removed": [key_of(documents + number) for number in range(documents // 20)],
        "quarantine": [f"source-00/{number:x}.pdf" for number in range(documents // 100)],
    }
    assert set(keys) == set(KEYS)
    summary = CorpusSummary([SourceSummary("source-00", documents=documents)])
    hashes = {table: {key: key for key in some} for table, some in keys.items()}
    publish(clean, hashes, lambda table, some: rows(table, some, words), rules_hash="r", summary=summary)


def timed(name: str, run: Callable[[], Any], repeats: int = 1) -> Any:
    """Run, and print the longest wall time and its CPU time."""
    worst = (0.0, 0.0)
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        result = run()
        worst = max(worst, (time.perf_counter() - wall, time.process_time() - cpu))
    print(f"{name:32}{worst[0]:9.3f} s wall{worst[1]:9.3f} s CPU", flush=True)
    times[name] = worst[0]
    return result


def write_raw(folder: Path) -> None:
    """Twenty raw pages of a source, to try its rules on."""
    folder.mkdir(parents=True)
    draw = random.Random(1)
    for number in range(20):
        words = [" ".join(draw.choices(SYLLABLES, k=60)) for _ in range(6)]
        menu = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in SYLLABLES[:12])
        body = "".join(f"<p>{text}.</p>" for text in words)
        page = f"<title>Page {number}</title><nav><ul>{menu}</ul></nav><article>{body}</article>"
        (folder / f"{number}.html").write_text(page, encoding="utf-8")


def waiting(client: TestClient, name: str, path: str) -> None:
    """Time an answer that says to wait while work goes on behind it, the work, and the answer when it is done."""
    begun = time.perf_counter()
    timed(f"{name}: first answer", lambda: client.get(path).raise_for_status())

    def ready() -> bool:
        return 'http-equiv="refresh"' not in client.get(path).raise_for_status().text

    while not ready():
        time.sleep(0.05)
    print(f"{f'{name}: all done after':32}{time.perf_counter() - begun:9.3f} s wall")
    timed(f"{name}: answer then", ready, REPEATS)


def main() -> None:
    """Make the corpus, then measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        clean = options.folder or Path(temporary)
        if not (clean / "latest").exists():
            timed("corpus made", lambda: publish_corpus(clean, options.documents))
            timed("second snapshot", lambda: publish_corpus(clean, options.documents - 1))
        out = Path(temporary) / "report"
        snapshot = (clean / "latest").resolve()
        timed("static report", lambda: write_report(snapshot, out, parent=report_history.parent_of(snapshot)))
        size = sum(path.stat().st_size for path in out.iterdir())
        print(f"{'its size':32}{size / 1e6:9.1f} MB in {len(list(out.iterdir()))} files")
        raw = Path(temporary) / "raw"
        write_raw(raw / "source-00")
        settings = Settings(raw=raw, clean=clean)
        app = timed("viewer starts", lambda: viewer(clean, settings=settings))
        times.clear()
        client = TestClient(app, base_url="http://127.0.0.1")
        some, dropped = key_of(options.documents // 2), key_of(options.documents)
        for path in (
            "/", "/?page=900", "/?q=source-07+0012", "/?source=source-03&sort=removed", "/?language=en&sort=longest",
            "/?label=mojibake&sort=confidence", "/?rule=links&confidence=0.52&sort=repaired", "/overview",
            "/changes", "/source/source-03", "/?among=dropped&q=source-07", "/duplicates", "/quarantine",
            f"/document/{some}", f"/document/{dropped}",
            f"/document/{some}?label=navigation&sort=removed&span=100-200",
            f"/compare?a={dropped}&b={key_of(options.documents % 1_000)}", "/rules",
        ):  # fmt: skip
            timed(path[:30], lambda path=path: client.get(path).raise_for_status(), REPEATS)
        for name, path in (
            ("a phrase", f"/?within=texts&q=%22Numéro+{options.documents // 2},%22"),
            ("a word in all", "/?within=texts&q=NUMERO&sort=longest"),
            ("words", "/?within=texts&q=numero+ete+borlon"),
            ("words in none", "/?within=texts&q=no+such+phrase"),
            ("rules", "/rules/source-00"),
        ):
            waiting(client, name, path)
    name = max(times, key=lambda name: times[name])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'the slowest view':32}{times[name]:9.3f} s wall  {name}\n{'most memory':32}{peak:9.0f} MB")


if __name__ == "__main__":
    main()
