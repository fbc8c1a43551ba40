"""Who may do what: a table of roles and actions, and the part of the contracts each role reaches.

Viewers of a dashboard cannot run code, so these checks bind them. Whoever opens the database itself
or a notebook is an administrator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from svlib.errors import Fault, RightsError

SUPPLIER, MANAGER, VIEWER, ADMINISTRATOR = ROLES = (
    "supplier", "contract manager", "viewer", "administrator",
)  # fmt: skip

SCOPED = (SUPPLIER, MANAGER)
"""Roles that reach only some contracts."""

SEE, RECORD, ATTACH, READ_EVIDENCE, REVIEW, REGISTER, COMMIT, ERASE, EXCHANGE = ACTIONS = (
    "see figures", "record a delivery", "attach evidence", "read notes and evidence",
    "review a delivery", "register a contract", "load commitments", "erase a text",
    "exchange with another council",
)  # fmt: skip

ALLOWED: Mapping[str, frozenset[str]] = {
    SUPPLIER: frozenset({SEE, RECORD, ATTACH, READ_EVIDENCE}),
    MANAGER: frozenset({SEE, RECORD, ATTACH, READ_EVIDENCE, REVIEW}),
    VIEWER: frozenset({SEE}),
    ADMINISTRATOR: frozenset(ACTIONS),
}
"""Role to what it may do, within its reach."""


@dataclass(frozen=True)
class Actor:
    """Someone who acts on one authority's ledger. A supplier reaches the `contracts` named, a
    contract manager those of the `directorates` named, the others every contract."""

    authority: str
    user: str
    role: str
    contracts: frozenset[str] = field(default_factory=frozenset)
    directorates: frozenset[str] = field(default_factory=frozenset)

    def reaches(self, contract: Mapping[str, Any]) -> bool:
        """Whether a contract (contract_ref, directorate) is within reach."""
        if self.role == SUPPLIER:
            return contract["contract_ref"] in self.contracts
        if self.role == MANAGER:
            return contract["directorate"] in self.directorates
        return self.role in ROLES

    def may(self, action: str, contract: Mapping[str, Any] | None = None) -> bool:
        allowed = action in ALLOWED.get(self.role, frozenset())
        return allowed and (contract is None or self.reaches(contract))


def administrator(authority: str, user: str = "") -> Actor:
    """Who runs commands and notebooks on the machine that holds the ledger."""
    return Actor(authority, user, ADMINISTRATOR)


def require(actor: Actor, action: str, contract: Mapping[str, Any] | None = None) -> None:
    """Raise RightsError unless the actor may do this, on this contract where one is meant."""
    if actor.may(action, contract):
        return
    what = f"may not {action}"
    if contract is not None and actor.may(action):
        what += f" of contract {contract['contract_ref']}"
    raise RightsError(
        Fault(
            f"{actor.role or 'no role'} at {actor.authority}",
            what,
            "Ask an administrator for the role, or for the contract or directorate to be added.",
        )
    )
