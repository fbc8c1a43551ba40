"""Financial quarters of the United Kingdom: April to June is Q1."""

from __future__ import annotations

from datetime import date

import pytest

from svlib.quarter import Quarter, month_end, month_label


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("2026-27-Q2", "2026-27-Q2"),
        ("2026-27 Q2", "2026-27-Q2"),
        ("2026/27 Q2", "2026-27-Q2"),
        ("2026-2027 q2", "2026-27-Q2"),
        ("  2026-27_Q2 ", "2026-27-Q2"),
        ("1999-00-Q4", "1999-00-Q4"),
        ("1999-2000 Q4", "1999-00-Q4"),
    ],
)
def test_written_in_many_ways(written: str, slug: str) -> None:
    assert Quarter.parse(written).slug == slug


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("2026 Q2", "'2026 Q2' is not a quarter; write it like 2026-27-Q2"),
        ("2026-27-Q5", "'2026-27-Q5' is not a quarter; write it like 2026-27-Q2"),
        ("2026-27-Q2 draft", "'2026-27-Q2 draft' is not a quarter; write it like 2026-27-Q2"),
        ("", "'' is not a quarter; write it like 2026-27-Q2"),
        ("2026-28-Q2", "'2026-28-Q2' is not one financial year; 2026 is followed by 27"),
        ("1999-01-Q2", "'1999-01-Q2' is not one financial year; 1999 is followed by 00"),
        ("2026-2127-Q2", "'2026-2127-Q2' is not one financial year; 2026 is followed by 27"),
    ],
)
def test_not_a_quarter(written: str, says: str) -> None:
    with pytest.raises(ValueError) as refused:
        Quarter.parse(written)
    assert str(refused.value) == says


def test_a_year_has_four_quarters() -> None:
    with pytest.raises(ValueError, match="a quarter is 1 to 4, not 5"):
        Quarter(2026, 5)


@pytest.mark.parametrize(
    ("quarter", "months", "start", "end"),
    [
        ("2026-27-Q1", ("2026-04", "2026-05", "2026-06"), date(2026, 4, 1), date(2026, 6, 30)),
        ("2026-27-Q2", ("2026-07", "2026-08", "2026-09"), date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-27-Q3", ("2026-10", "2026-11", "2026-12"), date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-27-Q4", ("2027-01", "2027-02", "2027-03"), date(2027, 1, 1), date(2027, 3, 31)),
    ],
)
def test_months_and_days(quarter: str, months: tuple[str, ...], start: date, end: date) -> None:
    found = Quarter.parse(quarter)
    assert (found.months, found.start, found.end) == (months, start, end)


@pytest.mark.parametrize(
    ("day", "slug"),
    [
        (date(2026, 3, 31), "2025-26-Q4"),
        (date(2026, 4, 1), "2026-27-Q1"),
        (date(2026, 6, 30), "2026-27-Q1"),
        (date(2026, 7, 1), "2026-27-Q2"),
        (date(2026, 12, 31), "2026-27-Q3"),
        (date(2027, 1, 1), "2026-27-Q4"),
        (date(2000, 1, 1), "1999-00-Q4"),
    ],
)
def test_the_quarter_of_a_day(day: date, slug: str) -> None:
    assert Quarter.of(day).slug == slug


def test_labels() -> None:
    quarter = Quarter(2026, 2)
    assert quarter.label == "2026-27 Q2"
    assert str(quarter) == "2026-27 Q2"
    assert quarter.slug == "2026-27-Q2"
    assert quarter.financial_year == "2026-27"


@pytest.mark.parametrize(
    ("quarter", "steps", "reached"),
    [
        ("2026-27-Q2", 0, "2026-27-Q2"),
        ("2026-27-Q2", 1, "2026-27-Q3"),
        ("2026-27-Q4", 1, "2027-28-Q1"),
        ("2026-27-Q1", -1, "2025-26-Q4"),
        ("2026-27-Q2", -8, "2024-25-Q2"),
        ("1999-00-Q4", 1, "2000-01-Q1"),
    ],
)
def test_steps(quarter: str, steps: int, reached: str) -> None:
    here, there = Quarter.parse(quarter), Quarter.parse(reached)
    assert here + steps == there
    assert there - steps == here
    assert there - here == steps


def test_neighbours() -> None:
    quarter = Quarter(2026, 1)
    assert quarter.previous.slug == "2025-26-Q4"
    assert quarter.next.slug == "2026-27-Q2"
    assert quarter.same_quarter_last_year.slug == "2025-26-Q1"


def test_order_is_that_of_time() -> None:
    shuffled = [Quarter(2027, 1), Quarter(2026, 4), Quarter(2026, 1)]
    assert [quarter.slug for quarter in sorted(shuffled)] == [
        "2026-27-Q1",
        "2026-27-Q4",
        "2027-28-Q1",
    ]


@pytest.mark.parametrize(
    ("month", "label", "last_day"),
    [
        ("2026-07", "July 2026", date(2026, 7, 31)),
        ("2027-02", "February 2027", date(2027, 2, 28)),
        ("2028-02", "February 2028", date(2028, 2, 29)),
        ("2100-02", "February 2100", date(2100, 2, 28)),
    ],
)
def test_months_for_people(month: str, label: str, last_day: date) -> None:
    assert (month_label(month), month_end(month)) == (label, last_day)
