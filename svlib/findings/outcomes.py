"""Social value promised and delivered, in words and figures."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from svlib import outcomes
from svlib.quarter import day_label
from svlib.show import count, listed, note, paired_bars, table
from svlib.view import Standing

NO_COMMITMENTS = "No social value commitments are recorded yet."
STATE_HEADINGS = {
    "commitments": "Commitments",
    "at_risk": "At risk",
    "behind": "Behind",
    "on_track": "On track",
    "not_yet_due": "Not yet due",
}


def outcome_sentences(q: Standing) -> list[str]:
    """How many promises are kept so far, and where they are not."""
    if not len(q.commitments):
        return [NO_COMMITMENTS]
    found = progress(q)
    return [standing(q), *_categories(found), _evidence(found), *_outlook(q)]


def standing(q: Standing) -> str:
    """Commitments by state, in one sentence."""
    found = progress(q)
    states = found["state"].value_counts()
    parts = [f"{states[state]:,} {state}" for state in outcomes.STATES[::-1] if state in states]
    return (
        f"{count(len(found), 'commitment')} stand in "
        f"{count(found['contract_ref'].nunique(), 'contract')}. "
        f"By {day_label(q.measured_on)}: {listed(parts)}."
    )


def outcomes_certainty(q: Standing) -> list[str]:
    """What the figures rest on."""
    if not len(q.commitments):
        return [NO_COMMITMENTS]
    found = progress(q)
    unvalued = int((found["proxy_id"] == "").sum())
    held = q.values
    checked = held[held["proxy_id"].isin(_proxies(q))]
    unverified = int((checked["verified_on"] == "").sum())
    return [
        "A commitment is on track when at least 90% of what is due was delivered, behind from 50%, "
        "and at risk below.",
        f"{unvalued:,} of {count(len(found), 'commitment')} have no value under an open licence "
        "and are counted in units.",
        f"{unverified:,} of the {count(len(checked), 'value')} used have not been checked "
        "against their source by this council.",
        f"Net values rest on the scenario '{terms(q).name}'. How well its factors are known: "
        f"{terms(q).scenario.sources['deadweight'][1]}. Gross takes nothing off.",
        "A forecast goes on at the pace so far and knows nothing of what a supplier plans.",
    ]


def outcomes_figure(q: Standing) -> HTML:
    """Commitments by category and state: what is promised, and how much of it is on track."""
    title = f"Commitments by category and how they stand, {day_label(q.measured_on)}"
    if not len(q.commitments):
        return note(title, NO_COMMITMENTS)
    rows = outcomes.by_category(progress(q))
    rows = rows.assign(slipping=rows["at_risk"] + rows["behind"])
    return paired_bars(
        rows,
        "category",
        {"commitments": "Promised", "on_track": "On track", "slipping": "Behind or at risk"},
        title,
        columns={"category": "Category", "contracts": "Contracts", **STATE_HEADINGS},
        unit="Number of commitments",
    )


def measures_table(q: Standing) -> HTML:
    """Promised, due, delivered and evidenced by measure, each in its own unit."""
    names = ["target", "due_to_date", "delivered", "evidenced"]
    rows = []
    for (category, measure, unit), part in _groups(progress(q), ["category", "measure", "unit"]):
        sums = {name: round(sum(part[name]), 1) for name in names}
        due = sums["due_to_date"]
        part_of_due = float(sums["delivered"] / due) if due else None
        rows.append(
            {"category": category, "measure": measure, "unit": unit, **sums, "share": part_of_due}
        )
    return table(
        pd.DataFrame(rows, dtype=object),
        f"Promised and delivered by measure, {day_label(q.measured_on)}, each in its own unit",
        {
            "measure": "Measure",
            "unit": "Unit",
            "target": "Promised in all",
            "due_to_date": "Due by now",
            "delivered": "Delivered",
            "share": "Delivered of due",
            "evidenced": "Evidence accepted",
            "category": "Category",
        },
        empty=NO_COMMITMENTS,
    )


def contract_table(q: Standing, n: int = 15) -> HTML:
    """Contracts by how their commitments stand, most at risk first."""
    rows = outcomes.by_contract(progress(q)).head(n)
    columns = {
        "title": "Contract",
        "supplier": "Supplier",
        "directorate": "Directorate",
        **STATE_HEADINGS,
    }
    return table(
        rows, f"The {len(rows)} contracts that need most attention", columns, empty=NO_COMMITMENTS
    )


def forecast_table(q: Standing, n: int = 15) -> HTML:
    """What each commitment will come to by its end, those that fall shortest first."""
    rows = expected(q)
    if len(rows):
        rows = rows[[days > 0 for days in rows["days_left"]]]
        far = [1.0 if one is None else one for one in rows["forecast_share"]]
        rows = rows.assign(far=far).sort_values("far", kind="stable")
        rows["least"], rows["most"] = rows["forecast_low"], rows["forecast_high"]
    return table(
        rows,
        f"Forecast to the end of each commitment, {day_label(q.measured_on)}, at the pace so far; "
        "lowest and highest by the slowest and fastest of the last four whole quarters",
        {
            "title": "Contract",
            "measure": "Measure",
            "unit": "Unit",
            "target": "Promised in all",
            "delivered": "Delivered",
            "least": "Lowest",
            "forecast": "Forecast",
            "most": "Highest",
            "outlook": "Outlook",
            "end_date": "Ends",
        },
        empty="No commitment is still running." if len(q.commitments) else NO_COMMITMENTS,
        first=n,
    )


def not_valued_table(q: Standing) -> HTML:
    """What has no open value, in units."""
    rows = outcomes.not_valued(progress(q))
    return table(
        rows,
        "Not valued: counted in units",
        {
            "measure": "Measure",
            "unit": "Unit",
            "target": "Promised in all",
            "delivered": "Delivered",
            "evidenced": "Evidence accepted",
            "category": "Category",
        },
        empty="Every commitment has a value.",
    )


def value_sources_table(q: Standing) -> HTML:
    """Each proxy value used, with its source, price year and licence."""
    held = q.values
    used = held[held["proxy_id"].isin(_proxies(q))]
    used = used.assign(
        checked=[day or "not yet checked" for day in used["verified_on"]],
        per_unit_gbp=used["value"],
    )
    return table(
        used,
        "Values used, each in the prices of its own year",
        {
            "label": "Value",
            "unit": "Unit",
            "per_unit_gbp": "Pounds per unit",
            "price_year": "Price year",
            "source": "Source",
            "licence": "Licence",
            "checked": "Checked against source",
        },
        empty="No value was used.",
    )


def progress(q: Standing) -> pd.DataFrame:
    """outcomes.progress by the day."""
    return q.progress


def expected(q: Standing) -> pd.DataFrame:
    """outcomes.forecast by the day."""
    return q.forecast


def terms(q: Standing) -> outcomes.Terms:
    """The scenario of the parameters, with the council's own factors."""
    return q.terms


