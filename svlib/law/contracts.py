"""Contracts tested by the law of the day their procurement commenced.

A register seldom says that day, what kind of contract it is or whether its value includes VAT. So
each test is answered for everything a contract may be, and where the answers differ it is
`could be either`, with what decides.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pandas as pd

from svlib.law.reading import Row
from svlib.law.tables import NOT_COVERED, NotCovered, boundaries, kinds, least_sure, look_up
from svlib.law.thresholds import (
    ABOVE,
    ACT,
    BELOW,
    CONTRACT_TYPES,
    NO_VALUE,
    PREVIOUS,
    amount,
    regime,
    side,
    threshold,
    with_vat,
)
from svlib.parameters import Law

THRESHOLD = "threshold"
APPLIES, DOES_NOT, EITHER_WAY = "applies", "does not apply", "could be either"
NOT_YET = "not yet in force"
COLUMNS = (
    "contract_ref", "test", "answer", "under_act", "under_previous", "decides", "source",
    "confidence",
)  # fmt: skip
_TYPES = ("goods", "services", "works", "light touch")
_PRINTED = {
    "goods": "goods", "supplies": "goods", "supply": "goods", "services": "services",
    "service": "services", "works": "works", "work": "works", "light touch": "light touch",
    "concession": "concession",
}  # fmt: skip
_DECIDES = ("the day the procurement commenced", "the type of contract", "VAT")


@dataclass(frozen=True)
class Facts:
    """What is known of one contract. `days` are the first days of each state of the law in which
    its procurement may have commenced; `types` all types it may be of; `values` its value with
    VAT, one or the least and the most, or one None."""

    days: tuple[date, ...]
    types: tuple[str, ...]
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Answer:
    """The answer to one test of one contract, and the rows it rests on."""

    says: str
    rows: tuple[Row | NotCovered, ...] = ()


def tests() -> list[str]:
    """Names of the tests: the threshold, then the duties of duties.csv."""
    return [THRESHOLD, *kinds("duties")]


def tested(contracts: pd.DataFrame, as_of: date, asked: Law) -> pd.DataFrame:
    """One row a contract and test, in the order of the contracts: `contract_ref`, `test` (as
    `tests`), `answer`, the answers `under_act` (Procurement Act 2023) and `under_previous` (the
    Regulations before it; empty where the contract cannot be under that law), `decides` (what is
    not known and would decide), and the `source` and weakest `confidence` of the rows it rests on.

    The answer to the threshold is `below`, `above` or `could be either side`; to a duty `applies`,
    `does not apply`, `could be either`, or `not yet in force` on `as_of`; to any `no value` or
    `not covered by the tables`. None of them says that a duty was or was not done.

    `contracts` has the columns of tables.CONTRACTS. Without `commenced_on`, any day from
    `asked.longest_procurement_months` before the award (else the start) is taken as possible, and
    without those any day up to `as_of`; without `contract_type`, each of goods, services, works
    and light touch.
    """
    bench = Bench(as_of, asked)
    found = [
        {"contract_ref": row["contract_ref"], "test": test, **answer}
        for row in contracts.to_dict("records")
        for test, answer in bench.answers(bench.facts(row))
    ]
    return pd.DataFrame(found, columns=list(COLUMNS)).astype("str")


def possible_types(row: dict[str, Any]) -> tuple[str, ...]:
    """The types a contract may be of by what its line says under `contract_type`: one, or goods,
    services, works and light touch where it says none of them."""
    written = str(_given(row.get("contract_type")) or "").strip().casefold()
    if written in CONTRACT_TYPES and written != "goods and services":
        return (written,)
    return (_PRINTED[written],) if written in _PRINTED else _TYPES


class Bench:
    """The tests, with each row of law looked up once."""

    def __init__(self, as_of: date, asked: Law):
        self.as_of, self.asked = as_of, asked
        self.begins = [date.min, *boundaries("thresholds", "amounts", "duties")]
        self.tests = tests()
        self._held: dict[tuple[str, date, str], _Bars] = {}
        self._regimes: dict[date, str] = {}
        self._told: dict[tuple[tuple[Row | NotCovered, ...], ...], tuple[str, str]] = {}

    def facts(self, row: dict[str, Any]) -> Facts:
        value, basis = _given(row.get("value_gbp")), _given(row.get("vat_basis"))
        values: tuple[Decimal | None, ...] = (None,)
        if value is not None:
            span = with_vat(value, basis or "unknown", self.asked.vat_rate)
            values = tuple(dict.fromkeys((span.least, span.most)))
        return Facts(self._days(row), possible_types(row), values)

    def outcomes(self, row: dict[str, Any]) -> tuple[tuple[str, ...], dict[str, str]]:
        """The types one line of a register may be of, and its answer to each test."""
        of = self.facts(row)
        return of.types, {test: _one(test, self.every(test, of)) for test in self.tests}

    def every(self, test: str, of: Facts) -> list[Answer]:
        return [
            self._bars(test, day, contract_type).answer(value)
            for day, contract_type, value in product(of.days, of.types, of.values)
        ]

    def answers(self, of: Facts) -> Iterator[tuple[str, dict[str, str]]]:
        may_be = list(product(of.days, of.types, of.values))
        under = [self._regime(day) for day, _, _ in may_be]
        for test in self.tests:
            every = self.every(test, of)
            source, confidence = self._sources(tuple(dict.fromkeys(each.rows for each in every)))
            yield (
                test,
                {
                    "answer": _one(test, every),
                    "under_act": _one(test, _of_regime(every, under, ACT)),
                    "under_previous": _one(test, _of_regime(every, under, PREVIOUS)),
                    "decides": _decides(may_be, every),
                    "source": source,
                    "confidence": confidence,
                },
            )

    def _sources(self, groups: tuple[tuple[Row | NotCovered, ...], ...]) -> tuple[str, str]:
        if groups not in self._told:
            every = [row for group in groups for row in group]
            named = "; ".join(dict.fromkeys(row.source for row in every if row.source))
            self._told[groups] = named, least_sure(*every)
        return self._told[groups]

    def _bars(self, test: str, day: date, contract_type: str) -> _Bars:
        asked = (test, day, contract_type)
        if asked not in self._held:
            self._held[asked] = self._look_up(*asked)
        return self._held[asked]

    def _look_up(self, test: str, day: date, contract_type: str) -> _Bars:
        line = threshold(day, contract_type, self.asked.authority)
        if test == THRESHOLD:
            return _Bars((line,), line)
        duty = look_up("duties", (test, contract_type), day)
        if not isinstance(duty, Row):
            return _Bars((duty,), fixed=str(duty))
        if duty["applies"] == "no":
            return _Bars((duty,), fixed=DOES_NOT)
        if self.as_of < date.fromisoformat(duty["in_force_from"]):
            return _Bars((duty,), fixed=NOT_YET)
        bars = [(line, duty["side"])]
        if duty["amount"]:
            bars.append((amount(duty["amount"], day, self.asked.authority), ABOVE))
        return _Bars((duty, *(bar for bar, _ in bars)), needed=tuple(bars))

    def _regime(self, day: date) -> str:
        if day not in self._regimes:
            self._regimes[day] = str(regime(day))
        return self._regimes[day]

    def _days(self, row: dict[str, Any]) -> tuple[date, ...]:
        """First days of each state of the law in which the procurement may have commenced."""
        commenced = _given(row.get("commenced_on"))
        dated = commenced or _given(row.get("award_date")) or _given(row.get("start_date"))
        last = dated or self.as_of
        first = _months_before(last, self.asked.longest_procurement_months) if dated else date.min
        if commenced:
            first = commenced
        return tuple(self.begins[self._state(first) : self._state(last) + 1])

    def _state(self, day: date) -> int:
        return bisect_right(self.begins, day) - 1


@dataclass(frozen=True)
class _Bars:
    """What a value must pass for one test: `line` is asked for its side; a duty applies when the
    value is on the side `needed` of each row; or the answer is `fixed`."""

    rows: tuple[Row | NotCovered, ...]
    line: Row | NotCovered | None = None
    needed: tuple[tuple[Row | NotCovered, str], ...] = ()
    fixed: str = ""

    def answer(self, value: Decimal | None) -> Answer:
        return Answer(self.fixed or self._says(value), self.rows)

    def _says(self, value: Decimal | None) -> str:
        if self.line is not None:
            return _side(value, self.line)
        for bar, needed in self.needed:
            where = _side(value, bar)
            if where != needed:
                return DOES_NOT if where in (ABOVE, BELOW) else where
        return APPLIES


def _side(value: Decimal | None, bar: Row | NotCovered) -> str:
    if not isinstance(bar, Row):
        return NOT_COVERED
    return NO_VALUE if value is None else side(value, bar)


def _one(test: str, every: Iterable[Answer]) -> str:
    said = {each.says for each in every}
    if len(said) == 1:
        return said.pop()
    if not said:
        return ""
    if len(said) == 2 and NOT_COVERED in said:
        return f"{(said - {NOT_COVERED}).pop()}, or {NOT_COVERED}"
    return "could be either side" if test == THRESHOLD else EITHER_WAY


def _of_regime(every: list[Answer], under: list[str], which: str) -> list[Answer]:
    return [each for each, law in zip(every, under, strict=True) if law == which]


def _decides(may_be: list[tuple[date, str, Decimal | None]], every: list[Answer]) -> str:
    """Which of day, type and VAT changes the answer while the other two stay."""
    found: list[str] = []
    if len({each.says for each in every}) == 1:
        return ""
    for at, name in enumerate(_DECIDES):
        by_rest: dict[tuple[Any, ...], set[str]] = {}
        for each, said in zip(may_be, every, strict=True):
            by_rest.setdefault((*each[:at], *each[at + 1 :]), set()).add(said.says)
        if any(len(answers) > 1 for answers in by_rest.values()):
            found.append(name)
    return ", ".join(found)


def _months_before(day: date, months: int) -> date:
    return (pd.Timestamp(day) - pd.DateOffset(months=months)).date()


def _given(value: Any) -> Any:
    return None if pd.isna(value) else value
