"""Deliveries: recorded against a commitment, corrected by a new entry, reviewed by the council."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from svlib.errors import Fault, InputError, SvlibError
from svlib.ledger import agreements, rights
from svlib.ledger.agreements import latest
from svlib.ledger.database import Ledger, Reading, Writing
from svlib.ledger.rights import Actor
from svlib.ledger.schema import DELIVERIES, REVIEWS, exact
from svlib.ledger.words import unfit
from svlib.quarter import Quarter

ACCEPTED, QUERIED, REJECTED = DECISIONS = ("accepted", "queried", "rejected")
PAGE, WORKBOOK, CSV = "page", "workbook", "csv"
ABSURD = 100  # times the target: a slip of the comma rather than a feat


@dataclass(frozen=True)
class Delivery:
    """What was delivered of one commitment in a period, in the commitment's unit."""

    commitment_id: str
    quantity: Decimal
    period_start: date
    delivered_on: date
    unit: str = ""
    district: str = ""
    ward: str = ""
    note: str = ""


class Unconfirmed(InputError):
    """An amount so large that it is recorded only when it is said again."""


def record(
    held: Ledger, actor: Actor, made: Delivery, *, channel: str = PAGE, confirmed: bool = False
) -> str:
    """Record a delivery; returns its id. Raises RightsError outside the actor's reach, InputError
    with every fault of the delivery, Unconfirmed for more than ABSURD times the target."""
    with held.writing() as writing:
        return put(writing, actor, made, uuid.uuid4().hex, channel=channel, confirmed=confirmed)[0]


def correct(
    held: Ledger,
    actor: Actor,
    delivery_id: str,
    made: Delivery,
    *,
    channel: str = PAGE,
    confirmed: bool = False,
) -> None:
    """Record a delivery anew under its id: a new entry that counts in place of the one before,
    whose review falls away. Raises as `record`, and InputError for an unknown delivery."""
    with held.writing() as writing:
        found(writing, actor.authority, delivery_id)
        put(writing, actor, made, delivery_id, channel=channel, confirmed=confirmed)


def put(
    writing: Writing,
    actor: Actor,
    made: Delivery,
    delivery_id: str,
    *,
    channel: str,
    confirmed: bool,
) -> tuple[str, bool]:
    """The delivery's id, and whether anything was recorded: the same again is not."""
    promise = agreements.commitment(writing, actor.authority, made.commitment_id)
    of = agreements.contract(writing, actor.authority, promise["contract_ref"])
    rights.require(actor, rights.RECORD, of)
    faults = check(made, promise, of)
    if faults:
        raise InputError(faults)
    if not confirmed:
        ask_again(made, promise)
    row = {
        "delivery_id": delivery_id,
        "commitment_id": made.commitment_id,
        "period_start": made.period_start,
        "delivered_on": made.delivered_on,
        "quarter": Quarter.of(made.delivered_on).slug,
        "quantity": exact(made.quantity),
        "district": made.district or promise["district"],
        "ward": made.ward or promise["ward"],
    }
    before = _before(writing, actor.authority, delivery_id)
    if before is not None and all(before[name] == row[name] for name in row):
        return delivery_id, False
    if before is not None and before["commitment_id"] != made.commitment_id:
        raise InputError(
            Fault(
                f"delivery {delivery_id}",
                f"belongs to commitment {before['commitment_id']}",
                "Set it to 0 there and record a new one.",
            )
        )
    told = {"channel": channel, "role": actor.role, "note": made.note, "by": actor.user}
    writing.append(actor.authority, [("delivery", row | told)])
    return delivery_id, True


