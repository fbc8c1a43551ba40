"""Contracts' references found in what payments print, as words of their own.

Both are cut into words of letters and figures. A reference is sought by its rarest word and then
compared whole, so that each different text is read once, however many contracts there are.
"""

from __future__ import annotations

import duckdb


def find(connection: duckdb.DuckDBPyConnection) -> None:
    """The table `named` of a connection that has payments, `given`, and `contracts`: one row a
    payment `n` and a `contract` whose reference its own reference or description holds. `telling`
    is true of references of four characters or more with both letters and figures: no other number
    or word is likely to be the same. References without a figure are not sought."""
    connection.execute(_REFERENCES_SQL)
    connection.execute(_NAMED_SQL)


_PLAIN = "' ' || trim(regexp_replace(lower({}), '[^a-z0-9]+', ' ', 'g')) || ' '"

_REFERENCES_SQL = f"""
CREATE TEMP TABLE sought AS
WITH plain AS (
    SELECT contract, {_PLAIN.format("contract_ref")} AS whole FROM contracts
    WHERE regexp_matches(contract_ref, '[0-9]')
), words AS (
    SELECT DISTINCT whole, unnest(string_split(trim(whole), ' ')) AS word FROM plain
), often AS (SELECT word, count(*) AS times FROM words GROUP BY word),
rarest AS (
    SELECT whole, arg_min(word, (times, -length(word), word)) AS word
    FROM words JOIN often USING (word) GROUP BY whole
)
SELECT contract, whole, word,
    regexp_matches(whole, '[a-z]') AND length(replace(whole, ' ', '')) >= 4 AS telling
FROM plain JOIN rarest USING (whole)
"""

_NAMED_SQL = f"""
CREATE TEMP TABLE named AS
WITH each AS (
    SELECT DISTINCT reference AS said FROM given UNION SELECT DISTINCT description FROM given
), plain AS (
    SELECT said, {_PLAIN.format("said")} AS whole FROM each WHERE regexp_matches(said, '[0-9]')
), words AS (SELECT said, whole, unnest(string_split(trim(whole), ' ')) AS word FROM plain),
hits AS (
    SELECT DISTINCT w.said, s.contract, s.telling
    FROM words w JOIN sought s USING (word) WHERE contains(w.whole, s.whole)
)
SELECT g.n, h.contract, h.telling FROM given g JOIN hits h ON g.reference = h.said
UNION
SELECT g.n, h.contract, h.telling FROM given g JOIN hits h ON g.description = h.said
"""
