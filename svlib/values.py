"""Proxy values: pounds per unit of an outcome, each with source, price year and licence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from svlib import project
from svlib.errors import Fault, ParameterError

OPEN_LICENCES = frozenset({"OGL v3.0", "CC BY 4.0"})
"""Licences under which a value may ship with the suite and stand in a published report."""

TYPES = ("fiscal", "economic", "social", "wellbeing", "wage")
_COLUMNS = (
    "proxy_id", "category", "label", "unit", "value_type", "value", "low", "high", "price_year",
    "price_basis", "source", "publisher", "licence", "url", "evidence", "confidence", "note",
    "verified_on", "verified_by",
)  # fmt: skip
_PRICE_YEAR = re.compile(r"^(\d{4})(?:/(\d{2}))?$")
# April to December: how much of a financial year lies in its first calendar year.
_FIRST_PART = Decimal("0.75")


def load(path: Path | None = None, licences: Collection[str] = OPEN_LICENCES) -> pd.DataFrame:
    """One row a proxy value: the columns of data/reference/proxy_values.csv, text but for `value`,
    `low` and `high`: Decimal pounds per unit in prices of `price_year`; `low` and `high` are None
    where the source gives no range.

    A council that holds another licence loads its own file and names the licence. Raises
    ParameterError with every fault found, a licence that is not among `licences` among them.
    """
    path = path or project.reference("proxy_values.csv")
    where = project.relative(path)
    table = _read(path, where, _COLUMNS)
    faults = [fault for row in table.to_dict("records") for fault in _faults(row, where, licences)]
    faults += [
        Fault(f"{where}, {name}", f"stands {times} times", "Keep one.")
        for name, times in Counter(table["proxy_id"]).items()
        if times > 1
    ]
    if faults:
        raise ParameterError(faults)
    for name in ("value", "low", "high"):
        numbers = [Decimal(cell) if cell else None for cell in table[name]]
        table[name] = pd.Series(numbers, dtype=object, index=table.index)
    return table


def deflator(path: Path | None = None) -> pd.DataFrame:
    """One row a calendar year: year, value (Decimal, 2024 = 100), source, vintage.

    Source: ONS, GDP deflator; the vintage is in the table because revisions move it.
    """
    path = path or project.reference("gdp_deflator.csv")
    table = _read(path, project.relative(path), ("year", "value", "source", "vintage"))
    table["year"] = [int(year) for year in table["year"]]
    table["value"] = pd.Series(map(Decimal, table["value"]), dtype=object, index=table.index)
    return table


def to_price_year(value: Decimal, price_year: str, year: int) -> Decimal:
    """Pounds of `price_year` ("2019" or the financial year "2012/13") as pounds of calendar `year`.

    value x D[year] / D[price_year], where D is the GDP deflator. D of a financial year is not
    published with the calendar series, so 2012/13 is taken as 0.75 x D[2012] + 0.25 x D[2013]: its
    share of each calendar year. Not rounded. Raises ParameterError for a year outside the table.
    """
    base, target = uprating(price_year, year)
    return value * target / base


def uprating(price_year: str, year: int) -> tuple[Decimal, Decimal]:
    """The GDP deflator of the price year and of the calendar `year`: what `to_price_year` divides
    by and multiplies with. Raises ParameterError for a year outside the table."""
    index = _index(project.reference("gdp_deflator.csv"))
    years = _weights(price_year)
    missing = sorted({*years, year} - index.keys())
    if missing:
        raise ParameterError(
            Fault(
                "data/reference/gdp_deflator.csv",
                f"does not hold {', '.join(map(str, missing))}, needed for prices of {price_year}",
                f"Choose a price year from {min(index)} to {max(index)}, or add the year.",
            )
        )
    return sum((share * index[one] for one, share in years.items()), Decimal(0)), index[year]


def is_verified(proxy: Mapping[str, Any]) -> bool:
    """Whether somebody has checked a row of `load` against its source, and said who and when."""
    return bool(proxy["verified_on"] and proxy["verified_by"])


@lru_cache(maxsize=4)
def _index(path: Path) -> dict[int, Decimal]:
    table = deflator(path)
    return dict(zip(table["year"], table["value"], strict=True))


def _weights(price_year: str) -> dict[int, Decimal]:
    """Calendar years and their part of the price year: 2012/13 is {2012: 0.75, 2013: 0.25}."""
    match = _PRICE_YEAR.match(price_year)
    if match is None or not _follows(match):
        do = "Write a calendar year as 2019, a financial year as 2012/13."
        raise ParameterError(Fault("price year", f"'{price_year}' is not a year", do))
    first = int(match[1])
    return {first: _FIRST_PART, first + 1: 1 - _FIRST_PART} if match[2] else {first: Decimal(1)}


def _follows(match: re.Match[str]) -> bool:
    return match[2] is None or (int(match[1]) + 1) % 100 == int(match[2])


def _read(path: Path, where: str, columns: Collection[str]) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
    except FileNotFoundError:
        fault = Fault(where, "no such file", "Put back the table that came with the suite.")
        raise ParameterError(fault) from None
    missing = [name for name in columns if name not in table]
    if missing:
        found = "no column " + ", ".join(missing)
        raise ParameterError(Fault(where, found, "Put back the column."))
    return table


def _faults(row: dict[str, str], where: str, licences: Collection[str]) -> list[Fault]:
    place = f"{where}, {row['proxy_id']}"
    faults = [
        Fault(f"{place}, {name}", f"'{row[name]}' is not a number", "Mend the cell.")
        for name in ("value", "low", "high")
        if not _is_number(row[name]) and (row[name] or name == "value")
    ]
    if row["licence"] not in licences:
        found = f"licence '{row['licence']}' is not open"
        do = "Take the row out, or load the file with the licence the council holds."
        faults.append(Fault(place, found, do))
    if row["value_type"] not in TYPES:
        do = "Use one of: " + ", ".join(TYPES) + "."
        faults.append(Fault(place, f"value_type '{row['value_type']}'", do))
    match = _PRICE_YEAR.match(row["price_year"])
    if match is None or not _follows(match):
        do = "Write a calendar year as 2019, a financial year as 2012/13."
        faults.append(Fault(place, f"price_year '{row['price_year']}'", do))
    return faults


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
