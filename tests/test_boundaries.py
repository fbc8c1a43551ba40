"""Boundary files as councils have them, the country drawn from points, and what a map shows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from helpers import LCR, REPOSITORY, project
from shapely import Polygon, box

from svlib import places
from svlib.errors import InputError
from svlib.parameters import Areas

BARNSLEY_THEN, BARNSLEY = "E08000016", "E08000038"
LIVERPOOL, WIRRAL, OXFORD, SWINDON, LAMBETH = (
    "E08000012", "E08000015", "E07000178", "E06000030", "E09000022",
)  # fmt: skip
BOW_TIE = Polygon([(330000, 390000), (340000, 400000), (340000, 390000), (330000, 400000)])


@pytest.fixture
def boundaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = project(tmp_path, monkeypatch) / "data" / "reference" / "boundaries"
    folder.mkdir()
    return folder


def squares(codes: list[str], column: str = "LAD25CD") -> gpd.GeoDataFrame:
    """Squares of 10 km side by side."""
    shapes = [box(330000 + 10000 * n, 390000, 340000 + 10000 * n, 400000)
              for n in range(len(codes))]  # fmt: skip
    return gpd.GeoDataFrame({column: codes, "NM": "x"}, geometry=shapes, crs=27700)


@pytest.mark.parametrize("column", ["LAD24CD", "lad21cd", "LAD25CD", "LTLA22CD", "code"])
@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp"])
def test_files_as_published(boundaries: Path, name: str, column: str) -> None:
    """GeoJSON is in degrees, the others on the National Grid; all come out in metres."""
    frame = squares([LIVERPOOL, WIRRAL], column)
    (frame.to_crs(4326) if name.endswith("json") else frame).to_file(boundaries / name)
    found = places.shapes([WIRRAL, LIVERPOOL])
    assert list(found["code"]) == [LIVERPOOL, WIRRAL]
    assert list(found["name"]) == ["Liverpool", "Wirral"]
    assert set(found["source"]) == {"boundary files"}
    assert found.crs == "EPSG:27700"
    assert found.geometry.area.tolist() == pytest.approx([1e8, 1e8], rel=1e-3)


def test_a_shapefile_that_does_not_say_its_grid(boundaries: Path) -> None:
    squares([LIVERPOOL]).to_file(boundaries / "a.shp")
    (boundaries / "a.prj").unlink()
    assert places.shapes([LIVERPOOL]).total_bounds.tolist() == [330000, 390000, 340000, 400000]


def test_invalid_shapes_are_mended(boundaries: Path) -> None:
    gpd.GeoDataFrame({"LAD24CD": [LIVERPOOL]}, geometry=[BOW_TIE], crs=27700).to_file(
        boundaries / "a.gpkg"
    )
    found = places.shapes([LIVERPOOL])
    assert found.geometry.is_valid.all()
    assert found.geometry.area.iloc[0] == pytest.approx(5e7)


def test_old_codes_are_read_as_today(boundaries: Path) -> None:
    squares([BARNSLEY_THEN]).to_file(boundaries / "a.gpkg")
    found = places.shapes([BARNSLEY])
    assert found[["code", "name", "source"]].values.tolist() == [
        [BARNSLEY, "Barnsley", "boundary files"]
    ]


def test_districts_a_file_lacks_are_drawn_around_it(boundaries: Path) -> None:
    squares([LIVERPOOL]).to_file(boundaries / "a.gpkg")
    found = places.shapes([LIVERPOOL, WIRRAL]).set_index("code")
    assert found["source"].to_dict() == {LIVERPOOL: "boundary files", WIRRAL: "postcode points"}
    assert found.geometry[LIVERPOOL].intersection(found.geometry[WIRRAL]).area == pytest.approx(0)
    assert len(places.country()) == 350


@pytest.mark.parametrize("text", ["{}", "not a file of shapes"])
def test_a_file_that_is_none(boundaries: Path, text: str) -> None:
    (boundaries / "a.geojson").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"data/reference/boundaries/a\.geojson"):
        places.shapes([LIVERPOOL])


def test_a_file_without_district_codes(boundaries: Path) -> None:
    squares(["E05000886"], "WD25CD").to_file(boundaries / "wards.gpkg")
    with pytest.raises(InputError, match="no column of district codes such as LAD25CD; it has WD2"):
        places.shapes([LIVERPOOL])


@pytest.mark.realdata
def test_boundaries_of_the_ons(boundaries: Path, shared: Path) -> None:
    """Those of 2024, some of them invalid as published: every district of today has one."""
    name = "uk_lad_may2024_ultra_generalised.geojson"
    shutil.copy(shared / "geo" / "boundaries" / name, boundaries / name)
    every = places.country()
    assert len(every) == 350
    assert every.geometry.is_valid.all()
    assert set(every["source"]) == {"boundary files"}


# --- drawn from points, and chosen ---------------------------------------------------------------


@pytest.fixture
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVLIB_HOME", str(REPOSITORY))


@pytest.mark.usefixtures("_here")
def test_the_country_is_drawn_whole_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    every = places.country()
    assert len(every) == 350  # 361 less the eleven of Northern Ireland
    assert every.geometry.is_valid.all()
    assert every.geometry.area.sum() == pytest.approx(2.3e11, rel=0.1)  # 230,000 square km
    from svlib.places import drawing

    monkeypatch.setattr(drawing, "_country", None)  # kept: it is not drawn again
    assert places.country().equals(every)


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("code", "around"),
    [
        (OXFORD, {"Cherwell", "South Oxfordshire", "Vale of White Horse"}),
        (LAMBETH, {"Bromley", "Croydon", "Merton", "Southwark", "Wandsworth", "Westminster"}),
        (BARNSLEY, {"Doncaster", "Rotherham", "Sheffield", "Kirklees", "Wakefield"}),
    ],
)
def test_neighbours(code: str, around: set[str]) -> None:
    """Those that border it, and at most two that all but do."""
    found = {places.district_name(one) for one in places.neighbours([code])}
    assert around <= found
    assert len(found - around) <= 2


def areas(local: str, *nested: Any) -> Areas:
    listed = [{"id": name, "name": name, "districts": codes} for name, codes in nested]
    whole = {"id": "UK", "name": "UK", "districts": "all"}
    return Areas.model_validate({"local": local, "nested": [*listed, whole]})


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        (areas("city", ("home", [LIVERPOOL]), ("city", "E47000004"), ("NW", "E12000002")), 6),
        (areas("home", ("home", [LIVERPOOL]), ("city", "E47000004"), ("NW", "E12000002")), 6),
        (areas("NW", ("home", [LIVERPOOL]), ("NW", "E12000002")), 35),
        (areas("home", ("home", [OXFORD]), ("county", "E10000025"), ("SE", "E12000008")), 5),
        (areas("home", ("home", ["E08000031"]), ("WM", "E12000005")), 5),
        (areas("home", ("home", [SWINDON]), ("SW", "E12000009")), 4),
        (areas("London", ("home", [LAMBETH]), ("London", "E12000007")), 33),
        (areas("home", ("home", [BARNSLEY_THEN]), ("county", "E11000003")), 4),
        (areas("home", ("home", "E10000016"), ("SE", "E12000008")), 12),
        (areas("UK"), 350),
    ],
)
def test_what_the_map_of_the_region_shows(chosen: Areas, count: int) -> None:
    shown = places.to_show(chosen)
    assert len(shown) == count
    assert shown == sorted(set(shown))
    home = chosen.home_districts
    assert set(home) <= set(shown)


def test_liverpool_and_its_neighbours_are_in_the_city_region() -> None:
    assert set(places.to_show(areas("home", ("home", [LIVERPOOL]), ("LCR", LCR)))) == set(LCR)
