"""Question by question: the weakest with their next step, and where directorates disagree."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, median, pstdev
from typing import Any

import pandas as pd

from svlib.diagnostic.grouping import frame, parts
from svlib.diagnostic.scoring import TOP

WIDE_SPREAD = 2  # levels apart at which directorates see a different council

_SPREAD = ("directorates", "median", "least", "most", "spread", "sd", "flag")
_OF_QUESTION = ("question_id", "section_name", "area_name", "question")


def weakest(scores: pd.DataFrame, questions: pd.DataFrame, n: int = 5) -> pd.DataFrame:
    """One row a question, weakest first: question_id, section_name, area_name, question, capped and
    claimed (mean levels 0 to 5 over directorates; "don't know" is 0 capped), next_level (2 to 5)
    and next_step, what the bank says of it. Questions nobody answered are not listed."""
    bank = {row["id"]: row for row in questions.to_dict("records")}
    rows = []
    for label, part in parts(scores, list(_OF_QUESTION)):
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
    return frame(rows[:n], columns)


def divergence(scores: pd.DataFrame) -> pd.DataFrame:
    """One row a question answered by two directorates or more, most divided first: question_id,
    section_name, area_name, question, directorates (how many), median, least, most, spread (most
    minus least), sd (of the population: these are all the answers there are), flag (spread >= 2).

    All on claimed levels. Names no directorate.
    """
    rows = []
    for label, part in parts(scores, list(_OF_QUESTION)):
        levels = [int(level) for level in part["claimed"].dropna()]
        if len(levels) > 1:
            rows.append(label | _spread(levels))
    rows.sort(key=lambda row: (-row["spread"], -row["sd"], row["question_id"]))
    return frame(rows, [*_OF_QUESTION, *_SPREAD])


def area_divergence(scores: pd.DataFrame) -> pd.DataFrame:
    """One row an area that two directorates or more answered, most divided first: area, area_name,
    then as in `divergence`, over each directorate's mean claimed level in the area."""
    rows = []
    for label, part in parts(scores, ["area", "area_name"]):
        claimed = part.dropna(subset=["claimed"]).groupby("directorate")["claimed"]
        levels = [float(mean(map(int, given))) for _, given in claimed]
        if len(levels) > 1:
            rows.append(label | _spread(levels))
    rows.sort(key=lambda row: (-row["spread"], -row["sd"], row["area"]))
    return frame(rows, ["area", "area_name", *_SPREAD])


def _spread(levels: Sequence[float]) -> dict[str, Any]:
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
    """The next level worth aiming at: one up, and not level 1, which describes a weakness."""
    return max(2, min(TOP, int(level) + 1))
