"""What social value is worth: gross, net and evidenced, without what is counted twice."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
from IPython.display import HTML

from svlib import framework, outcomes
from svlib.findings.outcomes import NO_COMMITMENTS, progress, terms, valued
from svlib.show import count, listed, money, pounds, share, table
from svlib.view import Standing

NO_VALUE = "No commitment has a measure with a value under an open licence."
NOT_CHECKED = "not checked"
_KINDS = {
    outcomes.REMOVED: "Overlap removed: counted twice",
    outcomes.TOTAL: "Total after overlap",
}
NO_TOTAL = "No value is counted in totals, so nothing is taken off."


def worth(q: Standing) -> list[str]:
    """Headline totals by the verified rule, with scenario and overlap named."""
    if not len(q.commitments):
        return []
    found = valued(q)
    if not len(found):
        return [NO_VALUE]
    used = _used(q)
    if not len(used):
        return [
            f"No total of value is shown: none of {count(found['proxy_id'].nunique(), 'value')} "
            "used has been checked against its source by this council, and it has not chosen to "
            "count unchecked ones (valuation.include_unverified).",
        ]
    every = totals(q).set_index("line")
    whole, off = every.loc[outcomes.TOTAL], every.loc[outcomes.REMOVED]
    year = q.parameters.report.price_year
    share_valued = progress(q)["commitment_id"].isin(found["commitment_id"]).mean()
    said = [
        f"Where an open value exists ({share(share_valued)} of commitments), what was delivered is "
        f"worth {money(whole['delivered_gbp'])} gross and {money(whole['delivered_net_gbp'])} net "
        f"in {year} prices, after {money(-off['delivered_net_gbp'])} net was taken off as counted "
        f"twice. Evidence was accepted for {money(whole['evidenced_net_gbp'])} of the net value.",
        f"Net is reckoned under the scenario '{terms(q).name}'.",
    ]
    parts = [
        f"{money(every.loc[kind, 'delivered_net_gbp'])} {kind}"
        for kind in outcomes.VALUE_TYPES
        if every.loc[kind, "commitments"]
    ]
    said.append(
        f"By kind, before overlap: {listed(parts)} (net); these overlap and must not be added."
    )
    return said + _marks(q, used)


def totals(q: Standing) -> pd.DataFrame:
    """`outcomes.totals` of this quarter, by the authority's rule on unverified values."""
    opted = q.parameters.valuation.include_unverified
    return outcomes.totals(valued(q), rules(q), include_unverified=opted)


def rules(q: Standing) -> tuple[framework.Overlap, ...]:
    """The overlap rules of the authority."""
    return framework.load_overlaps(q.parameters.slug)


def totals_table(q: Standing) -> HTML:
    """Kinds of value, what is counted twice, and the total after that; gross beside net."""
    rows = totals(q) if len(_used(q)) else pd.DataFrame()
    year = q.parameters.report.price_year
    if len(rows):
        rows = rows.assign(line=[_KINDS.get(line, line.capitalize()) for line in rows["line"]])
    return table(
        rows,
        f"Value in {year} prices, gross and net under the scenario '{terms(q).name}'{_mark(q)}",
        {
            "line": "Kind of value",
            "delivered_gbp": "Delivered, gross",
            "delivered_net_gbp": "Delivered, net",
            "evidenced_net_gbp": "Evidence accepted, net",
            "due_net_gbp": "Due by now, net",
            "promised_gbp": "Promised in all, gross",
            "promised_net_gbp": "Promised in all, net",
        },
        empty=" ".join(worth(q)[:1]) if len(q.commitments) and not len(rows) else NO_COMMITMENTS,
    )


