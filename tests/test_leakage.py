"""What leaves an area by category, who is there, and what would move if."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from helpers import LCR, REPOSITORY, payments, project, put
from test_spend import AREAS, BEFORE, TABLE, gbp, rows
from test_spend import payments as made_up

import svlib as sv
from svlib import spend
from svlib.categories import of_sic
from svlib.errors import ParameterError
from svlib.suppliers import register_files

LOCAL = AREAS.local_area
QUARTER = "parameters/testshire/2026-27-Q1.yaml"


def test_what_stays_leaves_and_is_not_known() -> None:
    """Of the made-up quarter: Care 320 less 80 withheld; Works 560; no category 20 without a name.
    Dogwood's outcode lies in two districts of the region, so it is certainly inside."""
    found = spend.leakage(made_up(), LOCAL)
    assert rows(found, "category", "net_gbp", "inside_gbp", "outside_gbp", "not_known_gbp") == [
        ("construction", gbp(560), gbp(200), gbp(390), gbp(-30)),
        ("adult_care", gbp(240), gbp(190), gbp(0), gbp(50)),
    ]
    assert list(found["share"]) == [pytest.approx(200 / 590), pytest.approx(1.0)]
    assert list(found["low"]) == [pytest.approx(170 / 560), pytest.approx(190 / 240)]
    assert list(found["high"]) == [pytest.approx(200 / 560), pytest.approx(1.0)]
    assert rows(found, "suppliers", "local_suppliers") == [(4, 1), (3, 2)]


def test_what_would_move_and_between_what() -> None:
    leaks = spend.leakage(made_up(), LOCAL)
    found = spend.what_if(leaks, None, {"construction": gbp("0.5")})
    (row,) = found.to_dict("records")
    assert (row["moves_gbp"], row["least_gbp"], row["most_gbp"]) == (gbp(95), gbp(110), gbp(80))
    assert row["share"] == pytest.approx(200 / 590)
    everywhere = spend.what_if(leaks, gbp(1), {"construction": gbp("0.1")})
    assert rows(everywhere, "category", "benchmark", "moves_gbp", "least_gbp", "most_gbp") == [
        ("adult_care", 1.0, gbp(0), gbp(0), gbp(50)),
        ("construction", 0.1, gbp(0), gbp(0), gbp(0)),  # reached already
    ]
    assert not len(spend.what_if(leaks, None, {}))


ONLY_CREDITS = "\n".join(TABLE.strip().splitlines()[:1] + [
    line for line in TABLE.strip().splitlines()[1:] if "| Fir" in line
])  # fmt: skip
UNKNOWN = TABLE.strip().splitlines()[0] + "\n" + next(
    line for line in TABLE.splitlines() if "|    60" in line
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "net", "share", "low", "high"),
    [(ONLY_CREDITS, -30, None, None, None), (UNKNOWN, 60, None, 0.0, 1.0)],
)
def test_credits_only_and_one_supplier_of_unknown_place(
    text: str, net: int, share: float | None, low: float | None, high: float | None
) -> None:
    (row,) = spend.leakage(made_up(text), LOCAL).to_dict("records")
    assert (row["net_gbp"], row["share"], row["low"], row["high"]) == (gbp(net), share, low, high)
    (moved,) = spend.what_if(pd.DataFrame([row]), gbp("0.5"), {}).to_dict("records")
    assert moved["moves_gbp"] == 0


def test_no_payments_leave_nothing() -> None:
    assert not len(spend.leakage(made_up(BEFORE).slice(0, 0), LOCAL))


def test_a_category_never_seen_stands_for_itself() -> None:
    strange = made_up().to_pandas().assign(category="space_travel")
    found = spend.leakage(strange, LOCAL)
    assert list(found["name"]) == ["Space travel"]


@pytest.mark.parametrize(
    ("activity", "category"),
    [
        ("41201 - Construction of commercial buildings", "construction"),
        ("87300 - Residential care activities for the elderly and disabled", "adult_care"),
        ("88910 - Child day-care activities", "children_care"),
        ("88990 - Other social work activities without accommodation n.e.c.", "children_care"),
        ("88100 - Social work activities for the elderly and disabled", "adult_care"),
        ("68201 - Renting and operating of Housing Association real estate", "housing"),
        ("01110 - Growing of cereals", "unclassified"),
        ("None Supplied", "unclassified"),
    ],
)
def test_what_a_firm_says_it_does(activity: str, category: str) -> None:
    assert of_sic(activity) == category


