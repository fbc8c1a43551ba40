"""What changed from one report to the next: each cause by itself, adding up to the whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import helpers
import pytest
from helpers import payments, put

from svlib import changes, open_quarter, publish
from svlib.errors import InputError

QUARTER = "parameters/tiny/2026-27-Q1.yaml"
DAY = date(2026, 7, 20)
APRIL = """
Ashbrook Care Ltd, 100000.00, 03/04/2026, Adults, Care, L1 8JQ
Bexley Paving Ltd, 50000.00, 10/04/2026, Place, Works, CH41 6AA
"""
MAY = "Ashbrook Care Ltd, 90000.00, 03/05/2026, Adults, Care, L1 8JQ"
JUNE = "Cotter Books Ltd, 20000.00, 03/06/2026, Place, Goods, M1 1AE"
LOCAL = "Spend with suppliers in Liverpool City Region"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = helpers.project(
        tmp_path, monkeypatch, quarters={"2026-27-Q1": {"accept_missing_months": ["2026-05"]}}
    )
    payments(root, "april-2026.csv", APRIL)
    payments(root, "june-2026.csv", JUNE)
    (root / "notebooks").mkdir()
    return root


def made() -> changes.Made:
    """The report as it would be made now, its files in the archive."""
    q = open_quarter(QUARTER)
    found = changes.Made(publish.manifest(q, {}), changes.figures(q))
    publish.archive(publish.made_from(found.manifest))
    return found


def moved(entry: dict[str, Any]) -> dict[str, dict[str, tuple[int, Decimal]]]:
    """Cause to the figures it moved."""
    return {
        step["cause"]: {
            name: (rows, Decimal(gbp))
            for name, (rows, gbp) in step["moved"].items()
            if rows or Decimal(gbp)
        }
        for step in entry["steps"]
    }


def test_nothing_changed_is_no_entry(tiny: Path) -> None:
    assert changes.entry(made(), made(), DAY) is None


def test_each_cause_stands_under_its_heading_and_they_add_up_to_the_penny(tiny: Path) -> None:
    before = made()
    before.manifest["code"] |= {"sha256": "of another version"}
    told = dict(before.figures)
    before.figures["Net spend"] = (2, Decimal("169999.99"))  # as an older method counted it
    payments(tiny, "april-2026.csv", APRIL.replace("50000.00", "50000.10"))  # a changed row
    payments(tiny, "may-2026.csv", MAY)  # a late file
    authority = tiny / "parameters" / "tiny" / "authority.yaml"  # a changed setting
    put(authority, authority.read_text("utf-8").replace("local: LCR", "local: Liverpool"))
    put(
        tiny / "parameters" / "tiny" / "suppliers.csv", "Supplier,Postcode\nCotter Books Ltd,L1 8JQ"
    )
    deflator = tiny / "data" / "reference" / "gdp_deflator.csv"
    put(deflator, deflator.read_text("utf-8") + "\n")
    now = made()

    entry = changes.entry(before, now, DAY)
    assert entry is not None
    assert entry["fault"] == ""
    found = moved(entry)
    assert list(found) == list(changes.CAUSES)
    assert told["Net spend"] == (3, Decimal("170000.00"))
    assert found["Method"] == {"Net spend": (1, Decimal("0.01"))}
    assert found["Law, values and other reference files"] == {}
    assert found["Settings"] == {
        LOCAL: (-2, Decimal("-150000.00")),
        "Spend with suppliers in Liverpool": (1, Decimal("100000.00")),
    }
    assert found["Corrected data"] == {"Net spend": (0, Decimal("0.10"))}
    assert found["Late data"] == {
        "Net spend": (1, Decimal("90000.00")),
        "Spend with suppliers in Liverpool": (1, Decimal("90000.00")),
    }
    assert found["New data"] == {"Spend with suppliers in Liverpool": (1, Decimal("20000.00"))}
    for name, (rows, gbp) in entry["difference"].items():
        parts = [step.get(name, (0, Decimal(0))) for step in found.values()]
        assert sum(part[0] for part in parts) == rows
        assert sum(part[1] for part in parts) == Decimal(gbp)
    assert Decimal(entry["difference"]["Net spend"][1]) == Decimal("90000.11")
    what = {step["cause"]: step["what"] for step in entry["steps"]}
    assert what["Corrected data"] == ["data/raw/april-2026.csv holds something else"]
    assert what["Late data"] == ["data/raw/may-2026.csv was not there"]
    assert what["Settings"] == ["areas.local: LCR to Liverpool"]
    assert what["New data"] == ["parameters/tiny/suppliers.csv was not there"]


def test_what_the_archive_lost_is_named_and_the_difference_still_told(tiny: Path) -> None:
    before = made()
    payments(tiny, "april-2026.csv", APRIL.replace("50000.00", "60000.00"))
    payments(tiny, "may-2026.csv", MAY)
    now = made()
    lost = before.manifest["inputs"]["data/raw/june-2026.csv"]
    (tiny / "data" / "archive" / lost[:2] / lost).unlink()
    entry = changes.entry(before, now, DAY)
    assert entry is not None
    assert "data/raw/june-2026.csv: is not in the archive" in entry["fault"]
    assert entry["difference"]["Net spend"] == [1, "100000.00"]
    page = publish.changed.body([entry], None)
    assert "The causes could not be told apart. data/raw/june-2026.csv" in page
    assert "+£100,000.00" in page


def test_a_report_that_kept_no_figures_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "working" / "manifest.json", "{}")
    with pytest.raises(InputError, match="tells no figures"):
        changes.read_made(tmp_path)


def test_an_earlier_quarter_is_shown_as_published_and_as_it_stands() -> None:
    before = {
        "quarter": "2025-26-Q4", "causes": ["Late data"],
        "published": {"Net spend": [3, "170000.00"]}, "now": {"Net spend": [4, "170000.01"]},
    }  # fmt: skip
    page = publish.changed.body([], before)
    for told in ("2025-26 Q4 as its report told it", "+£0.01", "+1", "late data"):
        assert told in page


def test_the_address_of_a_ledger_is_not_told(tiny: Path) -> None:
    before, now = made(), made()
    now.manifest["parameters"]["ledger"] = "postgresql://sv:s3cret@db/ledger"
    entry = changes.entry(before, now, DAY)
    assert entry is not None
    assert entry["steps"][0]["what"] == ["ledger: another place"]
