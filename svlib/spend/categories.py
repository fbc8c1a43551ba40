"""Spend by what was bought, with how much of it is classified."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from svlib.categories import UNCLASSIFIED, name_of
from svlib.spend.frames import ZERO, lazy, shares, summary, with_share


def by_category(payments: Any) -> pd.DataFrame:
    """One row a category with spend, largest first and `unclassified` last: `category`, `name`,
    `net_gbp`, `payments`, `suppliers`, `share` of all net spend, and on each row
    `classified_share`, the part of all net spend that is in a category (None when that spend is
    zero or less). The rows add up to the whole."""
    every = summary(classed(payments), ["category"])
    found = with_share(every)
    found.insert(1, "name", [name_of(one) for one in found["category"]])
    ordered = found.sort_values(
        "category", key=lambda values: values == UNCLASSIFIED, kind="stable", ignore_index=True
    )
    return ordered.assign(classified_share=_classified(every)["share"].iloc[0])


def classified(payments: Any) -> pd.DataFrame:
    """One row: what is in a category, as `net_gbp`, `share` of all net spend, `payments` (lines)
    and `payments_share` of all lines. A share of zero or less spend, or of no lines, is None."""
    return _classified(summary(classed(payments), ["category"]))


def classed(payments: Any) -> nw.LazyFrame[Any]:
    """Payments in which what has no category is unclassified."""
    return lazy(payments).with_columns(nw.col("category").fill_null(UNCLASSIFIED))


def _classified(found: pd.DataFrame) -> pd.DataFrame:
    inside = found[found["category"] != UNCLASSIFIED]
    net = sum(inside["net_gbp"], ZERO)
    lines, every = int(inside["payments"].sum()), int(found["payments"].sum())
    row = {"net_gbp": net, "payments": lines, "payments_share": lines / every if every else None}
    table = pd.DataFrame([row])
    share = shares(table, sum(found["net_gbp"], ZERO))
    return table.assign(share=pd.Series(share, dtype=object))[
        ["net_gbp", "share", "payments", "payments_share"]
    ]
