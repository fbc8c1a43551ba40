"""Looking suppliers up: the next worklist, its payoff, and answers into the directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from svlib import categories, csvfile, project, spend, store
from svlib.errors import Fault, InputError
from svlib.ingest import read_form
from svlib.show import count, money, share
from svlib.suppliers import directory, worklist
from svlib.suppliers.classes import INDIVIDUAL, SUPPLIER
from svlib.suppliers.identity import SUNDRY, reference
from svlib.tables import SUPPLIER_NAMES, SUPPLIERS, Column
from svlib.view import OpenQuarter, open_quarter

WORKLIST = "suppliers_review.csv"
NAMES = "suppliers_names.csv"
LEFT_OUT = "suppliers_not_imported.csv"
_SUGGESTED = (
    "outcome",
    "score",
    "register_name",
    "company_number",
    "registered_postcode",
    "reason",
)
_MORE = ("net_gbp", "payments", *(f"suggested_{name}" for name in _SUGGESTED))
_ID = Column(directory.REFERENCE, "text", "the council's own reference for the supplier")
_LINES = replace(SUPPLIERS, columns=(*SUPPLIERS.columns, _ID), key=())  # names may repeat
_SAID = 10  # references that are asked about at once


def review(quarter_file: Path, settings: Mapping[str, str], first: int) -> list[str]:
    """Write the suppliers to look up next, richest first, with empty cells to fill, beside the
    authority's parameters; say where, what it is worth, and what is odd in the directory. Every
    printed name and why it is counted as its supplier is written beside it.

    Raises InputError when the worklist that lies there holds answers not yet imported.
    """
    q = open_quarter({"file": str(quarter_file), **settings})
    held = directory_of(q)
    path = store.usual_directory(q.parameters).with_name(WORKLIST)
    _keep_answers(path, held, _ids(q), quarter_file)
    every = spend.by_supplier(q.payments)
    wanted = worklist.to_look_up(every).head(first)
    lines = _empty_lines(wanted, q.suppliers)
    csvfile.write(path, [*SUPPLIERS.names, *_MORE], lines.to_dict("records"))
    names = q.names[q.names["supplier_class"] != INDIVIDUAL]
    csvfile.write(path.with_name(NAMES), SUPPLIER_NAMES.names, names.to_dict("records"))
    n, before, after = worklist.payoff(every, first)
    said = [
        f"Worklist: {project.relative(path)}",
        f"Names joined, and why: {project.relative(path.with_name(NAMES))}",
    ]
    if not n:
        said.append("Every supplier that can be looked up has a certain place.")
    else:
        worth = money(sum(wanted["open_gbp"], worklist.ZERO))
        said.append(
            f"Looking up {count(n, 'supplier')} ({worth}) raises located spend from "
            f"{share(before)} to {share(after)} of net spend in {q.label}."
        )
        said.append(
            "Fill in postcode and what else you know, then: svlib suppliers import "
            f"{project.relative(quarter_file)} {project.relative(path)}"
        )
    notes = directory.notes(held, _names(q))
    return said + [f"Directory, {note}." for note in notes] + _one_number(q) + _one_reference(q)


def import_lines(
    quarter_file: Path, settings: Mapping[str, str], path: Path, columns: Mapping[str, str]
) -> list[str]:
    """Add what a file knows of suppliers (a filled worklist, the council's vendor master) to the
    authority's directory; say what became of its lines. What the directory says is never changed,
    only empty cells are filled. Lines not taken are written beside it, with the reason.

    `columns` maps columns of tables.SUPPLIERS to the file's headers where they are not recognised.
    A column "category" counts in a worklist, or where `columns` names it: a finance system's own
    categories are not ours. Raises InputError when a cell breaks a rule; then nothing is written.
    """
    q = open_quarter({"file": str(quarter_file), **settings})
    lines = _read_lines(path, columns)
    lines = directory.by_reference(lines, _of_references(q))
    found = directory.merged(directory_of(q), lines, _ids(q))
    where = store.directory_file(q.parameters) or store.usual_directory(q.parameters)
    if found.added or found.filled:
        csvfile.write(where, SUPPLIERS.names, found.directory.to_dict("records"))
    said = [
        f"{count(many, 'line')} {text}"
        for text, many in (("added", found.added), ("filled in", found.filled))
        if many
    ]
    why = found.left["why"].value_counts()
    said += [f"{count(int(why[text]), 'line')} left out: {text}" for text in directory.WHYS
             if text in why]  # fmt: skip
    said = [f"{text}." for text in said or ["No line found"]]
    if set(why.index) & {directory.UNPAID, directory.AT_ODDS}:
        path = where.with_name(LEFT_OUT)
        csvfile.write(path, ["why", *_LINES.names], found.left.to_dict("records"))
        said.append(f"Lines left out, and why: {project.relative(path)}")
    return [*said, f"Directory: {project.relative(where)}"]


def _read_lines(path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    if path.name == WORKLIST or "category" in columns:
        return read_form(path, categories.with_categories(_LINES), columns)
    others = tuple(column for column in _LINES.columns if column.name != "category")
    lines = read_form(path, replace(_LINES, columns=others), columns)
    return lines.assign(category="")[_LINES.names]


def directory_of(q: OpenQuarter) -> pd.DataFrame:
    """The authority's directory as it lies there, empty when there is none."""
    path = store.directory_file(q.parameters)
    source = q.parameters.sources.suppliers
    if path is None:
        return pd.DataFrame(columns=SUPPLIERS.names, dtype="str")
    table = categories.with_categories(SUPPLIERS)
    return read_form(path, table, source.columns if source else {})


def _ids(q: OpenQuarter) -> dict[str, str]:
    """Names as printed in the files held, and the supplier each is."""
    found = q.sql("SELECT DISTINCT supplier, supplier_id FROM lines WHERE supplier_id <> ''")
    return dict(found.itertuples(index=False, name=None))


def _names(q: OpenQuarter) -> set[str]:
    """Names of the payees, as printed and as the supplier they are counted as."""
    found = q.sql(
        "SELECT supplier FROM lines UNION SELECT supplier_id FROM lines WHERE supplier_id <> ''"
    )
    return set(found["supplier"])


def _of_references(q: OpenQuarter) -> dict[str, str]:
    """The publisher's references that stand for one supplier each, and a name printed with it."""
    return {
        number: min(group["supplier"])
        for number, group in _references(q).groupby("number")
        if group["supplier_id"].nunique() == 1
    }


def _one_reference(q: OpenQuarter) -> list[str]:
    """References of a few suppliers that are counted apart: perhaps they are one."""
    found = _references(q)
    of_suppliers = found[found["supplier_class"] == SUPPLIER]
    named = of_suppliers.groupby("number")["supplier_name"].agg(lambda names: sorted(set(names)))
    return _asked(named[named.map(len).between(2, SUNDRY)], "reference", "is printed with")


def _one_number(q: OpenQuarter) -> list[str]:
    """Company numbers of several suppliers, and suppliers printed with several numbers."""
    known = q.suppliers[q.suppliers["company_number"] != ""]
    named = known.groupby("company_number")["supplier_name"].agg(lambda names: sorted(set(names)))
    said = _asked(named[named.map(len) > 1], "company number", "is that of")
    printed = q.sql(
        "SELECT supplier_name, list_sort(list(DISTINCT company_number)) AS numbers FROM lines"
        " WHERE supplier_id <> '' AND company_number <> '' GROUP BY supplier_id, supplier_name"
        " HAVING count(DISTINCT company_number) > 1 ORDER BY supplier_name"
    )
    several = [
        f"Payments, {row.supplier_name!r} is printed with company numbers "
        f"{' and '.join(row.numbers)}; write the right one in the directory."
        for row in printed.itertuples()
    ]
    return said + several[:_SAID]


def _asked(named: pd.Series, what: str, how: str) -> list[str]:
    """Questions about suppliers that may be one; `named` maps a number to their names."""
    said = [
        f"Payments, {what} {number} {how} {' and '.join(map(repr, names))}, counted apart; write "
        "one's name under same_as of the other if they are one."
        for number, names in named.head(_SAID).items()
    ]
    more = len(named) - len(said)
    return said + ([f"And {count(more, what)} more of this kind."] if more else [])


def _references(q: OpenQuarter) -> pd.DataFrame:
    """One row a publisher's reference (`number`) and a name printed with it."""
    found = q.sql(
        "SELECT DISTINCT supplier_ref, supplier, supplier_id, supplier_name, supplier_class"
        " FROM lines WHERE supplier_ref <> '' AND supplier_id <> ''"
    )
    return found.assign(number=found["supplier_ref"].map(reference).astype("str"))


def _keep_answers(
    path: Path, held: pd.DataFrame, ids: Mapping[str, str], quarter_file: Path
) -> None:
    if not path.is_file():
        return
    fresh = directory.known(directory.lacking(held, read_form(path, _LINES, {}), ids))
    if fresh.any():
        raise InputError(
            Fault(
                project.relative(path),
                f"holds {count(int(fresh.sum()), 'answer')} not yet in the directory",
                f"Run: svlib suppliers import {project.relative(quarter_file)} "
                f"{project.relative(path)}",
            )
        )


def _empty_lines(wanted: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    """Lines to fill in, with what a register suggests beside them."""
    known = every.set_index("supplier_id").loc[wanted["supplier_id"]]
    table = pd.DataFrame("", index=range(len(wanted)), columns=[*SUPPLIERS.names, *_MORE])
    return table.assign(
        **{f"suggested_{name}": list(known[name]) for name in _SUGGESTED},
        supplier=list(wanted["supplier_name"]),
        net_gbp=list(wanted["net_gbp"]),
        payments=list(wanted["payments"]),
    )
