"""Charts: Government Analysis Function colours and style, readable in grey and on a phone.

Each takes a tidy table and returns inline SVG with a description written from the same table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd
from IPython.display import HTML

from svlib.show import words
from svlib.show.page import chart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Government Analysis Function categorical palette, in its order
DARK_BLUE, TURQUOISE, PINK, ORANGE, GREY, PURPLE = (
    "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1",
)  # fmt: skip
LIGHT = "#C9CED6"
_WIDTH = 6.2  # inches, 595 px: on a 390 px screen its text is still 9 px high
_ROW = 0.42
_TEXT = 11.5  # points
_LINE = 15  # points from one line of a label to the next


@contextmanager
def axes(height: float, **how: Any) -> Iterator[tuple[Figure, Axes]]:
    """A figure with one axes in the house style."""
    import matplotlib.pyplot as plt

    with plt.style.context(str(files("afcharts") / "afcharts.mplstyle")):
        plt.rcParams.update({"font.size": _TEXT, "axes.labelsize": _TEXT})
        fig = plt.figure(figsize=(_WIDTH, height), layout="constrained")
        yield fig, fig.add_subplot(**how)


def bars(
    frame: pd.DataFrame,
    label: str,
    value: str,
    title: str,
    *,
    columns: Mapping[str, str],
    colour: str = DARK_BLUE,
) -> HTML:
    """Horizontal bars of money in the table's order, each with its figure written beside it."""
    rows = frame.iloc[::-1]
    amounts = [float(amount) for amount in rows[value]]
    written = [words.money(amount) for amount in rows[value]]
    with axes(0.9 + _ROW * len(rows)) as (fig, ax):
        _plain_bars(ax, rows[label], amounts, written, colour)
        description = f"{title}. " + _each(frame[label], frame[value].map(words.money))
        return chart(fig, description, title, (frame, columns))


def paired_bars(
    frame: pd.DataFrame,
    label: str,
    values: Mapping[str, str],
    title: str,
    *,
    columns: Mapping[str, str],
    unit: str,
    limit: float | None = None,
    digits: int = 0,
) -> HTML:
    """Two or more bars a row (column to legend text), such as claimed and counted scores, written
    with so many digits after the point."""
    rows = frame.iloc[::-1]
    colours, hatches = (DARK_BLUE, TURQUOISE, PINK), ("", "//", "..")
    with axes(1.3 + 0.36 * len(values) * len(rows)) as (fig, ax):
        thick = 0.8 / len(values)
        for place, (name, text) in enumerate(values.items()):
            level = [row + 0.4 - thick * (place + 0.5) for row in range(len(rows))]
            size = [_size(v) for v in rows[name]]
            ax.barh(
                level, size, thick * 0.92, label=text, color=colours[place],
                hatch=hatches[place], edgecolor="white", linewidth=0,
            )  # fmt: skip
            for at, number in zip(level, rows[name], strict=True):
                _beside(ax, at, number, digits)
        row_names(ax, rows[label])
        ax.set_xlim(0, limit * 1.08 if limit else None)
        ax.set_xlabel(unit)
        ax.grid(axis="y", visible=False)
        ax.grid(axis="x", visible=True)
        fig.legend(loc="outside upper left", ncols=len(values))
        return chart(fig, _paired(frame, label, values, title, digits), title, (frame, columns))


def trend(
    frame: pd.DataFrame,
    title: str,
    *,
    incomplete: Mapping[str, Sequence[str]],
    columns: Mapping[str, str],
) -> HTML:
    """Net spend by quarter (columns quarter, net_gbp); incomplete ones are hatched and named."""
    amounts = [float(amount) / 1e6 for amount in frame["net_gbp"]]
    partial = [quarter in incomplete for quarter in frame["quarter"]]
    with axes(3.4) as (fig, ax):
        drawn = ax.bar(range(len(frame)), amounts, 0.7, color=DARK_BLUE)
        for bar, part in zip(drawn, partial, strict=True):
            if part:
                bar.set(facecolor=LIGHT, hatch="//", edgecolor=GREY)
        ax.bar_label(drawn, [f"£{amount:,.1f}m" for amount in amounts], padding=2, fontsize=11)
        _quarter_names(ax, frame["quarter"], partial)
        ax.set_ylabel("Net spend, £ million")
        ax.margins(y=0.15)
        return chart(fig, _trend_words(frame, partial, title), title, (frame, columns))


