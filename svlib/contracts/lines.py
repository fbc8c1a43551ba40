"""Lines of a register: which is which, and sums of their values."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pandas as pd

ZERO = Decimal("0.00")


def text(frame: pd.DataFrame, column: str) -> list[str]:
    """A column's cells as text; empty where the register has no such column or cell."""
    if column not in frame:
        return [""] * len(frame)
    return ["" if missing(cell) else str(cell).strip() for cell in frame[column]]


def cells(frame: pd.DataFrame, column: str) -> list[Any]:
    """A column's cells, None for each that is empty or where there is no such column."""
    if column not in frame:
        return [None] * len(frame)
    return [None if missing(cell) else cell for cell in frame[column]]


def missing(cell: Any) -> bool:
    """None, NaN and NaT: what frames hold in place of nothing."""
    return cell is None or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell))


def where(frame: pd.DataFrame, flags: Iterable[bool]) -> pd.DataFrame:
    """The flagged rows; of an empty frame the empty frame, columns and all."""
    return frame[pd.Series(list(flags), index=frame.index, dtype=bool)]


def total(values: Iterable[Any]) -> Decimal:
    """The sum of the values that are known."""
    return sum((value for value in values if not missing(value)), ZERO)


def share(part: Decimal | int, whole: Decimal | int) -> float | None:
    """No share is given of a whole that is zero or less."""
    return float(part / whole) if whole > 0 else None


def named(register: pd.DataFrame) -> list[str]:
    """A name for each line that no other has: its reference; with its row where several lines
    print that reference, and the row alone where none is printed."""
    refs, rows = text(register, "contract_ref"), text(register, "row")
    sheets = text(register, "sheet") if len(set(text(register, "sheet"))) > 1 else [""] * len(refs)
    often = Counter(refs)
    found: list[str] = []
    for at, (ref, row, sheet) in enumerate(zip(refs, rows, sheets, strict=True)):
        line = f"row {row}" if row else f"line {at + 1}"
        place = f"sheet {sheet}, {line}" if sheet else line
        found.append(place if not ref else ref if often[ref] == 1 else f"{ref}, {place}")
    return found
