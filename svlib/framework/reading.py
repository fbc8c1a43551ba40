"""Reading a framework from YAML, and finding every fault in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from svlib import project
from svlib.errors import Fault, ParameterError
from svlib.framework.changes import changed
from svlib.framework.model import TO_BE_CONFIRMED, Changes, File
from svlib.framework.overlaps import groups_named, load_overlaps
from svlib.framework.tables import CATEGORIES, Framework, tables, walk

_M = TypeVar("_M", bound=BaseModel)


def load(path: Path | None = None) -> Framework:
    """Read and check the framework; `path` is data/reference/framework.yaml unless told.

    Raises ParameterError with every fault found. Proxy ids are checked by `check_values`.
    """
    path = path or project.reference("framework.yaml")
    where = project.relative(path)
    written = parsed(File, content_of(path, where), where)
    return _checked(written, where, None)


def load_for(slug: str) -> Framework:
    """The framework of an authority: parameters/<slug>/framework.yaml where it keeps one, else that
    of the suite. Its own may be whole (with `pillars`) or changes to the suite's (with `amends`).

    Raises ParameterError with every fault found; one is that the suite's framework has another
    version than the changes were written for.
    """
    path = project.root() / "parameters" / slug / "framework.yaml"
    if not path.is_file():
        return load()
    where = project.relative(path)
    content = content_of(path, where)
    if not (isinstance(content, dict) and "amends" in content):
        return _checked(parsed(File, content, where), where, slug)
    shipped = project.reference("framework.yaml")
    base = parsed(File, content_of(shipped, project.relative(shipped)), project.relative(shipped))
    changes = parsed(Changes, content, where)
    return _checked(changed(base, changes, where), where, slug)


def _checked(written: File, where: str, slug: str | None) -> Framework:
    faults = _category_faults(written, where) + faults_of(written, where)
    faults += _group_faults(written, where, slug)
    if faults:
        raise ParameterError(faults)
    return tables(written, where)


def faults_of(written: File, where: str) -> list[Fault]:
    """What is wrong with any framework, whatever its categories are called."""
    return _measure_faults(written, where) + _priority_faults(written, where)


def parsed(model: type[_M], content: Any, where: str) -> _M:
    """The content as `model`; ParameterError lists every key that does not fit."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults = [_fault(dict(detail), where) for detail in error.errors()]
        raise ParameterError(faults) from None


def content_of(path: Path, where: str) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        fault = Fault(where, "no such file", "Put back the framework that came with the suite.")
        raise ParameterError(fault) from None
    except yaml.YAMLError as error:
        found = " ".join(str(error).split())
        raise ParameterError(Fault(where, f"is not YAML: {found}", "Mend the line.")) from None


def _fault(detail: dict[str, Any], where: str) -> Fault:
    """`where` counts from 1: framework.yaml, pillars 1, categories 2, lead."""
    steps = " ".join(
        f"{step + 1}," if isinstance(step, int) else str(step) for step in detail["loc"]
    )
    message = detail["msg"].removeprefix("Value error, ")
    return Fault(f"{where}, {steps}", message, "Mend the line; the file's head explains it.")


def _category_faults(written: File, where: str) -> list[Fault]:
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


def _measure_faults(written: File, where: str) -> list[Fault]:
    measures = [measure for _, _, measure in walk(written)]
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
        low, high = measure.typical_low, measure.typical_high
        if low is not None and high is not None and low > high:
            faults.append(Fault(place, f"typical_low {low} is above typical_high", "Swap them."))
    return faults


def _priority_faults(written: File, where: str) -> list[Fault]:
    categories = [category for pillar in written.pillars for category in pillar.categories]
    outcomes = [one for category in categories for one in category.outcomes]
    named = {key for one in outcomes for key in one.priorities}
    faults = [
        Fault(
            f"{where}, outcome '{one.outcome}'",
            f"priority '{key}' is not among `priorities`",
            f"Add it there with its source, or write `{TO_BE_CONFIRMED}`.",
        )
        for one in outcomes
        for key in one.priorities
        if key != TO_BE_CONFIRMED and key not in written.priorities
    ]
    faults += [
        Fault(f"{where}, priorities {key}", "no outcome names it", "Name it, or take it out.")
        for key in written.priorities
        if key not in named
    ]
    times = Counter(
        one.outcome for p in written.pillars for c in p.categories for one in c.outcomes
    )
    faults += [
        Fault(f"{where}, outcome '{name}'", f"stands {many} times", "Write each outcome once.")
        for name, many in times.items()
        if many > 1
    ]
    return faults


def _group_faults(written: File, where: str, slug: str | None) -> list[Fault]:
    known = groups_named(load_overlaps(slug))
    return [
        Fault(
            f"{where}, measure {measure.measure_id}",
            f"overlap_group '{measure.overlap_group}' has no rule",
            "Correct it, or add a rule to overlaps.csv.",
        )
        for _, _, measure in walk(written)
        if measure.overlap_group not in known
    ]
