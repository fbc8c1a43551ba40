"""Scenarios, overlap, the verified rule and the arithmetic, each on a few rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import yaml

from svlib import framework, outcomes, project, values
from svlib.errors import ParameterError
from svlib.outcomes import Factors
from svlib.parameters.valuation import Valuation

MEASURES = framework.load().measures
RULES = framework.load_overlaps()
START, END = date(2026, 4, 1), date(2027, 3, 31)
ZERO = Decimal(0)
PROMISED = [
    "commitment_id", "contract_ref", "measure_id", "target", "start_date", "end_date", "district",
]  # fmt: skip


def factors(**given: str) -> Factors:
    names = ("deadweight", "attribution", "displacement", "leakage", "substitution", "drop_off")
    shares = {name: Decimal(given.get(name, "0")) for name in names}
    rate = Decimal(given.get("rate", "0.035"))
    return Factors(**shares, years=int(given.get("years", "1")), rate=rate)


def terms(**said: object) -> outcomes.Terms:
    return outcomes.terms(Valuation.model_validate(said), set(MEASURES["measure_id"]))


def progress(*promised: tuple[str, str, str, str]) -> pd.DataFrame:
    """Rows of commitment, contract, measure and quantity, all of it delivered and accepted."""
    names = [
        "commitment_id",
        "contract_ref",
        "measure_id",
        "target",
        "start_date",
        "end_date",
        "district",
    ]
    table = pd.DataFrame(
        [[name, ref, m, Decimal(q), START, END, ""] for name, ref, m, q in promised], columns=names
    )
    rows = [[f"D{n}", n, START, Decimal(q), "accepted"] for n, _, _, q in promised]
    names = ["delivery_id", "commitment_id", "delivered_on", "quantity", "evidence_status"]
    deliveries = pd.DataFrame(rows, columns=names)
    register = pd.DataFrame(columns=["contract_ref", "title", "supplier", "directorate"])
    return outcomes.progress(table, deliveries, register, MEASURES, END)


def valued(*promised: tuple[str, str, str, str], under: outcomes.Terms | None = None):
    return outcomes.valued(progress(*promised), MEASURES, values.load(), 2024, under or terms())


def row(*cells: str) -> dict:
    """A row as `valued` makes them, worth the same at each stage, gross and net: commitment,
    contract, measure, overlap group, kind, pounds and, where it matters, the proxy."""
    name, contract, measure, group, kind, gbp, proxy = (*cells, "P")[:7]
    stages = [f"{stage}{basis}_gbp" for stage in outcomes.STAGES for basis in ("", "_net")]
    return {
        "commitment_id": name, "contract_ref": contract, "category": "Wellbeing",
        "measure_id": measure, "overlap_group": group, "value_type": kind, "proxy_id": proxy,
        "verified": False, "scenario": "central", **dict.fromkeys(stages, Decimal(gbp)),
    }  # fmt: skip


def taken(*rows: dict) -> list[tuple]:
    table = pd.DataFrame(list(rows), dtype=object)
    found = outcomes.removed(table, RULES)
    names = ["commitment_id", "value_type", "kept_commitment_id", "kept_value_type", "rule_id"]
    return [tuple(cells) for cells in found[names].to_numpy().tolist()]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, "1"),
        ({"deadweight": "0.2", "displacement": "0.25", "leakage": "0.1"}, "0.54"),
        ({"attribution": "0.5", "substitution": "0.5"}, "0.25"),
        ({"deadweight": "1"}, "0"),
        ({"years": "2"}, "1.9661835749"),  # 1 + 1/1.035
        ({"years": "3", "drop_off": "0.5", "rate": "0"}, "1.75"),  # 1 + 1/2 + 1/4
        ({"years": "2", "drop_off": "1"}, "1"),  # all lost after the first year
        ({"years": "2", "drop_off": "0.1", "deadweight": "0.2", "rate": "0.015"}, "1.5093596059"),
    ],
)
def test_what_is_kept_is_the_product_followed_over_the_years(given, kept):
    assert round(factors(**given).kept, 10) == Decimal(kept)


def test_three_named_scenarios_ship_each_factor_with_source_and_confidence():
    held = outcomes.load_scenarios()
    assert {name: one.factors.kept for name, one in held.items()} == {
        "low": Decimal("0.371875"), "central": Decimal("0.54"), "high": Decimal("0.748125"),
    }  # fmt: skip
    for scenario in held.values():
        assert all(source and confidence for source, confidence in scenario.sources.values())
        assert scenario.sources["attribution"][0] == (
            "No figure could be traced, so nothing is taken off"
        )


def test_wellbeing_and_health_are_discounted_at_their_own_rate():
    under = terms()
    assert under.factors("WB1", "wellbeing", "WELLBY").rate == Decimal("0.015")
    assert under.factors("X", "social", "QALY").rate == Decimal("0.015")
    assert under.factors("JS1", "fiscal", "UCD-E&E1.0").rate == Decimal("0.035")


def test_changing_the_scenario_moves_every_net_value_as_the_formula_says():
    promised = [("A", "C1", "JS1", "3"), ("B", "C1", "TE1", "40"), ("C", "C2", "WB1", "1.5")]
    for name, scenario in outcomes.load_scenarios().items():
        found = valued(*promised, under=terms(scenario=name))
        assert set(found["scenario"]) == {name}
        for stage in outcomes.STAGES:
            pairs = zip(found[f"{stage}_gbp"], found[f"{stage}_net_gbp"], strict=True)
            for gross, net in pairs:
                assert abs(net - gross * scenario.factors.kept) <= Decimal("0.005")


def test_a_measures_own_factors_move_only_that_measure():
    own = {"JS1": {"deadweight": 0.5, "years": 2, "drop_off": 0.1, "source": "Evaluation 2025"}}
    promised = [("A", "C1", "JS1", "3"), ("B", "C2", "TE1", "40")]
    base = valued(*promised).set_index("value_type")
    moved = valued(*promised, under=terms(measures=own)).set_index("value_type")
    assert moved.loc["social", "delivered_net_gbp"] == base.loc["social", "delivered_net_gbp"]
    kept = (
        Decimal("0.5") * Decimal("0.75") * Decimal("0.9") * (1 + Decimal("0.9") / Decimal("1.035"))
    )
    gross = base.loc["fiscal", "delivered_gbp"]
    assert moved.loc["fiscal", "delivered_net_gbp"] == round(gross * kept, 2)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"scenario": "rosy"}, "valuation.scenario: 'rosy' is not held. Use one of: low, central"),
        (
            {"measures": {"ZZ1": {"deadweight": 0.1, "source": "x"}}},
            "valuation.measures, ZZ1: is no",
        ),
    ],
)
def test_a_scenario_or_measure_that_is_not_held_is_refused(said, found):
    with pytest.raises(ParameterError, match=found):
        terms(**said)


def test_faults_of_the_scenario_file_are_named(tmp_path: Path):
    text = project.reference("scenarios.yaml").read_text(encoding="utf-8")
    written = yaml.safe_load(text)
    written["scenarios"][0]["leakage"] = {"value": 1.5, "source": "x", "confidence": "low"}
    del written["scenarios"][1]["years"]
    path = tmp_path / "scenarios.yaml"
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        outcomes.load_scenarios(path)
    found = [fault.where.partition(", ")[2] for fault in caught.value.faults]
    assert found == ["scenarios 0 leakage value", "scenarios 1 years"]


def test_without_terms_there_is_no_net_value():
    found = outcomes.valued(progress(("A", "C1", "JS1", "1")), MEASURES, values.load(), 2024)
    assert set(found["delivered_net_gbp"]) == {None}
    assert set(found["scenario"]) == {""}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [row("A", "C1", "JS1", "employment", "fiscal", "60"),
             row("A", "C1", "JS1", "employment", "economic", "100")],
            [("A", "fiscal", "A", "economic", "fiscal and economic")],
            id="fiscal and economic of one commitment",
        ),
        pytest.param(
            [row("A", "C1", "M1", "one", "wellbeing", "10", "WELLBY"),
             row("B", "C1", "M2", "two", "social", "70", "QALY")],
            [("A", "wellbeing", "B", "social", "life satisfaction and health")],
            id="WELLBY and QALY",
        ),
        pytest.param(
            [row("A", "C1", "WB1", "mental wellbeing", "wellbeing", "90"),
             row("B", "C1", "WB2", "mental wellbeing", "fiscal", "20"),
             row("B", "C1", "WB2", "mental wellbeing", "economic", "50")],
            [("B", "economic", "A", "wellbeing", "mental wellbeing"),
             ("B", "fiscal", "A", "wellbeing", "mental wellbeing")],
            id="wellbeing and the health service's saving for the same people",
        ),
        pytest.param(
            [row("A", "C1", "W", "waste", "fiscal", "5", "LANDFILL-STD-2026"),
             row("B", "C1", "T", "carbon", "social", "9", "CARBON-2026")],
            [("A", "fiscal", "B", "social", "landfill tax and carbon")],
            id="landfill tax and carbon",
        ),
        pytest.param(
            [row("A", "C1", "X", "pay", "wage", "500"), row("B", "C1", "Y", "one", "social", "9")],
            [("A", "wage", "", "", "wages")],
            id="a wage is always taken off",
        ),
        pytest.param(
            [row("A", "C1", "BU3", "hours given", "social", "7"),
             row("B", "C1", "WB3", "hours given", "social", "4")],
            [("B", "social", "A", "social", "hours given")],
            id="the same hours under two measures",
        ),
        pytest.param(
            [row("A", "C1", "JS1", "employment", "economic", "9"),
             row("B", "C1", "L", "supply chain", "economic", "30")],
            [("A", "economic", "B", "economic", "local jobs and local spend")],
            id="local jobs and local spend",
        ),
        pytest.param(
            [row("A", "C1", "LOCAL", "supply chain", "economic", "8"),
             row("B", "C1", "SME", "supply chain", "economic", "7"),
             row("C", "C1", "VCSE", "supply chain", "economic", "6")],
            [("B", "economic", "A", "economic", "supply chain"),
             ("C", "economic", "A", "economic", "supply chain")],
            id="a firm local, small and a social enterprise counts once",
        ),
        pytest.param(
            [row("A", "C1", "ED1", "housing", "fiscal", "7"),
             row("B", "C2", "ED2", "housing", "fiscal", "4")],
            [],
            id="two contracts do not overlap",
        ),
        pytest.param(
            [row("A", "C1", "ED1", "housing", "fiscal", "7"),
             row("B", "C1", "ED1", "housing", "fiscal", "4")],
            [],
            id="one measure promised twice, in two places",
        ),
        pytest.param(
            [row("A", "C1", "ED1", "housing", "fiscal", "7"),
             row("B", "C1", "ED2", "housing", "fiscal", "0")],
            [],
            id="nothing delivered, nothing taken off",
        ),
        pytest.param(
            [row("B", "C1", "ED2", "housing", "fiscal", "7"),
             row("A", "C1", "ED1", "housing", "fiscal", "7")],
            [("B", "fiscal", "A", "fiscal", "housing")],
            id="of equals the first by name stays",
        ),
        pytest.param(
            [row("A", "C1", "JS1", "employment", "fiscal", "50"),
             row("B", "C1", "L", "supply chain", "economic", "40"),
             row("C", "C1", "S", "supply chain", "economic", "30")],
            [("B", "economic", "A", "fiscal", "local jobs and local spend"),
             ("C", "economic", "A", "fiscal", "local jobs and local spend")],
            id="each is taken off once, for what is kept",
        ),
    ],
)  # fmt: skip
def test_the_smaller_of_two_that_overlap_is_taken_off(rows, expected):
    assert taken(*rows) == expected


def test_the_total_is_the_kinds_less_the_overlap_line_at_every_stage():
    found = valued(
        ("A", "C1", "JS1", "2"), ("B", "C1", "JS2", "3"), ("C", "C1", "WB1", "1"),
        ("D", "C2", "ED1", "1"), ("E", "C2", "ED2", "4"),
    )  # fmt: skip
    every = outcomes.totals(found, RULES, include_unverified=True).set_index("line")
    kinds = list(outcomes.VALUE_TYPES)
    for stage in outcomes.STAGES:
        for basis in ("", "_net"):
            name = f"{stage}{basis}_gbp"
            off = sum(outcomes.removed(found, RULES, name)["gbp"], ZERO)
            assert every.loc["overlap removed", name] == -off < 0
            assert every.loc["total", name] == sum(every.loc[kinds, name], ZERO) - off
    assert every.loc["total", "commitments"] == 5


def test_unverified_values_stay_out_unless_the_authority_opts_in():
    held = values.load()
    held.loc[held["proxy_id"] == "UCD-HO1.0", ["verified_on", "verified_by"]] = ["2026-09-01", "AB"]
    held.loc[held["proxy_id"] == "WELLBY", "verified_on"] = "2026-09-01"  # by nobody: not verified
    table = progress(("A", "C1", "ED1", "1"), ("B", "C2", "WB1", "1"))
    found = outcomes.valued(table, MEASURES, held, 2024, terms())
    assert found.set_index("measure_id")["verified"].to_dict() == {"ED1": True, "WB1": False}
    strict = outcomes.totals(found, RULES).set_index("line")
    assert strict.loc["wellbeing", ["commitments", "delivered_gbp"]].tolist() == [0, 0]
    assert strict.loc["total", "unverified"] == 0
    assert strict.loc["total", "delivered_gbp"] == strict.loc["fiscal", "delivered_gbp"] > 0
    opted = outcomes.totals(found, RULES, include_unverified=True).set_index("line")
    assert opted.loc["total", ["commitments", "unverified"]].tolist() == [2, 1]
    assert opted.loc["total", "delivered_gbp"] > strict.loc["total", "delivered_gbp"]


def test_a_wage_never_makes_a_value():
    measures = MEASURES.copy()
    measures.loc[measures["measure_id"] == "WB3", "proxy_id"] = "NLW-2026"
    table = progress(("A", "C1", "WB3", "10"))
    assert len(outcomes.valued(table, measures, values.load(), 2024, terms())) == 0


@pytest.mark.parametrize(
    ("value", "warning"), [("100", True), ("199", True), ("200", False), ("1000", False)]
)
def test_value_above_half_of_the_contract_is_to_be_looked_at(value, warning):
    register = pd.DataFrame(
        {"contract_ref": ["C1"], "title": ["Parks"], "value_gbp": [Decimal(value)]}, dtype=object
    )
    rows = [
        row("A", "C1", "ED1", "housing", "fiscal", "100"),
        row("B", "C1", "ED2", "housing", "fiscal", "40"),
    ]
    found = outcomes.by_contract_value(pd.DataFrame(rows, dtype=object), RULES, register)
    assert found[["social_gbp", "warning"]].to_numpy().tolist() == [[Decimal(100), warning]]


def test_a_contract_without_a_value_has_no_share_and_no_warning():
    rows = pd.DataFrame([row("A", "C9", "ED1", "housing", "fiscal", "100")], dtype=object)
    register = pd.DataFrame({"contract_ref": ["C1"], "title": ["Parks"], "value_gbp": [None]})
    found = outcomes.by_contract_value(rows, RULES, register).iloc[0]
    assert (found["share_of_value"], found["warning"]) == (None, False)


@pytest.mark.parametrize("stage", list(outcomes.STAGES))
@pytest.mark.parametrize("measure", ["JS1", "TE1", "WB1", "WB2"])
def test_the_steps_end_at_the_value_that_is_shown(stage, measure):
    own = {measure: {"years": 3, "drop_off": 0.2, "attribution": 0.1, "source": "Evaluation"}}
    under = terms(measures=own)
    table = progress(("A", "C1", measure, "2.5"))
    held = values.load().set_index("proxy_id", drop=False)
    for one in outcomes.valued(table, MEASURES, values.load(), 2024, under).to_dict("records"):
        proxy = held.loc[one["proxy_id"]].to_dict()
        steps = outcomes.arithmetic(table.iloc[0].to_dict(), proxy, 2024, under, stage)
        figures = dict(zip(steps["step"], steps["figure"], strict=True))
        assert figures["gross"] == one[f"{stage}_gbp"]
        assert figures["net"] == one[f"{stage}_net_gbp"]


def test_the_steps_can_be_followed_by_a_manager():
    table = progress(("A", "C1", "JS1", "4.44"))
    proxy = values.load().set_index("proxy_id", drop=False).loc["UCD-E&E1.0E"].to_dict()
    told = outcomes.lines(outcomes.arithmetic(table.iloc[0].to_dict(), proxy, 2024, terms()))
    assert told[2:5] == [
        "3. Price year. GDP deflator 100 for 2024 / 72.316925 for 2012/13 = 1.3828; £14,044 "
        "becomes £19,420.07.",
        "4. Gross. 4.44 x £14,044 x 100 / 72.316925 = £86,225.13.",
        "5. Deadweight. would have happened anyway: 20% off, £86,225.13 x 0.8 = £68,980.10.",
    ]
    assert "NOT CHECKED against its source" in told[1]
    assert told[-1] == "11. Net. under the scenario 'central' £86,225.13 gross are £46,561.57 net."
