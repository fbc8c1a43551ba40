"""Payments joined to contracts: which, why and how sure; spend on and off contract; one page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from helpers import payments as payments_file
from helpers import project, put

import svlib as sv
from svlib import contracts, ledger
from svlib.errors import InputError, ParameterError
from svlib.suppliers import clean
from svlib.tables import CONTRACTS, PAYMENTS

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
NUMBERS = {"Ash Ltd": "01234567"}  # what is known of suppliers besides what the payments print


def register(text: str) -> pd.DataFrame:
    """Lines of reference, supplier, first and last day; then pounds and company number."""
    rows = [_contract(*_cells(line)) for line in text.strip().splitlines()]
    return pd.DataFrame(rows, columns=[*CONTRACTS.names, "row"]).astype(object)


def _contract(ref: str, supplier: str, first: str, last: str, *more: str) -> dict[str, Any]:
    pounds, number = [*more, "", ""][:2]
    return {
        "contract_ref": ref, "title": f"Contract {ref}", "supplier": supplier,
        "start_date": date.fromisoformat(first) if first else None,
        "end_date": date.fromisoformat(last) if last else None,
        "value_gbp": Decimal(pounds) if pounds else None, "company_number": number,
    }  # fmt: skip


def paid(text: str) -> pa.Table:
    """Lines of supplier, pounds, date; then reference, description, company number, directorate.
    A blank supplier is one whose name was withheld."""
    rows = [_payment(at, *_cells(line)) for at, line in enumerate(text.strip().splitlines(), 2)]
    return pa.Table.from_pylist(rows, schema=PAYMENTS.arrow_schema())


def _payment(row: int, supplier: str, pounds: str, day: str, *more: str) -> dict[str, Any]:
    reference, description, number, directorate = [*more, "", "", "", ""][:4]
    return {
        "file": "a.csv", "sheet": "", "row": row, "quarter": "2026-27-Q1", "supplier": supplier,
        "supplier_class": "supplier" if supplier else "redacted",
        "supplier_id": clean(supplier) if supplier else "", "supplier_name": supplier,
        "amount_gbp": Decimal(pounds).quantize(Decimal("0.01")),
        "payment_date": date.fromisoformat(day) if day else None, "reference": reference,
        "description": description, "company_number": number, "directorate_name": directorate,
    }  # fmt: skip


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def joined(payments: str, held: str) -> list[tuple[str, str, str, str]]:
    known = pd.DataFrame(
        {"supplier_id": map(clean, NUMBERS), "company_number": list(NUMBERS.values())}
    )
    found = contracts.join_payments(paid(payments), register(held), known).to_pylist()
    return [tuple(row[name] for name in ("contract", "standing", "basis", "candidates"))
            for row in found]  # type: ignore[misc]  # fmt: skip


TERM = "2026-04-01 | 2026-12-31"

# payments, register, contract, standing, basis
CASES = {
    "reference in the description": (
        "Birch Ltd | 5 | 2026-05-01 | | Works order CON-12/A: roofs",
        f"CON-12/A | Birch Ltd | {TERM}", "CON-12/A", "sure", "reference and payee",
    ),
    "reference in the document number": (
        "Birch Ltd | 5 | 2026-05-01 | con12",
        f"CON12 | Birch Ltd | {TERM}", "CON12", "sure", "reference and payee",
    ),
    "reference, undated": (
        "Birch Ltd | 5 | | CON-12",
        f"CON-12 | Birch Ltd | {TERM}", "CON-12", "sure", "reference and payee",
    ),
    "reference, after the term": (
        "Birch Ltd | 5 | 2028-05-01 | CON-12",
        f"CON-12 | Birch Ltd | {TERM}", "CON-12", "likely",
        "reference and payee, outside its dates",
    ),
    "reference, to another": (
        "Cedar Ltd | 5 | 2026-05-01 | CON-12",
        f"CON-12 | Birch Ltd | {TERM}", "CON-12", "likely", "reference, to another payee",
    ),
    "reference, name withheld": (
        " | 5 | 2026-05-01 | CON-12",
        f"CON-12 | Birch Ltd | {TERM}", "CON-12", "likely", "reference, to another payee",
    ),
    "part of a longer word is no reference": (
        "Cedar Ltd | 5 | 2026-05-01 | CON-123 XCON-12",
        f"CON-12 | Birch Ltd | {TERM}", "", "none", "payee has no contract",
    ),
    "a reference does not run from one column into the next": (
        "Cedar Ltd | 5 | 2026-05-01 | CON | 12 roofs",
        f"CON-12 | Birch Ltd | {TERM}", "", "none", "payee has no contract",
    ),
    "a mere number, same payee": (
        "Birch Ltd | 5 | 2028-05-01 | | order 266",
        f"266 | Birch Ltd | {TERM}", "266", "likely", "short reference and payee",
    ),
    "a mere number, another payee": (
        "Cedar Ltd | 5 | 2026-05-01 | 266",
        f"266 | Birch Ltd | {TERM}", "", "none", "payee has no contract",
    ),
    "a short reference, another payee": (
        "Cedar Ltd | 5 | 2026-05-01 | C1",
        f"C1 | Birch Ltd | {TERM}", "", "none", "payee has no contract",
    ),
    "a word is no reference": (
        "Cedar Ltd | 5 | 2026-05-01 | | various works",
        f"various | Birch Ltd | {TERM}", "", "none", "payee has no contract",
    ),
    "company number printed, leading zeros lost": (
        "Bee Trading | 5 | 2026-04-01 | | | 7654321",
        f"CON-12 | Birch Ltd | {TERM} | | 07654321", "CON-12", "likely",
        "company number and dates",
    ),
    "company number known of the supplier": (
        "Ash Ltd | 5 | 2026-04-01",
        f"CON-12 | Ashes and Co | {TERM} | | 1234567", "CON-12", "likely",
        "company number and dates",
    ),
    "company numbers that differ": (
        "Ash Ltd | 5 | 2026-04-01",
        f"CON-12 | Ash Ltd | {TERM} | | 07654321", "", "none", "payee has no contract",
    ),
    "name, on the first day": (
        "BIRCH LIMITED | 5 | 2026-04-01",
        f"CON-12 | Birch Ltd | {TERM}", "CON-12", "likely", "name of the supplier and dates",
    ),
    "name cut by the publisher": (
        "Birchwood Environmental Services (No | 5 | 2026-04-01".replace("(No", "(N"),
        f"CON-12 | Birchwood Environmental Services (North) Ltd | {TERM}", "CON-12", "likely",
        "name of the supplier and dates",
    ),
    "name, a day early": (
        "Birch Ltd | 5 | 2026-03-31",
        f"CON-12 | Birch Ltd | {TERM}", "", "none", "payee has a contract, not at that date",
    ),
    "name, ninety days late": (
        "Birch Ltd | 5 | 2027-03-31",
        f"CON-12 | Birch Ltd | {TERM}", "CON-12", "likely", "name of the supplier and dates",
    ),
    "name, ninety-one days late": (
        "Birch Ltd | 5 | 2027-04-01",
        f"CON-12 | Birch Ltd | {TERM}", "", "none", "payee has a contract, not at that date",
    ),
    "undated payment": (
        "Birch Ltd | 5 |",
        f"CON-12 | Birch Ltd | {TERM}", "CON-12", "possible", "payee, but a date is not known",
    ),
    "contract without an end": (
        "Birch Ltd | 5 | 2026-05-01",
        "CON-12 | Birch Ltd | 2026-04-01 | ", "CON-12", "possible",
        "payee, but a date is not known",
    ),
    "contract without an end, before its start": (
        "Birch Ltd | 5 | 2026-03-31",
        "CON-12 | Birch Ltd | 2026-04-01 | ", "", "none",
        "payee has a contract, not at that date",
    ),
    "contract that ends before it starts": (
        "Birch Ltd | 5 | 2026-05-01",
        "CON-12 | Birch Ltd | 2026-12-31 | 2026-01-01", "", "none",
        "payee has a contract, not at that date",
    ),
    "paid far more than the value": (
        "Birch Ltd | 121 | 2026-05-01",
        f"CON-12 | Birch Ltd | {TERM} | 100", "CON-12", "possible",
        "payee and dates, but more is paid than the value allows",
    ),
    "undated, and paid far more than the value": (
        "Birch Ltd | 121 |",
        f"CON-12 | Birch Ltd | {TERM} | 100", "CON-12", "possible",
        "payee, but a date is not known",
    ),
    "paid a little more than the value": (
        "Birch Ltd | 120 | 2026-05-01",
        f"CON-12 | Birch Ltd | {TERM} | 100", "CON-12", "likely",
        "name of the supplier and dates",
    ),
    "a value of nothing says nothing": (
        "Birch Ltd | 120 | 2026-05-01",
        f"CON-12 | Birch Ltd | {TERM} | 0", "CON-12", "likely",
        "name of the supplier and dates",
    ),
    "a credit": (
        "Birch Ltd | -5 | 2026-05-01",
        f"CON-12 | Birch Ltd | {TERM} | 100", "CON-12", "likely",
        "name of the supplier and dates",
    ),
    "name withheld": (
        " | 5 | 2026-05-01",
        f"CON-12 | Birch Ltd | {TERM}", "", "not known", "payee not named",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case)
def test_how_a_payment_is_joined(case: str) -> None:
    payment, held, *wanted = CASES[case]
    assert joined(payment, held) == [(*wanted, "")]


def test_a_tie_is_possible_and_joined_to_neither() -> None:
    held = f"CON-1 | Birch Ltd | {TERM}\nCON-2 | Birch Ltd | {TERM}"
    assert joined("Birch Ltd | 5 | 2026-05-01", held) == [
        ("", "possible", "several contracts fit", "CON-1; CON-2")
    ]
    assert joined("Birch Ltd | 5 | 2026-05-01 | CON-1 and CON-2", held) == [
        ("", "possible", "several contracts fit", "CON-1; CON-2")
    ]
    # A reference that names one of them decides; one to the payee before one to another.
    assert joined("Birch Ltd | 5 | 2026-05-01 | CON-0001 CON-2", held)[0][:2] == ("CON-2", "sure")
    other = f"{held}\nCON-3 | Cedar Ltd | {TERM}"
    assert joined("Birch Ltd | 5 | 2026-05-01 | CON-2 CON-3", other)[0][:2] == ("CON-2", "sure")


def test_one_open_contract_beside_one_in_force_is_a_tie() -> None:
    held = f"CON-1 | Birch Ltd | {TERM}\nCON-2 | Birch Ltd | | 2027-01-31"
    assert joined("Birch Ltd | 5 | 2026-05-01", held)[0][3] == "CON-1; CON-2"


def test_a_tie_does_not_count_towards_what_a_contract_is_worth() -> None:
    """The first payment fits one contract, the second, far above the value of each, fits both."""
    held = f"CON-1 | Birch Ltd | {TERM} | 100\nCON-2 | Birch Ltd | 2026-06-01 | 2026-12-31 | 100"
    found = joined("Birch Ltd | 90 | 2026-05-01\nBirch Ltd | 900 | 2026-07-01", held)
    assert [row[:2] for row in found] == [("CON-1", "likely"), ("", "possible")]


def test_lines_with_one_reference_are_told_apart_by_payee() -> None:
    held = f"CON-1 | Birch Ltd | {TERM}\nCON-1 | Cedar Ltd | {TERM}"
    held_rows = register(held).assign(row=[2, 3])
    found = contracts.join_payments(
        paid("Cedar Ltd | 5 | 2026-05-01 | CON-1\nDogwood Ltd | 5 | 2026-05-01 | CON-1"), held_rows
    ).to_pylist()
    assert [(row["contract"], row["standing"], row["candidates"]) for row in found] == [
        ("CON-1, row 3", "sure", ""),
        ("", "possible", "CON-1, row 2; CON-1, row 3"),
    ]


def test_later_payments_may_be_allowed_for() -> None:
    held = register(f"CON-12 | Birch Ltd | {TERM}")
    late = paid("Birch Ltd | 5 | 2027-01-01")
    assert contracts.join_payments(late, held, late_days=0)["standing"].to_pylist() == ["none"]
    assert contracts.join_payments(late, held, late_days=1)["standing"].to_pylist() == ["likely"]


PAYMENTS_HELD = """
Birch Ltd   | 100 | 2026-05-01 | CON-1    |               | | Place
Birch Ltd   |  60 | 2026-05-01 |          |               | | Place
Birch Ltd   | -20 | 2026-06-01 |          |               | | People
Cedar Ltd   |  50 |            |          |               | | People
Dogwood Ltd |  40 | 2026-05-01 |          |               | | People
Elder Ltd   |  30 | 2026-05-01 |          |               | | Place
            |  10 | 2026-05-01 |          |               | | People
