"""What is counted twice, and how it is taken off: rules as data, applied within one contract.

Where two values of one contract overlap by a rule, the smaller is taken off in a line of its own;
the values themselves stay as they are. The rules are data/reference/overlaps.csv.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from svlib.framework import Overlap
from svlib.outcomes.shared import STAGES, VALUE_TYPES, frame, groups, total

REMOVED, TOTAL = "overlap removed", "total"
_REMOVED = [
    "rule_id", "contract_ref", "category", "commitment_id", "measure_id", "value_type", "gbp",
    "kept_commitment_id", "kept_measure_id", "kept_value_type", "kept_gbp", "reason",
]  # fmt: skip
_GBP = [f"{stage}{basis}_gbp" for stage in STAGES for basis in ("", "_net")]
_OF = {"type": "value_type", "group": "overlap_group", "proxy": "proxy_id", "measure": "measure_id"}


@dataclass(frozen=True)
class _Taken:
    """A value that is taken off, the rule, and the larger one that stays (None: a rule for all)."""

    off: Mapping[str, Any]
    rule: Overlap
    kept: Mapping[str, Any] | None


def removed(
    valued: pd.DataFrame, rules: Sequence[Overlap], column: str = "delivered_net_gbp"
) -> pd.DataFrame:
    """One row a value taken off: rule_id, contract_ref, category, commitment_id, measure_id,
    value_type and gbp of what is taken off, the same of the larger value that stays, and the reason.

    `column` is a column of pounds of `valued`: the larger of a pair is judged by it. Values of a
    contract are gone through from the largest; one that overlaps with a value already kept is taken
    off whole, once, and nothing else is then compared with it. Of equal values the first by
    commitment and kind stays. Values of 0 or not known are passed over.
    """
    rows = []
    for _, part in groups(valued, ["contract_ref"]):
        for found in _taken(part.to_dict("records"), rules, column):
            kept = found.kept or {}
            rows.append(
                {name: found.off[name] for name in _REMOVED[1:6]}
                | {"rule_id": found.rule.rule_id, "gbp": found.off[column]}
                | {f"kept_{name}": kept.get(name, "") for name in ("commitment_id", "measure_id")}
                | {"kept_value_type": kept.get("value_type", ""), "kept_gbp": kept.get(column)}
                | {"reason": found.rule.reason}
            )
    return frame(rows, _REMOVED)


def totals(
    valued: pd.DataFrame, rules: Sequence[Overlap], *, include_unverified: bool = False
) -> pd.DataFrame:
    """Six rows: the four kinds of value, what is taken off as counted twice (0 or less), and the
    total. Columns: line, commitments, unverified (commitments that rest on an unchecked value), then
    promised, due, delivered and evidenced in pounds, gross and net.

    Unless `include_unverified`, values that nobody checked against their source stay out. Kinds of
    value overlap: no sum over them is made but that of the last row, after the line before it. Net
    is None where `valued` was made without a scenario.
    """
    used = counted(valued, include_unverified=include_unverified)
    rows = []
    for kind in VALUE_TYPES:
        part = used[used["value_type"] == kind]
        unverified = int((~part["verified"].astype(bool)).sum())
        row = {"line": kind, "commitments": len(part), "unverified": unverified}
        rows.append(row | {name: total(part[name]) for name in _GBP})
    off = {name: _off(used, rules, name) for name in _GBP}
    sums = {name: total([*(row[name] for row in rows), off[name]]) for name in _GBP}
    same = {
        "commitments": used["commitment_id"].nunique(),
        "unverified": used.loc[~used["verified"].astype(bool), "commitment_id"].nunique(),
    }
    rows += [{"line": REMOVED} | off, {"line": TOTAL} | same | sums]
    return frame(rows, ["line", "commitments", "unverified", *_GBP])


def counted(valued: pd.DataFrame, *, include_unverified: bool) -> pd.DataFrame:
    """The rows of `valued` that headline totals are made of."""
    if include_unverified:
        return valued
    return valued[valued["verified"].astype(bool)].reset_index(drop=True)


def by_contract_value(
    valued: pd.DataFrame,
    rules: Sequence[Overlap],
    contracts: pd.DataFrame,
    column: str = "promised_gbp",
) -> pd.DataFrame:
    """One row a contract with a value, largest share first: contract_ref, title, value_gbp (the
    register's, None when it has none), social_gbp (`column` after overlap), share_of_value, and
    `warning`: whether it is above half of the contract's value."""
    register = {row["contract_ref"]: row for row in contracts.to_dict("records")}
    rows = []
    for ref, part in groups(valued, ["contract_ref"]):
        known = register.get(_first(ref), {})
        worth = total([*part[column], _off(part, rules, column)])
        value = _money(known.get("value_gbp"))
        share = float(worth / value) if value and worth is not None else None
        rows.append({
            "contract_ref": _first(ref), "title": known.get("title", ""), "value_gbp": value,
            "social_gbp": worth, "share_of_value": share,
            "warning": share is not None and share > WARN_ABOVE,
        })  # fmt: skip
    rows.sort(key=lambda row: (-(row["share_of_value"] or 0.0), row["contract_ref"]))
    names = ["contract_ref", "title", "value_gbp", "social_gbp", "share_of_value", "warning"]
    return frame(rows, names)


WARN_ABOVE = 0.5
"""Members of one portal report 20% of contract value on average; above half deserves a question."""


def _taken(rows: list[dict[str, Any]], rules: Sequence[Overlap], column: str) -> list[_Taken]:
    largest_first = sorted(
        (row for row in rows if row[column]),
        key=lambda row: (
            (-row[column], row["commitment_id"], VALUE_TYPES.index(row["value_type"]))
            if row["value_type"] in VALUE_TYPES
            else (-row[column], row["commitment_id"], -1)
        ),
    )
    kept: list[dict[str, Any]] = []
    taken = []
    for row in largest_first:
        found = _why(row, kept, rules)
        if found is None:
            kept.append(row)
        else:
            taken.append(found)
    return taken


def _why(
    row: Mapping[str, Any], kept: Sequence[Mapping[str, Any]], rules: Sequence[Overlap]
) -> _Taken | None:
    """The first rule by which `row` is taken off, in the order of the rules."""
    for rule in rules:
        if rule.taken_off == "all":
            if _fits(row, rule.first):
                return _Taken(row, rule, None)
            continue
        for other in kept:
            if _overlap(row, other, rule):
                return _Taken(row, rule, other)
    return None


def _overlap(row: Mapping[str, Any], other: Mapping[str, Any], rule: Overlap) -> bool:
    same = row["commitment_id"] == other["commitment_id"]
    if rule.within == "commitment" and not same:
        return False
    if rule.first == rule.second and row["measure_id"] == other["measure_id"]:
        return False  # one measure promised twice, in two places say, is not one change twice
    return (_fits(row, rule.first) and _fits(other, rule.second)) or (
        _fits(row, rule.second) and _fits(other, rule.first)
    )


def _fits(row: Mapping[str, Any], selector: str) -> bool:
    kind, _, pattern = selector.partition(":")
    return fnmatchcase(str(row[_OF[kind]]), pattern)


def _off(part: pd.DataFrame, rules: Sequence[Overlap], column: str) -> Decimal | None:
    """What is taken off in all: 0 or less; None where the column is not known."""
    if any(one is None for one in part[column]):
        return None
    return -sum(removed(part, rules, column)["gbp"], Decimal(0))


def _money(value: Any) -> Decimal | None:
    return value if isinstance(value, Decimal) and value > 0 else None


def _first(key: Any) -> str:
    """A group's key by one column is a tuple of one."""
    return str(key[0] if isinstance(key, tuple) else key)
