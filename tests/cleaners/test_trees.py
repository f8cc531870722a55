"""Gradient-boosted trees evaluated from arrays."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from cleaners.trees import Node, complete, load_trees

TRAINING = Path(__file__).resolve().parents[2]

STUMP = Node(feature=1, threshold=0.5, left=Node(-1.0), right=Node(2.0))
LOPSIDED = Node(feature=0, threshold=10, left=Node(0.25), right=Node(feature=1, threshold=-1, left=Node(4.0), right=STUMP))  # fmt: skip
MODEL = complete(("height", "width"), [STUMP, LOPSIDED, Node(0.125)])

# worked out by hand: stump + lopsided + constant
CASES = [
    ((0, 0), -1 + 0.25 + 0.125),
    ((10, 0.5), -1 + 0.25 + 0.125),  # equal goes left
    ((10.5, 0.5), -1 - 1 + 0.125),
    ((11, -1), -1 + 4 + 0.125),
    ((11, 7), 2 + 2 + 0.125),
    ((-np.inf, np.inf), 2 + 0.25 + 0.125),
]


@pytest.mark.parametrize(("row", "expected"), CASES)
def test_each_row_gets_the_sum_of_its_leaves(row, expected):
    assert MODEL.margin(np.array([row], dtype=float)).tolist() == [expected]


def test_probability_is_the_logistic_function_of_the_margin():
    rows = np.array([row for row, _ in CASES], dtype=float)
    assert MODEL.probability(rows) == pytest.approx([1 / (1 + np.exp(-e)) for _, e in CASES])


def test_rows_are_evaluated_alike_alone_and_by_the_thousand():
    rows = np.random.default_rng(0).normal(scale=10, size=(5_000, 2))
    assert MODEL.margin(rows)[[0, 2_047, 2_048, 4_999]].tolist() == [
        MODEL.margin(rows[i : i + 1])[0] for i in (0, 2_047, 2_048, 4_999)
    ]


def test_no_rows_give_no_numbers():
    assert MODEL.margin(np.zeros((0, 2))).shape == (0,)


@pytest.mark.parametrize("rows", [np.zeros((3, 1)), np.zeros(2), np.array([[1, np.nan]])])
def test_rows_that_are_not_the_models_are_refused(rows):
    with pytest.raises(ValueError, match=r"columns|number"):
        MODEL.margin(rows)


def test_a_saved_model_comes_back_the_same(tmp_path):
    MODEL.save(tmp_path / "model.npz")
    again = load_trees(tmp_path / "model.npz")
    rows = np.array([row for row, _ in CASES], dtype=float)
    assert again.names == MODEL.names
    assert again.margin(rows).tolist() == MODEL.margin(rows).tolist()


def test_arrays_give_what_lightgbm_predicts():
    lightgbm = pytest.importorskip("lightgbm", reason="LightGBM is an extra for training", exc_type=ImportError)
    sys.path.insert(0, str(TRAINING))
    from training.lightgbm_trees import trees_of

    random = np.random.default_rng(1)
    rows = np.round(random.normal(size=(600, 7)), 2)
    wanted = (rows[:, 0] * rows[:, 3] + rows[:, 5] > 0.3).astype(int)
    settings = {
        "objective": "binary",
        "num_leaves": 12,
        "verbose": -1,
        "use_missing": False,
        "seed": 1,
        "num_threads": 1,
    }
    booster = lightgbm.train(settings, lightgbm.Dataset(rows, wanted), num_boost_round=25)
    model = trees_of(booster, tuple("abcdefg"))
    assert model.probability(rows) == pytest.approx(booster.predict(rows), rel=1e-12, abs=1e-12)