def value_table(q: Standing) -> HTML:
    """Gross and net value by category and kind of value, never added up over kinds; unchecked
    values are marked."""
    year = q.parameters.report.price_year
    rows = outcomes.value_by_category(valued(q))
    rows = rows.assign(
        checked=[
            "all checked" if not some else f"{some:,} of {every:,} {NOT_CHECKED}"
            for some, every in zip(rows["unverified"], rows["commitments"], strict=True)
        ]
    )
    return table(
        rows,
        f"Value by category, in {year} prices, gross and net under the scenario "
        f"'{terms(q).name}'; kinds of value overlap",
        {
            "category": "Category",
            "value_type": "Kind of value",
            "commitments": "Commitments",
            "promised_gbp": "Promised, gross",
            "delivered_gbp": "Delivered, gross",
            "delivered_net_gbp": "Delivered, net",
            "evidenced_net_gbp": "Evidence accepted, net",
            "checked": "Values against their source",
        },
        empty=NO_VALUE,
    )


def overlaps_table(q: Standing, n: int = 10) -> HTML:
    """Each value that was taken off as counted twice, the larger one that stays, and why."""
    rows = outcomes.removed(_used(q), rules(q), "delivered_net_gbp")
    rows = rows.sort_values("gbp", ascending=False, kind="stable")
    rows = rows.assign(
        off=[f"{row.measure_id} {row.value_type}" for row in rows.itertuples()],
        off_gbp=rows["gbp"],
        stays=[f"{row.kept_measure_id} {row.kept_value_type}" for row in rows.itertuples()],
    )
    return table(
        rows,
        f"Overlap removed: net value of what was delivered that is counted twice{_mark(q)}",
        {
            "contract_ref": "Contract",
            "off": "Taken off",
            "off_gbp": "Net value",
            "stays": "What stays",
            "kept_gbp": "Its net value",
            "rule_id": "Rule",
            "reason": "Reason",
        },
        empty="Nothing that was delivered is counted twice by the rules."
        if len(_used(q))
        else NO_TOTAL,
        first=n,
    )


def scenarios_table(q: Standing) -> HTML:
    """The same deliveries under each scenario, so that a reader sees how much hangs on it."""
    opted = q.parameters.valuation.include_unverified
    rows, used = [], _used(q)
    for name, scenario in outcomes.load_scenarios().items():
        chosen = outcomes.Terms(scenario, terms(q).own)
        found = outcomes.totals(valued(q, chosen), rules(q), include_unverified=opted)
        whole = found.set_index("line").loc[outcomes.TOTAL]
        shares = {one: getattr(scenario.factors, one) for one in outcomes.DEDUCTIONS}
        rows.append(
            {
                "scenario": f"{scenario.label}{' (used here)' if name == terms(q).name else ''}",
                **{one: _figure(one, value) for one, value in shares.items()},
                "kept": share(float(scenario.factors.kept)),
                "delivered_net_gbp": whole["delivered_net_gbp"] if len(used) else None,
                "evidenced_net_gbp": whole["evidenced_net_gbp"] if len(used) else None,
            }
        )
    return table(
        pd.DataFrame(rows),
        f"Named scenarios: what is taken off, and what is left after overlap{_mark(q)}",
        {
            "scenario": "Scenario",
            **{name: name.capitalize() for name in outcomes.DEDUCTIONS},
            "kept": "Kept of gross",
            "delivered_net_gbp": "Delivered, net",
            "evidenced_net_gbp": "Evidence accepted, net",
        },
    )


def factors_table(q: Standing) -> HTML:
    """Each factor of the scenario, with its source and how well it is known; then the council's
    own."""
    used = terms(q)
    scenario = used.scenario
    figures = {
        "discount_rate": scenario.factors.rate,
        "discount_rate_of_health": scenario.rate_of_health,
    }
    rows = [
        {
            "factor": name.replace("_", " ").capitalize(),
            "figure": _figure(name, figures.get(name, getattr(scenario.factors, name, None))),
            "source": source,
            "confidence": confidence,
        }
        for name, (source, confidence) in scenario.sources.items()
    ]
    rows += [
        {
            "factor": f"{measure}: {name.replace('_', ' ')}",
            "figure": _figure(name, value),
            "source": own.source,
            "confidence": "the council's own",
        }
        for measure, own in q.parameters.valuation.measures.items()
        for name, value in own.factors.items()
    ]
    return table(
        pd.DataFrame(rows),
        f"What the scenario '{scenario.name}' takes off, and where that comes from",
        {
            "factor": "Factor",
            "figure": "Figure",
            "source": "Source",
            "confidence": "How well it is known",
        },
    )


