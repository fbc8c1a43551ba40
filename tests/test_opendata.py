"""Open data: what is withheld, what text becomes, and that the files say what the report says."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import helpers
import hostile
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hostile import PERSON, POSTCODE

from svlib import contracts, opendata, outcomes, spend
from svlib.opendata import REDACTED, Redaction, defused, too_few, visible
from svlib.view import OpenQuarter, open_quarter

QUARTER = "parameters/tiny/2026-27-Q1.yaml"
REGISTER = {"folder": "data/contracts", "files": ["contracts.csv"]}
PAYMENTS = f"""
Ashbrook Care Ltd,100000.00,03/04/2026,Adults,Care,{POSTCODE},Care hours
Mrs {PERSON},750.00,04/04/2026,Adults,Fostering,{POSTCODE},Fostering of {PERSON}
Finch Gardening,900.00,05/04/2026,Place,Grounds,{POSTCODE},Work at {POSTCODE}
REDACTED PERSONAL DATA,640.00,06/04/2026,Adults,Care,,Respite
Bexley Paving Ltd,500.00,10/05/2026,Place,Works,CH41 6AA,Paid to {PERSON} by mistake
Bexley Paving Ltd,500.01,11/05/2026,Place,Works,CH41 6AA,see {hostile.HOME}/notes
Cotter Books Ltd,-20000.00,03/06/2026,Place,Goods,M1 1AE,ask {hostile.USER}@council.example
"""
CONTRACTS = f"""
contract_ref,title,directorate,supplier,supplier_postcode,value,award_date,start_date,end_date
C1,Care at home,Adults,Ashbrook Care Ltd,{POSTCODE},250000,2026-04-10,2026-05-01,2028-04-30
C2,Tutoring by {PERSON},Adults,Mrs {PERSON},{POSTCODE},9000,2026-04-11,2026-05-01,2027-04-30
C3,Small job,Place,Bexley Paving Ltd,CH41 6AA,5000,2026-04-12,2026-05-01,2026-12-31
C4,No value printed,Place,Bexley Paving Ltd,CH41 6AA,,2024-04-12,2024-05-01,2027-04-30
C5,Over long ago,Place,Bexley Paving Ltd,CH41 6AA,8000,2020-04-12,2020-05-01,2021-04-30
"""


@pytest.fixture(scope="module")
def q(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenQuarter]:
    """A council whose inputs and machine hold what must not be published, and names that harm."""
    with pytest.MonkeyPatch.context() as patch:
        sources = helpers.AUTHORITY["sources"] | {"contracts": REGISTER}
        root = helpers.project(tmp_path_factory.mktemp("tiny"), patch, sources=sources)
        lines = list(csv.reader(io.StringIO(PAYMENTS.strip())))
        harmful = [[name, "600.00", "01/05/2026", "Place", "Goods"] for name in hostile.TEXTS]
        months = {"april": lines[:4], "may": [*lines[4:6], *harmful], "june": lines[6:]}
        for month, rows in months.items():
            write_payments(root / "data" / "raw" / f"{month}-2026.csv", rows)
        helpers.put(root / "data" / "contracts" / "contracts.csv", CONTRACTS.strip() + "\n")
        patch.setenv("HOME", hostile.HOME)
        patch.setenv("USER", hostile.USER)
        patch.setenv("COUNCIL_SECRET", hostile.SECRET)
        yield open_quarter(QUARTER)


@pytest.fixture(scope="module")
def folder(q: OpenQuarter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quarter's open data."""
    made = tmp_path_factory.mktemp("open") / "data"
    opendata.write(q, made)
    return made


def write_payments(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Supplier", "Amount", "Date", "Directorate", "Expense Type",
                         "Supplier Postcode", "Description"])  # fmt: skip
        writer.writerows(rows)


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    text = (folder / f"{name}.csv").read_bytes().decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def total(rows: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows if row[column]), Decimal(0))


