"""Spend measures on one small table, worked by hand, whatever engine holds it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute
import pytest
from helpers import LCR

from svlib import spend
from svlib.parameters import Areas
from svlib.places import ISLANDS, NOT_KNOWN, WITHHELD
from svlib.tables import PAYMENTS

LIVERPOOL, SEFTON, WIRRAL, MANCHESTER = "E08000012", "E08000014", "E08000015", "E08000003"
AREAS = Areas.model_validate(
    {
        "local": "LCR",
        "nested": [
            {"id": "Liverpool", "name": "Liverpool", "districts": [LIVERPOOL]},
            {"id": "LCR", "name": "Liverpool City Region", "districts": LCR},
            {"id": "NW", "name": "North West", "districts": [*LCR, MANCHESTER]},
        ],
    }
)

# The quarter: 11 lines, 900 pounds. Ash and Elm have two lines; Fir is owed to the council; Dogwood
# is known by an outcode of Liverpool and Sefton only.
Q4, Q1 = "2025-26-Q4", "2026-27-Q1"
TABLE = f"""
quarter | posted | supplier | pounds | directorate | type  | place                | size
{Q1}    | {Q1}   | Ash      |   100  | Adults      | Care  | {LIVERPOOL}          | small
{Q1}    | {Q4}   | Ash      |    50  | Adults      | Care  | {LIVERPOOL}          | small
{Q1}    | {Q1}   | Birch    |   200  | Place       | Works | {WIRRAL}             | medium
{Q1}    | {Q1}   | Cedar    |   300  | Place       | Works | {MANCHESTER}         | large
{Q1}    | {Q1}   | Dogwood  |    40  | Adults      | Care  | {LIVERPOOL} {SEFTON} | small
{Q1}    | {Q1}   | Elm      |    60  | Adults      | Care  | unknown              | unknown
{Q1}    | {Q1}   | Elm      |   -10  | Adults      | Care  | unknown              | unknown
{Q1}    | {Q1}   | Fir      |   -30  | Place       | Works | unknown              | unknown
{Q1}    | {Q1}   | Gorse    |    90  | Place       | Works | islands              | unknown
{Q1}    |        | redacted |    80  | Adults      | Care  | redacted             | unknown
{Q1}    | {Q1}   | unnamed  |    20  | Not given   |       | unknown              | unknown
"""
BEFORE = f"""
quarter | posted | supplier | pounds | directorate | type  | place                | size
{Q4}    | {Q4}   | Ash      |   100  | Adults      | Care  | {LIVERPOOL}          | small
{Q4}    | {Q4}   | Birch    |   300  | Place       | Works | {WIRRAL}             | medium
"""


POSTCODES = {  # as written, by supplier
    "Ash": "L1 8JQ", "Birch": "CH41 6AE", "Cedar": "M1 1AE", "Dogwood": "L9", "Gorse": "JE2 3QN",
    "Elm": "TBC",
}  # fmt: skip


def payments(text: str = TABLE) -> pa.Table:
    """A table of PAYMENTS from the columns above."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return pa.Table.from_pylist(
        [_row(at, dict(zip(lines[0], line, strict=True))) for at, line in enumerate(lines[1:])],
        schema=PAYMENTS.arrow_schema(),
    )


def _row(at: int, says: dict[str, str]) -> dict[str, Any]:
    who, where = says["supplier"], says["place"]
    codes = where.split() if where.startswith("E0") else []
    return {
        "authority": "tiny",
        "file": "april.csv",
        "row": at + 2,
        "status": "accepted",
        "quarter": says["quarter"],
        "posted_quarter": says["posted"],
        "supplier_class": who if who in ("redacted", "unnamed") else "supplier",
        "supplier_id": "" if who in ("redacted", "unnamed") else who.casefold(),
        "supplier_name": who,
        "redacted": who == "redacted",
        "amount_gbp": Decimal(says["pounds"]),
        "directorate_name": says["directorate"],
        "expense_type": says["type"],
        "place_status": ("located", "ambiguous")[len(codes) > 1]
        if codes
        else {"islands": ISLANDS}.get(where, where),
        "district": codes[0] if len(codes) == 1 else "",
        "candidates": " ".join(codes),
        "postcode": POSTCODES.get(who, ""),
        "size": says["size"],
        "vcse": "unknown",
        "size_known": "unknown" if says["size"] == "unknown" else "declared",
        "vcse_known": "unknown",
        "place_basis": "",
        "category": {"Care": "adult_care", "Works": "construction"}.get(says["type"]),
    }


