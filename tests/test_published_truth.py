"""Names with a published company number: which are taken, and what is known of each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from published_truth import doubtful, left_out, pairs, planted, split, whole_number

pytestmark = pytest.mark.xdist_group("published")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("07934306", "07934306"), ("18971", "00018971"), ("sc 123456", "SC123456"),
        ("OC1234", "OC001234"), ("IP27440R", "IP27440R"), ("99999999", ""), ("00000000", ""),
        ("123456789", ""), ("N/A", ""), ("CHC-209782", ""),
    ],
)  # fmt: skip
def test_lost_zeros_come_back_and_impossible_numbers_go(written: str, number: str) -> None:
    assert whole_number(written) == number


def test_halves_are_about_even_and_steady() -> None:
    found = [split(f"{at:08d}") for at in range(4_000)]
    assert 0.46 < found.count("tune") / len(found) < 0.54
    assert (split("00000118"), split("00000119")) == (split("00000118"), split("00000119"))


@pytest.fixture(scope="module")
def known(shared: Path) -> pd.DataFrame:
    return pairs(shared)


@pytest.mark.realdata
def test_each_source_has_its_names_once(known: pd.DataFrame) -> None:
    assert not known.duplicated(["source", "name"]).any()
    counts = known["source"].value_counts()
    assert counts["central"] > 200 and counts["nwod"] > 2_000 and counts["council"] > 300
    assert known["company_number"].map(whole_number).eq(known["company_number"]).all()


@pytest.mark.realdata
def test_spellings_of_a_company_fall_in_one_half(known: pd.DataFrame) -> None:
    assert known.groupby("company_number")["split"].nunique().eq(1).all()


@pytest.mark.realdata
def test_no_name_is_asked_against_itself(known: pd.DataFrame) -> None:
    guessed = known[known["registered_name_from"].str.startswith("other ")]
    assert len(guessed) > 50
    assert not (guessed["name"].str.casefold() == guessed["registered_name"].str.casefold()).any()


@pytest.mark.realdata
def test_doubtful_names_are_no_positives(shared: Path, known: pd.DataFrame) -> None:
    central = known.loc[known["source"] == "central", "name"]
    assert not doubtful(shared)["name"].isin(central).any()


@pytest.mark.realdata
def test_every_company_asked_for_is_planted_once(shared: Path, known: pd.DataFrame) -> None:
    companies = planted(shared)
    assert companies["company_number"].is_unique
    assert set(known["company_number"]) <= set(companies["company_number"])
    assert (companies["registered_name"] != "").all()


@pytest.mark.realdata
def test_what_is_left_out_is_counted(shared: Path) -> None:
    assert set(left_out(shared)) == {
        "impossible", "no registered name but its own spelling", "second number for a name",
    }  # fmt: skip
