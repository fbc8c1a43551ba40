"""Spend by where suppliers are: rings, areas with their bounds, and districts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd

from svlib.places import ABROAD, certainty, ring, ring_names
from svlib.spend.frames import ZERO, added, lazy, summary

if TYPE_CHECKING:
    from svlib.parameters import Area, Areas


def by_place(payments: Any, areas: Areas) -> pd.DataFrame:
    """One row a ring, from the authority outwards, then what cannot be placed: `place`, `net_gbp`,
    `payments`, `suppliers`, `share` of all net spend. The rows add up to the whole.

    A supplier whose outcode straddles districts stands in the smallest area that holds them all.
    """
    found = summary(lazy(payments), ["supplier_class", "supplier_id", "place_status", "candidates"])
    found["place"] = [ring(row.place_status, row.candidates, areas) for row in found.itertuples()]
    return added(found, "place", ring_names(areas))


def area_shares(payments: Any, areas: Areas) -> pd.DataFrame:
    """One row an area, the nested from the smallest outwards, then the others: `area`, `name`,
    `inside_gbp`, `located_gbp`, `share` (inside over located, None when nothing is located), `low`
    and `high` (bounds over all net spend), and `low_named`, `high_named` (bounds over spend whose
    supplier is named).

    Bounds place the net amount of each supplier of unknown place wholly outside or inside,
    whichever lowers or raises the share. Spend whose supplier is withheld counts as one supplier.
    """
    found = summary(lazy(payments), ["supplier_class", "supplier_id", "place_status", "candidates"])
    return pd.DataFrame([area_share(found, area) for area in areas.every])


def by_district(payments: Any, codes: Iterable[str]) -> pd.DataFrame:
    """One row a district of `codes`, in their order, with suppliers certain to lie there:
    `district` (code), `net_gbp`, `payments`, `suppliers`. A district without spend has zeros."""
    wanted = list(codes)
    found = summary(lazy(payments).filter(nw.col("district").is_in(wanted)), ["district"])
    table = pd.DataFrame({"district": wanted}).merge(found, on="district", how="left")
    table["net_gbp"] = [ZERO if pd.isna(value) else value for value in table["net_gbp"]]
    return table.fillna({"payments": 0, "suppliers": 0}).astype({"payments": int, "suppliers": int})


def area_share(found: pd.DataFrame, area: Area) -> dict[str, Any]:
    """The row of one area; `found` sums payments by supplier, status and candidates."""
    how_sure = found["candidates"].map(lambda written: certainty(written, area))
    known = (how_sure != "unsure") | (found["place_status"].isin(ABROAD))
    all_spend = bounds(found, how_sure == "inside", known)
    named = found["supplier_class"] != "redacted"
    of_named = bounds(found[named], how_sure[named] == "inside", known[named])
    return {
        "area": area.id,
        "name": area.name,
        "inside_gbp": _sum(found, how_sure == "inside"),
        "located_gbp": _sum(found, known),
        **all_spend,
        "low_named": of_named["low"],
        "high_named": of_named["high"],
    }


def bounds(found: pd.DataFrame, inside: Any, known: Any) -> dict[str, float | None]:
    """Share over the known, and bounds over the whole; `found` has one row a supplier and place.
    None when the sum it is a share of is zero or less; no share stands without its bounds."""
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
        "share": _ratio(within, certain) if whole > 0 else None,
        "low": _ratio(least, whole),
        "high": _ratio(most, whole),
    }


def _sum(found: pd.DataFrame, rows: Any) -> Decimal:
    return sum(found.loc[rows, "net_gbp"], ZERO)


def _ratio(part: Decimal, whole: Decimal) -> float | None:
    return float(part / whole) if whole > 0 else None
