"""Lines of a return, from wherever they come: checked together, recorded together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from svlib import ledger
from svlib.errors import Fault, InputError
from svlib.ledger import Actor, Delivery, Ledger
from svlib.ledger.agreements import commitment, contract
from svlib.ledger.database import Reading
from svlib.ledger.delivering import ask_again, check, put
from svlib.ledger.evidence import put_link, unfit_link


@dataclass(frozen=True)
class Line:
    """One delivery reported. `delivery_id` is the same each time the same line comes in; `places`
    says where each field stands, "" where the line as a whole does."""

    delivery_id: str
    delivery: Delivery
    link: str = ""
    confirmed: bool = False
    places: Mapping[str, str] = field(default_factory=dict)

    def at(self, name: str) -> str:
        return self.places.get(name) or self.places.get("", self.delivery.commitment_id)


@dataclass(frozen=True)
class Recorded:
    """How many lines were new or corrected, and how many were held already."""

    new: int
    same: int


def faults_of(reading: Reading, actor: Actor, line: Line, contract_ref: str = "") -> list[Fault]:
    """What is wrong with a line, each at its field's place. `contract_ref`: the contract that the
    whole return is of, where it is of one."""
    try:
        promise = commitment(reading, actor.authority, line.delivery.commitment_id)
    except InputError as error:
        return [Fault(line.at("commitment_id"), one.found, one.do) for one in error.faults]
    if contract_ref and promise["contract_ref"] != contract_ref:
        found = f"'{promise['commitment_id']}' is a commitment of {promise['contract_ref']}"
        do = f"Report only commitments of {contract_ref}, as the form was sent."
        return [Fault(line.at("commitment_id"), found, do)]
    of = contract(reading, actor.authority, promise["contract_ref"])
    found_ = check(line.delivery, promise, of)
    if line.link and (why := unfit_link(line.link)):
        found_.append(Fault("link", *why))
    if not found_ and not line.confirmed:
        try:
            ask_again(line.delivery, promise)
        except ledger.Unconfirmed as error:
            found_ += error.faults
    return [Fault(line.at(one.where), one.found, one.do) for one in found_]


def record(
    held: Ledger, actor: Actor, lines: Sequence[Line], *, channel: str, contract_ref: str = ""
) -> Recorded:
    """Record all lines or none. Raises InputError with every fault, RightsError outside the
    actor's reach."""
    with held.writing() as writing:
        faults = [
            fault for line in lines for fault in faults_of(writing, actor, line, contract_ref)
        ]
        if faults:
            raise InputError(faults)
        new = 0
        for line in lines:
            _, fresh = put(
                writing, actor, line.delivery, line.delivery_id, channel=channel, confirmed=True
            )
            new += fresh
            if line.link:
                put_link(writing, actor, line.delivery_id, line.link)
    return Recorded(new, len(lines) - new)
