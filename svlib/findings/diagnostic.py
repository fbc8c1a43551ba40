"""The diagnostic in words and figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from IPython.display import HTML

from svlib import diagnostic
from svlib.show import count, note, paired_bars, radar, share, table
from svlib.view import OpenQuarter

NO_ANSWERS = "No answers to the diagnostic are recorded yet."
VIEWS = {"claimed": "As claimed", "capped": "Counted after the evidence rules"}
_SCORE_COLUMNS = {**VIEWS, "coverage": "Share answered"}


def diagnostic_sentences(q: OpenQuarter) -> list[str]:
    """Where the council stands, its strongest and weakest area, and how far directorates agree."""
    if not len(q.answers):
        return [NO_ANSWERS]
    scores = diagnostic_scores(q)
    return [_overall(q, scores), *_areas(scores), _agreement(scores)]


def diagnostic_certainty(q: OpenQuarter) -> list[str]:
    """Coverage, caps and don't-knows."""
    if not len(q.answers):
        return [NO_ANSWERS]
    scores = diagnostic_scores(q)
    whole = total_of(q, scores)
    capped = int((scores["cap_reason"] != "").sum())
    retired = int((~q.answers["question_id"].isin(set(q.questions["id"]))).sum())
    older = [
        f"{count(retired, 'answer')} to questions that the question bank no longer asks "
        f"{'is' if retired == 1 else 'are'} kept and left out."
    ]
    return [
        f"{share(whole.coverage)} of the questions that apply were answered by "
        f"{count(scores['directorate'].nunique(), 'directorate')}; "
        f'{count(whole.dont_know, "answer is", "answers are")} "don\'t know" and '
        f'{count(whole.not_applicable, "answer is", "answers are")} "not applicable".',
        f"{count(capped, 'claim is', 'claims are')} counted lower than claimed, for want of recent "
        "evidence.",
        "A score is not shown when less than 80% of the questions behind it were answered.",
        "These are the council's own answers; nobody outside it has checked them.",
        *(older if retired else []),
    ]


def rules_sentences(q: OpenQuarter) -> list[str]:
    """How answers become scores, rule by rule, with the council's own settings."""
    own = q.parameters.diagnostic
    weighted = len(own.weights) + len(own.section_weights)
    weights = f"{count(weighted, 'weight is', 'weights are')} set by the council" if weighted else (
        "every question and every section weighs the same"
    )  # fmt: skip
    return [
        f"Without evidence a level counts as {diagnostic.CAP_WITHOUT_EVIDENCE} at most; with "
        f"evidence undated or older than {diagnostic.EVIDENCE_MONTHS} months, as "
        f"{diagnostic.CAP_OLD_EVIDENCE} at most. Claimed and counted stand side by side.",
        '"Not applicable" drops out. "Don\'t know" claims nothing and counts as 0.',
        f"A score is the sum of levels as a percentage of the most there could be; {weights}. The "
        "total is the mean of the sections.",
        f"Under {diagnostic.COVERAGE_NEEDED:.0%} answered no score is shown.",
        f"Directorates {diagnostic.WIDE_SPREAD} levels or more apart on a question are flagged, "
        "none is named there.",
        f"Anonymous answers are shown for groups of {diagnostic.SMALLEST_GROUP} people or more.",
        "An action's priority is gap to the level aimed at x importance / effort.",
    ]


def radar_figure(areas: pd.DataFrame) -> HTML:
    """Scores by area as a radar; `areas` as diagnostic.by_area returns it."""
    if not len(areas):
        return note("Score by area", NO_ANSWERS)
    columns = {"area_name": "Area", **_SCORE_COLUMNS}
    title = "Score by area, out of 100: as claimed, and counted after the evidence rules"
    return radar(_readable(areas), "area_name", VIEWS, title, columns=columns)


def scores_figure(scores: pd.DataFrame, label: str, title: str) -> HTML:
    """Claimed and counted scores side by side, one pair a row."""
    if not len(scores):
        return note(title, NO_ANSWERS)
    heading = {"section_name": "Section", "area_name": "Area", "directorate": "Directorate"}[label]
    return paired_bars(
        _readable(scores),
        label,
        VIEWS,
        f"{title}, out of 100",
        columns={label: heading, **_SCORE_COLUMNS},
        unit="Score out of 100",
        limit=100,
    )


