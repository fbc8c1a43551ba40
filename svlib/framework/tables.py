"""The outcomes framework as tables: categories, outcomes, priorities, measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from svlib.framework.model import (
    TO_BE_CONFIRMED,
    Category,
    File,
    Measure,
    Outcome,
)

CATEGORIES = {
    "Jobs & Skills": "Economic",
    "Business": "Economic",
    "Transport & Energy": "Environmental",
    "Green Space & Biodiversity": "Environmental",
    "Waste & Natural Resources": "Environmental",
    "Wellbeing": "Social",
    "Equality & Diversity": "Social",
}
"""The seven categories, in the order they are always shown, and the pillar of each."""


@dataclass(frozen=True)
class Framework:
    """`categories`: one row a category: category, pillar, lead (a post).
    `outcomes`: one row an outcome: category, outcome, priorities (texts with "; " between), lead
    (a post).
    `priorities`: one row an outcome and priority: category, outcome, text, of (council, mayoral,
    fairness commission), source, published, url; only `text` is filled where the council has yet to
    confirm one.
    `measures`: one row a measure: measure_id, category, outcome, label, unit, proxy_id (ids
    separated by spaces, empty when not valued), not_valued_because, evidence, overlap_group,
    typical_low and typical_high (Decimal or None; only the sample generator may use them),
    external_codes (scheme to code), valid_from and valid_to (None: open).
    """

    version: str
    categories: pd.DataFrame
    outcomes: pd.DataFrame
    measures: pd.DataFrame
    priorities: pd.DataFrame
    valid_from: date | None
    valid_to: date | None
    source: str
    """The file it was read from, as it is printed."""


def walk(written: File) -> list[tuple[Category, Outcome, Measure]]:
    """Each measure with its outcome and category, as they stand in the file."""
    return [
        (category, outcome, measure)
        for pillar in written.pillars
        for category in pillar.categories
        for outcome in category.outcomes
        for measure in outcome.measures
    ]


def tables(written: File, source: str) -> Framework:
    """The file as tables, categories in the order of CATEGORIES, others after them as written."""
    groups = [(p.pillar, category) for p in written.pillars for category in p.categories]
    order = list(CATEGORIES)
    groups.sort(key=lambda pair: (*order, pair[1].category).index(pair[1].category))
    outcomes = [(c, outcome) for _, c in groups for outcome in c.outcomes]
    return Framework(
        version=written.version,
        categories=pd.DataFrame(
            [{"category": c.category, "pillar": pillar, "lead": c.lead} for pillar, c in groups]
        ),
        outcomes=pd.DataFrame([_outcome_row(c, outcome, written) for c, outcome in outcomes]),
        measures=pd.DataFrame([_measure_row(*one) for one in walk(written)]),
        priorities=pd.DataFrame(
            [row for c, outcome in outcomes for row in _priority_rows(c, outcome, written)],
            dtype=object,
        ),
        valid_from=written.valid_from,
        valid_to=written.valid_to,
        source=source,
    )


def _outcome_row(category: Category, outcome: Outcome, written: File) -> dict[str, str]:
    texts = [row["text"] for row in _priority_rows(category, outcome, written)]
    return {
        "category": category.category,
        "outcome": outcome.outcome,
        "priorities": "; ".join(texts),
        "lead": outcome.lead or category.lead,
    }


def _priority_rows(category: Category, outcome: Outcome, written: File) -> list[dict[str, Any]]:
    rows = []
    for key in outcome.priorities:
        row: dict[str, Any] = {"category": category.category, "outcome": outcome.outcome}
        if key == TO_BE_CONFIRMED:
            row |= {"text": key, "of": "", "source": "", "published": None, "url": ""}
        else:
            row |= written.priorities[key].model_dump()
        rows.append(row)
    return rows


def _measure_row(category: Category, outcome: Outcome, measure: Measure) -> dict[str, Any]:
    return {
        "measure_id": measure.measure_id,
        "category": category.category,
        "outcome": outcome.outcome,
        "label": measure.label,
        "unit": measure.unit,
        "proxy_id": " ".join(measure.proxy_id or []),
        "not_valued_because": measure.not_valued_because or "",
        "evidence": measure.evidence,
        "overlap_group": measure.overlap_group,
        "typical_low": measure.typical_low,
        "typical_high": measure.typical_high,
        "external_codes": dict(measure.external_codes),
        "valid_from": measure.valid_from or None,
        "valid_to": measure.valid_to or None,
    }
