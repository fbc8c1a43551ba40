"""What is known of each supplier: the council's word, else what the file prints, else a register's.

Size from the category of accounts filed is inferred: it is the company's own, not its group's. The
rules are data/reference/register_facts.csv. Sections are those of the UK Standard Industrial
Classification 2007 of the Office for National Statistics (data/reference/sic_sections.csv).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from svlib import project
from svlib.suppliers import matching
from svlib.suppliers.classes import SUPPLIER
from svlib.suppliers.numbers import eight
from svlib.suppliers.register import Register
from svlib.suppliers.words import plain_name
from svlib.tables import KNOWN_SUPPLIERS

BY_NUMBER = "number"
BY_COMPANY = "its company number is the charity's"
NO_SUCH_NUMBER = "its number is not on the register"
_RANK = {"": 0, matching.NOT_FOUND: 1, matching.REVIEW: 2, matching.MATCHED: 3}
_OF_REGISTER = {
    "register_name": "name", "register_status": "status", "activity": "activity",
    "registered_postcode": "postcode", "kind": "kind", "accounts": "accounts",
}  # fmt: skip


@cache
def rules() -> dict[tuple[str, str], tuple[str, str]]:
    """(column, text) of a register to (fact, value)."""
    path = project.reference("register_facts.csv")
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    keys = zip(table["column"], table["text"].str.casefold(), strict=True)
    values = zip(table["fact"], table["value"], strict=True)
    return dict(zip(keys, values, strict=True))


def of_suppliers(
    names: pd.DataFrame, directory: pd.DataFrame, registers: list[Register]
) -> pd.DataFrame:
    """One row a supplier, as tables.KNOWN_SUPPLIERS, in the order of `names`.

    `names` has one row a supplier: `supplier_id`, `supplier_name`, `supplier_class`, and the
    `company_number` and `postcode` printed in the payments, empty where none. `directory` is
    `directory.directory_by_id`. A register is asked for ordinary suppliers only.
    """
    listed = directory.set_index("supplier_id").reindex(names["supplier_id"]).fillna("")
    table = names.reset_index(drop=True).assign(
        company_number=_first(listed["company_number"], names["company_number"]).map(eight),
        charity_number=list(listed["charity_number"]),
        postcode=list(listed["postcode"]),
        size=_first(listed["size"].replace("unknown", "")),
        vcse=_first(listed["vcse"].replace("unknown", "")),
        score=0.0,
        **dict.fromkeys(("outcome", "reason", *_OF_REGISTER), ""),
    )
    how = _first(listed["how_known"].replace("", "declared"))
    table["size_known"] = how.where(table["size"] != "", "")
    table["vcse_known"] = how.where(table["vcse"] != "", "")
    hints = _first(listed["postcode"], names["postcode"])
    for register in registers:
        _ask(table, hints, register)
    table["section"] = table["activity"].map(section)
    _infer(table)
    return table[KNOWN_SUPPLIERS.names]


def section(activity: str) -> str:
    """The SIC 2007 section of a code such as "41201 - Construction of commercial buildings", as
    "F Construction"; empty for what is no code of 2007."""
    return sections().get(activity.strip()[:2], "") if activity[:4].strip().isdigit() else ""


@cache
def sections() -> dict[str, str]:
    """Division (two figures) to section, letter and name."""
    table = pd.read_csv(project.reference("sic_sections.csv"), dtype="str")
    return {
        f"{division:02d}": f"{row.section} {row.name}"
        for row in table.itertuples(index=False)
        for division in range(int(row.first), int(row.last) + 1)
    }


def _first(*columns: Any) -> pd.Series:
    """The first of the columns that says something, row by row."""
    found = pd.Series("", index=range(len(columns[0])), dtype="str")
    for column in columns:
        values = pd.Series(list(column), dtype="str")
        found = found.where(found != "", values)
    return found


def _ask(table: pd.DataFrame, hints: pd.Series, register: Register) -> None:
    """Put a register's answers into the table where they are better than what it holds."""
    number = "charity_number" if register.kind == "charities" else "company_number"
    answer = _by_number(table[number], register.companies["number"])
    if register.kind == "charities":
        others = _by_number(table["company_number"], register.companies["company_number"])
        instead = (table[number] == "") & (others["outcome"] == matching.MATCHED)
        answer = answer.mask(instead, others.assign(reason=BY_COMPANY))
    wrong = answer["reason"] == NO_SUCH_NUMBER
    by_name = (table["supplier_class"] == SUPPLIER) & (wrong | (answer["outcome"] == ""))
    found = matching.match(
        list(table.loc[by_name, "supplier_name"]), list(hints[by_name]), register
    )[list(answer)].set_index(answer.index[by_name])
    named = wrong[by_name] & (found["outcome"] != matching.NOT_FOUND)
    found.loc[named, "outcome"] = matching.REVIEW  # whoever gave the number was wrong somewhere
    found.loc[wrong[by_name], "reason"] = NO_SUCH_NUMBER + "; by name: " + found["reason"]
    answer.loc[by_name] = found
    better = answer["outcome"].map(_RANK) > table["outcome"].map(_RANK)
    table.loc[better, ["outcome", "score", "reason"]] = answer.loc[
        better, ["outcome", "score", "reason"]
    ].to_numpy()
    sure = better & (answer["outcome"] == matching.MATCHED)
    likely = better & (answer["company"] >= 0)
    for ours, theirs in _OF_REGISTER.items():
        here = likely if ours == "register_name" else sure
        rows = pa.array(answer.loc[here, "company"].to_numpy(np.int64))
        taken = register.companies[theirs].take(rows)
        table.loc[here, ours] = taken.cast(pa.string()).to_pylist()
    matched = answer["outcome"] == matching.MATCHED
    rows = pa.array(answer.loc[matched, "company"].to_numpy(np.int64))
    table.loc[matched, number] = register.companies["number"].take(rows).to_pylist()
    if register.kind == "charities":
        undeclared = matched & (table["vcse"] == "")
        table.loc[undeclared, ["vcse", "vcse_known"]] = ("yes", "register")


