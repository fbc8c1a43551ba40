"""The diagnostic's answers beside the council's own data: where they disagree comes first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import HTML

from svlib import diagnostic
from svlib.findings.checks import checked_figures
from svlib.findings.diagnostic import NO_ANSWERS, diagnostic_scores
from svlib.show import count, note, paired_bars, table
from svlib.show.words import missing
from svlib.view import OpenQuarter

_TITLE = "Answers beside the council's own data"
_APART = (diagnostic.LESS, diagnostic.MORE)
_FIRST = 3  # disagreements that a sentence of their own names
_DRAWN = 10


def check_answers(q: OpenQuarter, reports: Path | None = None) -> pd.DataFrame:
    """diagnostic.checked of this quarter; `reports` as in `checked_figures`. Raises InputError for
    a fault in check_levels.csv or in the manifest of an earlier report."""
    rules = diagnostic.rules(q.questions)
    figures = checked_figures(q, reports)
    return diagnostic.checked(diagnostic_scores(q), figures, q.questions, rules)


def checked_sentences(q: OpenQuarter, found: pd.DataFrame | None = None) -> list[str]:
    """How many answers the data contradict, the widest first, and what could not be checked.

    `found` as `check_answers` gives it, where it is there already."""
    if not len(q.answers):
        return [NO_ANSWERS]
    found = check_answers(q) if found is None else found
    kinds = found["verdict"].value_counts()
    less, more = (int(kinds.get(kind, 0)) for kind in _APART)
    said = [
        f"{count(len(found), 'question')} of the diagnostic can be held against data. On {less:,} "
        f"the data say less than is claimed, on {more:,} more, and {_agreeing(found)}."
    ]
    said += [_said(row) for row in found.to_dict("records")[:_FIRST] if row["verdict"] in _APART]
    return [
        *said,
        *_silent(found, diagnostic.NOT_HELD, "For want of data"),
        *_silent(found, diagnostic.NOT_ANSWERED, "For want of an answer"),
        "Which figure fits which level is this project's own choice (docs/checks.md), for the "
        "council to change; a figure that agrees does not prove the claim, it only does not "
        "contradict it.",
    ]


def checked_table(q: OpenQuarter, found: pd.DataFrame | None = None) -> HTML:
    """Every check, disagreements first, with its figure in words; bounds and levels folded."""
    found = check_answers(q) if found is None else found
    shown = found.assign(
        claimed=_to_a_tenth(found["claimed"]),
        capped=_to_a_tenth(found["capped"]),
        gap=_to_a_tenth(found["gap"]),
        range=[_range(row.least, row.most) for row in found.itertuples()],
        fits=[_range(row.shown, row.level) for row in found.itertuples()],
        says=[_sentence(row.said or row.why_none) for row in found.itertuples()],
    )
    return table(
        shown,
        f"{_TITLE}, the widest disagreement first; levels 0 to 5",
        {
            "question": "Question",
            "claimed": "Level claimed",
            "fits": "Level the data fit",
            "verdict": "Verdict",
            "says": "What the data say",
            "question_id": "Id",
            "capped": "Level counted",
            "range": "Claims from and to",
            "gap": "Levels apart",
            "measure": "Figure",
        },
        first=8,
        folded=("question_id", "capped", "range", "gap", "measure"),
    )


def checked_figure(q: OpenQuarter, found: pd.DataFrame | None = None) -> HTML:
    """The widest disagreements: level claimed, level counted, and the nearest the data fit."""
    if not len(q.answers):
        return note(_TITLE, NO_ANSWERS)
    found = check_answers(q) if found is None else found
    apart = found[found["verdict"].isin(_APART)].head(_DRAWN)
    if not len(apart):
        return note(_TITLE, "No answer that can be held against data is contradicted by it.")
    fits = [row.claimed - row.gap for row in apart.itertuples()]
    drawn = apart.assign(
        claimed=_to_a_tenth(apart["claimed"]),
        capped=_to_a_tenth(apart["capped"]),
        fits=pd.Series(fits, index=apart.index, dtype=object),
    )
    return paired_bars(
        drawn,
        "measure",
        {"claimed": "Claimed", "capped": "Counted", "fits": "Nearest level the data fit"},
        f"{_TITLE}: the {count(len(apart), 'widest disagreement')}",
        columns={
            "measure": "Figure",
            "question": "Question",
            "claimed": "Claimed",
            "capped": "Counted",
            "fits": "Nearest level the data fit",
        },
        unit="Level, 0 to 5",
        limit=diagnostic.TOP,
        digits=1,
    )


def _agreeing(found: pd.DataFrame) -> str:
    agree = found[found["verdict"] == diagnostic.AGREES]
    any_level = sum(row.shown == 0 and row.level == diagnostic.TOP for row in agree.itertuples())
    said = f"{count(len(agree), 'answer agrees', 'answers agree')} with them"
    if not any_level:
        return said
    return f"{said}, {any_level:,} of which on a figure that would fit any level"


def _said(row: dict[Any, Any]) -> str:
    """One disagreement: who claims what, what the data say, what that fits."""
    more = row["verdict"] == diagnostic.MORE
    fits = f"level {row['shown']} at least" if more else f"level {row['level']} at most"
    claimed = f"{row['claimed']:.1f}".removesuffix(".0")
    if row["least"] != row["most"]:
        claimed += f" ({row['least']} to {row['most']} by directorate)"
    return f"{row['question']} You said {claimed}; {row['said']}. That fits {fits}."


def _silent(found: pd.DataFrame, verdict: str, why: str) -> list[str]:
    rows = found[found["verdict"] == verdict]
    if not len(rows):
        return []
    reasons = dict.fromkeys(text for text in rows["why_none"] if text)
    told = f": {'; '.join(reasons)}" if reasons else ""
    return [f"{why} {count(len(rows), 'question')} could not be checked{told}."]


def _range(low: int | None, high: int | None) -> str:
    if missing(low) or missing(high):
        return "not known"
    return f"{low}" if low == high else f"{low} to {high}"


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."


def _to_a_tenth(levels: pd.Series) -> pd.Series:
    rounded = [None if missing(level) else round(float(level), 1) for level in levels]
    return pd.Series(rounded, index=levels.index, dtype=object)
