"""Names matched to a register: what is alike is found, what is not is not claimed."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from helpers import payments, project
from published_truth import pairs, planted
from register_maker import write_register

from svlib import csvfile, open_quarter, spend
from svlib.errors import InputError
from svlib.findings import registers_table, standing_table
from svlib.findings import spend as findings
from svlib.suppliers import facts, lists, matching, register_files
from svlib.suppliers.classes import classify
from svlib.suppliers.identity import identify
from svlib.suppliers.printed import parts
from svlib.suppliers.words import plain
from svlib.tables import SUPPLIERS

HEADER = '"CompanyName"," CompanyNumber","RegAddress.PostCode","CompanyStatus"'
COMPANIES = """
    ASHBROOK & SONS (WIRRAL) LIMITED|01234567|CH41 6AA
    ASHBROOK HOLDINGS LIMITED|01234568|CH41 6AA
    BROOKASH FACILITIES MANAGEMENT LIMITED|02345678|L1 8JQ
    BROOKASH FACILITIES MANAGEMENT (NORTH) LIMITED|02345679|M1 1AE
    J.P.K. PLUMBING LTD|03456789|L3 1AH
    HARBOUR HEALTHCARE 1 LTD|04567890|SK1 1AA
    HARBOUR HEALTHCARE 2 LTD|04567891|SK1 1AA
    QUENDALE COMMUNITY INTEREST COMPANY|05678901|
