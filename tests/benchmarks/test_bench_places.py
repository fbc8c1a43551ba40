"""Locating a million postcodes against a plain join of them, and drawing districts."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from statistics import median

import duckdb
import pyarrow as pa
import pytest
from helpers import LCR, REPOSITORY, project
from measure import seconds, write

from svlib import places
from svlib.places import directory

MILLION = 1_000_000


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A million distinct postcodes, one in three without its blank or in small letters, and among
    them ten thousand outcodes cut short and misprints."""
    monkeypatch.setenv("SVLIB_HOME", str(REPOSITORY))
    chance = random.Random(1)
    whole = chance.sample(places.postcodes()["postcode"].tolist(), MILLION - 10_000)
    shapes = (str, str.lower, lambda text: text.replace(" ", ""))
    written = [chance.choice(shapes)(text) for text in whole]
    odd = [f"{text[:-2]}{at}" for at, text in enumerate(whole[:5_000])]
    odd += [text.replace("1", "I", 1).replace("0", "O", 1) for text in whole[5_000:10_000]]
    return [*written, *odd]


def plain_join(texts: list[str]) -> int:
    """The postcodes alone, upper case and without blanks, joined to the directory."""
    table = pa.table({"written": pa.array(texts, pa.string())})
    with duckdb.connect() as connection:
        connection.register("texts", table)
        found = connection.execute(
            "SELECT t.written, d.district FROM (SELECT written, replace(upper(written), ' ', '')"
            " AS bare FROM texts) t JOIN read_parquet(?) d ON replace(d.postcode, ' ', '') = bare",
            [str(directory.files()[0])],
        ).df()
    return len(found)


def test_a_million_postcodes(texts: list[str]) -> None:
    assert len(places.locate(texts)) == len(set(texts)) >= MILLION - 5_000
    plain, ours = [], []
    for _ in range(5):
        plain.append(seconds(lambda: plain_join(texts)))
        ours.append(seconds(lambda: places.locate(texts)))
    ratio = median(ours) / median(plain)
    figures = {"postcodes": len(texts), "locate_s": ours, "plain_join_s": plain}
    write("places_a_million", {**figures, "ratio_of_medians": ratio})
    assert median(ours) < 15
    assert ratio <= 10


def test_drawing_districts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first time, and once kept in data/store."""
    root = project(tmp_path, monkeypatch)
    shutil.rmtree(root / "data" / "store" / "drawings", ignore_errors=True)
    figures = {
        "country_drawn_s": seconds(places.country),
        "country_kept_s": median(seconds(places.country) for _ in range(7)),
        "city_region_drawn_s": seconds(lambda: places.drawn(LCR)),
        "city_region_kept_s": median(seconds(lambda: places.drawn(LCR)) for _ in range(7)),
    }
    write("places_drawn", figures)
    assert figures["country_drawn_s"] < 20
    assert figures["country_kept_s"] < 0.5
