"""Writes text files and workbooks that come out the same on every machine."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

Cell = str | float | date
_MADE = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001 - a workbook's dates have no zone


def write_text(path: Path, rows: Iterable[Sequence[Cell]], encoding: str = "utf-8") -> None:
    """A comma-separated file with the line ends spreadsheets write."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(rows)


def write_book(path: Path, sheet: str, title: str, rows: Iterable[Sequence[Cell]]) -> None:
    """A workbook of one sheet: text as text, numbers as numbers, dates as dates."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        book.set_properties({"title": title, "comments": "SYNTHETIC DATA", "created": _MADE})
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(at, place, cell, day)
                elif isinstance(cell, float):
                    page.write_number(at, place, cell)
                elif cell:
                    page.write_string(at, place, cell)