"""


def write(path: Path, rows: str = COMPANIES, header: str = HEADER) -> Path:
    lines = [row.strip().split("|") for row in rows.strip().splitlines()]
    body = "\n".join(",".join(f'"{cell}"' for cell in [*line, "Active"]) for line in lines)
    path.write_text(f"{header}\n{body}\n", encoding="utf-8")
    return path


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return project(tmp_path, monkeypatch)


@pytest.fixture
def register(root: Path) -> register_files.Register:
    return register_files.read(write(root / "companies.csv"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ashbrook & Sons", "ASHBROOK AND SONS"),
        ("J P K Plumbing", "J.P.K. Plumbing"),
        ("Café Zoë", "CAFE ZOE"),
        ("St. Helen’s", "ST HELENS"),
        ("Quendale Community Interest Company", "QUENDALE C.I.C."),
        ("Ashbrook-Smith (UK)", "Ashbrook  Smith UK"),
    ],
)
def test_names_written_alike(one: str, other: str) -> None:
    left, right = plain(pa.array([one, other])).to_pylist()
    assert left == right


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("00000085-Ashbrook Energy", ["Ashbrook Energy"]),
        ("2030 Ventures Ltd", ["2030 Ventures Ltd"]),  # a figure of its own
        ("Ashbrook Ltd - BACS", ["Ashbrook Ltd"]),
        ("Ashbrook Ltd (A/C 123)", ["Ashbrook Ltd"]),
        ("Deaf Active", ["Deaf Active"]),
        ("Brookash Academy", ["Brookash Academy"]),
        ("Ashbrook T/A Brookash Ltd", ["Ashbrook T/A Brookash Ltd", "Ashbrook", "Brookash Ltd"]),
        ("Brookash Court (Ashbrook Ltd)", [
            "Brookash Court (Ashbrook Ltd", "Brookash Court", "Ashbrook Ltd",
        ]),
    ],
)  # fmt: skip
def test_what_stands_around_a_name(printed: str, found: list[str]) -> None:
    assert [part.text for part in parts(printed)] == found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("MRS A EXAMPLE", "individual"),
        ("Estate of A Example", "individual"),
        ("Mr Example's Second Liners Ltd", "supplier"),
        ("Dr Example & Partners", "supplier"),
        ("Wirral Borough Council", "public body"),
        ("Wakefield Council (IP)", "public body"),
        ("NHS Cheshire and Merseyside ICB", "public body"),
        ("Sefton Council for Voluntary Service", "supplier"),
        ("Brookash Police Federation", "supplier"),
        ("Corporate Card July", "card"),
        ("Ashbrook Court Nursing Home", "supplier"),
        ("Misslebrook Ltd", "supplier"),
    ],
)
def test_kinds_of_payee(name: str, kind: str) -> None:
    assert classify(name)[0] == kind


def test_why_names_are_one_supplier_is_kept() -> None:
    names = ["Ashbrook Care Ltd", "Ashbrook Care", "Ashbrook Care Ltd - BACS", "Brookash Limited",
             "Brookash (Wirral) Limited", "Crookash"]  # fmt: skip
    numbers = [("Brookash Limited", "01234567"), ("Brookash (Wirral) Limited", "01234567")]
    found = identify(names, numbers, {"Crookash": "Brookash Limited"}).set_index("printed")
    assert found["supplier_id"].to_dict() == {
        "Ashbrook Care": "ashbrook care ltd",
        "Ashbrook Care Ltd": "ashbrook care ltd",
        "Ashbrook Care Ltd - BACS": "ashbrook care ltd",
        "Brookash (Wirral) Limited": "brookash wirral ltd",
        "Brookash Limited": "brookash wirral ltd",
        "Crookash": "brookash wirral ltd",
    }
    assert found["evidence"]["Ashbrook Care"] == "but for the legal form"
    assert found["evidence"]["Brookash Limited"] == "same company number, alike in name"
    assert found["evidence"]["Crookash"].startswith("the council's directory")


@pytest.mark.parametrize(
    ("name", "postcode", "number"),
    [
        ("Ashbrook and Sons (Wirral) Ltd", "", "01234567"),
        ("ASHBROOK & SONS WIRRAL LTD", "", "01234567"),
        ("J P K Plumbing Ltd", "", "03456789"),
        ("Quendale CIC", "", "05678901"),
        ("Brookash Facilities Managment Ltd", "L1 8JQ", "02345678"),
        ("Harbour Healthcare 2 Ltd", "", "04567891"),
        ("00001234-Brookash Facilities Management Limited", "", "02345678"),
    ],
)
def test_a_name_finds_its_company(
    name: str, postcode: str, number: str, register: register_files.Register
) -> None:
    found = matching.match([name], [postcode], register).iloc[0]
    assert (found["outcome"] != "not_found", found["company_number"]) == (True, number)
    assert 0 < found["score"] <= 1
    assert found["reason"].startswith(("same name", "name "))


@pytest.mark.parametrize("name", ["Wolverley Tyres", "", "***", "Limited", "株式会社"])
def test_a_name_without_a_company_is_not_found(
    name: str, register: register_files.Register
) -> None:
    found = matching.match([name], [""], register).iloc[0]
    assert (found["outcome"], found["company_number"], found["score"]) == ("not_found", "", 0)


def test_no_name_at_all(register: register_files.Register) -> None:
    assert len(matching.match([], [], register)) == 0


def test_columns_in_another_order_and_numbers_without_their_zeros(root: Path) -> None:
    path = root / "r.csv"
    path.write_text(
        "RegAddress.PostCode,CompanyNumber,x,CompanyName\nL1 8JQ,123,,ASHBROOK LTD\n"
        "L1 8JQ,SC000456,,BROOKASH LTD\n",
        encoding="utf-8",
    )
    found = register_files.read(path)
    assert found.companies["number"].to_pylist() == ["00000123", "SC000456"]
    assert found.notes == ()


def test_a_line_that_breaks_off_is_left_out_and_said(root: Path) -> None:
    path = write(root / "r.csv")
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole + '"ASHBROOK TRUNC\n', encoding="utf-8")
    found = register_files.read(path)
    assert len(found.companies) == 8
    assert found.notes[0].startswith("r.csv: 1 line left out")
    assert "ASHBROOK TRUNC" in found.notes[0]


@pytest.mark.parametrize("ending", ['"2","ASHBROOK TRUNC', '"2","ASHBROOK TRUNC"'])
def test_a_last_line_without_an_end_is_said(root: Path, ending: str) -> None:
    path = root / "r.csv"
    path.write_text(
        f'"CompanyNumber","CompanyName"\n"1","QUENDALE LTD"\n{ending}', encoding="utf-8"
    )
    found = register_files.read(path)
    assert len(found.companies) == 2
    assert found.notes[0].startswith('r.csv: its last line has no end and may be cut off: "2"')


def test_a_register_in_windows_text_is_read(root: Path) -> None:
    path = root / "r.csv"
    path.write_bytes("CompanyNumber,CompanyName\n1,CAF\xc9 QUENDALE LTD\n".encode("cp1252"))
    assert register_files.read(path).companies["name"].to_pylist() == ["CAFÉ QUENDALE LTD"]


def test_former_names_are_found_and_said(root: Path) -> None:
    path = root / "r.csv"
    path.write_text(
        "CompanyName, CompanyNumber,PreviousName_1.CONDATE, PreviousName_1.CompanyName\n"
        "NEWNAME QUENDALE LIMITED,01234567,01/01/2020,OLDBOROUGH TRADING LIMITED\n",
        encoding="utf-8",
    )
    found = matching.match(["Oldborough Trading Ltd"], [""], register_files.read(path)).iloc[0]
    assert found["company_number"] == "01234567"
    assert "a former name" in found["reason"]


def test_a_zip_is_read_and_kept_by_its_content(root: Path) -> None:
    path = write(root / "r.csv")
    with zipfile.ZipFile(root / "r.zip", "w") as packed:
        packed.write(path, "r.csv")
    first = register_files.load(root / "r.zip")
    again = register_files.load(root / "r.zip")
    assert first.companies.equals(again.companies)
    assert matching.match(["Quendale CIC"], [""], again)["company_number"].tolist() == ["05678901"]


def test_the_charity_register_is_read_without_parts_and_removed_ones(root: Path) -> None:
    path = root / "publicextract.charity.txt"
    path.write_text(
        "registered_charity_number\tlinked_charity_number\tcharity_name\t"
        "charity_registration_status\tcharity_contact_postcode\n"
        '200001\t0\tTHE "QUENDALE" TRUST\tRegistered\tL1 8JQ\n'
        "200001\t1\tQUENDALE BRANCH\tRegistered\t\n"
        "200002\t0\tGONE TRUST\tRemoved\t\n",
        encoding="utf-8",
    )
    found = register_files.read(path)
    assert found.companies["number"].to_pylist() == ["200001"]
    assert found.companies["name"].to_pylist() == ['THE "QUENDALE" TRUST']


def test_a_quotation_mark_without_an_end_takes_no_other_company_along(root: Path) -> None:
    path = root / "companies.csv"
    path.write_text(
        HEADER + "\n"
        '"ASHBROOK LIMITED","01234567","L1 8JQ","Active"\n'
        '"BROOKASH LIMITED","02345678\n'
        '"CROOKASH LIMITED","03456789","L3 1AH","Active"\n'
        '"DROOKASH LIMITED","04567890","L3 1AH","Active"\n',
        encoding="utf-8",
    )
    found = register_files.read(path)
    assert sorted(found.companies["number"].to_pylist()) == ["01234567", "03456789", "04567890"]
    assert found.notes == (
        "companies.csv: 1 line left out, with another number of columns than the header: "
        '"BROOKASH LIMITED","02345678',
    )
    at = matching.match(["Crookash Ltd"], [""], register_files.load(path))["company_number"]
    assert at.tolist() == ["03456789"]


def known_to(
    registers: list[register_files.Register], name: str, number: str = "", charity: str = ""
) -> pd.Series:
    """What is known of one supplier whose number the payments print and nobody decided on."""
    names = pd.DataFrame(
        [("a", name, "supplier", number, "")],
        columns=["supplier_id", "supplier_name", "supplier_class", "company_number", "postcode"],
    )
    line = {"supplier": name, "charity_number": charity, "supplier_id": "a"}
    held = pd.DataFrame([line], columns=[*SUPPLIERS.names, "supplier_id"]).astype("str").fillna("")
    return facts.of_suppliers(names, held, registers).iloc[0]


def test_a_number_that_is_on_no_register_falls_back_to_the_name(
    register: register_files.Register,
) -> None:
    found = known_to([register], "Quendale CIC", "09999999")
    assert (found["outcome"], found["company_number"]) == ("review", "09999999")
    assert found["register_name"] == "QUENDALE COMMUNITY INTEREST COMPANY"
    assert found["reason"].startswith("its number is not on the register; by name: ")
    found = known_to([register], "Nowhere Ltd", "09999999")
    assert (found["outcome"], found["register_name"]) == ("not_found", "")


def test_a_charity_is_found_by_its_company_number(
    root: Path, register: register_files.Register
) -> None:
    path = root / "publicextract.charity.txt"
    path.write_text(
        "registered_charity_number\tlinked_charity_number\tcharity_name\t"
        "charity_registration_status\tcharity_company_registration_number\n"
        "200001\t0\tTHE MISSION\tRegistered\t5678901\n",
        encoding="utf-8",
    )
    found = known_to([register, register_files.read(path)], "Quendale CIC")
    assert (found["company_number"], found["charity_number"]) == ("05678901", "200001")
    assert found["vcse"] == "yes"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "are not those of a register"),
        ("Supplier,Amount\nA,1\n", "the columns Supplier, Amount ... are not those"),
    ],
)
def test_what_is_no_register_is_refused(root: Path, content: str, said: str) -> None:
    path = root / "r.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        register_files.read(path)


def test_a_list_keeps_its_rows_and_order(root: Path, register: register_files.Register) -> None:
    path = root / "names.csv"
    path.write_bytes(
        "Id,Name\n1,Quendale CIC\n2,\n3,Caf\xe9 Zo\xeb\n4,Quendale CIC\n".encode("cp1252")
    )
    names = lists.read_names(path)
    assert names.name == ["Quendale CIC", "", "Café Zoë", "Quendale CIC"]
    found = lists.match_list(names, register)
    assert list(found) == ["name", "outcome", "company_number", "score", "reason"]
    assert found["company_number"].tolist() == ["05678901", "", "", "05678901"]
    csvfile.write(root / "out" / "found.csv", lists.COLUMNS, found.to_dict("records"))
    again = pd.read_csv(root / "out" / "found.csv", dtype=str, keep_default_na=False)
    assert again["company_number"].tolist() == ["05678901", "", "", "05678901"]


def test_a_list_without_names_is_refused(root: Path) -> None:
    path = root / "names.csv"
    path.write_text("supplier\nAshbrook\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"names.csv, line 1: no column 'name' among: supplier"):
        lists.read_names(path)


def test_a_quarter_takes_from_a_register_what_nobody_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(
        tmp_path, monkeypatch, quarters={"2026-27-Q1": {"accept_missing_months": ["2026-05",
        "2026-06"]}}, sources={
            "payments": {"folder": "data/raw", "files": ["*.csv"]},
            "registers": {"companies": "companies.csv"},
        },
    )  # fmt: skip
    header = HEADER + ',"CompanyCategory","Accounts.AccountCategory","SICCode.SicText_1"'
    (root / "companies.csv").write_text(
        header + "\n"
        '"ASHBROOK & SONS (WIRRAL) LIMITED","01234567","CH41 6AA","Liquidation","Private Limited '
        'Company","MICRO ENTITY","41201 - Construction of commercial buildings"\n'
        '"QUENDALE COMMUNITY INTEREST COMPANY","05678901","L1 8JQ","Active","Community Interest '
        'Company","FULL",""\n"CROOK',
        encoding="utf-8",
    )
    payments(
        root, "2026-04.csv",
        """
        Ashbrook and Sons (Wirral) Ltd, 600.00, 01/04/2026
        Quendale CIC, 300.00, 02/04/2026, , , M1 1AE
        Nowhere Ltd, 100.00, 03/04/2026
        """,
    )  # fmt: skip
    q = open_quarter("parameters/tiny/2026-27-Q1.yaml")
    known = q.suppliers.set_index("supplier_name")
    ashbrook = known.loc["Ashbrook and Sons (Wirral) Ltd"]
    assert ashbrook["outcome"] == "matched"
    assert (ashbrook["company_number"], ashbrook["register_status"]) == ("01234567", "Liquidation")
    assert ashbrook["activity"].startswith("41201")
    assert ashbrook["section"] == "F Construction"
    assert (ashbrook["size"], ashbrook["size_known"]) == ("micro", "inferred")
    assert known.loc["Quendale CIC", ["size", "vcse", "vcse_known"]].tolist() == [
        "unknown", "yes", "register",
    ]  # fmt: skip
    assert known.loc["Nowhere Ltd", "outcome"] == "not_found"
    cut = "companies.csv: its last line has no end and may be cut off"
    assert any(warning.startswith(cut) for warning in q.warnings)
    lines = q.sql("SELECT supplier, district, place_basis FROM payments ORDER BY supplier")
    assert lines.to_numpy().tolist() == [
        ["Ashbrook and Sons (Wirral) Ltd", "E08000015", "registered office"],
        ["Nowhere Ltd", "", ""],
        ["Quendale CIC", "E08000003", "file"],
    ]
    assert spend.by_known(q.payments, "size")["size"].tolist() == ["micro (inferred)", "unknown"]
    assert "registered office" in findings.place_basis(q)
    assert registers_table(q).to_numpy().tolist() == [
        ["Found", 2, Decimal("900.00"), 0.9],
        ["Not found", 1, Decimal("100.00"), 0.1],
    ]
    assert standing_table(q).to_numpy().tolist() == [
        ["Ashbrook and Sons (Wirral) Ltd", "Liquidation", Decimal("600.00")]
    ]


def test_a_declared_fact_wins_over_the_register(register: register_files.Register) -> None:
    names = pd.DataFrame(
        [("a", "Brookash Facilities Management Ltd", "supplier", "", "")],
        columns=["supplier_id", "supplier_name", "supplier_class", "company_number", "postcode"],
    )
    line = {"supplier": "A", "postcode": "M1 1AE", "size": "large", "vcse": "no",
            "company_number": "2345679"}  # fmt: skip
    held = (
        pd.DataFrame([line], columns=SUPPLIERS.names)
        .astype("str")
        .fillna("")
        .assign(supplier_id="a")
    )
    found = facts.of_suppliers(names, held, [register]).iloc[0]
    assert found["company_number"] == "02345679"  # not the one most alike in name
    assert found["register_name"] == "BROOKASH FACILITIES MANAGEMENT (NORTH) LIMITED"
    assert (found["reason"], found["size"], found["size_known"]) == ("number", "large", "declared")
    assert found["postcode"] == "M1 1AE"


@pytest.mark.realdata
@pytest.mark.xdist_group("published")
def test_published_names_find_their_company_among_made_up_ones(
    shared: Path, tmp_path: Path
) -> None:
    """Those for tuning; the halves held back are read by the benchmark alone."""
    write_register(tmp_path / "register.csv", 20_000, 3, planted(shared))
    register = register_files.read(tmp_path / "register.csv")
    asked = pairs(shared)
    asked = asked[(asked["split"] == "tune") & (asked["postcode_from"] != "register")]
    found = matching.match(list(asked["name"]), list(asked["postcode"]), register)
    right = found["company_number"].to_numpy() == asked["company_number"].to_numpy()
    matched = (found["outcome"] == "matched").to_numpy()
    assert right[matched].mean() > 0.98
    assert right[matched].sum() / len(asked) > 0.8
