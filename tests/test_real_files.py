"""Real councils' files against figures worked out without this reader."""

from __future__ import annotations

import csv
import hashlib
import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pytest
from helpers import REPOSITORY

from svlib.errors import InputError
from svlib.ingest import Reading, read_payments

pytestmark = pytest.mark.realdata


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVLIB_HOME", str(REPOSITORY))


def pounds(reading: Reading) -> list[Decimal]:
    return [amount for amount in reading.lines["amount_gbp"].to_pylist() if amount is not None]


# --- Liverpool City Region: control totals on which two independent parsers agreed ---------------

LCR_FILES = [
    "halton/halton_2024-25_Q1.csv",
    "halton/halton_2024-25_Q3.csv",
    "knowsley/2023_-_April.xlsx",
    "knowsley/2023_-_June.xlsx",
    "knowsley/2023_-_May.xlsx",
    "liverpool/apr_2023.xlsx",
    "liverpool/aug_2023.xlsx",
    "liverpool/dec_2023.xlsx",
    "liverpool/jul_2023.xlsx",
    "liverpool/jun_2023.xlsx",
    "liverpool/may_2023.xlsx",
    "liverpool/nov_2023.xlsx",
    "liverpool/oct_2023.xlsx",
    "liverpool/sep_2023.xlsx",
    "merseyside_pcc/4-nfi-april-2023-500-report-amended.csv",
    "merseyside_pcc/5-nfi-may-2023-500-report-amended.csv",
    "merseyside_pcc/6-nfi-june-2023-500-report-amended.csv",
    "sefton/sefton-council-supplier-spend-december-2023.csv",
    "sefton/sefton-council-supplier-spend-february-2023.csv",
    "sefton/sefton-council-supplier-spend-january-2023.csv",
    "sefton/sefton-council-supplier-spend-march-2023.csv",
    "sefton/sefton-council-supplier-spend-october-2023.csv",
    "sefton/sefton-council-supplier-spent-april-2023.csv",
    "sefton/sefton-council-supplier-spent-june-2023.csv",
    "sefton/sefton-council-supplier-spent-may-2023.csv",
    "sefton/sefton-counsil-supplier-spend-november-2023.csv",
    "st_helens/April_2025.xlsx",
    "st_helens/June_2025.xlsx",
    "st_helens/May_2025.xlsx",
    "st_helens/Oct.xlsx",
    "wirral/wirral_apr_2023.csv",
    "wirral/wirral_aug_2023.csv",
    "wirral/wirral_jul_2023.csv",
    "wirral/wirral_jun_2023.csv",
    "wirral/wirral_may_2023.csv",
    "wirral/wirral_sep_2023.csv",
]
# Rows of the file that its control total leaves out: one without an amount, which we set aside.
SET_ASIDE = {"st_helens/May_2025.xlsx": ["no amount"]}
WARNED = {
    "st_helens": {"May_2025.xlsx": ["1 row (2,828) set aside: no amount in 'Amount'"]},
    "merseyside_pcc": ["amounts include VAT: 'Gross Amount' is the only amount given"],
}


def warnings_due(name: str) -> list[str]:
    folder, _, file = name.partition("/")
    due = WARNED.get(folder, [])
    return due.get(file, []) if isinstance(due, dict) else due


@pytest.fixture(scope="module")
def controls(shared: Path) -> dict[str, dict[str, str]]:
    with (shared / "spend_lcr" / "control_totals.csv").open(encoding="utf-8", newline="") as file:
        return {row["kept_path"].partition("/")[2]: row for row in csv.DictReader(file)}


def test_every_control_total_is_tested(controls: dict[str, dict[str, str]]) -> None:
    assert sorted(controls) == sorted(LCR_FILES)