def against_contracts_table(q: Standing) -> HTML:
    """Contracts whose promised value is above half of what is paid for them."""
    rows = outcomes.by_contract_value(valued(q), rules(q), q.contracts)
    return table(
        rows[rows["warning"].astype(bool)],
        "To be looked at: gross value promised, after overlap, above half of the contract's value"
        + _mark(q),
        {
            "contract_ref": "Contract",
            "title": "Title",
            "social_gbp": "Gross value promised",
            "value_gbp": "Contract value",
            "share_of_value": "Share",
        },
        empty="No contract promises value above half of what is paid for it.",
    )


def opened_table(q: Standing) -> HTML:
    """The largest net value delivered, opened down to its arithmetic."""
    found = valued(q)
    title = "The largest value delivered, step by step"
    if not len(found):
        return table(found, title, {}, empty=NO_VALUE)
    largest = max(found.to_dict("records"), key=lambda row: row["delivered_net_gbp"])
    steps = opened(q, largest["commitment_id"], largest["proxy_id"])
    rows = steps.assign(number=range(1, len(steps) + 1), step=steps["step"].str.capitalize())
    mark = "" if largest["verified"] else f" ({NOT_CHECKED} against its source)"
    return table(
        rows,
        f"{title}: {largest['commitment_id']}, {largest['value_type']}, "
        f"{pounds(largest['delivered_net_gbp'])} net{mark}",
        {"number": "No.", "step": "Step", "text": "How"},
    )


def opened(
    q: Standing, commitment_id: str, proxy_id: str, stage: str = "delivered"
) -> pd.DataFrame:
    """`outcomes.arithmetic` of one commitment and proxy: one row a step."""
    found = progress(q)
    promise = found[found["commitment_id"] == commitment_id].iloc[0].to_dict()
    proxy = q.values[q.values["proxy_id"] == proxy_id].iloc[0].to_dict()
    return outcomes.arithmetic(promise, proxy, q.parameters.report.price_year, terms(q), stage)


def _used(q: Standing) -> pd.DataFrame:
    opted = q.parameters.valuation.include_unverified
    return outcomes.counted(valued(q), include_unverified=opted)


def _marks(q: Standing, used: pd.DataFrame) -> list[str]:
    """What the totals hold, or leave out, that nobody has checked; and values that are too good."""
    every = valued(q)
    unchecked = every.loc[~every["verified"].astype(bool), "proxy_id"].nunique()
    said = []
    if unchecked:
        where = "They are counted, as this council chose" if len(used) == len(every) else (
            "They are left out of the totals"
        )  # fmt: skip
        said.append(
            f"{unchecked:,} of {count(every['proxy_id'].nunique(), 'value')} used have not been "
            f"checked against their source. {where}."
        )
    above = outcomes.by_contract_value(every, rules(q), q.contracts)["warning"].astype(bool).sum()
    if above:
        said.append(
            f"On {count(int(above), 'contract')} the gross value promised is above half of what is "
            "paid for the contract: look at those before they are quoted."
        )
    return said


def _mark(q: Standing) -> str:
    """For a caption: how many of the values used nobody has checked; nothing when all are."""
    every = valued(q).drop_duplicates("proxy_id")
    unchecked = int((~every["verified"].astype(bool)).sum())
    if not unchecked:
        return ""
    return f"; {unchecked:,} of {count(len(every), 'value')} {NOT_CHECKED} against the source"


def _figure(name: str, value: Decimal | int | None) -> str:
    if name == "years":
        return count(int(value or 1), "year")
    return f"{(Decimal(value or 0) * 100).normalize():f}%"
