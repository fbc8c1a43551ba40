"""Looking suppliers up: what the worklist promises, the directory keeps."""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from helpers import REPOSITORY, payments, project, put

from svlib import open_quarter, reviewing, spend
from svlib.errors import InputError
from svlib.suppliers import worklist

QUARTER = "parameters/testshire/2026-27-Q1.yaml"
ROWS = """
    Ashbrook Ltd, 600.00, 01/04/2026
    Brookash Ltd, 300.00, 02/04/2026
    Crookash Ltd, 80.00, 03/04/2026
    Drookash Ltd, -5.00, 03/04/2026
    Mrs A Example, 15.00, 03/04/2026
    Redacted, 10.00, 04/04/2026
"""


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = project(tmp_path, monkeypatch, slug="testshire")
    for month in ("04", "05", "06"):
        nothing = f"Ashbrook Ltd, 0.00, 01/{month}/2026"
        payments(root, f"2026-{month}.csv", ROWS if month == "04" else nothing)
    return root


def by_supplier(rows: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    columns = ["supplier_class", "supplier_id", "net_gbp", "located_gbp"]
    table = pd.DataFrame(rows, columns=columns)
    money = ["net_gbp", "located_gbp"]
    return table.assign(**{name: [Decimal(v) for v in table[name]] for name in money})


def test_the_curve_starts_with_the_richest_and_ends_with_what_can_be_looked_up() -> None:
    table = by_supplier(
        [
            ("supplier", "small", "10.00", "0.00"),
            ("supplier", "rich", "50.00", "20.00"),  # one of its places is not certain
            ("supplier", "placed", "20.00", "20.00"),
            ("supplier", "credits", "-10.00", "0.00"),
            ("redacted", "", "25.00", "0.00"),
            ("individual", "a person", "5.00", "0.00"),
        ]
    )
    assert worklist.to_look_up(table)["supplier_id"].tolist() == ["rich", "small"]
    curve = worklist.curve(table)
    assert curve["suppliers"].tolist() == [0, 1, 2]
    assert curve["share"].tolist() == [0.4, 0.7, 0.8]
    assert worklist.payoff(table, 50) == (2, 0.4, 0.8)


def test_no_share_is_promised_of_nothing() -> None:
    table = by_supplier([("supplier", "a", "5.00", "0.00"), ("supplier", "b", "-5.00", "0.00")])
    assert worklist.payoff(table, 1) == (1, None, None)


def filled(path: Path, postcodes: dict[str, str]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(
            {**row, "postcode": postcodes.get(row["supplier"], "")} for row in rows
        )  # fmt: skip


def test_the_worklist_is_filled_in_imported_and_its_promise_kept(council: Path) -> None:
    said = reviewing.review(Path(QUARTER), {}, 2)
    assert "Looking up 2 suppliers (£900) raises located spend from 0% to 90%" in said[2]
    path = council / "parameters" / "testshire" / "suppliers_review.csv"
    filled(path, {"Ashbrook Ltd": "L1 8JQ", "Brookash Ltd": "ch41 6aa"})
    said = reviewing.import_lines(Path(QUARTER), {}, path, {})
    assert said == ["2 lines added.", "Directory: parameters/testshire/suppliers.csv"]
    q = open_quarter(QUARTER)
    table = spend.by_supplier(q.payments)
    assert sum(table["located_gbp"]) == Decimal("900.00")
    said = reviewing.review(Path(QUARTER), {}, 2)
    assert "Looking up 1 supplier (£80) raises located spend from 90% to 98%" in said[2]


def test_a_worklist_with_answers_is_not_written_over(council: Path) -> None:
    reviewing.review(Path(QUARTER), {}, 2)
    path = council / "parameters" / "testshire" / "suppliers_review.csv"
    filled(path, {"Ashbrook Ltd": "L1 8JQ"})
    with pytest.raises(InputError, match="holds 1 answer not yet in the directory"):
        reviewing.review(Path(QUARTER), {}, 2)
    assert "L1 8JQ" in path.read_text(encoding="utf-8-sig")


def test_a_vendor_master_is_imported_by_its_headers_and_the_directory_wins(council: Path) -> None:
    put(
        council / "parameters" / "testshire" / "suppliers.csv",
        "Supplier,Postcode\nAshbrook Ltd,L1 8JQ\n",
    )
    master = put(
        council / "vendors.csv",
        """
        Id,Vendor Name,Post Code,Reg No
        1,ASHBROOK LIMITED,M1 1AE,
        2,Brookash Ltd,CH41 6AA,123456
        3,Brookash Ltd,CH41 6AA,123456
        4,Crookash Ltd,L1 8JQ,
        5,Crookash Ltd,L2 2DZ,
        6,Never Paid Ltd,L1 8JQ,
        7,Drookash Ltd,,
        """,
    )
    told = {"supplier": "Vendor Name", "postcode": "Post Code", "company_number": "Reg No"}
    said = reviewing.import_lines(Path(QUARTER), {}, master, told)
    assert said[:-1] == [
        "1 line added.",
        "1 line left out: says nothing of its supplier.",
        "1 line left out: no file held pays this supplier.",
        "1 line left out: the directory has it already, and stands.",
        "2 lines left out: at odds with another line of its supplier.",
        "Lines left out, and why: parameters/testshire/suppliers_not_imported.csv",
    ]
    with (council / "parameters/testshire/suppliers_not_imported.csv").open(
        encoding="utf-8-sig", newline=""
    ) as stream:
        left = {(row["supplier"], row["postcode"]): row["why"] for row in csv.DictReader(stream)}
    assert left["Never Paid Ltd", "L1 8JQ"] == "no file held pays this supplier"
    assert left["Crookash Ltd", "L2 2DZ"].startswith("at odds")
    assert len(left) == 5
    held = reviewing.directory_of(open_quarter(QUARTER)).set_index("supplier")
    assert held["postcode"].to_dict() == {"Ashbrook Ltd": "L1 8JQ", "Brookash Ltd": "CH41 6AA"}
    assert held["company_number"]["Brookash Ltd"] == "00123456"


def test_what_is_odd_in_the_directory_is_said(council: Path) -> None:
    put(
        council / "parameters" / "testshire" / "suppliers.csv",
        """
        Supplier,Company number
        Ashbrook Ltd,1234567
        Brookash Ltd,01234567
        Never Paid Ltd,
        Drookash Group Ltd,
        """,
    )
    with (council / "data" / "raw" / "2026-05.csv").open("a", encoding="utf-8") as stream:
        stream.write("Drookash Group Ltd - BACS,5.00,01/05/2026\n")
    said = reviewing.review(Path(QUARTER), {}, 2)[-2:]
    assert said == [
        "Directory, row 4: 'Never Paid Ltd' is not paid in any file held; the line is kept.",
        "Payments, company number 01234567 is that of 'Ashbrook Ltd' and 'Brookash Ltd', counted "
        "apart; write one's name under same_as of the other if they are one.",
    ]


def test_same_as_joins_two_names(council: Path) -> None:
    put(
        council / "parameters" / "testshire" / "suppliers.csv",
        "Supplier,Same as\nBrookash Ltd,Ashbrook Ltd\n",
    )
    table = spend.by_supplier(open_quarter(QUARTER).payments).set_index("supplier_id")
    assert table["net_gbp"]["ashbrook ltd"] == Decimal("900.00")
    assert "brookash ltd" not in table.index


def test_an_individual_is_counted_but_neither_named_nor_looked_up(council: Path) -> None:
    q = open_quarter(QUARTER)
    classes = spend.by_class(q.payments).set_index("supplier_class")
    assert classes["net_gbp"]["individual"] == Decimal("15.00")
    assert "Example" not in " ".join(spend.by_supplier(q.payments)["supplier_name"])
    assert "Individual" not in " ".join(spend.top_suppliers(q.payments)["supplier"])


@pytest.mark.realdata
def test_fifty_lines_move_liverpools_shares_as_the_worklist_promised(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, monkeypatch)
    shutil.copytree(REPOSITORY / "parameters" / "liverpool", root / "parameters" / "liverpool")
    shutil.copytree(shared / "spend_lcr" / "liverpool", root / "data" / "raw" / "liverpool")
    quarter = Path("parameters/liverpool/2023-24-Q1.yaml")
    before = open_quarter(str(quarter))
    n, _, promised = worklist.payoff(spend.by_supplier(before.payments), 50)
    low = spend.area_shares(before.payments, before.areas).set_index("area")["low"]["LCR"]
    assert n == 50
    reviewing.review(quarter, {}, 50)
    path = root / "parameters" / "liverpool" / "suppliers_review.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        names = [row["supplier"] for row in csv.DictReader(stream)]
    filled(path, dict.fromkeys(names, "L3 1AH"))  # any full postcode: this is a test of arithmetic
    reviewing.import_lines(quarter, {}, path, {})

    after = open_quarter(str(quarter))
    _, now, _ = worklist.payoff(spend.by_supplier(after.payments), 50)
    assert now == pytest.approx(promised, abs=1e-12)
    shares = spend.area_shares(after.payments, after.areas).set_index("area")
    assert shares["low"]["LCR"] == pytest.approx(low + promised, abs=1e-12)
    assert shares["share"]["LCR"] == pytest.approx(1.0)


REFERENCED = """\
Supplier,Supplier ID,Amount,Date
Amore Care,000712,100.00,01/04/2026
Amore Care 37 Badby Wood,712,50.00,02/04/2026
EC Harris LLP,20008132,40.00,03/04/2026
Arcadis LLP,20008132,30.00,03/04/2026
Sundry Ltd,9,1.00,03/04/2026
ASHBROOK LTD,10,1.00,03/04/2026
"""


def test_names_of_one_reference_are_one_when_alike_and_asked_about_when_not(
    council: Path,
) -> None:
    put(council / "data" / "raw" / "2026-04.csv", REFERENCED)
    said = reviewing.review(Path(QUARTER), {}, 5)
    assert said[-1] == (
        "Payments, reference 20008132 is printed with 'Arcadis LLP' and 'EC Harris LLP', counted "
        "apart; write one's name under same_as of the other if they are one."
    )
    path = council / "parameters" / "testshire" / "suppliers_names.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        names = {row["printed"]: row for row in csv.DictReader(stream)}
    assert names["Amore Care 37 Badby Wood"]["supplier_name"] == "Amore Care 37 Badby Wood"
    assert names["Amore Care 37 Badby Wood"]["supplier_id"] == names["Amore Care"]["supplier_id"]
    assert names["Amore Care 37 Badby Wood"]["evidence"] == "same supplier reference, alike in name"
    assert names["ASHBROOK LTD"]["evidence"] == "same words, written another way"
    assert names["Ashbrook Ltd"]["evidence"] == ""


def test_a_vendor_master_finds_its_suppliers_by_their_reference(council: Path) -> None:
    put(council / "data" / "raw" / "2026-04.csv", REFERENCED)
    master = put(
        council / "vendors.csv",
        """
        Supplier ID,Name,Postcode,Company number
        00000712.0,Amore Holdings (Care Homes) Limited,L1 8JQ,01234567
        20008132,Arcadis,M1 1AE,
        20008132,Unlike Anything Limited,CH41 6AA,
        9,A name nobody prints,CH41 6AA,
        """,
    )
    said = reviewing.import_lines(
        Path(QUARTER), {}, master, {"supplier": "Name", "supplier_ref": "Supplier ID"}
    )
    held = reviewing.directory_of(open_quarter(QUARTER)).set_index("supplier")
    assert held["postcode"].to_dict() == {"Amore Care": "L1 8JQ", "Sundry Ltd": "CH41 6AA"}
    assert said[:2] == [
        "2 lines added.", "2 lines left out: no file held pays this supplier.",
    ]  # fmt: skip


def test_another_name_never_takes_from_a_supplier_what_the_directory_knows(council: Path) -> None:
    put(
        council / "parameters" / "testshire" / "suppliers.csv",
        """
        Supplier,Same as,Postcode,Size,Company number
        Ashbrook Ltd,,L1 8JQ,small,
        Brookash Ltd,Ashbrook Ltd,,,01234567
        """,
    )
    q = open_quarter(QUARTER)
    known = q.suppliers.set_index("supplier_name").loc["Ashbrook Ltd"]
    assert (known["postcode"], known["size"], known["company_number"]) == (
        "L1 8JQ", "small", "01234567",
    )  # fmt: skip
    assert sum(spend.by_supplier(q.payments)["located_gbp"]) == Decimal("900.00")


def test_an_answer_fills_what_the_directory_lacks(council: Path) -> None:
    """Also of a supplier that it knows by another name only."""
    kept = put(
        council / "parameters" / "testshire" / "suppliers.csv",
        """
        Supplier,Same as,Postcode,Size,Note
        Brookash Ltd,Ashbrook Ltd,,,once two
        Crookash Ltd,,,small,asked by telephone
        """,
    )
    reviewing.review(Path(QUARTER), {}, 5)
    path = council / "parameters" / "testshire" / "suppliers_review.csv"
    filled(path, {"Ashbrook Ltd": "L1 8JQ", "Crookash Ltd": "CH41 6AA"})
    with pytest.raises(InputError, match="holds 2 answers not yet in the directory"):
        reviewing.review(Path(QUARTER), {}, 5)
    said = reviewing.import_lines(Path(QUARTER), {}, path, {})
    assert said == [
        "1 line added.",
        "1 line filled in.",
        "Directory: parameters/testshire/suppliers.csv",
    ]
    with kept.open(encoding="utf-8-sig", newline="") as stream:
        lines = {row["supplier"]: row for row in csv.DictReader(stream)}
    assert list(lines) == ["Brookash Ltd", "Crookash Ltd", "Ashbrook Ltd"]
    assert lines["Crookash Ltd"]["postcode"] == "CH41 6AA"
    assert lines["Crookash Ltd"]["note"] == "asked by telephone"
    q = open_quarter(QUARTER)
    assert sum(spend.by_supplier(q.payments)["located_gbp"]) == Decimal("980.00")
    assert "every supplier" in reviewing.review(Path(QUARTER), {}, 5)[2].casefold()


NUMBERED = """\
Supplier,Company number,Amount,Date
Ash Care,01234567,5.00,01/04/2026
Ash Homes,1234567,6.00,01/04/2026
Zed Ltd,01234567,7.00,01/04/2026
Two Ltd,07654321,7.00,01/04/2026
Two Ltd,9999999,8.00,01/04/2026
Two Ltd,,1.00,02/04/2026
Two Ltd,9999999,1.00,02/04/2026
Scot Ltd,SC12345,8.00,01/04/2026
"""


def test_printed_company_numbers_are_made_whole_kept_and_asked_about(council: Path) -> None:
    put(council / "data" / "raw" / "2026-04.csv", NUMBERED)
    q = open_quarter(QUARTER)
    found = q.sql(
        "SELECT supplier, company_number, supplier_id FROM payments WHERE amount_gbp > 0"
        " ORDER BY amount_gbp, supplier, company_number"
    )
    assert list(found[["supplier", "company_number"]].itertuples(index=False, name=None)) == [
        ("Two Ltd", "09999999"),
        ("Two Ltd", "09999999"),  # printed without one: the one its other lines have oftenest
        ("Ash Care", "01234567"),
        ("Ash Homes", "01234567"),
        ("Two Ltd", "07654321"),
        ("Zed Ltd", "01234567"),
        ("Scot Ltd", "SC012345"),
        ("Two Ltd", "09999999"),
    ]
    ids = dict(zip(found["supplier"], found["supplier_id"], strict=True))
    assert ids["Ash Care"] == ids["Ash Homes"] != ids["Zed Ltd"]
    said = " ".join(reviewing.review(Path(QUARTER), {}, 5))
    assert "company number 01234567 is that of 'Ash Homes' and 'Zed Ltd', counted apart" in said
    assert "'Two Ltd' is printed with company numbers 07654321 and 09999999; write" in said
