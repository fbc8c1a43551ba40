"""The page of downloads: what there is, how large, and what each column means."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd

from svlib.opendata.declared import ALL, TITLES
from svlib.opendata.package import LICENCE, PACKAGE, WORKBOOK, Download, about
from svlib.show import banner, table
from svlib.tables import Table
from svlib.view import OpenQuarter

_COLUMNS = {"column": "Column", "meaning": "Meaning", "unit": "Unit", "type": "Type"}
_FORMS = {"csv": "CSV", "parquet": "Parquet"}
_KINDS = {
    "text": "text", "money": "pounds and pence", "number": "number", "date": "date, YYYY-MM-DD",
    "flag": "true or false", "whole": "whole number",
}  # fmt: skip


def page(q: OpenQuarter, made: Sequence[Download], folder: str) -> str:
    """What stands in the main part of data.html; `folder` is where the files lie beside it."""
    said = about(q)
    book = next(download for download in made if download.path == WORKBOOK)
    contact = (
        f"<p>Questions about the data: {escape(said['contact'])}</p>" if said["contact"] else ""
    )
    return "".join(
        [
            f"<h1>Open data, {escape(q.label)}</h1>",
            str(banner(q).data),
            '<div class="prose">',
            "<p>The tables behind this report, to use as you like under the "
            f'<a href="{escape(LICENCE["path"])}">{escape(LICENCE["title"])}</a>. Please say: '
            f"{escape(said['attribution'])}</p>",
            f"<p>{escape(said['withheld'])}</p>",
            contact,
            "</div>",
            "<h2>Downloads</h2>",
            '<div class="prose">'
            f"<p>{_link(folder, book.path, 'The tables as one spreadsheet')} "
            f"(XLSX, {size(book.size)}), with cover sheet, contents and notes. "
            f"{_link(folder, PACKAGE, 'datapackage.json')} describes every file to a program: "
            "columns, types, keys, licence, hashes.</p></div>",
            _downloads(made, folder),
            "<h2>What each column means</h2>",
            *(_dictionary(one) for one in ALL),
        ]
    )


def size(many: int) -> str:
    """Bytes as people read them."""
    if many < 1_000:
        return f"{many} bytes"
    return f"{many / 1_000:,.0f} kB" if many < 1_000_000 else f"{many / 1_000_000:,.1f} MB"


def _downloads(made: Sequence[Download], folder: str) -> str:
    rows = []
    for one in ALL:
        files = [download for download in made if download.table is one]
        cells = "".join(
            f"<td>{_link(folder, file.path, _FORMS[file.form], TITLES[one.name])}, "
            f"{size(file.size)}</td>"
            for file in files
        )
        rows.append(
            f'<tr><th scope="row">{escape(TITLES[one.name])}</th>'
            f'<td class="sv-number">{files[0].rows:,}</td>{cells}</tr>'
        )
    heads = "".join(
        f'<th scope="col"{kind}>{text}</th>'
        for text, kind in (
            ("Table", ""), ("Rows", ' class="sv-number"'), ("CSV", ""), ("Parquet", ""),
        )
    )  # fmt: skip
    caption = "Each table as CSV and as Parquet"
    return (
        f'<div class="sv sv-scroll" role="region" tabindex="0" aria-label="{caption}">'
        f'<table class="sv-table"><caption><span class="sv-caption">{caption}</span></caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _link(folder: str, path: str, text: str, of: str = "") -> str:
    """A link whose words alone say where it leads, for those who hear them out of place."""
    more = f'<span class="unseen"> of {escape(of.lower())}</span>' if of else ""
    return f'<a href="{escape(folder)}/{escape(path)}">{escape(text)}{more}</a>'


def _dictionary(one: Table) -> str:
    rows = pd.DataFrame(
        [
            {
                "column": column.name,
                "meaning": column.meaning + (" (key)" if column.name in one.key else ""),
                "unit": column.unit or "none",
                "type": _KINDS[column.kind],
            }
            for column in one.columns
        ]
    )
    title = TITLES[one.name]
    return (
        f"<h3>{escape(title)}</h3><p>One row: {escape(one.row)}.</p>"
        f'<details class="sv"><summary>Columns of {escape(title.lower())}</summary>'
        f"{table(rows, f'Columns of {title.lower()}', _COLUMNS).data}</details>"
    )
