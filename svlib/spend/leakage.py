"""What leaves an area by category, who there could have been paid, and what would move if.

Payees that no procurement chooses (addressable.NOT_ADDRESSABLE) are left out: levies and fostering
allowances leave nothing that buying otherwise could keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from svlib import places
from svlib.categories import UNCLASSIFIED, name_of, of_sic
from svlib.spend import bounds
from svlib.spend.addressable import NOT_ADDRESSABLE
from svlib.spend.areas import area_sums, inside_of
from svlib.spend.categories import classed
from svlib.spend.frames import ZERO, summary

if TYPE_CHECKING:
    from svlib.parameters import Area
    from svlib.suppliers.register import Register

_COLUMNS = ["category", "name", "net_gbp", "inside_gbp", "outside_gbp", "not_known_gbp", "share",
            "low", "high", "suppliers", "local_suppliers"]  # fmt: skip


def leakage(payments: Any, area: Area) -> pd.DataFrame:
    """One row a category with addressable spend, what certainly leaves the area most first, then by
    net spend, `unclassified` last: `category`, `name`, `net_gbp`, and of it `inside_gbp`,
    `outside_gbp` and `not_known_gbp`; the local `share` (inside over what is placed) with bounds
    `low` and `high` over all, as in `area_shares`; `suppliers`, and `local_suppliers`, those
    certainly inside."""
    chosen = ~nw.col("supplier_class").is_in(list(NOT_ADDRESSABLE))
    frame = classed(payments).filter(chosen)
    found = area_sums(frame, [area], ["category"])
    paid = summary(frame, ["category"]).set_index("category")["suppliers"]
    local = summary(frame.filter(inside_of(frame, area)), ["category"])
    here = dict(zip(local["category"], local["suppliers"], strict=True))
    rows = [
        {
            "category": category,
            "name": name_of(str(category)),
            **_sides(part, area.id),
            **bounds.share(part, area.id),
            "suppliers": int(paid[category]),
            "local_suppliers": int(here.get(category, 0)),
        }
        for category, part in found.groupby("category")
    ]
    rows.sort(key=_place_in_table)
    table = pd.DataFrame(rows, columns=_COLUMNS)
    return table.astype(dict.fromkeys(("share", "low", "high"), object))


def what_if(
    leaks: pd.DataFrame, benchmark: Decimal | None, of_category: Mapping[str, Decimal]
) -> pd.DataFrame:
    """One row a category of `leakage` with a benchmark, what would move most first: `category`,
    `name`, `share` (now), `benchmark`, `moves_gbp`, and its bounds `least_gbp` and `most_gbp`.

    Were the local share of placed spend raised to the benchmark b, what would move is
    b (inside + outside) - inside, and nothing where the share is reached. Over all spend it is
    least when all of unknown place were inside, most when all were outside. `benchmark` holds for
    categories that `of_category` does not name; None for none of them. An illustration: nobody
    says that such suppliers exist, would bid or may be chosen.
    """
    rows = [
        {
            "category": row.category,
            "name": row.name,
            "share": row.share,
            "benchmark": float(wanted),
            "moves_gbp": _moves(wanted, row.inside_gbp, row.inside_gbp + row.outside_gbp),
            "least_gbp": _moves(wanted, row.inside_gbp + row.not_known_gbp, row.net_gbp),
            "most_gbp": _moves(wanted, row.inside_gbp, row.net_gbp),
        }
        for row in leaks.itertuples(index=False)
        if (wanted := of_category.get(row.category, benchmark)) is not None
        and row.category != UNCLASSIFIED
    ]
    rows.sort(key=lambda row: (-row["moves_gbp"], -row["most_gbp"], row["name"]))
    columns = ["category", "name", "share", "benchmark", "moves_gbp", "least_gbp", "most_gbp"]
    return pd.DataFrame(rows, columns=columns)


def registered_firms(register: Register, area: Area) -> dict[str, int]:
    """Category to the number of active companies of a register that say they sell it (the first
    SIC code, `categories.of_sic`) and whose registered office is certainly in the area."""
    companies = register.companies.select(["activity", "postcode", "status"])
    active = pc.equal(pc.utf8_lower(pc.cast(companies["status"], pa.string())), "active")
    near = companies.filter(active)
    if area.districts != "all":
        near = near.filter(_near(near["postcode"], area))
        at = places.locate(set(near["postcode"].to_pylist()))
        inside = {text for text, place in at.items() if area.holds(place.district)}
        near = near.filter(pc.is_in(near["postcode"], pa.array(sorted(inside), pa.string())))
    counts = pc.value_counts(pc.cast(near["activity"], pa.string()).combine_chunks()).to_pylist()
    firms: dict[str, int] = {}
    for one in counts:
        category = of_sic(one["values"])
        firms[category] = firms.get(category, 0) + one["counts"]
    firms.pop(UNCLASSIFIED, None)
    return firms


def _near(postcodes: pa.ChunkedArray, area: Area) -> pa.ChunkedArray:
    """Which postcodes have an outcode that touches the area: few of them need be looked up."""
    touching = [
        outcode for outcode, codes in places.outcodes().items() if any(map(area.holds, codes))
    ]
    outcodes = pc.replace_substring_regex(postcodes, " .*$", "")
    return pc.is_in(outcodes, pa.array(touching, pa.string()))


def _place_in_table(row: Mapping[str, Any]) -> tuple[bool, Decimal, Decimal, str]:
    last = row["category"] == UNCLASSIFIED
    return last, -row["outside_gbp"], -row["net_gbp"], row["name"]


def _sides(part: pd.DataFrame, area: str) -> dict[str, Decimal]:
    whole, inside = bounds.total(part, "all"), bounds.total(part, f"{area}_inside")
    unsure = bounds.total(part, f"{area}_unsure")
    return {
        "net_gbp": whole,
        "inside_gbp": inside,
        "outside_gbp": whole - inside - unsure,
        "not_known_gbp": unsure,
    }


def _moves(wanted: Decimal, inside: Decimal, whole: Decimal) -> Decimal:
    return max(wanted * whole - inside, ZERO).quantize(ZERO)
