"""Question by question: what each directorate claims, what counts and on what evidence, and the
passages of documents that a person accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from IPython.display import HTML

from svlib import diagnostic
from svlib.findings.diagnostic import NO_ANSWERS, diagnostic_scores
from svlib.quarter import day_label
from svlib.show import note, table
from svlib.show.words import missing
from svlib.view import OpenQuarter

_CLAIMS = "Each question by directorate, as claimed and as counted, levels 0 to 5"
_ACCEPTED = "Passages accepted as evidence, by question"
_FIRST = 10
_NONE, _IN_FULL = "none", "counts in full"
_WHY = {
    diagnostic.NOT_APPLICABLE: "drops out",
    diagnostic.DONT_KNOW: '"don\'t know" counts as 0',
    diagnostic.MISSING: "no answer",
}


def claims_table(q: OpenQuarter) -> HTML:
    """Each question and directorate: level claimed, level counted, why it is less, evidence."""
    if not len(q.answers):
        return note(_CLAIMS, NO_ANSWERS)
    rows = [_claim(row) for row in diagnostic_scores(q).to_dict("records")]
    return table(
        pd.DataFrame(rows),
        _CLAIMS,
        {
            "question": "Question",
            "directorate": "Directorate",
            "claimed": "Level claimed",
            "counted": "Level counted",
            "why": "Why",
            "evidence": "Evidence named",
            "question_id": "Id",
            "day": "Date of the evidence",
        },
        first=_FIRST,
        folded=("question_id", "day"),
    )


def accepted_passages_table(q: OpenQuarter) -> HTML:
    """Passages of the council's documents that a person accepted, in the order of the bank."""
    bank = dict(zip(q.questions["id"], q.questions["question"], strict=True))
    order = {name: at for at, name in enumerate(bank)}
    found = q.accepted_passages.to_dict("records")
    found.sort(key=lambda row: (order.get(row["question_id"], len(order)), row["file"]))
    rows = [
        {
            "question": bank.get(row["question_id"], row["question_id"]),
            "passage": row["passage"],
            "file": row["file"],
            "clause": row["clause"] or _NONE,
            "page": row["page"] or _NONE,
            "question_id": row["question_id"],
            "day": day_label(row["decided_on"]),
        }
        for row in found
    ]
    return table(
        pd.DataFrame(rows),
        _ACCEPTED,
        {
            "question": "Question",
            "passage": "Passage",
            "file": "Document",
            "clause": "Clause",
            "page": "Page",
            "question_id": "Id",
            "day": "Accepted on",
        },
        empty="No passage of a document has been accepted by the as-of date.",
        first=_FIRST,
        folded=("question_id", "day"),
    )


def _claim(row: Mapping[Any, Any]) -> dict[str, str]:
    dated = row["evidence_date"]
    return {
        "question_id": row["question_id"],
        "question": row["question"],
        "directorate": row["directorate"],
        "claimed": row["state"] if missing(row["claimed"]) else str(row["claimed"]),
        "counted": _NONE if missing(row["capped"]) else str(row["capped"]),
        "why": row["cap_reason"] or _WHY.get(row["state"], _IN_FULL),
        "evidence": row["evidence"] or _NONE,
        "day": _NONE if missing(dated) else day_label(dated),
    }
