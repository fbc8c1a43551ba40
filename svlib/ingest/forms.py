"""Tables the council keeps itself (directory, register, answers, promises): read whole or refused.

Every cell that breaks a rule of `svlib.tables` is reported, with file, sheet, row and column.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd

from svlib import project
from svlib.errors import Fault, InputError
from svlib.ingest import cells
from svlib.ingest.columns import Header, find_header
from svlib.ingest.files import open_file
from svlib.ingest.grid import Row, read_grids
from svlib.tables import Column, Table


def read_form(path: Path, table: Table, columns: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read one file into the columns of `table`, one row as the table says, in file order.

    Money and numbers come as Decimal, dates as date, text without stray blanks; a column the file
    lacks is empty. Raises InputError with a fault for every cell that breaks a rule.
    """
    return read_with_places(path, table, columns)[0]


def read_with_places(
    path: Path, table: Table, columns: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """As `read_form`, and for each row its file, sheet and row in words, for what a caller finds
    wrong with it."""
    where = project.relative(path)
    for grid in read_grids(open_file(path)):
        rows = list(grid.rows())
        header = find_header(rows, table, columns or {})
        if header is not None:
            return _read(rows, header, table, _place(where, grid.sheet))
    required = ", ".join(column.name for column in table.columns if column.required)
    raise InputError(
        Fault(where, f"no row names all of: {required}", "Check the header row of the file.")
    )


def _place(where: str, sheet: str) -> str:
    return f"{where}, sheet '{sheet}'" if sheet else where


def _read(
    rows: list[Row], header: Header, table: Table, where: str
) -> tuple[pd.DataFrame, list[str]]:
    faults: list[Fault] = []
    records, places = [], []
    for number, row in enumerate(rows[header.row :], start=header.row + 1):
        if any(map(cells.text, row)):
            places.append(f"{where}, row {number}")
            records.append(_record(row, header, table, places[-1], faults))
    faults += _repeated(records, table, where)
    if faults:
        raise InputError(faults)
    frame = pd.DataFrame(records, columns=table.names).astype(
        {column.name: "str" if column.kind == "text" else object for column in table.columns}
    )
    return frame, places


def _record(
    row: Row, header: Header, table: Table, place: str, faults: list[Fault]
) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for column in table.columns:
        at = header.positions.get(column.name)
        cell = row[at] if at is not None and at < len(row) else ""
        try:
            record[column.name] = _value(cell, column)
        except ValueError as error:
            printed = header.printed[column.name] if at is not None else column.name
            faults.append(Fault(f"{place}, column '{printed}'", str(error), "Mend the cell."))
    return record


def _value(cell: Any, column: Column) -> str | Decimal | date | None:
    written = cells.text(cell)
    if not written:
        if column.required:
            raise ValueError(f"is empty; it should hold: {column.meaning}")
        return "" if column.kind == "text" else None
    if column.kind == "text":
        return _text(written, column)
    if column.kind == "date":
        return _found(cells.day(cell), written, "a date such as 30/09/2026")
    plain = written.rstrip("% ") if column.unit == "%" else cell
    value = cells.amount(cell) if column.kind == "money" else _number(plain)
    value = _found(value, written, "a number")
    if column.least is not None and value < column.least:
        raise ValueError(f"'{written}' is less than {column.least:g}")
    if column.most is not None and value > column.most:
        raise ValueError(f"'{written}' is more than {column.most:g}")
    return value


def _text(written: str, column: Column) -> str:
    if not column.values:
        return written
    allowed = {value.casefold(): value for value in column.values}
    written = written.replace("\u2019", "'")  # as word processors and telephones write it
    if written.casefold() not in allowed:
        raise ValueError(f"'{written}' is none of: {', '.join(column.values)}")
    return allowed[written.casefold()]


def _number(cell: Any) -> Decimal | None:
    try:
        number = Decimal(repr(cell) if isinstance(cell, float) else str(cell).replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _found(value: Any, written: str, wanted: str) -> Any:
    if value is None:
        raise ValueError(f"'{written}' is not {wanted}")
    return value


def _repeated(records: list[dict[str, Any]], table: Table, where: str) -> list[Fault]:
    if not table.key:
        return []
    seen: set[tuple[Any, ...]] = set()
    faults = []
    for record in records:
        key = tuple(record.get(name) for name in table.key)
        if key in seen:
            shown = ", ".join(f"{name} {value}" for name, value in zip(table.key, key, strict=True))
            faults.append(Fault(where, f"{shown} stands twice", "Keep one of the lines."))
        seen.add(key)
    return faults
