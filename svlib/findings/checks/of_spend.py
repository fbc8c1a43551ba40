"""Checks that read the payments, and what the parameters and the answers say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from svlib import contracts, diagnostic, guidance, law, spend
from svlib.findings.checks.figure import Figure, NotHeld, known
from svlib.findings.diagnostic import diagnostic_scores
from svlib.findings.guidance import priorities
from svlib.law.contracts import possible_types
from svlib.parameters.base import TO_BE_CONFIRMED
from svlib.quarter import Quarter, day_label
from svlib.show import between, count, listed, money, share
from svlib.view import OpenQuarter

NO_SPEND = "the quarter's net spend is zero or less"
_ZERO = Decimal(0)
_SCORES = 4  # of the ranking: spend, local market, risk, opportunity


def plan_links(q: OpenQuarter) -> Figure:
    """S1-02: outcomes of the framework that name a priority of the council plan."""
    written = list(q.framework.outcomes["priorities"])
    tied = sum(any(TO_BE_CONFIRMED not in one for one in text.split("; ")) for text in written)
    return Figure(
        tied / len(written),
        f"{tied:,} of {count(len(written), 'outcome')} of the framework name a priority of the "
        "council plan that is confirmed",
    )


def alike(q: OpenQuarter) -> Figure:
    """S1-05: questions on which directorates lie less than two levels apart."""
    spread = diagnostic.divergence(diagnostic_scores(q))
    if not len(spread):
        raise NotHeld("no question was answered by two directorates")
    wide = int(spread["flag"].astype(bool).sum())
    most = count(int(spread["spread"].iloc[0]), "level")
    return Figure(
        1 - wide / len(spread),
        f"directorates lie two or more levels apart on {wide:,} of "
        f"{count(len(spread), 'question')}; the widest gap is {most} (standard deviation "
        f"{spread['sd'].iloc[0]:.1f})",
    )


def thresholds_held(q: OpenQuarter) -> Figure:
    """S1-07: types of contract whose threshold the tables hold for the as-of date."""
    asked = q.parameters.law.authority
    rows = [law.threshold(q.as_of, kind, asked) for kind in possible_types({})]
    held = sum(isinstance(row, law.Row) for row in rows)
    return Figure(
        held / len(rows),
        f"the tables of this suite hold the threshold on {day_label(q.as_of)} for {held:,} of "
        f"{count(len(rows), 'type')} of contract; they were checked on "
        f"{day_label(law.checked_on())}",
    )


def in_a_category(q: OpenQuarter) -> Figure:
    """S1-12: spend in a category, and whether the files reconcile."""
    part = known(spend.classified(q.payments).iloc[0]["share"], NO_SPEND)
    return Figure(part, f"{share(part)} of spend is in a category; {_reconciled(q)}")


def rests_on(q: OpenQuarter) -> Figure:
    """S1-14: how many of its scores the ranking of categories by spend can be made from."""
    found = priorities(q)
    if not len(found):
        raise NotHeld("there is no spend in a category that is bought")
    have = [text.lower() for name, text in guidance.SCORES.items() if found[name].notna().any()]
    return Figure(
        len(have),
        f"{count(len(found), 'category', 'categories')} can be ranked from the quarter's spend, by "
        f"{listed(have)}: {len(have)} of {_SCORES} scores",
    )


def pooled(q: OpenQuarter) -> Figure:
    """S2-02: authorities whose payments are held for the same quarter."""
    others = len(q.others)
    held = count(others, "other authority", "other authorities") if others else "no other authority"
    said = f"beside {q.authority}'s own, payments of {held} are held for {q.label}"
    return Figure(1 + others, said)


def with_vcses(q: OpenQuarter) -> Figure:
    """S2-07: the share of spend with VCSEs, and of the quarter's contracts."""
    area = q.areas.local_area
    low, high = spend.headline_bounds(q.payments, area)["share_vcse"]
    low, high = known(low, NO_SPEND), known(high, NO_SPEND)
    bounds = f"{between(low, high)} of all spend"
    part = known(
        spend.headline_figures(q.payments, area)["share_vcse"],
        f"of less than half of spend is it known whether it went to VCSEs, {bounds}",
    )
    return Figure(
        part,
        f"VCSEs received {share(part)} of the spend for which it is known, {bounds}{_of_awards(q)}",
        min(low, part),
        max(high, part),
    )


