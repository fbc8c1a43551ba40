"""Maps on the British National Grid, drawn without the network."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from IPython.display import HTML

from svlib import places
from svlib.show import words
from svlib.show.charts import axes
from svlib.show.page import chart

_SHADES = ("#FFFFFF", "#D5E0EA", "#A6BFD4", "#6F97B8", "#3E6D97", "#12436D")


def by_district(frame: pd.DataFrame, title: str, *, columns: Mapping[str, str]) -> HTML:
    """Spend by district (columns `district`, `net_gbp`): darker is more, each district's name and
    figure written on it, so that colour carries nothing alone."""
    named = frame.assign(name=[places.district_name(code) for code in frame["district"]])
    drawn = places.shapes(frame["district"]).merge(
        frame, left_on="code", right_on="district", how="left"
    )
    most = max((float(amount) for amount in frame["net_gbp"]), default=0.0) or 1.0
    shades = [_SHADES[_step(float(amount) / most)] for amount in drawn["net_gbp"]]
    with axes(5.6) as (fig, ax):
        drawn.plot(ax=ax, color=shades, edgecolor="#3D3D3D", linewidth=0.8)
        for row, shade in zip(drawn.itertuples(), shades, strict=True):
            spot = row.geometry.representative_point()
            ax.annotate(
                f"{row.name}\n{words.money(row.net_gbp)}", (spot.x, spot.y), ha="center",
                va="center", fontsize=12, color="white" if shade in _SHADES[4:] else "black",
            )  # fmt: skip
        ax.set_axis_off()
        ax.set_aspect("equal")
        spoken = "; ".join(f"{row.name}: {words.money(row.net_gbp)}" for row in named.itertuples())
        description = f"{title}. Map of districts drawn from postcode points. {spoken}."
        shown = {"name": "District", **{k: v for k, v in columns.items() if k != "district"}}
        return chart(fig, description, title, (named, shown))


def _step(part: float) -> int:
    """Which of six shades: none, then up to 5%, 15%, 40%, 75% of the largest, and the rest."""
    return 0 if part <= 0 else 1 + sum(part > limit for limit in (0.05, 0.15, 0.4, 0.75))
