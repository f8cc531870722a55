"""Near-duplicates, soft matches and repeated blocks: what they cost and how often they are right.

    python -m benchmarks.duplicates speed [--documents 5000] [--peers datasketch rensa]
    python -m benchmarks.duplicates annotations [--documents 5000]
    python -m benchmarks.duplicates orders [--documents 5000]
    python -m benchmarks.duplicates large [--documents 1000000] [--folder DIR]
    python -m benchmarks.duplicates increment [--documents 5000]
    python -m benchmarks.duplicates sites [--pages 200]

All texts are made up from a seed (`benchmarks/planting.py`). `speed` prints CPU microseconds per document, as a ratio
to `near_duplicates` of the same run; peers are used with 128 permutations over the same five-word shingles, as their
documentation does. `annotations` prints recall and precision of soft matches against sets of word tuples. `orders`
decides the same documents in five orders. `large` keeps texts in a file and only signatures in memory. `increment`
decides with one document in a hundred new, beside a fresh start; `benchmarks.build` does so with whole builds. `sites`
prints which share of planted page furniture is removed, and which share of the text is lost.
"""

from __future__ import annotations

import argparse
import importlib
import random
import resource
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

import limpide
from benchmarks.planting import Page, planted, site
from corpus.copies import Looked, find_copies
from corpus.duplicates import near_duplicates, near_duplicates_of
from corpus.known import Known
from corpus.relations import soft_matches_of
from corpus.repeats import blocks_of, levels_of_source
from corpus.shingles import words
from corpus.signatures import signatures

# ---- speed ----------------------------------------------------------------------------------------------------------


def speed(options: argparse.Namespace) -> None:
    """CPU per document of each way to find copies, beside peers."""
    texts = [document.text for document in planted(options.documents)]
    near_duplicates(texts[:50])  # tables are made on first use
    made: list[bytes] = []

    def sign() -> int:
        made.extend(signatures(texts))
        return len(made)

    rows = [measured("near_duplicates", lambda: len(near_duplicates(texts))), measured("signatures", sign)]
    ranked = [(str(n), (-len(text), n), data) for n, (text, data) in enumerate(zip(texts, made, strict=True))]
    rows.append(measured("near_duplicates_of", lambda: len(near_duplicates_of(ranked, lambda n: texts[int(n)]))))
    unranked = [(key, data) for key, _, data in ranked]
    rows.append(measured("soft_matches_of", lambda: len(soft_matches_of(unranked, lambda n: texts[int(n)]))))
    rows += [measured(name, partial(PEERS[name], texts)) for name in options.peers]
    print(f"{len(texts)} documents, {sum(map(len, made)) / len(texts):.0f} bytes of signature each")
    print(f"{'':20}{'us/document':>12}{'ratio':>8}{'result':>9}")
    for name, cpu, result in rows:
        print(f"{name:20}{cpu / len(texts) * 1e6:12.0f}{cpu / rows[0][1]:8.2f}{result:9}")


def measured(name: str, function: Callable[[], int]) -> tuple[str, float, int]:
    """Name, CPU seconds and result of a call."""
    before = time.process_time()
    result = function()
    return name, time.process_time() - before, result


def shingles(text: str) -> list[str]:
    """The five-word shingles of a text, as the peers want them."""
    found = words(text)
    return sorted({" ".join(found[i : i + 5]) for i in range(max(1, len(found) - 4))})


def datasketch(texts: list[str]) -> int:
    """Documents that datasketch drops."""
    peer: Any = importlib.import_module("datasketch")
    index, dropped = peer.MinHashLSH(threshold=0.8, num_perm=128), 0
    for number, text in enumerate(texts):
        sketch = peer.MinHash(num_perm=128, seed=1)
        sketch.update_batch([shingle.encode() for shingle in shingles(text)])
        if index.query(sketch):
            dropped += 1
        else:
            index.insert(number, sketch)
    return dropped


def rensa(texts: list[str]) -> int:
    """Documents that rensa drops."""
    peer: Any = importlib.import_module("rensa")
    index, dropped = peer.RMinHashLSH(threshold=0.8, num_perm=128, num_bands=16), 0
    for number, text in enumerate(texts):
        sketch = peer.RMinHash(num_perm=128, seed=42)
        sketch.update(shingles(text))
        if index.query(sketch):
            dropped += 1
        else:
            index.insert(number, sketch)
    return dropped


