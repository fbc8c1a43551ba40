"""Wards and deprivation from lookups as the ONS prints them; years of LSOAs are never mixed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers import payments, project, put

import svlib as sv
from svlib import places
from svlib.errors import InputError
from svlib.parameters import PlaceFiles

POSTCODES = ["L1 8JQ", "L10 1AA", "CH41 6AE"]
LOOKUP = """
    pcd7,pcds,lsoa11cd,lsoa21cd,wd25cd
    L1  8JQ,L1 8JQ,E01000001,E01000002,E05000001
    L10 1AA,L10 1AA,E01000003,E01000003,E05000002
    M1  1AE,M1 1AE,E01000009,E01000009,E05000009
"""
NAMES = "\ufeffWD25CD,WD25NM\nE05000001,City Centre\nE05000002,Fazakerley\n"
WHOLE = "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)"
IOD = f"""
    LSOA code (2021),LSOA name (2021),Income Decile,{WHOLE}
    E01000002,A,9,1
    E01000003,B,9,10
"""
IMD = """
    LSOA code (2011),Index of Multiple Deprivation (IMD) Rank,IMD Decile
    E01000001,30000,4
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = project(tmp_path, monkeypatch)
    put(root / "lookup.csv", LOOKUP)
    put(root / "names.csv", NAMES)
    put(root / "iod.csv", IOD)
    put(root / "imd.csv", IMD)
    return root


def read(**files: Any) -> places.Deprivation:
    given = {"postcodes": [], "wards": None, "deprivation": None, **files}
    return places.read_lookups(PlaceFiles.model_validate(given), POSTCODES)


def of(found: places.Deprivation, column: str) -> dict[str, Any]:
    known = found.table.dropna(subset=[column])
    return {row["postcode"]: row[column] for row in known.to_dict("records") if row[column] != ""}


@pytest.mark.usefixtures("root")
def test_the_year_of_the_index_decides_the_lsoa() -> None:
    """The lookup holds both; L1 8JQ has another LSOA in each."""
    newer = read(postcodes=["lookup.csv"], deprivation="iod.csv")
    assert of(newer, "decile") == {"L1 8JQ": 1, "L10 1AA": 10}
    assert newer.index == "the Indices of Deprivation 2025 (LSOA of 2021)"
    older = read(postcodes=["lookup.csv"], deprivation="imd.csv")
    assert of(older, "decile") == {"L1 8JQ": 4}  # E01000003 is in the other index only
    assert older.index == "the Index of Multiple Deprivation 2019 (LSOA of 2011)"


def test_years_are_never_mixed(root: Path) -> None:
    put(root / "lookup.csv", LOOKUP.replace("lsoa11cd", "oa11cd"))
    with pytest.raises(InputError, match=r"lookup\.csv: has no LSOA of 2011, by which imd\.csv is"):
        read(postcodes=["lookup.csv"], deprivation="imd.csv")


def test_wards(root: Path) -> None:
    named = read(postcodes=["lookup.csv"], wards="names.csv")
    assert of(named, "ward_name") == {"L1 8JQ": "City Centre", "L10 1AA": "Fazakerley"}
    unnamed = read(postcodes=["lookup.csv"])
    assert of(unnamed, "ward_name") == {"L1 8JQ": "E05000001", "L10 1AA": "E05000002"}
    put(root / "onspd.csv", "pcd,osward,lsoa21\nL1  8JQ,E05000001,E01000002\n")
    assert of(read(postcodes=["onspd.csv"]), "ward") == {"L1 8JQ": "E05000001"}


