"""What is counted twice, and how it is taken off: rules as data, applied within one contract.

Where two values of one contract overlap by a rule, the smaller is taken off in a line of its own;
the values themselves stay as they are. The rules are data/reference/overlaps.csv.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from svlib.framework import Overlap
from svlib.outcomes.shared import STAGES, VALUE_TYPES, frame, total

WARN_ABOVE = 0.5
"""Members of one portal report 20% of contract value on average; above half deserves a question."""

REMOVED, TOTAL = "overlap removed", "total"
_REMOVED = [
    "rule_id", "contract_ref", "category", "commitment_id", "measure_id", "value_type", "gbp",
    "kept_commitment_id", "kept_measure_id", "kept_value_type", "kept_gbp", "reason",
]  # fmt: skip
_GBP = [f"{stage}{basis}_gbp" for stage in STAGES for basis in ("", "_net")]
_ORDER = {kind: number for number, kind in enumerate(VALUE_TYPES)}
_OF = {"type": "value_type", "group": "overlap_group", "proxy": "proxy_id", "measure": "measure_id"}


@dataclass(frozen=True)
class _Value:
    """A row of `valued`, and the numbers of the rules whose first and whose second choose it."""

    row: Mapping[str, Any]
    first: frozenset[int]
    second: frozenset[int]


@dataclass(frozen=True)
class _Taken:
    """A value that is taken off, the rule, and the larger one that stays (None: a rule for all)."""

    off: _Value
    rule: Overlap
    kept: _Value | None


def removed(
    valued: pd.DataFrame, rules: Sequence[Overlap], column: str = "delivered_net_gbp"
) -> pd.DataFrame:
    """One row a value taken off: rule_id, contract_ref, category, commitment_id, measure_id,
    value_type and gbp of what is taken off; the same of the larger value that stays; the reason.

    `column` is a column of pounds of `valued`: the larger of a pair is judged by it. Values of a
    contract are gone through from the largest; one that overlaps with a value already kept is taken
    off whole, once, and nothing else is then compared with it. Of equal values the first by
    commitment and kind stays. Values of 0 or not known are passed over.
    """
    rows = []
    for part in _by_contract(valued, rules).values():
        for found in _taken(part, rules, column):
            kept = found.kept.row if found.kept else {}
            rows.append(
                {name: found.off.row[name] for name in _REMOVED[1:6]}
                | {"rule_id": found.rule.rule_id, "gbp": found.off.row[column]}
                | {f"kept_{name}": kept.get(name, "") for name in ("commitment_id", "measure_id")}
                | {"kept_value_type": kept.get("value_type", ""), "kept_gbp": kept.get(column)}
                | {"reason": found.rule.reason}
            )
    return frame(rows, _REMOVED)


def totals(
    valued: pd.DataFrame, rules: Sequence[Overlap], *, include_unverified: bool = False
) -> pd.DataFrame:
    """Six rows: the four kinds of value, what is taken off as counted twice (0 or less), and the
    total. Columns: line, commitments, unverified (commitments that rest on an unchecked value),
    promised, due, delivered and evidenced in pounds, gross and net.

    Unless `include_unverified`, values that nobody checked against their source stay out. Kinds of
    value overlap: no sum over them is made but that of the last row, after the line before it. Net
    is None where `valued` was made without a scenario.
    """
    used = counted(valued, include_unverified=include_unverified)
    rows: list[dict[str, Any]] = []
    for kind in VALUE_TYPES:
        part = used[used["value_type"] == kind]
        unverified = int((~part["verified"].astype(bool)).sum())
        row: dict[str, Any] = {"line": kind, "commitments": len(part), "unverified": unverified}
        rows.append(row | {name: total(part[name]) for name in _GBP})
    parts = _by_contract(used, rules)
    off = {name: _off(parts.values(), rules, name) for name in _GBP}
    sums: dict[str, Any] = {}
    for name in _GBP:
        sums[name] = total([*(row[name] for row in rows), off[name]])
    same: dict[str, Any] = {
        "commitments": used["commitment_id"].nunique(),
        "unverified": used.loc[~used["verified"].astype(bool), "commitment_id"].nunique(),
    }
    rows.append({"line": REMOVED, "commitments": None, "unverified": None} | off)
    rows.append({"line": TOTAL} | same | sums)
    return frame(rows, ["line", "commitments", "unverified", *_GBP])


def counted(valued: pd.DataFrame, *, include_unverified: bool) -> pd.DataFrame:
    """The rows of `valued` that headline totals are made of: never a wage, and unless told so no
    value that nobody checked."""
    used = valued["value_type"].isin(VALUE_TYPES)
    if not include_unverified:
        used &= valued["verified"].astype(bool)
    return valued[used].reset_index(drop=True)


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
    used = counted(valued, include_unverified=True)
    for ref, part in _by_contract(used, rules).items():
        known = register.get(ref, {})
        worth = total([*(one.row[column] for one in part), _off([part], rules, column)])
        value = _money(known.get("value_gbp"))
        share = float(worth / value) if value and worth is not None else None
        rows.append({
            "contract_ref": ref, "title": known.get("title", ""), "value_gbp": value,
            "social_gbp": worth, "share_of_value": share,
            "warning": share is not None and share > WARN_ABOVE,
        })  # fmt: skip
    rows.sort(key=lambda row: (-(row["share_of_value"] or 0.0), row["contract_ref"]))
    names = ["contract_ref", "title", "value_gbp", "social_gbp", "share_of_value", "warning"]
    return frame(rows, names)


def _by_contract(valued: pd.DataFrame, rules: Sequence[Overlap]) -> dict[str, list[_Value]]:
    parts: dict[str, list[_Value]] = {}
    for row in valued.to_dict("records"):
        first, second = (
            frozenset(n for n, rule in enumerate(rules) if _fits(row, getattr(rule, end)))
            for end in ("first", "second")
        )
        parts.setdefault(row["contract_ref"], []).append(_Value(row, first, second))
    return parts


def _taken(part: list[_Value], rules: Sequence[Overlap], column: str) -> Iterator[_Taken]:
    kept: list[_Value] = []
    worth = [value for value in part if value.row[column]]
    for value in sorted(worth, key=lambda value: _rank(value, column)):
        found = _why(value, kept, rules)
        if found is None:
            kept.append(value)
        else:
            yield found


def _rank(value: _Value, column: str) -> tuple[Decimal, str, int]:
    row = value.row
    return -row[column], row["commitment_id"], _ORDER.get(row["value_type"], -1)


def _why(value: _Value, kept: Sequence[_Value], rules: Sequence[Overlap]) -> _Taken | None:
    """The first rule by which a value is taken off, in the order of the rules."""
    for number in sorted(value.first | value.second):
        rule = rules[number]
        if rule.taken_off == "all":
            return _Taken(value, rule, None)
        for other in kept:
            if _overlap(value, other, number, rule):
                return _Taken(value, rule, other)
    return None


def _overlap(value: _Value, other: _Value, number: int, rule: Overlap) -> bool:
    if not (
        (number in value.first and number in other.second)
        or (number in value.second and number in other.first)
    ):
        return False
    if rule.within == "commitment":
        return bool(value.row["commitment_id"] == other.row["commitment_id"])
    # one measure promised twice, in two places say, is not one change counted twice
    return rule.first != rule.second or value.row["measure_id"] != other.row["measure_id"]


def _fits(row: Mapping[str, Any], selector: str) -> bool:
    kind, _, pattern = selector.partition(":")
    return bool(pattern) and fnmatchcase(str(row[_OF[kind]]), pattern)


def _off(parts: Iterable[list[_Value]], rules: Sequence[Overlap], column: str) -> Decimal | None:
    """What is taken off in all: 0 or less; None where the column is not known."""
    off = Decimal(0)
    for part in parts:
        if any(one.row[column] is None for one in part):
            return None
        off -= sum((found.off.row[column] for found in _taken(part, rules, column)), Decimal(0))
    return off


def _money(value: Any) -> Decimal | None:
    return value if isinstance(value, Decimal) and value > 0 else None
