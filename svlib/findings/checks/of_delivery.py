"""Checks that read what was promised and what was delivered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import pandas as pd

from svlib import outcomes
from svlib.findings.checks.figure import Figure, NotHeld
from svlib.findings.outcomes import progress, valued
from svlib.quarter import Quarter
from svlib.show import count, listed, money, share
from svlib.view import OpenQuarter

NO_COMMITMENTS = "no commitments are recorded"
NO_DELIVERIES = "no deliveries are recorded"
_GRADES = {
    "accepted": "accepted", "submitted": "submitted and not checked", "queried": "queried",
    "none": "missing",
}  # fmt: skip
_CHECKED = ("accepted", "queried")


def value_evidenced(q: OpenQuarter) -> Figure:
    """S2-05: delivered value whose evidence was accepted; the least of the kinds of value, which
    overlap and are not added."""
    _delivered(q)
    by_kind = outcomes.value_by_category(valued(q)).groupby("value_type", sort=False)
    parts = {}
    for kind, rows in by_kind:
        delivered = sum(rows["delivered_gbp"], Decimal(0))
        if delivered > 0:
            parts[str(kind)] = sum(rows["evidenced_gbp"], Decimal(0)), delivered
    if not parts:
        raise NotHeld("nothing delivered has a value under an open licence")
    told = [
        f"{share(float(good / whole))} of {money(whole)} {kind} value"
        for kind, (good, whole) in parts.items()
    ]
    least = min(float(good / whole) for good, whole in parts.values())
    return Figure(least, f"evidence was accepted for {listed(told)}")


def first_reports(q: OpenQuarter) -> Figure:
    """S3-08: contracts with a delivery dated within the first whole quarter of their commitments,
    of those for which that quarter is over."""
    promised = _promised(q)
    first = _first_days(q)
    ends = {
        ref: _first_whole_quarter(min(rows["start_date"])).end
        for ref, rows in promised.groupby("contract_ref")
    }
    over = {ref: end for ref, end in ends.items() if end <= q.measured_on}
    if not over:
        raise NotHeld("no contract's first whole quarter is over")
    intime = sum(ref in first and first[ref] <= end for ref, end in over.items())
    return Figure(
        intime / len(over),
        f"{intime:,} of {count(len(over), 'contract')} with commitments reported something dated "
        "within their first whole quarter; when a report came in is not recorded",
    )


def reporting(q: OpenQuarter) -> Figure:
    """S3-09: contracts with live commitments that reported something dated in the quarter."""
    promised = _promised(q)
    live = [
        start <= q.measured_on and end >= q.quarter.start
        for start, end in zip(promised["start_date"], promised["end_date"], strict=True)
    ]
    wanted = set(promised.loc[live, "contract_ref"])
    if not wanted:
        raise NotHeld("no commitment is live in the quarter")
    made = _with_contract(q)
    inside = [q.quarter.start <= day <= q.measured_on for day in made["delivered_on"]]
    have = wanted & set(made.loc[inside, "contract_ref"])
    states = Counter(progress(q)["state"])
    slipping = states["behind"] + states["at risk"]
    return Figure(
        len(have) / len(wanted),
        f"{len(have):,} of {count(len(wanted), 'contract')} with live commitments reported "
        f"something dated in {q.label}; {count(slipping, 'commitment')} "
        f"{'is' if slipping == 1 else 'are'} behind or at risk",
    )


def evidence_checked(q: OpenQuarter) -> Figure:
    """S3-10: deliveries whose evidence a contract manager accepted or queried, by grade."""
    _delivered(q)
    by_now = [day <= q.measured_on for day in q.deliveries["delivered_on"]]
    found = Counter(q.deliveries.loc[by_now, "evidence_status"])
    if not found:
        raise NotHeld(NO_DELIVERIES)
    told = [f"{text} for {found[grade]:,}" for grade, text in _GRADES.items() if found[grade]]
    whole = sum(found.values())
    return Figure(
        sum(found[grade] for grade in _CHECKED) / whole,
        f"of {count(whole, 'delivery', 'deliveries')} the evidence is {listed(told)}",
    )


def gross_and_net(q: OpenQuarter) -> Figure:
    """S3-11: of gross and net, how many the values of commitments are shown as."""
    _promised(q)
    net = any("net" in name.split("_") for name in valued(q).columns)
    groups = q.framework.measures["overlap_group"]
    overlap = count(groups[groups != ""].nunique(), "group")
    said = "values are shown gross and net" if net else "values are shown gross only: nothing is "
    said += "" if net else "taken off for what would have happened anyway"
    return Figure(
        1 + net,
        f"{said}; kinds of value are not added up, and the framework names {overlap} of measures "
        "that may count the same change twice",
    )


def _promised(q: OpenQuarter) -> pd.DataFrame:
    if not len(q.commitments):
        raise NotHeld(NO_COMMITMENTS)
    return q.commitments


def _delivered(q: OpenQuarter) -> pd.DataFrame:
    _promised(q)
    if not len(q.deliveries):
        raise NotHeld(NO_DELIVERIES)
    return q.deliveries


def _with_contract(q: OpenQuarter) -> pd.DataFrame:
    """Deliveries with the contract of their commitment."""
    return q.deliveries.merge(q.commitments[["commitment_id", "contract_ref"]], on="commitment_id")


def _first_days(q: OpenQuarter) -> dict[str, date]:
    made = _with_contract(q)
    return {ref: min(rows["delivered_on"]) for ref, rows in made.groupby("contract_ref")}


def _first_whole_quarter(start: date) -> Quarter:
    quarter = Quarter.of(start)
    return quarter if quarter.start == start else quarter.next


OF_DELIVERY: Mapping[str, Callable[[OpenQuarter], Figure]] = {
    "S2-05": value_evidenced,
    "S3-08": first_reports,
    "S3-09": reporting,
    "S3-10": evidence_checked,
    "S3-11": gross_and_net,
}
