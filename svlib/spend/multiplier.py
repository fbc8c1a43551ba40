"""The local multiplier in three rounds, after nef's LM3."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from svlib import project
from svlib.places import ABROAD, certainty
from svlib.spend.frames import ZERO, lazy, summary

if TYPE_CHECKING:
    from svlib.parameters import Area

SCENARIOS = ("low", "central", "high")
ANY = ""  # the section whose default stands for suppliers of no known section


def local_multiplier(
    payments: Any,
    area: Area,
    respent: Mapping[str, float],
    defaults: pd.DataFrame,
    sections: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """One row a scenario (low, central, high): `scenario`, `r1_gbp` (net spend whose place is
    certain), `r2_gbp` (the part inside the area), `r3_gbp` (what its suppliers spend again inside),
    `multiplier` (all three over the first, from 1 to 3; None when the first is zero or less), and
    `surveyed` (the part of r2_gbp whose re-spending was asked for, not assumed).

    `respent` maps supplier ids to the share, 0 to 1, each says it spends again inside the area.
    `defaults` has a share a scenario for each `section` of SIC 2007 (`sections`: supplier id to
    section; ANY for the rest): assumptions, so a result that rests on them is illustrative.

    Source: nef consulting, local multiplier 3: (R1 + R2 + R3) / R1. Here R2 counts suppliers only,
    not their staff, so it is not comparable with surveys that ask both.
    """
    found = summary(lazy(payments), ["supplier_class", "supplier_id", "place_status", "candidates"])
    sure = found["candidates"].map(lambda written: certainty(written, area))
    placed = (sure != "unsure") | found["place_status"].isin(ABROAD)
    r1 = sum(found["net_gbp"][placed], ZERO)
    inside = found[sure == "inside"]
    r2 = sum(inside["net_gbp"], ZERO)
    asked = sum(inside["net_gbp"][inside["supplier_id"].isin(list(respent))], ZERO)
    rows = []
    for scenario in SCENARIOS:
        assumed = dict(zip(defaults["section"], defaults[scenario], strict=True))
        r3 = sum(
            (net * _share(one, respent, assumed, sections or {})
             for one, net in zip(inside["supplier_id"], inside["net_gbp"], strict=True)),
            ZERO,
        ).quantize(ZERO)  # fmt: skip
        rows.append(
            {
                "scenario": scenario,
                "r1_gbp": r1,
                "r2_gbp": r2,
                "r3_gbp": r3,
                "multiplier": float((r1 + r2 + r3) / r1) if r1 > 0 else None,
                "surveyed": float(asked / r2) if r2 > 0 else None,
            }
        )
    return pd.DataFrame(rows)


def _share(
    supplier: str,
    respent: Mapping[str, float],
    assumed: Mapping[str, float],
    sections: Mapping[str, str],
) -> Decimal:
    if supplier in respent:
        return Decimal(str(respent[supplier]))
    section = sections.get(supplier, ANY)
    return Decimal(str(assumed.get(section, assumed[ANY])))


def respend_defaults() -> pd.DataFrame:
    """data/reference/respend_defaults.csv: for each letter of a `section` of SIC 2007 (empty: any
    other) the share spent again in the area, `low`, `central` and `high`, and a `note`. Set by this
    project to illustrate: nobody measured them."""
    path = project.reference("respend_defaults.csv")
    text = {"section": "str", "note": "str"}
    return pd.read_csv(path, dtype=text, keep_default_na=False)
