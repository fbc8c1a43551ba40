"""What the Act asks of payments, on made-up ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from svlib import law
from svlib.errors import InputError, ParameterError
from svlib.parameters import Law
from svlib.quarter import Quarter

FIRST, LAST = date(2026, 4, 1), date(2026, 9, 30)
Q1 = Quarter.parse("2026-27-Q1")
Line = tuple[str | None, ...]


def payments(*lines: Line) -> pd.DataFrame:
    """Lines of invoice date, payment date, amount, due date, whether a public contract."""
    names = ("invoice_date", "payment_date", "amount_gbp", "due_date", "public_contract")
    rows = []
    for line in lines:
        row = dict(zip(names, (*line, None, None, None), strict=False))
        for name in ("invoice_date", "payment_date", "due_date"):
            row[name] = date.fromisoformat(row[name]) if row[name] else None
        rows.append({**row, "amount_gbp": Decimal(row["amount_gbp"] or "100")})
    return pd.DataFrame(rows, columns=list(names)).astype(object)


def summary(*lines: Line) -> dict[str, tuple[int, float | None]]:
    found = law.payment_days(payments(*lines), FIRST, LAST)
    assert isinstance(found, pd.DataFrame)
    return {
        row.measure: (row.payments, None if pd.isna(row.share) else row.share)
        for row in found.itertuples()
    }


def mean(*lines: Line) -> float | None:
    found = law.payment_days(payments(*lines), FIRST, LAST)
    assert isinstance(found, pd.DataFrame)
    days = found["days"].iloc[0]
    return None if pd.isna(days) else days


def test_days_are_counted_from_the_day_after_the_invoice() -> None:
    found = summary(
        ("2026-05-01", "2026-05-01"),  # the day itself
        ("2026-05-01", "2026-05-31"),  # day 30
        ("2026-05-01", "2026-06-01"),  # day 31
        ("2026-05-01", "2026-06-30"),  # day 60
        ("2026-05-01", "2026-07-01"),  # day 61
    )
    assert found["paid in the period"] == (5, None)
    assert found["paid by day 30"] == (2, 0.4)
    assert found["paid on days 31 to 60"] == (2, 0.4)
    assert found["paid on day 61 or later"] == (1, 0.2)
    assert mean(("2026-05-01", "2026-05-31"), ("2026-05-01", "2026-06-01")) == 30.5


def test_a_payment_counts_in_the_period_it_was_made_in() -> None:
    found = summary(
        ("2026-03-01", "2026-04-01"),  # first day
        ("2026-09-01", "2026-09-30"),  # last day
        ("2026-03-01", "2026-03-31"),
        ("2026-09-01", "2026-10-01"),
    )
    assert found["paid in the period"][0] == 2


def test_what_became_payable_and_was_not_paid() -> None:
    found = summary(
        ("2026-09-01", None),  # payable on 30 September
        ("2026-09-02", None),  # payable on 1 October
        ("2026-08-01", "2026-10-01"),  # payable on 30 August, paid after the period
        ("2026-08-01", "2026-08-20"),
        ("2026-08-01", None, "50", "2026-10-15"),  # agreed to be due later
    )
    assert found["became payable in the period"] == (3, None)
    assert found["of these, not paid in the period"] == (2, pytest.approx(2 / 3))


def test_nothing_is_left_out_unsaid() -> None:
    found = summary(
        ("2026-05-01", "2026-05-10", "100", None, "no"),
        ("2026-05-01", "2026-05-10", "-5"),
        (None, "2026-05-10"),
        ("2026-05-11", "2026-05-10"),
        ("2026-05-01", "2026-05-10", "100", None, "unknown"),
    )
    assert found["paid in the period"][0] == 1
    assert {name: count for name, (count, _) in found.items() if "left out" in name} == {
        "left out: other than a public contract": 1,
        "left out: credit or nil": 1,
        "left out: no invoice date": 1,
        "left out: paid before the invoice": 1,
    }


def test_no_payments_have_no_mean_and_no_share() -> None:
    assert mean() is None
    assert summary()["paid by day 30"] == (0, None)


def test_before_the_section_is_in_force_nothing_is_summed() -> None:
    found = law.payment_days(payments(), date(2025, 7, 1), date(2025, 12, 31))
    assert isinstance(found, law.NotCovered)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match=r"payments: no column invoice_date\. Give each payment"):
        law.payment_days(payments().drop(columns="invoice_date"), FIRST, LAST)


# --- payments over £30,000 -----------------------------------------------------------------------


def lines(*amounts: str, **more: object) -> pd.DataFrame:
    rows = [{"supplier": f"S{at}", "amount_gbp": Decimal(a)} for at, a in enumerate(amounts)]
    return pd.DataFrame(rows, columns=["supplier", "amount_gbp"]).assign(**more)


def over(frame: pd.DataFrame, basis: str = "inc", **asked: object) -> pd.DataFrame:
    found = law.payments_over(frame, Q1, Law.model_validate(asked), basis)
    assert isinstance(found, pd.DataFrame)
    return found


@pytest.mark.parametrize(
    ("basis", "sides"),
    [
        ("inc", {"S1": "above"}),
        ("ex", {"S0": "above", "S1": "above", "S3": "above"}),
        ("unknown", {"S0": "could be either side", "S1": "above", "S3": "could be either side"}),
    ],
)
def test_more_than_30000_with_vat(basis: str, sides: dict[str, str]) -> None:
    found = over(lines("30000.00", "30000.01", "25000.00", "25000.01", "-90000"), basis)
    assert dict(zip(found["Supplier"], found["over"], strict=True)) == sides


def test_small_payments_are_not_added_up() -> None:
    assert over(lines("20000", "20000")).empty


@pytest.mark.parametrize(
    ("commenced", "applies"),
    [(date(2026, 3, 31), []), (date(2026, 4, 1), ["applies"]), (None, ["could be either"])],
)
def test_only_procurements_commenced_since_count(
    commenced: date | None, applies: list[str]
) -> None:
    assert list(over(lines("40000", commenced_on=commenced))["applies"]) == applies


def test_the_columns_are_the_council_s_own() -> None:
    told = {"payment_columns": {"Payee": "supplier", "GBP": "amount_gbp"}}
    found = over(lines("40000"), **told)
    assert list(found.columns) == ["Payee", "GBP", "over", "applies"]
    assert found.iloc[0].to_list() == ["S0", Decimal("40000"), "above", "could be either"]
    assert list(over(lines()).columns) == ["Supplier", "Amount (GBP)", "over", "applies"]


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(
        ParameterError, match=r"law\.payment_columns: the payments have no column x"
    ):
        over(lines("1"), payment_columns={"X": "x"})


def test_a_quarter_before_the_section_is_not_covered() -> None:
    early = law.payments_over(lines("1"), Q1.previous, Law.model_validate({}))
    assert isinstance(early, law.NotCovered)
