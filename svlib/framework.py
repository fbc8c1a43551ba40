"""The outcomes framework: pillars, categories, outcomes and the measures that count them.

It is read from data/reference/framework.yaml, whose wording and codes are our own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from svlib import project
from svlib.errors import Fault, ParameterError

CATEGORIES = {
    "Jobs & Skills": "Economic",
    "Business": "Economic",
    "Transport & Energy": "Environmental",
    "Green Space & Biodiversity": "Environmental",
    "Waste & Natural Resources": "Environmental",
    "Wellbeing": "Social",
    "Equality & Diversity": "Social",
}
"""The seven categories, in the order they are always shown, and the pillar of each."""

YEAR = "{year}"
_NO_DEFLATOR = "not GDP deflator"  # how a proxy's note says that it must not be uprated by ours
_SUPPORTED = ("fiscal", "economic", "social", "wellbeing")


@dataclass(frozen=True)
class Framework:
    """`categories`: one row a category: category, pillar, lead (a post).
    `outcomes`: one row an outcome: category, outcome, priorities, link, link_source.
    `measures`: one row a measure: measure_id, category, outcome, label, unit, proxy_id (ids
    separated by spaces, empty when not valued), not_valued_because, evidence, overlap_group,
    typical_low and typical_high (Decimal; only the sample generator may use them).
    """

    version: str
    categories: pd.DataFrame
    outcomes: pd.DataFrame
    measures: pd.DataFrame


def load(path: Path | None = None) -> Framework:
    """Read and check the framework; `path` is data/reference/framework.yaml unless told.

    Raises ParameterError with every fault found. Proxy ids are checked by `check_values`.
    """
    path = path or project.reference("framework.yaml")
    where = project.relative(path)
    written = _parse(path, where)
    faults = _faults(written, where)
    if faults:
        raise ParameterError(faults)
    return _tables(written)


def check_values(framework: Framework, values: pd.DataFrame) -> None:
    """Raise ParameterError unless each measure's proxy ids are rows of `values` that may value it.

    A proxy must be held, be in the measure's unit, be neither a wage nor a figure that may not be
    uprated by the GDP deflator, and be the only one of its value type on that measure.
    """
    proxies = {row["proxy_id"]: row for row in values.to_dict("records")}
    faults = []
    for measure in framework.measures.to_dict("records"):
        faults += _proxy_faults(measure, proxies)
    if faults:
        raise ParameterError(faults)


def proxy_rows(proxy_id: str, held: list[str]) -> dict[int | None, list[str]]:
    """The ids among `held` that `proxy_id` (as in `measures`) stands for, by year.

    Ids without {year} are under None; ids with it under each year held, earliest first. An id that
    is not held is left out.
    """
    found: dict[int | None, list[str]] = {}
    for one in proxy_id.split():
        if YEAR not in one:
            if one in held:
                found.setdefault(None, []).append(one)
            continue
        before, _, after = one.partition(YEAR)
        for candidate in sorted(held):
            middle = candidate.removeprefix(before).removesuffix(after)
            if middle.isdigit() and f"{before}{middle}{after}" == candidate:
                found.setdefault(int(middle), []).append(candidate)
    return found


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_min_length=1, str_strip_whitespace=True)


class _Measure(_Strict):
    measure_id: str = Field(pattern=r"^[A-Z]{2}[0-9]+$")
    label: str
    unit: str
    proxy_id: list[str] | None
    not_valued_because: str | None = None
    evidence: str
    typical_low: Decimal = Field(gt=0)
    typical_high: Decimal = Field(gt=0)
    overlap_group: str


class _Link(_Strict):
    text: str
    source: str


class _Outcome(_Strict):
    outcome: str
    priorities: list[str] = Field(min_length=1)
    link: _Link | None = None
    measures: list[_Measure] = Field(min_length=1)


class _Category(_Strict):
    category: str
    lead: str
    outcomes: list[_Outcome] = Field(min_length=1)


class _Pillar(_Strict):
    pillar: str
    categories: list[_Category] = Field(min_length=1)


class _File(_Strict):
    version: str
    pillars: list[_Pillar]


def _parse(path: Path, where: str) -> _File:
    try:
        return _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        fault = Fault(where, "no such file", "Put back the framework that came with the suite.")
        raise ParameterError(fault) from None
    except yaml.YAMLError as error:
        found = " ".join(str(error).split())
        raise ParameterError(Fault(where, f"is not YAML: {found}", "Mend the line.")) from None
    except ValidationError as error:
        faults = [_fault(dict(detail), where) for detail in error.errors()]
        raise ParameterError(faults) from None


def _fault(detail: dict[str, Any], where: str) -> Fault:
    """`where` counts from 1: framework.yaml, pillars 1, categories 2, lead."""
    steps = " ".join(
        f"{step + 1}," if isinstance(step, int) else str(step) for step in detail["loc"]
    )
    return Fault(f"{where}, {steps}", detail["msg"], "Mend the line; the file's head explains it.")


def _faults(written: _File, where: str) -> list[Fault]:
    return _category_faults(written, where) + _measure_faults(written, where)


def _category_faults(written: _File, where: str) -> list[Fault]:
    pairs = [(c.category, pillar.pillar) for pillar in written.pillars for c in pillar.categories]
    faults = [
        Fault(where, f"'{category}' stands under {pillar}", _belongs(category))
        for category, pillar in pairs
        if CATEGORIES.get(category) != pillar
    ]
    counts = Counter(category for category, _ in pairs)
    for category, pillar in CATEGORIES.items():
        if counts[category] != 1:
            found = f"'{category}' stands {counts[category]} times"
            faults.append(Fault(where, found, f"Write it once, under {pillar}."))
    return faults


def _belongs(category: str) -> str:
    if category in CATEGORIES:
        return f"Move it under {CATEGORIES[category]}."
    return "Use one of: " + ", ".join(CATEGORIES) + "."


def _measure_faults(written: _File, where: str) -> list[Fault]:
    measures = [measure for _, _, measure in _walk(written)]
    faults = [
        Fault(f"{where}, measure {name}", f"stands {times} times", "Give each measure its own id.")
        for name, times in Counter(measure.measure_id for measure in measures).items()
        if times > 1
    ]
    for measure in measures:
        place = f"{where}, measure {measure.measure_id}"
        if not measure.proxy_id and not measure.not_valued_because:
            do = "Name a proxy, or say why not in not_valued_because."
            faults.append(Fault(place, "has no proxy_id", do))
        if measure.typical_low > measure.typical_high:
            found = f"typical_low {measure.typical_low} is above typical_high"
            faults.append(Fault(place, found, "Swap them."))
    return faults


def _walk(written: _File) -> list[tuple[_Category, _Outcome, _Measure]]:
    return [
        (category, outcome, measure)
        for pillar in written.pillars
        for category in pillar.categories
        for outcome in category.outcomes
        for measure in outcome.measures
    ]


def _tables(written: _File) -> Framework:
    groups = [(p.pillar, category) for p in written.pillars for category in p.categories]
    groups.sort(key=lambda pair: list(CATEGORIES).index(pair[1].category))
    return Framework(
        version=written.version,
        categories=pd.DataFrame(
            [{"category": c.category, "pillar": pillar, "lead": c.lead} for pillar, c in groups]
        ),
        outcomes=pd.DataFrame(
            [_outcome_row(c.category, outcome) for _, c in groups for outcome in c.outcomes]
        ),
        measures=pd.DataFrame(
            [_measure_row(category, outcome, m) for category, outcome, m in _walk(written)]
        ),
    )


def _outcome_row(category: str, outcome: _Outcome) -> dict[str, str]:
    return {
        "category": category,
        "outcome": outcome.outcome,
        "priorities": "; ".join(outcome.priorities),
        "link": outcome.link.text if outcome.link else "",
        "link_source": outcome.link.source if outcome.link else "",
    }


def _measure_row(category: _Category, outcome: _Outcome, measure: _Measure) -> dict[str, Any]:
    return {
        "measure_id": measure.measure_id,
        "category": category.category,
        "outcome": outcome.outcome,
        "label": measure.label,
        "unit": measure.unit,
        "proxy_id": " ".join(measure.proxy_id or []),
        "not_valued_because": measure.not_valued_because or "",
        "evidence": measure.evidence,
        "overlap_group": measure.overlap_group,
        "typical_low": measure.typical_low,
        "typical_high": measure.typical_high,
    }


def _proxy_faults(measure: dict[str, Any], proxies: dict[str, dict[str, Any]]) -> list[Fault]:
    where = f"measure {measure['measure_id']} of the framework"
    faults = []
    for one in measure["proxy_id"].split():
        ids = [name for names in proxy_rows(one, list(proxies)).values() for name in names]
        if not ids:
            do = "Correct proxy_id, or add the row to proxy_values.csv."
            faults.append(Fault(where, f"proxy '{one}' is not held", do))
        faults += [fault for name in ids for fault in _unfit(where, measure, proxies[name])]
    return faults + _doubled(where, measure["proxy_id"], proxies)


def _unfit(where: str, measure: dict[str, Any], proxy: dict[str, Any]) -> list[Fault]:
    name, unit = proxy["proxy_id"], proxy["unit"]
    found = []
    if unit != measure["unit"]:
        found.append(f"proxy '{name}' is per {unit}, the measure counts in {measure['unit']}")
    if proxy["value_type"] not in _SUPPORTED:
        found.append(f"proxy '{name}' is a {proxy['value_type']}, a reference figure only")
    if _NO_DEFLATOR in proxy["note"]:
        found.append(f"proxy '{name}' may not be uprated by the GDP deflator")
    return [Fault(where, text, "Choose another proxy, or null.") for text in found]


def _doubled(where: str, proxy_id: str, proxies: dict[str, dict[str, Any]]) -> list[Fault]:
    rows = proxy_rows(proxy_id, list(proxies))
    for names in [rows.get(None, []) + ids for year, ids in rows.items() if year] or rows.values():
        types = Counter(proxies[name]["value_type"] for name in names)
        for value_type, times in types.items():
            if times > 1:
                found = f"has {times} {value_type} proxies"
                return [Fault(where, found, "Keep one of each value type.")]
    return []
