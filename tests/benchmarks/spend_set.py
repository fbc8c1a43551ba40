"""The spend measures of a quarter's page by one of three ways, timed in a process of its own.

`python -m benchmarks.spend_set WAY LEDGER` with WAY one of ours, sql, pandas; prints one line of
JSON: seconds, peak memory in MB, and the figures, so that ways can be compared.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.spend_by_hand import BEFORE, LCR, NOW

from svlib.parameters import Areas

REGION = Areas.model_validate(
    {
        "local": "LCR",
        "nested": [
            {"id": "Liverpool", "name": "Liverpool", "districts": ["E08000012"]},
            {"id": "LCR", "name": "Liverpool City Region", "districts": LCR},
            {"id": "UK", "name": "United Kingdom", "districts": "all"},
        ],
    }
)


def ours(
    ledger: Path, threads: int | None = None, now: str = NOW, before: str = BEFORE
) -> dict[str, Any]:
    """Every measure on all rows, as a page calls them; on all processors unless told."""
    from svlib import spend, store

    with store.connect(threads) as connection:
        lines = connection.read_parquet(str(ledger))
        paid = lines.filter("status = 'accepted'")
        shares = spend.area_shares(paid, REGION)
        top = spend.top_suppliers(paid, 15)
        gathered = spend.concentration(paid).iloc[0]
        return {
            "totals": _rows(spend.totals(paid)),
            "directorates": _rows(spend.by_directorate(paid)),
            "types": _rows(spend.by_expense_type(paid)),
            "kinds": _rows(spend.by_class(paid)),
            "categories": _rows(spend.by_category(paid), "category", *_SUMS),
            "size": _rows(spend.by_known(paid, "size")),
            "vcse": _rows(spend.by_known(paid, "vcse")),
            "small": spend.known_share(paid, "size", ["micro", "small", "medium"]),
            "areas": _rows(shares, "area", "inside_gbp", "located_gbp", "share", "low", "high"),
            "districts": _rows(spend.by_district(paid, LCR), "district", "net_gbp", "payments"),
            "top": _rows(top, "supplier", "net_gbp", "payments"),
            "gathered": [gathered["suppliers"], str(gathered["named_gbp"]), gathered["hhi"],
                         gathered["gini"]],
            "turnover": _rows(spend.by_turnover(paid, now)),
            "moves": _rows(spend.movement(paid, now, before)),
            "trend": [row[:-1] for row in _rows(spend.trend(paid, REGION))],
            "steps": _rows(spend.waterfall(lines), "payments", "net_gbp"),
        }  # fmt: skip


_SUMS = ("net_gbp", "payments", "suppliers")


def _rows(table: Any, *columns: str) -> list[list[Any]]:
    chosen = table[list(columns)] if columns else table
    return [
        [None if value is None else value if isinstance(value, (str, float)) else str(value)
         for value in row]
        for row in chosen.itertuples(index=False)
    ]  # fmt: skip


def same(ours: dict[str, Any], theirs: dict[str, Any], way: str) -> None:
    """That two ways gave the same figures: texts and counts equal, amounts and shares too, to nine
    figures where a way counts in floats."""
    for name, found in ours.items():
        left, right = _flat(found), _flat(theirs[name])
        assert len(left) == len(right), (way, name)
        for one, other in zip(left, right, strict=True):
            if isinstance(one, float) and isinstance(other, float):
                assert abs(one - other) <= 1e-9 * max(1.0, abs(other)), (way, name, one, other)
            else:
                assert one == other, (way, name, one, other)


def _flat(found: Any) -> list[Any]:
    """Numbers as floats, texts as they are, in order."""
    if isinstance(found, dict):
        found = list(found.values())
    if isinstance(found, list):
        return [value for part in found for value in _flat(part)]
    try:
        return [float(found)]
    except (TypeError, ValueError):
        return [found]


def ways() -> dict[str, Callable[[Path], dict[str, Any]]]:
    from benchmarks import spend_by_hand, spend_in_pandas

    return {"ours": ours, "sql": spend_by_hand.figures, "pandas": spend_in_pandas.figures}


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in status if line.startswith("VmHWM"))) / 1024


if __name__ == "__main__":
    way = ways()[sys.argv[1]]
    import svlib.spend  # noqa: F401 - imports are no part of the time, in none of the ways

    started = time.perf_counter()
    figures = way(Path(sys.argv[2]))
    taken = time.perf_counter() - started
    print(json.dumps({"seconds": taken, "peak_mb": _peak_mb(), "figures": figures}, default=float))
