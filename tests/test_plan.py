"""The plan: what comes first and why, and how it is carried from quarter to quarter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from helpers import QUARTER, project, put

import svlib as sv
from svlib import actions, diagnostic, ledger, planning, questions
from svlib.errors import InputError, ParameterError
from svlib.tables import PLAN

DAY = date(2026, 6, 30)
MADE = datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=UTC)
FILE = Path(f"parameters/tiny/{QUARTER}.yaml")
NOTHING = pd.DataFrame(columns=PLAN.names)


def scores(**levels: str) -> pd.DataFrame:
    """Scores of one directorate with fresh evidence for every level."""
    bank = questions.load()
    given = pd.DataFrame(
        [
            {"question_id": name.replace("_", "-"), "directorate": "Adults", "answered_on": DAY,
             "answer": level, "evidence": "Paper", "evidence_date": DAY}
            for name, level in levels.items()
        ]
    )  # fmt: skip
    return diagnostic.scores(given, bank, DAY)


def kept(*lines: tuple[str, int, str, date | None, str]) -> pd.DataFrame:
    rows = [(q, to, "", owner, due, status, "2025-26-Q4") for q, to, owner, due, status in lines]
    return pd.DataFrame(rows, columns=PLAN.names)


def order(found: pd.DataFrame) -> list[tuple[str, int]]:
    return list(zip(found["question_id"], found["to_level"], strict=True))


def test_the_bank_has_an_action_to_level_3_and_one_to_level_5_for_each_question():
    table = actions.load()
    assert table.groupby("question_id")["to_level"].agg(list).map(tuple).unique().tolist() == [
        (3, 5)
    ]
    assert set(table["question_id"]) == set(questions.load()["id"])
    assert table["action"].is_unique and table["action"].str.len().max() <= 160


def test_priority_is_gap_times_importance_over_effort():
    found = diagnostic.plan(
        scores(S1_01="1", S1_03="2", S1_02="3"), actions.load(), NOTHING, DAY,
        importance={"S1-03": 3}, effort={"S1-02": 1},
    )  # fmt: skip
    by_hand = [
        ("S1-01", 3, 4 - 1, 2, 2, 3.0),
        ("S1-03", 3, 4 - 2, 3, 1, 6.0),
        ("S1-02", 5, 4 - 3, 2, 1, 2.0),
    ]
    names = ["question_id", "to_level", "gap", "importance", "effort", "priority"]
    assert sorted(found[names].itertuples(index=False, name=None)) == sorted(by_hand)
    assert order(found) == [("S1-03", 3), ("S1-01", 3), ("S1-02", 5)]


def test_a_question_at_its_target_needs_no_action_and_a_dont_know_counts_as_nought():
    found = diagnostic.plan(scores(S1_01="4", S1_02="don't know"), actions.load(), NOTHING, DAY)
    assert order(found) == [("S1-02", 3)]
    assert found["gap"].tolist() == [4.0]
    lower = diagnostic.plan(
        scores(S1_01="4"), actions.load(), NOTHING, DAY, target=3, targets={"S1-01": 5}
    )
    assert order(lower) == [("S1-01", 5)]


def test_open_actions_are_carried_with_owner_day_and_quarter_and_done_ones_stay_out():
    found = diagnostic.plan(
        scores(S1_01="1", S1_02="3", S1_03="2", S1_04="1"),
        actions.load(),
        kept(
            ("S1-01", 3, "Head of policy", date(2026, 5, 1), "open"),
            ("S1-02", 3, "", date(2026, 12, 1), "open"),
            ("S1-03", 3, "", None, "done"),
            ("S1-04", 3, "", None, "dropped"),
        ),
        DAY,
    )
    rows = found.set_index(["question_id", "to_level"])
    assert rows.loc[("S1-01", 3), ["owner", "status", "since"]].tolist() == [
        "Head of policy", "overdue", "2025-26-Q4",
    ]  # fmt: skip
    assert rows.loc[("S1-02", 3), "status"] == "level reached"
    assert ("S1-03", 3) not in rows.index and ("S1-04", 3) not in rows.index


def test_how_many_are_open_overdue_done_and_dropped():
    plan = kept(
        ("S1-01", 3, "", date(2026, 5, 1), "open"),
        ("S1-02", 3, "", DAY, "open"),
        ("S1-03", 3, "", None, "done"),
    )
    assert diagnostic.progress(plan, DAY) == {"open": 2, "done": 1, "dropped": 0, "overdue": 1}


def test_weights_of_questions_and_sections_move_the_score_as_the_formula_says():
    bank = questions.load()
    bank = bank[bank["id"].isin(["S1-01", "S1-02", "S2-01"])]
    answers = pd.DataFrame(
        [
            {"question_id": name, "directorate": "Adults", "answered_on": DAY, "answer": level,
             "evidence": "Paper", "evidence_date": DAY}
            for name, level in (("S1-01", "5"), ("S1-02", "1"), ("S2-01", "2"))
        ]
    )  # fmt: skip
    found = diagnostic.scores(answers, bank, DAY, weights={"S1-01": Decimal(3)})
    sections = diagnostic.by_section(found).set_index("section")["capped"]
    assert sections.to_dict() == {"S1": (3 * 5 + 1) / (4 * 5) * 100, "S2": 40.0}
    assert diagnostic.overall(found)["capped"].tolist() == [(80 + 40) / 2]
    weighted = diagnostic.overall(found, {"S1": Decimal(3)})["capped"].tolist()
    assert weighted == [(3 * 80 + 40) / 4]


def test_directorates_apart_in_an_area_by_their_means():
    bank = questions.load()
    answers = pd.DataFrame(
        [
            {"question_id": name, "directorate": one, "answered_on": DAY, "answer": level,
             "evidence": "", "evidence_date": None}
            for one, levels in (("Adults", "51"), ("Places", "00"))
            for name, level in zip(("S1-01", "S1-02"), levels, strict=True)
        ]
    )  # fmt: skip
    found = diagnostic.area_divergence(diagnostic.scores(answers, bank, DAY))
    assert found[["area", "least", "most", "spread", "flag"]].values.tolist() == [
        ["A1", 0.0, 3.0, 3.0, True]
    ]


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A council whose one directorate answered two questions."""
    missing = ["2026-04", "2026-05"]
    root = project(tmp_path, monkeypatch, quarters={QUARTER: {"accept_missing_months": missing}})
    monkeypatch.chdir(root)
    put(root / "data/raw/june-2026.csv", "Supplier,Amount,Date\nAsh Ltd,100.00,03/04/2026\n")
    with ledger.open_ledger("data/ledger/ledger.sqlite", lambda: MADE) as held:
        _, form = ledger.start(
            held, "tiny", answers_are="agreed", directorate="Adults", length="full",
            bank_version="2026.2", on=DAY,
        )  # fmt: skip
        given = {"S1-01": ledger.Answer("2"), "S1-02": ledger.Answer("0")}
        ledger.save(held, form, given, DAY)
        ledger.finish(held, form, DAY)
    return root


