"""Which months a file was published for: from its name, else its sheet, else its dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from svlib.ingest import cells
from svlib.quarter import Quarter, month_end

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?<![a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:(?<=jan)uary|(?<=feb)ruary|(?<=mar)ch|(?<=apr)il|(?<=jun)e|(?<=jul)y|(?<=aug)ust"
    r"|(?<=sep)t|(?<=sep)tember|(?<=oct)ober|(?<=nov)ember|(?<=dec)ember)?(?![a-z])"
)
_LONG_YEAR = r"(?<!\d)20(\d{2})(?!\d)"
_SHORT_YEAR = _MONTH + r"[^a-z0-9]*([1-9]\d)(?!\d)"  # Apr-23; in "12 - March" 12 is no year
_FINANCIAL_YEAR = re.compile(r"(?<!\d)(20\d{2})[-/ ](?:20)?(\d{2})(?!\d)")
_FINANCIAL = re.compile(
    r"(20\d{2})[-/_ ]?(?:20)?(\d{2})[^a-z0-9]*(?:q|qtr ?|quarter ?)([1-4])", re.I
)
_FINANCIAL_LATE = re.compile(
    r"(?:q|qtr ?|quarter ?)([1-4])[^a-z0-9]*(?:fy ?)?(20\d{2})[-/_ ](?:20)?(\d{2})", re.I
)
_NUMERIC = re.compile(r"(?<!\d)(20\d{2})[-_. ]?(0[1-9]|1[0-2])(?!\d)")
_NUMERIC_LATE = re.compile(r"(?<![\d/.-])(0?[1-9]|1[0-2])[-_./](20\d{2})(?!\d)")
_DAY = re.compile(  # 2026-07-31 and 20260731; 31/07/2026 and 31.7.26; 31-JUL-2026
    r"(?<!\d)(?:(20\d{2})[-_.]?(\d{2})[-_.]?(\d{2})"
    r"|(\d{1,2})[-/. ](\d{1,2}|[a-z]{3,9})[-/. ](\d{4}|\d{2}))(?!\d)"
)
_NOT_OF_THE_PERIOD = re.compile(
    r"\b(run|report|print(ed)?|publi|creat|extract|generat|updat|as at)"
)
_MODAL_SHARE = 0.55  # a file is monthly when this share of its dated rows falls in one month
_QUARTER_SHARE = 0.7  # and quarterly when this share falls in one quarter
_YEAR_SHARE = 0.8  # and yearly when this share falls in one financial year


@dataclass(frozen=True)
class Period:
    """Months as YYYY-MM, in order and without gaps. `basis` says how known: name, sheet, heading
    or dates."""

    months: tuple[str, ...]
    basis: str

    @property
    def month(self) -> str:
        """The month of a monthly file; empty for one of several months."""
        return self.months[0] if len(self.months) == 1 else ""

    @property
    def quarter(self) -> Quarter:
        """The quarter of the first month; the only one unless the file covers several."""
        return Quarter.of(date.fromisoformat(f"{self.months[0]}-01"))

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Every quarter that a month of the period falls in."""
        found = {Quarter.of(date.fromisoformat(f"{month}-01")) for month in self.months}
        return tuple(sorted(found))

    @property
    def start(self) -> date:
        return date.fromisoformat(f"{self.months[0]}-01")

    @property
    def end(self) -> date:
        return month_end(self.months[-1])


def find_period(
    name: str, sheets: Iterable[str], days: Counter[date], headings: Iterable[str] = ()
) -> Period | None:
    """The period of a file called `name`; None when nothing tells. `headings` are the texts above
    its header."""
    said = [line for line in headings if not _NOT_OF_THE_PERIOD.search(line.casefold())]
    for basis, text in (("name", name), ("sheet", " ".join(sheets)), ("heading", " ; ".join(said))):
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
    quarter = _quarter_in(lowered, days)
    if quarter is not None:
        return quarter.months
    between = _days_in(lowered)
    if between:
        return months_between(f"{min(between):%Y-%m}", f"{max(between):%Y-%m}")
    months = [_MONTHS.index(match[1]) + 1 for match in re.finditer(_MONTH, lowered)]
    numeric = _NUMERIC.search(lowered)
    if numeric and not (months and _financial_year(lowered)):
        return (f"{numeric[1]}-{numeric[2]}",)
    late = _NUMERIC_LATE.search(lowered)
    if late and not months:
        return (f"{late[2]}-{int(late[1]):02d}",)
    return _named(list(dict.fromkeys(months)), lowered, days)


