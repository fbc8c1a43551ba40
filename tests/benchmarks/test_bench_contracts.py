"""A million payments joined to five thousand contracts, against a plain join in DuckDB.

The plain join is one LEFT JOIN on a ready supplier id and the dates: no references, no company
numbers, no names to compare, no ties and no reasons. It is the floor, not a rival.
"""

from __future__ import annotations

import random
import resource
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from measure import seconds, write

from svlib import contracts

PAYMENTS, CONTRACTS, SUPPLIERS = 1_000_000, 5_000, 30_000
FIRST = date(2023, 1, 1)


def refs() -> list[str]:
    return [f"CON-{2020 + at % 5}-{at:05d}" for at in range(CONTRACTS)]


@pytest.fixture(scope="module")
def payments() -> pa.Table:
    """One in ten names a contract in its description, one in three payees prints a number."""
    chance = random.Random(1)
    who = [chance.randrange(SUPPLIERS) for _ in range(PAYMENTS)]
    named = refs()
    said = [
        f"Works order {chance.choice(named)} stage {at % 9}" if chance.random() < 0.1
        else f"Services rendered, {at % 1000}"
        for at in range(PAYMENTS)
    ]  # fmt: skip
    pence = [Decimal(chance.randrange(100, 10**6)) / 100 for _ in range(PAYMENTS)]
    names = [f"Supplier {at} Ltd" for at in who]
    return pa.table(
        {
            "file": ["a.csv"] * PAYMENTS,
            "sheet": [""] * PAYMENTS,
            "row": list(range(PAYMENTS)),
            "quarter": ["2026-27-Q1"] * PAYMENTS,
            "directorate_name": [f"Directorate {at % 6}" for at in who],
            "supplier": names,
            "supplier_class": ["supplier"] * PAYMENTS,
            "supplier_id": [name.casefold() for name in names],
            "supplier_name": names,
            "company_number": [f"{at:08d}" if at % 3 == 0 else "" for at in who],
            "payment_date": [FIRST + timedelta(chance.randrange(1000)) for _ in who],
            "reference": [f"{5_100_000_000 + at}" for at in range(PAYMENTS)],
            "description": said,
            "amount_gbp": pa.array(pence, pa.decimal128(18, 2)),
        }
    )


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    chance = random.Random(2)
    holders = [chance.randrange(SUPPLIERS) for _ in range(CONTRACTS)]
    starts = [FIRST + timedelta(chance.randrange(500)) for _ in holders]
    return pd.DataFrame(
        {
            "contract_ref": refs(),
            "title": "Works",
            "supplier": [f"Supplier {at} Ltd" for at in holders],
            "directorate": "Directorate 1",
            "company_number": [f"{at:08d}" if at % 2 else "" for at in holders],
            "value_gbp": Decimal(500_000),
            "start_date": starts,
            "end_date": [day + timedelta(chance.randrange(300, 900)) for day in starts],
        }
    )


def plain_join(payments: pa.Table, register: pd.DataFrame) -> pa.Table:
    held = pa.table(
        {
            "contract": pa.array(register["contract_ref"], pa.string()),
            "supplier_id": pa.array(register["supplier"].str.casefold(), pa.string()),
            "first": pa.array(register["start_date"], pa.date32()),
            "last": pa.array(register["end_date"], pa.date32()),
        }
    )
    with duckdb.connect() as connection:
        connection.register("p", payments)
        connection.register("c", held)
        found: pa.Table = connection.sql(
            "SELECT p.*, c.contract FROM p LEFT JOIN c ON p.supplier_id = c.supplier_id"
            " AND p.payment_date BETWEEN c.first AND c.last"
        ).to_arrow_table()
    return found


def test_a_million_payments_and_five_thousand_contracts(
    payments: pa.Table, register: pd.DataFrame
) -> None:
    plain, ours = [], []
    for _ in range(5):
        plain.append(seconds(lambda: plain_join(payments, register)))
        ours.append(seconds(lambda: contracts.join_payments(payments, register)))
    joined = contracts.join_payments(payments, register)
    assert len(joined) == PAYMENTS
    assert sum(contracts.by_basis(joined)["payments"]) == PAYMENTS
    measured = {
        "payments": PAYMENTS,
        "contracts": CONTRACTS,
        "join_s": ours,
        "plain_join_s": plain,
        "ratio_of_medians": median(ours) / median(plain),
        "by_directorate_s": seconds(lambda: contracts.on_contract(joined, "directorate")),
        "by_supplier_s": seconds(lambda: contracts.on_contract(joined, "supplier")),
        "by_contract_s": seconds(lambda: contracts.by_contract(joined, register)),
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }
    write("contracts_a_million", measured)
    assert median(ours) < 15
    assert measured["ratio_of_medians"] <= 10
