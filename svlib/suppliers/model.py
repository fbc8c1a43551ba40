"""The learned scorer: a straight line to choose the likeliest few, then trees to weigh them.

`tests/benchmarks/fit_matcher.py` learns both from made-up names and from names that councils
published with a company number, and writes data/reference/match_model.json.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from svlib import project


@cache
def _model() -> dict[str, Any]:
    path = project.reference("match_model.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def limits() -> dict[str, float]:
    """`matched` and `review`: the least probability of each outcome."""
    return dict(_model()["limits"])


def line(features: pd.DataFrame) -> np.ndarray:
    """The straight line's score of each row: greater is likelier."""
    weights = _model()["line"]
    return features[list(weights)].to_numpy(np.float64) @ np.array(list(weights.values()))


def probability(features: pd.DataFrame) -> np.ndarray:
    """The probability, from 0 to 1, that each row's pair is one organisation."""
    model = _model()
    values = features[model["columns"]].to_numpy(np.float64)
    total = np.full(len(values), model["start"])
    for tree in model["trees"]:
        total += _leaf(values, tree)
    return 1 / (1 + np.exp(-total))


def _leaf(values: np.ndarray, tree: dict[str, list[float]]) -> np.ndarray:
    """Each row's value in one tree. Node n asks whether column[n] is at most limit[n] and goes to
    left[n] or right[n]; a leaf has column -1."""
    column, limit = np.array(tree["column"]), np.array(tree["limit"])
    left, right = np.array(tree["left"]), np.array(tree["right"])
    node = np.zeros(len(values), np.int64)
    inner = np.arange(len(values))
    while len(inner):
        here = node[inner]
        below = values[inner, column[here]] <= limit[here]
        node[inner] = np.where(below, left[here], right[here])
        inner = inner[column[node[inner]] >= 0]
    return np.array(tree["value"])[node]
