"""Forecast to the end of a commitment: pace so far, and the range of the last four quarters."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from svlib import framework, outcomes

START, END = date(2025, 4, 1), date(2027, 3, 31)  # 730 days, eight quarters
MEASURES = framework.load().measures
PROMISED = [
    "commitment_id", "contract_ref", "measure_id", "target", "start_date", "end_date", "district",
]  # fmt: skip
NO_REGISTER = pd.DataFrame(columns=["contract_ref", "title", "supplier", "directorate"])


def expect(as_of: date, *made: tuple[str, str], target: str = "100") -> pd.Series:
    """The forecast of one commitment of `target` trees, with deliveries of (day, quantity)."""
    promised = pd.DataFrame(
        [["A", "C1", "GS1", Decimal(target), START, END, ""]],
        columns=[
            "commitment_id",
            "contract_ref",
            "measure_id",
            "target",
            "start_date",
            "end_date",
            "district",
        ],
    )
    rows = [
        [f"D{n}", "A", date.fromisoformat(day), Decimal(quantity), "none"]
        for n, (day, quantity) in enumerate(made)
    ]
    names = ["delivery_id", "commitment_id", "delivered_on", "quantity", "evidence_status"]
    deliveries = pd.DataFrame(rows, columns=names)
    table = outcomes.progress(promised, deliveries, NO_REGISTER, MEASURES, as_of)
    return outcomes.forecast(table, deliveries, as_of).iloc[0]


def ends(row: pd.Series) -> list[Decimal | None]:
    return [row["forecast_low"], row["forecast"], row["forecast_high"]]


def test_the_range_is_that_of_the_slowest_and_fastest_of_four_whole_quarters():
    """By 31 March 2026 half the period is gone and 40 came: 80 by the end at that pace. The slowest
    quarter brought 5 in 92 days, the fastest 20 in 91; 365 days are left."""
    row = expect(
        date(2026, 3, 31),
        ("2025-05-01", "20"), ("2025-08-01", "5"), ("2025-11-01", "8"), ("2026-02-01", "7"),
    )  # fmt: skip
    assert (row["days_left"], row["whole_quarters"]) == (365, 4)
    low, high = 40 + Decimal(5) / 92 * 365, 40 + Decimal(20) / 91 * 365
    assert ends(row) == [round(low, 4), Decimal(80), round(high, 4)]
    assert (row["forecast_share"], row["outlook"]) == (0.8, "may be met")


def test_only_the_last_four_quarters_count_and_the_range_holds_the_middle():
    """The burst of the first quarter is five quarters ago: since then nothing came."""
    row = expect(date(2026, 6, 30), ("2025-05-01", "50"))
    assert row["whole_quarters"] == 4
    assert ends(row) == [Decimal(50), round(Decimal(50) * 730 / 456, 4), ends(row)[1]]
    assert row["outlook"] == "will fall short"


@pytest.mark.parametrize(
    ("as_of", "expected", "outlook"),
    [
        (date(2025, 3, 31), [None, None, None], "not known"),  # before the first day
        (date(2025, 6, 29), [None, Decimal("81.1111"), None], "not known"),  # 10 x 730 / 90
        (date(2027, 3, 31), [Decimal(10)] * 3, "will fall short"),  # over: nothing more comes
        (date(2030, 1, 1), [Decimal(10)] * 3, "will fall short"),
    ],
)
def test_before_a_whole_quarter_there_is_no_range_and_after_the_end_no_more(
    as_of, expected, outlook
):
    row = expect(as_of, ("2025-04-15", "10"))
    assert ends(row) == expected
    assert row["outlook"] == outlook


def test_what_is_delivered_is_the_least():
    row = expect(date(2026, 3, 31), ("2025-05-01", "120"))
    assert row["forecast_low"] == Decimal(120)
    assert row["outlook"] == "will be met"


def test_later_deliveries_are_not_known_yet():
    assert expect(date(2026, 3, 31), ("2026-04-01", "90"))["forecast"] == 0


def test_a_promise_of_nothing_has_no_share():
    assert expect(date(2026, 3, 31), target="0")["forecast_share"] is None
