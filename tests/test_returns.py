"""Returns of suppliers: the form out, filled in, handed back with remarks, recorded once."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers import project, put
from typer.testing import CliRunner

from svlib import keeping, ledger, registering, returning
from svlib.cli import app
from svlib.errors import InputError
from svlib.returns import workbook as form

FILE = Path("parameters/tiny/2026-27-Q1.yaml")
LEDGER = "data/ledger/ledger.sqlite"
COUNCIL = ledger.administrator("tiny")
REGISTER = """
    Contract Reference,Title,Supplier,Department,Start Date,End Date,Total Value
    CON-1,Home care,Ash Ltd,Adults,01/04/2026,31/03/2028,500000
    CON-2,Roofs,Cedar Ltd,Places,01/04/2026,31/03/2027,900000
    ,No reference,Elder Ltd,Places,01/04/2026,31/03/2027,1000
"""
PROMISES = """
    commitment_id,contract_ref,measure_id,unit,target,start_date,end_date,district,ward,profile
    CON-1-JS1,CON-1,JS1,claimant-year,12,01/04/2026,31/03/2028,E08000012,,
    CON-1-JS3,CON-1,JS3,person-year,4,01/04/2026,31/03/2028,,,
    CON-1-JS5,CON-1,JS5,placement,10,01/04/2026,31/03/2028,,,
    CON-1-BU1,CON-1,BU1,GBP,100000,01/04/2026,31/03/2028,,,
    CON-1-BU2,CON-1,BU2,organisation,5,01/04/2026,31/03/2028,,,
    CON-1-TE1,CON-1,TE1,tCO2e,20,01/04/2026,31/03/2028,,,
    CON-1-GS1,CON-1,GS1,tree,100,01/04/2026,31/03/2028,,,
    CON-1-WN1,CON-1,WN1,tonne,40,01/04/2026,31/03/2028,,,
    CON-1-WB3,CON-1,WB3,hour,200,01/04/2026,31/03/2028,,,
    CON-1-ED3,CON-1,ED3,worker,30,01/04/2026,31/03/2028,,,
    CON-2-JS1,CON-2,JS1,claimant-year,6,01/04/2026,31/03/2027,,,
"""


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A council with two contracts and eleven commitments in its ledger."""
    sources = {
        "payments": {"folder": "data/raw", "files": ["june-2026.csv"]},
        "contracts": {"folder": "data/raw", "files": ["register.csv"]},
    }
    missing = {"accept_missing_months": ["2026-04", "2026-05"], "as_of": "2027-12-31"}
    root = project(tmp_path, monkeypatch, sources=sources, quarters={"2026-27-Q1": missing})
    monkeypatch.chdir(root)
    put(root / "data/raw/june-2026.csv", "Supplier,Amount,Date\nAsh Ltd,100.00,03/06/2026\n")
    put(root / "data/raw/register.csv", REGISTER)
    registering.load_contracts(FILE)
    registering.load_commitments(FILE, put(root / "promises.csv", PROMISES))
    return root


def made() -> Any:
    with ledger.open_ledger(LEDGER) as held:
        return ledger.deliveries(held, COUNCIL).set_index("commitment_id")


def cut() -> int:
    with ledger.open_ledger(LEDGER) as held:
        return held.cut()[0]


def fill(path: Path, cells: dict[tuple[str, str], Any], target: Path) -> Path:
    """A form with cells filled in, by commitment and field."""
    book = openpyxl.load_workbook(path)
    sheet = book[form.DELIVERIES]
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=2)}
    for (commitment, name), value in cells.items():
        column = 1 if name == "commitment_id" else form.column_of(name) + 1
        sheet.cell(rows[commitment], column, value)
    book.save(target)
    return target


def test_the_register_and_the_schedule_are_recorded_once(council, tmp_path):
    said = registering.load_contracts(FILE)
    assert said[0].startswith("0 contracts recorded, 2 held as they are")
    assert said[1].startswith("Not recorded: ") and said[1].endswith("it has no reference")
    again = registering.load_commitments(FILE, council / "promises.csv")
    assert again.startswith("0 commitments frozen, 11 held as they are")