@pytest.mark.usefixtures("root")
def test_what_is_missing_is_said() -> None:
    assert "Spend by deprivation and ward is left out" in read().missing
    only_wards = read(postcodes=["lookup.csv"]).missing
    assert "Spend by deprivation is left out" in only_wards
    assert read(postcodes=["lookup.csv"], deprivation="iod.csv").missing == ""


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"postcodes": ["absent.csv"]}, "absent.csv: is not there"),
        ({"postcodes": ["names.csv"]}, "names.csv: has no column of postcodes such as pcds"),
        ({"postcodes": ["lookup.csv"], "deprivation": "names.csv"}, "needs one column of LSOA"),
        ({"postcodes": ["lookup.csv"], "wards": "iod.csv"}, "no columns such as WD24CD"),
    ],
)
@pytest.mark.usefixtures("root")
def test_files_that_will_not_do(files: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(**files)


# --- the tables of a quarter ---------------------------------------------------------------------

ROWS = """
    Ash Ltd, 100.00, 03/04/2026, Adults, Care, L1 8JQ
    Birch Ltd, 300.00, 03/04/2026, Adults, Care, l101aa
    Cedar Ltd, 50.00, 03/04/2026, Adults, Care, L9
    Elm Ltd, 20.00, 03/04/2026, Adults, Care, CH41 6AE
    Fir Ltd, 10.00, 03/04/2026, Adults, Care, BT1 5GS
    Gorse Ltd, 5.00, 03/04/2026, Adults, Care, CH41
    Holly Ltd, 7.00, 03/04/2026, Adults, Care
    REDACTED PERSONAL DATA, 8.00, 03/04/2026, Adults, Care
"""


@pytest.fixture
def q(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    lookups = {"postcodes": ["lookup.csv"], "wards": "names.csv", "deprivation": "iod.csv"}
    root = project(tmp_path, monkeypatch, places=lookups)
    for name, text in (("lookup", LOOKUP), ("names", NAMES), ("iod", IOD)):
        put(root / f"{name}.csv", text)
    payments(root, "april-2026.csv", ROWS)
    for month in ("may", "june"):
        payments(root, f"{month}-2026.csv", f"Extra {month}, 0.00, 03/05/2026")
    return sv.open_quarter("parameters/tiny/2026-27-Q1.yaml")


def rows(table: Any, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in table[list(columns)].itertuples(index=False)]


def test_spend_by_decile(q: Any) -> None:
    """Shares are of the 400 whose decile is known; the rows add up to all."""
    table = sv.spend.by_decile(q.payments, q.deprivation)
    assert rows(table, "decile", "net_gbp", "share") == [
        ("1 (most deprived tenth of England)", 100, 0.25),
        ("10 (least deprived)", 300, 0.75),
        ("No decile: outside England, or not in the lookup", 20, None),
        ("No full postcode", 5, None),
        ("Northern Ireland", 10, None),
        ("District not certain", 50, None),
        ("Place not known", 7, None),
        ("Name withheld by the publisher", 8, None),
    ]
    assert sum(table["net_gbp"]) == 500


def test_spend_by_ward_of_the_authority(q: Any) -> None:
    table = sv.spend.by_ward(q.payments, q.deprivation, q.areas.home_districts)
    assert rows(table, "ward", "net_gbp", "suppliers", "share") == [
        ("Fazakerley", 300, 1, 0.75),
        ("City Centre", 100, 1, 0.25),
    ]


def test_the_page_says_which_index(q: Any) -> None:
    said = sv.findings.small_areas(q).data
    assert "Indices of Deprivation 2025 (LSOA of 2021)" in said
    assert "left out" not in said
    assert {"lookup.csv", "names.csv", "iod.csv"} <= set(q.inputs)


def test_without_lookups_one_sentence_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, monkeypatch)
    for month in ("april", "may", "june"):
        payments(root, f"{month}-2026.csv", f"Ash {month}, 1.00, 03/04/2026, A, B, L1 8JQ")
    bare = sv.open_quarter("parameters/tiny/2026-27-Q1.yaml")
    said = sv.findings.small_areas(bare).data
    assert "<table" not in said
    assert said.count("<li>") == 1
    assert sv.spend.by_decile(bare.payments, bare.deprivation).empty
