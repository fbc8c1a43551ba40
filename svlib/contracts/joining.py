"""Payments joined to contracts, each with a basis and how sure it is; set by set, in DuckDB.

A payment is joined to one contract or to none. Where several fit equally well it is joined to
none of them: it is "possible", and all of them stand in `candidates`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa

from svlib import suppliers
from svlib.contracts import references
from svlib.contracts.frameworks import counted
from svlib.contracts.lines import cells, text
from svlib.errors import Fault, InputError
from svlib.suppliers.directory import eight

LATE_DAYS = 90  # after its last day a contract's invoices still come in
STANDINGS = ("sure", "likely", "possible", "not known", "none")
OVER = 1.2  # times the value: extensions and rising prices explain as much, seldom more
BASES = (
    "reference and payee",
    "reference and payee, outside its dates",
    "short reference and payee",
    "reference, to another payee",
    "company number and dates",
    "name of the supplier and dates",
    "payee, but a date is not known",
    "payee and dates, but more is paid than the value allows",
    "several contracts fit",
    "payee not named",
    "payee has a contract, not at that date",
    "payee has no contract",
)
_NEEDED = (
    "file", "sheet", "row", "quarter", "directorate_name", "supplier", "supplier_class",
    "supplier_id", "supplier_name", "company_number", "payment_date", "reference", "description",
    "amount_gbp",
)  # fmt: skip
_KEPT = [
    "file", "sheet", "row", "quarter", "directorate", "supplier_class", "supplier_id",
    "supplier_name", "amount_gbp",
]  # fmt: skip


def join_payments(
    payments: Any,
    contracts: pd.DataFrame,
    known: pd.DataFrame | None = None,
    late_days: int = LATE_DAYS,
) -> pa.Table:
    """One row a payment, in the order given: `file`, `sheet`, `row`, `quarter`, `directorate`,
    `supplier_class`, `supplier_id`, `supplier_name`, `amount_gbp`, `contract` (as `counted` names
    it; empty when joined to none), `standing` (one of STANDINGS), `basis` (one of BASES) and
    `candidates` (contracts that fit equally well, parted by "; ").

    `payments` may be a DuckDB relation, an Arrow table, or a pandas or Polars frame with the
    columns of tables.PAYMENTS; `known` (tables.KNOWN_SUPPLIERS) gives company numbers that the
    payments do not print. Tried in this order, the first that fits decides:

    1. The contract's reference stands in the payment's reference or description as words of their
       own. With the contract's supplier as payee it is sure, or likely when the date lies outside
       the term or the reference is short or a mere number; with another payee it is likely, and
       short references and numbers do not count.
    2. The payee is the contract's supplier, by company number or by name, and the date lies
       between the first day and `late_days` after the last: likely; possible where one of the
       dates is not known, or where all that is joined to the contract comes to more than OVER
       times its value. Two company numbers that differ rule out a likeness of names.

    A payment to a payee who is not named is "not known" unless a reference joins it; every other
    is "none": it is joined to no contract of this register, which may not list them all.
    """
    given = _needed(payments)
    with duckdb.connect() as connection:
        connection.register("given", given.append_column("n", pa.array(np.arange(len(given)))))
        connection.register("known", _numbers(known))
        connection.execute(_PAYEES_SQL)
        connection.register("contracts", _contracts(connection, counted(contracts), late_days))
        connection.execute(_PAYMENTS_SQL)
        connection.execute(_FITS_SQL)
        references.find(connection)
        connection.execute(_CANDIDATES_SQL)
        found: pa.Table = connection.sql(_JOINED_SQL).to_arrow_table()
    kept = given.rename_columns({"directorate_name": "directorate"}).select(_KEPT)
    for name in ("contract", "standing", "basis", "candidates"):
        kept = kept.append_column(name, found[name])
    return kept


def _needed(payments: Any) -> pa.Table:
    if isinstance(payments, pd.DataFrame):
        payments = pa.Table.from_pandas(payments, preserve_index=False)
    frame = nw.from_native(payments).lazy()
    held = set(frame.collect_schema().names())
    lacking = [name for name in _NEEDED if name not in held]
    if lacking:
        raise InputError(
            Fault(
                "payments to join to contracts",
                f"lack the columns: {', '.join(lacking)}",
                "Give them all, empty where nothing is known.",
            )
        )
    if isinstance(payments, duckdb.DuckDBPyRelation):
        return payments.project(", ".join(_NEEDED)).to_arrow_table()
    found: pa.Table = frame.select(*_NEEDED).collect("pyarrow").to_native()
    return found


def _numbers(known: pd.DataFrame | None) -> pa.Table:
    """Company numbers by supplier_id, of suppliers that have one."""
    found = pd.DataFrame(columns=["supplier_id", "company_number"]) if known is None else known
    told = [number != "" for number in text(found, "company_number")]
    ids, numbers = found["supplier_id"][told], text(found[told], "company_number")
    return pa.table(
        {
            "supplier_id": pa.array(list(ids), pa.string()),
            "company_number": pa.array(list(map(eight, numbers)), pa.string()),
        }
    )


def _contracts(
    connection: duckdb.DuckDBPyConnection, found: pd.DataFrame, late_days: int
) -> pa.Table:
    """One row a contract, with the payee's id in the payments where its name is among them."""
    printed = connection.execute(
        "SELECT DISTINCT supplier, supplier_id FROM given WHERE supplier_id <> ''"
    ).fetchall()
    names = text(found, "supplier")
    ids = _ids(names, printed)
    numbers = [eight(number) if number else "" for number in text(found, "company_number")]
    late = timedelta(late_days)
    until = [None if day is None else day + late for day in cells(found, "end_date")]
    return pa.table(
        {
            "contract": pa.array(list(found["contract"]), pa.string()),
            "contract_ref": pa.array(text(found, "contract_ref"), pa.string()),
            "supplier_id": pa.array([ids.get(name, "") for name in names], pa.string()),
            "company_number": pa.array(numbers, pa.string()),
            "value_gbp": pa.array(cells(found, "value_gbp"), pa.decimal128(18, 2)),
            "first": pa.array(cells(found, "start_date"), pa.date32()),
            "until": pa.array(until, pa.date32()),
        }
    )


