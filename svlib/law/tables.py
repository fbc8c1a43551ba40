"""What the law tables in data/reference/law/ say on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from svlib import project
from svlib.law.reading import CONFIDENCES, KINDS, Row, by_kind, read, read_changes

NOT_COVERED = "not covered by the tables"


@dataclass(frozen=True)
class NotCovered:
    """No row holds on that day: an answer of its own, neither an error nor the nearest row."""

    table: str
    kind: tuple[str, ...]
    on: date

    confidence = ""
    source = ""

    def __str__(self) -> str:
        return NOT_COVERED

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True)
class Held:
    """One table, read and checked."""

    table: str
    rows: tuple[Row, ...]

    @cached_property
    def by_kind(self) -> dict[tuple[str, ...], list[Row]]:
        return by_kind(self.rows)

    def on(self, kind: tuple[str, ...], day: date) -> Row | NotCovered:
        """The row of that kind that holds on a day."""
        found = (row for row in self.by_kind.get(kind, ()) if row.holds(day))
        return next(found, NotCovered(self.table, kind, day))

    def own_or_any(self, kind: tuple[str, str], day: date) -> Row | NotCovered:
        """As `on`; where the table has no row of that kind at all, the row for `any` holds."""
        return self.on(kind if kind in self.by_kind else (kind[0], "any"), day)


def held(table: str) -> Held:
    """A table of data/reference/law/, by the name of its file. Raises ParameterError with every
    fault found, a gap or an overlap of dates among them."""
    path = project.reference("law") / f"{table}.csv"
    return _read_as_it_stands(path, table, path.stat().st_mtime_ns if path.is_file() else 0)


def rows(table: str) -> tuple[Row, ...]:
    """All rows of a table, as `held` reads it."""
    return held(table).rows


def look_up(table: str, kind: tuple[str, ...], on: date) -> Row | NotCovered:
    """The row of that kind that holds on a day."""
    return held(table).on(kind, on)


def kinds(table: str, column: int = 0) -> list[str]:
    """What stands in one column of the kind, in the table's order."""
    return list(dict.fromkeys(row.kind[column] for row in rows(table)))


def boundaries(*tables: str) -> list[date]:
    """Days from which these tables say something else, earliest first; between two of them they
    say the same."""
    found = {row.begins for table in tables for row in rows(table)}
    ends = {row.ends for table in tables for row in rows(table) if row.ends is not None}
    return sorted(found | {day + timedelta(days=1) for day in ends})


def changes(since: date = date.min, until: date = date.max) -> pd.DataFrame:
    """One row a change of the law that took or takes effect in the days given, earliest first:
    `from`, `what`, `source`, `url`, `confidence`, `note`. Raises ParameterError for a bad cell."""
    every = read_changes(project.reference("law") / "changes.csv")
    found = [row for row in every if since <= row["from"] <= until]
    return pd.DataFrame(found, columns=["from", "what", "source", "url", "confidence", "note"])


def checked_on() -> date:
    """The day on or after which every row was checked against its source: printed with what rests
    on the tables."""
    return min(row.checked_on for table in KINDS for row in rows(table))


def least_sure(*found: Row | NotCovered) -> str:
    """The weakest confidence among rows; empty for none."""
    given = [row.confidence for row in found if row.confidence]
    return max(given, key=CONFIDENCES.index, default="")


@lru_cache(maxsize=32)
def _read_as_it_stands(path: Path, table: str, _changed: int) -> Held:
    return Held(table, read(path, table))
