"""Every pound in one place: by reason, by month, on both bases, and traced to its cell."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from helpers import payments, project
from typer.testing import CliRunner

import svlib as sv
from svlib import reconciliation
from svlib.cli import app
from svlib.publish import write_reconciliation
from svlib.quarter import Quarter

QUARTER = "2026-27-Q1"
FILE = f"parameters/tiny/{QUARTER}.yaml"
APRIL = """
    Ashbrook Ltd, 100.00, 01/04/2026
    Ashbrook Ltd, 100.00, 01/04/2026
    Brookash Ltd, 7.50, 30/03/2026
    Crookash Ltd, John Smith, 02/04/2026
    Council Tax, 5.00, 28/04/2026
"""
MAY = "Ashbrook Ltd, 50.00, 31/05/2026\nAshbrook Ltd, 1.00, 30/04/2026"
JUNE = "Ashbrook Ltd, 60.00, 30/06/2026\nBrookash Ltd, 3.00, Various"
JULY = "Ashbrook Ltd, 70.00, 31/07/2026\nBrookash Ltd, 9.00, 29/06/2026"
ACCEPTED = "quarter = ? AND status = 'accepted'"
TAX = {"id": "tax", "column": "supplier", "equals": ["Council Tax"], "reason": "No purchase"}


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a council with files for April to July 2026."""

    def make(**keys: Any) -> Path:
        root = project(tmp_path, monkeypatch, quarters={QUARTER: keys.pop("quarter", {})}, **keys)
        for month, rows in (("april", APRIL), ("may", MAY), ("june", JUNE), ("july", JULY)):
            payments(root, f"{month}-2026.csv", rows)
        return root

    return make


def opened(**settings: str) -> Any:
    return sv.open_quarter({"file": FILE, **settings})


def test_every_row_ends_in_one_place_with_its_reason(council: Any) -> None:
    council(exclusions=[TAX])
    q = opened()
    found = sv.findings.ends_table(q)
    assert [tuple(row) for row in found.itertuples(index=False)] == [
        ("april-2026.csv", "", "accepted", "", 3, Decimal("207.50")),
        ("april-2026.csv", "", "excluded", "tax", 1, Decimal("5.00")),
        ("april-2026.csv", "", "set aside", "amount is not a number", 1, Decimal("0.00")),
        ("june-2026.csv", "", "accepted", "", 2, Decimal("63.00")),
        ("may-2026.csv", "", "accepted", "", 2, Decimal("51.00")),
    ]
    assert sum(found["lines"]) == sum(q.reconciliation["rows_read"])
    assert sum(found["gbp_sum"]) == sum(q.reconciliation["gbp_read"])


def test_a_person_s_name_in_the_wrong_cell_is_not_published(council: Any, tmp_path: Path) -> None:
    council()
    q = opened()
    write_reconciliation(q, tmp_path / "reconciliation.xlsx")
    book = openpyxl.load_workbook(tmp_path / "reconciliation.xlsx")
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    assert "amount is not a number" in cells
    assert not any("Smith" in text for text in [*cells, *q.warnings])


def test_both_bases_are_stated(council: Any) -> None:
    council()
    by_file = sv.findings.basis(opened())
    assert by_file == (
        "Lines are counted in the quarter their file was published for. Counted in the quarter of "
        "their date, the quarter would hold 7 lines worth £319.00, as far as the files held can "
        "tell."
    )


def test_late_data_restates_a_quarter(council: Any) -> None:
    """Counted by date, a line of June in July's file belongs to the first quarter: known once July
    is published, and not in a report cut before."""
    council(quarter={"as_of": "2026-07-15"}, quarter_by="payment_date")
    before = opened()
    after = opened(as_of="2026-08-15")
    assert len(before.find(ACCEPTED, [QUARTER])) == 7
    assert len(after.find(ACCEPTED, [QUARTER])) == 8
    assert reconciliation.late(before.lines, before.quarter) == (0, Decimal("0.00"))
    assert reconciliation.late(after.lines, after.quarter) == (1, Decimal("9.00"))
    assert "Late data: 1 line (£9" in " ".join(sv.findings.reconciliation_sentences(after))
    assert after.previous is None  # March's stray line makes no quarter of its own


