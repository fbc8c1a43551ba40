"""The store: every row and pound of the payments files ends in one place, and is built once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from helpers import QUARTER, payments, project, put

from svlib import parameters, tables
from svlib.errors import InputError
from svlib.store import Store, build, open_store

APRIL = """
    Ashbrook Ltd, 100.00, 01/04/2026, Adults, Care, L1 8JQ
    Brookash Ltd, -20.00, 02/04/2026, Adults, Care
    Crookash Ltd, see note, 02/04/2026, Adults, Care
    Council Tax Refunds, 7.50, 03/04/2026, Coll Fund, Refund
    REDACTED PERSONAL DATA, 30.25, 03/04/2026, Adults, Care
    , 4.00, 04/04/2026, Adults, Care
"""
COLUMNS = (
    "supplier: Supplier; amount_gbp: Amount; payment_date: Date; directorate: Directorate; "
    "expense_type: Expense Type; postcode: Supplier Postcode"
)
MAY = "Ashbrook Ltd, 50.00, 01/05/2026, Adults, Care"
JUNE = "Ashbrook Limited, 60.00, 01/06/2026, Adults, Care"


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the tiny council with April to June 2026 in data/raw."""

    def make(april: str = APRIL, may: str = MAY, june: str = JUNE, **keys: Any) -> Path:
        root = project(tmp_path, monkeypatch, **keys)
        for name, rows in (("april", april), ("may", may), ("june", june)):
            if rows:
                payments(root, f"{name}-2026.csv", rows)
        return root

    return make


def opened(quarter: str = QUARTER, **settings: str) -> Store:
    return open_store(parameters.load(f"parameters/tiny/{quarter}.yaml", settings))


