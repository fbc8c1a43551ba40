"""What changed since the quarter before, in tables that add up."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from svlib import categories, spend
from svlib.quarter import Quarter
from svlib.show import note, table
from svlib.view import OpenQuarter

_BRIDGES = {"supplier_name": "supplier", "category": "category", "directorate_name": "directorate"}


def moves(q: OpenQuarter) -> pd.DataFrame:
    """What moved the total since the quarter before; empty when that is not held whole."""
    if q.previous is None or q.missing_months:
        return pd.DataFrame(columns=["directorate_name", "before_gbp", "now_gbp", "change_gbp"])
    return spend.movement(q.history, q.quarter.slug, q.previous.slug)


def turnover_table(q: OpenQuarter) -> pd.DataFrame:
    """Suppliers new, lost, returning and staying since the quarter before; empty when that is not
    held whole."""
    if q.previous is None or q.missing_months:
        return pd.DataFrame(columns=["turnover", "suppliers", "before_gbp", "now_gbp"])
    return spend.by_turnover(q.history, q.quarter.slug)


def bridge_table(q: OpenQuarter, column: str, n: int = 8) -> HTML:
    """The way from the total of the quarter before to this quarter's, the largest moves first:
    `column` is supplier_name, category or directorate_name. When that quarter is not held whole the
    table of directorates says so, and the others are nothing."""
    if q.previous is None or q.missing_months:
        told = "The quarter before is not held whole, so nothing is compared."
        return note("What changed", told) if column == "directorate_name" else HTML("")
    found = spend.bridge(q.history, q.quarter.slug, q.previous.slug, column, n)
    found["step"] = [_said(step, column) for step in found["step"]]
    return table(
        found,
        f"From {q.previous.label} to {q.label} by {_BRIDGES[column]}",
        {"step": _BRIDGES[column].capitalize(), "change_gbp": "Change", "total_gbp": "Total after"},
    )


def _said(step: str, column: str) -> str:
    if step.startswith("total of "):
        return f"Total of {Quarter.parse(step.removeprefix('total of ')).label}"
    return categories.name_of(step) if column == "category" and step != "all others" else step
