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
_WHO = ("supplier_class", "supplier_id")
LISTED = ("supplier", "public body", "card")  # kinds of payee whose names may be printed
NO_NAME = ("redacted", "unnamed")  # classes of payee that name nobody


def lazy(payments: Any) -> nw.LazyFrame[Any]:
    """Any frame as a lazy one; pandas through Arrow, where sums of Decimal stay exact."""
    if isinstance(payments, nw.LazyFrame):
        return payments
    if isinstance(payments, pd.DataFrame):
        import pyarrow as pa

        payments = pa.Table.from_pandas(payments, preserve_index=False)
    return nw.from_native(payments).lazy()


def each_supplier(frame: nw.LazyFrame[Any], by: Sequence[str]) -> nw.LazyFrame[Any]:
    """One row a payee and value of `by`: the sum of `amount_gbp`, and `payments` (lines)."""
    keys = list(dict.fromkeys([*by, *_WHO]))
    return frame.group_by(*keys).agg(nw.col("amount_gbp").sum(), nw.len().alias("payments"))


def summary(frame: nw.LazyFrame[Any], by: Sequence[str]) -> pd.DataFrame:
    """Net pounds, lines and distinct named suppliers for each value of `by`, in its order."""
    return added_up(each_supplier(frame, by), by)


def added_up(each: nw.LazyFrame[Any], by: Sequence[str]) -> pd.DataFrame:
    """As `summary`, of rows of `each_supplier` that hold the columns of `by`."""
    keys = list(dict.fromkeys([*by, *_WHO]))
    one = each.group_by(*keys).agg(nw.col("amount_gbp").sum(), nw.col("payments").sum())
    named = nw.when(nw.col("supplier_class").is_in(NO_NAME)).then(0).otherwise(1)
    found = (
        one.with_columns(suppliers=named)
        .group_by(*by)
        .agg(
            nw.col("amount_gbp").sum().alias("net_gbp"),
            nw.col("payments").sum(),
            nw.col("suppliers").sum(),
        )
    )
    return collect(found).sort_values(list(by), ignore_index=True)


def labelled(
    frame: nw.LazyFrame[Any], label: str, keys: Sequence[str], name: Callable[..., str | None]
) -> nw.LazyFrame[Any]:
    """One row a payee and value of `keys`, with a column `label`: what `name` says of those values
    (columns of `each_supplier`). It is asked once for each combination that occurs; rows it says
    None of are left out."""
    each = each_supplier(frame, keys).collect("pyarrow")
    each = each.with_columns(nw.col(*keys).cast(nw.String).fill_null(""))
    found = each.select(*keys).unique().to_pandas()
    said = {_BETWEEN.join(values): name(*values) for values in found.itertuples(index=False)}
    named = {key: text for key, text in said.items() if text is not None}
    key = nw.concat_str([nw.col(one) for one in keys], separator=_BETWEEN)
    kept = each.with_columns(key.alias(label)).filter(among(label, named))
    old, new = [*named, _BETWEEN], [*named.values(), ""]  # a value more: an empty list has no type
    text = nw.col(label).replace_strict(old, new, return_dtype=nw.String)
    return kept.with_columns(text).lazy()


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
