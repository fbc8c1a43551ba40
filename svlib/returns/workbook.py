"""The supplier's return as a workbook: what was promised, and cells for what was delivered."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

import pandas as pd

from svlib.quarter import Quarter

VERSION = "returns 1"
ABOUT, DELIVERIES = "Read me first", "Deliveries"
COUNCIL, CONTRACT, SUPPLIER, QUARTER, FORM = "Council", "Contract", "Supplier", "Quarter", "Form"
TOLD = (COUNCIL, CONTRACT, SUPPLIER, QUARTER, FORM)

LOCKED = (
    ("Commitment", 18), ("What was promised", 46), ("Unit", 16), ("Promised in all", 12),
    ("Reported so far", 12), ("Reported last quarter", 12),
)  # fmt: skip
FILLED = {
    "quantity": ("Delivered in this quarter", 14), "unit": ("In unit", 16),
    "period_start": ("From", 13), "delivered_on": ("To", 13), "ward": ("Ward, if one", 18),
    "link": ("Evidence (https address)", 34), "note": ("Note (no names of people)", 40),
    "confirmed": ("Unusually large, but meant", 14),
}  # fmt: skip
FIRST_ROW = 2  # of the sheet, as a spreadsheet counts
_LINE_POINTS = 15


@dataclass(frozen=True)
class Blank:
    """What a return is asked for. `commitments` has one row a commitment: commitment_id, measure,
    unit, target, reported and last_quarter (Decimals in the unit), start_date and end_date."""

    council: str
    contract_ref: str
    title: str
    supplier: str
    quarter: Quarter
    commitments: pd.DataFrame


def write_workbook(target: Path | IO[bytes], blank: Blank) -> None:
    """Write the workbook that the supplier fills in and sends back. Yellow cells are to be filled
    in; the rest is locked."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False}
    if not isinstance(target, Path):
        options["in_memory"] = True
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": f"Social value delivered: {blank.title}"})
        _about(book, blank)
        _deliveries(book, blank)


def headings() -> list[str]:
    return [heading for heading, _ in (*LOCKED, *FILLED.values())]


def column_of(name: str) -> int:
    """Column of a field to fill in, counted from 0."""
    return len(LOCKED) + list(FILLED).index(name)


def _about(book: Any, blank: Blank) -> None:
    sheet = book.add_worksheet(ABOUT)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 84)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write(0, 0, "Social value delivered", book.add_format({"bold": True, "font_size": 16}))
    told = {
        COUNCIL: blank.council, CONTRACT: blank.contract_ref, SUPPLIER: blank.supplier,
        QUARTER: blank.quarter.slug, FORM: VERSION, "What it is for": blank.title,
    }  # fmt: skip
    for row, (name, text) in enumerate(told.items(), start=1):
        sheet.write(row, 0, name, book.add_format({"bold": True}))
        sheet.write_string(row, 1, text, wrapped)
    for row, line in enumerate(_guide(blank), start=len(told) + 2):
        sheet.set_row(row, _LINE_POINTS * len(textwrap.wrap(line, 80)) + 3)
        sheet.write_string(row, 1, line, wrapped)
    sheet.fit_to_pages(1, 0)


def _guide(blank: Blank) -> list[str]:
    return [
        f"On the sheet '{DELIVERIES}' write in the yellow cells what was delivered in "
        f"{blank.quarter.label}, in the unit given. Write 0 where nothing was; leave blank what "
        "you cannot tell yet.",
        "What a contract manager accepts as evidence is named in the contract. Give the https "
        "address of a document that the council can open, or attach files on the council's page.",
        "Write no names of people who benefit, and nothing by which they could be known.",
        "To correct an earlier quarter ask for the form of that quarter; a figure sent again "
        "replaces the one before, and both are kept.",
        "Do not change the other columns, or the lines above. Sending the same form twice changes "
        "nothing. If something is wrong you get this form back with a remark on each cell.",
    ]


def _deliveries(book: Any, blank: Blank) -> None:
    sheet = book.add_worksheet(DELIVERIES)
    base = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#b1b4b6"}
    open_ = base | {"locked": False, "bg_color": "#fff7d6"}
    looks = {
        "locked": book.add_format(base),
        "number": book.add_format(base | {"num_format": "#,##0.##"}),
        "head": book.add_format(base | {"bold": True, "bg_color": "#dbe5ee"}),
        "open": book.add_format(open_),
        "day": book.add_format(open_ | {"num_format": "dd/mm/yyyy"}),
        "quantity": book.add_format(open_ | {"num_format": "#,##0.##"}),
    }  # fmt: skip
    for column, (heading, width) in enumerate((*LOCKED, *FILLED.values())):
        sheet.write_string(0, column, heading, looks["head"])
        sheet.set_column(column, column, width)
    sheet.set_row(0, 3 * _LINE_POINTS)
    for row, promise in enumerate(blank.commitments.to_dict("records"), start=1):
        _line(sheet, row, promise, blank.quarter, looks)
    _rules(sheet, blank)


def _line(
    sheet: Any, row: int, promise: Mapping[str, Any], quarter: Quarter, looks: Mapping[str, Any]
) -> None:
    texts = (promise["commitment_id"], promise["measure"], promise["unit"])
    numbers = (promise["target"], promise["reported"], promise["last_quarter"])
    for column, text in enumerate(texts):
        sheet.write_string(row, column, text, looks["locked"])
    for column, number in enumerate(numbers, start=len(texts)):
        sheet.write_number(row, column, float(number), looks["number"])
    days = {"period_start": max(quarter.start, promise["start_date"]),
            "delivered_on": min(quarter.end, promise["end_date"])}  # fmt: skip
    for name in FILLED:
        column = column_of(name)
        if name in days:
            sheet.write_datetime(row, column, days[name], looks["day"])
        elif name == "unit":
            sheet.write_string(row, column, promise["unit"], looks["open"])
        else:
            look = looks["quantity"] if name == "quantity" else looks["open"]
            sheet.write_blank(row, column, None, look)
    lines = len(textwrap.wrap(promise["measure"], 44)) or 1
    sheet.set_row(row, _LINE_POINTS * max(2, lines) + 3)


def _rules(sheet: Any, blank: Blank) -> None:
    last = max(1, len(blank.commitments))
    for row, promise in enumerate(blank.commitments.to_dict("records"), start=1):
        sheet.data_validation(row, column_of("unit"), row, column_of("unit"), {
            "validate": "list", "source": [promise["unit"]], "error_title": "Another unit",
            "error_message": f"This commitment counts {promise['unit']}."[:255],
        })  # fmt: skip
    sheet.data_validation(1, column_of("quantity"), last, column_of("quantity"), {
        "validate": "decimal", "criteria": ">=", "value": 0, "error_title": "Not an amount",
        "error_message": "Write a number, 0 or more, in the unit given.",
    })  # fmt: skip
    for name in ("period_start", "delivered_on"):
        sheet.data_validation(1, column_of(name), last, column_of(name), {
            "validate": "date", "criteria": ">=", "value": date(2000, 1, 1),
            "error_title": "Not a date", "error_message": "Write it as 30/09/2026.",
        })  # fmt: skip
    confirmed = column_of("confirmed")
    sheet.data_validation(1, confirmed, last, confirmed, {"validate": "list", "source": ["yes"]})
    sheet.freeze_panes(1, 2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
