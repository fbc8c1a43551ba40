"""When notices fall due: by contract, and for the authority as a whole.

A day is counted as the Act counts: a period of 30 days that begins with a day ends 29 days after
it. Which notices were published is not known here, so a date says when one falls due, no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

import pandas as pd

from svlib.law.contracts import DOES_NOT, NOT_YET, Bench
from svlib.law.reading import Row
from svlib.law.tables import Held, NotCovered, held, rows
from svlib.parameters import Law
from svlib.quarter import Quarter, day_label

DATES = (
    "contract_ref", "notice", "code", "due_on", "applies", "source", "confidence", "note",
)  # fmt: skip
CALENDAR = ("notice", "code", "for_period", "due_on", "source", "confidence", "note")
_ENTERED, _EACH_YEAR = "entered", "each year"


@dataclass(frozen=True)
class Period:
    """A period that ends, or a year that begins, and after which a notice falls due."""

    event: str
    day: date
    label: str


def due(notice: str, day: date, contract_type: str = "any") -> date | NotCovered:
    """The last day for a notice whose period begins with `day`, by notices.csv on that day."""
    row = held("notices").own_or_any((notice, contract_type), day)
    return _last(row, day) if isinstance(row, Row) else row


def contract_dates(contracts: pd.DataFrame, as_of: date, asked: Law) -> pd.DataFrame:
    """One row a contract and notice that falls due on or after `as_of`, the next one each, earliest
    first: `contract_ref`, `notice`, `code`, `due_on`, `applies` (whether it does, as the answers
    of `tested`), `source`, `confidence` and `note`.

    A contract is taken to be entered into on its award date, else its start; one without either
    has no dates. Assessments of performance run each year from that day to the contract's end.
    Where the type is not known, the earlier of two dates is given.
    """
    bench, notices = Bench(as_of, asked), held("notices")
    found = [
        one for row in contracts.to_dict("records") for one in _of_contract(row, bench, notices)
    ]
    found.sort(key=lambda row: (row["due_on"], row["contract_ref"], row["notice"]))
    return pd.DataFrame(found, columns=list(DATES))


def calendar(as_of: date, until: date) -> pd.DataFrame:
    """One row a notice of the authority that falls due from `as_of` to `until`, earliest first:
    `notice`, `code`, `for_period`, `due_on`, `source`, `confidence`, `note`.

    Payments compliance (s.69) after 31 March and 30 September, payments over £30,000 (s.70) after
    each quarter, the pipeline (s.93) after 1 April; the pipeline only where the year's spend is
    expected to pass the amount of s.93.
    """
    fits = [
        (row, period)
        for row, period in product(rows("notices"), _periods(as_of, until))
        if period.event == row["event"] and row.holds(period.day) and _in_force(row, period.day)
    ]
    found = [
        {**_told(row), "for_period": period.label, "due_on": _last(row, period.day)}
        for row, period in fits
        if as_of <= _last(row, period.day) <= until
    ]
    found.sort(key=lambda row: (row["due_on"], row["notice"]))
    return pd.DataFrame(found, columns=list(CALENDAR))


def _of_contract(row: dict[str, Any], bench: Bench, notices: Held) -> Iterator[dict[str, Any]]:
    entered = next((row[name] for name in ("award_date", "start_date") if _is_day(row[name])), None)
    if entered is None:
        return
    ends = row["end_date"] if _is_day(row["end_date"]) else date.max
    types, answers = bench.outcomes(row)
    for notice in dict.fromkeys(kind[0] for kind in notices.by_kind):
        rows_ = [notices.own_or_any((notice, each), entered) for each in types]
        known = [one for one in rows_ if isinstance(one, Row)]
        says = answers.get(known[0]["duty"], DOES_NOT) if known else DOES_NOT
        days = [(day, one) for one in known if (day := _next(one, entered, bench.as_of, ends))]
        if says not in (DOES_NOT, NOT_YET) and days:
            day, one = min(days, key=lambda pair: pair[0])
            yield {
                "contract_ref": row["contract_ref"],
                **_told(one),
                "due_on": day,
                "applies": says,
            }


def _next(row: Row, entered: date, as_of: date, ends: date) -> date | None:
    """The next day on which the notice falls due, if it still does."""
    if row["event"] == _ENTERED:
        last = _last(row, entered)
        return last if last >= as_of else None
    if row["event"] != _EACH_YEAR:
        return None
    length = int(row["days"])
    first = max(as_of, date.fromisoformat(row["in_force_from"]))
    years = max(1, -(-((first - entered).days + 1) // length))
    last = entered + timedelta(days=years * length - 1)
    return last if last <= ends else None


def _periods(as_of: date, until: date) -> Iterator[Period]:
    quarter = Quarter.of(as_of).previous.previous
    while quarter.start <= until:
        yield Period("quarter end", quarter.end, quarter.label)
        if quarter.number in (2, 4):
            half = f"six months to {day_label(quarter.end)}"
            yield Period("half-year end", quarter.end, half)
        if quarter.number == 1:
            yield Period("year begins", quarter.start, quarter.financial_year)
        quarter = quarter.next


def _last(row: Row, day: date) -> date:
    return day + timedelta(days=int(row["days"]) - 1)


def _in_force(row: Row, day: date) -> bool:
    return day >= date.fromisoformat(row["in_force_from"])


def _told(row: Row) -> dict[str, Any]:
    return {
        "notice": row["notice"],
        "code": row["code"],
        "source": row.source,
        "confidence": row.confidence,
        "note": row.note,
    }


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not pd.isna(value)