def _status(codes: list[str], where: str) -> str:
    if codes:
        return "located" if len(codes) == 1 else "ambiguous"
    return ISLANDS if where == "islands" else where


def history() -> pa.Table:
    return pa.concat_tables([payments(), payments(BEFORE)])


def rows(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    chosen = table[list(columns)] if columns else table
    return [tuple(row) for row in chosen.itertuples(index=False)]


def gbp(pounds: str | int) -> Decimal:
    return Decimal(pounds)


def of(part: int, whole: int) -> Any:
    return pytest.approx(part / whole, abs=1e-12)


def test_a_bridge_adds_up_and_names_nobody_withheld() -> None:
    found = spend.bridge(history(), Q1, Q4, "supplier_name", 3)
    assert rows(found) == [
        ("total of 2025-26-Q4", gbp(400), gbp(400)),
        ("Cedar", gbp(300), gbp(700)),
        ("Birch", gbp(-100), gbp(600)),
        ("payees not named", gbp(100), gbp(700)),
        ("all others", gbp(200), gbp(900)),
        ("total of 2026-27-Q1", gbp(900), gbp(900)),
    ]
    few = spend.bridge(history(), Q1, Q4, "category", 9)
    assert "all others" not in set(few["step"])
    assert few["change_gbp"].iloc[:-1].sum() == few["change_gbp"].iloc[-1] == gbp(900)


def test_categories_of_one_supplier() -> None:
    assert rows(spend.single_supplier(payments(), 0.5)) == [
        ("construction", "Building and road works", gbp(560), 4, "Cedar", of(300, 560)),
        ("adult_care", "Adult social care", gbp(240), 3, "Ash", of(150, 240)),
    ]
    assert not len(spend.single_supplier(payments()))
    (row,) = spend.single_supplier(payments(BEFORE).slice(0, 1)).to_dict("records")
    assert (row["suppliers"], row["share"]) == (1, 1.0)


def test_spend_per_head() -> None:
    assert rows(spend.per_head(payments(), 1000)) == [
        ("Place", gbp(560), gbp("0.56")),
        ("Adults", gbp(320), gbp("0.32")),
        ("Not given", gbp(20), gbp("0.02")),
        ("all", gbp(900), gbp("0.90")),
    ]


def test_the_trend_has_the_same_quarter_a_year_before() -> None:
    text = BEFORE.replace(Q4, "2025-26-Q1")
    found = spend.trend(pa.concat_tables([history(), payments(text)]), AREAS)
    assert rows(found, "quarter", "year_before_gbp") == [
        ("2025-26-Q1", None), (Q4, None), (Q1, gbp(400)),
    ]  # fmt: skip


# --- the measures --------------------------------------------------------------------------------


def test_totals() -> None:
    assert spend.totals(payments()).to_dict("records") == [
        {
            "net_gbp": gbp(900),
            "payments": 11,
            "suppliers": 7,
            "credits_gbp": gbp(-40),
            "credits": 2,
            "withheld_gbp": gbp(80),
            "withheld": 1,
        }
    ]


def test_by_directorate() -> None:
    assert rows(spend.by_directorate(payments())) == [
        ("Place", gbp(560), 4, 4, of(560, 900)),
        ("Adults", gbp(320), 6, 3, of(320, 900)),
        ("Not given", gbp(20), 1, 0, of(20, 900)),
    ]


def test_by_expense_type() -> None:
    assert rows(spend.by_expense_type(payments())) == [
        ("Works", gbp(560), 4, 4, of(560, 900)),
        ("Care", gbp(320), 6, 3, of(320, 900)),
        ("", gbp(20), 1, 0, of(20, 900)),
    ]


def test_by_reason() -> None:
    table = payments()
    reasons = pa.array(["refunds"] * 3 + ["a note?"] * 8)
    lines = table.set_column(table.schema.get_field_index("reason"), "reason", reasons)
    assert rows(spend.by_reason(lines)) == [
        ("a note?", gbp(550), 8, 5),
        ("refunds", gbp(350), 3, 2),
    ]


def test_top_suppliers() -> None:
    assert rows(spend.top_suppliers(payments(), 4)) == [
        ("Cedar", gbp(300), 1, of(300, 900), MANCHESTER, "Manchester"),
        ("Birch", gbp(200), 1, of(200, 900), WIRRAL, "Wirral"),
        ("Ash", gbp(150), 2, of(150, 900), LIVERPOOL, "Liverpool"),
        ("Gorse", gbp(90), 1, of(90, 900), "", ISLANDS),
    ]
    assert list(spend.top_suppliers(payments(), 50)["supplier"]) == [
        "Cedar", "Birch", "Ash", "Gorse", "Elm", "Dogwood", "Fir",
    ]  # fmt: skip


def test_a_supplier_with_two_postcodes_is_one_supplier() -> None:
    table = TABLE.replace(
        f"50  | Adults      | Care  | {LIVERPOOL}", "50 | Adults | Care | " + WIRRAL
    )
    assert table != TABLE
    top = rows(spend.top_suppliers(payments(table), 3), "supplier", "net_gbp", "place_name")
    assert top[2] == ("Ash", gbp(150), "several places")


@pytest.mark.parametrize(("n", "pounds"), [(1, 300), (2, 500), (10, 800)])
def test_the_share_of_the_largest(n: int, pounds: int) -> None:
    assert spend.top_share(payments(), n) == of(pounds, 900)


def test_concentration() -> None:
    """Paid more than nothing and named: 40, 50, 90, 150, 200, 300, together 830."""
    shares = [part / 830 for part in (40, 50, 90, 150, 200, 300)]
    squares = sum(part**2 for part in shares)
    gini = 2 * (40 + 2 * 50 + 3 * 90 + 4 * 150 + 5 * 200 + 6 * 300) / (6 * 830) - 7 / 6
    assert rows(spend.concentration(payments())) == [
        (6, gbp(830), 1, gbp(-30), of(10_000 * squares, 1), of(1, squares), of(gini, 1))
    ]


def test_one_supplier_is_as_concentrated_as_can_be() -> None:
    one = payments().filter(pa.compute.equal(payments()["supplier_id"], "cedar"))
    assert rows(spend.concentration(one), "hhi", "effective_suppliers", "gini") == [(10_000, 1, 0)]


def test_turnover_of_suppliers() -> None:
    before = payments(BEFORE.replace(Q4, "2025-26-Q3").replace("Birch", "Cedar"))
    whole = pa.concat_tables([history(), before])
    found = spend.turnover(whole, Q1).set_index("supplier_name")
    assert found["turnover"].to_dict() == {
        "Cedar": "returning", "Birch": "staying", "Ash": "staying", "Gorse": "new",
        "Elm": "new", "Dogwood": "new", "Fir": "new",
    }  # fmt: skip
    assert rows(spend.by_turnover(whole, Q1)) == [
        ("staying", 2, gbp(400), gbp(350)),
        ("new", 4, gbp(0), gbp(150)),
        ("returning", 1, gbp(0), gbp(300)),
    ]
    assert rows(spend.by_turnover(whole, Q4)) == [
        ("staying", 1, gbp(100), gbp(100)), ("new", 1, gbp(0), gbp(300)),
        ("lost", 1, gbp(300), gbp(0)),
    ]  # fmt: skip


def test_nobody_is_new_when_nothing_is_held_before() -> None:
    assert rows(spend.turnover(payments(), Q1)) == []


def test_waterfall_from_gross_to_addressable() -> None:
    table = payments().to_pandas()
    table.loc[table["supplier_name"] == "Gorse", ["status", "reason"]] = ("excluded", "levy")
    table.loc[table["supplier_name"] == "Birch", "supplier_class"] = "public body"
    table.loc[table["supplier_name"] == "unnamed", "status"] = "set aside"
    lines = pa.Table.from_pandas(table, PAYMENTS.arrow_schema(), preserve_index=False)
    assert rows(spend.waterfall(lines, {"levy": "levies"})) == [
        ("gross payments published", 8, gbp(920), gbp(920)),
        ("credits", 2, gbp(-40), gbp(880)),
        ("levies", 1, gbp(-90), gbp(790)),
        ("paid to public bodies", 1, gbp(-200), gbp(590)),
        ("name withheld", 1, gbp(-80), gbp(510)),
        ("addressable spend", 7, gbp(510), gbp(510)),
    ]


DEFAULTS = pd.DataFrame(
    [("", 0.2, 0.4, 0.6), ("F Construction", 0.1, 0.2, 0.3)],
    columns=["section", "low", "central", "high"],
)


def test_local_multiplier_in_three_rounds() -> None:
    """Of 780 placed, Ash (150), Birch (200) and Dogwood (40) are inside."""
    found = spend.local_multiplier(
        payments(), AREAS.local_area, {"ash": 0.5}, DEFAULTS, {"birch": "F Construction"}
    )
    third = {"low": 75 + 20 + 8, "central": 75 + 40 + 16, "high": 75 + 60 + 24}
    assert rows(found) == [
        (name, gbp(780), gbp(390), gbp(r3), of(780 + 390 + r3, 780), of(150, 390))
        for name, r3 in third.items()
    ]
    nothing = spend.local_multiplier(payments().slice(0, 0), AREAS.local_area, {}, DEFAULTS)
    assert list(nothing["multiplier"]) == [None] * 3


def test_by_place() -> None:
    assert rows(spend.by_place(payments(), AREAS)) == [
        ("Liverpool", gbp(150), 2, 1, of(150, 900)),
        ("Rest of Liverpool City Region", gbp(200), 1, 1, of(200, 900)),
        ("Liverpool City Region, part not certain", gbp(40), 1, 1, of(40, 900)),
        ("Rest of North West", gbp(300), 1, 1, of(300, 900)),
        ("Outside North West", gbp(90), 1, 1, of(90, 900)),
        (NOT_KNOWN, gbp(40), 4, 2, of(40, 900)),
        (WITHHELD, gbp(80), 1, 0, of(80, 900)),
    ]


def test_by_district() -> None:
    wanted = [WIRRAL, SEFTON, LIVERPOOL]
    assert rows(spend.by_district(payments(), wanted)) == [
        (WIRRAL, gbp(200), 1, 1),
        (SEFTON, gbp(0), 0, 0),  # Dogwood may lie there, which is not enough
        (LIVERPOOL, gbp(150), 2, 1),
    ]


def test_supplier_points() -> None:
    """One a full postcode with spend; Dogwood's outcode has none, nor has a net credit."""
    found = spend.supplier_points(payments(), LCR)
    assert rows(found) == [
        (332412.0, 388950.0, WIRRAL, gbp(200), 1),
        (334469.0, 390202.0, LIVERPOOL, gbp(150), 1),
    ]
    owed = payments(TABLE.replace("   200  |", "  -200  |"))
    assert list(spend.supplier_points(owed, LCR)["district"]) == [LIVERPOOL]
    assert rows(spend.supplier_points(payments(), [])) == []


def test_by_postcode() -> None:
    assert rows(spend.by_postcode(payments())) == [
        ("postcode", gbp(650), 4, 3, of(650, 900)),
        ("outcode only", gbp(40), 1, 1, of(40, 900)),
        (ISLANDS, gbp(90), 1, 1, of(90, 900)),
        ("no postcode", gbp(50), 2, 1, of(50, 900)),
        ("nothing written", gbp(-10), 2, 1, of(-10, 900)),
        (WITHHELD, gbp(80), 1, 0, of(80, 900)),
    ]


def test_off_the_map() -> None:
    """What by_district of all districts lacks, so that both add up to the whole."""
    table = spend.off_the_map(payments())
    assert rows(table, "place", "net_gbp", "payments") == [
        (ISLANDS, gbp(90), 1),
        ("District not certain", gbp(40), 1),
        (NOT_KNOWN, gbp(40), 4),
        (WITHHELD, gbp(80), 1),
    ]
    mapped = spend.by_district(payments(), [*LCR, MANCHESTER])
    assert sum(table["net_gbp"]) + sum(mapped["net_gbp"]) == gbp(900)


def test_other_definitions_of_local_stand_beside() -> None:
    others = [{"id": "around", "name": "Around", "districts": [WIRRAL, SEFTON]}]
    both = Areas.model_validate({**AREAS.model_dump(), "others": others})
    assert rows(spend.area_shares(payments(), both), "area", "inside_gbp", "low", "high")[3:] == [
        ("around", gbp(200), of(200 - 30, 900), of(390, 900)),
    ]
    assert rows(spend.by_place(payments(), both)) == rows(spend.by_place(payments(), AREAS))


def test_by_known() -> None:
    """Unknown stands last, however large."""
    assert rows(spend.by_known(payments(), "size")) == [
        ("large", gbp(300), 1, 1, of(300, 900)),
        ("medium", gbp(200), 1, 1, of(200, 900)),
        ("small", gbp(190), 3, 2, of(190, 900)),
        ("unknown", gbp(210), 6, 3, of(210, 900)),
    ]
    assert rows(spend.by_known(payments(), "vcse")) == [("unknown", gbp(900), 11, 7, 1.0)]


def test_trend() -> None:
    assert rows(spend.trend(history(), AREAS)) == [
        (Q4, gbp(400), 2, 2, 1.0, 1.0, 1.0, None),
        (Q1, gbp(900), 11, 7, of(390, 780), of(360, 900), of(540, 900), None),
    ]


def test_movement() -> None:
    assert rows(spend.movement(history(), now=Q1, before=Q4)) == [
        ("Place", gbp(300), gbp(560), gbp(260)),
        ("Adults", gbp(100), gbp(320), gbp(220)),
        ("Not given", gbp(0), gbp(20), gbp(20)),
    ]
    by_supplier = spend.movement(history(), now=Q1, before=Q4, column="supplier_name")
    assert rows(by_supplier)[:2] == [
        ("Cedar", gbp(0), gbp(300), gbp(300)),
        ("Birch", gbp(300), gbp(200), gbp(-100)),
    ]


def test_posted_elsewhere() -> None:
    assert rows(spend.posted_elsewhere(payments())) == [
        (Q1, gbp(770), 9, 7),
        (Q4, gbp(50), 1, 1),
        ("", gbp(80), 1, 0),
    ]


# --- bounds --------------------------------------------------------------------------------------


def test_area_shares() -> None:
    """Unknown: Dogwood 40 (within Liverpool only), Elm 50, Fir -30, withheld 80, unnamed 20.

    The low bound puts all above zero outside and Fir inside, the high bound the reverse. Gorse of
    the Channel Islands is known to lie outside.
    """
    found = spend.area_shares(payments(), AREAS)
    assert rows(found, "area", "inside_gbp", "located_gbp", "share", "low", "high") == [
        ("Liverpool", gbp(150), gbp(740), of(150, 740), of(150 - 30, 900), of(340, 900)),
        ("LCR", gbp(390), gbp(780), of(390, 780), of(390 - 30, 900), of(540, 900)),
        ("NW", gbp(690), gbp(780), of(690, 780), of(690 - 30, 900), of(840, 900)),
    ]
    assert rows(found, "area", "low_named", "high_named") == [
        ("Liverpool", of(120, 820), of(260, 820)),
        ("LCR", of(360, 820), of(460, 820)),
        ("NW", of(660, 820), of(760, 820)),
    ]


@pytest.mark.parametrize(
    ("lines", "share", "low", "high"),
    [
        (f"Ash 100 {LIVERPOOL}", 1.0, 1.0, 1.0),
        (f"Ash 100 {MANCHESTER}", 0.0, 0.0, 0.0),
        ("Ash 100 unknown", None, 0.0, 1.0),
        (f"Ash 60 {LIVERPOOL}, Elm 40 unknown", 1.0, 0.6, 1.0),
        # a supplier of unknown place counts with its net amount, wholly inside or wholly outside
        (f"Ash 60 {LIVERPOOL}, Elm 50 unknown, Elm -10 unknown", 1.0, 0.6, 1.0),
        (f"Ash 60 {LIVERPOOL}, Elm 50 unknown, Fir -10 unknown", 1.0, 0.5, 1.1),
        (f"Ash 60 {LIVERPOOL}, Birch 40 {MANCHESTER}", 0.6, 0.6, 0.6),
        (f"Ash 60 {WIRRAL} {SEFTON}, Birch 40 {MANCHESTER}", 0.6, 0.6, 0.6),
        (f"Ash 60 {WIRRAL} {MANCHESTER}, Birch 40 {MANCHESTER}", 0.0, 0.0, 0.6),
        (f"Ash -5 {LIVERPOOL}, Elm 5 unknown", None, None, None),  # nothing net: no share
        (f"Ash -50 {LIVERPOOL}", None, None, None),
        (f"Ash -50 {LIVERPOOL}, Elm 100 unknown", None, -1.0, 1.0),
    ],
)
def test_bounds(lines: str, share: float | None, low: float | None, high: float | None) -> None:
    """Of the local area, over all net spend."""
    text = "quarter|posted|supplier|pounds|directorate|type|place|size\n"
    for line in lines.split(", "):
        who, pounds, place = line.split(" ", 2)
        text += f"{Q1}|{Q1}|{who}|{pounds}|Adults|Care|{place}|small\n"
    found = spend.area_shares(payments(text), AREAS).iloc[1]
    assert [found["share"], found["low"], found["high"]] == [
        None if bound is None else pytest.approx(bound) for bound in (share, low, high)
    ]


def test_an_outcode_that_straddles_districts() -> None:
    """Certain for the region that holds both, unsure for the city that holds one of them."""
    found = spend.area_shares(payments(), AREAS).set_index("area")["inside_gbp"]
    without = TABLE.replace(f"{LIVERPOOL} {SEFTON}", "unknown")
    less = spend.area_shares(payments(without), AREAS).set_index("area")["inside_gbp"]
    assert (found - less).to_dict() == {"Liverpool": gbp(0), "LCR": gbp(40), "NW": gbp(40)}


def test_known_share() -> None:
    assert spend.known_share(payments(), "size", ["small", "medium"]) == {
        "share": of(390, 690),
        "low": of(390 - 30, 900),
        "high": of(390 + 50 + 80 + 20 + 90, 900),
    }
    assert spend.known_share(payments(), "vcse", ["yes"]) == {
        "share": None,
        "low": of(-30, 900),
        "high": of(930, 900),
    }


# --- nothing, and less than nothing --------------------------------------------------------------


def test_no_payments_at_all() -> None:
    none = payments().slice(0, 0)
    totals = spend.totals(none)
    assert rows(totals) == [(gbp(0), 0, 0, gbp(0), 0, gbp(0), 0)]
    assert spend.top_share(none) is None
    assert rows(spend.by_directorate(none)) == []
    assert rows(spend.top_suppliers(none)) == []
    assert rows(spend.by_place(none, AREAS)) == []
    assert rows(spend.trend(none, AREAS)) == []
    assert rows(spend.by_district(none, [LIVERPOOL])) == [(LIVERPOOL, gbp(0), 0, 0)]
    assert (
        rows(spend.area_shares(none, AREAS), "inside_gbp", "share", "low", "high")
        == [(gbp(0), None, None, None)] * 3
    )


def test_no_share_of_a_total_below_zero() -> None:
    credits = payments(TABLE.replace(" 300 ", "-700 "))
    assert spend.totals(credits)["net_gbp"].iloc[0] == gbp(-100)
    assert spend.top_share(credits) is None
    for table in (
        spend.by_directorate(credits),
        spend.top_suppliers(credits),
        spend.by_place(credits, AREAS),
        spend.by_known(credits, "size"),
    ):
        assert list(table["share"]) == [None] * len(table)
        assert len(table) > 0


# --- what holds of every table -------------------------------------------------------------------

MEASURES: dict[str, Callable[[Any], pd.DataFrame]] = {
    "totals": spend.totals,
    "by_directorate": spend.by_directorate,
    "by_expense_type": spend.by_expense_type,
    "by_reason": spend.by_reason,
    "by_place": lambda frame: spend.by_place(frame, AREAS),
    "by_known": lambda frame: spend.by_known(frame, "size"),
    "posted_elsewhere": spend.posted_elsewhere,
    "trend": lambda frame: spend.trend(frame, AREAS),
    "top_suppliers": lambda frame: spend.top_suppliers(frame, 50),
    "by_district": lambda frame: spend.by_district(frame, LCR),
    "area_shares": lambda frame: spend.area_shares(frame, AREAS),
    "movement": lambda frame: spend.movement(frame, Q1, Q4),
    "concentration": spend.concentration,
    "local_multiplier": lambda frame: spend.local_multiplier(frame, AREAS.local_area, {}, DEFAULTS),
    "turnover": lambda frame: spend.turnover(frame, Q1),
    "by_turnover": lambda frame: spend.by_turnover(frame, Q1),
    "waterfall": spend.waterfall,
    "by_postcode": spend.by_postcode,
    "off_the_map": spend.off_the_map,
    "by_service": spend.by_service,
    "single_supplier": lambda frame: spend.single_supplier(frame, 0.5),
    "per_head": lambda frame: spend.per_head(frame, 1000),
    "bridge": lambda frame: spend.bridge(frame, Q1, Q4, "supplier_name", 3),
    "by_class": spend.by_class,
    "by_basis": spend.by_basis,
    "by_supplier": spend.by_supplier,
    "by_category": spend.by_category,
    "classified": spend.classified,
    "leakage": lambda frame: spend.leakage(frame, AREAS.local_area),
    "what_if": lambda frame: spend.what_if(
        spend.leakage(frame, AREAS.local_area), gbp("0.9"), {"construction": gbp("0.5")}
    ),
    "supplier_points": lambda frame: spend.supplier_points(frame, LCR),
}
OF_THE_WHOLE = list(MEASURES)[:8]


@pytest.mark.parametrize("measure", OF_THE_WHOLE)
def test_rows_add_up_to_the_whole(measure: str) -> None:
    table = MEASURES[measure](payments())
    assert (sum(table["net_gbp"]), table["payments"].sum()) == (gbp(900), 11)


@pytest.mark.parametrize("measure", ["by_directorate", "by_expense_type", "by_place", "by_known"])
def test_shares_add_up_to_one(measure: str) -> None:
    assert sum(MEASURES[measure](payments())["share"]) == pytest.approx(1)


def test_changes_add_up_to_the_change_of_the_whole() -> None:
    for column in ("directorate_name", "supplier_id", "expense_type"):
        changes = spend.movement(history(), Q1, Q4, column)["change_gbp"]
        assert sum(changes) == gbp(500)


def relation(table: pa.Table) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect()
    connection.register("payments", table)
    return connection.table("payments")


ENGINES: dict[str, Callable[[pa.Table], Any]] = {
    "pandas": lambda table: table.to_pandas(),
    "DuckDB": relation,
    "Polars": pl.from_arrow,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("measure", MEASURES)
def test_every_engine_gives_what_arrow_gives(measure: str, engine: str) -> None:
    expected = MEASURES[measure](history())
    found = MEASURES[measure](ENGINES[engine](history()))
    assert found.to_dict("list") == expected.to_dict("list")
    assert [str(value) for value in found.iloc[0]] == [str(value) for value in expected.iloc[0]]


@pytest.mark.parametrize("measure", MEASURES)
def test_the_order_of_lines_does_not_matter(measure: str) -> None:
    """Nor do equal amounts leave the order of a table open."""
    equal = TABLE.replace(" 300 ", " 200 ").replace("  90 ", "  40 ")
    lines = pa.concat_tables([payments(equal), payments(BEFORE)])
    expected = MEASURES[measure](lines).to_dict("list")
    for start in (1, 5, 9):
        turned = pa.concat_tables([lines.slice(start), lines.slice(0, start)])
        backwards = turned.take(list(range(len(turned)))[::-1])
        assert MEASURES[measure](turned).to_dict("list") == expected
        assert MEASURES[measure](backwards).to_dict("list") == expected


@pytest.mark.parametrize("measure", MEASURES)
def test_rows_are_numbered_from_zero(measure: str) -> None:
    table = MEASURES[measure](history())
    assert list(table.index) == list(range(len(table)))


def test_pennies_stay_exact() -> None:
    """A thousand times 0.1 is 100.00, and a penny is seen beside billions."""
    tenths = pa.concat_tables([payments(TABLE.replace(" 100 ", " 0.1 ")).slice(0, 1)] * 1000)
    huge = payments(TABLE.replace(" 100 ", " 9999999999.99 ")).slice(0, 1)
    for engine in ENGINES.values():
        assert str(spend.totals(engine(tenths))["net_gbp"].iloc[0]) == "100.00"
        both = engine(pa.concat_tables([tenths, huge]))
        assert str(spend.totals(both)["net_gbp"].iloc[0]) == "10000000099.99"
