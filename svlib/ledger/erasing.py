"""Erasure of what people wrote: the text goes, its entry stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from svlib.errors import Fault, InputError
from svlib.ledger import rights
from svlib.ledger.database import Ledger
from svlib.ledger.evidence import folder, forget
from svlib.ledger.rights import Actor
from svlib.ledger.schema import ENTRIES, EVIDENCE, TEXTS


def erase(held: Ledger, actor: Actor, entry: int, reason: str) -> list[str]:
    """Erase the texts of an entry, and its evidence file where no other entry shows the same file;
    returns what went. Hash, quantity and dates stay, and an entry that says so is added. Raises
    InputError for an entry that is not of this authority or has nothing left to erase."""
    rights.require(actor, rights.ERASE)
    where = f"entry {entry}"
    if not reason.strip():
        raise InputError(Fault("reason", "is empty", "Say why, without naming the person."))
    with held.writing() as writing:
        known = writing.rows(sa.select(ENTRIES).where(ENTRIES.c.seq == entry))
        if not known or known[0].authority != actor.authority:
            do = "Look its number up in the portal."
            raise InputError(Fault(where, f"is not in the ledger of {actor.authority}", do))
        texts = [
            row.name for row in writing.rows(sa.select(TEXTS.c.name).where(TEXTS.c.seq == entry))
        ]
        if not texts:
            do = "Nothing is to be done."
            raise InputError(Fault(where, "has no text, or it was erased before", do))
        writing.execute(sa.delete(TEXTS).where(TEXTS.c.seq == entry))
        row = {"erased": entry, "reason": reason, "by": actor.user}
        writing.append(actor.authority, [("erasure", row)])
        shown = _shown_here_only(writing.rows(_shown_by(entry)))
    if shown:
        forget(folder(held), shown)
        texts.append("file")
    return sorted(texts)


def due(held: Ledger, actor: Actor, before: date) -> list[tuple[int, date, list[str]]]:
    """Entries of the authority recorded before a day that still have texts: number, day, and which.
    What a retention period says should be erased; nothing is erased here."""
    rights.require(actor, rights.ERASE)
    query = (
        sa.select(ENTRIES.c.seq, ENTRIES.c.recorded_at, TEXTS.c.name)
        .join(TEXTS, TEXTS.c.seq == ENTRIES.c.seq)
        .where(ENTRIES.c.authority == actor.authority, ENTRIES.c.recorded_at < before.isoformat())
        .order_by(ENTRIES.c.seq, TEXTS.c.name)
    )
    found: dict[int, tuple[int, date, list[str]]] = {}
    for row in held.rows(query):
        day = date.fromisoformat(row.recorded_at[:10])
        found.setdefault(row.seq, (row.seq, day, []))[2].append(row.name)
    return list(found.values())


def _shown_by(entry: int) -> sa.Select[Any]:
    """Evidence of this entry, and every entry that still shows the same file."""
    other = EVIDENCE.alias("other")
    named = sa.and_(TEXTS.c.seq == other.c.seq, TEXTS.c.name == "name")
    return (
        sa.select(EVIDENCE.c.evidence_id, TEXTS.c.seq.label("still"))
        .join(other, other.c.evidence_id == EVIDENCE.c.evidence_id)
        .join(TEXTS, named, isouter=True)
        .where(EVIDENCE.c.seq == entry, EVIDENCE.c.held_as == "file")
    )


def _shown_here_only(rows: list[Any]) -> str:
    return str(rows[0].evidence_id) if rows and all(row.still is None for row in rows) else ""
