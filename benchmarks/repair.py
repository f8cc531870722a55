"""Repair of damaged text: how often edits are right by their confidence, start-up, memory, and CPU beside ftfy.

    python -m benchmarks.repair [FOLDER] [--every N] [--rules]

Without a folder the paragraphs of the sample corpus (`raw/*/expected/`) are damaged in the ways of `DAMAGE` below. With
one, every `*.jsonl` or `*.jsonl.gz` in it is read: an object per line with `text` and, where it is damaged, `gold`.

An edit is right when its place reads in the repaired text as in the undamaged one; kinds of quotes and of spaces do not
count. How far it is goes to standard error. Exits with 1 when less than 98 % of the edits with a confidence of .9 or
more are right.
"""

from __future__ import annotations

import argparse
import codecs
import gzip
import html
import json
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

import ftfy

from cleaners.glyphs.families import all_tables
from cleaners.repair import repair

ROOT = Path(__file__).resolve().parents[1]
LEAST_RIGHT, SURE = 0.98, 0.9
BANDS = (0.95, 0.9, 0.8, 0.6, 0.0)
_WINDOW = 400  # characters of a paragraph that is damaged
_SAY_AFTER = 10  # seconds between two lines about how far it is
_FOLDED = str.maketrans("‘’‚‛“”„‟«»\xa0\u202f\u2009\u2002\u2003", '\'\'\'\'""""""     ')


class Item(NamedTuple):
    """A damaged text and what it was."""

    text: str
    gold: str


def misread(written: str, taken_for: str, errors: str = "strict") -> Callable[[str], str | None]:
    """Text of one encoding decoded as another, None for what either lacks."""

    def damage(text: str) -> str | None:
        try:
            return text.encode(written, "strict").decode(taken_for, errors)
        except UnicodeError:
            return None

    return damage


def enciphered(name: str) -> Callable[[str], str | None]:
    """Text as a font of a known family shows it."""
    (table,) = (table for table in all_tables() if table.name == name)
    symbols = {plains[0]: symbol for symbol, plains in reversed(table.readings.items())}

    def damage(text: str) -> str | None:
        return "".join(" " if c.isspace() else symbols.get(c, "") for c in text)

    return damage


def lost(mark: str) -> Callable[[str], str | None]:
    """Text with a mark for each character beyond ASCII."""
    return lambda text: "".join(c if c.isascii() else mark for c in text)


