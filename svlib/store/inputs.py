"""The files of an authority: found, read once, and put in their quarters."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from svlib import project
from svlib.errors import Fault, InputError
from svlib.ingest import Period, Reading, read_payments
from svlib.parameters import Parameters, Source
from svlib.quarter import Quarter, month_label

Progress = Callable[[str], None]
_PACKAGE = Path(__file__).parents[1]


def quiet(message: str) -> None:
    """Progress for those who do not want any."""


def source_files(source: Source, kind: str) -> list[Path]:
    """Files a source names, in order of path; InputError when the folder or all files lack."""
    where = project.relative(source.path)
    if not source.path.is_dir():
        raise InputError(
            Fault(where, "there is no such folder", f"Create it, or mend sources.{kind}.folder.")
        )
    found = {path for pattern in source.files for path in source.path.glob(pattern)}
    kept = sorted(
        path for path in found if path.is_file() and not path.name.startswith(("~$", "."))
    )
    if not kept:
        raise InputError(
            Fault(
                where,
                f"no file matches {', '.join(source.files)}",
                f"Put the files there, or mend sources.{kind}.files.",
            )
        )
    return kept


def source_file(source: Source | None, kind: str) -> Path | None:
    """The one file of a source; None when the authority has no such source."""
    if source is None:
        return None
    files = source_files(source, kind)
    if len(files) > 1:
        raise InputError(
            Fault(
                project.relative(source.path),
                f"{len(files)} files match for {kind}: {', '.join(path.name for path in files)}",
                f"Name one in sources.{kind}.files.",
            )
        )
    return files[0]


def read_all(source: Source, progress: Progress = quiet) -> list[Reading]:
    """Every payments file of a source, read or recalled; InputError lists all faults."""
    readings, faults = [], []
    for path in source_files(source, "payments"):
        try:
            readings.append(_cached(path, source, progress))
        except InputError as error:
            faults += error.faults
    faults += [_no_period(reading) for reading in readings if reading.period is None]
    if faults:
        raise InputError(faults)
    return _once_a_month(readings)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def coverage(
    readings: Iterable[Reading],
) -> tuple[tuple[Quarter, ...], dict[str, tuple[str, ...]]]:
    """The quarters covered, in order, and for each the months without a file."""
    present: dict[Quarter, set[str]] = {}
    for reading in readings:
        period = period_of(reading)
        present.setdefault(period.quarter, set()).update(period.months)
    missing = {
        quarter.slug: tuple(month for month in quarter.months if month not in months)
        for quarter, months in sorted(present.items())
    }
    return tuple(sorted(present)), missing


def check_quarter(parameters: Parameters, readings: list[Reading]) -> None:
    """InputError when the quarter has no file, or lacks a month that was not accepted."""
    quarters, missing = coverage(readings)
    quarter = parameters.quarter
    where = project.relative(parameters.sources.payments.path)
    if quarter not in quarters:
        held = ", ".join(held.label for held in quarters) or "none"
        raise InputError(
            Fault(where, f"no file for {quarter.label}; quarters found: {held}", "Add its files.")
        )
    lacking = sorted(set(missing[quarter.slug]) - set(parameters.accept_missing_months))
    if lacking:
        raise InputError(
            Fault(
                where,
                f"{quarter.label} has no file for {' and '.join(map(month_label, lacking))}",
                "Add it, or accept a report that says so: put "
                f"`accept_missing_months: [{', '.join(lacking)}]` in the quarter's file.",
            )
        )


def period_of(reading: Reading) -> Period:
    """The period of a reading that `read_all` has let through."""
    if reading.period is None:
        raise ValueError(f"{reading.file} has no period")
    return reading.period


def files_used(readings: list[Reading], parameters: Parameters) -> list[Reading]:
    """The quarter's files and those of the quarters before it that the report looks back on."""
    check_quarter(parameters, readings)
    first = parameters.quarter + (1 - parameters.report.history)
    wanted = [
        reading for reading in readings if first <= period_of(reading).quarter <= parameters.quarter
    ]
    return sorted(wanted, key=lambda reading: (period_of(reading).months, reading.file))


def _cached(path: Path, source: Source, progress: Progress) -> Reading:
    told = json.dumps(source.columns, sort_keys=True)
    name = hash_of([sha256(path), path.name, told, code_hash("ingest", "tables.py")])
    stem = project.store() / "readings" / name
    facts, lines = stem.with_suffix(".json"), stem.with_suffix(".parquet")
    if not (facts.exists() and lines.exists()):
        progress(f"reading {path.name}")
        _keep(read_payments(path, source.columns), facts, lines)
    return _recall(facts, lines, project.relative(path))


def _keep(reading: Reading, facts: Path, lines: Path) -> None:
    facts.parent.mkdir(parents=True, exist_ok=True)
    mark = f".{os.getpid()}.part"
    pq.write_table(reading.lines, f"{lines}{mark}")
    Path(f"{lines}{mark}").replace(lines)
    known = {key: value for key, value in vars(reading).items() if key != "lines"}
    known["period"] = asdict(reading.period) if reading.period else None
    Path(f"{facts}{mark}").write_text(json.dumps(known, default=str), encoding="utf-8")
    Path(f"{facts}{mark}").replace(facts)


def _recall(facts: Path, lines: Path, file: str) -> Reading:
    known = json.loads(facts.read_text(encoding="utf-8"))
    period = known["period"]
    known["period"] = Period(tuple(period["months"]), period["basis"]) if period else None
    total = known["publisher_total_gbp"]
    known["publisher_total_gbp"] = None if total is None else pa.scalar(total).cast(
        pa.decimal128(18, 2)
    ).as_py()  # fmt: skip
    table = pq.read_table(lines)
    here = table.schema.get_field_index("file")
    table = table.set_column(here, "file", pa.array([file] * len(table), pa.string()))
    return Reading(**{**known, "file": file, "lines": table})


def _no_period(reading: Reading) -> Fault:
    return Fault(
        reading.file,
        "neither its name, its sheets nor its dates say which month it covers",
        "Put month and year in its name, e.g. payments-2026-07.csv.",
    )


def _once_a_month(readings: list[Reading]) -> list[Reading]:
    """Refuse two files for one month; a second copy of the same bytes is used once, and says so."""
    kept: dict[str, Reading] = {}
    by_month: dict[str, Reading] = {}
    faults = []
    for reading in readings:
        if reading.sha256 in kept:
            first = kept[reading.sha256]
            first.warnings.append(f"{reading.file} is the same file again and was not used")
            continue
        kept[reading.sha256] = reading
        for month in period_of(reading).months:
            if month in by_month:
                faults.append(_two_files(month, by_month[month], reading))
            by_month[month] = reading
    if faults:
        raise InputError(faults)
    return list(kept.values())


def _two_files(month: str, first: Reading, second: Reading) -> Fault:
    return Fault(
        second.file,
        f"covers {month_label(month)}, as {first.file} does, with other content",
        "Keep the one that counts, or put the month it covers in the other's name.",
    )


def hash_of(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@cache
def code_hash(*names: str) -> str:
    """Hash of the code and tables that decide how a file is read."""
    sources = [_PACKAGE / name for name in names if name.endswith(".py")]
    for name in names:
        sources += sorted((_PACKAGE / name).glob("*.py"))
    sources.append(project.reference("column_names.csv"))
    return hash_of(sha256(path) for path in sources)
