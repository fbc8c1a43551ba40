"""Printed names matched to a register: matched, to review or not found, with score and reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from svlib.suppliers import aligning, candidates, model, printed, scoring
from svlib.suppliers.candidates import places_within
from svlib.suppliers.register import Register

MATCHED, REVIEW, NOT_FOUND = "matched", "review", "not_found"
_AT_ONCE = 20_000  # names compared together, which bounds memory
_FEW = 4  # companies of a name that the trees weigh


def match(names: Sequence[str], postcodes: Sequence[str], register: Register) -> pd.DataFrame:
    """One row a name, in order: `name`, `postcode`, `outcome` (matched, review or not_found),
    `company_number` and `company_name` (the likeliest company's; empty when not found), `score`
    (the probability, from 0 to 1, that it is that company; 0 when there is no likely one),
    `reason` in words, and `company` (its row in the register, -1 without one).

    `postcodes` holds a postcode, an outcode or nothing for each name.
    """
    parts = [
        _match(names[start : start + _AT_ONCE], postcodes[start : start + _AT_ONCE], register)
        for start in range(0, len(names), _AT_ONCE)
    ]
    return pd.concat(parts, ignore_index=True) if parts else _nothing([], [])


def _match(names: Sequence[str], postcodes: Sequence[str], register: Register) -> pd.DataFrame:
    table = likeliest(names, postcodes, register)
    table["score"] = model.probability(table)
    best = table.sort_values(["query", "score", "company"], ascending=[True, False, True])
    best = best.drop_duplicates("query")
    found = _nothing(names, postcodes)
    limits = model.limits()
    likely = best[best["score"] >= limits["review"]]
    at = likely["query"].to_numpy()
    company = likely["company"].to_numpy()
    found.loc[at, "outcome"] = np.where(likely["score"] >= limits["matched"], MATCHED, REVIEW)
    for ours, theirs in (("company_number", "number"), ("company_name", "name")):
        found.loc[at, ours] = register.companies[theirs].take(pa.array(company)).to_pylist()
    found.loc[at, "score"] = likely["score"].round(4).to_numpy()
    found.loc[at, "company"] = company
    found.loc[at, "reason"] = [_reason(row) for row in likely.to_dict("records")]
    return found


def _nothing(names: Sequence[str], postcodes: Sequence[str]) -> pd.DataFrame:
    many = len(names)
    return pd.DataFrame(
        {
            "name": pd.Series(names, dtype="str"),
            "postcode": pd.Series(postcodes, dtype="str"),
            "outcome": pd.Series([NOT_FOUND] * many, dtype="str"),
            "company_number": pd.Series([""] * many, dtype="str"),
            "company_name": pd.Series([""] * many, dtype="str"),
            "score": np.zeros(many),
            "reason": pd.Series(["no company with a like name"] * many, dtype="str"),
            "company": np.full(many, -1),
        }
    )


def likeliest(names: Sequence[str], postcodes: Sequence[str], register: Register) -> pd.DataFrame:
    """The likeliest few companies of each name: one row a name and company, `query`, `company`
    and features, those of the company's name and part of the printed one that are most alike."""
    parts = [(query, part) for query, name in enumerate(names) for part in printed.parts(name)]
    owner = np.array([query for query, _ in parts], np.int32)
    texts = pa.array([part.text for _, part in parts], pa.string())
    codes = pa.array([code.upper().replace(" ", "") for code in postcodes], pa.string())
    codes = codes.take(pa.array(owner))
    found, units, cut = candidates.find(texts, register, codes)
    probes = scoring.Probes(
        text=cut.text,
        form=cut.form,
        postcode=codes,
        length=np.array([len(name) for name in names], np.int32)[owner],
    )
    table = scoring.features(found, probes, register)
    part_of = np.array([bool(part.how) for _, part in parts], float)
    table["part"] = part_of[found.probe]
    table["query"], table["company"] = owner[found.probe], register.owner[found.row]
    table["probe"], table["row"] = found.probe, found.row
    table["line"] = model.line(table)
    table = table.sort_values(["query", "line", "company"], ascending=[True, False, True])
    table = table.drop_duplicates(["query", "company"])
    table = table[places_within(table["query"].to_numpy()) < _FEW].reset_index(drop=True)
    close = aligning.features(
        table["probe"].to_numpy(), table["row"].to_numpy(), units, cut, register
    )
    return _beside_the_others(pd.concat([table, close], axis=1))


def _beside_the_others(table: pd.DataFrame) -> pd.DataFrame:
    """With what sets each company apart from the others of its name; rows are sorted by line."""
    query, score = table["query"].to_numpy(), table["line"].to_numpy()
    rank = places_within(query)
    start = np.flatnonzero(rank == 0)
    group = np.cumsum(rank == 0) - 1
    top = score[start]
    size = np.diff([*start, len(score)])
    last = len(score) - 1
    second = np.where(size > 1, score[np.minimum(start + 1, last)], -_FAR) if len(start) else top
    other = np.where(rank == 0, second[group], top[group])
    near = score > top[group] - 1
    return table.assign(
        rank=rank.astype(float),
        gap=np.clip(score - other, -_FAR, _FAR),
        rivals=np.bincount(group, near, len(start))[group],
    )


_FAR = 15.0  # scores farther apart are all alike


def _reason(row: dict[str, float]) -> str:
    """Why a pair is taken for one organisation, and what speaks against it."""
    name = (
        "same name"
        if row["joined"] > 0.9999
        else "same words in another order"
        if row["sorted"] > 0.9999
        else "name cut off by the publisher"
        if row["prefix"] > 0.9999
        else f"name {row['ratio']:.0%} alike"
    )
    told = [
        (row["part"], "part of the printed name"),
        (row["former"], "a former name"),
        (row["same_postcode"], "same postcode"),
        (row["same_outcode"], "same postcode district"),
        (row["same_area"], "same postcode area"),
        (row["other_area"], "another postcode area"),
        (row["other_form"], "another legal form"),
        (1 - row["numbers"], "another figure in the name"),
        (row["rivals"] > 1, f"{row['rivals'] - 1:.0f} other companies nearly as like"),
    ]
    return ", ".join([name, *(text for holds, text in told if holds)])