def lines(store: Store, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    return duckdb.sql(
        f"SELECT {columns} FROM read_parquet('{store.payments}') WHERE {where} ORDER BY file, row"
    ).fetchall()


def faults(quarter: str = QUARTER, **settings: str) -> list[str]:
    with pytest.raises(InputError) as refused:
        opened(quarter, **settings)
    return [str(fault) for fault in refused.value.faults]


def builds(root: Path) -> list[Path]:
    return sorted((root / "data" / "store" / "tiny").glob("*"))


# --- every pound ---------------------------------------------------------------------------------

REFUNDS = {
    "id": "refunds",
    "column": "directorate",
    "equals": ["Coll Fund"],
    "reason": "Not a purchase",
}


def test_every_line_ends_in_one_place(council: Any) -> None:
    council(exclusions=[REFUNDS])
    assert lines(opened(), "supplier, amount_gbp, status, reason", "month = '2026-04'") == [
        ("Ashbrook Ltd", Decimal("100.00"), "accepted", ""),
        ("Brookash Ltd", Decimal("-20.00"), "accepted", ""),
        ("Crookash Ltd", None, "set aside", "amount 'see note' is not a number"),
        ("Council Tax Refunds", Decimal("7.50"), "excluded", "refunds"),
        ("REDACTED PERSONAL DATA", Decimal("30.25"), "accepted", ""),
        ("", Decimal("4.00"), "accepted", ""),
    ]


def test_rows_and_pounds_reconcile(council: Any) -> None:
    council(
        april=APRIL + "Ashbrook Ltd, 100.00, 01/04/2026, Adults, Care, L1 8JQ\n",
        may=MAY + "\n Brookash Ltd, 5.00, Various\n , 12.00\n Total, 70.00",
        exclusions=[REFUNDS],
    )
    found = opened().reconciliation.set_index("file").T
    april, may = found["data/raw/april-2026.csv"], found["data/raw/may-2026.csv"]
    assert april["warnings"] == "1 row (4) set aside: no number in 'Amount'"
    assert may["warnings"] == (
        "1 row (4) set aside, £12.00: an amount and nothing else (a total?); the total printed in "
        "the file is £70.00, the rows sum to £55.00: £15.00 apart; 3 of 4 rows have no usable "
        "date in 'Date'"
    )
    expected = {
        "quarter": (QUARTER, QUARTER),
        "month": ("2026-04", "2026-05"),
        "period_basis": ("name", "name"),
        "header_row": (1, 1),
        "rows_read": (7, 3),
        "gbp_read": ("221.75", "67.00"),
        "rows_accepted": (5, 2),
        "gbp_accepted": ("214.25", "55.00"),
        "rows_excluded": (1, 0),
        "gbp_excluded": ("7.50", "0.00"),
        "rows_set_aside": (1, 1),
        "gbp_set_aside": ("0.00", "12.00"),
        "negative_rows": (1, 0),
        "negative_gbp": ("-20.00", "0.00"),
        "redacted_rows": (1, 0),
        "redacted_gbp": ("30.25", "0.00"),
        "undated_rows": (0, 2),
        "repeated_rows": (1, 0),
        "publisher_total_gbp": (None, "70.00"),
        "difference_gbp": (None, "15.00"),
        "sheet": ("", ""),
        "columns_read": (COLUMNS, COLUMNS),
        "last_date": (date(2026, 4, 4), date(2026, 5, 1)),
    }
    assert set(expected) | {"sha256", "file", "warnings"} == set(tables.RECONCILIATION.names)
    for name, figures in expected.items():
        wanted = tuple(Decimal(f) if "_gbp" in name or "gbp_" in name else f for f in figures
                       if f is not None)  # fmt: skip
        assert tuple(f for f in (april[name], may[name]) if f is not None) == wanted, name
    for file in (april, may):
        for unit in ("rows", "gbp"):
            ends = (file[f"{unit}_{end}"] for end in ("accepted", "excluded", "set_aside"))
            assert sum(ends) == file[f"{unit}_read"]


def test_reconciliation_agrees_with_the_lines(council: Any) -> None:
    council(exclusions=[REFUNDS])
    store = opened()
    for status in ("accepted", "excluded", "set aside"):
        amounts = [amount for (amount,) in lines(store, "amount_gbp", f"status = '{status}'")]
        name = status.replace(" ", "_")
        assert len(amounts) == store.reconciliation[f"rows_{name}"].sum()
        assert sum(a or 0 for a in amounts) == store.reconciliation[f"gbp_{name}"].sum()


def test_the_columns_and_types_of_payments(council: Any) -> None:
    council()
    described = duckdb.sql(f"DESCRIBE SELECT * FROM read_parquet('{opened().payments}')").fetchall()
    kinds = {"text": "VARCHAR", "money": "DECIMAL(18,2)", "date": "DATE", "flag": "BOOLEAN",
             "whole": "BIGINT"}  # fmt: skip
    assert [(name, kind) for name, kind, *_ in described] == [
        (column.name, kinds[column.kind]) for column in tables.PAYMENTS.columns
    ]


# --- exclusions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "taken"),
    [
        ({"column": "supplier", "equals": ["ashbrook ltd"]}, [1]),
        ({"column": "supplier", "equals": ["Ashbrook"]}, []),
        ({"column": "supplier", "contains": ["ASHBROOK"]}, [1, 2]),
        ({"column": "supplier", "equals": ["100% Care"], "contains": ["Cooks"]}, [3, 4]),
        ({"column": "supplier", "contains": ["%"]}, [3]),  # no wildcards
        ({"column": "expense_type", "equals": ["BID Levy"]}, [4]),
        ({"column": "directorate", "equals": ["Place"]}, [4]),
        ({"column": "directorate", "equals": ["Adult Services"]}, [1, 2]),  # after aliases
    ],
)
def test_exclusion_rules(council: Any, rule: dict[str, Any], taken: list[int]) -> None:
    council(
        april="""
            Ashbrook Ltd, 1.00, 01/04/2026, Adults, Care
            Ashbrook Homes, 2.00, 01/04/2026, Adults, Care
            100% Care, 3.00, 01/04/2026, Children, Care
            Cooks, 4.00, 01/04/2026, Place, BID Levy
        """,
        may="Other, 1.00, 01/05/2026",
        june="Other, 1.00, 01/06/2026",
        directorates=[{"name": "Adult Services", "aliases": ["adults"]}],
        exclusions=[{"id": "rule", "reason": "tested", **rule}],
    )
    excluded = lines(opened(), "amount_gbp", "status = 'excluded' AND reason = 'rule'")
    assert [int(amount) for (amount,) in excluded] == taken


def test_the_first_rule_that_fits_names_the_reason(council: Any) -> None:
    second = {"id": "second", "column": "supplier", "contains": ["refund"], "reason": "later"}
    council(exclusions=[REFUNDS, second])
    assert lines(opened(), "reason", "status = 'excluded'") == [("refunds",)]


