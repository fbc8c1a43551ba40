"""What commitments are worth: gross, and net under a named scenario.

Gross is quantity x unit value. Net takes off what would have happened anyway, what others did, what
only moved from elsewhere, what went elsewhere and what stood in for something else, and follows the
rest over the years it lasts. Changes counted twice are taken off apart, in `overlap`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from svlib.framework import CATEGORIES, proxy_rows
from svlib.outcomes.scenarios import Terms
from svlib.outcomes.shared import PENNY, STAGES, VALUE_TYPES, frame, rounded, total
from svlib.values import is_verified, to_price_year

_ENDS = {"": "value", "_low": "low", "_high": "high"}
_GBP = [f"{stage}{end}_gbp" for stage in STAGES for end in _ENDS]
_NET = [f"{stage}_net_gbp" for stage in STAGES]
_VALUED = [
    "commitment_id", "contract_ref", "category", "measure_id", "value_type", "proxy_id",
    "price_year", *_GBP, *_NET, "scenario", "overlap_group", "verified",
]  # fmt: skip


def valued(
    progress: pd.DataFrame,
    measures: pd.DataFrame,
    values: pd.DataFrame,
    price_year: int,
    terms: Terms | None = None,
) -> pd.DataFrame:
    """One row a commitment and value type, for measures that have a proxy.

    Pounds of `price_year`, Decimals to the penny. Gross is quantity x unit value, uprated by the
    GDP deflator: promised_gbp is the whole target, due_gbp the part due by now, delivered_gbp what
    was delivered and evidenced_gbp what was accepted; each with _low_gbp and _high_gbp, None where
    the proxy has no range. promised_net_gbp, due_net_gbp, delivered_net_gbp and evidenced_net_gbp
    are gross times the factors of `terms` (see `scenarios.Factors.kept`), whose name stands in
    `scenario`; None and "" without terms. `verified` tells whether somebody checked the proxy
    against its source. Nothing is taken off for changes counted twice: that is `overlap.removed`.

    A proxy that differs by year (carbon) is that of the middle year of the commitment's period, or
    the nearest year held: stable from quarter to quarter; the row used stands in `proxy_id`. A
    wage is a reference figure and makes no row. Raises ParameterError when the deflator does not
    hold a year.
    """
    proxies = {row["proxy_id"]: row for row in values.to_dict("records")}
    known = {row["measure_id"]: row for row in measures.to_dict("records")}
    units: dict[str, dict[str, Decimal | None]] = {}
    rows = []
    for promise in progress.to_dict("records"):
        measure = known[promise["measure_id"]]
        for name in proxies_of(promise, measure["proxy_id"], list(proxies)):
            if proxies[name]["value_type"] not in VALUE_TYPES:
                continue
            if name not in units:
                units[name] = _unit_values(proxies[name], price_year)
            row = _valued(promise, proxies[name], units[name], price_year)
            row["overlap_group"] = measure.get("overlap_group", "")
            rows.append(row | _net(row, terms))
    return frame(rows, _VALUED)


def value_by_category(valued: pd.DataFrame) -> pd.DataFrame:
    """One row a category and value type that has any: category, value_type, commitments, then the
    pounds of `valued` summed, and `unverified`, how many of its commitments rest on a value that
    nobody checked.

    Fiscal, economic, social and wellbeing stay apart: fiscal and economic values share tax and
    benefits, so a sum over types would count money twice. A low, a high or a net sum is None unless
    every commitment in the row has one.
    """
    order = [(category, kind) for category in CATEGORIES for kind in VALUE_TYPES]
    rows = []
    for category, kind in order:
        part = valued[(valued["category"] == category) & (valued["value_type"] == kind)]
        if len(part):
            row = {"category": category, "value_type": kind, "commitments": len(part)}
            row |= {name: total(part[name]) for name in [*_GBP, *_NET]}
            rows.append(row | {"unverified": int((~part["verified"].astype(bool)).sum())})
    return frame(rows, ["category", "value_type", "commitments", *_GBP, *_NET, "unverified"])


def proxies_of(promise: Mapping[str, Any], proxy_id: str, held: list[str]) -> list[str]:
    """Ids of the proxies that value a promise of a measure; of those by year only one."""
    rows = proxy_rows(proxy_id, held)
    names = rows.pop(None, [])
    if rows:
        start, end = promise["start_date"], promise["end_date"]
        middle = (start + (end - start) / 2).year
        names = names + rows[min((year for year in rows if year), key=lambda y: abs(y - middle))]
    return names


def _unit_values(proxy: Mapping[str, Any], price_year: int) -> dict[str, Decimal | None]:
    """Pounds of `price_year` per unit: the value, and low and high where given; not rounded."""
    return {
        end: None
        if proxy[column] is None
        else to_price_year(proxy[column], proxy["price_year"], price_year)
        for end, column in _ENDS.items()
    }


def _valued(
    promise: Mapping[str, Any],
    proxy: Mapping[str, Any],
    units: Mapping[str, Decimal | None],
    price_year: int,
) -> dict[str, Any]:
    same = ("commitment_id", "contract_ref", "category", "measure_id")
    row = {name: promise[name] for name in same}
    row |= {"value_type": proxy["value_type"], "proxy_id": proxy["proxy_id"]}
    row |= {"price_year": price_year, "verified": is_verified(proxy)}
    for stage, quantity in STAGES.items():
        for end, unit in units.items():
            gbp = None if unit is None else rounded(promise[quantity] * unit, PENNY)
            row[f"{stage}{end}_gbp"] = gbp
    return row


def _net(row: Mapping[str, Any], terms: Terms | None) -> dict[str, Any]:
    if terms is None:
        return {"scenario": ""} | dict.fromkeys(_NET)
    factors = terms.factors(row["measure_id"], row["value_type"], row["proxy_id"])
    kept = factors.kept
    return {"scenario": terms.name} | {
        f"{stage}_net_gbp": rounded(row[f"{stage}_gbp"] * kept, PENNY) for stage in STAGES
    }
