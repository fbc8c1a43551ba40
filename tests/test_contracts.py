"""Contract measures on a small register."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from helpers import AREAS as NESTED
from helpers import LCR

from svlib import contracts
from svlib.parameters import Areas
from svlib.places import NOT_KNOWN
from svlib.quarter import Quarter
from svlib.tables import CONTRACTS

AREAS = Areas.model_validate(NESTED)
Q1 = Quarter(2026, 1)
LIVERPOOL, WIRRAL = LCR[2], LCR[5]
COUNTED = ["contract", "role", "role_rule", "counted_gbp", "dated_by"]

# C4 prints no value, C5 no award date, C7 no end date.
TABLE = f"""
ref | supplier | pounds  | awarded    | ends       | place
C1  | Ash      | 100     | 2026-04-01 | 2026-07-31 | {LIVERPOOL}
C2  | Birch    | 500     | 2026-06-30 | 2027-06-30 | {WIRRAL}
C3  | Ash      | 300     | 2026-05-15 | 2028-01-31 | {LIVERPOOL}
C4  | Cedar    |         | 2026-05-01 | 2026-08-01 | {LIVERPOOL} {WIRRAL}
C5  | Cedar    | 900     |            | 2026-07-31 | unknown
C6  | Dogwood  | 500     | 2026-06-01 | 2026-06-30 | unknown
C7  | Dogwood  | 700     | 2026-03-31 |            | unknown
C8  | Dogwood  | 700     | 2026-07-01 | 2026-07-01 | unknown
"""


def register(text: str = TABLE) -> pd.DataFrame:
    """As OpenQuarter.contracts gives it, from the columns above."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    rows = [_row(*line) for line in lines[1:]]
    columns = [*CONTRACTS.names, "place_status", "district", "candidates"]
    return pd.DataFrame(rows, columns=columns).astype(object)


def _row(*cells: str) -> dict[str, Any]:
    ref, supplier, pounds, awarded, ends, place = cells
    codes = place.split() if place.startswith("E0") else []
    return {
        "contract_ref": ref,
        "title": f"Contract {ref}",
        "supplier": supplier,
        "value_gbp": Decimal(pounds) if pounds else None,
        "award_date": date.fromisoformat(awarded) if awarded else None,
        "end_date": date.fromisoformat(ends) if ends else None,
        "place_status": ("located", "ambiguous")[len(codes) > 1] if codes else "unknown",
        "district": codes[0] if len(codes) == 1 else "",
        "candidates": " ".join(codes),
    }


def rows(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in table.itertuples(index=False)]


@pytest.mark.parametrize(
    ("quarter", "refs"),
    [
        (Q1, ["C2", "C6", "C3", "C1", "C4"]),  # largest first; without a value last
        (Q1.previous, ["C7"]),
        (Q1.next, ["C8"]),
        (Q1 + 4, []),
    ],
)
def test_awarded_in_the_quarter(quarter: Quarter, refs: list[str]) -> None:
    found = contracts.awarded(register(), quarter)
    assert list(found["contract_ref"]) == refs
    assert list(found.columns) == [*register().columns, *COUNTED]
    assert list(found.index) == list(range(len(refs)))


def test_winners() -> None:
    awards = contracts.awarded(register(), Q1)
    assert rows(contracts.winners(awards)) == [
        ("Birch", 1, Decimal(500), 0, 0),
        ("Dogwood", 1, Decimal(500), 0, 0),
        ("Ash", 2, Decimal(400), 0, 0),
        ("Cedar", 1, Decimal(0), 1, 0),
    ]
    assert list(contracts.winners(awards, 2)["supplier"]) == ["Birch", "Dogwood"]


def test_by_place() -> None:
    """Worth 1,400 in all; Cedar's contract has no value but is a contract."""
    assert rows(contracts.by_place(contracts.awarded(register(), Q1), AREAS)) == [
        ("Liverpool", 2, Decimal(400), 0.4, pytest.approx(400 / 1400)),
        ("Rest of Liverpool City Region", 1, Decimal(500), 0.2, pytest.approx(500 / 1400)),
        ("Liverpool City Region, part not certain", 1, Decimal(0), 0.2, 0.0),
        (NOT_KNOWN, 1, Decimal(500), 0.2, pytest.approx(500 / 1400)),
    ]


def test_by_place_adds_up() -> None:
    awards = register()
    table = contracts.by_place(awards, AREAS)
    assert table["contracts"].sum() == len(awards)
    assert sum(table["value_gbp"]) == Decimal(3700)
    assert sum(table["share_of_contracts"]) == pytest.approx(1)
    assert sum(table["share_of_value"]) == pytest.approx(1)


def test_no_values_no_share_of_value() -> None:
    (row,) = rows(contracts.by_place(register().iloc[[3]], AREAS))
    assert row == ("Liverpool City Region, part not certain", 1, Decimal(0), 1.0, None)


@pytest.mark.parametrize(
    ("as_of", "months", "refs"),
    [
        (date(2026, 6, 30), 1, ["C8"]),  # C6 ended that very day
        (date(2026, 6, 29), 1, ["C6", "C8"]),
        (date(2026, 6, 30), 12, ["C8", "C1", "C5", "C4", "C2"]),
        (date(2026, 6, 30), 18, ["C8", "C1", "C5", "C4", "C2"]),
        (date(2026, 6, 30), 19, ["C8", "C1", "C5", "C4", "C2"]),  # to 30 January 2028
        (date(2026, 7, 31), 18, ["C4", "C2", "C3"]),  # to 31 January 2028
        (date(2030, 1, 1), 18, []),
    ],
)
def test_ending(as_of: date, months: int, refs: list[str]) -> None:
    """Soonest first; ending on one day, by reference. C7 has no end."""
    assert list(contracts.ending(register(), as_of, months)["contract_ref"]) == refs


def test_an_empty_register() -> None:
    none = register(TABLE.splitlines()[1])
    assert len(none) == 0
    awards = contracts.awarded(none, Q1)
    assert list(awards.columns) == [*none.columns, *COUNTED]
    assert rows(contracts.winners(awards)) == []
    assert rows(contracts.by_place(awards, AREAS)) == []
    assert rows(contracts.ending(none, date(2026, 6, 30))) == []
