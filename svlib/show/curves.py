"""A line that rises as suppliers are looked up."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from IPython.display import HTML

from svlib.show import words
from svlib.show.charts import DARK_BLUE, GREY, axes
from svlib.show.page import chart

_STEPS = (0, 10, 20, 50, 100, 200, 500, 1_000, 2_000)  # suppliers, as told and in the table
_SHOWN = 500  # suppliers the line is drawn to: who looks up more has a register


def coverage(frame: pd.DataFrame, title: str, *, columns: Mapping[str, str]) -> HTML:
    """The located share of spend by suppliers looked up, richest first (columns `suppliers`,
    `located_gbp`, `share`, as `suppliers.worklist.curve` gives them)."""
    last = len(frame) - 1
    steps = [*(n for n in _STEPS if n < last), last]
    table = frame.iloc[steps]
    if frame["share"].iloc[0] is None:
        return HTML("<p>Net spend is zero or less, so no share of it can be said.</p>")
    drawn = frame.head(_SHOWN + 1)
    with axes(3.4) as (fig, ax):
        ax.plot(drawn["suppliers"], [share * 100 for share in drawn["share"]], color=DARK_BLUE)
        for n in [n for n in steps if n in (0, 50, 200)]:
            share = frame["share"].iloc[n] * 100
            ax.plot(n, share, "o", color=DARK_BLUE, markersize=8)
            ax.annotate(
                f"{share:.0f}%", (n, share), (8, -14 if n else 6), textcoords="offset points",
                fontsize=11, fontweight="bold", color=GREY,
            )  # fmt: skip
        ax.set_ylim(0, 105)
        ax.set_xlim(left=-5)
        ax.set_xlabel("Suppliers looked up, richest first")
        ax.set_ylabel("Located share of net spend, %")
        spoken = "; ".join(
            f"{words.count(int(row.suppliers), 'supplier')}: {words.share(row.share)}"
            for row in table.itertuples()
        )
        return chart(fig, f"{title}. {spoken}.", title, (table, columns))
