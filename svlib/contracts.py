"""Contract measures: the register in, small tidy tables out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd

from svlib.parameters import Areas
from svlib.places import ring, ring_names
from svlib.quarter import Quarter

ZERO = Decimal("0.00")


def awarded(contracts: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """The register's lines whose award date falls in the quarter, largest value first."""
    inside = [
        day is not None and quarter.start <= day <= quarter.end for day in contracts["award_date"]
    ]
    found = _where(contracts, inside)
    order = sorted(
        range(len(found)),
        key=lambda row: (-_value(found["value_gbp"].iloc[row]), found["contract_ref"].iloc[row]),
    )
    return found.iloc[order].reset_index(drop=True)


def winners(awards: pd.DataFrame, n: int = 10) -> pd.DataFrame:
    """One row a supplier that won a contract, largest first: `supplier`, `contracts`, `value_gbp`
    (over the contracts' whole life)."""
    rows = [
        {"supplier": name, "contracts": len(part), "value_gbp": _sum(part)}
        for name, part in awards.groupby("supplier")
    ]
    rows.sort(key=lambda row: (-row["value_gbp"], row["supplier"]))
    return pd.DataFrame(rows[:n], columns=["supplier", "contracts", "value_gbp"])


def by_place(awards: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    """One row a ring, from the authority outwards: `place`, `contracts`, `value_gbp`, and their
    shares `share_of_contracts` and `share_of_value`. A register without postcodes is not placed."""
    places = [ring(row.place_status, row.candidates, areas) for row in awards.itertuples()]
    found = awards.assign(place=places)
    rows = [
        {"place": place, "contracts": len(part), "value_gbp": _sum(part)}
        for place in ring_names(areas)
        if len(part := found[found["place"] == place])
    ]
    table = pd.DataFrame(rows, columns=["place", "contracts", "value_gbp"])
    count, whole = table["contracts"].sum(), sum(table["value_gbp"], ZERO)
    table["share_of_contracts"] = [int(here) / int(count) for here in table["contracts"]]
    table["share_of_value"] = [
        float(here / whole) if whole > 0 else None for here in table["value_gbp"]
    ]
    return table


def ending(contracts: pd.DataFrame, as_of: date, months: int = 18) -> pd.DataFrame:
    """Contracts that end within so many months after `as_of`, soonest first."""
    ahead = (pd.Timestamp(as_of) + pd.DateOffset(months=months)).date()
    inside = [day is not None and as_of < day <= ahead for day in contracts["end_date"]]
    found = _where(contracts, inside)
    return found.sort_values(["end_date", "contract_ref"], ignore_index=True)


def _where(frame: pd.DataFrame, flags: list[bool]) -> pd.DataFrame:
    """The flagged rows; of an empty frame the empty frame, columns and all."""
    return frame[pd.Series(flags, index=frame.index, dtype=bool)]


def _value(value: Decimal | None) -> Decimal:
    return ZERO if value is None else value


def _sum(part: pd.DataFrame) -> Decimal:
    return sum(map(_value, part["value_gbp"]), ZERO)
