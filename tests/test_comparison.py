"""Compared with what: other authorities' stored quarters, targets and baselines."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
import yaml
from helpers import payments, project, put

import svlib as sv
from svlib import spend

QUARTER = "parameters/{}/2026-27-Q1.yaml"


def another(root: Path, slug: str, rows: str, **changes: object) -> None:
    """A second authority beside the first, with files of its own."""
    own = yaml.safe_load((root / "parameters/ours/authority.yaml").read_text(encoding="utf-8"))
    own |= {"name": f"{slug.capitalize()} Council", **changes}
    own["sources"] = {"payments": {"folder": f"data/raw/{slug}", "files": ["*.csv"]}}
    put(root / f"parameters/{slug}/authority.yaml", yaml.safe_dump(own))
    quarter = (root / QUARTER.format("ours")).read_text(encoding="utf-8")
    put(root / QUARTER.format(slug), quarter)
    three_months(root, f"{slug}/", rows)


def split(local: int, outside: int) -> str:
    """Pounds to one supplier in the region and to one outside it."""
    return f"Elm Ltd, {local}.00, 01/04/2026,,,L1 8JQ\nFir Ltd, {outside}.00, 01/04/2026,,,M1 1AE"


def three_months(root: Path, folder: str, rows: str) -> None:
    for month in ("04", "05", "06"):
        nothing = f"Nobody Ltd, 0.00, 01/{month}/2026"
        payments(root, f"{folder}2026-{month}.csv", rows if month == "04" else nothing)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own = {"payments": {"folder": "data/raw/ours", "files": ["*.csv"]}}
    target = {"local": {"share": 0.8, "by": "2026-27-Q4", "baseline": 0.5}}
    root = project(tmp_path, monkeypatch, slug="ours", sources=own, targets=target)
    three_months(
        root, "ours/", "Ash Ltd, 60.00, 01/04/2026,,,L1 8JQ\nOak Ltd, 40.00, 01/04/2026,,,M1 1AE"
    )
    return root


def test_without_others_it_says_that_none_is_held(root: Path) -> None:
    q = sv.open_quarter(QUARTER.format("ours"))
    assert sv.findings.comparison_sentences(q)[0].startswith("No comparison held: no other")
    shown = html.unescape(sv.findings.comparison_table(q).data)
    assert "Lowest elsewhere" not in shown
    assert "80% by 2026-27 Q4, from 50%" in shown


def test_others_are_counted_by_our_definition_of_local(root: Path) -> None:
    another(root, "first", split(90, 10))
    another(root, "second", split(10, 90))
    another(root, "third", "Elm Ltd, 10.00, 01/04/2026", synthetic=True)
    another(root, "fourth", "Elm Ltd, 10.00, 01/04/2026")  # never run, so not in the store
    for slug in ("first", "second", "third"):
        sv.open_quarter(QUARTER.format(slug))
    q = sv.open_quarter(QUARTER.format("ours"))
    assert list(q.others) == ["First Council", "Second Council"]
    own = spend.headline_figures(q.payments, q.areas.local_area)
    others = {
        name: spend.headline_figures(lines, q.areas.local_area) for name, lines in q.others.items()
    }
    found = spend.comparison(own, others).set_index("headline")
    row = found.loc["share_local"]
    assert [float(row[name]) for name in ("own", "lowest", "middle", "highest")] == [
        pytest.approx(0.6), pytest.approx(0.1), pytest.approx(0.5), pytest.approx(0.9),
    ]  # fmt: skip
    assert row["authorities"] == 2
    assert found.loc["share_sme", "authorities"] == 0  # nobody's size is known
    assert found.loc["effective_suppliers", "own"] == pytest.approx(1 / (0.36 + 0.16))
    shown = html.unescape(sv.findings.comparison_table(q).data)
    assert "Lowest elsewhere" in shown
    assert sv.findings.comparison_sentences(q)[0].startswith("Beside First Council and Second")


def test_a_quarter_that_lacks_a_month_is_not_compared(root: Path) -> None:
    another(root, "first", "Elm Ltd, 90.00, 01/04/2026,,,L1 8JQ")
    (root / "data/raw/first/2026-06.csv").unlink()
    path = root / QUARTER.format("first")
    path.write_text(path.read_text(encoding="utf-8") + "\naccept_missing_months: ['2026-06']\n",
                    encoding="utf-8")  # fmt: skip
    sv.open_quarter(QUARTER.format("first"))
    assert not sv.open_quarter(QUARTER.format("ours")).others
