"""Real published payments through the whole path: parameters, store, notebooks, pages."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from benchmarks import spend_by_hand, spend_set
from helpers import REPOSITORY, project, put

from svlib import open_quarter, parameters, run, spend, store

pytestmark = [pytest.mark.realdata, pytest.mark.notebook, pytest.mark.xdist_group("real")]

MONTHS = {
    "2023-24-Q1": ("apr", "may", "jun"),
    "2023-24-Q2": ("jul", "aug", "sep"),
    "2023-24-Q3": ("oct", "nov", "dec"),
}
SEFTON_AND_WIRRAL = {
    "sefton": {"name": "Sefton Council", "code": "E08000014", "files": ["*.csv"]},
    "wirral": {"name": "Wirral Council", "code": "E08000015", "files": ["*.csv"]},
}


@pytest.fixture(scope="module")
def held(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The repository's own Liverpool parameters beside the council's published files, read once."""
    with pytest.MonkeyPatch.context() as patch:
        root = project(tmp_path_factory.mktemp("liverpool"), patch)
        shutil.copytree(REPOSITORY / "parameters" / "liverpool", root / "parameters" / "liverpool")
        shutil.copytree(REPOSITORY / "notebooks", root / "notebooks")
        shutil.copytree(shared / "spend_lcr" / "liverpool", root / "data" / "raw" / "liverpool")
        yield root


