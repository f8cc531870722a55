"""What finding near-duplicates and soft matches costs, in memory and from signatures, beside public peers.

    python benchmarks/duplicates.py [--documents 5000] [--peers datasketch rensa]

Texts are made up from a seed: pages of some 400 words, three in ten of them edited copies of an earlier one. Printed:
CPU microseconds per document, each as a ratio to `near_duplicates` of the same run, and how many documents go. Peers
are used with 128 permutations over the same five-word shingles, as their documentation does.
"""

from __future__ import annotations

import argparse
import importlib
import random
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from corpus.duplicates import near_duplicates, near_duplicates_of
from corpus.relations import soft_matches_of
from corpus.shingles import words
from corpus.signatures import signatures


def documents(count: int, seed: int = 7) -> list[str]:
    """Pages of a vocabulary of 20,000 words, the same ones for the same seed."""
    r = random.Random(seed)
    vocabulary = ["".join(r.choices("aeiourstlncdmé", k=r.randint(2, 9))) for _ in range(20_000)]
    pages: list[list[str]] = []
    for _ in range(count):
        if pages and r.random() < 0.3:
            share = r.uniform(0, 0.06)
            pages.append([r.choice(vocabulary) if r.random() < share else word for word in r.choice(pages)])
        else:
            pages.append(r.choices(vocabulary, k=r.randint(150, 650)))
    return [" ".join(page) for page in pages]


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


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--peers", nargs="*", choices=sorted(PEERS), default=[])
    options = parser.parse_args()
    texts = documents(options.documents)
    near_duplicates(texts[:50])  # tables are made on first use
    made: list[bytes] = []
    rows = [measured("near_duplicates", lambda: len(near_duplicates(texts)))]

    def sign() -> int:
        made.extend(signatures(texts))
        return len(made)

    rows.append(measured("signatures", sign))
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


if __name__ == "__main__":
    main()
