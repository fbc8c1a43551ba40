"""The lawful route beside a local opportunity."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from helpers import REPOSITORY, payments, project, put

import svlib as sv
from svlib import categories, law, parameters, publish
from svlib.errors import ParameterError
from svlib.parameters import Law

TODAY = date(2026, 11, 23)


def asked(**says: object) -> Law:
    return Law.model_validate({"local_area": "Merseyside", **says})


def opportunity(value: str | None = "100000", **more: object) -> law.Opportunity:
    given = {"contract_type": "services", "vat_basis": "inc", "local_suppliers": 5, **more}
    return law.Opportunity("X", value_gbp=Decimal(value) if value else None, **given)  # type: ignore[arg-type]


def route(of: law.Opportunity, on: date = TODAY, **says: object) -> law.Route:
    return law.lawful_route(of, on, asked(**says))


@pytest.mark.parametrize(
    ("of", "on", "says", "expected"),
    [
        (opportunity(), "2026-02-04", {}, "below-threshold reservation"),
        (opportunity(), "2026-02-03", {}, "lots and access"),  # SI 2026/94 not yet in force
        (opportunity("29999"), "2026-02-03", {}, "quotes invitation"),
        (opportunity("30000"), "2026-02-03", {}, "lots and access"),
        (opportunity("207719"), "2026-11-23", {}, "below-threshold reservation"),
        (opportunity("207720"), "2026-11-23", {}, "lots and access"),
        (opportunity("600000", contract_type="light touch"), "2026-11-23", {},
         "below-threshold reservation"),
        (opportunity("600000", contract_type="works"), "2026-11-23", {},
         "below-threshold reservation"),
        (opportunity("600000", contract_type="concession"), "2026-11-23", {}, "lots and access"),
        (opportunity(), "2026-11-23", {"local_area": None}, "lots and access"),
        (opportunity("20000"), "2026-11-23", {"local_area": None}, "quotes invitation"),
        (opportunity(local_suppliers=2), "2026-11-23", {}, "lots and access"),
        (opportunity(local_suppliers=3), "2026-11-23", {}, "below-threshold reservation"),
        (opportunity(local_suppliers=2), "2026-11-23", {"least_local_suppliers": 2},
         "below-threshold reservation"),
        (opportunity(local_suppliers=None), "2026-11-23", {}, "lots and access"),
        (opportunity(local_suppliers=0), "2026-11-23", {}, "supplier development"),
        (opportunity("900000", local_suppliers=0), "2026-11-23", {}, "supplier development"),
        (opportunity(call_off=True), "2026-11-23", {}, "none"),
        (opportunity("200000", vat_basis="unknown"), "2026-11-23", {}, "lots and access"),
        (opportunity(None), "2026-11-23", {}, "lots and access"),
        (opportunity(), "2021-12-31", {}, "none"),
        (opportunity(), "2028-01-01", {}, "none"),
    ],
)  # fmt: skip
def test_the_route(of: law.Opportunity, on: str, says: dict[str, object], expected: str) -> None:
    assert route(of, date.fromisoformat(on), **says).route == expected
    assert expected in law.ROUTES


def test_nothing_at_or_above_threshold_is_ever_reserved() -> None:
    for value in ("207720", "5193000", "90000000"):
        found = route(opportunity(value))
        assert law.RESERVE not in (found.route, found.also)
        assert found.reason == "At or above the threshold of £207,720: place may not decide."


def test_where_vat_decides_both_routes_are_named() -> None:
    found = route(opportunity("200000", vat_basis="unknown"))
    assert found.side == "could be either side"
    assert found.also == "below-threshold reservation, below £207,720 with VAT"
    assert found.reason.startswith("VAT decides the side")


def test_a_category_without_one_value_has_a_route_by_value() -> None:
    found = route(opportunity(None))
    assert (found.side, found.also) == (
        "no value",
        "below-threshold reservation, below £207,720 with VAT",
    )


def test_small_firms_may_have_a_reservation_of_their_own() -> None:
    assert route(opportunity(), local_area=None).also == "reservation for small firms or VCSEs"
    assert route(opportunity(), date(2026, 2, 3)).also == ""


def test_the_reason_names_the_law_and_who_confirmed_the_local_area() -> None:
    found = route(opportunity())
    assert "SI 2026/94" in found.source
    assert found.confidence == "high"
    assert found.reason.endswith("Local area confirmed by: to be confirmed by the council.")
    found = route(opportunity(), local_area_confirmed_by="Monitoring officer")
    assert found.reason.endswith("Local area confirmed by: Monitoring officer.")
    assert "ask Legal" in route(opportunity(), local_area=None).reason


def test_what_is_to_be_confirmed_says_so() -> None:
    found = route(opportunity("600000", contract_type="concession"))
    assert found.confidence == "to be confirmed"
    assert "(to be confirmed)" in found.reason


def test_a_table_of_categories() -> None:
    given = pd.DataFrame(
        {
            "name": ["Adult social care", "Levies", "Roads", "Tea"],
            "category": ["adult_care", "levies", "construction", "food_lodging"],
            "value_gbp": [Decimal("600000"), Decimal(1), None, Decimal("60000")],
            "vat_basis": ["inc"] * 4,
            "local_suppliers": [4, 4, 4, None],
        }
    )
    found = law.lawful_routes(given, TODAY, asked())
    assert list(found["route"]) == [law.RESERVE, law.NONE, law.LOTS, law.LOTS]
    assert list(found["confidence"]) == ["to be confirmed", "", "to be confirmed",
                                         "to be confirmed"]  # fmt: skip
    assert found["reason"][0].startswith("Taken as light touch (to be confirmed). Below threshold")
    assert found["reason"][1] == "What contracts of this category are is not in the tables."
    assert found["also"][2] == "below-threshold reservation, below £5,193,000 with VAT"


def test_each_category_read_as_a_type_is_one_of_ours_and_to_be_confirmed() -> None:
    for row in law.rows("contract_types"):
        assert row.kind[0] in categories.ids(), row.where
        assert row.confidence == "to be confirmed", row.where
        assert law.threshold(TODAY, row["contract_type"]), row.where


def test_a_table_of_contracts_to_come() -> None:
    given = pd.DataFrame(
        {
            "name": ["A", "B", "C", "D", "E"],
            "contract_type": ["Services", "", "Works", "", ""],
            "value_gbp": [Decimal(pounds) for pounds in (20000, 20000, 6000000, 300000, 9000000)],
            "vat_basis": ["inc", "inc", "", "inc", "inc"],
            "local_suppliers": [None, 5, 5, 5, 5],
        }
    )
    found = law.lawful_routes(given, TODAY, asked())
    assert list(found["route"]) == [law.QUOTES, law.RESERVE, law.LOTS, law.LOTS, law.LOTS]
    assert list(found["side"]) == ["below", "below", "above", "could be either side", "above"]
    assert list(found["also"])[2:] == ["", f"{law.RESERVE}, where below threshold", ""]
    assert found["reason"][3] == "The type of contract is not known and decides."


def test_no_opportunities_have_no_routes() -> None:
    assert law.lawful_routes(pd.DataFrame(columns=["name"]), TODAY, asked()).empty


def test_no_text_claims_compliance() -> None:
    assert "not legal advice" in law.CAUTION
    for on in (TODAY, date(2026, 1, 1)):
        for value in ("1000", "100000", "900000", None):
            said = vars(route(opportunity(value), on))
            text = " ".join(map(str, said.values())).casefold()
            assert "complian" not in text
            assert "complies" not in text


# --- parameters ----------------------------------------------------------------------------------


def test_the_local_area_is_one_of_the_areas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, monkeypatch, law={"local_area": "LCR"})
    file = "parameters/tiny/2026-27-Q1.yaml"
    assert parameters.load(file).law.local_area == "LCR"
    with pytest.raises(ParameterError, match="local_area 'Mars' is none of Liverpool, LCR, UK"):
        parameters.load(file, {"law.local_area": "Mars"})


def test_without_parameters_nothing_local_is_lawful(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, monkeypatch)
    held = parameters.load("parameters/tiny/2026-27-Q1.yaml").law
    assert held.local_area is None
    assert law.lawful_route(opportunity(), TODAY, held).route == law.LOTS


# --- findings ------------------------------------------------------------------------------------


def test_the_findings_on_a_tiny_council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path, monkeypatch, law={"local_area": "LCR"}, sources=SOURCES)
    three_months(root, ROWS)
    put(root / "parameters" / "tiny" / "categories.csv", RULES)
    put(root / "data" / "raw" / "register" / "contracts.csv", REGISTER)
    q = sv.open_quarter("parameters/tiny/2026-27-Q1.yaml")
    assert list(q.contracts["vat_basis"]) == ["ex", "inc"]
    tests = sv.findings.contract_tests(q).set_index("test")
    assert (tests[["yes", "no", "either", "no_value", "other"]].sum(axis=1) == 2).all()
    assert tests.loc["three key performance indicators", "yes"] == 1
    found = sv.findings.local_opportunities(q)
    (row,) = found.to_dict("records")
    assert (row["name"], row["local_suppliers"]) == ("Transport and vehicles", 1)
    assert row["outside_gbp"] == Decimal("1500.00")
    assert row["route"] == law.LOTS
    for table in ("contract_tests_table", "law_dates_table", "contract_dates_table"):
        assert "<table" in getattr(sv.findings, table)(q).data
    assert "<table" in sv.findings.routes_table(q).data
    assert list(sv.findings.ending_routes(q)["route"]) == [law.LOTS, law.LOTS]
    assert "<table" in sv.findings.ending_routes_table(q).data
    notes = " ".join(sv.findings.law_notes(q))
    assert "Law tables checked on " in notes
    assert law.CAUTION in notes
    assert "Liverpool City Region (confirmed by: to be confirmed by the council)" in notes


def test_the_manifest_holds_the_law_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path, monkeypatch)
    three_months(root, ROWS)
    written = publish.manifest(sv.open_quarter("parameters/tiny/2026-27-Q1.yaml"), {})
    held = REPOSITORY / "data" / "reference" / "law"
    told = {f"data/reference/law/{path.name}" for path in held.iterdir()}
    assert told <= set(written["reference"])
    assert written["vintages"]["law"] == law.checked_on().isoformat()


def test_the_findings_without_a_register_or_a_local_area(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, monkeypatch)
    three_months(root, "Ash Ltd, -100.00, 03/04/2026, Adults, Care, L1 8JQ")
    q = sv.open_quarter("parameters/tiny/2026-27-Q1.yaml")
    for table in ("contract_tests_table", "contract_dates_table", "ending_routes_table"):
        assert getattr(sv.findings, table)(q).data == ""  # said once, by contract_sentences
    assert "No category is known to leave" in sv.findings.routes_table(q).data
    assert "Halton" in " ".join(sv.findings.law_notes(q))


def three_months(root: Path, rows: str) -> None:
    for month in ("april", "may", "june"):
        payments(root, f"{month}-2026.csv", f"{rows.strip()}\nExtra {month}, 0.00")


SOURCES = {
    "payments": {"folder": "data/raw", "files": ["*.csv"]},
    "contracts": {"folder": "data/raw/register", "files": ["contracts.csv"], "vat_basis": "ex"},
}
ROWS = """
Ash Ltd, 100.00, 03/04/2026, Adults, Bus Hire, L1 8JQ
Oak Ltd, 500.00, 03/04/2026, Adults, Bus Hire, M1 1AE
"""
RULES = "expense_type,category\nequals Bus Hire,transport\n"
REGISTER = """
    Reference,Title,Supplier,Total Value,VAT,Type of Contract,Procurement Commenced,Awarded,End Date
    C1,Buses,Ash Ltd,"£4,500,000",,Services,05/01/2026,01/05/2026,30/04/2027
    C2,Tea,Oak Ltd,"£4,500,000",Inc,Framework,05/01/2026,01/05/2026,30/06/2027
    """
