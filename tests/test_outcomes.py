"""How promises are counted: little tables of commitments and deliveries in, standing out.

Contract C1 runs for the 100 days from 1 January to 10 April 2026, so a day is one hundredth.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from svlib import framework, outcomes, values
from svlib.errors import InputError

START, END = date(2026, 1, 1), date(2026, 4, 10)
DAY_50 = date(2026, 2, 19)
MEASURES = framework.load().measures
CONTRACTS = pd.DataFrame(
    {"contract_ref": ["C1"], "title": ["Parks"], "supplier": ["Synthetic Ltd"]}
).assign(directorate="City")


def promises(*rows: tuple) -> pd.DataFrame:
    """Rows of commitment, measure, target and, when not C1, the contract."""
    table = [
        (name, *(rest or ("C1",)), measure, Decimal(target), START, END, "")
        for name, measure, target, *rest in rows
    ]
    names = "commitment_id contract_ref measure_id target start_date end_date district"
    return pd.DataFrame(table, columns=names.split())


def deliveries(*rows: tuple) -> pd.DataFrame:
    """Rows of commitment, quantity, status of evidence and, when not the first day, the day."""
    table = [
        (f"D{number}", name, *(rest or (START,)), Decimal(quantity), status)
        for number, (name, quantity, status, *rest) in enumerate(rows, start=1)
    ]
    names = "delivery_id commitment_id delivered_on quantity evidence_status"
    return pd.DataFrame(table, columns=names.split())


def progress(promised: pd.DataFrame, made: pd.DataFrame, as_of: date = DAY_50) -> pd.DataFrame:
    return outcomes.progress(promised, made, CONTRACTS, MEASURES, as_of)


def shown(table: pd.DataFrame, columns: str) -> list[list]:
    return table[columns.split()].values.tolist()


@pytest.mark.parametrize(
    ("as_of", "due", "state"),
    [
        (date(2025, 12, 31), "0", "not yet due"),
        (date(2026, 1, 1), "1", "on track"),  # the first day counts
        (date(2026, 2, 19), "50", "on track"),  # 50 delivered of 50 due
        (date(2026, 2, 20), "51", "on track"),  # 50 of 51 is 0.98
        (date(2026, 2, 25), "56", "behind"),  # 50 of 56 is 0.89
        (date(2026, 4, 10), "100", "behind"),  # half is still behind, not at risk
        (date(2030, 1, 1), "100", "behind"),  # no more than the target is ever due
    ],
)
def test_what_is_due_grows_by_the_day(as_of, due, state):
    table = progress(promises(("A", "GS1", "100")), deliveries(("A", "50", "accepted")), as_of)
    assert shown(table, "due_to_date state") == [[Decimal(due), state]]


@pytest.mark.parametrize(
    ("delivered", "share", "state"),
    [
        ("45", 0.9, "on track"),
        ("44", 0.88, "behind"),
        ("25", 0.5, "behind"),
        ("24", 0.48, "at risk"),
    ],
)
def test_the_state_follows_the_share_of_what_is_due(delivered, share, state):
    table = progress(promises(("A", "GS1", "100")), deliveries(("A", delivered, "none")))
    assert shown(table, "share_of_due state") == [[share, state]]


def test_only_accepted_evidence_counts_as_evidenced_and_later_deliveries_not_at_all():
    made = deliveries(
        ("A", "10.5", "accepted"),
        ("A", "20", "submitted"),
        ("A", "5", "queried"),
        ("A", "2", "none", DAY_50),
        ("A", "40", "accepted", DAY_50 + timedelta(1)),
    )
    table = progress(promises(("A", "GS1", "100")), made)
    assert shown(table, "delivered evidenced") == [[Decimal("37.5"), Decimal("10.5")]]


def test_a_promise_of_nothing_owes_nothing():
    table = progress(promises(("A", "GS1", "0")), deliveries())
    assert shown(table, "share_of_due state") == [[None, "on track"]]


def test_each_row_carries_its_contract_and_measure():
    table = progress(promises(("B", "GS1", "9", "C7"), ("A", "JS5", "3")), deliveries())
    assert shown(table, "commitment_id category measure unit") == [
        ["A", "Jobs & Skills", "Work placements of five days or more", "placement"],
        ["B", "Green Space & Biodiversity", "Trees planted and alive after a year", "tree"],
    ]
    assert shown(table, "contract_ref title supplier directorate") == [
        ["C1", "Parks", "Synthetic Ltd", "City"],
        ["C7", *["not on the register"] * 3],
    ]


def test_a_profile_moves_what_is_due_and_with_it_the_state():
    """40 days pass with 10 due, then 90 in the 60 days to the end: 55 by the 70th day."""
    promised = promises(("A", "GS1", "100"), ("B", "GS1", "100"))
    promised["profile"] = ["2026-02-09 10", ""]
    promised["ward"] = ["E05015278", None]
    made = deliveries(("A", "10", "none"), ("B", "10", "none"))
    table = progress(promised, made, date(2026, 2, 9))
    assert shown(table, "due_to_date state ward profile") == [
        [Decimal(10), "on track", "E05015278", "2026-02-09 10"],
        [Decimal(40), "at risk", "", ""],
    ]
    later = progress(promised, made, date(2026, 3, 11))
    assert later["due_to_date"].tolist() == [Decimal(55), Decimal(70)]


def test_nothing_is_due_yet_where_a_profile_begins_late():
    promised = promises(("A", "GS1", "100")).assign(profile="2026-02-28 0")
    table = progress(promised, deliveries(), DAY_50)
    assert shown(table, "due_to_date state") == [[Decimal(0), "not yet due"]]


def test_a_profile_that_does_not_fit_is_named_with_its_commitment():
    promised = promises(("A", "GS1", "100"), ("B", "GS1", "9")).assign(profile="2026-02-28 10")
    with pytest.raises(InputError) as caught:
        progress(promised, deliveries())
    (fault,) = caught.value.faults
    assert fault.where == "commitment B, profile"
    assert fault.found == "10 by 2026-02-28 is more than the target 9"


def test_every_fault_is_listed():
    wrong = promises(("A", "ZZ9", "1"), ("B", "GS1", "1"))
    wrong.loc[1, "end_date"] = date(2025, 1, 1)
    with pytest.raises(InputError) as caught:
        progress(wrong, deliveries(("X", "1", "none")))
    assert [str(fault) for fault in caught.value.faults] == [
        "commitment A: measure 'ZZ9' is not in the framework. Correct measure_id.",
        "commitment B: ends 2025-01-01, before it starts 2026-01-01. Correct the dates.",
        "delivery D1: commitment 'X' is not among the commitments. Correct commitment_id.",
    ]


def test_categories_and_contracts_count_commitments_by_state():
    promised = promises(
        ("A", "GS1", "100"), ("B", "GS2", "100"), ("C", "JS5", "100"), ("D", "JS5", "100", "C7")
    )
    made = deliveries(("A", "50", "accepted"), ("B", "30", "accepted"), ("D", "60", "none"))
    table = progress(promised, made)
    states = "commitments at_risk behind on_track not_yet_due"
    by_category = outcomes.by_category(table)
    assert by_category["category"].tolist() == list(framework.CATEGORIES)
    assert shown(by_category, f"contracts {states}")[0] == [2, 2, 1, 0, 1, 0]
    assert shown(by_category, f"contracts {states}")[1] == [0, 0, 0, 0, 0, 0]
    assert shown(by_category, f"contracts {states}")[3] == [1, 2, 0, 1, 1, 0]
    assert shown(outcomes.by_contract(table), f"contract_ref title {states}") == [
        ["C1", "Parks", 3, 1, 1, 1, 0],
        ["C7", "not on the register", 1, 0, 0, 1, 0],
    ]


def test_gross_value_is_quantity_times_unit_value_in_2024_pounds():
    """9,800 fiscal and 14,044 economic, both of 2012/13, over 0.75 x 71.9294 + 0.25 x 73.4795 =
    72.316925 are 13,551.4612 and 19,420.0735 of 2024."""
    made = deliveries(("A", "2", "accepted"), ("A", "1", "submitted"))
    table = progress(promises(("A", "JS1", "10")), made)
    found = outcomes.valued(table, MEASURES, values.load(), 2024).set_index("value_type")
    stages = ["promised_gbp", "due_gbp", "delivered_gbp", "evidenced_gbp"]  # 10, 5, 3 and 2
    fiscal = ("135514.61", "67757.31", "40654.38", "27102.92")
    economic = ("194200.74", "97100.37", "58260.22", "38840.15")
    assert found.loc["fiscal", stages].tolist() == list(map(Decimal, fiscal))
    assert found.loc["economic", stages].tolist() == list(map(Decimal, economic))
    assert found["promised_low_gbp"].tolist() == [None, None]


def test_a_range_is_carried_where_the_proxy_has_one():
    table = progress(promises(("A", "WB1", "1")), deliveries())
    found = outcomes.valued(table, MEASURES, values.load(), 2019)
    assert shown(found, "value_type promised_low_gbp promised_gbp promised_high_gbp") == [
        ["wellbeing", Decimal("10000.00"), Decimal("13000.00"), Decimal("16000.00")]
    ]


@pytest.mark.parametrize(
    ("start", "end", "row"),
    [
        (date(2026, 1, 1), date(2028, 12, 31), "CARBON-2027"),  # the middle year
        (date(2020, 1, 1), date(2021, 1, 1), "CARBON-2024"),  # the nearest year held
        (date(2035, 1, 1), date(2036, 1, 1), "CARBON-2030"),
    ],
)
def test_carbon_takes_the_row_of_the_middle_year_of_the_commitment(start, end, row):
    promised = promises(("A", "TE1", "1")).assign(start_date=start, end_date=end)
    found = outcomes.valued(progress(promised, deliveries()), MEASURES, values.load(), 2022)
    price = values.load().set_index("proxy_id").loc[row, "value"]
    assert shown(found, "proxy_id promised_gbp") == [[row, price]]


def test_value_types_stay_apart_and_are_never_one_sum():
    table = progress(
        promises(("A", "JS1", "10"), ("B", "JS2", "1"), ("C", "WB1", "2")), deliveries()
    )
    each = outcomes.valued(table, MEASURES, values.load(), 2024)
    found = outcomes.value_by_category(each)
    assert shown(found, "category value_type commitments") == [
        ["Jobs & Skills", "fiscal", 2],
        ["Jobs & Skills", "economic", 2],
        ["Wellbeing", "wellbeing", 1],
    ]
    fiscal = each[each["value_type"] == "fiscal"]["promised_gbp"]
    assert found.loc[0, "promised_gbp"] == sum(fiscal) > Decimal("135514.61")
    assert found.loc[0, "promised_low_gbp"] is None
    assert found.loc[2, "promised_low_gbp"] == Decimal("24658.33")  # 2 x 10000 x 100 / 81.1085


def test_what_has_no_value_is_listed_in_its_own_unit():
    promised = promises(("A", "GS1", "100"), ("B", "GS1", "20"), ("C", "JS1", "5"))
    table = progress(promised, deliveries(("A", "7", "accepted"), ("B", "3", "none")))
    found = outcomes.not_valued(table)
    assert shown(found, "measure_id unit commitments target due_to_date delivered evidenced") == [
        ["GS1", "tree", 2, Decimal(120), Decimal(60), Decimal(10), Decimal(7)]
    ]
    assert found.loc[0, "not_valued_because"] == "No supportable open figure was found"


def test_every_commitment_is_either_valued_or_listed_as_not_valued():
    every = [(f"A{n}", name, "1") for n, name in enumerate(MEASURES["measure_id"])]
    table = progress(promises(*every), deliveries())
    valued = outcomes.valued(table, MEASURES, values.load(), 2024)["measure_id"]
    unvalued = outcomes.not_valued(table)["measure_id"]
    assert set(valued) | set(unvalued) == set(MEASURES["measure_id"])
    assert not set(valued) & set(unvalued)


def test_no_commitments_give_empty_tables():
    table = progress(promises(), deliveries())
    assert outcomes.by_category(table)["commitments"].tolist() == [0] * 7
    assert len(outcomes.by_contract(table)) == len(outcomes.not_valued(table)) == 0
    nothing = outcomes.valued(table, MEASURES, values.load(), 2024)
    assert len(outcomes.value_by_category(nothing)) == 0