def check(made: Delivery, promise: Mapping[str, Any], of: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with a delivery of this commitment and contract; `where` names the field."""
    faults = []
    first = of["start_date"] or promise["start_date"]
    last = max(of["end_date"] or promise["end_date"], promise["end_date"])
    if not made.quantity.is_finite() or made.quantity < 0:
        do = "Write what was delivered, 0 or more; a mistake of before is corrected, not deducted."
        faults.append(Fault("quantity", f"is {made.quantity}", do))
    if made.unit and made.unit != promise["unit"]:
        do = f"Give the amount in {promise['unit']}."
        faults.append(Fault("unit", f"is {made.unit}, the commitment counts {promise['unit']}", do))
    if made.period_start > made.delivered_on:
        found_ = f"begins {made.period_start:%d/%m/%Y}, after it ends {made.delivered_on:%d/%m/%Y}"
        faults.append(Fault("period", found_, "Swap the days."))
    elif made.period_start < first or made.delivered_on > last:
        found_ = f"{made.period_start:%d/%m/%Y} to {made.delivered_on:%d/%m/%Y} is outside the "
        found_ += f"contract ({first:%d/%m/%Y} to {last:%d/%m/%Y})"
        do = "Give days within the contract, or have its extension recorded first."
        faults.append(Fault("period", found_, do))
    for name in ("note", "district", "ward"):
        why = unfit(getattr(made, name))
        if why:
            faults.append(Fault(name, *why))
    return faults


def ask_again(made: Delivery, promise: Mapping[str, Any]) -> None:
    """Raise Unconfirmed for an amount of more than ABSURD times the target."""
    if promise["target"] and made.quantity > ABSURD * promise["target"]:
        raise Unconfirmed(
            Fault(
                "quantity",
                f"{made.quantity:,} is more than {ABSURD} times the whole target "
                f"({promise['target'].normalize():,f} {promise['unit']})",
                "Correct it, or confirm that it is meant.",
            )
        )


def review(
    held: Ledger, actor: Actor, delivery_id: str, decision: str, *, of_seq: int, note: str = ""
) -> None:
    """Accept, query or reject the delivery as the actor saw it (`of_seq`, the `seen_seq` of
    `position.deliveries`).

    Raises RightsError outside the actor's reach; InputError when the delivery was corrected or
    reviewed by someone else meanwhile, so that nobody decides on what they have not seen.
    """
    if decision not in DECISIONS:
        raise ValueError(f"{decision} is none of {', '.join(DECISIONS)}")
    with held.writing() as writing:
        now = found(writing, actor.authority, delivery_id)
        promise = agreements.commitment(writing, actor.authority, now["commitment_id"])
        of = agreements.contract(writing, actor.authority, promise["contract_ref"])
        rights.require(actor, rights.REVIEW, of)
        _not_overtaken(writing, actor, now, of_seq)
        why = unfit(note)
        if why:
            raise InputError(Fault("note", *why))
        if decision != ACCEPTED and not note.strip():
            do = "Say what is asked for or wrong."
            raise InputError(Fault("note", f"is empty, and the delivery is {decision}", do))
        row = {"delivery_id": delivery_id, "of_seq": now["seq"], "decision": decision}
        told = {"role": actor.role, "note": note, "by": actor.user}
        writing.append(actor.authority, [("review", row | told)])


def found(reading: Reading, authority: str, delivery_id: str) -> Mapping[str, Any]:
    """A delivery as last recorded. Raises InputError when it is not held."""
    known = _before(reading, authority, delivery_id)
    if known is None:
        do = "Use an id that the ledger gave."
        raise InputError(Fault(f"delivery '{delivery_id}'", "is not in the ledger", do))
    return known


def _before(reading: Reading, authority: str, delivery_id: str) -> Mapping[str, Any] | None:
    rows = reading.rows(latest(DELIVERIES, "delivery_id", authority, only=[delivery_id]))
    return rows[0]._mapping if rows else None


def _not_overtaken(writing: Writing, actor: Actor, now: Mapping[str, Any], of_seq: int) -> None:
    """`of_seq` is the number of the delivery's entry, or of its last review, that was seen."""
    only = [now["delivery_id"]]
    reviews = writing.rows(latest(REVIEWS, "delivery_id", actor.authority, only=only))
    newest = max([now["seq"], *(row.seq for row in reviews)])
    if of_seq != newest:
        what = "was corrected" if newest == now["seq"] else "was reviewed by someone else"
        raise _overtaken(now["delivery_id"], what)


def _overtaken(delivery_id: str, what: str) -> SvlibError:
    do = "Look at it again, and decide on what it says now."
    return InputError(Fault(f"delivery {delivery_id}", f"{what} since you opened it", do))