def test_directorates_go_by_their_aliases(council: Any) -> None:
    council(
        april="A, 1, 01/04/2026, ADULTS\n B, 2, 01/04/2026, Elsewhere\n C, 3, 01/04/2026",
        directorates=[{"name": "Adult Services", "aliases": ["Adults"]}],
    )
    assert lines(opened(), "directorate, directorate_name", "month = '2026-04'") == [
        ("ADULTS", "Adult Services"),
        ("Elsewhere", "Elsewhere"),
        ("", "Not given"),
    ]


# --- suppliers and places ------------------------------------------------------------------------

SUPPLIERS = {
    "payments": {"folder": "data/raw", "files": ["*.csv"]},
    "suppliers": {"folder": "data", "files": ["suppliers.csv"]},
}


def test_the_directory_places_suppliers(council: Any) -> None:
    root = council(
        april="""
            ASHBROOK LIMITED, 1.00, 01/04/2026
            Brookash Ltd, 2.00, 01/04/2026, , , CH41 1AA
            Crookash Ltd, 3.00, 01/04/2026, , , M1 1AE
            Drookash Ltd, 4.00, 01/04/2026
            Redacted, 5.00, 01/04/2026, , , L1 8JQ
            , 6.00, 01/04/2026
        """,
        sources=SUPPLIERS,
    )
    put(
        root / "data" / "suppliers.csv",
        """
        Supplier,Postcode,Size,VCSE,Company number
        Ashbrook Ltd,L1 8JQ,small,yes,01234567
        Brookash Ltd,,large,,
        Crookash Ltd,L10 1AA,,,
        """,
    )
    shown = "supplier_name, supplier_class, place_status, district, size, vcse, company_number"
    assert lines(opened(), shown, "month = '2026-04'") == [
        ("Ashbrook Ltd", "supplier", "located", "E08000012", "small", "yes", "01234567"),
        ("Brookash Ltd", "supplier", "located", "E08000015", "large", "unknown", ""),
        ("Crookash Ltd", "supplier", "located", "E08000012", "unknown", "unknown", ""),
        ("Drookash Ltd", "supplier", "unknown", "", "unknown", "unknown", ""),
        ("Name withheld", "redacted", "redacted", "", "unknown", "unknown", ""),
        ("Name not given", "unnamed", "unknown", "", "unknown", "unknown", ""),
    ]


def test_headers_of_the_directory_may_be_told(council: Any) -> None:
    told = {**SUPPLIERS["suppliers"], "columns": {"supplier": "Firm", "postcode": "Where"}}
    root = council(sources={**SUPPLIERS, "suppliers": told})
    put(root / "data" / "suppliers.csv", "Firm,Where\nBrookash Ltd,CH41\n")
    assert lines(opened(), "district", "supplier = 'Brookash Ltd'") == [("E08000015",)]


def test_a_name_cut_at_35_characters_joins_the_whole_one(council: Any) -> None:
    whole = "Liverpool Streetscene Services Limited"
    council(april=f"{whole}, 1, 01/04/2026", may=f"{whole[:35].upper()}, 2, 01/05/2026")
    names = set(lines(opened(), "supplier_id, supplier_name", "month <> '2026-06'"))
    assert names == {("liverpool streetscene services ltd", whole)}


def test_a_faulty_directory_is_refused_and_nothing_built(council: Any) -> None:
    root = council(sources=SUPPLIERS)
    put(root / "data" / "suppliers.csv", "Supplier,Size\nAshbrook Ltd,tiny\n")
    assert faults() == [
        "data/suppliers.csv, row 2, column 'Size': 'tiny' is none of: micro, small, medium, large, "
        "unknown. Mend the cell."
    ]
    assert builds(root) == []


# --- the quarter a payment belongs to ------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "quarters"),
    [
        ("publication", ["2026-27-Q1", "2026-27-Q1", "2026-27-Q1"]),
        ("payment_date", ["2026-27-Q1", "2025-26-Q4", "2026-27-Q1"]),
    ],
)
def test_late_lines_move_by_payment_date(council: Any, basis: str, quarters: list[str]) -> None:
    council(april="A, 1, 01/04/2026\n B, 2, 31/03/2026\n C, 3, Various", quarter_by=basis)
    found = lines(opened(), "quarter, posted_quarter", "month = '2026-04'")
    assert [quarter for quarter, _ in found] == quarters
    assert [posted for _, posted in found] == ["2026-27-Q1", "2025-26-Q4", ""]


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        ("31/03/2026", "2025-26-Q4"),
        ("01/04/2026", "2026-27-Q1"),
        ("31/12/2026", "2026-27-Q3"),
        ("01/01/2027", "2026-27-Q4"),
        ("15/03/2000", "1999-00-Q4"),
    ],
)
def test_posted_quarter(council: Any, day: str, quarter: str) -> None:
    council(april=f"A, 1, {day}")
    assert lines(opened(), "posted_quarter", "month = '2026-04'") == [(quarter,)]


