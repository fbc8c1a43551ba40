"""What the Act asks of payments: how long they took (s.69), and those over £30,000 (s.70)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from svlib.errors import Fault, InputError, ParameterError
from svlib.law.reading import Row
from svlib.law.tables import NotCovered, look_up, rows
from svlib.law.thresholds import BELOW, amount, stands
from svlib.parameters import Law
from svlib.quarter import Quarter

SUMMARY = ("measure", "payments", "share", "days", "source", "confidence")
_PAYABLE = "payable"
_NEEDED = ("invoice_date", "payment_date", "amount_gbp")
_OVER = "payment published"
HEADERS = {
    "Supplier": "supplier",
    "Payment date": "payment_date",
    "Amount (GBP)": "amount_gbp",
    "Reference": "reference",
    "Contract": "contract_ref",
}
"""Our own headers of the table of s.70. The official list of fields was not seen."""


def payment_days(payments: pd.DataFrame, first: date, last: date) -> pd.DataFrame | NotCovered:
    """How long the payments of a reporting period took, as regulation 38 counts: one row a measure
    with `measure`, `payments` (how many), `share` (a fraction; empty where it is none), `days`
    (the mean, only for that measure), `source` and `confidence`.

    One row of `payments` is one payment or one invoice not yet paid: `invoice_date` (the day the
    invoice was received), `payment_date` (empty when unpaid), `amount_gbp`, and where known
    `due_date` and `public_contract` (yes, no or unknown). Day 1 is the day after the invoice. The
    last rows count what was left out, each for one reason: other than a public contract, a credit,
    no invoice date, paid before the invoice. Payments of unknown contract count.

    Before the section is in force the answer is NotCovered. Raises InputError without a column.
    """
    _check(payments.columns, _NEEDED)
    bands = [row for row in rows("payment_days") if row.kind[0] != _PAYABLE and row.holds(last)]
    payable = look_up("payment_days", (_PAYABLE,), last)
    if not isinstance(payable, Row):
        return payable
    kept, left = _sorted_out(payments)
    paid = [row for row in kept if _within(row["payment_date"], first, last)]
    taken = [(row["payment_date"] - row["invoice_date"]).days for row in paid]
    mean = sum(taken) / len(taken) if taken else None
    found = [_measure("paid in the period", len(paid), bands[0], days=mean)]
    for band in bands:
        inside = sum(_low(band) <= days <= _high(band) for days in taken)
        found.append(_measure(band["measure"], inside, band, of=len(paid)))
    fell = [row for row in kept if _within(_payable_on(row, payable), first, last)]
    unpaid = sum(not _within(row["payment_date"], date.min, last) for row in fell)
    found.append(_measure("became payable in the period", len(fell), payable))
    found.append(_measure("of these, not paid in the period", unpaid, payable, of=len(fell)))
    found += [{"measure": f"left out: {why}", "payments": count} for why, count in left.items()]
    return pd.DataFrame(found, columns=list(SUMMARY)).fillna({"source": "", "confidence": ""})


def payments_over(
    payments: pd.DataFrame, quarter: Quarter, asked: Law, vat_basis: str = "unknown"
) -> pd.DataFrame | NotCovered:
    """Payments of the quarter over the amount of s.70 (£30,000 with VAT): one row a row given, in
    their order, under the headers of `asked.payment_columns` (HEADERS unless given), then `over`
    (`above`, or `could be either side` when VAT decides) and `applies` (`applies`, or `could be
    either` when the day the procurement commenced is not known).

    Each row of `payments` is judged by itself; nothing is added up. Where it has `commenced_on`,
    payments whose procurement commenced before the section are left out. Before the section is in
    force the answer is NotCovered. Raises ParameterError for a column that is not there.
    """
    over = amount(_OVER, quarter.end, asked.authority)
    if not isinstance(over, Row):
        return over
    columns = _columns(payments, asked.payment_columns)
    found = []
    for row in payments.to_dict("records"):
        side = str(stands(row["amount_gbp"], vat_basis, over, asked.vat_rate))
        applies = _applies(row.get("commenced_on"), over)
        if side != BELOW and applies:
            printed = {header: row[column] for header, column in columns.items()}
            found.append({**printed, "over": side, "applies": applies})
    return pd.DataFrame(found, columns=[*columns, "over", "applies"])


def _columns(payments: pd.DataFrame, told: Mapping[str, str]) -> dict[str, str]:
    lacking = [column for column in told.values() if column not in payments.columns]
    if lacking:
        raise ParameterError(
            Fault(
                "law.payment_columns",
                f"the payments have no column {', '.join(lacking)}",
                f"Use some of: {', '.join(payments.columns)}.",
            )
        )
    return dict(told) or {
        header: column for header, column in HEADERS.items() if column in payments.columns
    }


def _applies(commenced: Any, over: Row) -> str:
    """By the day the procurement commenced: the section is for those on or after it began."""
    if not _is_day(commenced):
        return "could be either"
    return "applies" if commenced >= over.begins else ""


def _check(columns: Iterable[str], needed: Iterable[str]) -> None:
    lacking = [name for name in needed if name not in set(columns)]
    if lacking:
        do = "Give each payment the day its invoice was received, the day it was paid, its amount."
        raise InputError(Fault("payments", f"no column {', '.join(lacking)}", do))


def _sorted_out(payments: pd.DataFrame) -> tuple[list[dict[str, Any]], dict[str, int]]:
    left = dict.fromkeys(
        ("other than a public contract", "credit or nil", "no invoice date",
         "paid before the invoice"), 0
    )  # fmt: skip
    kept = []
    for row in payments.to_dict("records"):
        why = _why_left_out(row)
        if why:
            left[why] += 1
        else:
            kept.append(row)
    return kept, left


def _why_left_out(row: Mapping[str, Any]) -> str:
    if row.get("public_contract") == "no":
        return "other than a public contract"
    if pd.isna(row["amount_gbp"]) or row["amount_gbp"] <= 0:
        return "credit or nil"
    if not _is_day(row["invoice_date"]):
        return "no invoice date"
    early = _is_day(row["payment_date"]) and row["payment_date"] < row["invoice_date"]
    return "paid before the invoice" if early else ""


def _payable_on(row: Mapping[str, Any], payable: Row) -> date:
    """The due date where one is given and later, else the last of the days the Act gives."""
    by_law: date = row["invoice_date"] + timedelta(days=int(payable["last_day"]) - 1)
    due = row.get("due_date")
    return max(by_law, due) if isinstance(due, date) and _is_day(due) else by_law


def _measure(
    name: str, count: int, row: Row, *, of: int | None = None, days: float | None = None
) -> dict[str, Any]:
    return {
        "measure": name,
        "payments": count,
        "share": count / of if of else None,
        "days": days,
        "source": row.source,
        "confidence": row.confidence,
    }


def _low(band: Row) -> int:
    return int(band["first_day"] or 0)


def _high(band: Row) -> float:
    return float(band["last_day"] or "inf")


def _within(day: Any, first: date, last: date) -> bool:
    return _is_day(day) and first <= day <= last


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not pd.isna(value)