def _days_in(lowered: str) -> list[date]:
    """Days written in full; none when one of them is no date or they lie over a year apart."""
    found = []
    for match in _DAY.finditer(lowered):
        year, month, number = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
        day = cells.day(f"{number}/{month}/{year}") or cells.day(f"{number} {month} {year}")
        if day is None:
            return []
        found.append(day)
    return found if found and (max(found) - min(found)).days <= 366 else []


def months_between(first: str, last: str) -> tuple[str, ...]:
    """Months YYYY-MM from the first to the last; none when the last comes first."""
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return tuple(f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(begin, end + 1))


def _quarter_in(lowered: str, days: Counter[date]) -> Quarter | None:
    early, late = _FINANCIAL.search(lowered), _FINANCIAL_LATE.search(lowered)
    if early and (int(early[1]) + 1) % 100 == int(early[2]):
        return Quarter(int(early[1]), int(early[3]))
    if late and (int(late[2]) + 1) % 100 == int(late[3]):
        return Quarter(int(late[2]), int(late[1]))
    return _quarter_of_a_year(lowered, days)


def _quarter_of_a_year(lowered: str, days: Counter[date]) -> Quarter | None:
    """ "Q1 2026" is January to March to some and April to June to others: the dates decide."""
    number = re.search(r"(?<![a-z])(?:q|qtr ?|quarter ?)([1-4])(?!\d)", lowered)
    year = re.search(_LONG_YEAR, lowered)
    if number is None or year is None or not days:
        return None
    modal = Quarter.of(max(sorted(days), key=lambda day: _in_quarter(days, Quarter.of(day))))
    calendar = Quarter(2000 + int(year[1]), int(number[1])) - 1
    financial = Quarter(2000 + int(year[1]), int(number[1]))
    return modal if modal in (calendar, financial) else None


def _in_quarter(days: Counter[date], quarter: Quarter) -> int:
    return sum(count for day, count in days.items() if Quarter.of(day) == quarter)


def _named(months: list[int], lowered: str, days: Counter[date]) -> tuple[str, ...]:
    """One month named, or several that follow each other, or the first and last of a range."""
    year = _year(months[0], lowered, days) if months else None
    if year is None:
        return ()
    first = f"{year}-{months[0]:02d}"
    span = (months[-1] - months[0]) % 12
    if len(months) == 1:
        return (first,)
    covered = months_between(first, _later(first, span))
    numbers = [int(month[5:]) for month in covered]
    return covered if months in (numbers, [numbers[0], numbers[-1]]) else ()


def _later(month: str, by: int) -> str:
    at = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{at // 12:04d}-{at % 12 + 1:02d}"


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
    total = months.total()
    if months[modal] >= _MODAL_SHARE * total:
        return (modal,)
    quarter = Quarter.of(max(sorted(days), key=lambda day: _in_quarter(days, Quarter.of(day))))
    if _in_quarter(days, quarter) >= _QUARTER_SHARE * total:
        return quarter.months
    first = f"{Quarter.of(date.fromisoformat(f'{modal}-01')).year}-04"
    year = months_between(first, _later(first, 11))
    if sum(months[month] for month in year) >= _YEAR_SHARE * total:
        return year
    return Quarter.of(date.fromisoformat(f"{modal}-01")).months


def _by_month(days: Counter[date]) -> Counter[str]:
    months = Counter[str]()
    for day, count in days.items():
        months[f"{day.year:04d}-{day.month:02d}"] += count
    return months
