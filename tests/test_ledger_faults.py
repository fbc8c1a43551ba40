"""The ledger under load and through faults, at a tenth of the size of tests/soak."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import ledger_load as load
import pytest
import sqlalchemy as sa
from helpers import project, put

import svlib as sv
from svlib import ledger
from svlib.errors import InputError, MachineError
from svlib.findings import outcomes as pages
from svlib.findings import value
from svlib.ledger.backup import backup, restore

pytestmark = pytest.mark.xdist_group("ledger_load")


def test_writers_at_once_lose_nothing_and_record_nothing_twice(ledger_place, tmp_path):
    names = load.prepare(ledger_place)
    wrote = load.write_at_once(ledger_place, names, writers=5, for_s=3, folder=tmp_path)
    assert wrote.faults == []
    assert load.assert_whole(ledger_place, wrote.deliveries) == len(wrote.deliveries) > 5


def test_writers_killed_at_any_moment_leave_the_ledger_whole(ledger_place, tmp_path):
    names = load.prepare(ledger_place)
    told = load.kill_writers(ledger_place, names, times=20, folder=tmp_path)
    assert load.assert_whole(ledger_place, told) >= len(told) > 0


def test_a_full_disk_is_said_and_leaves_the_ledger_whole(tmp_path):
    place = str(tmp_path / "ledger.sqlite")
    names = load.prepare(place)
    with ledger.open_ledger(place) as held:

        @sa.event.listens_for(held._engine, "connect")
        def limited(connection: Any, _: Any) -> None:
            used = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {used + 4}")

        held.close()
        with pytest.raises(MachineError, match="full") as caught:
            for _ in range(500):
                ledger.record(held, load.COUNCIL, load.delivery(names[0], "words " * 100))
        assert "Nothing was recorded. Check that the disk has room" in str(caught.value)
    with ledger.open_ledger(place) as held:
        before = held.cut()[0]
        assert held.verify() == []
        ledger.record(held, load.COUNCIL, load.delivery(names[0]))
        assert held.cut()[0] == before + 1


def test_a_database_that_is_gone_is_said_and_used_again_once_it_is_back(tmp_path):
    import postgres

    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with postgres.server() as server:
        place = server.url("gone")
        names = load.prepare(place)
        with ledger.open_ledger(place) as held:
            first = ledger.record(held, load.COUNCIL, load.delivery(names[0]))
            server.stop("immediate")
            for _ in range(2):
                with pytest.raises(MachineError, match="the ledger cannot be used"):
                    ledger.record(held, load.COUNCIL, load.delivery(names[0]))
            server.start()
            second = ledger.record(held, load.COUNCIL, load.delivery(names[0]))
        load.assert_whole(place, [first, second])


def test_of_two_people_who_decide_at_once_one_does(ledger_place):
    names = load.prepare(ledger_place)
    with ledger.open_ledger(ledger_place) as held:
        made = ledger.record(held, load.COUNCIL, load.delivery(names[0]))
        saw = int(ledger.deliveries(held, load.COUNCIL)["seen_seq"].iloc[0])
    ready, said = threading.Barrier(2), []

    def decide(decision: str) -> None:
        with ledger.open_ledger(ledger_place) as held:
            ready.wait()
            try:
                ledger.review(held, load.COUNCIL, made, decision, of_seq=saw, note="as seen")
                said.append(decision)
            except InputError as error:
                said.append(str(error))

    both = [threading.Thread(target=decide, args=(one,)) for one in ("accepted", "queried")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sum("was reviewed by someone else since you opened it" in text for text in said) == 1
    with ledger.open_ledger(ledger_place) as held:
        status = ledger.deliveries(held, load.COUNCIL)["evidence_status"].iloc[0]
    assert status in said


def test_a_backup_under_load_is_restored_row_by_row(ledger_place, tmp_path, request):
    names = load.prepare(ledger_place)
    going = threading.Event()

    def write() -> None:
        with ledger.open_ledger(ledger_place) as held:
            while not going.is_set():
                ledger.record(held, load.COUNCIL, load.delivery(names[0], "as asked"))

    writers = [threading.Thread(target=write) for _ in range(3)]
    for thread in writers:
        thread.start()
    try:
        with ledger.open_ledger(ledger_place) as held:
            upto = backup(held, tmp_path / "copy")
    finally:
        going.set()
        for thread in writers:
            thread.join()
    there = str(tmp_path / "again.sqlite")
    if "://" in ledger_place:
        there = request.getfixturevalue("postgresql").url(f"{Path(ledger_place).name}_again")
    with ledger.open_ledger(there) as again, ledger.open_ledger(ledger_place) as held:
        assert restore(tmp_path / "copy", again) == upto
        assert again.verify() == []
        now, then = load.every_row(again, upto), load.every_row(held, upto)
        assert now.keys() == then.keys()
        assert all(now[name].equals(then[name]) for name in now)
        assert len(now["deliveries"]) > 0


def report() -> str:
    """Everything the outcomes page says about the quarter, from what was recorded by its as-of
    date."""
    q = sv.open_quarter("parameters/busy/2026-27-Q1.yaml")
    parts = [pages.outcome_sentences(q), pages.outcomes_certainty(q), value.worth(q)]
    parts += [
        table(q).data
        for table in (
            pages.outcomes_figure, pages.measures_table, pages.contract_table,
            pages.forecast_table, pages.not_valued_table, value.totals_table, value.value_table,
        )
    ]  # fmt: skip
    return "\n".join(map(str, parts))


def test_a_report_cut_at_a_date_is_byte_equal_after_all_that_is_recorded_later(
    ledger_place, tmp_path, monkeypatch
):
    asked = {"accept_missing_months": ["2026-04", "2026-05"], "as_of": "2026-07-31"}
    root = project(
        tmp_path, monkeypatch, slug=load.A, quarters={"2026-27-Q1": asked}, ledger=ledger_place
    )
    put(root / "data/raw/june-2026.csv", "Supplier,Amount,Date\nAsh Ltd,100.00,03/06/2026\n")
    with ledger.open_ledger(ledger_place, at_noon(date(2026, 7, 20))) as held:
        names = load.prepare_in(held)
        told = [ledger.record(held, load.COUNCIL, load.delivery(name, "Jo")) for name in names]
        of = ledger.deliveries(held, load.COUNCIL).set_index("delivery_id")["seen_seq"]
        for made in told[:5]:
            ledger.review(held, load.COUNCIL, made, "accepted", of_seq=int(of[made]))
    before = report()
    assert "on track" in before or "at risk" in before

    later, going = at_noon(date(2026, 8, 3)), threading.Event()

    def write() -> None:
        with ledger.open_ledger(ledger_place, later) as held:
            while not going.is_set():
                ledger.record(held, load.COUNCIL, load.delivery(names[0], "later"))

    writers = [threading.Thread(target=write) for _ in range(3)]
    for thread in writers:
        thread.start()
    try:
        with ledger.open_ledger(ledger_place, later) as held:
            more = replace(load.delivery(names[1]), quantity=Decimal(99))
            ledger.correct(held, load.COUNCIL, told[1], more)
            assert report() == before
            ledger.erase(held, load.COUNCIL, int(of[told[0]]), "asked by the person")
            ledger.amend(held, load.COUNCIL, "C1", ledger.TERMINATED, date(2026, 8, 3))
            assert report() == before
    finally:
        going.set()
        for thread in writers:
            thread.join()
    assert report() == before
    with ledger.open_ledger(ledger_place) as held:
        assert held.verify() == []


def at_noon(day: date) -> Callable[[], datetime]:
    return lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