def everything(folder: Path) -> bytes:
    """Every byte of every file, spreadsheets and Parquet unpacked."""
    found = b""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        found += path.name.encode() + path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as packed:
                found += b"".join(packed.read(name) for name in packed.namelist())
        if path.suffix == ".parquet":
            found += repr(pq.read_table(path).to_pylist()).encode()
    return found


def test_no_canary_is_in_any_byte(q: OpenQuarter, folder: Path) -> None:
    planted = everything(q.parameters.sources.payments.path)
    assert PERSON.encode() in planted and POSTCODE.encode() in planted
    published = everything(folder)
    for canary in hostile.CANARIES:
        for spelling in (canary, canary.upper(), canary.casefold()):
            assert spelling.encode() not in published, canary
    assert b"Finch Gardening" in published  # a sole trader's trading name is, without the address


def test_amounts_stay_and_every_table_adds_up_to_the_report(q: OpenQuarter, folder: Path) -> None:
    whole = spend.totals(q.payments).iloc[0]
    payments = rows_of(folder, "payments")
    assert (len(payments), total(payments, "amount_gbp")) == (whole.payments, whole.net_gbp)
    for name in ("category", "directorate", "place", "supplier"):
        rows = rows_of(folder, f"spend_by_{name}")
        assert total(rows, "net_gbp") == whole.net_gbp, name
        assert total(rows, "payments") == int(whole.payments), name
    withheld = [row for row in payments if row["supplier"] == REDACTED]
    assert sorted(row["amount_gbp"] for row in withheld) == ["640.00", "750.00"]
    for row in withheld:
        assert row["payee_kind"] == "withheld"
        assert not row["reference"] + row["district"] + row["company_number"] + row["source_row"]
        assert row["description"] == REDACTED


def test_no_count_of_payees_counts_people(folder: Path) -> None:
    adults = next(
        r for r in rows_of(folder, "spend_by_directorate") if r["directorate"] == "Adults"
    )
    assert (adults["payments"], adults["organisations"]) == ("3", "1")
    last = rows_of(folder, "spend_by_supplier")[-1]
    assert (last["supplier"], last["net_gbp"], last["payments"]) == (REDACTED, "1390.00", "2")


def test_the_transparency_code_asks_for_more_than_500_and_more_than_5000(folder: Path) -> None:
    over = rows_of(folder, "payments_over_500")
    bexley = [row["Amount"] for row in over if row["Supplier (beneficiary)"].startswith("Bexley")]
    assert bexley == ["500.01"]
    assert all(Decimal(row["Amount"]) > 500 for row in over)
    held = rows_of(folder, "contracts_over_5000")
    assert [row["Reference number"] for row in held] == ["C1", "C2", "C4"]
    assert held[1]["Supplier name"] == held[1]["Title of agreement"] == REDACTED
    assert held[1]["Sum to be paid"] == "9000.00"
    assert [row["contract"] for row in rows_of(folder, "contracts_awarded")] == ["C1", "C2", "C3"]


def test_an_individual_who_won_a_contract_is_not_named_among_the_winners(q: OpenQuarter) -> None:
    found = contracts.winners(contracts.awarded(q.contracts, q.quarter))
    assert f"Mrs {PERSON}" in set(q.contracts["supplier"])
    assert found["supplier"].tolist()[1] == "Individual, name not shown"
    assert found["value_gbp"].sum() == Decimal("264000.00")


