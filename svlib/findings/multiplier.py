"""The local multiplier, as an illustration that says what it rests on."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from svlib import spend
from svlib.show import count, money, share, table
from svlib.view import OpenQuarter

_SCENARIOS = {"low": "Low", "central": "Middle", "high": "High"}


def multiplier_table(q: OpenQuarter) -> HTML:
    """The three rounds for each scenario; nothing where no spend is known to reach the area."""
    found = multiplier(q)
    if not found["r2_gbp"].any():
        return HTML("")
    return table(
        found.assign(scenario=found["scenario"].map(_SCENARIOS)),
        f"Local multiplier in {q.areas.local_area.name}, {q.label}: an illustration",
        {
            "scenario": "Assumption",
            "r1_gbp": "Placed spend",
            "r2_gbp": "To suppliers in the area",
            "r3_gbp": "Spent again there",
            "multiplier": "Multiplier",
        },
    )


def multiplier(q: OpenQuarter) -> pd.DataFrame:
    """`spend.local_multiplier` with the answers held, and this project's assumptions for the
    rest."""
    sections = {row.supplier_id: row.section[:1] for row in q.suppliers.itertuples() if row.section}
    defaults = spend.respend_defaults()
    known = {one: letter for one, letter in sections.items() if letter in set(defaults["section"])}
    return spend.local_multiplier(q.payments, q.areas.local_area, q.respent, defaults, known)


def multiplier_sentences(q: OpenQuarter) -> list[str]:
    """What the multiplier rests on."""
    row = multiplier(q).iloc[1]
    area = q.areas.local_area.name
    if row.multiplier is None or not row.r2_gbp:
        return [f"No spend is known to reach {area}, so no multiplier can be illustrated."]
    asked = (
        f"{count(len(q.respent), 'supplier')} with {share(row.surveyed)} of the "
        f"{money(row.r2_gbp)} paid in {area} said what they spend again there"
        if q.respent
        else f"No supplier in {area} has been asked what it spends again (svlib suppliers survey)"
    )
    return [
        f"{asked}; the rest is assumed by sector, between a low and a high share that this project "
        "set to illustrate and nobody measured. What the council pays its own staff is not "
        "counted, nor is spend whose place is not known, so compare it with no other place's "
        "figure."
    ]
