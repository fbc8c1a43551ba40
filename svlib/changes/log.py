"""The changes of a report, kept from run to run: one entry for each run that changed something."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from svlib.changes.causes import causes
from svlib.changes.made import Made, written
from svlib.changes.steps import difference, steps
from svlib.errors import InputError

FILE = "changes.json"


def read_log(folder: Path) -> list[dict[str, Any]]:
    """Entries of the report in a folder, oldest first; empty where there is none."""
    path = folder / "working" / FILE
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def entry(before: Made, now: Made, on: date) -> dict[str, Any] | None:
    """What a run on a day changed, as JSON holds it: found_on; steps (cause, what, moved: figure
    to rows and pounds); difference of all steps; fault, why the causes could not be told apart (the
    steps' `moved` are then empty). None when nothing differs."""
    told = causes(before.manifest, now.manifest)
    if not told:
        return None
    fault = ""
    try:
        found = [
            {"cause": one.cause, "what": list(one.what), "moved": written(one.moved)}
            for one in steps(before, now)
        ]
    except InputError as error:
        fault = " ".join(str(one) for one in error.faults)
        found = [{"cause": cause, "what": what, "moved": {}} for cause, what in told.items()]
    whole = written(difference(before.figures, now.figures))
    return {"found_on": on.isoformat(), "steps": found, "difference": whole, "fault": fault}


def earlier_quarter(made: Made, now: Mapping[str, Any], figures: Any) -> dict[str, Any]:
    """An earlier quarter as its own report told it, beside what today's data and method give:
    quarter, published and now (figure to rows and pounds), causes in words."""
    told = causes(made.manifest, now)
    names = [name for name in made.figures if name in figures]
    return {
        "quarter": made.label,
        "published": written({name: made.figures[name] for name in names}),
        "now": written({name: figures[name] for name in names}),
        "causes": list(told),
    }
