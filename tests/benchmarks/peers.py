"""Three ways in common use to find a company by its name, to compare a matcher with.

Each takes queries (`query_id`, `name`, `postcode`) and a register in Parquet (`company_number`,
`name`, `postcode`) and returns the best company of each query: `query_id`, `company_number`,
`score`; queries without a candidate are left out. All three see the same tidied name (lower case,
no accents, "and" for &, no punctuation, no legal form at the end) and the same small bonus for a
postcode that agrees, too small to outweigh a difference in the name. What is tuned was tuned on
queries of another seed.

    PYTHONPATH=tests python -m benchmarks.peers FOLDER [PEER ...]

prints how each does on the register and queries that tests/register_maker.py wrote there, and on
the published truth, by source, when SVLIB_SHARED_DATA names the folder of real files. Names in the
published truth all have a company, so its precision flatters: only made-up queries have none.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from benchmarks.scoring import Score, best_threshold, score

THREADS = 2
MEMORY = "10GB"
WORD_IN_MOST = 3_000  # a word in more names is no block; nor is a beginning that more names share
RARE_WORDS = 3  # of a query that are looked up
BEGINNING = 6  # letters
NEAREST = 20  # by Jaro-Winkler, of which the slower distance then chooses
JARO_WINKLER = 0.5  # its weight; the rest is Damerau-Levenshtein
BLOCK = 250_000  # names of the register at a time
NAMES_TO_LEARN = 400_000  # names of the register that say how common an n-gram is
NGRAM_IN_MOST = 0.1  # of names; commoner n-grams cost most of the time and tell little
CANDIDATES = 10  # of each block
SIMILAR = 0.4  # a cosine below this is not kept
MOST_BONUS = 0.03  # of a postcode that agrees

Peer = Callable[[pd.DataFrame, Path], pd.DataFrame]

_FORMS = (
    "limited|ltd|llp|plc|cic|cio|cyf|cyfyngedig|l l p|p l c|c i c|c i o|community interest company"
    "|public limited company|limited liability partnership"
)
_MACROS = rf"""
CREATE OR REPLACE MACRO spaced(name) AS trim(regexp_replace(regexp_replace(
    replace(strip_accents(lower(name)), '&', ' and '), '[.'']', '', 'g'), '[^a-z0-9]+', ' ', 'g'));
CREATE OR REPLACE MACRO tidy(name) AS
    coalesce(nullif(trim(regexp_replace(spaced(name), '( |^)({_FORMS})$', '')), ''), spaced(name));
CREATE OR REPLACE MACRO area(postcode) AS regexp_extract(postcode, '^[A-Z]+');
CREATE OR REPLACE MACRO bonus(ours, theirs) AS CASE
    WHEN coalesce(ours, '') = '' OR coalesce(theirs, '') = '' THEN 0
    WHEN ours = theirs THEN {MOST_BONUS}
    WHEN split_part(ours, ' ', 1) = split_part(theirs, ' ', 1) THEN 0.02
    WHEN area(ours) = area(theirs) THEN 0.01
    ELSE 0 END;