# --- files ---------------------------------------------------------------------------------------


def test_no_folder(council: Any) -> None:
    council(sources={"payments": {"folder": "data/elsewhere", "files": ["*.csv"]}})
    assert faults() == [
        "data/elsewhere: there is no such folder. Create it, or mend sources.payments.folder."
    ]


def test_no_files(council: Any) -> None:
    council(sources={"payments": {"folder": "data/raw", "files": ["*.xlsx", "*.ods"]}})
    assert faults() == [
        "data/raw: no file matches *.xlsx, *.ods. "
        "Put the files there, or mend sources.payments.files."
    ]


def test_no_file_for_the_quarter(council: Any) -> None:
    council(quarters={"2026-27-Q2": {}})
    assert faults("2026-27-Q2") == [
        "data/raw: no file for 2026-27 Q2; quarters found: 2026-27 Q1. Add its files."
    ]


def test_a_missing_month_is_refused_with_the_line_that_accepts_it(council: Any) -> None:
    root = council(may="")
    (fault,) = faults()
    assert fault.startswith("data/raw: 2026-27 Q1 has no file for May 2026. Add it, or accept")
    line = fault.split("`")[1]
    assert line == "accept_missing_months: [2026-05]"
    path = root / "parameters" / "tiny" / f"{QUARTER}.yaml"
    path.write_text(path.read_text() + line + "\n")
    assert opened().missing == {QUARTER: ("2026-05",)}


def test_every_missing_month_must_be_accepted(council: Any) -> None:
    council(may="", june="", quarters={QUARTER: {"accept_missing_months": ["2026-06"]}})
    assert "has no file for May 2026." in faults()[0]


def test_months_missing_from_earlier_quarters_are_told(council: Any) -> None:
    root = council()
    payments(root, "january-2026.csv", "A, 1, 01/01/2026")
    payments(root, "march-2026.csv", "A, 1, 01/03/2026")
    payments(root, "Q2 2025-26.csv", "A, 1, 01/07/2025")
    store = opened()
    assert [quarter.slug for quarter in store.quarters] == ["2025-26-Q2", "2025-26-Q4", QUARTER]
    assert store.missing == {"2025-26-Q2": (), "2025-26-Q4": ("2026-02",), QUARTER: ()}


def test_only_the_quarters_looked_back_on_are_used(council: Any) -> None:
    root = council(report={"history": 2})
    for month in ("2025-12", "2026-03", "2026-07"):
        payments(root, f"{month}.csv", f"A, 1, 01/{month[5:]}/{month[:4]}")
    assert [quarter.slug for quarter in opened().quarters] == ["2025-26-Q4", QUARTER]


def test_two_files_for_one_month_are_refused(council: Any) -> None:
    root = council()
    payments(root, "may-2026 revised.csv", "Ashbrook Ltd, 51.00, 01/05/2026")
    assert faults() == [
        "data/raw/may-2026.csv: covers May 2026, as data/raw/may-2026 revised.csv does, with other "
        "content. Keep the one that counts, or put the month it covers in the other's name."
    ]


def test_the_same_file_twice_is_used_once(council: Any) -> None:
    root = council()
    payments(root, "may-2026 copy.csv", MAY)
    found = opened().reconciliation.set_index("file")
    assert found.loc["data/raw/may-2026 copy.csv", "warnings"] == (
        "data/raw/may-2026.csv is the same file again and was not used"
    )
    assert found["gbp_read"].sum() == Decimal("231.75")


def test_every_faulty_file_is_told_at_once(council: Any) -> None:
    root = council()
    put(root / "data" / "raw" / "a.csv", "%PDF-1.7")
    put(root / "data" / "raw" / "b.csv", "Supplier,Amount\nA,1\n")
    put(root / "data" / "raw" / "~$lock.csv", "what a spreadsheet leaves while it is open")
    assert faults() == [
        "data/raw/a.csv: is a PDF document. Ask the publisher for the table as CSV or XLSX.",
        "data/raw/b.csv: neither its name, its sheets nor its dates say which month it covers. "
        "Put month and year in its name, e.g. payments-2026-07.csv.",
    ]


