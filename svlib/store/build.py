"""From readings to Parquet: exclusions, suppliers, places and the reconciliation, in DuckDB."""

from __future__ import annotations

import json
import os
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from svlib import categories, places, suppliers
from svlib.ingest import Part, read_form
from svlib.parameters import Exclusion, Parameters
from svlib.store import bought
from svlib.store.inputs import period_of
from svlib.suppliers import facts, register_files
from svlib.suppliers.classes import HIDDEN, INDIVIDUAL
from svlib.suppliers.identity import SAME_WORDS
from svlib.suppliers.numbers import all_eight
from svlib.suppliers.register import Register
from svlib.tables import KNOWN_SUPPLIERS, PAYMENTS, RECONCILIATION, SUPPLIERS

_TOLD = ["supplier_id", "category", "company_number"]
_TOLD_SCHEMA = pa.schema([(name, pa.string()) for name in _TOLD])


def write(
    folder: Path,
    parameters: Parameters,
    used: list[Part],
    directory: Path | None,
    rules: Path | None,
) -> None:
    """Write payments.parquet (tables.PAYMENTS), names.parquet (tables.SUPPLIER_NAMES),
    suppliers.parquet (tables.KNOWN_SUPPLIERS), reconciliation.parquet and notes.json (what readers
    must know of the registers read) into `folder`, whole or not at all. `directory` is the supplier
    directory's file and `rules` that of the rules that say what was bought, if there are any."""
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _fill(part, parameters, used, directory, rules)
        _put(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _fill(
    part: Path,
    parameters: Parameters,
    used: list[Part],
    directory: Path | None,
    rules: Path | None,
) -> None:
    with duckdb.connect() as connection:
        listed = _listed(parameters, directory)
        registers = [register_files.load(path) for path in parameters.sources.registers.paths]
        _register(connection, parameters, used, listed, registers)
        bought.decide(connection, rules)
        connection.execute("CREATE TABLE payments AS " + _PAYMENTS_SQL)
        connection.execute(
            f"COPY payments TO '{_quoted(part / 'payments.parquet')}' (FORMAT parquet)"
        )
        for table in ("names", "suppliers"):
            connection.execute(
                f"COPY {table} TO '{_quoted(part / f'{table}.parquet')}' (FORMAT parquet)"
            )
        pq.write_table(_reconcile(connection, used), part / "reconciliation.parquet")
        said = [note for register in registers for note in register.notes]
        (part / "notes.json").write_text(json.dumps(said), encoding="utf-8")


def _put(part: Path, folder: Path) -> None:
    try:
        part.replace(folder)
    except OSError:
        if not folder.exists():  # else another process built the same thing first
            raise


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _register(
    connection: duckdb.DuckDBPyConnection,
    parameters: Parameters,
    used: list[Part],
    listed: pd.DataFrame,
    registers: list[Register],
) -> None:
    lines = pa.concat_tables([part.lines for part in used])
    whole = all_eight(lines["company_number"])
    lines = lines.set_column(lines.column_names.index("company_number"), "company_number", whole)
    connection.register("lines", lines)
    connection.register("files", _files(parameters, used))
    connection.register("rules", _rules(parameters.exclusions))
    connection.register("aliases", _aliases(parameters))
    names = _names(lines, listed)
    connection.register("names", names)
    connection.execute("CREATE TEMP TABLE known AS " + _KNOWN_SQL)
    ids = dict(zip(names["printed"].to_pylist(), names["supplier_id"].to_pylist(), strict=True))
    told = suppliers.directory_by_id(listed, ids)
    connection.register("told", pa.Table.from_pandas(told[_TOLD], schema=_TOLD_SCHEMA))
    connection.register("suppliers", _known(connection, told, registers))
    office = parameters.sources.registers.use_registered_office
    connection.execute("CREATE TEMP TABLE directory AS " + _DIRECTORY_SQL, [office])
    connection.execute("CREATE TEMP TABLE located AS " + _WRITTEN_SQL)
    connection.register("postcodes", _located(connection))


def _listed(parameters: Parameters, directory: Path | None) -> pd.DataFrame:
    if directory is None:
        return pd.DataFrame(columns=SUPPLIERS.names)
    source = parameters.sources.suppliers
    table = categories.with_categories(SUPPLIERS)
    return read_form(directory, table, source.columns if source else {})


def _files(parameters: Parameters, used: list[Part]) -> pa.Table:
    """One row a table read. One of several quarters is placed row by row, by date."""
    rows = [
        {
            "authority": parameters.slug,
            "file": part.file,
            "sheet": part.sheet,
            "first": period_of(part).quarters[0].slug,
            "last": period_of(part).quarters[-1].slug,
            "month": period_of(part).month,
            "by_date": parameters.quarter_by == "payment_date",
        }
        for part in used
    ]
    return pa.Table.from_pylist(rows)


def _rules(exclusions: list[Exclusion]) -> pa.Table:
    schema = pa.schema(
        [("place", pa.int64()), ("id", pa.string()), ("on_column", pa.string()),
         ("test", pa.string()), ("wanted", pa.string())]
    )  # fmt: skip
    rows = [
        {"place": place, "id": rule.id, "on_column": rule.column, "test": test, "wanted": wanted}
        for place, rule in enumerate(exclusions)
        for test, texts in (("equals", rule.equals), ("contains", rule.contains))
        for wanted in map(str.casefold, texts)
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _aliases(parameters: Parameters) -> pa.Table:
    pairs = {
        alias.casefold(): directorate.name
        for directorate in parameters.directorates
        for alias in (directorate.name, *directorate.aliases)
    }
    return pa.table(
        {
            "printed": pa.array(pairs.keys(), pa.string()),
            "name": pa.array(pairs.values(), pa.string()),
        }
    )


def _names(lines: pa.Table, listed: pd.DataFrame) -> pa.Table:
    """One row a printed name, as tables.SUPPLIER_NAMES. Names withheld are not among them."""
    named = lines.filter(pc.and_(pc.invert(lines["redacted"]), pc.not_equal(lines["supplier"], "")))
    printed = named["supplier"].to_pylist()
    numbers = zip(printed, named["company_number"].to_pylist(), strict=True)
    references = zip(printed, named["supplier_ref"].to_pylist(), strict=True)
    same = {
        name: other
        for name, other in zip(listed["supplier"], listed["same_as"], strict=True)
        if other
    }
    found = suppliers.identify([*printed, *listed["supplier"]], numbers, same, references)
    ids = dict(zip(found["printed"], found["supplier_id"], strict=True))
    own = listed["supplier"][listed["same_as"] == ""]
    shown = suppliers.names_to_print(ids, [*own, *same.values()])
    kinds = suppliers.classes_of(ids)
    rows = sorted(ids.items())
    why = dict(zip(found["printed"], found["evidence"], strict=True))
    alike = {name: "" if shown[one] == name else SAME_WORDS for name, one in rows}
    return pa.table(
        {
            "printed": pa.array([name for name, _ in rows], pa.string()),
            "supplier_id": pa.array([one for _, one in rows], pa.string()),
            "supplier_name": pa.array(
                [HIDDEN if kinds[one] == INDIVIDUAL else shown[one] for _, one in rows], pa.string()
            ),
            "supplier_class": pa.array([kinds[one] for _, one in rows], pa.string()),
            "evidence": pa.array([why[name] or alike[name] for name, _ in rows], pa.string()),
        }
    )


def _known(
    connection: duckdb.DuckDBPyConnection, told: pd.DataFrame, registers: list[Register]
) -> pa.Table:
    """One row a supplier, as tables.KNOWN_SUPPLIERS; `told` is the directory."""
    names = connection.sql(_SUPPLIERS_SQL).to_arrow_table().to_pandas()
    found = facts.of_suppliers(names, told, registers)
    found["score"] = [Decimal(f"{score:.4f}") for score in found["score"]]
    return pa.Table.from_pandas(found, schema=KNOWN_SUPPLIERS.arrow_schema(), preserve_index=False)


def _located(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    written = [row[0] for row in connection.execute("SELECT postcode FROM located").fetchall()]
    found = sorted(places.locate(written).items())
    return pa.table(
        {
            "written": pa.array([text for text, _ in found], pa.string()),
            "place_status": pa.array([place.status for _, place in found], pa.string()),
            "district": pa.array([place.district for _, place in found], pa.string()),
            "candidates": pa.array([" ".join(p.candidates) for _, p in found], pa.string()),
        }
    )


def _reconcile(connection: duckdb.DuckDBPyConnection, used: list[Part]) -> pa.Table:
    found = connection.sql(_RECONCILE_SQL).to_arrow_table().to_pylist()
    counted = {(row["file"], row["sheet"]): row for row in found}
    rows = [_reconciled(part, counted[part.file, part.sheet]) for part in used]
    return pa.Table.from_pylist(rows, schema=RECONCILIATION.arrow_schema())


def _reconciled(part: Part, counted: dict[str, Any]) -> dict[str, Any]:
    ended = sum(counted[f"rows_{end}"] for end in ("accepted", "excluded", "set_aside"))
    if ended != counted["rows_read"] or counted["rows_read"] != len(part.lines):
        raise AssertionError(f"{part.file}: {len(part.lines)} rows read, {ended} ended")
    total = part.publisher_total_gbp
    payments = counted["gbp_accepted"] + counted["gbp_excluded"]
    period = period_of(part)
    return {
        **counted,
        "quarter": " ".join(quarter.slug for quarter in period.quarters),
        "month": period.month,
        "sha256": part.sha256,
        "period_basis": period.basis,
        "header_row": part.header_row,
        "columns_read": "; ".join(f"{name}: {printed}" for name, printed in part.columns.items()),
        "repeated_rows": part.repeated_rows,
        "publisher_total_gbp": total,
        "difference_gbp": None if total is None else total - payments,
        "warnings": "; ".join(part.warnings),
    }


_KNOWN_SQL = """
SELECT l.*, f.authority, f.first, f.last, f.month, f.by_date,
       CASE WHEN l.redacted THEN '' ELSE coalesce(n.supplier_id, '') END AS supplier_id,
       CASE WHEN l.redacted THEN 'Name withheld'
            ELSE coalesce(n.supplier_name, 'Name not given') END AS supplier_name,
       CASE WHEN l.redacted THEN 'redacted' WHEN l.supplier = '' THEN 'unnamed'
            ELSE coalesce(n.supplier_class, 'supplier') END AS supplier_class,
       coalesce(a.name, nullif(l.directorate, ''), 'Not given') AS directorate_name,
       CASE WHEN payment_date IS NULL THEN ''
            ELSE printf('%d-%02d-Q%d', year(payment_date - INTERVAL 3 MONTH),
                        (year(payment_date - INTERVAL 3 MONTH) + 1) % 100,
                        quarter(payment_date - INTERVAL 3 MONTH)) END AS posted_quarter,
       CASE WHEN payment_date IS NULL THEN f.first
            ELSE least(greatest(posted_quarter, f.first), f.last) END AS published_quarter,
       payment_date IS NULL AND f.first <> f.last AS adrift
FROM lines l
JOIN files f USING (file, sheet)
LEFT JOIN names n ON n.printed = l.supplier
LEFT JOIN aliases a ON a.printed = lower(l.directorate)
"""

_SUPPLIERS_SQL = """
SELECT supplier_id, any_value(supplier_name) AS supplier_name,
       any_value(supplier_class) AS supplier_class,
       coalesce(mode(company_number ORDER BY company_number)
                FILTER (company_number <> ''), '') AS company_number,
       coalesce(min(nullif(postcode, '')), '') AS postcode
FROM known WHERE supplier_id <> '' GROUP BY supplier_id ORDER BY supplier_id
"""

_DIRECTORY_SQL = """
SELECT * REPLACE (CASE WHEN $1 THEN registered_postcode ELSE '' END AS registered_postcode)
FROM suppliers
"""

_WRITTEN_SQL = """
SELECT DISTINCT postcode FROM
(SELECT postcode FROM known UNION ALL SELECT postcode FROM directory
 UNION ALL SELECT registered_postcode FROM directory) WHERE postcode <> ''
"""

_PAYMENTS_SQL = f"""
WITH tested AS (
    SELECT k.file, k.sheet, k.row, r.place, r.id, r.test, r.wanted,
        lower(CASE r.on_column WHEN 'supplier' THEN k.supplier
            WHEN 'directorate' THEN k.directorate_name WHEN 'service' THEN k.service
            WHEN 'expense_type' THEN k.expense_type ELSE k.description END) AS printed
    FROM known k CROSS JOIN rules r
), excluded AS (
    SELECT file, sheet, row, arg_min(id, place) AS rule
    FROM tested
    WHERE CASE test WHEN 'equals' THEN printed = wanted ELSE contains(printed, wanted) END
    GROUP BY ALL
), joined AS (
    SELECT k.* EXCLUDE (postcode, company_number),
        coalesce(nullif(d.postcode, ''), nullif(k.postcode, ''), d.registered_postcode, '')
            AS postcode,
        CASE WHEN d.postcode <> '' THEN 'directory' WHEN k.postcode <> '' THEN 'file'
             WHEN d.registered_postcode <> '' THEN 'registered office' ELSE '' END AS place_basis,
        coalesce(nullif(t.company_number, ''), nullif(k.company_number, ''), d.company_number, '')
            AS company_number,
        coalesce(d.size, 'unknown') AS size, coalesce(d.size_known, 'unknown') AS size_known,
        coalesce(d.vcse, 'unknown') AS vcse, coalesce(d.vcse_known, 'unknown') AS vcse_known,
        CASE WHEN k.by_date AND k.posted_quarter <> '' THEN k.posted_quarter
             ELSE k.published_quarter END AS quarter,
        CASE WHEN k.problem <> '' OR k.adrift THEN 'set aside'
             WHEN e.rule IS NOT NULL THEN 'excluded'
             ELSE 'accepted' END AS status,
        CASE WHEN k.problem <> '' THEN k.problem
             WHEN k.adrift THEN 'undated, in a file of several quarters'
             ELSE coalesce(e.rule, '') END AS reason,
        coalesce(nullif(t.category, ''), r.category, '{categories.UNCLASSIFIED}') AS category,
        CASE WHEN t.category <> '' THEN '{categories.DIRECTORY}'
             WHEN r.category IS NOT NULL THEN 'row ' || w.rule ELSE '' END AS category_rule
    FROM known k
    LEFT JOIN told t USING (supplier_id)
    LEFT JOIN decided w USING (directorate_name, service, expense_type, description, supplier,
                               supplier_id)
    LEFT JOIN category_rules r USING (rule)
    LEFT JOIN excluded e USING (file, sheet, row)
    LEFT JOIN directory d ON d.supplier_id = k.supplier_id AND k.supplier_id <> ''
), placed AS (
    SELECT j.*,
        CASE WHEN j.redacted THEN 'redacted'
             ELSE coalesce(p.place_status, 'unknown') END AS place_status,
        CASE WHEN j.redacted THEN '' ELSE coalesce(p.district, '') END AS district,
        CASE WHEN j.redacted THEN '' ELSE coalesce(p.candidates, '') END AS candidates
    FROM joined j LEFT JOIN postcodes p ON p.written = j.postcode
)
SELECT {", ".join(PAYMENTS.names)} FROM placed ORDER BY quarter, file, sheet, row
"""

_RECONCILE_SQL = """
SELECT file, sheet,
    count(*) AS rows_read, coalesce(sum(amount_gbp), 0) AS gbp_read,
    count(*) FILTER (status = 'accepted') AS rows_accepted,
    coalesce(sum(amount_gbp) FILTER (status = 'accepted'), 0) AS gbp_accepted,
    count(*) FILTER (status = 'excluded') AS rows_excluded,
    coalesce(sum(amount_gbp) FILTER (status = 'excluded'), 0) AS gbp_excluded,
    count(*) FILTER (status = 'set aside') AS rows_set_aside,
    coalesce(sum(amount_gbp) FILTER (status = 'set aside'), 0) AS gbp_set_aside,
    count(*) FILTER (amount_gbp < 0) AS negative_rows,
    coalesce(sum(amount_gbp) FILTER (amount_gbp < 0), 0) AS negative_gbp,
    count(*) FILTER (redacted) AS redacted_rows,
    coalesce(sum(amount_gbp) FILTER (redacted), 0) AS redacted_gbp,
    count(*) FILTER (payment_date IS NULL) AS undated_rows,
    max(payment_date) FILTER (strftime(payment_date, '%Y-%m') = month) AS last_date
FROM payments GROUP BY file, sheet
"""
