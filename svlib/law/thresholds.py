"""Which threshold held on a day, and on which side of it a value stands.

Thresholds include VAT, and registers mostly do not say whether their values do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from svlib.errors import Fault, ParameterError
from svlib.law.reading import Row
from svlib.law.tables import NotCovered, held, kinds

VAT_RATE = Decimal("0.20")
"""The standard rate of VAT since 4 January 2011 (Value Added Tax Act 1994 s.2; gov.uk/vat-rates).
Goods and services at another rate, and exempt ones such as most care, carry less."""

BASES = ("inc", "ex", "unknown")
BELOW, ABOVE, EITHER = "below", "above", "could be either side"
NO_VALUE = "no value"

PREVIOUS, ACT = "previous", "act"
REGIMES = {PREVIOUS: "Regulations of 2015 and 2016", ACT: "Procurement Act 2023"}

_BOTH = "goods and services"
_SHARED = {"goods": _BOTH, "services": _BOTH}
CONTRACT_TYPES = (
    "goods", "services", _BOTH, "works", "light touch", "concession", "light touch concession",
)  # fmt: skip
AUTHORITIES = ("sub-central", "central", "utilities")


@dataclass(frozen=True)
class Span:
    """What a value may be with VAT: the least and the most, equal where the basis is known."""

    least: Decimal
    most: Decimal


def threshold(on: date, contract_type: str, authority: str = "sub-central") -> Row | NotCovered:
    """The row of thresholds.csv for procurements commenced on a day; `row.line_gbp`
    is in pounds with VAT. `contract_type` is one of CONTRACT_TYPES; councils are `sub-central`.

    Before the table begins, and after it ends, the answer is NotCovered. Raises ParameterError
    for a type or kind of authority that is none.
    """
    _known("contract type", contract_type, CONTRACT_TYPES)
    _known("kind of authority", authority, AUTHORITIES)
    written = _SHARED.get(contract_type, contract_type)
    return held("thresholds").own_or_any((written, authority), on)


def amount(name: str, on: date, authority: str = "sub-central") -> Row | NotCovered:
    """The row of amounts.csv of that name on a day, for this kind of authority or for any."""
    _known("amount", name, tuple(kinds("amounts")))
    return held("amounts").own_or_any((name, authority), on)


def regime(on: date) -> str | NotCovered:
    """`act` for procurements commenced on or after 24 February 2025, `previous` before."""
    row = threshold(on, _BOTH)
    return row["regime"] if isinstance(row, Row) else row


def with_vat(value_gbp: Decimal, vat_basis: str, vat_rate: Decimal = VAT_RATE) -> Span:
    """What a value may be with VAT: itself for `inc`, with the rate added for `ex`; for `unknown`
    anything from one to the other."""
    _known("VAT basis", vat_basis, BASES)
    grossed = value_gbp * (1 + vat_rate)
    return Span(
        least=grossed if vat_basis == "ex" else value_gbp,
        most=value_gbp if vat_basis == "inc" else grossed,
    )


def stands(
    value_gbp: Decimal | None,
    vat_basis: str,
    row: Row | NotCovered,
    vat_rate: Decimal = VAT_RATE,
) -> str | NotCovered:
    """On which side of a threshold or amount (as `threshold` and `amount` give it) a value stands:
    BELOW, ABOVE, or EITHER when its VAT basis is unknown and decides; NO_VALUE without one. A
    value equal to a threshold is above it; one equal to an amount tested by `more than` is below.
    Where no row holds, the answer is that NotCovered.
    """
    if not isinstance(row, Row):
        return row
    if value_gbp is None:
        return NO_VALUE
    span = with_vat(value_gbp, vat_basis, vat_rate)
    sides = {side(value, row) for value in (span.least, span.most)}
    return sides.pop() if len(sides) == 1 else EITHER


def side(value_with_vat: Decimal, row: Row) -> str:
    """BELOW or ABOVE, of a value with VAT."""
    if row.says.get("test") == "more than":
        return ABOVE if value_with_vat > row.line_gbp else BELOW
    return ABOVE if value_with_vat >= row.line_gbp else BELOW


def _known(what: str, written: str, allowed: tuple[str, ...]) -> None:
    if written not in allowed:
        do = "Use one of: " + ", ".join(allowed) + "."
        raise ParameterError(Fault(what, f"'{written}' is not known", do))
