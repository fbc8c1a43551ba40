"""Which row is the header, and which column is which."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from svlib import project
from svlib.errors import Fault, InputError
from svlib.ingest import cells
from svlib.ingest.grid import Grid, Row
from svlib.tables import Table

_HEADER_WITHIN = 60  # rows; the deepest real preamble seen is 9 rows


@dataclass(frozen=True)
class Header:
    """Where the header stands (row counted from 1) and what each canonical column is called."""

    row: int
    positions: dict[str, int]
    printed: dict[str, str]


def plain(header: str) -> str:
    """Header text without case, punctuation, currency signs or numbering: "1. YEAR" is "year"."""
    bare = re.sub(r"^\s*\d+\s*[.)]\s*", "", header.casefold().replace("_", " "))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())


@cache
def known_names(table: Table) -> dict[str, list[str]]:
    """Canonical column to the header texts it goes by, best first: its own name and those in
    data/reference/column_names.csv."""
    names = {name: [plain(name)] for name in table.names}
    with project.reference("column_names.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["table"] == table.name:
                names[line["column"]].append(line["header"])
    return names


def find_header(grid: Grid, table: Table, told: Mapping[str, str]) -> Header | None:
    """The row that names most of the table's columns, all required ones among them.

    `told` maps canonical columns to headers as printed and is believed before anything else.
    """
    required = {column.name for column in table.columns if column.required}
    best: Header | None = None
    for number, row in enumerate(grid.rows[:_HEADER_WITHIN], start=1):
        positions = _positions(row, table, told)
        if required <= positions.keys() and (best is None or len(positions) > len(best.positions)):
            printed = {name: cells.text(row[at]) for name, at in positions.items()}
            best = Header(number, positions, printed)
    return best


def no_header(where: str, grids: list[Grid]) -> InputError:
    """What was found instead of a payments table, and what to do."""
    first = next((row for grid in grids for row in grid.rows if any(map(cells.text, row))), [])
    seen = ", ".join(filter(None, map(cells.text, first)))[:120]
    return InputError(
        Fault(
            where,
            f"no row names both a supplier and an amount; the first row reads '{seen}'",
            "If it is a payments file, name its headers under sources.payments.columns, "
            "e.g. {supplier: Vendor, amount_gbp: Actual Value}.",
        )
    )


def _positions(row: Row, table: Table, told: Mapping[str, str]) -> dict[str, int]:
    here: dict[str, int] = {}
    for at, cell in enumerate(row):
        here.setdefault(plain(cells.text(cell)), at)
    here.pop("", None)
    if len(here) < 2:
        return {}
    positions = {
        name: here[plain(header)] for name, header in told.items() if plain(header) in here
    }
    for name, headers in known_names(table).items():
        taken = set(positions.values())
        found = [here[text] for text in headers if text in here and here[text] not in taken]
        if name not in positions and found:
            positions[name] = found[0]
    return positions