"""
HELD = f"""
CON-1 | Birch Ltd   | {TERM} | 150
CON-2 | Cedar Ltd   | {TERM}
CON-3 | Dogwood Ltd | {TERM}
CON-4 | Dogwood Ltd | {TERM}
"""


def test_spend_on_and_off_contract_has_bounds() -> None:
    found = contracts.join_payments(paid(PAYMENTS_HELD), register(HELD))
    (whole,) = contracts.on_contract(found).to_dict("records")
    assert whole == {
        "net_gbp": Decimal(270), "payments": 7, "sure_gbp": Decimal(100),
        "likely_gbp": Decimal(40), "possible_gbp": Decimal(90), "not_known_gbp": Decimal(10),
        "none_gbp": Decimal(30), "share": pytest.approx(140 / 270),
        "low": pytest.approx(100 / 270), "high": pytest.approx(240 / 270),
    }  # fmt: skip
    each = contracts.on_contract(found, "directorate")
    assert list(each["directorate"]) == ["Place", "People"]
    assert list(each["net_gbp"]) == [Decimal(190), Decimal(80)]
    people = each.iloc[1]  # a credit on contract: 20 less where it counts, and lowers the bound
    assert (people.share, people.low, people.high) == (-0.25, -0.25, 1.25)
    suppliers = contracts.on_contract(found, "supplier")
    assert list(suppliers["supplier_name"][:2]) == ["Birch Ltd", "Cedar Ltd"]
    assert list(suppliers["share"][:2]) == [1.0, 0.0]
    assert sum(suppliers["net_gbp"]) == Decimal(270)
    assert list(contracts.on_contract(found, "quarter")["quarter"]) == ["2026-27-Q1"]
    basis = contracts.by_basis(found)
    assert (basis["payments"].sum(), sum(basis["net_gbp"])) == (7, Decimal(270))
    assert list(basis["standing"]) == [
        "sure",
        "likely",
        "possible",
        "possible",
        "not known",
        "none",
    ]


def test_one_suppliers_credits_do_not_narrow_anothers_bounds() -> None:
    found = contracts.join_payments(
        paid("""
        Birch Ltd | 100 | 2026-05-01
        Cedar Ltd | -40 | 2026-05-01
        Elder Ltd |  40 | 2026-05-01
        """),
        register(f"CON-1 | Birch Ltd | {TERM}\nCON-2 | Cedar Ltd | {TERM}"),
    )
    (whole,) = contracts.on_contract(found).to_dict("records")
    assert (whole["share"], whole["low"], whole["high"]) == (0.6, -0.4, 1.0)


def test_no_payment_no_share() -> None:
    found = contracts.join_payments(paid(PAYMENTS_HELD).slice(0, 0), register(HELD))
    (whole,) = contracts.on_contract(found).to_dict("records")
    assert (whole["net_gbp"], whole["share"], whole["low"], whole["high"]) == (0, None, None, None)
    assert contracts.on_contract(found, "supplier").empty
    assert contracts.by_contract(found, register(HELD)).empty


def test_no_contract_no_join() -> None:
    found = contracts.join_payments(paid(PAYMENTS_HELD), register(HELD).iloc[:0])
    assert set(found["standing"].to_pylist()) == {"none", "not known"}
    only_credits = contracts.join_payments(paid("Birch Ltd | -5 | 2026-05-01"), register(HELD))
    assert contracts.on_contract(only_credits)["share"].iloc[0] is None


def test_what_was_paid_on_each_contract() -> None:
    found = contracts.by_contract(
        contracts.join_payments(paid(PAYMENTS_HELD), register(HELD)), register(HELD)
    )
    columns = ["contract", "paid_gbp", "sure_gbp", "likely_gbp", "possible_gbp", "payments"]
    assert [tuple(row) for row in found[columns].itertuples(index=False)] == [
        ("CON-1", Decimal(140), Decimal(100), Decimal(40), Decimal(0), 3),
        ("CON-2", Decimal(0), Decimal(0), Decimal(0), Decimal(50), 1),
    ]
    assert list(found["share_of_value"]) == [pytest.approx(140 / 150), None]
    assert list(found["over_value"]) == [False, False]


ENGINES: dict[str, Any] = {
    "pandas": lambda table: table.to_pandas(),
    "duckdb": lambda table: duckdb.connect().from_arrow(table),
    "polars": pl.from_arrow,
}


@pytest.mark.parametrize("engine", ENGINES)
def test_each_engine_gives_the_same(engine: str) -> None:
    table = paid(PAYMENTS_HELD)
    found = contracts.join_payments(ENGINES[engine](table), register(HELD)).to_pylist()
    wanted = contracts.join_payments(table, register(HELD)).to_pylist()
    assert [{**row, "amount_gbp": Decimal(row["amount_gbp"])} for row in found] == wanted


def test_what_is_asked_wrongly_is_refused_plainly() -> None:
    with pytest.raises(InputError, match="lack the columns: quarter, reference"):
        contracts.join_payments(
            paid(PAYMENTS_HELD).drop_columns(["quarter", "reference"]), register(HELD)
        )
    found = contracts.join_payments(paid(PAYMENTS_HELD), register(HELD))
    with pytest.raises(ParameterError, match="Use directorate, supplier, quarter"):
        contracts.on_contract(found, "service")


# --- one contract, one page ----------------------------------------------------------------------

REGISTER = """
    Reference,Contract title,Supplier name,Total value,Award date,Start date,End date,Postcode
    CON-1,Roofs,Ash Ltd,500,01/04/2026,01/04/2026,31/03/2027,L1 8JQ
    CON-2,Floors,Birch Ltd,,01/05/2026,01/05/2026,30/04/2026,
    CON-3,Walls,Cedar Ltd,70,01/05/2026,01/05/2026,30/09/2026,L1 8JQ
    CON-3,More walls,Cedar Ltd,80,01/05/2026,01/05/2026,30/09/2026,L1 8JQ
