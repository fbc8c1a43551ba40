"""What was bought: the categories, an authority's rules, and what they come to."""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from helpers import REPOSITORY, payments, project, put
from test_spend import ENGINES, gbp, rows
from test_spend import payments as small_table

from svlib import (
    categories,
    categorising,
    open_quarter,
    parameters,
    reviewing,
    spend,
    suppliers,
)
from svlib.errors import InputError, ParameterError
from svlib.store import open_store
from svlib.suppliers.classes import INDIVIDUAL

QUARTER = "parameters/testshire/2026-27-Q1.yaml"
ROWS = """
    Ashbrook Care Ltd, 100.00, 01/04/2026, Adults, Private Contractors
    Ashbrook Care Limited, 50.00, 02/04/2026, Place, Private Contractors
    Brookash Coaches, 30.00, 02/04/2026, Place, Bus Hire (General)
    Brookash Coaches, 20.00, 02/04/2026, Adults, BUS HIRE (GENERAL)
    Redacted, 10.00, 04/04/2026, Adults, Private Contractors
    , 5.00, 04/04/2026, Adults, Fees
"""
RULES = """
    directorate,expense_type,supplier,category,note,who,date
    ,begins bus hire,,transport,,Category manager,2026-10-01
    equals adult services,contains contractors,contains care | nursing,adult_care,,,
    equals adult services,contains contractors,,children_care,The second that holds,,
"""


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = project(
        tmp_path, monkeypatch, slug="testshire",
        directorates=[{"name": "Adult Services", "aliases": ["Adults"]}],
    )  # fmt: skip
    for month in ("04", "05", "06"):
        nothing = f"Drookash Ltd, 0.00, 01/{month}/2026"
        payments(root, f"2026-{month}.csv", ROWS if month == "04" else nothing)
    rules(root, RULES)
    return root


def rules(root: Path, text: str) -> Path:
    return put(root / "parameters" / "testshire" / "categories.csv", text)


def decided() -> list[tuple[Any, ...]]:
    """Category and rule of April's lines, in order."""
    store = open_store(parameters.load(QUARTER))
    return duckdb.sql(
        f"SELECT category, category_rule FROM read_parquet('{store.payments}')"
        " WHERE month = '2026-04' ORDER BY row"
    ).fetchall()


# --- the categories ------------------------------------------------------------------------------

DIVISIONS = """
    03 09 14 15 16 18 19 22 24 30 31 32 33 34 35 37 38 39 41 42 43 44 45 48 50 51 55 60 63 64 65
    66 70 71 72 73 75 76 77 79 80 85 90 92 98
"""


def test_each_division_of_the_cpv_stands_in_one_category() -> None:
    table = categories.load()
    starts = " ".join(table["cpv"]).split()
    assert sorted(start for start in starts if len(start) == 2) == DIVISIONS.split()
    assert len(starts) == len(set(starts))
    assert 15 <= len(table) <= 20
    assert table["id"].is_unique and table["name"].is_unique
    assert (table["belongs"] != "").all()


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("45233000-9", "construction"),
        ("85311300", "children_care"),  # an exception from division 85
        ("85311000", "adult_care"),
        ("85121000", "health"),
        ("79620000", "agency_staff"),
        ("79100000", "professional"),
        ("not a code", "unclassified"),
    ],
)
def test_the_longest_beginning_of_a_cpv_code_decides(code: str, category: str) -> None:
    assert categories.of_cpv(code) == category


# --- rules ---------------------------------------------------------------------------------------


def test_the_first_rule_whose_conditions_all_hold_decides(council: Path) -> None:
    assert decided() == [
        ("adult_care", "row 3"),
        ("unclassified", ""),  # another directorate
        ("transport", "row 2"),
        ("transport", "row 2"),
        ("children_care", "row 4"),
        ("unclassified", ""),
    ]


def test_the_order_of_rules_matters(council: Path) -> None:
    header, first, *others = RULES.strip().splitlines()
    rules(council, "\n".join([header, first, *others[::-1]]))
    assert decided()[0] == ("children_care", "row 3")


def test_the_directory_beats_every_rule(council: Path) -> None:
    put(
        council / "parameters" / "testshire" / "suppliers.csv",
        """
        supplier,postcode,category
        Ashbrook Care Ltd,,health
        Brookash Coaches,L1 8JQ,
        """,
    )
    assert decided()[:3] == [
        ("health", "directory"),
        ("health", "directory"),  # another spelling of the same supplier
        ("transport", "row 2"),
    ]


