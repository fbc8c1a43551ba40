"""The made-up register and its queries are what a measurement of a matcher supposes them to be."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from benchmarks.peers import PEERS
from benchmarks.scoring import best_threshold, score
from query_noise import NO_COMPANY, POSTCODES, spoil
from register_maker import COLUMNS, make_queries, write_register

pytestmark = pytest.mark.xdist_group("published")  # they share what takes seconds to read
ROWS = 6_000
PLANTED = pd.DataFrame(
    [
        ("00000118", "Zelkorvane Plumbing & Heating Ltd", "L1 8JQ", "active", "43220"),
        ("SC123456", "YELDIBAQUIST LLP", "", "liquidation", ""),
    ],
    columns=["company_number", "registered_name", "postcode", "status", "sic"],
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("register")


@pytest.fixture(scope="module")
def sample(folder: Path) -> pd.DataFrame:
    return write_register(folder / "register.csv", ROWS, 3, PLANTED)


@pytest.fixture(scope="module")
def register(folder: Path, sample: pd.DataFrame) -> pd.DataFrame:
    path = folder / "register.csv"
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")


@pytest.fixture(scope="module")
def queries(sample: pd.DataFrame) -> pd.DataFrame:
    return make_queries(sample, 900, 4)


def shares(found: Counter[str], total: int) -> dict[str, float]:
    return {kind: count / total for kind, count in found.items()}


def stem(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", re.sub(r" (ltd|limited|llp)\.?$", "", name.lower()))


def test_the_layout_is_that_of_the_free_product(folder: Path, register: pd.DataFrame) -> None:
    header, first = (folder / "register.csv").read_text("utf-8").split("\n")[:2]
    assert len(COLUMNS) == len(set(COLUMNS)) == 55
    assert header.startswith("CompanyName, CompanyNumber,RegAddress.CareOf,RegAddress.POBox,")
    assert ", PreviousName_10.CONDATE, PreviousName_10.CompanyName,ConfStmtNextDueDate," in header
    assert first.count('"') == 110
    assert len(next(csv.reader([first]))) == 55
    assert list(register.columns) == COLUMNS
    assert len(register) == ROWS


def test_numbers_and_dates_are_written_as_companies_house_does(register: pd.DataFrame) -> None:
    numbers = register[" CompanyNumber"]
    assert numbers.is_unique
    assert numbers.str.fullmatch(r"\d{8}|[A-Z]{2}\d{6}").all()
    assert numbers.str.startswith("0").any() and numbers.str.startswith("SC").any()
    assert register["IncorporationDate"].str.fullmatch(r"\d\d/\d\d/\d{4}").all()
    assert (register["CompanyName"] == register["CompanyName"].str.upper()).all()
    assert 0.85 < (register["CompanyStatus"] == "Active").mean() < 0.97
    former = register[" PreviousName_1.CompanyName"] != ""
    assert 0.035 < former.mean() < 0.065


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    def made(seed: int) -> tuple[bytes, pd.DataFrame]:
        found = write_register(tmp_path / "r.csv", 1_000, seed)
        return (tmp_path / "r.csv").read_bytes(), make_queries(found, 100, seed)

    (first, asked), (again, asked_again), (other, _) = made(1), made(1), made(2)
    assert first == again != other
    pd.testing.assert_frame_equal(asked, asked_again)


def test_the_planted_are_there_as_published(register: pd.DataFrame) -> None:
    rows = register.set_index(" CompanyNumber")
    heating = rows.loc["00000118"]
    assert heating["CompanyName"] == "ZELKORVANE PLUMBING & HEATING LTD"
    assert heating["RegAddress.PostCode"] == "L1 8JQ"
    assert heating["SICCode.SicText_1"].startswith("43220 - Plumbing")
    assert rows.loc["SC123456", "CompanyStatus"] == "Liquidation"
    assert rows.loc["SC123456", "RegAddress.PostCode"] == ""


def test_the_planted_have_lookalikes(register: pd.DataFrame) -> None:
    names = register["CompanyName"]
    assert names.str.contains("ZELKORVANE|PLUMBING & HEATING .*ZELK").sum() >= 2
    positions = register.index[register[" CompanyNumber"].isin(PLANTED["company_number"])]
    assert abs(np.diff(positions)[0]) > 1


def test_a_register_too_small_for_its_planted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ask for more rows"):
        write_register(tmp_path / "r.csv", 10, 1, PLANTED)


def test_common_words_are_common_and_most_words_rare(register: pd.DataFrame) -> None:
    words = Counter(word for name in register["CompanyName"] for word in name.split())
    assert words["SERVICES"] > ROWS / 100
    assert sum(count == 1 for count in words.values()) > ROWS / 10
    assert 3 < register["CompanyName"].str.split().str.len().mean() < 4


def test_a_company_held_out_is_absent_but_has_lookalikes(
    sample: pd.DataFrame, register: pd.DataFrame
) -> None:
    absent = sample[~sample["in_register"]]
    assert not absent["company_number"].isin(register[" CompanyNumber"]).any()
    assert not absent["name"].isin(register["CompanyName"]).any()
    firsts = set(register["CompanyName"].str.split().str[0])
    assert absent["name"].str.split().str[0].isin(firsts).mean() > 0.9


def test_hardly_two_companies_have_the_same_name(register: pd.DataFrame) -> None:
    names = register["CompanyName"]
    assert names.duplicated().mean() < 0.001
    assert names.map(stem).duplicated().mean() < 0.03  # LLP beside LIMITED, & beside AND


def test_a_company_asked_for_is_in_the_register(
    sample: pd.DataFrame, register: pd.DataFrame
) -> None:
    both = sample[sample["in_register"]].merge(
        register, left_on="company_number", right_on=" CompanyNumber"
    )
    assert len(both) == sample["in_register"].sum()
    assert (both["name"] == both["CompanyName"]).all()
    assert (both["postcode"] == both["RegAddress.PostCode"]).all()


def test_three_queries_in_ten_have_no_company(queries: pd.DataFrame, sample: pd.DataFrame) -> None:
    assert list(queries.columns) == ["query_id", "name", "postcode", "company_number", "noise"]
    assert (queries["company_number"] == "").mean() == pytest.approx(NO_COMPANY, abs=0.001)
    present = sample.loc[sample["in_register"], "company_number"]
    assert queries.loc[queries["company_number"] != "", "company_number"].isin(present).all()
    assert queries["query_id"].is_unique


def test_postcodes_agree_as_often_as_said(queries: pd.DataFrame) -> None:
    kinds = queries["noise"].str.extract(r"postcode_(\w+)", expand=False)
    found = shares(Counter(kinds), len(queries))
    assert found == pytest.approx(POSTCODES, abs=0.06)


def test_about_six_in_ten_names_survive_an_exact_join(
    queries: pd.DataFrame, sample: pd.DataFrame
) -> None:
    true = queries[queries["company_number"] != ""].merge(sample, on="company_number")
    same = true["name_x"].map(stem) == true["name_y"].map(stem)
    assert 0.53 < same.mean() < 0.70


def test_each_kind_of_noise_happens(queries: pd.DataFrame) -> None:
    kinds = Counter(kind for kinds in queries["noise"] for kind in kinds.split(";"))
    found = shares(kinds, len(queries))
    assert 0.25 < found["form_changed"] < 0.45
    assert 0.40 < found["title_case"] < 0.60
    assert 0.05 < found["typing"] < 0.15
    for kind in ("word_dropped", "trading_as", "suffix", "code", "ampersand", "cut_30", "order"):
        assert 0.005 < found[kind] < 0.12, kind


@pytest.mark.parametrize("name", ["A", "THE", "LIMITED", "& CO", "J P K LIMITED", "ÉLAN LTD"])
def test_odd_names_are_spoilt_without_fault(name: str) -> None:
    made = {spoil(name, random.Random(seed))[0] for seed in range(300)}
    assert "" not in made
    assert len(made) > 10


def test_a_peer_finds_what_an_exact_join_can(
    tmp_path: Path, queries: pd.DataFrame, register: pd.DataFrame
) -> None:
    table = register[[" CompanyNumber", "CompanyName", "RegAddress.PostCode"]]
    table.columns = ["company_number", "name", "postcode"]
    table.to_parquet(tmp_path / "r.parquet")
    asked = queries[["query_id", "name", "postcode"]]
    found = {name: peer(asked, tmp_path / "r.parquet") for name, peer in PEERS.items()}
    for name, predictions in found.items():
        best = score(predictions, queries, best_threshold(predictions, queries))
        assert best.f1 > 0.65, f"{name}: {best}"
    assert score(found["tfidf"], queries, 0).recall > score(found["exact"], queries, 0).recall


TRUTH = pd.DataFrame({"query_id": ["a", "b", "c", "d"], "company_number": ["1", "2", "", "4"]})
GUESSES = pd.DataFrame(
    [("a", "1", 0.9), ("b", "9", 0.5), ("c", "3", 0.4)],
    columns=["query_id", "company_number", "score"],
)


@pytest.mark.parametrize(
    ("threshold", "precision", "recall", "f1"),
    [
        (0.9, 1.0, 1 / 3, 0.5),
        (0.5, 1 / 2, 1 / 3, 2 / 5),  # a wrong number is both kinds of fault
        (0.0, 1 / 3, 1 / 3, 1 / 3),  # a number where there is none is the one kind
        (1.0, 1.0, 0.0, 0.0),
    ],
)
def test_a_wrong_number_costs_precision_and_recall(
    threshold: float, precision: float, recall: float, f1: float
) -> None:
    found = score(GUESSES, TRUTH, threshold)
    assert (found.precision, found.recall, found.f1) == pytest.approx((precision, recall, f1))


def test_the_best_threshold_keeps_ties_together() -> None:
    assert best_threshold(GUESSES, TRUTH) == 0.9
    assert best_threshold(GUESSES.assign(score=[0.5, 0.5, 0.4]), TRUTH) == 0.5


def test_two_predictions_for_a_query_are_refused() -> None:
    with pytest.raises(ValueError, match="several rows"):
        score(pd.concat([GUESSES, GUESSES]), TRUTH, 0)
