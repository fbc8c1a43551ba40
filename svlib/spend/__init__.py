"""Spend measures: payments in, small tidy tables out.

Payments may be a DuckDB relation, an Arrow table, or a pandas or Polars frame with the columns of
tables.PAYMENTS: each measure is written once, as Narwhals expressions. Money stays exact (Decimal);
a float appears only in a share. Every table has one fixed order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd

from svlib.categories import UNCLASSIFIED, name_of
from svlib.quarter import Quarter
from svlib.spend.addressable import waterfall
from svlib.spend.areas import area_shares, area_trend, by_district, by_place, inside
from svlib.spend.categories import by_category, classed, classified
from svlib.spend.change import bridge, by_turnover, movement, turnover
from svlib.spend.comparison import comparison, headline_bounds, headline_figures
from svlib.spend.concentration import concentration
from svlib.spend.frames import (
    LISTED,
    NO_NAME,
    ZERO,
    collect,
    each_supplier,
    lazy,
    summary,
    with_share,
)
from svlib.spend.known import by_known, known_share, top_share, top_suppliers
from svlib.spend.leakage import leakage, registered_firms, what_if
from svlib.spend.multiplier import local_multiplier, respend_defaults
from svlib.spend.points import by_postcode, off_the_map, supplier_points
from svlib.spend.small_areas import by_decile, by_ward

if TYPE_CHECKING:
    from svlib.parameters import Areas

__all__ = [
    "area_shares",
    "bridge",
    "by_basis",
    "by_category",
    "by_class",
    "by_decile",
    "by_directorate",
    "by_district",
    "by_expense_type",
    "by_known",
    "by_place",
    "by_postcode",
    "by_reason",
    "by_service",
    "by_supplier",
    "by_turnover",
    "by_ward",
    "classified",
    "comparison",
    "concentration",
    "headline_bounds",
    "headline_figures",
    "inside",
    "known_share",
    "leakage",
    "local_multiplier",
    "movement",
    "off_the_map",
    "per_head",
    "posted_elsewhere",
    "registered_firms",
    "respend_defaults",
    "single_supplier",
    "supplier_points",
    "top_share",
    "top_suppliers",
    "totals",
    "trend",
    "turnover",
    "waterfall",
    "what_if",
]

_NOT_PLACED = ("ambiguous", "unknown", "redacted")


def totals(payments: Any) -> pd.DataFrame:
    """One row: `net_gbp` (credits taken off), `payments` (lines), `suppliers` (distinct, named),
    `credits_gbp` and `credits` (lines below zero), `withheld_gbp` and `withheld` (no name)."""
    frame = lazy(payments)
    signed = frame.with_columns(
        credit=nw.when(nw.col("amount_gbp") < 0).then(1).otherwise(0),
        hidden=nw.when(nw.col("redacted")).then(1).otherwise(0),
    )
    kinds = ["credit", "hidden"]
    each = collect(each_supplier(signed, kinds))
    named = each.loc[~each["supplier_class"].isin(NO_NAME), ["supplier_class", "supplier_id"]]
    parts = (each, each[each["credit"] == 1], each[each["hidden"] == 1])
    every, credit, hidden = (
        (sum(part["amount_gbp"], ZERO), int(part["payments"].sum())) for part in parts
    )
    row = {
        "net_gbp": every[0],
        "payments": every[1],
        "suppliers": len(named.drop_duplicates()),
        "credits_gbp": credit[0],
        "credits": credit[1],
        "withheld_gbp": hidden[0],
        "withheld": hidden[1],
    }
    return pd.DataFrame([row])


def by_directorate(payments: Any) -> pd.DataFrame:
    """One row a directorate, largest first: `directorate`, `net_gbp`, `payments`, `suppliers`,
    `share` of all net spend."""
    found = summary(lazy(payments), ["directorate_name"])
    return with_share(found.rename(columns={"directorate_name": "directorate"}))


def by_service(payments: Any) -> pd.DataFrame:
    """One row a service as printed, largest first; columns as in `by_directorate`."""
    return with_share(summary(lazy(payments), ["service"]))


def by_expense_type(payments: Any) -> pd.DataFrame:
    """One row a type of expense as printed, largest first; columns as in `by_directorate`."""
    return with_share(summary(lazy(payments), ["expense_type"]))


def by_class(payments: Any) -> pd.DataFrame:
    """One row a kind of payee (tables.PAYMENTS, supplier_class), largest first: `supplier_class`,
    `net_gbp`, `payments`, `suppliers`, `share` of all net spend."""
    return with_share(summary(lazy(payments), ["supplier_class"]))


def by_supplier(payments: Any) -> pd.DataFrame:
    """One row a payee: `supplier_class`, `supplier_id`, `supplier_name`, `net_gbp`, `payments` and
    `located_gbp`, the part of the net amount with a certain place."""
    frame = lazy(payments)
    keys = ["supplier_class", "supplier_id", "supplier_name"]
    found = summary(frame, keys).drop(columns="suppliers")
    placed = summary(frame.filter(~nw.col("place_status").is_in(_NOT_PLACED)), keys)
    located = placed[[*keys, "net_gbp"]].rename(columns={"net_gbp": "located_gbp"})
    table = found.merge(located, on=keys, how="left")
    table["located_gbp"] = [ZERO if pd.isna(value) else value for value in table["located_gbp"]]
    return table


def by_reason(lines: Any) -> pd.DataFrame:
    """One row a rule or problem that kept lines out: `reason`, `net_gbp`, `payments`,
    `suppliers`."""
    return summary(lazy(lines), ["reason"])


def by_basis(payments: Any) -> pd.DataFrame:
    """One row a source of suppliers' places (tables.PAYMENTS, place_basis; empty where there is
    none), in order of name: `place_basis`, `net_gbp`, `payments`, `suppliers`."""
    return summary(lazy(payments), ["place_basis"])


def single_supplier(payments: Any, least: float = 1.0) -> pd.DataFrame:
    """One row a category of which one named payee has at least the share `least`, largest first:
    `category`, `name`, `net_gbp` of the category, `suppliers`, `supplier` (the largest) and its
    `share` of the category. Levies and what is unclassified are left out, as are categories of
    zero or less net spend."""
    frame = classed(payments).filter(
        nw.col("supplier_class").is_in(LISTED), ~nw.col("category").is_in([UNCLASSIFIED, "levies"])
    )
    found = summary(frame, ["category", "supplier_id", "supplier_name"])
    rows = []
    for category, part in found.groupby("category"):
        whole = sum(part["net_gbp"], ZERO)
        most = part.sort_values(["net_gbp", "supplier_id"], ascending=[False, True]).iloc[0]
        if whole > 0 and most["net_gbp"] / whole >= least:
            rows.append(
                (category, name_of(str(category)), whole, part["supplier_id"].nunique(),
                 most["supplier_name"], float(most["net_gbp"] / whole))
            )  # fmt: skip
    columns = ["category", "name", "net_gbp", "suppliers", "supplier", "share"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["net_gbp", "name"], ascending=[False, True], ignore_index=True)


def per_head(payments: Any, people: int) -> pd.DataFrame:
    """One row a directorate, largest first, then "all": `directorate`, `net_gbp` and
    `per_head_gbp`, net pounds for each of so many people."""
    found = by_directorate(payments)[["directorate", "net_gbp"]]
    whole = pd.DataFrame({"directorate": ["all"], "net_gbp": [sum(found["net_gbp"], ZERO)]})
    table = pd.concat([found, whole], ignore_index=True)
    each = [(net / people).quantize(ZERO) for net in table["net_gbp"]]
    return table.assign(per_head_gbp=pd.Series(each, dtype=object))


def trend(history: Any, areas: Areas) -> pd.DataFrame:
    """One row a quarter, in order: `quarter`, `net_gbp`, `payments`, `suppliers`, for the local
    area `share`, `low`, `high` as in `area_shares`, and `year_before_gbp`, the net spend of the
    same quarter a year earlier (None when it is not held)."""
    found = summary(lazy(history), ["quarter"])
    net = dict(zip(found["quarter"], found["net_gbp"], strict=True))
    earlier = [Quarter.parse(slug).same_quarter_last_year.slug for slug in found["quarter"]]
    table = found.merge(area_trend(history, areas.local_area), on="quarter")
    return table.assign(year_before_gbp=pd.Series([net.get(one) for one in earlier], dtype=object))


def posted_elsewhere(payments: Any) -> pd.DataFrame:
    """One row a quarter that lines of this quarter were posted in, as their own dates say:
    `posted_quarter` (empty when undated), `net_gbp`, `payments`, `suppliers`."""
    found = summary(lazy(payments), ["posted_quarter"])
    return found.sort_values("posted_quarter", ascending=False, ignore_index=True)
