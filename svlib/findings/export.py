"""The position as a workbook: what the portal shows, line by line."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from svlib.quarter import day_label
from svlib.view import Position

_COMMITMENTS = {
    "commitment_id": "Commitment", "contract_ref": "Contract", "title": "Title",
    "supplier": "Supplier", "directorate": "Directorate", "category": "Category",
    "measure_id": "Measure id", "measure": "Measure", "unit": "Unit", "district": "District",
    "ward": "Ward", "start_date": "From", "end_date": "To", "target": "Promised in all",
    "due_to_date": "Due by the day", "delivered": "Delivered", "evidenced": "Evidence accepted",
    "share_of_due": "Delivered of due", "state": "State",
}  # fmt: skip
_AHEAD = {
    "commitment_id": "Commitment", "measure": "Measure", "unit": "Unit",
    "target": "Promised in all", "delivered": "Delivered", "forecast_low": "Lowest",
    "forecast": "Forecast", "forecast_high": "Highest", "outlook": "Outlook",
}  # fmt: skip
_DELIVERED = {
    "commitment_id": "Commitment", "quarter": "Quarter", "delivered_on": "Last day",
    "district": "District", "ward": "Ward", "evidence_status": "State", "quantity": "Quantity",
    "deliveries": "Deliveries",
}  # fmt: skip


def position_workbook(q: Position) -> bytes:
    """An XLSX of four sheets: what it is, commitments, forecast, deliveries by quarter. One table a
    sheet, its headings in the first row; text stays text, whatever it begins with."""
    import xlsxwriter

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"title": f"Social value: {q.parameters.name}"})
        about = {
            "Council": q.parameters.name, "By the day": day_label(q.measured_on),
            "Up to entry of the ledger": f"{q.cut:,}",
            "Quantities": "In the unit of each measure; unlike units are not added up.",
            "Status": "Synthetic data" if q.parameters.synthetic else "Not signed off",
        }  # fmt: skip
        lines = pd.DataFrame(list(about.items()), columns=["what", "text"])
        _sheet(book, "Read me first", lines, {"what": "What", "text": "Text"})
        _sheet(book, "Commitments", q.progress, _COMMITMENTS)
        _sheet(book, "Forecast", q.forecast, _AHEAD)
        _sheet(book, "Deliveries", q.deliveries, _DELIVERED)
    return made.getvalue()


def _sheet(book: Any, name: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for column, heading in enumerate(columns.values()):
        sheet.write_string(0, column, heading, head)
        sheet.set_column(column, column, 40 if heading in ("Measure", "Title", "Text") else 16)
    rows = frame[list(columns)].itertuples(index=False)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(at, column, value, day)
            elif isinstance(value, Decimal | float | int):
                sheet.write_number(at, column, float(value))
            elif value is not None:
                sheet.write_string(at, column, str(value))
    sheet.freeze_panes(1, 1)
