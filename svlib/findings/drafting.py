"""A draft of the outcomes for one contract, by what is bought, its value and where it is delivered,
for a commissioner to choose from."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
from IPython.display import HTML

from svlib import guidance, places
from svlib.findings.guidance import priorities
from svlib.quarter import day_label
from svlib.show import count, money, note, table
from svlib.view import OpenQuarter

_COLUMNS = ["outcome", "category", "why", "lead", "measures", "promised_there", "suggested"]


def draft(
    q: OpenQuarter, category: str, value_gbp: Decimal | int, district: str = "", ward: str = ""
) -> pd.DataFrame:
    """One row an outcome of the framework that fits what is bought: outcome, category (of the
    framework), why, lead (a post), measures (labels), promised_there (commitments to it that run
    on the as-of date in the ward, else the district, else anywhere), suggested (bool).

    `category` is an id of categories.csv, `value_gbp` the value over the whole life, `district` an
    ONS code. What nobody has promised there comes first, then the guidance's order; suggested are
    as many from the top as the guidance finds proportionate to the value. Raises ParameterError
    as `guidance.pack`.
    """
    pack = _pack(q, category, value_gbp, district, ward)
    there = _running(q, district, ward)
    about = q.framework.outcomes.set_index("outcome")
    rows = []
    for outcome, part in pack.outcomes.groupby("outcome", sort=False):
        held = there["measure_id"].isin(set(part["measure_id"]))
        rows.append(
            {
                "outcome": outcome,
                "category": about.loc[outcome, "category"],
                "why": part["reason"].iloc[0],
                "lead": about.loc[outcome, "lead"],
                "measures": "; ".join(part["measure"]),
                "promised_there": int(held.sum()),
            }
        )
    rows.sort(key=lambda row: row["promised_there"] > 0)  # stable: the guidance's order within
    found = pd.DataFrame(rows, columns=_COLUMNS[:-1])
    return found.assign(suggested=[n < pack.choose for n in range(len(found))])


def draft_table(
    q: OpenQuarter,
    category: str | None = None,
    value_gbp: Decimal | int = 500_000,
    district: str = "",
    ward: str = "",
) -> HTML:
    """The draft as a table, with what it rests on. Without a category, the one ranked first."""
    if category is None:
        ranked = priorities(q)
        if ranked.empty:
            return note("A draft of outcomes", "There is no spend in a category that is bought.")
        category = str(ranked["category"].iloc[0])
    pack = _pack(q, category, value_gbp, district, ward)
    found = draft(q, category, value_gbp, district, ward)
    where = _where(district, ward)
    rows = found.assign(suggested=found["suggested"].map({True: "suggested", False: "also fits"}))
    title = (
        f"Outcomes that fit {pack.procurement.name.lower()} for {money(Decimal(value_gbp))}"
        f"{where}: choose at most {count(pack.choose, 'outcome')}"
    )
    return table(
        rows,
        title,
        {
            "outcome": "Outcome",
            "suggested": "Draft",
            "category": "Category",
            "why": "Why it fits",
            "promised_there": f"Running promises{where or ', anywhere'}, "
            f"{day_label(q.measured_on)}",
            "measures": "How it is counted",
            "lead": "Lead (a post)",
        },
    )


def _pack(
    q: OpenQuarter, category: str, value_gbp: Decimal | int, district: str, ward: str
) -> guidance.Pack:
    return guidance.pack(
        category, Decimal(value_gbp), None, None, q.as_of, end=None, as_of=q.as_of,
        parameters=q.parameters, district=district, ward=ward,
    )  # fmt: skip


def _running(q: OpenQuarter, district: str, ward: str) -> pd.DataFrame:
    """Commitments that run on the as-of date in the ward, else in the district, else anywhere."""
    found = q.progress
    runs = (found["start_date"] <= q.measured_on) & (found["end_date"] >= q.measured_on)
    if district:
        runs &= found["district"] == district
    if ward:
        runs &= found["ward"].str.casefold() == ward.casefold()
    return found[runs]


def _where(district: str, ward: str) -> str:
    named = [ward] if ward else []
    named += [places.district_name(district)] if district else []
    return f" in {', '.join(named)}" if named else ""
