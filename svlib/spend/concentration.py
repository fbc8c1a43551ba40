"""How far spend is gathered in few hands."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from svlib.spend.frames import NO_NAME, ZERO, collect, lazy

_PERCENT_SQUARED = 10_000


def concentration(payments: Any) -> pd.DataFrame:
    """One row: `suppliers` and `named_gbp`, the named payees paid more than nothing and what they
    were paid; `left_out` and `left_out_gbp`, those whose credits are as much as their payments or
    more; and of the former `hhi`, `effective_suppliers` and `gini` (None without spend).

    With s a payee's share of named_gbp: hhi (Herfindahl-Hirschman index, 0 to 10,000) is 10,000
    times the sum of s squared; effective_suppliers is one over that sum, the number of equal
    suppliers that would be as concentrated; gini (0 equal, towards 1 unequal) is
    2 sum(i x_i) / (n sum(x_i)) - (n + 1) / n over amounts x in ascending order.
    """
    each = (
        lazy(payments)
        .filter(~nw.col("supplier_class").is_in(NO_NAME))
        .group_by("supplier_class", "supplier_id")
        .agg(nw.col("amount_gbp").sum().alias("net_gbp"))
        .select("net_gbp")
    )
    net = collect(each)["net_gbp"]
    amounts = sorted(amount for amount in net if amount > 0)
    others = [amount for amount in net if amount <= 0]
    whole = sum(amounts, ZERO)
    row: dict[str, Any] = {
        "suppliers": len(amounts),
        "named_gbp": whole,
        "left_out": len(others),
        "left_out_gbp": sum(others, ZERO),
        "hhi": None,
        "effective_suppliers": None,
        "gini": None,
    }
    if amounts:
        squares = sum((float(amount) / float(whole)) ** 2 for amount in amounts)
        placed = sum(place * amount for place, amount in enumerate(amounts, start=1))
        n = len(amounts)
        row |= {
            "hhi": _PERCENT_SQUARED * squares,
            "effective_suppliers": 1 / squares,
            "gini": float(2 * placed / (n * whole)) - (n + 1) / n,
        }
    return pd.DataFrame([row])
