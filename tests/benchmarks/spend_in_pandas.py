"""The figures of `spend_set` as a person would write them in pandas.

Amounts are floats and texts of few values categories, which favours pandas: exact decimals would be
Python objects.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from benchmarks.spend_by_hand import AREAS, BEFORE, LCR, NOW, SIZES

_COLUMNS = [
    "quarter", "amount_gbp", "directorate_name", "expense_type", "status", "reason", "redacted",
    "supplier_id", "supplier_name", "supplier_class", "district", "candidates", "size", "vcse",
    "category",
]  # fmt: skip
_STEPS = {"public body": 3, "individual": 4, "redacted": 5, "unnamed": 6}


def figures(ledger: Path) -> dict[str, Any]:
    lines = _read(ledger)
    paid = lines[lines["status"] == "accepted"]
    amount = paid["amount_gbp"]
    named = paid[~paid["supplier_class"].isin(["redacted", "unnamed"])]
    where = _sums(paid, ["supplier_class", "supplier_id", "candidates"])
    quarterly = _sums(paid, ["quarter", "supplier_class", "supplier_id", "candidates"])
    return {
        "totals": [[amount.sum(), len(paid), named["supplier_id"].nunique(),
                    amount[amount < 0].sum(), (amount < 0).sum(),
                    amount[paid["redacted"]].sum(), paid["redacted"].sum()]],
        "directorates": _table(paid, named, "directorate_name"),
        "types": _table(paid, named, "expense_type"),
        "kinds": _table(paid, named, "supplier_class"),
        "categories": [row[:4] for row in _table(paid, named, "category", last="unclassified")],
        "size": _table(paid, named, "size", last="unknown"),
        "vcse": _table(paid, named, "vcse", last="unknown"),
        "small": [_small(paid)],
        "areas": [_area(where, area) for area in AREAS],
        "districts": _districts(paid),
        "top": _top(paid),
        "gathered": [_gathered(named)],
        "turnover": _turnover(named),
        "moves": _moves(paid),
        "trend": [
            [quarter, *_table(part, named[named["quarter"] == quarter], "quarter")[0][1:4],
             *_area(quarterly[quarterly["quarter"] == quarter], "LCR")[3:]]
            for quarter, part in paid.groupby("quarter", observed=True)
        ],
        "steps": _steps(lines),
    }  # fmt: skip


def _read(ledger: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    few = [name for name in _COLUMNS if name not in ("amount_gbp", "redacted")]
    table = pq.read_table(ledger, columns=_COLUMNS, read_dictionary=few)
    at = table.column_names.index("amount_gbp")
    table = table.set_column(at, "amount_gbp", table["amount_gbp"].cast(pa.float64()))
    return table.to_pandas()


def _sums(paid: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return paid.groupby(keys, observed=True)["amount_gbp"].sum().reset_index(name="net")


def _table(paid: pd.DataFrame, named: pd.DataFrame, column: str, last: str = "") -> list[list[Any]]:
    group = paid.groupby(column, observed=True)["amount_gbp"]
    table = pd.DataFrame({"net": group.sum(), "lines": group.size()})
    who = named.groupby(column, observed=True)["supplier_id"].nunique()
    table["suppliers"] = who.reindex(table.index).fillna(0).astype(int)
    table["share"] = table["net"] / table["net"].sum()
    table = table.reset_index().astype({column: "str"})
    table["last"] = table[column] == last
    table = table.sort_values(["last", "net", column], ascending=[True, False, True])
    return table.drop(columns="last").to_numpy().tolist()


def _share(found: pd.DataFrame) -> list[float]:
    """`found` has one row a supplier and place, with `sure`."""
    inside = found.loc[found["sure"] == "inside", "net"].sum()
    unsure = found[found["sure"] == "unsure"]
    net = unsure.groupby(["supplier_class", "supplier_id"], observed=True)["net"].sum()
    whole = found["net"].sum()
    return [inside / (whole - unsure["net"].sum()), (inside + net[net < 0].sum()) / whole,
            (inside + net[net > 0].sum()) / whole]  # fmt: skip


def _small(paid: pd.DataFrame) -> list[float]:
    found = _sums(paid, ["supplier_class", "supplier_id", "size"])
    sure = np.where(found["size"].isin(SIZES), "inside", "outside")
    return _share(found.assign(sure=np.where(found["size"] == "unknown", "unsure", sure)))


def _area(found: pd.DataFrame, area: str) -> list[Any]:
    codes = AREAS[area]
    sure = {text: _sure(text.split(), codes) for text in found["candidates"].unique()}
    placed = found.assign(sure=found["candidates"].astype("str").map(sure))
    inside = placed.loc[placed["sure"] == "inside", "net"].sum()
    known = placed.loc[placed["sure"] != "unsure", "net"].sum()
    return [area, inside, known, *_share(placed)]


def _sure(candidates: list[str], codes: list[str] | None) -> str:
    held = [codes is None or code in codes for code in candidates]
    if not held:
        return "unsure"
    return "inside" if all(held) else "unsure" if any(held) else "outside"


def _districts(paid: pd.DataFrame) -> list[list[Any]]:
    group = paid[paid["district"].isin(LCR)].groupby("district", observed=True)["amount_gbp"]
    table = group.agg(["sum", "size"]).reindex(LCR).fillna(0)
    return table.reset_index().to_numpy().tolist()


def _top(paid: pd.DataFrame) -> list[list[Any]]:
    listed = paid[paid["supplier_class"].isin(["supplier", "public body", "card"])]
    group = listed.groupby(["supplier_id", "supplier_name"], observed=True)["amount_gbp"]
    table = group.agg(["sum", "size"]).reset_index().astype({"supplier_id": "str"})
    table = table.sort_values(["sum", "supplier_id"], ascending=[False, True]).head(15)
    return table[["supplier_name", "sum", "size"]].to_numpy().tolist()


def _gathered(named: pd.DataFrame) -> list[float]:
    each = named.groupby("supplier_id", observed=True)["amount_gbp"].sum()
    x = np.sort(each[each > 0].to_numpy())
    n, whole = len(x), x.sum()
    gini = 2 * (np.arange(1, n + 1) * x).sum() / (n * whole) - (n + 1) / n
    return [n, whole, 10_000 * ((x / whole) ** 2).sum(), gini]


def _turnover(named: pd.DataFrame) -> list[list[Any]]:
    group = named.groupby(["supplier_id", "quarter"], observed=True)["amount_gbp"].sum()
    table = group.unstack()
    here, there = table[NOW].notna(), table[BEFORE].notna()
    ever = table[[quarter for quarter in table if quarter < NOW]].notna().any(axis=1)
    kind = np.select([~here, there, ever], ["lost", "staying", "returning"], "new")
    found = table[[BEFORE, NOW]].fillna(0).assign(kind=kind)[here | there]
    sums = found.groupby("kind").agg(n=(NOW, "size"), before=(BEFORE, "sum"), now=(NOW, "sum"))
    order = [one for one in ("staying", "new", "returning", "lost") if one in sums.index]
    return sums.loc[order].reset_index().to_numpy().tolist()


def _moves(paid: pd.DataFrame) -> list[list[Any]]:
    table = paid.pivot_table(
        index="directorate_name", columns="quarter", values="amount_gbp", aggfunc="sum",
        observed=True,
    )[[BEFORE, NOW]]  # fmt: skip
    table["moved"] = table[NOW] - table[BEFORE]
    order = table["moved"].abs().sort_values(ascending=False).index
    return table.loc[order].reset_index().to_numpy().tolist()


def _steps(lines: pd.DataFrame) -> list[list[Any]]:
    used = lines[lines["status"] != "set aside"]
    above, below = used["amount_gbp"] > 0, used["amount_gbp"] < 0
    rows = [[part.sum(), used.loc[part, "amount_gbp"].sum()] for part in (above, below)]
    excluded = used[used["status"] == "excluded"].groupby("reason", observed=True)["amount_gbp"]
    each = sorted(zip(excluded.sum(), excluded.size(), strict=True), reverse=True)
    rows += [[many, -net] for net, many in each]
    paid = used[used["status"] == "accepted"]
    step = paid["supplier_class"].astype("str").map(_STEPS).fillna(7)
    kinds = paid.groupby(step)["amount_gbp"].agg(["size", "sum"])
    return rows + [[n, net if kind == 7 else -net] for kind, n, net in kinds.itertuples()]
