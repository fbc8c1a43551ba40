"""UK financial quarters: the year begins on 1 April, so Q1 is April to June.

Source: the public financial year of the Local Government Transparency Code 2015.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

_WRITTEN = re.compile(r"^\s*(\d{4})[-/](\d{2}|\d{4})[-\s_]*Q([1-4])\s*$", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Quarter:
    """One financial quarter. `year` is the calendar year in which the financial year begins."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise ValueError(f"a quarter is 1 to 4, not {self.number}")

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read "2026-27 Q2", "2026-27-Q2" or "2026/27 Q2"; ValueError says what was wrong."""
        match = _WRITTEN.match(text)
        if match is None:
            raise ValueError(f"'{text}' is not a quarter; write it like 2026-27-Q2")
        year = int(match[1])
        if not str(year + 1).endswith(match[2]):
            raise ValueError(
                f"'{text}' is not one financial year; {year} is followed by {(year + 1) % 100:02d}"
            )
        return cls(year, int(match[3]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter a day falls in."""
        months = day.year * 12 + day.month - 4
        return cls(months // 12, months % 12 // 3 + 1)

    @property
    def label(self) -> str:
        """For people: 2026-27 Q2."""
        return f"{self.financial_year} Q{self.number}"

    @property
    def slug(self) -> str:
        """For file names: 2026-27-Q2."""
        return f"{self.financial_year}-Q{self.number}"

    @property
    def financial_year(self) -> str:
        return f"{self.year}-{(self.year + 1) % 100:02d}"

    @property
    def months(self) -> tuple[str, str, str]:
        """The three months as YYYY-MM, in order."""
        first = self.year * 12 + 3 + 3 * (self.number - 1)
        year_months = [(month // 12, month % 12 + 1) for month in range(first, first + 3)]
        first_month, second, third = (f"{year:04d}-{month:02d}" for year, month in year_months)
        return first_month, second, third

    @property
    def start(self) -> date:
        return date.fromisoformat(f"{self.months[0]}-01")

    @property
    def end(self) -> date:
        return month_end(self.months[2])

    def __add__(self, quarters: int) -> Quarter:
        position = self.year * 4 + self.number - 1 + quarters
        return Quarter(position // 4, position % 4 + 1)

    def __sub__(self, other: Quarter | int) -> Quarter | int:
        """Quarter minus a number is a quarter; quarter minus quarter is how many lie between."""
        if isinstance(other, Quarter):
            return (self.year - other.year) * 4 + self.number - other.number
        return self + -other

    @property
    def previous(self) -> Quarter:
        return self + -1

    @property
    def next(self) -> Quarter:
        return self + 1

    @property
    def same_quarter_last_year(self) -> Quarter:
        return self + -4

    def __str__(self) -> str:
        return self.label


def today() -> date:
    """The day it is where this machine stands."""
    return datetime.now().astimezone().date()


def day_label(day: date) -> str:
    """A day to print: 3 April 2026."""
    return f"{day.day} {day:%B %Y}"


def month_end(month: str) -> date:
    """Last day of a month written YYYY-MM."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def month_label(month: str) -> str:
    """For people: "2026-07" is "July 2026"."""
    return f"{_MONTHS[int(month[5:]) - 1]} {month[:4]}"


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
