"""One value opened down to its steps, so that a manager can reckon it again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from svlib.outcomes.scenarios import DEDUCTIONS, Factors, Terms
from svlib.outcomes.shared import PENNY, STAGES, frame, rounded
from svlib.values import is_verified, to_price_year, uprating

_SHOWN = Decimal("0.0001")


def arithmetic(
    promise: Mapping[str, Any],
    proxy: Mapping[str, Any],
    price_year: int,
    terms: Terms | None = None,
    stage: str = "delivered",
) -> pd.DataFrame:
    """How one value comes about: one row a step, in order: step, text, figure (Decimal) and unit.

    `promise` is a row of `progress`, `proxy` the row of `values` that prices it and `stage` one of
    promised, due, delivered, evidenced. The figures of the steps `gross` and, with `terms`, `net`
    are those that `valued` holds. Factors of 0 are named but not reckoned with. The first year is
    the year of delivery.
    """
    quantity = promise[STAGES[stage]]
    base, target = uprating(proxy["price_year"], price_year)
    unit = to_price_year(proxy["value"], proxy["price_year"], price_year)
    gross = rounded(quantity * unit, PENNY)
    unit_name = promise["unit"]
    checked = (
        f"checked on {proxy['verified_on']} by {proxy['verified_by']}"
        if is_verified(proxy)
        else "NOT CHECKED against its source"
    )
    year = proxy["price_year"]
    steps = [
        _step("quantity", f"{stage}: {_plain(quantity)} {unit_name} ({promise['measure']})",
              quantity, unit_name),
        _step("unit value", f"{proxy['label']}: £{proxy['value']:,} per {proxy['unit']} in prices "
              f"of {year}. Source: {proxy['source']}; {checked}", proxy["value"], "GBP"),
        _step("price year", f"GDP deflator {_exact(target)} for {price_year} / {_exact(base)} for "
              f"{year} = {_plain(target / base)}; £{proxy['value']:,} becomes "
              f"£{rounded(unit, PENNY):,}", target / base, "factor"),
        _step("gross", f"{_plain(quantity)} x £{proxy['value']:,} x {_exact(target)} / "
              f"{_exact(base)} = £{gross:,}", gross, "GBP"),
    ]  # fmt: skip
    if terms is not None:
        factors = terms.factors(promise["measure_id"], proxy["value_type"], proxy["proxy_id"])
        steps += _net_steps(gross, factors, terms.name)
    return frame(steps, ["step", "text", "figure", "unit"])


def lines(steps: pd.DataFrame) -> list[str]:
    """The steps of `arithmetic` as sentences, numbered from 1."""
    return [
        f"{number}. {row.step.capitalize()}. {row.text}."
        for number, row in enumerate(steps.itertuples(), start=1)
    ]


def _net_steps(gross: Decimal, factors: Factors, scenario: str) -> list[dict[str, Any]]:
    left, steps = gross, []
    for name, meaning in DEDUCTIONS.items():
        share = getattr(factors, name)
        if not share:
            steps.append(_step(name, f"{meaning}: nothing is taken off", share, "share"))
            continue
        before, left = left, left * (1 - share)
        text = f"{meaning}: {_percent(share)} off, £{_pounds(before)} x {_plain(1 - share)} = "
        steps.append(_step(name, f"{text}£{_pounds(left)}", share, "share"))
    if factors.years > 1:
        text = (
            f"lasts {factors.years} years, {_percent(factors.drop_off)} lost each year, discounted "
            f"at {_percent(factors.rate)}: "
        )
        each = [rounded(left * factors.in_year(t), PENNY) for t in range(factors.years)]
        text += " + ".join(f"£{one:,}" for one in each)
    else:
        text = "one year only, so nothing fades and nothing is discounted"
    steps.append(_step("years", text, factors.over_years, "factor"))
    net = rounded(gross * factors.kept, PENNY)
    text = f"under the scenario '{scenario}' £{gross:,} gross are £{net:,} net"
    return [*steps, _step("net", text, net, "GBP")]


def _step(step: str, text: str, figure: Any, unit: str) -> dict[str, Any]:
    return {"step": step, "text": text, "figure": figure, "unit": unit}


def _plain(number: Decimal) -> str:
    """To four places, without zeros at the end: 2.5, 1.3828."""
    shown = rounded(Decimal(number), _SHOWN).normalize()
    return f"{shown:,f}"


def _exact(number: Decimal) -> str:
    """Every place it has, without zeros at the end: a deflator of a financial year has six."""
    return f"{number.normalize():,f}"


def _pounds(amount: Decimal) -> str:
    return f"{rounded(amount, PENNY):,}"


def _percent(share: Decimal) -> str:
    return f"{_plain(share * 100)}%"
