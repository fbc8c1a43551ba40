"""Named scenarios of additionality: how much of a gross value is truly the contract's doing.

They are data (data/reference/scenarios.yaml), each factor with its source and how well it is known.
There is no silent default: whoever values names a scenario, and every page prints the name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from svlib import project
from svlib.errors import Fault, ParameterError
from svlib.parameters.valuation import FACTORS, Valuation

DEDUCTIONS = {
    "deadweight": "would have happened anyway",
    "attribution": "others' part in it",
    "displacement": "moved from elsewhere",
    "leakage": "went to people or places it was not meant for",
    "substitution": "stood in for something that was there before",
}
"""Factors taken off once, in this order, with what each means."""


@dataclass(frozen=True)
class Factors:
    """What one value keeps. Each deduction and `drop_off` is a share, 0 to 1; `years` is how long
    the change lasts, the year of delivery the first; `rate` is the yearly discount."""

    deadweight: Decimal
    attribution: Decimal
    displacement: Decimal
    leakage: Decimal
    substitution: Decimal
    drop_off: Decimal
    years: int
    rate: Decimal

    @property
    def once(self) -> Decimal:
        """Product of (1 - factor) over the five deductions: net of the first year / gross."""
        kept = Decimal(1)
        for name in DEDUCTIONS:
            kept *= 1 - getattr(self, name)
        return kept

    @property
    def over_years(self) -> Decimal:
        """Sum over t = 0 to years - 1 of (1 - drop_off)^t / (1 + rate)^t; 1 for one year."""
        return sum((self.in_year(t) for t in range(self.years)), Decimal(0))

    def in_year(self, t: int) -> Decimal:
        """What a pound of the first year is worth `t` years on: it fades, and it is later."""
        return ((1 - self.drop_off) / (1 + self.rate)) ** t if t else Decimal(1)

    @property
    def kept(self) -> Decimal:
        """Net / gross: what is taken off once, then followed over the years. Not rounded."""
        return self.once * self.over_years


@dataclass(frozen=True)
class Scenario:
    """One named set of factors. `sources`: factor to (source, confidence), both printed."""

    name: str
    label: str
    factors: Factors
    rate_of_health: Decimal
    health: tuple[str, ...]
    sources: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Terms:
    """A scenario with an authority's own factors for single measures, each with its source."""

    scenario: Scenario
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.scenario.name

    def factors(self, measure_id: str, value_type: str, proxy_id: str) -> Factors:
        """The factors of one value. Wellbeing and the proxies that measure health are discounted
        at the rate of health."""
        found = self.scenario.factors
        health = self.scenario.health
        if value_type == "wellbeing" or any(fnmatchcase(proxy_id, one) for one in health):
            found = replace(found, rate=self.scenario.rate_of_health)
        return replace(found, **self.own.get(measure_id, {}))


def load(path: Path | None = None) -> dict[str, Scenario]:
    """The scenarios by name; `path` is data/reference/scenarios.yaml unless told.

    Raises ParameterError with every fault: a factor outside 0 to 1 or without source, a name twice.
    """
    path = path or project.reference("scenarios.yaml")
    where = project.relative(path)
    written = _parse(path, where)
    names = [one.name for one in written.scenarios]
    if len(set(names)) < len(names):
        raise ParameterError(Fault(where, "two scenarios have the same name", "Rename one."))
    return {one.name: _scenario(one, written) for one in written.scenarios}


def terms(
    valuation: Valuation, measures: Collection[str], scenarios: Mapping[str, Scenario] | None = None
) -> Terms:
    """What `valuation` of the parameters asks for. Raises ParameterError for a scenario that is
    not held, and for factors of a measure that is not among `measures`."""
    held = load() if scenarios is None else scenarios
    faults = []
    if valuation.scenario not in held:
        do = "Use one of: " + ", ".join(held) + "."
        faults.append(Fault("valuation.scenario", f"'{valuation.scenario}' is not held", do))
    for name in sorted(set(valuation.measures) - set(measures)):
        do = "Correct the id; `measures` of the framework lists them."
        faults.append(Fault(f"valuation.measures, {name}", "is no measure of the framework", do))
    if faults:
        raise ParameterError(faults)
    return Terms(
        held[valuation.scenario],
        {name: own.factors for name, own in valuation.measures.items()},
    )


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_min_length=1, str_strip_whitespace=True)


class _Factor(_Strict):
    value: Annotated[Decimal, Field(ge=0, le=1)]
    source: str
    confidence: str


class _Years(_Strict):
    value: Annotated[int, Field(ge=1, le=60)]
    source: str
    confidence: str


class _Scenario(_Strict):
    name: str
    label: str
    deadweight: _Factor
    attribution: _Factor
    displacement: _Factor
    leakage: _Factor
    substitution: _Factor
    drop_off: _Factor
    years: _Years


class _File(_Strict):
    version: str
    discount_rate: _Factor
    discount_rate_of_health: _Factor
    health_proxies: list[str]
    scenarios: list[_Scenario] = Field(min_length=1)


def _parse(path: Path, where: str) -> _File:
    try:
        return _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        fault = Fault(where, "no such file", "Put back the scenarios that came with the suite.")
        raise ParameterError(fault) from None
    except yaml.YAMLError as error:
        found = " ".join(str(error).split())
        raise ParameterError(Fault(where, f"is not YAML: {found}", "Mend the line.")) from None
    except ValidationError as error:
        faults = [
            Fault(f"{where}, {' '.join(map(str, one['loc']))}", one["msg"], "Mend the line.")
            for one in error.errors()
        ]
        raise ParameterError(faults) from None


def _scenario(written: _Scenario, file: _File) -> Scenario:
    factors = {name: getattr(written, name) for name in FACTORS}
    sources = {name: (one.source, one.confidence) for name, one in factors.items()}
    for name in ("discount_rate", "discount_rate_of_health"):
        rate = getattr(file, name)
        sources[name] = (rate.source, rate.confidence)
    return Scenario(
        name=written.name,
        label=written.label,
        factors=Factors(
            **{name: one.value for name, one in factors.items()}, rate=file.discount_rate.value
        ),
        rate_of_health=file.discount_rate_of_health.value,
        health=tuple(file.health_proxies),
        sources=sources,
    )
