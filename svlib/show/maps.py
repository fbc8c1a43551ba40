"""Maps on the British National Grid, drawn without the network."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd
from IPython.display import HTML

from svlib import places
from svlib.show import words
from svlib.show.charts import DARK_BLUE, GREY, axes
from svlib.show.page import chart, note

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

_SHADES = ("#FFFFFF", "#D5E0EA", "#A6BFD4", "#6F97B8", "#3E6D97", "#12436D")
_WIDTH_PT = 430  # points that a map may be wide
_TEXT_PT, _LETTER_PT, _LINE_PT = 11.5, 6.4, 15
_TALL_IN, _LOW_IN = 7.6, 3.6  # inches
_NAMED = 6  # districts named beside a map that has no room for more
_CROWDED = 12  # districts beyond which a map has no room for names and figures
_ASIDE = 1.6  # a crowded map is drawn as much smaller, for the names beside it
_WEST_M = 400_000  # districts of Great Britain west of this are named on the left
_BESIDE = 15  # letters in a line of a name beside the map
_BORDER = "#8A9099"
_SPOKEN = 10
_POINT_PT2 = 900  # area of the largest point

Box = tuple[float, float, float, float]
Say = Callable[[Any], str]
"""How a figure is written."""


def by_district(
    frame: pd.DataFrame,
    title: str,
    *,
    columns: Mapping[str, str],
    of: str = "net_gbp",
    say: Say = words.money,
) -> HTML:
    """A figure by district (columns `district` and `of`): darker is more, each district's name and
    figure written on it, so that colour carries nothing alone. Of more than twelve districts the
    largest few are named beside the map."""
    drawn = _joined(places.shapes(frame["district"]), frame, of)
    limits = _limits(frame[of])
    with axes(_height(drawn) + 0.9) as (fig, ax):
        crowded = len(drawn) > _CROWDED
        pt = _prepare(ax, drawn, _ASIDE if crowded else 1.0)
        _shade(ax, drawn, limits, pt)
        if crowded:
            _name_beside(ax, drawn, pt, sum(ax.get_xlim()) / 2, say)
        else:
            texts = [f"{row.name}\n{say(row.amount)}" for row in drawn.itertuples()]
            _label(ax, drawn, texts, pt)
        fig.legend(handles=_keys(limits, say), loc="outside lower center", ncols=2)
        return chart(fig, _spoken(drawn, title, say), title, _table(frame, columns))


def country(frame: pd.DataFrame, title: str, *, columns: Mapping[str, str]) -> HTML:
    """Spend by district of Great Britain (columns `district`, `net_gbp`): darker is more; the
    largest few are named beside the map."""
    drawn = _joined(places.country(), frame, "net_gbp")
    limits = _limits(frame["net_gbp"])
    with axes(_TALL_IN) as (fig, ax):
        pt = _prepare(ax, drawn)
        _shade(ax, drawn, limits, pt, fine=True)
        _name_beside(ax, drawn, pt, _WEST_M, words.money)
        ax.legend(handles=_keys(limits, words.money), loc="upper right", frameon=False)
        spent = frame[[amount != 0 for amount in frame["net_gbp"]]]
        ordered = spent.sort_values("net_gbp", ascending=False, kind="stable")
        return chart(fig, _spoken(drawn, title, words.money), title, _table(ordered, columns))


def suppliers(
    points: pd.DataFrame, codes: Iterable[str], title: str, *, columns: Mapping[str, str]
) -> HTML:
    """Suppliers as points (columns `easting`, `northing`, `district`, `net_gbp`, `suppliers`) over
    the districts of `codes`: the area of a point is its net spend. No supplier is named; the data
    beneath are sums by district."""
    if not len(points):
        return note(title, "No supplier in these districts is known by a full postcode.")
    drawn = places.shapes(codes)
    most = max(float(amount) for amount in points["net_gbp"])
    with axes(_height(drawn) + 0.7) as (fig, ax):
        pt = _prepare(ax, drawn)
        _plain(drawn, pt).plot(ax=ax, color="#F2F4F6", edgecolor=GREY, linewidth=0.8)
        sizes = [_POINT_PT2 * float(amount) / most for amount in points["net_gbp"]]
        ax.scatter(
            points["easting"], points["northing"], s=sizes, color=DARK_BLUE, alpha=0.55,
            edgecolors="white", linewidths=0.6, zorder=3,
        )  # fmt: skip
        _label(ax, drawn.assign(amount=Decimal(0)), list(drawn["name"]), pt, faint=True)
        for amount in _series(most)[-3::2] or [most]:
            ax.scatter([], [], s=_POINT_PT2 * amount / most, color=DARK_BLUE, alpha=0.55,
                       label=words.money(amount))  # fmt: skip
        fig.legend(loc="outside lower center", ncols=3, handletextpad=1.2, borderpad=1)
        summed = _by_district(points)
        spoken = "; ".join(
            f"{places.district_name(row.district)}: {words.money(row.net_gbp)} at "
            f"{words.count(row.points, 'point')}"
            for row in summed.itertuples()
        )
        description = f"{title}. Points over an outline of districts. {spoken}."
        return chart(fig, description, title, _table(summed, columns))


def _joined(shapes: gpd.GeoDataFrame, frame: pd.DataFrame, of: str) -> gpd.GeoDataFrame:
    joined = shapes.merge(frame, left_on="code", right_on="district", how="left")
    known = [Decimal(0) if words.missing(value) else value for value in joined[of]]
    return joined.assign(amount=pd.Series(known, dtype=object))


def _by_district(points: pd.DataFrame) -> pd.DataFrame:
    rows = [
        (code, sum(part["net_gbp"], Decimal(0)), int(part["suppliers"].sum()), len(part))
        for code, part in points.groupby("district")
    ]
    return pd.DataFrame(rows, columns=["district", "net_gbp", "suppliers", "points"])


def _table(frame: pd.DataFrame, columns: Mapping[str, str]) -> tuple[pd.DataFrame, dict[str, str]]:
    named = frame.assign(name=[places.district_name(code) for code in frame["district"]])
    return named, {"name": "District", **{k: v for k, v in columns.items() if k != "district"}}


def _spoken(drawn: gpd.GeoDataFrame, title: str, say: Say) -> str:
    """What the map says: its largest districts, and where its shapes come from."""
    spent = drawn[[amount != 0 for amount in drawn["amount"]]]
    first = spent.sort_values("amount", ascending=False, kind="stable").head(_SPOKEN)
    said = "; ".join(f"{row.name}: {say(row.amount)}" for row in first.itertuples())
    more = f"; and {len(spent) - len(first)} more" if len(spent) > len(first) else ""
    sources = " and ".join(sorted(set(drawn["source"])))
    return f"{title}. Map of districts drawn from {sources}. {said or 'Nothing'}{more}."


def _height(drawn: gpd.GeoDataFrame) -> float:
    """Inches for a map as wide as the page, within what is still seen at once."""
    west, south, east, north = drawn.total_bounds
    return min(max(_WIDTH_PT / 72 * (north - south) / (east - west), _LOW_IN), _TALL_IN)


def _prepare(ax: Axes, drawn: gpd.GeoDataFrame, smaller: float = 1.0) -> float:
    """Sets the extent, as wide as the figure, and returns metres a point."""
    west, south, east, north = drawn.total_bounds
    height = ax.get_figure(root=True).get_size_inches()[1]  # type: ignore[union-attr]
    pt = max((east - west) * smaller / _WIDTH_PT, (north - south) / (height * 72 - 60)) * 1.03
    middle = (west + east) / 2
    ax.set_xlim(middle - pt * _WIDTH_PT / 2, middle + pt * _WIDTH_PT / 2)
    ax.set_ylim(south - 5 * pt, north + 5 * pt)
    ax.set_aspect("equal")
    ax.set_axis_off()
    return pt


def _plain(drawn: gpd.GeoDataFrame, pt: float) -> gpd.GeoDataFrame:
    """Outlines with no more detail than shows, neighbours keeping one border."""
    import shapely

    return drawn.set_geometry(
        shapely.coverage_simplify(drawn.geometry.to_numpy(), pt * 0.7), crs=drawn.crs
    )


def _shade(
    ax: Axes, drawn: gpd.GeoDataFrame, limits: Sequence[float], pt: float, fine: bool = False
) -> None:
    """Fills, and borders that show on light and dark: a dark line with a white one on it."""
    shades = [_SHADES[_step(float(amount), limits)] for amount in drawn["amount"]]
    outlines = _plain(drawn, pt)
    if fine:
        outlines.plot(ax=ax, color=shades, edgecolor=_BORDER, linewidth=0.3)
    else:
        outlines.plot(ax=ax, color=shades, edgecolor=GREY, linewidth=2.0)
        outlines.boundary.plot(ax=ax, color="white", linewidth=0.7)


def _limits(amounts: Iterable[Any]) -> list[float]:
    """Round sums between the shades, up to four, below the largest."""
    return _series(max((float(amount) for amount in amounts), default=0.0))[-4:]


def _series(most: float) -> list[float]:
    """1, 3, 10, 30 and so on, up to `most`."""
    every = [step * 10.0**power for power in range(12) for step in (1, 3)]
    return [value for value in every if value < most]


def _step(amount: float, limits: Sequence[float]) -> int:
    """Which shade: none for zero or less, then one more beyond each limit."""
    return 0 if amount <= 0 else 1 + sum(amount >= limit for limit in limits)


def _keys(limits: Sequence[float], say: Say) -> list[Any]:
    from matplotlib.patches import Patch

    ends = [say(limit) for limit in limits]
    texts = [f"{say(0)} or less"]
    if ends:
        texts.append(f"up to {ends[0]}")
        texts += [f"{low} to {high}" for low, high in pairwise(ends)]
        texts.append(f"{ends[-1]} or more")
    return [
        Patch(facecolor=shade, edgecolor=GREY, linewidth=0.8, label=text)
        for shade, text in zip(_SHADES, texts, strict=False)
    ]


def _label(
    ax: Axes, drawn: gpd.GeoDataFrame, texts: list[str], pt: float, faint: bool = False
) -> None:
    """Texts on districts, the largest sums first; one that would meet another is left out, and on
    a crowded map one that is larger than its district."""
    taken: list[Box] = []
    order = sorted(range(len(drawn)), key=lambda row: (-drawn["amount"].iloc[row], row))
    for row in order:
        box = _free(drawn.geometry.iloc[row], texts[row], pt, taken, ax)
        if box is None or (len(drawn) > _CROWDED and not _inside(box, drawn.geometry.iloc[row])):
            continue
        taken.append(box)
        ax.annotate(
            texts[row], ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), ha="center", va="center",
            fontsize=_TEXT_PT, color="#1a1a1a", zorder=2 if faint else 5,
            bbox=None if faint else {"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none",
                                     "alpha": 0.85},
        )  # fmt: skip


def _free(shape: Any, text: str, pt: float, taken: list[Box], ax: Axes) -> Box | None:
    """Where the text may stand: on the district, within the map, meeting no other text."""
    lines = text.split("\n")
    wide = max(map(len, lines)) * _LETTER_PT * pt / 2
    high = len(lines) * _LINE_PT * pt / 2
    left, right = ax.get_xlim()
    spot = shape.representative_point()
    for up in (0, 1, -1, 1.8, -1.8):
        for aside in (0, 0.5, -0.5):
            x = min(max(spot.x + aside * wide, left + wide), right - wide)
            y = spot.y + up * high
            box = (x - wide, y - high, x + wide, y + high)
            if not any(_meet(box, other) for other in taken):
                return box
    return None


def _inside(box: Box, shape: Any) -> bool:
    import shapely

    whole = shapely.box(*box)
    return bool(shape.intersection(whole).area > 0.9 * whole.area)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _name_beside(ax: Axes, drawn: gpd.GeoDataFrame, pt: float, middle: float, say: Say) -> None:
    """The largest districts named beside the map, west or east of `middle`, each with a line."""
    spent = drawn[[amount > 0 for amount in drawn["amount"]]]
    first = spent.sort_values("amount", ascending=False, kind="stable").head(_NAMED)
    spots = [(row, row.geometry.representative_point()) for row in first.itertuples()]
    left, right = ax.get_xlim()
    for west in (True, False):
        side = sorted(
            (pair for pair in spots if (pair[1].x < middle) == west),
            key=lambda pair: pair[1].y,
        )
        level, beneath = float("-inf"), 0.0
        for row, spot in side:
            lines = [*textwrap.wrap(row.name, _BESIDE), say(row.amount)]
            high = (len(lines) + 0.6) * _LINE_PT * pt / 2
            level, beneath = max(spot.y, level + beneath + high), high
            ax.annotate(
                "\n".join(lines), (spot.x, spot.y),
                (left if west else right, level), ha="left" if west else "right", va="center",
                fontsize=_TEXT_PT, color="#1a1a1a", zorder=5,
                arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.8, "shrinkA": 2,
                            "shrinkB": 0},
            )  # fmt: skip
