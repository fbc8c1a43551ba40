"""Writers for the ledger in processes of their own, and what must be true afterwards."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import threading
import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from svlib import ledger
from svlib.ledger import Delivery, Ledger
from svlib.ledger.schema import DELIVERIES, ENTRIES, TEXTS, TYPED

A = "busy"
COUNCIL = ledger.administrator(A)
START, END = date(2026, 4, 1), date(2028, 3, 31)


def prepare(place: str) -> list[str]:
    """A ledger with contracts and commitments; returns the ids of the commitments."""
    with ledger.open_ledger(place) as held:
        return prepare_in(held)


def prepare_in(held: Ledger, contracts: int = 5) -> list[str]:
    """As `prepare`, by the clock of a ledger that is open."""
    made = [
        {"contract_ref": f"C{at}", "title": f"Contract {at}", "supplier": "Ash Ltd",
         "directorate": "Adults", "category": "", "value_gbp": Decimal(500_000),
         "start_date": START, "end_date": END}
        for at in range(contracts)
    ]  # fmt: skip
    promised = [
        {"commitment_id": f"C{at}-{number}", "contract_ref": f"C{at}", "measure_id": measure,
         "unit": unit, "target": Decimal(1_000), "start_date": START, "end_date": END,
         "district": "E08000012", "ward": "", "profile": ""}
        for at in range(contracts)
        for number, (measure, unit) in enumerate(MEASURES)
    ]  # fmt: skip
    ledger.register(held, COUNCIL, made, START)
    ledger.commit(held, COUNCIL, promised, START)
    return [one["commitment_id"] for one in promised]


MEASURES = (("JS1", "claimant-year"), ("GS1", "tree"), ("WB3", "hour"), ("TE1", "tCO2e"))


def delivery(commitment: str, note: str = "") -> Delivery:
    return Delivery(commitment, Decimal("0.5"), START, date(2026, 6, 30), note=note)


@dataclass(frozen=True)
class Wrote:
    """What writers were told was recorded, and how long each took in seconds."""

    deliveries: list[str]
    seconds: list[float]
    faults: list[str]

    def p95(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)]


def write_at_once(place: str, names: list[str], writers: int, for_s: float, folder: Path) -> Wrote:
    """`writers` at once, each with a connection of its own, in processes of ten."""
    context = multiprocessing.get_context("spawn")
    groups = [min(10, writers - at) for at in range(0, writers, 10)]
    begin = time.time() + 4 + 2 * len(groups)
    files = [folder / f"wrote-{number}.json" for number in range(len(groups))]
    processes = [
        context.Process(target=_group, args=(place, names, many, (begin, begin + for_s), str(file)))
        for many, file in zip(groups, files, strict=True)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(for_s + 120)
        assert process.exitcode == 0
    told = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return Wrote(*([one for part in told for one in part[name]]
                   for name in ("deliveries", "seconds", "faults")))  # fmt: skip


def _group(place: str, names: list[str], many: int, times: tuple[float, float], file: str) -> None:
    told: dict[str, list[Any]] = {"deliveries": [], "seconds": [], "faults": []}
    threads = [
        threading.Thread(target=_writer, args=(place, names, times, told)) for _ in range(many)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Path(file).write_text(json.dumps(told), encoding="utf-8")


def _writer(
    place: str, names: list[str], times: tuple[float, float], told: dict[str, list[Any]]
) -> None:
    chance = random.Random()
    begin, end = times
    with ledger.open_ledger(place) as held:
        time.sleep(max(0.0, begin - time.time()))
        while time.time() < end:
            started = time.perf_counter()
            try:
                made = ledger.record(held, COUNCIL, delivery(chance.choice(names), "as asked"))
            except Exception as error:
                told["faults"].append(repr(error))
            else:
                told["deliveries"].append(made)
                told["seconds"].append(time.perf_counter() - started)


def kill_writers(place: str, names: list[str], times: int, folder: Path) -> list[str]:
    """Kill a writer at a random moment, again and again; returns the deliveries that writers were
    told were recorded before they died."""
    file = folder / "told.txt"
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_mother, args=(place, names, times, str(file)))
    process.start()
    process.join(30 + times * 5)
    assert process.exitcode == 0
    return file.read_text(encoding="utf-8").split()


def _mother(place: str, names: list[str], times: int, file: str) -> None:
    """Forks each writer from here, where everything is imported, so that it writes at once."""
    chance = random.Random(200)
    with ledger.open_ledger(place) as held:
        held.cut()  # its driver is imported
    for _ in range(times):
        child = os.fork()
        if child == 0:
            _until_killed(place, names, file)
        time.sleep(0.08 + chance.random() * 0.2)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _until_killed(place: str, names: list[str], file: str) -> None:
    with ledger.open_ledger(place) as held, Path(file).open("a", encoding="utf-8") as told:
        at = 0
        while True:
            made = ledger.record(held, COUNCIL, delivery(names[at % len(names)], "as asked"))
            told.write(made + "\n")
            told.flush()
            at += 1


def assert_whole(place: str, told: list[str]) -> int:
    """Every delivery told of is there once, numbers have no gap, every hash holds; returns how many
    deliveries there are."""
    with ledger.open_ledger(place) as held:
        assert held.verify() == []
        numbers = [row.seq for row in held.rows(sa.select(ENTRIES.c.seq).order_by(ENTRIES.c.seq))]
        assert numbers == list(range(1, len(numbers) + 1))
        kept = [row.delivery_id for row in held.rows(sa.select(DELIVERIES.c.delivery_id))]
    assert len(kept) == len(set(kept))
    assert set(told) <= set(kept)
    assert len(told) == len(set(told))
    return len(kept)


def every_row(held: Ledger, upto: int) -> dict[str, pd.DataFrame]:
    """Every row of every table, up to an entry."""
    found = {}
    for table in (ENTRIES, TEXTS, *TYPED.values()):
        order = [table.c.seq, *([table.c.name] if table is TEXTS else [])]
        rows = held.rows(sa.select(table).where(table.c.seq <= upto).order_by(*order))
        found[table.name] = pd.DataFrame([tuple(row) for row in rows])
    return found