"""


def exact(queries: pd.DataFrame, register: Path) -> pd.DataFrame:
    """The same letters and digits once tidied; of several companies the one whose postcode agrees.

    The score is one over the number of companies that nothing tells apart.
    """
    con = _connect(queries, register)
    return con.sql(
        """
        WITH pairs AS (
            SELECT query_id, company_number, bonus(q.postcode, r.postcode) AS agrees
            FROM queries q JOIN register r
            ON replace(tidy(q.name), ' ', '') = replace(tidy(r.name), ' ', '')),
        best AS (SELECT * FROM pairs QUALIFY agrees = max(agrees) OVER (PARTITION BY query_id))
        SELECT query_id, min(company_number) AS company_number, 1.0 / count(*) AS score
        FROM best GROUP BY query_id ORDER BY query_id
        """
    ).df()


def distances(queries: pd.DataFrame, register: Path) -> pd.DataFrame:
    """DuckDB's Jaro-Winkler and Damerau-Levenshtein, averaged, within blocks.

    A query is compared with the names that share one of its rarest words, or how it begins.
    """
    con = _connect(queries, register)
    con.execute(_BLOCKS)
    con.execute(
        f"""
        CREATE TEMP TABLE pairs AS
        SELECT query, unnest(arg_max(company, likeness, {NEAREST})) AS company FROM (
            SELECT q.id AS query, r.id AS company,
                jaro_winkler_similarity(q.tidied, r.tidied)
                    + bonus(q.postcode, r.postcode) AS likeness
            FROM (SELECT DISTINCT a.id AS query, b.id AS company
                FROM asked a JOIN blocks b USING (block)) p
            JOIN q ON q.id = p.query JOIN r ON r.id = p.company)
        GROUP BY query
        """
    )
    return con.sql(
        f"""
        WITH scored AS (
            SELECT query_id, company_number, bonus(q.postcode, r.postcode)
                + {JARO_WINKLER} * jaro_winkler_similarity(q.tidied, r.tidied)
                + {1 - JARO_WINKLER} * (1 - damerau_levenshtein(q.tidied, r.tidied)
                    / greatest(length(q.tidied), length(r.tidied))) AS score
            FROM pairs p JOIN q ON q.id = p.query JOIN r ON r.id = p.company)
        FROM scored
        QUALIFY row_number() OVER (PARTITION BY query_id ORDER BY score DESC, company_number) = 1
        ORDER BY query_id
        """
    ).df()


_BLOCKS = f"""
CREATE TEMP TABLE q AS SELECT row_number() OVER () AS id, query_id, postcode, tidy(name) AS tidied
    FROM queries;
CREATE TEMP TABLE r AS SELECT row_number() OVER () AS id, company_number, postcode,
    tidy(name) AS tidied FROM register;
CREATE TEMP TABLE q_blocks AS
    SELECT id, unnest(list_distinct(string_split(tidied, ' '))) AS block FROM q
    UNION ALL SELECT id, '^' || left(replace(tidied, ' ', ''), {BEGINNING}) FROM q;
CREATE TEMP TABLE r_blocks AS
    SELECT id, unnest(list_distinct(string_split(tidied, ' '))) AS block FROM r
    UNION ALL SELECT id, '^' || left(replace(tidied, ' ', ''), {BEGINNING}) FROM r;
CREATE TEMP TABLE blocks AS SELECT * FROM r_blocks SEMI JOIN q_blocks USING (block);
DROP TABLE r_blocks;
CREATE TEMP TABLE sizes AS SELECT block, count(*) AS size FROM blocks GROUP BY block;
CREATE TEMP TABLE asked AS SELECT id, block FROM q_blocks JOIN sizes USING (block)
    WHERE size <= {WORD_IN_MOST}
    QUALIFY block LIKE '^%' OR row_number() OVER (
        PARTITION BY id, block LIKE '^%' ORDER BY size, block) <= {RARE_WORDS};
"""


def tfidf(queries: pd.DataFrame, register: Path) -> pd.DataFrame:
    """Cosine of TF-IDF weighted trigrams, with sparse-dot-topn, the register in blocks."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sparse_dot_topn import sp_matmul_topn

    con = _connect(queries, register)
    asked = con.sql("SELECT query_id, postcode, ' ' || tidy(name) || ' ' AS name FROM queries").df()
    weigh = TfidfVectorizer(
        analyzer="char", ngram_range=(3, 3), lowercase=False, dtype=np.float32, min_df=2,
        max_df=NGRAM_IN_MOST, sublinear_tf=True,
    )  # fmt: skip
    some = con.sql(
        f"SELECT ' ' || tidy(name) || ' ' AS name FROM register USING SAMPLE {NAMES_TO_LEARN}"
        " ROWS (reservoir, 1)"
    ).df()
    weigh.fit(pd.concat([some["name"], asked["name"]]))
    left = weigh.transform(asked["name"])
    names = con.sql("SELECT ' ' || tidy(name) || ' ' AS name FROM register")
    rows, cols, cosines, start = [], [], [], 0
    for batch in names.to_arrow_reader(BLOCK):
        right = weigh.transform(batch["name"].to_pylist()).T.tocsr()
        top = sp_matmul_topn(left, right, CANDIDATES, threshold=SIMILAR, n_threads=THREADS).tocoo()
        rows.append(top.row)
        cols.append(top.col + start)
        cosines.append(top.data)
        start += len(batch)
    return _best(np.concatenate(rows), np.concatenate(cols), np.concatenate(cosines), asked, con)


