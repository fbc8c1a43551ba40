"""What a visitor sees at the end: the score, strengths, gaps, what to do first, and a copy."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from svlib import actions, answering, diagnostic, findings, ledger, show
from svlib.ledger import Answer, Form
from svlib.parameters import Parameters
from svlib.quarter import day_label, today
from svlib.tables import ANSWERS, PLAN
from svlib.widgets import controls

if TYPE_CHECKING:
    import ipywidgets as w
    from IPython.display import HTML

STRONG = 3  # "set": done as routine
_ACTIONS, _STRENGTHS = 5, 5
_NOTHING_APPLIES = (
    '<p>Every question is answered with "not applicable", so there is nothing to score and no '
    "action to name. If any of it can be asked of the directorate, change that answer.</p>"
)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pieces(
    council: Parameters,
    form: Form,
    code: str,
    asked: Sequence[Mapping[str, str]],
    answers: Mapping[str, Answer],
) -> Iterator[w.Widget]:
    """The page of a form handed in, from top to bottom."""
    table = answering.asked(form.length, form.bank_version)
    agreed = form.answers_are == ledger.AGREED
    scores = scored(council, form, table, answers)
    yield controls.heading("Your result")
    yield controls.prose(_whose(council, form))
    if (scores["state"] == diagnostic.NOT_APPLICABLE).all():
        yield controls.prose(_NOTHING_APPLIES)
    else:
        yield from _found(council, table, scores, agreed)
    yield controls.shown(_given(asked, answers, agreed))
    yield controls.prose(_copy(council, form, code, answers))


def _found(
    council: Parameters, table: pd.DataFrame, scores: pd.DataFrame, agreed: bool
) -> Iterator[w.Widget]:
    """Score, strengths, gaps and what to do first."""
    yield controls.shown(show.tiles(_tiles(council, scores, agreed)))
    yield controls.shown(
        findings.scores_figure(diagnostic.by_section(scores), "section_name", "Score by section")
    )
    yield controls.shown(
        findings.scores_figure(diagnostic.by_area(scores), "area_name", "Score by area")
    )
    yield controls.heading("Strengths")
    yield controls.prose(_strengths(scores))
    yield controls.heading("Gaps, and what to do first")
    yield controls.shown(_weakest(diagnostic.weakest(scores, table, _ACTIONS)))
    yield controls.shown(_first(scores, council))
    yield controls.prose(_unknown(scores))


def scored(
    council: Parameters, form: Form, table: pd.DataFrame, answers: Mapping[str, Answer]
) -> pd.DataFrame:
    """The form's answers as `diagnostic.scores`, with the council's weights."""
    given = pd.DataFrame(
        [
            {
                "question_id": name,
                "directorate": form.directorate,
                "answered_on": today(),
                "answer": one.answer,
                "evidence": one.evidence,
                "evidence_date": one.evidence_date,
            }
            for name, one in answers.items()
        ],
        columns=ANSWERS.names,
    )
    agreed = form.answers_are == ledger.AGREED
    weights = council.diagnostic.weights
    return diagnostic.scores(given, table, today(), evidence_rules=agreed, weights=weights)


def _whose(council: Parameters, form: Form) -> str:
    kind = "agreed answer" if form.answers_are == ledger.AGREED else "one person's own view"
    day = day_label(form.finished_on or today())
    synthetic = (
        "<p><strong>Synthetic data.</strong> This council is invented.</p>"
        if council.synthetic
        else ""
    )
    return (
        f"<p>{escape(council.name)}, {escape(form.directorate)}: {kind}, {form.length} form, "
        f"handed in on {day}.</p>{synthetic}"
    )


def _tiles(council: Parameters, scores: pd.DataFrame, agreed: bool) -> list[tuple[str, str, str]]:
    whole = diagnostic.overall(scores, council.diagnostic.section_weights).iloc[0]
    answered = f"{show.share(whole.coverage)} of the questions that apply are answered"
    if whole.claimed is None:
        return [("Score", "not shown", f"{answered}. {_why_none(scores)}")]
    tiles = [("Score as claimed", f"{whole.claimed:.0f} out of 100", answered)]
    if agreed:
        more = "No evidence counts as 2 at most, old or undated evidence as 3"
        tiles.append(
            ("Score counted after the evidence rules", f"{whole.capped:.0f} out of 100", more)
        )
    return tiles


def _why_none(scores: pd.DataFrame) -> str:
    """Why there is no total. A section that does not apply is no reason."""
    needed = diagnostic.COVERAGE_NEEDED
    few = [
        row["section_name"]
        for row in diagnostic.by_section(scores).to_dict("records")
        if row["coverage"] is not None and row["coverage"] < needed
    ]
    if not few:
        return "By the council's weights, nothing that is answered here counts in a total."
    return (
        f"A total needs {needed:.0%} of each section; too few are answered in: "
        f'{show.listed(few)}. "Don\'t know" is no answer.'
    )


def _strengths(scores: pd.DataFrame) -> str:
    strong = scores[scores["capped"].fillna(0) >= STRONG].sort_values(
        ["capped", "question_id"], ascending=[False, True]
    )
    if not len(strong):
        return f"<p>No question reaches level {STRONG} yet.</p>"
    items = "".join(
        f"<li>{escape(row.question)} (level {row.capped})</li>"
        for row in strong.head(_STRENGTHS).itertuples()
    )
    return f"<ul>{items}</ul>"


def _first(scores: pd.DataFrame, council: Parameters) -> HTML:
    own = council.diagnostic
    found = diagnostic.plan(
        scores,
        actions.load(),
        pd.DataFrame(columns=PLAN.names),
        today(),
        target=own.target_level,
        targets=own.target_levels,
        importance=own.importance,
        effort=own.effort,
    )
    columns = {"action": "Action", "owner": "Who usually leads", "question": "Question"}
    return show.table(
        found.head(_ACTIONS),
        "The first five actions: those that gain most for the effort",
        columns,
        empty="Every answer is at the level aimed at.",
    )


def _weakest(weakest: pd.DataFrame) -> HTML:
    columns = {
        "question": "Question",
        "capped": "Level counted",
        "next_level": "Next level",
        "next_step": "What that looks like",
    }
    weakest = weakest.assign(capped=[int(level) for level in weakest["capped"]])
    return show.table(weakest, "Five weakest answers, levels 0 to 5", columns)


def _unknown(scores: pd.DataFrame) -> str:
    unknown = scores[scores["state"] == diagnostic.DONT_KNOW]
    if not len(unknown):
        return ""
    items = "".join(f"<li>{escape(row.question)}</li>" for row in unknown.itertuples())
    return f'<h3>Answered with "don\'t know"</h3><ul>{items}</ul>'


def _given(asked: Sequence[Mapping[str, str]], answers: Mapping[str, Answer], agreed: bool) -> HTML:
    rows = [
        {
            "question": one["question"],
            "answer": given.answer or diagnostic.MISSING,
            "evidence": given.evidence or "none",
            "day": "none" if given.evidence_date is None else day_label(given.evidence_date),
        }
        for one in asked
        for given in [answers.get(one["id"], Answer(""))]
    ]
    columns = {"question": "Question", "answer": "Answer"}
    if agreed:
        columns |= {"evidence": "Evidence", "day": "Its date"}
    return show.table(pd.DataFrame(rows), "Your answers", columns)


def _copy(council: Parameters, form: Form, code: str, answers: Mapping[str, Answer]) -> str:
    """A link that holds the workbook itself: nothing is written on the server."""
    made = io.BytesIO()
    answering.write(made, council.name, form, code, answers)
    data = base64.b64encode(made.getvalue()).decode("ascii")
    return (
        '<div class="sv-screen"><h2>Keep a copy</h2>'
        f'<p><a download="social_value_diagnostic.xlsx" href="data:{_XLSX};base64,{data}">'
        "Download my answers as a spreadsheet</a></p>"
        '<p><button type="button" onclick="window.print()">Print this page</button></p>'
        f"<p class='sv-code'>Your code, to change an answer later: <strong>{escape(code)}</strong>"
        "</p></div>"
    )
