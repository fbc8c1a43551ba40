"""A return that came back: read cell by cell, and handed back with a remark on each wrong cell."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from svlib.errors import Fault, InputError
from svlib.ingest import cells
from svlib.ingest.files import File, open_file
from svlib.ledger import Delivery
from svlib.quarter import Quarter
from svlib.returns import workbook as form
from svlib.returns.lines import Line

if TYPE_CHECKING:
    from openpyxl import Workbook

_SEND_NEW = "Ask the council for a new form, and copy your figures into it."


@dataclass(frozen=True)
class CellFault(Fault):
    """A fault of one cell of a workbook."""

    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Returned:
    """What a workbook says: whose it is, one line a commitment reported that can be read, and what
    is wrong with its cells. `where` is the file, as faults name it."""

    where: str
    told: Mapping[str, str]
    told_at: Mapping[str, str]
    lines: list[Line]
    faults: list[Fault]


def read_workbook(path: Path, expected: Mapping[str, str]) -> Returned:
    """Read a return. `expected` says what its first sheet must say (council and form). What is
    wrong with a cell is a CellFault of the result; raises InputError for a file that is no form."""
    file = open_file(path)
    book = _open(file)
    faults: list[Fault] = []
    told, told_at = _told(book, file.where, expected, faults)
    quarter = _quarter(told, told_at, faults)
    lines = [] if quarter is None else _lines(book, file.where, quarter, faults)
    if not lines and not faults:
        do = f"Fill in '{form.FILLED['quantity'][0]}', 0 where nothing was delivered."
        faults.append(Fault(f"{file.where}, sheet '{form.DELIVERIES}'", "reports nothing", do))
    return Returned(file.where, told, told_at, lines, at_cells(faults, file.where))


def hand_back(path: Path, faults: Sequence[Fault], target: Path) -> int:
    """Write the same workbook with each fault as a remark on its cell, which turns red; returns how
    many faults have a cell."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = _open(open_file(path))
    red = PatternFill("solid", start_color="F4B6B6")
    remarks: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        if isinstance(fault, CellFault) and fault.cell:
            remarks.setdefault((fault.sheet, fault.cell), []).append(f"{fault.found}. {fault.do}")
    for (sheet, cell), said in remarks.items():
        wrong = book[sheet][cell]
        wrong.comment = Comment("\n".join(said), "Social value", height=120, width=320)
        wrong.fill = red
        if isinstance(wrong.value, str) and wrong.value[:1] in "=+-@":
            wrong.data_type = "s"  # stays the text that was typed, never runs
    book.save(target)
    return sum(map(len, remarks.values()))


def at_cells(faults: Sequence[Fault], where: str) -> list[Fault]:
    """Faults whose place is written as a cell's, as CellFaults."""
    return [_at_cell(fault, where) for fault in faults]


def _at_cell(fault: Fault, where: str) -> Fault:
    start = f"{where}, sheet '"
    if isinstance(fault, CellFault) or not fault.where.startswith(start):
        return fault
    sheet, _, cell = fault.where.removeprefix(start).partition("', cell ")
    return CellFault(fault.where, fault.found, fault.do, sheet, cell)


def _open(file: File) -> Workbook:
    from openpyxl import load_workbook

    try:
        return load_workbook(io.BytesIO(file.content))
    except Exception as error:  # openpyxl lets many kinds through, of XML, zip and styles
        found = f"is no workbook that can be opened ({type(error).__name__})"
        raise InputError(
            Fault(file.where, found, "Save it as an Excel workbook (.xlsx).")
        ) from None


def _told(
    book: Workbook, where: str, expected: Mapping[str, str], faults: list[Fault]
) -> tuple[dict[str, str], dict[str, str]]:
    if form.ABOUT not in book.sheetnames or form.DELIVERIES not in book.sheetnames:
        found = f"has no sheets '{form.ABOUT}' and '{form.DELIVERIES}'"
        raise InputError(Fault(where, found, _SEND_NEW))
    told, places = {}, {}
    for row in book[form.ABOUT].iter_rows(max_row=40, max_col=2):
        name = cells.text(row[0].value)
        if name in form.TOLD and len(row) > 1:
            told[name] = cells.text(row[1].value)
            places[name] = _place(where, form.ABOUT, row[1].coordinate)
    for name in form.TOLD:
        if not told.get(name):
            faults.append(Fault(f"{where}, sheet '{form.ABOUT}'", f"no line '{name}'", _SEND_NEW))
    for name, wanted in expected.items():
        if told.get(name, wanted) != wanted:
            found = f"{name} is '{told[name]}', this is '{wanted}'"
            do = "Send it to that council." if name == form.COUNCIL else _SEND_NEW
            faults.append(Fault(places[name], found, do))
    return told, places


