"""Spend measures: payments in, small tidy tables out.

Payments may be a DuckDB relation, an Arrow table, or a pandas or Polars frame with the columns of
tables.PAYMENTS: each measure is written once, as Narwhals expressions. Money stays exact (Decimal);
a float appears only in a share. Every table has one fixed order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd

from svlib.places import ISLANDS, certainty, district_name, ring, ring_names

if TYPE_CHECKING:
    from svlib.parameters import Area, Areas

ZERO = Decimal("0.00")
_TO_PRINT = {"ambiguous": "not certain", "unknown": "not known"}
_NOTHING = pd.DataFrame({"net_gbp": [ZERO], "payments": [0], "suppliers": [0]})


def totals(payments: Any) -> pd.DataFrame:
    """One row: `net_gbp` (credits taken off), `payments` (lines), `suppliers` (distinct, named),
    `credits_gbp` and `credits` (lines below zero), `withheld_gbp` and `withheld` (no name)."""
    frame = _frame(payments)
    whole = _summary(frame, [])
    whole = whole.drop(columns="all") if len(whole) else _NOTHING.copy()
    below = _summary(frame.filter(nw.col("amount_gbp") < 0), [])
    hidden = _summary(frame.filter(nw.col("redacted")), [])
    return whole.assign(
        credits_gbp=_only(below, "net_gbp", ZERO),
        credits=_only(below, "payments", 0),
        withheld_gbp=_only(hidden, "net_gbp", ZERO),
        withheld=_only(hidden, "payments", 0),
    )


def by_directorate(payments: Any) -> pd.DataFrame:
    """One row a directorate, largest first: `directorate`, `net_gbp`, `payments`, `suppliers`,
    `share` of all net spend."""
    found = _summary(_frame(payments), ["directorate_name"])
    return _with_share(found.rename(columns={"directorate_name": "directorate"}))


def by_expense_type(payments: Any) -> pd.DataFrame:
    """One row a type of expense as printed, largest first; columns as in `by_directorate`."""
    return _with_share(_summary(_frame(payments), ["expense_type"]))


def by_reason(lines: Any) -> pd.DataFrame:
    """One row a rule or problem that kept lines out: `reason`, `net_gbp`, `payments`,
    `suppliers`."""
    return _summary(_frame(lines), ["reason"])


def top_suppliers(payments: Any, n: int = 15) -> pd.DataFrame:
    """The n largest named suppliers: `supplier`, `net_gbp`, `payments`, `share` of all net spend,
    `place` (district code, empty when not certain) and `place_name` (to print).

    A supplier whose lines print postcodes of several districts has no certain place."""
    frame = _frame(payments)
    found = _summary(frame, ["supplier_class", "supplier_id", "supplier_name"])
    whole = sum(found["net_gbp"], ZERO)
    named = found[found["supplier_class"] == "supplier"].sort_values(
        ["net_gbp", "supplier_id"], ascending=[False, True], ignore_index=True
    )
    named = named.assign(supplier=named["supplier_name"], share=_shares(named, whole)).head(n)
    of_suppliers = frame.filter(nw.col("supplier_class") == "supplier")
    where = _summary(of_suppliers, ["supplier_id", "place_status", "district"])
    places = [_place(where[where["supplier_id"] == one]) for one in named["supplier_id"]]
    named["place"] = [code for code, _ in places]
    named["place_name"] = [name for _, name in places]
    return named[["supplier", "net_gbp", "payments", "share", "place", "place_name"]]


def _place(where: pd.DataFrame) -> tuple[str, str]:
    """District code and name to print of the one supplier whose places these are."""
    if len(where) > 1:
        return "", "several places"
    code, status = where["district"].iloc[0], where["place_status"].iloc[0]
    return code, district_name(code) if code else _TO_PRINT.get(status, status)


def concentration(payments: Any, n: int = 10) -> float | None:
    """Share of all net spend that goes to the n largest named suppliers; None without spend."""
    whole = totals(payments)["net_gbp"].iloc[0]
    largest = sum(top_suppliers(payments, n)["net_gbp"], ZERO)
    return float(largest) / float(whole) if whole > 0 else None


def by_place(payments: Any, areas: Areas) -> pd.DataFrame:
    """One row a ring, from the authority outwards, then what cannot be placed: `place`, `net_gbp`,
    `payments`, `suppliers`, `share` of all net spend. The rows add up to the whole.

    A supplier whose outcode straddles districts stands in the smallest area that holds them all.
    """
    found = _summary(
        _frame(payments), ["supplier_class", "supplier_id", "place_status", "candidates"]
    )
    found["place"] = [ring(row.place_status, row.candidates, areas) for row in found.itertuples()]
    order = {name: at for at, name in enumerate(ring_names(areas))}
    rows = [
        {
            "place": place,
            "net_gbp": sum(part["net_gbp"], ZERO),
            "payments": part["payments"].sum(),
            "suppliers": part.loc[part["suppliers"] > 0, "supplier_id"].nunique(),
        }
        for place, part in sorted(found.groupby("place"), key=lambda group: order[group[0]])
    ]
    table = pd.DataFrame(rows, columns=["place", "net_gbp", "payments", "suppliers"])
    return table.assign(share=_shares(table, sum(table["net_gbp"], ZERO)))


def area_shares(payments: Any, areas: Areas) -> pd.DataFrame:
    """One row an area, smallest first: `area`, `name`, `inside_gbp`, `located_gbp`, `share` (inside
    over located, None when nothing is located), `low` and `high` (bounds over all net spend), and
    `low_named`, `high_named` (bounds over spend whose supplier is named).

    Bounds place the net amount of each supplier of unknown place wholly outside or inside,
    whichever lowers or raises the share. Spend whose supplier is withheld counts as one supplier.
    """
    found = _summary(
        _frame(payments), ["supplier_class", "supplier_id", "place_status", "candidates"]
    )
    return pd.DataFrame([_area_share(found, area) for area in areas.nested])


def by_district(payments: Any, codes: Iterable[str]) -> pd.DataFrame:
    """One row a district of `codes`, in their order, with suppliers certain to lie there:
    `district` (code), `net_gbp`, `payments`, `suppliers`. A district without spend has zeros."""
    wanted = list(codes)
    found = _summary(_frame(payments).filter(nw.col("district").is_in(wanted)), ["district"])
    table = pd.DataFrame({"district": wanted}).merge(found, on="district", how="left")
    table["net_gbp"] = [ZERO if pd.isna(value) else value for value in table["net_gbp"]]
    return table.fillna({"payments": 0, "suppliers": 0}).astype({"payments": int, "suppliers": int})


def by_known(payments: Any, column: str) -> pd.DataFrame:
    """One row a value of `size` or `vcse` in the supplier directory, unknown last: the value,
    `net_gbp`, `payments`, `suppliers`, `share` of all net spend."""
    found = _with_share(_summary(_frame(payments), [column]))
    return found.sort_values(
        column, key=lambda values: values == "unknown", kind="stable", ignore_index=True
    )


def known_share(payments: Any, column: str, values: Sequence[str]) -> dict[str, float | None]:
    """Share of spend with suppliers whose `column` (size or vcse) is one of `values`: `share` over
    spend of known value, `low` and `high` over all net spend."""
    found = _summary(_frame(payments), ["supplier_class", "supplier_id", column])
    inside = found[column].isin(list(values))
    return _bounds(found, inside, known=found[column] != "unknown")


def trend(history: Any, areas: Areas) -> pd.DataFrame:
    """One row a quarter, in order: `quarter`, `net_gbp`, `payments`, `suppliers`, and for the local
    area `share`, `low`, `high` as in `area_shares`."""
    frame = _frame(history)
    found = _summary(frame, ["quarter"])
    each = _summary(
        frame, ["quarter", "supplier_class", "supplier_id", "place_status", "candidates"]
    )
    shares = [
        _area_share(each[each["quarter"] == quarter], areas.local_area)
        for quarter in found["quarter"]
    ]
    local = pd.DataFrame(shares, columns=["share", "low", "high"], dtype=object)
    return pd.concat([found, local], axis=1)


def movement(history: Any, now: str, before: str, column: str = "directorate_name") -> pd.DataFrame:
    """What moved the total between two quarters, largest move first: the value of `column`,
    `before_gbp`, `now_gbp`, `change_gbp`. The changes add up to the change of the whole."""
    found = _summary(_frame(history), ["quarter", column])
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


def posted_elsewhere(payments: Any) -> pd.DataFrame:
    """One row a quarter that lines of this quarter were posted in, as their own dates say:
    `posted_quarter` (empty when undated), `net_gbp`, `payments`, `suppliers`."""
    found = _summary(_frame(payments), ["posted_quarter"])
    return found.sort_values("posted_quarter", ascending=False, ignore_index=True)


def _frame(payments: Any) -> nw.LazyFrame[Any]:
    """Any frame as a lazy one; pandas through Arrow, where sums of Decimal stay exact."""
    if isinstance(payments, nw.LazyFrame):
        return payments
    if isinstance(payments, pd.DataFrame):
        import pyarrow as pa

        payments = pa.Table.from_pandas(payments, preserve_index=False)
    return nw.from_native(payments).lazy()


def _summary(frame: nw.LazyFrame[Any], by: Sequence[str]) -> pd.DataFrame:
    """Net pounds, lines and distinct named suppliers for each value of `by`, in its order."""
    keys = list(by) or ["all"]
    if not by:
        frame = frame.with_columns(nw.lit("all").alias("all"))
    who = [name for name in ("supplier_class", "supplier_id") if name not in keys]
    each = frame.group_by(*keys, *who).agg(
        nw.col("amount_gbp").sum().alias("net_gbp"), nw.len().alias("payments")
    )
    counted = each.with_columns(
        nw.when(nw.col("supplier_class") == "supplier").then(1).otherwise(0).alias("suppliers")
    )
    summed = counted.group_by(*keys).agg(
        nw.col("net_gbp").sum(), nw.col("payments").sum(), nw.col("suppliers").sum()
    )
    table = _collect(summed)
    return table.sort_values(keys, ignore_index=True)


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


def _only(table: pd.DataFrame, column: str, nothing: Any) -> Any:
    return table[column].iloc[0] if len(table) else nothing


def _with_share(table: pd.DataFrame) -> pd.DataFrame:
    """Largest first, with each row's share of the whole."""
    key = table.columns[0]
    ordered = table.sort_values(["net_gbp", key], ascending=[False, True], ignore_index=True)
    return ordered.assign(share=_shares(ordered, sum(ordered["net_gbp"], ZERO)))


