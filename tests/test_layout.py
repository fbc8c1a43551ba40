"""Which column is which: rivals decided by content and sums, and questions where they are not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from helpers import put

from svlib.errors import InputError
from svlib.ingest import Reading, read_payments

NAMES = ["Ashbrook Ltd", "Brookash Ltd", "Crookash Ltd", "Ashbrook Ltd", "Dale Care", "Elm Homes"]


def table(folder: Path, header: str, *columns: list[str], name: str = "april-2026.csv") -> Path:
    """A CSV file of these columns beneath this header."""
    rows = zip(*columns, strict=True)
    return put(folder / name, "\n".join([header, *map(",".join, rows)]) + "\n")


def read(folder: Path, header: str, *columns: list[str]) -> Reading:
    return read_payments(table(folder, header, *columns))


NET = ["100.00", "20.50", "40.00", "10.00", "7.00", "60.00"]
VAT = ["20.00", "4.10", "0.00", "2.00", "1.40", "12.00"]
GROSS = ["120.00", "24.60", "40.00", "12.00", "8.40", "72.00"]
OTHER = ["5.00", "6.25", "7.00", "8.00", "9.00", "10.00"]
INVOICE = ["1", "2", "2", "3", "3", "4"]
OF_INVOICE = ["100.00", "60.50", "60.50", "17.00", "17.00", "60.00"]


@pytest.mark.parametrize(
    ("header", "columns", "chosen"),
    [
        ("Supplier,Net,VAT,Gross", [NAMES, NET, VAT, GROSS], "Net"),
        ("Supplier,Gross Amount,VAT Amount,Net Amount", [NAMES, GROSS, VAT, NET], "Net Amount"),
        ("Supplier,Amount,VAT,Total", [NAMES, NET, VAT, GROSS], "Amount"),  # proved by rows
        ("Supplier,Total,VAT,Amount", [NAMES, GROSS, VAT, NET], "Amount"),
        ("Supplier,Value,Tax,Paid", [NAMES, NET, VAT, GROSS], "Value"),
        ("Supplier,Amount (exc VAT),Amount (inc VAT)", [NAMES, NET, GROSS], "Amount (exc VAT)"),
        ("Supplier,Amount,Irrecoverable VAT", [NAMES, NET, VAT], "Amount"),
        ("Supplier,Invoice No,Invoice Amount,Amount", [NAMES, INVOICE, OF_INVOICE, NET], "Amount"),
        ("Supplier,Invoice No,Amount,Line Amount", [NAMES, INVOICE, OF_INVOICE, NET],
         "Line Amount"),
        ("Supplier,Amount,Value", [NAMES, NET, NET], "Amount"),  # the same twice is no question
        ("Supplier,Amount paid to date?,Amount", [NAMES, OTHER, NET], "Amount"),
    ],
)  # fmt: skip
def test_the_amount_among_several(
    tmp_path: Path, header: str, columns: list[list[str]], chosen: str
) -> None:
    reading = read(tmp_path, header, *columns)
    assert reading.columns["amount_gbp"] == chosen
    assert reading.question == ""
    assert reading.gbp == Decimal("237.50")


def test_other_sums_are_shown(tmp_path: Path) -> None:
    reading = read(tmp_path, "Supplier,Net,VAT,Gross", NAMES, NET, VAT, GROSS)
    (part,) = reading.parts
    assert part.alternatives == {"VAT": Decimal("39.50"), "Gross": Decimal("277.00")}


def test_gross_alone_is_read_with_a_warning(tmp_path: Path) -> None:
    reading = read(tmp_path, "Supplier,Gross Amount,VAT", NAMES, GROSS, VAT)
    assert reading.gbp == Decimal("277.00")
    assert reading.warnings == ["amounts include VAT: 'Gross Amount' is the only amount given"]


SIGNS = ["DR", "DR", "CR", "DR", "CR", "DR"]


def test_credits_told_by_another_column(tmp_path: Path) -> None:
    reading = read(tmp_path, "Supplier,Amount,DR/CR", NAMES, NET, SIGNS)
    assert reading.gbp == Decimal("237.50") - 2 * Decimal("47.00")
    assert reading.warnings == ["2 amounts count as credits because 'DR/CR' says so"]
    shown = ["100.00", "20.50", "-40.00", "10.00", "-7.00", "60.00"]
    already = read(tmp_path, "Supplier,Amount,DR/CR", NAMES, shown, SIGNS)
    assert (already.gbp, already.warnings) == (Decimal("143.50"), [])


def test_thousands_and_missing_names_are_said(tmp_path: Path) -> None:
    few = ["Ashbrook Ltd", "", "", "Brookash Ltd", "", "Crookash Ltd"]
    reading = read(tmp_path, "Supplier,Amount £000,Purpose", few, NET, NAMES)
    assert reading.warnings == [
        "'Amount £000' speaks of another unit; amounts were read as pounds",
        "3 payments have no supplier: does a blank cell stand for the name above?",
    ]


def test_an_invoice_total_left_out_on_its_name_alone_is_said(tmp_path: Path) -> None:
    reading = read(tmp_path, "Supplier,Invoice Amount,Amount", NAMES, OTHER, NET)
    assert reading.gbp == Decimal("237.50")
    assert "'Invoice Amount' left out as a document's total" in reading.warnings[0]


def test_money_in_a_column_without_a_known_name_is_said(tmp_path: Path) -> None:
    reading = read(tmp_path, "Supplier,Amount,Wibble", NAMES, NET, OTHER)
    assert reading.gbp == Decimal("237.50")
    assert reading.warnings == ["'Wibble' also holds money and was not used"]


def test_two_amounts_and_nothing_to_tell_them_apart_is_a_question(tmp_path: Path) -> None:
    path = table(tmp_path, "Supplier,Amount,Value", NAMES, NET, OTHER)
    reading = read_payments(path)
    assert reading.gbp == Decimal("237.50")  # of the likelier
    assert reading.question == (
        "which column is the amount? 'Amount' (e.g. '100.00', '20.50', '40.00'; sum £237.50); "
        "'Value' (e.g. '5.00', '6.25', '7.00'; sum £45.25). Settle it with "
        "`columns: {amount_gbp: Amount}` under sources.payments in authority.yaml, or with the "
        "other's name"
    )
    settled = read_payments(path, {"amount_gbp": "Value"})
    assert (settled.gbp, settled.question) == (Decimal("45.25"), "")


def test_headers_that_repeat_are_told_apart_by_letter(tmp_path: Path) -> None:
    path = table(tmp_path, "Supplier,Amount,Amount", NAMES, NET, OTHER)
    assert "`columns: {amount_gbp: column B}`" in read_payments(path).question
    assert read_payments(path, {"amount_gbp": "column C"}).gbp == Decimal("45.25")


def test_a_column_told_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = table(tmp_path, "Supplier,Amount", NAMES, NET)
    reading = read_payments(path, {"amount_gbp": "Value"})
    assert reading.gbp == Decimal("237.50")
    assert reading.warnings == [
        "no header is 'Value', which sources.payments.columns names for amount_gbp"
    ]
    with pytest.raises(InputError, match=r"no column is called amount\. Known: supplier, "):
        read_payments(path, {"amount": "Amount"})


IDS = ["100234", "100235", "100236", "100234", "100299", "100300"]
BODY = ["Tiny Council"] * 6


@pytest.mark.parametrize(
    ("header", "columns", "supplier", "ref"),
    [
        ("Supplier Name,Vendor,Amount", [IDS, NAMES, NET], "Vendor", "none"),
        ("Supplier ID,Supplier ID(T),Amount", [IDS, NAMES, NET], "Supplier ID(T)", "Supplier ID"),
        ("Ap/Ar ID,Ap/Ar ID(T),Amount", [IDS, NAMES, NET], "Ap/Ar ID(T)", "Ap/Ar ID"),
        ("Supplier,Supplier(T),Amount", [IDS, NAMES, NET], "Supplier(T)", "Supplier"),
        ("Organisation Name,Name,Amount", [BODY, NAMES, NET], "Name", "none"),
        ("Organisation,Supplier,Amount", [BODY, NAMES, NET], "Supplier", "none"),
        ("Amount,Supplier Number,Supplier", [NET, IDS, NAMES], "Supplier", "Supplier Number"),
    ],
)
def test_the_supplier_is_where_the_names_are(
    tmp_path: Path, header: str, columns: list[list[str]], supplier: str, ref: str
) -> None:
    reading = read(tmp_path, header, *columns)
    assert reading.columns["supplier"] == supplier
    assert reading.columns.get("supplier_ref", "none") == ref
    assert reading.lines["supplier"].to_pylist() == NAMES


def test_orders_are_read_with_a_warning(tmp_path: Path) -> None:
    reading = read(tmp_path, "Supplier,Order Number,Net Order Value", NAMES, INVOICE, NET)
    assert reading.warnings == [
        "its headers speak of orders: does it list what was ordered, not paid?"
    ]


def test_a_supplier_told_by_content_alone_is_said(tmp_path: Path) -> None:
    names = ["Ash Ltd", "Brook Limited", "Crook plc", "Dale Council", "Elm Services Ltd", "Fir Ltd"]
    dates = ["01/04/2026"] * 6
    reading = read(tmp_path, "Wibble,Net Amount,Payment Date,Department", names, NET, dates, BODY)
    assert reading.columns["supplier"] == "Wibble"
    assert reading.warnings == ["the supplier was taken from 'Wibble', by its content alone"]


def test_a_table_without_a_header_is_a_question(tmp_path: Path) -> None:
    names = ["Ash Ltd", "Brook Limited", "Crook plc", "Dale Council", "Elm Services Ltd", "Fir Ltd"]
    path = table(tmp_path, "X Ltd,1.00,01/04/2026", names, NET, ["02/04/2026"] * 6)
    reading = read_payments(path)
    assert reading.question.startswith("it has no header row")
    assert reading.gbp == Decimal("238.50")
    told = read_payments(path, {"supplier": "column A", "amount_gbp": "column B"})
    assert (told.gbp, told.question) == (Decimal("238.50"), "")


def test_a_header_over_two_rows(tmp_path: Path) -> None:
    text = ",Supplier,,Payment\nBody,,Ref,Amount\n" + "".join(
        f"Tiny,{name},1,{net}\n" for name, net in zip(NAMES, NET, strict=True)
    )
    reading = read_payments(put(tmp_path / "april-2026.csv", text))
    assert reading.columns == {
        "supplier": "Supplier", "amount_gbp": "Payment Amount", "reference": "Ref",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "columns", "says"),
    [
        ("Supplier,VAT Amount", [NAMES, VAT], "gives VAT but no amount"),
        ("Contract Title,Supplier,Contract Start Date,Contract End Date,Contract Value",
         [NAMES, NAMES, ["01/04/2026"] * 6, ["31/03/2027"] * 6, NET],
         "is a contracts register, not payments"),
        ("Supplier,Net", [IDS, NET], "no row names both a supplier and an amount"),
        ("Supplier,Payment Date", [NAMES, ["01/04/2026"] * 6], "no row names both"),
        ("Supplier,Total", [["A Ltd", "B Ltd", "C Ltd", "D Ltd", "E Ltd", "F Ltd"], NET],
         "holds totals per supplier, not payments"),
    ],
)  # fmt: skip
def test_refused(tmp_path: Path, header: str, columns: list[list[str]], says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(tmp_path, header, *columns)


def test_rows_pushed_right_by_a_comma_are_put_back(tmp_path: Path) -> None:
    rows = [f"{name},01/04/2026,{net},Paper" for name, net in zip(NAMES, NET, strict=True)] * 3
    rows[4] = "Dale Care, Ltd,01/04/2026,7.00,Paper"
    rows[7] = "Brookash Ltd,01/04/2026,20.50,Paper, pens and ink"  # harmless: after the amount
    text = "\n".join(["Supplier,Date,Amount,Purpose", *rows]) + "\n"
    reading = read_payments(put(tmp_path / "april-2026.csv", text))
    assert reading.gbp == 3 * Decimal("237.50")
    assert reading.lines["supplier"].to_pylist()[4] == "Dale Care, Ltd"
    assert reading.warnings == [
        "1 row (6) held more cells than the header (a comma without quotation marks?); they were "
        "realigned, so check them"
    ]


def test_a_second_table_further_down_has_columns_of_its_own(tmp_path: Path) -> None:
    first = [f"{name},{net},01/04/2026" for name, net in zip(NAMES, NET, strict=True)]
    second = [f"02/04/2026,{name},{net}" for name, net in zip(NAMES, OTHER, strict=True)]
    again = "Supplier,Amount,Date"  # the same header on the next page is no other table
    lines = [again, *first[:3], again, *first[3:], "", "Date,Vendor,Net Amount", *second]
    reading = read_payments(put(tmp_path / "april-2026.csv", "\n".join(lines) + "\n"))
    assert [(part.sheet, part.header_row, part.gbp) for part in reading.parts] == [
        ("", 1, Decimal("237.50")), ("from row 10", 10, Decimal("45.25")),
    ]  # fmt: skip
    assert reading.lines["row"].to_pylist()[-1] == 16
    assert reading.lines["problem"].to_pylist()[3] == "the header again"
    assert reading.warnings == []


def test_a_first_table_with_fewer_columns_is_not_passed_over(tmp_path: Path) -> None:
    first = [f"{name},{net}" for name, net in zip(NAMES, NET, strict=True)]
    second = [f"{name},{net},01/04/2026,Care" for name, net in zip(NAMES, OTHER, strict=True)]
    lines = ["Supplier,Amount", *first, "Supplier,Amount,Date,Purpose", *second]
    reading = read_payments(put(tmp_path / "april-2026.csv", "\n".join(lines) + "\n"))
    assert [part.gbp for part in reading.parts] == [Decimal("237.50"), Decimal("45.25")]
    headless = read_payments(put(tmp_path / "b-april-2026.csv", "\n".join(second + lines[7:])))
    assert headless.gbp == Decimal("45.25")
    assert headless.warnings == ["6 rows above the header look like payments; none was read"]


@pytest.mark.parametrize(
    ("rows", "rows_left", "total"),
    [
        (["All suppliers,237.50,"], 0, "237.50"),  # says nothing, but adds up and has no date
        (["Total,237.50,", "Number of payments,6,"], 1, "237.50"),
        (["Adults Total,237.50,"], 0, "237.50"),
    ],
)
def test_totals_that_do_not_say_so(
    tmp_path: Path, rows: list[str], rows_left: int, total: str
) -> None:
    body = [f"{name},{net},01/04/2026" for name, net in zip(NAMES, NET, strict=True)]
    text = "\n".join(["Supplier,Amount,Date", *body, *rows]) + "\n"
    reading = read_payments(put(tmp_path / "april-2026.csv", text))
    assert (reading.gbp, reading.publisher_total_gbp) == (Decimal("237.50"), Decimal(total))
    assert len(reading.lines) == 6 + rows_left


WHOLE = [
    f"{name},{net},0{day}/04/2026,Adults,Care,{day}"
    for day, (name, net) in enumerate(zip(NAMES, NET, strict=True), start=1)
]


def whole(
    folder: Path, *rows: str, header: str = "Supplier,Amount,Date,Directorate,Purpose,Ref"
) -> Reading:
    return read_payments(put(folder / "april-2026.csv", "\n".join([header, *rows]) + "\n"))


def test_what_may_be_a_total_is_never_silent(tmp_path: Path) -> None:
    odd = whole(tmp_path, *WHOLE, "Month 1 Total,999.00,,,,").warnings
    assert "1 row (8) hold little but an amount, £999.00 in all: totals?" in odd
    assert "row 8, at the end, holds £999.00 of the sum: is it a total?" in odd
    parts = whole(tmp_path, *WHOLE[:3], ",160.50,,Adults,,", *WHOLE[3:], ",77.00,,Adults,,")
    assert "2 rows (5, 9) hold little but an amount, £237.50 in all: totals?" in parts.warnings
    adds_up = whole(tmp_path, *WHOLE, ",237.50,,Adults,,")
    assert (adds_up.gbp, adds_up.publisher_total_gbp) == (Decimal("237.50"), Decimal("237.50"))


def test_commas_of_thousands_that_nobody_quoted(tmp_path: Path) -> None:
    rows = [row.replace(",100.00,", ",1,100.00,").replace(",60.00,", ",2,060.00,") for row in WHOLE]
    reading = whole(tmp_path, *rows)
    assert reading.gbp == Decimal("3237.50")
    assert reading.warnings[0].startswith("2 rows (2, 7) held more cells than the header")


def test_several_currencies_are_said(tmp_path: Path) -> None:
    money = ["GBP", "GBP", "EUR", "GBP", "GBP", "GBP"]
    assert read(tmp_path, "Supplier,Amount,Currency", NAMES, NET, money).warnings == [
        "'Currency' names several currencies; amounts were added as they stand"
    ]
    sterling = read(tmp_path, "Supplier,Amount GBP,Currency", NAMES, NET, money)
    assert (sterling.gbp, sterling.warnings) == (Decimal("237.50"), [])


def test_a_row_that_numbers_the_columns_is_no_payment(tmp_path: Path) -> None:
    reading = whole(tmp_path, "1,2,3,4,5,6", *WHOLE)
    assert (reading.gbp, len(reading.lines)) == (Decimal("237.50"), 6)


def test_credits_marked_beside_blanks(tmp_path: Path) -> None:
    rows = [f"{row},{'CR' if at == 2 else ''}" for at, row in enumerate(WHOLE)]
    reading = whole(tmp_path, *rows, header="Supplier,Amount,Date,Directorate,Purpose,Ref,Flag")
    assert reading.gbp == Decimal("157.50")
    cards = [f"{row},{'Credit' if at % 2 else 'Debit'}" for at, row in enumerate(WHOLE)]
    header = "Supplier,Amount,Date,Directorate,Purpose,Ref,Card Type"
    assert whole(tmp_path, *cards, header=header).gbp == Decimal("237.50")


def test_lines_that_all_hold_their_document_s_total(tmp_path: Path) -> None:
    rows = [
        f"A Ltd,{at}0.00,01/04/2026,INV{at},{why}" for at in range(1, 8) for why in ("Care", "Food")
    ]
    text = "\n".join(["Supplier,Invoice Amount,Date,Invoice No,Purpose", *rows]) + "\n"
    (warning,) = read_payments(put(tmp_path / "april-2026.csv", text)).warnings
    assert warning.startswith("all lines of a document hold the same amount, in 7 of 7 documents")
    copies = "\n".join([text.splitlines()[0], *(row for row in rows[::2] for _ in range(2))])
    assert read_payments(put(tmp_path / "april-2026.csv", copies)).warnings == []  # true repeats
