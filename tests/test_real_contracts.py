"""The real registers of ../shared/data: sums against a few independent lines of pandas."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from svlib import contracts
from svlib.ingest import read_contracts
from svlib.quarter import Quarter

pytestmark = pytest.mark.realdata

SALFORD = "contracts/salford_register/contract-register-for-publication-{}-2023.csv"
TRAFFORD = "contracts/trafford_register/2023-24-Q{}-Contracts-Register-Trafford.csv"
WEST_YORKSHIRE = "contracts/wyca_register/contracts-register-as-end-of-march-2024.xlsx"
NOTICES = "contracts/ocds/contracts_finder_releases_dev.json"
VALUE = "Total Contract Value (including extensions)"


def raw(path: Path) -> pd.DataFrame:
    """The file as pandas reads it, header names without blanks around them."""
    if path.suffix == ".xlsx":
        table = pd.read_excel(path, engine="calamine")
    else:
        table = pd.read_csv(path, encoding="utf-8", encoding_errors="replace", dtype="str")
    return table.rename(columns=lambda name: " ".join(name.replace("\ufeff", "").split()))


def pounds(column: pd.Series) -> pd.Series:
    text = column.astype("str").str.replace(r"[^\d.\-]", "", regex=True)
    return pd.to_numeric(text, errors="coerce")


def days(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column.str.strip(), format="%d/%m/%Y", errors="coerce")


@pytest.mark.parametrize("month", ["february", "june", "september"])
def test_salford(shared: Path, month: str) -> None:
    path = shared / SALFORD.format(month)
    table = raw(path).dropna(subset=["Supplier Company Name"])
    register = read_contracts(path).table
    values = pounds(table[VALUE])
    roles = contracts.by_role(register)
    assert roles["lines"].sum() == len(table)
    assert sum(roles["printed_gbp"]) == Decimal(str(round(values.sum(), 2)))
    calls = table["Process Used"].str.strip().isin(["Mini-Comp", "Direct Call-Off"])
    found = contracts.counted(register)
    by_process = found["role_rule"].isin(
        ["procedure says 'mini comp'", "procedure says 'call off'"]
    )
    shared_or_titled = found.loc[calls.to_numpy(), "role"].eq("framework").sum()
    assert by_process.sum() == calls.sum() - shared_or_titled
    odd = contracts.remarks(register).set_index("remark")["lines"]
    start, end = days(table["Start Date"]), days(table["Current Expiry Date"])
    assert odd.get("ends before it starts", 0) == (end < start).sum()
    dashes = table[VALUE].str.contains(r"^\s*\S?-\s*$", na=False)  # a spreadsheet's £0: "£-"
    assert odd["value is £0"] == ((values == 0) | dashes).sum() > 5
    refs = table["Contract Reference"].str.strip().fillna("")
    assert odd["prints a reference that other lines print too"] == (
        refs[~refs.str.casefold().isin(["", "n/a", "tbc"])].duplicated(keep=False).sum()
    )


def test_salfords_awards_by_first_day(shared: Path) -> None:
    """April to June 2023; the register prints no award date."""
    path = shared / SALFORD.format("september")
    table = raw(path)
    start = days(table["Start Date"])
    inside = (start >= "2023-04-01") & (start <= "2023-06-30")
    awards = contracts.awarded(read_contracts(path).table, Quarter(2023, 1))
    assert len(awards) == inside.sum() > 50
    (whole,) = contracts.totals(awards).to_dict("records")
    assert whole["by_start_date"] == len(awards)
    printed = Decimal(str(round(pounds(table.loc[inside, VALUE]).sum(), 2)))
    assert sum(contracts.by_role(awards)["printed_gbp"]) == printed
    assert whole["value_gbp"] <= whole["at_most_gbp"] <= printed
    sizes = contracts.by_size(awards).set_index("sme")["contracts"]
    assert sizes.sum() == whole["contracts"]


def test_salfords_pipeline(shared: Path) -> None:
    path = shared / SALFORD.format("september")
    table = raw(path)
    end = days(table["Current Expiry Date"])
    inside = (end > "2023-09-30") & (end <= "2025-03-30")
    register = read_contracts(path).table
    months = contracts.by_month(register, date(2023, 9, 30))
    assert (months["contracts"] + months["frameworks"]).sum() == inside.sum() > 100
    by_month = (months["contracts"] + months["frameworks"]).groupby(months["month"]).sum()
    wanted = end[inside].dt.strftime("%Y-%m").value_counts()
    assert by_month.to_dict() == wanted.to_dict()
    none = pd.to_numeric(table.loc[inside, "How many extensions"], errors="coerce") == 0
    assert (contracts.pipeline(register, date(2023, 9, 30))["extension"] == "none").sum() == (
        none.sum()
    )


@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_trafford(shared: Path, quarter: int) -> None:
    path = shared / TRAFFORD.format(quarter)
    table = raw(path).dropna(subset=["Supplier Name"])
    found = contracts.counted(read_contracts(path).table)
    kind = table["Contract Type Detail"].fillna("").str.strip()
    said = found["role_rule"].str.contains("agreement says 'framework'|purchasing")
    own = kind.str.contains("Framework|Purchasing").to_numpy()
    shared_value = found["role_rule"].str.contains("one value").to_numpy()
    assert (said.to_numpy() == (own & ~shared_value)).all()
    roles = contracts.by_role(found)
    assert sum(roles["printed_gbp"]) == Decimal(str(round(pounds(table["Value"]).sum(), 2)))
    frameworks = pounds(table["Value"])[own | shared_value]
    assert sum(roles["counted_gbp"]) == sum(roles["printed_gbp"]) - Decimal(
        str(round(frameworks.sum(), 2))
    )
    last = days(table["Maximum Extension Date"]) > days(table["End Date"])
    every = contracts.pipeline(found, date(1990, 1, 1), 12 * 60)
    assert every["could_run_to"].notna().sum() == last.sum() > 20


def test_west_yorkshire(shared: Path) -> None:
    path = shared / WEST_YORKSHIRE
    table = raw(path)
    register = read_contracts(path).table
    values = pd.to_numeric(table["Total Contract Value"], errors="coerce")
    odd = contracts.remarks(register).set_index("remark")["lines"]
    assert odd["prints no value"] == values.isna().sum()
    assert contracts.totals(register)["without_value"].iloc[0] > 700
    start = pd.to_datetime(table["Contract Start Date"], errors="coerce")
    end = pd.to_datetime(table["Current Contract End Date"], errors="coerce")
    assert odd["ends before it starts"] == (end < start).sum()
    assert sum(contracts.by_role(register)["printed_gbp"]) == Decimal(str(round(values.sum(), 2)))


def test_notices(shared: Path) -> None:
    """Call-offs, of frameworks or of a dynamic purchasing system, by the notice's procedure."""
    path = shared / NOTICES
    package: Any = json.loads(path.read_text(encoding="utf-8"))
    awarded = [release for release in package["releases"] if release.get("awards")]
    calls = [
        one for one in awarded
        if one["tender"].get("procurementMethodDetails", "").startswith("Call-off")
    ]  # fmt: skip
    register = read_contracts(path).table
    roles = contracts.by_role(register).set_index("role_rule")
    assert roles.loc["procedure says 'call off'", "lines"] == len(calls) == 16
    value = sum(Decimal(str(one["awards"][0]["value"]["amount"])) for one in calls)
    assert roles.loc["procedure says 'call off'", "printed_gbp"] == round(value, 2)


