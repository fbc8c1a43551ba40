"""Rules as DuckDB SQL, so that millions of rows are put in categories at once."""

from __future__ import annotations

from collections.abc import Sequence

from svlib.categories.rules import Condition, Rule

# Column of a rule: the lower-case column that `holds` tests. Directorates go by their aliases, as
# in exclusions; codes and sections are those of suppliers matched to a register.
TESTED = """
    lower(directorate_name) AS tested_directorate, lower(service) AS tested_service,
    lower(expense_type) AS tested_expense_type, lower(description) AS tested_description,
    lower(supplier) AS tested_supplier
"""


def first_that_holds(rules: Sequence[Rule]) -> str:
    """An SQL expression: the row of the first rule that holds, NULL where none does.

    It reads the columns of TESTED, and `activity` and `section` as tables.KNOWN_SUPPLIERS.
    """
    whens = "\n".join(f"WHEN {holds(rule)} THEN {rule.row}" for rule in rules)
    return f"CASE {whens} END::INTEGER" if rules else "NULL::INTEGER"


def holds(rule: Rule) -> str:
    """An SQL condition: whether all of a rule's conditions hold."""
    return " AND ".join(f"({_holds(condition)})" for condition in rule.conditions)


def _holds(condition: Condition) -> str:
    return " OR ".join(_test(condition, text) for text in condition.texts)


def _test(condition: Condition, text: str) -> str:
    column = f"tested_{condition.column}"
    wanted = f"lower({_literal(text)})"
    match condition.column, condition.test:
        case "sic", "section":
            return f"starts_with(section, {_literal(text + ' ')})"
        case "sic", _:
            return f"starts_with(activity, {_literal(text)})"
        case _, "equals":
            return f"{column} = {wanted}"
        case _, "begins":
            return f"starts_with({column}, {wanted})"
        case _:
            return f"contains({column}, {wanted})"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
