"""The spend measures of a page on made-up ledgers, beside DuckDB SQL and pandas.

SVLIB_BENCH_LEDGER names a folder to keep ledgers in; SVLIB_BENCH_LARGEST=1e8 adds the largest.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from benchmarks import ledgers, spend_set
from measure import write

from svlib.show.charts import axes

SIZES = [10**6, 10**7]
LARGEST = int(float(os.environ.get("SVLIB_BENCH_LARGEST", "0")))
PICTURE = Path(__file__).resolve().parents[2] / "docs" / "measurements" / "spend.svg"
_TIMES = {"ours": 3, "sql": 3, "pandas": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = os.environ.get("SVLIB_BENCH_LEDGER")
    return Path(given) if given else tmp_path_factory.mktemp("ledgers")


def test_the_measure_set_beside_its_peers(folder: Path) -> None:
    figures = {
        f"{rows:,} rows": _measured(_ledger(folder, rows), ["ours", "sql", "pandas"])
        for rows in SIZES
    }
    if LARGEST:  # more than pandas can hold
        figures[f"{LARGEST:,} rows"] = _measured(_ledger(folder, LARGEST), ["ours", "sql"], 1)
    write("spend", figures)
    _draw(figures)
    for rows, found in figures.items():
        assert found["ours against sql"] < (3 if rows == f"{SIZES[0]:,} rows" else 2)
        assert found["ours"]["peak_mb"] < 4_096
    assert figures["10,000,000 rows"]["pandas against ours"] > 1


def _ledger(folder: Path, rows: int) -> Path:
    path = folder / f"{rows}.parquet"
    if not path.exists():
        ledgers.write(path, rows)
    return path


def _measured(ledger: Path, ways: list[str], most: int = 3) -> dict[str, Any]:
    """Seconds (median) and peak memory of each way, after all gave the same figures."""
    runs = {way: [_run(way, ledger) for _ in range(min(most, _TIMES[way]))] for way in ways}
    for way in ways[1:]:
        spend_set.same(runs["ours"][0]["figures"], runs[way][0]["figures"], way)
    found: dict[str, Any] = {
        way: {
            "seconds": median(run["seconds"] for run in every),
            "peak_mb": max(run["peak_mb"] for run in every),
            "runs": len(every),
        }
        for way, every in runs.items()
    }
    found["file_mb"] = ledger.stat().st_size / 2**20
    found["reading_the_bytes_s"] = _bytes_read(ledger)
    found["ours against sql"] = found["ours"]["seconds"] / found["sql"]["seconds"]
    if "pandas" in found:
        found["pandas against ours"] = found["pandas"]["seconds"] / found["ours"]["seconds"]
    return found


def _run(way: str, ledger: Path) -> dict[str, Any]:
    tests = Path(__file__).resolve().parents[1]
    path = os.pathsep.join([str(tests.parent), str(tests)])
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.spend_set", way, str(ledger)],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def _bytes_read(ledger: Path) -> float:
    """The floor: every byte of the file read once, from wherever the system keeps it."""
    started = time.perf_counter()
    with ledger.open("rb", buffering=0) as stream:
        while stream.read(1 << 24):
            pass
    return time.perf_counter() - started


def _draw(figures: dict[str, Any]) -> None:
    """How time grows with rows, both axes in powers of ten."""
    rows = [int(name.split()[0].replace(",", "")) for name in figures]
    ways = {"ours": ("this suite", "o-"), "sql": ("DuckDB SQL by hand", "s--"),
            "pandas": ("pandas by hand", "^:")}  # fmt: skip
    with axes(3.6) as (fig, ax):
        for way, (label, style) in ways.items():
            known = [at for at, found in zip(rows, figures.values(), strict=True) if way in found]
            taken = [found[way]["seconds"] for found in figures.values() if way in found]
            ax.plot(known, taken, style, label=label, color="black")
        floor = [found["reading_the_bytes_s"] for found in figures.values()]
        ax.plot(rows, floor, ".-", label="reading the file's bytes", color="grey")
        ax.set(xscale="log", yscale="log", xlabel="rows", ylabel="seconds")
        ax.legend(frameon=False, loc="upper left")
        fig.savefig(PICTURE, metadata={"Date": None})
