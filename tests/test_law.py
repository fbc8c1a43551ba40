"""The law as dated tables: what held on a day, and on which side of it a value stands."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from helpers import REPOSITORY, put

from svlib import law
from svlib.errors import ParameterError
from svlib.law.reading import KINDS

HEAD = "permission,contract_type,allowed,from,to,source,url,confidence,note,checked_on\n"


def day(written: str) -> date:
    return date.fromisoformat(written)


# --- the tables as shipped -----------------------------------------------------------------------


@pytest.mark.parametrize("table", sorted(KINDS))
def test_each_table_is_whole_and_sourced(table: str) -> None:
    for row in law.rows(table):
        assert row.source, row.where
        assert row.url or row.confidence != "high" or table == "contract_types", row.where
        assert row.checked_on >= day("2026-11-01"), row.where


def test_tables_name_only_what_other_tables_hold() -> None:
    amounts = {row.kind[0] for row in law.rows("amounts")}
    duties = {row.kind[0] for row in law.rows("duties")}
    assert {row["amount"] for row in law.rows("duties")} - {""} <= amounts
    assert {row["duty"] for row in law.rows("notices")} - {""} <= duties


def test_what_comes_from_memory_is_never_marked_as_known() -> None:
    for table in KINDS:
        for row in law.rows(table):
            if "memory" in row.source or row.note.endswith("from memory"):
                assert row.confidence == "to be confirmed" or "code" in row.note, row.where


@pytest.mark.parametrize(
    ("on", "contract_type", "authority", "gbp"),
    [
        ("2021-12-31", "goods", "sub-central", None),
        ("2022-01-01", "goods", "sub-central", 213_477),
        ("2023-12-31", "services", "sub-central", 213_477),
        ("2024-01-01", "services", "sub-central", 214_904),
        ("2025-02-24", "services", "sub-central", 214_904),
        ("2025-12-31", "services", "sub-central", 214_904),
        ("2026-01-01", "services", "sub-central", 207_720),
        ("2027-12-31", "services", "sub-central", 207_720),
        ("2028-01-01", "services", "sub-central", None),  # a review is due; no row is guessed
        ("2026-01-01", "goods", "central", 135_018),
        ("2025-12-31", "goods", "central", 139_688),
        ("2026-01-01", "goods", "utilities", 415_440),
        ("2023-12-31", "works", "sub-central", 5_336_937),
        ("2025-12-31", "works", "central", 5_372_609),
        ("2026-01-01", "works", "utilities", 5_193_000),
        ("2022-01-01", "light touch", "sub-central", 663_540),
        ("2026-06-30", "light touch", "sub-central", 663_540),
        ("2026-06-30", "light touch", "utilities", 884_720),
        ("2026-01-01", "concession", "sub-central", 5_193_000),
        ("2026-01-01", "light touch concession", "sub-central", 5_372_609),
        ("2024-06-30", "light touch concession", "sub-central", None),
    ],
)
def test_the_threshold_in_force_on_a_day(
    on: str, contract_type: str, authority: str, gbp: int | None
) -> None:
    found = law.threshold(day(on), contract_type, authority)
    if gbp is None:
        assert isinstance(found, law.NotCovered)
        assert not found
        assert str(found) == "not covered by the tables"
    else:
        assert isinstance(found, law.Row)
        assert found.line_gbp == gbp
        assert found.holds(day(on))


@pytest.mark.parametrize(
    ("on", "regime"),
    [("2021-12-31", None), ("2022-01-01", "previous"), ("2025-02-23", "previous"),
     ("2025-02-24", "act"), ("2026-11-23", "act")],
)  # fmt: skip
def test_the_act_governs_what_commenced_from_24_february_2025(on: str, regime: str | None) -> None:
    found = law.regime(day(on))
    assert found == regime if regime else isinstance(found, law.NotCovered)


@pytest.mark.parametrize("wrong", [("sweets", "sub-central"), ("goods", "district")])
def test_a_type_or_authority_never_heard_of_is_an_error(wrong: tuple[str, str]) -> None:
    with pytest.raises(ParameterError, match="is not known"):
        law.threshold(day("2026-01-01"), *wrong)


# --- what is refused -----------------------------------------------------------------------------


def permissions(tmp_path: Path, *periods: str, kind: str = "walk") -> Path:
    lines = [f"{kind},any,yes,{period},An Act,,high,,2026-11-23\n" for period in periods]
    return put(tmp_path / "permissions.csv", HEAD + "".join(lines))


def refused(path: Path) -> list[str]:
    with pytest.raises(ParameterError) as caught:
        law.read(path, "permissions")
    return [str(fault).replace(path.as_posix(), path.name) for fault in caught.value.faults]


def test_rows_that_touch_are_taken(tmp_path: Path) -> None:
    path = permissions(tmp_path, "2024-01-01,", "2022-01-01,2023-12-31")
    assert [row.line for row in law.read(path, "permissions")] == [2, 3]


def test_a_gap_is_refused(tmp_path: Path) -> None:
    path = permissions(tmp_path, "2022-01-01,2023-12-30", "2024-01-01,")
    assert refused(path) == [
        "permissions.csv, rows 2 and 3: walk, any has neither from 2023-12-31 to 2023-12-31. "
        "Close the gap, or write the row that held then."
    ]


@pytest.mark.parametrize(
    ("periods", "says"),
    [
        (
            ("2022-01-01,2024-01-01", "2024-01-01,"),
            "walk, any has both from 2024-01-01 to 2024-01-01",
        ),
        (("2022-01-01,", "2024-01-01,"), "walk, any has both from 2024-01-01 without end"),
        (
            ("2022-01-01,", "2022-01-01,2022-02-01"),
            "walk, any has both from 2022-01-01 to 2022-02-01",
        ),
    ],
)
def test_an_overlap_is_refused(tmp_path: Path, periods: tuple[str, str], says: str) -> None:
    (fault,) = refused(permissions(tmp_path, *periods))
    assert fault.startswith(f"permissions.csv, rows 2 and 3: {says}. ")


def test_every_bad_cell_is_named(tmp_path: Path) -> None:
    path = put(
        tmp_path / "permissions.csv",
        HEAD
        + "walk,any,perhaps,2022-01-01,2021-01-01,An Act,,high,,2026-11-23\n"
        + "run,any,yes,1.1.2022,,,,sure,,2026-11-23\n"
        + "sit,any,yes,2022-02-01,2022-01-01,An Act,,high,,2026-11-23\n",
    )
    assert refused(path) == [
        "permissions.csv, row 2, allowed: 'perhaps' is not known here. Use one of: yes, no.",
        "permissions.csv, row 3, from: '1.1.2022' is no date. Write it as 2026-01-31.",
        "permissions.csv, row 3, confidence: 'sure' is not known here. "
        "Use one of: high, medium, to be confirmed.",
        "permissions.csv, row 3, source: is empty. Name the law or document it comes from.",
        "permissions.csv, row 4: sit, any ends on 2022-01-01, before it begins on 2022-02-01. "
        "Mend the dates.",
    ]


def test_a_table_without_a_column_or_missing_is_refused(tmp_path: Path) -> None:
    path = put(
        tmp_path / "permissions.csv", "permission,contract_type,from,to\nwalk,any,2022-01-01,\n"
    )
    assert "row 1: no column allowed, source, url, confidence" in refused(path)[0]
    assert "cannot be read" in refused(tmp_path / "none.csv")[0]


def test_a_table_changed_while_it_is_in_use_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = tmp_path / "data" / "reference" / "law"
    shutil.copytree(REPOSITORY / "data" / "reference" / "law", held)
    monkeypatch.setenv("SVLIB_HOME", str(tmp_path))
    assert law.threshold(day("2026-01-01"), "goods")
    path = held / "thresholds.csv"
    path.write_text(path.read_text("utf-8").replace("2025-12-31", "2025-12-30"), "utf-8")
    with pytest.raises(ParameterError, match="neither from 2025-12-31 to 2025-12-31"):
        law.threshold(day("2026-01-01"), "goods")


def test_changes_of_the_law_by_date() -> None:
    found = law.changes(day("2026-02-01"), day("2026-03-31"))
    assert list(found["from"].astype(str)) == ["2026-02-04", "2026-03-24", "2026-03-26"]
    assert found["source"].iloc[0] == "SI 2026/94"
    assert len(law.changes()) > len(found)


# --- on which side -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "basis", "side"),
    [
        ("207719.99", "inc", "below"),
        ("207720.00", "inc", "above"),  # a public contract is of not less than the threshold
        ("173099.99", "ex", "below"),
        ("173100.00", "ex", "above"),  # x 1.2 = 207,720
        ("173099.99", "unknown", "below"),
        ("173100.00", "unknown", "could be either side"),
        ("207719.99", "unknown", "could be either side"),
        ("207720.00", "unknown", "above"),
        ("0.00", "unknown", "below"),
    ],
)
def test_vat_may_decide_the_side(value: str, basis: str, side: str) -> None:
    row = law.threshold(day("2026-01-01"), "services")
    assert law.stands(Decimal(value), basis, row) == side


def test_another_rate_moves_the_side() -> None:
    row = law.threshold(day("2026-01-01"), "services")
    assert law.stands(Decimal("200000"), "ex", row, Decimal(0)) == "below"
    assert law.stands(Decimal("200000"), "ex", row, Decimal("0.05")) == "above"


def test_more_than_and_at_least_differ_on_the_line() -> None:
    on = day("2026-04-01")
    over, from_ = law.amount("payment published", on), law.amount("notifiable below threshold", on)
    assert law.stands(Decimal("30000.00"), "inc", over) == "below"
    assert law.stands(Decimal("30000.01"), "inc", over) == "above"
    assert law.stands(Decimal("30000.00"), "inc", from_) == "above"


def test_no_value_and_no_row_are_answers_of_their_own() -> None:
    assert law.stands(None, "inc", law.threshold(day("2026-01-01"), "works")) == "no value"
    gone = law.stands(Decimal(1), "inc", law.threshold(day("2020-01-01"), "works"))
    assert str(gone) == "not covered by the tables"


def test_a_basis_never_heard_of_is_an_error() -> None:
    with pytest.raises(ParameterError, match="VAT basis: 'net' is not known"):
        law.stands(Decimal(1), "net", law.threshold(day("2026-01-01"), "works"))
