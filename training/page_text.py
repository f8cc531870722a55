"""Train cleaners/data/content_text.npz, the model for pages without markup, and say what it is worth.

    python training/page_renderings.py DATA_FOLDER PAGES.jsonl.gz
    python training/page_text.py PAGES.jsonl.gz [--every N] [--folds N] [--rounds N] [--seed N] [--save]

PAGES are what page_renderings.py wrote: page texts with gold, and renderings of HTML pages with gold or segments, of
which one in N is taken. Lines are labelled by alignment (page_labels.py). Left out: pages over LARGEST characters, and
renderings that miss much of their gold (COVERED). A page and all its renderings, and all pages of a registered domain
or publisher, are in one fold. The figures are those of the page texts as given, each scored by a model that saw no page
of its domain; --save trains once more on all pages and writes the weights. Figures of the saved model on these pages
would be in-sample. The rules whose proposals the model reads were tuned on the same pages by hand: that part is
in-sample in any case.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
import trafilatura

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.web_measures import score, summary
from cleaners.boilerplate import propose
from cleaners.characters import clean_characters
from cleaners.content import Evidence
from cleaners.content_text import gaps_above
from cleaners.content_text_context import in_context
from cleaners.content_text_features import text_features
from cleaners.cues import find_cues
from cleaners.decision import decide
from cleaners.layout import tidy_layout
from cleaners.page import page_of
from cleaners.page_tree import tree_of
from cleaners.whitespace import clean_whitespace
from corpus.document import Document
from extractors import RawItem
from extractors.text import extract_text
from training.lightgbm_trees import trees_of
from training.page_labels import align, from_segments

TARGET = Path(__file__).parents[1] / "cleaners" / "data" / "content_text.npz"
LARGEST = 400_000  # characters of a page text
COVERED = 0.8  # of the gold, by the lines of a rendering of the whole page;
COVERED_BY_EXTRACT = 0.5  # by what an extractor gave
EXTRACTS = ("resiliparse-main", "trafilatura-recall")
COLUMNS, PICKING_ROUNDS = 110, 30  # features that the model looks at, and trees of the one that picks them
LOUD = 60  # words beyond which a line weighs no more
SEGMENTS_ONLY = 0.7  # weight of pages of which only segments are known
PARAMETERS = {
    "objective": "binary", "learning_rate": 0.1, "num_leaves": 31, "max_depth": 7, "min_data_in_leaf": 100,
    "feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 127,
    "use_missing": False, "deterministic": True, "force_row_wise": True, "verbose": -1,
}  # fmt: skip


class Sample(NamedTuple):
    """One page text, prepared; labels are 1 for main text, 0, and -1 where unknown."""

    record: dict[str, Any]
    evidence: Evidence
    features: np.ndarray
    labels: np.ndarray
    words: np.ndarray


def prepare(text: str) -> Document:
    """What stands before the furniture in the pipeline, but for repairs."""
    document = extract_text(RawItem(text))
    for cleaner in (clean_characters, tidy_layout, clean_whitespace):
        document = cleaner(document)
    return document


def samples(path: Path, every: int, names: list[str]) -> Iterator[Sample]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            drawn = record["given"] or zlib.crc32((record["id"] + record["renderer"]).encode()) % every == 0
            if drawn and len(record["text"]) <= LARGEST and (sample := _sample(record, names)):
                yield sample


def _sample(record: dict[str, Any], names: list[str]) -> Sample | None:
    document = prepare(record["text"])
    page = page_of(document)
    if not page:
        return None
    texts = [line.text for line in page]
    if record["gold"]:
        labels, covered = align(texts, record["gold"])
    else:
        labels, covered = from_segments(texts, record["with_segments"] or [], record["without_segments"] or [])
    if not record["given"] and covered < (COVERED_BY_EXTRACT if record["renderer"] in EXTRACTS else COVERED):
        return None
    cues, tree = find_cues(page), tree_of([()] * len(page))
    evidence = Evidence(document, page, propose(page, cues, tree), cues, tree)
    names[:], features = text_features(page, cues, gaps_above(document), evidence.rules)
    if not record["given"]:
        evidence = evidence._replace(document=Document("", ""), page=(), cues=(), tree=tree_of([]))
    known = np.array([-1 if label is None else label for label in labels], dtype=np.int8)
    return Sample(record, evidence, features, known, np.array([line.words for line in page], dtype=np.float32))


def weights(sample: Sample) -> np.ndarray:
    """Lines by the root of their words, pages by the root of their lines."""
    known = sample.labels >= 0
    loud = np.sqrt(np.minimum(sample.words, LOUD)) * known
    scale = np.sqrt(known.sum()) / max(loud.sum(), 1e-9)
    return np.minimum(loud * scale, 20) * (1.0 if sample.record["gold"] else SEGMENTS_ONLY)


def fold_of(group: str, folds: int) -> int:
    return zlib.crc32(group.encode()) % folds


class Model(NamedTuple):
    """A booster, and the columns of the features that it looks at."""

    booster: lightgbm.Booster
    columns: np.ndarray

    def scores(self, features: np.ndarray) -> np.ndarray:
        return np.asarray(self.booster.predict(features[:, self.columns], num_threads=1))


def train(drawn: list[Sample], rounds: int, seed: int) -> Model:
    """A model for the probability that a line is no main text; a smaller one first picks the columns."""
    known = [sample.labels >= 0 for sample in drawn]
    rows = np.concatenate([sample.features[k] for sample, k in zip(drawn, known, strict=True)])
    target = np.concatenate([sample.labels[k] == 0 for sample, k in zip(drawn, known, strict=True)])
    weight = np.concatenate([weights(sample)[k] for sample, k in zip(drawn, known, strict=True)])
    parameters = PARAMETERS | {"seed": seed}
    first = lightgbm.train(parameters, lightgbm.Dataset(rows, label=target, weight=weight), PICKING_ROUNDS)
    columns = np.sort(np.argsort(-first.feature_importance("gain"), kind="stable")[:COLUMNS])
    data = lightgbm.Dataset(rows[:, columns], label=target, weight=weight)
    return Model(lightgbm.train(parameters, data, rounds), columns)


def out_of_fold(drawn: list[Sample], options: argparse.Namespace) -> dict[int, np.ndarray]:
    """Scores of the page texts as given, by position in `drawn`."""
    folds = [fold_of(sample.record["group"], options.folds) for sample in drawn]
    scores: dict[int, np.ndarray] = {}
    for held_out in range(options.folds):
        seen = [sample for sample, fold in zip(drawn, folds, strict=True) if fold != held_out]
        model = train(seen, options.rounds, options.seed)
        for i, sample in enumerate(drawn):
            if folds[i] == held_out and sample.record["given"]:
                found = sample.evidence
                scores[i] = in_context(found.page, found.cues, found.rules, model.scores(sample.features))
    return scores


def cleaned(evidence: Evidence, scores: np.ndarray) -> str:
    """The text that the pipeline makes of scores."""
    proposals = {evidence.page[i].at: ("boilerplate", "", score) for i, score in enumerate(scores.tolist())}
    return decide(evidence.document.label_blocks(proposals)).text


def ruled(evidence: Evidence) -> str:
    proposals = {evidence.page[i].at: (p.label, p.rule, p.score) for i, p in evidence.rules.items()}
    return decide(evidence.document.label_blocks(proposals)).text


def peer(text: str) -> str:
    """trafilatura on a page of one paragraph a line, for want of anything better."""
    lines = "".join(f"<p>{escape(line)}</p>\n" for line in text.split("\n") if line.strip())
    return trafilatura.extract(f"<html><body>{lines}</body></html>", include_comments=False) or ""


def report(drawn: list[Sample], scores: dict[int, np.ndarray]) -> None:
    """Print the measures of all systems over the page texts as given."""
    systems: dict[str, Callable[[int], str]] = {
        "as given": lambda i: drawn[i].record["text"],
        "trafilatura": lambda i: peer(drawn[i].record["text"]),
        "rules (in-sample)": lambda i: ruled(drawn[i].evidence),
        "model, out of fold": lambda i: cleaned(drawn[i].evidence, scores[i]),
    }
    for name, system in systems.items():
        measured = summary([score(drawn[i].record, system(i)) for i in scores])
        print(f"{name:<20}", *(f"{key} {value:.4f}" for key, value in measured.items()), sep="  ", flush=True)


def main() -> None:
    """Cross-validate, report, and save if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, help="what page_renderings.py wrote")
    parser.add_argument("--every", type=int, default=2, help="take one rendering in so many")
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=120, help="trees")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", action="store_true", help=f"train on all pages and write {TARGET.name}")
    options = parser.parse_args()
    names: list[str] = []
    drawn = list(samples(options.pages, options.every, names))
    print(f"{len(drawn)} page texts, {sum(len(s.labels) for s in drawn)} lines, {len(names)} features", flush=True)
    report(drawn, out_of_fold(drawn, options))
    if options.save:
        booster, columns = train(drawn, options.rounds, options.seed)
        trees_of(booster, tuple(names[column] for column in columns)).save(TARGET)
        print(f"wrote {TARGET}")


if __name__ == "__main__":
    main()