def test_ten_faults_come_back_on_their_cells_and_mended_it_loads_and_again_changes_nothing(
    council, tmp_path
):
    out = returning.template(FILE, "CON-1", Path("out"))
    wrong = {
        ("CON-1-JS1", "quantity"): -3,
        ("CON-1-JS3", "quantity"): "three",
        ("CON-1-JS5", "quantity"): 1_500,  # over 100 times the target
        ("CON-1-BU1", "quantity"): 20_000,
        ("CON-1-BU1", "unit"): "hour",
        ("CON-1-BU2", "quantity"): 1,
        ("CON-1-BU2", "commitment_id"): "CON-2-JS1",  # another contract's
        ("CON-1-TE1", "quantity"): 2,
        ("CON-1-TE1", "period_start"): date(2025, 1, 1),
        ("CON-1-GS1", "quantity"): 20,
        ("CON-1-GS1", "delivered_on"): date(2026, 9, 30),
        ("CON-1-WN1", "quantity"): 2,
        ("CON-1-WN1", "note"): "<b>bold</b>",
        ("CON-1-WB3", "quantity"): "=20+30",
        ("CON-1-ED3", "quantity"): 4,
        ("CON-1-ED3", "link"): "http://example.org/payroll",
    }
    sent = fill(out, wrong, tmp_path / "sent.xlsx")
    before = cut()
    said, whole = returning.load(FILE, [sent])
    assert not whole and cut() == before
    back = openpyxl.load_workbook(tmp_path / "sent-to-mend.xlsx")[form.DELIVERIES]
    remarks = {
        back.cell(1, cell.column).value + " of " + back.cell(cell.row, 1).value: cell.comment.text
        for row in back.iter_rows()
        for cell in row
        if cell.comment
    }
    assert {place: re.split(r"\. [A-Z]", text)[0] for place, text in remarks.items()} == {
        "Delivered in this quarter of CON-1-JS1": "is -3",
        "Delivered in this quarter of CON-1-JS3": "'three' is not a number",
        "Delivered in this quarter of CON-1-JS5":
            "1,500 is more than 100 times the whole target (10 placement)",
        "In unit of CON-1-BU1": "is hour, the commitment counts GBP",
        "Commitment of CON-2-JS1": "'CON-2-JS1' is a commitment of CON-2",
        "From of CON-1-TE1":
            "01/01/2025 to 30/06/2026 is outside the contract (01/04/2026 to 31/03/2028)",
        "To of CON-1-GS1": "30/09/2026 is not in 2026-27 Q1",
        "Note (no names of people) of CON-1-WN1": "holds markup (< before a letter)",
        "Delivered in this quarter of CON-1-WB3": "holds a formula",
        "Evidence (https address) of CON-1-ED3": "'http://example.org/payroll' is no https address",
    }  # fmt: skip
    assert len(said) == 11 and "10 remarks on its cells" in said[-1]

    mended = {
        ("CON-1-JS1", "quantity"): 3, ("CON-1-JS3", "quantity"): 3,
        ("CON-1-JS5", "confirmed"): "yes", ("CON-1-BU1", "unit"): "GBP",
        ("CON-2-JS1", "commitment_id"): "CON-1-BU2",
        ("CON-1-TE1", "period_start"): date(2026, 4, 1),
        ("CON-1-GS1", "delivered_on"): date(2026, 6, 30), ("CON-1-WN1", "note"): "bold",
        ("CON-1-WB3", "quantity"): 50, ("CON-1-ED3", "link"): "https://example.org/payroll",
    }  # fmt: skip
    good = fill(tmp_path / "sent-to-mend.xlsx", mended, tmp_path / "mended.xlsx")
    assert returning.load(FILE, [good]) == (["mended.xlsx: 10 recorded, 0 held as they are"], True)
    assert made()["quantity"].to_dict()["CON-1-WB3"] == Decimal(50)
    assert made().loc["CON-1-ED3", "evidence_status"] == "submitted"
    after = cut()
    assert returning.load(FILE, [good]) == (["mended.xlsx: 0 recorded, 10 held as they are"], True)
    assert cut() == after


def test_a_figure_sent_again_replaces_the_one_before_and_both_are_kept(council, tmp_path):
    out = returning.template(FILE, "CON-1", Path("out"))
    for number in (3, 5):
        path = fill(out, {("CON-1-JS1", "quantity"): number}, tmp_path / f"{number}.xlsx")
        returning.load(FILE, [path])
    assert made().loc["CON-1-JS1", "quantity"] == Decimal(5)
    with ledger.open_ledger(LEDGER) as held:
        story = ledger.history(held, COUNCIL, made().loc["CON-1-JS1", "delivery_id"])
        assert story["what"].tolist() == [Decimal(3), Decimal(5)]
        assert held.verify() == []


def test_the_form_shows_what_was_reported_before(council, tmp_path):
    with ledger.open_ledger(LEDGER) as held:
        days = (date(2026, 4, 1), date(2026, 6, 30))
        ledger.record(held, COUNCIL, ledger.Delivery("CON-1-JS1", Decimal("2.5"), *days))
    put(council / "parameters/tiny/2026-27-Q2.yaml", "quarter: 2026-27-Q2\nas_of: 2026-09-30\n")
    out = returning.template(Path("parameters/tiny/2026-27-Q2.yaml"), "CON-1", Path("out"))
    sheet = openpyxl.load_workbook(out)[form.DELIVERIES]
    assert [cell.value for cell in sheet[2]][:6] == [
        "CON-1-BU1", "Spend with small and medium firms in the supply chain", "GBP", 100_000, 0, 0
    ]  # fmt: skip
    line = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "CON-1-JS1")
    assert [cell.value for cell in line][3:6] == [12, 2.5, 2.5]