def share_trend(frame: pd.DataFrame, title: str, area: str, *, columns: Mapping[str, str]) -> HTML:
    """The local share by quarter with its bounds (columns quarter, share, low, high)."""
    at = range(len(frame))
    low = [_percent(value, at_least=0.0) for value in frame["low"]]
    high = [_percent(value, at_most=1.0) for value in frame["high"]]
    known = [_percent(value) for value in frame["share"]]
    with axes(3.4) as (fig, ax):
        ax.vlines(at, low, high, color=LIGHT, linewidth=14, label="Bounds over all spend")
        ax.plot(at, known, "o-", color=DARK_BLUE, markersize=8, label="Share of located spend")
        for place, value in enumerate(known):
            if not words.missing(value):
                ax.annotate(
                    f"{value:.0f}%", (place, value), (0, 9), textcoords="offset points",
                    fontsize=11,
                    ha="center",
                    fontweight="bold",
                )  # fmt: skip
        ax.set_ylim(0, 105)
        ax.set_xlim(-0.5, len(frame) - 0.2)
        _quarter_names(ax, frame["quarter"], [False] * len(frame))
        ax.set_ylabel("Share of net spend, %")
        fig.legend(loc="outside upper left", ncols=2)
        spoken = [
            f"{row.quarter}: {words.share(row.share)} of located spend, "
            f"{words.between(row.low, row.high)} of all spend"
            for row in frame.itertuples()
        ]
        description = f"{title}. Share of spend with suppliers in {area}. " + "; ".join(spoken)
        return chart(fig, description, title, (frame, columns))


def stack(frame: pd.DataFrame, label: str, title: str, *, columns: Mapping[str, str]) -> HTML:
    """Horizontal bars of shares of the whole, in the table's order, unknown ones hatched."""
    rows = frame.iloc[::-1]
    shares = [float(value or 0) * 100 for value in rows["share"]]
    written = [
        f"{words.share(part)} ({words.money(amount)})"
        for part, amount in zip(rows["share"], rows["net_gbp"], strict=True)
    ]
    with axes(0.9 + _ROW * len(rows)) as (fig, ax):
        bars_ = _plain_bars(ax, rows[label], shares, written, DARK_BLUE)
        for bar, name in zip(bars_, rows[label], strict=True):
            if "not known" in name or "withheld" in name or "not certain" in name:
                bar.set(facecolor=LIGHT, hatch="//", edgecolor=GREY)
        description = f"{title}. " + _each(frame[label], list(reversed(written)))
        return chart(fig, description, title, (frame, columns))


def radar(
    frame: pd.DataFrame,
    label: str,
    values: Mapping[str, str],
    title: str,
    *,
    columns: Mapping[str, str],
) -> HTML:
    """Scores out of 100 on one spoke a row; one outline a column."""
    from math import pi

    spokes = [2 * pi * place / len(frame) for place in range(len(frame))]
    styles = (("-", DARK_BLUE, "o"), ("--", PINK, "s"), (":", GREY, "^"))
    with axes(5.2, projection="polar") as (fig, ax):
        fig.set_layout_engine("none")
        ax.set_position((0.25, 0.2, 0.5, 0.66))
        for (name, text), (line, colour, mark) in zip(values.items(), styles, strict=False):
            level = [_size(v) for v in frame[name]]
            ax.plot(
                [*spokes, spokes[0]], [*level, level[0]], line, color=colour, marker=mark,
                label=text, linewidth=2.2,
            )  # fmt: skip
        ax.set_theta_offset(pi / 2)  # type: ignore[attr-defined]
        ax.set_theta_direction(-1)  # type: ignore[attr-defined]
        ax.set_ylim(0, 100)
        ax.set_yticks([20, 40, 60, 80, 100], ["20", "40", "60", "80", "100"], fontsize=11)
        _spoke_names(ax, spokes, frame[label])
        ax.grid(True, color="#b1b4b6", linewidth=0.7)
        ax.spines["polar"].set_color("#b1b4b6")
        fig.legend(loc="lower center", ncols=1)
        return chart(fig, _paired(frame, label, values, title), title, (frame, columns))


def _plain_bars(
    ax: Axes, names: Sequence[str], sizes: list[float], written: list[str], colour: str
) -> Any:
    drawn = ax.barh(range(len(sizes)), sizes, 0.68, color=colour)
    ax.bar_label(drawn, written, padding=4, fontsize=11)
    row_names(ax, names)
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    ax.set_xticks([])
    ax.margins(x=0.02)
    ax.set_xlim(right=max([*sizes, 0.0]) * 1.42 or 1.0)
    return drawn


