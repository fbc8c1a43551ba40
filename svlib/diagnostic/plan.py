"""The plan: what to do first, and what became of what was decided before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from statistics import mean
from typing import Any

import pandas as pd

from svlib.diagnostic.grouping import frame, parts

OPEN, DONE, DROPPED = STATUSES = ("open", "done", "dropped")
NEW, REACHED, OVERDUE = "new", "level reached", "overdue"
_IMPORTANCE = 2  # of 3, where the council has said nothing

COLUMNS = (
    "question_id", "area_name", "question", "level", "target", "gap", "to_level", "action",
    "importance", "effort", "priority", "owner", "due", "status", "since",
)  # fmt: skip


def plan(
    scores: pd.DataFrame,
    actions: pd.DataFrame,
    kept: pd.DataFrame,
    as_of: date,
    *,
    target: int = 4,
    targets: Mapping[str, int] | None = None,
    importance: Mapping[str, int] | None = None,
    effort: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """One row an action, first things first: the question, its `level` (mean counted level, 0 to
    5), `target`, `gap` (levels), `to_level`, `action`, `importance` and `effort` (1 to 3),
    `priority` = gap x importance / effort, `owner` (a post), `due`, `status`, `since` (quarter in
    which it was first planned; empty when new).

    Of each question below its target the action towards the next level its actions name. `kept` is
    the council's own plan, as tables.PLAN: owner, date and status come from it, what is done or
    dropped stays out, and an open action stays in, also when its level is reached or the question
    is at its target. `scores` as `diagnostic.scores`, `actions` as `actions.load`.
    """
    known = {(row["question_id"], int(row["to_level"])): row for row in kept.to_dict("records")}
    offered: dict[str, list[dict[str, Any]]] = {}
    for action in actions.to_dict("records"):
        offered.setdefault(str(action["question_id"]), []).append(action)
    rows = []
    for label, part in parts(scores, ["question_id", "area_name", "question"]):
        levels = [int(level) for level in part["capped"].dropna()]
        name = label["question_id"]
        if not levels:
            continue
        level, aim = float(mean(levels)), (targets or {}).get(name, target)
        for action in offered.get(name, []):
            before = known.get((name, int(action["to_level"])))
            if _listed(level, aim, action, offered[name], before):
                own = (effort or {}).get(name, int(action["effort"]))
                weighty = (importance or {}).get(name, _IMPORTANCE)
                gap = max(aim - level, 0.0)
                rows.append(
                    label
                    | {"level": level, "target": aim, "gap": gap, "effort": own}
                    | {"to_level": int(action["to_level"]), "action": action["action"]}
                    | {"importance": weighty, "priority": gap * weighty / own}
                    | _carried(before, action, level, as_of)
                )
    rows.sort(key=lambda row: (-row["priority"], row["question_id"], row["to_level"]))
    return frame(rows, list(COLUMNS))


def progress(kept: pd.DataFrame, as_of: date) -> dict[str, int]:
    """How many actions of the council's plan are open, done, dropped, and how many of the open ones
    are overdue at `as_of`."""
    counts = {status: int((kept["status"] == status).sum()) for status in STATUSES}
    late = [
        row for row in kept.to_dict("records")
        if row["status"] == OPEN and row["due"] is not None and row["due"] < as_of
    ]  # fmt: skip
    return counts | {OVERDUE: len(late)}


def _listed(
    level: float,
    aim: int,
    action: Mapping[str, Any],
    every: list[dict[str, Any]],
    before: Mapping[str, Any] | None,
) -> bool:
    if before is not None:
        return bool(before["status"] == OPEN)
    ahead = [int(one["to_level"]) for one in every if int(one["to_level"]) > level]
    return level < aim and bool(ahead) and int(action["to_level"]) == min(ahead)


def _carried(
    before: Mapping[str, Any] | None, action: Mapping[str, Any], level: float, as_of: date
) -> dict[str, Any]:
    if before is None:
        return {"owner": action["post"], "due": None, "status": NEW, "since": ""}
    status = OPEN
    if level >= int(action["to_level"]):
        status = REACHED
    elif before["due"] is not None and before["due"] < as_of:
        status = OVERDUE
    return {
        "owner": before["owner"] or action["post"],
        "due": before["due"],
        "status": status,
        "since": before["since"],
    }
