"""The files of an authority: found, read once, and put in their quarters."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from svlib import project
from svlib.errors import Fault, InputError
from svlib.ingest import Part, Period, Reading, read_payments
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
    found = {path for pattern in source.files for path in project.listed(source.path).glob(pattern)}
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


def directory_file(parameters: Parameters) -> Path | None:
    """The supplier directory: the file sources.suppliers names, or suppliers.csv in the
    authority's parameter folder; None when there is none yet."""
    if parameters.sources.suppliers is not None:
        return source_file(parameters.sources.suppliers, "suppliers")
    usual = usual_directory(parameters)
    return usual if usual.is_file() else None


def usual_directory(parameters: Parameters) -> Path:
    """Where an authority's directory lies unless sources.suppliers says otherwise."""
    return project.root() / "parameters" / parameters.slug / "suppliers.csv"


def plan_file(parameters: Parameters) -> Path:
    """Where an authority's plan for its social value practice lies, once there is one."""
    return project.root() / "parameters" / parameters.slug / "plan.csv"


def rules_file(parameters: Parameters) -> Path | None:
    """The rules that say what was bought: the file sources.categories names, or categories.csv in
    the authority's parameter folder; None when there is none yet. InputError when it is missing."""
    named = parameters.sources.categories
    if named is None:
        usual = usual_directory(parameters).with_name("categories.csv")
        return usual if usual.is_file() else None
    path = project.resolve(named)
    if not path.is_file():
        raise InputError(
            Fault(project.relative(path), "no such file", "Write it, or mend sources.categories.")
        )
    return path


def read_all(source: Source, progress: Progress = quiet) -> list[Part]:
    """Every table of every payments file of a source, read or recalled; InputError lists all
    faults, questions that a person has to settle among them."""
    found, faults = [], []
    for path in source_files(source, "payments"):
        try:
            found += _cached(path, source, progress)
        except InputError as error:
            faults += error.faults
    faults += [_no_period(part) for part in found if part.period is None]
    faults += [_question(part) for part in found if part.question]
    if faults:
        raise InputError(faults)
    return _once_a_month(found)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def coverage(
    parts: Iterable[Part],
) -> tuple[tuple[Quarter, ...], dict[str, tuple[str, ...]]]:
    """The quarters covered, in order, and for each the months without a file."""
    present: dict[Quarter, set[str]] = {}
    for part in parts:
        for month in period_of(part).months:
            quarter = Quarter.of(date.fromisoformat(f"{month}-01"))
            present.setdefault(quarter, set()).add(month)
    missing = {
        quarter.slug: tuple(month for month in quarter.months if month not in months)
        for quarter, months in sorted(present.items())
    }
    return tuple(sorted(present)), missing


def check_quarter(parameters: Parameters, parts: list[Part]) -> None:
    """InputError when the quarter has no file, or lacks a month that was not accepted."""
    quarters, missing = coverage(parts)
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


def period_of(part: Part) -> Period:
    """The period of a table that `read_all` has let through."""
    if part.period is None:
        raise ValueError(f"{part.file} has no period")
    return part.period


def files_used(parts: list[Part], parameters: Parameters) -> list[Part]:
    """The quarter's tables, those of the quarters before it that the report looks back on, and
    where payments count by date, those published since, up to the as-of date: late data."""
    check_quarter(parameters, parts)
    first = parameters.quarter + (1 - parameters.report.history)
    last = parameters.quarter

    def wanted(period: Period) -> bool:
        late = parameters.quarter_by == "payment_date" and period.end <= parameters.as_of
        return any(first <= quarter and (late or quarter <= last) for quarter in period.quarters)

    used = [part for part in parts if wanted(period_of(part))]
    return sorted(used, key=lambda part: (period_of(part).months, part.file, part.sheet))


def _cached(path: Path, source: Source, progress: Progress) -> list[Part]:
    told = json.dumps(source.columns, sort_keys=True)
    name = hash_of([sha256(path), path.name, told, code_hash("ingest", "tables.py")])
    folder = project.store() / "readings" / name
    if not folder.exists():
        progress(f"reading {path.name}")
        _keep(read_payments(path, source.columns), folder)
    return _recall(folder, project.relative(path))


def _keep(reading: Reading, folder: Path) -> None:
    mark = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    mark.mkdir(parents=True, exist_ok=True)
    facts = []
    for number, part in enumerate(reading.parts):
        pq.write_table(part.lines, mark / f"{number}.parquet")
        known = {key: value for key, value in vars(part).items() if key != "lines"}
        known["period"] = asdict(part.period) if part.period else None
        known["file"] = part.file.removeprefix(reading.file)
        facts.append(known)
    if facts:
        facts[0]["warnings"] = list(dict.fromkeys([*reading.notes, *facts[0]["warnings"]]))
    (mark / "facts.json").write_text(json.dumps(facts, default=str), encoding="utf-8")
    try:
        mark.replace(folder)
    except OSError:
        shutil.rmtree(mark, ignore_errors=True)
        if not folder.exists():  # else another process read the same file first
            raise


def _recall(folder: Path, file: str) -> list[Part]:
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    return [
        _recalled(known, pq.read_table(folder / f"{number}.parquet"), file)
        for number, known in enumerate(facts)
    ]


def _recalled(known: dict[str, Any], lines: pa.Table, file: str) -> Part:
    where = file + known["file"]
    period = known["period"]
    here = lines.schema.get_field_index("file")
    total = known["publisher_total_gbp"]
    return Part(
        **{
            **known,
            "file": where,
            "lines": lines.set_column(here, "file", pa.repeat(where, len(lines))),
            "period": Period(tuple(period["months"]), period["basis"]) if period else None,
            "gbp": Decimal(known["gbp"]),
            "rounding_gbp": Decimal(known["rounding_gbp"]),
            "publisher_total_gbp": None if total is None else Decimal(total),
            "alternatives": {name: Decimal(sum_) for name, sum_ in known["alternatives"].items()},
        }
    )


def _question(part: Part) -> Fault:
    return Fault(part.file, part.question, "Then run again.")


def _no_period(part: Part) -> Fault:
    return Fault(
        part.file,
        "neither its name, its sheets nor its dates say which month it covers",
        "Put month and year in its name, e.g. payments-2026-07.csv.",
    )


def _once_a_month(parts: list[Part]) -> list[Part]:
    """Refuse two files for one month; a second copy of the same bytes is used once, and says so.
    Sheets of one workbook may share a month."""
    kept: dict[tuple[str, str], Part] = {}
    by_month: dict[str, Part] = {}
    faults: dict[str, Fault] = {}
    for part in parts:
        same = kept.get((part.sha256, part.sheet))
        if same is not None:
            same.warnings.append(f"{part.file} is the same file again and was not used")
            continue
        kept[part.sha256, part.sheet] = part
        for month in period_of(part).months:
            other = by_month.setdefault(month, part)
            if other.file != part.file:
                faults.setdefault(part.file, _two_files(month, other, part))
    if faults:
        raise InputError(list(faults.values()))
    return list(kept.values())


def _two_files(month: str, first: Part, second: Part) -> Fault:
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
    tables = ("column_names.csv", "name_words.csv", "supplier_classes.csv", "register_facts.csv",
              "sic_sections.csv", "match_model.json", "categories.csv")  # fmt: skip
    sources += [project.reference(name) for name in tables]
    return hash_of(sha256(path) for path in sources)
