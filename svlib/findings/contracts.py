"""Contracts in words and tables: who won, what ends, what is paid on contract."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from IPython.display import HTML

from svlib import contracts
from svlib.quarter import day_label
from svlib.show import between, count, money, share, table
from svlib.view import OpenQuarter

NO_REGISTER = (
    "No contracts register is held, so nothing can be said of awards, of spend on contract or of "
    "what ends; name one under sources.contracts in authority.yaml."
)
_LISTED = ("supplier", "public body", "card")  # kinds of payee whose names may be printed
_STANDINGS = {
    "net_gbp": "Net spend",
    "sure_gbp": "Sure",
    "likely_gbp": "Likely",
    "possible_gbp": "Possible",
    "not_known_gbp": "Payee not named",
    "none_gbp": "On no contract",
    "share": "Share on contract",
    "low": "At least",
    "high": "At most",
}


def won(q: OpenQuarter) -> list[str]:
    """Contracts awarded, when there is a register."""
    if not len(q.contracts):
        return []
    awards = contracts.awarded(q.contracts, q.quarter)
    if not len(awards):
        return [f"No contract on the register was awarded in {q.label}."]
    whole = contracts.totals(awards).iloc[0]
    here = contracts.area_shares(awards, q.areas).set_index("area").loc[q.areas.local]
    one = whole.contracts == 1
    said = (
        f"{count(whole.contracts, 'contract')} worth {money(whole.value_gbp)} over "
        f"{'its' if one else 'their'} whole life {'was' if one else 'were'} awarded; "
        f"{count(here.inside, 'contract')} worth {money(here.inside_gbp)} went to suppliers "
        f"certain to be in {q.areas.local_area.name}."
    )
    return [said + _besides(whole)]


def ending_soon(q: OpenQuarter, months: int) -> str:
    """What ends within so many months of the as-of date, in words; empty when nothing does."""
    found = contracts.by_month(q.contracts, q.as_of, months, directorates=False)
    number, frameworks = int(found["contracts"].sum()), int(found["frameworks"].sum())
    if not number + frameworks:
        return ""
    value = sum(found["value_gbp"], Decimal("0.00"))
    besides = f" and {count(frameworks, 'framework')}" if frameworks else ""
    return f"{count(number, 'contract')} worth {money(value)} over their whole life{besides}"


def contract_sentences(q: OpenQuarter) -> list[str]:
    """What a reader should take from the register, in order of weight."""
    if not len(q.contracts):
        return [NO_REGISTER]
    return [*won(q), paid_on_contract(q), *_ending(q)]


def paid_on_contract(q: OpenQuarter) -> str:
    """The quarter's spend on contract, with its bounds."""
    here = spend_on_contract(q)
    return (
        f"{share(here.share)} of net spend in {q.label} is joined to a contract of the register, "
        f"surely or likely; counting what is not sure, {between(here.low, here.high)}. "
        f"{money(here.none_gbp)} is joined to none, which may be because the register does not "
        "list its contract."
    )


def spend_on_contract(q: OpenQuarter) -> pd.Series:
    """The row of contracts.on_contract for all payments of the quarter."""
    return contracts.on_contract(_of_quarter(q)).iloc[0]


def contracts_certainty(q: OpenQuarter) -> list[str]:
    """What the figures on contracts rest on; nothing without a register."""
    if not len(q.contracts):
        return []
    sure, likely, possible = (
        f"{sum(contracts.by_basis(_of_quarter(q)).query(f'standing == {name!r}')['payments']):,}"
        for name in contracts.STANDINGS[:3]
    )
    return [
        f"The register has {count(len(q.contracts), 'line')}; each counts as one contract.",
        f"Of the quarter's payments {sure} are joined to a contract surely, {likely} likely and "
        f"{possible} possibly. No payment is joined to two.",
        f"A payment up to {contracts.LATE_DAYS} days after a contract's last day may be its own.",
        *q.contract_notes,
    ]


def award_areas_table(q: OpenQuarter) -> HTML:
    """Where the quarter's winners are, by area, with bounds for those whose place is not known;
    nothing without an award."""
    if not len(contracts.awarded(q.contracts, q.quarter)):
        return HTML("")
    return table(
        contracts.area_shares(contracts.awarded(q.contracts, q.quarter), q.areas),
        f"Contracts awarded in {q.label} by area of the winner",
        {
            "name": "Area",
            "inside": "Contracts",
            "share_of_contracts": "Share of placed contracts",
            "low_contracts": "At least, of all",
            "high_contracts": "At most, of all",
            "inside_gbp": "Value",
            "share_of_value": "Share of placed value",
            "low_value": "At least, of all value",
            "high_value": "At most, of all value",
        },
    )


def award_places_table(q: OpenQuarter) -> HTML:
    """Where the quarter's winners are, from the authority outwards; nothing without a register."""
    if not len(q.contracts):
        return HTML("")
    return table(
        contracts.by_place(contracts.awarded(q.contracts, q.quarter), q.areas),
        f"Contracts awarded in {q.label}, by place of the winner",
        {
            "place": "Place",
            "contracts": "Contracts",
            "value_gbp": "Value",
            "share_of_contracts": "Share of contracts",
            "share_of_value": "Share of value",
        },
        empty="No contract on the register was awarded in this quarter.",
    )


