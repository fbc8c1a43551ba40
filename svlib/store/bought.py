"""What was bought, decided for every different wording of a payment while the store is built."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from svlib import categories
from svlib.suppliers.matching import MATCHED


def decide(connection: duckdb.DuckDBPyConnection, rules: Path | None) -> None:
    """Tables for the payments to join: `decided` (a wording, the row of the first rule that holds,
    if any) and `category_rules` (rule, category). Reads the connection's `known` and `suppliers`.

    Raises ParameterError when the rules file is wrong.
    """
    read = categories.read_rules(rules, categories.ids()) if rules is not None else []
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
