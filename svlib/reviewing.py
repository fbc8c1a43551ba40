"""Looking suppliers up: the next worklist, its payoff, and answers into the directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from svlib import csvfile, project, spend, store
from svlib.errors import Fault, InputError
from svlib.ingest import read_form
from svlib.show import count, money, share
from svlib.suppliers import directory, worklist
from svlib.tables import SUPPLIERS
from svlib.view import OpenQuarter, open_quarter

WORKLIST = "suppliers_review.csv"
_SUGGESTED = (
    "outcome",
    "score",
    "register_name",
    "company_number",
    "registered_postcode",
    "reason",
)
_MORE = ("net_gbp", "payments", *(f"suggested_{name}" for name in _SUGGESTED))
_LINES = replace(SUPPLIERS, key=())  # a name may stand several times


def review(quarter_file: Path, settings: Mapping[str, str], first: int) -> list[str]:
    """Write the suppliers to look up next, richest first, with empty cells to fill, beside the
    authority's parameters; say where, what it is worth, and what is odd in the directory.

    Raises InputError when the worklist that lies there holds answers not yet imported.
    """
    q = open_quarter({"file": str(quarter_file), **settings})
    held = directory_of(q)
    path = store.usual_directory(q.parameters).with_name(WORKLIST)
    _keep_answers(path, held, quarter_file)
    every = spend.by_supplier(q.payments)
    wanted = worklist.to_look_up(every).head(first)
    lines = _empty_lines(wanted, q.suppliers)
    csvfile.write(path, [*SUPPLIERS.names, *_MORE], lines.to_dict("records"))
    n, before, after = worklist.payoff(every, first)
    said = [f"Worklist: {project.relative(path)}"]
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
    return said + [f"Directory, {note}." for note in notes]


def import_lines(
    quarter_file: Path, settings: Mapping[str, str], path: Path, columns: Mapping[str, str]
) -> list[str]:
    """Add what a file knows of suppliers (a filled worklist, the council's vendor master) to the
    authority's directory; say what became of its lines. Lines in the directory are never changed.

    `columns` maps columns of tables.SUPPLIERS to the file's headers where they are not recognised.
    Raises InputError when a cell breaks a rule; then nothing is written.
    """
    q = open_quarter({"file": str(quarter_file), **settings})
    lines = read_form(path, _LINES, columns)
    ids = dict(
        q.sql("SELECT DISTINCT supplier, supplier_id FROM lines WHERE supplier_id <> ''")
        .itertuples(index=False, name=None)
    )  # fmt: skip
    found, counts = directory.merged(directory_of(q), lines, ids)
    where = store.directory_file(q.parameters) or store.usual_directory(q.parameters)
    if counts["added"]:
        csvfile.write(where, SUPPLIERS.names, found.to_dict("records"))
    told = {
        "added": "added",
        "kept": "already in the directory, which stands",
        "silent": "say nothing of their supplier",
        "unpaid": "name a supplier that no file held pays",
    }
    said = [f"{count(counts[name], 'line')} {text}" for name, text in told.items() if counts[name]]
    if counts["at odds"]:
        said.append(
            f"{count(counts['at odds'], 'supplier')} with several postcodes or numbers left out: "
            "decide which, and write one line each"
        )
    return [f"{text}." for text in said or ["No line found"]] + [
        f"Directory: {project.relative(where)}"
    ]


def directory_of(q: OpenQuarter) -> pd.DataFrame:
    """The authority's directory as it lies there, empty when there is none."""
    path = store.directory_file(q.parameters)
    source = q.parameters.sources.suppliers
    if path is None:
        return pd.DataFrame(columns=SUPPLIERS.names, dtype="str")
    return read_form(path, SUPPLIERS, source.columns if source else {})


def _names(q: OpenQuarter) -> set[str]:
    return set(q.sql("SELECT DISTINCT supplier FROM lines")["supplier"])


def _keep_answers(path: Path, held: pd.DataFrame, quarter_file: Path) -> None:
    if not path.is_file():
        return
    lines = read_form(path, _LINES, {})
    fresh = directory.known(lines) & ~lines["supplier"].isin(held["supplier"])
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
