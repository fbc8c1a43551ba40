"""Headlines of one authority beside those of others, all by the same definitions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd

from svlib.spend import bounds
from svlib.spend.areas import area_sums
from svlib.spend.concentration import concentration
from svlib.spend.frames import among, lazy
from svlib.spend.known import top_share

if TYPE_CHECKING:
    from svlib.parameters import Area

LOCAL, SME, VCSE = "share_local", "share_sme", "share_vcse"
EQUAL = "effective_suppliers"
_SMALL = ("micro", "small", "medium")
_ENOUGH = Decimal("0.5")  # of net spend: a share of less is compared with nobody's


def headline_figures(payments: Any, area: Area) -> dict[str, float | None]:
    """Headline to its value for one quarter's payments, None where it cannot be said: `share_local`
    (of placed spend in the area), `share_sme` and `share_vcse` (of spend of known size and kind),
    each None when less than half of net spend is placed or known; `share_placed`, `share_top_10`,
    and `effective_suppliers` as in `concentration`."""
    found = _sums(payments, area)
    whole = bounds.total(found[LOCAL], "all")
    placed = whole - bounds.total(found[LOCAL], f"{LOCAL}_unsure")
    return {
        LOCAL: _said(found, LOCAL),
        "share_placed": float(placed / whole) if whole > 0 else None,
        SME: _said(found, SME),
        VCSE: _said(found, VCSE),
        "share_top_10": top_share(payments, 10),
        EQUAL: concentration(payments)[EQUAL].iloc[0],
    }


def headline_bounds(payments: Any, area: Area) -> dict[str, tuple[float | None, float | None]]:
    """Headline to its lowest and highest possible value over all spend, of the shares that are
    known in part: `share_local`, `share_sme` and `share_vcse`."""
    each = {part: bounds.share(sums, part) for part, sums in _sums(payments, area).items()}
    return {part: (share["low"], share["high"]) for part, share in each.items()}


def _sums(payments: Any, area: Area) -> dict[str, pd.DataFrame]:
    """`bounds.sums` of each share known in part."""
    frame = lazy(payments)
    kinds = {
        SME: ("size", bounds.Part(among("size", _SMALL), nw.col("size") == "unknown")),
        VCSE: ("vcse", bounds.Part(nw.col("vcse") == "yes", nw.col("vcse") == "unknown")),
    }
    local = area_sums(frame, [area])
    names = {name: name.replace(area.id, LOCAL, 1) for name in local if name.startswith(area.id)}
    return {LOCAL: local.rename(columns=names)} | {
        part: bounds.sums(frame, {part: conditions}, [column])
        for part, (column, conditions) in kinds.items()
    }


def _said(found: Mapping[str, pd.DataFrame], part: str) -> float | None:
    whole = bounds.total(found[part], "all")
    known = whole - bounds.total(found[part], f"{part}_unsure")
    return bounds.share(found[part], part)["share"] if known >= _ENOUGH * whole else None


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
