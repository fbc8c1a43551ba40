"""Spend on and off contract, from payments as `join_payments` gives them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from svlib.contracts.frameworks import counted
from svlib.contracts.joining import BASES, STANDINGS
from svlib.contracts.lines import ZERO, missing, share

_GROUPS = {
    "directorate": ["directorate"],
    "supplier": ["supplier_class", "supplier_id", "supplier_name"],
    "quarter": ["quarter"],
}
_GBP = [f"{standing.replace(' ', '_')}_gbp" for standing in STANDINGS]
_ON = ["sure_gbp", "likely_gbp"]


def on_contract(joined: pa.Table, by: str = "") -> pd.DataFrame:
    """Net spend by how it stands to the contracts of the register: one row in all, or one row a
    `directorate`, `supplier` or `quarter` (`by`), largest first, quarters in order.

    `net_gbp`, `payments`, the net spend of each of STANDINGS (`sure_gbp` to `none_gbp`; they add up
    to `net_gbp`), `share` on contract (sure and likely) of all net spend, and its bounds: `low`
    takes only what is sure, `high` also what is possible or not known. As elsewhere each
    supplier's unsure net amount counts for the bound it widens. No share is given of a sum of zero
    or less. Off contract means on no contract of this register, which may not list them all.
    """
    keys = _GROUPS[by] if by else []
    head = "".join(f"{key}, " for key in keys)
    found = _asked(joined, _ON_CONTRACT_SQL.format(head=head, group=f"GROUP BY {head}standing"
                   if head else "GROUP BY standing"))  # fmt: skip
    rows = [
        {**dict(zip(keys, _tuple(names), strict=True)), **_standing(part)}
        for names, part in (found.groupby(keys, sort=True) if keys else [((), found)])
    ]
    shown = [by] if by != "supplier" else ["supplier_class", "supplier_id", "supplier_name"]
    columns = [*(shown if by else []), "net_gbp", "payments", *_GBP, "share", "low", "high"]
    table = pd.DataFrame(rows, columns=columns)
    if by in ("", "quarter"):
        return table
    order = ["net_gbp", *keys]
    down = [False, *(True for _ in keys)]
    return table.sort_values(order, ascending=down, ignore_index=True)


def by_basis(joined: pa.Table) -> pd.DataFrame:
    """One row a standing and basis, surest first: `standing`, `basis`, `net_gbp`, `payments` and
    `share` of all net spend. The rows add up to the whole."""
    found = _asked(joined, _BASIS_SQL)
    place = [
        (STANDINGS.index(standing), BASES.index(basis))
        for standing, basis in zip(found["standing"], found["basis"], strict=True)
    ]
    found = found.iloc[sorted(range(len(found)), key=place.__getitem__)].reset_index(drop=True)
    whole = sum(found["net_gbp"], ZERO)
    return found.assign(share=[share(net, whole) for net in found["net_gbp"]])


def by_contract(joined: pa.Table, contracts: pd.DataFrame) -> pd.DataFrame:
    """One row a contract that payments are joined to, most paid first: `contract`, `title`,
    `supplier`, `directorate`, `value_gbp` (whole life), `paid_gbp` (sure and likely), `sure_gbp`,
    `likely_gbp`, `possible_gbp`, `payments`, `share_of_value` paid (None without a value) and
    `over_value`, whether more was paid than the value, counting what is possible. Payments that
    fit several contracts are in
    none of the rows."""
    found = _asked(joined, _CONTRACT_SQL)
    register = counted(contracts)[["contract", "title", "supplier", "directorate", "value_gbp"]]
    table = found.merge(register, on="contract", how="left")
    values = [None if missing(value) else value for value in table["value_gbp"]]
    pairs = list(zip(table["paid_gbp"], values, strict=True))
    table["value_gbp"] = pd.Series(values, dtype=object)
    table["share_of_value"] = pd.Series(
        [None if value is None else share(paid, value) for paid, value in pairs], dtype=object
    )
    table["over_value"] = [
        value is not None and paid + possible > value > 0
        for (paid, value), possible in zip(pairs, table["possible_gbp"], strict=True)
    ]
    table = table.sort_values(["paid_gbp", "contract"], ascending=[False, True], ignore_index=True)
    return table[[
        "contract", "title", "supplier", "directorate", "value_gbp", "paid_gbp", "sure_gbp",
        "likely_gbp", "possible_gbp", "payments", "share_of_value", "over_value",
    ]]  # fmt: skip


def by_quarter(joined: pa.Table, contract: str) -> pd.DataFrame:
    """One row a quarter with payments joined to the contract, or possibly its own, in order:
    `quarter`, `payments` joined, `paid_gbp` (sure and likely), `sure_gbp`, `likely_gbp`,
    `possible_gbp` (joined to it, but a date is not known) and `shared_gbp` (payments that fit this
    contract and others equally well, in whole)."""
    return _asked(joined, _QUARTER_SQL, [contract, contract])


def _standing(part: pd.DataFrame) -> dict[str, Any]:
    sums = {standing: ZERO for standing in STANDINGS}
    sums |= dict(zip(part["standing"], part["net_gbp"], strict=True))
    below = dict(zip(part["standing"], part["below_gbp"], strict=True))
    above = dict(zip(part["standing"], part["above_gbp"], strict=True))
    whole = sum(sums.values(), ZERO)
    unsure: Sequence[str] = ("likely", "possible", "not known")
    least = sums["sure"] + sum((below.get(one, ZERO) for one in unsure), ZERO)
    most = sums["sure"] + sum((above.get(one, ZERO) for one in unsure), ZERO)
    return {
        "net_gbp": whole,
        "payments": int(part["payments"].sum()),
        **dict(zip(_GBP, (sums[standing] for standing in STANDINGS), strict=True)),
        "share": share(sums["sure"] + sums["likely"], whole),
        "low": share(least, whole),
        "high": share(most, whole),
    }


def _asked(joined: pa.Table, query: str, values: list[str] | None = None) -> pd.DataFrame:
    with duckdb.connect() as connection:
        connection.register("joined", joined)
        found: pa.Table = connection.sql(query, params=values or []).to_arrow_table()
    table = found.to_pandas()
    for name in table.columns:
        if name.endswith("_gbp"):
            table[name] = pd.Series([Decimal(v).quantize(ZERO) for v in table[name]], dtype=object)
        elif name == "payments":
            table[name] = [int(number) for number in table[name]]
    return table


def _tuple(names: Any) -> tuple[Any, ...]:
    return names if isinstance(names, tuple) else (names,)


_ON_CONTRACT_SQL = """
WITH each AS (
    SELECT {head}standing, supplier_class, supplier_id,
        sum(amount_gbp) AS net, count(*) AS lines
    FROM joined GROUP BY ALL
)
SELECT {head}standing, sum(net) AS net_gbp, sum(lines) AS payments,
    sum(least(net, 0)) AS below_gbp, sum(greatest(net, 0)) AS above_gbp
FROM each {group}
"""
_BASIS_SQL = """
SELECT standing, basis, sum(amount_gbp) AS net_gbp, count(*) AS payments
FROM joined GROUP BY standing, basis
"""
_SUMS = """
    coalesce(sum(amount_gbp) FILTER (standing IN ('sure', 'likely')), 0) AS paid_gbp,
    coalesce(sum(amount_gbp) FILTER (standing = 'sure'), 0) AS sure_gbp,
    coalesce(sum(amount_gbp) FILTER (standing = 'likely'), 0) AS likely_gbp,
    coalesce(sum(amount_gbp) FILTER (standing = 'possible' AND contract <> ''), 0)
        AS possible_gbp
"""
_CONTRACT_SQL = f"""
SELECT contract, count(*) AS payments, {_SUMS} FROM joined WHERE contract <> '' GROUP BY contract
"""
_QUARTER_SQL = f"""
SELECT quarter, count(*) FILTER (contract <> '') AS payments, {_SUMS},
    coalesce(sum(amount_gbp) FILTER (contract = ''), 0) AS shared_gbp
FROM joined WHERE contract = ? OR list_contains(string_split(candidates, '; '), ?)
GROUP BY quarter ORDER BY quarter
"""
