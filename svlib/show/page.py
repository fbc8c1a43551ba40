"""Pieces of a page: banner, notes, key figures, tables, charts. One look, accessible.

Text from files is escaped. Tables carry a caption and scopes; charts are inline SVG with a written
description, because nbconvert's lab template and Voila drop the alternative text of pictures.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd
from IPython.display import HTML

from svlib.quarter import day_label
from svlib.show import words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from svlib.view import OpenQuarter

SYNTHETIC = "Synthetic data"


def banner(q: OpenQuarter) -> HTML:
    """Who, when, on which basis, and every warning a reader must see first."""
    basis = (
        "the period each file was published for"
        if q.parameters.quarter_by == "publication"
        else "the date of each payment"
    )
    parts = [
        f"<style>{style()}</style>",
        '<div class="sv sv-banner">',
        f'<p class="sv-who">{escape(q.authority)}: {q.label}</p>',
        f'<p class="sv-when">{day_label(q.quarter.start)} to {day_label(q.quarter.end)}, as of '
        f"{day_label(q.as_of)}. Payments belong to {basis}.</p>",
        f'<p class="sv-source">{escape(q.parameters.source_statement)}</p>',
        "</div>",
    ]
    if q.synthetic:
        parts.append(
            _note(SYNTHETIC, "This council and every figure here are invented.", "sv-synthetic")
        )
    parts += [_note("Warning", text, "sv-warning") for text in q.warnings]
    if q.parameters.commentary:
        parts.append(_note("Commentary", q.parameters.commentary, ""))
    return HTML("".join(parts))


def note(title: str, text: str) -> HTML:
    """A framed remark."""
    return HTML(_note(title, text, ""))


def tiles(figures: Sequence[tuple[str, str, str]]) -> HTML:
    """Key figures: (label, figure, one more line each)."""
    items = "".join(
        f'<li><span class="sv-label">{escape(label)}</span>'
        f'<span class="sv-figure">{escape(figure)}</span>'
        f'<span class="sv-more">{escape(more)}</span></li>'
        for label, figure, more in figures
    )
    return HTML(f'<ul class="sv sv-tiles" role="list">{items}</ul>')


def sentences(lines: Sequence[str]) -> HTML:
    """Findings as a list; nothing at all of none."""
    if not lines:
        return HTML("")
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return HTML(f'<ul class="sv sv-findings">{items}</ul>')


def table(
    frame: pd.DataFrame,
    caption: str,
    columns: Mapping[str, str],
    empty: str = "Nothing to show.",
    *,
    first: int | None = None,
    folded: Collection[str] = (),
) -> HTML:
    """A table of the named columns under the given headings.

    Columns are recognised by name: `_gbp` money in short, `gbp_` money to the penny, `share`. Of a
    long table the `first` rows are shown and the whole is one click away, which alone has the
    columns of `folded`.
    """
    if not len(frame):
        return note(caption, empty)
    if not folded and (first is None or len(frame) <= first):
        return HTML(_scrolling(frame, caption, columns))
    brief = {name: text for name, text in columns.items() if name not in folded}
    more = f"All {len(frame):,} rows" if first and len(frame) > first else "The whole table"
    if folded:
        more += ", with " + words.listed(
            [columns[name].lower() for name in columns if name in folded]
        )
    whole = _scrolling(frame, f"{caption}, in full", columns)
    return HTML(
        f'<div class="sv sv-long">{_scrolling(frame.head(first or len(frame)), caption, brief)}'
        f"<details><summary>{escape(more)}</summary>{whole}</details></div>"
    )


def chart(
    fig: Figure, description: str, title: str, data: tuple[pd.DataFrame, Mapping[str, str]]
) -> HTML:
    """A figure as inline SVG with its title, a written description, and its data one click away.

    Raises ValueError when the description is empty: a picture nobody described cannot be published.
    """
    if not description.strip():
        raise ValueError(f"the chart '{title}' needs a description for those who cannot see it")
    frame, columns = data
    return HTML(
        f'<figure class="sv sv-chart"><figcaption>{escape(title)}</figcaption>'
        f'<div role="img" aria-label="{escape(description, quote=True)}">{_svg(fig)}</div>'
        f"<details><summary>Data behind this figure</summary>"
        f"{_scrolling(frame, title, columns)}</details></figure>"
    )


def _note(title: str, text: str, kind: str) -> str:
    return f'<div class="sv sv-note {kind}"><strong>{escape(title)}.</strong> {escape(text)}</div>'


def _scrolling(frame: pd.DataFrame, caption: str, columns: Mapping[str, str]) -> str:
    """A table that scrolls within its own frame on a narrow screen, by keyboard too."""
    return (
        '<div class="sv sv-scroll" role="region" tabindex="0" '
        f'aria-label="{escape(caption, quote=True)}">{_table(frame, caption, columns)}</div>'
    )


def _table(frame: pd.DataFrame, caption: str, columns: Mapping[str, str]) -> str:
    numeric = {name: _is_number(frame[name]) for name in columns}
    head = "".join(
        f'<th scope="col"{_class(numeric[name])}>{escape(text)}</th>'
        for name, text in columns.items()
    )
    body = "".join(
        f"<tr>{_row([_cell(name, row[name]) for name in columns], list(numeric.values()))}</tr>"
        for row in frame.to_dict("records")
    )
    return (
        '<table class="sv-table"><caption>'
        f'<span class="sv-caption">{escape(caption)}</span></caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row(cells: list[str], numeric: list[bool]) -> str:
    first = f'<th scope="row"{_class(numeric[0])}>{escape(cells[0])}</th>'
    rest = (
        f"<td{_class(number)}>{escape(cell)}</td>"
        for cell, number in zip(cells[1:], numeric[1:], strict=True)
    )
    return first + "".join(rest)


def _class(number: bool) -> str:
    return ' class="sv-number"' if number else ""


def _is_number(values: pd.Series) -> bool:
    known = [value for value in values if not words.missing(value)]
    return bool(known) and all(
        isinstance(value, int | float | Decimal) or hasattr(value, "dtype") for value in known
    )


def _cell(name: str, value: Any) -> str:
    if name.endswith("_gbp"):
        return words.money(value)
    if name.startswith("gbp_"):  # reconciliation: to the penny
        return words.pounds(value)
    if name == "share" or name.startswith(("share_", "low", "high")):
        return words.share(value)
    if words.missing(value):
        return words.NOT_KNOWN
    if isinstance(value, int | Decimal) or hasattr(value, "dtype"):
        return _number(value)
    return f"{value:,.1f}" if isinstance(value, float) else words.plain(value)


def _number(value: Any) -> str:
    exact = Decimal(str(value))
    whole = exact == exact.to_integral_value() or abs(exact) >= 100
    return f"{exact:,.0f}" if whole else f"{exact:,.1f}"


@cache
def style() -> str:
    """The style sheet of every page."""
    return (files("svlib.show") / "style.css").read_text(encoding="utf-8")


def _svg(fig: Figure) -> str:
    import matplotlib.pyplot as plt

    buffer = io.StringIO()
    settings = {"svg.fonttype": "none", "svg.hashsalt": "svlib"}
    with plt.rc_context(settings):  # type: ignore[arg-type]
        fig.savefig(buffer, format="svg", metadata={"Date": None})
    plt.close(fig)
    drawing = buffer.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r' d="[^"]+"', _hundredths, drawing)
    return _own_ids(drawing).replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _hundredths(path: re.Match[str]) -> str:
    """A path with coordinates to the hundredth of a point: a map of a country is half as long."""
    return re.sub(r"(\.\d\d)\d+", r"\1", path[0])


def _own_ids(drawing: str) -> str:
    """Ids of one picture must not meet those of another on the same page."""
    import hashlib

    mark = hashlib.sha256(drawing.encode()).hexdigest()[:8]
    drawing = re.sub(r'\bid="([^"]+)"', rf'id="{mark}-\1"', drawing)
    drawing = re.sub(r'href="#([^"]+)"', rf'href="#{mark}-\1"', drawing)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{mark}-\1)", drawing)