def test_a_directory_with_an_unknown_category_is_refused(council: Path) -> None:
    put(
        council / "parameters" / "testshire" / "suppliers.csv",
        "supplier,category\nAshbrook Care Ltd,helth\n",
    )
    with pytest.raises(InputError, match=r"suppliers.csv, row 2, column 'category': 'helth' is"):
        decided()


def test_without_rules_all_is_unclassified(council: Path) -> None:
    (council / "parameters" / "testshire" / "categories.csv").unlink()
    assert set(decided()) == {("unclassified", "")}


def test_rules_may_lie_where_the_parameters_say(council: Path) -> None:
    put(council / "elsewhere.csv", "expense_type,category\nequals fees,professional\n")
    q = open_quarter({"file": QUARTER, "sources.categories": "elsewhere.csv"})
    assert spend.by_category(q.payments)["category"].tolist() == ["professional", "unclassified"]
    assert "elsewhere.csv" in q.inputs
    with pytest.raises(InputError, match=r"gone\.csv: no such file"):
        open_quarter({"file": QUARTER, "sources.categories": "gone.csv"})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("service,note\n", "row 1: has no column 'category'"),
        ("service,vendor,category\n", "row 1, column 'vendor': is not a column of rules"),
        ("service,service,category\n", "row 1, column 'service': stands twice"),
        ("service,category\nequals A,transprt\n", "row 2, column 'category': 'transprt' is none"),
        ("service,category\nequals A,unclassified\n", "row 2, column 'category'"),
        ("service,category\nequals A,\n", "row 2, column 'category': is empty"),
        ("service,category\n,transport\n", "row 2: has no condition"),
        ("service,category\nA,transport\n", "row 2, column 'service': 'A' begins with none of"),
        ("service,category\nequals,transport\n", "row 2, column 'service': 'equals' names no"),
        ("service,category\nequals A |,transport\n", "row 2, column 'service': 'equals A |'"),
        ("sic,category\nZ,transport\n", "row 2, column 'sic': 'Z' is neither"),
        ("sic,category\nF | 41,transport\n", "row 2, column 'sic': 'F | 41' is neither"),
        ("service,category,date\nequals A,transport,soon\n", "row 2, column 'date': 'soon' is"),
        ("service,category\nequals A, B,transport\n", "row 2: has 3 cells, the header 2"),
        (
            "service,category\nequals A,transport\n,\nequals B,transport\n",
            "row 3: is empty, and rules follow it",
        ),
        (
            "service,category\nequals A,transport\nequals  a,goods\nequals A,health\n",
            "row 4: has the conditions of row 2",
        ),
    ],
)
def test_a_wrong_rules_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, fault: str
) -> None:
    monkeypatch.setenv("SVLIB_HOME", str(tmp_path))
    path = put(tmp_path / "rules.csv", text)
    with pytest.raises(ParameterError) as refused:
        categories.read_rules(path, ("transport", "goods", "health"))
    assert str(refused.value).startswith(f"rules.csv, {fault}")


def test_every_fault_of_a_file_is_told_and_nothing_is_built(council: Path) -> None:
    rules(council, "service,category\n,transport\nequals A,nothing\n")
    with pytest.raises(ParameterError) as refused:
        decided()
    assert [fault.where for fault in refused.value.faults] == [
        "parameters/testshire/categories.csv, row 2",
        "parameters/testshire/categories.csv, row 3, column 'category'",
    ]
    assert not list((council / "data" / "store" / "testshire").glob("*"))


@pytest.mark.parametrize(
    ("cell", "activity", "section", "holds"),
    [
        ("41", "41201 - Building", "F Construction", True),
        ("41 | 43", "43999 - Other", "F Construction", True),
        ("42", "41201 - Building", "F Construction", False),
        ("f", "41201 - Building", "F Construction", True),
        ("A | Q", "41201 - Building", "F Construction", False),
        ("41", "", "", False),
    ],
)
def test_conditions_on_sic(cell: str, activity: str, section: str, holds: bool) -> None:
    rule = categories.read_one(f"sic {cell} => construction", categories.ids())
    query = (
        f"SELECT {categories.holds(rule)} FROM (SELECT '{activity}' activity, '{section}' section)"
    )
    assert duckdb.sql(query).fetchall() == [(holds,)]


