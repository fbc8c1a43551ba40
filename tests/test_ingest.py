"""Any council's file in: lines with their cells, totals apart, periods, refusals, forms."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from helpers import put

from svlib import tables
from svlib.errors import InputError
from svlib.ingest import Reading, cells, read_form, read_payments
from svlib.ingest.period import find_period

NINE_O_CLOCK = datetime(2026, 4, 2, 9)  # noqa: DTZ001 (a spreadsheet has no zone)
LATE = datetime(2026, 6, 30, 23, 59)  # noqa: DTZ001
HEADER = ["Supplier", "Amount", "Date", "Description"]
ROWS: list[list[Any]] = [
    ["Ashbrook Ltd", 1234.5, "01/04/2026", "Paper"],
    ["Café Zoë", -20, "30/04/2026", "Lunch, £5 each"],
]
READ = [
    ("Ashbrook Ltd", Decimal("1234.50"), date(2026, 4, 1), "Paper"),
    ("Café Zoë", Decimal("-20.00"), date(2026, 4, 30), "Lunch, £5 each"),
]


def csv_text(rows: Iterable[list[Any]], mark: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=mark).writerows(rows)
    return text.getvalue()


def xlsx(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for across, cell in enumerate(row):
                    sheet.write(at, across, cell, *([day] if isinstance(cell, date) else []))
    return path


def ods(path: Path, rows: list[list[Any]]) -> Path:
    """The least a spreadsheet in OpenDocument holds: numbers as floats, the rest as text."""
    namespaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    lines = "".join(
        "<table:table-row>" + "".join(map(ods_cell, row)) + "</table:table-row>" for row in rows
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {namespaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="Sheet1">{lines}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest="
            '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" manifest:media-type='
            '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
    return path


def ods_cell(cell: Any) -> str:
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    return (
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
    )


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def lines(reading: Reading, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(line[name] for name in names) for line in reading.lines.to_pylist()]


def read_rows(folder: Path, *rows: str, header: str = ",".join(HEADER)) -> Reading:
    """A CSV file of these rows, read."""
    return read_payments(put(folder / "april-2026.csv", "\n".join([header, *rows]) + "\n"))


# --- kinds of file -------------------------------------------------------------------------------

TABLE = [HEADER, *ROWS]
FILES: dict[str, Callable[[Path], Path]] = {
    "UTF-8": lambda at: written(at / "a.csv", csv_text(TABLE).encode()),
    "UTF-8 with a mark": lambda at: written(at / "a.csv", csv_text(TABLE).encode("utf-8-sig")),
    "cp1252": lambda at: written(at / "a.csv", csv_text(TABLE).encode("cp1252")),
    "UTF-16": lambda at: written(at / "a.csv", csv_text(TABLE).encode("utf-16")),
    "UTF-16, big end first": lambda at: written(
        at / "a.csv", b"\xfe\xff" + csv_text(TABLE).encode("utf-16-be")
    ),
    "semicolons": lambda at: written(at / "a.csv", csv_text(TABLE, ";").encode()),
    "tabs": lambda at: written(at / "a.tsv", csv_text(TABLE, "\t").encode()),
    "bars": lambda at: written(at / "a.txt", csv_text(TABLE, "|").encode()),
    "XLSX": lambda at: xlsx(at / "a.xlsx", {"Sheet1": TABLE}),
    "ODS": lambda at: ods(at / "a.ods", TABLE),
    "XLSX called .csv": lambda at: xlsx(at / "a.xlsx", {"Sheet1": TABLE}).rename(at / "a.csv"),
    "CSV called .xlsx": lambda at: written(at / "a.xlsx", csv_text(TABLE).encode()),
    "no extension": lambda at: written(at / "a", csv_text(TABLE).encode()),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_file_gives_the_same_lines(tmp_path: Path, kind: str) -> None:
    reading = read_payments(FILES[kind](tmp_path))
    assert lines(reading, "supplier", "amount_gbp", "payment_date", "description") == READ
    assert lines(reading, "row", "problem") == [(2, ""), (3, "")]
    assert reading.columns["supplier"] == "Supplier"
    assert reading.warnings == []
    assert reading.lines.schema == tables.LINES.arrow_schema()


def test_cells_of_a_workbook(tmp_path: Path) -> None:
    """Numbers, dates and ids as a spreadsheet holds them."""
    header = ["Supplier", "Supplier ID", "Amount", "Date"]
    rows = [
        ["Ashbrook Ltd", 5101035528.0, 0.1 + 0.2, date(2026, 4, 1)],
        ["Brookash Ltd", "007", 24361614.000000007, NINE_O_CLOCK],
        ["Crookash Ltd", 7, "1,000.00-", 46114],
    ]
    reading = read_payments(xlsx(tmp_path / "a.xlsx", {"S": [header, *rows]}))
    assert lines(reading, "supplier_ref", "amount_gbp", "payment_date") == [
        ("5101035528", Decimal("0.30"), date(2026, 4, 1)),
        ("007", Decimal("24361614.00"), date(2026, 4, 2)),
        ("7", Decimal("-1000.00"), date(2026, 4, 2)),
    ]


def test_several_sheets_are_read_and_others_named(tmp_path: Path) -> None:
    sheets = {
        "Read me": [["Payments over £500"], ["Contact the council"]],
        "North": TABLE,
        "South": [["Payments of the south"], HEADER, ROWS[0]],
    }
    reading = read_payments(xlsx(tmp_path / "a.xlsx", sheets))
    assert lines(reading, "sheet", "row") == [("North", 2), ("North", 3), ("South", 3)]
    assert reading.warnings == ["sheet 'Read me' holds no payments table and was not read"]


def test_characters_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    content = csv_text([HEADER, ["\x81\x8d Ltd", 5, "01/04/2026", ""]]).encode("latin-1")
    assert read_payments(written(tmp_path / "a.csv", content)).notes == [
        "2 damaged characters (shown as \ufffd)"
    ]
    cut = csv_text(TABLE).encode("utf-16")[:-1]
    assert read_payments(written(tmp_path / "b.csv", cut)).notes == [
        "1 damaged character (shown as \ufffd)"
    ]


# --- the header ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "row"),
    [
        ([], 1),
        (["Payments to suppliers over £500,,,"], 2),
        (["Tiny Council,,,", "", "Period,April 2026,,", "Supplier information,,,"], 5),
        (["Supplier,Amount,,", "as follows,,,"], 3),  # the row that names most columns
        ([f"note {number}" for number in range(59)], 60),
    ],
)
def test_the_header_is_found_below_a_preamble(tmp_path: Path, above: list[str], row: int) -> None:
    text = "\n".join([*above, ",".join(HEADER), "Ashbrook Ltd,5,01/04/2026,Paper", ""])
    reading = read_payments(written(tmp_path / "april-2026.csv", text.encode()))
    assert reading.header_row == row
    assert lines(reading, "row", "supplier") == [(row + 1, "Ashbrook Ltd")]


@pytest.mark.parametrize(
    ("header", "canonical"),
    [
        ("Vendor,Actual Value", {"supplier": "Vendor", "amount_gbp": "Actual Value"}),
        ("BENEFICIARY_NAME, Amount £ ", {"supplier": "BENEFICIARY_NAME", "amount_gbp": "Amount £"}),
        (
            "1. Supplier Name,2. Net Amount (£)",
            {"supplier": "1. Supplier Name", "amount_gbp": "2. Net Amount (£)"},
        ),
        (
            "Supplier,Gross Amount,Net Amount",
            {"supplier": "Supplier", "amount_gbp": "Net Amount"},
        ),
        (
            "Supplier,Amount,Service Area,Division",
            {
                "supplier": "Supplier",
                "amount_gbp": "Amount",
                "directorate": "Service Area",
                "service": "Division",
            },
        ),
    ],
)
def test_headers_go_by_many_names(tmp_path: Path, header: str, canonical: dict[str, str]) -> None:
    assert read_rows(tmp_path, "A,1,1,1", header=header).columns == canonical


def test_told_headers_are_believed_first(tmp_path: Path) -> None:
    path = put(tmp_path / "april-2026.csv", "Who,Amount,Paid\nAshbrook Ltd,5,7\n")
    with pytest.raises(InputError, match="no row names both a supplier and an amount"):
        read_payments(path)
    told = read_payments(path, {"supplier": "who", "amount_gbp": "Paid"})
    assert lines(told, "supplier", "amount_gbp") == [("Ashbrook Ltd", Decimal("7.00"))]


# --- amounts and dates ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "pounds"),
    [
        ("1234.5", "1234.50"),
        ("£1,234.50", "1234.50"),
        (" £ 1,234.50 ", "1234.50"),
        ("GBP 5", "5.00"),
        ("1 234.50", "1234.50"),
        (".5", "0.50"),
        ("+5", "5.00"),
        ("-£5.00", "-5.00"),
        ("£-5.00", "-5.00"),
        ("−5.00", "-5.00"),
        ("(1,234.50)", "-1234.50"),
        ("(£5.00)", "-5.00"),
        ("5.00-", "-5.00"),
        ("5.00CR", "-5.00"),
        ("5.00 cr", "-5.00"),
        ("5.00 DR", "5.00"),
        ("-", "0.00"),
        ("£-", "0.00"),
        (5, "5.00"),
        (-5.25, "-5.25"),
        (24361614.000000007, "24361614.00"),
    ],
)
def test_amounts(cell: Any, pounds: str) -> None:
    found = cells.amount(cell)
    assert found == Decimal(pounds)
    assert str(found) == pounds  # two places, always


@pytest.mark.parametrize(
    "cell",
    ["", " ", "£", "n/a", "()", "(5.00", "5.00)", "$5", "5%", "1e5", "1.234,50", "1234,50",
     "12,34.56", "5.00p", "see note", None, True, float("inf"), float("nan"), 1e16,
     date(2026, 4, 1)],
)  # fmt: skip
def test_not_amounts(cell: Any) -> None:
    """Never guessed: a decimal comma is not a thousands separator, nor half a bracket a credit."""
    assert cells.amount(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["30/06/2026", "30/06/26", "30/06/2026 09:15", "30/06/2026 00:00:00", "30-JUN-2026",
     "30-Jun-26", "30.06.2026", "30-06-2026", "30 June 2026", "30 Jun 2026", "30 Jun 26",
     "2026-06-30", "2026-06-30T10:00:00", "2026/06/30", "20260630", " 30/06/2026 ", "46203",
     46203, 46203.75, date(2026, 6, 30), LATE],
)  # fmt: skip
def test_dates(cell: Any) -> None:
    assert cells.day(cell) == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("03/04/2026", date(2026, 4, 3)),
        ("3/4/26", date(2026, 4, 3)),
        ("01-MAR-99", date(1999, 3, 1)),
    ],
)
def test_the_day_comes_first(cell: str, day: date) -> None:
    assert cells.day(cell) == day


@pytest.mark.parametrize(
    "cell",
    ["", "Various", "00:00:00", "31/06/2026", "06/30/2026", "30/06/1926", "June 2026", 5, 0, -1.5,
     True, None, float("nan"), float("inf")],
)  # fmt: skip
def test_not_dates(cell: Any) -> None:
    assert cells.day(cell) is None


def test_an_undated_line_is_a_line(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, "Ashbrook Ltd,5,Various,Paper")
    assert lines(reading, "payment_date", "problem") == [(None, "")]


# --- lines that cannot be used -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Ashbrook Ltd,5,01/04/2026,Paper", ""),
        (",5,01/04/2026,Paper", ""),  # a payment whose supplier was left blank
        (",5,,", "an amount and nothing else (a total?)"),
        ("Ashbrook Ltd,,01/04/2026,Paper", "no amount"),
        ("Ashbrook Ltd,five,01/04/2026,Paper", "amount 'five' is not a number"),
        ("Ashbrook Ltd,#N/A,01/04/2026,Paper", "amount '#N/A' is not a number"),
        (",,,End of report", "neither supplier nor amount (a note?)"),
        ("Ashbrook Ltd,1e30,,", "amount '1e30' is not a number"),
    ],
)
def test_set_aside_with_a_reason(tmp_path: Path, row: str, problem: str) -> None:
    reading = read_rows(tmp_path, "First Ltd,1,01/04/2026,x", row, "Last Ltd,2,01/04/2026,x")
    assert lines(reading, "row", "problem") == [(2, ""), (3, problem), (4, "")]
    assert reading.publisher_total_gbp is None


def test_blank_rows_are_no_lines(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, "A,1,,x", ",,,", "", " , ,,", "B,2,,x", ",,,")
    assert lines(reading, "row", "supplier") == [(2, "A"), (6, "B")]


# --- the publisher's own total -------------------------------------------------------------------

A, B = "Ashbrook Ltd,10.00,01/04/2026,Paper", "Brookash Ltd,-2.50,02/04/2026,Return"


@pytest.mark.parametrize(
    ("rows", "total", "left"),
    [
        ([A, B], None, 2),
        ([A, B, ",7.50,,"], "7.50", 2),
        ([",7.50,,", A, B], "7.50", 2),
        ([A, B, ",7.00,,"], "7.00", 2),  # publishers round
        ([A, B, "Total,7.50,,"], "7.50", 2),
        ([A, B, "GRAND TOTAL:,7.50,,"], "7.50", 2),
        ([A, B, "Total spend,99.00,,"], "99.00", 2),  # says so, though it does not add up
        ([A, B, ",7.50,,Total for April"], "7.50", 2),
        (["Total,7.50,,", A, B], "7.50", 2),
        ([A, B, ",9.00,,"], None, 3),  # only an amount and not the sum: set aside
        ([A, B, ",7.50,03/04/2026,Paper"], None, 3),  # a payment without a name
        ([A, B, ",7.50,03/04/2026,Total care package"], None, 3),
        ([A, B, "Total Gas & Power Ltd,7.50,,"], None, 3),
        ([A, B, "Total Gas & Power Ltd,50.00,03/04/2026,Gas"], None, 3),
        (["Total Care Ltd,50.00,03/04/2026,Care", A], None, 2),
        (["Total,7.50,,"], None, 1),  # nothing to be the total of
        ([A, ",7.50,,", B], None, 3),  # in the middle: set aside
    ],
)
def test_totals(tmp_path: Path, rows: list[str], total: str | None, left: int) -> None:
    reading = read_rows(tmp_path, *rows)
    assert reading.publisher_total_gbp == (None if total is None else Decimal(total))
    assert len(reading.lines) == left


def test_totals_of_sheets_are_added(tmp_path: Path) -> None:
    sheets = {
        "North": [HEADER, ROWS[0], ["Total", 1234.5]],
        "South": [HEADER, ROWS[1], ["Total", -20]],
    }
    reading = read_payments(xlsx(tmp_path / "a.xlsx", sheets))
    assert reading.publisher_total_gbp == Decimal("1214.50")
    assert len(reading.lines) == 2


# --- withheld and repeated -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("supplier", "redacted"),
    [
        ("****REDACTED PERSONAL INFO****", True),
        ("Redacted Personal Data", True),
        ("Name withheld", True),
        ("Personal Information", True),
        ("Redaction applied", True),
        ("Redactive Media Ltd", False),
        ("Personal Care Ltd", False),
        ("Ashbrook Ltd", False),
        ("", False),
    ],
)
def test_names_withheld(tmp_path: Path, supplier: str, redacted: bool) -> None:
    reading = read_rows(tmp_path, f"{supplier},5,01/04/2026,Care")
    assert lines(reading, "supplier", "redacted") == [(supplier, redacted)]


def test_repeated_rows_are_counted_and_kept(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, A, B, A, A, "Ashbrook Ltd,10.00,01/04/2026,Pens")
    assert reading.repeated_rows == 2
    assert len(reading.lines) == 5


# --- the period a file was published for ---------------------------------------------------------

Q1, Q2 = ("2026-04", "2026-05", "2026-06"), ("2026-07", "2026-08", "2026-09")
Q3 = ("2026-10", "2026-11", "2026-12")
Q4 = ("2027-01", "2027-02", "2027-03")


def days(*months: tuple[str, int]) -> Counter[date]:
    """So many payments on the fifth of each month."""
    return Counter({date.fromisoformat(f"{month}-05"): count for month, count in months})


@pytest.mark.parametrize(
    ("name", "months"),
    [
        ("payments-2026-07", ("2026-07",)),
        ("2026_07", ("2026-07",)),
        ("2026.07.31 payments", ("2026-07",)),
        ("202607", ("2026-07",)),
        ("July 2026", ("2026-07",)),
        ("jul26", ("2026-07",)),
        ("spend_sept_2026", ("2026-09",)),
        ("over-25k-apr-26", ("2026-04",)),
        ("4-nfi-april-2026-500-report", ("2026-04",)),
        ("February 2026-27", ("2027-02",)),
        ("July 2026-27", ("2026-07",)),
        ("April 2011-12", ("2011-04",)),
        ("2026-27_Q2", Q2),
        ("Q2 2026/27", Q2),
        ("FY2026-2027 quarter 2", Q2),
        ("April to June 2026", Q1),
        ("apr-jun-26", Q1),
        ("April 2026 May 2026 June 2026", Q1),
        ("January-March 2027", Q4),
        ("may-jun 2026", ("2026-05", "2026-06")),
        ("payments 31-07-2026", ("2026-07",)),
        ("20260731", ("2026-07",)),
        ("07-2026", ("2026-07",)),
        ("01-04-26 to 30-09-26", Q1 + Q2),
        ("April 2026 to March 2027", Q1 + Q2 + Q3 + Q4),
        ("spending", None),
        ("marketing 2026", None),  # not March
        ("mayor 2026", None),
        ("april", None),  # of which year?
        ("12 - March", None),
    ],
)
def test_period_from_the_name(name: str, months: tuple[str, ...] | None) -> None:
    found = find_period(name, [], Counter())
    assert (found and found.months) == months
    assert found is None or found.basis == "name"


@pytest.mark.parametrize(
    ("name", "sheets", "dates", "months", "basis"),
    [
        ("spend", ["April 2026"], days(("2026-05", 3)), ("2026-04",), "sheet"),
        ("spend", ["Sheet1"], days(("2026-05", 3)), ("2026-05",), "dates"),
        ("spend", [], days(("2026-05", 6), ("2026-04", 4)), ("2026-05",), "dates"),
        ("spend", [], days(("2026-04", 3), ("2026-05", 3), ("2026-06", 4)), Q1, "dates"),
        ("Oct", [], days(("2025-10", 9), ("2024-10", 1)), ("2025-10",), "name"),
        ("12 - March", [], days(("2027-03", 3)), ("2027-03",), "name"),
        ("Q1 2026", [], days(("2026-04", 3)), Q1, "name"),
        ("Q1 2027", [], days(("2027-02", 3)), Q4, "name"),  # calendar quarters
        (
            "spend",
            [],
            days(*[(month, 1) for month in Q1 + Q2 + Q3 + Q4]),
            Q1 + Q2 + Q3 + Q4,
            "dates",
        ),
    ],
)
def test_period_from_sheet_and_dates(
    name: str, sheets: list[str], dates: Counter[date], months: tuple[str, ...], basis: str
) -> None:
    found = find_period(name, sheets, dates)
    assert found is not None
    assert (found.months, found.basis) == (months, basis)


@pytest.mark.parametrize(
    ("months", "month", "quarter"),
    [(("2026-05",), "2026-05", "2026-27-Q1"), (Q1, "", "2026-27-Q1"), (Q4, "", "2026-27-Q4")],
)
def test_month_and_quarter_of_a_period(
    tmp_path: Path, months: tuple[str, ...], month: str, quarter: str
) -> None:
    name = months[0] if month else f"{quarter[:7]} {quarter[-2:]}"
    period = read_payments(written(tmp_path / f"{name}.csv", csv_text(TABLE).encode())).period
    assert period is not None
    assert (period.months, period.month, period.quarter.slug) == (months, month, quarter)


@pytest.mark.parametrize(
    ("name", "warnings"),
    [
        ("april-2026", []),
        ("2026-27 Q1", []),
        ("may-2026", ["its name says May 2026 but most dates fall in April 2026"]),
        ("2026-27 Q2", ["its name says July 2026 to September 2026 but most dates fall in "
                        "April 2026"]),
    ],
)  # fmt: skip
def test_name_and_dates_disagree(tmp_path: Path, name: str, warnings: list[str]) -> None:
    path = written(tmp_path / f"{name}.csv", csv_text(TABLE).encode())
    assert read_payments(path).warnings == warnings


# --- refusals ------------------------------------------------------------------------------------


def zipped(*names: str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        return path

    return make


def damaged(path: Path) -> Path:
    xlsx(path, {"Sheet1": TABLE})
    return written(path, path.read_bytes()[:-200])


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "PDF": (lambda at: written(at, b"%PDF-1.7 ..."), "is a PDF document"),
    "HTML": (lambda at: written(at, b"\n<!DOCTYPE html><html>"), "is a web page, not a table"),
    "empty": (lambda at: written(at, b""), "is empty"),
    "blank": (lambda at: written(at, b"\n  \n"), "is empty"),
    "missing": (lambda at: at, "there is no such file"),
    "a folder": (lambda at: (at.mkdir(), at)[1], "cannot be opened (Is a directory)"),
    "damaged": (damaged, "is a damaged workbook"),
    "hollow": (zipped("xl/workbook.xml"), "is a workbook that cannot be read"),
    "no header": (lambda at: written(at, b"Payments\na,1\n"), "no row names both a supplier and"),
    "no rows": (lambda at: written(at, b"Supplier,Amount\n,\n"), "has a header but no rows"),
    "picture": (lambda at: written(at, b"\x89PNG\r\n\x1a\n\x00\x00"), "is a picture"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("SVLIB_HOME", str(tmp_path))
    make, says = REFUSED[kind]
    with pytest.raises(InputError) as refused:
        read_payments(make(tmp_path / "april-2026.csv"))
    (fault,) = refused.value.faults
    assert fault.where == "april-2026.csv"
    assert fault.found.startswith(says)
    assert fault.do
    assert refused.value.exit_code == 3


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path, *_: object) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    path = written(tmp_path / "april-2026.csv", b"Supplier,Amount\nA,1\n")
    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(InputError, match=r"cannot be opened \(Permission denied\)"):
        read_payments(path)


def test_the_refusal_names_a_cure_that_works(tmp_path: Path) -> None:
    path = put(tmp_path / "april-2026.csv", "Who,How much\nAshbrook Ltd,5\n")
    with pytest.raises(InputError) as refused:
        read_payments(path)
    assert "{supplier: Vendor, amount_gbp: Actual Value}" in refused.value.faults[0].do
    told = read_payments(path, {"supplier": "Who", "amount_gbp": "How much"})
    assert lines(told, "supplier", "amount_gbp") == [("Ashbrook Ltd", Decimal("5.00"))]


# --- forms the council keeps ---------------------------------------------------------------------


def form(folder: Path, text: str) -> Path:
    return put(folder / "form.csv", text)


def test_a_form_is_read_by_its_table(tmp_path: Path) -> None:
    path = form(
        tmp_path,
        """
        Register of contracts
        Reference,Contract title,Supplier name,Total value,Awarded,SME,Supplier postcode
        C1,Roofs,Ashbrook  Ltd,"£1,000.50",01/04/2026,YES,L1 8JQ

        C2,Floors,Brookash Ltd,,,,
        """,
    )
    read = read_form(path, tables.CONTRACTS)
    assert list(read.columns) == tables.CONTRACTS.names
    chosen = ["contract_ref", "supplier", "value_gbp", "award_date", "sme", "end_date", "procedure"]
    assert [tuple(row) for row in read[chosen].itertuples(index=False)] == [
        ("C1", "Ashbrook Ltd", Decimal("1000.50"), date(2026, 4, 1), "yes", None, ""),
        ("C2", "Brookash Ltd", None, None, "", None, ""),
    ]


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("contract_ref=", "column 'Reference': is empty; it should hold: the register's reference"),
        ("supplier= ", "column 'Supplier': is empty; it should hold: supplier's name"),
        ("value_gbp=lots", "column 'Value': 'lots' is not a number"),
        ("value_gbp=-5", "column 'Value': '-5' is less than 0"),
        ("award_date=soon", "column 'Awarded': 'soon' is not a date such as 30/09/2026"),
        ("sme=perhaps", "column 'SME': 'perhaps' is none of: yes, no, unknown"),
    ],
)
def test_each_rule_names_the_cell(tmp_path: Path, cell: str, fault: str) -> None:
    good = {"contract_ref": "C1", "title": "Roofs", "supplier": "A", "value_gbp": "5",
            "award_date": "01/04/2026", "sme": "no"}  # fmt: skip
    name, _, value = cell.partition("=")
    row = ",".join({**good, name: value}.values())
    path = form(tmp_path, f"Reference,Title,Supplier,Value,Awarded,SME\n{row}\n")
    with pytest.raises(InputError) as refused:
        read_form(path, tables.CONTRACTS)
    assert [str(each) for each in refused.value.faults] == [
        f"{path.as_posix()}, row 2, {fault}. Mend the cell."
    ]


@pytest.mark.parametrize("written_", ["x", "NaN", "Infinity", "1..5"])
def test_quantities_are_numbers(tmp_path: Path, written_: str) -> None:
    head = "delivery_id,commitment_id,delivered_on,quantity,evidence_status\n"
    good = read_form(
        form(tmp_path, head + 'D1,C1,01/04/2026,"1,000.25",Accepted\n'), tables.DELIVERIES
    )
    assert list(good["quantity"]) == [Decimal("1000.25")]
    path = form(tmp_path, head + f"D1,C1,01/04/2026,{written_},accepted\n")
    with pytest.raises(InputError, match=f"column 'quantity': '{written_}' is not a number"):
        read_form(path, tables.DELIVERIES)


def test_every_fault_of_a_workbook_at_once(tmp_path: Path) -> None:
    rows = [
        ["Our suppliers", ""],
        ["Supplier", "Size"],
        ["Ashbrook Ltd", "tiny"],
        ["", "small"],
        ["Ashbrook Ltd", "Large"],
    ]
    path = xlsx(tmp_path / "suppliers.xlsx", {"Directory": rows})
    with pytest.raises(InputError) as refused:
        read_form(path, tables.SUPPLIERS)
    sheet = f"{path.as_posix()}, sheet 'Directory'"
    assert [str(fault) for fault in refused.value.faults] == [
        f"{sheet}, row 3, column 'Size': 'tiny' is none of: micro, small, medium, large, unknown. "
        "Mend the cell.",
        f"{sheet}, row 4, column 'Supplier': is empty; it should hold: name as printed in the "
        "payments. Mend the cell.",
        f"{sheet}: supplier Ashbrook Ltd stands twice. Keep one of the lines.",
    ]


def test_a_form_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = form(tmp_path, "Name,Colour\nA,red\n")
    with pytest.raises(InputError, match="no row names all of: contract_ref, title, supplier"):
        read_form(path, tables.CONTRACTS)


def test_a_form_whose_headers_must_be_told(tmp_path: Path) -> None:
    path = form(tmp_path, "Firm,How large\nAshbrook Ltd,Small\n")
    read = read_form(path, tables.SUPPLIERS, {"supplier": "Firm", "size": "How large"})
    assert list(zip(read["supplier"], read["size"], strict=True)) == [("Ashbrook Ltd", "small")]