def test_two_directories_are_refused(council: Any) -> None:
    two = {"folder": "data", "files": ["suppliers*.csv"]}
    root = council(sources={**SUPPLIERS, "suppliers": two})
    for name in ("suppliers", "suppliers-old"):
        put(root / "data" / f"{name}.csv", "Supplier\nAshbrook Ltd\n")
    assert faults() == [
        "data: 2 files match for suppliers: suppliers-old.csv, suppliers.csv. "
        "Name one in sources.suppliers.files."
    ]


# --- built once ----------------------------------------------------------------------------------


def test_nothing_changed_nothing_read_or_built(council: Any) -> None:
    root = council()
    said: list[str] = []
    loaded = parameters.load(f"parameters/tiny/{QUARTER}.yaml")
    first = open_store(loaded, said.append)
    assert said == [
        "reading april-2026.csv",
        "reading june-2026.csv",
        "reading may-2026.csv",
        "building the store from 3 files",
    ]
    made = {path: path.stat().st_mtime_ns for path in first.folder.iterdir()}
    said.clear()
    second = open_store(loaded, said.append)
    assert said == []
    assert second == first
    assert {path: path.stat().st_mtime_ns for path in second.folder.iterdir()} == made
    assert builds(root) == [first.folder]


def test_one_changed_file_is_read_and_built_again(council: Any) -> None:
    root = council()
    before = opened()
    payments(root, "may-2026.csv", "Ashbrook Ltd, 51.00, 01/05/2026")
    said: list[str] = []
    after = open_store(parameters.load(f"parameters/tiny/{QUARTER}.yaml"), said.append)
    assert said == ["reading may-2026.csv", "building the store from 3 files"]
    assert after.folder != before.folder
    assert after.inputs.keys() == before.inputs.keys()
    changed = [file for file in after.inputs if after.inputs[file] != before.inputs[file]]
    assert changed == ["data/raw/may-2026.csv"]
    assert lines(after, "amount_gbp", "month = '2026-05'") == [(Decimal("51.00"),)]
    assert lines(before, "amount_gbp", "month = '2026-05'") == [(Decimal("50.00"),)]


@pytest.mark.parametrize(
    ("setting", "value", "rebuilt"),
    [
        ("quarter_by", "payment_date", True),
        ("exclusions", "[{id: a, column: supplier, equals: [x], reason: y}]", True),
        ("directorates", "[{name: Adults}]", True),
        ("sources.payments.columns", "{expense_type: Directorate}", True),
        ("commentary", "Other words", False),
        ("report.top_suppliers", "20", False),
        ("areas.local", "UK", False),
    ],
)
def test_what_decides_a_build(council: Any, setting: str, value: str, rebuilt: bool) -> None:
    council()
    before, after = opened().folder, opened(**{setting: value}).folder
    assert (after != before) == rebuilt


def test_a_changed_directory_is_built_again(council: Any) -> None:
    root = council(sources=SUPPLIERS)
    path = put(root / "data" / "suppliers.csv", "Supplier,Postcode\nBrookash Ltd,L1 8JQ\n")
    assert lines(opened(), "district", "supplier = 'Brookash Ltd'") == [("E08000012",)]
    put(path, "Supplier,Postcode\nBrookash Ltd,CH41\n")
    assert lines(opened(), "district", "supplier = 'Brookash Ltd'") == [("E08000015",)]


def test_equal_inputs_give_equal_bytes(council: Any) -> None:
    council()
    store = opened()
    first = store.payments.read_bytes()
    for path in store.folder.iterdir():
        path.unlink()
    store.folder.rmdir()
    assert opened().payments.read_bytes() == first


def test_a_build_that_fails_half_way_leaves_nothing(
    council: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = council()
    with monkeypatch.context() as broken:
        broken.setattr(build.pq, "write_table", partial(_fail_at, "reconciliation.parquet"))
        with pytest.raises(OSError, match="No space left"):
            opened()
    assert builds(root) == []
    assert len(opened().reconciliation) == 3


def _fail_at(name: str, table: Any, path: Any) -> None:
    if Path(path).name == name:
        raise OSError(28, "No space left on device")
    _WRITE_TABLE(table, path)


_WRITE_TABLE = build.pq.write_table