@pytest.mark.parametrize(
    ("test", "printed", "holds"),
    [
        ("contains o'brien", "THE O'BRIEN CENTRE", True),
        ("contains 100%", "100 Care", False),  # no wildcards
        ("begins élan", "ÉLAN LTD", True),
        ("begins care", "Home Care", False),
        ("equals home care", "Home Care Ltd", False),
        ("contains nursing | care home", "Ash Care Home", True),
    ],
)
def test_conditions_on_text(test: str, printed: str, holds: bool) -> None:
    rule = categories.read_one(f"supplier {test} => adult_care", categories.ids())
    found = duckdb.execute(
        f"SELECT {categories.holds(rule)} FROM (SELECT lower($1) AS tested_supplier)", [printed]
    ).fetchall()
    assert found == [(holds,)]


# --- measures ------------------------------------------------------------------------------------


def bought(replaced: str = "") -> pa.Table:
    """test_spend's table with a category by type of expense; those without are unclassified."""
    table = small_table()
    of_type = {"Works": "construction", "Care": "adult_care", replaced: "unclassified"}
    found = [of_type.get(kind, "unclassified") for kind in table["expense_type"].to_pylist()]
    return table.set_column(table.schema.get_field_index("category"), "category", pa.array(found))


def test_by_category() -> None:
    table = spend.by_category(bought())
    assert rows(table, "category", "name", "net_gbp", "payments", "suppliers") == [
        ("construction", "Building and road works", gbp(560), 4, 4),
        ("adult_care", "Adult social care", gbp(320), 6, 3),
        ("unclassified", "Unclassified", gbp(20), 1, 0),
    ]
    assert list(table["share"]) == pytest.approx([560 / 900, 320 / 900, 20 / 900])
    assert list(table["classified_share"]) == pytest.approx([880 / 900] * 3)


def test_unclassified_stands_last_however_large() -> None:
    assert spend.by_category(bought("Works"))["category"].tolist() == ["adult_care", "unclassified"]


def test_classified_in_pounds_and_rows() -> None:
    [found] = spend.classified(bought()).to_dict("records")
    assert (found["net_gbp"], found["payments"]) == (gbp(880), 10)
    assert (found["share"], found["payments_share"]) == pytest.approx((880 / 900, 10 / 11))
    assert spend.by_category(bought().slice(0, 0)).empty
    [nothing] = spend.classified(bought().slice(0, 0)).to_dict("records")
    assert nothing == {"net_gbp": 0, "share": None, "payments": 0, "payments_share": None}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("measure", [spend.by_category, spend.classified])
def test_every_engine_gives_what_arrow_gives(measure: Any, engine: str) -> None:
    expected = measure(bought())
    found = measure(ENGINES[engine](bought()))
    assert found.astype(str).to_dict("list") == expected.astype(str).to_dict("list")


def test_a_category_never_seen_stands_for_itself() -> None:
    table = bought()
    odd = pa.array(["moon_travel"] * len(table))
    odd_table = table.set_column(table.schema.get_field_index("category"), "category", odd)
    assert rows(spend.by_category(odd_table), "category", "name", "net_gbp") == [
        ("moon_travel", "Moon travel", gbp(900))
    ]


# --- the worklist and trying a rule --------------------------------------------------------------


def worklist(root: Path) -> list[dict[str, str]]:
    path = root / "parameters" / "testshire" / categorising.WORKLIST
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_worklist_has_the_unclassified_by_pounds_in_the_words_of_rules(council: Path) -> None:
    said = categorising.review(Path(QUARTER), {}, 2)
    assert said[1] == "Classified: 74% of net spend in 2026-27 Q1; unclassified: 4 lines, £55."
    assert said[2] == "Listed: 2 groups of the unclassified, £55."
    shown = ("directorate", "expense_type", "supplier", "net_gbp", "payments", "suppliers")
    assert [tuple(line[name] for name in shown) for line in worklist(council)] == [
        ("equals Place", "equals Private Contractors", "", "50.00", "1", "1"),
        ("equals Place", "equals Private Contractors", "equals Ashbrook Care Limited", "50.00",
         "1", "1"),
        ("equals Adult Services", "equals Fees", "", "5.00", "1", "0"),
    ]  # fmt: skip


def test_a_line_of_the_worklist_is_a_rule_once_it_has_a_category(council: Path) -> None:
    categorising.review(Path(QUARTER), {}, 1)
    line = {**worklist(council)[0], "category": "goods"}
    kept = [name for name in line if name in categories.HEADERS]
    rules(council, ",".join(kept) + "\n" + ",".join(line[name] for name in kept) + "\n")
    assert decided()[1] == ("goods", "row 2")