REGISTER = """\
CompanyName,CompanyNumber,RegAddress.PostCode,CompanyStatus,SICCode.SicText_1
BUILDER LTD,01234567,L1 8JQ,Active,41201 - Construction of commercial buildings
BUILDER TWO LTD,01234568,CH41 6AA,Active,43210 - Electrical installation
GONE BUILDER LTD,01234569,L1 8JQ,Liquidation,41201 - Construction of commercial buildings
FAR BUILDER LTD,01234570,M1 1AE,Active,41201 - Construction of commercial buildings
NEAR THE EDGE LTD,01234571,WA8 0AA,Active,87300 - Residential care activities
CARER LTD,01234572,L1 8JQ,Active,87300 - Residential care activities
NOTHING SAID LTD,01234573,L1 8JQ,Active,None Supplied
NO PLACE LTD,01234574,,Active,41201 - Construction of commercial buildings
"""


def test_registered_firms_are_active_there_and_say_what_they_do(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_text(REGISTER, encoding="utf-8")
    found = spend.registered_firms(register_files.read(path), LOCAL)
    assert found["construction"] == 2
    assert found["adult_care"] in (1, 2)  # WA8 lies in Halton for the most part
    everywhere = LOCAL.model_copy(update={"districts": "all"})
    assert spend.registered_firms(register_files.read(path), everywhere)["construction"] == 4


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = project(
        tmp_path, monkeypatch, slug="testshire", what_if={"categories": {"construction": 0.5}},
        sources={
            "payments": {"folder": "data/raw", "files": ["*.csv"]},
            "registers": {"companies": "companies.csv"},
        },
    )  # fmt: skip
    put(root / "companies.csv", REGISTER)
    put(
        root / "parameters/testshire/categories.csv",
        "expense_type,category\nequals Works,construction\n",
    )
    for month in ("04", "05", "06"):
        payments(
            root, f"2026-{month}.csv",
            """
            Ash Ltd, 100.00, 03/04/2026, Place, Works, M1 1AE
            Birch Ltd, 50.00, 03/04/2026, Place, Works, L1 8JQ
            Cedar Ltd, 30.00, 03/04/2026, Place, Works
            """ if month == "04" else f"Ash Ltd, 0.00, 03/{month}/2026",
        )  # fmt: skip
    return root


def test_the_findings_say_what_leaves_and_what_if(council: Path) -> None:
    q = sv.open_quarter(QUARTER)
    assert sv.findings.leakage_sentences(q) == [
        "Of £180 addressable spend, £100 certainly leaves Liverpool City Region; £30 cannot be "
        "placed, so what leaves is between 56% and 72% of it.",
        "Most certainly leaves in Building and road works (£100).",
    ]
    shown = sv.findings.leakage_table(q).data
    assert "Registered firms there" in shown
    assert ">2</td>" in shown
    said = sv.findings.what_if_sentences(q)[0]
    assert said.startswith(
        "Were the local share 50% in Building and road works, £25 in 1 category would move, from "
        "£10 to £40 once"
    )
    (row,) = sv.findings.local_opportunities(q).to_dict("records")
    assert (row["category"], row["outside_gbp"], row["local_suppliers"]) == (
        "construction", Decimal("100.00"), 1,
    )  # fmt: skip


def test_a_benchmark_for_what_is_no_category_is_refused(council: Path) -> None:
    q = sv.open_quarter({"file": QUARTER, "what_if.categories.space": "0.5"})
    with pytest.raises(ParameterError, match=r"what_if.categories: space"):
        sv.findings.what_if(q)


@pytest.mark.realdata
def test_leakage_of_liverpools_quarter_by_plain_pandas(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With places from a directory of two lines, so that something leaves and something stays."""
    root = project(tmp_path, monkeypatch)
    shutil.copytree(REPOSITORY / "parameters" / "liverpool", root / "parameters" / "liverpool")
    shutil.copytree(shared / "spend_lcr" / "liverpool", root / "data" / "raw" / "liverpool")
    put(
        root / "parameters/liverpool/suppliers.csv",
        """
        Supplier,Postcode
        LIVERPOOL STREETSCENE SERVICES LIMI,L1 8JQ
        HUYTON ASPHALT CIVILS LTD,M1 1AE
        """,
    )
    q = sv.open_quarter("parameters/liverpool/2023-24-Q1.yaml")
    found = spend.leakage(q.payments, q.areas.local_area).set_index("category")
    lines = q.sql("SELECT * FROM payments")
    chosen = lines[
        ~lines["supplier_class"].isin(["public body", "individual", "redacted", "unnamed"])
    ]
    for category, part in chosen.groupby("category"):
        inside = part.loc[part["district"].isin(LCR), "amount_gbp"].sum()
        known = part.loc[part["district"] != "", "amount_gbp"].sum()
        row = found.loc[category]
        assert row["net_gbp"] == part["amount_gbp"].sum()
        assert (row["inside_gbp"], row["outside_gbp"]) == (inside, known - inside)
        assert row["suppliers"] == part["supplier_id"].nunique()
    assert found["outside_gbp"].max() > 0
    assert found["inside_gbp"].max() > 0