def valued(q: Standing, chosen: outcomes.Terms | None = None) -> pd.DataFrame:
    """outcomes.valued by the day, in the price year of the report, under the scenario of the
    parameters unless another is `chosen`."""
    return q.valued if chosen is None else q.valued_under(chosen)


def _proxies(q: Standing) -> list[str]:
    return sorted(set(valued(q)["proxy_id"]))


def _categories(found: pd.DataFrame) -> list[str]:
    rows = outcomes.by_category(found)
    slipping = rows.assign(slip=rows["at_risk"] + rows["behind"])
    worst = slipping.sort_values("slip", ascending=False, kind="stable").iloc[0]
    if not worst.slip:
        return ["No commitment is behind or at risk."]
    return [
        f"Most are behind or at risk in {worst.category}: {worst.slip} of "
        f"{count(worst.commitments, 'commitment')}."
    ]


def _evidence(found: pd.DataFrame) -> str:
    with_delivery = found[[quantity > 0 for quantity in found["delivered"]]]
    backed = sum(row.evidenced == row.delivered for row in with_delivery.itertuples())
    return (
        f"Something was delivered on {count(len(with_delivery), 'commitment')}; on {backed:,} of "
        "them all of it has evidence that was accepted."
    )


def _outlook(q: Standing) -> list[str]:
    rows = expected(q)
    open_ = rows[[days > 0 for days in rows["days_left"]]]
    if not len(open_):
        return []
    found = open_["outlook"].value_counts()
    parts = [f"{found[name]:,} {name}" for name in outcomes.OUTLOOKS[::-1] if name in found]
    return [
        f"Of {count(len(open_), 'commitment')} still running, at the pace so far: {listed(parts)}."
    ]


def _groups(frame: pd.DataFrame, labels: list[str]) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    return list(frame.groupby(labels, sort=False)) if len(frame) else []