def _by_number(numbers: pd.Series, known: pa.ChunkedArray) -> pd.DataFrame:
    """`outcome`, `score`, `reason` and `company` (place in `known`) of those with a number, empty
    of others."""
    known = known.combine_chunks()
    rows = pc.fill_null(pc.index_in(pa.array(numbers, pa.string()), known), -1).to_numpy()
    found, given = pd.Series(rows >= 0), pd.Series(numbers != "").reset_index(drop=True)
    return pd.DataFrame(
        {
            "outcome": np.where(found, matching.MATCHED, np.where(given, matching.NOT_FOUND, "")),
            "score": found.astype(float),
            "reason": np.where(found, BY_NUMBER, np.where(given, NO_SUCH_NUMBER, "")),
            "company": rows.astype(np.int64),
        }
    ).astype({"outcome": "str", "reason": "str"})


def _infer(table: pd.DataFrame) -> None:
    """Size and VCSE where nobody declared them."""
    for column in ("accounts", "kind"):
        for row, text in enumerate(table[column]):
            fact, value = rules().get((column, str(text).casefold()), ("", ""))
            how = "register" if column == "kind" else "inferred"
            _fill(table, row, fact, value, how)
    for row, name in enumerate(table["supplier_name"]):
        fact, value = rules().get(("form", plain_name(name).rpartition(" ")[2]), ("", ""))
        _fill(table, row, fact, value, "inferred")
    for fact in ("size", "vcse"):
        table[fact] = table[fact].replace("", "unknown")
        table[f"{fact}_known"] = table[f"{fact}_known"].replace("", "unknown")


def _fill(table: pd.DataFrame, row: int, fact: str, value: str, how: str) -> None:
    if fact and value != "unknown" and not table.at[row, fact]:
        table.at[row, fact] = value
        table.at[row, f"{fact}_known"] = how
