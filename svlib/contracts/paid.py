"""Spend on and off contract, from payments as `join_payments` gives them."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pandas as pd
import pyarrow as pa

from svlib.contracts.frameworks import counted
from svlib.contracts.joining import BASES, STANDINGS
from svlib.contracts.lines import ZERO, missing, share
from svlib.errors import Fault, ParameterError

_GROUPS = {
    "directorate": ["directorate"],
    "supplier": ["supplier_class", "supplier_id", "supplier_name"],
    "quarter": ["quarter"],
}
_GBP = [f"{standing.replace(' ', '_')}_gbp" for standing in STANDINGS]
_ENDS = {"share": "on_gbp", "low": "least_gbp", "high": "most_gbp"}


def on_contract(joined: pa.Table, by: str = "") -> pd.DataFrame:
    """Net spend by how it stands to the contracts of the register: one row in all, or one row a
    `directorate`, `supplier` or `quarter` (`by`), largest first, quarters in order.

    `net_gbp`, `payments`, the net spend of each of STANDINGS (`sure_gbp` to `none_gbp`; they add up
    to `net_gbp`), `share` on contract (sure and likely) of all net spend, and its bounds: `low`
    takes only what is sure, `high` also what is possible or not known. As elsewhere each
    supplier's unsure net amount counts for the bound it widens. No share is given of a sum of zero
    or less. Off contract means on no contract of this register, which may not list them all.
    Raises ParameterError for another `by`.
    """
    if by and by not in _GROUPS:
        raise ParameterError(
            Fault(f"on_contract by '{by}'", "is no way to group", f"Use {', '.join(_GROUPS)}.")
        )
    keys = _GROUPS[by] if by else []
    head = "".join(f"{key}, " for key in keys)
    group = "GROUP BY ALL" if keys else ""
    found = _asked(joined, _ON_CONTRACT_SQL.format(head=head, sums=_EACH_SUM, group=group))
    for name, part in _ENDS.items():
        pairs = zip(found[part], found["net_gbp"], strict=True)
        found[name] = pd.Series([share(inside, whole) for inside, whole in pairs], dtype=object)
    table = found.drop(columns=list(_ENDS.values()))
    if by in ("", "quarter"):
        return table.sort_values(keys, ignore_index=True) if keys else table
    down = [False, *(True for _ in keys)]
    return table.sort_values(["net_gbp", *keys], ascending=down, ignore_index=True)


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


_EACH_SUM = ", ".join(
    f"coalesce(sum(net) FILTER (standing = '{standing}'), 0) AS {name}"
    for standing, name in zip(STANDINGS, _GBP, strict=True)
)
_ON_CONTRACT_SQL = """
WITH each AS (
    SELECT {head}standing, supplier_class, supplier_id, sum(amount_gbp) AS net, count(*) AS lines
    FROM joined GROUP BY ALL
), ends AS (
    SELECT *, CASE standing WHEN 'sure' THEN net WHEN 'none' THEN 0 ELSE least(net, 0) END AS low,
        CASE standing WHEN 'sure' THEN net WHEN 'none' THEN 0 ELSE greatest(net, 0) END AS high
    FROM each
)
SELECT {head}coalesce(sum(net), 0) AS net_gbp, coalesce(sum(lines), 0) AS payments, {sums},
    coalesce(sum(net) FILTER (standing IN ('sure', 'likely')), 0) AS on_gbp,
    coalesce(sum(low), 0) AS least_gbp, coalesce(sum(high), 0) AS most_gbp
FROM ends {group}
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
