"""One contract, one page: what it is, what was paid on it, what was promised and delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa

from svlib.contracts.frameworks import counted
from svlib.contracts.lines import missing, text
from svlib.contracts.paid import by_contract, by_quarter
from svlib.errors import Fault, ParameterError

_LISTED = 5


class Opened(Protocol):
    """What of an open quarter the page is made from."""

    @property
    def contracts(self) -> pd.DataFrame: ...
    @property
    def contract_payments(self) -> pa.Table: ...
    @property
    def commitments(self) -> pd.DataFrame: ...
    @property
    def deliveries(self) -> pd.DataFrame: ...
    @property
    def measured_on(self) -> date: ...


@dataclass(frozen=True)
class Page:
    """One contract. `facts` is its line of the register, as `counted` has it, with None for what
    is not printed; `paid` its row of `by_contract`, None without payments; `by_quarter` its
    payments; `promises` one row a commitment: `commitment_id`, `measure_id`, `promised`,
    `delivered`, `evidenced` (in the measure's unit, by the day of measuring) and `due` by day."""

    facts: dict[str, Any]
    paid: dict[str, Any] | None
    by_quarter: pd.DataFrame
    promises: pd.DataFrame


def page(q: Opened, ref: str) -> Page:
    """The page of one contract of an open quarter, by its reference, or by the name `counted`
    gives it where several lines print that reference. Raises ParameterError when no line has it,
    or several."""
    register = counted(q.contracts)
    facts = _line(register, ref)
    name = facts["contract"]
    paid = by_contract(q.contract_payments, register)
    own = paid[paid["contract"] == name].to_dict("records")
    return Page(
        facts=facts,
        paid={str(key): value for key, value in own[0].items()} if own else None,
        by_quarter=by_quarter(q.contract_payments, name),
        promises=_promises(q, facts["contract_ref"] or name),
    )


def _line(register: pd.DataFrame, ref: str) -> dict[str, Any]:
    wanted = ref.strip()
    by_name = register[register["contract"] == wanted]
    by_ref = register[[found == wanted for found in text(register, "contract_ref")]]
    found = by_name if len(by_name) else by_ref
    where = f"contract '{ref}'"
    if not len(found):
        raise ParameterError(
            Fault(where, "is not on the register", "Name a contract as the register prints it.")
        )
    if len(found) > 1:
        names = "; ".join(found["contract"].iloc[:_LISTED])
        more = ", ..." if len(found) > _LISTED else ""
        raise ParameterError(
            Fault(where, f"stands on {len(found)} lines of the register", f"Name one of: {names}"
                  f"{more}.")
        )  # fmt: skip
    (line,) = found.to_dict("records")
    return {str(key): None if missing(value) else value for key, value in line.items()}


def _promises(q: Opened, ref: str) -> pd.DataFrame:
    own = q.commitments[q.commitments["contract_ref"] == ref]
    made = q.deliveries[[day <= q.measured_on for day in q.deliveries["delivered_on"]]]
    rows = [
        {
            "commitment_id": promise.commitment_id,
            "measure_id": promise.measure_id,
            "promised": promise.target,
            "delivered": _sum(part := made[made["commitment_id"] == promise.commitment_id]),
            "evidenced": _sum(part[part["evidence_status"] == "accepted"]),
            "due": promise.end_date,
        }
        for promise in own.itertuples()
    ]
    columns = ["commitment_id", "measure_id", "promised", "delivered", "evidenced", "due"]
    return pd.DataFrame(rows, columns=columns).sort_values("commitment_id", ignore_index=True)


def _sum(part: pd.DataFrame) -> Decimal:
    return sum(part["quantity"], Decimal(0))
