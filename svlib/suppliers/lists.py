"""A list of names matched to a register: CSV in, CSV out, for no authority in particular."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from svlib.errors import Fault, InputError
from svlib.suppliers import matching
from svlib.suppliers.register import Register

COLUMNS = ("name", "outcome", "company_number", "score", "reason")


@dataclass(frozen=True)
class Names:
    """The rows of a list, in order: `name`, `postcode` (empty where the list has none)."""

    name: list[str]
    postcode: list[str]


def read_names(path: Path) -> Names:
    """The columns `name` and `postcode` of a CSV file, whatever else it holds.

    Raises InputError when the file is missing, is not text, or has no column `name`.
    """
    text = _text(path)
    rows = list(csv.reader(text.splitlines(keepends=True)))
    header = [title.strip().casefold() for title in rows[0]] if rows else []
    if "name" not in header:
        raise InputError(
            Fault(
                f"{path.name}, line 1",
                f"no column 'name' among: {', '.join(header[:6]) or 'nothing'}",
                "Give a CSV with a column `name` and, if known, `postcode`.",
            )
        )
    names = [_cell(row, header.index("name")) for row in rows[1:] if any(row)]
    at = header.index("postcode") if "postcode" in header else -1
    codes = [_cell(row, at) for row in rows[1:] if any(row)]
    return Names(names, codes)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            Fault(str(path), f"cannot be read ({error.strerror})", "Check the path.")
        ) from None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(Fault(path.name, "is neither UTF-8 nor Windows text", "Save it as CSV UTF-8."))


def _cell(row: list[str], at: int) -> str:
    return row[at].strip() if 0 <= at < len(row) else ""


def match_list(names: Names, register: Register) -> pd.DataFrame:
    """One row a name, in order, with COLUMNS; equal names with equal postcodes are matched once.

    `company_number` is the likeliest company's also where the outcome is review; it is empty only
    where nothing was found.
    """
    asked = pd.DataFrame({"name": names.name, "postcode": names.postcode}, dtype="str")
    once = asked.drop_duplicates(ignore_index=True)
    found = matching.match(list(once["name"]), list(once["postcode"]), register)
    return asked.merge(found, on=["name", "postcode"], how="left")[list(COLUMNS)]
