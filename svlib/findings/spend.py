"""Spend in words: each sentence is made from a measure and changes when the data do."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
from IPython.display import HTML

from svlib import places, reconciliation, spend
from svlib.findings.change import moves
from svlib.findings.contracts import won
from svlib.quarter import Quarter, month_label
from svlib.show import (
    between,
    compared,
    count,
    listed,
    money,
    points,
    pounds,
    share,
    tiles,
    waterfall,
)
from svlib.suppliers import worklist
from svlib.view import OpenQuarter

ZERO = Decimal("0.00")
_PLACE_BASES = {
    "directory": "the council's supplier directory (trading address)",
    "file": "the postcode the payments file prints",
    "registered office": "the registered office on the company register, which may not be where "
    "the work is done,",
}
_BASES = {
    "publication": "the quarter their file was published for",
    "payment_date": "the quarter of their date",
}


def spend_sentences(q: OpenQuarter) -> list[str]:
    """What a reader should take from the spend page, in order of weight."""
    return [total(q), *year_on_year(q), local(q), largest_directorate(q), concentrated(q), *won(q)]


def total(q: OpenQuarter) -> str:
    """What was spent, against the quarter before when both are whole."""
    whole = spend.totals(q.payments).iloc[0]
    said = (
        f"{q.authority} spent {money(whole.net_gbp)} in {q.label} with "
        f"{count(whole.suppliers, 'named supplier')}"
    )
    if q.missing_months:
        months = listed([month_label(month) for month in q.missing_months])
        return f"{said}, {months} left out; this is not compared with other quarters."
    if q.previous is None:
        return f"{said}. The quarter before is not held whole, so nothing is compared."
    return f"{said}, {compared(whole.net_gbp, _net(q, q.previous), q.previous.label)}."


def year_on_year(q: OpenQuarter) -> list[str]:
    """The same quarter last year, when both are whole."""
    if q.year_ago is None or q.missing_months:
        return []
    now = spend.totals(q.payments).iloc[0].net_gbp
    return [f"That is {compared(now, _net(q, q.year_ago), q.year_ago.label)}, a year earlier."]


def local(q: OpenQuarter) -> str:
    """The local share with its bounds, its movement and its target."""
    area = q.areas.local_area
    here = local_figures(q, q.payments)
    bounds = f"{between(here.low, here.high)} of all net spend"
    if here.share is None:
        return (
            f"No supplier's place is known yet, so the share spent in {area.name} cannot be said: "
            f"it lies {bounds}."
        )
    said = (
        f"Suppliers in {area.name} received {share(here.share)} of the spend whose place is known"
    )
    if q.previous is not None and not q.missing_months:
        before = local_figures(q, _quarter(q, q.previous))
        moved = points(here.share, before.share, q.previous.label)
        said += f", {moved}" if moved else ""
    return f"{said}; counting what is not known, {bounds}.{_target(q)}"


def largest_directorate(q: OpenQuarter) -> str:
    """Who spends most, and what moved most."""
    found = spend.by_directorate(q.payments)
    if len(found) < 2:
        return "The files do not tell directorates apart."
    first = found.iloc[0]
    said = (
        f"{first.directorate} spent most: {money(first.net_gbp)}, {share(first.share)} of the whole"
    )
    moved = moves(q)
    if not len(moved):
        return f"{said}."
    most = moved.iloc[0]
    direction = "up" if most.change_gbp > 0 else "down"
    return (
        f"{said}. The largest change since the quarter before is {most.directorate_name}, "
        f"{direction} {money(abs(most.change_gbp))}."
    )


def concentrated(q: OpenQuarter) -> str:
    """How much goes to the ten largest suppliers, and how many equal ones that would be."""
    part = spend.top_share(q.payments, 10)
    said = f"The ten largest suppliers received {share(part)} of net spend"
    equal = spend.concentration(q.payments)["effective_suppliers"].iloc[0]
    if equal is None:
        return f"{said}."
    return f"{said}; spend is as concentrated as if {equal:,.0f} suppliers shared it equally."


def certainty(q: OpenQuarter) -> list[str]:
    """What is not known, in rows and pounds, and what the other way of counting would give."""
    whole = spend.totals(q.payments).iloc[0]
    files = q.reconciliation
    read, aside = files["rows_read"].sum(), files["rows_set_aside"].sum()
    lines = [
        f"{count(int(read), 'row')} were read from {count(len(files), 'file')}: "
        f"{count(int(files['rows_accepted'].sum()), 'row')} are used, "
        f"{count(int(files['rows_excluded'].sum()), 'row')} "
        f"({money(_add(files['gbp_excluded']))}) are left out by rule and "
        f"{count(int(aside), 'row')} cannot be used.",
        _printed(files),
        withheld(whole),
        unplaced(q),
        place_basis(q),
        _posted(q),
    ]
    lines += [_rule(q, rule.id, rule.reason) for rule in q.parameters.exclusions]
    return [line for line in lines if line]


def addressable_figure(q: OpenQuarter) -> HTML:
    """From gross published spend to what procurement can move."""
    lines = q.lines.filter(f"quarter = '{q.quarter.slug}'")
    names = {rule.id: f"left out by rule: {rule.id}" for rule in q.parameters.exclusions}
    return waterfall(
        spend.waterfall(lines, names),
        f"From all that was published to what procurement can move, {q.label}",
        columns={"step": "Step", "net_gbp": "Amount", "left_gbp": "Left", "payments": "Lines"},
    )


def files_table(q: OpenQuarter) -> pd.DataFrame:
    """The reconciliation with file names instead of paths."""
    files = q.reconciliation
    printed = [
        "none printed" if total is None else pounds(total) for total in files["publisher_total_gbp"]
    ]
    differs = ["" if amount is None else pounds(amount) for amount in files["difference_gbp"]]
    names = [Path(file).name for file in files["file"]]
    return files.assign(file=names, printed_total=printed, difference=differs)


def spend_tiles(q: OpenQuarter) -> HTML:
    """Four key figures."""
    whole = spend.totals(q.payments).iloc[0]
    here = local_figures(q, q.payments)
    return tiles(
        [
            (
                "Net spend",
                money(whole.net_gbp),
                f"credits of {money(abs(whole.credits_gbp))} taken off",
            ),
            ("Named suppliers", f"{whole.suppliers:,}", count(whole.payments, "payment line")),
            local_tile(q),
            ("Place known", share(_placed(q)), f"{money(here.located_gbp)} of net spend"),
        ]
    )


def local_tile(q: OpenQuarter) -> tuple[str, str, str]:
    """The local share as a key figure, never without its bounds."""
    here = local_figures(q, q.payments)
    return (
        f"In {q.areas.local_area.name}",
        share(here.share),
        f"{'nothing is placed yet' if here.share is None else 'of placed spend'}; "
        f"{between(here.low, here.high)} of all",
    )


def payoff(q: OpenQuarter, n: int = 20) -> str:
    """What looking up the largest unplaced suppliers would bring; empty when all are placed."""
    found, before, after = worklist.payoff(spend.by_supplier(q.payments), n)
    if not found:
        return ""
    return (
        f"Look up the place of the {count(found, 'largest supplier')} not yet placed: it would "
        f"raise the spend that can be placed from {share(before)} to {share(after)}."
    )


def withheld(whole: pd.Series) -> str:
    """How much the publisher withheld the name of."""
    if not whole.withheld:
        return "The publisher withheld no supplier's name."
    return (
        f"The publisher withheld the supplier's name on {count(whole.withheld, 'line')} "
        f"({money(whole.withheld_gbp)}); these are in the totals but have no place."
    )


def unplaced(q: OpenQuarter) -> str:
    """How much has no known place, of named suppliers."""
    rows = spend.by_place(q.payments, q.areas).set_index("place")
    if places.NOT_KNOWN not in rows.index:
        return ""
    row = rows.loc[places.NOT_KNOWN]
    return (
        f"{count(int(row.suppliers), 'supplier')} with {money(row.net_gbp)} "
        f"({share(row.share)} of net spend) have no known place."
    )


def place_basis(q: OpenQuarter) -> str:
    """What places are read from: a trading address, or the registered office; empty without any."""
    rows = spend.by_basis(q.payments).set_index("place_basis")["net_gbp"]
    whole = _add(rows.drop(index="", errors="ignore"))
    if whole <= 0:
        return ""
    said = [
        f"{text} for {share(float(rows[name] / whole))}"
        for name, text in _PLACE_BASES.items()
        if name in rows.index
    ]
    return f"Of spend with an address, the place is read from {listed(said)}."


def local_figures(q: OpenQuarter, payments: object) -> pd.Series:
    """The row of the local area in `spend.area_shares`."""
    return spend.area_shares(payments, q.areas).set_index("area").loc[q.areas.local]


def _placed(q: OpenQuarter) -> float | None:
    whole = spend.totals(q.payments).iloc[0].net_gbp
    return float(local_figures(q, q.payments).located_gbp / whole) if whole > 0 else None


def _quarter(q: OpenQuarter, quarter: Quarter) -> object:
    return q.history.filter(f"quarter = '{quarter.slug}'")


def _net(q: OpenQuarter, quarter: Quarter) -> Decimal:
    return spend.totals(_quarter(q, quarter)).iloc[0].net_gbp


def _add(amounts: pd.Series) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), ZERO)


def _target(q: OpenQuarter) -> str:
    target = q.parameters.targets.local
    if target is None:
        return " No target is set in the parameters."
    base = "" if target.baseline is None else f" from a baseline of {share(float(target.baseline))}"
    return f" The target is {share(float(target.share))} by {target.by.label}{base}."


def _printed(files: pd.DataFrame) -> str:
    known = files[[total is not None for total in files["publisher_total_gbp"]]]
    if not len(known):
        return "None of the files prints a total of its own to compare with."
    said = f"{len(known)} of {count(len(files), 'file')} print a total of their own"
    odd = known[[difference != 0 for difference in known["difference_gbp"]]]
    if not len(odd):
        return f"{said}; all agree with what was read, to the penny."
    names = listed([f"{Path(row.file).name} by {pounds(row.difference_gbp)}"
                    for row in odd.itertuples()])  # fmt: skip
    return f"{said}; it differs from what was read in {names}."


def _posted(q: OpenQuarter) -> str:
    found = spend.posted_elsewhere(q.payments).set_index("posted_quarter")
    other = found.drop(index=[q.quarter.slug, ""], errors="ignore")
    undated = int(found["payments"].get("", 0))
    parts = []
    if len(other):
        lines = count(int(other["payments"].sum()), "line")
        parts.append(f"{lines} ({money(_add(other['net_gbp']))}) bear a date in another quarter")
    if undated:
        parts.append(f"{count(undated, 'line')} bear no date")
    said = listed(parts) or "Every line bears a date in the quarter"
    return f"{said}. {basis(q)}"


def basis(q: OpenQuarter) -> str:
    """How payments are put into quarters, and what the other way would give."""
    used = q.parameters.quarter_by
    other = "payment_date" if used == "publication" else "publication"
    lines, gbp = reconciliation.other_basis(q.lines, q.quarter, used)
    return (
        f"Lines are counted in {_BASES[used]}. Counted in {_BASES[other]}, the quarter would hold "
        f"{count(lines, 'line')} worth {pounds(gbp)}, as far as the files held can tell."
    )


def _rule(q: OpenQuarter, rule: str, reason: str) -> str:
    excluded = q.lines.filter(f"quarter = '{q.quarter.slug}' AND status = 'excluded'")
    found = spend.by_reason(excluded).set_index("reason")
    if rule not in found.index:
        return ""
    taken = found.loc[rule]
    return (
        f"Left out by rule '{rule}': {count(int(taken.payments), 'line')}, "
        f"{money(taken.net_gbp)}. {reason}."
    )
