"""Another framework beside ours, and how its codes map to our measures: both are data, no code.

A framework is a YAML file in data/reference/frameworks/, a map the CSV of the same name in
data/reference/framework_maps/. Codes and wording under a closed licence stay in the council's own
files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field

from svlib import project
from svlib.errors import Fault, ParameterError
from svlib.framework.model import Strict
from svlib.framework.reading import content_of, parsed

RELATIONS = ("exact", "part", "none")
"""How a code relates to one of our measures: the same change, some of it, or nothing of ours."""

_MAP = ("scheme", "code", "label", "measure_id", "relation", "source")


class _Item(Strict):
    code: str
    label: str
    within: str | None = None
    known: Literal["found", "to be confirmed"]


class _File(Strict):
    scheme: str
    title: str
    publisher: str
    licence: str
    url: str = Field(pattern=r"^https?://")
    published: date
    note: str
    items: list[_Item] = Field(min_length=1)


@dataclass(frozen=True)
class Other:
    """Another framework. `items`: one row a code: code, label (our own words), within (the code it
    is part of, "" at the top) and known (found, or to be confirmed at the source)."""

    scheme: str
    title: str
    publisher: str
    licence: str
    url: str
    published: date
    note: str
    items: pd.DataFrame


def load_other(path: Path) -> Other:
    """Read another framework. Raises ParameterError with every fault: a code twice, or one that
    lies within a code that is none."""
    where = project.relative(path)
    written = parsed(_File, content_of(path, where), where)
    codes = Counter(item.code for item in written.items)
    faults = [
        Fault(f"{where}, {code}", f"stands {times} times", "Give each item its own code.")
        for code, times in codes.items()
        if times > 1
    ]
    faults += [
        Fault(f"{where}, {item.code}", f"lies within '{item.within}'", "Name a code of this file.")
        for item in written.items
        if item.within and item.within not in codes
    ]
    if faults:
        raise ParameterError(faults)
    rows = [{**item.model_dump(), "within": item.within or ""} for item in written.items]
    told = written.model_dump(exclude={"items"})
    return Other(**told, items=pd.DataFrame(rows))


def load_map(path: Path, measures: Collection[str], other: Other | None = None) -> pd.DataFrame:
    """One row a code and measure: scheme, code, label, measure_id ("" where `relation` is none),
    relation (exact, part, none) and source (who decided it).

    Raises ParameterError with every fault: a measure that is not among `measures`, a relation that
    is none of the three, a pair twice and, given the `other` framework, a code that it lacks or
    that the map leaves out.
    """
    where = project.relative(path)
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
    except FileNotFoundError:
        fault = Fault(where, "no such file", "Name a map of data/reference/framework_maps.")
        raise ParameterError(fault) from None
    missing = [name for name in _MAP if name not in table]
    if missing:
        fault = Fault(where, "no column " + ", ".join(missing), "Put back the column.")
        raise ParameterError(fault)
    table = table[list(_MAP)]
    faults = [
        Fault(f"{where}, row {number}", found, do)
        for number, row in enumerate(table.to_dict("records"), start=2)
        for found, do in _row_faults(row, set(measures))
    ]
    pairs = Counter(zip(table["code"], table["measure_id"], strict=True))
    faults += [
        Fault(f"{where}, {code}", f"measure '{measure}' stands {many} times", "Keep one.")
        for (code, measure), many in pairs.items()
        if many > 1
    ]
    faults += _code_faults(table, other, where) if other else []
    if faults:
        raise ParameterError(faults)
    return table


def _row_faults(row: dict[str, str], measures: set[str]) -> list[tuple[str, str]]:
    found = []
    if row["relation"] not in RELATIONS:
        found.append((f"relation '{row['relation']}'", "Use one of: " + ", ".join(RELATIONS) + "."))
    if row["relation"] == "none" and row["measure_id"]:
        found.append(
            ("relation none names a measure", "Take the measure out, or say exact or part.")
        )
    if row["relation"] != "none" and row["measure_id"] not in measures:
        do = "Correct measure_id, or write the relation none."
        found.append((f"measure '{row['measure_id']}' is not in the framework", do))
    found += [
        (f"{name} is empty", "Fill it in.")
        for name in ("scheme", "code", "label", "source")
        if not row[name]
    ]
    return found


def _code_faults(table: pd.DataFrame, other: Other, where: str) -> list[Fault]:
    known, mapped = set(other.items["code"]), set(table["code"])
    faults = [
        Fault(f"{where}, {code}", f"is no code of {other.scheme}", "Correct the code.")
        for code in sorted(mapped - known)
    ]
    faults += [
        Fault(f"{where}, {code}", "is not mapped", "Add a row; its relation may be none.")
        for code in sorted(known - mapped)
    ]
    strays = sorted(set(table["scheme"]) - {other.scheme})
    return faults + [
        Fault(where, f"scheme '{scheme}' is not {other.scheme}", "Correct the scheme.")
        for scheme in strays
    ]
