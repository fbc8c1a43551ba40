"""How the diagnostic counts: little tables of answers in, levels and scores out."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from svlib import diagnostic
from svlib.errors import InputError

AS_OF = date(2026, 9, 30)
FRESH = date(2026, 6, 1)
NAMES = ["question_id", "directorate", "answered_on", "answer", "evidence", "evidence_date"]


def questions(*ids: str) -> pd.DataFrame:
    """Two sections: questions Q1, Q2 ... are in S1, R1, R2 ... in S2; each has its own area."""
    return pd.DataFrame(
        {
            "id": list(ids),
            "section": ["S1" if name[0] == "Q" else "S2" for name in ids],
            "section_name": ["Strategy" if name[0] == "Q" else "Enablers" for name in ids],
            "area": ["A1" if name[0] == "Q" else "A2" for name in ids],
            "area_name": ["Understanding" if name[0] == "Q" else "Orders" for name in ids],
            "question": [f"Is {name} done?" for name in ids],
            "level_2": "begun",
            "level_3": "set",
            "level_4": "steady",
            "level_5": "shaping",
        }
    )


def answers(*rows: tuple) -> pd.DataFrame:
    """Rows of question, directorate, answer and, when not fresh, the date of evidence (or None)."""
    table = [
        (question, directorate, date(2026, 9, 1), answer, "paper", *(rest or (FRESH,)))
        for question, directorate, answer, *rest in rows
    ]
    return pd.DataFrame(table, columns=NAMES)


def scored(*rows: tuple) -> pd.DataFrame:
    ids = sorted({row[0] for row in rows})
    return diagnostic.scores(answers(*rows), questions(*ids), AS_OF)


@pytest.mark.parametrize(
    ("answer", "evidence", "dated", "levels", "reason"),
    [
        ("5", "paper", date(2026, 6, 1), (5, 5), ""),
        ("5", "", None, (5, 2), "no evidence"),
        ("2", "", None, (2, 2), ""),  # the cap takes nothing away
        ("0", "", None, (0, 0), ""),
        ("4", "paper", date(2024, 9, 30), (4, 4), ""),  # 24 months to the day
        ("4", "paper", date(2024, 9, 29), (4, 3), "evidence older than 24 months"),
        ("4", "paper", None, (4, 3), "evidence undated"),
        ("3", "paper", date(2020, 1, 1), (3, 3), ""),
    ],
)
def test_evidence_caps_what_counts(answer, evidence, dated, levels, reason):
    given = pd.DataFrame([("Q1", "City", FRESH, answer, evidence, dated)], columns=NAMES)
    row = diagnostic.scores(given, questions("Q1"), AS_OF).iloc[0]
    assert ((row["claimed"], row["capped"]), row["cap_reason"]) == (levels, reason)


def test_dont_know_not_applicable_and_silence_are_three_things():
    table = scored(
        ("Q1", "City", "don't know"), ("Q1", "Place", "not applicable"), ("Q2", "City", "4")
    )
    found = table[["question_id", "directorate", "state", "claimed", "capped"]]
    assert found.astype(object).where(found.notna(), None).values.tolist() == [
        ["Q1", "City", "don't know", None, 0],
        ["Q1", "Place", "not applicable", None, None],
        ["Q2", "City", "answered", 4, 4],
        ["Q2", "Place", "not answered", None, None],
    ]


def test_the_latest_answer_by_the_as_of_date_counts():
    rows = [
        ("Q1", "City", date(2026, 9, 30), "3", "paper", FRESH),
        ("Q1", "City", date(2026, 3, 1), "1", "paper", FRESH),
        ("Q1", "City", date(2026, 10, 1), "5", "paper", FRESH),
        ("Q1", "Late", date(2026, 10, 1), "5", "paper", FRESH),
    ]
    table = diagnostic.scores(pd.DataFrame(rows, columns=NAMES), questions("Q1"), AS_OF)
    assert table[["directorate", "claimed"]].values.tolist() == [["City", 3]]


def test_an_answer_to_an_unknown_question_is_refused():
    with pytest.raises(InputError) as caught:
        diagnostic.scores(answers(("Q9", "City", "3")), questions("Q1"), AS_OF)
    assert str(caught.value) == (
        "answers: question 'Q9' is in no question bank that is held. Put back the question bank "
        "that asked it, in data/reference/question_banks/."
    )


def test_a_score_is_percent_of_the_highest_level():
    table = scored(
        ("Q1", "City", "4"),
        ("Q2", "City", "5", None),  # undated evidence: counts 3
        ("Q3", "City", "not applicable"),
        ("Q4", "City", "1"),
        ("Q5", "City", "2"),
        ("Q6", "City", "don't know"),
    )
    row = diagnostic.by_section(table).iloc[0]
    assert row["claimed"] == pytest.approx((4 + 5 + 1 + 2) / 20 * 100)  # don't know left out
    assert row["capped"] == pytest.approx((4 + 3 + 1 + 2 + 0) / 25 * 100)  # don't know is 0
    assert row["coverage"] == pytest.approx(4 / 5)  # of the five that apply
    assert row[["answered", "dont_know", "not_applicable", "not_answered"]].tolist() == [4, 1, 1, 0]


def test_no_score_under_80_percent_coverage():
    table = scored(
        ("Q1", "City", "4"),
        ("Q2", "City", "4"),
        ("Q3", "City", "4"),
        ("Q4", "City", "don't know"),
    )
    row = diagnostic.by_area(table).iloc[0]
    assert (row["claimed"], row["capped"], row["coverage"]) == (None, None, 0.75)


def test_sections_count_equally_in_the_total():
    table = scored(("Q1", "City", "5"), ("R1", "City", "2"), ("R2", "City", "2"))
    assert diagnostic.by_section(table)["claimed"].tolist() == [100.0, 40.0]
    row = diagnostic.overall(table).iloc[0]
    assert (row["scope"], row["claimed"], row["answered"]) == ("all sections", 70.0, 3)


def test_no_total_while_a_section_lacks_its_score():
    five = [(f"Q{n}", "City", "5") for n in range(1, 6)]
    table = scored(*five, ("R1", "City", "don't know"))
    row = diagnostic.overall(table).iloc[0]
    assert row["coverage"] == pytest.approx(5 / 6)
    assert row["claimed"] is None


def test_a_section_that_applies_to_nobody_drops_out_of_the_total():
    table = scored(("Q1", "City", "5"), ("R1", "City", "not applicable"))
    assert diagnostic.overall(table).loc[0, "claimed"] == 100.0


def test_directorates_stand_side_by_side():
    table = diagnostic.by_directorate(scored(("Q1", "Place", "4"), ("Q1", "City", "1")))
    assert table[["directorate", "claimed"]].values.tolist() == [["City", 20.0], ["Place", 80.0]]


def test_the_weakest_questions_come_with_the_next_step():
    table = scored(
        ("Q1", "City", "5"),
        ("Q1", "Place", "3"),
        ("Q2", "City", "1"),
        ("Q2", "Place", "don't know"),
        ("Q3", "City", "3"),
        ("Q3", "Place", "3"),
    )
    found = diagnostic.weakest(table, questions("Q1", "Q2", "Q3"), n=2)
    columns = ["question_id", "capped", "claimed", "next_level", "next_step"]
    assert found[columns].values.tolist() == [
        ["Q2", 0.5, 1.0, 2, "begun"],
        ["Q3", 3.0, 3.0, 4, "steady"],
    ]


def test_divergence_shows_where_directorates_disagree():
    table = scored(
        ("Q1", "City", "2"),
        ("Q1", "Place", "3"),
        ("Q2", "City", "1"),
        ("Q2", "Place", "3"),
        ("Q2", "Adults", "5"),
        ("Q3", "City", "4"),
        ("Q3", "Place", "don't know"),
    )
    found = diagnostic.divergence(table).drop(columns=["section_name", "area_name", "question"])
    assert found.values.tolist() == [
        ["Q2", 3, 3.0, 1, 5, 4, pytest.approx((8 / 3) ** 0.5), True],
        ["Q1", 2, 2.5, 2, 3, 1, 0.5, False],
    ]  # Q3 has one level only
    assert "directorate" not in found.columns


def test_change_is_none_where_either_score_is():
    before = diagnostic.by_section(scored(("Q1", "City", "2"), ("R1", "City", "don't know")))
    now = diagnostic.by_section(scored(("Q1", "City", "3"), ("R1", "City", "4")))
    found = diagnostic.change(now, before)
    columns = ["section", "claimed_before", "claimed_now", "claimed_change", "coverage_before"]
    assert found[columns].values.tolist() == [
        ["S1", 40.0, 60.0, 20.0, 1.0],
        ["S2", None, 80.0, None, 0.0],
    ]


def test_no_answers_give_empty_tables_and_no_score():
    nothing = diagnostic.scores(answers(), questions("Q1"), AS_OF)
    assert len(nothing) == len(diagnostic.by_section(nothing)) == 0
    assert len(diagnostic.weakest(nothing, questions("Q1"))) == 0
    assert len(diagnostic.divergence(nothing)) == 0
    assert diagnostic.overall(nothing).loc[0, "claimed"] is None
