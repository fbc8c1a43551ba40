"""Where to act first: categories ranked by spend, local market, risk and opportunity.

Each score is a place among the categories, 0 to 100, so that one very large category does not hide
the rest. It orders the work; it says nothing of what a procurement may lawfully ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from svlib import categories
from svlib.guidance.model import Guidance
from svlib.guidance.reading import load
from svlib.parameters import Guidance as Asked

SCORES = {
    "spend": "Spend",
    "local_market": "Local market",
    "risk": "Risk",
    "opportunity": "Opportunity",
}
COLUMNS = (
    "rank", "category", "name", "net_gbp", "addressable_gbp", "outside_gbp", "not_known_gbp",
    "suppliers",
    "local_suppliers", "firms", "risk_marks", *SCORES, "score", "how",
)  # fmt: skip
NOTHING = "no rule says what it bought"
_ZERO, _HALF = Decimal("0.00"), Decimal("0.5")


def prioritise(
    spend: pd.DataFrame,
    leaks: pd.DataFrame,
    asked: Asked,
    firms: Mapping[str, int] | None = None,
    guidance: Guidance | None = None,
) -> pd.DataFrame:
    """One row a category that is bought and has spend, the highest score first, then by addressable
    spend and name: COLUMNS.

    `spend` has the columns category, name and net_gbp (spend.by_category), `leaks` category,
    net_gbp, outside_gbp, not_known_gbp, suppliers and local_suppliers of addressable spend
    (spend.leakage);
    `firms` the firms registered in the area by category, None where no register is given.

    A place is 100 x (categories with less + half of those level) / (others). spend: the place by
    addressable pounds; local_market: by local suppliers paid, and the mean of that and the place by
    registered firms where they are known; risk: by the sum of the three marks; opportunity: by
    pounds that certainly leave the area. score = sum(weight x score) / sum(weights); `how` shows
    that sum with its figures. Where no place is known at all, opportunity and local suppliers are
    None and do not count. Scores are to one decimal place. With `left_out`, net_gbp adds up to
    all spend.
    """
    guidance = guidance or load()
    at = leaks.set_index("category").to_dict("index")
    rows = [
        _row(line, at.get(line["category"], {}), firms, guidance)
        for line in spend.to_dict("records")
        if not _why_left_out(line["category"], guidance)
    ]
    _score(rows, asked)
    rows.sort(key=lambda row: (-(row["score"] or 0), -row["addressable_gbp"], row["name"]))
    ranked = [{**row, "rank": rank} for rank, row in enumerate(rows, start=1)]
    return pd.DataFrame(ranked, columns=list(COLUMNS))


def left_out(spend: pd.DataFrame, guidance: Guidance | None = None) -> pd.DataFrame:
    """One row a category that `prioritise` leaves out, in the order given: category, name, net_gbp
    and why."""
    guidance = guidance or load()
    rows = [
        {"category": row["category"], "name": row["name"], "net_gbp": row["net_gbp"], "why": why}
        for row in spend.to_dict("records")
        if (why := _why_left_out(row["category"], guidance))
    ]
    return pd.DataFrame(rows, columns=["category", "name", "net_gbp", "why"])


def _why_left_out(category: str, guidance: Guidance) -> str:
    guide = guidance.categories.get(category)
    if category == categories.UNCLASSIFIED or guide is None:
        return NOTHING
    return guide.not_bought or ""


def _row(
    line: Mapping[Any, Any],
    leak: Mapping[Any, Any],
    firms: Mapping[str, int] | None,
    guidance: Guidance,
) -> dict[str, Any]:
    category = line["category"]
    risk = guidance.categories[category].risk
    assert risk is not None  # a category that is bought has marks
    return {
        "category": category,
        "name": line["name"],
        "net_gbp": line["net_gbp"],
        "addressable_gbp": leak.get("net_gbp", _ZERO),
        "outside_gbp": leak.get("outside_gbp", _ZERO),
        "not_known_gbp": leak.get("not_known_gbp", _ZERO),
        "suppliers": leak.get("suppliers", 0),
        "local_suppliers": leak.get("local_suppliers", 0),
        "firms": None if firms is None else firms.get(category, 0),
        "risk_marks": risk.total,
    }


def _score(rows: list[dict[str, Any]], asked: Asked) -> None:
    """Put the four scores, the total and its arithmetic on each row."""
    scored = {
        "spend": _places([row["addressable_gbp"] for row in rows]),
        "local_market": _market(rows),
        "risk": _places([row["risk_marks"] for row in rows]),
        "opportunity": _places([row["outside_gbp"] for row in rows]) if _placed(rows) else None,
    }
    for at, row in enumerate(rows):
        row |= {name: None if places is None else places[at] for name, places in scored.items()}
        row["score"], row["how"] = _total(row, asked)


def _market(rows: list[dict[str, Any]]) -> list[Decimal] | None:
    """The mean of the places by local suppliers and by registered firms, as far as known."""
    known = [_places([row["local_suppliers"] for row in rows])] if _placed(rows) else []
    if any(row["firms"] is not None for row in rows):
        known.append(_places([row["firms"] for row in rows]))
    return [_tenth(sum(each, _ZERO) / len(each)) for each in zip(*known, strict=True)] or None


def _placed(rows: list[dict[str, Any]]) -> bool:
    """Whether the place of any of the addressable spend is known."""
    return any(row["not_known_gbp"] != row["addressable_gbp"] for row in rows)


def _total(row: dict[str, Any], asked: Asked) -> tuple[Decimal | None, str]:
    """The mean of the scores that are known, by weight, and its arithmetic; None where none of
    them has a weight."""
    known = {name: label for name, label in SCORES.items() if row[name] is not None}
    weights = {name: getattr(asked.weights, name) for name in known}
    whole = sum(weights.values(), _ZERO)
    if not whole:
        return None, "no score that is known has a weight"
    score = _tenth(sum((weights[name] * row[name] for name in known), _ZERO) / whole)
    parts = [
        f"{_plain(weights[name])} x {row[name]} ({label.lower()})" for name, label in known.items()
    ]
    return score, f"({' + '.join(parts)}) / {_plain(whole)} = {score}"


def _places(figures: list[Any]) -> list[Decimal]:
    """The place of each figure among the others, 0 to 100; 100 for one alone."""
    others = len(figures) - 1
    if others < 1:
        return [Decimal(100)] * len(figures)
    return [
        _tenth(
            100
            * (sum(one < figure for one in figures) + _HALF * (figures.count(figure) - 1))
            / others
        )
        for figure in figures
    ]


def _tenth(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _plain(weight: Decimal) -> str:
    return f"{weight.normalize():f}"
