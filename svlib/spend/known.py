"""Who the largest suppliers are, and what is known of suppliers' size and kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from svlib.places import district_name
from svlib.spend import bounds
from svlib.spend.frames import (
    LISTED,
    ZERO,
    among,
    collect,
    lazy,
    net,
    shares,
    summary,
    with_share,
)  # fmt: skip

_TO_PRINT = {"ambiguous": "not certain", "unknown": "not known"}


def top_suppliers(payments: Any, n: int = 15) -> pd.DataFrame:
    """The n largest suppliers that may be named, individuals left out: `supplier`, `net_gbp`,
    `payments`, `share` of all net spend, `place` (district code, empty when not certain) and
    `place_name` (to print).

    A supplier whose lines print postcodes of several districts has no certain place."""
    frame = lazy(payments)
    listed = frame.filter(nw.col("supplier_class").is_in(LISTED))
    each = listed.group_by("supplier_class", "supplier_id", "supplier_name").agg(
        nw.col("amount_gbp").sum().alias("net_gbp"), nw.len().alias("payments")
    )
    order = ["net_gbp", "supplier_id", "supplier_class", "supplier_name"]
    largest = each.sort(*order, descending=[True, False, False, False]).head(n)
    named = collect(largest).sort_values(order, ascending=[False, True, True, True])
    named = named.rename(columns={"supplier_name": "supplier"}).reset_index(drop=True)
    named["share"] = shares(named, net(frame))
    theirs = listed.filter(among("supplier_id", named["supplier_id"]))
    where = summary(theirs, ["supplier_id", "place_status", "district"])
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


def top_share(payments: Any, n: int = 10) -> float | None:
    """Share of all net spend that goes to the n largest named suppliers; None without spend."""
    whole = net(lazy(payments))
    largest = sum(top_suppliers(payments, n)["net_gbp"], ZERO)
    return float(largest) / float(whole) if whole > 0 else None


def by_known(payments: Any, column: str) -> pd.DataFrame:
    """One row a value of `size` or `vcse`, unknown last, those that were inferred apart: the
    value, `net_gbp`, `payments`, `suppliers`, `share` of all net spend."""
    frame = lazy(payments)
    inferred = nw.when(nw.col(f"{column}_known") == "inferred").then(nw.lit(" (inferred)"))
    text = nw.concat_str(nw.col(column), inferred.otherwise(nw.lit("")))
    found = with_share(summary(frame.with_columns(text.alias(column)), [column]))
    return found.sort_values(
        column, key=lambda values: values == "unknown", kind="stable", ignore_index=True
    )


def known_share(payments: Any, column: str, values: Sequence[str]) -> dict[str, float | None]:
    """Share of spend with suppliers whose `column` (size or vcse) is one of `values`: `share` over
    spend of known value, `low` and `high` over all net spend."""
    part = bounds.Part(among(column, values), nw.col(column) == "unknown")
    return bounds.share(bounds.sums(lazy(payments), {column: part}, [column]), column)