PEERS: dict[str, Callable[[list[str]], int]] = {"datasketch": datasketch, "rensa": rensa}

# ---- annotations ----------------------------------------------------------------------------------------------------


def annotations(options: argparse.Namespace) -> None:
    """Recall and precision of soft matches, from texts and from signatures, against sets of word tuples."""
    documents = list(planted(options.documents))
    texts = [document.text for document in documents]
    exact = {(soft.index, soft.of): soft.kind for soft in limpide.similar(texts)}
    rows = [(f"{n:09}", data) for n, data in enumerate(signatures(texts))]
    found = soft_matches_of(rows, lambda key: texts[int(key)])
    signed = {(int(key), int(r.of)): r.kind for key, related in found.items() for r in related}
    truth = {(n, document.of): expected(texts[n], texts[document.of]) for n, document in enumerate(documents)
             if document.of >= 0}  # fmt: skip
    for name, relations in (("similar(texts)", exact), ("signatures", signed)):
        print(f"{name}: planted pairs, of these found")
        wanted, right = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for (n, of), kind in truth.items():
            if kind and kind != "near-duplicate":
                wanted[documents[n].kind, kind] += 1
                right[documents[n].kind, kind] += relations.get((n, of)) == kind
        for (planted_as, kind), count in sorted(wanted.items()):
            share = right[planted_as, kind] / count
            print(f"    {planted_as:10} {kind:10}{count:7}{share:8.4f}")
        good = sum(kind == expected(texts[a], texts[b]) for (a, b), kind in relations.items())
        print(f"    precision  {len(relations):17}{good / max(1, len(relations)):8.4f}")


def expected(one: str, other: str) -> str:
    """The relation between two texts of at least 50 words, as the documentation of `similar` says it."""
    mine, others = words(one), words(other)
    a, b = ({tuple(found[i : i + 5]) for i in range(len(found) - 4)} for found in (mine, others))
    both = len(a & b)
    similarity, in_one, in_other = both / len(a | b), both / len(b), both / len(a)
    if similarity >= 0.8:
        return "near-duplicate"
    if max(in_one, in_other) >= 0.8 > min(in_one, in_other):
        return "contains" if in_one > in_other else "contained"
    if similarity >= 0.5:
        return "revised"
    c, d = set(mine), set(others)
    return "reworded" if len(c & d) / len(c | d) >= 0.8 else ""


# ---- orders ---------------------------------------------------------------------------------------------------------


def orders(options: argparse.Namespace) -> None:
    """Whether the same texts stay in whatever order they come."""
    texts = [document.text for document in planted(options.documents)]
    results = set()
    for seed in range(6):
        order = list(range(len(texts)))
        if seed:
            random.Random(seed).shuffle(order)
        matches = near_duplicates([texts[n] for n in order])
        dropped = {match.index for match in matches}
        kept = sorted(texts[n] for place, n in enumerate(order) if place not in dropped)
        results.add(blake2b("\0".join(kept).encode()).hexdigest())
    print(f"{len(texts)} documents in six orders: {len(results)} different sets of texts that stay")


# ---- large ----------------------------------------------------------------------------------------------------------


