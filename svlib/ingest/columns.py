"""Which row is the header, and which column is which: by its name, then by what stands in it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from svlib import project
from svlib.ingest import cells
from svlib.ingest.grid import Row
from svlib.tables import Table

HEADER_WITHIN = 100  # rows; the deepest real preamble seen is 9 rows
_CLEARLY = 6  # columns named, whole names twice: so clear a header that few rows more are tried
_BEYOND = 5  # rows
_LONGEST_HEADER = 90  # characters; what is longer is prose


@dataclass(frozen=True)
class Name:
    """One line of data/reference/column_names.csv: what headers a canonical column goes by.

    `rule` is `is` (the whole header), `has` (all these words are in it) or `not` (none of these
    words may be in it, for a `has` to count). `sense` tells amounts apart: net, line, document,
    gross or vat. `rank` is the line's place among its column's, best first.
    """

    column: str
    sense: str
    rule: str
    header: str
    rank: int


@dataclass(frozen=True)
class Match:
    """A header recognised as a canonical column; `exact` when by its whole text."""

    column: str
    sense: str
    exact: bool
    rank: int


@dataclass(frozen=True)
class Header:
    """Where the header stands (row counted from 1) and what each canonical column is called."""

    row: int
    positions: dict[str, int]
    printed: dict[str, str]


@lru_cache(maxsize=4_096)
def plain(header: str) -> str:
    """Header text without case, punctuation, currency signs or numbering: "1. YEAR" is "year",
    "SupplierName" is "supplier name", and "Account(T)", the text beside a code, is "account"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header.replace("_", " "))
    bare = re.sub(r"^\s*\d+\s*[.)]\s*", "", spaced.casefold())
    beside = bare.rstrip().endswith("(t)")
    words = re.sub(r"[^a-z0-9]+", " ", bare.rstrip()[:-3] if beside else bare).split()
    if beside and len(words) > 1 and words[-1] in ("id", "code", "no", "number", "ref"):
        words.pop()
    return " ".join(words)


@cache
def vocabulary(table: str) -> tuple[Name, ...]:
    """The lines of data/reference/column_names.csv for one table."""
    with project.reference("column_names.csv").open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["table"] == table]
    return tuple(
        Name(line["column"], line["sense"], line["rule"], line["header"], rank)
        for rank, line in enumerate(lines)
    )


@cache
def _whole(table: str) -> dict[str, list[Name]]:
    """Whole headers to the columns they name."""
    found: dict[str, list[Name]] = {}
    for name in vocabulary(table):
        if name.rule == "is":
            found.setdefault(name.header, []).append(name)
    return found


@cache
def _words(table: str, rule: str) -> list[tuple[frozenset[str], Name]]:
    return [
        (frozenset(name.header.split()), name) for name in vocabulary(table) if name.rule == rule
    ]


@cache
def recognise(header: str, table: str) -> tuple[Match, ...]:
    """What canonical columns a header may be, by its plain text; whole names before words."""
    found: dict[str, Match] = {}
    for name in _whole(table).get(header, []):
        found.setdefault(name.column, Match(name.column, name.sense, True, name.rank))
    words = set(header.split())
    barred = {name.column for wanted, name in _words(table, "not") if wanted <= words}
    for wanted, name in _words(table, "has"):
        if wanted <= words and name.column not in barred:
            found.setdefault(name.column, Match(name.column, name.sense, False, name.rank))
    return tuple(found.values())


def marks(texts: Iterable[str], table: str, column: str) -> int:
    """How many headers, as plain text, are lines of the vocabulary for a table's column."""
    known = {name.header for name in vocabulary(table) if name.column == column}
    return sum(text in known for text in texts)


def header_texts(row: Row) -> list[str]:
    """The plain text of each cell of a row that may be a header; prose and numbers are blank."""
    return [plain(text) if len(text := cells.text(cell)) <= _LONGEST_HEADER else "" for cell in row]


def header_rows(rows: Sequence[Row], table: str, told: Iterable[str] = ()) -> list[int]:
    """Places in `rows` of those that look like headers, the likeliest first: how many of the
    headers `told` they hold, how many canonical columns they name, whole names before words,
    earlier before later."""
    ranked: list[tuple[int, int]] = []
    believed = set(map(plain, told))
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        texts = [text for text in header_texts(row) if text]
        matches = [recognise(text, table) for text in texts]
        exact = {match.column for found in matches for match in found if match.exact}
        named = {match.column for found in matches for match in found}
        heard = believed.intersection(texts)
        if len(texts) >= 2 and (named or heard):
            ranked.append((-len(named) - len(exact) - 100 * len(heard), at))
        if ranked and at > _BEYOND + min(ranked)[1] and -min(ranked)[0] >= _CLEARLY:
            break
    return [at for _, at in sorted(ranked)]


def told_position(told: str, printed: Sequence[str]) -> int | None:
    """The column a person named: by its header, or as `column F` where headers repeat or lack."""
    lettered = re.fullmatch(r"column ([A-Za-z]{1,3})", told.strip())
    exactly = [at for at, text in enumerate(printed) if text == cells.text(told)]
    alike = [at for at, text in enumerate(printed) if plain(text) == plain(told)]
    if lettered and not exactly:
        at = 0
        for character in lettered[1].upper():
            at = at * 26 + ord(character) - 64
        return at - 1
    return next(iter([*exactly, *alike]), None)


def letter(at: int) -> str:
    """A column as a spreadsheet names it: 0 is A, 26 is AA."""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


# --- forms: the council's own tables, whose headers are known ------------------------------------


def find_header(rows: Iterable[Row], table: Table, told: Mapping[str, str]) -> Header | None:
    """The row that names most of the table's columns, all required ones among them.

    `told` maps canonical columns to headers as printed and is believed before anything else.
    """
    required = {column.name for column in table.columns if column.required}
    best: Header | None = None
    for number, row in enumerate(rows, start=1):
        if number > HEADER_WITHIN:
            break
        positions = _positions(row, table, told)
        if required <= positions.keys() and (best is None or len(positions) > len(best.positions)):
            printed = {name: cells.text(row[at]) for name, at in positions.items()}
            best = Header(number, positions, printed)
    return best


def _positions(row: Row, table: Table, told: Mapping[str, str]) -> dict[str, int]:
    here: dict[str, int] = {}
    for at, text in enumerate(header_texts(row)):
        here.setdefault(text, at)
    here.pop("", None)
    if len(here) < 2:
        return {}
    positions = {
        name: here[plain(header)] for name, header in told.items() if plain(header) in here
    }
    known = {name: [plain(name)] for name in table.names}
    for line in vocabulary(table.name):
        known[line.column].append(line.header)
    for name, headers in known.items():
        taken = set(positions.values())
        found = [here[text] for text in headers if text in here and here[text] not in taken]
        if name not in positions and found:
            positions[name] = found[0]
    return positions
