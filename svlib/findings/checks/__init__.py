"""The figure behind each data check of the diagnostic, by the measures of the other pages.

One function a question. None of them computes a second time what another page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from svlib import diagnostic, project
from svlib.findings.checks.figure import Figure, NotHeld
from svlib.findings.checks.of_contracts import OF_CONTRACTS
from svlib.findings.checks.of_delivery import OF_DELIVERY
from svlib.findings.checks.of_reports import OF_REPORTS, Report, earlier
from svlib.findings.checks.of_spend import OF_SPEND
from svlib.view import OpenQuarter

__all__ = ["CHECKS", "NotHeld", "Report", "checked_figures", "earlier"]

_OF_QUARTER: Mapping[str, Callable[[OpenQuarter], Figure]] = {
    **OF_SPEND,
    **OF_CONTRACTS,
    **OF_DELIVERY,
}
CHECKS = (*_OF_QUARTER, *OF_REPORTS)
"""Ids of the questions that have a function here."""


def checked_figures(q: OpenQuarter, reports: Path | None = None) -> pd.DataFrame:
    """One row a question with a data check, in the order of the bank: diagnostic.FIGURES. Shares
    are fractions; `low` and `high` differ from `figure` where it is known in part.

    `reports` is the folder with the authority's reports, one folder a quarter; the project's own
    unless given. Of it only quarters before this one are read. Raises InputError for a manifest
    there that cannot be read.
    """
    past = earlier(reports or project.reports() / q.parameters.slug, q.quarter)
    found: dict[str, Callable[[], Figure]] = {
        name: lambda check=check: check(q)  # type: ignore[misc]
        for name, check in _OF_QUARTER.items()
    }
    found |= {
        name: lambda check=check: check(q, past)  # type: ignore[misc]
        for name, check in OF_REPORTS.items()
    }
    rows = [{"question_id": name, **_row(found[name])} for name in q.questions["id"]
            if name in found]  # fmt: skip
    return pd.DataFrame(rows, columns=list(diagnostic.FIGURES), dtype=object)


def _row(check: Callable[[], Figure]) -> dict[str, object]:
    try:
        found = check()
    except NotHeld as why:
        return dict.fromkeys(("figure", "low", "high")) | {"said": "", "why_none": str(why)}
    low = found.value if found.low is None else found.low
    high = found.value if found.high is None else found.high
    return {"figure": found.value, "low": low, "high": high, "said": found.said, "why_none": ""}
