"""Payments of any engine as sums: the ground that all spend measures stand on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import narwhals as nw
import pandas as pd

ZERO = Decimal("0.00")
NO_NAME = ("redacted", "unnamed")  # classes of payee that name nobody


def lazy(payments: Any) -> nw.LazyFrame[Any]:
    """Any frame as a lazy one; pandas through Arrow, where sums of Decimal stay exact."""
    if isinstance(payments, nw.LazyFrame):
        return payments
    if isinstance(payments, pd.DataFrame):
        import pyarrow as pa

        payments = pa.Table.from_pandas(payments, preserve_index=False)
    return nw.from_native(payments).lazy()


def summary(frame: nw.LazyFrame[Any], by: Sequence[str]) -> pd.DataFrame:
    """Net pounds, lines and distinct named suppliers for each value of `by`, in its order."""
    keys = list(by) or ["all"]
    if not by:
        frame = frame.with_columns(nw.lit("all").alias("all"))
    who = [name for name in ("supplier_class", "supplier_id") if name not in keys]
    each = frame.group_by(*keys, *who).agg(
        nw.col("amount_gbp").sum().alias("net_gbp"), nw.len().alias("payments")
    )
    counted = each.with_columns(
        nw.when(nw.col("supplier_class").is_in(NO_NAME)).then(0).otherwise(1).alias("suppliers")
    )
    summed = counted.group_by(*keys).agg(
        nw.col("net_gbp").sum(), nw.col("payments").sum(), nw.col("suppliers").sum()
    )
    table = _collect(summed)
    return table.sort_values(keys, ignore_index=True)


def added(
    found: pd.DataFrame, column: str, order: list[Any], whole: Decimal | None = None
) -> pd.DataFrame:
    """One row a value of `column` in this order: `net_gbp`, `payments`, `suppliers`, `share` of
    `whole` (of these rows when None). Values without spend are left out."""
    at = {name: place for place, name in enumerate(order)}
    rows = [
        {
            column: name,
            "net_gbp": sum(part["net_gbp"], ZERO),
            "payments": int(part["payments"].sum()),
            "suppliers": part.loc[part["suppliers"] > 0, "supplier_id"].nunique(),
        }
        for name, part in sorted(found.groupby(column), key=lambda group: at[group[0]])
    ]
    table = pd.DataFrame(rows, columns=[column, "net_gbp", "payments", "suppliers"])
    of = sum(table["net_gbp"], ZERO) if whole is None else whole
    return table.assign(share=shares(table, of))


def only(table: pd.DataFrame, column: str, nothing: Any) -> Any:
    """The one value of a column, or what stands for nothing."""
    return table[column].iloc[0] if len(table) else nothing


def with_share(table: pd.DataFrame) -> pd.DataFrame:
    """Largest first, with each row's share of the whole."""
    key = table.columns[0]
    ordered = table.sort_values(["net_gbp", key], ascending=[False, True], ignore_index=True)
    return ordered.assign(share=shares(ordered, sum(ordered["net_gbp"], ZERO)))


def shares(table: pd.DataFrame, whole: Decimal) -> list[float | None]:
    """No share is given of a whole that is zero or less."""
    return [float(value / whole) if whole > 0 else None for value in table["net_gbp"]]


def _collect(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Into pandas: text as str, money as Decimal with two places, counts as int."""
    table = frame.collect("pyarrow").to_native().to_pandas()
    for name in table.columns:
        if name.endswith("_gbp"):
            table[name] = pd.Series(
                [Decimal(value).quantize(ZERO) for value in table[name]], dtype=object
            )
        elif name in ("payments", "suppliers"):
            table[name] = [int(value) for value in table[name]]
    return table
