"""Rows pushed to the right by a comma nobody quoted: put back where only one way makes sense."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from svlib.ingest import cells
from svlib.ingest.grid import Row
from svlib.ingest.layout import Layout

_SPLIT = re.compile(r"\(?-?£?\d{1,3}(,\d{3})+(\.\d{1,2})?\)?")
_MOST_SHARE = 0.2  # of the rows; where more reach beyond the header, a column there has no name


@dataclass
class Shifts:
    """Row numbers of the rows put back, and of those that could not be."""

    mended: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)


def put_back(
    held: Sequence[Row], numbers: Sequence[int], layout: Layout, shifts: Shifts
) -> Sequence[Row]:
    """The rows, with those that hold more cells than the header realigned where that gives an
    amount and a date; the merged cell gets its comma back."""
    width = layout.width
    if not width:
        return held
    long = [
        at for at, row in enumerate(held) if len(row) > width and any(map(cells.text, row[width:]))
    ]
    if not long:
        return held
    rows = list(held)
    for at in list(long):
        mended = _thousands(rows[at], layout)
        if mended is not None:
            rows[at] = mended
            shifts.mended.append(numbers[at])
            long.remove(at)
    if len(long) > max(2, _MOST_SHARE * len(held)):
        return rows
    for at in long:
        if _makes_sense(rows[at], layout):
            continue
        mended = _mended(rows[at], layout)
        if mended is None:
            shifts.left.append(numbers[at])
        else:
            rows[at] = mended
            shifts.mended.append(numbers[at])
    return rows


def _thousands(row: Row, layout: Layout) -> Row | None:
    """A row in which the comma of 1,234.50 was taken for the end of a cell."""
    reach = max(at for at, cell in enumerate(row) if cells.text(cell)) + 1
    extra = reach - layout.width
    for money in layout.money:
        pieces = [cells.text(cell) for cell in row[money.at : money.at + extra + 1]]
        if len(pieces) == extra + 1 and _SPLIT.fullmatch(",".join(pieces)):
            tried = [*row[: money.at], ",".join(pieces), *row[money.at + extra + 1 :]]
            return tried if _makes_sense(tried, layout) else None
    return None


def _mended(row: Row, layout: Layout) -> Row | None:
    reach = max(at for at, cell in enumerate(row) if cells.text(cell)) + 1
    supplier = layout.positions["supplier"]
    order = sorted(range(layout.width), key=lambda at: (at != supplier, at))
    found: dict[tuple[str, ...], Row] = {}
    for extra in range(1, reach - layout.width + 1):
        for at in order:
            merged = ", ".join(cells.text(cell) for cell in row[at : at + extra + 1])
            tried = [*row[:at], merged, *row[at + extra + 1 :]]
            if cells.number(merged) is None and _makes_sense(tried, layout):
                money = tuple(cells.text(tried[money.at]) for money in layout.money)
                found.setdefault(money, tried)
    return next(iter(found.values())) if len(found) == 1 else None


def _makes_sense(row: Row, layout: Layout) -> bool:
    """Every amount is a number or blank, one at least is a number, and the date is one or blank."""
    amounts = [cells.text(row[money.at]) if money.at < len(row) else "" for money in layout.money]
    numbers = [cells.number(text) for text in amounts if text]
    at = layout.positions.get("payment_date")
    date = cells.text(row[at]) if at is not None and at < len(row) else ""
    dated = not date or cells.day(date) is not None or cells.day(date, "month") is not None
    return bool(numbers) and None not in numbers and dated
