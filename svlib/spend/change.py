"""What changed between two quarters: the amounts and the suppliers."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from svlib.spend.frames import NO_NAME, ZERO, lazy, summary

NEW, LOST, RETURNING, STAYING = "new", "lost", "returning", "staying"


def movement(history: Any, now: str, before: str, column: str = "directorate_name") -> pd.DataFrame:
    """What moved the total between two quarters, largest move first: the value of `column`,
    `before_gbp`, `now_gbp`, `change_gbp`. The changes add up to the change of the whole."""
    found = summary(lazy(history), ["quarter", column])
    sides = {
        name: found[found["quarter"] == quarter].set_index(column)["net_gbp"]
        for name, quarter in (("before_gbp", before), ("now_gbp", now))
    }
    values = sorted(set(sides["before_gbp"].index) | set(sides["now_gbp"].index))
    table = pd.DataFrame({column: values})
    for name, side in sides.items():
        table[name] = [side.get(value, ZERO) for value in values]
    table["change_gbp"] = table["now_gbp"] - table["before_gbp"]
    order = sorted(range(len(table)), key=lambda row: -abs(table["change_gbp"].iloc[row]))
    return table.iloc[order].reset_index(drop=True)


def turnover(history: Any, now: str) -> pd.DataFrame:
    """One row a named payee of quarter `now` or of the quarter held before it, largest amount
    first: `supplier_class`, `supplier_id`, `supplier_name`, `turnover`, `before_gbp`, `now_gbp`.

    `turnover` is new (paid in no quarter held before), returning (paid before, not in the quarter
    before), staying (paid in both) or lost (paid in the quarter before, not now). With no quarter
    held before, nobody can be called new and the table is empty.
    """
    keys = ["supplier_class", "supplier_id", "supplier_name"]
    frame = lazy(history).filter(~nw.col("supplier_class").is_in(NO_NAME))
    found = summary(frame, [*keys, "quarter"])
    earlier = sorted({quarter for quarter in found["quarter"] if quarter < now})
    columns = [*keys, "turnover", "before_gbp", "now_gbp"]
    if not earlier:
        return pd.DataFrame(columns=columns)
    ever = set(found["supplier_id"][found["quarter"].isin(earlier)])
    table = _beside(found, keys, earlier[-1], now)
    table["turnover"] = [
        _turnover(here, there, one in ever)
        for here, there, one in zip(
            table["now_gbp"].notna(), table["before_gbp"].notna(), table["supplier_id"], strict=True
        )
    ]
    for name in ("before_gbp", "now_gbp"):
        table[name] = [ZERO if pd.isna(amount) else amount for amount in table[name]]
    size = [-max(now_gbp, before) for now_gbp, before in zip(table["now_gbp"],
            table["before_gbp"], strict=True)]  # fmt: skip
    order = sorted(range(len(table)), key=lambda row: (size[row], table["supplier_id"].iloc[row]))
    return table.iloc[order][columns].reset_index(drop=True)


def by_turnover(history: Any, now: str) -> pd.DataFrame:
    """One row a kind of `turnover`: `turnover`, `suppliers`, `before_gbp`, `now_gbp`."""
    each = turnover(history, now)
    rows = [
        {
            "turnover": kind,
            "suppliers": len(part),
            "before_gbp": sum(part["before_gbp"], ZERO),
            "now_gbp": sum(part["now_gbp"], ZERO),
        }
        for kind in (STAYING, NEW, RETURNING, LOST)
        if len(part := each[each["turnover"] == kind])
    ]
    return pd.DataFrame(rows, columns=["turnover", "suppliers", "before_gbp", "now_gbp"])


def _beside(found: pd.DataFrame, keys: list[str], before: str, now: str) -> pd.DataFrame:
    sides = [
        found[found["quarter"] == quarter][[*keys, "net_gbp"]].rename(columns={"net_gbp": name})
        for quarter, name in ((before, "before_gbp"), (now, "now_gbp"))
    ]
    return sides[0].merge(sides[1], on=keys, how="outer")


def _turnover(here: bool, there: bool, known: bool) -> str:
    if not here:
        return LOST
    if there:
        return STAYING
    return RETURNING if known else NEW
