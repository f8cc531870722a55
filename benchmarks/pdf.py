"""PDFs to clean text: quality and CPU time beside pdfminer.six `extract_text` and pypdfium2.

    python -m benchmarks.pdf [FOLDER] [--rounds 3]

Without a folder the texts of the sample corpus are laid out as PDFs by tests/samples/pdfs.py, each as itself, as a
report and as a notice, with running headers, page numbers, notes, tables and cut words, and the output is compared with
what was laid out: `characters` is 2 LCS / (length + length) of the texts with white space folded, `blocks` the share of
blocks that came out whole and alone (a peer's blocks end at blank lines). With a folder the PDFs in it are read, and
what each reader gives up on is counted. CPU is user and system time of this process, the best of the rounds; the
systems take turns. Ratios hold on other machines, seconds do not.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import limpide

SAMPLES = Path(__file__).parents[1] / "tests" / "samples"


class Case(NamedTuple):
    """A PDF, and the blocks of text that were laid out in it, if that is known."""

    name: str
    data: bytes
    blocks: list[str]


def by_limpide(data: bytes) -> list[str]:
    document = limpide.clean(data, media_type="application/pdf")
    return [document.block_text(block) for block in document.kept_blocks()]


def by_pdfminer(data: bytes) -> list[str]:
    from pdfminer.high_level import extract_text

    return _parts(extract_text(io.BytesIO(data)))


def by_pypdfium2(data: bytes) -> list[str]:
    import pypdfium2

    file = pypdfium2.PdfDocument(data)
    try:
        return _parts("\n\n".join(page.get_textpage().get_text_bounded() for page in file))
    finally:
        file.close()


SYSTEMS: dict[str, Callable[[bytes], list[str]]] = {
    "limpide": by_limpide,
    "pdfminer.six": by_pdfminer,
    "pypdfium2": by_pypdfium2,
}


def made() -> Iterator[Case]:
    """The PDFs of the sample corpus, each in its own layout and in those that its tables fit into as well."""
    sys.path.insert(0, str(SAMPLES))
    from pdfs import make_pdf

    entries = tomllib.loads((SAMPLES / "content" / "rapports.toml").read_text(encoding="utf-8"))["pdf"]
    for entry in entries:
        for layout in sorted({entry["layout"], "report", "notice"}):
            data, blocks = make_pdf({**entry, "layout": layout})
            yield Case(f"{entry['file']} {layout}", data, blocks)


def found(folder: Path) -> Iterator[Case]:
    """The PDFs of a folder."""
    for path in sorted(folder.rglob("*.pdf")):
        yield Case(path.name, path.read_bytes(), [])


def common(a: str, b: str) -> int:
    """Length of the longest common subsequence, bit-parallel (Hyyrö, Bit-parallel LCS-length computation, 2004)."""
    where: dict[str, int] = defaultdict(int)
    for i, character in enumerate(a):
        where[character] |= 1 << i
    row = full = (1 << len(a)) - 1
    for character in b:
        kept = row & where.get(character, 0)
        row = ((row + kept) | (row - kept)) & full
    return len(a) - row.bit_count()


def likeness(output: list[str], expected: list[str]) -> tuple[float, float]:
    """(characters, blocks) as in the docstring of this module."""
    a, b = (" ".join(" ".join(blocks).split()) for blocks in (output, expected))
    whole = {" ".join(block.split()) for block in output}
    hits = sum(" ".join(block.split()) in whole for block in expected)
    return 2 * common(a, b) / max(1, len(a) + len(b)), hits / max(1, len(expected))


def _parts(text: str) -> list[str]:
    return [part for part in text.replace("\r", "").replace("\f", "\n\n").split("\n\n") if part.strip()]


def measure(cases: list[Case], rounds: int) -> dict[str, dict[str, Any]]:
    """CPU, likeness and failures of each system."""
    totals: dict[str, dict[str, Any]] = {name: {"cpu": 0.0, "likeness": [], "failed": 0} for name in SYSTEMS}
    for name, system in SYSTEMS.items():
        _run(system, cases[0].data, totals[name])  # imports and caches are outside the clock
        totals[name]["failed"] = 0
    for case in cases:
        best: dict[str, float] = {}
        for turn in range(rounds):
            for name, system in SYSTEMS.items():
                start = time.process_time()
                output = _run(system, case.data, totals[name])
                best[name] = min(best.get(name, 1e9), time.process_time() - start)
                if output is not None and case.blocks and turn == 0:
                    totals[name]["likeness"].append(likeness(output, case.blocks))
        for name, seconds in best.items():
            totals[name]["cpu"] += seconds
    return totals


def _run(system: Callable[[bytes], list[str]], data: bytes, total: dict[str, Any]) -> list[str] | None:
    try:
        return system(data)
    except Exception:  # noqa: BLE001  (peers raise whatever the damage raises)
        total["failed"] += 1
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="read the PDFs below it instead of made ones")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each file, of which the fastest counts (3)")
    options = parser.parse_args()
    cases = list(found(options.folder) if options.folder else made())
    if not cases:
        parser.error(f"no .pdf below {options.folder}")
    totals = measure(cases, options.rounds)
    ours = totals["limpide"]["cpu"]
    print(f"{len(cases)} PDFs, CPU per file, the best of {options.rounds} rounds")
    print(f"{'':14}{'CPU ms':>10}{'x limpide':>11}{'given up':>12}{'characters':>12}{'blocks':>9}")
    for name, total in totals.items():
        seconds, rows = total["cpu"] / len(cases), total["likeness"]
        characters, blocks = (f"{sum(r[k] for r in rows) / len(rows):.4f}" if rows else "-" for k in (0, 1))
        failed = total["failed"] // options.rounds
        print(f"{name:14}{1000 * seconds:10.1f}{total['cpu'] / ours:11.2f}{failed:12}{characters:>12}{blocks:>9}")


if __name__ == "__main__":
    main()
