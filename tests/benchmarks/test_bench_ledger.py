"""A million deliveries: the portal's first look and its refresh, on SQLite and PostgreSQL.

The peer is one plain GROUP BY over the deliveries alone: no corrections, no reviews, no evidence,
no reach of a role. It is the floor of a first look; a refresh must be far below it.
"""

from __future__ import annotations

import random
import resource
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

import pytest
import sqlalchemy as sa
from measure import seconds, write

from svlib import findings, ledger
from svlib import parameters as parameter_files
from svlib.quarter import Quarter
from svlib.view import Live

DELIVERIES, CONTRACTS = 1_000_000, 1_250
AUTHORITY = "sample"
COUNCIL = ledger.administrator(AUTHORITY)
START, END = date(2024, 4, 1), date(2028, 3, 31)
FIGURES: dict[str, object] = {}
MEASURES = (("JS1", "claimant-year"), ("GS1", "tree"), ("WB3", "hour"), ("TE1", "tCO2e"))
STATES = ("accepted",) * 14 + ("submitted",) * 3 + ("queried",) * 2 + ("none",)


def fill(held: ledger.Ledger) -> None:
    """Deliveries over ten quarters; most have evidence, most of that was accepted, one in twenty
    was corrected."""
    chance = random.Random(7)
    contracts = [
        {"contract_ref": f"C{at:05d}", "title": f"Contract {at}", "supplier": f"Supplier {at} Ltd",
         "directorate": f"Directorate {at % 6}", "category": "", "value_gbp": Decimal(500_000),
         "start_date": START, "end_date": END}
        for at in range(CONTRACTS)
    ]  # fmt: skip
    promised = [
        {"commitment_id": f"{of['contract_ref']}-{measure}", "contract_ref": of["contract_ref"],
         "measure_id": measure, "unit": unit, "target": Decimal(1_000), "start_date": START,
         "end_date": END, "district": "E08000012", "ward": "", "profile": ""}
        for of in contracts
        for measure, unit in MEASURES
    ]  # fmt: skip
    ledger.register(held, COUNCIL, contracts, START)
    ledger.commit(held, COUNCIL, promised, START)
    names = [one["commitment_id"] for one in promised]
    for part in range(0, DELIVERIES, 20_000):
        batch(held, chance, names, range(part, min(part + 20_000, DELIVERIES)))


def batch(held: ledger.Ledger, chance: random.Random, names: list[str], numbers: range) -> None:
    made, states = [], []
    for number in numbers:
        day = START + timedelta(chance.randrange(900))
        quarter = Quarter.of(day)
        made.append(
            {"delivery_id": f"D{number:07d}", "commitment_id": names[number % len(names)],
             "period_start": quarter.start, "delivered_on": day, "quarter": quarter.slug,
             "quantity": Decimal(chance.randrange(1, 50)) / 10, "district": "E08000012",
             "ward": "", "channel": "csv", "role": "supplier"}
        )  # fmt: skip
        states.append(chance.choice(STATES))
    given = held.append(AUTHORITY, [("delivery", row) for row in made])
    rows: list[tuple[str, dict[str, object]]] = []
    for row, seq, state in zip(made, given, states, strict=True):
        if state != "none":
            rows.append(("evidence", {"evidence_id": row["delivery_id"], "delivery_id":
                         row["delivery_id"], "held_as": "link", "media_type": "", "bytes": 0,
                         "role": "supplier", "name": "https://example.org"}))  # fmt: skip
        if state in ledger.DECISIONS:
            rows.append(("review", {"delivery_id": row["delivery_id"], "of_seq": seq,
                         "decision": state, "role": "contract manager", "note": ""}))  # fmt: skip
        if chance.random() < 0.05:
            rows.append(("delivery", row | {"quantity": Decimal(1)}))
    held.append(AUTHORITY, rows)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "sqlite":
        yield str(tmp_path / "ledger.sqlite")
        return
    import postgres

    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with postgres.server(durable=False) as server:
        yield server.url("ledger")


def test_a_million_deliveries(place):
    parameters = parameter_files.load("parameters/sample/2026-27-Q2.yaml")
    with ledger.open_ledger(place, lambda: datetime(2026, 10, 1, 9, tzinfo=UTC)) as held:
        filling = seconds(lambda: fill(held))
    with ledger.open_ledger(place) as held:
        table = ledger.schema.DELIVERIES
        plain = sa.select(
            table.c.commitment_id, table.c.quarter, sa.func.count(),
            sa.func.sum(sa.type_coerce(table.c.quantity, sa.BigInteger)),
        ).group_by(table.c.commitment_id, table.c.quarter)  # fmt: skip
        peer = min(seconds(lambda: held.rows(plain)) for _ in range(3))
        looks: list[Live] = []
        first = seconds(lambda: looks.append(Live(parameters, held, COUNCIL)))
        (live,) = looks
        names = live.position.commitments["commitment_id"].tolist()
        counted = seconds(lambda: live.position.progress)
        sums, shown = [], []
        for name in names[:10]:
            made = ledger.Delivery(name, Decimal(3), date(2026, 10, 1), date(2026, 10, 31))
            ledger.record(held, COUNCIL, made)
            sums.append(seconds(live.refresh))
            shown.append(
                seconds(
                    lambda: (
                        findings.position_tiles(live.position),
                        findings.look_table(live.position, "category"),
                        findings.measures_table(live.position),
                    )
                )
            )
        idle = min(seconds(live.refresh) for _ in range(20))
        whole = Live(parameters, held, COUNCIL)
        assert same(live.position.deliveries, whole.position.deliveries)
        checking = seconds(lambda: FIGURES.update(found=held.verify()))
    assert FIGURES.pop("found") == []
    kind = "postgresql" if "://" in place else "sqlite"
    FIGURES[kind] = {
        "deliveries": DELIVERIES, "entries_per_s": round(2.7 * DELIVERIES / filling),
        "plain_group_by_s": round(peer, 2), "first_look_s": round(first, 2),
        "first_look_to_plain": round(first / peer, 2), "progress_s": round(counted, 2),
        "refresh_s": round(median(sums), 3), "refresh_to_plain": round(median(sums) / peer, 3),
        "tables_again_s": round(median(shown), 3), "nothing_new_s": round(idle, 4),
        "verify_s": round(checking, 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
    }  # fmt: skip
    write("ledger", FIGURES)
    assert median(sums) + median(shown) < peer  # far less than reading all deliveries once


def same(kept: object, fresh: object) -> bool:
    order = ["commitment_id", "quarter", "district", "ward", "evidence_status"]
    one, two = (frame.sort_values(order, ignore_index=True) for frame in (kept, fresh))  # type: ignore[attr-defined]
    return bool(one.equals(two))
