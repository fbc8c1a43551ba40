"""`svlib contracts` and `svlib commitments`: what was agreed, into the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from svlib import framework, ledger, outcomes, parameters, store
from svlib.errors import Fault, InputError, ParameterError
from svlib.ingest import read_contracts, read_with_places
from svlib.ledger.words import unfit
from svlib.quarter import today
from svlib.tables import COMMITMENTS, CONTRACTS


def load_contracts(quarter_file: Path) -> list[str]:
    """Record the contracts of the register that the quarter's parameters name; says how many, and
    which lines could not be recorded and why."""
    council = parameters.load(quarter_file)
    source = council.sources.contracts
    path = store.source_file(source, CONTRACTS.name)
    if source is None or path is None:
        do = "Name the register under sources.contracts in authority.yaml."
        raise ParameterError(Fault(str(quarter_file), "names no contracts register", do))
    register = read_contracts(path, source.columns, source.buyers)
    rows, left = [], [f"Left out by the reader: {note}" for note in register.notes]
    for line in register.table.to_dict("records"):
        why = _unfit(line)
        if why:
            left.append(f"Not recorded: '{line['title']}' of '{line['supplier']}': {why}")
        else:
            rows.append(_facts(line))
    rows, doubled = _once(rows)
    with ledger.open_ledger(council.ledger) as held:
        new = ledger.register(held, ledger.administrator(council.slug), rows, today())
    said = f"{new:,} contracts recorded, {len(rows) - new:,} held as they are: {held.place}"
    return [said, *doubled, *left]


def change_contract(
    quarter_file: Path, contract_ref: str, on: date, end: date | None, terminated: bool
) -> str:
    """Record that a contract was changed from a day on, extended to `end`, or terminated."""
    council = parameters.load(quarter_file)
    event = ledger.TERMINATED if terminated else ledger.EXTENDED if end else ledger.CHANGED
    facts = {"end_date": end} if end and not terminated else {}
    with ledger.open_ledger(council.ledger) as held:
        actor = ledger.administrator(council.slug)
        ledger.amend(held, actor, contract_ref, event, on, **facts)
    return f"Contract {contract_ref} {event}, from {on:%d/%m/%Y} on"


def load_commitments(quarter_file: Path, path: Path) -> str:
    """Freeze the commitments of a schedule (a guidance pack's sheet, or any table with the columns
    of tables.COMMITMENTS). Raises InputError with every fault by row; records all or none."""
    council = parameters.load(quarter_file)
    table, places = read_with_places(path, COMMITMENTS)
    measures = framework.load_for(council.slug).measures.set_index("measure_id")
    rows = table.to_dict("records")
    faults = [
        fault
        for row, place in zip(rows, places, strict=True)
        for fault in _commitment_faults(row, place, measures)
    ]
    if faults:
        raise InputError(faults)
    for row in rows:
        row["unit"] = measures.loc[row["measure_id"], "unit"]
        row["target"] = ledger.exact(row["target"])
    with ledger.open_ledger(council.ledger) as held:
        try:
            new = ledger.commit(held, ledger.administrator(council.slug), rows, today())
        except InputError as error:
            raise InputError(_placed(error.faults, rows, places)) from None
    return f"{new:,} commitments frozen, {len(rows) - new:,} held as they are: {held.place}"


def _unfit(line: Mapping[str, Any]) -> str:
    if not line["contract_ref"]:
        return "it has no reference"
    if not line["supplier"] or not line["title"]:
        return "it has no supplier or no title"
    return ""


def _facts(line: Mapping[str, Any]) -> dict[str, Any]:
    def text(name: str) -> str:
        value = line.get(name)
        return "" if pd.isna(value) else str(value)

    def day(name: str) -> date | None:
        value = line.get(name)
        return value if isinstance(value, date) and not pd.isna(value) else None

    value = line.get("value_gbp")
    return {
        **{name: text(name) for name in ("contract_ref", "title", "supplier", "directorate")},
        "category": text("category"),
        "value_gbp": ledger.exact(value) if isinstance(value, Decimal) else None,
        "start_date": day("start_date"),
        "end_date": day("end_date"),
    }


def _once(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Each reference once; the first of several lines (lots, awards) stands for the contract."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row["contract_ref"], row)
    many = len(rows) - len(found)
    said = f"{many:,} more lines have a reference that stood before; the first stands for them."
    return list(found.values()), [said] if many else []


def _commitment_faults(
    row: Mapping[str, Any], place: str, measures: pd.DataFrame
) -> Iterator[Fault]:
    if row["measure_id"] not in measures.index:
        do = f"Use one of: {', '.join(measures.index)}."
        found = f"'{row['measure_id']}' is no measure of the framework"
        yield Fault(f"{place}, column 'measure_id'", found, do)
    elif row["unit"] and row["unit"] != measures.loc[row["measure_id"], "unit"]:
        unit = measures.loc[row["measure_id"], "unit"]
        found = f"'{row['unit']}' is not the unit of {row['measure_id']}"
        yield Fault(f"{place}, column 'unit'", found, f"Give the target in {unit}.")
    if row["end_date"] < row["start_date"]:
        found = f"ends {row['end_date']:%d/%m/%Y}, before it starts"
        yield Fault(f"{place}, column 'end_date'", found, "Swap the days.")
    if not row["target"]:
        yield Fault(f"{place}, column 'target'", "is 0", "Promise an amount, or take the row out.")
    try:
        points = outcomes.parse_profile(row["profile"])
        outcomes.check_profile(points, row["target"], row["start_date"], row["end_date"])
    except InputError as error:
        for one in error.faults:
            yield Fault(f"{place}, column 'profile'", one.found, one.do)
    for name in ("commitment_id", "contract_ref", "district", "ward"):
        why = unfit(row[name])
        if why:
            yield Fault(f"{place}, column '{name}'", *why)


def _placed(faults: list[Fault], rows: list[dict[str, Any]], places: list[str]) -> list[Fault]:
    by_id = {
        f"commitment {row['commitment_id']}": place for row, place in zip(rows, places, strict=True)
    }
    return [Fault(by_id.get(one.where, one.where), one.found, one.do) for one in faults]