@pytest.mark.parametrize("name", LCR_FILES)
def test_lcr(shared: Path, controls: dict[str, dict[str, str]], name: str) -> None:
    control = controls[name]
    reading = read_payments(shared / "spend_lcr" / name)
    amounts = pounds(reading)
    below = [amount for amount in amounts if amount < 0]
    problems = [problem for problem in reading.lines["problem"].to_pylist() if problem]
    printed = control["embedded_publisher_total"]
    assert reading.period is not None
    found = {
        "data_rows": len(reading.lines) - len(problems),
        "sum_amount": sum(amounts, Decimal(0)),
        "neg_rows": len(below),
        "neg_sum": sum(below, Decimal(0)),
        "redacted_rows": pc.sum(reading.lines["redacted"]).as_py(),
        "exact_duplicate_rows": reading.repeated_rows,
        "unparsed_dates": reading.lines["payment_date"].null_count,
    }
    assert found == {key: type(value)(control[key]) for key, value in found.items()}
    assert reading.publisher_total_gbp == (Decimal(printed) if printed else None)
    assert problems == SET_ASIDE.get(name, [])
    assert control["modal_month"] in reading.period.months
    assert reading.warnings == warnings_due(name)
    assert reading.question == ""
    assert reading.gbp == Decimal(control["sum_amount"])


def test_a_blank_supplier_is_a_payment_not_a_total(shared: Path) -> None:
    reading = read_payments(
        shared / "spend_lcr/merseyside_pcc/4-nfi-april-2023-500-report-amended.csv"
    )
    (blank,) = [line for line in reading.lines.to_pylist() if not line["supplier"]]
    assert (blank["amount_gbp"], blank["problem"]) == (Decimal("1904.40"), "")


def test_halton_is_published_by_the_quarter(shared: Path) -> None:
    reading = read_payments(shared / "spend_lcr" / "halton" / "halton_2024-25_Q1.csv")
    assert reading.period is not None
    assert reading.period.months == ("2024-04", "2024-05", "2024-06")


def test_knowsley_changed_its_headers(shared: Path) -> None:
    """2019 has other headers than 2023 and no control total, so pandas."""
    path = shared / "spend_lcr" / "knowsley" / "2019_-_June.xlsx"
    reading = read_payments(path)
    table = pd.read_excel(path, engine="calamine")
    amounts = table["Amount "].map(lambda cell: Decimal(f"{cell:.2f}"))
    assert (len(reading.lines), sum(pounds(reading))) == (len(table), amounts.sum())


# --- other publishers ----------------------------------------------------------------------------

# file: column of the amount, lines above the header, first and last month
READ: dict[str, tuple[str, int, str, str]] = {
    "barnsley/exp-ex-500-aug-23.csv": ("Gross Amount £", 5, "2023-08", "2023-08"),
    "bolton/bolton_apr_2023.csv": ("Amount", 0, "2023-04", "2023-04"),
    "bolton/bolton_may_2023.csv": ("Amount", 0, "2023-05", "2023-05"),
    "bolton/bolton_jun_2023.csv": ("Amount", 0, "2023-06", "2023-06"),
    "calderdale/2024_april.csv": ("Net Amount", 0, "2024-04", "2024-04"),
    "central_government/defra_jun24.csv": ("Amount", 0, "2024-06", "2024-06"),
    "central_government/mhclg_sep24.csv": ("Amount in Sterling", 0, "2024-09", "2024-09"),
    "kirklees/KC-Published-Data-2023-12-31.xlsx": (
        "Amount Excluding VAT",
        0,
        "2023-12",
        "2023-12",
    ),
    "nhs/BART 01 - April.xlsx": ("Amount", 0, "2020-04", "2020-04"),
    "nhs/CHWE 01 - April.csv": ("amount", 0, "2020-04", "2020-04"),
    "nhs/NEBD 04 - July.csv": ("amount", 0, "2020-07", "2020-07"),
    "oxford_city/expenditure-over-500-apr-jun-2014.csv": ("Amount", 0, "2014-04", "2014-06"),
    "oxford_city/expenditure-over-500-apr-jun-2015.csv": ("Amount", 0, "2015-04", "2015-06"),
    "oxford_city/expenditure-over-500-jan-mar-2015.csv": ("Amount", 0, "2015-01", "2015-03"),
    "oxford_city/expenditure-over-500-jul-sep-2014.csv": ("Amount", 0, "2014-07", "2014-09"),
    "oxford_city/expenditure-over-500-jul-sep-2015.csv": ("Amount", 0, "2015-07", "2015-09"),
    "oxford_city/expenditure-over-500-oct-dec-2014.csv": ("amount", 0, "2014-10", "2014-12"),
    "rotherham/rotherham_apr_2023.xls": ("AMOUNT", 0, "2023-04", "2023-04"),
    "swindon/payments_to_suppliers_of_more_than_500_-_april_2023.csv": (
        "Amount £",
        0,
        "2023-04",
        "2023-04",
    ),
    "swindon/payments_to_suppliers_of_more_than_500_-_may_2023.csv": (
        "Amount £",
        0,
        "2023-05",
        "2023-05",
    ),
    "swindon/payments_to_suppliers_of_more_than_500_-_june_2023.csv": (
        "Amount £",
        0,
        "2023-06",
        "2023-06",
    ),
}
REFUSED = {
    "lambeth/2011-12-payments.csv": "holds totals per supplier, not payments",
    "lambeth/2012-01-payments.csv": "holds totals per supplier, not payments",
}
# Read, with tests of their own below:
SPECIAL = {"wolverhampton/wolver_apr_2023.csv", "lambeth/2012-06-payments.csv"}