def test_names_that_do_harm_are_text_in_csv_and_spreadsheet(folder: Path) -> None:
    names = {row["supplier"] for row in rows_of(folder, "payments")}
    assert set(hostile.TEXTS.values()) <= names
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    cells = [cell for row in book["Payments"].iter_rows() for cell in row if cell.value is not None]
    assert set(hostile.TEXTS.values()) <= {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not [cell for cell in cells if cell.hyperlink]
    kept = pq.read_table(folder / "payments.parquet").column("supplier").to_pylist()
    assert "=1+1 Ltd" in kept and hostile.LONG in kept


def test_each_sheet_is_one_table_marked_as_such_beneath_a_title(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    assert book.sheetnames[:3] == ["Cover", "Contents", "Notes"]
    assert len(book.sheetnames) == 3 + len(opendata.ALL) - 1  # no line stands there twice
    for sheet in book.worksheets[1:]:
        assert sheet["A1"].value, sheet.title
        assert len(sheet.tables) == 1 or "It has no row." in str(sheet["A4"].value), sheet.title
        assert not sheet.merged_cells.ranges
    linked = {cell.value for cell in book["Contents"]["A"] if cell.hyperlink}
    assert linked == set(book.sheetnames[2:])


def test_two_writings_are_byte_equal_and_hold_no_time_of_their_making(
    q: OpenQuarter, folder: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    opendata.write(open_quarter(QUARTER), again)
    for path in sorted(folder.iterdir()):
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name
    with zipfile.ZipFile(folder / "tables.xlsx") as book:
        core = book.read("docProps/core.xml").decode()
        assert {info.date_time[0] for info in book.infolist()} == {1980}
    assert set(re.findall(r">(\d{4}-\d{2}-\d{2})T", core)) == {q.as_of.isoformat()}


def test_csv_is_as_rfc_4180_has_it_and_parquet_says_the_same(folder: Path) -> None:
    for table in opendata.ALL:
        text = (folder / f"{table.name}.csv").read_bytes().decode("utf-8")
        assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
        assert not text.startswith("\ufeff")
        rows, kept = rows_of(folder, table.name), pq.read_table(folder / f"{table.name}.parquet")
        assert kept.column_names == table.names == (list(rows[0]) if rows else table.names)
        assert kept.num_rows == len(rows)
        keys = [tuple(row[name] for name in table.key) for row in rows]
        assert len(set(keys)) == len(keys)
        for name in table.names:
            printed = [
                "" if value is None else str(value) for value in kept.column(name).to_pylist()
            ]
            if table.column(name).kind == "text":
                printed = [defused(text) for text in printed]
            assert printed == [row[name] for row in rows], (table.name, name)


def test_the_package_keeps_the_rules_of_the_profile(q: OpenQuarter, folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"[-a-z0-9._]+", package["name"])
    assert package["licenses"][0]["name"] == "OGL-UK-3.0" and package["synthetic"] is False
    assert package["attribution"].startswith("Contains public sector information published by Tiny")
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names)
    listed = {resource["path"] for resource in package["resources"]}
    assert listed == {path.name for path in folder.iterdir()} - {"datapackage.json"}
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert re.fullmatch(r"[-a-z0-9._]+", resource["name"])
        fields = resource.get("schema", {"fields": []})["fields"]
        assert all(field["description"] for field in fields)
        assert {field["type"] for field in fields} <= {"string", "number", "integer", "date"}
        keys = resource.get("schema", {"primaryKey": []})["primaryKey"]
        assert set(keys) <= {field["name"] for field in fields}


def test_frictionless_finds_the_package_and_each_csv_valid(folder: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    package = frictionless.Package(str(folder / "datapackage.json"))
    for resource in package.resources:
        if resource.format == "csv":
            report = resource.validate()
            assert report.valid, report.to_summary()


@pytest.mark.parametrize(
    ("unit", "quantity", "withheld"),
    [
        ("person-year", "4.99", True), ("person-year", "0.10", True), ("person-year", "5", False),
        ("person-year", "0", False), ("worker", "1", True), ("tree", "1", False),
        ("hour", "3", False), ("a unit of the council's own", "3", True),
    ],
)  # fmt: skip
def test_small_counts_of_people(unit: str, quantity: str, withheld: bool) -> None:
    assert too_few(Decimal(quantity), unit) is withheld


def test_a_small_count_is_left_empty_and_so_is_its_value(q: OpenQuarter, tmp_path: Path) -> None:
    opened = open_quarter(QUARTER)
    opened.__dict__["progress"] = promised(q, {"JS1": "3", "GS1": "2"})
    opendata.write(opened, tmp_path)
    rows = {row["measure_id"]: row for row in rows_of(tmp_path, "social_value_by_measure")}
    assert (rows["JS1"]["delivered"], rows["JS1"]["share_of_due"]) == ("", "")
    assert (rows["JS1"]["withheld"], rows["GS1"]["withheld"]) == ("yes", "no")
    assert rows["GS1"]["delivered"] == "2.0000"
    values = [row for row in rows_of(tmp_path, "social_value_in_pounds")
              if row["category"] == "Jobs & Skills"]  # fmt: skip
    assert values and all(row["promised_gbp"] and not row["delivered_gbp"] for row in values)
    assert not any(row["delivered_net_gbp"] or row["evidenced_net_gbp"] for row in values)


def promised(q: OpenQuarter, delivered: dict[str, str]) -> pd.DataFrame:
    """One promise of ten a measure, and so much delivered of it."""
    start, end = q.quarter.start, q.quarter.end
    promises = [
        {"commitment_id": name, "contract_ref": "C1", "measure_id": name, "target": Decimal(10),
         "start_date": start, "end_date": end, "district": "", "unit": ""}
        for name in delivered
    ]  # fmt: skip
    made: list[dict[str, Any]] = [
        {"delivery_id": name, "commitment_id": name, "delivered_on": end,
         "quantity": Decimal(many), "evidence_status": "accepted"}
        for name, many in delivered.items()
    ]  # fmt: skip
    return outcomes.progress(
        pd.DataFrame(promises), pd.DataFrame(made), q.contracts, q.framework.measures, end
    )


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("Care hours", "Care hours"),
        (f"for {PERSON.upper()}, May", REDACTED),
        (f"Refund {PERSON.replace(' ', '  ')}", REDACTED),
        ("Vogelsang and Canaria", "Vogelsang and Canaria"),
        ("Payment to Mrs Ashbrook", REDACTED),
        ("Miss A Dale", REDACTED),
        ("MS OFFICE LICENCES", "MS OFFICE LICENCES"),
        ("14 High Street L17 8YQ", "14 High Street L17"),
        ("l178yq", "l17"),
        ("ask someone@council.example", f"ask {REDACTED}"),
        (f"{hostile.HOME}/list.csv", REDACTED),
        ("\\".join(["C:", "Users", "someone", "list.csv"]), REDACTED),
        ("call 07700 900 123", f"call {REDACTED}"),
        ("NI QQ123456C", "NI QQ123456C"),  # Q begins no such number
        ("NI AB123456C", f"NI {REDACTED}"),
        ("two\r\nlines", "two lines"),
    ],
)
def test_what_a_text_becomes(text: str, published: str) -> None:
    assert Redaction([f"Mrs {PERSON}"]).text(text) == published


@pytest.mark.parametrize(
    ("kind", "published"),
    [("supplier", "Dale"), ("public body", "Dale"), ("card", "Dale"), ("individual", REDACTED),
     ("redacted", REDACTED), ("unnamed", REDACTED), ("a kind yet unknown", REDACTED)],
)  # fmt: skip
def test_only_listed_kinds_of_payee_are_named(kind: str, published: str) -> None:
    assert Redaction([]).payee("Dale", kind) == published


def test_hidden_characters_are_shown_and_formulas_defused() -> None:
    assert visible("a\u200bb\ufeff\x00\tc") == "a[U+200B]b[U+FEFF][U+0000][U+0009]c"
    assert visible("👩\u200d💻") == "👩\u200d💻"
    for text in ("=A1", "+1", "-1", "@x", "  =A1", "＝A1"):
        assert defused(text) == f"'{text}"
    assert defused("A=1") == "A=1"


def test_the_document_names_every_table() -> None:
    said = (helpers.REPOSITORY / "docs" / "opendata.md").read_text(encoding="utf-8")
    assert not [table.name for table in opendata.ALL if f"`{table.name}`" not in said]
