"""`svlib returns`: forms for suppliers, what they send back, and exports of other systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from svlib import ledger, parameters, project, returns
from svlib.errors import Fault, InputError

HANDED_BACK = "-to-mend"


def template(quarter_file: Path, contract_ref: str, folder: Path) -> Path:
    """Write the workbook that the supplier of a contract fills in for the quarter."""
    council = parameters.load(quarter_file)
    with ledger.open_ledger(council.ledger) as held:
        actor = ledger.administrator(council.slug)
        made = returns.blank(held, actor, council, contract_ref, council.quarter)
    plain = "".join(sign if sign.isalnum() else "-" for sign in contract_ref)
    path = project.resolve(folder) / f"return_{plain}_{council.quarter.slug}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    returns.write_workbook(path, made)
    return path


def load(quarter_file: Path, paths: Sequence[Path]) -> tuple[list[str], bool]:
    """Record each return that has no fault, whole; a faulty one is handed back beside it with each
    fault on its cell. Returns what happened, a line each, and whether all were recorded."""
    council = parameters.load(quarter_file)
    said, whole = [], True
    with ledger.open_ledger(council.ledger) as held:
        for path in paths:
            try:
                done = returns.load_one(held, ledger.administrator(council.slug), council, path)
                said.append(f"{path.name}: {done.new:,} recorded, {done.same:,} held as they are")
            except InputError as error:
                whole = False
                said += [str(fault) for fault in error.faults]
                said.append(_handed_back(path, error.faults))
    return said, whole


def load_csv(quarter_file: Path, path: Path, columns: Mapping[str, str]) -> str:
    """Record the deliveries of another system's CSV, all or none."""
    council = parameters.load(quarter_file)
    lines = returns.read_csv(path, columns)
    with ledger.open_ledger(council.ledger) as held:
        actor = ledger.administrator(council.slug)
        done = returns.record(held, actor, lines, channel="csv")
    return f"{path.name}: {done.new:,} recorded, {done.same:,} held as they are"


def _handed_back(path: Path, faults: Sequence[Fault]) -> str:
    if not any(isinstance(fault, returns.CellFault) and fault.cell for fault in faults):
        return f"{path.name}: nothing recorded"
    target = path.with_name(f"{path.stem}{HANDED_BACK}.xlsx")
    many = returns.hand_back(path, faults, target)
    return f"{path.name}: nothing recorded; {many} remarks on its cells: {target}"