def test_months_out_of_line_are_said() -> None:
    def file(month: str, rows: int, last: date | None) -> dict[str, Any]:
        return {"file": f"{month}.csv", "month": month, "rows_read": rows, "last_date": last}

    files = pd.DataFrame(
        [
            file("2026-04", 100, date(2026, 4, 30)),
            file("2026-05", 30, date(2026, 5, 12)),
            file("2026-06", 98, date(2026, 6, 23)),
            file("2026-07", 110, None),
        ]
    )
    found = reconciliation.coverage(files, ["2026-04", "2026-05", "2026-06", "2026-08"])
    assert list(found["remark"]) == [
        "", "30 rows, where 100 are usual and no date after 12 May 2026",
        "no date after 23 June 2026", "",
    ]  # fmt: skip
    assert list(found["usual_rows"]) == [98, 100, 100, 99]
    assert list(found["files"]) == [1, 1, 1, 0]


def test_changed_headers_are_said(council: Any) -> None:
    root = council()
    (root / "data/raw/may-2026.csv").write_text(
        "Vendor,Amount,Date\nAshbrook Ltd,50.00,31/05/2026\n", encoding="utf-8"
    )
    warnings = [text for text in opened().warnings if "headers" in text]
    assert warnings == [
        "may-2026.csv: other headers than in the file before for supplier; see how its columns "
        "were read.",
        "june-2026.csv: other headers than in the file before for supplier; see how its columns "
        "were read.",
    ]


def test_a_reversal_that_distorts_gross_figures_is_said(council: Any) -> None:
    root = council()
    payments(
        root, "may-2026.csv", MAY + "\nDale Ltd, 900.00, 31/05/2026\nDale Ltd, -900.00, 31/05/2026"
    )
    assert any(
        "£900.00 is paid and taken back in full within the file: 95% of all" in text
        for text in opened().warnings
    )


def test_a_yearly_file_is_placed_row_by_row(council: Any) -> None:
    root = council()
    for path in (root / "data/raw").glob("*.csv"):
        path.unlink()
    payments(root, "april 2026 to march 2027.csv",
             APRIL + JULY + "\nElm Ltd, 2.00, Various\nElm Ltd, 4.00, 01/01/2027")  # fmt: skip
    q = opened()
    found = sv.findings.ends_table(q)
    undated = found["reason"] == "undated, in a file of several quarters"
    assert found.loc[undated, "lines"].sum() == 1
    lines = q.find(ACCEPTED, [QUARTER])
    assert sum(line["amount_gbp"] for line in lines) == Decimal("221.50")
    assert q.missing_months == ()
    assert q.quarter == Quarter(2026, 1)


def test_a_figure_is_traced_to_its_cells(council: Any, tmp_path: Path) -> None:
    council()
    words = ["trace", FILE, "--by", "supplier=ashbrook", "--csv", str(tmp_path / "lines.csv")]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 0, shown.output
    assert "5 lines; sum £311.00" in shown.output
    with (tmp_path / "lines.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["file"], line["row"]) for line in lines][:3] == [
        ("data/raw/april-2026.csv", "2"), ("data/raw/april-2026.csv", "3"),
        ("data/raw/june-2026.csv", "2"),
    ]  # fmt: skip
    assert sum(Decimal(line["amount_gbp"]) for line in lines) == Decimal("311.00")


def test_what_cannot_be_traced_is_said(council: Any) -> None:
    council()
    with pytest.raises(sv.errors.InputError, match="no line has supplier Nobody"):
        CliRunner().invoke(app, ["trace", FILE, "--by", "supplier=Nobody"], catch_exceptions=False)
    with pytest.raises(sv.errors.ParameterError, match="Known: supplier, directorate"):
        CliRunner().invoke(app, ["trace", FILE, "--by", "colour=red"], catch_exceptions=False)


def test_set_aside_lines_are_traced_when_asked_for(council: Any) -> None:
    council()
    shown = CliRunner().invoke(app, ["trace", FILE, "--by", "status=set aside"])
    assert "1 lines; sum £0.00" in shown.output