def _ids(names: list[str], printed: list[tuple[str, str]]) -> dict[str, str]:
    """The register's names to the payments' supplier ids: the same name but for case and legal
    form, else the one supplier that `suppliers.identify` takes for the same."""
    cleaned = {suppliers.clean(name): one for name, one in sorted(printed)}
    cleaned |= {one: one for _, one in printed}
    ids = {name: cleaned[own] for name in set(names) if name and (own := suppliers.clean(name))
           in cleaned}  # fmt: skip
    rest = sorted(set(names) - {""} - ids.keys())
    if not rest:
        return ids
    found = suppliers.identify([*(name for name, _ in printed), *rest])
    same = dict(zip(found["printed"], found["supplier_id"], strict=True))
    paid: dict[str, set[str]] = {}
    for name, one in printed:
        paid.setdefault(same[name], set()).add(one)
    for name in rest:
        fits = paid.get(same[name], set())
        if len(fits) == 1:
            ids[name] = next(iter(fits))
    return ids


_PAYEES_SQL = """
CREATE TEMP TABLE payees AS
WITH each AS (SELECT DISTINCT supplier_id, trim(company_number) AS printed FROM given)
SELECT row_number() OVER () AS payee, supplier_id, printed,
    CASE WHEN coalesce(printed, '') = '' THEN coalesce(k.company_number, '')
         WHEN regexp_full_match(printed, '[0-9]{1,8}') THEN lpad(printed, 8, '0')
         ELSE upper(printed) END AS company_number
FROM each LEFT JOIN known k USING (supplier_id)
"""

_PAYMENTS_SQL = """
CREATE TEMP TABLE payments AS
SELECT g.n, p.payee, g.payment_date, g.amount_gbp,
    g.supplier_class IN ('redacted', 'unnamed') AS hidden
FROM given g JOIN payees p ON g.supplier_id IS NOT DISTINCT FROM p.supplier_id
    AND trim(g.company_number) IS NOT DISTINCT FROM p.printed
"""