@pytest.fixture
def liverpool(held: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SVLIB_HOME", str(held))
    yield held
    (held / "parameters" / "liverpool" / "suppliers.csv").unlink(missing_ok=True)


def control_totals(shared: Path, council: str) -> dict[str, dict[str, str]]:
    """Rows of control_totals.csv by file name."""
    with (shared / "spend_lcr" / "control_totals.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["council"] == council]
    return {Path(row["kept_path"]).name: row for row in rows}


@pytest.mark.parametrize("quarter", MONTHS)
def test_liverpools_quarters_equal_the_control_totals_to_the_penny(
    liverpool: Path, shared: Path, quarter: str
) -> None:
    held = store.open_store(parameters.load(f"parameters/liverpool/{quarter}.yaml"))
    control = control_totals(shared, "liverpool")
    wanted = [control[f"{month}_2023.xlsx"] for month in MONTHS[quarter]]
    found = held.reconciliation
    found = found[found["quarter"] == quarter]

    assert [Path(file).name for file in found["file"]] == [
        Path(r["kept_path"]).name for r in wanted
    ]
    for column, control_column, kind in (
        ("rows_read", "data_rows", int),
        ("gbp_read", "sum_amount", Decimal),
        ("negative_rows", "neg_rows", int),
        ("negative_gbp", "neg_sum", Decimal),
        ("redacted_rows", "redacted_rows", int),
        ("repeated_rows", "exact_duplicate_rows", int),
    ):
        assert found[column].tolist() == [kind(row[control_column]) for row in wanted], column
    assert (found["rows_accepted"] + found["rows_excluded"]).tolist() == found["rows_read"].tolist()

    with duckdb.connect() as connection:
        [(rows, pounds)] = connection.execute(
            "SELECT count(*), sum(amount_gbp) FROM read_parquet($1) WHERE quarter = $2",
            [str(held.payments), quarter],
        ).fetchall()
    assert rows == sum(int(row["data_rows"]) for row in wanted)
    assert pounds == sum(Decimal(row["sum_amount"]) for row in wanted)


def test_liverpools_third_quarter_shows_the_first_two_beside_it(liverpool: Path) -> None:
    site = run.run("parameters/liverpool/2023-24-Q3.yaml", only=["spend", "report"]).parent
    spend = (site / "spend.html").read_text(encoding="utf-8")
    trend = re.search(r'aria-label="Net spend by quarter\. ([^"]+)"', spend)
    assert trend is not None
    # from the control totals, less what the rules in authority.yaml leave out
    assert trend[1] == "2023-24-Q1: £170.9m; 2023-24-Q2: £170.5m; 2023-24-Q3: £174.3m."
    report = (site / "report.html").read_text(encoding="utf-8")
    assert "more than in 2023-24 Q2" in report
    assert "so the share spent in Liverpool City Region cannot be said" in report
    assert "No social value commitments are recorded yet." in report
    assert "Synthetic data" not in report and "(synthetic" not in report


@pytest.mark.parametrize("council", SEFTON_AND_WIRRAL)
def test_another_council_needs_a_yaml_and_no_code(
    council: str, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = SEFTON_AND_WIRRAL[council]
    root = project(
        tmp_path, monkeypatch, slug=council, name=known["name"], code=known["code"],
        sources={"payments": {"folder": f"data/raw/{council}", "files": known["files"]}},
        quarters={"2023-24-Q1": {"as_of": "2023-07-31"}},
    )  # fmt: skip
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks")
    shutil.copytree(shared / "spend_lcr" / council, root / "data" / "raw" / council)
    site = run.run(f"parameters/{council}/2023-24-Q1.yaml", only=["report"]).parent

    control = control_totals(shared, council)
    months = [row for name, row in control.items() if re.search("apr|may|jun", name)]
    pounds = sum(Decimal(row["sum_amount"]) for row in months)
    assert len(months) == 3
    report = (site / "report.html").read_text(encoding="utf-8")
    assert f"net spend £{pounds:,.2f} on {sum(int(r['data_rows']) for r in months)} lines" in report
    assert f"{known['name']} spent £{pounds / 1_000_000:.1f}m in 2023-24 Q1" in report
    if council == "sefton":
        assert "3 of 3 files print a total of their own; all agree" in report


@pytest.mark.parametrize(
    ("council", "before"), [("liverpool", "2023-24-Q2"), ("sefton", "2023-24-Q1")]
)
def test_every_measure_equals_plain_sql_on_real_quarters(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, council: str, before: str
) -> None:
    """All quarters held together, with the three largest suppliers placed by a directory: one in
    Liverpool, one in an outcode of three districts of the region, one outside it."""
    now, files = "2023-24-Q3", {"liverpool": ["*.xlsx"], "sefton": ["*.csv"]}[council]
    sources = {"payments": {"folder": f"data/raw/{council}", "files": files}}
    root = project(tmp_path, monkeypatch, slug=council, sources=sources, quarters={now: {}})
    shutil.copytree(shared / "spend_lcr" / council, root / "data" / "raw" / council)
    file = f"parameters/{council}/{now}.yaml"
    largest = spend.top_suppliers(open_quarter(file).history, 3)["supplier"]
    lines = [f'"{name}",{code}\n' for name, code in zip(largest, PLACES, strict=True)]
    put(root / "parameters" / council / "suppliers.csv", "Supplier,Postcode\n" + "".join(lines))
    held = open_quarter(file).store.payments
    ours = spend_set.ours(held, now=now, before=before)
    spend_set.same(ours, spend_by_hand.figures(held, now, before), "sql")
    region = dict(zip(("area", "inside", "known"), ours["areas"][1][:3], strict=True))
    assert 0 < Decimal(region["inside"]) < Decimal(region["known"])


PLACES = ("L1 8JQ", "L10", "M1 1AE")


def test_the_other_measures_equal_a_few_lines_of_pandas(liverpool: Path) -> None:
    held = open_quarter("parameters/liverpool/2023-24-Q3.yaml")
    largest = spend.top_suppliers(held.payments, 3)["supplier"]
    lines = [f'"{name}",{code}\n' for name, code in zip(largest, PLACES, strict=True)]
    put(liverpool / "parameters/liverpool/suppliers.csv", "Supplier,Postcode\n" + "".join(lines))
    q = open_quarter("parameters/liverpool/2023-24-Q3.yaml")
    every = q.sql("SELECT * FROM lines WHERE status = 'excluded'")
    paid, history = q.sql("SELECT * FROM payments"), q.sql("SELECT * FROM history")
    named = paid[paid["supplier_id"] != ""]

    def sums(frame: pd.DataFrame, by: str) -> dict[str, Decimal]:
        return dict(frame.groupby(by)["amount_gbp"].sum())

    def found(table: pd.DataFrame, by: str, what: str = "net_gbp") -> dict[str, Decimal]:
        return dict(zip(table[by], table[what], strict=True))

    for measure, column in (
        (spend.by_service, "service"), (spend.by_basis, "place_basis"),
        (spend.posted_elsewhere, "posted_quarter"), (spend.by_class, "supplier_class"),
    ):  # fmt: skip
        assert found(measure(q.payments), column) == sums(paid, column)
    assert found(spend.by_reason(q.lines.filter("status = 'excluded'")), "reason") == sums(
        every, "reason"
    )
    assert found(spend.by_supplier(q.payments).query("supplier_id != ''"), "supplier_id") == sums(
        named, "supplier_id"
    )
    ring = paid["candidates"].map({"": "Place not known"}).fillna("Outside")
    ring = ring.mask(paid["district"] == "E08000012", "Liverpool").mask(
        paid["redacted"], "Withheld"
    )
    ring = ring.mask(paid["place_status"] == "ambiguous", "Part")
    ring = ring.mask(paid["district"] == "E08000003", "Rest of North West")
    names = {"Withheld": "Name withheld by the publisher",
             "Part": "Liverpool City Region, part not certain"}  # fmt: skip
    rings = sums(paid.assign(ring=ring.replace(names)), "ring")
    assert found(spend.by_place(q.payments, q.areas), "place") == rings
    off = spend.off_the_map(q.payments).set_index("place")["net_gbp"]
    assert off["Place not known"] == rings["Place not known"]
    assert off["District not certain"] == rings["Liverpool City Region, part not certain"]

    classed = paid[paid["category"] != "unclassified"]
    told = spend.classified(q.payments).iloc[0]
    assert (told["net_gbp"], told["payments"]) == (classed["amount_gbp"].sum(), len(classed))
    ten = named[named["supplier_class"] != "individual"].groupby("supplier_id")["amount_gbp"].sum()
    share = float(sum(sorted(ten)[-10:])) / float(paid["amount_gbp"].sum())
    assert spend.top_share(q.payments, 10) == pytest.approx(share, abs=1e-12)
    each = classed[(classed["category"] != "levies") & (classed["supplier_id"] != "")]
    each = each[each["supplier_class"] != "individual"]
    most = each.groupby(["category", "supplier_id"])["amount_gbp"].sum().groupby("category").max()
    alone = most / each.groupby("category")["amount_gbp"].sum() >= Decimal("0.8")
    assert set(spend.single_supplier(q.payments, 0.8)["category"]) == set(alone.index[alone])
    moved = spend.bridge(q.history, "2023-24-Q3", "2023-24-Q2", "category", 50).set_index("step")
    by = history.groupby(["quarter", "category"])["amount_gbp"].sum()
    for category in by["2023-24-Q3"].index:
        change = by["2023-24-Q3"][category] - by["2023-24-Q2"].get(category, Decimal(0))
        assert moved["change_gbp"].get(category, Decimal(0)) == change
    heads = spend.per_head(q.payments, 500_000).set_index("directorate")["per_head_gbp"]
    assert heads["all"] == (paid["amount_gbp"].sum() / 500_000).quantize(Decimal("0.01"))
    inside = paid.loc[paid["district"] == "E08000012", "amount_gbp"].sum()
    inside += paid.loc[paid["place_status"] == "ambiguous", "amount_gbp"].sum()
    placed = paid.loc[paid["candidates"] != "", "amount_gbp"].sum()
    defaults = spend.respend_defaults()
    rounds = spend.local_multiplier(q.payments, q.areas.local_area, {}, defaults).iloc[1]
    again = (inside * Decimal("0.35")).quantize(Decimal("0.01"))
    assert (rounds["r1_gbp"], rounds["r2_gbp"]) == (placed, inside)
    assert rounds["multiplier"] == pytest.approx(
        float((placed + inside + again) / placed), abs=1e-9
    )
