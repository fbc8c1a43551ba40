"""The plan as a file of the council's own: written once, carried from quarter to quarter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from svlib import csvfile, findings, project, store
from svlib.diagnostic.plan import NEW, OPEN
from svlib.errors import Fault, InputError
from svlib.show import count
from svlib.tables import PLAN
from svlib.view import open_quarter


def update(quarter_file: Path, settings: Mapping[str, str], first: int) -> list[str]:
    """Add the first actions not yet in the council's plan, to be given an owner and a day; say how
    many. Lines that are there stay as they are. Raises InputError when nothing is answered."""
    q = open_quarter({"file": str(quarter_file), **settings})
    path = store.plan_file(q.parameters)
    if not len(q.answers):
        raise InputError(
            Fault(
                project.relative(path),
                "there is nothing to plan: no directorate has answered the diagnostic",
                "Take the test first: svlib serve.",
            )
        )
    found = findings.plan_of(q)
    fresh = found[found["status"] == NEW].head(first)
    rows = [
        *q.plan.to_dict("records"),
        *(
            {**dict.fromkeys(PLAN.names, ""), **{name: row[name] for name in PLAN.names}}
            | {"status": OPEN, "since": q.quarter.slug}
            for row in fresh.to_dict("records")
        ),
    ]
    csvfile.write(path, PLAN.names, rows)
    return [
        f"{count(len(fresh), 'action')} added, {count(len(q.plan), 'action')} kept: "
        f"{project.relative(path)}",
        "Write under owner a post, under due a day, and under status open, done or dropped.",
    ]