def _best(
    rows: np.ndarray,
    cols: np.ndarray,
    cosines: np.ndarray,
    asked: pd.DataFrame,
    con: duckdb.DuckDBPyConnection,
) -> pd.DataFrame:
    """The best company of each query, with the bonus for its postcode; pairs that no bonus can
    make the best are left out first."""
    most = np.zeros(len(asked))
    np.maximum.at(most, rows, cosines)
    near = cosines >= most[rows] - MOST_BONUS
    rows, cols, cosines = rows[near], cols[near], cosines[near]
    register = con.sql("SELECT company_number, postcode FROM register").to_arrow_table()
    theirs = register.take(cols).to_pandas()
    ours = asked.iloc[rows].reset_index(drop=True)
    pairs = pd.DataFrame(
        {"query_id": ours["query_id"], "company_number": theirs["company_number"],
         "score": cosines + _bonus(ours["postcode"], theirs["postcode"])}
    )  # fmt: skip
    pairs = pairs.sort_values(["score", "company_number"], ascending=[False, True])
    best = pairs.drop_duplicates("query_id")
    return best.sort_values("query_id").reset_index(drop=True)


def _bonus(ours: pd.Series, theirs: pd.Series) -> np.ndarray:
    """As the macro of the same name."""
    pairs = pd.DataFrame({"ours": ours, "theirs": theirs}).fillna("")
    known = (pairs["ours"] != "") & (pairs["theirs"] != "")
    outcodes = pairs.apply(lambda column: column.str.split(" ").str[0])
    areas = pairs.apply(lambda column: column.str.extract("^([A-Z]+)", expand=False))
    same = [frame["ours"] == frame["theirs"] for frame in (pairs, outcodes, areas)]
    return np.where(known, np.select(same, [MOST_BONUS, 0.02, 0.01], 0.0), 0.0)


def _connect(queries: pd.DataFrame, register: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY})
    con.execute(_MACROS)
    con.register("queries", queries[["query_id", "name", "postcode"]])
    con.execute(f"CREATE VIEW register AS FROM read_parquet('{register.as_posix()}')")
    return con


PEERS: dict[str, Peer] = {"exact": exact, "distances": distances, "tfidf": tfidf}


def to_parquet(register: Path) -> Path:
    """The three columns that peers read of a register in the layout of Companies House."""
    path = register.with_suffix(".parquet")
    columns = '"CompanyNumber" AS company_number, CompanyName AS name, "RegAddress.PostCode"'
    duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY}).execute(
        f"COPY (SELECT {columns} AS postcode FROM read_csv('{register.as_posix()}', header = true,"
        f" all_varchar = true, quote = '\"', delim = ',')) TO '{path.as_posix()}' (FORMAT parquet)"
    )
    return path


def read_queries(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")


def published(shared: Path) -> pd.DataFrame:
    """The published truth as queries: their columns, `lot` (its source) and `split`."""
    from published_truth import pairs

    found = pairs(shared).rename(columns={"source": "lot"})
    found["query_id"] = [f"p-{at:06d}" for at in range(len(found))]
    return found


def main(folder: Path, names: list[str]) -> None:
    """All queries in one pass; each lot's threshold from one half, its figures from the other."""
    register = folder / "register.parquet"
    if not register.exists():
        to_parquet(folder / "register.csv")
    lots = [
        read_queries(folder / f"queries_{half}.csv").assign(lot="made up", split=half)
        for half in ("tune", "held")
    ]
    if shared := os.environ.get("SVLIB_SHARED_DATA"):
        lots.append(published(Path(shared)))
    queries = pd.concat(lots, ignore_index=True)
    for name in names or PEERS:
        started = time.perf_counter()
        found = PEERS[name](queries, register)
        print(f"{name}: {len(queries):,} queries in {time.perf_counter() - started:.0f} s")
        for lot, asked in queries.groupby("lot"):
            print(f"{name}, {lot}, held: {_held_out(found, asked)}", flush=True)


def _held_out(found: pd.DataFrame, asked: pd.DataFrame) -> Score:
    """The score on the held half at the threshold that is best on the tune half."""
    tune, held = (asked[asked["split"] == half] for half in ("tune", "held"))
    of_tune, of_held = (found[found["query_id"].isin(half["query_id"])] for half in (tune, held))
    return score(of_held, held, best_threshold(of_tune, tune))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
