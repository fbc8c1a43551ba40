"""What the law said on a date, from dated and sourced tables; what can be computed from them.

Nothing here claims that a contract is lawful, and nothing is advice: a row to be confirmed says
so, and a date before a table begins is "not covered by the tables".
"""

from svlib.law.contracts import APPLIES, DOES_NOT, EITHER_WAY, NOT_YET, tested, tests
from svlib.law.notices import calendar, contract_dates, due
from svlib.law.tables import NOT_COVERED, NotCovered, Row, checked_on, look_up, read, rows
from svlib.law.thresholds import (
    ABOVE,
    BELOW,
    EITHER,
    NO_VALUE,
    REGIMES,
    VAT_RATE,
    amount,
    regime,
    stands,
    threshold,
    with_vat,
)

__all__ = [
    "ABOVE", "APPLIES", "BELOW", "DOES_NOT", "EITHER", "EITHER_WAY", "NOT_COVERED", "NOT_YET",
    "NO_VALUE", "REGIMES", "VAT_RATE", "NotCovered", "Row", "amount", "calendar", "checked_on",
    "contract_dates", "due", "look_up", "read", "regime", "rows", "stands", "tested", "tests",
    "threshold", "with_vat",
]  # fmt: skip
