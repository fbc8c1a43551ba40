"""Cells to values: exact amounts, dates, plain text."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

PENNY = Decimal("0.01")
_EXCEL_DAY_0 = date(1899, 12, 30)
_LIKELY_SERIALS = range(29_221, 73_051)  # 1980 to 2099
_DATE_FORMATS = (
    "%d/%m/%Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%Y-%m-%d",
    "%d/%m/%y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%d %b %y",
    "%Y%m%d",
    "%Y/%m/%d",
)
_NUMBER = re.compile(r"(\d+|\d{1,3}(,\d{3})+)(\.\d*)?|\.\d+")  # never 1234,50 for 123450
_MOST = Decimal(10) ** 15  # pounds; more than a column of the store holds is no amount


def text(cell: Any) -> str:
    """A cell as a person reads it: 5101035528.0 in a spreadsheet is 5101035528."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


def amount(cell: Any) -> Decimal | None:
    """Pounds, rounded to the penny; None when the cell holds no number.

    A spreadsheet's binary 24361614.000000007 is 24361614.00. Text may carry a pound sign,
    thousands separators, brackets or a trailing minus for credits, CR, or a lone dash for zero.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return _penny(Decimal(repr(round(cell, 6))))
    return _amount_in(cell) if isinstance(cell, str) else None


@lru_cache(maxsize=65_536)
def _amount_in(written: str) -> Decimal | None:
    bare = written.strip().replace("£", "").replace("\u00a0", "").replace(" ", "")
    bare = bare.replace("−", "-").removeprefix("GBP")
    if bare in ("-", "--"):
        return Decimal("0.00")
    bracketed = bare.startswith("(") and bare.endswith(")")
    credit = bracketed or bare.endswith(("-", "CR", "cr"))
    bare = bare.removesuffix("CR").removesuffix("cr").removesuffix("DR").removesuffix("-")
    bare = bare[1:-1] if bracketed else bare
    negative = bare.startswith("-")
    bare = bare.removeprefix("-").removeprefix("+")
    if not _NUMBER.fullmatch(bare):
        return None
    number = _penny(Decimal(bare.replace(",", "")))
    return -number if number is not None and negative != credit else number


def _penny(number: Decimal) -> Decimal | None:
    return number.quantize(PENNY) if number.is_finite() and abs(number) < _MOST else None


def day(cell: Any) -> date | None:
    """A date, day first; None when the cell holds none ("Various", blank)."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _serial(cell)
    return _day_in(cell) if isinstance(cell, str) else None


def _serial(number: float) -> date | None:
    """The date behind a spreadsheet's day number; a time of day in its fraction is left out."""
    likely = _LIKELY_SERIALS.start <= number < _LIKELY_SERIALS.stop
    return _EXCEL_DAY_0 + timedelta(days=int(number)) if likely else None


@lru_cache(maxsize=65_536)
def _day_in(written: str) -> date | None:
    bare = written.strip()
    bare = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", bare)
    if not bare or not bare[0].isdigit():
        return None
    for form in _DATE_FORMATS:
        try:
            found = datetime.strptime(bare, form).date()  # noqa: DTZ007 (a date has no zone)
        except ValueError:
            continue
        return found if 1980 <= found.year < 2100 else None
    return _serial(int(bare)) if bare.isdigit() else None
