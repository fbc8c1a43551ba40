"""A law table read whole and checked, or refused with every fault.

A row says what held from one day to another, both included; an empty `to` is open. Rows of one
kind may neither overlap nor leave a day between them: a law that stopped is a row of its own.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

from svlib import project
from svlib.errors import Fault, ParameterError

TO_BE_CONFIRMED = "to be confirmed"
CONFIDENCES = ("high", "medium", TO_BE_CONFIRMED)
"""How well a row is known, best first. What rests on a row to be confirmed says so."""

_EVERY = ("from", "to", "source", "url", "confidence", "note", "checked_on")
KINDS: dict[str, tuple[str, ...]] = {
    "thresholds": ("contract_type", "authority"),
    "amounts": ("amount", "authority"),
    "notices": ("notice", "contract_type"),
    "duties": ("duty", "contract_type"),
    "payment_days": ("measure",),
    "permissions": ("permission", "contract_type"),
    "contract_types": ("category",),
}
"""The tables, and the columns that together are a kind: one row of each kind holds on a day."""

_VALUES: dict[str, tuple[str, ...]] = {
    "thresholds": ("regime", "threshold_gbp"),
    "amounts": ("test", "value_gbp"),
    "notices": ("code", "duty", "event", "days", "in_force_from"),
    "duties": ("applies", "side", "amount", "in_force_from"),
    "payment_days": ("first_day", "last_day"),
    "permissions": ("allowed",),
    "contract_types": ("contract_type",),
}
_ONLY = {
    "confidence": CONFIDENCES,
    "regime": ("previous", "act"),
    "test": ("at least", "more than"),
    "applies": ("yes", "no"),
    "allowed": ("yes", "no"),
    "side": ("above", "below", "any"),
}
_DATES, _NUMBERS = ("from", "to", "checked_on", "in_force_from"), ("threshold_gbp", "value_gbp")
_DAYS = ("days", "first_day", "last_day")
_OPEN = date.max


@dataclass(frozen=True, eq=False)
class Row:
    """One row of a law table. `line` counts from 1 as a spreadsheet does; `says` holds the
    table's own columns as text."""

    table: str
    line: int
    kind: tuple[str, ...]
    begins: date
    ends: date | None
    source: str
    url: str
    confidence: str
    note: str
    checked_on: date
    says: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.says[column]

    @cached_property
    def line_gbp(self) -> Decimal:
        """The threshold or amount of the row, in pounds with VAT."""
        return next(Decimal(self.says[name]) for name in _NUMBERS if name in self.says)

    def holds(self, on: date) -> bool:
        return self.begins <= on <= (self.ends or _OPEN)

    @property
    def where(self) -> str:
        """As "thresholds.csv, row 5"."""
        return f"{self.table}.csv, row {self.line}"


def read(path: Path, table: str) -> tuple[Row, ...]:
    """Read and check one file as one of the tables; raises ParameterError as `rows` does."""
    where = project.relative(path)
    found, faults = [], []
    for line, cells in _lines(path, where, (*KINDS[table], *_VALUES[table], *_EVERY)):
        wrong = list(_cell_faults(cells, f"{where}, row {line}"))
        faults += wrong
        if not wrong:
            found.append(_row(table, line, cells))
    faults += [fault for group in by_kind(found).values() for fault in _dates(group, where)]
    if faults:
        raise ParameterError(faults)
    return tuple(found)


def read_changes(path: Path) -> list[dict[str, Any]]:
    """The lines of changes.csv, each with its `from` as a date, earliest first; raises
    ParameterError for a bad cell."""
    where = project.relative(path)
    columns = tuple(name for name in (*_EVERY, "what") if name != "to")
    every = list(_lines(path, where, columns))
    faults = [
        fault for line, cells in every for fault in _cell_faults(cells, f"{where}, row {line}")
    ]
    if faults:
        raise ParameterError(faults)
    found = [{**cells, "from": date.fromisoformat(cells["from"])} for _, cells in every]
    return sorted(found, key=itemgetter("from"))