def test_the_plan_is_written_once_and_kept_as_the_council_filled_it(council):
    said = planning.update(FILE, {}, 10)
    path = council / "parameters/tiny/plan.csv"
    assert said[0] == "2 actions added, 0 actions kept: parameters/tiny/plan.csv"
    text = path.read_text(encoding="utf-8-sig")
    filled = text.replace("Policy lead,,open", "Head of policy,01/03/2027,open")
    path.write_text(filled, encoding="utf-8")
    said = planning.update(FILE, {}, 10)
    assert said[0] == "0 actions added, 2 actions kept: parameters/tiny/plan.csv"
    q = sv.open_quarter(str(FILE))
    found = sv.findings.plan_of(q).set_index("question_id")
    assert found.loc["S1-01", ["owner", "due", "since"]].tolist() == [
        "Head of policy", date(2027, 3, 1), QUARTER,
    ]  # fmt: skip


def test_a_plan_or_a_setting_that_names_an_unknown_question_is_refused(council):
    put(council / "parameters/tiny/plan.csv", "question_id,to_level,status\nS9-01,3,open\n")
    with pytest.raises(InputError, match=r"plan.csv: question 'S9-01' is not in the bank"):
        sv.findings.check_diagnostic(sv.open_quarter(str(FILE)))
    put(council / "parameters/tiny/plan.csv", "question_id,to_level,status\nS1-01,7,paused\n")
    with pytest.raises(InputError) as caught:
        sv.findings.check_diagnostic(sv.open_quarter(str(FILE)))
    assert len(caught.value.faults) == 2
    (council / "parameters/tiny/plan.csv").unlink()
    q = sv.open_quarter({"file": str(FILE), "diagnostic.weights": "{S9-02: 2}"})
    with pytest.raises(ParameterError, match="question 'S9-02' is not in the bank"):
        sv.findings.check_diagnostic(q)


def test_other_councils_scores_give_a_range_and_none_gives_a_sentence(council):
    q = sv.open_quarter(str(FILE))
    assert "there is no comparison" in sv.findings.benchmark_table(q).data
    put(
        council / "data/benchmark.csv",
        """
        council,area,score,scored_on,source
        Elm,A1,40,2025-03-01,shared by Elm
        Elm,A1,55,2026-03-01,shared by Elm
        Oak,A1,70,2026-03-01,shared by Oak
        """,
    )
    q = sv.open_quarter({"file": str(FILE), "diagnostic.benchmark": "data/benchmark.csv"})
    page = sv.findings.benchmark_table(q).data
    assert ">55.0</td>" in page and ">70.0</td>" in page and ">40.0</td>" not in page
    assert "data/benchmark.csv" in q.inputs
