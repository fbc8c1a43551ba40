"""A CSV file is written whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from svlib import project
from svlib.errors import Fault, InputError


def write(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    *,
    encoding: str = "utf-8-sig",
    ending: str = "\r\n",
) -> None:
    """One line a row with these columns, and no others; an absent value is empty.

    As it stands it opens in Excel with its accents; a program may rather want `encoding` utf-8.
    Raises InputError when the file cannot be written; what stood there before then still does.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding=encoding, newline="") as stream:
            writer = csv.writer(stream, lineterminator=ending)
            writer.writerow(columns)
            writer.writerows([_cell(row[name]) for name in columns] for row in rows)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(
            Fault(
                project.relative(path),
                f"cannot be written ({error.strerror})",
                "Close it in other programs, or name another.",
            )
        ) from None


def _cell(value: Any) -> Any:
    return "" if pd.isna(value) else value