def placed(q: OpenQuarter) -> Figure:
    """S2-11: spend that can be placed, spend with a company or charity number, names joined."""
    figures = spend.headline_figures(q.payments, q.areas.local_area)
    part = known(figures["share_placed"], NO_SPEND)
    joined = int((q.names["evidence"] != "").sum())
    return Figure(
        part,
        f"{share(part)} of spend can be placed and {share(numbered(q))} is with suppliers whose "
        f"company or charity number is known; of {count(len(q.names), 'name')} printed in the "
        f"quarters held {joined:,} {'was' if joined == 1 else 'were'} joined to another spelling",
    )


def numbered(q: OpenQuarter) -> float | None:
    """The share of net spend with suppliers whose company or charity number is known."""
    known_ids = q.suppliers.loc[
        (q.suppliers["company_number"] != "") | (q.suppliers["charity_number"] != ""), "supplier_id"
    ]
    paid = spend.by_supplier(q.payments)
    whole = sum(paid["net_gbp"], _ZERO)
    inside = sum(paid.loc[paid["supplier_id"].isin(known_ids), "net_gbp"], _ZERO)
    return float(inside / whole) if whole > 0 else None


def names_withheld(q: OpenQuarter) -> Figure:
    """S2-12: of the lines paid to people, as far as names tell, those that withhold the name."""
    hidden = int(spend.totals(q.payments).iloc[0]["withheld"])
    kinds = spend.by_class(q.payments).set_index("supplier_class")["payments"]
    named = int(kinds.get("individual", 0))
    if not hidden + named:
        raise NotHeld("no line withholds a name and none looks as if it names a person")
    return Figure(
        hidden / (hidden + named),
        f"the name is withheld on {count(hidden, 'line')}, and {count(named, 'line')} "
        f"{'looks' if named == 1 else 'look'} as if {'it names' if named == 1 else 'they name'} a "
        "person",
    )


def quarters_in_a_row(q: OpenQuarter) -> Figure:
    """S3-14: whole quarters in a row with a local share on one definition, up to this one, or to
    the one before where this one lacks months."""
    trend = spend.trend(q.history, q.areas).set_index("quarter")["share"]
    last = q.quarter if _whole(q, q.quarter) else q.quarter.previous
    at, found = last, 0
    while _whole(q, at) and trend.get(at.slug) is not None:
        at, found = at.previous, found + 1
    area = q.areas.local_area.name
    if not found:
        return Figure(0, f"no share of spend in {area} can be said for {last.label}")
    return Figure(
        found,
        f"{count(found, 'whole quarter')} in a row up to {last.label} "
        f"{'has' if found == 1 else 'have'} a share of spend in {area}, on one definition",
    )


def _whole(q: OpenQuarter, quarter: Quarter) -> bool:
    return quarter in q.store.quarters and not q.store.missing[quarter.slug]


def _reconciled(q: OpenQuarter) -> str:
    printed = [gap for gap in q.reconciliation["difference_gbp"] if gap is not None]
    if not printed:
        return "no file prints a total to reconcile with"
    odd = [abs(gap) for gap in printed if gap != 0]
    agree = "agrees" if len(printed) == 1 else "agree"
    said = f"{len(printed) - len(odd):,} of {count(len(printed), 'printed total')} {agree} with "
    return said + "what was read" + (f", off by {money(sum(odd, _ZERO))} in all" if odd else "")


def _of_awards(q: OpenQuarter) -> str:
    if not len(q.contracts):
        return ""
    by = contracts.by_vcse(contracts.awarded(q.contracts, q.quarter)).set_index("vcse")["contracts"]
    if not len(by):
        return f"; no contract was awarded in {q.label}"
    won = int(by.get("yes", 0))
    return f"; VCSEs won {won:,} of {count(int(by.sum()), 'contract')} awarded in {q.label}"


OF_SPEND: Mapping[str, Callable[[OpenQuarter], Figure]] = {
    "S1-02": plan_links,
    "S1-05": alike,
    "S1-07": thresholds_held,
    "S1-12": in_a_category,
    "S1-14": rests_on,
    "S2-02": pooled,
    "S2-07": with_vcses,
    "S2-11": placed,
    "S2-12": names_withheld,
    "S3-14": quarters_in_a_row,
}
