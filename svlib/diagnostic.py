"""The diagnostic: what directorates say of themselves, and how far their evidence bears it out.

Levels run from 0 (absent) to 5 (shaping). Each is shown twice: as claimed, and as capped by the age
of the evidence. Scores are percent of the highest level, 0 to 100; `coverage` is a fraction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from statistics import mean, median, pstdev
from typing import Any

import pandas as pd

from svlib.errors import Fault, InputError

TOP = 5  # highest level
CAP_WITHOUT_EVIDENCE = 2  # "started" is the most that a claim nobody can check is worth
CAP_OLD_EVIDENCE = 3  # "set" is the most that evidence from before two yearly reviews can show
EVIDENCE_MONTHS = 24
COVERAGE_NEEDED = 0.8  # under this a score says more about who answered than about the council
WIDE_SPREAD = 2  # levels apart at which directorates see a different council

ANSWERED, NOT_APPLICABLE, DONT_KNOW, MISSING = (
    "answered", "not applicable", "don't know", "not answered",
)  # fmt: skip
_COUNTS = {
    "answered": ANSWERED,
    "dont_know": DONT_KNOW,
    "not_applicable": NOT_APPLICABLE,
    "not_answered": MISSING,
}
_FIGURES = ("claimed", "capped", "coverage", *_COUNTS)
_SCORES = (
    "question_id", "section", "section_name", "area", "area_name", "question", "directorate",
    "state", "answered_on", "claimed", "capped", "cap_reason", "evidence", "evidence_date",
)  # fmt: skip
_OF_QUESTION = ("question_id", "section_name", "area_name", "question")


def scores(answers: pd.DataFrame, questions: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row a question and directorate, in the order of the bank: the latest answer given by
    `as_of`, with its state: answered, not applicable, don't know or not answered.

    `claimed` and `capped` are levels 0 to 5. Without evidence at most 2 counts; with evidence
    undated or older than 24 months at `as_of`, at most 3; `cap_reason` is empty where the cap takes
    nothing away. "Don't know" is 0 capped and nothing claimed. Directorates are those that have
    answered anything by `as_of`. Raises InputError for answers to questions not in the bank.
    """
    _check_ids(answers, questions)
    given = answers.loc[[day <= as_of for day in answers["answered_on"]]]
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for answer in sorted(given.to_dict("records"), key=lambda row: row["answered_on"]):
        latest[answer["question_id"], answer["directorate"]] = answer
    rows = [
        _of_question(question) | _score(latest.get((question["id"], name)), as_of, name)
        for question in questions.to_dict("records")
        for name in sorted(set(given["directorate"]))
    ]
    table = pd.DataFrame(rows, columns=list(_SCORES))
    return table.astype({"claimed": "Int64", "capped": "Int64"})


def by_section(scores: pd.DataFrame) -> pd.DataFrame:
    """One row a section, in order: section, section_name, claimed and capped (percent, None under
    80% coverage), coverage, answered, dont_know, not_applicable, not_answered."""
    return _summary(scores, ["section", "section_name"])


def by_area(scores: pd.DataFrame) -> pd.DataFrame:
    """One row an area, in order: area, area_name, then as in `by_section`."""
    return _summary(scores, ["area", "area_name"])


def by_directorate(scores: pd.DataFrame) -> pd.DataFrame:
    """One row a directorate, by name: directorate, then as in `by_section`."""
    return _summary(scores, ["directorate"])


def overall(scores: pd.DataFrame) -> pd.DataFrame:
    """One row: scope, then as in `by_section`. Sections count equally, however many questions each
    has; a section that applies to nobody drops out. None when any other lacks its score."""
    sections = [row for row in by_section(scores).to_dict("records") if row["coverage"] is not None]
    row: dict[str, Any] = {"scope": "all sections"} | _figures(scores)
    for view in ("claimed", "capped"):
        found = [section[view] for section in sections]
        lacking = not found or None in found or row[view] is None
        row[view] = None if lacking else mean(found)
    return _frame([row], ["scope", *_FIGURES])


def weakest(scores: pd.DataFrame, questions: pd.DataFrame, n: int = 5) -> pd.DataFrame:
    """One row a question, weakest first: question_id, section_name, area_name, question, capped and
    claimed (mean levels 0 to 5 over directorates; "don't know" is 0 capped), next_level (3 or 5)
    and next_step, what the bank says of it. Questions nobody answered are not listed."""
    bank = {row["id"]: row for row in questions.to_dict("records")}
    rows = []
    for label, part in _parts(scores, list(_OF_QUESTION)):
        capped, claimed = part["capped"].dropna().tolist(), part["claimed"].dropna().tolist()
        if capped:
            step = _next_level(mean(capped))
            rows.append(
                label
                | {
                    "capped": float(mean(capped)),
                    "claimed": float(mean(claimed)) if claimed else None,
                }
                | {"next_level": step, "next_step": bank[label["question_id"]][f"level_{step}"]}
            )
    rows.sort(key=lambda row: (row["capped"], row["claimed"] or 0.0, row["question_id"]))
    columns = [*_OF_QUESTION, "capped", "claimed", "next_level", "next_step"]
    return _frame(rows[:n], columns)