@pytest.mark.parametrize(
    ("line", "value", "said"),
    [
        (form.COUNCIL, "Other Council", "Council is 'Other Council', this is 'Tiny Council'"),
        (form.FORM, "returns 0", "Form is 'returns 0', this is 'returns 1'"),
        (form.CONTRACT, "CON-9", "contract 'CON-9' is not among the contracts you report on"),
        (form.CONTRACT, "CON-2", "'CON-1-JS1' is a commitment of CON-1"),
        (form.QUARTER, "spring", "'spring' is not a quarter"),
    ],
)
def test_a_form_of_another_council_version_or_contract(council, tmp_path, line, value, said):
    out = returning.template(FILE, "CON-1", Path("out"))
    path = fill(out, {("CON-1-JS1", "quantity"): 3}, tmp_path / "sent.xlsx")
    book = openpyxl.load_workbook(path)
    for row in book[form.ABOUT].iter_rows(max_col=2):
        if row[0].value == line:
            row[1].value = value
    book.save(path)
    before = cut()
    told, whole = returning.load(FILE, [path])
    assert not whole and cut() == before
    assert said in told[0] and ", cell " in told[0]


def test_a_faulty_form_does_not_hold_up_the_others(council, tmp_path):
    out = returning.template(FILE, "CON-1", Path("out"))
    bad = fill(out, {("CON-1-JS1", "quantity"): -1}, tmp_path / "bad.xlsx")
    good = fill(out, {("CON-1-JS3", "quantity"): 1}, tmp_path / "good.xlsx")
    done = CliRunner().invoke(app, ["returns", "load", str(FILE), str(bad), str(good)])
    assert done.exit_code == 3
    assert "good.xlsx: 1 recorded" in done.output
    assert made()["quantity"].tolist() == [Decimal(1)]


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"", b"PK\x03\x04 broken", b"a,b\n1,2\n"])
def test_files_that_are_no_form(council, tmp_path, content):
    path = tmp_path / "sent.xlsx"
    path.write_bytes(content)
    told, whole = returning.load(FILE, [path])
    assert not whole and told[-1] == "sent.xlsx: nothing recorded"


CSV = """
    Line,Amount,From,Until,Remark
    CON-1-JS1,2,01/04/2026,30/06/2026,Two people
    CON-1-GS1,{trees},01/04/2026,30/06/2026,
"""
MAP = {"commitment_id": "Line", "quantity": "Amount", "period_start": "From",
       "delivered_on": "Until", "note": "Remark"}  # fmt: skip


def test_another_systems_csv_by_a_map_of_its_columns(council, tmp_path):
    path = put(tmp_path / "export.csv", CSV.format(trees=15))
    assert returning.load_csv(FILE, path, MAP) == "export.csv: 2 recorded, 0 held as they are"
    assert returning.load_csv(FILE, path, MAP) == "export.csv: 0 recorded, 2 held as they are"
    assert made()["quantity"].to_dict() == {"CON-1-JS1": Decimal(2), "CON-1-GS1": Decimal(15)}


def test_a_fault_of_a_csv_names_row_and_column_and_nothing_is_recorded(council, tmp_path):
    path = put(tmp_path / "export.csv", CSV.format(trees=-15))
    before = cut()
    with pytest.raises(InputError, match=r"export.csv, row 3, column 'Amount': is -15"):
        returning.load_csv(FILE, path, MAP)
    assert cut() == before


WRONG_PROMISES = {
    "measure": ("JS1,claimant-year,12", "XX9,claimant-year,12", "'XX9' is no measure"),
    "unit": ("JS1,claimant-year,12", "JS1,hour,12", "'hour' is not the unit of JS1"),
    "target": ("JS1,claimant-year,12", "JS1,claimant-year,0", "is 0"),
    "contract": ("CON-1-JS3,CON-1,", "CON-1-JS3,CON-7,", "contract 'CON-7' is not in the ledger"),
    "frozen": ("JS1,claimant-year,12", "JS1,claimant-year,13", "was frozen at award"),
}


@pytest.mark.parametrize("name", WRONG_PROMISES)
def test_a_wrong_line_of_a_schedule_is_named_and_nothing_recorded(council, tmp_path, name):
    good, bad, said = WRONG_PROMISES[name]
    path = put(tmp_path / "schedule.csv", PROMISES.replace(good, bad, 1))
    before = cut()
    with pytest.raises(InputError, match=said) as caught:
        registering.load_commitments(FILE, path)
    assert "row " in caught.value.faults[0].where
    assert cut() == before


