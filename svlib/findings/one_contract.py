"""One contract on one page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from IPython.display import HTML

from svlib import contracts, law
from svlib.quarter import day_label
from svlib.show import count, money, pounds, sentences, share, table
from svlib.view import OpenQuarter

NONE_RECORDED = "none recorded"
NOT_SAID = "not printed"
_FACTS = {
    "title": "Title",
    "supplier": "Supplier",
    "directorate": "Directorate",
    "role": "Contract, call-off or framework",
    "agreement": "Kind of agreement, as printed",
    "contract_type": "Type of contract, as printed",
    "procedure": "Procedure",
    "value_gbp": "Value over the whole life",
    "vat_basis": "VAT in the value",
    "award_date": "Awarded",
    "start_date": "First day",
    "end_date": "Last day",
    "extend_to": "Last day with every extension",
    "sme": "Small or medium enterprise",
    "vcse": "Voluntary or social enterprise",
}


def contract_page(q: OpenQuarter, ref: str) -> HTML:
    """One contract on one page: its facts, payments by quarter, and what was promised. Raises
    ParameterError when the register has no such contract, or several."""
    found = contracts.page(q, ref)
    name = found.facts["contract"]
    parts = [
        table(
            _facts(q, found), f"Contract {name}", {"fact": "Fact", "value": "As the register says"}
        ),
        sentences([_payments_said(found)]),
        table(
            found.by_quarter,
            f"Payments joined to contract {name}, in the quarters held",
            {
                "quarter": "Quarter",
                "payments": "Payments",
                "sure_gbp": "Sure",
                "likely_gbp": "Likely",
                "possible_gbp": "Possible",
                "shared_gbp": "Fits other contracts too",
            },
            empty="No payment is joined to this contract.",
        ),
        table(
            _promises(q, found),
            f"Social value promised in contract {name}, by {day_label(q.measured_on)}",
            {
                "measure": "Measure",
                "unit": "Unit",
                "promised": "Promised",
                "delivered": "Delivered",
                "evidenced": "Evidence accepted",
                "due": "Due by",
            },
            empty=f"Promised, delivered, evidenced: {NONE_RECORDED}.",
        ),
    ]
    return HTML("".join(str(part.data) for part in parts))


def largest_award(q: OpenQuarter) -> HTML:
    """The page of the quarter's largest award; nothing without an award."""
    awards = contracts.awarded(q.contracts, q.quarter)
    return contract_page(q, awards["contract"].iloc[0]) if len(awards) else HTML("")


def _facts(q: OpenQuarter, found: contracts.Page) -> pd.DataFrame:
    rows = [(label, _said(name, found.facts.get(name))) for name, label in _FACTS.items()]
    rows += [("KPI rating", NONE_RECORDED), ("Next date the law sets", _next_date(q, found))]
    return pd.DataFrame(rows, columns=["fact", "value"])


def _next_date(q: OpenQuarter, found: contracts.Page) -> str:
    """The next notice of the contract that falls due, by whichever law holds for it."""
    line = q.contracts[q.contracts["contract_ref"] == found.facts["contract_ref"]]
    dates = law.contract_dates(line, q.as_of, q.parameters.law)
    if not len(dates):
        return "none known"
    first = dates.iloc[0]
    applies = "" if first["applies"] == law.APPLIES else f"; does it apply: {first['applies']}"
    return f"{day_label(first['due_on'])}: {first['notice']} ({first['source']}{applies})"


def _payments_said(found: contracts.Page) -> str:
    if found.paid is None:
        return "No payment in the quarters held is joined to this contract alone."
    paid = found.paid
    said = (
        f"Joined surely {money(paid['sure_gbp'])}, likely {money(paid['likely_gbp'])}, possibly "
        f"{money(paid['possible_gbp'])}, on {count(paid['payments'], 'payment')}"
    )
    if paid["share_of_value"] is not None:
        said += f"; what is sure or likely is {share(paid['share_of_value'])} of the value"
    return f"{said}."


def _promises(q: OpenQuarter, found: contracts.Page) -> pd.DataFrame:
    measures = q.framework.measures[["measure_id", "label", "unit"]]
    named = found.promises.merge(measures, on="measure_id", how="left")
    return named.rename(columns={"label": "measure"})


def _said(name: str, value: Any) -> str:
    if value in (None, ""):
        return NOT_SAID
    if isinstance(value, date):
        return day_label(value)
    return pounds(value) if name.endswith("_gbp") else str(value)
