"""Spend by postcode: how postcodes were read, what stands on a map, and what does not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from svlib import places
from svlib.spend.frames import ZERO, added, added_up, in_order, labelled, lazy, net, shares, summary

NOT_MAPPED = {
    places.NORTHERN_IRELAND: places.NORTHERN_IRELAND,
    places.ISLANDS: places.ISLANDS,
    places.OVERSEAS: "Overseas",
    places.AMBIGUOUS: "District not certain",
    places.UNKNOWN: places.NOT_KNOWN,
    "redacted": places.WITHHELD,
}


def by_postcode(payments: Any) -> pd.DataFrame:
    """One row a way a postcode was read (places.KINDS), then spend whose supplier is withheld:
    `kind`, `net_gbp`, `payments`, `suppliers`, `share` of all net spend. The rows add up."""
    found = with_postcodes(payments)
    withheld = found["supplier_class"] == "redacted"
    found["kind"] = found["kind"].where(~withheld, places.WITHHELD)
    return added(found, "kind", [*places.KINDS, places.WITHHELD])


def supplier_points(payments: Any, codes: Iterable[str]) -> pd.DataFrame:
    """One row a full postcode in the districts of `codes` with suppliers of positive net spend,
    largest first: `easting`, `northing` (metres, National Grid), `district`, `net_gbp`,
    `suppliers`. Suppliers known by an outcode only have no point; names are left out.
    """
    found = with_postcodes(payments)
    exact = found["kind"].isin(places.EXACT) & found["easting"].notna()
    here = found[exact & found["district"].isin(list(codes)) & (found["suppliers"] > 0)]
    rows = [
        (*spot, sum(part["net_gbp"], ZERO), part["supplier_id"].nunique())
        for spot, part in here.groupby(["easting", "northing", "district"])
    ]
    table = pd.DataFrame(rows, columns=["easting", "northing", "district", "net_gbp", "suppliers"])
    table = table[pd.Series([amount > 0 for amount in table["net_gbp"]], dtype=bool)]
    order = ["net_gbp", "easting", "northing"]
    return table.sort_values(order, ascending=[False, True, True], ignore_index=True)


def off_the_map(payments: Any) -> pd.DataFrame:
    """One row a reason why spend stands in no district of Great Britain: `place`, `net_gbp`,
    `payments`, `suppliers`, `share` of all net spend; reasons without spend are left out."""
    frame = lazy(payments)
    each = labelled(frame, "place", ["place_status"], NOT_MAPPED.get)
    table = in_order(added_up(each, ["place"]), list(NOT_MAPPED.values()))
    return table.assign(share=shares(table, net(frame)))


def with_postcodes(payments: Any) -> pd.DataFrame:
    """Payments summed by supplier, place and postcode as written, with how it was read."""
    keys = ["supplier_class", "supplier_id", "place_status", "district", "postcode"]
    found = summary(lazy(payments), keys)
    found = found.rename(columns={"postcode": "written"})
    texts = [text if isinstance(text, str) else "" for text in found["written"]]
    read = places.read(texts).set_index("written")
    of_each = read.loc[texts, ["kind", "postcode", "easting", "northing"]]
    return pd.concat([found, of_each.reset_index(drop=True)], axis=1)
