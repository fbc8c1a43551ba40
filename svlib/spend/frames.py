"""Payments of any engine as sums: the ground that all spend measures stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import narwhals as nw
import pandas as pd

ZERO = Decimal("0.00")
_BETWEEN = "\x1f"  # between values of a combination; no text holds it
_COUNTS = ("payments", "suppliers")
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
    return collect(summed).sort_values(keys, ignore_index=True)


def labelled(
    frame: nw.LazyFrame[Any], label: str, keys: Sequence[str], name: Callable[..., str | None]
) -> nw.LazyFrame[Any]:
    """The frame with a column `label`: what `name` says of the values of `keys` in a row. It is
    asked once for each combination that occurs; rows it says None of are left out."""
    frame = frame.with_columns(nw.col(*keys).fill_null(""))
    found = collect(frame.select(*keys).unique())
    named: dict[str, list[str]] = {}
    for values in found.itertuples(index=False):
        said = name(*values)
        if said is not None:
            named.setdefault(said, []).append(_BETWEEN.join(values))
    key = nw.concat_str([nw.col(one) for one in keys], separator=_BETWEEN)
    text = nw.lit(None, nw.String)
    for said, combinations in named.items():
        text = nw.when(key.is_in(combinations)).then(nw.lit(said)).otherwise(text)
    return frame.with_columns(text.alias(label)).filter(~nw.col(label).is_null())


def among(column: str, values: Iterable[str]) -> nw.Expr:
    """That a text is one of some values, of none of them too."""
    return nw.col(column).is_in([*values, _BETWEEN])


def in_order(table: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """The rows in the order in which `order` has the values of the first column."""
    at = {name: place for place, name in enumerate(order)}
    places = table.iloc[:, 0].map(at)
    return table.iloc[places.argsort(kind="stable")].reset_index(drop=True)


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


def net(frame: nw.LazyFrame[Any]) -> Decimal:
    """The sum of all amounts; zero of nothing."""
    found = collect(frame.select(nw.col("amount_gbp").sum().alias("net_gbp")))
    return sum(found["net_gbp"], ZERO)


def named_suppliers(frame: nw.LazyFrame[Any]) -> int:
    """How many distinct suppliers are named."""
    named = frame.filter(~nw.col("supplier_class").is_in(NO_NAME))
    each = named.select("supplier_class", "supplier_id").unique()
    return int(collect(each.select(nw.len().alias("suppliers")))["suppliers"].sum())


def with_share(table: pd.DataFrame) -> pd.DataFrame:
    """Largest first, with each row's share of the whole."""
    key = table.columns[0]
    ordered = table.sort_values(["net_gbp", key], ascending=[False, True], ignore_index=True)
    return ordered.assign(share=shares(ordered, sum(ordered["net_gbp"], ZERO)))


def shares(table: pd.DataFrame, whole: Decimal) -> list[float | None]:
    """No share is given of a whole that is zero or less."""
    return [float(value / whole) if whole > 0 else None for value in table["net_gbp"]]


def collect(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Into pandas: text as str, money as Decimal with two places (nothing is zero), counts as
    int."""
    table = frame.collect("pyarrow").to_native()
    columns = [
        _plain(table[name], money=name.endswith("_gbp"), counts=name in _COUNTS)
        for name in table.column_names
    ]
    return table.from_arrays(columns, names=table.column_names).to_pandas()


def _plain(column: Any, *, money: bool, counts: bool) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if money:
        return pc.fill_null(column.cast(pa.decimal128(38, 2)), ZERO)
    return column.cast(pa.int64()) if counts else column
