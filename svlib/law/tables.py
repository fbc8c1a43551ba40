"""The law as dated tables in data/reference/law/: read whole and checked, or refused.

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
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

from svlib import project
from svlib.errors import Fault, ParameterError

TO_BE_CONFIRMED = "to be confirmed"
NOT_COVERED = "not covered by the tables"
CONFIDENCES = ("high", "medium", TO_BE_CONFIRMED)
"""How well a row is known, best first. What rests on a row to be confirmed says so."""

_EVERY = ("from", "to", "source", "url", "confidence", "note", "checked_on")
KINDS: dict[str, tuple[str, ...]] = {
    "thresholds": ("contract_type", "authority"),
    "amounts": ("amount", "authority"),
    "notices": ("notice", "contract_type"),
    "duties": ("duty", "contract_type"),
    "permissions": ("permission",),
    "contract_types": ("category",),
}
"""The tables, and the columns that together are a kind: one row of each kind holds on a day."""

_VALUES: dict[str, tuple[str, ...]] = {
    "thresholds": ("regime", "threshold_gbp"),
    "amounts": ("test", "value_gbp"),
    "notices": ("code", "duty", "event", "days", "in_force_from"),
    "duties": ("applies", "side", "amount", "in_force_from"),
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


@dataclass(frozen=True)
class NotCovered:
    """No row holds on that day: an answer of its own, neither an error nor the nearest row."""

    table: str
    kind: tuple[str, ...]
    on: date

    confidence = ""
    source = ""

    def __str__(self) -> str:
        return NOT_COVERED

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True)
class Held:
    """One table, read and checked."""

    table: str
    rows: tuple[Row, ...]

    @cached_property
    def by_kind(self) -> dict[tuple[str, ...], list[Row]]:
        return _by_kind(self.rows)

    def on(self, kind: tuple[str, ...], day: date) -> Row | NotCovered:
        """The row of that kind that holds on a day."""
        found = (row for row in self.by_kind.get(kind, ()) if row.holds(day))
        return next(found, NotCovered(self.table, kind, day))

    def own_or_any(self, kind: tuple[str, str], day: date) -> Row | NotCovered:
        """As `on`; where the table has no row of that kind at all, the row for `any` holds."""
        return self.on(kind if kind in self.by_kind else (kind[0], "any"), day)


def held(table: str) -> Held:
    """A table of data/reference/law/, by the name of its file. Raises ParameterError with every
    fault found, a gap or an overlap of dates among them."""
    path = project.reference("law") / f"{table}.csv"
    return _read_as_it_stands(path, table, path.stat().st_mtime_ns if path.is_file() else 0)


def rows(table: str) -> tuple[Row, ...]:
    """All rows of a table, as `held` reads it."""
    return held(table).rows


def look_up(table: str, kind: tuple[str, ...], on: date) -> Row | NotCovered:
    """The row of that kind that holds on a day."""
    return held(table).on(kind, on)


def kinds(table: str, column: int = 0) -> list[str]:
    """What stands in one column of the kind, in the table's order."""
    return list(dict.fromkeys(row.kind[column] for row in rows(table)))


def boundaries(*tables: str) -> list[date]:
    """Days from which these tables say something else, earliest first; between two of them they
    say the same."""
    found = {row.begins for table in tables for row in rows(table)}
    ends = {row.ends for table in tables for row in rows(table) if row.ends is not None}
    return sorted(found | {day + timedelta(days=1) for day in ends})


def checked_on() -> date:
    """The day the tables were last checked against their sources: printed with what rests on
    them."""
    return max(row.checked_on for table in KINDS for row in rows(table))


def least_sure(*found: Row | NotCovered) -> str:
    """The weakest confidence among rows; empty for none."""
    given = [row.confidence for row in found if row.confidence]
    return max(given, key=CONFIDENCES.index, default="")


@lru_cache(maxsize=32)
def _read_as_it_stands(path: Path, table: str, _changed: int) -> Held:
    return Held(table, read(path, table))


def _by_kind(every: Iterable[Row]) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in every:
        found[row.kind].append(row)
    return dict(found)


def read(path: Path, table: str) -> tuple[Row, ...]:
    """Read and check one file as one of the tables; raises ParameterError as `rows` does."""
    where = project.relative(path)
    found, faults = [], []
    for line, cells in _lines(path, where, (*KINDS[table], *_VALUES[table], *_EVERY)):
        wrong = list(_cell_faults(cells, f"{where}, row {line}"))
        faults += wrong
        if not wrong:
            found.append(_row(table, line, cells))
    faults += [fault for group in _by_kind(found).values() for fault in _dates(group, where)]
    if faults:
        raise ParameterError(faults)
    return tuple(found)


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
        if name == "days" and not written.isdigit():
            yield Fault(f"{place}, days", f"'{written}' is no number of days", "Write it as 30.")
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