def _shares(table: pd.DataFrame, whole: Decimal) -> list[float | None]:
    """No share is given of a whole that is zero or less."""
    return [float(value / whole) if whole > 0 else None for value in table["net_gbp"]]


def _area_share(found: pd.DataFrame, area: Area) -> dict[str, Any]:
    how_sure = found["candidates"].map(lambda written: certainty(written, area))
    known = (how_sure != "unsure") | (found["place_status"] == ISLANDS)
    all_spend = _bounds(found, how_sure == "inside", known)
    named = found["supplier_class"] != "redacted"
    of_named = _bounds(found[named], how_sure[named] == "inside", known[named])
    return {
        "area": area.id,
        "name": area.name,
        "inside_gbp": _sum(found, how_sure == "inside"),
        "located_gbp": _sum(found, known),
        **all_spend,
        "low_named": of_named["low"],
        "high_named": of_named["high"],
    }


def _bounds(found: pd.DataFrame, inside: Any, known: Any) -> dict[str, float | None]:
    """Share over the known, and bounds over the whole; `found` has one row a supplier."""
    whole, certain = _sum(found, inside | True), _sum(found, known)
    within = _sum(found, inside)
    unsure: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    rows = found.loc[~known]
    for kind, supplier, net in zip(
        rows["supplier_class"], rows["supplier_id"], rows["net_gbp"], strict=True
    ):
        unsure[kind, supplier] += net
    least = within + sum((value for value in unsure.values() if value < 0), ZERO)
    most = within + sum((value for value in unsure.values() if value > 0), ZERO)
    return {
        "share": _ratio(within, certain),
        "low": _ratio(least, whole),
        "high": _ratio(most, whole),
    }


def _sum(found: pd.DataFrame, rows: Any) -> Decimal:
    return sum(found.loc[rows, "net_gbp"], ZERO)


def _ratio(part: Decimal, whole: Decimal) -> float | None:
    return float(part / whole) if whole > 0 else None
