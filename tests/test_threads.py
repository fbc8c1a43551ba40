"""However many threads count, every spend measure gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks import ledgers, spend_set


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows enough for several threads to have some: DuckDB shares out 122,880 at a time."""
    path = tmp_path_factory.mktemp("ledger") / "payments.parquet"
    ledgers.write(path, 300_000)
    return path


def test_one_thread_and_several_give_the_same_bytes(ledger: Path) -> None:
    one, several = (
        json.dumps(spend_set.ours(ledger, threads), default=float) for threads in (1, 4)
    )
    assert one == several
    assert len(json.loads(one)["types"]) == 60
