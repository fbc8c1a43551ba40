"""Made-up payments of any number of rows, in the columns the spend measures read."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from svlib import places
from svlib.categories import UNCLASSIFIED, ids

QUARTERS = [f"{year}-{year % 100 + 1}-Q{n}" for year in (2025, 2026) for n in (1, 2, 3, 4)]
_SIZES = ["micro", "small", "medium", "large", "unknown", "unknown"]


def suppliers_of(rows: int) -> int:
    """How many suppliers so many payments have: a council's thousands for its hundreds of
    thousands, and more slowly more beyond."""
    return int(20 * rows**0.5)


def write(path: Path, rows: int) -> None:
    """A Parquet file of payments over eight quarters. A few suppliers are paid most; 4 lines in 100
    withhold the name, 3 are credits; half of the suppliers have no place and one in twelve an
    outcode that straddles two districts."""
    districts = sorted(code for code in places.districts().index if not code.startswith("N"))
    bought = [*ids(), UNCLASSIFIED]
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")  # else it is all held at once
        connection.execute("CREATE MACRO pick(list, n) AS list[1 + CAST(n % len(list) AS BIGINT)]")
        connection.execute(_SUPPLIERS, [districts, bought, _SIZES, suppliers_of(rows)])
        connection.execute(
            f"COPY ({_LINES}) TO '{path}' (FORMAT parquet)",
            {"rows": rows, "quarters": QUARTERS, "suppliers": suppliers_of(rows)},
        )


_SUPPLIERS = """
CREATE TABLE suppliers AS
SELECT n, 'supplier ' || n AS supplier_id, 'Supplier ' || n || ' Ltd' AS supplier_name,
    CASE WHEN n % 29 = 0 THEN 'public body' WHEN n % 41 = 0 THEN 'individual'
         ELSE 'supplier' END AS supplier_class,
    CASE WHEN n % 2 = 0 THEN 'unknown' WHEN n % 12 = 1 THEN 'ambiguous' ELSE 'located' END
        AS place_status,
    CASE WHEN place_status = 'located' THEN pick($1, hash(n)) ELSE '' END AS district,
    CASE place_status WHEN 'located' THEN district
         WHEN 'ambiguous' THEN pick($1, hash(n)) || ' ' || pick($1, hash(n) + 1)
         ELSE '' END AS candidates,
    pick($2, hash(n, 1)) AS category, pick($3, hash(n, 2)) AS size,
    CASE WHEN n % 9 = 0 THEN 'yes' WHEN n % 3 = 0 THEN 'no' ELSE 'unknown' END AS vcse
FROM range($4) r(n)
"""

# 4,294,967,296 is two to the power of 32: the low half of a hash as a number from 0 to 1
_LINES = """
WITH drawn AS (
    SELECT i, CAST(hash(i) % 1000 AS INTEGER) AS of_thousand,
        (hash(i, 1) % 4294967296) / 4294967296 AS one,
        (hash(i, 2) % 4294967296) / 4294967296 AS two, CAST(hash(i, 3) % 24000 AS INTEGER) AS three
    FROM range($rows) r(i)
), chosen AS (
    SELECT *, CAST(floor($suppliers * one * one * one) AS BIGINT) AS n FROM drawn
)
SELECT 'made-up' AS authority, $quarters[CAST(1 + i * 8 // $rows AS BIGINT)] AS quarter,
    quarter AS posted_quarter,
    'file ' || (i * 24 // $rows) || '.csv' AS file, '' AS sheet, i + 2 AS row,
    CAST((exp(10 * two) + 1) * CASE WHEN of_thousand < 30 THEN -0.5 ELSE 1 END AS DECIMAL(15, 2))
        AS amount_gbp,
    'directorate ' || (three % 8) AS directorate_name, 'type ' || (three % 60) AS expense_type,
    'service ' || (three % 200) AS service, 'PO' || i AS reference,
    CASE WHEN of_thousand BETWEEN 950 AND 959 THEN 'excluded' ELSE 'accepted' END AS status,
    CASE WHEN status = 'excluded' THEN 'rule ' || (i % 2) ELSE '' END AS reason,
    of_thousand >= 960 AS redacted,
    CASE WHEN redacted THEN '' ELSE supplier_id END AS supplier_id,
    CASE WHEN redacted THEN 'Name withheld' ELSE supplier_name END AS supplier_name,
    CASE WHEN redacted THEN 'redacted' ELSE supplier_class END AS supplier_class,
    CASE WHEN redacted THEN 'redacted' ELSE place_status END AS place_status,
    CASE WHEN redacted THEN '' ELSE district END AS district,
    CASE WHEN redacted THEN '' ELSE candidates END AS candidates,
    size, 'declared' AS size_known, vcse, 'declared' AS vcse_known, category
FROM chosen JOIN suppliers USING (n)
"""


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(float(sys.argv[2])))
