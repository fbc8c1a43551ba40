"""Spend by where suppliers are: rings, areas with their bounds, and districts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd

from svlib.places import ABROAD, certainty, ring, ring_names
from svlib.spend import bounds
from svlib.spend.frames import (
    ZERO,
    added_up,
    among,
    collect,
    in_order,
    labelled,
    lazy,
    shares,
    summary,
)

if TYPE_CHECKING:
    from svlib.parameters import Area, Areas

_WHERE = ["place_status", "candidates"]


def by_place(payments: Any, areas: Areas) -> pd.DataFrame:
    """One row a ring, from the authority outwards, then what cannot be placed: `place`, `net_gbp`,
    `payments`, `suppliers`, `share` of all net spend. The rows add up to the whole.

    A supplier whose outcode straddles districts stands in the smallest area that holds them all.
    """
    each = labelled(
        lazy(payments), "place", _WHERE, lambda status, codes: ring(status, codes, areas)
    )
    table = in_order(added_up(each, ["place"]), ring_names(areas))
    return table.assign(share=shares(table, sum(table["net_gbp"], ZERO)))


def area_shares(payments: Any, areas: Areas) -> pd.DataFrame:
    """One row an area, the nested from the smallest outwards, then the others: `area`, `name`,
    `inside_gbp`, `located_gbp`, `share` (inside over located, None when nothing is located), `low`
    and `high` (bounds over all net spend), and `low_named`, `high_named` (bounds over spend whose
    supplier is named).

    Bounds place the net amount of each supplier of unknown place wholly outside or inside,
    whichever lowers or raises the share. Spend whose supplier is withheld counts as one supplier.
    """
    found = area_sums(lazy(payments), areas.every)
    named = found[found["supplier_class"] != "redacted"]
    return pd.DataFrame([_area(found, named, area) for area in areas.every])


def inside(payments: Any, area: Area) -> pd.DataFrame:
    """One row: `net_gbp`, `payments` (lines) and `suppliers` (distinct, named) of spend whose
    supplier is certainly in the area."""
    frame = lazy(payments)
    there = nw.when(inside_of(frame, area)).then(1).otherwise(0)
    found = summary(frame.with_columns(inside=there), ["inside"])
    found = found.set_index("inside").reindex([1]).reset_index(drop=True)
    if found["payments"].isna().any():
        return pd.DataFrame([{"net_gbp": ZERO, "payments": 0, "suppliers": 0}])
    return found.astype({"payments": "int64", "suppliers": "int64"})


def area_trend(history: Any, area: Area) -> pd.DataFrame:
    """One row a quarter, in order: `quarter`, and of one area `share`, `low`, `high`."""
    found = area_sums(lazy(history), [area], ["quarter"])
    rows = [
        {"quarter": quarter, **bounds.share(part, area.id)}
        for quarter, part in found.groupby("quarter")
    ]
    return pd.DataFrame(rows, columns=["quarter", "share", "low", "high"], dtype=object)


def by_district(payments: Any, codes: Iterable[str]) -> pd.DataFrame:
    """One row a district of `codes`, in their order, with suppliers certain to lie there:
    `district` (code), `net_gbp`, `payments`, `suppliers`. A district without spend has zeros."""
    wanted = list(codes)
    found = summary(lazy(payments).filter(nw.col("district").is_in(wanted)), ["district"])
    table = pd.DataFrame({"district": wanted}).merge(found, on="district", how="left")
    table["net_gbp"] = [ZERO if pd.isna(value) else value for value in table["net_gbp"]]
    return table.fillna({"payments": 0, "suppliers": 0}).astype({"payments": int, "suppliers": int})


def area_sums(
    frame: nw.LazyFrame[Any], areas: Sequence[Area], by: Sequence[str] = ()
) -> pd.DataFrame:
    """`bounds.sums` with a part for each area, by its id."""
    written = _written(frame)
    parts = {area.id: _part(written, area) for area in areas}
    return bounds.sums(frame, parts, _WHERE, by)


def inside_of(frame: nw.LazyFrame[Any], area: Area) -> nw.Expr:
    """That a line's supplier is certainly in the area."""
    return _part(_written(frame), area).inside


def _written(frame: nw.LazyFrame[Any]) -> list[str]:
    return list(collect(frame.select("candidates").unique())["candidates"])


def _part(written: Iterable[str], area: Area) -> bounds.Part:
    """Conditions on the candidate districts that lines have."""
    told: dict[str, list[str]] = {"inside": [], "outside": [], "unsure": []}
    for codes in written:
        told[certainty(codes, area)].append(codes)
    return bounds.Part(
        inside=among("candidates", told["inside"]),
        unsure=among("candidates", told["unsure"]) & ~among("place_status", ABROAD),
    )


def _area(found: pd.DataFrame, named: pd.DataFrame, area: Area) -> dict[str, Any]:
    of_named = bounds.share(named, area.id)
    return {
        "area": area.id,
        "name": area.name,
        "inside_gbp": bounds.total(found, f"{area.id}_inside"),
        "located_gbp": bounds.total(found, "all") - bounds.total(found, f"{area.id}_unsure"),
        **bounds.share(found, area.id),
        "low_named": of_named["low"],
        "high_named": of_named["high"],
    }
