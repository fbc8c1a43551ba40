"""Anonymous answers, shown only for groups of five people or more, none of which follows from the
others by subtraction."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import mean
from typing import Any

import pandas as pd

from svlib.diagnostic.grouping import frame
from svlib.diagnostic.scoring import TOP

SMALLEST_GROUP = 5  # people; below it a mean may point at one of them
EVERYONE, TOGETHER = "Everyone", "Other directorates together"

_BAND = 5  # people are counted in fives
_SCORE_STEP, _LEVEL_STEP = 5.0, 0.5  # coarser than what one person of five can move a mean by
_COLUMNS = ["group", "directorates", "people", "score"]


def groups(people: Mapping[str, int]) -> dict[str, list[str]]:
    """Group to the directorates it is made of: each of five people or more by itself, the smaller
    ones together. Where these are one directorate only or fewer than five people, the smallest of
    the others joins them, and so on. None at all when everyone together are fewer than five.

    `people` maps a directorate to how many answered. The groups divide everyone, so what is shown
    of them and of everyone gives away no smaller group.
    """
    if sum(people.values()) < SMALLEST_GROUP:
        return {}
    order = sorted((many, name) for name, many in people.items() if many)
    merged = [name for many, name in order if many < SMALLEST_GROUP]
    apart = [name for many, name in order if many >= SMALLEST_GROUP]
    while merged and (len(merged) < 2 or sum(people[name] for name in merged) < SMALLEST_GROUP):
        if not apart:
            break
        merged.append(apart.pop(0))
    found = {name: [name] for name in sorted(apart)}
    if merged and apart:
        found[TOGETHER] = sorted(merged)
    return found


def by_group(individual: pd.DataFrame, questions: pd.DataFrame) -> pd.DataFrame:
    """One row a group as `groups` makes them, then everyone: group, directorates (how many),
    people (in fives: "5 to 9"), score (mean over people of each one's mean level claimed, percent
    of the highest, to the nearest 5 and from 5 to 95).

    `individual` is as `ledger.individual`; answers to questions not in `questions` are left out.
    A person counts who gave a level to at least half of the questions asked. Empty when fewer than
    five people count.
    """
    given = _levels(individual, questions)
    people = given.groupby("directorate")["respondent"].nunique()
    found = groups({str(name): int(many) for name, many in people.items()})
    if len(people) and sum(people) >= SMALLEST_GROUP:
        found[EVERYONE] = sorted(map(str, people.index))
    rows = []
    for name, members in found.items():
        part = given[given["directorate"].isin(members)]
        score = _coarse(
            mean(part.groupby("respondent")["level"].mean()) / TOP * 100, _SCORE_STEP, 100
        )
        band = _banded(part["respondent"].nunique())
        row = {"group": name, "directorates": len(members), "people": band, "score": score}
        rows.append(row)
    return frame(rows, _COLUMNS)


def by_question(individual: pd.DataFrame, questions: pd.DataFrame) -> pd.DataFrame:
    """One row a question to which five people or more gave a level, in the order of the bank, over
    everyone who counts: question_id, question, area_name, people (in fives), level (mean, to the
    nearest half, from 0.5 to 4.5)."""
    given = _levels(individual, questions)
    rows: list[dict[str, Any]] = []
    for question in questions.to_dict("records"):
        levels = given.loc[given["question_id"] == question["id"], "level"]
        if len(levels) >= SMALLEST_GROUP:
            named = {name: question[name] for name in ("question", "area_name")}
            level = _coarse(mean(levels), _LEVEL_STEP, TOP)
            row = {"question_id": question["id"], **named, "people": _banded(len(levels))}
            rows.append(row | {"level": level})
    return frame(rows, ["question_id", "question", "area_name", "people", "level"])


def _levels(individual: pd.DataFrame, questions: pd.DataFrame) -> pd.DataFrame:
    """Answers that are levels, of people who gave one to at least half of what they were asked."""
    asked = individual["question_id"].isin(questions["id"])
    found = individual[asked & individual["answer"].str.isdigit()]
    many = {"short": int((questions["short_form"] == "yes").sum()), "full": len(questions)}
    given = found.groupby("respondent")["question_id"].transform("nunique")
    enough = [2 * n >= many[length] for n, length in zip(given, found["length"], strict=True)]
    found = found[pd.Series(enough, index=found.index, dtype=bool)]
    return found.assign(level=found["answer"].astype("int64"))


def _coarse(figure: float, step: float, top: float) -> float:
    """To the nearest step, and never the lowest or highest: all of a group at level 0 would tell
    what each of them said."""
    return min(max(round(float(figure) / step) * step, step), top - step)


def _banded(people: int) -> str:
    low = people // _BAND * _BAND
    return f"{low} to {low + _BAND - 1}"
