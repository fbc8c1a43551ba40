"""A quarter's tables as files: CSV, Parquet, one spreadsheet, and datapackage.json about them.

The same quarter gives the same bytes: nothing here holds the time of its making.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import svlib
from svlib.opendata.declared import ALL, TITLES
from svlib.opendata.gathering import Rows, gather
from svlib.opendata.redaction import REDACTED, SMALLEST_COUNT, defused, visible
from svlib.opendata.spreadsheet import workbook
from svlib.tables import Column, Table
from svlib.view import OpenQuarter

LICENCE = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
WORKBOOK = "tables.xlsx"
PACKAGE = "datapackage.json"
_TYPES = {
    "text": "string", "money": "number", "number": "number", "date": "date",
    "flag": "boolean", "whole": "integer",
}  # fmt: skip
_MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Download:
    """One file: its name, form, bytes and hash; the table it holds, None for the spreadsheet."""

    path: str
    form: str
    size: int
    sha256: str
    table: Table | None
    rows: int


def write(q: OpenQuarter, folder: Path) -> list[Download]:
    """Write every table of the quarter into `folder` and return the files, CSV before Parquet.

    The property `status` of the package is left empty: `svlib.publish` says whether the report is
    approved, there as on its pages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = gather(q)
    made = []
    for table in ALL:
        for form, content in (("csv", _csv), ("parquet", _parquet)):
            path = folder / f"{table.name}.{form}"
            made.append(_put(path, content(table, rows[table.name]), table, len(rows[table.name])))
    book = workbook(rows, about(q))
    made.append(_put(folder / WORKBOOK, book, None, sum(map(len, rows.values()))))
    text = json.dumps(descriptor(q, made), indent=1, ensure_ascii=False)
    (folder / PACKAGE).write_text(text + "\n", encoding="utf-8", newline="\n")
    return made


def about(q: OpenQuarter) -> dict[str, str]:
    """What is said of the data wherever they go: title, authority, day, source, licence, rules."""
    own = q.parameters.open_data
    synthetic = " (synthetic data)" if q.synthetic else ""
    attribution = own.attribution or (
        f"Contains public sector information published by {q.authority} and licensed under the "
        "Open Government Licence v3.0."
    )
    said = {
        "title": f"Spend, contracts and social value: {q.authority}, {q.label}{synthetic}",
        "authority": q.authority,
        "quarter": q.label,
        "as_of": q.as_of.isoformat(),
        "source": q.parameters.source_statement or f"Payments published by {q.authority}",
        "attribution": attribution,
        "contact": own.contact,
        "withheld": f"Payments to individuals, and names the publisher withheld, say {REDACTED}; "
        "their amounts are kept, so that totals agree with the report. No postcode or address is "
        f"published. Counts of people under {SMALLEST_COUNT} are left empty.",
    }
    return {name: visible(text) for name, text in said.items()}


def descriptor(q: OpenQuarter, made: Sequence[Download]) -> dict[str, Any]:
    """The Frictionless Data Package, as https://specs.frictionlessdata.io/ describes it."""
    said = about(q)
    return {
        "status": "",
        "profile": "data-package",
        "name": f"{q.parameters.slug}-{q.quarter.slug}".lower(),
        "title": said["title"],
        "description": f"Tables of the social value report of {said['authority']} for "
        f"{said['quarter']}, as of {said['as_of']}. {said['withheld']}",
        "version": svlib.__version__,
        "synthetic": q.synthetic,
        "authority": q.parameters.slug,
        "authorityCode": q.parameters.code,
        "authorityName": said["authority"],
        "quarter": q.quarter.slug,
        "asOf": said["as_of"],
        "attribution": said["attribution"],
        "licenses": [LICENCE],
        "sources": [{"title": said["source"]}],
        "contributors": [{"title": said["authority"], "role": "publisher"}],
        "resources": [_resource(download) for download in made],
    }


def _resource(download: Download) -> dict[str, Any]:
    table = download.table
    row: dict[str, Any] = {
        "name": (table.name if table else Path(download.path).stem)
        + ("" if download.form == "csv" else f"-{download.form}"),
        "path": download.path,
        "title": TITLES[table.name] if table else "The tables as one spreadsheet",
        "format": download.form,
        "mediatype": _MEDIA[download.form],
        "bytes": download.size,
        "hash": f"sha256:{download.sha256}",
    }
    if table is None:
        return row | {"description": "Cover sheet, contents, notes and one table a sheet"}
    row |= {"description": f"One row: {table.row}", "rows": download.rows}
    if download.form != "csv":
        return row
    form = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True}
    return row | {
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "dialect": form,
        "schema": schema(table),
    }


def schema(table: Table) -> dict[str, Any]:
    """The Table Schema of one table."""
    return {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.kind],
        "description": column.meaning,
    }
    if column.unit:
        field["unit"] = column.unit
    if column.required:
        field["constraints"] = {"required": True}
    return field


def _csv(table: Table, rows: Rows) -> bytes:
    """UTF-8, as RFC 4180 has it: commas, CRLF, quotes doubled."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.names)
    writer.writerows([_printed(row[name]) for name in table.names] for row in rows)
    return text.getvalue().encode("utf-8")


def _printed(value: Any) -> str:
    if value is None:
        return ""
    return defused(value) if isinstance(value, str) else str(value)


def _parquet(table: Table, rows: Rows) -> bytes:
    """Text as it is: nothing reads a cell of Parquet as a formula."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kept = [_nothing_for_empty(row) for row in rows]
    made = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(kept, schema=table.arrow_schema()), made)
    return bytes(made.getvalue())


def _nothing_for_empty(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value == "" else value for name, value in row.items()}


def _put(path: Path, content: bytes, table: Table | None, rows: int) -> Download:
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return Download(path.name, path.suffix[1:], len(content), digest, table, rows)
