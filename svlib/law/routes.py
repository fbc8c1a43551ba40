"""Beside each local opportunity, the route the law leaves open: what may be done about it, not
that it was done lawfully.

Where a supplier is may decide an award only in a competition reserved below threshold. Above, the
local share may be measured and reported, and nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from svlib.law.contracts import possible_types
from svlib.law.reading import CONFIDENCES, TO_BE_CONFIRMED, Row
from svlib.law.tables import NOT_COVERED, NotCovered, held, least_sure, look_up
from svlib.law.thresholds import ABOVE, BELOW, EITHER, amount, stands, threshold
from svlib.parameters import Law

RESERVE = "below-threshold reservation"
QUOTES = "quotes invitation"
LOTS = "lots and access"
DEVELOP = "supplier development"
NONE = "none"
ROUTES = (RESERVE, QUOTES, LOTS, DEVELOP, NONE)
SMALL_FIRMS = "reservation for small firms or VCSEs"

CAUTION = (
    "Above threshold, where a supplier is may be measured and reported but may not decide an "
    "award. A route names what the law leaves open; it is not legal advice, and each procurement "
    "needs its own check."
)
"""The standing caution, printed with every table of local spend or local opportunities."""

COLUMNS = ("name", "route", "also", "side", "reason", "source", "confidence")
_RESERVE, _ABOVE = "reserve by place below threshold", "award by place above threshold"
_SMALL = "reserve for small firms or VCSEs below threshold"
_NOTIFIABLE = "notifiable below threshold"


@dataclass(frozen=True)
class Opportunity:
    """Something that might be bought locally: a contract to come, or a category of them.

    `value_gbp` is the estimated value of one contract over its whole life, None for a category
    whose contracts differ; `local_suppliers` counts those in the local area that could do it, None
    when that is not known. A call-off is bought under the terms of its framework.
    """

    name: str
    contract_type: str
    value_gbp: Decimal | None = None
    vat_basis: str = "unknown"
    local_suppliers: int | None = None
    call_off: bool = False


_FIELDS = tuple(field.name for field in fields(Opportunity))


@dataclass(frozen=True)
class Route:
    """One of ROUTES with its reason, the rows of law it rests on (as `source`) and the weakest
    confidence among them. `also` is another route, open below the threshold; `side` is where the
    value stands."""

    name: str
    route: str
    also: str
    side: str
    reason: str
    source: str
    confidence: str


@dataclass(frozen=True)
class _Below:
    """What is open below threshold."""

    route: str
    also: str
    reason: str
    rows: tuple[Row | NotCovered, ...]


def contract_type(category: str, on: date) -> Row | NotCovered:
    """Our reading of what contracts of a category (an id of categories.csv) are, in
    `row["contract_type"]`; every such row is to be confirmed."""
    return look_up("contract_types", (category,), on)


def lawful_route(opportunity: Opportunity, on: date, asked: Law) -> Route:
    """The lawful route of one opportunity by the law on the as-of date.

    Nothing above threshold is offered a reservation, and where the side is not known the route is
    one that is open on both. Below it, a reservation needs SI 2026/94 in force, `asked.local_area`
    set and at least `asked.least_local_suppliers`; without them it is quotes under the notifiable
    amount, else lots and access. Without a local supplier it is supplier development. Call-offs,
    and dates the tables do not cover, have none.
    """
    line = threshold(on, opportunity.contract_type, asked.authority)
    if not isinstance(line, Row):
        says = f"{NOT_COVERED.capitalize()}."
        return Route(opportunity.name, NONE, "", NOT_COVERED, says, "", "")
    side = str(stands(opportunity.value_gbp, opportunity.vat_basis, line, asked.vat_rate))
    route = _Below("", "", "", ())
    if opportunity.call_off:
        route = _Below(NONE, "", "A call-off is let under its framework, whose terms are set.", ())
    elif opportunity.local_suppliers == 0:
        route = _Below(DEVELOP, "", "No supplier of this is known in the local area.", ())
    elif side == ABOVE:
        reason = f"At or above the threshold of £{line.line_gbp:,}: place may not decide."
        route = _Below(LOTS, "", reason, (_permission(_ABOVE, opportunity, on),))
    elif side == BELOW:
        route = _below(opportunity, on, asked)
    else:
        route = _either(_below(opportunity, on, asked), side, line)
    rows = (line, *route.rows)
    return Route(
        name=opportunity.name,
        route=route.route,
        also=route.also,
        side=side,
        reason=route.reason,
        source="; ".join(dict.fromkeys(row.source for row in rows if row.source)),
        confidence=least_sure(*rows),
    )


def lawful_routes(opportunities: pd.DataFrame, on: date, asked: Law) -> pd.DataFrame:
    """One row an opportunity, in the order given: `name`, `route`, `also`, `side`, `reason`,
    `source`, `confidence`, as `Route`.

    `opportunities` has `name` and those columns of Opportunity that are known. Where it has no
    `contract_type` but a `category`, our reading of the category stands in and is named; without
    either, the route is one that is open to goods, services, works and light touch alike.
    """
    found = [_of_line(row, on, asked) for row in opportunities.to_dict("records")]
    return pd.DataFrame([vars(route) for route in found], columns=list(COLUMNS))


def _of_line(row: dict[Any, Any], on: date, asked: Law) -> Route:
    given = {name: row[name] for name in _FIELDS if name in row and not pd.isna(row[name])}
    if not given.get("vat_basis"):
        given["vat_basis"] = "unknown"
    if "local_suppliers" in given:
        given["local_suppliers"] = int(given["local_suppliers"])
    types, category = possible_types(row), str(row.get("category", ""))
    if len(types) == 1 or not category:
        each = [Opportunity(**{**given, "contract_type": one}) for one in types]
        return _of_types([lawful_route(one, on, asked) for one in each])
    kind = contract_type(category, on)
    if not isinstance(kind, Row):
        reason = "What contracts of this category are is not in the tables."
        return Route(given["name"], NONE, "", NOT_COVERED, reason, "", "")
    found = lawful_route(
        Opportunity(**{**given, "contract_type": kind["contract_type"]}), on, asked
    )
    return replace(
        found,
        reason=f"Taken as {kind['contract_type']}{_unsure(kind)}. {found.reason}",
        source="; ".join(filter(None, (found.source, kind.source))),
        confidence=kind.confidence,
    )


def _of_types(found: list[Route]) -> Route:
    """The route all types share; where they differ, the one open to all, and what is open to some
    of them below threshold."""
    if len({(one.route, one.also, one.side) for one in found}) == 1:
        return found[0]
    routes, sides = ({getattr(one, name) for one in found} for name in ("route", "side"))
    shared = routes.pop() if len(routes) == 1 else LOTS
    named = (name for one in found for name in (one.route, one.also))
    others = [name for name in dict.fromkeys(named) if name not in ("", LOTS, shared)]
    return replace(
        found[0],
        route=shared,
        also=f"{', or '.join(others)}, where below threshold" if others else "",
        side=sides.pop() if len(sides) == 1 else EITHER,
        reason="The type of contract is not known and decides.",
        source="; ".join(dict.fromkeys(one.source for one in found)),
        confidence=max(filter(None, (one.confidence for one in found)), key=CONFIDENCES.index),
    )


def _either(below: _Below, side: str, line: Row) -> _Below:
    """Of an opportunity that may be on either side: what is open on both, and what below."""
    why = "VAT decides the side" if side == EITHER else "Each contract's value decides"
    open_below = below.also if below.route == LOTS else below.route
    also = f"{open_below}, below £{line.line_gbp:,} with VAT" if open_below else ""
    reason = f"{why}: the route open on both sides is named. {below.reason}"
    return _Below(LOTS, also, reason, below.rows)


def _below(opportunity: Opportunity, on: date, asked: Law) -> _Below:
    reserve = _permission(_RESERVE, opportunity, on)
    suppliers = opportunity.local_suppliers
    if not isinstance(reserve, Row) or reserve["allowed"] == "no":
        why = f"Place may not be a reason here{_unsure(reserve)}"
    elif asked.local_area is None:
        why = "The lawful local area is not set (law.local_area): ask Legal"
    elif suppliers is None:
        why = "How many local suppliers could compete is not known"
    elif suppliers < asked.least_local_suppliers:
        why = f"Fewer than {asked.least_local_suppliers} local suppliers could compete"
    else:
        who = asked.local_area_confirmed_by
        reason = (
            f"Below threshold, and {suppliers} suppliers in {asked.local_area} could compete. "
            f"Local area confirmed by: {who}."
        )
        return _Below(RESERVE, "", reason, (reserve,))
    return _unreserved(opportunity, on, asked, why, reserve)


def _unreserved(
    opportunity: Opportunity, on: date, asked: Law, why: str, reserve: Row | NotCovered
) -> _Below:
    """Quotes under the notifiable amount, else lots and access."""
    small = _permission(_SMALL, opportunity, on)
    allowed = isinstance(small, Row) and small["allowed"] == "yes"
    also, rows = (SMALL_FIRMS, (reserve, small)) if allowed else ("", (reserve,))
    notice = amount(_NOTIFIABLE, on, asked.authority)
    value, basis = opportunity.value_gbp, opportunity.vat_basis
    if isinstance(notice, Row) and stands(value, basis, notice, asked.vat_rate) == BELOW:
        reason = (
            f"{why}. Under £{notice.line_gbp:,} quotes may be invited without a notice; local "
            "suppliers may be among those asked, though not because of where they are."
        )
        return _Below(QUOTES, also, reason, (*rows, notice))
    return _Below(LOTS, also, f"{why}.", rows)


def _permission(name: str, opportunity: Opportunity, on: date) -> Row | NotCovered:
    return held("permissions").own_or_any((name, opportunity.contract_type), on)


def _unsure(row: Row | NotCovered) -> str:
    return f" ({TO_BE_CONFIRMED})" if row.confidence == TO_BE_CONFIRMED else ""
