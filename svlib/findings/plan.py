"""The plan of the diagnostic, and what its scores are set beside."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from IPython.display import HTML

from svlib import diagnostic, questions, store
from svlib.diagnostic.plan import OPEN, OVERDUE
from svlib.errors import Fault, InputError, ParameterError
from svlib.findings.diagnostic import NO_ANSWERS, diagnostic_scores, scored_at, total_of
from svlib.project import relative
from svlib.quarter import day_label
from svlib.show import count, note, table
from svlib.view import OpenQuarter

_QUARTERS_BACK = 8
INDICATIVE = "Indicative: the crosswalk is this project's own; names of levels to be confirmed"
_NO_BENCHMARK = "No other council's scores are held, so there is no comparison."


def check_diagnostic(q: OpenQuarter) -> None:
    """Read all the diagnostic needs. Raises InputError or ParameterError for what is wrong."""
    diagnostic_scores(q)
    plan_of(q)
    _ = q.benchmark


def plan_of(q: OpenQuarter) -> pd.DataFrame:
    """The plan as `diagnostic.plan`. Raises ParameterError for settings that name a question the
    bank does not have, InputError for a line of the council's plan that does."""
    settings, known = q.parameters.diagnostic, set(q.questions["id"])
    strays = sorted(settings.questions_named - known)
    if strays:
        raise ParameterError(
            [
                Fault("diagnostic", f"question '{name}' is not in the bank", "Correct the id.")
                for name in strays
            ]
        )
    lost = sorted(set(q.plan["question_id"]) - known)
    if lost:
        where = relative(store.plan_file(q.parameters))
        raise InputError(
            [
                Fault(where, f"question '{name}' is not in the bank", "Correct the id.")
                for name in lost
            ]
        )
    return diagnostic.plan(
        diagnostic_scores(q),
        q.actions,
        q.plan,
        q.as_of,
        target=settings.target_level,
        targets=settings.target_levels,
        importance=settings.importance,
        effort=settings.effort,
    )


def plan_sentences(q: OpenQuarter) -> list[str]:
    """What the plan holds, what became of it, and how the order comes about."""
    if not len(q.answers):
        return [NO_ANSWERS]
    found = plan_of(q)
    kept = diagnostic.progress(q.plan, q.as_of)
    below = int((found["gap"] > 0).sum())
    said = [
        f"{count(below, 'question lies', 'questions lie')} below the level aimed at, "
        f"{q.parameters.diagnostic.target_level} of 5 unless the council says otherwise. Actions "
        "come in the order of gap x importance / effort."
    ]
    if not len(q.plan):
        return [*said, "The council has not taken up a plan yet: svlib plan writes one to fill in."]
    late = f", {kept[OVERDUE]} of them overdue" if kept[OVERDUE] else ""
    return [
        *said,
        f"Of the council's plan {kept[OPEN]} are open{late}, {kept['done']} done and "
        f"{kept['dropped']} dropped.",
    ]


def plan_table(q: OpenQuarter) -> HTML:
    """The first actions, with owner and day; the rest and the arithmetic one click away."""
    if not len(q.answers):
        return note("Plan", NO_ANSWERS)
    found = plan_of(q).head(q.parameters.diagnostic.actions)
    found = found.assign(
        due=[_day(day) for day in found["due"]],
        since=[text or "now" for text in found["since"]],
        level=[round(level, 1) for level in found["level"]],
        priority=[round(value, 1) for value in found["priority"]],
    )
    return table(
        found,
        "What to do first",
        {
            "action": "Action",
            "owner": "Who leads",
            "due": "By",
            "status": "Status",
            "since": "Planned since",
            "question": "Question",
            "level": "Level counted",
            "target": "Aimed at",
            "importance": "Importance",
            "effort": "Effort",
            "priority": "Priority",
        },
        empty="Every question is at the level aimed at.",
        folded=("question", "level", "target", "importance", "effort", "priority"),
    )


def progress_table(q: OpenQuarter) -> HTML:
    """Scores by area against those at the end of the quarter before."""
    before = scored_at(q, q.quarter.previous.end)
    if not len(before):
        return note("Since the quarter before", "Nobody had answered by then.")
    now = diagnostic.by_area(diagnostic_scores(q))
    found = diagnostic.change(now, diagnostic.by_area(before))
    figures = [name for name in found.columns if name.startswith("capped")]
    found = found.assign(**{name: [_rounded(value) for value in found[name]] for name in figures})
    return table(
        found,
        f"Scores counted, now and at the end of {q.quarter.previous.label}",
        {
            "area_name": "Area",
            "capped_before": "Before",
            "capped_now": "Now",
            "capped_change": "Points more or less",
        },
    )


