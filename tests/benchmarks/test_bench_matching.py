"""Names matched to a register of 5,000,000 companies, beside peers on the same data.

SVLIB_BENCH_REGISTER names a folder that `tests/register_maker.py` filled before; without it the
register is made anew, which takes minutes. SVLIB_BENCH_ROWS makes a smaller one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import register_maker
from benchmarks import peers
from benchmarks.scoring import best_threshold, score
from measure import write

from svlib.suppliers import matching, register_files

ROWS = int(os.environ.get("SVLIB_BENCH_ROWS", "5000000"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    if given := os.environ.get("SVLIB_BENCH_REGISTER"):
        return Path(given)
    made = tmp_path_factory.mktemp("register")
    os.environ["SVLIB_SHARED_DATA"] = str(shared)
    register_maker.main(made, ROWS)
    return made


@pytest.fixture(scope="module")
def queries(folder: Path, shared: Path) -> pd.DataFrame:
    """The made-up queries and the published pairs, each in a lot and a half (`split`)."""
    lots = [
        peers.read_queries(folder / f"queries_{half}.csv").assign(lot="made up", split=half)
        for half in ("tune", "held")
    ]
    real = peers.published(shared)
    return pd.concat([*lots, real[real["postcode_from"] != "register"]], ignore_index=True)


def ours(register: register_files.Register) -> Callable[[pd.DataFrame, Path], pd.DataFrame]:
    def run(asked: pd.DataFrame, _: Path) -> pd.DataFrame:
        found = matching.match(list(asked["name"]), list(asked["postcode"]), register)
        said = found[["company_number", "score", "outcome"]]
        return said.assign(query_id=list(asked["query_id"]))[found["company_number"] != ""]

    return run


def test_matching_beside_its_peers(folder: Path, queries: pd.DataFrame) -> None:
    started = time.perf_counter()
    register = register_files.read(folder / "register.csv")
    figures: dict[str, Any] = {
        "companies": len(register.companies),
        "reading_the_register_s": time.perf_counter() - started,
    }
    parquet = folder / "register.parquet"
    if not parquet.exists():
        peers.to_parquet(folder / "register.csv")
    methods = {"ours": ours(register), "exact": peers.exact, "distances": peers.distances,
               "tfidf": peers.tfidf}  # fmt: skip
    made_up = queries[queries["lot"] == "made up"]
    held = made_up[made_up["split"] == "held"]
    for name, method in methods.items():
        started = time.perf_counter()
        on_held = method(held, parquet)
        took = time.perf_counter() - started
        rest = method(queries.drop(held.index), parquet)
        figures[name] = {"names": len(held), "seconds": took}
        found = pd.concat([on_held, rest], ignore_index=True)
        figures[name] |= {lot: _figures(found, asked) for lot, asked in queries.groupby("lot")}
        if name == "ours":
            figures[name]["peak_mb_with_reading"] = _peak_mb()
            figures["errors left"] = _left(on_held, held, figures["ours"]["made up"]["threshold"])
        if "outcome" in found:
            sure = found[found["outcome"] == "matched"]
            figures[name]["matched only"] = {
                lot: _plain(sure, asked[asked["split"] == "held"], 0.0)
                for lot, asked in queries.groupby("lot")
            }
    write("matching", figures)
    assert figures["ours"]["made up"]["f1"] > figures["distances"]["made up"]["f1"]
    assert figures["ours"]["matched only"]["made up"]["precision"] > 0.98
    assert ROWS > 5_000_000 or figures["ours"]["peak_mb_with_reading"] < 3_072


def _peak_mb() -> float:
    """This program's own peak memory so far."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in status if line.startswith("VmHWM"))) / 1024


def _left(found: pd.DataFrame, held: pd.DataFrame, threshold: float) -> dict[str, Any]:
    """What went wrong with the held made-up names: how many lost their company, or were given one
    though they have none, and of each kind of noise [names, lost]."""
    given = found[found["score"] >= threshold].set_index("query_id")["company_number"]
    said = held["query_id"].map(given).fillna("")
    has = held["company_number"] != ""
    lost = has & (said != held["company_number"])
    kinds = held["noise"].str.get_dummies(";")[has]
    return {
        "lost": int(lost.sum()),
        "of which given another": int((lost & (said != "")).sum()),
        "without a company, given one": int((~has & (said != "")).sum()),
        "by kind of noise": {
            kind: [int(kinds[kind].sum()), int(kinds.loc[lost[has], kind].sum())] for kind in kinds
        },
    }


def _figures(found: pd.DataFrame, asked: pd.DataFrame) -> dict[str, float]:
    """On the held half, at the threshold that is best on the tune half."""
    tune, held = (asked[asked["split"] == half] for half in ("tune", "held"))
    of_tune = found[found["query_id"].isin(tune["query_id"])]
    return _plain(found, held, best_threshold(of_tune, tune))


def _plain(found: pd.DataFrame, asked: pd.DataFrame, threshold: float) -> dict[str, float]:
    result = score(found[found["query_id"].isin(asked["query_id"])], asked, threshold)
    return {
        "names": len(asked),
        "threshold": round(threshold, 4),
        "precision": round(result.precision, 4),
        "recall": round(result.recall, 4),
        "f1": round(result.f1, 4),
    }
