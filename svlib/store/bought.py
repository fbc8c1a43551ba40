"""What was bought, decided for every different wording of a payment while the store is built."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from svlib import categories, suppliers
from svlib.suppliers.matching import MATCHED


def decide(connection: duckdb.DuckDBPyConnection, listed: pd.DataFrame, rules: Path | None) -> None:
    """Tables for the payments to join: `told` (supplier_id, category) of the supplier directory
    `listed`, `decided` (a wording, the row of the first rule that holds, if any) and
    `category_rules` (rule, category). Reads the connection's `known`, `names` and `suppliers`.

    Raises ParameterError when the rules file is wrong.
    """
    read = categories.read_rules(rules, categories.ids()) if rules is not None else []
    connection.register("told", _told(connection, listed))
    connection.register(
        "category_rules",
        pa.table(
            {
                "rule": pa.array([rule.row for rule in read], pa.int32()),
                "category": pa.array([rule.category for rule in read], pa.string()),
            }
        ),
    )
    connection.execute(
        f"CREATE TEMP TABLE decided AS {_WORDINGS_SQL.format(MATCHED)}"
        f" SELECT {_WORDING}, {categories.first_that_holds(read)} AS rule FROM tested"
    )


def _told(connection: duckdb.DuckDBPyConnection, listed: pd.DataFrame) -> pa.Table:
    """The directory's categories; of two lines for one supplier the later counts."""
    ids = dict(connection.execute("SELECT printed, supplier_id FROM names").fetchall())
    telling = suppliers.directory_by_id(listed[listed["category"].astype("str") != ""], ids)
    return pa.table(
        {
            "supplier_id": pa.array(telling["supplier_id"], pa.string()),
            "category": pa.array(telling["category"], pa.string()),
        }
    )


_WORDING = "directorate_name, service, expense_type, description, supplier, supplier_id"
_WORDINGS_SQL = f"""
WITH wordings AS (SELECT DISTINCT {_WORDING} FROM known),
tested AS (
    SELECT {_WORDING}, {categories.TESTED},
        coalesce(s.activity, '') AS activity, coalesce(s.section, '') AS section
    FROM wordings LEFT JOIN (SELECT supplier_id, activity, section FROM suppliers
                             WHERE outcome = '{{}}') s USING (supplier_id)
)
"""
