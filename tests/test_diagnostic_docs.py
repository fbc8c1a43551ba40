"""docs/diagnostic.md is worked out by hand; here the sample's figures are held against it."""

from __future__ import annotations

import re
from statistics import mean
from typing import Any

import pandas as pd
import pytest
from helpers import REPOSITORY

import svlib as sv
from svlib import questions

TEXT = (REPOSITORY / "docs" / "diagnostic.md").read_text(encoding="utf-8")
PLAIN = " ".join(TEXT.split())


def table(first: str) -> list[list[str]]:
    """The rows of the doc's table whose header begins with a word."""
    lines = TEXT.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


@pytest.fixture(scope="module")
def q() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SVLIB_HOME", str(REPOSITORY))
        yield sv.open_quarter("parameters/sample/2026-27-Q2.yaml")


@pytest.fixture(scope="module")
def scores(q: Any) -> pd.DataFrame:
    return sv.findings.diagnostic_scores(q)


def test_the_levels_are_those_of_the_crosswalk() -> None:
    held = questions.crosswalk().astype("str").to_numpy().tolist()
    assert table("level") == held


def test_one_directorates_answers_are_claimed_and_counted_as_by_hand(scores: pd.DataFrame) -> None:
    part = scores[(scores["section"] == "S2") & (scores["directorate"] == "Corporate Services")]
    rows = table("question")
    assert [row[0] for row in rows] == part["question_id"].tolist()
    for by_hand, (_, found) in zip(rows, part.iterrows(), strict=True):
        shown = found["evidence_date"].isoformat() if found["evidence"] else "none"
        assert by_hand[2] == shown, by_hand
        levels = [
            "-" if pd.isna(found[name]) else str(found[name]) for name in ("claimed", "capped")
        ]
        assert by_hand[3:] == levels, by_hand
    only = sv.diagnostic.by_section(part).iloc[0]
    assert f"that is {only.claimed:.1f}. Counted: 26 of 55, that is {only.capped:.1f}." in PLAIN


def test_scores_of_sections_and_the_total_are_those_by_hand(scores: pd.DataFrame) -> None:
    found = sv.diagnostic.by_section(scores).set_index("section")
    means: dict[str, list[float]] = {"claimed": [], "counted": []}
    for section, view, *cells in table("section"):
        *counts, total, of, score = map(float, cells)
        assert sum(level * many for level, many in enumerate(counts)) == total
        assert sum(counts) * 5 == of
        name = "capped" if view == "counted" else view
        assert found.loc[section, name] == pytest.approx(total / of * 100)
        assert score == round(total / of * 100, 1)
        means[view].append(total / of * 100)
    whole = sv.diagnostic.overall(scores).iloc[0]
    assert whole.claimed == pytest.approx(mean(means["claimed"]))
    assert whole.capped == pytest.approx(mean(means["counted"]))
    assert f"= {whole.claimed:.1f} claimed" in PLAIN and f"= {whole.capped:.1f} counted" in PLAIN


def test_the_widest_disagreement_is_that_by_hand(scores: pd.DataFrame) -> None:
    first = sv.diagnostic.divergence(scores).iloc[0]
    said = re.search(r"(S\d-\d\d) was answered ([\d, ]+) and (\d): median (\d), (\d) apart", PLAIN)
    assert said is not None
    assert said[1] == first.question_id
    levels = sorted(scores.loc[scores["question_id"] == said[1], "claimed"])
    assert [*map(int, said[2].split(",")), int(said[3])] == levels
    assert (int(said[4]), int(said[5])) == (first["median"], first.spread)
    assert f"that is {first.sd:.2f}." in PLAIN


def test_the_first_action_has_the_priority_by_hand(q: Any) -> None:
    first = sv.findings.plan_of(q).iloc[0]
    said = re.search(
        r"(S\d-\d\d) counts [\d, ]+ and \d: level ([\d.]+), gap ([\d.]+), importance (\d), "
        r"effort (\d), priority ([\d.]+)\.",
        PLAIN,
    )
    assert said is not None
    assert said[1] == first.question_id
    assert list(map(float, said.groups()[1:])) == pytest.approx(
        [first.level, first.gap, first.importance, first.effort, first.priority]
    )


def test_a_report_shows_the_forms_handed_in_during_its_quarter(q: Any) -> None:
    """Two reports never rest on the same person's answers, so their difference tells nothing."""
    days = q.individual_answers["handed_in_on"]
    assert q.quarter.start <= min(days)
    assert max(days) <= q.quarter.end
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SVLIB_HOME", str(REPOSITORY))
        file = "parameters/sample/2026-27-Q1.yaml"
        earlier = sv.open_quarter({"file": file, "as_of": q.as_of.isoformat()})
        assert earlier.ledger_cut == q.ledger_cut
        assert earlier.individual_answers.empty


def test_small_groups_are_joined_as_by_hand(q: Any) -> None:
    people = q.individual_answers.groupby("directorate")["respondent"].nunique().to_dict()
    assert sorted(people.values())[:2] == [3, 7]
    joined = sv.diagnostic.groups(people)["Other directorates together"]
    assert sorted(people[name] for name in joined) == [3, 7]
