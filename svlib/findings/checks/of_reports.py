"""Checks that read the reports of earlier quarters: their manifests and their pages.

What they say depends on which reports are held, and changes when an earlier one is run again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from svlib import project
from svlib.errors import Fault, InputError
from svlib.findings.checks.figure import Figure, NotHeld
from svlib.findings.checks.pages import faults
from svlib.parameters.base import TO_BE_CONFIRMED
from svlib.quarter import Quarter, day_label
from svlib.show import count, listed
from svlib.view import OpenQuarter

LAST = 4  # quarters looked back on: a year
DAYS = 30  # after the quarter's end, as the bank's check has it
NO_REPORT = "no report of an earlier quarter is held"
_TARGETS = {"local": "local spend", "sme": "SMEs", "vcse": "VCSEs"}


@dataclass(frozen=True)
class Report:
    """What the manifest of one earlier report says; `local` is the id of the area counted as
    local, `site` the folder of its pages."""

    quarter: Quarter
    as_of: date
    inputs: dict[str, str]
    local: str
    site: Path


def earlier(folder: Path, before: Quarter) -> list[Report]:
    """Reports of quarters before this one in an authority's folder of reports, in order; trials
    are not among them, nor is what an earlier run of this quarter left. Raises InputError for a
    manifest that cannot be read."""
    manifests = sorted(folder.glob("*/working/manifest.json"))
    # slugs stand in the order of their quarters
    found = [_report(path) for path in manifests if path.parents[1].name < before.slug]
    return sorted(
        (one for one in found if one.quarter < before), key=lambda one: one.quarter
    )  # fmt: skip


def last_four(q: OpenQuarter, past: Sequence[Report]) -> Figure:
    """S1-03: quarterly reports held of the four quarters before this one."""
    _any(past)
    held = _recent(q, past)
    return Figure(
        len(held),
        f"reports of {len(held):,} of the {LAST} quarters before {q.label} are held{_named(held)}",
    )


def targets(q: OpenQuarter, past: Sequence[Report]) -> Figure:
    """S1-13: targets set with baseline and source, and the definition of local over the reports."""
    asked = {name: getattr(q.parameters.targets, name) for name in _TARGETS}
    have = [name for name, one in asked.items() if one is not None]
    whole = [
        name
        for name in have
        if asked[name].baseline is not None and asked[name].source != TO_BE_CONFIRMED
    ]
    set_for = f"a target is set for {listed([_TARGETS[name] for name in have])}"
    said = set_for if have else "no target is set in the parameters"
    if have:
        said += f", {len(whole):,} of {len(have):,} with baseline and source"
    return Figure(len(whole), f"{said}; local means {q.areas.local_area.name}{_same(q, past)}")


def repeatable(q: OpenQuarter, past: Sequence[Report]) -> Figure:
    """S2-13: earlier reports whose manifest names its inputs, each with its hash."""
    _any(past)
    good = [one for one in past if one.inputs and all(one.inputs.values())]
    return Figure(
        len(good),
        f"{len(good):,} of {count(len(past), 'earlier report')} "
        f"{'names' if len(past) == 1 else 'name'} every input with its hash",
    )


def on_time(q: OpenQuarter, past: Sequence[Report]) -> Figure:
    """S3-12: reports of the four quarters before, dated within 30 days of their quarter's end."""
    _any(past)
    held = _recent(q, past)
    good = [one for one in held if (one.as_of - one.quarter.end).days <= DAYS]
    said = (
        f"{len(good):,} of the {LAST} quarters before {q.label} have a report that speaks for a "
        f"day within {DAYS} days of the quarter's end"
    )
    late = [one for one in held if one not in good]
    if late:
        worst = max(late, key=lambda one: one.as_of - one.quarter.end)
        said += (
            f"; that of {worst.quarter.label} speaks for {day_label(worst.as_of)}, "
            f"{(worst.as_of - worst.quarter.end).days} days after it"
        )
    return Figure(len(good), said)


def readable(q: OpenQuarter, past: Sequence[Report]) -> Figure:
    """S3-13: pages of the latest earlier report in which a program finds no fault."""
    _any(past)
    latest = past[-1]
    found = {path.name: faults(path) for path in sorted(latest.site.glob("*.html"))}
    if not found:
        raise NotHeld(f"the report of {latest.quarter.label} has no pages")
    bad = {name: wrong for name, wrong in found.items() if wrong}
    first = next(iter(bad), None)
    seen = f"; {first}: {bad[first][0]}" if first else ""
    return Figure(
        1 - len(bad) / len(found),
        f"{len(found) - len(bad):,} of {count(len(found), 'page')} of the report of "
        f"{latest.quarter.label} {'has' if len(found) == 1 else 'have'} none of the faults looked "
        f"for{seen}",
    )


def _report(path: Path) -> Report:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Report(
            Quarter.parse(told["quarter"]),
            date.fromisoformat(told["as_of"]),
            dict(told["inputs"]),
            str(told["parameters"]["areas"]["local"]),
            path.parents[1] / "site",
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            Fault(
                project.relative(path),
                "is not the manifest of a report",
                "Run that quarter again, or move its folder out of reports/.",
            )
        ) from None


def _any(past: Sequence[Report]) -> None:
    """That none is held does not show that none was made."""
    if not past:
        raise NotHeld(NO_REPORT)


def _recent(q: OpenQuarter, past: Sequence[Report]) -> list[Report]:
    return [one for one in past if one.quarter >= q.quarter + (-LAST)]


def _named(held: Sequence[Report]) -> str:
    return f": {listed([one.quarter.label for one in held])}" if held else ""


def _same(q: OpenQuarter, past: Sequence[Report]) -> str:
    if not past:
        return ", and no earlier report is held to compare"
    same = sum(one.local == q.areas.local for one in past)
    return f", as in {same:,} of {count(len(past), 'earlier report')}"


OF_REPORTS: Mapping[str, Callable[[OpenQuarter, Sequence[Report]], Figure]] = {
    "S1-03": last_four,
    "S1-13": targets,
    "S2-13": repeatable,
    "S3-12": on_time,
    "S3-13": readable,
}
