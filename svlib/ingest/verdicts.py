"""What the reader makes of files, before anything is run: read, ask or refuse, and the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from svlib import project
from svlib.errors import Fault, InputError
from svlib.ingest.payments import Reading, read_payments
from svlib.ingest.period import Period
from svlib.ingest.table import Part

_SHOWN = 10  # rows set aside that are shown with their problem
Answer = Literal["read", "ask", "refuse"]


@dataclass(frozen=True)
class Figures:
    """Of one file or one of its parts. Money in pounds, exact; None where a file was refused.

    `rows` counts rows with a number in the amount column, zeros included and totals left out;
    `set_aside_rows` the rest, of which `set_aside` shows the first with their problem. `columns`
    maps canonical columns to headers as printed.
    """

    rows: int | None = None
    amount_gbp: Decimal | None = None
    alternatives: list[tuple[str, Decimal]] = field(default_factory=list)
    negative_rows: int | None = None
    redacted_rows: int | None = None
    repeated_rows: int | None = None
    undated_rows: int | None = None
    set_aside_rows: int | None = None
    set_aside: list[dict[str, Any]] = field(default_factory=list)
    publisher_total_gbp: Decimal | None = None
    period: Period | None = None
    columns: dict[str, str] = field(default_factory=dict)
    header_row: int | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """One file. `message` says what to do when it asks or is refused; `parts` are its tables, by
    sheet or member, when there are several."""

    file: str
    verdict: Answer
    figures: Figures
    message: str = ""
    parts: list[tuple[str, Figures]] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """As `svlib check --json` prints it: money as text, dates as YYYY-MM-DD."""
        return {
            "file": self.file,
            "verdict": self.verdict,
            **_plain(self.figures),
            "message": self.message,
            "parts": [{"part": name, **_plain(figures)} for name, figures in self.parts],
        }


def judge(path: Path, columns: Mapping[str, str] | None = None) -> Verdict:
    """Read one file of payments and say what came of it. `columns` is as for `read_payments`."""
    where = project.relative(path)
    try:
        reading = read_payments(path, columns)
    except InputError as error:
        return Verdict(where, "refuse", Figures(), " ".join(map(str, error.faults)))
    except Exception as error:  # one file must not stop the list of the others
        fault = Fault(
            where,
            f"made the reader fail ({type(error).__name__}: {str(error)[:200]})",
            "This is a defect of svlib: please report it. Open the file and save it anew.",
        )
        return Verdict(where, "refuse", Figures(), str(fault))
    several = len(reading.parts) > 1
    return Verdict(
        where,
        "ask" if reading.question else "read",
        _of_reading(reading),
        f"{where}: {reading.question}." if reading.question else "",
        [(_part_name(reading, part), _of_part(part)) for part in reading.parts] if several else [],
    )


def check(
    paths: Iterable[str | Path],
    columns: Mapping[str, str] | None = None,
    progress: Callable[[str], None] = lambda file: None,
) -> pd.DataFrame:
    """Verdicts as a table: one row a file, columns as in `svlib check --json`, money as Decimal."""
    rows = []
    for path in files_in(paths):
        progress(path.name)
        verdict = judge(path, columns)
        known = {**vars(verdict), **vars(verdict.figures)}
        rows.append({name: known[name] for name in known if name not in ("figures", "parts")})
    return pd.DataFrame(rows)


def files_in(paths: Iterable[str | Path]) -> list[Path]:
    """Each file named, and every file in each folder named, in order; hidden ones left out.
    Raises InputError when there is none."""
    found: list[Path] = []
    named = list(map(Path, paths))
    for path in named:
        inside = sorted(project.listed(path).rglob("*")) if path.is_dir() else [path]
        found += [
            each for each in inside
            if each == path or (each.is_file() and not each.name.startswith((".", "~$")))
        ]  # fmt: skip
    if not found:
        where = ", ".join(map(str, named))
        raise InputError(Fault(where, "holds no file", "Name the folder the files are in."))
    return found


def _of_reading(reading: Reading) -> Figures:
    parts = [_of_part(part) for part in reading.parts]
    alternatives: dict[str, Decimal] = {}
    for name, amount in (pair for part in parts for pair in part.alternatives):
        alternatives[name] = alternatives.get(name, Decimal(0)) + amount
    return Figures(
        rows=_add(part.rows for part in parts),
        amount_gbp=reading.gbp,
        alternatives=list(alternatives.items()),
        negative_rows=_add(part.negative_rows for part in parts),
        redacted_rows=_add(part.redacted_rows for part in parts),
        repeated_rows=_add(part.repeated_rows for part in parts),
        undated_rows=_add(part.undated_rows for part in parts),
        set_aside_rows=_add(part.set_aside_rows for part in parts),
        set_aside=[row for part in parts for row in part.set_aside][:_SHOWN],
        publisher_total_gbp=reading.publisher_total_gbp,
        period=reading.period,
        columns=reading.columns,
        header_row=reading.header_row,
        warnings=reading.warnings,
    )


def _of_part(part: Part) -> Figures:
    payments = part.lines.filter(pc.equal(part.lines["problem"], ""))
    return Figures(
        rows=len(payments),
        amount_gbp=part.gbp,
        alternatives=list(part.alternatives.items()),
        negative_rows=_count(pc.less(payments["amount_gbp"], Decimal(0))),
        redacted_rows=_count(payments["redacted"]),
        repeated_rows=_count(payments["repeated"]),
        undated_rows=payments["payment_date"].null_count,
        set_aside_rows=len(part.lines) - len(payments),
        set_aside=_first_problems(part),
        publisher_total_gbp=part.publisher_total_gbp,
        period=part.period,
        columns=part.columns,
        header_row=part.header_row,
        warnings=part.warnings,
    )


def _first_problems(part: Part) -> list[dict[str, Any]]:
    aside = part.lines.filter(pc.not_equal(part.lines["problem"], ""))
    return aside.slice(0, _SHOWN).select(["sheet", "row", "problem"]).to_pylist()


def _count(flags: pa.ChunkedArray) -> int:
    return int(pc.sum(flags).as_py() or 0)


def _add(numbers: Iterable[int | None]) -> int:
    return sum(number or 0 for number in numbers)


def _part_name(reading: Reading, part: Part) -> str:
    member = part.file.removeprefix(reading.file).removeprefix(", ")
    return ", ".join(filter(None, (member, f"sheet '{part.sheet}'" if part.sheet else "")))


def _plain(figures: Figures) -> dict[str, Any]:
    period = figures.period
    return {
        **vars(figures),
        "amount_gbp": _text(figures.amount_gbp),
        "publisher_total_gbp": _text(figures.publisher_total_gbp),
        "alternatives": [
            {"column": name, "amount_gbp": _text(amount)} for name, amount in figures.alternatives
        ],
        "period": period
        and {
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
            "basis": period.basis,
        },
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
