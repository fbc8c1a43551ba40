"""Shares of spend with their bounds, summed in the engine: a few rows come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import narwhals as nw
import pandas as pd

from svlib.spend.frames import ZERO, collect, each_supplier


@dataclass(frozen=True)
class Part:
    """Conditions on a line: that its supplier certainly has what is asked for, and that nobody
    knows whether it has."""

    inside: nw.Expr
    unsure: nw.Expr


def sums(
    frame: nw.LazyFrame[Any],
    parts: Mapping[str, Part],
    columns: Sequence[str],
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """One row a value of `by` and kind of payee: `all_gbp`, and for each of the `parts`, which ask
    about `columns`, `<part>_inside_gbp`, `<part>_unsure_gbp`, and of that the sums of suppliers
    below and above zero within it, `<part>_below_gbp` and `<part>_above_gbp`. Names withheld count
    as one supplier."""
    amount = nw.col("amount_gbp")
    told = {
        f"{name}_{what}_gbp": nw.when(condition).then(amount)
        for name, part in parts.items()
        for what, condition in (("inside", part.inside), ("unsure", part.unsure))
    }
    keys = [*by, "supplier_class"]
    asked = {"all_gbp": amount, **told}
    each = (
        each_supplier(frame, [*by, *columns])
        .with_columns(**asked)
        .group_by(*keys, "supplier_id")
        .agg(*(nw.col(name).sum() for name in asked))
    )
    signed = {
        f"{name}_{side}_gbp": nw.when(condition(nw.col(f"{name}_unsure_gbp"))).then(
            nw.col(f"{name}_unsure_gbp")
        )
        for name in parts
        for side, condition in (("below", lambda net: net < 0), ("above", lambda net: net > 0))
    }
    both = each.with_columns(**signed)
    every = [*asked, *signed]
    return collect(both.group_by(*keys).agg(*(nw.col(name).sum() for name in every)))


def share(found: pd.DataFrame, part: str) -> dict[str, float | None]:
    """`share` over the known, `low` and `high` over the whole, of one part of `sums`: each supplier
    nobody knows of is placed wholly inside or outside, whichever lowers or raises the share. None
    when the sum it is a share of is zero or less; no share stands without its bounds."""
    whole = total(found, "all")
    within = total(found, f"{part}_inside")
    known = whole - total(found, f"{part}_unsure")
    return {
        "share": _ratio(within, known) if whole > 0 else None,
        "low": _ratio(within + total(found, f"{part}_below"), whole),
        "high": _ratio(within + total(found, f"{part}_above"), whole),
    }


def total(found: pd.DataFrame, what: str) -> Decimal:
    """The sum of one column of `sums`."""
    return sum(found[f"{what}_gbp"], ZERO)


def _ratio(part: Decimal, whole: Decimal) -> float | None:
    return float(part / whole) if whole > 0 else None
