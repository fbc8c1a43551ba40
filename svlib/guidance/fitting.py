"""Which outcomes fit a procurement, how many to choose, and the schedule of what is promised."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from svlib.framework import Framework
from svlib.guidance.model import Band, Guidance
from svlib.guidance.pack import Procurement
from svlib.parameters import Guidance as Asked
from svlib.tables import COMMITMENTS

NOT_SET = "Not set by the council: ask the market"
OUTCOMES = (
    "outcome", "reason", "measure_id", "measure", "unit", "evidence", "counted", "overlap_group",
    "range",
)  # fmt: skip
ADDED = ("measure", "evidence")
"""What the schedule shows beside the columns of tables.COMMITMENTS."""

_MILLION = Decimal(1_000_000)


def outcomes(
    category: str, guidance: Guidance, framework: Framework, value_gbp: Decimal, asked: Asked
) -> pd.DataFrame:
    """One row a measure of the outcomes that fit a category, in the guidance's order: OUTCOMES.

    `range` is the council's own amount for £1 million times the value, with its source. The typical
    figures of framework.yaml are not used: they were made up for the sample council.
    """
    measures = framework.measures
    rows = [
        {
            "outcome": fit.outcome,
            "reason": fit.reason,
            "measure_id": row["measure_id"],
            "measure": row["label"],
            "unit": row["unit"],
            "evidence": row["evidence"],
            "counted": f"Not in money: {row['not_valued_because']}"
            if row["not_valued_because"]
            else "In money, by open figures",
            "overlap_group": row["overlap_group"],
            "range": _range(row["measure_id"], value_gbp, asked),
        }
        for fit in guidance.categories[category].outcomes
        for row in measures[measures["outcome"] == fit.outcome].to_dict("records")
    ]
    return pd.DataFrame(rows, columns=list(OUTCOMES))


def outcomes_to_choose(band: Band, fitting: pd.DataFrame) -> int:
    """How many outcomes at most: as the band says, and never more than fit."""
    return min(band.outcomes, fitting["outcome"].nunique())


def schedule(asked: Procurement, fitting: pd.DataFrame) -> pd.DataFrame:
    """One row a measure that may be promised: the columns of tables.COMMITMENTS and ADDED. The
    amount is left open, as are the ids without a reference and the last day where none is given."""
    reference = asked.reference
    rows = [
        {
            "commitment_id": f"{reference}-{row['measure_id']}" if reference else "",
            "contract_ref": reference,
            "measure_id": row["measure_id"],
            "unit": row["unit"],
            "target": None,
            "start_date": asked.start,
            "end_date": asked.end,
            "district": asked.district,
            "ward": asked.ward,
            "profile": "",
            **{name: row[name] for name in ADDED},
        }
        for row in fitting.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=[*COMMITMENTS.names, *ADDED], dtype=object)


def _range(measure_id: str, value_gbp: Decimal, asked: Asked) -> str:
    known = asked.ranges.get(measure_id)
    if known is None:
        return NOT_SET
    low, high = (_rounded(end * value_gbp / _MILLION) for end in (known.low, known.high))
    return f"{low} to {high} for a contract of this value ({known.source})"


def _rounded(amount: Decimal) -> str:
    """Whole from 10 upwards, else to one place."""
    step = Decimal(1) if amount >= 10 else Decimal("0.1")
    return f"{amount.quantize(step, ROUND_HALF_UP):,}"
