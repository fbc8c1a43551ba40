"""The page of what changed: since the report before, and in the quarter before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

import pandas as pd

from svlib.quarter import Quarter, day_label
from svlib.show import pounds, sentences, table

_NO_CHANGE = "Nothing that this report was made from has changed since it was first made."
_COLUMNS = {"cause": "Cause", "figure": "Figure", "rows": "Rows", "pounds": "Pounds"}


def body(log: Sequence[Mapping[str, Any]], before: Mapping[str, Any] | None) -> str:
    """HTML of the page: one section a run that changed something, the newest first; then the
    quarter before as it was published and as it stands now, where its report is held."""
    parts = list(_runs(log)) or [f"<p>{_NO_CHANGE}</p>"]
    parts.append("<h2>The quarter before</h2>")
    parts += _before(before) if before else ["<p>No report of the quarter before is held.</p>"]
    return "\n".join(parts)


def _runs(log: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for number, run in reversed(list(enumerate(log, start=1))):
        day = day_label(date.fromisoformat(run["found_on"]))
        yield f"<h2>Change {number}, run on {day}</h2>"
        if run["fault"]:
            yield f"<p>The causes could not be told apart. {escape(run['fault'])}</p>"
        rows = [_moved(step["cause"], step["moved"]) for step in run["steps"]]
        every = [row for part in [*rows, _moved("All causes", run["difference"])] for row in part]
        yield table(
            pd.DataFrame(every, columns=list(_COLUMNS)),
            f"What moved, by cause, change {number}",
            _COLUMNS,
            "No figure that is followed moved.",
        ).data
        for step in run["steps"]:
            yield f"<h3>{escape(step['cause'])}</h3>"
            yield sentences([f"{told}." for told in step["what"]]).data


def _before(told: Mapping[str, Any]) -> Iterator[str]:
    label = Quarter.parse(told["quarter"]).label
    rows = []
    for figure, (was, gbp_was) in told["published"].items():
        now, gbp_now = told["now"][figure]
        difference = Decimal(gbp_now) - Decimal(gbp_was)
        rows.append(
            {"figure": figure, "was": f"{was:,}", "was_pounds": pounds(Decimal(gbp_was)),
             "now": f"{now:,}", "now_pounds": pounds(Decimal(gbp_now)),
             "rows": f"{now - was:+,}", "difference": _signed(difference)}
        )  # fmt: skip
    yield table(
        pd.DataFrame(rows),
        f"{label} as its report told it, and as it stands now",
        {"figure": "Figure", "was": "Rows then", "was_pounds": "Pounds then", "now": "Rows now",
         "now_pounds": "Pounds now", "rows": "Rows more", "difference": "Pounds more"},
    ).data  # fmt: skip
    same = told["published"] == told["now"]
    why = ", ".join(cause.lower() for cause in told["causes"]) or "nothing"
    said = f"Since that report changed: {why}."
    tell = "" if same else " Which cause moved how much is told by svlib restate."
    yield f"<p>{escape(said + tell)}</p>"


def _moved(cause: str, moved: Mapping[str, Sequence[Any]]) -> list[dict[str, str]]:
    """Rows of the figures that a cause moved."""
    return [
        {"cause": cause, "figure": figure, "rows": f"{rows:+,}", "pounds": _signed(Decimal(gbp))}
        for figure, (rows, gbp) in moved.items()
        if rows or Decimal(gbp)
    ]


def _signed(gbp: Decimal) -> str:
    return f"+{pounds(gbp)}" if gbp > 0 else pounds(gbp)