def winners_table(q: OpenQuarter, n: int = 10) -> HTML:
    """The largest winners of the quarter; nothing without an award."""
    found = contracts.winners(contracts.awarded(q.contracts, q.quarter), n)
    if not len(found):
        return HTML("")
    return table(
        found,
        f"Largest winners of {q.label}",
        {"supplier": "Supplier", "contracts": "Contracts", "value_gbp": "Value"},
    )


_AWARDS_BY = {
    "procedure": (contracts.by_procedure, "Procedure", "by procedure"),
    "sme": (
        contracts.by_size,
        "Winner is an SME",
        "by whether the winner is a small or medium enterprise",
    ),
    "vcse": (
        contracts.by_vcse,
        "Winner is a VCSE",
        "by whether the winner is a voluntary, community or social enterprise",
    ),
}


def awards_table(q: OpenQuarter, by: str) -> HTML:
    """Contracts awarded in the quarter by "procedure", "sme" or "vcse"; nothing without an
    award."""
    measure, heading, said = _AWARDS_BY[by]
    found = measure(contracts.awarded(q.contracts, q.quarter))
    if not len(found):
        return HTML("")
    return table(
        found,
        f"Contracts awarded in {q.label}, {said}",
        {
            by: heading,
            "contracts": "Contracts",
            "value_gbp": "Value",
            "without_value": "Without value",
        },
    )


def roles_table(q: OpenQuarter) -> HTML:
    """Frameworks, call-offs and contracts of the register, and by which rule."""
    if not len(q.contracts):
        return HTML("")
    found = contracts.by_role(q.contracts)
    found["role_rule"] = found["role_rule"].replace("", "nothing says more")
    return table(
        found,
        "Contracts, call-offs and frameworks; a framework's value is a ceiling and not added up",
        {
            "role": "Is a",
            "role_rule": "Because",
            "lines": "Lines",
            "without_value": "Without value",
            "printed_gbp": "Value printed",
            "counted_gbp": "Value counted",
        },
    )


def remarks_table(q: OpenQuarter) -> HTML:
    """What is odd about lines of the register; nothing without one."""
    if not len(q.contracts):
        return HTML("")
    return table(
        contracts.remarks(q.contracts),
        "Oddities of the register; such lines are counted wherever they can be",
        {"remark": "A line that", "lines": "Lines", "printed_gbp": "Value", "examples": "Such as"},
        empty="None.",
    )


def pipeline_table(q: OpenQuarter, months: int = 18) -> HTML:
    """What ends in the months ahead, by month and directorate, the first dozen lines of it; nothing
    without a register."""
    if not len(q.contracts):
        return HTML("")
    return table(
        contracts.by_month(q.contracts, q.as_of, months),
        f"Contracts that end within {months} months of {day_label(q.as_of)}",
        {
            "month": "Month",
            "directorate": "Directorate",
            "contracts": "Contracts",
            "value_gbp": "Value",
            "without_value": "Without value",
            "frameworks": "Frameworks",
            "extendable": "May be extended",
        },
        empty="No contract on the register ends in these months.",
        first=12,
    )


def on_contract_table(q: OpenQuarter, by: str = "directorate", n: int = 20) -> HTML:
    """The quarter's spend on and off contract by `directorate`, `supplier` (the n largest that may
    be named) or `quarter` (all held)."""
    title = "Net spend on and off contract"
    if not len(q.contracts):
        return HTML("")
    joined = q.contract_payments if by == "quarter" else _of_quarter(q)
    found = contracts.on_contract(joined, by)
    label = by
    if by == "supplier":
        found, label = found[found["supplier_class"].isin(_LISTED)].head(n), "supplier_name"
    when = "each quarter held" if by == "quarter" else q.label
    return table(
        found, f"{title} by {by}, {when}", {label: by.capitalize(), **_STANDINGS}, first=10
    )


def bases_table(q: OpenQuarter) -> HTML:
    """Why payments of the quarter are joined, or not, and how sure that is."""
    if not len(q.contracts):
        return HTML("")
    return table(
        contracts.by_basis(_of_quarter(q)),
        f"How payments of {q.label} are joined to contracts",
        {
            "basis": "Basis",
            "standing": "How sure",
            "payments": "Payments",
            "net_gbp": "Net spend",
            "share": "Share of all",
        },
    )


def _besides(whole: pd.Series) -> str:
    """What else was awarded, or is not known of it."""
    said = ""
    if whole.without_value:
        said += f" {count(whole.without_value, 'of them prints', 'of them print')} no value."
    if whole.frameworks:
        said += (
            f" {count(whole.frameworks, 'place on a framework', 'places on frameworks')} with "
            f"ceilings of {money(whole.ceiling_gbp)} came on top and "
            f"{'is' if whole.frameworks == 1 else 'are'} not added up."
        )
    if whole.by_start_date:
        said += (
            f" {count(whole.by_start_date, 'line prints', 'lines print')} no award date and "
            f"{'is' if whole.by_start_date == 1 else 'are'} dated by first day."
        )
    return said


def _ending(q: OpenQuarter) -> list[str]:
    said = ending_soon(q, 18)
    return [f"{said} end within 18 months of {day_label(q.as_of)}."] if said else []


def _of_quarter(q: OpenQuarter) -> pa.Table:
    joined = q.contract_payments
    return joined.filter(pc.equal(joined["quarter"], q.quarter.slug))
