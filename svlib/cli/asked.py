"""What several commands ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from svlib.errors import Fault, ParameterError

QuarterFile = Annotated[
    Path, typer.Argument(help="Quarter file, e.g. parameters/sample/2026-27-Q2.yaml")
]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="Override one parameter: areas.local=LCR")
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        help="Only this notebook: report, spend, outcomes, diagnostic, framework, reconciliation",
    ),
]


def settings(pairs: list[str] | None) -> dict[str, str]:
    """Pairs of "name=value". Raises ParameterError for one without an equals sign."""
    found = {}
    for pair in pairs or []:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ParameterError(
                Fault(pair, "has no '='", "Write it like areas.local=LCR or supplier=Ashbrook.")
            )
        found[name.strip()] = value
    return found
