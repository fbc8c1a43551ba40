"""What local suppliers spend again: asked, answered, and what is assumed of the rest."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from helpers import payments, project, put

import svlib as sv
from svlib import surveying
from svlib.errors import InputError

QUARTER = Path("parameters/testshire/2026-27-Q1.yaml")
SOURCES = {
    "payments": {"folder": "data/raw", "files": ["*.csv"]},
    "respend": {"folder": "data/answers", "files": ["*.csv"]},
}
ROWS = """
    Ash Ltd, 100.00, 03/04/2026, , , L1 8JQ
    Birch Ltd, 300.00, 03/04/2026, , , CH41 6AA
    Cedar Ltd, 200.00, 03/04/2026, , , M1 1AE
    Dogwood Ltd, -5.00, 03/04/2026, , , L1 8JQ
    Mrs A Example, 15.00, 03/04/2026, , , L1 8JQ
    Elm Ltd, 50.00, 03/04/2026
"""


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = project(tmp_path, monkeypatch, slug="testshire", sources=SOURCES)
    for month in ("04", "05", "06"):
        payments(
            root, f"2026-{month}.csv", ROWS if month == "04" else f"Ash Ltd, 0.00, 03/{month}/2026"
        )
    put(root / "data/answers/respend.csv", "supplier,respent_percent\n")
    return root


def test_the_survey_asks_local_suppliers_richest_first_and_is_never_written_over(
    council: Path,
) -> None:
    said = surveying.template(QUARTER, {}, 50)
    assert "2 suppliers certainly in Liverpool City Region (£400 in 2026-27 Q1)" in said[0]
    path = council / "parameters/testshire/suppliers_respend.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert [row["supplier"] for row in csv.DictReader(stream)] == ["Birch Ltd", "Ash Ltd"]
    with pytest.raises(InputError, match="lies there already and may hold answers"):
        surveying.template(QUARTER, {}, 50)


def test_answers_count_and_the_rest_is_assumed(council: Path) -> None:
    put(
        council / "data/answers/respend.csv",
        """
        Supplier,respent_percent,answered_by
        ASH LIMITED,50%,Finance manager
        Birch Ltd,,
        """,
    )
    q = sv.open_quarter(str(QUARTER))
    assert q.respent == {"ash ltd": 0.5}
    low, middle, high = sv.findings.multiplier(q).to_dict("records")
    # placed 610 (with the credit and the individual), inside 410, of which Ash 100 at a half
    assert float(middle["r3_gbp"]) == pytest.approx(50 + 0.35 * 310)
    assert middle["multiplier"] == pytest.approx((610 + 410 + 50 + 0.35 * 310) / 610)
    assert low["multiplier"] < middle["multiplier"] < high["multiplier"]
    said = sv.findings.multiplier_sentences(q)[0]
    assert said.startswith("1 supplier with 24% of the £410 paid in Liverpool City Region said")
    assert "nobody measured" in said


def test_without_answers_it_says_that_nobody_was_asked(council: Path) -> None:
    q = sv.open_quarter(str(QUARTER))
    assert sv.findings.multiplier_sentences(q)[0].startswith("No supplier in Liverpool City Region")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("Ash Ltd,120", "row 2, column 'respent_percent': '120' is more than 100"),
        ("Ash Ltd,-1", "'-1' is less than 0"),
        ("Ash Ltd,half", "'half'"),
        ("Ash Ltd,0.4", "line 1, supplier 'Ash Ltd': respent_percent is 0.4"),
        ("Nobody Ltd,40", "line 1, supplier 'Nobody Ltd': is paid in no file held"),
        ("Ash Ltd,40\nASH LIMITED,50", "line 2, supplier 'ASH LIMITED': has answered already"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(council: Path, lines: str, said: str) -> None:
    path = council / "data/answers/respend.csv"
    path.write_text(f"supplier,respent_percent\n{lines}\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        _ = sv.open_quarter(str(QUARTER)).respent
    assert said in str(raised.value)


def test_the_assumptions_are_shares_in_order_and_say_what_they_are() -> None:
    table = sv.spend.respend_defaults()
    assert "" in set(table["section"])
    assert ((table["low"] >= 0) & (table["low"] <= table["central"])).all()
    assert ((table["central"] <= table["high"]) & (table["high"] <= 1)).all()
    assert table["note"].str.endswith("not measured").all()