def by_pandas(path: Path, column: str, above: int) -> tuple[int, Decimal]:
    """Rows and pounds, without any code of the reader's."""
    if path.suffix in (".xlsx", ".xls"):
        table = pd.read_excel(path, engine="calamine", skiprows=above)
        amounts = table[column].map(lambda cell: Decimal(f"{cell:.2f}"))
        return len(table), amounts.sum()
    table = pd.read_csv(path, encoding="cp1252", skiprows=above, dtype="str")
    table.columns = [name.strip().removeprefix("ï»¿") for name in table.columns]
    bare = table.dropna(how="all")[column].str.replace(r"[£,\s]", "", regex=True)
    return len(bare), sum(map(Decimal, bare), Decimal(0))


@pytest.mark.parametrize("name", READ)
def test_other_publishers(shared: Path, name: str) -> None:
    column, above, first, last = READ[name]
    path = shared / "spend_other" / name
    reading = read_payments(path)
    assert (len(reading.lines), sum(pounds(reading))) == by_pandas(path, column, above)
    assert reading.columns["amount_gbp"] == column
    assert reading.period is not None
    assert (reading.period.months[0], reading.period.months[-1]) == (first, last)
    assert reading.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert reading.publisher_total_gbp is None
    assert set(reading.lines["problem"].to_pylist()) == {""}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(shared: Path, name: str) -> None:
    with pytest.raises(InputError, match=REFUSED[name]):
        read_payments(shared / "spend_other" / name)


def test_every_other_file_has_its_place_here(shared: Path) -> None:
    folder = shared / "spend_other"
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == set(READ) | set(REFUSED) | SPECIAL


def test_an_export_with_its_query_above_and_its_footer_below(shared: Path) -> None:
    """Wolverhampton's browser export: 3 lines of query, codes beside names, a footer total."""
    path = shared / "spend_other" / "wolverhampton" / "wolver_apr_2023.csv"
    reading = read_payments(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row and row[0] == "INSERTED DETAIL"]
    assert reading.columns["supplier"] == "Supplier ID(T)"
    assert sum(not problem for problem in reading.lines["problem"].to_pylist()) == len(rows)
    assert reading.gbp == sum(Decimal(row[3].replace(",", "")) for row in rows)
    assert reading.publisher_total_gbp == reading.gbp == Decimal("29152334.13")


def test_rows_in_which_date_and_amount_ran_together(shared: Path) -> None:
    """Lambeth lost a comma wherever an amount is below a thousand: those rows are set aside, and
    the distance to the printed total says how much they hold."""
    path = shared / "spend_other" / "lambeth" / "2012-06-payments.csv"
    reading = read_payments(path)
    with path.open(encoding="cp1252", newline="") as file:
        rows = [row for row in csv.reader(file) if row and row[0].startswith("Lambeth")][1:]
    whole = [
        Decimal(row[4].replace(",", ""))
        for row in rows
        if re.fullmatch(r"[\d.,-]+", (row + [""] * 5)[4])
    ]
    problems = reading.lines["problem"].to_pylist()
    assert (sum(not problem for problem in problems), reading.gbp) == (len(whole), sum(whole))
    assert sum(map(bool, problems)) == len(rows) - len(whole) + 1  # and a note at the foot
    assert reading.publisher_total_gbp == Decimal("40292334.84")
    assert any("set aside" in warning for warning in reading.warnings)
    assert any("£516,394.31 apart" in warning for warning in reading.warnings)
