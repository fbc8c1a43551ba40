"""Checks that read the contracts register and what is promised in contracts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pandas as pd

from svlib import contracts, law
from svlib.contracts.awards import NOT_STATED
from svlib.contracts.frameworks import FRAMEWORK
from svlib.findings.checks.figure import Figure, NotHeld, known
from svlib.findings.contracts import spend_on_contract
from svlib.quarter import day_label
from svlib.show import between, count, money, share
from svlib.view import OpenQuarter

NO_REGISTER = "no contracts register is held"
_THRESHOLD, _KPIS, _RATING = "threshold", "three key performance indicators", "UK9"


def small_awards(q: OpenQuarter) -> Figure:
    """S1-08: contracts below threshold awarded in the quarter that SMEs won; VCSEs, local firms."""
    awards = _awards(q)
    told = law.tested(awards, q.as_of, q.parameters.law)
    side = told.loc[told["test"] == _THRESHOLD, "answer"].to_numpy() == law.BELOW
    below = awards[side].reset_index(drop=True)
    if not len(below):
        raise NotHeld(f"no contract surely below threshold was awarded in {q.label}")
    found = _won_by_smes(below)
    vcse = contracts.by_vcse(below).set_index("vcse")["contracts"]
    here = contracts.area_shares(below, q.areas).set_index("area").loc[q.areas.local]
    number = int(vcse.sum())
    return Figure(
        found.value,
        f"of {count(number, 'contract')} below threshold awarded in {q.label}, {found.said}; "
        f"VCSEs won {int(vcse.get('yes', 0)):,} and suppliers certain to be in "
        f"{q.areas.local_area.name} {here.inside:,}",
        found.low,
        found.high,
    )


def ending_with_an_owner(q: OpenQuarter) -> Figure:
    """S1-11: contracts that end within 18 months and name a directorate."""
    _register(q)
    found = contracts.pipeline(q.contracts, q.as_of)
    if not len(found):
        raise NotHeld("no contract on the register ends within 18 months")
    named = int((found["directorate"] != NOT_STATED).sum())
    return Figure(
        named / len(found),
        f"{named:,} of {count(len(found), 'line')} of the register that end within 18 months of "
        f"{day_label(q.as_of)} name a directorate; the register has no column for a flag of social "
        "value chance",
    )


def won_by_smes(q: OpenQuarter) -> Figure:
    """S3-05: contracts awarded in the quarter that SMEs won; bids are not recorded."""
    awards = _awards(q)
    found = _won_by_smes(awards)
    number = int(contracts.by_size(awards)["contracts"].sum())
    return Figure(
        found.value,
        f"of {count(number, 'contract')} awarded in {q.label}, {found.said}; the register does not "
        "tell who bid, so there is no win rate",
        found.low,
        found.high,
    )


def with_commitments(q: OpenQuarter) -> Figure:
    """S3-06: value of contracts that run, of which commitments with target and date are held."""
    _register(q)
    found = contracts.counted(q.contracts)
    found = found[(found["role"] != FRAMEWORK) & _running(found, q)]
    have = found["contract_ref"].isin(_scheduled(q))
    whole, inside = _value(found), _value(found[have])
    if whole <= 0:
        raise NotHeld("no contract with a value runs, as far as the register says")
    part = float(inside / whole)
    return Figure(
        part,
        f"{count(int(have.sum()), 'contract')} of {len(found):,} that run, {share(part)} of their "
        "value, have commitments with unit, target and due date",
    )


def indicators(q: OpenQuarter) -> Figure:
    """S3-07: contracts surely under the duty to set KPIs that have a measure of social value."""
    _register(q)
    told = law.tested(q.contracts, q.as_of, q.parameters.law)
    told = told[told["test"] == _KPIS]
    under = told.loc[told["answer"] == law.APPLIES, "contract_ref"]
    could = int((told["answer"] == law.EITHER_WAY).sum())
    besides = f"; of {count(could, 'more contract')} it cannot be told" if could else ""
    if not len(under):
        raise NotHeld(f"no contract on the register is surely one that needs KPIs{besides}")
    have = int(under.isin(_scheduled(q)).sum())
    part = have / len(under)
    return Figure(
        part,
        f"{have:,} of {count(len(under), 'contract')} surely under the KPI duty have a measure of "
        f"social value{besides}; how many KPIs each has is not on the register{_next_rating(q)}",
    )


def on_contract(q: OpenQuarter) -> Figure:
    """S3-15: spend joined to a contract, as the page of contracts shows it."""
    _register(q)
    here = spend_on_contract(q)
    why = "the quarter's net spend is zero or less"
    low, high = known(here.low, why), known(here.high, why)
    part = known(here.share, why)
    return Figure(
        part,
        f"{share(part)} of spend is joined to a contract, surely or likely; counting what is not "
        f"sure, {between(low, high)}; {money(here.none_gbp)} is joined to none",
        min(low, part),
        max(high, part),
    )


def _register(q: OpenQuarter) -> None:
    if not len(q.contracts):
        raise NotHeld(NO_REGISTER)


def _awards(q: OpenQuarter) -> pd.DataFrame:
    """Contracts awarded in the quarter, frameworks among them."""
    _register(q)
    awards = contracts.awarded(q.contracts, q.quarter)
    if not contracts.totals(awards).iloc[0]["contracts"]:
        raise NotHeld(f"no contract on the register was awarded in {q.label}")
    return awards


def _won_by_smes(awards: pd.DataFrame) -> Figure:
    """The share of contracts that SMEs won, of those whose register line says; with bounds."""
    by = contracts.by_size(awards).set_index("sme")["contracts"]
    yes, no, whole = int(by.get("yes", 0)), int(by.get("no", 0)), int(by.sum())
    if not yes + no:
        raise NotHeld("the register does not say which winners are SMEs")
    part = yes / (yes + no)
    silent = whole - yes - no
    besides = f" ({count(silent, 'line')} {'does' if silent == 1 else 'do'} not say)"
    said = f"SMEs won {yes:,}{besides if silent else ''}"
    return Figure(part, said, yes / whole, (whole - no) / whole)


def _scheduled(q: OpenQuarter) -> set[str]:
    """Contracts with a commitment that has a target above zero."""
    held = q.commitments
    return set(held.loc[[target > 0 for target in held["target"]], "contract_ref"])


def _running(found: pd.DataFrame, q: OpenQuarter) -> pd.Series:
    """Which lines run on the day measured; one without an end does not say so."""
    days = zip(found["start_date"], found["end_date"], strict=True)
    runs = [
        not pd.isna(start) and not pd.isna(end) and start <= q.measured_on <= end
        for start, end in days
    ]
    return pd.Series(runs, index=found.index, dtype=bool)


def _value(found: pd.DataFrame) -> Decimal:
    return sum((value for value in found["counted_gbp"] if not pd.isna(value)), Decimal(0))


def _next_rating(q: OpenQuarter) -> str:
    due = law.contract_dates(q.contracts, q.as_of, q.parameters.law)
    due = due[(due["code"] == _RATING) & (due["applies"] == law.APPLIES)]
    return f"; the next rating falls due on {day_label(due['due_on'].iloc[0])}" if len(due) else ""


OF_CONTRACTS: Mapping[str, Callable[[OpenQuarter], Figure]] = {
    "S1-08": small_awards,
    "S1-11": ending_with_an_owner,
    "S3-05": won_by_smes,
    "S3-06": with_commitments,
    "S3-07": indicators,
    "S3-15": on_contract,
}