def over_time_table(q: OpenQuarter) -> HTML:
    """The total at the end of each quarter since the first answer, at most two years back."""
    days = [day for day in q.answers["answered_on"] if day <= q.as_of]
    rows: list[dict[str, Any]] = []
    quarter = q.quarter
    while days and len(rows) < _QUARTERS_BACK:
        scores = scored_at(q, min(quarter.end, q.as_of))
        if not len(scores):
            break
        total = total_of(q, scores)
        rows.insert(0, {"quarter": quarter.label, "share": total.coverage}
                    | {name: _rounded(total[name]) for name in ("claimed", "capped")}
                    | {"directorates": scores["directorate"].nunique()})  # fmt: skip
        quarter = quarter.previous
    return table(
        pd.DataFrame(rows),
        "Score out of 100 by the answers that stood at the end of each quarter",
        {
            "quarter": "Quarter",
            "claimed": "As claimed",
            "capped": "Counted",
            "share": "Share answered",
            "directorates": "Directorates",
        },
        empty=NO_ANSWERS,
    )


def area_divergence_table(q: OpenQuarter) -> HTML:
    """How far directorates lie apart in each area, by their mean claimed level."""
    found = diagnostic.area_divergence(diagnostic_scores(q))
    for name in ("median", "least", "most", "spread", "sd"):
        found[name] = [round(value, 1) for value in found[name]]
    return table(
        found,
        "How far directorates lie apart, mean level claimed in each area",
        {
            "area_name": "Area",
            "median": "Median",
            "least": "Lowest",
            "most": "Highest",
            "spread": "Levels apart",
            "sd": "Standard deviation",
        },
        empty="Only one directorate answered, so views cannot be compared.",
    )


def crosswalk_table(q: OpenQuarter) -> HTML:
    """The level each section's counted score comes to, in the words of other frameworks."""
    if not len(q.answers):
        return note("Other frameworks", NO_ANSWERS)
    levels = questions.crosswalk().set_index("level")
    rows: list[dict[str, Any]] = []
    for section in diagnostic.by_section(diagnostic_scores(q)).to_dict("records"):
        if section["capped"] is not None:
            level = int(section["capped"] / 100 * diagnostic.TOP)  # the last one fully reached
            rows.append(
                {"section": section["section_name"], "score": round(section["capped"], 1)}
                | {"level": level, **levels.loc[level].to_dict()}
            )
    return table(
        pd.DataFrame(rows),
        f"Sections by the levels of other frameworks. {INDICATIVE}",
        {
            "section": "Section",
            "score": "Score",
            "level": "Level",
            "word": "Our word",
            "lga": "LGA toolkit",
            "flexible_framework": "Flexible Framework",
        },
        empty="Too few answers for a score.",
    )


def benchmark_table(q: OpenQuarter) -> HTML:
    """Each area's counted score beside the range of the councils in the benchmark file."""
    if not len(q.benchmark):
        return note("Other councils", _NO_BENCHMARK)
    rows = []
    for area in diagnostic.by_area(diagnostic_scores(q)).to_dict("records"):
        held = q.benchmark[q.benchmark["area"] == area["area"]]
        latest = held.sort_values("scored_on").drop_duplicates("council", keep="last")
        if len(latest):
            rows.append(
                {"area": area["area_name"], "score": _rounded(area["capped"])}
                | {"councils": len(latest), "least": float(min(latest["score"]))}
                | {"most": float(max(latest["score"]))}
                | {"source": "; ".join(sorted(set(latest["source"])))}
            )
    return table(
        pd.DataFrame(rows),
        "Scores beside those of other councils, as the benchmark file gives them",
        {
            "area": "Area",
            "score": "Our score",
            "councils": "Councils",
            "least": "Lowest",
            "most": "Highest",
            "source": "Source",
        },
    )


def individual_groups_table(q: OpenQuarter) -> HTML:
    """Anonymous answers by group, beside nothing that could single anybody out."""
    return table(
        diagnostic.by_group(_opinions(q), q.questions),
        "Individual answers, anonymous: score as claimed, out of 100",
        {"group": "Group", "directorates": "Directorates", "people": "People", "score": "Score"},
        empty="Fewer than five people have answered for themselves, so nothing is shown.",
    )


def individual_questions_table(q: OpenQuarter) -> HTML:
    """Where individuals and the agreed answers differ most, question by question."""
    found = diagnostic.by_question(_opinions(q), q.questions)
    if not len(found) or not len(q.answers):
        return HTML("")
    scores = diagnostic_scores(q).dropna(subset=["claimed"])
    agreed = scores.groupby("question_id")["claimed"].mean().astype(float)
    found = found[found["question_id"].isin(agreed.index)]
    levels = [round(float(agreed[name]), 1) for name in found["question_id"]]
    found = found.assign(agreed=levels)
    found["apart"] = [round(a - level, 1) for a, level in zip(levels, found["level"], strict=True)]
    order = sorted(range(len(found)), key=lambda row: -abs(found["apart"].iloc[row]))
    return table(
        found.iloc[order],
        "What directorates claim, and what people say by themselves: mean levels",
        {
            "question": "Question",
            "agreed": "Agreed answers",
            "level": "Individual answers",
            "apart": "Apart",
            "people": "People",
        },
        first=10,
    )


def _opinions(q: OpenQuarter) -> pd.DataFrame:
    given = q.individual_answers
    by_now = pd.Series([day <= q.as_of for day in given["answered_on"]], dtype=bool)
    return given[by_now.to_numpy()]


def _day(day: date | None) -> str:
    return "not set" if day is None else day_label(day)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
