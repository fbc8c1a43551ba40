"""What will have been delivered by the end of each commitment, if things go on as they have.

An extrapolation, not a promise: it knows nothing of what a supplier plans.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from svlib.outcomes.shared import QUANTUM, counting, frame, rounded
from svlib.quarter import Quarter

QUARTERS = 4
"""Whole quarters that the range is taken from: a year, so that each season counts once."""

OUTLOOKS = ("will fall short", "may be met", "will be met", "not known")
_FORECAST = [
    "commitment_id", "category", "measure_id", "measure", "unit", "contract_ref", "title", "target",
    "delivered", "end_date", "days_left", "whole_quarters", "forecast_low", "forecast",
    "forecast_high", "forecast_share", "outlook",
]  # fmt: skip


def forecast(progress: pd.DataFrame, deliveries: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row a commitment, in the order of `progress`: what to expect by its end_date.

    Quantities are Decimals in `unit`, to 0.0001. `forecast` goes on at the pace so far: delivered x
    days of the period / days gone. `forecast_low` and `forecast_high` add to what is delivered the
    days left at the pace of the slowest and the fastest of the last four whole quarters
    (`whole_quarters` of them lie in the period and are over); the range is widened to hold
    `forecast`, and neither end is below what is delivered. Low and high are None before a whole
    quarter is over, all three before the first day; once the period is over all are what was
    delivered. forecast_share is forecast / target, None when there is no forecast or no target.
    `outlook`: will be met (low reaches the target), may be met (high does), will fall short, not
    known (no range).
    """
    made: dict[str, list[tuple[date, Decimal]]] = {}
    counted = counting(deliveries, as_of)
    for name, day, quantity in zip(
        counted["commitment_id"], counted["delivered_on"], counted["quantity"], strict=True
    ):
        made.setdefault(name, []).append((day, quantity))
    same = ("commitment_id", "category", "measure_id", "measure", "unit", "contract_ref", "title",
            "target", "delivered", "end_date")  # fmt: skip
    rows = [
        {name: promise[name] for name in same}
        | _ahead(promise, made.get(promise["commitment_id"], []), as_of)
        for promise in progress.to_dict("records")
    ]
    return frame(rows, _FORECAST)


def _ahead(
    promise: Mapping[str, Any], made: list[tuple[date, Decimal]], as_of: date
) -> dict[str, Any]:
    start, end, delivered = promise["start_date"], promise["end_date"], promise["delivered"]
    until = min(as_of, end)
    gone, whole = (until - start).days + 1, (end - start).days + 1
    left = whole - max(gone, 0)
    quarters = _whole_quarters(start, until)
    row = {"days_left": left, "whole_quarters": len(quarters)}
    if gone <= 0:
        return row | _told(None, None, None, promise["target"])
    if not left:
        return row | _told(delivered, delivered, delivered, promise["target"])
    middle = max(delivered * whole / gone, delivered)
    if not quarters:
        return row | _told(None, middle, None, promise["target"])
    paces = [_pace(quarter, made) for quarter in quarters]
    low = min(delivered + max(min(paces), Decimal(0)) * left, middle)
    high = max(delivered + max(paces) * left, middle)
    return row | _told(low, middle, high, promise["target"])


def _told(
    low: Decimal | None, middle: Decimal | None, high: Decimal | None, target: Decimal
) -> dict[str, Any]:
    ends = [None if one is None else rounded(one, QUANTUM) for one in (low, middle, high)]
    share = float(middle / target) if middle is not None and target else None
    return {
        "forecast_low": ends[0],
        "forecast": ends[1],
        "forecast_high": ends[2],
        "forecast_share": share,
        "outlook": _outlook(ends[0], ends[2], target),
    }


def _outlook(low: Decimal | None, high: Decimal | None, target: Decimal) -> str:
    if low is None or high is None:
        return "not known"
    if low >= target:
        return "will be met"
    return "may be met" if high >= target else "will fall short"


def _whole_quarters(start: date, until: date) -> list[Quarter]:
    """The last four quarters that lie between the two days from end to end, earliest first."""
    quarter = Quarter.of(until + timedelta(days=1)).previous
    found: list[Quarter] = []
    while len(found) < QUARTERS and quarter.start >= start and quarter.end <= until:
        found.insert(0, quarter)
        quarter = quarter.previous
    return found


def _pace(quarter: Quarter, made: list[tuple[date, Decimal]]) -> Decimal:
    """Delivered a day in one quarter."""
    quantity = sum((q for day, q in made if quarter.start <= day <= quarter.end), Decimal(0))
    return quantity / ((quarter.end - quarter.start).days + 1)
