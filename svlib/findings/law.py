"""The law beside the figures: which tests contracts meet, what falls due, which route is open.

Every table here is followed by the caution: nothing is advice, and nothing says a duty was done.
"""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from IPython.display import HTML

from svlib import contracts, law, show, spend
from svlib.categories import UNCLASSIFIED
from svlib.quarter import day_label
from svlib.view import OpenQuarter

_AHEAD = timedelta(days=365)
_ANSWERS = {
    "yes": (law.APPLIES, law.ABOVE),
    "no": (law.DOES_NOT, law.BELOW),
    "either": (law.EITHER_WAY, law.EITHER),
    "no_value": (law.NO_VALUE,),
}
_TESTS = {"threshold": "at or above threshold"}


def law_notes(q: OpenQuarter) -> list[str]:
    """What a reader must know of the law tables: how old, which local area, the caution."""
    asked = q.parameters.law
    area = (
        f"The lawful local area is {_name(q, asked.local_area)} "
        f"(confirmed by: {asked.local_area_confirmed_by})."
        if asked.local_area
        else "The lawful local area is not set, so no reservation by place is named: it is for "
        "Legal to say which area the law allows, above all whether Halton may be part of it."
    )
    checked = law.checked_on()
    return [
        f"Law tables checked on {day_label(checked)}; contracts are tested by the law of the day "
        f"their procurement commenced, opportunities by the law on {day_label(q.as_of)}.",
        area,
        law.CAUTION,
    ]


def contract_tests(q: OpenQuarter) -> pd.DataFrame:
    """One row a test of the law: `test`, and of the register's contracts how many answer `yes`,
    `no`, `either` (what is not known decides), `no_value` and `other` (not covered by the tables,
    not yet in force), with the weakest `confidence`. Each row adds up to all contracts."""
    found = law.tested(q.contracts, q.as_of, q.parameters.law)
    rows = []
    for test in law.tests():
        said = found[found["test"] == test]
        counts = {name: int(said["answer"].isin(words).sum()) for name, words in _ANSWERS.items()}
        other = len(said) - sum(counts.values())
        known = [confidence for confidence in said["confidence"] if confidence]
        confidence = max(known, key=law.CONFIDENCES.index, default="")
        rows.append(
            {"test": _TESTS.get(test, test), **counts, "other": other, "confidence": confidence}
        )
    return pd.DataFrame(rows)


def contract_tests_table(q: OpenQuarter) -> HTML:
    """The tests of the register, as counts of contracts; nothing without a register."""
    if not len(q.contracts):
        return HTML("")
    return show.table(
        contract_tests(q),
        "Contracts on the register by what the law asks of them",
        {
            "test": "Test",
            "yes": "Yes",
            "no": "No",
            "either": "Could be either",
            "no_value": "No value",
            "other": "Not covered or not yet in force",
            "confidence": "Law known",
        },
    )


def law_dates_table(q: OpenQuarter) -> HTML:
    """What the authority must publish in the year ahead, and by when."""
    return show.table(
        law.calendar(q.as_of, q.as_of + _AHEAD),
        "Notices of the authority that fall due in the next 12 months",
        {
            "due_on": "By",
            "notice": "Notice",
            "for_period": "For",
            "source": "Law",
            "confidence": "Law known",
            "note": "Remark",
        },
        empty="None is known to fall due.",
    )


def contract_dates_table(q: OpenQuarter) -> HTML:
    """Notices of single contracts that fall due in the year ahead; nothing without a register."""
    if not len(q.contracts):
        return HTML("")
    found = law.contract_dates(q.contracts, q.as_of, q.parameters.law)
    ahead = [day <= q.as_of + _AHEAD for day in found["due_on"]]
    return show.table(
        found[pd.Series(ahead, index=found.index, dtype=bool)],
        "Notices of contracts that fall due in the next 12 months",
        {
            "due_on": "By",
            "contract_ref": "Contract",
            "notice": "Notice",
            "applies": "Does the duty apply",
            "source": "Law",
            "confidence": "Law known",
        },
        empty="None is known to fall due.",
        first=8,
    )


def local_opportunities(q: OpenQuarter) -> pd.DataFrame:
    """One row a category whose spend certainly leaves the buying area, most first: the columns of
    `spend.leakage`, of which `local_suppliers` is None when there is none but some cannot be
    placed, and those of `law.lawful_routes`."""
    found = spend.leakage(q.payments, q.buying_area)
    leaves = [
        pounds > 0 and category != UNCLASSIFIED
        for pounds, category in zip(found["outside_gbp"], found["category"], strict=True)
    ]
    table = found[pd.Series(leaves, index=found.index, dtype=bool)].reset_index(drop=True)
    known = [
        None if not row.local_suppliers and row.not_known_gbp else row.local_suppliers
        for row in table.itertuples()
    ]
    table["local_suppliers"] = pd.Series(known, dtype=object)
    routes = law.lawful_routes(table, q.as_of, q.parameters.law)
    return pd.concat([table, routes.drop(columns="name")], axis=1)


def routes_table(q: OpenQuarter) -> HTML:
    """Beside each category that leaves the local area, its lawful route."""
    return show.table(
        local_opportunities(q),
        f"Spend that leaves {q.buying_area.name} by category, {q.label}, and the route the law "
        f"leaves open on {day_label(q.as_of)}",
        {
            "name": "Category",
            "outside_gbp": "Certainly outside",
            "local_suppliers": "Local suppliers paid",
            "route": "Route",
            "also": "Also open",
            "reason": "Why",
            "confidence": "Law known",
        },
        empty="No category is known to leave the local area.",
        first=8,
        folded=["reason"],
    )


def ending_routes(q: OpenQuarter) -> pd.DataFrame:
    """One row a contract of the register that ends within 18 months, soonest first, were it let
    again at its value: `contract_ref`, `title`, `end_date`, `value_gbp`, and the columns of
    `law.lawful_routes`. Who could compete is not known from a register."""
    found = contracts.ending(q.contracts, q.as_of).rename(columns={"title": "name"})
    routes = law.lawful_routes(
        found[["name", "contract_type", "value_gbp", "vat_basis"]], q.as_of, q.parameters.law
    )
    told = found[["contract_ref", "name", "end_date", "value_gbp"]]
    joined = pd.concat([told.reset_index(drop=True), routes.drop(columns="name")], axis=1)
    return joined.rename(columns={"name": "title"})


def ending_routes_table(q: OpenQuarter) -> HTML:
    """Contracts that end, and the route the law leaves open were they let again; nothing without a
    register."""
    if not len(q.contracts):
        return HTML("")
    return show.table(
        ending_routes(q),
        "Contracts that end within 18 months, and the route the law leaves open were they let "
        "again at the same value",
        {
            "contract_ref": "Contract",
            "title": "Title",
            "end_date": "Ends",
            "value_gbp": "Value",
            "side": "Threshold",
            "route": "Route",
            "also": "Also open",
            "reason": "Why",
            "confidence": "Law known",
        },
        empty="No contract on the register ends within 18 months.",
        first=8,
        folded=["reason"],
    )


def _name(q: OpenQuarter, area_id: str) -> str:
    return q.areas.area(area_id).name
