"""`svlib returns`: forms for suppliers, what they send back, and exports of other systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from svlib import framework, ledger, parameters, project, returns
from svlib.errors import Fault, InputError
from svlib.ledger import Actor, Ledger
from svlib.parameters import Parameters
from svlib.quarter import Quarter
from svlib.returns.workbook import CONTRACT, COUNCIL, FORM, Blank

HANDED_BACK = "-to-mend"


def template(quarter_file: Path, contract_ref: str, folder: Path) -> Path:
    """Write the workbook that the supplier of a contract fills in for the quarter."""
    council = parameters.load(quarter_file)
    with ledger.open_ledger(council.ledger) as held:
        actor = ledger.administrator(council.slug)
        made = blank(held, actor, council, contract_ref, council.quarter)
    plain = "".join(sign if sign.isalnum() else "-" for sign in contract_ref)
    path = project.resolve(folder) / f"return_{plain}_{council.quarter.slug}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    returns.write_workbook(path, made)
    return path


def blank(
    held: Ledger, actor: Actor, council: Parameters, contract_ref: str, quarter: Quarter
) -> Blank:
    """What a return of one contract and quarter is asked for. Raises InputError for a contract that
    is not held, is out of reach or promises nothing in the quarter."""
    contracts = ledger.contracts(held, actor).set_index("contract_ref")
    if contract_ref not in contracts.index:
        do = "Correct the reference, or load the register first: svlib contracts load."
        raise InputError(Fault(f"contract '{contract_ref}'", "is not in the ledger", do))
    promised = ledger.commitments(held, actor)
    own = promised[promised["contract_ref"] == contract_ref]
    live = [
        row["start_date"] <= quarter.end and row["end_date"] >= quarter.start
        for row in own.to_dict("records")
    ]
    own = own[pd.Series(live, index=own.index, dtype=bool)]
    if own.empty:
        do = "Choose another quarter, or load its commitments: svlib commitments load."
        found = f"promises nothing in {quarter.label}"
        raise InputError(Fault(f"contract {contract_ref}", found, do))
    every = ledger.deliveries(held, actor, only=set(own["commitment_id"])).to_dict("records")
    before = [
        row
        for row in every
        if row["delivered_on"] < quarter.start and row["evidence_status"] != ledger.REJECTED
    ]
    last = [row for row in before if row["delivered_on"] >= quarter.previous.start]
    labels = framework.load().measures.set_index("measure_id")["label"]
    own = own.assign(
        measure=[labels.get(name, name) for name in own["measure_id"]],
        reported=_sums(own["commitment_id"], before),
        last_quarter=_sums(own["commitment_id"], last),
    )
    of = contracts.loc[contract_ref]
    return Blank(council.name, contract_ref, of["title"], of["supplier"], quarter, own)


def load(quarter_file: Path, paths: Sequence[Path]) -> tuple[list[str], bool]:
    """Record each return that has no fault, whole; a faulty one is handed back beside it with each
    fault on its cell. Returns what happened, a line each, and whether all were recorded."""
    council = parameters.load(quarter_file)
    said, whole = [], True
    with ledger.open_ledger(council.ledger) as held:
        for path in paths:
            try:
                done = load_one(held, ledger.administrator(council.slug), council, path)
                said.append(f"{path.name}: {done.new:,} recorded, {done.same:,} held as they are")
            except InputError as error:
                whole = False
                said += [str(fault) for fault in error.faults]
                said.append(_handed_back(path, error.faults))
    return said, whole


def load_one(held: Ledger, actor: Actor, council: Parameters, path: Path) -> returns.Recorded:
    """Record one return. Raises InputError with every fault, each a CellFault where it has a cell;
    nothing is recorded then."""
    found = returns.read_workbook(path, {COUNCIL: council.name, FORM: returns.VERSION})
    contract_ref = found.told.get(CONTRACT, "")
    faults = list(found.faults)
    known = set(ledger.contracts(held, actor)["contract_ref"])
    if contract_ref and contract_ref not in known:
        said = f"contract '{contract_ref}' is not among the contracts you report on"
        faults.append(Fault(found.told_at[CONTRACT], said, "Send the form of your own contract."))
    else:
        with held.reading() as reading:
            for line in found.lines:
                faults += returns.faults_of(reading, actor, line, contract_ref)
    if faults:
        raise InputError(returns.at_cells(faults, found.where))
    return returns.record(held, actor, found.lines, channel="workbook", contract_ref=contract_ref)


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


def _sums(names: pd.Series, made: list[dict[Any, Any]]) -> list[Decimal]:
    totals: dict[str, Decimal] = {}
    for row in made:
        name = row["commitment_id"]
        totals[name] = totals.get(name, Decimal(0)) + row["quantity"]
    return [totals.get(name, Decimal(0)) for name in names]
