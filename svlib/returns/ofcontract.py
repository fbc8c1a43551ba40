"""The return of one contract: what it asks for, and recording it whole."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from svlib import framework, ledger
from svlib.errors import Fault, InputError
from svlib.ledger import Actor, Ledger
from svlib.parameters import Parameters
from svlib.quarter import Quarter
from svlib.returns.lines import Recorded, faults_of, record
from svlib.returns.reading import at_cells, read_workbook
from svlib.returns.workbook import CONTRACT, COUNCIL, FORM, VERSION, Blank


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
    labels = framework.load_for(council.slug).measures.set_index("measure_id")["label"]
    own = own.assign(
        measure=[labels.get(name, name) for name in own["measure_id"]],
        reported=_sums(own["commitment_id"], before),
        last_quarter=_sums(own["commitment_id"], last),
    )
    of = contracts.loc[contract_ref]
    return Blank(council.name, contract_ref, of["title"], of["supplier"], quarter, own)


def load_one(held: Ledger, actor: Actor, council: Parameters, path: Path) -> Recorded:
    """Record one return. Raises InputError with every fault, each a CellFault where it has a cell;
    nothing is recorded then."""
    found = read_workbook(path, {COUNCIL: council.name, FORM: VERSION})
    contract_ref = found.told.get(CONTRACT, "")
    faults = list(found.faults)
    known = set(ledger.contracts(held, actor)["contract_ref"])
    if contract_ref and contract_ref not in known:
        said = f"contract '{contract_ref}' is not among the contracts you report on"
        faults.append(Fault(found.told_at[CONTRACT], said, "Send the form of your own contract."))
    else:
        with held.reading() as reading:
            for line in found.lines:
                faults += faults_of(reading, actor, line, contract_ref)
    if faults:
        raise InputError(at_cells(faults, found.where))
    return record(held, actor, found.lines, channel="workbook", contract_ref=contract_ref)


def _sums(names: pd.Series, made: list[dict[Any, Any]]) -> list[Decimal]:
    totals: dict[str, Decimal] = {}
    for row in made:
        name = row["commitment_id"]
        totals[name] = totals.get(name, Decimal(0)) + row["quantity"]
    return [totals.get(name, Decimal(0)) for name in names]
