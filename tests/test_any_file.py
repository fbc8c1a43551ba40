"""Messy files made up by the hundred come back as they went in; damaged ones never crash."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svlib.errors import InputError
from svlib.ingest import Reading, judge, read_payments

# --- there and back ------------------------------------------------------------------------------

WORDS = ["Ashbrook", "Brook & Sons", "Café Zoë", "Dale, Elm", 'The "Fir" Group', "Grove O'Hara"]
ENDS = ["Ltd", "Limited", "plc", "Council", "Services"]
SUPPLIERS = st.builds("{} {} {}".format, st.sampled_from(WORDS), st.integers(1, 99),
                      st.sampled_from(ENDS))  # fmt: skip
AMOUNTS: dict[str, Callable[[Decimal], str]] = {
    "plain": lambda pounds: f"{pounds:.2f}",
    "thousands": lambda pounds: f"{pounds:,.2f}",
    "pound sign": lambda pounds: f"-£{-pounds:,.2f}" if pounds < 0 else f"£{pounds:,.2f}",
    "brackets": lambda pounds: f"({-pounds:,.2f})" if pounds < 0 else f" {pounds:,.2f} ",
    "brackets, pound sign": lambda pounds: (
        f"£({-pounds:,.2f})" if pounds < 0 else f"£{pounds:,.2f}"
    ),
    "trailing minus": lambda pounds: f"{-pounds:.2f}-" if pounds < 0 else f"{pounds:.2f}",
    "CR": lambda pounds: f"{-pounds:.2f} CR" if pounds < 0 else f"{pounds:.2f}",
    "a dash for zero": lambda pounds: f"{pounds:,.2f}" if pounds else " - ",
}
DATES = [
    "%d/%m/%Y",
    "%d-%b-%Y",
    "%d.%m.%Y",
    "%Y-%m-%d",
    "%d/%m/%Y 00:00:00",
    "%d %B %Y",
    "%d-%m-%y",
]
HEADERS = [
    ("Supplier", "Amount", "Date", "Description"),
    ("1. Vendor Name", "4. Net Amount (£)", "2. Payment Date", "3. Narrative"),
    ("BENEFICIARY_NAME", "TRANSACTION_AMOUNT", "DATE_PAID", "SUMMARY_OF_PURPOSE"),
    ("Supplier\nName", " Amount\nExcl VAT ", "Paid\nDate", "Purpose"),
]
PREAMBLES: list[list[list[str]]] = [
    [],
    [["Payments over £500"]],
    [["Tiny Council"], [], ["Report run on", "01/07/2026"], ["Threshold", "500.00"], []],
]
ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16"]

ROW = st.tuples(
    SUPPLIERS,
    st.integers(-5_000_000, 50_000_000).map(lambda pence: Decimal(pence).scaleb(-2)),
    st.dates(date(2026, 4, 1), date(2026, 6, 30)),
    st.sampled_from(["Care", "Paper, pens", "Line one\nline two", '6" pipe', ""]),
)
STYLE = st.fixed_dictionaries(
    {
        "amount": st.sampled_from(sorted(AMOUNTS)),
        "day": st.sampled_from(DATES),
        "header": st.sampled_from(HEADERS),
        "preamble": st.sampled_from(PREAMBLES),
        "order": st.permutations(range(4)),
        "blank_rows": st.booleans(),
        "blank_columns": st.integers(0, 30),
        "total": st.sampled_from(["none", "foot", "top", "bare"]),
        "note": st.booleans(),
    }
)


def grid(rows: list[tuple[Any, ...]], style: dict[str, Any], written: bool) -> list[list[Any]]:
    """The cells of a file that holds these rows; amounts and dates as text when `written`."""

    def place(cells: tuple[Any, ...]) -> list[Any]:
        return [*(cells[at] for at in style["order"]), *[""] * style["blank_columns"]]

    def show(row: tuple[Any, ...]) -> list[Any]:
        supplier, pounds, day, purpose = row
        if not written:
            return place((supplier, float(pounds), day, purpose))
        return place((supplier, AMOUNTS[style["amount"]](pounds), f"{day:{style['day']}}", purpose))

    total = sum((row[1] for row in rows), Decimal(0))
    shown_total = f"{total:.2f}" if written else float(total)
    totals = {
        "none": [],
        "foot": [place(("Total", shown_total, "", ""))],
        "bare": [place(("", shown_total, "", ""))],
        "top": [place(("Grand Total", shown_total, "", ""))],
    }[style["total"]]
    body = [
        cells for row in rows for cells in ([show(row), []] if style["blank_rows"] else [show(row)])
    ]
    body = totals + body if style["total"] == "top" else body + totals
    notes = [[], ["Contact the finance team with any questions."]] if style["note"] else []
    return [*style["preamble"], place(style["header"]), *body, *notes]


def expect(reading: Reading, rows: list[tuple[Any, ...]]) -> None:
    payments = [line for line in reading.lines.to_pylist() if not line["problem"]]
    assert [line["supplier"] for line in payments] == [" ".join(row[0].split()) for row in rows]
    assert [line["amount_gbp"] for line in payments] == [row[1] for row in rows]
    assert [line["payment_date"] for line in payments] == [row[2] for row in rows]
    assert reading.gbp == sum((row[1] for row in rows), Decimal(0))
    assert reading.question == ""


def assert_text_comes_back(
    folder: Path, rows: list[Any], style: dict[str, Any], mark: str, encoding: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=mark).writerows(grid(rows, style, written=True))
    path = folder / "payments 2026-27 Q1.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    expect(read_payments(path), rows)


def assert_workbook_comes_back(folder: Path, rows: list[Any], style: dict[str, Any]) -> None:
    path = folder / "payments 2026-27 Q1.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(grid(rows, style, written=False)):
            sheet.write_row(at, 0, row)
    expect(read_payments(path), rows)


MANY = settings(max_examples=120, deadline=None, derandomize=True,
                suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
ROWS = st.lists(ROW, min_size=4, max_size=25)


@MANY
@given(rows=ROWS, style=STYLE, mark=st.sampled_from(",;\t|"), encoding=st.sampled_from(ENCODINGS))
def test_text_files_come_back(
    tmp_path: Path, rows: list[Any], style: dict[str, Any], mark: str, encoding: str
) -> None:
    assert_text_comes_back(tmp_path, rows, style, mark, encoding)


@MANY
@given(rows=ROWS, style=STYLE)
def test_workbooks_come_back(tmp_path: Path, rows: list[Any], style: dict[str, Any]) -> None:
    assert_workbook_comes_back(tmp_path, rows, style)


# --- damage --------------------------------------------------------------------------------------

_PIECES = [b'"', b",", b"\n", b"\r", b"\x00", b"\t", b"(", b"-", b"\xa3", b"\xff\xfe", b"Total,,",
           b"1e999", b"NaN", b"=cmd()", b"PK\x03\x04"]  # fmt: skip


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Bytes changed, cut out, repeated, put in; the file cut short or begun late."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 3, 10, 60])):
        at = chance.randrange(len(data) or 1)
        match chance.randrange(6):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at : at + chance.choice([1, 10, 1000, len(data) // 3])]
            case 2:
                data[at:at] = chance.choice(_PIECES)
            case 3:
                start = chance.randrange(len(data) or 1)
                data[at:at] = data[start : start + chance.choice([20, 300, 5000])]
            case 4:
                data = data[: at + 1]
            case _:
                data = data[at:]
    return bytes(data)


def assert_judged(path: Path) -> None:
    """Read or refused in words, and every pound of a reading accounted for."""
    try:
        reading = read_payments(path)
    except InputError as error:
        assert all(fault.found and fault.do for fault in error.faults)
        return
    amounts = [line["amount_gbp"] for line in reading.lines.to_pylist() if not line["problem"]]
    rounding = sum((part.rounding_gbp for part in reading.parts), Decimal(0))
    assert sum(amounts, Decimal(0)) + rounding == reading.gbp


@pytest.mark.realdata
@pytest.mark.parametrize("seed", range(15))
def test_damaged_real_files_never_end_in_a_crash(shared: Path, tmp_path: Path, seed: int) -> None:
    """A tenth of what tests/soak does."""
    chance = random.Random(seed)
    files = sorted(
        path for path in shared.glob("spend_*/*/*") if path.stat().st_size < 400_000
    )  # fmt: skip
    for _ in range(10):
        whole = chance.choice(files)
        path = tmp_path / f"april-2026{whole.suffix}"
        path.write_bytes(damaged(whole.read_bytes(), chance))
        assert_judged(path)


@pytest.mark.realdata
def test_damaged_old_workbooks_do_not_fill_the_memory(shared: Path, tmp_path: Path) -> None:
    """A cell address gone wrong once took all memory there was."""
    whole = (shared / "spend_other" / "rotherham" / "rotherham_apr_2023.xls").read_bytes()
    chance = random.Random(5)
    for _ in range(25):
        (tmp_path / "april-2023.xls").write_bytes(damaged(whole, chance))
        assert_judged(tmp_path / "april-2023.xls")


def test_a_defect_of_the_reader_stops_one_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("svlib.ingest.payments.find_layout", fails)
    (tmp_path / "a.csv").write_text("Supplier,Amount\nA Ltd,1\n", encoding="utf-8")
    verdict = judge(tmp_path / "a.csv")
    assert verdict.verdict == "refuse"
    assert "made the reader fail (ZeroDivisionError: oh)" in verdict.message
