"""The payment files as a council's finance system would print them, no two months quite alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from svlib.quarter import month_label
from svlib.sample.names import CUT, respell
from svlib.sample.services import SHORT
from svlib.sample.spend import MONTHS
from svlib.sample.write import Cell, write_book, write_text

_SERVICE_CUT = 20
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
UNDATED = "Various"
UNPRICED = "see note"


class Line(NamedTuple):
    """One line of the ledger, as `spend.ledger` has it; `number` counts a file's lines."""

    supplier: str
    amount: Decimal | None
    day: date | None
    reference: str
    directorate: str
    service: str
    expense_type: str
    description: str
    redacted: bool
    number: int


def _slashed(day: date) -> Cell:
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def _dashed(day: date) -> Cell:
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year}"


def _commas(amount: Decimal) -> Cell:
    return f"{amount:,.2f}"


def _pounds(amount: Decimal) -> Cell:
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.2f}"


@dataclass(frozen=True)
class Style:
    """How one kind of month is printed. `columns` maps fields of Line to headers, in print order.

    `total` is None without a total row, otherwise the words that stand in the supplier's cell.
    """

    columns: dict[str, str]
    title: Sequence[Sequence[str]] = ()
    encoding: str = "utf-8"
    day: Callable[[date], Cell] = _slashed
    amount: Callable[[Decimal], Cell] = _commas
    total: str | None = None
    cut: bool = False
    upper: bool = False
    respelled: bool = False
    numbered: bool = False
    redaction: dict[str, str] = field(default_factory=dict)


_TITLE = "SYNTHETIC DATA: Sample City Council (synthetic) payments over £500, {month}"

_PLAIN = Style(
    columns={
        "directorate": "Directorate", "service": "Service", "expense_type": "Expense Type",
        "description": "Description", "supplier": "Supplier Name",
        "reference": "Transaction Number", "day": "Payment Date", "amount": "Amount",
    },
    title=((_TITLE,), ("Synthetic lines in the manner of the Transparency Code; no one was paid",)),
    encoding="cp1252",
    total="",
)  # fmt: skip
_QUOTED = Style(
    columns={
        "supplier": "Supplier Name", "reference": "Transaction Number", "day": "Paid Date",
        "amount": "Amount", "directorate": "Department ", "description": "Purpose",
    },
    title=((_TITLE,),),
    encoding="utf-8-sig",
    day=_dashed,
    amount=_pounds,
    respelled=True,
    numbered=True,
)  # fmt: skip
_SHIFTED = Style(
    columns={
        "supplier": "Beneficiary", "amount": "Net Amount", "day": "Payment Date",
        "reference": "Reference", "directorate": "Department", "service": "Service",
        "expense_type": "Expense Type", "description": "Summary of Purpose",
    },
    title=(("", _TITLE),),
    amount=str,
    total="",
)  # fmt: skip
_LEDGER = Style(
    columns={
        "directorate": "Service Area", "expense_type": "Expense Type",
        "description": "Description", "reference": "Document Number", "day": "Posting date",
        "supplier": "Vendor", "amount": "Actual Value",
    },
    day=lambda day: day,
    amount=float,
    cut=True,
    upper=True,
    respelled=True,
    redaction={
        "REDACTED PERSONAL DATA": "****REDACTED PERSONAL INFO****",
        "REDACTED COMMERCIAL CONFIDENTIALITY": "****REDACTED COMMERCIALLY SENSITIVE****",
    },
)  # fmt: skip
_TOTALLED = Style(
    columns={
        "supplier": "Vendor Name", "amount": "Net Amount", "day": "Payment Date",
        "directorate": "Directorate", "expense_type": "Expense Type", "description": "Purpose",
        "reference": "Document Number",
    },
    title=((_TITLE,),),
    day=lambda day: day,
    amount=float,
    total="Total",
    cut=True,
)  # fmt: skip

