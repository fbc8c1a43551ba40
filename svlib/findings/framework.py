"""The outcomes framework as a page: outcomes with leads, priorities and measures, other schemes."""

from __future__ import annotations

from typing import Any

import pandas as pd
from IPython.display import HTML

from svlib import framework, project
from svlib.parameters.base import TO_BE_CONFIRMED
from svlib.quarter import day_label
from svlib.show import count, table
from svlib.view import OpenQuarter

_OTHER = "ppn002"


def framework_sentences(q: OpenQuarter) -> list[str]:
    """Which framework, since when, and how far its links are confirmed."""
    found = q.framework
    since = f", valid from {day_label(found.valid_from)}" if found.valid_from else ""
    until = f" to {day_label(found.valid_to)}" if found.valid_to else ""
    linked = found.priorities.loc[found.priorities["text"] != TO_BE_CONFIRMED, "outcome"].nunique()
    unvalued = int((found.measures["proxy_id"] == "").sum())
    return [
        f"Framework {found.version}{since}{until}, read from {found.source}: "
        f"{count(len(found.categories), 'category', 'categories')}, "
        f"{count(len(found.outcomes), 'outcome')}, {count(len(found.measures), 'measure')}.",
        f"{linked:,} of {count(len(found.outcomes), 'outcome')} are tied to a published priority; "
        "the others are to be confirmed by the council.",
        f"{unvalued:,} of {count(len(found.measures), 'measure')} have no open value and are "
        "counted in their own unit.",
    ]


def framework_table(q: OpenQuarter) -> HTML:
    """One row an outcome: its lead, the priorities it serves with their source, its measures."""
    found = q.framework
    measures = found.measures.groupby("outcome", sort=False)
    labels = {
        outcome: "; ".join(f"{one.measure_id} {one.label}" for one in part.itertuples())
        for outcome, part in measures
    }
    linked: dict[str, list[str]] = {}
    for row in found.priorities.to_dict("records"):
        linked.setdefault(row["outcome"], []).append(_link(row))
    rows = found.outcomes.assign(
        linked=[" | ".join(linked[one]) for one in found.outcomes["outcome"]],
        measures=[labels[one] for one in found.outcomes["outcome"]],
    )
    return table(
        rows,
        f"Outcomes of {q.authority}, framework {found.version}",
        {
            "category": "Category",
            "outcome": "Outcome",
            "lead": "Lead (a post)",
            "linked": "Priorities it serves",
            "measures": "Measures",
        },
    )


def framework_measures_table(q: OpenQuarter) -> HTML:
    """One row a measure: unit, evidence accepted, what values it, overlap group, external codes."""
    rows = q.framework.measures
    rows = rows.assign(
        valued=[
            one.proxy_id.replace(" ", ", ") or f"not valued: {one.not_valued_because}"
            for one in rows.itertuples()
        ],
        codes=[
            ", ".join(f"{scheme} {code}" for scheme, code in codes.items()) or "none"
            for codes in rows["external_codes"]
        ],
    )
    return table(
        rows,
        "Measures: what is counted, by what evidence, and what it is worth",
        {
            "measure_id": "Id",
            "label": "Measure",
            "unit": "Unit",
            "evidence": "Evidence accepted",
            "valued": "Open value",
            "overlap_group": "Overlap group",
            "codes": "The council's other codes",
            "category": "Category",
        },
        first=8,
    )


def other_framework_table(q: OpenQuarter) -> HTML:
    """The Social Value Model of PPN 002 beside ours: which of its parts our measures count."""
    name = _OTHER
    other = framework.load_other(project.reference(f"frameworks/{name}.yaml"))
    path = project.reference(f"framework_maps/{name}.csv")
    mapped = framework.load_map(path, set(q.framework.measures["measure_id"]), other)
    rows = []
    for item in other.items.to_dict("records"):
        part = mapped[mapped["code"] == item["code"]]
        ids = [f"{row.measure_id} ({row.relation})" for row in part.itertuples() if row.measure_id]
        rows.append({**item, "measures": ", ".join(ids) or "none of ours"})
    return table(
        pd.DataFrame(rows),
        f"{other.title}, {other.publisher}, {other.licence}, in our words and by our own mapping",
        {"code": "Code", "label": "What it is about", "measures": "Our measures",
         "known": "How well the name is known"},
    )  # fmt: skip


def _link(row: dict[str, Any]) -> str:
    if row["text"] == TO_BE_CONFIRMED:
        return TO_BE_CONFIRMED
    day = day_label(row["published"])
    return f"{row['text']} ({row['of']}: {row['source']}, {day}, {row['url']})"
