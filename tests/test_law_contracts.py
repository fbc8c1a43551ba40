"""Contracts tested by the law of their day, and when notices fall due."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from svlib import law
from svlib.ingest import read_contracts
from svlib.parameters import Law
from svlib.tables import CONTRACTS

ASKED = Law.model_validate({})
AS_OF = date(2026, 11, 23)


def day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def contract(
    value: str | None = "100000",
    vat_basis: str = "inc",
    contract_type: str = "services",
    *,
    commenced: str | None = None,
    awarded: str | None = None,
    started: str | None = None,
    ends: str | None = None,
    ref: str = "C1",
) -> dict[str, Any]:
    blank = dict.fromkeys(CONTRACTS.names, "")
    return {
        **blank,
        "contract_ref": ref,
        "value_gbp": Decimal(value) if value else None,
        "vat_basis": vat_basis,
        "contract_type": contract_type,
        "commenced_on": day(commenced),
        "award_date": day(awarded),
        "start_date": day(started),
        "end_date": day(ends),
    }


def answers(row: dict[str, Any], test: str, as_of: date = AS_OF, **asked: Any) -> dict[str, str]:
    found = law.tested(pd.DataFrame([row]), as_of, Law.model_validate(asked))
    assert list(found["test"]) == law.tests()
    return found.set_index("test").loc[test].to_dict()


KPIS = "three key performance indicators"


@pytest.mark.parametrize(
    ("commenced", "value", "basis", "contract_type", "says"),
    [
        ("2025-02-24", "5000000.01", "inc", "services", "applies"),
        ("2025-02-24", "5000000.00", "inc", "services", "does not apply"),  # more than £5m
        ("2025-02-23", "6000000.00", "inc", "services", "does not apply"),  # the law before
        ("2025-02-24", "4166666.66", "ex", "services", "does not apply"),
        ("2025-02-24", "4166666.67", "ex", "services", "applies"),
        ("2025-02-24", "4500000.00", "unknown", "services", "could be either"),
        ("2025-02-24", "5300000.00", "inc", "works", "does not apply"),  # below threshold
        ("2026-01-01", "5300000.00", "inc", "works", "applies"),  # the lower one of 2026
        ("2026-01-01", "9000000.00", "inc", "light touch", "does not apply"),
        ("2026-01-01", "9000000.00", "inc", "concession", "does not apply"),
        ("2026-01-01", None, "inc", "services", "no value"),
        ("2028-01-01", "9000000.00", "inc", "services", "not covered by the tables"),
    ],
)
def test_key_performance_indicators(
    commenced: str, value: str | None, basis: str, contract_type: str, says: str
) -> None:
    row = contract(value, basis, contract_type, commenced=commenced)
    assert answers(row, KPIS)["answer"] == says


@pytest.mark.parametrize(
    ("value", "side", "notice"),
    [
        ("29999.99", "applies", "does not apply"),
        ("30000.00", "applies", "applies"),
        ("207719.99", "applies", "applies"),
        ("207720.00", "does not apply", "does not apply"),
    ],
)
def test_regulated_below_threshold(value: str, side: str, notice: str) -> None:
    row = contract(value, commenced="2026-01-01")
    assert answers(row, "regulated below threshold")["answer"] == side
    assert answers(row, "notice below threshold")["answer"] == notice


@pytest.mark.parametrize(
    ("contract_type", "commenced", "value", "says", "confidence"),
    [
        ("works", "2026-01-01", "207720", "applies", "high"),
        ("works", "2026-01-01", "207719", "does not apply", "high"),
        ("works", "2025-06-01", "213477", "applies", "to be confirmed"),
        ("works", "2026-01-01", "5193000", "does not apply", "high"),
        ("services", "2026-01-01", "207719", "does not apply", "high"),
        ("works", "2024-01-01", "207720", "not covered by the tables", ""),
    ],
)
def test_shortlisting_in_works(
    contract_type: str, commenced: str, value: str, says: str, confidence: str
) -> None:
    row = contract(value, contract_type=contract_type, commenced=commenced)
    found = answers(row, "shortlisting allowed below threshold")
    assert (found["answer"], found["confidence"]) == (says, confidence)


@pytest.mark.parametrize(
    ("contract_type", "commenced", "value", "says"),
    [
        ("services", "2024-06-01", "214904", "applies"),
        ("services", "2024-06-01", "214903", "does not apply"),
        ("goods", "2024-06-01", "900000", "does not apply"),
        ("works", "2026-06-01", "9000000", "does not apply"),
        ("light touch", "2026-06-01", "663540", "applies"),
        ("services", "2015-06-01", "900000", "not covered by the tables"),  # no threshold held
        ("services", "2012-12-31", "900000", "not covered by the tables"),
    ],
)
def test_the_scope_of_the_social_value_act(
    contract_type: str, commenced: str, value: str, says: str
) -> None:
    row = contract(value, contract_type=contract_type, commenced=commenced)
    assert answers(row, "social value considered")["answer"] == says


def test_payments_are_published_for_procurements_from_april_2026() -> None:
    for commenced, says in (("2026-03-31", "does not apply"), ("2026-04-01", "applies")):
        row = contract("900000", commenced=commenced)
        assert answers(row, "payments over £30,000 published")["answer"] == says


def test_a_duty_may_not_be_in_force_yet() -> None:
    row = contract("9000000", commenced="2025-03-01")
    test = "performance assessed each year"
    assert answers(row, test, date(2025, 12, 31))["answer"] == "not yet in force"
    assert answers(row, test, date(2026, 1, 1))["answer"] == "applies"


# --- what is not known ---------------------------------------------------------------------------


def test_both_laws_are_shown_where_the_day_is_not_known() -> None:
    found = answers(contract("9000000", awarded="2025-06-30"), KPIS)
    assert found["answer"] == "could be either"
    assert found["under_act"] == "applies"
    assert found["under_previous"] == "does not apply"
    assert found["decides"] == "the day the procurement commenced"


def test_a_contract_awarded_before_the_act_cannot_be_under_it() -> None:
    found = answers(contract("9000000", awarded="2025-02-23"), KPIS)
    assert (found["answer"], found["under_act"]) == ("does not apply", "")


def test_how_long_a_procurement_may_take_is_a_parameter() -> None:
    row = contract("9000000", awarded="2026-03-31")
    assert answers(row, KPIS, longest_procurement_months=13)["answer"] == "applies"
    assert answers(row, KPIS, longest_procurement_months=14)["answer"] == "could be either"


def test_the_award_is_taken_before_the_start_and_no_date_leaves_every_law_open() -> None:
    both = contract("9000000", awarded="2025-01-31", started="2025-04-01")
    assert answers(both, KPIS)["answer"] == "does not apply"
    assert answers(contract("9000000", started="2027-01-31"), KPIS)["answer"] == "applies"
    assert answers(contract("9000000"), KPIS)["answer"] == "could be either"


def test_an_unknown_type_decides_only_between_its_thresholds() -> None:
    for value, says, decides in (
        ("207719", "below", ""),
        ("300000", "could be either side", "the type of contract"),
        ("9000000", "above", ""),
    ):
        row = contract(value, contract_type="", commenced="2026-01-01")
        found = answers(row, "threshold")
        assert (found["answer"], found["decides"]) == (says, decides)


def test_vat_is_named_when_it_decides() -> None:
    found = answers(contract("200000", "unknown", commenced="2026-01-01"), "threshold")
    assert (found["answer"], found["decides"]) == ("could be either side", "VAT")
    found = answers(contract("200000", "", commenced="2026-01-01"), "threshold", vat_rate="0")
    assert found["answer"] == "below"


def test_what_the_tables_may_not_cover_is_said_beside_what_they_do() -> None:
    found = answers(contract("9000000", awarded="2022-06-30"), "threshold")
    assert found["answer"] == "above, or not covered by the tables"


def test_each_answer_names_its_sources() -> None:
    found = answers(contract("9000000", commenced="2026-01-01"), KPIS)
    assert found["source"].startswith("Procurement Act 2023 s.52; Procurement Act 2023 Schedule 1")
    assert found["confidence"] == "high"


def test_an_empty_register_has_no_answers() -> None:
    empty = pd.DataFrame(columns=CONTRACTS.names)
    assert law.tested(empty, AS_OF, ASKED).empty
    assert law.contract_dates(empty, AS_OF, ASKED).empty


# --- notices -------------------------------------------------------------------------------------


def dates(row: dict[str, Any], as_of: str) -> dict[str, tuple[str, str]]:
    found = law.contract_dates(pd.DataFrame([row]), date.fromisoformat(as_of), ASKED)
    return {r.notice: (r.due_on.isoformat(), r.applies) for r in found.itertuples()}


def test_notices_of_a_contract_fall_due_counted_with_the_first_day() -> None:
    row = contract("6000000", commenced="2026-01-05", awarded="2026-03-01", ends="2029-02-28")
    assert dates(row, "2026-03-01") == {
        "contract details": ("2026-03-30", "applies"),
        "copy of the contract": ("2026-05-29", "applies"),
        "contract performance": ("2027-02-28", "applies"),
    }
    assert dates(row, "2026-03-30")["contract details"] == ("2026-03-30", "applies")
    assert "contract details" not in dates(row, "2026-03-31")
    assert dates(row, "2027-03-01") == {"contract performance": ("2028-02-28", "applies")}
    assert dates(row, "2028-12-31") == {"contract performance": ("2029-02-27", "applies")}
    assert dates(row, "2029-03-01") == {}


def test_light_touch_contracts_have_longer_and_an_unknown_type_the_earlier_date() -> None:
    row = contract("900000", contract_type="light touch", commenced="2026-01-05",
                   awarded="2026-03-01")  # fmt: skip
    assert dates(row, "2026-03-01") == {"contract details": ("2026-06-28", "applies")}
    row = contract("900000", contract_type="", commenced="2026-01-05", awarded="2026-03-01")
    assert dates(row, "2026-03-01") == {"contract details": ("2026-03-30", "could be either")}


def test_assessments_are_not_due_before_the_section_is_in_force() -> None:
    row = contract("6000000", commenced="2025-03-01", awarded="2025-04-01", ends="2030-03-31")
    assert dates(row, "2025-10-01").get("contract performance") is None  # not yet in force
    assert dates(row, "2026-01-01")["contract performance"] == ("2026-03-31", "applies")


def test_contracts_below_threshold_or_under_the_law_before_have_no_dates() -> None:
    for row in (
        contract("100000", commenced="2026-01-05", awarded="2026-03-01"),
        contract("900000", commenced="2024-01-05", awarded="2026-03-01"),
        contract("900000", commenced="2026-01-05"),  # no day it was entered into
    ):
        assert dates(row, "2026-03-01") == {}


@pytest.mark.parametrize(
    ("notice", "begins", "ends"),
    [
        ("payments compliance", "2026-03-31", "2026-04-29"),
        ("payments compliance", "2026-09-30", "2026-10-29"),
        ("payments over £30,000", "2026-06-30", "2026-07-29"),
        ("pipeline", "2026-04-01", "2026-05-26"),
        ("payments over £30,000", "2026-03-31", None),
    ],
)
def test_the_last_day_of_a_notice(notice: str, begins: str, ends: str | None) -> None:
    found = law.due(notice, date.fromisoformat(begins))
    assert found == day(ends) if ends else isinstance(found, law.NotCovered)


def test_the_authority_s_calendar() -> None:
    found = law.calendar(date(2026, 1, 1), date(2026, 10, 29))
    assert [(row.due_on.isoformat(), row.notice) for row in found.itertuples()] == [
        ("2026-04-29", "payments compliance"),
        ("2026-05-26", "pipeline"),
        ("2026-07-29", "payments over £30,000"),
        ("2026-10-29", "payments compliance"),
        ("2026-10-29", "payments over £30,000"),
    ]
    assert found["for_period"].iloc[0] == "six months to 31 March 2026"


# --- a real register -----------------------------------------------------------------------------


@pytest.mark.realdata
def test_salford_s_register_against_a_few_lines_of_pandas(shared: Path) -> None:
    """Starts stand for awards there, so a procurement commenced in the twelve months before. Of
    contracts that started from 2023 the tables cover every day; VAT and type are not known."""
    path = shared / "contracts/salford_register/contract-register-for-publication-june-2023.csv"
    found = law.tested(read_contracts(path).table, AS_OF, ASKED)
    said = found[found["test"] == "threshold"]["answer"]

    raw = pd.read_csv(path, encoding="cp1252").dropna(how="all")
    raw.columns = raw.columns.str.strip()
    written = raw["Total Contract Value (including extensions)"]
    value = pd.to_numeric(written.str.replace(r"[^\d.]", "", regex=True)).fillna(0)  # "£-" is nil
    starts = pd.to_datetime(raw["Start Date"], dayfirst=True, errors="coerce")
    covered = starts >= "2023-01-01"
    assert (said == "below").sum() == (covered & (value * 1.2 < 213_477)).sum()
    assert (said == "above").sum() == (covered & (value >= 5_372_609)).sum()
    assert (said == "not covered by the tables").sum() == (starts < "2022-01-01").sum()
    assert len(said) == len(raw)
