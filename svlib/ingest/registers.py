"""Published registers of contracts and grants: many cells blank, some of them wrong.

Unlike a form of the council's own, a register is not refused for a bad cell: the cell is left
empty, and a note says where and how many.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from svlib.errors import Fault, InputError
from svlib.ingest import cells, ocds
from svlib.ingest.columns import header_rows, header_texts, recognise, told_position
from svlib.ingest.files import File, open_file, parts
from svlib.ingest.grid import Grid, Row, read_grids
from svlib.tables import CONTRACTS, GRANTS, Column, Table

_FIRST_ROWS = 200  # among which the header stands
_NOTHING = {"", "-", "--", "n/a", "na", "none", "x", "tbc", "not applicable", "not known", "null"}
_KINDS = {
    "sme": ("sme", "small", "medium", "micro"),
    "vcse": ("vcse", "volunt", "charit", "social enterprise", "cic", "third sector"),
}
_YES, _NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}


@dataclass
class Register:
    """One register as read. `table` has the columns of its kind and the `file`, `sheet` and `row`
    each line came from; `notes` say what was left out or left empty."""

    file: str
    table: pd.DataFrame
    notes: list[str] = field(default_factory=list)


def read_contracts(
    path: Path, columns: Mapping[str, str] | None = None, buyers: Iterable[str] = ()
) -> Register:
    """Read a contracts register (CSV, XLSX or the like) or an OCDS release package.

    `columns` maps columns of tables.CONTRACTS to headers as printed. Of a package that holds
    several buyers' notices, `buyers` names those to keep; all are kept when it is empty. Raises
    InputError when the file cannot be read or no row names both a title and a supplier.
    """
    file = open_file(path, json=True)
    if file.kind == "json":
        rows, notes = ocds.contracts(file, list(buyers))
        return Register(file.where, _framed(rows, CONTRACTS), notes)
    return _read(file, CONTRACTS, ("title", "supplier"), columns or {})


def read_grants(path: Path, columns: Mapping[str, str] | None = None) -> Register:
    """Read grants published to the 360Giving standard, as a table with its column titles."""
    return _read(open_file(path), GRANTS, ("recipient", "amount_gbp"), columns or {})


def _read(file: File, table: Table, needed: tuple[str, ...], told: Mapping[str, str]) -> Register:
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    files = [f for f in parts(file) if isinstance(f, File)] if file.kind == "zip" else [file]
    for each in files:
        for grid in read_grids(each):
            sheet = _sheet(grid, table, needed, told)
            if sheet is not None:
                rows += [{**line, "file": each.where, "sheet": grid.sheet} for line in sheet.lines]
                notes += sheet.notes(grid.sheet)
    if not rows:
        raise InputError(
            Fault(
                file.where,
                f"no row names all of: {', '.join(needed)}",
                "Check its header row, or name its headers under `columns`.",
            )
        )
    return Register(file.where, _framed(rows, table), [*notes, *_repeated(rows, table)])


@dataclass
class _Sheet:
    """The lines of one sheet, and by column the rows whose cell breaks the column's rule."""

    table: Table
    printed: dict[str, str]
    lines: list[dict[str, Any]] = field(default_factory=list)
    bad: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def notes(self, sheet: str) -> list[str]:
        place = f"sheet '{sheet}', " if sheet else ""
        return [
            f"{place}{len(rows):,} cells of '{self.printed[name]}' are no "
            f"{self.table.column(name).kind} and were left empty (row "
            f"{', '.join(map(str, rows[:3]))}{', ...' if len(rows) > 3 else ''})"
            for name, rows in self.bad.items()
        ]


def _sheet(
    grid: Grid, table: Table, needed: tuple[str, ...], told: Mapping[str, str]
) -> _Sheet | None:
    rows = grid.rows()
    first = list(islice(rows, _FIRST_ROWS))
    for at in header_rows(first, table.name, told.values()):
        positions = _positions(first[at], table, told)
        if set(needed) <= positions.keys():
            break
    else:
        return None
    printed = {name: cells.text(first[at][place]) for name, place in positions.items()}
    sheet = _Sheet(table, printed)
    for number, row in enumerate([*first[at + 1 :], *rows], start=at + 2):
        line = _line(row, number, positions, sheet)
        if any(line[name] not in ("", None) for name in needed):
            sheet.lines.append({**line, "row": number})
    return sheet


def _positions(row: Row, table: Table, told: Mapping[str, str]) -> dict[str, int]:
    printed = [cells.text(cell) for cell in row]
    positions = {
        name: at
        for name, header in told.items()
        if (at := told_position(header, printed)) is not None
    }
    matches = [
        (not match.exact, match.rank, at, match.column)
        for at, text in enumerate(header_texts(row))
        if text
        for match in recognise(text, table.name)
    ]
    shared = {"sme", "vcse"}  # one column often says both
    for _, _, at, column in sorted(matches):
        if column not in positions and (column in shared or at not in positions.values()):
            positions[column] = at
    return positions


def _line(row: Row, number: int, positions: Mapping[str, int], sheet: _Sheet) -> dict[str, Any]:
    line: dict[str, Any] = {}
    for column in sheet.table.columns:
        at = positions.get(column.name)
        cell = row[at] if at is not None and at < len(row) else ""
        written = cells.text(cell)
        value = _value(cell, written, column)
        if value is None and written.casefold() not in _NOTHING:
            sheet.bad[column.name].append(number)
        line[column.name] = value if column.kind != "text" else value or ""
    return line


def _value(cell: Any, written: str, column: Column) -> Any:
    if written.casefold() in _NOTHING:
        return "" if column.kind == "text" else None
    if column.kind == "date":
        return cells.day(cell)
    if column.kind == "money":
        return cells.amount(cell)
    if column.kind == "number":
        return cells.number(cell)
    if column.values:
        return _flag(written, column.name)
    return written


def _flag(written: str, name: str) -> str:
    """Yes, no or unknown, of a cell that says so or names kinds of supplier ("SME", "VCSE")."""
    said = written.casefold()
    if name == "vat_basis":
        return "ex" if "ex" in said else "inc" if "inc" in said else "unknown"
    if said in _YES:
        return "yes"
    if said in _NO:
        return "no"
    return "yes" if any(mark in said for mark in _KINDS[name]) else "unknown"


def _framed(rows: list[dict[str, Any]], table: Table) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*table.names, "file", "sheet", "row"])
    kinds = {c.name: "str" if c.kind == "text" else object for c in table.columns}
    return frame.astype({**kinds, "file": "str", "sheet": "str"})


def _repeated(rows: list[dict[str, Any]], table: Table) -> list[str]:
    (key,) = table.key
    counts = Counter(row[key] for row in rows if row[key])
    repeats = [reference for reference, count in counts.items() if count > 1]
    if not repeats:
        return []
    shown = ", ".join(repeats[:3]) + (", ..." if len(repeats) > 3 else "")
    return [f"{len(repeats):,} references stand on more than one line ({shown}); all were kept"]
