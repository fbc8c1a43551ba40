"""The supplier directory: the council's own decisions, which always win."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

import pandas as pd

from svlib.suppliers.identity import clean, reference
from svlib.suppliers.numbers import eight
from svlib.tables import SUPPLIERS

REFERENCE = "supplier_ref"  # of a vendor master, never kept in the directory
FACTS = ("same_as", "company_number", "charity_number", "postcode", "size", "vcse", "category")
SILENT = "says nothing of its supplier"
UNPAID = "no file held pays this supplier"
KEPT = "the directory has it already, and stands"
AT_ODDS = "at odds with another line of its supplier"
WHYS = (SILENT, UNPAID, KEPT, AT_ODDS)
_NOTHING = ("", "unknown")


def directory_by_id(directory: pd.DataFrame, ids: Mapping[str, str]) -> pd.DataFrame:
    """The directory as one row a supplier, with `supplier_id`: each cell from the last of its lines
    that says anything there; what a line for another name (`same_as`) says counts after the
    supplier's own."""
    found = [ids.get(name, clean(name)) for name in directory["supplier"]]
    lines = directory.assign(supplier_id=found)
    ordered = lines.iloc[(lines["same_as"] == "").argsort(kind="stable")]
    said = ordered.mask(ordered.isin(_NOTHING))
    merged = said.groupby("supplier_id", sort=False).last().reset_index()
    text = [name for name in merged if name != "decided_on"]
    return merged.assign(**{name: merged[name].fillna("").astype("str") for name in text})


def known(lines: pd.DataFrame) -> pd.Series:
    """Which lines say anything about their supplier."""
    said = [lines[name].isin(_NOTHING) for name in FACTS]
    return ~pd.concat(said, axis=1).all(axis=1)


def notes(directory: pd.DataFrame, printed: Collection[str]) -> list[str]:
    """Lines of a directory for suppliers that are never paid; `printed` are the payees' names."""
    paid = {clean(name) for name in printed}
    return [
        f"row {row}: '{name}' is not paid in any file held; the line is kept"
        for row, name in enumerate(directory["supplier"], start=2)
        if clean(name) not in paid
    ]


def by_reference(lines: pd.DataFrame, printed: Mapping[str, str]) -> pd.DataFrame:
    """The lines of a vendor master with the name the payments print (`printed`: the publisher's
    reference, as `reference` has it, to name) where its own reference is among them."""
    names = lines[REFERENCE].map(lambda text: printed.get(reference(text), ""))
    return lines.assign(supplier=names.where(names != "", lines["supplier"]))


def lacking(directory: pd.DataFrame, other: pd.DataFrame, ids: Mapping[str, str]) -> pd.DataFrame:
    """The lines of `other` (tables.SUPPLIERS) with `supplier_id`, each left with those facts that
    the directory lacks of its supplier; the id is the cleaned name where `ids` has none."""
    lines = other.assign(supplier_id=_ids(other["supplier"], ids))
    lines["company_number"] = lines["company_number"].map(eight).astype("str")
    held = directory_by_id(directory, ids).set_index("supplier_id")
    for fact in FACTS:
        known_of = held.index[~held[fact].isin(_NOTHING)]
        lines[fact] = lines[fact].mask(lines["supplier_id"].isin(known_of), "")
    return lines


@dataclass(frozen=True)
class Merged:
    """A directory with another file's facts in it: lines `added`, lines `filled` where they were
    empty, and the other file's lines that were `left` out, each with `why` (one of WHYS)."""

    directory: pd.DataFrame
    added: int
    filled: int
    left: pd.DataFrame


def merged(directory: pd.DataFrame, other: pd.DataFrame, ids: Mapping[str, str]) -> Merged:
    """The directory with what the lines of `other` (tables.SUPPLIERS) know and it lacks. What it
    says stays. `ids` is printed name to supplier id.

    Lines of one supplier that agree are one; a supplier with several postcodes or numbers is left
    for a person to decide.
    """
    lines = lacking(directory, other, ids)
    fresh = lines.mask(lines.isin(_NOTHING))
    many = fresh.groupby("supplier_id")[list(FACTS)].nunique().gt(1).any(axis=1)
    tests = {
        SILENT: ~known(other),
        UNPAID: ~lines["supplier_id"].isin(set(ids.values())),
        KEPT: ~known(lines),
        AT_ODDS: lines["supplier_id"].map(many).astype(bool),
    }
    why = pd.Series("", index=other.index, dtype="str")
    for reason, holds in tests.items():
        why = why.mask((why == "") & holds, reason)
    taken = fresh[why == ""].groupby("supplier_id", sort=False).first()
    taken = taken.reset_index().reindex(columns=[*SUPPLIERS.names, "supplier_id"])
    found, own = directory[SUPPLIERS.names].copy(), _own_lines(directory, ids)
    here = taken["supplier_id"].isin(own)
    for line in taken[here].to_dict("records"):
        _fill(found, own[line["supplier_id"]], line)
    new = taken.loc[~here, SUPPLIERS.names]
    text = [name for name in SUPPLIERS.names if name != "decided_on"]
    new = new.assign(**{name: new[name].fillna("").astype("str") for name in text})
    whole = pd.concat([found, new], ignore_index=True) if len(found) else new
    return Merged(whole, len(new), int(here.sum()), other.assign(why=why)[why != ""])


def _own_lines(directory: pd.DataFrame, ids: Mapping[str, str]) -> dict[str, object]:
    """Supplier id to the last of its lines in the directory that is not for another name."""
    own = directory["supplier"][directory["same_as"] == ""]
    return dict(zip(_ids(own, ids), own.index, strict=True))


def _fill(found: pd.DataFrame, row: object, line: Mapping[Hashable, object]) -> None:
    for name in SUPPLIERS.names:
        empty = pd.isna(found.at[row, name]) or found.at[row, name] in _NOTHING
        if empty and not pd.isna(line[name]):
            found.at[row, name] = line[name]


def _ids(names: pd.Series, ids: Mapping[str, str]) -> list[str]:
    """The id of each name as printed, else its words, which are that of names printed alike."""
    return [ids.get(name) or clean(name) for name in names]
