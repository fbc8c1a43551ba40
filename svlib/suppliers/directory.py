"""The supplier directory: the council's own decisions, which always win."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from svlib.suppliers.identity import clean, reference
from svlib.tables import SUPPLIERS

REFERENCE = "supplier_ref"  # of a vendor master, never kept in the directory
FACTS = ("same_as", "company_number", "charity_number", "postcode", "size", "vcse", "category")


def directory_by_id(directory: pd.DataFrame, ids: Mapping[str, str]) -> pd.DataFrame:
    """The directory as one row a supplier, with `supplier_id`: each cell from the last of its lines
    that says anything there; what a line for another name (`same_as`) says counts after the
    supplier's own."""
    found = [ids.get(name, clean(name)) for name in directory["supplier"]]
    lines = directory.assign(supplier_id=found)
    ordered = lines.iloc[(lines["same_as"] == "").argsort(kind="stable")]
    said = ordered.mask(ordered.isin(["", "unknown"]))
    merged = said.groupby("supplier_id", sort=False).last().reset_index()
    text = [name for name in merged if name != "decided_on"]
    return merged.assign(**{name: merged[name].fillna("").astype("str") for name in text})


def known(lines: pd.DataFrame) -> pd.Series:
    """Which lines say anything about their supplier."""
    said = [lines[name].isin(["", "unknown"]) for name in FACTS]
    return ~pd.concat(said, axis=1).all(axis=1)


def notes(directory: pd.DataFrame, printed: Collection[str]) -> list[str]:
    """What a person should look at in a directory; `printed` are the names of payees."""
    paid = {clean(name) for name in printed}
    rows = list(enumerate(directory.to_dict("records"), start=2))
    found = [
        f"row {row}: '{line['supplier']}' is not paid in any file held; the line is kept"
        for row, line in rows
        if clean(line["supplier"]) not in paid
    ]
    of_number: dict[str, list[str]] = {}
    for _, line in rows:
        if line["company_number"] and not line["same_as"]:
            of_number.setdefault(eight(line["company_number"]), []).append(line["supplier"])
    found += [
        f"{' and '.join(repr(name) for name in names)} have one company number, {number}, and are "
        "counted apart; write one's name under same_as of the other if they are one"
        for number, names in of_number.items()
        if len(names) > 1
    ]
    return found


def eight(number: str) -> str:
    """A company number in eight characters: leading zeros lost in a spreadsheet come back."""
    bare = number.strip().upper().removesuffix(".0")
    return bare.zfill(8) if bare.isdigit() else bare


def by_reference(lines: pd.DataFrame, printed: Mapping[str, str]) -> pd.DataFrame:
    """The lines of a vendor master with the name the payments print (`printed`: the publisher's
    reference, as `reference` has it, to name) where its own reference is among them."""
    names = lines[REFERENCE].map(lambda text: printed.get(reference(text), ""))
    return lines.assign(supplier=names.where(names != "", lines["supplier"]))


def merged(
    directory: pd.DataFrame, other: pd.DataFrame, ids: Mapping[str, str]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The directory with the lines of `other` (tables.SUPPLIERS) added for suppliers it lacks, and
    how many lines were `added`, `kept` as the directory has them, `silent` (they say nothing),
    `unpaid` (not in `ids`: printed name to supplier id) or `at odds` with one another.

    Lines of one supplier that agree are one; a supplier with several postcodes or numbers is left
    for a person to decide.
    """
    says = known(other)
    lines = other[says].assign(supplier_id=[_id(name, ids) for name in other["supplier"][says]])
    lines = lines.assign(company_number=[eight(n) if n else "" for n in lines["company_number"]])
    paid = lines[lines["supplier_id"] != ""]
    held = {_id(name, ids) or clean(name) for name in directory["supplier"]}
    fresh = paid[~paid["supplier_id"].isin(held)]
    telling = fresh.drop_duplicates(["supplier_id", *FACTS])
    odd = telling["supplier_id"].duplicated(keep=False)
    counts = {
        "added": int((~odd).sum()),
        "kept": len(paid) - len(fresh),
        "silent": int((~says).sum()),
        "unpaid": len(lines) - len(paid),
        "at odds": int(telling.loc[odd, "supplier_id"].nunique()),
    }
    both = [directory[SUPPLIERS.names], telling.loc[~odd, SUPPLIERS.names]]
    return pd.concat(both, ignore_index=True), counts


def _id(name: str, ids: Mapping[str, str]) -> str:
    """The id of a name as printed, or of one that is printed alike; empty when never paid."""
    same = clean(name)
    return ids.get(name, same if same in set(ids.values()) else "")
