"""What leaves the area by category, who there could be paid, and what would move if."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
from IPython.display import HTML

from svlib import categories, spend
from svlib.errors import Fault, ParameterError
from svlib.show import between, count, listed, money, note, share, table
from svlib.view import OpenQuarter

_NAMED = 3  # categories that a sentence names
_ZERO = Decimal("0.00")
_OURS = "registered firms are counted by our reading of their first SIC code"


def leakage_sentences(q: OpenQuarter) -> list[str]:
    """From which categories most leaves, and how sure that is."""
    found = spend.leakage(q.payments, q.buying_area)
    area = q.buying_area.name
    whole, out = sum(found["net_gbp"], _ZERO), sum(found["outside_gbp"], _ZERO)
    unknown = sum(found["not_known_gbp"], _ZERO)
    if whole <= 0:
        return [f"There is no addressable spend in {q.label} of which to say what leaves {area}."]
    said = (
        f"Of {money(whole)} addressable spend, {money(out)} certainly leaves {area}; "
        f"{money(unknown)} cannot be placed, so what leaves is "
        f"{between(float(out / whole), float((out + unknown) / whole))} of it."
    )
    named = found[(found["category"] != categories.UNCLASSIFIED)].head(_NAMED)
    most = [f"{row.name} ({money(row.outside_gbp)})" for row in named.itertuples()
            if row.outside_gbp > 0]  # fmt: skip
    return [said, f"Most certainly leaves in {listed(most)}."] if most else [said]


def leakage_table(q: OpenQuarter) -> HTML:
    """By category what stays, what leaves, what is not known, and who is there to be paid."""
    found = spend.leakage(q.payments, q.buying_area)
    columns = {
        "name": "Category",
        "net_gbp": "Addressable",
        "outside_gbp": "Certainly leaves",
        "not_known_gbp": "Place not known",
        "inside_gbp": "Stays",
        "share": "Local share of placed",
        "low": "At least",
        "high": "At most",
        "local_suppliers": "Local suppliers paid",
    }
    title = f"What leaves {q.buying_area.name} by category, {q.label}"
    if q.firms is not None:
        found["firms"] = [q.firms.get(category, 0) for category in found["category"]]
        columns["firms"] = "Registered firms there"
        title += f"; {_OURS}"
    else:
        title += "; no register of companies is given, so firms not yet paid are not counted"
    return table(found, title, columns, first=8)


def what_if(q: OpenQuarter) -> pd.DataFrame:
    """`spend.what_if` with the benchmarks of the parameters. Raises ParameterError when they name a
    category that is none."""
    asked = q.parameters.what_if
    strange = sorted(set(asked.categories) - set(categories.ids()))
    if strange:
        raise ParameterError(
            Fault(
                f"what_if.categories: {', '.join(strange)}",
                "is no category of data/reference/categories.csv",
                f"Use ids such as {', '.join(categories.ids()[:3])}.",
            )
        )
    leaks = spend.leakage(q.payments, q.buying_area)
    return spend.what_if(leaks, asked.local_share, asked.categories)


def what_if_table(q: OpenQuarter) -> HTML:
    """What would move into the area if each category reached its benchmark."""
    title = f"If categories reached a local share in {q.buying_area.name}: an illustration"
    found = what_if(q)
    if not len(found):
        asked = q.parameters.what_if
        told = (
            "No category with addressable spend has a benchmark."
            if asked.categories or asked.local_share is not None
            else "No benchmark is set: write one under what_if in authority.yaml."
        )
        return note(title, told)
    return table(
        found.rename(columns={"benchmark": "share_imagined"}),
        f"{title} on spend of {q.label}, not a forecast",
        {
            "name": "Category",
            "share": "Local share of placed",
            "share_imagined": "Imagined share",
            "moves_gbp": "Would move",
            "least_gbp": "At least, of all spend",
            "most_gbp": "At most, of all spend",
        },
        first=8,
    )


def what_if_sentences(q: OpenQuarter) -> list[str]:
    """The what-if in one sentence; none without a benchmark."""
    found = what_if(q)
    if not len(found):
        return []
    asked = q.parameters.what_if
    usual = [f"{share(float(asked.local_share))} in every category not named"
             ] if asked.local_share is not None else []  # fmt: skip
    own = [
        f"{share(float(wanted))} in {categories.name_of(category)}"
        for category, wanted in asked.categories.items()
    ]
    return [
        f"Were the local share {listed([*own, *usual])}, {money(sum(found['moves_gbp'], _ZERO))} "
        f"in {count(int((found['moves_gbp'] > 0).sum()), 'category', 'categories')} would move, "
        f"from {money(sum(found['least_gbp'], _ZERO))} to {money(sum(found['most_gbp'], _ZERO))} "
        "once places that are not known are counted either way. This illustrates a size; it says "
        "nothing of who would bid, at what price, or what the law allows."
    ]
