"""Between councils with ledgers of their own: a signed-off export, taken in once.

An export has contracts, commitments, deliveries and decisions, and nothing that people wrote: no
notes, no names of users, no evidence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from svlib import project
from svlib.errors import Fault, InputError
from svlib.ledger import rights
from svlib.ledger.database import Ledger, Reading
from svlib.ledger.rights import Actor
from svlib.ledger.schema import COMMITMENTS, CONTRACTS, DELIVERIES, ENTRIES, IMPORTS, REVIEWS
from svlib.ledger.words import unfit

FORMAT = "social value export 1"
_KINDS = {
    "contract": CONTRACTS, "commitment": COMMITMENTS, "delivery": DELIVERIES, "review": REVIEWS,
}  # fmt: skip
_OURS = ("seq", "authority")


def export(held: Ledger, actor: Actor, path: Path, signed_by: str, on: date) -> int:
    """Write the actor's authority's entries as a file; returns how many. `signed_by` is the post
    that signs the figures off. Raises InputError without one."""
    rights.require(actor, rights.EXCHANGE)
    if not signed_by.strip() or unfit(signed_by):
        raise InputError(Fault("signed by", "no post", "Name the post that signs the figures off."))
    with held.reading() as reading:
        entries = _entries(reading, actor.authority)
    told = {
        "format": FORMAT, "authority": actor.authority, "signed_by": signed_by.strip(),
        "signed_on": on.isoformat(), "upto": entries[-1]["number"] if entries else 0,
        "entries": entries,
    }  # fmt: skip
    text = json.dumps(told | {"sha256": _digest(told)}, ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8", newline="\n")
    return len(entries)


def import_(held: Ledger, actor: Actor, path: Path) -> tuple[str, int]:
    """Take in another authority's export; returns whose it is and how many entries were new. What
    was taken in before is left out, so the same file again changes nothing. Raises InputError for a
    file that was changed, or is of an authority that keeps its own entries in this ledger."""
    rights.require(actor, rights.EXCHANGE)
    told = _read(path)
    authority = told["authority"]
    where = project.relative(path)
    with held.writing() as writing:
        upto = _taken_in(writing, authority)
        if upto is None:
            do = "Import it into another council's ledger."
            raise InputError(Fault(where, f"is of {authority}, whose own ledger this is", do))
        fresh = [entry for entry in told["entries"] if entry["number"] > upto]
        if fresh:
            numbers = _numbers(writing, authority)
            _append(writing, authority, fresh, numbers)
            row = {
                "file_hash": told["sha256"], "upto": told["upto"],
                "signed_by": told["signed_by"], "signed_on": date.fromisoformat(told["signed_on"]),
            }  # fmt: skip
            writing.append(authority, [("import", row)])
    return authority, len(fresh)


def _entries(reading: Reading, authority: str) -> list[dict[str, Any]]:
    found = []
    for kind, table in _KINDS.items():
        query = sa.select(table).where(table.c.authority == authority)
        for row in reading.rows(query):
            told = {
                name: _plain(value)
                for name, value in row._mapping.items()
                if name not in _OURS and not name.endswith("_hash")
            }
            found.append({"number": row.seq, "kind": kind} | told)
    return sorted(found, key=lambda entry: entry["number"])


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date) else value


def _digest(told: Mapping[str, Any]) -> str:
    held = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(held.encode()).hexdigest()


def _read(path: Path) -> dict[str, Any]:
    where = project.relative(path)
    do = "Ask the council for its export again."
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        given = told.pop("sha256")
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        raise InputError(Fault(where, "is no export of social value", do)) from None
    if told.get("format") != FORMAT:
        raise InputError(Fault(where, f"is not '{FORMAT}'", do))
    if given != _digest(told):
        raise InputError(Fault(where, "was changed after it was signed off", do))
    return {**told, "sha256": given}


def _taken_in(writing: Reading, authority: str) -> int | None:
    """The last number taken in before; None for an authority that keeps its own entries here."""
    query = (
        sa.select(sa.func.max(IMPORTS.c.upto))
        .join(ENTRIES, ENTRIES.c.seq == IMPORTS.c.seq)
        .where(ENTRIES.c.authority == authority)
    )
    upto = writing.rows(query)[0][0]
    if upto is not None:
        return int(upto)
    own = sa.select(sa.func.count()).where(ENTRIES.c.authority == authority)
    return None if writing.rows(own)[0][0] else 0


def _numbers(writing: Reading, authority: str) -> dict[str, int]:
    """Delivery id to the number of its last entry here."""
    query = (
        sa.select(DELIVERIES.c.delivery_id, sa.func.max(DELIVERIES.c.seq).label("seq"))
        .where(DELIVERIES.c.authority == authority)
        .group_by(DELIVERIES.c.delivery_id)
    )
    return {row.delivery_id: row.seq for row in writing.rows(query)}


def _append(
    writing: Any, authority: str, fresh: list[dict[str, Any]], numbers: dict[str, int]
) -> None:
    """In the order of their own ledger, so that a decision names the delivery's number here."""
    for entry in fresh:
        kind = entry["kind"]
        row = {
            column.name: _typed(column, entry.get(column.name))
            for column in _KINDS[kind].columns
            if column.name not in _OURS and not column.name.endswith("_hash")
        }
        if kind == "review":
            row["of_seq"] = numbers.get(row["delivery_id"], 0)
        (number,) = writing.append(authority, [(kind, row)])
        if kind == "delivery":
            numbers[row["delivery_id"]] = number


def _typed(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    return Decimal(value) if column.name in ("quantity", "target", "value_gbp") else value