def _quarter(
    told: Mapping[str, str], places: Mapping[str, str], faults: list[Fault]
) -> Quarter | None:
    if not told.get(form.QUARTER):
        return None
    try:
        return Quarter.parse(told[form.QUARTER])
    except ValueError as error:
        faults.append(Fault(places[form.QUARTER], str(error), _SEND_NEW))
        return None


def _lines(book: Workbook, where: str, quarter: Quarter, faults: list[Fault]) -> list[Line]:
    sheet = book[form.DELIVERIES]
    printed = [cells.text(cell.value) for cell in sheet[1]][: len(form.headings())]
    if printed != form.headings():
        raise InputError(
            Fault(f"{where}, sheet '{form.DELIVERIES}', row 1", "headings were changed", _SEND_NEW)
        )
    lines, seen = [], set()
    for row in sheet.iter_rows(min_row=form.FIRST_ROW, max_col=len(printed)):
        commitment = cells.text(row[0].value)
        filled = {name: row[form.column_of(name)] for name in form.FILLED}
        filled["commitment_id"] = row[0]
        given = cells.text(filled["quantity"].value)
        if not commitment and not given:
            continue
        if not given:
            if any(cells.text(filled[name].value) for name in ("link", "note")):
                do = "Write how much was delivered, 0 for nothing, or clear the line."
                faults.append(_fault(where, filled["quantity"], "is empty, but has a note", do))
            continue
        found: list[Fault] = []
        line = _line(where, filled, quarter, found)
        if commitment in seen:
            do = "Keep one line for each commitment."
            found.append(_fault(where, row[0], f"'{commitment}' stands twice", do))
        seen.add(commitment)
        faults += found
        if line is not None and not found:
            lines.append(line)
    return lines


def _line(
    where: str, filled: Mapping[str, Any], quarter: Quarter, faults: list[Fault]
) -> Line | None:
    commitment = cells.text(filled["commitment_id"].value)
    quantity = _number(where, filled["quantity"], faults)
    start = _day(where, filled["period_start"], faults)
    end = _day(where, filled["delivered_on"], faults)
    for name in ("quantity", "unit", "period_start", "delivered_on", "ward", "confirmed"):
        cell = filled[name]
        if cell.data_type == "f":
            faults.append(_fault(where, cell, "holds a formula", "Write the value itself."))
    texts = {name: _text(filled[name].value) for name in ("unit", "ward", "link", "note")}
    if end is not None and not quarter.start <= end <= quarter.end:
        found = f"{end:%d/%m/%Y} is not in {quarter.label}"
        faults.append(_fault(where, filled["delivered_on"], found, "Give a day of the quarter."))
    if quantity is None or start is None or end is None:
        return None
    made = Delivery(
        commitment, quantity, start, end, texts["unit"], "", texts["ward"], texts["note"]
    )
    places = {
        name: _place(where, form.DELIVERIES, cell.coordinate) for name, cell in filled.items()
    }
    places |= {"period": places["period_start"], "district": places["ward"]}
    known = hashlib.sha256(f"return/{commitment}/{quarter.slug}".encode()).hexdigest()[:32]
    meant = cells.text(filled["confirmed"].value).casefold() == "yes"
    return Line(known, made, texts["link"], meant, places)


def _number(where: str, cell: Any, faults: list[Fault]) -> Decimal | None:
    value = cell.value
    plain = repr(value) if isinstance(value, float) else cells.text(value).replace(",", "")
    try:
        number = Decimal(plain)
    except ArithmeticError:
        number = Decimal("NaN")
    if number.is_finite() and not isinstance(value, bool):
        return number
    if cell.data_type != "f":
        do = "Write a number, in the unit given."
        faults.append(_fault(where, cell, f"'{cells.text(value)[:40]}' is not a number", do))
    return None


def _day(where: str, cell: Any, faults: list[Fault]) -> date | None:
    found = cells.day(cell.value)
    if found is None and cell.data_type != "f":
        said = f"'{cells.text(cell.value)[:40]}' is not a date" if cell.value else "is empty"
        faults.append(_fault(where, cell, said, "Write it as 30/09/2026."))
    return found


def _text(value: Any) -> str:
    return cells.text(value).strip()


def _fault(where: str, cell: Any, found: str, do: str) -> CellFault:
    place = _place(where, cell.parent.title, cell.coordinate)
    return CellFault(place, found, do, cell.parent.title, cell.coordinate)


def _place(where: str, sheet: str, cell: str) -> str:
    return f"{where}, sheet '{sheet}', cell {cell}"
