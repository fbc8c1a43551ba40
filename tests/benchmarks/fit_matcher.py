"""Learn data/reference/match_model.json.

    PYTHONPATH=tests SVLIB_SHARED_DATA=... python tests/benchmarks/fit_matcher.py FOLDER

FOLDER holds register.csv and queries_learn.csv as `register_maker.py` writes them. Learnt from: the
made-up queries to learn from, and the half of the published pairs that is for tuning. The other
halves are not read. Names without a company among the published pairs are not known, so the share
of names that have none is the made-up queries'.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from published_truth import pairs as published
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from svlib import project
from svlib.suppliers import matching, model
from svlib.suppliers.register import Register
from svlib.suppliers.register_files import load

NOT_FEATURES = ("query", "company", "probe", "row", "line", "score")
PRECISION = 0.99  # of "matched"
BEGIN = {  # a straight line to choose the first candidates by
    "ratio": 5.0, "sorted": 8.0, "joined": 4.0, "of_row": 3.0, "of_probe": 3.0, "part": -1.0,
    "same_postcode": 6.0, "same_outcode": 4.0, "same_area": 2.0, "other_area": -0.5,
    "other_form": -1.0, "numbers": 1.0,
}  # fmt: skip
PUBLISHED = 4.0  # what a published name weighs beside a made-up one: there are few
REVIEW = 0.05  # least probability worth a person's time
TREES: dict[str, Any] = {
    "max_iter": 250, "learning_rate": 0.08, "max_leaf_nodes": 31, "min_samples_leaf": 60,
    "l2_regularization": 3.0, "random_state": 0, "early_stopping": False,
}  # fmt: skip


def queries(folder: Path, shared: Path) -> pd.DataFrame:
    """`name`, `postcode`, `company_number` (empty for none), `made_up`."""
    made = pd.read_csv(folder / "queries_learn.csv", dtype="str", keep_default_na=False)
    real = published(shared)
    real = real[(real["split"] == "tune") & (real["postcode_from"] != "register")]
    columns = ["name", "postcode", "company_number"]
    both = [made[columns].assign(made_up=True), real[columns].assign(made_up=False)]
    return pd.concat(both, ignore_index=True)


def table_of(asked: pd.DataFrame, register: Register) -> pd.DataFrame:
    """`matching.likeliest` with `right`: whether the company is the true one."""
    found = matching.likeliest(list(asked["name"]), list(asked["postcode"]), register)
    numbers = register.companies["number"].combine_chunks()
    number = numbers.take(found["company"].to_numpy()).to_numpy(zero_copy_only=False)
    truth = asked["company_number"].to_numpy()[found["query"].to_numpy()]
    return found.assign(right=number == truth)


def columns_of(table: pd.DataFrame) -> list[str]:
    return [name for name in table.columns if name not in (*NOT_FEATURES, "right")]


def line_of(table: pd.DataFrame) -> dict[str, float]:
    first = list(table.columns)[: list(table.columns).index("line")]
    features = [name for name in first if name not in NOT_FEATURES]
    learnt = LogisticRegression(C=1.0, max_iter=3000).fit(table[features], table["right"])
    return dict(zip(features, map(float, np.round(learnt.coef_[0], 5)), strict=True))


def trees_of(table: pd.DataFrame, weight: np.ndarray) -> dict[str, Any]:
    columns = columns_of(table)
    learnt = HistGradientBoostingClassifier(**TREES).fit(
        table[columns].to_numpy(np.float64), table["right"], sample_weight=weight
    )
    trees = [_plain(each[0].nodes) for each in learnt._predictors]
    start = float(learnt._baseline_prediction.ravel()[0])
    return {"columns": columns, "start": start, "trees": trees}


def _plain(nodes: np.ndarray) -> dict[str, list[float]]:
    leaf = nodes["is_leaf"].astype(bool)
    return {
        "column": np.where(leaf, -1, nodes["feature_idx"]).tolist(),
        "limit": [float(f"{v:.6g}") if np.isfinite(v) else 0.0 for v in nodes["num_threshold"]],
        "left": nodes["left"].tolist(),
        "right": nodes["right"].tolist(),
        "value": [float(f"{value:.5g}") for value in nodes["value"]],
    }


def limit_of(table: pd.DataFrame, score: np.ndarray) -> float:
    """The least probability at which the best companies are right in 99 of 100 cases."""
    best = table.assign(score=score).sort_values(["query", "score"], ascending=[True, False])
    best = best.drop_duplicates("query").sort_values("score", ascending=False)
    share = best["right"].cumsum() / np.arange(1, len(best) + 1)
    enough = np.flatnonzero(share >= PRECISION)
    return float(best["score"].iloc[enough.max()]) if len(enough) else 1.0


def write(parts: dict[str, Any]) -> None:
    path = project.reference("match_model.json")
    text = json.dumps(parts, separators=(",", ":"))
    path.write_text(text.replace('{"column"', '\n{"column"') + "\n", encoding="utf-8", newline="\n")
    model._model.cache_clear()


def learn(asked: pd.DataFrame, register: Register) -> None:
    parts: dict[str, Any] = {"limits": {"matched": 1.0, "review": REVIEW}, "line": {}, "trees": []}
    parts["line"] = BEGIN
    for _ in range(2):  # the second time among the candidates the first chose
        write(parts)
        table = table_of(asked, register)
        parts["line"] = line_of(table)
    write(parts)
    table = table_of(asked, register)
    weight = np.where(asked["made_up"].to_numpy()[table["query"].to_numpy()], 1.0, PUBLISHED)
    half = table["query"] % 2 == 0
    held_out = np.zeros(len(table))
    for part in (half, ~half):  # the limit comes from names the trees have not seen
        parts |= trees_of(table[part], weight[part])
        write(parts)
        held_out[(~part).to_numpy()] = model.probability(table[~part])
    parts["limits"]["matched"] = round(limit_of(table, held_out), 4)
    parts |= trees_of(table, weight)
    write(parts)
    print(f"learnt from {len(asked):,} names; matched from {parts['limits']['matched']}")


if __name__ == "__main__":
    where = Path(sys.argv[1])
    shared_data = Path(os.environ["SVLIB_SHARED_DATA"])
    learn(queries(where, shared_data), load(where / "register.csv"))
