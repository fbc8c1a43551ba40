"""Contracts as registered, and what was promised in them: the latest entry of each counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa

from svlib.errors import Fault, InputError
from svlib.ledger import rights
from svlib.ledger.database import Ledger, Reading
from svlib.ledger.rights import Actor
from svlib.ledger.schema import COMMITMENTS, CONTRACTS, ENTRIES

REGISTERED, CHANGED, EXTENDED, TERMINATED = EVENTS = (
    "registered", "changed", "extended", "terminated",
)  # fmt: skip
FROZEN, VARIED = "frozen at award", "changed with the contract"

CONTRACT_COLUMNS = (
    "contract_ref", "event", "effective_on", "title", "supplier", "directorate", "category",
    "value_gbp", "start_date", "end_date",
)  # fmt: skip
COMMITMENT_COLUMNS = (
    "commitment_id", "contract_ref", "event", "frozen_on", "measure_id", "unit", "target",
    "start_date", "end_date", "district", "ward", "profile",
)  # fmt: skip
_NOT_TEXT = {"effective_on", "frozen_on", "value_gbp", "target", "start_date", "end_date"}
_FACTS = CONTRACT_COLUMNS[3:]
_PROMISE = tuple(name for name in COMMITMENT_COLUMNS if name not in ("event", "frozen_on"))


def contracts(held: Ledger, actor: Actor, at: int | None = None) -> pd.DataFrame:
    """One row a contract within reach, as last recorded (up to entry number `at`), in order of
    reference: CONTRACT_COLUMNS. `value_gbp` is Decimal pounds, None where not known."""
    rights.require(actor, rights.SEE)
    rows = held.rows(latest(CONTRACTS, "contract_ref", actor.authority, at))
    found = [row._mapping for row in rows if actor.reaches(row._mapping)]
    return _frame(found, CONTRACT_COLUMNS, "contract_ref")


def commitments(held: Ledger, actor: Actor, at: int | None = None) -> pd.DataFrame:
    """One row a commitment of the contracts within reach, as last recorded, in order of its id:
    COMMITMENT_COLUMNS. `target` is a Decimal in `unit`; `profile` says how it is due over time,
    empty for evenly."""
    reach = set(contracts(held, actor, at)["contract_ref"])
    rows = held.rows(latest(COMMITMENTS, "commitment_id", actor.authority, at))
    found = [row._mapping for row in rows if row.contract_ref in reach]
    return _frame(found, COMMITMENT_COLUMNS, "commitment_id")


def register(held: Ledger, actor: Actor, rows: Iterable[Mapping[str, Any]], on: date) -> int:
    """Record contracts as a register has them; those held as they are change nothing. Each row has
    contract_ref, title, supplier, directorate, category, value_gbp, start_date and end_date.
    Returns how many were new or changed."""
    rights.require(actor, rights.REGISTER)
    with held.writing() as writing:
        before = {
            row.contract_ref: row._mapping
            for row in writing.rows(latest(CONTRACTS, "contract_ref", actor.authority))
        }
        fresh = []
        for row in rows:
            facts = {name: row[name] for name in _FACTS}
            known = before.get(row["contract_ref"])
            if known is not None and all(known[name] == facts[name] for name in _FACTS):
                continue
            event = REGISTERED if known is None else _what_changed(known, facts)
            named = {"contract_ref": row["contract_ref"], "event": event, "effective_on": on}
            fresh.append(("contract", named | facts))
        writing.append(actor.authority, fresh)
    return len(fresh)


def amend(
    held: Ledger, actor: Actor, contract_ref: str, event: str, on: date, **facts: Any
) -> None:
    """Record a change, extension (`end_date`) or termination (its last day is `on`). Raises
    InputError for a contract that is not held, or an extension that does not extend."""
    rights.require(actor, rights.REGISTER)
    with held.writing() as writing:
        known = contract(writing, actor.authority, contract_ref)
        now = {name: known[name] for name in _FACTS} | facts
        if event == TERMINATED:
            now["end_date"] = on
        ends, ended = now["end_date"], known["end_date"]
        if event == EXTENDED and not (ends and ended and ends > ended):
            raise InputError(
                Fault(
                    f"contract {contract_ref}",
                    f"ends {ended}, so {ends} extends nothing",
                    "Give a later last day, or record a change.",
                )
            )
        named = {"contract_ref": contract_ref, "event": event, "effective_on": on}
        writing.append(actor.authority, [("contract", named | now)])


def commit(held: Ledger, actor: Actor, rows: Iterable[Mapping[str, Any]], on: date) -> int:
    """Freeze commitments at award; returns how many are new. Each row has the columns of
    COMMITMENT_COLUMNS but for event and frozen_on. The same again changes nothing.

    A commitment already frozen is changed only after its contract was: raises InputError for one
    that differs while the contract was neither changed, extended nor terminated since, and for a
    contract that is not held.
    """
    rights.require(actor, rights.COMMIT)
    rows = list(rows)
    with held.writing() as writing:
        before = {
            row.commitment_id: row._mapping
            for row in writing.rows(latest(COMMITMENTS, "commitment_id", actor.authority))
        }
        known = {
            row.contract_ref: row._mapping
            for row in writing.rows(latest(CONTRACTS, "contract_ref", actor.authority))
        }
        fresh, faults = [], []
        for row in rows:
            where = f"commitment {row['commitment_id']}"
            of = known.get(row["contract_ref"])
            earlier = before.get(row["commitment_id"])
            if of is None:
                faults.append(_no_contract(where, row["contract_ref"]))
                continue
            promise = {name: row[name] for name in _PROMISE}
            if earlier is not None and all(earlier[n] == promise[n] for n in _PROMISE):
                continue
            if earlier is not None and of["seq"] < earlier["seq"]:
                faults.append(_frozen(where, earlier, promise))
                continue
            event = FROZEN if earlier is None else VARIED
            fresh.append(("commitment", promise | {"event": event, "frozen_on": on}))
        if faults:
            raise InputError(faults)
        writing.append(actor.authority, fresh)
    return len(fresh)


def contract(reading: Reading, authority: str, contract_ref: str) -> Mapping[str, Any]:
    """A contract as last recorded. Raises InputError when it is not held."""
    found = reading.rows(latest(CONTRACTS, "contract_ref", authority, only=[contract_ref]))
    if not found:
        raise InputError(_no_contract(f"contract {contract_ref}", contract_ref))
    return dict(found[0]._mapping)


def commitment(reading: Reading, authority: str, commitment_id: str) -> Mapping[str, Any]:
    """A commitment as last recorded. Raises InputError when it is not held."""
    found = reading.rows(latest(COMMITMENTS, "commitment_id", authority, only=[commitment_id]))
    if not found:
        raise InputError(
            Fault(
                f"commitment '{commitment_id}'",
                "is not in the ledger",
                "Use an id of the contract's commitments, or load them first.",
            )
        )
    return dict(found[0]._mapping)


def latest(
    table: sa.Table,
    key: str,
    authority: str,
    at: int | None = None,
    only: Collection[str] | None = None,
) -> sa.Select[Any]:
    """The last entry of each key of one authority, up to entry number `at`; `only` some keys."""
    last = sa.select(sa.func.max(table.c.seq).label("seq")).where(table.c.authority == authority)
    if at is not None:
        last = last.where(table.c.seq <= at)
    if only is not None:
        last = last.where(table.c[key].in_(sorted(only)))
    last = last.group_by(table.c[key])
    found = last.subquery(f"last_{table.name}")
    return (
        sa.select(table, ENTRIES.c.recorded_at)
        .join(found, found.c.seq == table.c.seq)
        .join(ENTRIES, ENTRIES.c.seq == table.c.seq)
    )


def _what_changed(known: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    other = [name for name in _FACTS if name != "end_date" and known[name] != facts[name]]
    before, now = known["end_date"], facts["end_date"]
    return EXTENDED if not other and before and now and now > before else CHANGED


def _no_contract(where: str, contract_ref: str) -> Fault:
    return Fault(
        where,
        f"contract '{contract_ref}' is not in the ledger",
        "Correct the reference, or load the register first: svlib contracts load.",
    )


def _frozen(where: str, earlier: Mapping[str, Any], promise: Mapping[str, Any]) -> Fault:
    told = [f"{n} {earlier[n]} here {promise[n]}" for n in _PROMISE if earlier[n] != promise[n]]
    return Fault(
        where,
        f"was frozen at award, and differs: {', '.join(told)}",
        "Record the change of the contract first (svlib contracts change), or put back what was "
        "promised.",
    )


def _frame(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...], order: str) -> pd.DataFrame:
    found = sorted(({name: row[name] for name in columns} for row in rows), key=lambda r: r[order])
    texts = {
        name: "str"
        for name in columns
        if name
        not in ("effective_on", "frozen_on", "value_gbp", "target", "start_date", "end_date")
    }
    return pd.DataFrame(found, columns=list(columns), dtype=object).astype(texts)