# What payees and contracts fit each other, whatever the day.
_FITS_SQL = """
CREATE TEMP TABLE fits AS
SELECT p.payee, c.contract, c.first, c.until, true AS by_number
FROM payees p JOIN contracts c USING (company_number) WHERE company_number <> ''
UNION ALL
SELECT p.payee, c.contract, c.first, c.until, false
FROM payees p JOIN contracts c USING (supplier_id)
WHERE supplier_id <> '' AND (c.company_number = '' OR p.company_number = '')
"""

# One row a payment and contract that fits, with its rank: lower is better.
_CANDIDATES_SQL = f"""
CREATE TEMP TABLE candidates AS
WITH by_payee AS (
    SELECT p.n, f.contract, f.by_number,
        p.payment_date < f.first OR p.payment_date > f.until AS outside,
        p.payment_date IS NULL OR f.first IS NULL OR f.until IS NULL AS undated
    FROM payments p JOIN fits f USING (payee)
), by_reference AS (
    SELECT n.n, n.contract, n.telling, b.n IS NOT NULL AS agrees,
        coalesce(b.outside, false) AS outside
    FROM named n LEFT JOIN by_payee b USING (n, contract)
)
SELECT n, contract, CASE WHEN NOT agrees THEN 3 WHEN telling THEN 1 ELSE 2 END AS place,
    CASE WHEN agrees AND telling AND NOT outside THEN 'sure' ELSE 'likely' END AS standing,
    CASE WHEN NOT agrees THEN '{BASES[3]}' WHEN NOT telling THEN '{BASES[2]}'
         WHEN outside THEN '{BASES[1]}' ELSE '{BASES[0]}' END AS basis
FROM by_reference WHERE agrees OR telling
UNION ALL
SELECT n, contract, CASE WHEN coalesce(outside, false) THEN 9 ELSE 4 END,
    CASE WHEN undated THEN 'possible' ELSE 'likely' END,
    CASE WHEN undated THEN '{BASES[6]}' WHEN by_number THEN '{BASES[4]}' ELSE '{BASES[5]}' END
FROM by_payee
"""

_JOINED_SQL = f"""
WITH best AS (SELECT n, min(place) AS place FROM candidates GROUP BY n),
best_of AS (
    SELECT n, any_value(place) AS place, count(*) AS several,
        any_value(contract) AS contract, any_value(standing) AS standing,
        any_value(basis) AS basis, string_agg(contract, '; ' ORDER BY contract) AS candidates
    FROM candidates JOIN best USING (n, place) WHERE place < 9 GROUP BY n
), excess AS (
    SELECT contract, sum(p.amount_gbp) > {OVER} * any_value(c.value_gbp) AS over
    FROM best_of f JOIN payments p USING (n) JOIN contracts c USING (contract)
    WHERE f.several = 1 AND c.value_gbp > 0 GROUP BY contract
), one AS (
    SELECT n, contract, coalesce(over AND place = 4 AND standing = 'likely', false) AS over,
        standing, basis
    FROM best_of LEFT JOIN excess USING (contract) WHERE several = 1
), late AS (SELECT n FROM best WHERE place = 9)
SELECT coalesce(o.contract, '') AS contract,
    CASE WHEN o.over OR f.several > 1 THEN 'possible' WHEN o.n IS NOT NULL THEN o.standing
         WHEN p.hidden THEN 'not known'
         ELSE 'none' END AS standing,
    CASE WHEN o.over THEN '{BASES[7]}' WHEN o.n IS NOT NULL THEN o.basis
         WHEN f.several > 1 THEN '{BASES[8]}'
         WHEN p.hidden THEN '{BASES[9]}'
         WHEN l.n IS NOT NULL THEN '{BASES[10]}' ELSE '{BASES[11]}' END AS basis,
    CASE WHEN f.several > 1 THEN f.candidates ELSE '' END AS candidates
FROM payments p LEFT JOIN best_of f USING (n) LEFT JOIN one o USING (n) LEFT JOIN late l USING (n)
ORDER BY p.n
"""
