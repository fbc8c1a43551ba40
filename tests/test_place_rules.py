"""docs/places.md, "How a place is decided": each of its tables is run."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pandas as pd
import pytest
from helpers import LCR, REPOSITORY

from svlib import places, spend
from svlib.parameters import Areas
from svlib.show import share

DOCUMENT = (REPOSITORY / "docs" / "places.md").read_text(encoding="utf-8")
AREAS = {
    "local": "LCR",
    "nested": [
        {"id": "Liverpool", "name": "Liverpool", "districts": ["E08000012"]},
        {"id": "LCR", "name": "Liverpool City Region", "districts": LCR},
        {"id": "NW", "name": "North West", "districts": "E12000002"},
    ],
}


def table(first: str) -> list[list[str]]:
    """The cells of the table whose first heading this is."""
    lines = DOCUMENT.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return rows


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVLIB_HOME", str(REPOSITORY))


@cache
def codes() -> dict[str, str]:
    return {name: str(code) for code, name in places.districts()["name"].items()}


def joined(names: str) -> str:
    return " ".join(codes()[name] for name in names.split(", ") if name)


@pytest.mark.parametrize(("written", "kind", "names"), table("written"))
def test_what_a_postcode_says(written: str, kind: str, names: str) -> None:
    (found,) = places.read([written]).itertuples()
    assert found.kind == kind
    shown = "" if kind == places.NORTHERN_IRELAND else found.candidates
    assert shown == joined(names)


def test_every_kind_is_in_the_table() -> None:
    assert {kind for _, kind, _ in table("written")} == set(places.KINDS)


@pytest.mark.parametrize("row", table("may lie in"))
def test_when_a_supplier_is_in_an_area(row: list[str]) -> None:
    areas = Areas.model_validate(AREAS)
    assert [places.certainty(joined(row[0]), area) for area in areas.nested] == row[1:]


@pytest.mark.parametrize("row", table("inside"))
def test_shares_and_bounds(row: list[str]) -> None:
    inside, outside, unsure, withheld = (
        [Decimal(amount) for amount in cell.split(" and ") if amount] for cell in row[:4]
    )
    lines = [("supplier", "located", "E08000012", amount) for amount in inside]
    lines += [("supplier", "located", "E08000003", amount) for amount in outside]
    lines += [("supplier", "unknown", "", amount) for amount in unsure]
    lines += [("redacted", "redacted", "", amount) for amount in withheld]
    frame = pd.DataFrame(
        lines, columns=["supplier_class", "place_status", "candidates", "amount_gbp"]
    ).assign(supplier_id=[str(at) for at in range(len(lines))])
    found = spend.area_shares(frame, Areas.model_validate(AREAS)).iloc[1]
    columns = ["share", "low", "high", "low_named", "high_named"]
    assert [share(found[name]) for name in columns] == row[4:]
