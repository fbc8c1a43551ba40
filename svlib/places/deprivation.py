"""Small areas: LSOA, ward and deprivation decile of a postcode, from lookups the user supplies.

The Index of Multiple Deprivation 2019 is by LSOA of 2011, the Indices of 2025 by LSOA of 2021. Many
codes stand in both with other outlines, so the two are never joined across: the year in the
headers decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from svlib import project
from svlib.errors import Fault, InputError

if TYPE_CHECKING:
    from svlib.parameters import PlaceFiles

_POSTCODE = ("pcds", "pcd", "pcd8", "pcd7", "pcd2", "postcode")
_LSOA = re.compile(r"lsoa(?:\D*?)(?:20)?(11|21)(?!.*(?:nm|name))")
_WARD = re.compile(r"(osward|wd(?:\d\d)?cd|ward_?code)")
_WARD_NAME = re.compile(r"(wd(?:\d\d)?nm|ward_?name)")
_INDEX = {"11": "the Index of Multiple Deprivation 2019 (LSOA of 2011)",
          "21": "the Indices of Deprivation 2025 (LSOA of 2021)"}  # fmt: skip


@dataclass(frozen=True)
class Deprivation:
    """What the lookups say of some postcodes.

    `table` has one row a postcode: `postcode`, `ward` (code), `ward_name`, `lsoa`, `decile` (1 is
    the most deprived tenth of England; missing where the index has none). `index` names the index
    used, empty without one; `missing` says what the user would have to supply for the rest.
    """

    table: pd.DataFrame
    index: str
    has_wards: bool
    missing: str


def lookup_files(files: PlaceFiles) -> list[Path]:
    """The lookups given; InputError for one that is not there."""
    absent = [path for path in files.every if not path.is_file()]
    if absent:
        raise InputError(
            [Fault(project.relative(path), "is not there", "Put the lookup there, or delete its "
                   "line under `places` in authority.yaml.") for path in absent]
        )  # fmt: skip
    return files.every


def read_lookups(files: PlaceFiles, postcodes: Iterable[str]) -> Deprivation:
    """Ward and decile of these postcodes (written as in the directory, `L1 8JQ`).

    Raises InputError when a file is absent, lacks its columns, or when index and postcode lookup
    are by LSOA of different years.
    """
    lookup_files(files)
    table = pd.DataFrame({"postcode": sorted(set(postcodes))}, dtype="str")
    table = table.assign(ward="", ward_name="", lsoa="", decile=pd.NA)
    year, deciles = _deciles(files.deprivation)
    lookups = [project.resolve(path) for path in files.postcodes]
    if year:
        table["lsoa"] = _first(lookups, table["postcode"], lambda names: _lsoa(names, year))
        by_year = [_lsoa(_header(path), year) for path in lookups]
        if lookups and files.deprivation and not any(by_year):
            raise InputError(_across(files.deprivation, lookups[0], year))
        table["decile"] = table["lsoa"].map(deciles).astype("Int64")
    has_wards = any(_one(_header(path), _WARD) for path in lookups)
    if has_wards:
        table["ward"] = _first(lookups, table["postcode"], lambda names: _one(names, _WARD))
        names = _ward_names(files.wards)
        table["ward_name"] = [names.get(code, code) for code in table["ward"]]
    index = _INDEX[year] if year and lookups else ""
    return Deprivation(table, index, has_wards, _missing(index, has_wards))


def _missing(index: str, has_wards: bool) -> str:
    """What is left out, and what to supply; empty when nothing is."""
    decile = ("deprivation", "the deciles by LSOA as deprivation", "LSOA")
    ward = ("ward", "names of wards as wards", "ward")
    absent = [part for part, there in ((decile, index), (ward, has_wards)) if not there]
    if not absent:
        return ""
    parts, files, columns = (" and ".join(texts) for texts in zip(*absent, strict=True))
    return (
        f"Spend by {parts} is left out: under places in authority.yaml name the ONS lookup of "
        f"postcode to {columns} (or its Postcode Directory) as postcodes, and {files}."
    )


def _deciles(path: Path | None) -> tuple[str, dict[str, int]]:
    """The year of its LSOAs (11 or 21) and decile by LSOA."""
    if path is None:
        return "", {}
    path = project.resolve(path)
    names = _header(path)
    years = [year for year in ("11", "21") if _lsoa(names, year)]
    decile = next((name for name in names if _is_decile(name)), "")
    if len(years) != 1 or not decile:
        raise InputError(
            Fault(project.relative(path), "needs one column of LSOA codes whose header says 2011 "
                  "or 2021, and one of deciles of the whole index; it has " + ", ".join(names),
                  "Give the file of IMD 2019 or IoD 2025 as published.")
        )  # fmt: skip
    rows = _columns(path, [_lsoa(names, years[0]), decile])
    return years[0], {code: int(value) for code, value in rows if str(value).isdigit()}


def _is_decile(name: str) -> bool:
    """The decile of the whole index, not of one of its domains."""
    plain = name.lower()
    whole = "imd" in plain or "multiple deprivation" in plain
    return whole and "decile" in plain


def _across(index: Path, lookup: Path, year: str) -> Fault:
    return Fault(
        project.relative(lookup),
        f"has no LSOA of 20{year}, by which {project.relative(project.resolve(index))} is",
        f"Give a postcode lookup with lsoa{year}cd: codes of 2011 and 2021 are not the same areas.",
    )


def _first(lookups: Sequence[Path], postcodes: pd.Series, column: Any) -> list[str]:
    """For each postcode what the first lookup that has such a column says; empty without."""
    for path in lookups:
        name = column(_header(path))
        if name:
            found = dict(_columns(path, [_postcode(path), name], only=list(postcodes)))
            return [found.get(postcode) or "" for postcode in postcodes]
    return [""] * len(postcodes)


def _ward_names(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    path = project.resolve(path)
    names = _header(path)
    code, name = _one(names, _WARD), _one(names, _WARD_NAME)
    if not code or not name:
        raise InputError(
            Fault(project.relative(path), "has no columns such as WD24CD and WD24NM; it has "
                  + ", ".join(names), "Give names and codes of wards as the ONS publishes them.")
        )  # fmt: skip
    return dict(_columns(path, [code, name]))


def _postcode(path: Path) -> str:
    names = {name.lower(): name for name in _header(path)}
    found = next((names[name] for name in _POSTCODE if name in names), "")
    if not found:
        raise InputError(
            Fault(project.relative(path), "has no column of postcodes such as pcds; it has "
                  + ", ".join(names), "Give a postcode lookup as the ONS publishes it.")
        )  # fmt: skip
    return found


def _lsoa(names: Sequence[str], year: str) -> str:
    for name in names:
        found = _LSOA.match(name.lower())
        if found and found[1] == year:
            return name
    return ""


def _one(names: Sequence[str], wanted: re.Pattern[str]) -> str:
    return next((name for name in names if wanted.fullmatch(name.strip().lower())), "")


def _header(path: Path) -> list[str]:
    import csv

    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return next(csv.reader(file), [])


def _columns(path: Path, names: list[str], only: list[str] | None = None) -> list[tuple[Any, ...]]:
    """These columns of a CSV file as text; with `only`, rows whose first is one of these postcodes
    whatever their blanks."""
    import duckdb

    chosen = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    key = "regexp_replace(k, '(...)$', ' \\1')"
    sql = f"SELECT {chosen} FROM read_csv($1, header = true, all_varchar = true, delim = ',')"
    with duckdb.connect() as connection:
        if only is not None:
            connection.register("wanted", pa.table({"postcode": pa.array(only, pa.string())}))
            sql = (
                f"SELECT postcode, v FROM (SELECT {key} AS postcode, v FROM (SELECT"
                f" replace(a, ' ', '') AS k, v FROM ({sql}) t(a, v))) JOIN wanted USING (postcode)"
            )
        try:
            return connection.execute(sql, [str(path)]).fetchall()
        except duckdb.Error as error:
            said = f"cannot be read ({str(error).splitlines()[0]})"
            fault = Fault(project.relative(path), said, "Save it as CSV in UTF-8.")
            raise InputError(fault) from None
