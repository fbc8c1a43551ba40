"""Which suppliers to look up next, and what it is worth."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

ZERO = Decimal("0.00")


def to_look_up(by_supplier: pd.DataFrame) -> pd.DataFrame:
    """The named suppliers whose place is not certain, richest first; one row each, as given.

    `by_supplier` has one row a supplier: `supplier_id`, `supplier_class`, `net_gbp` and
    `located_gbp`, the part of it with a certain place. Suppliers whose part without a place is
    zero or less are left out: looking them up raises nothing. So are individuals, whose homes
    are nobody's business, and card bills, whose payees are many.
    """
    open_gbp = by_supplier["net_gbp"] - by_supplier["located_gbp"]
    wanted = by_supplier["supplier_class"].isin(["supplier", "public body"]) & (open_gbp > 0)
    found = by_supplier.assign(open_gbp=open_gbp)[wanted]
    return found.sort_values(
        ["open_gbp", "supplier_id"], ascending=[False, True], ignore_index=True
    )


def curve(by_supplier: pd.DataFrame) -> pd.DataFrame:
    """The located share of net spend after looking up the n richest suppliers: one row for each n
    from 0, `suppliers`, `located_gbp`, `share` of all net spend (None when that is zero or less).
    """
    whole = sum(by_supplier["net_gbp"], ZERO)
    located = sum(by_supplier["located_gbp"], ZERO)
    sums = [located]
    for amount in to_look_up(by_supplier)["open_gbp"]:
        sums.append(sums[-1] + amount)
    shares = [float(value / whole) if whole > 0 else None for value in sums]
    return pd.DataFrame(
        {"suppliers": range(len(sums)), "located_gbp": sums, "share": shares}
    ).astype({"located_gbp": object, "share": object})


def payoff(by_supplier: pd.DataFrame, n: int) -> tuple[int, float | None, float | None]:
    """How many suppliers of the next n there are to look up, and the located share of net spend
    before and after."""
    table = curve(by_supplier)
    n = min(n, len(table) - 1)
    return n, table["share"].iloc[0], table["share"].iloc[n]
