"""Putting payments in categories: what no rule decides yet, and what a new rule would move."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pandas as pd

from svlib import categories, csvfile, project, spend, store
from svlib.categories import HEADERS, UNCLASSIFIED, Rule
from svlib.errors import Fault, InputError
from svlib.ingest import cells
from svlib.show import count, money, share
from svlib.suppliers.matching import MATCHED
from svlib.view import OpenQuarter, open_quarter

WORKLIST = "categories_review.csv"
_COUNTED = ("net_gbp", "payments", "suppliers")
_TESTABLE = ("directorate_name", "service", "expense_type", "description")
_EACH = 5  # suppliers listed beneath a group
ZERO = Decimal("0.00")


def review(quarter_file: Path, settings: Mapping[str, str], first: int) -> list[str]:
    """Write the unclassified of a quarter beside the authority's parameters, in the columns of a
    rules file: groups of equal directorate, service, expense type and description, richest first,
    each followed by its richest suppliers as printed (individuals left out). Say where, and how
    much is classified.

    Raises InputError when the worklist that lies there has categories filled in.
    """
    q = open_quarter({"file": str(quarter_file), **settings})
    path = store.usual_directory(q.parameters).with_name(WORKLIST)
    _keep_work(path)
    groups = q.sql(_GROUPS_SQL).head(first)
    named = q.sql(_NAMED_SQL)
    rows: list[dict[str, object]] = []
    for group in groups.to_dict("records"):
        rows.append(_line(group))
        alike = named[(named[list(_TESTABLE)] == [group[one] for one in _TESTABLE]).all(axis=1)]
        rows += [_line(one) for one in alike.head(_EACH).to_dict("records")]
    csvfile.write(path, [*HEADERS, *_COUNTED], rows)
    listed = sum((group["net_gbp"] for group in groups.to_dict("records")), ZERO)
    return [
        f"Worklist: {project.relative(path)}",
        _classified(spend.by_category(q.payments), q),
        f"Listed: {count(len(groups), 'group')} of the unclassified, {money(listed)}.",
        f"Copy lines you can decide into {_rules_at(q)}, keeping only conditions that matter; "
        "columns from net_gbp on stay behind.",
    ]


def try_rule(quarter_file: Path, settings: Mapping[str, str], written: str) -> list[str]:
    """What a rule in one line (`categories.read_one`) would move, if it were added as the last:
    lines and pounds of the quarter, the classified share before and after, and which of its lines
    earlier rules or the directory keep.

    Raises ParameterError when it is no rule.
    """
    rule = categories.read_one(written, categories.ids())
    q = open_quarter({"file": str(quarter_file), **settings})
    found = q.sql(_held_sql(q, rule))
    moved = found[found["category"] == UNCLASSIFIED]
    kept = found[found["category"] != UNCLASSIFIED]
    said = [f"The rule holds for {_sums(found)} of {q.label}."]
    if len(moved):
        before = spend.classified(q.payments).iloc[0]
        whole = spend.totals(q.payments)["net_gbp"].iloc[0]
        after = before["net_gbp"] + sum(moved["net_gbp"], ZERO)
        said.append(
            f"Added as the last line it moves {_sums(moved)} from unclassified to {rule.category}"
            + (
                f"; classified: {before['share']:.1%} before, {float(after / whole):.1%} after, "
                "of net spend."
                if whole > 0
                else "."
            )
        )
    else:
        said.append("Added as the last line it moves nothing.")
    said += [
        f"Kept by {row.category_rule}, {row.category}: {count(row.payments, 'line')}, "
        f"{money(row.net_gbp)}."
        for row in kept.itertuples()
    ]
    return [*said, f"Line for {_rules_at(q)}: {_as_line(written, rule)}"]


def _classified(table: pd.DataFrame, q: OpenQuarter) -> str:
    rest = table[table["category"] == UNCLASSIFIED]
    known = share(table["classified_share"].iloc[0]) if len(table) else "none"
    return f"Classified: {known} of net spend in {q.label}; unclassified: {_sums(rest)}."


def _sums(found: pd.DataFrame) -> str:
    lines = count(int(found["payments"].sum()), "line")
    return f"{lines}, {money(sum(found['net_gbp'], ZERO))}"


def _rules_at(q: OpenQuarter) -> str:
    usual = store.usual_directory(q.parameters).with_name("categories.csv")
    return project.relative(store.rules_file(q.parameters) or usual)


def _line(found: Mapping[str, object]) -> dict[str, object]:
    """A line of the worklist: every known text as a condition, the category to be filled in."""
    tests = {name.removesuffix("_name"): found[name] for name in _TESTABLE}
    tests["supplier"] = found.get("supplier", "")
    conditions = {name: f"equals {text}" if text else "" for name, text in tests.items()}
    counted = {name: found[name] for name in _COUNTED}
    return {**dict.fromkeys(HEADERS, ""), **conditions, **counted}


def _as_line(written: str, rule: Rule) -> str:
    """The rule as the line of a file with all columns."""
    tests = dict(test.strip().split(" ", 1) for test in written.partition("=>")[0].split(";"))
    line = {**dict.fromkeys(HEADERS, ""), **tests, "category": rule.category}
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(line.values())
    return out.getvalue()


def _keep_work(path: Path) -> None:
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        filled = sum(bool(cells.text(row.get("category"))) for row in csv.DictReader(stream))
    if filled:
        raise InputError(
            Fault(
                project.relative(path),
                f"holds {count(filled, 'line')} with a category filled in",
                "Copy them into the rules, then delete the worklist.",
            )
        )


def _held_sql(q: OpenQuarter, rule: Rule) -> str:
    known = str(q.store.folder / "suppliers.parquet").replace("'", "''")
    return f"""
WITH tested AS (
    SELECT p.*, {categories.TESTED}, coalesce(s.activity, '') AS activity,
        coalesce(s.section, '') AS section
    FROM payments p LEFT JOIN (SELECT supplier_id, activity, section FROM read_parquet('{known}')
                               WHERE outcome = '{MATCHED}') s USING (supplier_id)
)
SELECT category, category_rule, count(*) AS payments, sum(amount_gbp) AS net_gbp
FROM tested WHERE {categories.holds(rule)}
GROUP BY ALL ORDER BY net_gbp DESC, category_rule
"""


_TESTED = ", ".join(_TESTABLE)
_GROUPS_SQL = f"""
SELECT {_TESTED}, sum(amount_gbp) AS net_gbp, count(*) AS payments,
    count(DISTINCT nullif(supplier_id, '')) AS suppliers
FROM payments WHERE category = '{UNCLASSIFIED}'
GROUP BY ALL ORDER BY net_gbp DESC, {_TESTED}
"""
_NAMED_SQL = f"""
SELECT {_TESTED}, supplier, sum(amount_gbp) AS net_gbp, count(*) AS payments, 1 AS suppliers
FROM payments
WHERE category = '{UNCLASSIFIED}' AND supplier_class IN ('supplier', 'public body', 'card')
GROUP BY ALL ORDER BY net_gbp DESC, supplier, {_TESTED}
"""