class Store:
    """Texts in a file, by number."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w+b")
        self.starts = array("q", [0])

    def add(self, texts: Iterable[str]) -> Iterable[str]:
        """Write texts down while they pass."""
        for text in texts:
            data = text.encode()
            self.file.write(data)
            self.starts.append(self.starts[-1] + len(data))
            yield text

    def load(self, key: str) -> str:
        """The text of a number."""
        number = int(key)
        self.file.seek(self.starts[number])
        return self.file.read(self.starts[number + 1] - self.starts[number]).decode()


def large(options: argparse.Namespace) -> None:
    """Decide about more documents than fit into memory."""
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        store = Store(Path(folder) / "texts")
        rows: list[tuple[str, bytes]] = []
        made = time.process_time()
        sum(1 for _ in planted(min(options.documents, 20_000)))
        making = (time.process_time() - made) / min(options.documents, 20_000)

        def sign() -> int:
            texts = store.add(document.text for document in planted(options.documents))
            rows.extend((f"{n:09}", data) for n, data in enumerate(signatures(texts)))
            return len(rows)

        report("texts and signatures", *measured("", sign)[1:], making * options.documents)
        ranked = ((key, (int(key),), data) for key, data in rows)
        found: dict[str, tuple[str, float]] = {}

        def decide() -> int:
            found.update(near_duplicates_of(ranked, store.load))
            return len(found)

        report("near-duplicates", *measured("", decide)[1:])
        rest = [row for row in rows if row[0] not in found]
        rows.clear()
        report("soft matches", *measured("", lambda: len(soft_matches_of(rest, store.load)))[1:])
        print(f"{store.starts[-1] / 1e9:.1f} GB of text on disk")


def report(name: str, cpu: float, result: int, without: float = 0.0) -> None:
    """A line with CPU time, less that of making the texts up, and the peak of memory so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:22}{cpu - without:9.1f} CPU s{result:10} {peak:8.0f} MB at most", flush=True)


# ---- increment ------------------------------------------------------------------------------------------------------


def increment(options: argparse.Namespace) -> None:
    """CPU of signatures, copies and soft matches when one document in a hundred is new, and of a fresh start."""
    texts = [document.text for document in planted(options.documents)]
    near_duplicates(texts[:50])  # tables are made on first use
    _, fresh, dropped = measured("", lambda: decided(texts, [], Known()))
    looked, known = list[Looked](), Known()
    decided(texts[: len(texts) * 99 // 100], looked, known)
    known = Known(known.to_bytes())
    _, later, again = measured("", lambda: decided(texts, looked, known))
    print(f"{len(texts)} documents: {fresh:.2f} CPU s afresh, {later:.2f} with 1 % new, {later / fresh:.3f} of it")
    print(f"dropped: {dropped} and {again}")


def decided(texts: list[str], looked: list[Looked], known: Known) -> int:
    """How many documents go; signatures are made for those that are not in `looked` yet."""
    new = texts[len(looked) :]
    for text, data in zip(new, signatures(new), strict=True):
        digest = sha256(text.encode()).hexdigest()
        looked.append(Looked(f"{len(looked):09}", "drop", 0, len(text.split()), digest, digest, data))
    return len(find_copies(looked, lambda key: texts[int(key)], known).dropped)


# ---- sites ----------------------------------------------------------------------------------------------------------


def sites(options: argparse.Namespace) -> None:
    """Share of furniture removed and of text lost on the pages of generated sites, by words."""
    removed, furniture, lost, text = (0, 0, 0, 0)
    for seed in range(options.sites):
        pages = site(options.pages, seed)
        for page, kept in zip(pages, cleaned(pages), strict=True):
            rest = kept.split("\n\n")
            counts = Counter(rest)
            for block in page.body:
                text += len(block.split())
                counts[block] -= 1
                lost += len(block.split()) if counts[block] < 0 else 0
            for block in page.furniture:
                furniture += len(block.split())
                counts[block] -= 1
                removed += len(block.split()) if counts[block] < 0 else 0
    print(f"{options.sites} sites of {options.pages} pages")
    print(f"furniture removed {removed / furniture:.4f} of {furniture} words")
    print(f"text lost         {lost / text:.4f} of {text} words")


def cleaned(pages: list[Page]) -> list[str]:
    """The texts of the pages of one source, as a build makes them."""
    prepared = [limpide.prepare(limpide.extract(limpide.RawItem(page.html.encode()))) for page in pages]
    levels = levels_of_source([blocks_of(document) for document in prepared])
    return [limpide.finish(document, mine).text for document, mine in zip(prepared, levels, strict=True)]


def main() -> None:
    """Run one of the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = {
        "speed": speed, "annotations": annotations, "orders": orders, "large": large, "increment": increment,
        "sites": sites,
    }  # fmt: skip
    parser.add_argument("what", choices=sorted(kinds))
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--peers", nargs="*", choices=sorted(PEERS), default=[])
    parser.add_argument("--folder", type=Path, help="where `large` keeps its texts, 3 GB a million")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--sites", type=int, default=5)
    options = parser.parse_args()
    kinds[options.what](options)


if __name__ == "__main__":
    main()
