"""Time-phased targets: what is due by which day, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from svlib.errors import InputError
from svlib.outcomes import profile

START, END = date(2026, 4, 1), date(2027, 3, 31)
TEXT = "2026-06-30 25; 2026-12-31 60"


def due(text: str, day: str, target: str = "100") -> Decimal:
    points = profile.parse(text)
    profile.check(points, Decimal(target), START, END)
    return profile.due(points, Decimal(target), START, END, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-31", "0"),  # the eve of the first day
        ("2026-06-30", "25"),
        ("2026-12-31", "60"),
        ("2027-03-31", "100"),
        ("2030-01-01", "100"),
    ],
)
def test_a_profile_says_what_is_due_by_its_days(day, expected):
    assert due(TEXT, day) == Decimal(expected)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-05-16", "12.6374"),  # 46 of the first 91 days: 25 x 46 / 91
        ("2026-09-30", "42.5"),  # 92 of 184 days: 25 + 35 x 92 / 184
        ("2027-02-14", "80"),  # 45 of 90 days: 60 + 40 x 45 / 90
    ],
)
def test_between_two_days_it_grows_along_a_straight_line(day, expected):
    assert round(due(TEXT, day), 4) == Decimal(expected)


@pytest.mark.parametrize("day", ["2026-03-31", "2026-04-01", "2026-10-01", "2027-03-31"])
def test_an_empty_profile_is_even_over_the_period(day):
    gone = (date.fromisoformat(day) - START).days + 1
    assert due("", day) == Decimal(100) * gone / 365


@pytest.mark.parametrize("text", ["", TEXT, "2026-12-31 0", "2026-06-30 12.5"])
def test_a_profile_is_written_as_it_is_read(text):
    assert profile.written(profile.parse(text)) == text


def test_spaces_and_a_last_semicolon_do_not_matter():
    assert profile.written(profile.parse(" 2026-06-30   25 ;2026-12-31 60.0; ")) == TEXT


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("soon", "'soon' is not a day and a quantity"),
        ("2026-06-30", "'2026-06-30' is not a day and a quantity"),
        ("2026-06-31 5", "'2026-06-31 5' is not a day and a quantity"),
        ("30/06/2026 5", "'30/06/2026 5' is not a day and a quantity"),
        ("2026-06-30 many", "'2026-06-30 many' is not a day and a quantity"),
        ("2026-06-30 -5", "'-5' is not a quantity of 0 or more"),
        ("2026-06-30 NaN", "'NaN' is not a quantity of 0 or more"),
        ("2026-06-30 5; 2026-06-30 6", "2026-06-30 comes after 2026-06-30"),
        ("2026-06-30 5; 2026-07-31 4", "4 by 2026-07-31 is less than 5 before"),
        ("2025-06-30 5", "2025-06-30 lies outside 2026-04-01 to 2027-03-31"),
        ("2026-06-30 101", "101 by 2026-06-30 is more than the target 100"),
        ("2027-03-31 90", "90 on the last day 2027-03-31 is less than the target 100"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(text, found):
    with pytest.raises(InputError) as caught:
        due(text, "2026-06-30")
    (fault,) = caught.value.faults
    assert (fault.where, fault.found) == ("profile", found)


def test_every_fault_of_a_profile_is_listed():
    with pytest.raises(InputError) as caught:
        profile.parse("soon; 2026-06-30 -1", "commitment A, profile")
    assert [fault.where for fault in caught.value.faults] == ["commitment A, profile"] * 2
