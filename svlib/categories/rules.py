"""An authority's rules file: one line a rule, read whole or refused with file, row and column.

expense_type,supplier,category,note,who,date
equals Bus Hire,,transport,Hired vehicles,Category manager,2026-10-01
,contains nursing home | care home,adult_care,,Category manager,2026-10-01
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from svlib import project
from svlib.errors import Fault, ParameterError
from svlib.ingest import cells

TEXTS = ("directorate", "service", "expense_type", "description", "supplier")
CONDITIONS = (*TEXTS, "sic")
HEADERS = (*CONDITIONS, "category", "note", "who", "date")
TESTS = ("contains", "equals", "begins")
_SIC = re.compile(r"[A-Ua-u]|\d{2,5}")


@dataclass(frozen=True)
class Condition:
    """A test of one column; it holds when it holds for any of `texts`. The test of `sic` is
    `begins` for a code and `section` for a letter."""

    column: str
    test: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One line: all conditions must hold. `row` counts from 1 as a spreadsheet does."""

    row: int
    conditions: tuple[Condition, ...]
    category: str
    note: str = ""
    who: str = ""
    on: date | None = None

    def __str__(self) -> str:
        return f"row {self.row}"


def read_rules(path: Path, categories: Collection[str]) -> list[Rule]:
    """The rules of a file in their order, which is the order they are tried in.

    `categories` are the ids allowed. Raises ParameterError with every fault found: an unknown
    column, category or test, a line without a condition, a line that repeats another's conditions,
    an empty line before the last.
    """
    where = project.relative(path)
    rows = _rows(path, where)
    headers = [_plain(cell) for cell in rows[0]] if rows else []
    faults = _header_faults(headers, f"{where}, row 1")
    if faults:
        raise ParameterError(faults)
    rules: list[Rule] = []
    for number, row in enumerate(rows[1:], start=2):
        line = dict(zip(headers, [cell.strip() for cell in row], strict=False))
        place = f"{where}, row {number}"
        if not any(map(str.strip, row)):
            faults.append(Fault(place, "is empty, and rules follow it", "Delete the line."))
        elif any(cell.strip() for cell in row[len(headers) :]):
            faults.append(
                Fault(
                    place,
                    f"has {len(row)} cells, the header {len(headers)}",
                    'Write a text with a comma in it in quotes: "equals Fees, other".',
                )
            )
        else:
            try:
                rules.append(_rule(line, number, place, categories))
            except ParameterError as error:
                faults += error.faults
    faults += _repeated(rules, where)
    if faults:
        raise ParameterError(faults)
    return rules


def read_one(written: str, categories: Collection[str]) -> Rule:
    """A rule in one line, as a person types it to try it:
    `directorate equals Neighbourhoods; expense_type contains Bus Hire => transport`.

    Raises ParameterError when it is none.
    """
    tests, arrow, category = written.partition("=>")
    if not arrow:
        raise ParameterError(
            Fault("--rule", f"'{written}' has no =>", f"Write it like '{_EXAMPLE}'.")
        )
    line = {"category": category.strip()}
    faults = []
    for test in tests.split(";"):
        column, _, says = test.strip().partition(" ")
        if column not in CONDITIONS or column in line:
            why = "stands twice" if column in line else f"is none of: {', '.join(CONDITIONS)}"
            faults.append(Fault("--rule", f"'{column}' {why}", f"Write it like '{_EXAMPLE}'."))
        line[column] = says.strip()
    if faults:
        raise ParameterError(faults)
    return _rule(line, 0, "--rule", categories)


_EXAMPLE = "directorate equals Neighbourhoods; expense_type contains Bus Hire => transport"


def _rows(path: Path, where: str) -> list[list[str]]:
    """The records of the file, empty ones at its end left out."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ParameterError(
            Fault(where, f"cannot be read ({error.strerror})", "Check the path and the permission.")
        ) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    rows = list(csv.reader(text.splitlines(keepends=True)))
    while rows and not any(map(str.strip, rows[-1])):
        rows.pop()
    return rows


def _plain(header: str) -> str:
    return header.strip().casefold().replace(" ", "_")


def _header_faults(headers: Sequence[str], place: str) -> list[Fault]:
    if "category" not in headers:
        return [Fault(place, "has no column 'category'", f"Known columns: {', '.join(HEADERS)}.")]
    return [
        Fault(
            f"{place}, column '{header}'",
            "stands twice" if header in HEADERS else "is not a column of rules",
            f"Delete or rename it. Known: {', '.join(HEADERS)}.",
        )
        for at, header in enumerate(headers)
        if header not in HEADERS or header in headers[:at]
    ]


def _rule(line: Mapping[str, str], row: int, place: str, categories: Collection[str]) -> Rule:
    faults: list[Fault] = []
    conditions = [
        condition
        for column in CONDITIONS
        if line.get(column) and (condition := _condition(column, line[column], place, faults))
    ]
    if not any(line.get(column) for column in CONDITIONS):
        faults.append(
            Fault(place, "has no condition", f"Fill in one or more of: {', '.join(CONDITIONS)}.")
        )
    category = line["category"].casefold() if line.get("category") else ""
    if category not in categories:
        faults.append(
            Fault(
                f"{place}, column 'category'",
                f"'{category}' is none of: {', '.join(categories)}" if category else "is empty",
                "Mend the cell.",
            )
        )
    day = cells.day(line["date"]) if line.get("date") else None
    if line.get("date") and day is None:
        faults.append(
            Fault(
                f"{place}, column 'date'",
                f"'{line['date']}' is not a date",
                "Write it like 2026-10-01.",
            )
        )
    if faults:
        raise ParameterError(faults)
    return Rule(row, tuple(conditions), category, line.get("note", ""), line.get("who", ""), day)


def _condition(column: str, cell: str, place: str, faults: list[Fault]) -> Condition | None:
    where = f"{place}, column '{column}'"
    if column == "sic":
        return _sic(cell, where, faults)
    test, _, said = cell.partition(" ")
    texts = tuple(" ".join(text.split()) for text in said.split("|"))
    if test.casefold() not in TESTS:
        faults.append(
            Fault(
                where,
                f"'{cell}' begins with none of: {', '.join(TESTS)}",
                f"Say how to compare, for example: contains {cell}.",
            )
        )
    elif not all(texts):
        faults.append(
            Fault(where, f"'{cell}' names no text to compare with", "Write it after the test.")
        )
    else:
        return Condition(column, test.casefold(), texts)
    return None


def _sic(cell: str, where: str, faults: list[Fault]) -> Condition | None:
    """Codes and sections may not be mixed, so that a rule says one thing."""
    texts = tuple(text.strip() for text in cell.split("|"))
    letters = [text for text in texts if text.isalpha()]
    if all(map(_SIC.fullmatch, texts)) and len(letters) in (0, len(texts)):
        test = "section" if letters else "begins"
        return Condition("sic", test, tuple(text.upper() for text in texts))
    faults.append(
        Fault(
            where,
            f"'{cell}' is neither sections of SIC 2007 (A to U) nor beginnings of its codes",
            "Write one letter or two to five figures; several with | between them.",
        )
    )
    return None


def _repeated(rules: Sequence[Rule], where: str) -> list[Fault]:
    """A line with the conditions of an earlier one never decides."""
    first: dict[tuple[Condition, ...], int] = {}
    return [
        Fault(
            f"{where}, row {rule.row}",
            f"has the conditions of row {first[rule.conditions]}, which decides before it",
            "Keep one of the lines.",
        )
        for rule in rules
        if first.setdefault(rule.conditions, rule.row) != rule.row
    ]
