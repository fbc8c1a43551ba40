"""Frameworks and call-offs, the pipeline and the oddities of a register, on small registers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from helpers import AREAS as NESTED
from helpers import LCR

from svlib import contracts
from svlib.contracts.frameworks import HAS_PARENT, IS_PARENT, SHARED
from svlib.parameters import Areas
from svlib.quarter import Quarter
from svlib.tables import CONTRACTS

AREAS = Areas.model_validate(NESTED)
Q1 = Quarter(2026, 1)
MAY = date(2026, 5, 1)


def line(ref: str, pounds: int | None = 100, **more: Any) -> dict[str, Any]:
    """One line of a register, awarded in May 2026."""
    usual = {
        "contract_ref": ref, "title": f"Contract {ref}", "supplier": "Ash Ltd",
        "value_gbp": None if pounds is None else Decimal(pounds), "award_date": MAY,
        "start_date": date(2026, 6, 1), "end_date": date(2027, 5, 31),
    }  # fmt: skip
    return usual | more


def register(*lines: dict[str, Any]) -> pd.DataFrame:
    columns = [*CONTRACTS.names, "row", "place_status", "district", "candidates"]
    rows = [
        {"row": at, "place_status": "unknown", "district": "", "candidates": ""} | one
        for at, one in enumerate(lines, start=2)
    ]
    return pd.DataFrame(rows, columns=columns).astype(object)


def rows(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in table[list(columns or table.columns)].itertuples(index=False)]


# --- frameworks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "role", "rule"),
    [
        ({}, "contract", ""),
        ({"contract_type": "Framework Agreement"}, "framework", "contract type says 'framework'"),
        ({"contract_type": "Call-off Contract"}, "call-off", "contract type says 'call off'"),
        (
            {"contract_type": "Call-off from a framework"},
            "call-off",
            "contract type says 'call off'",
        ),
        (
            {"contract_type": "Flexible Purchasing System"},
            "framework",
            "contract type says 'flexible purchasing'",
        ),
        (
            {"contract_type": "Contract", "procedure": "Call Off (External)"},
            "call-off",
            "procedure says 'call off'",
        ),
        ({"procedure": "Mini-Comp"}, "call-off", "procedure says 'mini comp'"),
        ({"procedure": "Minicompany tender"}, "contract", ""),  # whole words only
        ({"title": "Framework agreement: roofs"}, "framework", "title says 'framework agreement'"),
        ({"title": "Framework for the future of parks"}, "contract", ""),
        ({"parent_ref": "F9"}, "call-off", HAS_PARENT),  # though F9 is on no line
        ({"parent_ref": "C1"}, "contract", ""),  # its own parent
    ],
)
def test_what_a_line_is(more: dict[str, Any], role: str, rule: str) -> None:
    (found,) = rows(contracts.counted(register(line("C1", **more))), "role", "role_rule")
    assert found == (role, rule)


def test_a_framework_and_its_call_offs_are_counted_once() -> None:
    """£1,000 may be called off; £300 and £150 were. A contract beside them is worth £50."""
    awards = contracts.awarded(
        register(
            line("F1", 1000),
            line("C1", 300, parent_ref="F1"),
            line("C2", 150, parent_ref="F1"),
            line("C3", 50),
        ),
        Q1,
    )
    assert rows(contracts.by_role(awards)) == [
        ("contract", "", 1, 0, Decimal(50), Decimal(50)),
        ("call-off", HAS_PARENT, 2, 0, Decimal(450), Decimal(450)),
        ("framework", IS_PARENT, 1, 0, Decimal(1000), Decimal(0)),
    ]
    (whole,) = contracts.totals(awards).to_dict("records")
    assert whole == {
        "contracts": 3, "without_value": 0, "value_gbp": Decimal(500), "frameworks": 1,
        "ceiling_gbp": Decimal(1000), "at_most_gbp": Decimal(1050), "by_start_date": 0,
    }  # fmt: skip
    assert rows(contracts.winners(awards)) == [("Ash Ltd", 3, Decimal(500), 0, 1)]
    assert rows(contracts.by_place(awards, AREAS), "contracts", "value_gbp") == [(3, Decimal(500))]


def test_call_offs_above_the_ceiling_leave_nothing_to_call_off() -> None:
    awards = register(line("F1", 100), line("C1", 300, parent_ref="F1"))
    assert contracts.totals(awards)["at_most_gbp"].iloc[0] == Decimal(300)


def test_one_value_printed_for_several_suppliers_is_a_ceiling_counted_once() -> None:
    awards = register(
        line("S1", 900, supplier="Ash Ltd"),
        line("S1", 900, supplier="Birch Ltd"),
        line("S2", 900, supplier="Ash Ltd"),
        line("S2", 900, supplier="ASH LTD"),  # the same supplier twice: two contracts
        line("S3", 70, supplier="Ash Ltd"),
        line("S3", 80, supplier="Birch Ltd"),  # lots
        line("", 900, supplier="Ash Ltd"),
        line("", 900, supplier="Birch Ltd"),  # no reference says that they belong together
        line("S4", None, supplier="Ash Ltd"),
        line("S4", None, supplier="Birch Ltd"),
    )
    found = contracts.counted(awards)
    assert list(found["role"] == "framework") == [True, True] + [False] * 8
    assert list(found["role_rule"][:2]) == [SHARED, SHARED]
    (whole,) = contracts.totals(awards).to_dict("records")
    assert (whole["contracts"], whole["without_value"]) == (8, 2)
    assert whole["value_gbp"] == Decimal(900 * 4 + 150)
    assert (whole["frameworks"], whole["ceiling_gbp"]) == (2, Decimal(900))
    assert whole["at_most_gbp"] == whole["value_gbp"] + 900


def test_lots_of_a_framework_add_up() -> None:
    lots = [line("F1", pounds, title="Framework agreement") for pounds in (100, 200)]
    (whole,) = contracts.totals(register(*lots)).to_dict("records")
    assert (whole["frameworks"], whole["ceiling_gbp"]) == (2, Decimal(300))


def test_frameworks_without_a_reference_are_not_taken_for_one() -> None:
    alike = [line("", 100, title="Framework agreement") for _ in range(2)]
    assert contracts.totals(register(*alike))["ceiling_gbp"].iloc[0] == Decimal(200)


def test_each_line_has_a_name_of_its_own() -> None:
    found = contracts.counted(register(line("C1"), line("C2"), line("C2"), line("")))
    assert list(found["contract"]) == ["C1", "C2, row 3", "C2, row 4", "row 5"]
    sheets = contracts.counted(register(line("C2", sheet="A"), line("C2", sheet="B")))
    assert list(sheets["contract"]) == ["C2, row 2", "C2, row 3"]
    two = register(line("C2"), line("C2")).assign(sheet=["A", "B"], row=[2, 2])
    assert list(contracts.counted(two)["contract"]) == ["C2, sheet A, row 2", "C2, sheet B, row 2"]


# --- awards --------------------------------------------------------------------------------------


def test_a_line_without_award_date_is_dated_by_its_first_day() -> None:
    """The Salford, Trafford and West Yorkshire registers print no award date."""
    found = contracts.awarded(
        register(line("C1"), line("C2", award_date=None), line("C3", award_date=pd.NaT,
                 start_date=None)), Q1)  # fmt: skip
    assert rows(found, "contract", "dated_by") == [
        ("C1", "award date"),
        ("C2", "start date, as no award date is printed"),
    ]
    assert contracts.totals(found)["by_start_date"].iloc[0] == 1


def test_areas_have_bounds_in_count_and_value() -> None:
    liverpool, wirral = LCR[2], LCR[5]
    place = {"place_status": "located"}
    awards = register(
        line("C1", 400, **place, candidates=liverpool),
        line("C2", 300, **place, candidates=wirral),
        line("C3", 200, place_status="ambiguous", candidates=f"{liverpool} {wirral}"),
        line("C4", 100),
        line("C5", None),
    )
    found = contracts.area_shares(awards, AREAS).set_index("area")
    here = found.loc["Liverpool"]
    assert (here.inside, here.inside_gbp) == (1, Decimal(400))
    assert (here.share_of_contracts, here.low_contracts, here.high_contracts) == (0.5, 0.2, 0.8)
    assert here.share_of_value == pytest.approx(4 / 7)
    assert (here.low_value, here.high_value) == (0.4, 0.7)
    region = found.loc["LCR"]
    assert (region.share_of_contracts, region.low_contracts, region.high_contracts) == (1, 0.6, 1)
    assert (region.low_value, region.high_value) == (0.9, 1.0)


def test_an_award_abroad_is_placed_and_outside() -> None:
    found = contracts.area_shares(register(line("C1", place_status="overseas")), AREAS)
    assert list(found["high_contracts"]) == [0.0, 0.0, 0.0]


def test_by_size_vcse_and_procedure() -> None:
    awards = register(
        line("C1", 10, sme="yes", vcse="no", procedure="Open"),
        line("C2", 30, sme="no", procedure="Quotes"),
        line("C3", None, sme="yes", vcse="unknown"),
        line("F1", 99, sme="yes", contract_type="Framework"),
    )
    assert rows(contracts.by_size(awards)) == [
        ("yes", 2, Decimal(10), 1, pytest.approx(2 / 3), 0.25),
        ("no", 1, Decimal(30), 0, pytest.approx(1 / 3), 0.75),
    ]
    assert rows(contracts.by_vcse(awards), "vcse", "contracts") == [
        ("no", 1), ("unknown", 1), ("not stated", 1),
    ]  # fmt: skip
    assert rows(contracts.by_procedure(awards), "procedure", "value_gbp") == [
        ("Quotes", Decimal(30)), ("Open", Decimal(10)), ("not stated", Decimal(0)),
    ]  # fmt: skip


# --- pipeline ------------------------------------------------------------------------------------

AS_OF = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("more", "extension", "last"),
    [
        ({}, "not stated", None),
        ({"extend_to": date(2029, 5, 31)}, "to 31 May 2029", date(2029, 5, 31)),
        ({"extend_to": date(2027, 5, 31)}, "none", None),
        ({"extensions": Decimal(0)}, "none", None),
        (
            {"extensions": Decimal(2), "extension_months": Decimal(12)},
            "2 allowed of 12 months; how many are taken is not told",
            None,
        ),
        ({"extensions": Decimal(1)}, "1 allowed; how many are taken is not told", None),
        ({"extension_months": Decimal("1.5")}, "of 1.5 months; how many is not told", None),
        ({"extension_months": Decimal(0)}, "not stated", None),
    ],
)
def test_what_the_register_says_of_extending(
    more: dict[str, Any], extension: str, last: date | None
) -> None:
    (found,) = rows(
        contracts.pipeline(register(line("C1", **more)), AS_OF), "extension", "could_run_to"
    )
    assert found == (extension, last)


def test_the_pipeline_by_month_and_directorate() -> None:
    held = register(
        line("C1", 100, directorate="Place", end_date=date(2026, 7, 31)),
        line("C2", None, directorate="Place", end_date=date(2026, 7, 1), extensions=Decimal(1)),
        line("C3", 300, end_date=date(2026, 7, 2)),
        line(
            "F1", 900, directorate="Place", end_date=date(2027, 12, 30), contract_type="Framework"
        ),
        line("C4", 100, directorate="Place", end_date=AS_OF),  # has ended
        line("C5", 100, directorate="Place", end_date=date(2027, 12, 31)),  # past 18 months
        line("C6", 100, end_date=None),
    )
    assert rows(contracts.by_month(held, AS_OF)) == [
        ("2026-07", "Place", 2, Decimal(100), 1, 0, 1),
        ("2026-07", "not stated", 1, Decimal(300), 0, 0, 0),
        ("2027-12", "Place", 0, Decimal(0), 0, 1, 0),
    ]
    assert rows(contracts.by_month(held, AS_OF, 2, directorates=False)) == [
        ("2026-07", 3, Decimal(400), 1, 0, 1)
    ]
    assert list(contracts.pipeline(held, AS_OF)["contract"]) == ["C2", "C3", "C1", "F1"]
    assert contracts.by_month(held.iloc[:0], AS_OF).empty


# --- oddities ------------------------------------------------------------------------------------


def test_what_is_odd_is_counted_and_shown_and_never_dropped() -> None:
    odd = register(
        line("C1", None),
        line("C2", 0),
        line("C3", -5),
        line("C4", 40, end_date=date(2026, 5, 31)),  # the day before it starts
        line("C5", 50, end_date=date(2026, 6, 1)),  # a contract of one day is none
        line("C6", 60, end_date=None, start_date=None, award_date=None),
        line("", 70),
        line("C7", 80, supplier=""),
        line("C7", 90),
    )
    assert rows(contracts.remarks(odd)) == [
        ("prints no value", 1, Decimal(0), "C1"),
        ("value is £0", 1, Decimal(0), "C2"),
        ("value is below £0", 1, Decimal(-5), "C3"),
        ("ends before it starts", 1, Decimal(40), "C4"),
        ("prints no end", 1, Decimal(60), "C6"),
        ("prints no start", 1, Decimal(60), "C6"),
        ("prints neither award nor start, so stands in no quarter", 1, Decimal(60), "C6"),
        ("prints no reference", 1, Decimal(70), "row 8"),
        (
            "prints a reference that other lines print too",
            2,
            Decimal(170),
            "C7, row 9; C7, row 10",
        ),
        ("names no supplier", 1, Decimal(80), "C7, row 9"),
    ]
    assert len(contracts.awarded(odd, Q1)) == len(odd) - 1
    assert contracts.totals(odd)["contracts"].iloc[0] == len(odd)
    assert contracts.remarks(register(line("C1"))).empty
