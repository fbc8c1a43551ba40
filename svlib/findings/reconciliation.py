"""Where every row and pound of the quarter's files ended, in sentences and tables."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd

from svlib import reconciliation
from svlib.findings.spend import basis, files_table
from svlib.quarter import month_label
from svlib.show import count, money, pounds
from svlib.view import OpenQuarter


def reconciliation_sentences(q: OpenQuarter) -> list[str]:
    """What was read and where it ended, on which basis, and what the other basis would give."""
    files = q.reconciliation
    read, gbp = int(files["rows_read"].sum()), sum(files["gbp_read"], Decimal(0))
    lines = [
        f"{count(read, 'row')} ({pounds(gbp)}) were read from "
        f"{count(files['file'].nunique(), 'file')}; each ended in one place, and each file's rows "
        "and pounds add up.",
        basis(q),
    ]
    late_lines, late_gbp = reconciliation.late(q.lines, q.quarter)
    if late_lines:
        lines.append(
            f"Late data: {count(late_lines, 'line')} ({money(late_gbp)}) of the quarter came with "
            "files of later quarters. An earlier report of this quarter did not hold them."
        )
    changed = int((files["repeated_rows"] > 0).sum())
    if changed:
        repeats = count(int(files["repeated_rows"].sum()), "row")
        lines.append(
            f"{repeats} repeat an earlier row of their file in every cell. They are kept: "
            "publishers' own totals hold them."
        )
    return [*lines, *(f"Contracts register: {note}." for note in q.contract_notes)]


def files_in_full(q: OpenQuarter) -> pd.DataFrame:
    """One row a table read: the reconciliation, each figure of it."""
    files = files_table(q)
    return files.assign(file=[_named(row.file, row.sheet) for row in files.itertuples()])


def ends_table(q: OpenQuarter) -> pd.DataFrame:
    """One row a table read, an end and a reason, with lines and pounds."""
    here = list(q.reconciliation["file"])
    found = reconciliation.ends(q.lines)
    found = found.loc[found["file"].isin(here)]
    names = [_named(Path(row.file).name, row.sheet) for row in found.itertuples()]
    return found.assign(file=names).reset_index(drop=True)


def coverage_table(q: OpenQuarter) -> pd.DataFrame:
    """One row a month of the quarter: its files and rows, and the usual month's."""
    found = q.coverage
    quarterly = bool((q.reconciliation["month"] == "").any())
    held = [row.files > 0 or quarterly for row in found.itertuples()]
    remarks = [
        row.remark or ("" if row.files else "in a file of several months" if here else "no file")
        for row, here in zip(found.itertuples(), held, strict=True)
    ]
    return found.assign(month=[month_label(month) for month in found["month"]], remark=remarks)


def columns_table(q: OpenQuarter) -> pd.DataFrame:
    """One row a file and a column: the header it was read from, and where that changed."""
    every = reconciliation.columns(q.store.reconciliation)
    found = every.loc[every["file"].isin(q.reconciliation["file"])]
    changes = [
        f"before: {row.before or 'none'}" if row.changed else "" for row in found.itertuples()
    ]
    names = [Path(file).name for file in found["file"]]
    return found.assign(file=names, change=changes).reset_index(drop=True)


def _named(file: str, sheet: str) -> str:
    return f"{file}, {sheet}" if sheet else file
