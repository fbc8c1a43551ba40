"""The position now: what the portal shows beside what a report of the quarter shows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd
from IPython.display import HTML

from svlib import outcomes, places
from svlib.findings.outcomes import NO_COMMITMENTS, STATE_HEADINGS
from svlib.quarter import day_label
from svlib.show import count, map_by_district, note, share, table, tiles
from svlib.view import Position

LOOKS = {
    "category": "Category", "title": "Contract", "directorate": "Directorate",
    "district": "District", "ward": "Ward",
}  # fmt: skip
_NOT_GIVEN = "not given"


def position_tiles(q: Position) -> HTML:
    """Commitments by state, and how much of the deliveries was accepted."""
    found = q.progress
    states = found["state"].value_counts()
    made = q.deliveries
    whole = int(sum(made["deliveries"], 0))
    accepted = int(sum(made.loc[made["evidence_status"] == "accepted", "deliveries"], 0))
    part = share(accepted / whole) if whole else "none"
    figures = [("Commitments", f"{len(found):,}", f"in {count(len(q.contracts), 'contract')}")]
    figures += [
        (state.capitalize(), f"{states.get(state, 0):,}", more)
        for state, more in (
            ("on track", "at least 90% of what is due"), ("behind", "from 50% to 90%"),
            ("at risk", "under 50%"),
        )
    ]  # fmt: skip
    return tiles([*figures, ("Evidence accepted", part, f"of {whole:,} deliveries")])


def came_in_table(q: Position, entries: pd.DataFrame) -> HTML:
    """What was recorded today, the newest first (`ledger.came_in`)."""
    measures = q.progress.set_index("commitment_id")
    rows = entries.assign(
        time=[text[11:16] for text in entries["recorded_at"]],
        measure=[measures["measure"].get(name, "") for name in entries["commitment_id"]],
        says=[_says(row, measures) for row in entries.to_dict("records")],
    )
    title = f"Came in today, {day_label(q.measured_on)} (times in UTC)"
    columns = {"time": "Time", "contract_ref": "Contract", "measure": "Measure", "says": "What",
               "role": "By role", "seq": "Entry"}  # fmt: skip
    return table(rows, title, columns, "Nothing was recorded today.", first=8)


def look_table(q: Position, by: str) -> HTML:
    """How commitments stand by category, contract, directorate, district or ward."""
    if not len(q.progress):
        return note(f"By {LOOKS[by].lower()}", NO_COMMITMENTS)
    found = q.progress.assign(
        district=[places.district_name(code) if code else _NOT_GIVEN
                  for code in q.progress["district"]],
        ward=[name or _NOT_GIVEN for name in q.progress["ward"]],
    )  # fmt: skip
    columns = [by, "contract_ref"] if by == "title" else [by]
    rows = outcomes.by_category(found) if by == "category" else outcomes.by(found, columns)
    headings = {"title": "Contract", "contract_ref": "Reference"} if by == "title" else {
        by: LOOKS[by], "contracts": "Contracts"
    }  # fmt: skip
    title = f"Commitments by {LOOKS[by].lower()}, {day_label(q.measured_on)}"
    return table(rows, title, {**headings, **STATE_HEADINGS}, first=15)


def commitments_map(q: Position) -> HTML:
    """Commitments that are behind or at risk, by the district they are to be delivered in."""
    title = f"Commitments behind or at risk by district, {day_label(q.measured_on)}"
    found = outcomes.by(q.progress, ["district"])
    found = found[found["district"] != ""].set_index("district")
    if found.empty:
        return note(title, "No commitment names a district.")
    area = q.parameters.areas.local_area.districts
    codes = [*([] if area == "all" else area), *found.index]
    found = found.reindex(sorted(set(codes)), fill_value=0).reset_index()
    rows = found.assign(slipping=[Decimal(n) for n in found["behind"] + found["at_risk"]])
    columns = {"slipping": "Behind or at risk", **STATE_HEADINGS}
    return map_by_district(rows, title, columns=columns, of="slipping", say=_number)


def region_table(positions: Mapping[str, Position]) -> HTML:
    """How commitments stand in each authority of the ledger."""
    rows = []
    for name, q in positions.items():
        states = q.progress["state"].value_counts()
        rows.append(
            {"authority": name, "contracts": q.progress["contract_ref"].nunique(),
             "commitments": len(q.progress)}
            | {state.replace(" ", "_"): int(states.get(state, 0)) for state in outcomes.STATES}
        )  # fmt: skip
    columns = {"authority": "Council", "contracts": "Contracts", **STATE_HEADINGS}
    return table(pd.DataFrame(rows), "Commitments by council of the ledger", columns)


def region_measures_table(positions: Mapping[str, Position]) -> HTML:
    """Delivered by measure over the councils together, where id, wording and unit are the same."""
    every = pd.concat([q.progress.assign(authority=name) for name, q in positions.items()])
    rows = []
    if len(every):
        for names, part in every.groupby(["measure_id", "measure", "unit"], sort=False):
            sums = {name: sum(part[name], Decimal(0))
                    for name in ("target", "delivered", "evidenced")}  # fmt: skip
            labels = dict(zip(("measure_id", "measure", "unit"), names, strict=True))
            rows.append(labels | {"councils": part["authority"].nunique()} | sums)
    columns = {"measure": "Measure", "unit": "Unit", "councils": "Councils",
               "target": "Promised in all", "delivered": "Delivered",
               "evidenced": "Evidence accepted"}  # fmt: skip
    title = "Promised and delivered over the councils together, each in its own unit"
    return table(pd.DataFrame(rows, dtype=object), title, columns, NO_COMMITMENTS, first=10)


def contract_now_table(q: Position, contract_ref: str) -> HTML:
    """The commitments of one contract, with what to expect of each."""
    own = q.progress[q.progress["contract_ref"] == contract_ref]
    ahead = q.forecast.set_index("commitment_id")
    rows = own.assign(
        share=own["share_of_due"],
        forecast=[ahead["forecast"].get(name) for name in own["commitment_id"]],
        outlook=[ahead["outlook"].get(name) for name in own["commitment_id"]],
    )
    columns = {
        "commitment_id": "Commitment", "measure": "Measure", "unit": "Unit",
        "target": "Promised in all", "due_to_date": "Due by now", "delivered": "Delivered",
        "share": "Delivered of due", "evidenced": "Evidence accepted", "state": "State",
        "forecast": "Forecast to the end", "outlook": "Outlook",
    }  # fmt: skip
    return table(rows, f"Commitments of {contract_ref}", columns, "It promises nothing.")


def _says(row: Mapping[str, object], measures: pd.DataFrame) -> str:
    if row["kind"] == "delivery":
        unit = measures["unit"].get(row["commitment_id"], "")
        return f"{_number(row['what'])} {unit} delivered"
    return str(row["what"]) if row["kind"] == "review" else "evidence added"


def _number(figure: object) -> str:
    return f"{Decimal(str(figure)).normalize():,f}"