PAYMENTS = "matching/nwod_2019/salford_2019.csv"  # matched to company numbers by its publisher


@pytest.fixture(scope="module")
def salford(shared: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Salford's payments of 2019 to numbered companies, as tables.PAYMENTS, and the lines of its
    register of February 2023 that print a number and both dates."""
    table = pd.read_csv(shared / PAYMENTS, dtype="str", encoding="utf-8", encoding_errors="replace")
    table = table[table["company_number"].str.strip().fillna("") != ""].reset_index(drop=True)
    paid = pd.DataFrame(
        {
            "file": PAYMENTS, "sheet": "", "row": table.index + 2, "quarter": "",
            "directorate_name": "", "supplier": "", "supplier_class": "supplier",
            "supplier_id": "", "supplier_name": "",
            "company_number": table["company_number"].str.strip(),
            "payment_date": pd.to_datetime(table["payment_date"]).dt.date,
            "reference": "", "description": "",
            "amount_gbp": [Decimal(text.strip()) for text in table["amount"]],
        }
    )  # fmt: skip
    register = read_contracts(shared / SALFORD.format("february")).table
    dated = register["start_date"].notna() & register["end_date"].notna()
    return paid, register[(register["company_number"] != "") & dated].reset_index(drop=True)


def test_salfords_payments_of_2019_joined_by_number(
    salford: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    paid, held = salford
    joined = contracts.join_payments(paid, held)
    lines = held.assign(
        number=held["company_number"].str.upper().str.zfill(8),
        first=pd.to_datetime(held["start_date"]),
        until=pd.to_datetime(held["end_date"]) + pd.Timedelta(days=90),
    )
    by_hand = paid.reset_index().merge(lines, left_on=paid["company_number"].str.zfill(8),
                                       right_on="number")  # fmt: skip
    day = pd.to_datetime(by_hand["payment_date"])
    fits = by_hand[(day >= by_hand["first"]) & (day <= by_hand["until"])].groupby("index").size()
    one, several = fits.index[fits == 1], fits.index[fits > 1]
    basis = pd.Series(joined["basis"].to_pylist())
    by_number = basis.str.startswith(("company number", "payee and dates, but more"))
    assert list(basis.index[by_number]) == list(one)
    assert list(basis.index[basis == "several contracts fit"]) == list(several)
    assert len(one) > 500 and len(several) > 10
    (whole,) = contracts.on_contract(joined).to_dict("records")
    assert whole["net_gbp"] == sum(paid["amount_gbp"])
    on = sum(paid.loc[one, "amount_gbp"]) + sum(paid.loc[several, "amount_gbp"])
    assert whole["likely_gbp"] + whole["possible_gbp"] == on
    assert whole["low"] < whole["share"] < whole["high"] < 0.5
