"""Maps: what stands on them, what never does, and the table beneath."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from helpers import LCR, REPOSITORY

import svlib as sv
from svlib import places

COLUMNS = {"net_gbp": "Net spend", "suppliers": "Suppliers"}
LONDON = sorted(places.districts().query("region == 'London'").index)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVLIB_HOME", str(REPOSITORY))


def frame(codes: list[str], amounts: list[int] | None = None) -> pd.DataFrame:
    """By default each district has a tenth more than the one before."""
    pounds = amounts or [int(1000 * 1.3**at) for at in range(len(codes))]
    money = [Decimal(amount) for amount in pounds]
    return pd.DataFrame({"district": codes, "net_gbp": money, "suppliers": 1})


def points(*spots: tuple[float, float, str, int]) -> pd.DataFrame:
    rows = [(x, y, code, Decimal(net), 1) for x, y, code, net in spots]
    return pd.DataFrame(rows, columns=["easting", "northing", "district", "net_gbp", "suppliers"])


def drawing(shown: Any) -> str:
    return str(shown.data).partition("<details>")[0]


def texts(shown: Any) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", drawing(shown)) + re.findall(
        r"<tspan[^>]*>([^<]+)</tspan>", drawing(shown)
    )


def test_each_district_of_a_region_has_its_name_and_figure() -> None:
    shown = sv.show.map_by_district(frame(LCR), "Spend", columns=COLUMNS)
    said = " ".join(texts(shown))
    for code in LCR:
        assert places.district_name(code) in said
    assert "£3,712" in said
    assert shown.data.count('<th scope="row"') == len(LCR)


def test_of_many_districts_the_largest_are_named_beside() -> None:
    shown = sv.show.map_by_district(frame(LONDON), "Spend", columns=COLUMNS)
    said = " ".join(texts(shown))
    named = [code for code in LONDON if places.district_name(code).split()[0] in said]
    assert set(LONDON[-6:]) <= set(named)
    assert len(named) < 12
    assert shown.data.count('<th scope="row"') == 33


def test_the_country() -> None:
    """Named: the largest six. Beneath: all with spend, largest first, and no others."""
    every = sorted(places.districts().query("country != 'Northern Ireland'").index)
    amounts = [0] * len(every)
    for at in range(9):
        amounts[at * 20] = 10 ** (at + 1)
    shown = sv.show.map_of_the_country(frame(every, amounts), "Spend", columns=COLUMNS)
    rows = re.findall(r'<th scope="row"[^>]*>([^<]+)<', shown.data)
    expected = [places.district_name(every[at * 20]) for at in reversed(range(9))]
    assert rows == expected
    assert f"{expected[0]}: £1.0bn" in shown.data
    assert len(shown.data) < 400_000


@pytest.mark.parametrize("amounts", [[0] * 6, [-5] * 6, [0, -1, 1, 2, 3, 10**9]])
def test_nothing_and_less_than_nothing(amounts: list[int]) -> None:
    shown = sv.show.map_by_district(frame(LCR, amounts), "Spend", columns=COLUMNS)
    assert "£0 or less" in texts(shown)
    empty = points()
    assert "<svg" not in sv.show.map_of_suppliers(empty, LCR, "Who", columns=COLUMNS).data


def test_shades_are_lighter_for_less_also_in_grey() -> None:
    from svlib.show import maps

    def light(shade: str) -> float:
        red, green, blue = (int(shade[at : at + 2], 16) for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    steps = [light(shade) for shade in maps._SHADES]
    assert all(before - after > 25 for before, after in pairwise(steps))


def test_the_area_of_a_point_is_its_spend() -> None:
    """Radii of points of 100 and 400 pounds stand as one to two; largest drawn first."""
    two = points((334469, 390202, "E08000012", 400), (332272, 389314, "E08000015", 100))
    shown = sv.show.map_of_suppliers(two, LCR, "Who", columns=COLUMNS)
    circles = [path for path in re.findall(r'<path [^>]*d="([^"]+)"', drawing(shown))
               if path.count("C") == 8]  # fmt: skip
    wide = []
    for path in circles[:2]:
        east = [float(pair.split()[0]) for pair in re.findall(r"-?[\d.]+ -?[\d.]+", path)]
        wide.append(max(east) - min(east))
    assert wide[0] / wide[1] == pytest.approx(2, rel=0.02)


def test_points_print_sums_by_district_and_no_place() -> None:
    two = points((334469, 390202, "E08000012", 400), (332272, 389314, "E08000015", 100))
    shown = sv.show.map_of_suppliers(two, LCR, "Who", columns={**COLUMNS, "points": "Points"})
    assert re.findall(r'<th scope="row"[^>]*>([^<]+)<', shown.data) == ["Liverpool", "Wirral"]
    assert "334469" not in shown.data
