"""Golden numbers of the sample's latest quarter. A change here is a change of a published figure:
say why in CHANGELOG.md, then run `pytest tests/test_golden.py --force-regen`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from helpers import REPOSITORY
from pytest_regressions.data_regression import DataRegressionFixture

import svlib as sv

pytestmark = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def q() -> Any:
    return sv.open_quarter(REPOSITORY / "parameters" / "sample" / "2026-27-Q2.yaml")


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as text and rounded numbers, the same on every machine."""
    return [
        {name: _plain(value) for name, value in row.items()} for row in frame.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, float):
        return round(value, 6)
    return str(value) if isinstance(value, Decimal) else int(value)


def test_spend(q: Any, data_regression: DataRegressionFixture) -> None:
    data_regression.check(
        {
            "totals": plain(sv.spend.totals(q.payments)),
            "by_directorate": plain(sv.spend.by_directorate(q.payments)),
            "by_place": plain(sv.spend.by_place(q.payments, q.areas)),
            "area_shares": plain(sv.spend.area_shares(q.payments, q.areas)),
            "by_district": plain(sv.spend.by_district(q.payments, q.map_districts)),
            "by_postcode": plain(sv.spend.by_postcode(q.payments)),
            "off_the_map": plain(sv.spend.off_the_map(q.payments)),
            "points": plain(sv.spend.supplier_points(q.payments, q.map_districts).head(3)),
            "by_size": plain(sv.spend.by_known(q.payments, "size")),
            "top_suppliers": plain(sv.spend.top_suppliers(q.payments, 5)),
            "trend": plain(sv.spend.trend(q.history, q.areas)),
        }
    )


def test_contracts(q: Any, data_regression: DataRegressionFixture) -> None:
    awards = sv.contracts.awarded(q.contracts, q.quarter)
    data_regression.check(
        {
            "by_place": plain(sv.contracts.by_place(awards, q.areas)),
            "winners": plain(sv.contracts.winners(awards, 3)),
            "totals": plain(sv.contracts.totals(awards)),
            "area_shares": plain(sv.contracts.area_shares(awards, q.areas)),
            "on_contract": plain(sv.contracts.on_contract(q.contract_payments)),
            "by_basis": plain(sv.contracts.by_basis(q.contract_payments)),
        }
    )


def test_diagnostic(q: Any, data_regression: DataRegressionFixture) -> None:
    scores = sv.diagnostic.scores(q.answers, q.questions, q.as_of)
    data_regression.check(
        {
            "overall": plain(sv.diagnostic.overall(scores)),
            "by_area": plain(sv.diagnostic.by_area(scores)),
        }
    )


def test_outcomes(q: Any, data_regression: DataRegressionFixture) -> None:
    progress = sv.outcomes.progress(
        q.commitments, q.deliveries, q.contracts, q.framework.measures, q.measured_on
    )
    measures = q.framework.measures
    terms = sv.outcomes.terms(q.parameters.valuation, set(measures["measure_id"]))
    valued = sv.outcomes.valued(progress, measures, q.values, 2024, terms)
    rules = sv.framework.load_overlaps("sample")
    forecast = sv.outcomes.forecast(progress, q.deliveries, q.measured_on)
    data_regression.check(
        {
            "by_category": plain(sv.outcomes.by_category(progress)),
            "value_by_category": plain(sv.outcomes.value_by_category(valued)),
            "totals": plain(sv.outcomes.totals(valued, rules, include_unverified=True)),
            "outlooks": forecast["outlook"].value_counts().sort_index().to_dict(),
        }
    )


def test_headlines(q: Any, data_regression: DataRegressionFixture) -> None:
    data_regression.check({"headlines": sv.findings.headlines(q)})


def test_a_sentence_changes_when_the_data_do(q: Any) -> None:
    earlier = sv.open_quarter(REPOSITORY / "parameters" / "sample" / "2026-27-Q1.yaml")
    for now, before in zip(
        sv.findings.spend_sentences(q), sv.findings.spend_sentences(earlier), strict=False
    ):
        assert now != before
