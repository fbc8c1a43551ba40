"""Files as they come: every kind of workbook, zip files, and what must be refused or bounded."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from pyxlsbwriter import XlsbWriter

from svlib.errors import InputError
from svlib.ingest import Reading, read_payments

HEADER = ["Supplier", "Amount", "Date", "Description"]
ROWS: list[list[Any]] = [
    ["Ashbrook Ltd", 1234.5, date(2026, 4, 1), "Paper"],
    ["Brookash Ltd", -20, date(2026, 4, 30), "Lunch"],
    ["Crookash Ltd", 5.01, date(2026, 4, 2), "Pens"],
]
SUM = Decimal("1219.51")


def text(*rows: list[Any]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([HEADER, *(rows or ROWS)])
    return written.getvalue().encode()


def workbook(path: Path, sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if name in hidden:
                sheet.hide()
    return path


def xlsb(path: Path, rows: list[list[Any]]) -> Path:
    with XlsbWriter(str(path)) as writer:
        writer.add_sheet("April 2026")
        writer.write_sheet(rows)
    return path


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_csv", ".csv").replace("_pdf", ".pdf"), content)
    return path


def months(reading: Reading) -> list[str]:
    return [part.period.months[0] for part in reading.parts if part.period]


# --- workbooks -----------------------------------------------------------------------------------


def test_a_binary_workbook(tmp_path: Path) -> None:
    reading = read_payments(xlsb(tmp_path / "a.xlsb", [HEADER, *ROWS]))
    assert (reading.gbp, len(reading.lines), months(reading)) == (SUM, 3, ["2026-04"])


def test_a_workbook_with_macros_is_read_and_they_are_not_run(tmp_path: Path) -> None:
    """The project inside is not even a valid one: whoever ran it would fail."""
    path = workbook(tmp_path / "a.xlsx", {"April 2026": [HEADER, *ROWS]})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"not a project")
        archive.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    assert read_payments(path.rename(tmp_path / "a.xlsm")).gbp == SUM


def test_formulas_give_the_values_saved_with_them(tmp_path: Path) -> None:
    path = tmp_path / "april-2026.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER[:2])
        sheet.write_row(1, 0, ["Ashbrook Ltd"])
        sheet.write_formula(1, 1, "='[other.xlsx]Sheet1'!A1", None, 12.5)
        sheet.write_row(2, 0, ["Ashbrook Ltd", 1])
    assert read_payments(path).gbp == Decimal("13.50")


def test_monthly_sheets_are_combined_each_in_its_month(tmp_path: Path) -> None:
    may = [["Elm Homes", 7, date(2026, 5, 1), "Care"], ["Elm Homes", 8, date(2026, 5, 2), "Care"]]
    path = workbook(
        tmp_path / "payments 2026-27 Q1.xlsx",
        {"Key": [["Code", "Meaning"], ["A", "Adults"]], "Apr 26": [HEADER, *ROWS],
         "May 26": [HEADER, *may]},
    )  # fmt: skip
    reading = read_payments(path)
    assert months(reading) == ["2026-04", "2026-05"]
    assert reading.gbp == SUM + 15
    assert reading.warnings == ["sheet 'Key' holds no payments table and was not read"]


def test_sheets_of_one_month_share_its_period(tmp_path: Path) -> None:
    other = [["Elm Homes", 7, date(2026, 4, 1), "Care"]]
    sheets = {"Adults": [HEADER, *ROWS], "Children": [HEADER, *other]}
    reading = read_payments(workbook(tmp_path / "april 2026.xlsx", sheets))
    assert months(reading) == ["2026-04", "2026-04"]
    assert reading.gbp == SUM + 7


def test_a_sheet_that_repeats_or_sums_up_others_is_left_out(tmp_path: Path) -> None:
    more = [["Elm Homes", 7, date(2026, 4, 1), "Care"]]
    totals = [["Supplier", "Total"], *([row[0], row[1]] for row in ROWS), ["Elm Homes", 7]]
    path = workbook(
        tmp_path / "april 2026.xlsx",
        {"All": [HEADER, *ROWS, *more], "Large": [HEADER, *ROWS], "By supplier": totals,
         "Old": [HEADER, *ROWS]},
        hidden=("Old",),
    )  # fmt: skip
    reading = read_payments(path)
    assert reading.gbp == SUM + 7
    assert reading.warnings == [
        "sheet 'Old' is hidden and was not read",
        "sheet 'By supplier' sums up payments by supplier and was not read",
        "all rows of sheet 'Large' stand on others; it was not read",
    ]


def test_a_stray_cell_far_out_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "april-2026.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([HEADER[:2], *(row[:2] for row in ROWS)]):
            sheet.write_row(at, 0, row)
        sheet.write(1_048_575, 16_383, "x")
    reading = read_payments(path)
    assert (reading.gbp, len(reading.lines)) == (SUM, 3)
    assert reading.warnings == ["cells far to the right of or below all others were not read"]


def test_blank_formatted_cells_are_no_rows(tmp_path: Path) -> None:
    """A tenth of the million that tests/benchmarks reads."""
    path = tmp_path / "april-2026.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet, red = book.add_worksheet(), book.add_format({"bg_color": "red"})
        for at, row in enumerate([HEADER, *ROWS]):
            sheet.write_row(at, 0, row)
        for at in range(4, 10_004):
            for across in range(10):
                sheet.write_blank(at, across, None, red)
    assert len(read_payments(path).lines) == 3


def test_many_blank_columns_and_rows_between(tmp_path: Path) -> None:
    wide = [[*row, *[""] * 300] for row in [HEADER, *ROWS]]
    spaced = [cells for row in wide for cells in (row, [" "] * 304)]
    path = tmp_path / "april-2026.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(spaced)
    reading = read_payments(path)
    assert (reading.gbp, reading.lines["row"].to_pylist()) == (SUM, [3, 5, 7])


# --- zip files -----------------------------------------------------------------------------------


def test_a_zip_of_monthly_files_is_read_in_parts(tmp_path: Path) -> None:
    may = text(["Elm Homes", 7, date(2026, 5, 1), "Care"])
    path = zipped(
        tmp_path / "q1.zip", april_2026_csv=text(), may_2026_csv=may, note_pdf=b"%PDF-1.7"
    )
    reading = read_payments(path)
    assert months(reading) == ["2026-04", "2026-05"]
    assert reading.gbp == SUM + 7
    assert [part.file.rpartition(", ")[2] for part in reading.parts] == [
        "april_2026.csv", "may_2026.csv",
    ]  # fmt: skip
    assert len(reading.warnings) == 1
    assert reading.warnings[0].endswith("note.pdf was not read: it is a PDF document")


def test_a_zip_in_a_zip_is_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", a_csv=text()).read_bytes()
    with pytest.raises(InputError, match="is a zip file in a zip file"):
        read_payments(zipped(tmp_path / "outer.zip", inner=inner))


@pytest.mark.parametrize("name", ["a_csv", "xl/worksheets/sheet1.xml"])
def test_a_zip_bomb_is_refused_unopened(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", **{name: bytes(2 * 10**8)})
    assert path.stat().st_size < 10**6
    with pytest.raises(InputError, match=r"would unpack to 200 MB in 1 parts from 0\.2 MB"):
        read_payments(path)


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [HEADER, *ROWS * 50]})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        true = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    at = content.rfind(true)  # in the directory at the end
    content[at : at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(InputError, match="is a damaged workbook"):
        read_payments(path)


# --- what is no table ----------------------------------------------------------------------------

NO_TABLES: dict[str, tuple[bytes, str]] = {
    "PDF called .xlsx": (b"%PDF-1.7\n%\xe2\xe3", "is a PDF document"),
    "web page": (b"\n<!DOCTYPE html><html><body>Not found", "is a web page, not a table"),
    "web page after a note": (b"<?xml version='1.0'?>\n<html>", "is a web page, not a table"),
    "XML": (b"<?xml version='1.0'?><Workbook/>", "is an XML document"),
    "JSON": (b'{"releases": []}', "is JSON, not a table of payments"),
    "RTF": (b"{\\rtf1 Payments", "is a text document (RTF)"),
    "gzip": (b"\x1f\x8b\x08\x00", "is a gzip archive"),
    "Parquet": (b"PAR1\x15\x04", "is a Parquet file"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive"),
    "an empty conversion": (b"\xef\xbb\xbf\r\n,,,\r\n,,,\r\n", "is empty"),
    "zeros": (bytes(5_000), "is empty"),
    "a cut zip": (b"PK\x03\x04\x14\x00", "is a damaged workbook or zip file"),
    "a cut XLS": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "is a workbook that cannot"),
    "a locked XLSX": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "is locked with a password",
    ),
    "prose": (b"Dear Sir,\nplease find attached\n", "no row names both a supplier and an amount"),
    "no supplier": (b"Date,Amount\n01/04/2026,5.00\n02/04/2026,6.00\n", "no row names both"),
    "no amount": (b"Supplier,Date\nA Ltd,01/04/2026\nB Ltd,02/04/2026\n", "no row names both"),
}


@pytest.mark.parametrize("kind", NO_TABLES)
def test_what_is_no_payments_table_is_named(tmp_path: Path, kind: str) -> None:
    content, says = NO_TABLES[kind]
    (tmp_path / "april-2026.xlsx").write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_payments(tmp_path / "april-2026.xlsx")
    (fault,) = refused.value.faults
    assert fault.found.startswith(says)
    assert fault.do


def document(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return path


def odt(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<office/>")
    return path


@pytest.mark.parametrize("make", [document, odt])
def test_a_document_is_no_workbook(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    with pytest.raises(InputError, match="is a document, not a workbook"):
        read_payments(make(tmp_path / "payments.xlsx"))


# --- text that misbehaves ------------------------------------------------------------------------


def csv_file(folder: Path, content: bytes) -> Path:
    path = folder / "april-2026.csv"
    path.write_bytes(content)
    return path


def test_a_quotation_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    good = [f"Supplier {at} Ltd,{at}.00,01/04/2026,Paper" for at in range(1, 50)]
    good[9] = '"Ten Ltd,10.00,01/04/2026,Paper'
    good[29] = '"Thirty, and Sons",30.00,01/04/2026,"Paper\nand pens"'
    reading = read_payments(
        csv_file(tmp_path, "\n".join(["Supplier,Amount,Date,Purpose", *good]).encode())
    )
    assert reading.gbp == sum(map(Decimal, range(1, 50)))
    names = reading.lines["supplier"].to_pylist()
    assert (len(names), names[9], names[29]) == (49, "Ten Ltd", "Thirty, and Sons")
    assert reading.warnings == [
        "row 11: a quotation mark is opened and not closed; it was read as an ordinary character, "
        "so check that row"
    ]


def test_cells_with_line_breaks_are_one_row(tmp_path: Path) -> None:
    rows = 'A Ltd,1.00,01/04/2026,"two\nlines"\r\nB Ltd,2.00,02/04/2026,"a, b\n, c"\r\n'
    reading = read_payments(csv_file(tmp_path, f"Supplier,Amount,Date,Purpose\r\n{rows}".encode()))
    assert reading.lines["description"].to_pylist() == ["two lines", "a, b , c"]
    assert (reading.lines["row"].to_pylist(), reading.warnings) == ([2, 3], [])


def test_a_cell_of_millions_of_characters(tmp_path: Path) -> None:
    """A tenth of the fifty million that tests/benchmarks reads."""
    rows = [["A Ltd", 1, "01/04/2026", "x" * 5_000_000], ["B Ltd", 2, "01/04/2026", "y"]]
    assert read_payments(csv_file(tmp_path, text(*rows))).gbp == 3


def test_zero_bytes_and_mixed_encodings(tmp_path: Path) -> None:
    content = b"Supplier,Amount\nCaf\xe9 Ltd,\xa31.00\nCaf\xc3\xa9 Two Ltd,\xc2\xa32.00\n"
    content += b"N\x00ul Ltd,3.00\n"
    reading = read_payments(csv_file(tmp_path, content))
    assert reading.lines["supplier"].to_pylist() == ["Café Ltd", "Café Two Ltd", "Nul Ltd"]
    assert reading.gbp == 6


@pytest.mark.parametrize(
    ("sign", "pounds"), [("\ufffd", "12.50"), ("Â£", "12.50"), ("?", "12.50"), ("œ", "12.50")]
)
def test_a_damaged_pound_sign_is_a_pound_sign(tmp_path: Path, sign: str, pounds: str) -> None:
    content = f'Supplier,Amount\nAshbrook Ltd,{sign}5.50\nBrookash Ltd,"{sign}7.00"\n'
    assert read_payments(csv_file(tmp_path, content.encode())).gbp == Decimal(pounds)


def test_another_currency_is_not_read_as_pounds(tmp_path: Path) -> None:
    content = "Supplier,Amount\nAshbrook Ltd,5.50\nBrookash Ltd,€7.00\nCrookash Ltd,$7.00\n"
    reading = read_payments(csv_file(tmp_path, content.encode()))
    assert reading.gbp == Decimal("5.50")
    assert reading.warnings == ["2 rows (3, 4) set aside: no number in 'Amount'"]


def test_utf16_without_a_mark(tmp_path: Path) -> None:
    assert read_payments(csv_file(tmp_path, text().decode().encode("utf-16-le"))).gbp == SUM
    assert read_payments(csv_file(tmp_path, text().decode().encode("utf-16-be"))).gbp == SUM


def test_a_first_line_that_names_the_delimiter(tmp_path: Path) -> None:
    content = b"sep=;\r\nSupplier;Amount;For\r\nA, B Ltd;1.50;x,y,z\r\nC, D Ltd;2.00;x,y,z\r\n"
    reading = read_payments(csv_file(tmp_path, content))
    assert (reading.gbp, reading.lines["row"].to_pylist()) == (Decimal("3.50"), [3, 4])


def test_a_file_that_changes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv_file(tmp_path, text())
    true = os.fstat

    def earlier(number: int) -> os.stat_result:
        found = true(number)
        return os.stat_result((*found[:6], found.st_size - 1, *found[7:]))

    monkeypatch.setattr(os, "fstat", earlier)
    with pytest.raises(InputError, match="changed while it was read"):
        read_payments(path)


def test_the_spreadsheet_program_s_own_copy_is_the_same(tmp_path: Path) -> None:
    """Written by another library, with styles and a frozen header, saved and read."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["Payments to suppliers"], [], HEADER, *ROWS]:
        sheet.append(row)
    sheet.freeze_panes = "A4"
    book.save(tmp_path / "april-2026.xlsx")
    reading = read_payments(tmp_path / "april-2026.xlsx")
    assert (reading.gbp, reading.header_row) == (SUM, 3)


def test_the_same_payments_twice_are_said(tmp_path: Path) -> None:
    redacted = [["Name withheld", *row[1:]] for row in ROWS]
    path = workbook(
        tmp_path / "april 2026.xlsx", {"Full": [HEADER, *ROWS], "Public": [HEADER, *redacted]}
    )
    assert read_payments(path).warnings == [
        "sheet 'Public' sums to as much as sheet 'Full': the same payments twice?"
    ]
    twice = zipped(tmp_path / "q1.zip", april_csv=text(), copy_csv=text())
    assert "copy.csv sums to as much as april.csv" in read_payments(twice).warnings[0]
