"""What contracts promised, what is due by now, what was delivered and what the evidence bears out.

Quantities only, each in the unit of its measure; what they are worth is in `valuation`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from svlib.errors import Fault, InputError
from svlib.framework import CATEGORIES
from svlib.outcomes import profile as profiles
from svlib.outcomes.shared import QUANTUM, STAGES, counting, frame, groups, rounded, total

ON_TRACK = 0.9  # a tenth short is within what a month's late return explains in a quarter's figures
AT_RISK = 0.5  # less than half of what is due: the rest must come at twice the pace to catch up
NOT_ON_REGISTER = "not on the register"
STATES = ("at risk", "behind", "on track", "not yet due")
_COUNTS = ["commitments", *(state.replace(" ", "_") for state in STATES)]
_QUANTITIES = list(STAGES.values())
_PROGRESS = [
    "commitment_id", "category", "measure_id", "measure", "unit", "contract_ref", "title",
    "supplier", "directorate", "district", "start_date", "end_date", "target", "due_to_date",
    "delivered", "evidenced", "share_of_due", "state", "proxy_id", "not_valued_because", "ward",
    "profile",
]  # fmt: skip


def progress(
    commitments: pd.DataFrame,
    deliveries: pd.DataFrame,
    contracts: pd.DataFrame,
    measures: pd.DataFrame,
    as_of: date,
) -> pd.DataFrame:
    """One row a commitment, by category, measure and id, with its contract and measure.

    Quantities are Decimals in `unit`: target; due_to_date (as the commitment's `profile` says; when
    that is empty or absent, target x days gone / days of the whole period, first and last day
    counted); delivered by `as_of`, but for what was rejected; evidenced, the part accepted.
    share_of_due is delivered / due_to_date, None when nothing is due. `state`: not yet due (nothing
    is, of a target above 0), on track (0.9 or more of what is due), behind (0.5 to 0.9), at risk
    (under 0.5). `ward` and `profile` are the commitment's, empty where it has none. Raises
    InputError for unknown measures or commitments, periods that end before they begin and profiles
    that do not fit the period.
    """
    shapes = _check(commitments, deliveries, measures)
    made = counting(deliveries, as_of)
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
        rows.append(row | _standing(promise, shapes[name], row["delivered"], as_of))
    order = list(CATEGORIES)
    rows.sort(key=lambda r: (order.index(r["category"]), r["measure_id"], r["commitment_id"]))
    return frame(rows, _PROGRESS)


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
        for names, part in groups(progress, labels)
    ]
    rows.sort(key=lambda row: (-row["at_risk"], -row["behind"], row["contract_ref"]))
    return pd.DataFrame(rows, columns=[*labels, *_COUNTS])


def by(progress: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """One row a value of these columns of `progress` (directorate, district, ward), most at risk
    first: the columns, contracts, then counts of commitments as in `by_category`."""
    rows = []
    for names, part in groups(progress, list(columns)):
        row = dict(zip(columns, names, strict=True))
        rows.append(row | {"contracts": part["contract_ref"].nunique()} | _counts(part))
    rows.sort(key=lambda row: (-row["at_risk"], -row["behind"], *(row[name] for name in columns)))
    return pd.DataFrame(rows, columns=[*columns, "contracts", *_COUNTS])


def not_valued(progress: pd.DataFrame) -> pd.DataFrame:
    """One row a measure without a proxy, in the order of `progress`: category, measure_id, measure,
    unit, commitments, target, due_to_date, delivered, evidenced (in that unit, gross) and
    not_valued_because."""
    labels = ["category", "measure_id", "measure", "unit", "not_valued_because"]
    rows = [
        dict(zip(labels, names, strict=True))
        | {"commitments": len(part)}
        | {name: total(part[name]) for name in _QUANTITIES}
        for names, part in groups(progress[progress["proxy_id"] == ""], labels)
    ]
    return frame(rows, [*labels[:-1], "commitments", *_QUANTITIES, "not_valued_because"])


def _check(
    commitments: pd.DataFrame, deliveries: pd.DataFrame, measures: pd.DataFrame
) -> dict[str, profiles.Profile]:
    """The profile of each commitment, once everything else is found to be in order."""
    known, promised = set(measures["measure_id"]), set(commitments["commitment_id"])
    faults: list[Fault] = []
    shapes: dict[str, profiles.Profile] = {}
    for row in commitments.to_dict("records"):
        where = f"commitment {row['commitment_id']}"
        if row["measure_id"] not in known:
            found = f"measure '{row['measure_id']}' is not in the framework"
            faults.append(Fault(where, found, "Correct measure_id."))
        if row["end_date"] < row["start_date"]:
            found = f"ends {row['end_date']}, before it starts {row['start_date']}"
            faults.append(Fault(where, found, "Correct the dates."))
            continue
        try:
            shapes[row["commitment_id"]] = _profile(row, where)
        except InputError as error:
            faults += error.faults
    for row in deliveries.to_dict("records"):
        if row["commitment_id"] not in promised:
            found = f"commitment '{row['commitment_id']}' is not among the commitments"
            faults.append(Fault(f"delivery {row['delivery_id']}", found, "Correct commitment_id."))
    if faults:
        raise InputError(faults)
    return shapes


def _profile(promise: Mapping[str, Any], where: str) -> profiles.Profile:
    at = f"{where}, profile"
    points = profiles.parse(_text(promise, "profile"), at)
    profiles.check(points, promise["target"], promise["start_date"], promise["end_date"], at)
    return points


def _text(promise: Mapping[str, Any], name: str) -> str:
    """A column that not every table of commitments has, "" where it is absent or empty."""
    cell = promise.get(name, "")
    return cell if isinstance(cell, str) else ""


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
        | {name: _text(promise, name) for name in ("ward", "profile")}
    )


def _standing(
    promise: Mapping[str, Any], shape: profiles.Profile, delivered: Decimal, as_of: date
) -> dict[str, Any]:
    """What is due by `as_of`, how much of it there is, and the state that makes."""
    target, start, end = promise["target"], promise["start_date"], promise["end_date"]
    due = profiles.due(shape, target, start, end, as_of)
    share = float(delivered / due) if due else None
    waiting = as_of < start or (target > 0 and not due)
    state = "not yet due" if waiting else _state(share)
    return {"due_to_date": rounded(due, QUANTUM), "share_of_due": share, "state": state}


def _state(share: float | None) -> str:
    if share is None or share >= ON_TRACK:  # None: the target is 0, so nothing is owed
        return "on track"
    return "behind" if share >= AT_RISK else "at risk"


def _counts(part: pd.DataFrame) -> dict[str, int]:
    found = Counter(part["state"])
    return {"commitments": len(part)} | {s.replace(" ", "_"): found[s] for s in STATES}