def diagnostic_figure(q: OpenQuarter) -> HTML:
    """Score by area for the quarterly report."""
    if not len(q.answers):
        return note("How mature our practice is", NO_ANSWERS)
    areas = diagnostic.by_area(diagnostic_scores(q))
    return scores_figure(areas, "area_name", "Diagnostic score by area")


def weakest_table(weakest: pd.DataFrame) -> HTML:
    """The weakest questions with what the bank says of the next step."""
    columns = {
        "question": "Question",
        "area_name": "Area",
        "capped": "Level counted",
        "claimed": "Level claimed",
        "next_step": "Next step",
    }
    return table(weakest, "Weakest questions, levels 0 to 5", columns, empty=NO_ANSWERS)


def divergence_table(divergence: pd.DataFrame) -> HTML:
    """Questions on which directorates lie two levels or more apart."""
    wide = divergence[divergence["flag"].astype(bool)].head(10)
    columns = {
        "question": "Question",
        "median": "Median level",
        "least": "Lowest",
        "most": "Highest",
        "spread": "Levels apart",
    }
    return table(
        wide,
        "Questions on which directorates differ most, levels as claimed",
        columns,
        empty="No question has answers two or more levels apart.",
    )


def diagnostic_scores(q: OpenQuarter) -> pd.DataFrame:
    """Directorates' agreed answers as `diagnostic.scores`, with the council's weights."""
    return scored_at(q, q.as_of)


def scored_at(q: OpenQuarter, day: date) -> pd.DataFrame:
    """As `diagnostic_scores`, as it stood on a day."""
    return q.scores_on(day)


def total_of(q: OpenQuarter, scores: pd.DataFrame) -> Any:
    """The one row of `diagnostic.overall`, with the council's weights."""
    return diagnostic.overall(scores, q.parameters.diagnostic.section_weights).iloc[0]


def _overall(q: OpenQuarter, scores: pd.DataFrame) -> str:
    now = total_of(q, scores)
    if now.capped is None:
        return (
            f"Only {share(now.coverage)} of the questions were answered: too few for a total score."
        )
    said = (
        f"The council scores {_points(now.capped)} out of 100 after the evidence rules, against "
        f"{_points(now.claimed)} as claimed"
    )
    before = _before(q)
    if before is None or before.capped is None:
        return f"{said}."
    return f"{said}; at the end of {q.quarter.previous.label} it was {_points(before.capped)}."


def _before(q: OpenQuarter) -> Any:
    """The total as it stood when the quarter before ended; None when nobody had answered."""
    then = scored_at(q, q.quarter.previous.end)
    return total_of(q, then) if len(then) else None


def _areas(scores: pd.DataFrame) -> list[str]:
    known = [row for row in diagnostic.by_area(scores).itertuples() if row.capped is not None]
    if len(known) < 2:
        return []
    ranked = sorted(known, key=lambda row: (-row.capped, row.area))
    best, worst = ranked[0], ranked[-1]
    return [
        f"It is strongest in {best.area_name} ({_points(best.capped)}) and weakest in "
        f"{worst.area_name} ({_points(worst.capped)})."
    ]


def _agreement(scores: pd.DataFrame) -> str:
    spread = diagnostic.divergence(scores)
    if not len(spread):
        return "Only one directorate answered, so views cannot be compared."
    wide = int(spread["flag"].astype(bool).sum())
    return (
        f"Directorates lie two or more levels apart on {wide} of {count(len(spread), 'question')}; "
        f"the widest gap is {count(int(spread['spread'].iloc[0]), 'level')}."
    )


def _points(score: float) -> str:
    return f"{score:.0f}"


def _readable(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores rounded for tables, coverage under a name that prints as a share."""
    rounded = {
        view: [None if value is None else round(value, 1) for value in scores[view]]
        for view in VIEWS
    }
    return scores.assign(**{view: pd.Series(v, dtype=object, index=scores.index)
                            for view, v in rounded.items()})  # fmt: skip
