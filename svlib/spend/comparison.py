"""Headlines of one authority beside those of others, all by the same definitions."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import TYPE_CHECKING, Any

import pandas as pd

from svlib.spend import bounds
from svlib.spend.areas import area_sums
from svlib.spend.concentration import concentration
from svlib.spend.frames import lazy
from svlib.spend.known import known_share, top_share

if TYPE_CHECKING:
    from svlib.parameters import Area

LOCAL = "share_local"
EQUAL = "effective_suppliers"
_SMALL = ("micro", "small", "medium")


def headline_bounds(payments: Any, area: Area) -> dict[str, tuple[float | None, float | None]]:
    """Headline to its lowest and highest possible value over all spend, of the shares that are
    known in part: `share_local`, `share_sme` and `share_vcse`."""
    found = {
        LOCAL: bounds.share(area_sums(lazy(payments), [area]), area.id),
        "share_sme": known_share(payments, "size", _SMALL),
        "share_vcse": known_share(payments, "vcse", ["yes"]),
    }
    return {headline: (share["low"], share["high"]) for headline, share in found.items()}


def headline_figures(payments: Any, area: Area) -> dict[str, float | None]:
    """Headline to its value for one quarter's payments, None where it cannot be said: `share_local`
    (of placed spend in the area), `share_placed`, `share_sme` and `share_vcse` (of spend of known
    size and kind), `share_top_10`, and `effective_suppliers` as in `concentration`."""
    found = area_sums(lazy(payments), [area])
    whole = bounds.total(found, "all")
    placed = whole - bounds.total(found, f"{area.id}_unsure")
    return {
        LOCAL: bounds.share(found, area.id)["share"],
        "share_placed": float(placed / whole) if whole > 0 else None,
        "share_sme": known_share(payments, "size", _SMALL)["share"],
        "share_vcse": known_share(payments, "vcse", ["yes"])["share"],
        "share_top_10": top_share(payments, 10),
        EQUAL: concentration(payments)[EQUAL].iloc[0],
    }


def comparison(
    own: Mapping[str, float | None], others: Mapping[str, Mapping[str, float | None]]
) -> pd.DataFrame:
    """One row a headline: `headline`, `own`, and of the others that can say it `lowest`, `middle`
    (median), `highest` and `authorities` (how many). `others` maps names to their headlines."""
    rows = []
    for headline, value in own.items():
        told = [found[headline] for found in others.values()]
        known = [one for one in told if one is not None]
        rows.append(
            {
                "headline": headline,
                "own": value,
                "lowest": min(known, default=None),
                "middle": median(known) if known else None,
                "highest": max(known, default=None),
                "authorities": len(known),
            }
        )
    return pd.DataFrame(rows, dtype=object)
