"""The figures of a quarter that are followed from one report to the next."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from svlib import contracts, spend
from svlib.findings import value
from svlib.quarter import Quarter
from svlib.view import OpenQuarter

Figures = dict[str, tuple[int, Decimal]]
"""Figure to its rows and pounds."""

_ZERO = Decimal("0.00")


def figures(q: OpenQuarter) -> Figures:
    """The quarter's followed figures: those of `spent`, contracts awarded with their value, and
    commitments with the net value delivered on them."""
    won = contracts.totals(contracts.awarded(q.contracts, q.quarter)).iloc[0]
    worth = value.totals(q).iloc[-1].delivered_net_gbp if len(q.commitments) else _ZERO
    return spent(q, q.quarter) | {
        "Contracts awarded": (int(won.contracts), Decimal(won.value_gbp)),
        "Commitments, net value delivered": (len(q.commitments), Decimal(worth)),
    }


def spent(q: OpenQuarter, quarter: Quarter) -> Figures:
    """Of a quarter that is held: payment lines counted, those with suppliers certainly in the local
    area, and lines left out."""
    return dict(_spent(q, quarter))


def _spent(q: OpenQuarter, quarter: Quarter) -> Iterator[tuple[str, tuple[int, Decimal]]]:
    lines = q.lines.filter(f"quarter = '{quarter.slug}'")
    payments = lines.filter("status = 'accepted'")
    whole = spend.totals(payments).iloc[0]
    yield "Net spend", (int(whole.payments), whole.net_gbp)
    local = spend.inside(payments, q.areas.local_area).iloc[0]
    name = f"Spend with suppliers in {q.areas.local_area.name}"
    yield name, (int(local.payments), local.net_gbp)
    out = spend.by_reason(lines.filter("status <> 'accepted'"))
    yield "Lines left out", (int(out["payments"].sum()), sum(out["net_gbp"], _ZERO))
