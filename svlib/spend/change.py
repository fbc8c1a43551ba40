"""What changed between two quarters: the amounts and the suppliers."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import narwhals as nw
import pandas as pd

from svlib.spend.frames import LISTED, NO_NAME, ZERO, collect, in_order, lazy

NEW, LOST, RETURNING, STAYING = "new", "lost", "returning", "staying"
NOT_NAMED = "payees not named"
_SIDES = ("before_gbp", "now_gbp")


def movement(history: Any, now: str, before: str, column: str = "directorate_name") -> pd.DataFrame:
    """What moved the total between two quarters, largest move first: the value of `column`,
    `before_gbp`, `now_gbp`, `change_gbp`. The changes add up to the change of the whole."""
    frame = lazy(history).filter(nw.col("quarter").is_in([now, before]))
    frame = frame.with_columns(nw.col(column).fill_null("not given"))
    sums = frame.group_by("quarter", column).agg(nw.col("amount_gbp").sum().alias("net_gbp"))
    found = collect(sums)
    sides = {
        name: found[found["quarter"] == quarter].set_index(column)["net_gbp"]
        for name, quarter in (("before_gbp", before), ("now_gbp", now))
    }
    values = sorted(set(sides["before_gbp"].index) | set(sides["now_gbp"].index))
    table = pd.DataFrame({column: values})
    for name, side in sides.items():
        table[name] = [side.get(value, ZERO) for value in values]
    table["change_gbp"] = table["now_gbp"] - table["before_gbp"]
    table["size"] = [-abs(change) for change in table["change_gbp"]]
    ordered = table.sort_values(["size", column], ignore_index=True)
    return ordered.drop(columns="size")


def bridge(history: Any, now: str, before: str, column: str, n: int = 8) -> pd.DataFrame:
    """What led from one quarter's total to another's, in steps that add up: `step`, `change_gbp`,
    `total_gbp` (after it). First the total before, then the n values of `column` that moved most,
    each with its move, then "all others", last the total now.

    Of `supplier_name` only those that may be named are; what is paid to others is one step.
    """
    frame = lazy(history)
    if column == "supplier_name":
        named = nw.col("supplier_class").is_in(LISTED)
        text = nw.when(named).then(nw.col(column)).otherwise(nw.lit(NOT_NAMED))
        frame = frame.with_columns(text.alias(column))
    moved = movement(frame, now, before, column)
    first = moved.head(n)
    rows = [(f"total of {before}", sum(moved["before_gbp"], ZERO))]
    rows += list(zip(first[column], first["change_gbp"], strict=True))
    if len(moved) > n:
        rows.append(("all others", sum(moved["change_gbp"][n:], ZERO)))
    table = pd.DataFrame(rows, columns=["step", "change_gbp"])
    table["total_gbp"] = list(accumulate(table["change_gbp"]))
    last = table["total_gbp"].iloc[-1]
    table.loc[len(table)] = [f"total of {now}", last, last]
    return table


def turnover(history: Any, now: str) -> pd.DataFrame:
    """One row a named payee of quarter `now` or of the quarter held before it, largest amount
    first: `supplier_class`, `supplier_id`, `supplier_name`, `turnover`, `before_gbp`, `now_gbp`.

    `turnover` is new (paid in no quarter held before), returning (paid before, not in the quarter
    before), staying (paid in both) or lost (paid in the quarter before, not now). With no quarter
    held before, nobody can be called new and the table is empty.
    """
    columns = ["supplier_class", "supplier_id", "supplier_name", "turnover", *_SIDES]
    each = _each(lazy(history), now)
    if each is None:
        return pd.DataFrame(columns=columns)
    table = collect(each)
    table["size"] = [-max(pair) for pair in zip(*(table[side] for side in _SIDES), strict=True)]
    order = ["size", "supplier_id", "supplier_class", "supplier_name"]
    return table.sort_values(order, ignore_index=True)[columns]


def by_turnover(history: Any, now: str) -> pd.DataFrame:
    """One row a kind of `turnover`: `turnover`, `suppliers`, `before_gbp`, `now_gbp`."""
    columns = ["turnover", "suppliers", *_SIDES]
    each = _each(lazy(history), now)
    if each is None:
        return pd.DataFrame(columns=columns)
    sums = (nw.col(side).sum() for side in _SIDES)
    found = collect(each.group_by("turnover").agg(nw.len().alias("suppliers"), *sums))
    return in_order(found[columns], [STAYING, NEW, RETURNING, LOST])


def _each(frame: nw.LazyFrame[Any], now: str) -> nw.LazyFrame[Any] | None:
    """One row a named payee of quarter `now` or the one before; None when none is held before."""
    quarters = collect(frame.select("quarter").unique())["quarter"]
    earlier = [quarter for quarter in quarters if quarter < now]
    if not earlier:
        return None
    amount, quarter = nw.col("amount_gbp"), nw.col("quarter")
    sides = {"before": quarter == max(earlier), "now": quarter == now}
    told = {f"{side}_gbp": nw.when(here).then(amount).otherwise(0) for side, here in sides.items()}
    seen = {side: nw.when(here).then(1).otherwise(0) for side, here in sides.items()}
    ever = nw.when(quarter < now).then(1).otherwise(0)
    found = (
        frame.filter(~nw.col("supplier_class").is_in(NO_NAME), quarter <= now)
        .group_by("supplier_class", "supplier_id", "supplier_name", "quarter")
        .agg(nw.col("amount_gbp").sum())
        .with_columns(**told, **seen, ever=ever)
        .group_by("supplier_class", "supplier_id", "supplier_name")
        .agg(*(nw.col(name).sum() for name in told), *(nw.col(name).max() for name in seen),
             nw.col("ever").max())
    )  # fmt: skip
    here, there = nw.col("now") > 0, nw.col("before") > 0
    kind = (
        nw.when(~here).then(nw.lit(LOST)).when(there).then(nw.lit(STAYING))
        .when(nw.col("ever") > 0).then(nw.lit(RETURNING)).otherwise(nw.lit(NEW))
    )  # fmt: skip
    return found.filter(here | there).with_columns(turnover=kind)
