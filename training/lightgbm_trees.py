"""From a LightGBM booster to the arrays that are evaluated at run time."""

from __future__ import annotations

from typing import Any

from cleaners.trees import Node, Trees, complete


def trees_of(booster: Any, names: tuple[str, ...]) -> Trees:
    """The trees of a booster with one output, trained with `use_missing=False` and without categorical columns.

    Raises ValueError for a booster that needs more than `value <= threshold`.
    """
    dump = booster.dump_model()
    if dump["num_tree_per_iteration"] != 1:
        raise ValueError("only boosters with one output can be converted")
    return complete(names, [_node(tree["tree_structure"]) for tree in dump["tree_info"]])


def _node(node: dict[str, Any]) -> Node:
    if "leaf_value" in node:
        return Node(value=node["leaf_value"])
    if node["decision_type"] != "<=" or node["missing_type"] != "None":
        raise ValueError(f"cannot convert {node['decision_type']!r} with missing type {node['missing_type']!r}")
    return Node(
        feature=node["split_feature"],
        threshold=node["threshold"],
        left=_node(node["left_child"]),
        right=_node(node["right_child"]),
    )
