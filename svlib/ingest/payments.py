"""A published payments file to lines, each with the cell it came from."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from svlib import project
from svlib.errors import Fault, InputError
from svlib.ingest import cells
from svlib.ingest.columns import Header, find_header, no_header
from svlib.ingest.grid import Grid, Row, read_grids
from svlib.ingest.period import Period, find_period, modal_month
from svlib.quarter import month_label
from svlib.tables import LINES, PRINTED

_TOTAL = re.compile(r"\s*(grand\s+|sub\s*)?totals?\b", re.IGNORECASE)
_NO_SUPPLIER = re.compile(  # Total Gas & Power is one
    _TOTAL.pattern + r"(\s+(amount|expenditure|paid|payments|spend|value))?\W*", re.IGNORECASE
)
_REDACTED = re.compile(  # Redactive Media is a supplier
    r"redact(?!iv)|withheld|personal (data|info)", re.IGNORECASE
)
_TEXT_COLUMNS = (
    "supplier", "supplier_ref", "reference", "directorate", "service", "expense_type",
    "description", "postcode", "company_number",
)  # fmt: skip


@dataclass
class Reading:
    """One file as read. `lines` is a table of LINES; total rows are not among them."""

    file: str
    sha256: str
    lines: pa.Table
    period: Period | None
    header_row: int
    columns: dict[str, str]
    repeated_rows: int = 0
    publisher_total_gbp: Decimal | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass
class _Sheet:
    """One sheet's rows beneath the header, blank ones left out, with their row numbers."""

    name: str
    header: Header
    rows: list[tuple[int, Row]]
    amounts: list[Decimal | None]


def read_payments(path: Path, columns: Mapping[str, str] | None = None) -> Reading:
    """Read one file of payments. `columns` maps canonical columns to headers as printed.

    Raises InputError when the file cannot be read or holds no payments table.
    """
    where = project.relative(path)
    grids = read_grids(path)
    sheets = [sheet for grid in grids if (sheet := _sheet(grid, columns or {})) is not None]
    if not sheets:
        raise no_header(where, grids)
    if not any(sheet.rows for sheet in sheets):
        raise InputError(Fault(where, "has a header but no rows beneath it", "Ask for it again."))
    totals = [total for sheet in sheets if (total := _take_total(sheet)) is not None]
    lines = pa.concat_tables([_lines(sheet, where) for sheet in sheets])
    days = Counter(day for day in lines["payment_date"].to_pylist() if day is not None)
    period = find_period(path.stem, [sheet.name for sheet in sheets], days)
    return Reading(
        file=where,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        lines=lines,
        period=period,
        header_row=sheets[0].header.row,
        columns=sheets[0].header.printed,
        repeated_rows=sum(_repeats(sheet) for sheet in sheets),
        publisher_total_gbp=sum(totals, Decimal(0)) if totals else None,
        warnings=[*_notes(grids, sheets), *_odd_dates(period, days)],
    )


def _sheet(grid: Grid, told: Mapping[str, str]) -> _Sheet | None:
    header = find_header(grid, PRINTED, told)
    if header is None:
        return None
    rows = [
        (number, row)
        for number, row in enumerate(grid.rows[header.row :], start=header.row + 1)
        if any(cell not in ("", None) and str(cell).strip() for cell in row)
    ]
    at = header.positions["amount_gbp"]
    return _Sheet(grid.sheet, header, rows, [cells.amount(_cell(row, at)) for _, row in rows])


def _cell(row: Row, at: int) -> Any:
    return row[at] if at < len(row) else ""


def _take_total(sheet: _Sheet) -> Decimal | None:
    """Take the printed total out of the rows: the first or last row, when it can only be that.

    It has no supplier, and either says "total" or holds nothing but the sum of all other rows.
    A payment whose supplier was left blank keeps its date and description and stays.
    """
    for position in (len(sheet.rows) - 1, 0):
        if len(sheet.rows) > 1 and _is_total(sheet, position):
            del sheet.rows[position]
            return sheet.amounts.pop(position)
    return None


def _is_total(sheet: _Sheet, position: int) -> bool:
    amount = sheet.amounts[position]
    _, row = sheet.rows[position]
    at = sheet.header.positions
    supplier = cells.text(_cell(row, at["supplier"]))
    if amount is None or (supplier and not _NO_SUPPLIER.fullmatch(supplier)):
        return False
    others = [cells.text(cell) for place, cell in enumerate(row) if place != at["amount_gbp"]]
    dated = "payment_date" in at and cells.day(_cell(row, at["payment_date"])) is not None
    if any(_TOTAL.match(other) for other in others) and not dated:
        return True
    rest = sum((value for value in sheet.amounts if value is not None), Decimal(0)) - amount
    return not any(others) and abs(rest - amount) < 1


def _lines(sheet: _Sheet, where: str) -> pa.Table:
    columns: dict[str, list[Any]] = {name: _texts(sheet, name) for name in _TEXT_COLUMNS}
    columns["file"] = [where] * len(sheet.rows)
    columns["sheet"] = [sheet.name] * len(sheet.rows)
    columns["row"] = [number for number, _ in sheet.rows]
    columns["amount_gbp"] = sheet.amounts
    columns["payment_date"] = _days(sheet)
    columns["redacted"] = [bool(_REDACTED.search(name)) for name in columns["supplier"]]
    columns["problem"] = [
        _problem(sheet, index, columns["supplier"][index]) for index in range(len(sheet.rows))
    ]
    schema = LINES.arrow_schema()
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


def _texts(sheet: _Sheet, name: str) -> list[str]:
    at = sheet.header.positions.get(name)
    if at is None:
        return [""] * len(sheet.rows)
    return [cells.text(_cell(row, at)) for _, row in sheet.rows]


def _days(sheet: _Sheet) -> list[date | None]:
    at = sheet.header.positions.get("payment_date")
    if at is None:
        return [None] * len(sheet.rows)
    return [cells.day(_cell(row, at)) for _, row in sheet.rows]


def _problem(sheet: _Sheet, index: int, supplier: str) -> str:
    if sheet.amounts[index] is None:
        _, row = sheet.rows[index]
        shown = cells.text(_cell(row, sheet.header.positions["amount_gbp"]))
        if shown:
            return f"amount '{shown[:40]}' is not a number"
        return "no amount" if supplier else "neither supplier nor amount (a note?)"
    return "" if supplier or _says_more(sheet, index) else "an amount and nothing else (a total?)"


def _says_more(sheet: _Sheet, index: int) -> bool:
    _, row = sheet.rows[index]
    at = sheet.header.positions["amount_gbp"]
    return any(cells.text(cell) for place, cell in enumerate(row) if place != at)


def _repeats(sheet: _Sheet) -> int:
    seen = {tuple(map(cells.text, row)) for _, row in sheet.rows}
    return len(sheet.rows) - len(seen)


def _notes(grids: list[Grid], sheets: list[_Sheet]) -> list[str]:
    read = {sheet.name for sheet in sheets}
    unread = [
        f"sheet '{grid.sheet}' holds no payments table and was not read"
        for grid in grids
        if grid.sheet not in read and any(map(any, grid.rows))
    ]
    return [*(note for grid in grids for note in grid.notes), *unread]


def _odd_dates(period: Period | None, days: Counter[date]) -> list[str]:
    modal = modal_month(days)
    if period is None or modal is None or period.basis == "dates" or modal in period.months:
        return []
    said = " to ".join(
        month_label(month) for month in sorted({period.months[0], period.months[-1]})
    )
    return [f"its {period.basis} says {said} but most dates fall in {month_label(modal)}"]
