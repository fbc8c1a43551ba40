"""The figures of `spend_set` as a person would write them in DuckDB SQL.

One query a table, none of svlib's code. Names and order of the figures are those of `spend_set`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

NOW, BEFORE = "2026-27-Q4", "2026-27-Q3"
LCR = ["E06000006", "E08000011", "E08000012", "E08000014", "E08000013", "E08000015"]
AREAS = {"Liverpool": ["E08000012"], "LCR": LCR, "UK": None}
NAMED = "supplier_class NOT IN ('redacted', 'unnamed')"
SIZES = ["micro", "small", "medium"]


def figures(ledger: Path, now: str = NOW, before: str = BEFORE) -> dict[str, Any]:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW lines AS FROM read_parquet('{ledger}')")
        connection.execute("CREATE VIEW paid AS FROM lines WHERE status = 'accepted'")
        connection.execute("CREATE TABLE areas (place INT, area VARCHAR, codes VARCHAR[])")
        connection.executemany(
            "INSERT INTO areas VALUES (?, ?, ?)",
            [(place, *pair) for place, pair in enumerate(AREAS.items())],
        )
        asked = {
            name: text.replace(NOW, now).replace(BEFORE, before) for name, text in _QUERIES.items()
        }
        return {name: _rows(connection.sql(text).fetchall()) for name, text in asked.items()}


def _rows(found: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [
        [None if value is None else value if isinstance(value, (str, float)) else str(value)
         for value in row]
        for row in found
    ]  # fmt: skip


def _by(column: str, shown: str = "") -> str:
    return f"""
        SELECT {shown or column} AS value, sum(amount_gbp) AS net, count(*),
            count(DISTINCT supplier_id) FILTER ({NAMED}), CAST(net AS DOUBLE) / sum(net) OVER ()
        FROM paid GROUP BY value ORDER BY net DESC, value"""


def _inferred(column: str) -> str:
    return f"{column} || CASE {column}_known WHEN 'inferred' THEN ' (inferred)' ELSE '' END"


_SURE = """
    SELECT p.*, place, area,
        CASE WHEN place_status IN ('overseas', 'Channel Islands or Isle of Man') THEN 'outside'
             WHEN candidates = '' THEN 'unsure' WHEN codes IS NULL THEN 'inside'
             WHEN list_has_all(codes, string_split(candidates, ' ')) THEN 'inside'
             WHEN list_has_any(codes, string_split(candidates, ' ')) THEN 'unsure'
             ELSE 'outside' END AS sure
    FROM ({}) p CROSS JOIN areas"""
_BOUNDS = """
    SELECT {0}, sum(net) AS whole, sum(net) FILTER (sure = 'inside') AS inside,
        sum(net) FILTER (sure <> 'unsure') AS known,
        sum(net) FILTER (sure = 'unsure' AND net < 0) AS below,
        sum(net) FILTER (sure = 'unsure' AND net > 0) AS above
    FROM (SELECT {0}, supplier_class, supplier_id, sure, sum(net) AS net FROM ({1})
          GROUP BY ALL) GROUP BY {0}"""
_SHARES = """coalesce(inside, 0) / CAST(known AS DOUBLE),
    (coalesce(inside, 0) + coalesce(below, 0)) / CAST(whole AS DOUBLE),
    (coalesce(inside, 0) + coalesce(above, 0)) / CAST(whole AS DOUBLE)"""
_PLACES = """
    SELECT {} supplier_class, supplier_id, place_status, candidates, sum(amount_gbp) AS net
    FROM paid GROUP BY ALL"""
_SIDES = f"""
    SELECT supplier_id, bool_or(quarter = '{NOW}') AS here, bool_or(quarter = '{BEFORE}') AS there,
        bool_or(quarter < '{NOW}') AS ever,
        coalesce(sum(amount_gbp) FILTER (quarter = '{BEFORE}'), 0) AS before,
        coalesce(sum(amount_gbp) FILTER (quarter = '{NOW}'), 0) AS now
    FROM paid WHERE {NAMED} GROUP BY supplier_id"""

_QUERIES = {
    "totals": f"""
        SELECT sum(amount_gbp), count(*), count(DISTINCT supplier_id) FILTER ({NAMED}),
            sum(amount_gbp) FILTER (amount_gbp < 0), count(*) FILTER (amount_gbp < 0),
            sum(amount_gbp) FILTER (redacted), count(*) FILTER (redacted) FROM paid""",
    "directorates": _by("directorate_name"),
    "types": _by("expense_type"),
    "kinds": _by("supplier_class"),
    "categories": f"""
        SELECT category, sum(amount_gbp) AS net, count(*),
            count(DISTINCT supplier_id) FILTER ({NAMED})
        FROM paid GROUP BY category ORDER BY category = 'unclassified', net DESC, category""",
    "size": f"FROM ({_by(_inferred('size'))}) ORDER BY value = 'unknown', net DESC, value",
    "vcse": f"FROM ({_by(_inferred('vcse'))}) ORDER BY value = 'unknown', net DESC, value",
    "small": f"""
        SELECT {_SHARES} FROM ({
        _BOUNDS.format(
            "1",
            f'''
            SELECT supplier_class, supplier_id, sum(amount_gbp) AS net,
                CASE WHEN size IN {tuple(SIZES)} THEN 'inside' WHEN size = 'unknown' THEN 'unsure'
                     ELSE 'outside' END AS sure FROM paid GROUP BY ALL''',
        )
    })""",
    "areas": f"""
        SELECT area, inside, known, {_SHARES}
        FROM ({_BOUNDS.format("place, area", _SURE.format(_PLACES.format("")))}) ORDER BY place""",
    "districts": f"""
        SELECT code, coalesce(net, 0), coalesce(lines, 0)
        FROM (SELECT unnest({LCR}) AS code, unnest(range({len(LCR)})) AS place) LEFT JOIN (
            SELECT district AS code, sum(amount_gbp) AS net, count(*) AS lines FROM paid
            WHERE district IN {tuple(LCR)} GROUP BY district
        ) USING (code) ORDER BY place""",
    "top": """
        SELECT supplier_name, sum(amount_gbp) AS net, count(*) FROM paid
        WHERE supplier_class IN ('supplier', 'public body', 'card')
        GROUP BY supplier_id, supplier_name ORDER BY net DESC, supplier_id LIMIT 15""",
    "gathered": f"""
        WITH each AS (SELECT sum(amount_gbp) AS x FROM paid WHERE {NAMED} GROUP BY supplier_id),
        placed AS (SELECT x, row_number() OVER (ORDER BY x) AS i FROM each WHERE x > 0)
        SELECT count(*), sum(x), 10000 * sum(pow(CAST(x AS DOUBLE) /
                (SELECT CAST(sum(x) AS DOUBLE) FROM placed), 2)),
            2 * sum(i * CAST(x AS DOUBLE)) / (count(*) * sum(x)) - (count(*) + 1) / count(*)
        FROM placed""",
    "turnover": f"""
        SELECT CASE WHEN NOT here THEN 'lost' WHEN there THEN 'staying'
                    WHEN ever THEN 'returning' ELSE 'new' END AS kind,
            count(*), sum(before), sum(now)
        FROM ({_SIDES}) WHERE here OR there GROUP BY kind
        ORDER BY list_position(['staying', 'new', 'returning', 'lost'], kind)""",
    "moves": f"""
        SELECT directorate_name,
            coalesce(sum(amount_gbp) FILTER (quarter = '{BEFORE}'), 0) AS before,
            coalesce(sum(amount_gbp) FILTER (quarter = '{NOW}'), 0) AS now, now - before AS moved
        FROM paid WHERE quarter IN ('{BEFORE}', '{NOW}')
        GROUP BY directorate_name ORDER BY abs(moved) DESC, directorate_name""",
    "trend": f"""
        SELECT t.quarter, net, lines, suppliers, {_SHARES} FROM (
            SELECT quarter, sum(amount_gbp) AS net, count(*) AS lines,
                count(DISTINCT supplier_id) FILTER ({NAMED}) AS suppliers FROM paid GROUP BY quarter
        ) t JOIN ({_BOUNDS.format("quarter, area", _SURE.format(_PLACES.format("quarter,")))}) b
        ON b.quarter = t.quarter AND b.area = 'LCR' ORDER BY t.quarter""",
    "steps": """
        WITH step AS (
            SELECT 0 AS place, 0 AS size, count(*) FILTER (amount_gbp > 0) AS lines,
                sum(amount_gbp) FILTER (amount_gbp > 0) AS net
                FROM lines WHERE status <> 'set aside'
            UNION ALL SELECT 1, 0, count(*), sum(amount_gbp) FROM lines
                WHERE status <> 'set aside' AND amount_gbp < 0
            UNION ALL SELECT 2, sum(amount_gbp), count(*), -sum(amount_gbp) FROM lines
                WHERE status = 'excluded' GROUP BY reason
            UNION ALL SELECT CASE supplier_class WHEN 'public body' THEN 3 WHEN 'individual' THEN 4
                    WHEN 'redacted' THEN 5 WHEN 'unnamed' THEN 6 ELSE 7 END AS kind, 0, count(*),
                CASE WHEN kind = 7 THEN sum(amount_gbp) ELSE -sum(amount_gbp) END
                FROM paid GROUP BY kind
        ) SELECT lines, net FROM step ORDER BY place, size DESC""",
}
