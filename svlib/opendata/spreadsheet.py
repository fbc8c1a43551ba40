"""The tables as one accessible spreadsheet: cover, contents, notes, one table a sheet.

It follows the Analysis Function's guidance: one table a sheet, from column A, marked as a table,
with a title, no merged or empty cells within words. It is written with xlsxwriter: gptables 2.0
refuses a cell without a Latin letter or figure (an Arabic name, "---"), and makes links and
formulas of text like "[a](https://b)" and "=1+1": any of these may stand in a published payment.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from svlib.opendata.declared import ALL, PAYMENTS_OVER_500, TITLES
from svlib.opendata.gathering import Rows
from svlib.opendata.redaction import defused
from svlib.tables import Column, Table

_MOST_ROWS = 1_000_000  # a sheet holds 1,048,576
_HEADER = 4  # row of the headings, counted from 0
_WIDTHS = {"text": 24, "money": 16, "number": 14, "date": 12, "flag": 8, "whole": 11}
_WIDE = {
    "description",
    "title",
    "measure",
    "remark",
    "Purpose of expenditure",
    "Title of agreement",
}
_SHEETS = tuple(table for table in ALL if table is not PAYMENTS_OVER_500)  # lines of Payments again
_NAMES = {
    "spend_by_category": "Category", "spend_by_directorate": "Directorate",
    "spend_by_place": "Place", "spend_by_area": "Area", "spend_by_supplier": "Supplier",
    "payments": "Payments",
    "contracts_awarded": "Awarded", "contracts_over_5000": "Contracts over 5000",
    "social_value_by_measure": "Measures", "social_value_by_category": "Social value",
    "social_value_in_pounds": "Value in pounds", "diagnostic_by_directorate": "Diagnostic",
    "files_read": "Files read", "months_covered": "Months covered",
}  # fmt: skip
_NOTES = (
    "Blank cells hold nothing: it is not known, does not apply, or is withheld as the cover says.",
    "Pounds are exact, to the penny; credits are below zero. A share is a fraction from 0 to 1.",
    "An apostrophe before =, +, - or @ at the beginning of a text keeps it a text.",
    "A character that cannot be seen, or that turns the direction of writing, is printed as its "
    "code, [U+202E].",
)


def workbook(rows: Mapping[str, Rows], about: Mapping[str, str]) -> bytes:
    """The whole spreadsheet. Its properties carry the report's as-of date, not the time of its
    making."""
    import xlsxwriter

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        day = datetime.combine(date.fromisoformat(about["as_of"]), datetime.min.time(), UTC)
        book.set_properties({"title": about["title"], "author": about["authority"], "created": day})
        sheets = _Sheets(book)
        sheets.cover(about)
        sheets.contents(rows)
        sheets.notes()
        for table in _SHEETS:
            sheets.table(table, rows[table.name], about)
    return made.getvalue()


class _Sheets:
    """Sheets of one workbook in the look they share."""

    def __init__(self, book: Any):
        self._book = book
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._heading = book.add_format({"bold": True, "font_size": 13})
        self._words = book.add_format({"text_wrap": True, "valign": "top"})
        self._link = book.add_format({"font_color": "#0000FF", "underline": 1})
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._cells = {
            "text": None,
            "money": book.add_format({"num_format": "#,##0.00"}),
            "number": book.add_format({"num_format": "#,##0.0###"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
            "whole": book.add_format({"num_format": "#,##0"}),
        }

    def cover(self, about: Mapping[str, str]) -> None:
        """What this is, of what day, from where, under which licence."""
        sheet = self._sheet("Cover")
        sheet.set_column(0, 0, 90)
        sheet.write_string(0, 0, about["title"], self._title)
        parts = {
            "About": f"Tables of the quarterly report, as of {about['as_of']}. Whether the report "
            "is approved is said on each of its pages and in datapackage.json.",
            "Source": about["source"],
            "Licence": f"Open Government Licence v3.0. {about['attribution']}",
            "What is withheld": about["withheld"],
            "Contact": about["contact"] or f"{about['authority']}, as its website says.",
        }
        at = 1
        for heading, text in parts.items():
            sheet.write_string(at, 0, heading, self._heading)
            sheet.write_string(at + 1, 0, defused(text), self._words)
            at += 2

    def contents(self, rows: Mapping[str, Rows]) -> None:
        """Each sheet with a link, what one row is, and how many there are."""
        lines: list[tuple[str, str, int | None]] = [("Notes", "How to read the tables", None)]
        lines += [
            (
                _NAMES[table.name],
                f"{TITLES[table.name]}. One row: {table.row}",
                len(rows[table.name]),
            )
            for table in _SHEETS
        ]
        sheet = self._sheet("Contents")
        sheet.write_string(0, 0, "Contents", self._title)
        sheet.write_string(1, 0, "This sheet holds one table.")
        for at, (name, text, many) in enumerate(lines, start=_HEADER + 1):
            sheet.write_url(at, 0, f"internal:'{name}'!A1", self._link, name)
            sheet.write_string(at, 1, text, self._words)
            if many is not None:
                sheet.write_number(at, 2, many, self._cells["whole"])
        self._mark(sheet, "contents", ["Sheet", "What it holds", "Rows"], len(lines))
        for column, width in enumerate((22, 80, 10)):
            sheet.set_column(column, column, width)

    def notes(self) -> None:
        """How to read every table, and what each column means."""
        sheet = self._sheet("Notes")
        sheet.write_string(0, 0, "Notes", self._title)
        sheet.write_string(1, 0, " ".join(_NOTES))
        lines = [(table, column) for table in _SHEETS for column in table.columns]
        for at, (table, column) in enumerate(lines, start=_HEADER + 1):
            texts = (_NAMES[table.name], column.name, column.meaning, column.unit)
            for place, text in enumerate(texts):
                sheet.write_string(at, place, text, self._words if place == 2 else None)
        self._mark(sheet, "notes", ["Sheet", "Column", "Meaning", "Unit"], len(lines))
        for place, width in enumerate((22, 26, 80, 14)):
            sheet.set_column(place, place, width)

    def table(self, table: Table, rows: Rows, about: Mapping[str, str]) -> None:
        """One table on a sheet of its own; of one too long for a sheet, where to find it."""
        sheet = self._sheet(_NAMES[table.name])
        scope = f"{about['authority']}, {about['quarter']}"
        sheet.write_string(0, 0, f"{TITLES[table.name]}: {scope}", self._title)
        sheet.write_string(1, 0, f"This sheet holds one table. One row: {table.row}.")
        sheet.write_string(2, 0, defused(f"Source: {about['source']}"))
        for at, column in enumerate(table.columns):
            wide = column.name in _WIDE
            sheet.set_column(at, at, 48 if wide else _WIDTHS[column.kind])
        if not rows or len(rows) > _MOST_ROWS:
            why = "It has no row." if not rows else "It is too long for a sheet."
            sheet.write_string(3, 0, f"{why} See {table.name}.csv.")
            return
        for at, row in enumerate(rows, start=_HEADER + 1):
            for place, column in enumerate(table.columns):
                self._cell(sheet, at, place, column, row[column.name])
        self._mark(sheet, table.name, table.names, len(rows))
        sheet.freeze_panes(_HEADER + 1, 1)

    def _cell(self, sheet: Any, at: int, place: int, column: Column, value: Any) -> None:
        form = self._cells[column.kind]
        if isinstance(value, date):
            sheet.write_datetime(at, place, value, form)
        elif isinstance(value, Decimal | int):
            sheet.write_number(at, place, float(value), form)
        elif value:
            sheet.write_string(at, place, defused(value))

    def _sheet(self, name: str) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        return sheet

    def _mark(self, sheet: Any, name: str, headings: list[str], rows: int) -> None:
        """Mark the cells as a table, so that a screen reader announces its headings."""
        columns = [{"header": heading, "header_format": self._head} for heading in headings]
        last = len(headings) - 1
        options = {"name": f"table_{name}", "columns": columns, "autofilter": False, "style": None}
        sheet.add_table(_HEADER, 0, _HEADER + rows, last, options)
