"""docs/outcomes.md is worked out by hand; here the code's figures are held against it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from math import prod

import pandas as pd
import pytest
from helpers import REPOSITORY

from svlib import framework, outcomes, values
from svlib.outcomes import profile
from svlib.parameters.valuation import Valuation

TEXT = (REPOSITORY / "docs" / "outcomes.md").read_text(encoding="utf-8")
PLAIN = " ".join(TEXT.split())
MEASURES = framework.load().measures
RULES = framework.load_overlaps()
START, END = date(2024, 4, 1), date(2025, 3, 31)
COLUMNS = ["delivered_gbp", "delivered_net_gbp", "evidenced_net_gbp"]


def table(first: str) -> list[list[str]]:
    """The rows of the doc's table whose header begins with a word."""
    lines = TEXT.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def pounds(cells: list[str]) -> list[Decimal]:
    return [Decimal(cell.replace(",", "")) for cell in cells]


@pytest.fixture(scope="module")
def progress() -> pd.DataFrame:
    promised, made = [], []
    for name, contract, measure, target, delivered, accepted in table("commitment"):
        promised.append([name, contract, measure, Decimal(target), START, END, ""])
        good, rest = Decimal(accepted), Decimal(delivered) - Decimal(accepted)
        made += [[f"{name}1", name, START, good, "accepted"], [f"{name}2", name, END, rest, "none"]]
    names = "commitment_id contract_ref measure_id target start_date end_date district"
    commitments = pd.DataFrame(promised, columns=names.split())
    names = "delivery_id commitment_id delivered_on quantity evidence_status"
    deliveries = pd.DataFrame(made, columns=names.split())
    register = pd.DataFrame(columns=["contract_ref", "title", "supplier", "directorate"])
    return outcomes.progress(commitments, deliveries, register, MEASURES, END)


def valued(progress: pd.DataFrame, scenario: str = "central") -> pd.DataFrame:
    chosen = Valuation.model_validate({"scenario": scenario})
    terms = outcomes.terms(chosen, set(MEASURES["measure_id"]))
    return outcomes.valued(progress, MEASURES, values.load(), 2024, terms)


def totals(found: pd.DataFrame) -> pd.DataFrame:
    return outcomes.totals(found, RULES, include_unverified=True).set_index("line")


def test_each_value_is_that_by_hand(progress: pd.DataFrame) -> None:
    found = valued(progress).set_index(["commitment_id", "value_type"])
    rows = table("of")
    assert len(rows) == len(found)
    for name, kind, _, *figures in rows:
        assert found.loc[(name, kind), COLUMNS].tolist() == pounds(figures), (name, kind)


def test_the_gross_figures_follow_from_what_is_written_beside_them() -> None:
    for *_, written, gross, _, _ in table("of"):
        above, _, below = written.replace("£", "").replace(",", "").partition(" / ")
        worth = prod(map(Decimal, above.split(" x "))) / Decimal(below)
        assert round(worth, 2) == pounds([gross])[0], written


def test_what_is_taken_off_is_that_by_hand(progress: pd.DataFrame) -> None:
    for column, place in zip(COLUMNS, (3, 4, 5), strict=True):
        found = outcomes.removed(valued(progress), RULES, column)
        rows = {
            (one.rule_id, f"{one.commitment_id} {one.value_type}",
             f"{one.kept_commitment_id} {one.kept_value_type}", one.gbp)
            for one in found.itertuples()
        }  # fmt: skip
        assert rows == {(*row[:3], *pounds([row[place]])) for row in table("rule")}, column


def test_the_lines_and_the_total_are_those_by_hand(progress: pd.DataFrame) -> None:
    found = totals(valued(progress))
    assert [row[0] for row in table("line")] == list(found.index)
    for line, *figures in table("line"):
        assert found.loc[line, COLUMNS].tolist() == pounds(figures), line


def test_another_scenario_moves_the_total_as_the_formula_says(progress: pd.DataFrame) -> None:
    held = outcomes.load_scenarios()
    assert [row[0] for row in table("scenario")] == list(held)
    gross = totals(valued(progress)).loc["total", "delivered_gbp"]
    for name, factors, product, total in table("scenario"):
        assert prod(map(Decimal, factors.split(" x "))) == Decimal(product)
        assert held[name].factors.kept == Decimal(product)
        net = totals(valued(progress, name)).loc["total", "delivered_net_gbp"]
        assert net == pounds([total])[0]
        assert abs(net - gross * Decimal(product)) < Decimal("0.05")  # each value is rounded


def test_what_has_no_value_is_counted_in_units(progress: pd.DataFrame) -> None:
    (row,) = outcomes.not_valued(progress).to_dict("records")
    said = f"{row['delivered']:f} {row['unit']}s, {row['evidenced']:f} of them evidenced"
    assert said in PLAIN


def test_the_profile_of_the_text_is_due_as_said() -> None:
    start, end, target = date(2026, 4, 1), date(2027, 3, 31), Decimal(100)
    points = profile.parse("2026-06-30 25; 2026-12-31 60")
    due = profile.due(points, target, start, end, date(2026, 9, 30))
    assert f"25 + 35 x 92 / 184 = {due.normalize():f} are due" in PLAIN


def test_the_deflators_are_those_named() -> None:
    for year in ("2012/13", "2010/11", "2019"):
        assert f"{values.uprating(year, 2024)[0].normalize():f}" in PLAIN
