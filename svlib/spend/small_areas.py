"""Spend by deprivation decile and by ward, where the user has supplied the lookups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from svlib import places
from svlib.spend.frames import ZERO, added, shares
from svlib.spend.points import NOT_MAPPED, with_postcodes

NO_DECILE = "No decile: outside England, or not in the lookup"
NOT_EXACT = "No full postcode"
NO_WARD = "Not in the lookup"
_MOST, _LEAST = "1 (most deprived tenth of England)", "10 (least deprived)"
_DECILES = [_MOST, *map(str, range(2, 10)), _LEAST]


def by_decile(payments: Any, known: places.Deprivation) -> pd.DataFrame:
    """One row a decile of deprivation of the place a supplier is paid at, then spend without one:
    `decile`, `net_gbp`, `payments`, `suppliers`, `share` (of located spend whose decile is known;
    None for the rest). The rows add up to the whole. Empty without lookups.
    """
    if not known.index:
        return pd.DataFrame(columns=["decile", "net_gbp", "payments", "suppliers", "share"])
    found = _joined(payments, known)
    names = [
        NO_DECILE if pd.isna(decile) else _DECILES[int(decile) - 1] for decile in found["decile"]
    ]
    found["decile"] = _or_why_not(found, names)
    table = added(found, "decile", [*_DECILES, NO_DECILE, NOT_EXACT, *NOT_MAPPED.values()])
    return _share_of(table, table["decile"].isin(_DECILES))


def by_ward(payments: Any, known: places.Deprivation, codes: Iterable[str]) -> pd.DataFrame:
    """One row a ward of the districts of `codes` that suppliers are paid in, largest first, then
    spend certain to lie there whose ward is not known: `ward`, `net_gbp`, `payments`, `suppliers`,
    `share` (of spend whose ward is known; None for the rest). Empty without lookups.
    """
    if not known.has_wards:
        return pd.DataFrame(columns=["ward", "net_gbp", "payments", "suppliers", "share"])
    found = _joined(payments, known)
    found = found[found["district"].isin(list(codes))].copy()
    names = [name or NO_WARD for name in found["ward_name"].fillna("")]
    found["ward"] = _or_why_not(found, names)
    last = [NO_WARD, NOT_EXACT]
    wards = [name for name in sorted(set(found["ward"])) if name not in last]
    table = added(found, "ward", [*wards, *last])
    rest = table["ward"].isin(last)
    order = pd.DataFrame({"rest": rest, "net": [-amount for amount in table["net_gbp"]]})
    table = table.loc[order.sort_values(["rest", "net"], kind="stable").index]
    return _share_of(table.reset_index(drop=True), ~table["ward"].isin(last).reset_index(drop=True))


def _joined(payments: Any, known: places.Deprivation) -> pd.DataFrame:
    columns = known.table[["postcode", "ward_name", "decile"]]
    return with_postcodes(payments).merge(columns, on="postcode", how="left")


def _or_why_not(found: pd.DataFrame, names: list[str]) -> list[str]:
    """The name found, or why spend has none."""
    return [
        NOT_MAPPED.get(status, name if kind in places.EXACT else NOT_EXACT)
        for status, kind, name in zip(found["place_status"], found["kind"], names, strict=True)
    ]


def _share_of(table: pd.DataFrame, known: pd.Series) -> pd.DataFrame:
    whole = sum(table.loc[known, "net_gbp"], ZERO)
    of_known = [
        share if is_known else None
        for share, is_known in zip(shares(table, whole), known, strict=True)
    ]
    return table.assign(share=pd.Series(of_known, dtype=object))
