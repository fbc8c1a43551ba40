"""What the spend page says of who suppliers are: names joined and why."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from helpers import payments, project

from svlib import findings, open_quarter

ROWS = """
Ashbrook Care Ltd, 100.00, 03/04/2026
ASHBROOK CARE LIMITED, 50.00, 04/04/2026
Ashbrook Care, 25.00, 05/04/2026
Brookash Ltd, 10.00, 05/04/2026
Mrs A Example, 5.00, 05/04/2026
Redacted, 10.00, 04/04/2026
"""


def test_every_name_is_counted_once_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, monkeypatch)
    payments(root, "2026-04.csv", ROWS)
    for month in ("05", "06"):
        payments(root, f"2026-{month}.csv", f"Brookash Ltd, 0.00, 01/{month}/2026")
    q = open_quarter("parameters/tiny/2026-27-Q1.yaml")
    assert findings.names_table(q).to_numpy().tolist() == [
        ["own name", 3, 3, Decimal("115.00")],
        ["but for the legal form", 1, 1, Decimal("25.00")],
        ["same words, written another way", 1, 1, Decimal("50.00")],
    ]
    assert findings.registers_table(q).empty
    assert findings.standing_table(q).empty


def test_withheld_names_and_individuals_are_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, monkeypatch)
    payments(root, "2026-04.csv", ROWS)
    for month in ("05", "06"):
        payments(root, f"2026-{month}.csv", f"Brookash Ltd, 0.00, 01/{month}/2026")
    names = open_quarter("parameters/tiny/2026-27-Q1.yaml").names.set_index("printed")
    assert "Redacted" not in names.index
    assert names.loc["Mrs A Example", "supplier_name"] == "Individual, name not shown"
