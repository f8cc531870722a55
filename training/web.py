"""Train the model for main content of HTML pages, and say how good it is on sites it has not seen.

    python training/web.py DATA [--cache FOLDER] [--peer] [--select 110] [--write]

DATA holds `*.jsonl.gz` files of annotated pages (see web_pages.py). The pages of a site are in one of FOLDS folds, by a
hash of the site and SEED. For every fold a model is trained on the other folds and its scores go through the same
decision as in `limpide.clean`; the printed figures are those of the texts that come out, so they are out of fold. With
--write a last model is trained on all pages and goes into the package; the figures of `limpide.clean` on these pages
are in-sample from then on. Pages without text, and those that cannot be read, are left out and named. The model looks
at the columns of the one in the package; --select takes anew those that gain most. Needs LightGBM (`pip install
"limpide[training]"`).
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.web_measures import Score, score, squeeze, summary
from cleaners.boilerplate import evidence_of
from cleaners.content import Evidence, judge
from cleaners.content_features import features
from cleaners.content_flow import even_out
from cleaners.decision import decide
from cleaners.trees import load_trees
from training.lightgbm_trees import trees_of
from training.web_labels import labels_of
from training.web_pages import Sample, fold_of, read_pages, samples

SEED = 20261125
FOLDS = 5
ROUNDS = 180
MOST_BLOCKS = 150  # of one page: a page of a thousand blocks says little more than one of a hundred and fifty
SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.07,
    "num_leaves": 31,
    "max_depth": 7,
    "min_data_in_leaf": 60,
    "min_sum_hessian_in_leaf": 1.0,
    "lambda_l2": 5.0,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "use_missing": False,
    "max_bin": 63,
    "deterministic": True,
    "force_row_wise": True,
    "seed": SEED,
    "num_threads": 1,
    "verbose": -1,
}
# How much all pages of a set weigh together, against one page of full annotation each. Sets differ in what they count
# as content; a set that knows a few segments of each page says less about each of them.
SET_WEIGHTS = {"trafilatura_eval": 1.0, "fundus": 2.5, "wcxb_dev": 1.0}
# Pages other than articles are few, and hard; they count more than their number.
TYPE_WEIGHTS = {"product": 2.0, "listing": 2.0, "forum": 1.7, "collection": 1.3, "service": 1.2, "documentation": 1.2}
TARGET = Path(__file__).parents[1] / "cleaners" / "data" / "content_html.npz"


Array = NDArray[np.float64]


class Row(NamedTuple):
    """One page with everything that training needs."""

    sample: Sample
    evidence: Evidence
    values: Array
    label: Array
    weight: Array
    fold: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of annotated pages (*.jsonl.gz)")
    parser.add_argument("--cache", type=Path, help="keep the extracted documents in this folder")
    parser.add_argument("--sets", nargs="+", default=list(SET_WEIGHTS))
    parser.add_argument("--peer", action="store_true", help="trafilatura's figures beside ours, where it is installed")
    parser.add_argument("--select", type=int, default=0, metavar="N", help="choose the N columns that gain most")
    parser.add_argument("--write", action="store_true", help=f"train on all pages and write {TARGET.name}")
    options = parser.parse_args()
    names, rows = prepare(options.data, options.sets, options.cache)
    print(f"{len(rows)} pages, {sum(len(r.label) for r in rows)} blocks, {len(names)} columns", flush=True)
    chosen = select(names, rows, options.select) if options.select else load_trees(TARGET).names
    rows = [row._replace(values=row.values[:, [names.index(name) for name in chosen]]) for row in rows]
    scores = cross_validate(rows)
    results = [text_of(row, found) for row, found in zip(rows, scores, strict=True)]
    print(f"limpide, out of fold (seed {SEED}, {FOLDS} folds by site)")
    report(rows, [text for text, _ in results])
    print("the same without a first heading that repeats the title, which the text of fundus' annotations leaves out")
    report(rows, [without_title(row, text) for row, (text, _) in zip(rows, results, strict=True)])
    report_confidence(rows, results)
    if options.peer:
        print("trafilatura on the same pages")
        report(rows, peer_texts(options.data, rows))
    if options.write:
        trees_of(train(rows), chosen).save(TARGET)
        print(f"wrote {TARGET} ({TARGET.stat().st_size} bytes)")


def prepare(data: Path, sets: Sequence[str], cache: Path | None) -> tuple[tuple[str, ...], list[Row]]:
    """Read, extract and measure all pages."""
    rows = []
    names: tuple[str, ...] = ()
    for name in sets:
        for sample in _samples(data / f"{name}.jsonl.gz", cache):
            evidence = evidence_of(sample.document)
            names, values = features(evidence)
            label, weight = labels_of(sample.page, [line.text for line in evidence.page])
            fold = fold_of(sample.site, FOLDS, SEED)
            rows.append(Row(sample, evidence, values.astype(np.float32), label, weight, fold))
    return names, rows


def _samples(path: Path, cache: Path | None) -> list[Sample]:
    kept = cache / f"{path.name.split('.')[0]}.pkl" if cache else None
    if kept and kept.exists():
        return pickle.loads(kept.read_bytes())  # noqa: S301 (written below by ourselves)
    found = list(samples(path))
    if kept:
        kept.write_bytes(pickle.dumps(found, protocol=5))
    return found


def train(rows: Sequence[Row], rounds: int = ROUNDS) -> Any:
    """A booster for the probability that a block is no content."""
    import lightgbm

    random = np.random.default_rng(SEED)
    values, target, weight = [], [], []
    for row in rows:
        known = np.flatnonzero(row.weight > 0)
        picked = known if len(known) <= MOST_BLOCKS else np.sort(random.choice(known, MOST_BLOCKS, replace=False))
        values.append(row.values[picked])
        target.append(1 - row.label[picked])
        weight.append(row.weight[picked] * (_weight(row) * len(known) / max(1, len(picked))))
    weights = np.concatenate(weight)
    weights *= len(weights) / weights.sum()
    data = lightgbm.Dataset(np.concatenate(values), np.concatenate(target), weight=weights, params=SETTINGS)
    return lightgbm.train(SETTINGS, data, num_boost_round=rounds)


def _weight(row: Row) -> float:
    """What the page counts for as a whole."""
    return SET_WEIGHTS[row.sample.data_set] * TYPE_WEIGHTS.get(row.sample.page.get("page_type") or "", 1.0)


def select(names: Sequence[str], rows: Sequence[Row], count: int) -> tuple[str, ...]:
    """The columns that a model of all pages gains most from, in the order of `names`."""
    gain = train(rows).feature_importance("gain")
    best = set(np.argsort(-gain, kind="stable")[:count].tolist())
    return tuple(name for place, name in enumerate(names) if place in best)


def cross_validate(rows: Sequence[Row]) -> list[Array]:
    """The scores of every page's blocks from a model that has not seen its site."""
    found: list[Any] = [None] * len(rows)
    for fold in range(FOLDS):
        booster = train([row for row in rows if row.fold != fold])
        for place, row in enumerate(rows):
            if row.fold == fold:
                found[place] = booster.predict(row.values)
    return found


