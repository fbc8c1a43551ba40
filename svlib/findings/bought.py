"""What was bought: services, categories that hang on one supplier, spend per head."""

from __future__ import annotations

from IPython.display import HTML

from svlib import spend
from svlib.show import note, table
from svlib.view import OpenQuarter

_MOSTLY = 0.8  # share of a category that makes its largest supplier stand alone


def services_table(q: OpenQuarter) -> HTML:
    """The largest services as printed, the whole one click away; nothing where none is printed."""
    found = spend.by_service(q.payments)
    if not found["service"].any():
        return HTML("")
    return table(
        found.assign(service=found["service"].replace("", "None printed")),
        f"Net spend by service as printed, {q.label}",
        {
            "service": "Service",
            "net_gbp": "Net spend",
            "share": "Share of all",
            "payments": "Lines",
            "suppliers": "Suppliers",
        },
        first=10,
    )


def single_supplier_table(q: OpenQuarter) -> HTML:
    """Categories of which one supplier has four fifths or more."""
    return table(
        spend.single_supplier(q.payments, _MOSTLY),
        f"Categories of which one supplier was paid 80% or more, {q.label}",
        {
            "name": "Category",
            "net_gbp": "Net spend",
            "supplier": "Largest supplier",
            "share": "Its share",
            "suppliers": "Suppliers in all",
        },
        empty="None.",
    )


def per_head_table(q: OpenQuarter) -> HTML:
    """Net spend for each resident, where the parameters say how many there are."""
    known = q.parameters.population
    if known is None:
        return note(
            "Spend per head",
            "No number of residents is given: write population (people, year, source) in "
            "authority.yaml.",
        )
    return table(
        spend.per_head(q.payments, known.people),
        f"Net spend per head, {q.label}: {known.people:,} residents in {known.year} "
        f"({known.source})",
        {"directorate": "Directorate", "net_gbp": "Net spend", "per_head_gbp": "Per head"},
    )
