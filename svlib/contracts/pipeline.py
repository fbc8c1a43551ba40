"""What ends soon: contracts by the month they run out, and what the register says of extending."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from svlib.contracts.awards import NOT_STATED
from svlib.contracts.frameworks import FRAMEWORK, counted
from svlib.contracts.lines import cells, missing, text, total, where
from svlib.quarter import day_label

MONTHS = 18
NO_EXTENSION = "none"
_COLUMNS = [
    "month", "contract", "title", "supplier", "directorate", "role", "start_date", "end_date",
    "value_gbp", "extension", "could_run_to",
]  # fmt: skip


def ending(contracts: pd.DataFrame, as_of: date, months: int = MONTHS) -> pd.DataFrame:
    """Contracts that end within so many months after `as_of`, soonest first."""
    ahead = (pd.Timestamp(as_of) + pd.DateOffset(months=months)).date()
    inside = [day is not None and as_of < day <= ahead for day in cells(contracts, "end_date")]
    found = where(contracts, inside)
    return found.sort_values(["end_date", "contract_ref"], ignore_index=True)


def pipeline(contracts: pd.DataFrame, as_of: date, months: int = MONTHS) -> pd.DataFrame:
    """One row a contract or framework that ends within so many months after `as_of`, soonest
    first: `month` (YYYY-MM of its end), `contract`, `title`, `supplier`, `directorate`, `role`,
    `start_date`, `end_date`, `value_gbp` (whole life), `extension` (what the register says can be
    added) and `could_run_to`, the last day with every extension, where the register prints it."""
    found = ending(counted(contracts), as_of, months)
    ends = cells(found, "end_date")
    table = found.assign(
        month=pd.Series([day.isoformat()[:7] for day in ends], dtype=object),
        directorate=pd.Series(
            [name or NOT_STATED for name in text(found, "directorate")], dtype=object
        ),
        extension=pd.Series(_extensions(found), dtype=object),
        could_run_to=pd.Series(_last_days(found), dtype=object),
    )
    return table.reindex(columns=_COLUMNS)


def by_month(
    contracts: pd.DataFrame, as_of: date, months: int = MONTHS, directorates: bool = True
) -> pd.DataFrame:
    """One row a month and directorate in which something ends, in order (one row a month, where
    `directorates` is False): `month`, `directorate`, `contracts`, `value_gbp` and `without_value`
    of them, `frameworks` that end, and `extendable`, how many of all may still be extended as far
    as the register says."""
    found = pipeline(contracts, as_of, months)
    keys = ["month", "directorate"] if directorates else ["month"]
    rows = [
        {**dict(zip(keys, names, strict=True)), **_summed(part)}
        for names, part in (found.groupby(keys) if len(found) else ())
    ]
    columns = ["contracts", "value_gbp", "without_value", "frameworks", "extendable"]
    return pd.DataFrame(rows, columns=[*keys, *columns])


def _summed(part: pd.DataFrame) -> dict[str, Any]:
    own = part[part["role"] != FRAMEWORK]
    return {
        "contracts": len(own),
        "value_gbp": total(own["value_gbp"]),
        "without_value": sum(map(missing, own["value_gbp"])),
        "frameworks": len(part) - len(own),
        "extendable": int((~part["extension"].isin([NO_EXTENSION, NOT_STATED])).sum()),
    }


def _last_days(found: pd.DataFrame) -> list[date | None]:
    """The day printed as the last of all, where it lies beyond the end."""
    days = zip(cells(found, "extend_to"), cells(found, "end_date"), strict=True)
    return [last if last is not None and last > end else None for last, end in days]


def _extensions(found: pd.DataFrame) -> list[str]:
    lines = zip(
        cells(found, "extend_to"), _last_days(found), cells(found, "extensions"),
        cells(found, "extension_months"), strict=True,
    )  # fmt: skip
    return [_extension(*line) for line in lines]


def _extension(printed: date | None, last: date | None, number: Any, months: Any) -> str:
    if last is not None:
        return f"to {day_label(last)}"
    if printed is not None or number == 0:
        return NO_EXTENSION
    if number is None:
        return NOT_STATED if not months else f"of {_plain(months)} months; how many is not told"
    length = f" of {_plain(months)} months" if months else ""
    return f"{_plain(number)} allowed{length}; how many are taken is not told"


def _plain(number: Any) -> str:
    return f"{float(number):g}"