def test_a_change_of_the_contract_lets_a_commitment_change(council, tmp_path):
    args = ["contracts", "change", str(FILE), "CON-1", "--on", "2027-01-01", "--end", "2029-03-31"]
    assert CliRunner().invoke(app, args).exit_code == 0
    path = put(tmp_path / "schedule.csv", PROMISES.replace("JS1,claimant-year,12", "JS1,,13"))
    assert registering.load_commitments(FILE, path).startswith("1 commitments frozen")


def test_the_ledger_is_verified_copied_lost_and_put_back(council, tmp_path):
    with ledger.open_ledger(LEDGER) as held:
        days = (date(2026, 4, 1), date(2026, 6, 30))
        delivery = ledger.record(held, COUNCIL, ledger.Delivery("CON-1-JS1", Decimal(2), *days))
        identity = ledger.attach_file(held, COUNCIL, delivery, "a.pdf", b"%PDF-1.7 payroll")
        before = held.cut()
    assert "each as it was recorded" in keeping.verify(FILE)
    keeping.backup(FILE, tmp_path / "copy")
    with pytest.raises(InputError, match="is there already"):
        keeping.backup(FILE, tmp_path / "copy")
    shutil.rmtree(council / "data/ledger")
    keeping.restore(FILE, tmp_path / "copy")
    with ledger.open_ledger(LEDGER) as held:
        assert held.cut() == before and held.verify() == []
        assert ledger.content(held, COUNCIL, delivery, identity) == b"%PDF-1.7 payroll"


def test_a_restore_refuses_to_overwrite_what_is_newer(council, tmp_path):
    keeping.backup(FILE, tmp_path / "copy")
    with ledger.open_ledger(LEDGER) as held:
        days = (date(2026, 4, 1), date(2026, 6, 30))
        ledger.record(held, COUNCIL, ledger.Delivery("CON-1-JS1", Decimal(2), *days))
        newer = held.cut()
    with pytest.raises(InputError, match="is not their sequel"):
        keeping.restore(FILE, tmp_path / "copy")
    with ledger.open_ledger(LEDGER) as held:
        assert held.cut() == newer


def test_a_copy_that_was_changed_is_refused(council, tmp_path):
    keeping.backup(FILE, tmp_path / "copy")
    with (tmp_path / "copy" / "ledger.sqlite").open("ab") as file:
        file.write(b" ")
    shutil.rmtree(council / "data/ledger")
    with pytest.raises(InputError, match="is not as it was copied"):
        keeping.restore(FILE, tmp_path / "copy")


def test_a_partners_export_is_taken_in_once_without_any_text(council, tmp_path, monkeypatch):
    with ledger.open_ledger(LEDGER, lambda: datetime(2026, 7, 1, tzinfo=UTC)) as held:
        days = (date(2026, 4, 1), date(2026, 6, 30))
        told = ledger.Delivery("CON-1-JS1", Decimal(2), *days, note="Jo from the estate")
        delivery = ledger.record(held, COUNCIL, told)
        seen = ledger.deliveries(held, COUNCIL)["seen_seq"].iloc[0]
        ledger.review(held, COUNCIL, delivery, ledger.ACCEPTED, of_seq=seen, note="Seen")
    keeping.export(FILE, tmp_path / "tiny.json", "Head of Procurement")
    text = (tmp_path / "tiny.json").read_text(encoding="utf-8")
    assert "Jo" not in text and "Seen" not in text
    (tmp_path / "other").mkdir()
    project(tmp_path / "other", monkeypatch, slug="other")
    there = Path("parameters/other/2026-27-Q1.yaml")
    assert keeping.import_(there, tmp_path / "tiny.json") == "15 new entries of tiny"
    assert keeping.import_(there, tmp_path / "tiny.json") == "0 new entries of tiny"
    with ledger.open_ledger(LEDGER) as held:
        taken = ledger.deliveries(held, COUNCIL)
        assert taken[["quantity", "evidence_status"]].values.tolist() == [[Decimal(2), "accepted"]]
        assert held.verify() == []
    changed = text.replace('"quantity": "2.0000"', '"quantity": "9.0000"')
    assert changed != text
    with pytest.raises(InputError, match="was changed after it was signed off"):
        keeping.import_(there, put(tmp_path / "changed.json", changed))


def test_an_export_is_not_taken_into_the_ledger_it_came_from(council, tmp_path):
    keeping.export(FILE, tmp_path / "tiny.json", "Head of Procurement")
    with pytest.raises(InputError, match="whose own ledger this is"):
        keeping.import_(FILE, tmp_path / "tiny.json")
