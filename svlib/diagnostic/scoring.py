"""Each answer as claimed and as counted: the evidence cap, and the answers that are no level."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from svlib.errors import Fault, InputError
from svlib.questions import retired

TOP = 5  # highest level
CAP_WITHOUT_EVIDENCE = 2  # "started" is the most that a claim nobody can check is worth
CAP_OLD_EVIDENCE = 3  # "set" is the most that evidence from before two yearly reviews can show
EVIDENCE_MONTHS = 24

ANSWERED, NOT_APPLICABLE, DONT_KNOW, MISSING = (
    "answered", "not applicable", "don't know", "not answered",
)  # fmt: skip
_SCORES = (
    "question_id", "section", "section_name", "area", "area_name", "question", "directorate",
    "state", "answered_on", "claimed", "capped", "cap_reason", "evidence", "evidence_date",
    "weight",
)  # fmt: skip


def scores(
    answers: pd.DataFrame,
    questions: pd.DataFrame,
    as_of: date,
    *,
    evidence_rules: bool = True,
    weights: Mapping[str, Decimal] | None = None,
) -> pd.DataFrame:
    """One row a question and directorate, in the order of the bank: the latest answer given by
    `as_of`, with its state: answered, not applicable, don't know or not answered.

    `claimed` and `capped` are levels 0 to 5. Without evidence at most 2 counts; with evidence
    undated or older than 24 months at `as_of`, at most 3; `cap_reason` is empty where the cap takes
    nothing away. "Don't know" is 0 capped and nothing claimed. Directorates are those that have
    answered anything by `as_of`. `weight` is the question's in sums, 1 unless `weights` names it.
    Without `evidence_rules`, for views nobody is asked to show
    evidence of, what is claimed counts. An answer to a question that only an older bank asked is
    left out; raises InputError for one that no bank held asks.
    """
    _check_ids(answers, questions)
    given = answers.loc[[day <= as_of for day in answers["answered_on"]]]
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for answer in sorted(given.to_dict("records"), key=lambda row: row["answered_on"]):
        latest[answer["question_id"], answer["directorate"]] = answer
    rows = [
        _of_question(question)
        | {"weight": float((weights or {}).get(question["id"], 1))}
        | _score(latest.get((question["id"], name)), as_of, name, evidence_rules)
        for question in questions.to_dict("records")
        for name in sorted(set(given["directorate"]))
    ]
    table = pd.DataFrame(rows, columns=list(_SCORES))
    return table.astype({"claimed": "Int64", "capped": "Int64"})


def _check_ids(answers: pd.DataFrame, questions: pd.DataFrame) -> None:
    """An id of an older bank is left out of the scores; one of no bank is a fault."""
    unknown = sorted(set(answers["question_id"]) - set(questions["id"]))
    unknown = sorted(set(unknown) - retired()) if unknown else []
    if unknown:
        do = "Put back the question bank that asked it, in data/reference/question_banks/."
        raise InputError(
            [
                Fault("answers", f"question '{name}' is in no question bank that is held", do)
                for name in unknown
            ]
        )


def _of_question(question: Mapping[str, Any]) -> dict[str, Any]:
    names = ("section", "section_name", "area", "area_name", "question")
    return {"question_id": question["id"]} | {name: question[name] for name in names}


def _score(
    answer: Mapping[str, Any] | None, as_of: date, directorate: str, evidence_rules: bool
) -> dict[str, Any]:
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
    cap, reason = TOP, ""
    if evidence_rules:
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
