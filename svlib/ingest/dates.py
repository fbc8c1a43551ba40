"""A column of dates: day first unless the file's own values prove that the month comes first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from svlib.ingest import cells
from svlib.ingest.body import Body, Column
from svlib.ingest.period import find_period


@dataclass(frozen=True)
class Days:
    """The date of each row, null where it has none. `counted` is how many rows each day has;
    `mixed` how many rows can only be read in the order the others refute."""

    dates: pa.Array
    counted: Counter[date]
    mixed: int = 0


def read_days(body: Body, at: int | None, name: str, sheet: str) -> Days:
    """Read the column of dates. Where no value proves the order of day and month, the period in
    the file's or sheet's name decides, else the day comes first."""
    if at is None or at not in body.columns:
        return Days(pa.nulls(body.rows, pa.date32()), Counter())
    column = body.columns[at]
    only: Counter[cells.Order] = Counter()
    for text, count in zip(column.values, column.counts, strict=True):
        orders = cells.orders(text)
        if len(orders) == 1:
            only[orders.pop()] += count
    order: cells.Order = "month" if only["month"] > only["day"] else "day"
    if not only and _named_period_wants_month_first(column, name, sheet):
        order = "month"
    known = [cells.day(text, order) for text in column.values]
    counted: Counter[date] = Counter()
    for day, count in zip(known, column.counts, strict=True):
        if day is not None:
            counted[day] += count
    dates = pa.array(known, pa.date32()).take(pa.array(column.places))
    return Days(dates, counted, min(only["day"], only["month"]))


def _named_period_wants_month_first(column: Column, name: str, sheet: str) -> bool:
    named = find_period(name, [sheet], Counter())
    if named is None:
        return False
    within: dict[cells.Order, int] = {"day": 0, "month": 0}
    for text, count in zip(column.values, column.counts, strict=True):
        for order in within:
            day = cells.day(text, order)
            within[order] += count if day is not None and f"{day:%Y-%m}" in named.months else 0
    return within["month"] > 0.5 * sum(column.counts) > 2 * within["day"]
