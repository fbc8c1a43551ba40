"""The reconciliation as an accessible spreadsheet: cover, contents, one table a sheet."""

from __future__ import annotations

import re
import warnings
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from svlib import findings
from svlib.view import OpenQuarter

_FILES = {
    "file": "File", "month": "Month", "period_basis": "Period known by",
    "header_row": "Header row", "rows_read": "Rows read", "gbp_read": "Pounds read",
    "rows_accepted": "Rows accepted", "gbp_accepted": "Pounds accepted",
    "rows_excluded": "Rows left out by rule", "gbp_excluded": "Pounds left out by rule",
    "rows_set_aside": "Rows set aside", "gbp_set_aside": "Pounds set aside",
    "negative_rows": "Rows below zero", "negative_gbp": "Pounds below zero",
    "redacted_rows": "Rows with name withheld", "redacted_gbp": "Pounds with name withheld",
    "undated_rows": "Rows without date", "repeated_rows": "Rows that repeat another",
    "publisher_total_gbp": "Total printed in the file", "difference_gbp": "Printed total less rows",
    "sha256": "SHA-256 of the file", "warnings": "Warnings",
}  # fmt: skip
_ENDS = {
    "file": "File", "status": "Where rows ended", "reason": "Reason", "lines": "Rows",
    "gbp_sum": "Pounds",
}  # fmt: skip
_MONTHS = {
    "month": "Month", "files": "Files", "rows_read": "Rows read", "usual_rows": "Usual rows",
    "remark": "Remark",
}  # fmt: skip
_COLUMNS = {"file": "File", "column": "Column", "header": "Header", "change": "Change"}
_DEFUSED = re.compile(r"^[=+\-@\t\r]")


def write_reconciliation(q: OpenQuarter, path: Path) -> None:
    """Write the tables of the reconciliation page to `path` (XLSX), by gptables, which follows the
    government's guidance on spreadsheets for people who use assistive technology."""
    import gptables

    tables = {
        "Files": (findings.files_in_full(q), _FILES, "Each file: rows and pounds"),
        "Ends": (findings.ends_table(q), _ENDS, "Where rows ended, by reason"),
        "Months": (findings.coverage_table(q), _MONTHS, "Months covered"),
        "Columns": (findings.columns_table(q), _COLUMNS, "Columns as they were read"),
    }
    synthetic = " (synthetic data)" if q.synthetic else ""
    scope = f"{q.authority}, {q.label}{synthetic}"
    sheets = {
        name: gptables.GPTable(
            table=_plain(table, columns),
            table_name=f"{name.lower()}_table",
            title=f"{title}: {scope}",
            scope="Pounds are exact, to the penny",
            source=q.parameters.source_statement or q.authority,
            instructions="Blank cells hold nothing: no such figure was printed or is known.",
        )
        for name, (table, columns, title) in tables.items()
    }
    cover = gptables.Cover(
        title=f"Reconciliation of published payments: {scope}",
        intro=["Where every row and pound of the quarter's published payments files ended."],
        about=findings.reconciliation_sentences(q),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gptables 2.0 uses what pandas 3 deprecates
        book = gptables.produce_workbook(
            filename=str(path), sheets=sheets, cover=cover, contentsheet_label="Contents"
        )
    made = datetime.combine(q.as_of, time())  # not the hour of the run: the same bytes again
    book.set_properties({"title": cover.title, "author": q.authority, "created": made})
    book.close()


def _plain(table: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """Money as numbers, and text that no program takes for a formula."""
    cells = {shown: [_cell(value) for value in table[name]] for name, shown in columns.items()}
    return pd.DataFrame(cells, dtype=object)


def _harmless(text: str) -> str:
    """Text that gptables takes for neither a formula nor a link, and does not refuse for want of a
    letter or figure."""
    text = text.replace("](", "] (")
    if text.strip() and not re.search("[A-Za-z0-9]", text):
        return f"{text} (as printed)"
    return f"'{text}" if _DEFUSED.match(text) else text


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str):
        return _harmless(value)
    return "" if pd.isna(value) else value
