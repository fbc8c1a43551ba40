"""The ledger under load and through faults at full size: what tests/test_ledger_faults.py does a
tenth of."""

from __future__ import annotations

from pathlib import Path

import ledger_load as load
import pytest
from measure import write

FIGURES: dict[str, object] = {}


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path):
    """A ledger whose commits are on the disk before they are told of."""
    if request.param == "sqlite":
        yield str(tmp_path / "ledger.sqlite")
        return
    import postgres

    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with postgres.server() as server:
        yield server.url("ledger")


def named(place: str, what: str) -> str:
    return f"{'postgresql' if '://' in place else 'sqlite'}_{what}"


def test_fifty_writers_for_a_minute(place, tmp_path):
    names = load.prepare(place)
    wrote = load.write_at_once(place, names, writers=50, for_s=60, folder=tmp_path)
    FIGURES[named(place, "fifty_writers")] = {
        "recorded": len(wrote.deliveries), "per_s": round(len(wrote.deliveries) / 60, 1),
        "median_s": round(sorted(wrote.seconds)[len(wrote.seconds) // 2], 3),
        "p95_s": round(wrote.p95(), 3), "slowest_s": round(max(wrote.seconds), 3),
        "faults": len(wrote.faults),
    }  # fmt: skip
    write("soak_ledger", FIGURES)
    assert wrote.faults == []
    assert load.assert_whole(place, wrote.deliveries) == len(wrote.deliveries)


def test_two_hundred_writers_killed(place, tmp_path):
    names = load.prepare(place)
    told = load.kill_writers(place, names, times=200, folder=tmp_path)
    kept = load.assert_whole(place, told)
    FIGURES[named(place, "killed_writers")] = {"killed": 200, "told": len(told), "kept": kept}
    write("soak_ledger", FIGURES)
    assert kept >= len(told) > 200
