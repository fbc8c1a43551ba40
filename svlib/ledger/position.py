"""What was delivered, and what the council made of it: single deliveries, and their sums."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import pandas as pd
import sqlalchemy as sa

from svlib.ledger import rights
from svlib.ledger.agreements import latest
from svlib.ledger.database import Ledger
from svlib.ledger.delivering import QUERIED, REJECTED
from svlib.ledger.rights import Actor
from svlib.ledger.schema import (
    COMMITMENTS,
    CONTRACTS,
    DELIVERIES,
    ENTRIES,
    EVIDENCE,
    IMPORTS,
    REVIEWS,
    STEP,
)

SUBMITTED, NO_EVIDENCE = "submitted", "none"
_FEW = 500  # commitments named one by one in a query; beyond, all are read and the rest left out

STATUSES = ("accepted", SUBMITTED, "queried", NO_EVIDENCE, REJECTED)
"""What stands of a delivery: a decision, evidence not yet looked at (or sent since a query), or no
evidence at all."""

DELIVERY_COLUMNS = (
    "delivery_id", "commitment_id", "period_start", "delivered_on", "quantity", "district", "ward",
    "evidence_status", "seq", "seen_seq", "recorded_at", "channel", "role",
)  # fmt: skip
TOTAL_COLUMNS = (
    "commitment_id", "quarter", "delivered_on", "district", "ward", "evidence_status", "quantity",
    "deliveries",
)  # fmt: skip


def deliveries(
    held: Ledger,
    actor: Actor,
    at: int | None = None,
    only: Collection[str] | None = None,
) -> pd.DataFrame:
    """One row a delivery within reach as last recorded, in the order of its entry:
    DELIVERY_COLUMNS. `quantity` is a Decimal in the commitment's unit; `seen_seq` is the number a
    review must name. `only` some commitments."""
    reach = _reach(held, actor, at, only)
    query = _standing(actor.authority, at, reach).add_columns(ENTRIES.c.recorded_at)
    query = query.join(ENTRIES, ENTRIES.c.seq == DELIVERIES.c.seq)
    found = [
        dict(row._mapping) | {"seen_seq": max(row.seq, row.review_seq or 0)}
        for row in held.rows(query.order_by(DELIVERIES.c.seq))
        if row.commitment_id in reach
    ]
    return pd.DataFrame(found, columns=list(DELIVERY_COLUMNS), dtype=object)


def totals(
    held: Ledger,
    actor: Actor,
    as_of: date,
    at: int | None = None,
    only: Collection[str] | None = None,
) -> pd.DataFrame:
    """One row a commitment within reach, quarter, place and state: TOTAL_COLUMNS, of what was
    delivered by `as_of`. `delivered_on` is the last day in the row, `deliveries` how many."""
    reach = _reach(held, actor, at, only)
    each = _standing(actor.authority, at, reach).subquery("each_delivery")
    keys = [
        each.c[name] for name in ("commitment_id", "quarter", "district", "ward", "evidence_status")
    ]
    query = (
        sa.select(
            *keys,
            sa.func.max(each.c.delivered_on).label("delivered_on"),
            sa.func.sum(sa.type_coerce(each.c.quantity, sa.BigInteger)).label("steps"),
            sa.func.count().label("deliveries"),
        )
        .where(each.c.delivered_on <= as_of)
        .group_by(*keys)
        .order_by(*keys)
    )
    rows = [row for row in held.rows(query) if row.commitment_id in reach]
    found = [
        {name: getattr(row, name) for name in TOTAL_COLUMNS if name != "quantity"}
        | {"quantity": (Decimal(int(row.steps)) * STEP).quantize(STEP)}
        for row in rows
    ]
    return pd.DataFrame(found, columns=list(TOTAL_COLUMNS), dtype=object)


def touched(held: Ledger, actor: Actor, since: int) -> set[str]:
    """Commitments whose deliveries, evidence or reviews have entries after number `since`."""
    found: set[str] = set()
    about: set[str] = set()
    for table, name, names in (
        (DELIVERIES, "commitment_id", found), (EVIDENCE, "delivery_id", about),
        (REVIEWS, "delivery_id", about),
    ):  # fmt: skip
        # by number alone: a test of the authority would lead the database to another index
        query = sa.select(table.c.authority, table.c[name]).where(table.c.seq > since)
        rows = held.rows(query)
        names |= {row[1] for row in rows if row.authority == actor.authority}
    for part in _parts(about):
        query = sa.select(DELIVERIES.c.commitment_id).where(
            DELIVERIES.c.authority == actor.authority, DELIVERIES.c.delivery_id.in_(part)
        )
        found |= {row.commitment_id for row in held.rows(query)}
    return found


def _parts(names: set[str]) -> Iterator[list[str]]:
    every = sorted(names)
    for at in range(0, len(every), _FEW):
        yield every[at : at + _FEW]


def came_in(held: Ledger, actor: Actor, day: date, most: int = 50) -> pd.DataFrame:
    """One row an entry of a day (UTC) about deliveries within reach, the newest first, `most` at
    most: seq, recorded_at, kind, commitment_id, contract_ref, what (quantity, decision or
    "evidence") and role."""
    few = most if actor.role not in rights.SCOPED else None
    first, last = held.cut(day - timedelta(days=1))[0], held.cut(day)[0]
    rows = []
    for kind, table, what in (
        ("delivery", DELIVERIES, DELIVERIES.c.quantity), ("review", REVIEWS, REVIEWS.c.decision),
        ("evidence", EVIDENCE, sa.literal("evidence")),
    ):  # fmt: skip
        of = sa.select(DELIVERIES.c.commitment_id).where(
            DELIVERIES.c.authority == actor.authority,
            DELIVERIES.c.delivery_id == table.c.delivery_id,
        )
        query = (
            sa.select(
                table.c.seq, ENTRIES.c.recorded_at, what.label("what"), table.c.role,
                of.limit(1).scalar_subquery().label("commitment_id"),
            )
            .join(ENTRIES, ENTRIES.c.seq == table.c.seq)
            .where(table.c.seq > first, table.c.seq <= last)
            .order_by(table.c.seq.desc())
        ).add_columns(table.c.authority)  # fmt: skip
        own = (row for row in held.rows(query) if row.authority == actor.authority)
        rows += [dict(row._mapping) | {"kind": kind} for row in islice(own, few)]
    known = _reach(held, actor, None, {row["commitment_id"] for row in rows})
    rows = [
        row | {"contract_ref": known[row["commitment_id"]]}
        for row in rows
        if row["commitment_id"] in known
    ]
    rows.sort(key=lambda row: -row["seq"])
    columns = ["seq", "recorded_at", "kind", "commitment_id", "contract_ref", "what", "role"]
    return pd.DataFrame(rows[:most], columns=columns, dtype=object)


def authorities(held: Ledger) -> dict[str, bool]:
    """Authority with contracts in the ledger, and whether its entries were taken in from its own
    ledger elsewhere, in order of name."""
    taken = sa.select(ENTRIES.c.authority).join(IMPORTS, IMPORTS.c.seq == ENTRIES.c.seq).distinct()
    imported = {row.authority for row in held.rows(taken)}
    names = held.rows(sa.select(CONTRACTS.c.authority).distinct())
    return {row.authority: row.authority in imported for row in sorted(names)}


def agreements_changed(held: Ledger, authority: str, since: int) -> bool:
    """Whether a contract or commitment has an entry after number `since`."""
    query = sa.select(sa.func.count()).where(
        ENTRIES.c.seq > since,
        ENTRIES.c.authority == authority,
        ENTRIES.c.kind.in_(("contract", "commitment")),
    )
    return bool(held.rows(query)[0][0])


def _reach(
    held: Ledger, actor: Actor, at: int | None, only: Collection[str] | None
) -> dict[str, str]:
    """Commitments within reach, and the contract of each."""
    rights.require(actor, rights.SEE)
    some = None if only is None or len(only) > _FEW else only
    promised = held.rows(latest(COMMITMENTS, "commitment_id", actor.authority, at, some))
    refs = None if some is None else {row.contract_ref for row in promised}
    of = {
        row.contract_ref
        for row in held.rows(latest(CONTRACTS, "contract_ref", actor.authority, at, refs))
        if actor.reaches(row._mapping)
    }
    wanted = None if only is None else set(only)
    return {
        row.commitment_id: row.contract_ref
        for row in promised
        if row.contract_ref in of and (wanted is None or row.commitment_id in wanted)
    }


def _standing(authority: str, at: int | None, reach: Collection[str]) -> sa.Select[Any]:
    """Each delivery as last recorded, with what stands of it. Of few commitments the database looks
    each delivery's reviews and evidence up; of many it reads them all once."""
    few = sorted(reach) if len(reach) <= _FEW else None

    def newest(table: sa.Table, key: str) -> sa.Subquery:
        """The number of the last entry of each key."""
        last = sa.select(table.c[key], sa.func.max(table.c.seq).label("seq"))
        last = last.where(table.c.authority == authority)
        if at is not None:
            last = last.where(table.c.seq <= at)
        if few is not None:
            own = sa.select(DELIVERIES.c.delivery_id).where(
                DELIVERIES.c.authority == authority, DELIVERIES.c.commitment_id.in_(few)
            )
            last = last.where(table.c.delivery_id.in_(own))
        return last.group_by(table.c[key]).subquery(f"newest_{table.name}")

    made, decided = newest(DELIVERIES, "delivery_id"), newest(REVIEWS, "delivery_id")
    shown = newest(EVIDENCE, "delivery_id")
    answered = sa.and_(REVIEWS.c.decision == QUERIED, shown.c.seq > REVIEWS.c.seq)
    status = sa.case(
        (answered, SUBMITTED),
        (REVIEWS.c.decision.is_not(None), REVIEWS.c.decision),
        (shown.c.seq.is_not(None), SUBMITTED),
        else_=NO_EVIDENCE,
    )
    of_this = sa.and_(REVIEWS.c.seq == decided.c.seq, REVIEWS.c.of_seq == DELIVERIES.c.seq)
    return (
        sa.select(
            *(DELIVERIES.c[n] for n in (
                "delivery_id", "commitment_id", "period_start", "delivered_on", "quarter",
                "quantity", "district", "ward", "seq", "channel", "role",
            )),
            status.label("evidence_status"),
            decided.c.seq.label("review_seq"),
        )
        .join(made, made.c.seq == DELIVERIES.c.seq)
        .join(decided, decided.c.delivery_id == DELIVERIES.c.delivery_id, isouter=True)
        .join(shown, shown.c.delivery_id == DELIVERIES.c.delivery_id, isouter=True)
        .join(REVIEWS, of_this, isouter=True)
    )  # fmt: skip