def by_kind(every: Iterable[Row]) -> dict[tuple[str, ...], list[Row]]:
    """Rows by their kind, in the table's order."""
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in every:
        found[row.kind].append(row)
    return dict(found)


def _lines(
    path: Path, where: str, columns: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            read = csv.DictReader(stream, restval="", restkey="beyond the header")
            lacking = [name for name in columns if name not in (read.fieldnames or ())]
            if lacking:
                found = "no column " + ", ".join(lacking)
                raise ParameterError(Fault(f"{where}, row 1", found, "Put back the column."))
            every = list(enumerate(read, start=2))
    except (OSError, UnicodeDecodeError) as error:
        fault = Fault(where, f"cannot be read ({error})", "Put back the table of the suite.")
        raise ParameterError(fault) from None
    yield from every


def _cell_faults(cells: dict[str, str], place: str) -> Iterator[Fault]:
    if cells.get("beyond the header"):
        yield Fault(place, "has more cells than the header", "Put a text with a comma in quotes.")
    for name, written in cells.items():
        if name in _DATES and not _is_date(written) and (written or name != "to"):
            yield Fault(f"{place}, {name}", f"'{written}' is no date", "Write it as 2026-01-31.")
        if name in _NUMBERS and not _is_number(written):
            yield Fault(f"{place}, {name}", f"'{written}' is no number", "Write it as 207720.")
        if name in _DAYS and not written.isdigit() and (written or name == "days"):
            found = f"'{written}' is no number of days"
            yield Fault(f"{place}, {name}", found, "Write it as 30.")
        if name in _ONLY and written not in _ONLY[name]:
            do = "Use one of: " + ", ".join(_ONLY[name]) + "."
            yield Fault(f"{place}, {name}", f"'{written}' is not known here", do)
    if not cells["source"]:
        yield Fault(f"{place}, source", "is empty", "Name the law or document it comes from.")


def _row(table: str, line: int, cells: dict[str, str]) -> Row:
    return Row(
        table=table,
        line=line,
        kind=tuple(cells[name] for name in KINDS[table]),
        begins=date.fromisoformat(cells["from"]),
        ends=date.fromisoformat(cells["to"]) if cells["to"] else None,
        source=cells["source"],
        url=cells["url"],
        confidence=cells["confidence"],
        note=cells["note"],
        checked_on=date.fromisoformat(cells["checked_on"]),
        says={name: cells[name] for name in (*KINDS[table], *_VALUES[table])},
    )


def _dates(group: Sequence[Row], where: str) -> Iterator[Fault]:
    """Rows of one kind that end before they begin, overlap, or leave days between them."""
    name = ", ".join(group[0].kind)
    for row in group:
        if row.ends is not None and row.ends < row.begins:
            found = f"{name} ends on {row.ends}, before it begins on {row.begins}"
            yield Fault(f"{where}, row {row.line}", found, "Mend the dates.")
    ordered = sorted(group, key=lambda row: (row.begins, row.line))
    for before, after in pairwise(ordered):
        place = f"{where}, rows {before.line} and {after.line}"
        ends = before.ends or _OPEN
        if after.begins <= ends:
            until = min(ends, after.ends or _OPEN)
            last = "without end" if until == _OPEN else f"to {until}"
            found = f"{name} has both from {after.begins} {last}"
            yield Fault(place, found, "End the first before the second begins.")
        elif after.begins > ends + timedelta(days=1):
            first, last_day = ends + timedelta(days=1), after.begins - timedelta(days=1)
            found = f"{name} has neither from {first} to {last_day}"
            yield Fault(place, found, "Close the gap, or write the row that held then.")


def _is_date(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _is_number(written: str) -> bool:
    try:
        return Decimal(written).is_finite()
    except InvalidOperation:
        return False
