"""Districts as shapes: from boundary files when there are any, else drawn from postcode points.

Boundary files (GeoJSON, GeoPackage or shapefile, as the ONS publishes them) go into
`data/reference/boundaries/`. All shapes are on the British National Grid (EPSG:27700), in metres.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from svlib import project
from svlib.errors import Fault, InputError
from svlib.parameters import codes as changed_codes
from svlib.places import drawing
from svlib.places.directory import district_name, districts

if TYPE_CHECKING:
    import geopandas as gpd

    from svlib.parameters import Areas

FROM_FILE = "boundary files"
DRAWN = "postcode points"
_SUFFIXES = (".geojson", ".json", ".gpkg", ".shp")
_CODE = re.compile(r"(lad|ltla|lau1?)\d{2}cd|(lad|ltla|district)_?(cd|code)|code", re.IGNORECASE)
_GRID, _DEGREES = 27700, 4326
_READABLE = 12  # districts whose names and figures fit on one map
_LARGE = 45  # districts that still fit on one map, the largest of them named


def shapes(codes: Iterable[str]) -> gpd.GeoDataFrame:
    """One row a district, by code: `code`, `name`, `source` (FROM_FILE or DRAWN), geometry.

    A district that no boundary file holds is drawn from its postcode points.
    """
    wanted = sorted(set(codes))
    official = _official()
    if official is None or not official["code"].isin(wanted).any():
        return drawn(wanted)
    kept = official[official["code"].isin(wanted)]
    missing = sorted(set(wanted) - set(kept["code"]))
    parts = [kept, _without(drawn(missing), kept)] if missing else [kept]
    return pd.concat(parts).sort_values("code", ignore_index=True)


def drawn(codes: Iterable[str]) -> gpd.GeoDataFrame:
    """Districts drawn from their postcode points; columns as in `shapes`.

    Each 500 m square takes the district of the postcode nearest its centre, so districts never
    overlap. These are drawings for a map, not official boundaries.
    """
    return _named(drawing.region(sorted(set(codes))), DRAWN)


def country() -> gpd.GeoDataFrame:
    """Every district of Great Britain in the detail of a small map; columns as in `shapes`."""
    official = _official()
    if official is None:
        return _named(drawing.country(), DRAWN)
    mainland = official[official["code"].str[0].isin(["E", "S", "W"])]
    missing = sorted(set(_of_great_britain()) - set(mainland["code"]))
    if not missing:
        return mainland.reset_index(drop=True)
    rest = _named(drawing.country(), DRAWN)
    rest = _without(rest[rest["code"].isin(missing)], mainland)
    return pd.concat([mainland, rest]).sort_values("code", ignore_index=True)


def neighbours(codes: Iterable[str]) -> list[str]:
    """Districts that border those of `codes`, and are none of them; by code."""
    own = set(codes)
    every = country()
    home = every[every["code"].isin(own)].geometry.union_all().buffer(500)
    around = every[every.geometry.intersects(home)]["code"]
    return sorted(set(around) - own)


def to_show(areas: Areas) -> list[str]:
    """Districts for the map of the region: those of the local area when it has several, else of
    the widest area of up to twelve, else the authority's own with those around it."""
    local = areas.local_area.districts
    if local != "all" and 1 < len(local) <= _LARGE:
        return sorted(local)
    listed = [area.districts for area in areas.nested if area.districts != "all"]
    readable = [codes for codes in listed if 1 < len(codes) <= _READABLE]
    if readable:
        return sorted(readable[-1])
    home = areas.home.districts
    if home == "all" or len(home) > _LARGE:
        return _of_great_britain()
    return sorted([*home, *neighbours(home)])


def boundary_files() -> list[Path]:
    """The boundary files in data/reference/boundaries, by name."""
    folder = project.reference("boundaries")
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)


def _of_great_britain() -> list[str]:
    table = districts()
    return sorted(table.index[table["country"] != "Northern Ireland"])


def _official() -> gpd.GeoDataFrame | None:
    """Districts of all boundary files, the first file that holds one deciding; None without."""
    files = boundary_files()
    if not files:
        return None
    stamp = tuple((path, path.stat().st_size, path.stat().st_mtime_ns) for path in files)
    return _official_of(stamp)


_read: dict[tuple[tuple[Path, int, int], ...], gpd.GeoDataFrame] = {}


def _official_of(stamp: tuple[tuple[Path, int, int], ...]) -> gpd.GeoDataFrame:
    if stamp not in _read:
        every = pd.concat([_from_file(path) for path, _, _ in stamp])
        first = every.drop_duplicates("code").sort_values("code", ignore_index=True)
        _read.clear()
        _read[stamp] = _named(first, FROM_FILE)
    return _read[stamp]


def _from_file(path: Path) -> gpd.GeoDataFrame:
    """`code` and geometry of one file: today's codes, valid shapes, National Grid."""
    import geopandas as gpd

    where = project.relative(path)
    try:
        frame = gpd.read_file(path)
    except Exception as error:  # pyogrio has no narrower class for what GDAL may say
        cure = "Put in the file as the ONS publishes it, or take it away."
        fault = Fault(where, f"cannot be read as boundaries ({error})", cure)
        raise InputError(fault) from None
    found = [name for name in frame.columns if _CODE.fullmatch(str(name))]
    if not found:
        has = ", ".join(map(str, frame.columns))
        cure = "Put in boundaries of local authority districts, or take the file away."
        raise InputError(
            Fault(where, f"has no column of district codes such as LAD25CD; it has {has}", cure)
        )
    held = frame[found[0]].astype("str").replace(changed_codes.changes())
    whole = gpd.GeoDataFrame({"code": held}, geometry=frame.geometry, crs=_crs(frame))
    whole = whole[~whole.geometry.is_empty & whole.geometry.notna()]
    whole = whole.assign(geometry=whole.geometry.make_valid()).to_crs(_GRID)
    merged = whole.dissolve("code").reset_index()
    return merged.assign(geometry=merged.geometry.make_valid())


def _crs(frame: gpd.GeoDataFrame) -> object:
    """As the file says; without a word, degrees when the numbers are small."""
    if frame.crs is not None:
        return frame.crs
    return _DEGREES if max(map(abs, frame.total_bounds)) <= 360 else _GRID


def _without(frame: gpd.GeoDataFrame, others: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Drawn shapes less what official ones take of them."""
    rest = frame.assign(geometry=frame.geometry.difference(others.geometry.union_all()))
    return rest[~rest.geometry.is_empty]


def _named(frame: gpd.GeoDataFrame, source: str) -> gpd.GeoDataFrame:
    named = frame.assign(name=[district_name(code) for code in frame["code"]], source=source)
    return named[["code", "name", "source", "geometry"]]
