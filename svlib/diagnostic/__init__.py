"""The diagnostic: what directorates say of themselves, and how far their evidence bears it out.

Levels run from 0 (absent) to 5 (shaping). Each is shown twice: as claimed, and as capped by the age
of the evidence. Scores are percent of the highest level, 0 to 100; `coverage` is a fraction.
"""

from svlib.diagnostic.by_question import WIDE_SPREAD, area_divergence, divergence, weakest
from svlib.diagnostic.check_rules import NUMBER, SHARE, Rule, rules
from svlib.diagnostic.checks import (
    AGREES,
    FIGURES,
    LESS,
    MORE,
    NOT_ANSWERED,
    NOT_HELD,
    VERDICTS,
    checked,
)
from svlib.diagnostic.disclosure import SMALLEST_GROUP, by_group, by_question, groups
from svlib.diagnostic.plan import plan, progress
from svlib.diagnostic.scoring import (
    ANSWERED,
    CAP_OLD_EVIDENCE,
    CAP_WITHOUT_EVIDENCE,
    DONT_KNOW,
    EVIDENCE_MONTHS,
    MISSING,
    NOT_APPLICABLE,
    TOP,
    scores,
)
from svlib.diagnostic.summaries import (
    COVERAGE_NEEDED,
    by_area,
    by_directorate,
    by_section,
    change,
    overall,
)

__all__ = [
    "AGREES",
    "ANSWERED",
    "CAP_OLD_EVIDENCE",
    "CAP_WITHOUT_EVIDENCE",
    "COVERAGE_NEEDED",
    "DONT_KNOW",
    "EVIDENCE_MONTHS",
    "FIGURES",
    "LESS",
    "MISSING",
    "MORE",
    "NOT_ANSWERED",
    "NOT_APPLICABLE",
    "NOT_HELD",
    "NUMBER",
    "SHARE",
    "SMALLEST_GROUP",
    "TOP",
    "VERDICTS",
    "WIDE_SPREAD",
    "Rule",
    "area_divergence",
    "by_area",
    "by_directorate",
    "by_group",
    "by_question",
    "by_section",
    "change",
    "checked",
    "divergence",
    "groups",
    "overall",
    "plan",
    "progress",
    "rules",
    "scores",
    "weakest",
]