def _beside(ax: Axes, at: float, number: Any, digits: int) -> None:
    missing = words.missing(number)
    text = "too few answers" if missing else f"{float(number):.{digits}f}"
    size = 0.0 if missing else float(number)
    ax.annotate(text, (size, at), (4, 0), textcoords="offset points", va="center", fontsize=11)


def row_names(ax: Axes, names: Sequence[str]) -> None:
    """Names left of the rows, each line a text of its own: browsers' fonts are not ours, and only
    the anchor of a line is sure to stay in place."""
    ax.set_yticks(range(len(names)), [""] * len(names))
    for row, name in enumerate(names):
        lines = _folded(name, 24)
        for place, line in enumerate(lines):
            ax.annotate(
                line, (0, row), (-6, _LINE * ((len(lines) - 1) / 2 - place)),
                xycoords=ax.get_yaxis_transform(), textcoords="offset points",
                ha="right", va="center", color="#1a1a1a",
            )  # fmt: skip


def _spoke_names(ax: Axes, spokes: Sequence[float], names: Sequence[str]) -> None:
    """Names outside the ends of a radar's spokes, which run clockwise from the top."""
    from math import cos, sin

    ax.set_xticks(spokes, [""] * len(spokes))
    for angle, name in zip(spokes, names, strict=True):
        lines = _folded(name, 18)
        side = "center" if abs(sin(angle)) < 0.2 else "left" if sin(angle) > 0 else "right"
        top = (len(lines) - 1) * (1 + cos(angle)) / 2
        for place, line in enumerate(lines):
            ax.annotate(
                line, (angle, 107), (0, _LINE * (top - place)), textcoords="offset points",
                ha=side, va="center", color="#1a1a1a", annotation_clip=False,
            )  # fmt: skip


def _quarter_names(ax: Axes, quarters: Sequence[str], partial: Sequence[bool]) -> None:
    """Financial year over quarter under each column, and "incomplete" where it is."""
    ax.set_xticks(range(len(quarters)), [""] * len(quarters))
    for place, (quarter, part) in enumerate(zip(quarters, partial, strict=True)):
        for line, text in enumerate([*quarter.split("-Q"), *(["incomplete"] if part else [])]):
            ax.annotate(
                f"Q{text}" if line == 1 else text, (place, 0), (0, -6 - _LINE * line),
                xycoords=ax.get_xaxis_transform(), textcoords="offset points",
                ha="center", va="top", color="#1a1a1a",
            )  # fmt: skip


def _folded(name: str, width: int) -> list[str]:
    """A long name on two lines, a very long one cut with an ellipsis."""
    import textwrap

    lines = textwrap.wrap(str(name), width) or [""]
    return lines if len(lines) <= 2 else [lines[0], f"{lines[1]}…"]


def _each(names: Sequence[str], figures: Sequence[str]) -> str:
    return "; ".join(f"{name}: {figure}" for name, figure in zip(names, figures, strict=True)) + "."


def _paired(
    frame: pd.DataFrame, label: str, values: Mapping[str, str], title: str, digits: int = 0
) -> str:
    rows = []
    for row in frame.to_dict("records"):
        figures = [f"{text.lower()} {_written(row[name], digits)}" for name, text in values.items()]
        rows.append(f"{row[label]}: {', '.join(figures)}")
    return f"{title}. " + "; ".join(rows) + "."


def _size(value: Any) -> float:
    return 0.0 if words.missing(value) else float(value)


def _percent(value: float | None, at_least: float = -9.0, at_most: float = 9.0) -> float:
    """A share as percent, kept within limits; NaN, which is not drawn, for one not known."""
    return float("nan") if value is None else min(max(value, at_least), at_most) * 100


def _written(value: Any, digits: int) -> str:
    return words.NOT_KNOWN if words.missing(value) else f"{float(value):.{digits}f}"


def _trend_words(frame: pd.DataFrame, partial: list[bool], title: str) -> str:
    spoken = [
        f"{quarter}: {words.money(Decimal(amount))}{' (incomplete)' if part else ''}"
        for quarter, amount, part in zip(frame["quarter"], frame["net_gbp"], partial, strict=True)
    ]
    return f"{title}. " + "; ".join(spoken) + "."