def test_a_worklist_with_answers_is_not_written_over(council: Path) -> None:
    categorising.review(Path(QUARTER), {}, 1)
    path = council / "parameters" / "testshire" / categorising.WORKLIST
    put(path, "expense_type,category\nequals Fees,goods\n")
    with pytest.raises(InputError, match="holds 1 line with a category filled in"):
        categorising.review(Path(QUARTER), {}, 1)


def test_trying_a_rule_shows_what_it_would_move(council: Path) -> None:
    said = categorising.try_rule(Path(QUARTER), {}, "supplier contains ashbrook => adult_care")
    assert said == [
        "The rule holds for 2 lines, £150 of 2026-27 Q1.",
        "Added as the last line it moves 1 line, £50 from unclassified to adult_care; classified: "
        "74.4% before, 97.7% after, of net spend.",
        "Kept by row 3, adult_care: 1 line, £100.",
        "Line for parameters/testshire/categories.csv: ,,,,contains ashbrook,,adult_care,,,",
    ]
    several = "directorate equals Place; expense_type begins Bus => transport"
    assert categorising.try_rule(Path(QUARTER), {}, several)[1] == (
        "Added as the last line it moves nothing."
    )


def test_a_vendor_masters_own_categories_are_not_ours(council: Path) -> None:
    master = put(council / "v.csv", "supplier,postcode,category\nBrookash Coaches,L1 8JQ,CAT-7\n")
    with pytest.raises(InputError, match="'CAT-7' is none of"):
        reviewing.import_lines(Path(QUARTER), {}, master, {"category": "category"})
    reviewing.import_lines(Path(QUARTER), {}, master, {})
    assert decided()[2] == ("transport", "row 2")
    worklist = council / "parameters" / "testshire" / reviewing.WORKLIST
    put(worklist, "supplier,category\nAshbrook Care Ltd,health\n")
    reviewing.import_lines(Path(QUARTER), {}, worklist, {})
    assert decided()[0] == ("health", "directory")


@pytest.mark.parametrize(
    "written",
    ["supplier contains x", "vendor contains x => goods", "supplier contains x => things",
     "supplier contains x; supplier contains y => goods", "=> goods"],
)  # fmt: skip
def test_what_is_no_rule_is_refused(written: str) -> None:
    with pytest.raises(ParameterError):
        categories.read_one(written, categories.ids())


# --- the rules that are shipped ------------------------------------------------------------------


@pytest.mark.parametrize("authority", ["sample", "liverpool"])
def test_shipped_rules_name_organisations_only(authority: str) -> None:
    path = REPOSITORY / "parameters" / authority / "categories.csv"
    for rule in categories.read_rules(path, categories.ids()):
        assert rule.who and rule.on
        for condition in rule.conditions:
            if condition.column == "supplier":
                for text in condition.texts:
                    assert suppliers.classify(text)[0] != INDIVIDUAL, text


@pytest.mark.xdist_group("site")
def test_most_of_the_sample_is_classified_and_some_is_not() -> None:
    q = open_quarter(REPOSITORY / "parameters" / "sample" / "2026-27-Q2.yaml")
    assert 0.8 < spend.classified(q.payments)["share"].iloc[0] < 0.95
    assert spend.by_category(q.payments)["category"].iloc[-1] == "unclassified"


@pytest.mark.realdata
def test_liverpools_first_quarter_is_classified(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, monkeypatch)
    shutil.copytree(REPOSITORY / "parameters" / "liverpool", root / "parameters" / "liverpool")
    raw = root / "data" / "raw" / "liverpool"
    raw.mkdir(parents=True)
    for month in ("apr", "may", "jun"):
        shutil.copy(shared / "spend_lcr" / "liverpool" / f"{month}_2023.xlsx", raw)
    q = open_quarter("parameters/liverpool/2023-24-Q1.yaml")
    found = spend.classified(q.payments).iloc[0]
    assert found["share"] >= 0.8 and found["payments_share"] >= 0.8

    by_rule = q.sql(
        "SELECT category_rule, sum(amount_gbp) AS net_gbp FROM payments GROUP BY 1"
    ).set_index("category_rule")["net_gbp"]
    path = root / "parameters" / "liverpool" / "categories.csv"
    every = categories.read_rules(path, categories.ids())
    assert {str(rule) for rule in every} == set(by_rule.index) - {""}, "a rule decides nothing"
    last = next(rule for rule in every if rule.note.startswith("Last resort"))
    without = found["net_gbp"] - by_rule[str(last)]
    assert without / sum(by_rule, Decimal(0)) >= Decimal("0.8")
