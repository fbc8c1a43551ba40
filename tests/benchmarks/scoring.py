"""How good a matcher is: precision, recall and F1 at a threshold, and where F1 is best.

A prediction is one row a query, `query_id`, `company_number`, `score`; it counts at or above the
threshold. Truth is one row a query, `query_id`, `company_number` (empty when there is none).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Score:
    """`right` numbers of those `given`, and of the queries that `have` a company."""

    threshold: float
    right: int
    given: int
    have: int

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.have if self.have else 1.0

    @property
    def f1(self) -> float:
        """2TP / (2TP + FP + FN), for FP is `given` less `right` and FN is `have` less `right`."""
        return 2 * self.right / (self.given + self.have) if self.given + self.have else 1.0

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}, recall {self.recall:.3f}, F1 {self.f1:.3f}"
            f" at {self.threshold:.3f}: {self.right} right, {self.given} given,"
            f" {self.have} have one"
        )


def score(predictions: pd.DataFrame, truth: pd.DataFrame, threshold: float) -> Score:
    """A wrong number is a false positive, and a false negative too where there is a right one."""
    both = _with_truth(predictions, truth)
    both = both[both["score"] >= threshold]
    return Score(threshold, int(both["right"].sum()), len(both), _have(truth))


def best_threshold(predictions: pd.DataFrame, truth: pd.DataFrame) -> float:
    """The highest threshold with the best F1; choose it on other queries than you report on."""
    both = _with_truth(predictions, truth).sort_values("score", ascending=False)
    if both.empty:
        return 0.0
    right = both["right"].cumsum().to_numpy()
    f1 = 2 * right / (np.arange(1, len(both) + 1) + _have(truth))
    scores = both["score"].to_numpy()
    last_of_tie = np.append(scores[1:] != scores[:-1], True)
    return float(scores[np.where(last_of_tie, f1, -1).argmax()])


def _have(truth: pd.DataFrame) -> int:
    return int((truth["company_number"] != "").sum())


def _with_truth(predictions: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """The predictions that give a number, `right` or not. Raises ValueError on two for a query."""
    if predictions["query_id"].duplicated().any():
        raise ValueError("predictions: several rows for a query; keep the best one of each")
    given = predictions[predictions["company_number"] != ""]
    both = given.merge(truth[["query_id", "company_number"]], on="query_id", suffixes=("", "_true"))
    if len(both) < len(given):
        raise ValueError(
            "predictions: queries that the truth does not know; score the same queries"
        )
    return both.assign(right=both["company_number"] == both["company_number_true"])
