"""Contracts registers, OCDS release packages and grants through the same door as payments."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import put

from svlib import tables
from svlib.errors import InputError
from svlib.ingest import read_contracts, read_grants, read_payments

REGISTER = """
    Contracts register at 30 June 2026

    Contract Ref,Contract Title,Supplier Name, Total Value ,Start Date,End Date,Supplier Type
    C1,Roofs,Ashbrook Ltd," £1,000.50 ",01/04/2026,31/03/2027,SME
    C2,Floors,Brookash CIC,TBC,-,n/a,VCSE and SME
    C2,Floors (lot 2),Crookash Ltd,lots,soon,31/03/2027,-

    ,,,,,,
"""


def test_a_register_keeps_what_it_can_and_says_what_it_left_empty(tmp_path: Path) -> None:
    read = read_contracts(put(tmp_path / "register.csv", REGISTER))
    wanted = ["contract_ref", "title", "supplier", "value_gbp", "start_date", "sme", "vcse", "row"]
    assert [tuple(row) for row in read.table[wanted].itertuples(index=False)] == [
        ("C1", "Roofs", "Ashbrook Ltd", Decimal("1000.50"), date(2026, 4, 1), "yes", "unknown", 4),
        ("C2", "Floors", "Brookash CIC", None, None, "yes", "yes", 5),
        ("C2", "Floors (lot 2)", "Crookash Ltd", None, None, "", "", 6),
    ]
    assert read.notes == [
        "1 cells of 'Total Value' are no money and were left empty (row 6)",
        "1 cells of 'Start Date' are no date and were left empty (row 6)",
        "1 references stand on more than one line (C2); all were kept",
    ]
    assert set(tables.CONTRACTS.names) <= set(read.table.columns)


def test_a_register_without_suppliers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no row names all of: title, supplier"):
        read_contracts(put(tmp_path / "register.csv", "Contract Title,Value\nRoofs,5\n"))


# --- OCDS ----------------------------------------------------------------------------------------


def release(ocid: str, number: int, award: dict[str, Any] | None, buyer: str = "Tiny") -> Any:
    party = {"id": "S1", "name": "Ashbrook Ltd", "address": {"postalCode": "L1 8JQ"},
             "identifier": {"scheme": "GB-COH", "id": "01234567"}, "roles": ["supplier"],
             "details": {"scale": "sme", "vcse": False}}  # fmt: skip
    return {
        "ocid": ocid, "id": f"{ocid}-{number}", "date": f"2026-0{number}-01T00:00:00Z",
        "buyer": {"name": buyer}, "tender": {
            "title": "Roofs", "procurementMethodDetails": "Open",
            "mainProcurementCategory": "works",
            "tenderPeriod": {"startDate": "2026-01-05T00:00:00Z"},
        },
        "parties": [party], **({"awards": [award]} if award else {}),
    }  # fmt: skip


def award(pounds: float, **more: Any) -> dict[str, Any]:
    return {
        "id": "A1", "status": "active", "date": "2026-04-05T00:00:00+01:00",
        "value": {"amount": pounds, "currency": "GBP"},
        "suppliers": [{"id": "S1", "name": "Ashbrook Ltd"}],
        "contractPeriod": {
            "startDate": "2026-05-01T00:00:00Z", "endDate": "2027-03-31T23:59:59+01:00",
        },
        **more,
    }  # fmt: skip


def package(folder: Path, *releases: Any) -> Path:
    return put(folder / "notices.json", json.dumps({"version": "1.1", "releases": releases}))


def test_releases_are_merged_to_the_latest_state(tmp_path: Path) -> None:
    path = package(
        tmp_path,
        release("o-1", 3, award(1200.5)),  # the update, printed first
        release("o-1", 2, award(1000)),
        release("o-2", 2, None),
        release("o-3", 2, award(5, status="cancelled")),
    )
    read = read_contracts(path)
    (row,) = read.table[tables.CONTRACTS.names].to_dict("records")
    assert row == {
        "contract_ref": "A1", "title": "Roofs", "directorate": "", "supplier": "Ashbrook Ltd",
        "supplier_postcode": "L1 8JQ", "company_number": "01234567",
        "value_gbp": Decimal("1200.50"), "vat_basis": "", "procedure": "Open",
        "contract_type": "works", "commenced_on": date(2026, 1, 5),
        "award_date": date(2026, 4, 5), "start_date": date(2026, 5, 1),
        "end_date": date(2027, 3, 31), "sme": "yes", "vcse": "no", "agreement": "",
        "parent_ref": "", "extend_to": None, "extensions": None, "extension_months": None,
    }  # fmt: skip
    assert read.notes == ["1 processes have no award yet and are no contracts"]


def test_a_framework_and_what_is_called_off_from_it(tmp_path: Path) -> None:
    framework = release("o-1", 2, award(100))
    framework["tender"]["techniques"] = {"hasFrameworkAgreement": True}
    call_off = release("o-2", 2, award(10, id="A2"))
    call_off["relatedProcesses"] = [
        "odd",
        {"relationship": ["planning"], "identifier": "o-9"},
        {"relationship": ["framework"], "identifier": "o-1"},
    ]
    read = read_contracts(package(tmp_path, framework, call_off)).table
    assert list(read["agreement"]) == ["Framework agreement", ""]
    assert list(read["parent_ref"]) == ["", "o-1"]


def test_what_a_register_says_of_extending(tmp_path: Path) -> None:
    text = """
        Contract Ref,Title,Supplier,How many extensions,Extension months,Latest end date
        C1,Roofs,Ashbrook Ltd,2,12,31/03/2029
        C2,Floors,Brookash Ltd,some,1.5,-
    """
    read = read_contracts(put(tmp_path / "register.csv", text))
    wanted = ["extensions", "extension_months", "extend_to"]
    assert [tuple(row) for row in read.table[wanted].itertuples(index=False)] == [
        (Decimal(2), Decimal(12), date(2029, 3, 31)),
        (None, Decimal("1.5"), None),
    ]
    assert read.notes == [
        "1 cells of 'How many extensions' are no number and were left empty (row 3)"
    ]


def test_only_the_buyers_named_are_kept(tmp_path: Path) -> None:
    path = package(tmp_path, release("o-1", 2, award(1)), release("o-2", 2, award(2), "Huge"))
    read = read_contracts(path, buyers=["tiny"])
    assert list(read.table["value_gbp"]) == [Decimal("1.00")]
    assert read.notes == ["1 processes of other buyers were left out"]


def test_other_money_is_not_taken_for_pounds(tmp_path: Path) -> None:
    euros = award(5, value={"amount": 5, "currency": "EUR"})
    read = read_contracts(package(tmp_path, release("o-1", 2, euros)))
    assert list(read.table["value_gbp"]) == [None]
    assert read.notes == ["1 awards are not valued in pounds; their value was left empty"]


@pytest.mark.parametrize(
    ("text", "says"),
    [('{"releases": [', "is damaged JSON"), ('{"a": 1}', "is JSON but holds no OCDS release")],
)
def test_json_that_is_no_package(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_contracts(put(tmp_path / "notices.json", text))


# --- real files ----------------------------------------------------------------------------------

VALUES = {  # file: encoding and header of the value
    "salford_register/contract-register-for-publication-february-2023.csv": (
        "cp1252", " Total Contract Value (including extensions) "),
    "salford_register/contract-register-for-publication-june-2023.csv": (
        "cp1252", " Total Contract Value (including extensions) "),
    "salford_register/contract-register-for-publication-september-2023.csv": (
        "cp1252", " Total Contract Value (including extensions) "),
    "trafford_register/2023-24-Q1-Contracts-Register-Trafford.csv": ("cp1252", "Value"),
    "trafford_register/2023-24-Q2-Contracts-Register-Trafford.csv": ("cp1252", "Value"),
    "trafford_register/2023-24-Q3-Contracts-Register-Trafford.csv": ("cp1252", " Value "),
    "trafford_register/2023-24-Q4-Contracts-Register-Trafford.csv": ("cp1252", " Value "),
}  # fmt: skip


@pytest.mark.realdata
@pytest.mark.parametrize("name", VALUES)
def test_real_registers_against_pandas(shared: Path, name: str) -> None:
    encoding, header = VALUES[name]
    read = read_contracts(shared / "contracts" / name)
    frame = pd.read_csv(shared / "contracts" / name, encoding=encoding, dtype="str").dropna(
        how="all"
    )
    numbers = pd.to_numeric(frame[header].str.replace(r"[^\d.]", "", regex=True))
    assert len(read.table) == len(frame)
    held = [value for value in read.table["value_gbp"] if value is not None]
    assert float(sum(held)) == pytest.approx(numbers.sum(), abs=0.005)


@pytest.mark.realdata
def test_a_register_in_a_workbook(shared: Path) -> None:
    path = shared / "contracts/wyca_register/contracts-register-as-end-of-march-2024.xlsx"
    frame = pd.read_excel(path, engine="calamine").dropna(how="all")
    read = read_contracts(path)
    assert len(read.table) == len(frame)
    held = [value for value in read.table["value_gbp"] if value is not None]
    total = pd.to_numeric(frame["Total Contract Value"], errors="coerce").sum()
    assert float(sum(held)) == pytest.approx(total, abs=0.05)


@pytest.mark.realdata
def test_contracts_finder_notices(shared: Path) -> None:
    path = shared / "contracts" / "ocds" / "contracts_finder_releases_dev.json"
    releases = json.loads(path.read_text(encoding="utf-8"))["releases"]
    awards = {a["id"]: a["value"]["amount"] for r in releases for a in r.get("awards", [])}
    read = read_contracts(path)
    assert sorted(read.table["contract_ref"]) == sorted(awards)
    assert float(sum(read.table["value_gbp"])) == pytest.approx(sum(awards.values()))
    of_one = sum(
        len(r.get("awards", [])) for r in releases if r["buyer"]["name"] == "Liverpool City Council"
    )
    liverpool = read_contracts(path, buyers=["Liverpool City Council"])
    assert len(liverpool.table) == of_one


@pytest.mark.realdata
def test_grants_in_the_360giving_standard(shared: Path) -> None:
    (path,) = (shared / "contracts" / "trafford_vcse_grants_360giving").glob("*.csv")
    frame = pd.read_csv(path)
    read = read_grants(path)
    assert (len(read.table), read.notes) == (len(frame), [])
    assert float(sum(read.table["amount_gbp"])) == pytest.approx(frame["Amount Awarded"].sum())


def test_a_purchase_card_file_is_a_payments_file(tmp_path: Path) -> None:
    text = """
        Directorate,Transaction Date,Merchant Name,Merchant Category,Gross Amt,Net Amount,VAT
        Adults,02/04/2026,Ashbrook Shop,Stationery,12.00,10.00,2.00
        Adults,03/04/2026,Brook Taxis,Travel,6.00,5.00,1.00
    """
    reading = read_payments(put(tmp_path / "purchase-cards-april-2026.csv", text))
    assert reading.gbp == Decimal("15.00")
    assert reading.columns["supplier"] == "Merchant Name"
    assert reading.columns["expense_type"] == "Merchant Category"
    assert reading.question == ""
