"""The guidance as data: stages with their actions, enablers, and what fits each category.

It is read from data/reference/guidance.yaml, whose wording, fits and marks are our own reading.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from svlib import project
from svlib.errors import Fault, ParameterError
from svlib.guidance.model import Guidance
from svlib.guidance.references import faults

_RESTS_ON = ("framework.yaml", "question_bank.csv", "categories.csv")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same rules, ten times as fast


def load(path: Path | None = None) -> Guidance:
    """Read and check the guidance; `path` is data/reference/guidance.yaml unless told.

    Raises ParameterError with every fault found: a reference to a question, outcome, category or
    row of law that is none; a stage without an action in a band of value; a category without
    outcomes.
    """
    path = path or project.reference("guidance.yaml")
    rests_on = [path, *(project.reference(name) for name in _RESTS_ON)]
    rests_on += sorted(project.reference("law").glob("*.csv"))
    stamps = tuple(one.stat().st_mtime_ns if one.is_file() else 0 for one in rests_on)
    return _as_it_stands(path, project.relative(path), stamps)


@lru_cache(maxsize=4)
def _as_it_stands(path: Path, where: str, _changed: tuple[int, ...]) -> Guidance:
    """The guidance, read again when it or what it names was changed."""
    found = _parse(path, where)
    wrong = list(faults(found, where))
    if wrong:
        raise ParameterError(wrong)
    return found


def _parse(path: Path, where: str) -> Guidance:
    try:
        return Guidance.model_validate(yaml.load(path.read_text(encoding="utf-8"), _LOADER))
    except FileNotFoundError:
        fault = Fault(where, "no such file", "Put back the guidance that came with the suite.")
        raise ParameterError(fault) from None
    except yaml.YAMLError as error:
        found = " ".join(str(error).split())
        raise ParameterError(Fault(where, f"is not YAML: {found}", "Mend the line.")) from None
    except ValidationError as error:
        raise ParameterError([_fault(dict(one), where) for one in error.errors()]) from None


def _fault(detail: dict[str, Any], where: str) -> Fault:
    """Places count from 1: guidance.yaml, stages 1, actions 2, text."""
    steps = " ".join(f"{one + 1}," if isinstance(one, int) else str(one) for one in detail["loc"])
    return Fault(f"{where}, {steps}", detail["msg"], "Mend the line; the file's head explains it.")
