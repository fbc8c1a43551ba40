"""A waterfall: what is taken off a sum, step by step, and what is left."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from IPython.display import HTML

from svlib.show import words
from svlib.show.charts import DARK_BLUE, GREY, LIGHT, axes, row_names
from svlib.show.page import chart

_ROW = 0.5  # inches


def waterfall(frame: pd.DataFrame, title: str, *, columns: Mapping[str, str]) -> HTML:
    """Bars from top to bottom (columns `step`, `net_gbp`, `left_gbp`): the first and the last row
    whole, each between them from what was left before it to what is left after."""
    rows = list(frame.itertuples())
    last = len(rows) - 1
    with axes(0.9 + _ROW * len(rows)) as (fig, ax):
        largest = max((abs(float(row.left_gbp)) for row in rows), default=0.0)
        before = 0.0
        for place, row in enumerate(rows):
            left, level = float(row.left_gbp), last - place
            if place in (0, last):
                ax.barh(level, left, 0.68, color=DARK_BLUE)
            else:
                ax.barh(level, left - before, 0.68, before, color=LIGHT, hatch="//",
                        edgecolor=GREY, linewidth=0.5)  # fmt: skip
            if place < last:
                ax.vlines(left, level - 1, level, color=GREY, linewidth=0.8)
            text = words.money(row.net_gbp)
            ax.annotate(text, (max(before, left) if place else left, level), (5, 0),
                        textcoords="offset points", va="center", fontsize=11)  # fmt: skip
            before = left
        row_names(ax, [row.step for row in reversed(rows)])
        ax.grid(visible=False)
        ax.spines["bottom"].set_visible(False)
        ax.set_xticks([])
        ax.set_xlim(left=min(0.0, *(float(row.left_gbp) for row in rows)), right=largest * 1.3 or 1)
        spoken = "; ".join(f"{row.step}: {words.money(row.net_gbp)}" for row in rows)
        return chart(fig, f"{title}. {spoken}.", title, (frame, columns))