def text_of(row: Row, scores: Array) -> tuple[str, float]:
    """The text that `limpide.clean` gives when the model has these scores, and its confidence."""
    evidence = row.evidence
    proposals = judge(evidence, [lambda given: even_out(given, scores)])
    page = evidence.page
    document = evidence.document.label_blocks({page[i].at: (p.label, p.rule, p.score) for i, p in proposals.items()})
    document = decide(document)
    return document.text, document.signals.get("extraction_confidence", 0.0)


def without_title(row: Row, text: str) -> str:
    """The text without its first line that is the document's title."""
    title = squeeze(row.evidence.document.title or "")
    lines = text.split("\n")
    place = next((i for i, line in enumerate(lines) if title and squeeze(line) == title), None)
    return text if place is None else "\n".join(lines[:place] + lines[place + 1 :])


def report(rows: Sequence[Row], texts: Sequence[str]) -> dict[str, dict[str, float]]:
    """Print the measures by set, and for sets that name types of pages by type."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for row, text in zip(rows, texts, strict=True):
        measured = score(row.sample.page, text)
        groups[row.sample.data_set].append(measured)
        if kind := row.sample.page.get("page_type"):
            groups[f"  {kind}"].append(measured)
    result = {name: summary(scores) for name, scores in groups.items()}
    for name, measures in result.items():
        print(f"{name:18} {len(groups[name]):5}", *(f" {key} {round(value, 4)}" for key, value in measures.items()))
    return result


def report_confidence(rows: Sequence[Row], results: Sequence[tuple[str, float]]) -> None:
    """Page F1 by fifths of `extraction_confidence`, where the whole text is annotated."""
    pairs = []
    for row, (text, confidence) in zip(rows, results, strict=True):
        reached = score(row.sample.page, text).page_f1
        if reached is not None:
            pairs.append((confidence, reached))
    pairs.sort()
    fifths = [part for part in np.array_split(np.array(pairs), 5) if len(part)]
    print(
        "confidence -> page F1:", *(f"{part[0][0]:.2f}-{part[-1][0]:.2f}: {part[:, 1].mean():.3f} " for part in fifths)
    )


def peer_texts(data: Path, rows: Sequence[Row]) -> list[str]:
    """What trafilatura takes for the text of each page."""
    from trafilatura import extract

    texts: dict[tuple[str, str], str] = {}
    for name in {row.sample.data_set for row in rows}:
        for page in read_pages(data / f"{name}.jsonl.gz"):
            texts[name, page["id"]] = extract(page["data"], include_comments=False, include_tables=True) or ""
    return [texts[row.sample.data_set, row.sample.page["id"]] for row in rows]


if __name__ == "__main__":
    main()
