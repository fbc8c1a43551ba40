"""Who won: contracts awarded in a quarter, by winner, place, size, kind and procedure.

Sums are of `counted_gbp` (`frameworks.counted`): a framework's value is a ceiling and counts
apart, so that it and its call-offs are not both added up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from svlib.contracts.frameworks import FRAMEWORK, ceilings, counted
from svlib.contracts.lines import ZERO, cells, missing, share, text, total, where
from svlib.places import ABROAD, certainty, ring, ring_names
from svlib.quarter import Quarter
from svlib.suppliers import classify
from svlib.suppliers.classes import HIDDEN, INDIVIDUAL

if TYPE_CHECKING:
    from svlib.parameters import Area, Areas

BY_AWARD, BY_START = "award date", "start date, as no award date is printed"
NOT_STATED = "not stated"


def awarded(contracts: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """The register's lines awarded in the quarter, largest value first, with the columns of
    `counted` and `dated_by`: the award date, or the start date of a line that prints none."""
    found = counted(contracts)
    dates = list(zip(cells(found, "award_date"), cells(found, "start_date"), strict=True))
    days = [start if award is None else award for award, start in dates]
    basis = [BY_START if award is None else BY_AWARD for award, _ in dates]
    found = found.assign(dated_by=pd.Series(basis, index=found.index, dtype=object))
    inside = where(found, [day is not None and quarter.start <= day <= quarter.end for day in days])
    order = sorted(
        range(len(inside)),
        key=lambda row: (-total([inside["value_gbp"].iloc[row]]), inside["contract"].iloc[row]),
    )
    return inside.iloc[order].reset_index(drop=True)


def totals(awards: pd.DataFrame) -> pd.DataFrame:
    """One row: `contracts` and call-offs, `without_value` among them, `value_gbp` of the others;
    `frameworks` with their `ceiling_gbp`; `at_most_gbp`, the value with what is left of the
    ceilings once call-offs listed here are taken off; `by_start_date`, lines without award date."""
    found = counted(awards)
    own = where(found, found["role"] != FRAMEWORK)
    above = ceilings(found)
    left = [
        max(row.ceiling_gbp - row.called_off_gbp, ZERO) for row in above.itertuples()
    ]  # fmt: skip
    value = total(own["counted_gbp"])
    row = {
        "contracts": len(own),
        "without_value": sum(map(missing, own["counted_gbp"])),
        "value_gbp": value,
        "frameworks": len(found) - len(own),
        "ceiling_gbp": total(above["ceiling_gbp"]),
        "at_most_gbp": value + total(left),
        "by_start_date": sum(basis == BY_START for basis in text(found, "dated_by")),
    }
    return pd.DataFrame([row])


def winners(awards: pd.DataFrame, n: int = 10) -> pd.DataFrame:
    """One row a supplier that won a contract or a place on a framework, largest first: `supplier`,
    `contracts`, `value_gbp` (over the contracts' whole life), `without_value` and `frameworks`.
    Individuals are one row together, without a name."""
    found = counted(awards)
    names = [HIDDEN if classify(name)[0] == INDIVIDUAL else name for name in found["supplier"]]
    rows = [
        {"supplier": name, **_summed(part), "frameworks": int((part["role"] == FRAMEWORK).sum())}
        for name, part in found.groupby(pd.Series(names, index=found.index, dtype=object))
    ]
    rows.sort(key=lambda row: (-row["value_gbp"], row["supplier"]))
    columns = ["supplier", "contracts", "value_gbp", "without_value", "frameworks"]
    return pd.DataFrame(rows[:n], columns=columns)


def by_place(awards: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    """One row a ring, from the authority outwards: `place`, `contracts`, `value_gbp`, and their
    shares `share_of_contracts` and `share_of_value`. A register without postcodes is not placed."""
    found = _of_contracts(awards)
    places = [ring(row.place_status, row.candidates, areas) for row in found.itertuples()]
    table = _grouped(found, "place", places, ring_names(areas))
    return table.drop(columns="without_value")


def area_shares(awards: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    """One row an area, the nested from the smallest outwards, then the others: `area`, `name`,
    `inside` (contracts), `inside_gbp`, `share_of_contracts` and `share_of_value` (inside over what
    is placed, None when nothing is), each with `low_...` and `high_...`: bounds over all of them,
    for the winners not certain to lie in or out counted wholly out, or wholly in."""
    found = _of_contracts(awards)
    return pd.DataFrame([_area_share(found, area) for area in areas.every])


def by_size(awards: pd.DataFrame) -> pd.DataFrame:
    """One row an answer to "is the winner small or medium?": `sme` (yes, no, unknown, or not
    stated), `contracts`, `value_gbp`, `without_value`, `share_of_contracts`, `share_of_value`."""
    return _by(awards, "sme", ["yes", "no", "unknown"])


def by_vcse(awards: pd.DataFrame) -> pd.DataFrame:
    """One row an answer to "is the winner a voluntary, community or social enterprise?": `vcse`,
    and the columns of `by_size`."""
    return _by(awards, "vcse", ["yes", "no", "unknown"])


def by_procedure(awards: pd.DataFrame) -> pd.DataFrame:
    """One row a procedure as the register prints it, largest value first, `not stated` last:
    `procedure`, and the columns of `by_size`."""
    found = _of_contracts(awards)
    value = {name: total(part["counted_gbp"])
             for name, part in found.groupby(text(found, "procedure"))}  # fmt: skip
    value.pop("", None)
    return _by(awards, "procedure", sorted(value, key=lambda name: (-value[name], name)))


def _of_contracts(awards: pd.DataFrame) -> pd.DataFrame:
    found = counted(awards)
    return where(found, found["role"] != FRAMEWORK)


def _by(awards: pd.DataFrame, column: str, order: list[str]) -> pd.DataFrame:
    found = _of_contracts(awards)
    said = [cell or NOT_STATED for cell in text(found, column)]
    return _grouped(found, column, said, [*order, NOT_STATED])


def _grouped(found: pd.DataFrame, column: str, values: list[str], order: list[str]) -> pd.DataFrame:
    """One row a value in this order, those without a contract left out."""
    which = pd.Series(values, index=found.index, dtype=object)
    rows = [{column: name, **_summed(part)} for name in order if len(part := found[which == name])]
    table = pd.DataFrame(rows, columns=[column, "contracts", "value_gbp", "without_value"])
    count, whole = int(table["contracts"].sum()), total(table["value_gbp"])
    table["share_of_contracts"] = [share(int(here), count) for here in table["contracts"]]
    table["share_of_value"] = [share(here, whole) for here in table["value_gbp"]]
    return table


def _summed(part: pd.DataFrame) -> dict[str, Any]:
    own = where(part, part["role"] != FRAMEWORK)
    return {
        "contracts": len(own),
        "value_gbp": total(own["counted_gbp"]),
        "without_value": sum(map(missing, own["counted_gbp"])),
    }


def _area_share(found: pd.DataFrame, area: Area) -> dict[str, Any]:
    how_sure = [certainty(written, area) for written in found["candidates"]]
    abroad = found["place_status"].isin(ABROAD)
    inside = pd.Series([how == "inside" for how in how_sure], index=found.index, dtype=bool)
    known = pd.Series([how != "unsure" for how in how_sure], index=found.index, dtype=bool) | abroad
    row: dict[str, Any] = {"area": area.id, "name": area.name}
    one = [1] * len(found)
    for of, values in (("contracts", one), ("value", list(found["counted_gbp"]))):
        amounts = pd.Series(values, index=found.index, dtype=object)
        parts = (total(amounts[rows]) for rows in (inside, known, inside | ~known, inside | True))
        within, certain, most, whole = parts
        row["inside" if of == "contracts" else "inside_gbp"] = (
            int(within) if of == "contracts" else within
        )
        row[f"share_of_{of}"] = share(within, certain)
        row[f"low_{of}"], row[f"high_{of}"] = share(within, whole), share(most, whole)
    return row
