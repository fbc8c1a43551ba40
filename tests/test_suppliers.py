"""Who a supplier is: many spellings, one supplier; never two suppliers made one by a guess."""

from __future__ import annotations

import pandas as pd
import pytest

from svlib import suppliers

CUT = "Liverpool Streetscene Services Limi"  # Liverpool prints 35 characters
CUT_34 = "Ashbrook and Sons Construction and"  # and a blank in the 35th place is lost


def joined_ids(names: list[str]) -> dict[str, str]:
    found = suppliers.identify(names)
    return dict(zip(found["printed"], found["supplier_id"], strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ashbrook Ltd", "ASHBROOK LIMITED"),
        ("Ashbrook & Sons (Wirral) Limited", "ASHBROOK AND SONS WIRRAL LTD."),
        ("The Ashbrook Company", "Ashbrook Co"),
        ("A.B.C. Services", "ABC Services"),
        ("Café Zoë", "CAFE ZOE"),
        ("St John's Care", "St Johns Care"),
        ("Ashbrook  Ltd ", "Ashbrook Ltd"),
        ("Ashbrook-Smith", "Ashbrook Smith"),
        ("J.P.K. Plumbing Ltd", "J P K Plumbing Limited"),
        ("Ashbrook Community Interest Company", "Ashbrook C.I.C."),
        ("Ashbrook Public Limited Company", "Ashbrook PLC"),
        ("Ashbrook Limited Liability Partnership", "Ashbrook LLP"),
        ("Łódź Bakery Ltd", "Lodz Bakery Ltd"),
    ],
)
def test_one_supplier(one: str, other: str) -> None:
    assert suppliers.clean(one) == suppliers.clean(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ashbrook Ltd", "Ashbrook PLC"),
        ("Ashbrook Ltd", "Ashbrook"),
        ("Ashbrook North Ltd", "Ashbrook South Ltd"),
        ("Care 1 Ltd", "Care 2 Ltd"),
        ("***", "---"),
        ("The", "And"),
    ],
)
def test_two_suppliers(one: str, other: str) -> None:
    assert suppliers.clean(one) != suppliers.clean(other)


@pytest.mark.parametrize("name", ["The", "***", "株式会社", "Ltd"])
def test_a_name_never_comes_out_empty(name: str) -> None:
    assert suppliers.clean(name)


@pytest.mark.parametrize(
    ("names", "joined"),
    [
        ([CUT, CUT + "ted"], True),
        ([CUT.upper(), CUT + "ted"], True),
        ([CUT_34, CUT_34 + " Engineering Limited"], True),
        ([CUT, CUT + "ted", CUT + "ted (North)"], False),  # which of the two?
        ([CUT, CUT + "ted", (CUT + "ted").upper()], True),  # two spellings of one
        ([CUT[:33], CUT + "ted"], False),  # 33 characters: nobody cut it
        ([CUT[:-1] + "x", CUT + "ted"], False),
    ],
)
def test_cut_names(names: list[str], joined: bool) -> None:
    ids = joined_ids(names)
    assert (ids[names[0]] == ids[names[1]]) == joined


def test_the_order_of_names_does_not_matter() -> None:
    names = [CUT, CUT + "ted", "Ashbrook Ltd", "ASHBROOK LIMITED"]
    assert joined_ids(names) == joined_ids(names[::-1])
    assert set(joined_ids(names)) == set(names)


@pytest.mark.parametrize(
    ("names", "listed", "printed"),
    [
        (["ASHBROOK LTD", "Ashbrook Ltd", "Ashbrook Limited"], [], "Ashbrook Limited"),
        (["ASHBROOK LIMITED", "Ashbrook Ltd"], [], "Ashbrook Ltd"),  # not shouted, if possible
        (["ASHBROOK LTD", "ASHBROOK LIMITED"], [], "ASHBROOK LIMITED"),
        (["Ashbrook Limited", "ASHBROOK LTD"], ["ASHBROOK LTD"], "ASHBROOK LTD"),
        (["Ashbrook-Ltd", "Ashbrook Ltd"], [], "Ashbrook Ltd"),
    ],
)
def test_names_to_print(names: list[str], listed: list[str], printed: str) -> None:
    ids = joined_ids(names)
    assert suppliers.names_to_print(ids, listed) == {"ashbrook ltd": printed}


def test_the_later_line_of_the_directory_counts() -> None:
    directory = pd.DataFrame(
        {
            "supplier": ["Ashbrook Ltd", "Brookash Ltd", "ASHBROOK LIMITED", CUT],
            "same_as": "",
            "postcode": ["L1 8JQ", "CH41 1AA", "L10 1AA", "L3 9PP"],
        }
    )
    ids = joined_ids([*directory["supplier"], CUT + "ted"])
    found = suppliers.directory_by_id(directory, ids)
    assert dict(zip(found["supplier_id"], found["postcode"], strict=True)) == {
        "ashbrook ltd": "L10 1AA",
        "brookash ltd": "CH41 1AA",
        "liverpool streetscene services ltd": "L3 9PP",
    }


def test_a_supplier_of_the_directory_that_was_never_paid() -> None:
    directory = pd.DataFrame({"supplier": ["Crookash Limited"], "same_as": [""]})
    assert list(suppliers.directory_by_id(directory, {})["supplier_id"]) == ["crookash ltd"]
