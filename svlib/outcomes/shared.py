"""What every part of the outcomes counts with: names, steps of rounding, small frames."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

VALUE_TYPES = ("fiscal", "economic", "social", "wellbeing")
"""Kinds of value that may be counted; `wage` is a reference figure and is none of them."""

STAGES = {
    "promised": "target",
    "due": "due_to_date",
    "delivered": "delivered",
    "evidenced": "evidenced",
}
"""Stage of a value to the column of `progress` that holds its quantity."""

QUANTUM, PENNY = Decimal("0.0001"), Decimal("0.01")


def counting(deliveries: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Deliveries by a day that count: what the council rejected was not delivered."""
    rejected = deliveries["evidence_status"] == "rejected"
    late = [day > as_of for day in deliveries["delivered_on"]]
    return deliveries.loc[~(rejected | pd.Series(late, index=deliveries.index, dtype=bool))]


def rounded(number: Decimal, step: Decimal) -> Decimal:
    """To the nearest step, halves upwards, as people round by hand."""
    return number.quantize(step, rounding=ROUND_HALF_UP)


def total(column: Iterable[Decimal | None]) -> Decimal | None:
    """The sum, or None when a part of it is not known."""
    found = Decimal(0)
    for one in column:
        if one is None:
            return None
        found += one
    return found


def groups(table: pd.DataFrame, labels: list[str]) -> Iterable[tuple[Any, pd.DataFrame]]:
    """The parts of a table that agree in these columns, in order of appearance."""
    return table.groupby(labels, sort=False) if len(table) else []


def frame(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    """Rows with exactly these columns, each cell the Python value it was."""
    return pd.DataFrame(rows, columns=columns, dtype=object)
