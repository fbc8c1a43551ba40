"""Contract measures: the register and the payments in, small tidy tables out.

A line of the register is one contract. Values are for the whole life, as the register prints
them; a framework's is a ceiling and is counted apart (`frameworks`). Payments are joined to
contracts with a basis and how sure it is (`joining`), never to two.
"""

from svlib.contracts.awards import (
    area_shares,
    awarded,
    by_place,
    by_procedure,
    by_size,
    by_vcse,
    totals,
    winners,
)
from svlib.contracts.frameworks import by_role, counted
from svlib.contracts.joining import BASES, LATE_DAYS, STANDINGS, join_payments
from svlib.contracts.one import Page, page
from svlib.contracts.paid import by_basis, by_contract, by_quarter, on_contract
from svlib.contracts.pipeline import by_month, ending, pipeline
from svlib.contracts.remarks import remarks

__all__ = [
    "BASES",
    "LATE_DAYS",
    "STANDINGS",
    "Page",
    "area_shares",
    "awarded",
    "by_basis",
    "by_contract",
    "by_month",
    "by_place",
    "by_procedure",
    "by_quarter",
    "by_role",
    "by_size",
    "by_vcse",
    "counted",
    "ending",
    "join_payments",
    "on_contract",
    "page",
    "pipeline",
    "remarks",
    "totals",
    "winners",
]
