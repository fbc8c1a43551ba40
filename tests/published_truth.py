"""Supplier names whose company number somebody published, to measure a matcher of names.

Three files of `shared/data/matching`, none of them perfect, so results are printed by `source`:

- `nwod`: Bolton and Salford in 2019, numbers found by a machine from the name itself (steps 1 to 7;
  later steps guess from other registers and are left out). Too easy, and now and then wrong.
- `central`: payees of central government, machine-made too; only `exact` names of high confidence.
- `council`: numbers that councils published beside the name, made by people, with people's errors.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path

import pandas as pd

NEWEST_NUMBER = 16_500_000  # Companies House had not yet issued this number in 2024
NWOD_STEPS = ("1", "3", "4", "5.1", "6", "7")
_NUMBER = re.compile(r"\d{8}|[A-Z]{2}\d{6}|IP\d{5}[RC]")
_UNKNOWN = {"", "N/A", "NONE", "0"}


@cache
def pairs(shared: Path) -> pd.DataFrame:
    """One row a different (`source`, `name` as printed) with a possible company number.

    `publisher`; `postcode` and `postcode_from` ("payer", or "register" where it is the company's
    registered postcode and so gives the answer away; both empty when none); `company_number`, eight
    characters; `registered_name` and `registered_name_from` ("central", "nwod", "other publisher",
    "other spelling"); `split`, "tune" or "held". A name is never its own registered name, unless a
    register said so: such rows are left out, and so are companies whose name nobody knows.
    """
    printed = _printed(shared)
    possible = printed[printed["company_number"] != ""]
    known = _known_names(shared)
    groups = dict(list(possible.groupby("company_number")))
    rows = possible.apply(
        lambda row: _registered(row, known, groups[row["company_number"]]), axis=1
    )
    found = pd.concat([possible, rows], axis=1)
    found = found[found["registered_name"] != ""]
    found = found.drop_duplicates(["source", "name"]).reset_index(drop=True)
    codes = _postcodes(shared)
    for column in ("postcode", "postcode_from"):
        found[column] = found["name"].str.casefold().map(codes[column]).fillna("")
    found["split"] = found["company_number"].map(split)
    return found


def left_out(shared: Path) -> dict[str, int]:
    """How many printed names are not in `pairs`, by reason."""
    printed, kept = _printed(shared), pairs(shared)
    possible = printed[printed["company_number"] != ""]
    counts = Counter(printed.loc[printed["company_number"] == "", "reason"])
    in_pairs = set(kept["source"] + "\n" + kept["name"])
    nameless = ~(possible["source"] + "\n" + possible["name"]).isin(in_pairs)
    counts["no registered name but its own spelling"] = int(nameless.sum())
    counts["second number for a name"] = len(possible) - int(nameless.sum()) - len(kept)
    return dict(counts)


def doubtful(shared: Path) -> pd.DataFrame:
    """One row a central payee that a machine matched badly, or not at all: hard negatives.

    `name`, `match_quality`, `confidence_label`, and the `company_number` and `registered_name` that
    a careful matcher should not give without doubt (empty where the machine found none).
    """
    table = _central(shared)
    poor = table["match_quality"].isin(["low", "medium_overlap"]) | table["confidence_label"].isin(
        ["low", "suspicious"]
    )
    columns = ["name", "match_quality", "confidence_label", "company_number", "registered_name"]
    return table.loc[poor, columns].drop_duplicates("name").reset_index(drop=True)


@cache
def planted(shared: Path) -> pd.DataFrame:
    """One row a company of `pairs` or `doubtful`, to plant in a made-up register.

    `company_number`, `registered_name`; `postcode`, `status`, `sic` as the register had them, empty
    where nobody published them.
    """
    both = pd.concat([pairs(shared), doubtful(shared)])[["company_number", "registered_name"]]
    both = both[both["registered_name"] != ""].drop_duplicates("company_number")
    found = both.merge(_register_facts(shared), how="left", on="company_number").fillna("")
    return found.sort_values("company_number").reset_index(drop=True)


def split(company_number: str) -> str:
    """ "tune" or "held": the same for every spelling of a company, today and next year."""
    return "tune" if sha256(company_number.encode()).digest()[0] % 2 else "held"


def whole_number(written: str) -> str:
    """The number in eight characters, leading zeros put back; empty when it cannot be one."""
    bare = re.sub(r"\s", "", written).upper()
    if bare.isdigit():
        bare = bare.zfill(8)
    elif lost := re.fullmatch(r"([A-Z]{2})(\d{1,5})", bare):
        bare = lost[1] + lost[2].zfill(6)
    if not _NUMBER.fullmatch(bare) or (bare.isdigit() and not 0 < int(bare) < NEWEST_NUMBER):
        return ""
    return bare


@cache
def _printed(shared: Path) -> pd.DataFrame:
    """One row a different (source, publisher, name, number); `reason` where the number is empty."""
    central = _central(shared)
    good = (central["match_quality"] == "exact") & (central["confidence_label"] == "high")
    nwod = _nwod(shared)
    steps = nwod["match_method"].isin(NWOD_STEPS)
    parts = [
        central[good].assign(source="central", publisher="central"),
        nwod[steps].assign(source="nwod"),
        _councils(shared).assign(source="council"),
    ]
    table = pd.concat(parts, ignore_index=True)
    table = table[["source", "publisher", "name", "company_number"]]
    table = table[~table["company_number"].str.upper().isin(_UNKNOWN)]
    table["company_number"] = table["company_number"].map(whole_number)
    table["reason"] = table["company_number"].map(lambda number: "" if number else "impossible")
    return table.drop_duplicates().reset_index(drop=True)


def _registered(row: pd.Series, known: pd.DataFrame, same: pd.DataFrame) -> pd.Series:
    """The name the register has for a printed row, and who says so; `same` have its number."""
    if row["company_number"] in known.index:
        return known.loc[row["company_number"]]
    others = same[same["publisher"] != row["publisher"]]
    name = _longest(same["name"])
    said = "other publisher" if name in set(others["name"]) else "other spelling"
    if name.casefold() == row["name"].casefold():
        name = said = ""
    return pd.Series({"registered_name": name, "registered_name_from": said})


def _longest(names: pd.Series) -> str:
    """The longest spelling; of equally long ones the first in the alphabet."""
    return str(min(names, key=lambda name: (-len(name), name)))


@cache
def _known_names(shared: Path) -> pd.DataFrame:
    """Registered names by company number, as copied from the register: `registered_name`, `_from`.

    What a number is called is true however badly a payee was matched to it.
    """
    nwod = _nwod(shared).rename(columns={"company_name": "registered_name"})
    parts = [
        _central(shared).assign(registered_name_from="central"),
        nwod.assign(registered_name_from="nwod"),
    ]
    table = pd.concat(parts)[["company_number", "registered_name", "registered_name_from"]]
    table["company_number"] = table["company_number"].map(whole_number)
    table = table[(table["company_number"] != "") & (table["registered_name"] != "")]
    return table.drop_duplicates("company_number").set_index("company_number")


def _register_facts(shared: Path) -> pd.DataFrame:
    """`company_number`, `postcode`, `status`, `sic` (one code) where a file copied them."""
    central = _central(shared)
    central["sic"] = central["sic_codes"].str.split("|").str[0]
    central = central.rename(columns={"reg_office_postcode": "postcode"})
    nwod = _nwod(shared).assign(postcode="", status="")
    nwod["sic"] = nwod["sicc_int"].where(nwod["sicc_int"] != "0", "")
    columns = ["company_number", "postcode", "status", "sic"]
    table = pd.concat([central, nwod])[columns]
    table["company_number"] = table["company_number"].map(whole_number)
    return table[table["company_number"] != ""].drop_duplicates("company_number")


def _postcodes(shared: Path) -> pd.DataFrame:
    """The postcode on most lines of each name, by casefolded name; a payer's before the register's.

    `postcode`, `postcode_from`.
    """
    table = _read(shared, "supplier_postcodes_published.csv")
    table["postcode_from"] = "payer"
    table.loc[table["source"].str.startswith("Companies House"), "postcode_from"] = "register"
    table["n_rows"] = pd.to_numeric(table["n_rows"])
    table["key"] = table["supplier_name"].str.casefold()
    table = table.sort_values(
        ["postcode_from", "n_rows", "postcode"], ascending=[True, False, True]
    )
    return table.drop_duplicates("key").set_index("key")[["postcode", "postcode_from"]]


def _central(shared: Path) -> pd.DataFrame:
    table = _read(shared, "central_gov_suppliers_companies_house_match.csv")
    return table.rename(columns={"name_as_published": "name"})


def _councils(shared: Path) -> pd.DataFrame:
    table = _read(shared, "supplier_company_numbers_published_by_councils.csv")
    return table.rename(columns={"supplier_name": "name"})


def _nwod(shared: Path) -> pd.DataFrame:
    towns = ("bolton", "salford")
    parts = [_read(shared, f"nwod_2019/{town}_2019.csv").assign(publisher=town) for town in towns]
    table = pd.concat(parts).rename(columns={"beneficiary_name": "name"})
    return table[table["company_number"] != ""]


@cache
def _cells(shared: Path, name: str) -> pd.DataFrame:
    path = shared / "matching" / name
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    return table.apply(lambda column: column.str.strip())


def _read(shared: Path, name: str) -> pd.DataFrame:
    return _cells(shared, name).copy()
