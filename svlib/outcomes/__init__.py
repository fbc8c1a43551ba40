"""Social value: what was promised and delivered, what to expect, and what it is worth.

`progress` counts, `forecast` looks ahead, `valued` prices; `removed` and `totals` take off what is
counted twice, and `arithmetic` opens one value down to its steps.
"""

from svlib.outcomes.arithmetic import arithmetic, lines
from svlib.outcomes.forecast import OUTLOOKS, forecast
from svlib.outcomes.overlap import (
    REMOVED,
    TOTAL,
    WARN_ABOVE,
    by_contract_value,
    counted,
    removed,
    totals,
)
from svlib.outcomes.profile import check as check_profile
from svlib.outcomes.profile import parse as parse_profile
from svlib.outcomes.progress import (
    AT_RISK,
    NOT_ON_REGISTER,
    ON_TRACK,
    STATES,
    by,
    by_category,
    by_contract,
    not_valued,
    progress,
)
from svlib.outcomes.scenarios import DEDUCTIONS, Factors, Scenario, Terms, terms
from svlib.outcomes.scenarios import load as load_scenarios
from svlib.outcomes.shared import STAGES, VALUE_TYPES
from svlib.outcomes.valuation import value_by_category, valued

__all__ = [
    "AT_RISK",
    "DEDUCTIONS",
    "NOT_ON_REGISTER",
    "ON_TRACK",
    "OUTLOOKS",
    "REMOVED",
    "STAGES",
    "STATES",
    "TOTAL",
    "VALUE_TYPES",
    "WARN_ABOVE",
    "Factors",
    "Scenario",
    "Terms",
    "arithmetic",
    "by",
    "by_category",
    "by_contract",
    "by_contract_value",
    "check_profile",
    "counted",
    "forecast",
    "lines",
    "load_scenarios",
    "not_valued",
    "parse_profile",
    "progress",
    "removed",
    "terms",
    "totals",
    "value_by_category",
    "valued",
]
