"""Cells to values: exact amounts, dates, plain text."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Literal

Order = Literal["day", "month"]  # which stands first in 03/04/2026

_PENNY = Decimal("0.01")
_MOST = Decimal(10) ** 12  # pounds; more than the nation's yearly spending is no amount
_LONGEST = 60  # characters; no amount and no date is longer
_EXCEL_DAY_0 = date(1899, 12, 30)
_LIKELY_SERIALS = range(29_221, 73_051)  # 1980 to 2099
_YEARS = range(1980, 2100)

_NUMBER = re.compile(r"(\d+|\d{1,3}(,\d{3})+)(\.\d*)?|\.\d+")  # never 1234,50 for 123450
_PLAIN = re.compile(r"-?£?(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{1,2})?")  # most cells
_DIGIT_OR_DASH = re.compile(r"[\d−–-]")
_SCIENTIFIC = re.compile(r"-?\d(\.\d+)?e[+-]\d{1,3}", re.IGNORECASE)  # what programs print
_POUND = re.compile(  # the sign as written, as damaged in transit, as other code pages show it
    r"£|Â£|ï¿½|\ufffd|GBP|(?<![\w.,])[?#](?=[\d(.-])|(?<![\w.,])[œúŁ](?=\d)", re.IGNORECASE
)
_CREDIT = re.compile(r"(?:\b|(?<=\d))cr\.?(?=\b|\d|$)|-$", re.IGNORECASE)
_DEBIT = re.compile(r"(?:\b|(?<=\d))dr\.?(?=\b|\d|$)", re.IGNORECASE)

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_CLOCK = re.compile(
    r"[ T,]+\d{1,2}:\d{2}(:\d{2}([.:]\d+)?)?( ?[ap]m)?(Z|[+-]\d\d:?\d\d)?$", re.IGNORECASE
)
_NUMERIC_DAY = re.compile(r"(\d{1,4})\s?[/.\- ]\s?(\d{1,2})\s?[/.\- ]\s?(\d{4}|\d{2}|\d)")
_NAMED_DAY = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[\s,]+)?"
    r"(\d{1,2})(?:st|nd|rd|th)?[\s\-/.,]*([a-z]{3,9})[\s\-/.,]*'?(\d{4}|\d{2})"
)
_MONTH_NAME_FIRST = re.compile(r"([a-z]{3,9})[\s.]+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


def text(cell: Any) -> str:
    """A cell as a person reads it: 5101035528.0 in a spreadsheet is 5101035528."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


def number(cell: Any) -> Decimal | None:
    """The number of pounds exactly as written; None when the cell holds no number.

    Text may carry a pound sign, thousands separators, brackets or a trailing minus for credits,
    CR, or a lone dash for zero. A spreadsheet's binary 24361614.000000007 is 24361614.00; more
    than six decimal places are such noise.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return _sensible(Decimal(repr(cell)))
    return number_in(cell) if isinstance(cell, str) else None


def amount(cell: Any) -> Decimal | None:
    """Pounds and pence; half a penny rounds away from zero. None when the cell is no number."""
    found = number(cell)
    return None if found is None else penny(found)


def penny(pounds: Decimal) -> Decimal:
    return pounds.quantize(_PENNY, ROUND_HALF_UP)


def number_in(written: str) -> Decimal | None:
    """`number` of a text."""
    if _PLAIN.fullmatch(written):
        found = Decimal(written.replace(",", "").replace("£", ""))
        return found if written[-3:-2] == "." else found.quantize(_PENNY)
    if len(written) > _LONGEST or not _DIGIT_OR_DASH.search(written):
        return Decimal("0.00") if written.strip().casefold() == "nil" else None
    bare = "".join(_POUND.sub("", written.strip().strip("'")).split())
    bare = bare.replace("−", "-").replace("–", "-")
    if bare in ("-", "--"):
        return Decimal("0.00")
    if _SCIENTIFIC.fullmatch(bare):
        return _sensible(Decimal(bare))
    bracketed = bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1] if bracketed else bare
    credited = _CREDIT.sub("", bare, count=1)
    credit = bracketed or credited != bare
    bare = _DEBIT.sub("", credited, count=1)
    negative = bare.startswith("-")
    bare = bare.removeprefix("-").removeprefix("+")
    if not _NUMBER.fullmatch(bare):
        return None
    pounds = _sensible(Decimal(bare.replace(",", "")))
    return -pounds if pounds is not None and (negative or credit) else pounds


def _sensible(found: Decimal) -> Decimal | None:
    """Two places at least; a binary fraction's tail beyond the sixth is left out."""
    if not found.is_finite() or abs(found) >= _MOST:
        return None
    exact = round(found, 6)
    pence = penny(exact)
    return pence if abs(exact - pence) < Decimal("0.00001") else exact.normalize()


def day(cell: Any, first: Order = "day") -> date | None:
    """A date; None when the cell holds none ("Various", blank). `first` says which of day and
    month stands first in 03/04/2026."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _serial(cell)
    return _day_in(cell, first) if isinstance(cell, str) else None


def orders(written: str) -> set[Order]:
    """Which orders of day and month make a date of the text; both, one, or none. Dates with a
    named month or with the year first allow both."""
    allowed: tuple[Order, Order] = ("day", "month")
    return {first for first in allowed if _day_in(written, first) is not None}


def _serial(number: float) -> date | None:
    """The date behind a spreadsheet's day number; a time of day in its fraction is left out."""
    likely = _LIKELY_SERIALS.start <= number < _LIKELY_SERIALS.stop
    return _EXCEL_DAY_0 + timedelta(days=int(number)) if likely else None


@lru_cache(maxsize=65_536)
def _day_in(written: str, first: Order) -> date | None:
    if len(written) > _LONGEST:
        return None
    bare = _CLOCK.sub("", written.strip().strip("'")).casefold()
    if bare.isdecimal():
        return _compact(bare)
    if match := _NUMERIC_DAY.fullmatch(bare):
        return _ordered(match[1], match[2], match[3], first)
    if match := _NAMED_DAY.fullmatch(bare):
        return _named(match[3], match[2], match[1])
    if match := _MONTH_NAME_FIRST.fullmatch(bare):
        return _named(match[3], match[1], match[2])
    serial = re.fullmatch(r"(\d{5})\.\d+", bare)
    return _serial(int(serial[1])) if serial else None


def _compact(digits: str) -> date | None:
    """20260630, 30062026, or a spreadsheet's day number."""
    if len(digits) == 8:
        return _date(digits[:4], digits[4:6], digits[6:]) or _date(
            digits[4:], digits[2:4], digits[:2]
        )
    return _serial(int(digits)) if len(digits) == 5 else None


def _ordered(one: str, two: str, three: str, first: Order) -> date | None:
    if len(one) == 4:
        return _date(one, two, three)
    if len(one) == 3 or len(three) == 1:
        return None
    return _date(three, two, one) if first == "day" else _date(three, one, two)


def _named(year: str, month: str, number: str) -> date | None:
    found = [at for at, name in enumerate(_MONTHS, start=1) if name.startswith(month)]
    return _date(year, str(found[0]), number) if len(found) == 1 else None


def _date(year: str, month: str, number: str) -> date | None:
    whole = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 80 else 1900)
    if whole not in _YEARS:
        return None
    try:
        return date(whole, int(month), int(number))
    except ValueError:
        return None
