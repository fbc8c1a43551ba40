"""Helpers of the Social Value Workbooks. `import svlib as sv` gives every room by name.

Rooms are loaded when first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_ROOMS = (
    "answering",
    "categories",
    "contracts",
    "diagnostic",
    "documents",
    "errors",
    "findings",
    "framework",
    "guidance",
    "ingest",
    "law",
    "ledger",
    "opendata",
    "outcomes",
    "parameters",
    "passages",
    "places",
    "questions",
    "reconciliation",
    "show",
    "spend",
    "store",
    "suppliers",
    "tables",
    "values",
    "view",
    "widgets",
)
_NAMES = {"open_quarter": "view", "Quarter": "quarter"}

if TYPE_CHECKING:
    from svlib.quarter import Quarter as Quarter
    from svlib.view import open_quarter as open_quarter


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"svlib.{name}")
    if name in _NAMES:
        return getattr(import_module(f"svlib.{_NAMES[name]}"), name)
    raise AttributeError(f"svlib has no room or name '{name}'")


def __dir__() -> list[str]:
    return sorted([*_ROOMS, *_NAMES, "__version__"])
