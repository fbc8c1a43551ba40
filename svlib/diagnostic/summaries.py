"""Scores by section, area, directorate and in all, and how they changed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from svlib.diagnostic.grouping import frame, parts
from svlib.diagnostic.scoring import ANSWERED, DONT_KNOW, MISSING, NOT_APPLICABLE, TOP

COVERAGE_NEEDED = 0.8  # under this a score says more about who answered than about the council

_COUNTS = {
    "answered": ANSWERED,
    "dont_know": DONT_KNOW,
    "not_applicable": NOT_APPLICABLE,
    "not_answered": MISSING,
}
_FIGURES = ("claimed", "capped", "coverage", *_COUNTS)


def by_section(scores: pd.DataFrame) -> pd.DataFrame:
    """One row a section, in order: section, section_name, claimed and capped (percent, None under
    80% coverage), coverage, answered, dont_know, not_applicable, not_answered."""
    return _summary(scores, ["section", "section_name"])


def by_area(scores: pd.DataFrame) -> pd.DataFrame:
    """One row an area, in order: area, area_name, then as in `by_section`."""
    return _summary(scores, ["area", "area_name"])


def by_directorate(scores: pd.DataFrame) -> pd.DataFrame:
    """One row a directorate, by name: directorate, then as in `by_section`."""
    return _summary(scores, ["directorate"])


def overall(
    scores: pd.DataFrame, section_weights: Mapping[Any, Decimal] | None = None
) -> pd.DataFrame:
    """One row: scope, then as in `by_section`. Sections count equally, however many questions each
    has, unless `section_weights` names another weight than 1; a section that applies to nobody
    drops out. None when any other lacks its score."""
    weights = section_weights or {}
    sections = [row for row in by_section(scores).to_dict("records") if row["coverage"] is not None]
    row: dict[str, Any] = {"scope": "all sections"} | _figures(scores)
    for view in ("claimed", "capped"):
        found = [(section[view], float(weights.get(section["section"], 1))) for section in sections]
        whole = sum(weight for _, weight in found)
        lacking = not whole or row[view] is None or any(score is None for score, _ in found)
        row[view] = None if lacking else sum(score * w for score, w in found) / whole
    return frame([row], ["scope", *_FIGURES])


def change(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """One row a row of `now`, in its order, against the same row of `before`: its labels, then
    claimed_before, claimed_now, claimed_change (percentage points), the same for capped, and
    coverage_before, coverage_now.

    Both come from the same one of `by_section`, `by_area`, `by_directorate`, `overall`. A change is
    None where either score is; one between different coverages may come from who answered.
    """
    labels = [name for name in now.columns if name not in _FIGURES]
    earlier = {tuple(row[name] for name in labels): row for row in before.to_dict("records")}
    rows = [
        {name: row[name] for name in labels}
        | _against(row, earlier.get(tuple(row[name] for name in labels), {}))
        for row in now.to_dict("records")
    ]
    return frame(rows, [*labels, *_against({}, {})])


def _summary(scores: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    rows = [label | _figures(part) for label, part in parts(scores, labels)]
    return frame(rows, [*labels, *_FIGURES])


def _figures(part: pd.DataFrame) -> dict[str, Any]:
    """Score = sum of weight x level / (5 x sum of weights) x 100.

    Coverage is answered / all but the not applicable: a "don't know" is not an answer.
    """
    counts = {name: int((part["state"] == state).sum()) for name, state in _COUNTS.items()}
    asked = len(part) - counts["not_applicable"]
    coverage = counts["answered"] / asked if asked else None
    shown = coverage is not None and coverage >= COVERAGE_NEEDED
    percent = {view: _percent(part, view) if shown else None for view in ("claimed", "capped")}
    return percent | {"coverage": coverage} | counts


def _percent(part: pd.DataFrame, view: str) -> float | None:
    """None where every question that has a level weighs nothing."""
    held = part[part[view].notna()]
    weight = float(held["weight"].sum())
    levels = [float(level) for level in held[view]]
    got = sum(w * level for w, level in zip(held["weight"], levels, strict=True))
    return got / (TOP * weight) * 100 if weight else None


def _against(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for view in ("claimed", "capped"):
        then, here = before.get(view), now.get(view)
        moved = None if then is None or here is None else here - then
        row |= {f"{view}_before": then, f"{view}_now": here, f"{view}_change": moved}
    return row | {
        "coverage_before": before.get("coverage"),
        "coverage_now": now.get("coverage"),
    }
