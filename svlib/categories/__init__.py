"""What was bought: our own categories, and an authority's rules that put payments in them.

The categories are data/reference/categories.csv. An authority's rules are ordered: the first that
holds decides, and a line of the supplier directory beats them all. What nothing decides is
`unclassified`, a class of its own.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd

from svlib import project
from svlib.categories.rules import CONDITIONS, HEADERS, Condition, Rule, read_one, read_rules
from svlib.categories.sql import TESTED, first_that_holds, holds
from svlib.tables import Table

__all__ = [
    "CONDITIONS",
    "DIRECTORY",
    "HEADERS",
    "TESTED",
    "UNCLASSIFIED",
    "Condition",
    "Rule",
    "first_that_holds",
    "holds",
    "ids",
    "load",
    "name_of",
    "of_cpv",
    "of_sic",
    "read_one",
    "read_rules",
    "with_categories",
]

UNCLASSIFIED = "unclassified"
DIRECTORY = "directory"  # in `category_rule`: the council's own word on the supplier decided


@cache
def load() -> pd.DataFrame:
    """One row a category: `id`, `name`, `belongs` (what does), and beginnings of codes, separated
    by spaces: `cpv` of the Common Procurement Vocabulary (Regulation (EC) 213/2008), of which each
    of the 45 divisions stands in one category, and `sic` of the UK Standard Industrial
    Classification 2007, what a firm that sells such things would say it does: our reading, and not
    every division sells to councils. Longer beginnings are exceptions from shorter ones.
    """
    return pd.read_csv(project.reference("categories.csv"), dtype="str", keep_default_na=False)


def ids() -> tuple[str, ...]:
    """Ids of the categories, in their order; `unclassified` is none of them."""
    return tuple(load()["id"])


def name_of(category: str) -> str:
    """The name to print of a category or of `unclassified`; an id never seen stands for itself."""
    names = dict(zip(load()["id"], load()["name"], strict=True))
    return str(names.get(category, category.replace("_", " ").capitalize()))


def of_cpv(code: str) -> str:
    """The category of a CPV code such as 45233000 or 45233000-9, by the longest beginning that
    fits; `unclassified` for what is no code."""
    return _longest("cpv", code)


def of_sic(activity: str) -> str:
    """The category whose firms say a SIC 2007 code, as "41201 - Construction of commercial
    buildings", by the longest beginning that fits; `unclassified` for what is no code."""
    return _longest("sic", activity)


def _longest(column: str, code: str) -> str:
    fits = {start: id for start, id in _beginnings(column) if code.strip().startswith(start)}
    return fits[max(fits, key=len)] if fits else UNCLASSIFIED


@cache
def _beginnings(column: str) -> tuple[tuple[str, str], ...]:
    pairs = zip(load()[column], load()["id"], strict=True)
    return tuple((start, id) for starts, id in pairs for start in str(starts).split())


def with_categories(table: Table) -> Table:
    """A table whose column `category` holds ids of categories and nothing else."""
    columns = tuple(
        replace(column, values=ids()) if column.name == "category" else column
        for column in table.columns
    )
    return replace(table, columns=columns)
