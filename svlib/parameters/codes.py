"""Codes that may stand in an area: a district, or what holds districts as districts.csv has it."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

from svlib import project

_HOLDERS = ("county_code", "region_code", "combined_authority_code")
_COUNTRIES = {
    "E92000001": "England",
    "N92000002": "Northern Ireland",
    "S92000003": "Scotland",
    "W92000004": "Wales",
}
_UNITED_KINGDOM = "K02000001"


def expand(districts: Any) -> Any:
    """District codes for codes of districts, counties, combined authorities, regions or countries;
    old codes of districts as today's. `all` is left as it is, and so is what is no code.

    Raises ValueError naming each code that districts.csv does not know.
    """
    if districts in ("all", [_UNITED_KINGDOM], _UNITED_KINGDOM):
        return "all"
    written = [districts] if isinstance(districts, str) else districts
    if not isinstance(written, list) or not all(isinstance(code, str) for code in written):
        return districts
    known = _holders(project.reference("districts.csv"))
    changed = changes()
    today = [str(changed.get(code, code)) for code in written]
    strays = [code for code in today if _may_be_a_code(code) and code not in known]
    if strays:
        raise ValueError(
            f"{', '.join(strays)}: no district, county, combined authority, region or country in "
            "data/reference/districts.csv"
        )
    found = [held for code in today for held in known.get(code, [code])]
    return list(dict.fromkeys(found))


def changes() -> dict[str, str]:
    """Old code of a district to today's, from district_changes.csv."""
    return _changes(project.reference("district_changes.csv"))


def _may_be_a_code(code: str) -> bool:
    return len(code) == 9 and code[:1].isalpha() and code[1:].isdigit()


@cache
def _changes(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["old_code"]: row["new_code"] for row in csv.DictReader(file)}


@cache
def _holders(path: Path) -> dict[str, list[str]]:
    """Code to the districts it holds; a district holds itself."""
    holders: dict[str, list[str]] = {}
    country_codes = {name: code for code, name in _COUNTRIES.items()}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            above = [row[name] for name in _HOLDERS if row[name]]
            for code in (row["code"], *above, country_codes[row["country"]]):
                holders.setdefault(code, []).append(row["code"])
    return holders
