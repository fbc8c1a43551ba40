"""From all that was published to what procurement can move."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import narwhals as nw
import pandas as pd

from svlib.spend.frames import ZERO, collect, lazy

NOT_ADDRESSABLE = {  # kind of payee to the step that takes it off
    "public body": "paid to public bodies",
    "individual": "paid to individuals",
    "redacted": "name withheld",
    "unnamed": "no name given",
}

_AMOUNT = nw.col("amount_gbp")
_SIGN = nw.when(_AMOUNT > 0).then(1).when(_AMOUNT < 0).then(-1).otherwise(0)


def waterfall(lines: Any, reasons: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One row a step from gross published spend to addressable spend, in order: `step`,
    `payments` (lines taken off, or left), `net_gbp` (negative where taken off), `left_gbp`.

    `lines` are all lines of a quarter as tables.PAYMENTS, wherever they ended. Gross is the sum of
    amounts above zero of the lines used or left out by rule; credits come off first, then each
    rule's lines (`reasons`: rule to what to call it), then payees that no procurement chooses
    (NOT_ADDRESSABLE). Card bills stay: what is bought by card is bought.
    """
    counted = lazy(lines).filter(nw.col("status") != "set aside")
    parts = collect(
        counted.with_columns(sign=_SIGN)
        .group_by("sign", "status", "reason", "supplier_class")
        .agg(nw.col("amount_gbp").sum().alias("net_gbp"), nw.len().alias("payments"))
    )
    steps = [
        ("gross payments published", *_one(parts[parts["sign"] > 0])),
        ("credits", *_one(parts[parts["sign"] < 0])),
    ]
    excluded = _added(parts[parts["status"] == "excluded"], "reason")
    names = dict(reasons or {})
    steps += [
        (names.get(row.reason, row.reason), -row.net_gbp, row.payments)
        for row in excluded.sort_values(["net_gbp", "reason"], ascending=[False, True]).itertuples()
    ]
    kinds = _added(parts[parts["status"] == "accepted"], "supplier_class")
    of_kind = kinds.set_index("supplier_class")
    steps += [
        (step, -of_kind["net_gbp"][kind], of_kind["payments"][kind])
        for kind, step in NOT_ADDRESSABLE.items()
        if kind in of_kind.index
    ]
    left = ZERO
    rows = []
    for step, net, payments in steps:
        left += net
        rows.append({"step": step, "payments": int(payments), "net_gbp": net, "left_gbp": left})
    rest = kinds[~kinds["supplier_class"].isin(list(NOT_ADDRESSABLE))]
    rows.append(
        {"step": "addressable spend", "payments": int(rest["payments"].sum()), "net_gbp": left,
         "left_gbp": left}
    )  # fmt: skip
    return pd.DataFrame(rows)


def _one(parts: pd.DataFrame) -> tuple[Decimal, int]:
    return sum(parts["net_gbp"], ZERO), int(parts["payments"].sum())


def _added(parts: pd.DataFrame, by: str) -> pd.DataFrame:
    rows = [(value, *_one(part)) for value, part in parts.groupby(by)]
    return pd.DataFrame(rows, columns=[by, "net_gbp", "payments"])
