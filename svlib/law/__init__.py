"""What the law said on a date, from dated and sourced tables; what can be computed from them.

Nothing here claims that a contract is lawful, and nothing is advice: a row to be confirmed says
so, and a date before a table begins is "not covered by the tables".
"""

from svlib.law.contracts import APPLIES, DOES_NOT, EITHER_WAY, NOT_YET, tested, tests
from svlib.law.notices import calendar, contract_dates, due
from svlib.law.payments import payment_days, payments_over
from svlib.law.reading import CONFIDENCES, Row, read
from svlib.law.routes import (
    CAUTION,
    DEVELOP,
    LOTS,
    NONE,
    QUOTES,
    RESERVE,
    ROUTES,
    Opportunity,
    Route,
    contract_type,
    lawful_route,
    lawful_routes,
)
from svlib.law.tables import NOT_COVERED, NotCovered, changes, checked_on, look_up, rows
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
    "ABOVE", "APPLIES", "BELOW", "CAUTION", "CONFIDENCES", "DEVELOP", "DOES_NOT", "EITHER",
    "EITHER_WAY", "LOTS", "NONE", "NOT_COVERED", "NOT_YET", "NO_VALUE", "QUOTES", "REGIMES",
    "RESERVE", "ROUTES", "VAT_RATE", "NotCovered", "Opportunity", "Route", "Row", "amount",
    "calendar", "changes", "checked_on", "contract_dates", "contract_type", "due", "lawful_route",
    "lawful_routes", "look_up", "payment_days", "payments_over", "read", "regime", "rows",
    "stands", "tested", "tests", "threshold", "with_vat",
]  # fmt: skip