"""


def promise(measure: str) -> None:
    """One commitment of CON-1, three delivered and accepted, two with nothing to show."""
    day, council = date(2026, 4, 1), ledger.administrator("tiny")
    with ledger.open_ledger("data/ledger/ledger.sqlite", lambda: NOON) as held:
        contract = {"contract_ref": "CON-1", "title": "Roofs", "supplier": "Ash Ltd",
                    "directorate": "Adults", "category": "", "value_gbp": Decimal(500),
                    "start_date": day, "end_date": date(2027, 3, 31)}  # fmt: skip
        ledger.register(held, council, [contract], day)
        promised = {
            "commitment_id": "P1",
            "contract_ref": "CON-1",
            "measure_id": measure,
            "unit": "x",
            "target": Decimal(10),
            "start_date": day,
            "end_date": date(2027, 3, 31),
            "district": "",
            "ward": "",
            "profile": "",
        }
        ledger.commit(held, council, [promised], day)
        for month, quantity in ((4, 3), (5, 2)):
            made = ledger.Delivery("P1", Decimal(quantity), day, date(2026, month, 30))
            ledger.record(held, council, made)
        first = ledger.deliveries(held, council).iloc[0]
        ledger.review(held, council, first["delivery_id"], ledger.ACCEPTED, of_seq=first["seq"])


@pytest.fixture
def q(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    source = {"folder": "data/raw"}
    sources = {"contracts": {**source, "files": ["contracts.csv"]}}
    payments = {"payments": {**source, "files": ["*-2026.csv"]}}
    root = project(tmp_path, monkeypatch, sources={**payments, **sources})
    for number, month in enumerate(("april", "may", "june"), start=4):
        payments_file(
            root,
            f"{month}-2026.csv",
            f"""
            Ash Ltd, 100.00, 03/0{number}/2026, Adults, Care, L1 8JQ
            Cedar Ltd, 50.00, 04/0{number}/2026, Adults, Care, L1 8JQ
            Elder Ltd, 10.0{number}, 04/0{number}/2026, Place, Care, L1 8JQ
            """,
        )
    measure = sv.framework.load().measures["measure_id"].iloc[0]
    put(root / "data" / "raw" / "contracts.csv", REGISTER)
    promise(measure)
    return sv.open_quarter("parameters/tiny/2026-27-Q1.yaml")


def test_the_page_of_one_contract(q: Any) -> None:
    found = contracts.page(q, "CON-1")
    assert (found.facts["title"], found.facts["value_gbp"]) == ("Roofs", Decimal("500.00"))
    assert found.paid is not None
    assert found.paid["likely_gbp"] == Decimal("300.00")
    assert found.by_quarter.to_dict("records") == [
        {"quarter": "2026-27-Q1", "payments": 3, "paid_gbp": Decimal(300), "sure_gbp": Decimal(0),
         "likely_gbp": Decimal(300), "possible_gbp": Decimal(0), "shared_gbp": Decimal(0)}
    ]  # fmt: skip
    (promise,) = found.promises.to_dict("records")
    assert (promise["promised"], promise["delivered"], promise["evidenced"]) == (10, 5, 3)
    shown = sv.findings.contract_page(q, "CON-1").data
    for said in ("KPI rating", "none recorded", "£500.00", "Joined surely £0, likely £300"):
        assert said in shown


def test_the_page_of_a_contract_without_anything(q: Any) -> None:
    found = contracts.page(q, " CON-2 ")
    assert (found.paid, found.facts["value_gbp"], len(found.promises)) == (None, None, 0)
    shown = sv.findings.contract_page(q, "CON-2").data
    assert "Promised, delivered, evidenced: none recorded." in shown
    assert "No payment is joined to this contract." in shown


def test_a_payment_that_fits_two_contracts_stands_on_both_pages(q: Any) -> None:
    for name in ("CON-3, row 4", "CON-3, row 5"):
        found = contracts.page(q, name)
        assert found.paid is None
        assert list(found.by_quarter["shared_gbp"]) == [Decimal(100)]  # May and June
        assert list(found.by_quarter["payments"]) == [0]


@pytest.mark.parametrize(
    ("ref", "says"),
    [
        ("CON-9", "contract 'CON-9': is not on the register"),
        ("CON-3", "stands on 2 lines of the register. Name one of: CON-3, row 4; CON-3, row 5."),
    ],
)
def test_a_page_that_cannot_be_made(q: Any, ref: str, says: str) -> None:
    with pytest.raises(ParameterError) as refused:
        contracts.page(q, ref)
    assert says in str(refused.value)


def test_what_the_notebook_shows(q: Any) -> None:
    find = sv.findings
    said = " ".join([*find.contract_sentences(q), *find.contracts_certainty(q)])
    assert (
        "4 contracts worth £650 over their whole life were awarded; 3 contracts worth £650" in said
    )
    assert "1 of them prints no value" in said
    assert "No payment is joined to two" in said
    tables = (
        find.award_areas_table(q),
        find.roles_table(q),
        find.remarks_table(q),
        find.pipeline_table(q),
        find.bases_table(q),
        *(find.on_contract_table(q, by) for by in ("directorate", "supplier", "quarter")),
    )
    shown = " ".join(str(table.data) for table in tables)
    for text in (
        "ends before it starts",
        "prints no value",
        "several contracts fit",
        "2026-09",
        "Elder Ltd",
        "Adults",
    ):
        assert text in shown


def test_without_a_register_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path, monkeypatch)
    for month in ("april", "may", "june"):
        payments_file(root, f"{month}-2026.csv", f"Ash {month} Ltd, 100.00, 03/04/2026, Adults")
    q = sv.open_quarter("parameters/tiny/2026-27-Q1.yaml")
    find = sv.findings
    assert find.contract_sentences(q)[0].startswith("No contracts register is held, so nothing")
    for shown in (
        find.on_contract_table(q),
        find.bases_table(q),
        find.roles_table(q),
        find.remarks_table(q),
        find.award_areas_table(q),
        find.pipeline_table(q),
    ):
        assert shown.data == ""
