"""Districts drawn from postcode points: squares of the grid, each of the district of its postcodes.

Drawn once and kept in data/store, which is safe to delete.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from svlib import project
from svlib.places import directory

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np

_CELL_M = 500  # side of the squares a district is drawn from
_REACH_M = 1_500  # a square farther than this from any postcode is left white (sea, moor)
_COARSE_M = 1_000  # side of the squares of the country, where a point is about 2 km
_CLOSE = 5  # squares: gaps of up to twice as many are filled, so that moors are not holes
_GRID = "EPSG:27700"


def region(codes: list[str]) -> gpd.GeoDataFrame:
    """`code` and geometry of these districts, by code, in squares of 500 m."""
    return _kept(f"region {_CELL_M} {' '.join(codes)}", lambda: _region(codes))


def country() -> gpd.GeoDataFrame:
    """`code` and geometry of every district with postcodes, by code, in squares of 1 km, their
    steps smoothed."""
    return _kept(f"country {_COARSE_M} {_CLOSE}", _country)


def _kept(what: str, draw: Callable[[], gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    import geopandas as gpd

    decides = Path(__file__).read_bytes() + f"{what} {directory.edition()}".encode()
    mark = hashlib.sha256(decides).hexdigest()[:12]
    path = project.store() / "drawings" / f"{what.partition(' ')[0]}-{mark}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        draw().to_parquet(part)
        part.replace(path)
    return gpd.read_parquet(path)


def _region(codes: list[str]) -> gpd.GeoDataFrame:
    import numpy as np
    import shapely

    points = _points_around(codes)
    own = points[points["district"].isin(codes)]
    if not len(own):
        return _frame(codes, [])
    tree = shapely.STRtree(shapely.points(points["easting"], points["northing"]))
    east = np.arange(*_span(own["easting"]), _CELL_M)
    north = np.arange(*_span(own["northing"]), _CELL_M)
    x, y = (grid.ravel() for grid in np.meshgrid(east, north, indexing="ij"))
    land = np.zeros(len(x), dtype=bool)
    squares = shapely.points(x, y)
    land[tree.query_nearest(squares, max_distance=_REACH_M, all_matches=False)[0]] = True
    land = _inland(land.reshape(len(east), len(north))).ravel()
    of_square = points["district"].to_numpy()[tree.nearest(squares[land])]
    return _frame(codes, _outlines(x[land], y[land], of_square, codes, _CELL_M))


def _country() -> gpd.GeoDataFrame:
    """Each square takes the district of most of its postcodes; gaps inland take the nearest."""
    import numpy as np
    import shapely

    held = _squares()
    x, y = (held[name].to_numpy() for name in ("x", "y"))
    land = np.zeros((int(x.max()) + 1, int(y.max()) + 1), dtype=bool)
    land[x, y] = True
    gap_x, gap_y = np.nonzero(_inland(_closed(land)) & ~land)
    tree = shapely.STRtree(shapely.points(x, y))
    nearest = tree.nearest(shapely.points(gap_x, gap_y))
    district = held["district"].to_numpy()
    every = np.concatenate([district, district[nearest]])
    codes = sorted(set(district))
    east, north = ((np.concatenate(pair) + 0.5) * _COARSE_M for pair in ((x, gap_x), (y, gap_y)))
    outlines = _outlines(east, north, every, codes, _COARSE_M)
    smooth = shapely.coverage_simplify(np.array(outlines), _COARSE_M * 1.2)
    return _frame(codes, list(smooth))


def _squares() -> pd.DataFrame:
    """One row a square of the coarse grid that has postcodes: `x`, `y` (in squares), `district`."""
    return directory.query(
        "WITH counted AS (SELECT (easting // $2)::INT AS x, (northing // $2)::INT AS y, district,"
        " count(*) AS n FROM read_parquet($1) WHERE easting IS NOT NULL GROUP BY ALL)"
        " SELECT x, y, arg_max(district, (n, district)) AS district FROM counted"
        " GROUP BY ALL ORDER BY x, y",
        _COARSE_M,
    )


def _inland(land: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Land with all that it encloses."""
    import numpy as np
    import shapely

    x, y = np.nonzero(land)
    whole = shapely.coverage_union_all(shapely.box(x - 0.5, y - 0.5, x + 0.5, y + 0.5))
    coast = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(whole)])
    shapely.prepare(coast)
    x, y = (grid.ravel() for grid in np.indices(land.shape))
    return shapely.contains_xy(coast, x, y).reshape(land.shape)


def _closed(land: Any) -> Any:
    """Land with its gaps filled: grown by some squares, then shrunk by as many."""
    import numpy as np

    grown: Any = np.pad(land, 2 * _CLOSE)
    for shrink in (False, True):
        for axis in (0, 1):
            wide = np.pad(
                grown, [(_CLOSE, _CLOSE) if axis == side else (0, 0) for side in (0, 1)],
                constant_values=shrink,
            )  # fmt: skip
            windows = np.lib.stride_tricks.sliding_window_view(wide, 2 * _CLOSE + 1, axis=axis)
            grown = windows.all(axis=-1) if shrink else windows.any(axis=-1)
    inner = slice(2 * _CLOSE, -2 * _CLOSE)
    return grown[inner, inner]


def _outlines(x: Any, y: Any, district: Any, codes: list[str], side: int) -> list[Any]:
    """The outline of each district's squares; `x` and `y` are their centres in metres."""
    import shapely

    half = side / 2
    boxes = shapely.box(x - half, y - half, x + half, y + half)
    of_each = pd.Series(range(len(boxes))).groupby(district).indices
    return [shapely.coverage_union_all(boxes[of_each.get(code, [])]) for code in codes]


def _frame(codes: list[str], outlines: list[Any]) -> gpd.GeoDataFrame:
    import geopandas as gpd

    kept = codes if outlines else []
    frame = gpd.GeoDataFrame({"code": kept}, geometry=outlines, crs=_GRID)
    return frame[~frame.geometry.is_empty].reset_index(drop=True)


def _points_around(codes: list[str]) -> pd.DataFrame:
    """Postcodes of the districts and of those that meet them, so that edges fall in between."""
    return directory.query(
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
