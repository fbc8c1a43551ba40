"""What contracts promised, what is due by now, what was delivered and what the evidence bears out.

All money here is gross: nothing is taken off for what would have happened anyway, for others' part
in it or for changes counted under two measures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from svlib.errors import Fault, InputError
from svlib.framework import CATEGORIES, proxy_rows
from svlib.values import to_price_year

ON_TRACK = 0.9  # a tenth short is within what a month's late return explains in a quarter's figures
AT_RISK = 0.5  # less than half of what is due: the rest must come at twice the pace to catch up
NOT_ON_REGISTER = "not on the register"
STATES = ("at risk", "behind", "on track", "not yet due")
VALUE_TYPES = ("fiscal", "economic", "social", "wellbeing")

_STAGES = {
    "promised": "target",
    "due": "due_to_date",
    "delivered": "delivered",
    "evidenced": "evidenced",
}
_ENDS = {"": "value", "_low": "low", "_high": "high"}
_GBP = [f"{stage}{end}_gbp" for stage in _STAGES for end in _ENDS]
_COUNTS = ["commitments", *(state.replace(" ", "_") for state in STATES)]
_QUANTITIES = list(_STAGES.values())
_PROGRESS = [
    "commitment_id", "category", "measure_id", "measure", "unit", "contract_ref", "title",
    "supplier", "directorate", "district", "start_date", "end_date", "target", "due_to_date",
    "delivered", "evidenced", "share_of_due", "state", "proxy_id", "not_valued_because",
]  # fmt: skip
_VALUED = [
    "commitment_id", "contract_ref", "category", "measure_id", "value_type", "proxy_id",
    "price_year", *_GBP,
]  # fmt: skip
_QUANTUM, _PENNY = Decimal("0.0001"), Decimal("0.01")


def progress(
    commitments: pd.DataFrame,
    deliveries: pd.DataFrame,
    contracts: pd.DataFrame,
    measures: pd.DataFrame,
    as_of: date,
) -> pd.DataFrame:
    """One row a commitment, by category, measure and id, with its contract and measure.

    Quantities are Decimals in `unit`: target; due_to_date (target x days gone / days of the whole
    period, first and last day counted); delivered by `as_of`; evidenced, the part accepted.
    share_of_due is delivered / due_to_date, None when nothing is due. `state`: not yet due (before
    the first day), on track (0.9 or more of what is due), behind (0.5 to 0.9), at risk (under 0.5).
    Raises InputError for unknown measures or commitments and periods that end before they begin.
    """
    _check(commitments, deliveries, measures)
    made = deliveries.loc[[day <= as_of for day in deliveries["delivered_on"]]]
    delivered = _totals(made)
    evidenced = _totals(made.loc[made["evidence_status"] == "accepted"])
    register = {row["contract_ref"]: row for row in contracts.to_dict("records")}
    known = {row["measure_id"]: row for row in measures.to_dict("records")}
    rows = []
    for promise in commitments.to_dict("records"):
        name = promise["commitment_id"]
        row = _described(promise, known[promise["measure_id"]], register)
        row |= {"delivered": delivered.get(name, Decimal(0))}
        row |= {"evidenced": evidenced.get(name, Decimal(0))}
        rows.append(row | _standing(promise, row["delivered"], as_of))
    order = list(CATEGORIES)
    rows.sort(key=lambda r: (order.index(r["category"]), r["measure_id"], r["commitment_id"]))
    return _frame(rows, _PROGRESS)


def by_category(progress: pd.DataFrame) -> pd.DataFrame:
    """One row a category, all seven in their order: category, contracts, commitments, at_risk,
    behind, on_track, not_yet_due. Counts only: quantities in unlike units are not summed."""
    rows = []
    for category in CATEGORIES:
        part = progress[progress["category"] == category]
        row = {"category": category, "contracts": part["contract_ref"].nunique()}
        rows.append(row | _counts(part))
    return pd.DataFrame(rows, columns=["category", "contracts", *_COUNTS])


def by_contract(progress: pd.DataFrame) -> pd.DataFrame:
    """One row a contract, most at risk first: contract_ref, title, supplier, directorate, then
    counts of commitments as in `by_category`."""
    labels = ["contract_ref", "title", "supplier", "directorate"]
    rows = [
        dict(zip(labels, names, strict=True)) | _counts(part)
        for names, part in _groups(progress, labels)
    ]
    rows.sort(key=lambda row: (-row["at_risk"], -row["behind"], row["contract_ref"]))
    return pd.DataFrame(rows, columns=[*labels, *_COUNTS])


def valued(
    progress: pd.DataFrame, measures: pd.DataFrame, values: pd.DataFrame, price_year: int
) -> pd.DataFrame:
    """Gross value: one row a commitment and value type, for measures that have a proxy.

    Pounds of `price_year`, Decimals to the penny: quantity x unit value, uprated by the GDP
    deflator. promised_gbp is the whole target, due_gbp the part due by now, delivered_gbp what was
    delivered and evidenced_gbp what was accepted; each with _low_gbp and _high_gbp, None where the
    proxy has no range. No deadweight, attribution or overlap is taken off. A proxy that differs by
    year (carbon) is that of the middle year of the commitment's period, or the nearest year held:
    stable from quarter to quarter; the row used stands in `proxy_id`. Raises ParameterError when
    the deflator does not hold a year.
    """
    proxies = {row["proxy_id"]: row for row in values.to_dict("records")}
    written = dict(zip(measures["measure_id"], measures["proxy_id"], strict=True))
    units: dict[str, dict[str, Decimal | None]] = {}
    rows = []
    for promise in progress.to_dict("records"):
        for name in _proxies_of(promise, written[promise["measure_id"]], list(proxies)):
            if name not in units:
                units[name] = _unit_values(proxies[name], price_year)
            rows.append(_valued(promise, proxies[name], units[name], price_year))
    return _frame(rows, _VALUED)


def value_by_category(valued: pd.DataFrame) -> pd.DataFrame:
    """Gross value: one row a category and value type that has any: category, value_type,
    commitments, then the pounds of `valued` summed.

    Fiscal, economic, social and wellbeing stay apart: fiscal and economic values share tax and
    benefits, so a sum over types would count money twice. A low or high is None unless every
    commitment in the row has one.
    """
    order = [(category, kind) for category in CATEGORIES for kind in VALUE_TYPES]
    rows = []
    for category, kind in order:
        part = valued[(valued["category"] == category) & (valued["value_type"] == kind)]
        if len(part):
            row = {"category": category, "value_type": kind, "commitments": len(part)}
            rows.append(row | {name: _sum(part[name]) for name in _GBP})
    return _frame(rows, ["category", "value_type", "commitments", *_GBP])


def not_valued(progress: pd.DataFrame) -> pd.DataFrame:
    """One row a measure without a proxy, in the order of `progress`: category, measure_id, measure,
    unit, commitments, target, due_to_date, delivered, evidenced (in that unit, gross) and
    not_valued_because."""
    labels = ["category", "measure_id", "measure", "unit", "not_valued_because"]
    rows = [
        dict(zip(labels, names, strict=True))
        | {"commitments": len(part)}
        | {name: _sum(part[name]) for name in _QUANTITIES}
        for names, part in _groups(progress[progress["proxy_id"] == ""], labels)
    ]
    return _frame(rows, [*labels[:-1], "commitments", *_QUANTITIES, "not_valued_because"])


def _check(commitments: pd.DataFrame, deliveries: pd.DataFrame, measures: pd.DataFrame) -> None:
    known, promised = set(measures["measure_id"]), set(commitments["commitment_id"])
    faults = []
    for row in commitments.to_dict("records"):
        where = f"commitment {row['commitment_id']}"
        if row["measure_id"] not in known:
            found = f"measure '{row['measure_id']}' is not in the framework"
            faults.append(Fault(where, found, "Correct measure_id."))
        if row["end_date"] < row["start_date"]:
            found = f"ends {row['end_date']}, before it starts {row['start_date']}"
            faults.append(Fault(where, found, "Correct the dates."))
    for row in deliveries.to_dict("records"):
        if row["commitment_id"] not in promised:
            found = f"commitment '{row['commitment_id']}' is not among the commitments"
            faults.append(Fault(f"delivery {row['delivery_id']}", found, "Correct commitment_id."))
    if faults:
        raise InputError(faults)


def _totals(deliveries: pd.DataFrame) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    pairs = zip(deliveries["commitment_id"], deliveries["quantity"], strict=True)
    for commitment, quantity in pairs:
        totals[commitment] = totals.get(commitment, Decimal(0)) + quantity
    return totals


def _described(
    promise: Mapping[str, Any], measure: Mapping[str, Any], register: Mapping[str, Any]
) -> dict[str, Any]:
    own = ("commitment_id", "contract_ref", "district", "start_date", "end_date", "target")
    of_measure = ("measure_id", "category", "unit", "proxy_id", "not_valued_because")
    contract = register.get(promise["contract_ref"], {})
    of_contract = ("title", "supplier", "directorate")
    return (
        {name: promise[name] for name in own}
        | {name: measure[name] for name in of_measure}
        | {"measure": measure["label"]}
        | {name: contract.get(name, NOT_ON_REGISTER) for name in of_contract}
    )


def _standing(promise: Mapping[str, Any], delivered: Decimal, as_of: date) -> dict[str, Any]:
    """What is due by `as_of`, how much of it there is, and the state that makes."""
    start, end = promise["start_date"], promise["end_date"]
    whole = (end - start).days + 1
    gone = min(max((as_of - start).days + 1, 0), whole)
    due = promise["target"] * gone / whole
    share = float(delivered / due) if due else None
    state = "not yet due" if gone == 0 else _state(share)
    return {"due_to_date": _rounded(due, _QUANTUM), "share_of_due": share, "state": state}


def _state(share: float | None) -> str:
    if share is None or share >= ON_TRACK:  # None: the target is 0, so nothing is owed
        return "on track"
    return "behind" if share >= AT_RISK else "at risk"


def _counts(part: pd.DataFrame) -> dict[str, int]:
    found = Counter(part["state"])
    return {"commitments": len(part)} | {s.replace(" ", "_"): found[s] for s in STATES}


def _groups(table: pd.DataFrame, labels: list[str]) -> Iterable[tuple[Any, pd.DataFrame]]:
    return table.groupby(labels, sort=False) if len(table) else []


def _proxies_of(promise: Mapping[str, Any], proxy_id: str, held: list[str]) -> list[str]:
    rows = proxy_rows(proxy_id, held)
    names = rows.pop(None, [])
    if rows:
        start, end = promise["start_date"], promise["end_date"]
        middle = (start + (end - start) / 2).year
        names = names + rows[min((year for year in rows if year), key=lambda y: abs(y - middle))]
    return names


def _unit_values(proxy: Mapping[str, Any], price_year: int) -> dict[str, Decimal | None]:
    """Pounds of `price_year` per unit: the value, and low and high where given; not rounded."""
    return {
        end: None
        if proxy[column] is None
        else to_price_year(proxy[column], proxy["price_year"], price_year)
        for end, column in _ENDS.items()
    }


def _valued(
    promise: Mapping[str, Any],
    proxy: Mapping[str, Any],
    units: Mapping[str, Decimal | None],
    price_year: int,
) -> dict[str, Any]:
    same = ("commitment_id", "contract_ref", "category", "measure_id")
    row = {name: promise[name] for name in same}
    row |= {"value_type": proxy["value_type"], "proxy_id": proxy["proxy_id"]}
    row["price_year"] = price_year
    for stage, quantity in _STAGES.items():
        for end, unit in units.items():
            gbp = None if unit is None else _rounded(promise[quantity] * unit, _PENNY)
            row[f"{stage}{end}_gbp"] = gbp
    return row


def _rounded(number: Decimal, step: Decimal) -> Decimal:
    return number.quantize(step, rounding=ROUND_HALF_UP)


def _sum(column: pd.Series) -> Decimal | None:
    return None if any(one is None for one in column) else sum(column, Decimal(0))


def _frame(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns, dtype=object)
