"""What a run would read, accept and refuse, shown before it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from svlib import parameters as parameter_files
from svlib import project, sample
from svlib.errors import Fault, InputError, SvlibError
from svlib.ingest import Reading, read_payments
from svlib.parameters import Parameters
from svlib.run import check_inputs
from svlib.show import pounds
from svlib.store import open_store, source_files
from svlib.view import OpenQuarter

_COUNTS = ("accepted", "excluded", "set_aside")


def check_quarter(quarter_file: Path, settings: Mapping[str, str]) -> None:
    """Print a table of every payments file, where the quarter's rows and pounds end, and each
    fault. Raises InputError with all faults when a run would be refused."""
    parameters = parameter_files.load(quarter_file, settings)
    if parameters.slug == "sample":
        sample.ensure()
    console = Console(soft_wrap=True, highlight=False, width=None if sys.stdout.isatty() else 180)
    faults = _show_files(console, parameters)
    if not faults:
        faults = _show_quarter(console, parameters)
    if faults:
        raise InputError(faults)
    console.print(f"{parameters.name}, {parameters.quarter.label}: a run would go through.")


def _show_files(console: Console, parameters: Parameters) -> list[Fault]:
    source = parameters.sources.payments
    table = Table("file", "verdict", "months", "rows", "pounds", "withheld", "printed total",
                  title=f"Payments files in {project.relative(source.path)}")  # fmt: skip
    faults: list[Fault] = []
    headers: dict[str, str] = {}
    for path in source_files(source, "payments"):
        try:
            reading = read_payments(path, source.columns)
        except InputError as error:
            faults += error.faults
            table.add_row(path.name, "refused", "", "", "", "", "")
            continue
        table.add_row(path.name, *_file_row(reading))
        headers[path.name] = ", ".join(f"{k}: {v}" for k, v in reading.columns.items())
    console.print(table)
    for name, columns in headers.items():
        console.print(f"{name} reads {columns}", markup=False)
    return faults


def _file_row(reading: Reading) -> list[str]:
    amounts = [amount for amount in reading.lines["amount_gbp"].to_pylist() if amount is not None]
    months = reading.period.months if reading.period else ("not known",)
    total = reading.publisher_total_gbp
    return [
        "read" + (" with warnings" if reading.warnings else ""),
        months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}",
        f"{len(amounts):,}",
        pounds(sum(amounts, Decimal(0))),
        f"{sum(reading.lines['redacted'].to_pylist()):,}",
        "none printed" if total is None else pounds(total),
    ]


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
    for name in ("contracts", "answers", "commitments", "deliveries"):
        frame: pd.DataFrame = getattr(q, name)
        held = getattr(q.parameters.sources, name) is not None
        missing = f"no file named under sources.{name} in authority.yaml"
        console.print(f"{name}: {f'{len(frame):,} rows' if held else missing}")
