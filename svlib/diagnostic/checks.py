"""What directorates say of themselves beside what the council's own data say."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import mean
from typing import Any

import pandas as pd

from svlib.diagnostic.check_rules import Rule
from svlib.diagnostic.grouping import frame

APART = 0.5  # levels from which a mean claim rounds to another level than the data allow
AGREES, LESS, MORE, NOT_HELD, NOT_ANSWERED = VERDICTS = (
    "agrees", "data say less", "data say more", "not held", "not answered",
)  # fmt: skip
FIGURES = ("question_id", "figure", "low", "high", "said", "why_none")
COLUMNS = (
    "question_id", "area_name", "question", "measure", "unit", "directorates", "claimed", "capped",
    "least", "most", "figure", "low", "high", "said", "shown", "level", "gap", "verdict",
    "why_none",
)  # fmt: skip


def checked(
    scores: pd.DataFrame,
    figures: pd.DataFrame,
    questions: pd.DataFrame,
    rules: Mapping[str, Rule],
) -> pd.DataFrame:
    """One row a question with a data check, the widest disagreement first, then those that agree,
    those not answered and those without a figure, in the order of the bank: COLUMNS.

    `claimed` and `capped` are mean levels over the directorates that gave one, `least` and `most`
    the extremes of what is claimed. The `figure`, with the bounds `low` and `high` it lies between
    where it is known in part, is consistent with levels `shown` to `level` (`Rule.span`). `gap` is
    claimed minus `level` where the claim is higher, claimed minus `shown` (below zero) where it is
    lower, else 0; None where either side is not known. From half a level on it is a disagreement.

    `scores` as `diagnostic.scores`; `figures` has FIGURES: a figure, what it says in one clause,
    or None and why.
    """
    held = figures.set_index("question_id").to_dict("index")
    given = dict(list(scores.groupby("question_id"))) if len(scores) else {}
    rows = []
    for question in questions[questions["id"].isin(list(rules))].to_dict("records"):
        name, rule = question["id"], rules[question["id"]]
        row = {"question_id": name, "measure": rule.measure, "unit": rule.unit}
        row |= {label: question[label] for label in ("area_name", "question")}
        row |= _claims(given.get(name)) | held[name] | _levels(held[name], rule)
        row["gap"] = _gap(row)
        rows.append(row | {"verdict": _verdict(row)})
    order = (LESS, MORE, AGREES, NOT_ANSWERED, NOT_HELD)
    apart = {LESS, MORE}
    rows.sort(
        key=lambda row: (
            0 if row["verdict"] in apart else order.index(row["verdict"]),
            -abs(row["gap"] or 0.0) if row["verdict"] in apart else 0.0,
        )
    )
    return frame(rows, list(COLUMNS))


def _claims(part: pd.DataFrame | None) -> dict[str, Any]:
    if part is None or not part["claimed"].notna().any():
        return {"directorates": 0} | dict.fromkeys(("claimed", "capped", "least", "most"))
    said = part[part["claimed"].notna()]  # "don't know" is capped to 0, but it claims nothing
    claimed = [int(level) for level in said["claimed"]]
    return {
        "directorates": len(claimed),
        "claimed": float(mean(claimed)),
        "capped": float(mean(int(level) for level in said["capped"])),
        "least": min(claimed),
        "most": max(claimed),
    }


def _levels(figure: Mapping[str, Any], rule: Rule) -> dict[str, int | None]:
    if figure["figure"] is None:
        return {"shown": None, "level": None}
    shown, level = rule.span(figure["low"], figure["high"])
    return {"shown": shown, "level": level}


def _gap(row: Mapping[str, Any]) -> float | None:
    claimed, shown, level = row["claimed"], row["shown"], row["level"]
    if claimed is None or level is None:
        return None
    return float(claimed - min(max(claimed, shown), level))


def _verdict(row: Mapping[str, Any]) -> str:
    if row["level"] is None:
        return NOT_HELD
    if row["gap"] is None:
        return NOT_ANSWERED
    if abs(row["gap"]) < APART:
        return AGREES
    return LESS if row["gap"] > 0 else MORE
