"""Which months a file was published for: from its name, else its sheet, else its dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from svlib.quarter import Quarter

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?<![a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:(?<=jan)uary|(?<=feb)ruary|(?<=mar)ch|(?<=apr)il|(?<=jun)e|(?<=jul)y|(?<=aug)ust"
    r"|(?<=sep)t|(?<=sep)tember|(?<=oct)ober|(?<=nov)ember|(?<=dec)ember)?(?![a-z])"
)
_LONG_YEAR = r"(?<!\d)20(\d{2})(?!\d)"
_SHORT_YEAR = _MONTH + r"[^a-z0-9]*([1-9]\d)(?!\d)"  # Apr-23; in "12 - March" 12 is no year
_FINANCIAL_YEAR = re.compile(r"(?<!\d)(20\d{2})[-/ ](?:20)?(\d{2})(?!\d)")
_FINANCIAL = re.compile(r"(20\d{2})[-/_ ]?(?:20)?(\d{2})[^a-z0-9]*(?:q|quarter ?)([1-4])", re.I)
_FINANCIAL_LATE = re.compile(r"(?:q|quarter ?)([1-4])[^a-z0-9]*(20\d{2})[-/_ ](?:20)?(\d{2})", re.I)
_NUMERIC = re.compile(r"(?<!\d)(20\d{2})[-_. ]?(0[1-9]|1[0-2])(?!\d)")
_MODAL_SHARE = 0.55  # a file is monthly when this share of its dated rows falls in one month


@dataclass(frozen=True)
class Period:
    """Months as YYYY-MM, in order: one, or the three of a quarter. `basis` says how known."""

    months: tuple[str, ...]
    basis: str

    @property
    def month(self) -> str:
        """The month of a monthly file; empty for a quarterly one."""
        return self.months[0] if len(self.months) == 1 else ""

    @property
    def quarter(self) -> Quarter:
        return Quarter.of(date.fromisoformat(f"{self.months[0]}-01"))


def find_period(name: str, sheets: Iterable[str], days: Counter[date]) -> Period | None:
    """The period of a file called `name`; None when nothing tells."""
    for basis, text in (("name", name), ("sheet", " ".join(sheets))):
        months = _written(text, days)
        if months:
            return Period(months, basis)
    months = _from_days(days)
    return Period(months, "dates") if months else None


def modal_month(days: Counter[date]) -> str | None:
    """The month most dated rows fall in, the earlier one on a tie."""
    months = _by_month(days)
    return max(sorted(months), key=lambda month: months[month]) if months else None


def _written(text: str, days: Counter[date]) -> tuple[str, ...]:
    lowered = text.casefold().replace("_", " ")
    quarter = _quarter_in(lowered)
    if quarter is not None:
        return quarter.months
    months = [_MONTHS.index(match[1]) + 1 for match in re.finditer(_MONTH, lowered)]
    numeric = _NUMERIC.search(lowered)
    if numeric and not (months and _financial_year(lowered)):
        return (f"{numeric[1]}-{numeric[2]}",)
    return _named(list(dict.fromkeys(months)), lowered, days)


def _quarter_in(lowered: str) -> Quarter | None:
    early, late = _FINANCIAL.search(lowered), _FINANCIAL_LATE.search(lowered)
    if early and (int(early[1]) + 1) % 100 == int(early[2]):
        return Quarter(int(early[1]), int(early[3]))
    if late and (int(late[2]) + 1) % 100 == int(late[3]):
        return Quarter(int(late[2]), int(late[1]))
    return None


def _named(months: list[int], lowered: str, days: Counter[date]) -> tuple[str, ...]:
    """One month named, or a quarter by its first and last or by all three; else nothing."""
    year = _year(months[0], lowered, days) if months else None
    if year is None:
        return ()
    first = f"{year}-{months[0]:02d}"
    if len(months) == 1:
        return (first,)
    quarter = Quarter.of(date.fromisoformat(f"{first}-01"))
    numbers = [int(month[5:]) for month in quarter.months]
    return quarter.months if months in (numbers, numbers[::2]) else ()


def _year(month: int, lowered: str, days: Counter[date]) -> int | None:
    financial = _financial_year(lowered)
    if financial is not None:
        return financial + (month < 4)
    long = re.search(_LONG_YEAR, lowered)
    if long:
        return 2000 + int(long[1])
    short = re.search(_SHORT_YEAR, lowered)
    if short:
        return 2000 + int(short[2])
    return next(iter(_years_of(month, days)), None)


def _financial_year(lowered: str) -> int | None:
    """The year in which the financial year named begins, as 2026 in 2026-27."""
    for found in _FINANCIAL_YEAR.finditer(lowered):
        if (int(found[1]) + 1) % 100 == int(found[2]):
            return int(found[1])
    return None


def _years_of(number: int, days: Counter[date]) -> list[int]:
    """The year in which the named month occurs most among the dates."""
    years = Counter[int]()
    for day, count in days.items():
        if day.month == number:
            years[day.year] += count
    return [year for year, _ in sorted(years.items(), key=lambda item: (-item[1], item[0]))]


def _from_days(days: Counter[date]) -> tuple[str, ...]:
    months = _by_month(days)
    modal = modal_month(days)
    if modal is None:
        return ()
    if months[modal] >= _MODAL_SHARE * months.total():
        return (modal,)
    return Quarter.of(date.fromisoformat(f"{modal}-01")).months


def _by_month(days: Counter[date]) -> Counter[str]:
    months = Counter[str]()
    for day, count in days.items():
        months[f"{day.year:04d}-{day.month:02d}"] += count
    return months
