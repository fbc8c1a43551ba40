"""What a run would read, accept and refuse, shown before it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from svlib import parameters as parameter_files
from svlib import project, sample
from svlib.errors import Fault, InputError, SvlibError
from svlib.ingest import Verdict, files_in, judge
from svlib.parameters import Parameters
from svlib.run import check_inputs
from svlib.show import pounds
from svlib.store import open_store, source_files
from svlib.view import OpenQuarter

_COUNTS = ("accepted", "excluded", "set_aside")


def check_paths(paths: Sequence[Path], as_json: bool) -> int:
    """Print what the reader makes of files and folders of payments, as a table or as JSON.

    Returns the exit code: 0 when every file was read, 1 when any was refused, 3 when any asks.
    """
    verdicts = [judge(path) for path in _watched(files_in(paths), as_json)]
    _print(verdicts, as_json, "Payments files")
    answers = {verdict.verdict for verdict in verdicts}
    return 1 if "refuse" in answers else 3 if "ask" in answers else 0


def check_quarter(quarter_file: Path, settings: Mapping[str, str], as_json: bool = False) -> None:
    """Print a table of every payments file, where the quarter's rows and pounds end, and each
    fault. Raises InputError with all faults when a run would be refused."""
    parameters = parameter_files.load(quarter_file, settings)
    if parameters.slug == "sample":
        sample.ensure()
    source = parameters.sources.payments
    paths = _watched(source_files(source, "payments"), as_json)
    verdicts = [judge(path, source.columns) for path in paths]
    _print(verdicts, as_json, f"Payments files in {project.relative(source.path)}")
    faults = [
        Fault(verdict.file, verdict.message.removeprefix(f"{verdict.file}: "), "")
        for verdict in verdicts
        if verdict.verdict != "read"
    ]
    if not faults:
        faults = _show_quarter(_console(as_json), parameters)
    if faults:
        raise InputError(faults)
    _console(as_json).print(
        f"{parameters.name}, {parameters.quarter.label}: a run would go through."
    )


def show_lines(lines: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print lines of payments as a table."""
    table = Table(*columns)
    for line in lines:
        table.add_row(*("" if line[name] is None else str(line[name]) for name in columns))
    _console(False).print(table)


def _console(as_json: bool) -> Console:
    """With JSON on standard output, what people read goes to standard error."""
    stream = sys.stderr if as_json else sys.stdout
    width = None if stream.isatty() else 180
    return Console(file=stream, soft_wrap=True, highlight=False, width=width)


def _watched(paths: Sequence[Path], as_json: bool) -> Iterable[Path]:
    """The same paths, with a bar on standard error while they are worked through."""
    return track(paths, "Reading", console=Console(stderr=True), transient=True, disable=as_json)


def _print(verdicts: list[Verdict], as_json: bool, title: str) -> None:
    if as_json:
        plain = [verdict.plain() for verdict in verdicts]
        print(json.dumps(plain, ensure_ascii=False, indent=1))
        return
    console = _console(as_json)
    table = Table("file", "verdict", "months", "rows", "pounds", "withheld", "set aside",
                  "printed total", title=title)  # fmt: skip
    for verdict in verdicts:
        table.add_row(Path(verdict.file).name, *_row(verdict))
    console.print(table)
    for verdict in verdicts:
        _say_more(console, verdict)


def _row(verdict: Verdict) -> list[str]:
    figures = verdict.figures
    if verdict.verdict == "refuse":
        return ["refused"]
    months = figures.period.months if figures.period else ("not known",)
    total = figures.publisher_total_gbp
    answer = "asks" if verdict.verdict == "ask" else "read"
    return [
        answer + (" with warnings" if figures.warnings else ""),
        months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}",
        f"{figures.rows:,}",
        pounds(figures.amount_gbp or Decimal(0)),
        f"{figures.redacted_rows:,}",
        f"{figures.set_aside_rows:,}",
        "none printed" if total is None else pounds(total),
    ]


def _say_more(console: Console, verdict: Verdict) -> None:
    if verdict.message:
        console.print(verdict.message, markup=False)
        if verdict.verdict == "refuse":
            return
    figures, name = verdict.figures, Path(verdict.file).name
    columns = ", ".join(f"{column}: {header}" for column, header in figures.columns.items())
    console.print(f"{name} reads {columns}", markup=False)
    for header, amount in figures.alternatives:
        console.print(f"{name}: '{header}' would give {pounds(amount)}", markup=False)
    for row in figures.set_aside:
        sheet = f"sheet '{row['sheet']}', " if row["sheet"] else ""
        console.print(f"{name}: {sheet}row {row['row']:,}: {row['problem']}", markup=False)
    for warning in figures.warnings:
        console.print(f"{name}: warning: {warning}", markup=False)


def _show_quarter(console: Console, parameters: Parameters) -> list[Fault]:
    try:
        q = OpenQuarter(parameters, open_store(parameters))
        check_inputs(q)
    except SvlibError as error:
        return error.faults
    table = Table("file", *(f"{where} {name.replace('_', ' ')}" for name in _COUNTS
                            for where in ("rows", "pounds")),
                  title=f"Where each row of {parameters.quarter.label} ends")  # fmt: skip
    for row in q.reconciliation.to_dict("records"):
        table.add_row(Path(row["file"]).name, *_ended(row))
    console.print(table)
    for warning in q.warnings:
        console.print(f"Warning: {warning}", markup=False)
    _show_forms(console, q)
    return []


def _ended(row: Mapping[str, Any]) -> list[str]:
    cells = []
    for name in _COUNTS:
        cells += [f"{row[f'rows_{name}']:,}", pounds(row[f"gbp_{name}"])]
    return cells


def _show_forms(console: Console, q: OpenQuarter) -> None:
    named = q.parameters.sources.contracts is not None
    missing = "no file named under sources.contracts in authority.yaml"
    console.print(f"contracts: {f'{len(q.contracts):,} rows' if named else missing}")
    for name in ("commitments", "deliveries"):
        console.print(f"{name}: {len(getattr(q, name)):,} in the ledger")
