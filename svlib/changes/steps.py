"""From the figures of one report to those of the next, one cause at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from svlib.changes.causes import CAUSES, LAW, SETTINGS, by_input, causes, is_setting
from svlib.changes.figures import Figures
from svlib.changes.made import Made
from svlib.changes.remaking import remade_root
from svlib.errors import Fault, InputError


@dataclass(frozen=True)
class Step:
    """What one cause changed: `what` in words; `moved` by figure, rows and pounds, more or less
    than before it."""

    cause: str
    what: tuple[str, ...]
    moved: Figures


def steps(before: Made, now: Made) -> list[Step]:
    """One step a cause, in the order of CAUSES; over all steps `moved` adds up to the difference of
    the two reports' figures. Empty when nothing they were made from differs.

    Raises InputError when the report before cannot be made again from the archive.
    """
    told = causes(before.manifest, now.manifest)
    found, done, at = [], set(), before.figures
    for number, (cause, what) in enumerate(told.items(), start=1):
        done.add(cause)
        reached = now.figures if number == len(told) else _made_with(before, now, done)
        found.append(Step(cause, tuple(what), difference(at, reached)))
        at = reached
    return found


def difference(before: Figures, now: Figures) -> Figures:
    """`now` less `before`, by figure; one that is only in one of them counts as nothing there."""
    nothing = (0, Decimal("0.00"))
    moved = {}
    for name in dict.fromkeys([*before, *now]):
        (rows, pounds), (rows_now, pounds_now) = before.get(name, nothing), now.get(name, nothing)
        moved[name] = (rows_now - rows, pounds_now - pounds)
    return moved


def files_with(before: Mapping[str, Any], now: Mapping[str, Any], done: set[str]) -> dict[str, str]:
    """The files of the report before, those of the causes in `done` as they are now."""
    files = dict((now if LAW in done else before)["reference"])
    files |= (now if SETTINGS in done else before)["parameter_files"]
    files |= {p: h for p, h in before["inputs"].items() if not is_setting(p, before)}
    for path, cause in by_input(before, now).items():
        if cause in done:
            files.pop(path, None)
            files |= {path: now["inputs"][path]} if path in now["inputs"] else {}
    return files


def _made_with(before: Made, now: Made, done: set[str]) -> Figures:
    """The figures of the report before by the code of today, with the causes in `done` changed."""
    files = files_with(before.manifest, now.manifest, done)
    quarter_file = f"parameters/{now.manifest['authority']}/{now.manifest['quarter']}.yaml"
    with remade_root(files, before.manifest) as root:
        ran = subprocess.run(
            [sys.executable, "-m", "svlib.changes", quarter_file],
            env=os.environ | {"SVLIB_HOME": str(root)}, cwd=root, capture_output=True,
            text=True, encoding="utf-8", check=False,
        )  # fmt: skip
    if ran.returncode:
        said = " ".join(ran.stderr.split())[-300:].replace(str(root), "") or "it stopped"
        order = ", ".join(cause for cause in CAUSES if cause in done)
        do = "The two reports still stand; only the causes are not told apart."
        raise InputError(Fault(f"the report before, with {order} of today", said, do))
    told = json.loads(ran.stdout)
    return {name: (int(rows), Decimal(pounds)) for name, (rows, pounds) in told.items()}
