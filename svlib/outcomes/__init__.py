"""Social value: what was promised and delivered, what to expect, and what it is worth.

`progress` counts, `forecast` looks ahead, `valued` prices; `removed` and `totals` take off what is
counted twice, and `arithmetic` opens one value down to its steps.
"""

from svlib.outcomes.progress import (
    AT_RISK,
    NOT_ON_REGISTER,
    ON_TRACK,
    STATES,
    by_category,
    by_contract,
    not_valued,
    progress,
)
from svlib.outcomes.shared import STAGES, VALUE_TYPES
from svlib.outcomes.valuation import value_by_category, valued

__all__ = [
    "AT_RISK",
    "NOT_ON_REGISTER",
    "ON_TRACK",
    "STAGES",
    "STATES",
    "VALUE_TYPES",
    "by_category",
    "by_contract",
    "not_valued",
    "progress",
    "value_by_category",
    "valued",
]