FILES: dict[str, tuple[str, Style]] = dict(
    zip(
        MONTHS,
        (
            ("sample-council-spend-july-2025.csv", _PLAIN),
            ("payments_over_500_Aug_2025.xlsx", _LEDGER),
            ("Sep 2025 spend.csv", _QUOTED),
            ("sample-counsil-spend-october-2025.csv", _PLAIN),
            ("payments-nov-2025.xlsx", _TOTALLED),
            ("dec_2025.xlsx", _LEDGER),
            ("January 2026 - payments.csv", replace(_QUOTED, total="")),
            ("spend_over_500_2026-02.csv", _SHIFTED),
            ("Mar-2026.xlsx", _LEDGER),
            ("sample-council-spent-april-2026.csv", _PLAIN),
            ("payments-may-2026.xlsx", _TOTALLED),
            ("spend_over_500_2026-06.csv", _SHIFTED),
            ("July 2026 - payments.csv", _QUOTED),
            ("payments_over_500_Aug_2026.xlsx", replace(_LEDGER, upper=False)),
            ("sample-council-spend-sept-2026.csv", _PLAIN),
        ),
        strict=True,
    )
)


def write(folder: Path, ledger: pd.DataFrame) -> None:
    """One file a month of the ledger (a frame of `spend.ledger`)."""
    folder.mkdir()
    for month, lines in ledger.groupby("month", sort=True):
        name, style = FILES[str(month)]
        label = month_label(str(month))
        rows = [*_above(style, label), *printed(_lines(lines), style)]
        if name.endswith(".csv"):
            write_text(folder / name, rows, style.encoding)
        else:
            short = f"{label[:3]} {label[-4:]}"
            write_book(folder / name, f"Synthetic {short}", _TITLE.format(month=label), rows)


def _above(style: Style, label: str) -> Iterator[list[Cell]]:
    for title in style.title:
        cells = [text.format(month=label) for text in title]
        yield [*cells, *[""] * (len(style.columns) - len(cells))]


def _lines(lines: pd.DataFrame) -> list[Line]:
    pence = (lines["amount_gbp"] * 100).round()
    amounts = [None if pd.isna(one) else Decimal(int(one)).scaleb(-2) for one in pence]
    texts = (
        lines[name]
        for name in ("reference", "directorate", "service", "expense_type", "description")
    )
    columns = (
        lines["supplier"], amounts, lines["payment_date"], *texts, lines["redacted"],
        range(1, len(lines) + 1),
    )  # fmt: skip
    return [Line(*cells) for cells in zip(*columns, strict=True)]


def printed(lines: Sequence[Line], style: Style) -> Iterator[list[Cell]]:
    """The header, the lines and, where the style has one, the total."""
    yield list(style.columns.values())
    for line in lines:
        yield [_cell(line, name, style) for name in style.columns]
    if style.total is not None:
        total = sum((line.amount for line in lines if line.amount is not None), Decimal(0))
        ends: dict[str, Any] = {"supplier": style.total, "amount": style.amount(total)}
        yield [ends.get(name, "") for name in style.columns]


def _cell(line: Line, name: str, style: Style) -> Cell:
    if name == "supplier":
        return _supplier(line, style)
    if name == "amount":
        return UNPRICED if line.amount is None else style.amount(line.amount)
    if name == "day":
        return UNDATED if line.day is None else style.day(line.day)
    if name == "directorate" and style.cut:
        return SHORT[line.directorate][:_SERVICE_CUT]
    if name == "description" and style.numbered:
        return f"{line.description} (line {line.number})"
    text: str = getattr(line, name)
    return text


def _supplier(line: Line, style: Style) -> str:
    if line.redacted:
        return style.redaction.get(line.supplier, line.supplier)
    text = respell(line.supplier) if style.respelled else line.supplier
    text = text.upper() if style.upper else text
    return text[:CUT].rstrip() if style.cut else text
