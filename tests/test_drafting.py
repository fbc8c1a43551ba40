"""A draft of the outcomes for one contract: what fits by category, value and place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from helpers import REPOSITORY

import svlib as sv
from svlib import guidance
from svlib.errors import ParameterError

PLACE = "E08000012"


@pytest.fixture(scope="module")
def q() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SVLIB_HOME", str(REPOSITORY))
        yield sv.open_quarter("parameters/sample/2026-27-Q2.yaml")


def test_the_outcomes_that_fit_the_category_are_all_there(q: Any) -> None:
    fit = [one.outcome for one in guidance.load().categories["adult_care"].outcomes]
    assert sorted(sv.findings.draft(q, "adult_care", 300_000)["outcome"]) == sorted(fit)


def test_more_are_suggested_for_a_larger_contract_and_always_the_first(q: Any) -> None:
    many = []
    for value in (20_000, 300_000, 8_000_000):
        found = sv.findings.draft(q, "adult_care", value)
        assert found["suggested"].tolist() == sorted(found["suggested"], reverse=True)
        many.append(int(found["suggested"].sum()))
    assert many == sorted(many)
    assert many[0] < many[-1]


def test_what_runs_in_the_place_is_counted_as_by_hand_and_what_nobody_promises_comes_first(
    q: Any,
) -> None:
    found = sv.findings.draft(q, "adult_care", 300_000, PLACE)
    outcome_of = q.framework.measures.set_index("measure_id")["outcome"]
    for row in found.itertuples():
        by_hand = [
            promise["commitment_id"]
            for promise in q.commitments.to_dict("records")
            if promise["district"] == PLACE
            and outcome_of[promise["measure_id"]] == row.outcome
            and promise["start_date"] <= q.measured_on <= promise["end_date"]
        ]
        assert row.promised_there == len(by_hand)
    assert found["promised_there"].sum() > 0
    empty = [n == 0 for n in found["promised_there"]]
    assert empty == sorted(empty, reverse=True)


def test_a_ward_narrows_what_is_counted(q: Any) -> None:
    ward = next(name for name in q.commitments["ward"] if name)
    wide = sv.findings.draft(q, "adult_care", 300_000)
    narrow = sv.findings.draft(q, "adult_care", 300_000, ward=ward.upper())
    assert narrow["promised_there"].sum() < wide["promised_there"].sum()


def test_the_table_names_place_value_and_how_many_to_choose(q: Any) -> None:
    shown = sv.findings.draft_table(q, "adult_care", Decimal(300_000), PLACE).data
    assert "for £300,000 in Liverpool: choose at most" in shown
    first = sv.findings.priorities(q)["name"].iloc[0].lower()
    assert f"Outcomes that fit {first} for £500,000" in sv.findings.draft_table(q).data


@pytest.mark.parametrize(
    ("category", "district", "said"),
    [("atoms", "", "'atoms' is not known"), ("adult_care", "Liverpool", "'Liverpool' is no dist")],
)
def test_an_unknown_category_or_place_is_refused(q: Any, category: str, district: str, said: str):
    with pytest.raises(ParameterError, match=said):
        sv.findings.draft(q, category, 300_000, district)


def test_the_place_stands_in_the_schedule_of_commitments(q: Any) -> None:
    pack = guidance.pack(
        "adult_care", Decimal(300_000), None, None, q.as_of, end=None, as_of=q.as_of,
        parameters=q.parameters, district=PLACE, ward="Anfield",
    )  # fmt: skip
    assert set(pack.commitments["district"]) == {PLACE}
    assert set(pack.commitments["ward"]) == {"Anfield"}
