"""Measurements written where people can read them, with the machine and versions they hold for."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "measurements"
_PACKAGES = ("duckdb", "ipykernel", "nbclient", "nbconvert", "numpy", "pandas", "papermill",
             "psycopg", "pyarrow", "python-calamine", "rapidfuzz", "sqlalchemy")  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def write(name: str, figures: dict[str, Any]) -> None:
    """Write docs/measurements/<name>.json: the figures, the machine and the versions."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = {
        "figures": figures,
        "machine": {
            "processors": os.cpu_count(),
            "architecture": platform.machine(),
            "system": platform.system(),
            "python": platform.python_version(),
        },
        "versions": {package: version(package) for package in _PACKAGES},
    }
    text = json.dumps(content, indent=1) + "\n"
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")
