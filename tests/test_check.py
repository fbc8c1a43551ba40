"""`svlib check` on files and folders: one object a file, and an exit code for the scheduler."""

from __future__ import annotations

import json
import os
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import put
from typer.testing import CliRunner

import svlib as sv
from svlib.cli import app

GOOD = """
    Supplier,Net,VAT,Date
    Ashbrook Ltd,10.00,2.00,01/04/2026
    Ashbrook Ltd,10.00,2.00,01/04/2026
    REDACTED,-2.50,0.00,02/04/2026
    Crookash Ltd,0.00,0.00,Various
    Dale Ltd,see note,0.00,02/04/2026
    Total,17.50,4.00,
"""
ASKS = """
    Supplier,Amount,Value
    Ashbrook Ltd,10.00,5.00
    Ashbrook Ltd,11.00,6.00
"""


def checked(*words: str | Path) -> tuple[int, list[dict[str, Any]]]:
    shown = CliRunner().invoke(app, ["check", *map(str, words), "--json"])
    return shown.exit_code, json.loads(shown.stdout)


def test_one_object_a_file(tmp_path: Path) -> None:
    code, (found,) = checked(put(tmp_path / "april-2026.csv", GOOD))
    assert code == 0
    assert found == {
        "file": (tmp_path / "april-2026.csv").as_posix(),
        "verdict": "read",
        "rows": 4,
        "amount_gbp": "17.50",
        "alternatives": [{"column": "VAT", "amount_gbp": "4.00"}],
        "negative_rows": 1,
        "redacted_rows": 1,
        "repeated_rows": 1,
        "undated_rows": 1,
        "set_aside_rows": 1,
        "set_aside": [{"sheet": "", "row": 6, "problem": "amount 'see note' is not a number"}],
        "publisher_total_gbp": "17.50",
        "period": {"start": "2026-04-01", "end": "2026-04-30", "basis": "name"},
        "columns": {"supplier": "Supplier", "amount_gbp": "Net", "payment_date": "Date"},
        "header_row": 1,
        "warnings": ["1 row (6) set aside: no number in 'Net'"],
        "message": "",
        "parts": [],
    }


def test_a_refusal_and_a_question(tmp_path: Path) -> None:
    put(tmp_path / "april-2026.csv", GOOD)
    put(tmp_path / "b" / "may-2026.csv", ASKS)
    code, found = checked(tmp_path)
    assert (code, [each["verdict"] for each in found]) == (3, ["read", "ask"])
    assert "`columns: {amount_gbp: Amount}`" in found[1]["message"]
    assert found[1]["amount_gbp"] == "21.00"
    (tmp_path / "c.csv").write_bytes(b"%PDF-1.7")
    code, found = checked(tmp_path)
    assert (code, [each["verdict"] for each in found]) == (1, ["read", "ask", "refuse"])
    assert found[2]["message"] == (
        f"{(tmp_path / 'c.csv').as_posix()}: is a PDF document. "
        "Ask the publisher for the table as CSV or XLSX."
    )
    assert (found[2]["rows"], found[2]["amount_gbp"], found[2]["period"]) == (None, None, None)


def test_a_zip_is_one_object_with_its_parts(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "q1.zip", "w") as archive:
        for month in ("april", "may"):
            archive.writestr(f"{month}-2026.csv", "\n".join(map(str.strip, GOOD.split("\n")[1:])))
    code, (found,) = checked(tmp_path / "q1.zip")
    assert (code, found["rows"], found["amount_gbp"]) == (0, 8, "35.00")
    assert found["alternatives"] == [{"column": "VAT", "amount_gbp": "8.00"}]
    assert found["period"]["end"] == "2026-05-31"
    assert [(part["part"], part["amount_gbp"]) for part in found["parts"]] == [
        ("april-2026.csv", "17.50"), ("may-2026.csv", "17.50"),
    ]  # fmt: skip


def test_for_people(tmp_path: Path) -> None:
    put(tmp_path / "april-2026.csv", GOOD)
    put(tmp_path / "may-2026.csv", ASKS)
    shown = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert shown.exit_code == 3
    for text in ("read with warnings", "asks", "£17.50", "2026-04", "which column is the amount?",
                 "'VAT' would give £4.00", "row 6: amount 'see note' is not a number"):  # fmt: skip
        assert text in shown.stdout, text


def test_nothing_to_check_is_said(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["check", str(tmp_path), str(tmp_path / "none.csv"), "--json"])
    (found,) = json.loads(shown.stdout)
    assert "there is no such file" in found["message"]
    with pytest.raises(sv.errors.InputError, match="holds no file"):
        CliRunner().invoke(app, ["check", str(tmp_path)], catch_exceptions=False)


def test_a_folder_that_may_not_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    put(tmp_path / "april-2026.csv", GOOD)
    monkeypatch.setattr(os, "scandir", denied)
    with pytest.raises(sv.errors.InputError, match=r"cannot be listed \(Permission denied\)"):
        sv.ingest.check([tmp_path])


def test_a_notebook_gets_the_same_as_a_table(tmp_path: Path) -> None:
    put(tmp_path / "april-2026.csv", GOOD)
    table = sv.ingest.check([tmp_path])
    assert isinstance(table, pd.DataFrame)
    assert table.loc[0, "amount_gbp"] == Decimal("17.50")
    assert list(table["verdict"]) == ["read"]