def half(damage: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Damage of the second half of the words."""

    def damaged(text: str) -> str | None:
        cut = text.find(" ", len(text) // 2) + 1
        rest = damage(text[cut:])
        return None if rest is None else text[:cut] + rest

    return damaged


DAMAGE: tuple[Callable[[str], str | None], ...] = (
    *(misread("utf-8", code) for code in ("cp1252", "latin1", "mac_roman", "cp850", "cp437", "cp1251", "koi8_r")),
    *(misread("utf-8", code, "replace") for code in ("cp1252", "cp1253", "gbk")),
    half(misread("utf-8", "cp1252", "ignore")),
    *(misread("cp1252", code) for code in ("mac_roman", "cp850", "cp1250", "cp1251", "cp1253")),
    *(misread(code, "cp1252") for code in ("mac_roman", "cp850", "cp437")),
    misread("cp1252", "utf-8", "replace"),
    lost("?"),
    lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace").decode(),
    lambda text: codecs.decode(text.encode("ascii", "backslashreplace"), "ascii"),
    lambda text: unicodedata.normalize("NFD", text).replace("\u0301", "´").replace("\u0300", "`"),
    *(half(enciphered(name)) for name in ("minus29_mac", "minus29_no_accents", "plus3", "minus1", "plus1")),
)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--every", type=int, default=1, help="take one item in N")
    parser.add_argument("--rules", action="store_true", help="show the rules with wrong edits of confidence .9 or more")
    options = parser.parse_args()
    clean, items = _given(options.folder) if options.folder else _made()
    right = _precision(items[:: options.every], show=options.rules)
    _start_up()
    _cost(clean[:: options.every])
    sys.exit(right < LEAST_RIGHT)


def _made() -> tuple[list[str], list[Item]]:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "raw").glob("*/expected/*.txt"))]
    paragraphs = [p[:_WINDOW] for text in texts for p in text.split("\n\n") if len(p) > 80 and "\n" not in p]
    made = ((damage(paragraph), paragraph) for paragraph in paragraphs for damage in DAMAGE)
    return texts, [Item(text, gold) for text, gold in made if text is not None and text != gold]


def _given(folder: Path) -> tuple[list[str], list[Item]]:
    rows = [row for path in sorted(folder.iterdir()) if ".jsonl" in path.name for row in _rows(path)]
    items = [Item(row["text"], row["gold"]) for row in rows if "gold" in row]
    return [row["text"] for row in rows if "gold" not in row] or [item.gold for item in items], items


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


# ---- how often edits are right --------------------------------------------------------------------------------------


def _precision(items: Sequence[Item], *, show: bool) -> float:
    judged: list[tuple[float, bool, str]] = []
    start = said = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - said > _SAY_AFTER:
            said = time.monotonic()
            print(f"{done} of {len(items)} items, {said - start:.0f} s", file=sys.stderr, flush=True)
        result = repair(item.text)
        same = _same(result.text.translate(_FOLDED), item.gold.translate(_FOLDED))
        for edit in result.edits:
            if edit.action == "repair":
                judged.append((edit.confidence, all(same[max(edit.start - 1, 0) : edit.end + 1]), edit.rule))
    above = 1.1
    for band in BANDS:
        in_band = [good for confidence, good, _ in judged if band <= confidence < above]
        print(f"confidence {band:.2f} and above {len(in_band):7} edits {_share(in_band):7.2%} right")
        above = band
    sure = [good for confidence, good, _ in judged if confidence >= SURE]
    print(f"confidence {SURE:.2f} or more in all {len(sure):5} edits {_share(sure):7.2%} right")
    if show:
        for rule in sorted({rule for _, _, rule in judged}):
            found = [good for confidence, good, name in judged if name == rule and confidence >= SURE]
            print(f"  {rule:32}{len(found):7}{len(found) - sum(found):7} wrong {_share(found):8.2%} right")
    return _share(sure)


def _share(good: list[bool]) -> float:
    return sum(good) / max(1, len(good))


def _same(text: str, gold: str) -> list[bool]:
    """For each character of the text whether the other has it at its place."""
    same = [False] * len(text)
    for block in SequenceMatcher(None, text, gold, autojunk=False).get_matching_blocks():
        same[block.a : block.a + block.size] = [True] * block.size
    return same


# ---- what it costs --------------------------------------------------------------------------------------------------

_FRESH = """
import time
def resident(kind):
    with open("/proc/self/status") as lines: return int(next(l for l in lines if l.startswith(kind)).split()[1]) / 1e3
kinds = ("RssAnon", "RssFile")
before, start = list(map(resident, kinds)), time.process_time()
from cleaners.repair import repair
repair("Les Ã©lÃ¨ves ont mangé 0LVH HQ °XYUH SDU OD YLOOH HW OHV KDELWDQWV")
ready = time.process_time() - start
for text in open(0, encoding="utf-8").read().split("\\0"): repair(text)
print(ready, *(resident(kind) - value for kind, value in zip(kinds, before)))
"""


def _start_up() -> None:
    texts = "\0".join(item.text for item in _made()[1][::7])
    for _ in range(2):  # the first run fills the cache of the lexicon, if that is cold
        run = subprocess.run(
            [sys.executable, "-c", _FRESH], cwd=ROOT, input=texts, capture_output=True, text=True, check=True
        )
    ready, own, mapped = map(float, run.stdout.split())
    print(f"start-up with a warm cache {ready:.2f} CPU s; after the sample items a worker has {own:.0f} MB of its own")
    print(f"above the bare interpreter, and {mapped:.0f} MB of files mapped, which all workers share")


def _cost(clean: list[str]) -> None:
    size = sum(len(text.encode()) for text in clean) / 1e6
    ways: dict[str, Callable[[str], object]] = {"limpide": repair, "ftfy": ftfy.fix_text}
    spent = dict.fromkeys(ways, 0.0)
    for text in clean:
        for name, way in ways.items():
            start = time.process_time()
            way(text)
            spent[name] += time.process_time() - start
    costs = ", ".join(f"{name} {seconds / size:.2f}" for name, seconds in spent.items())
    print(f"CPU s per MB on {size:.2f} MB of clean text: {costs}")


if __name__ == "__main__":
    main()