def divergence(scores: pd.DataFrame) -> pd.DataFrame:
    """One row a question answered by two directorates or more, most divided first: question_id,
    section_name, area_name, question, directorates (how many), median, least, most, spread (most
    minus least), sd (of the population: these are all the answers there are), flag (spread >= 2).

    All on claimed levels. Names no directorate.
    """
    rows = []
    for label, part in _parts(scores, list(_OF_QUESTION)):
        levels = [int(level) for level in part["claimed"].dropna()]
        if len(levels) > 1:
            rows.append(label | _spread(levels))
    rows.sort(key=lambda row: (-row["spread"], -row["sd"], row["question_id"]))
    figures = ["directorates", "median", "least", "most", "spread", "sd", "flag"]
    return _frame(rows, [*_OF_QUESTION, *figures])


def change(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """One row a row of `now`, in its order, against the same row of `before`: its labels, then
    claimed_before, claimed_now, claimed_change (percentage points), the same for capped, and
    coverage_before, coverage_now.

    Both come from the same one of `by_section`, `by_area`, `by_directorate`, `overall`. A change is
    None where either score is; one between different coverages may come from who answered.
    """
    labels = [name for name in now.columns if name not in _FIGURES]
    earlier = {tuple(row[name] for name in labels): row for row in before.to_dict("records")}
    rows = [
        {name: row[name] for name in labels}
        | _against(row, earlier.get(tuple(row[name] for name in labels), {}))
        for row in now.to_dict("records")
    ]
    return _frame(rows, [*labels, *_against({}, {})])


def _check_ids(answers: pd.DataFrame, questions: pd.DataFrame) -> None:
    unknown = sorted(set(answers["question_id"]) - set(questions["id"]))
    if unknown:
        do = "Correct the id, or take the answer out."
        raise InputError(
            [Fault("answers", f"question '{name}' is not in the bank", do) for name in unknown]
        )


def _of_question(question: Mapping[str, Any]) -> dict[str, Any]:
    names = ("section", "section_name", "area", "area_name", "question")
    return {"question_id": question["id"]} | {name: question[name] for name in names}


def _score(answer: Mapping[str, Any] | None, as_of: date, directorate: str) -> dict[str, Any]:
    row: dict[str, Any] = {"directorate": directorate, "state": MISSING, "cap_reason": ""}
    if answer is None:
        empty = dict.fromkeys(("claimed", "capped", "answered_on", "evidence_date"))
        return row | empty | {"evidence": ""}
    row |= {name: answer[name] for name in ("answered_on", "evidence", "evidence_date")}
    if answer["answer"] == NOT_APPLICABLE:
        return row | {"state": NOT_APPLICABLE, "claimed": None, "capped": None}
    if answer["answer"] == DONT_KNOW:
        return row | {"state": DONT_KNOW, "claimed": None, "capped": 0}
    claimed = int(answer["answer"])
    cap, reason = _cap(answer["evidence"], answer["evidence_date"], as_of)
    row |= {"state": ANSWERED, "claimed": claimed, "capped": min(claimed, cap)}
    return row | {"cap_reason": reason if claimed > cap else ""}


def _cap(evidence: str, evidence_date: date | None, as_of: date) -> tuple[int, str]:
    """The most that counts, and why."""
    if not evidence:
        return CAP_WITHOUT_EVIDENCE, "no evidence"
    if evidence_date is None or pd.isna(evidence_date):
        return CAP_OLD_EVIDENCE, "evidence undated"
    oldest = (pd.Timestamp(as_of) - pd.DateOffset(months=EVIDENCE_MONTHS)).date()
    if evidence_date < oldest:
        return CAP_OLD_EVIDENCE, f"evidence older than {EVIDENCE_MONTHS} months"
    return TOP, ""


def _summary(scores: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    rows = [label | _figures(part) for label, part in _parts(scores, labels)]
    return _frame(rows, [*labels, *_FIGURES])


def _parts(scores: pd.DataFrame, labels: list[str]) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    """Label columns and rows of each group, in the order of the labels."""
    groups = scores.groupby(labels, sort=True) if len(scores) else []
    return [(dict(zip(labels, names, strict=True)), part) for names, part in groups]


def _figures(part: pd.DataFrame) -> dict[str, Any]:
    """Score = sum of levels / (5 x number of them) x 100, every question weighing 1.

    Coverage is answered / all but the not applicable: a "don't know" is not an answer.
    """
    counts = {name: int((part["state"] == state).sum()) for name, state in _COUNTS.items()}
    asked = len(part) - counts["not_applicable"]
    coverage = counts["answered"] / asked if asked else None
    shown = coverage is not None and coverage >= COVERAGE_NEEDED
    percent = {view: _percent(part[view]) if shown else None for view in ("claimed", "capped")}
    return percent | {"coverage": coverage} | counts


def _percent(levels: pd.Series) -> float:
    held = levels.dropna()
    return float(held.sum()) / (TOP * len(held)) * 100


def _spread(levels: list[int]) -> dict[str, Any]:
    spread = max(levels) - min(levels)
    return {
        "directorates": len(levels),
        "median": float(median(levels)),
        "least": min(levels),
        "most": max(levels),
        "spread": spread,
        "sd": pstdev(levels),
        "flag": spread >= WIDE_SPREAD,
    }


def _next_level(level: float) -> int:
    """The next level worth aiming at that the bank describes; its level 1 describes a weakness."""
    return 3 if level < 3 else TOP


def _against(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for view in ("claimed", "capped"):
        then, here = before.get(view), now.get(view)
        moved = None if then is None or here is None else here - then
        row |= {f"{view}_before": then, f"{view}_now": here, f"{view}_change": moved}
    return row | {
        "coverage_before": before.get("coverage"),
        "coverage_now": now.get("coverage"),
    }


def _frame(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    """Python values as they are, so that "no score" stays None."""
    return pd.DataFrame(rows, columns=columns, dtype=object)
