"""Proxy values: what may be loaded, and how a value moves between price years."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from svlib import project, values
from svlib.errors import ParameterError


def proxies_with(folder: Path, **cells: str) -> Path:
    """The shipped table's first row, with some cells changed, as a file."""
    shipped = pd.read_csv(project.reference("proxy_values.csv"), dtype="str", keep_default_na=False)
    path = folder / "proxies.csv"
    shipped.head(1).assign(**cells).to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("value", "price_year", "year", "expected"),
    [
        ("100", "2024", 2024, "100.00"),
        ("1000", "2019", 2024, "1232.92"),  # 1000 x 100 / 81.1085
        ("1000", "2022", 2024, "1104.97"),  # 1000 x 100 / 90.5005
        ("9800", "2012/13", 2024, "13551.46"),  # 9800 x 100 / (0.75 x 71.9294 + 0.25 x 73.4795)
        ("100", "2024", 2019, "81.11"),
    ],
)
def test_a_value_moves_between_price_years_with_the_gdp_deflator(value, price_year, year, expected):
    moved = values.to_price_year(Decimal(value), price_year, year)
    assert round(moved, 2) == Decimal(expected)


@pytest.mark.parametrize(
    ("price_year", "year", "found"),
    [
        ("2025/26", 2024, "does not hold 2025, 2026, needed for prices of 2025/26"),
        ("2024", 2030, "does not hold 2030"),
        ("2012/14", 2024, "'2012/14' is not a year"),
        ("about 2012", 2024, "'about 2012' is not a year"),
    ],
)
def test_a_year_the_deflator_lacks_is_refused(price_year, year, found):
    with pytest.raises(ParameterError, match=found):
        values.to_price_year(Decimal(1), price_year, year)


def test_shipped_values_are_exact_and_open():
    table = values.load().set_index("proxy_id")
    assert table.loc["UCD-E&S8.0", "value"] == Decimal("787.1")
    assert table.loc["CARBON-2026", ["low", "value", "high"]].tolist() == [
        Decimal("138.61"),
        Decimal("277.22"),
        Decimal("415.83"),
    ]
    assert table.loc["QALY", "low"] is None
    assert set(table["licence"]) == {"OGL v3.0", "CC BY 4.0"}
    assert table["source"].str.len().min() > 0


def test_the_deflator_names_its_source_and_vintage():
    table = values.deflator().set_index("year")
    assert table.loc[2024, "value"] == 100
    assert list(table.index) == list(range(1990, 2025))
    assert set(table["vintage"]) == {"December 2025 quarterly national accounts"}


def test_a_closed_licence_is_refused_unless_named(tmp_path):
    path = proxies_with(tmp_path, licence="CC BY-NC-ND 4.0")
    with pytest.raises(ParameterError) as caught:
        values.load(path)
    (fault,) = caught.value.faults
    assert fault.where.endswith("proxies.csv, CARBON-2024")
    assert fault.found == "licence 'CC BY-NC-ND 4.0' is not open"
    assert fault.do.startswith("Take the row out")
    assert len(values.load(path, licences={"CC BY-NC-ND 4.0"})) == 1


def test_every_fault_is_listed(tmp_path):
    path = proxies_with(tmp_path, value="n/a", value_type="happiness", price_year="12/13")
    with pytest.raises(ParameterError) as caught:
        values.load(path)
    assert [fault.found for fault in caught.value.faults] == [
        "'n/a' is not a number",
        "value_type 'happiness'",
        "price_year '12/13'",
    ]


def test_a_missing_file_or_column_is_named(tmp_path):
    with pytest.raises(ParameterError, match="no such file"):
        values.load(tmp_path / "none.csv")
    (tmp_path / "short.csv").write_text("proxy_id,value\nA,1\n", encoding="utf-8")
    with pytest.raises(ParameterError, match="no column category"):
        values.load(tmp_path / "short.csv")
