"""Frameworks and their call-offs: which line is which, so that no pound is counted twice."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from svlib import project
from svlib.contracts.lines import ZERO, cells, missing, named, text, total

FRAMEWORK, CALL_OFF, CONTRACT = "framework", "call-off", "contract"
IS_PARENT = "another line names it as its framework"
HAS_PARENT = "names the framework it is called off from"
SHARED = "one value printed for several suppliers"
_ROLES = (CONTRACT, CALL_OFF, FRAMEWORK)


def counted(register: pd.DataFrame) -> pd.DataFrame:
    """The register with four columns more: `contract` (a name no other line has), `role`
    (contract, call-off or framework), `role_rule` (what decided; empty for a contract that nothing
    says more of) and `counted_gbp`, the value to add up: None for a framework, whose value is a
    ceiling, and where no value is printed.

    The rules, first that holds: another line names this one in its `parent_ref`; the line names a
    parent itself; lines of one reference, value and term have several suppliers, who share that
    value; the words of data/reference/contract_roles.csv in the kind of agreement, the procedure
    or the title. A register already counted is given back as it is.
    """
    if "counted_gbp" in register:
        return register
    roles = _roles(register)
    values = cells(register, "value_gbp")
    return register.assign(
        contract=pd.Series(named(register), index=register.index, dtype=object),
        role=pd.Series([role for role, _ in roles], index=register.index, dtype=object),
        role_rule=pd.Series([rule for _, rule in roles], index=register.index, dtype=object),
        counted_gbp=pd.Series(
            [None if role == FRAMEWORK else value
             for (role, _), value in zip(roles, values, strict=True)],
            index=register.index, dtype=object,
        ),
    )  # fmt: skip


def by_role(register: pd.DataFrame) -> pd.DataFrame:
    """One row a role and the rule that decided it, contracts first and frameworks last: `role`,
    `role_rule`, `lines`, `without_value`, `printed_gbp` (all values as printed) and `counted_gbp`
    (what is added up). Rows add up to the register."""
    found = counted(register)
    rows = [
        {
            "role": role,
            "role_rule": rule,
            "lines": len(part),
            "without_value": sum(map(missing, part["value_gbp"])),
            "printed_gbp": total(part["value_gbp"]),
            "counted_gbp": total(part["counted_gbp"]),
        }
        for (role, rule), part in found.groupby(["role", "role_rule"])
    ]
    rows.sort(key=lambda row: (_ROLES.index(str(row["role"])), row["role_rule"]))
    columns = ["role", "role_rule", "lines", "without_value", "printed_gbp", "counted_gbp"]
    return pd.DataFrame(rows, columns=columns)


def ceilings(register: pd.DataFrame) -> pd.DataFrame:
    """One row a framework with a value: `framework` (its reference, or the line's name),
    `ceiling_gbp` (lots added up, a value that several lines print counted once) and
    `called_off_gbp`, the value of its call-offs among these lines."""
    found = counted(register)
    called: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for parent, value in zip(text(found, "parent_ref"), found["counted_gbp"], strict=True):
        called[parent] += total([value])
    lots: dict[str, dict[Sharing, Decimal]] = defaultdict(dict)
    keys = _sharing(found)
    for key, name, role in zip(keys, found["contract"], found["role"], strict=True):
        if role == FRAMEWORK and key.value is not None:
            lots[key.ref or name][key] = key.value
    rows = [
        {"framework": name, "ceiling_gbp": total(values.values()), "called_off_gbp": called[name]}
        for name, values in lots.items()
    ]
    return pd.DataFrame(rows, columns=["framework", "ceiling_gbp", "called_off_gbp"])


def _roles(register: pd.DataFrame) -> list[tuple[str, str]]:
    refs, parents = text(register, "contract_ref"), text(register, "parent_ref")
    are_parents = {parent for ref, parent in zip(refs, parents, strict=True) if parent != ref}
    lines = zip(refs, parents, _shared(register), *_words(register), strict=True)
    return [
        _role(bool(ref) and ref in are_parents, parent not in ("", ref), shared, said)
        for ref, parent, shared, *said in lines
    ]


_WRITTEN = ("agreement", "contract_type", "procedure", "title")


def _words(register: pd.DataFrame) -> list[list[str]]:
    return [[_plain(cell) for cell in text(register, name)] for name in _WRITTEN]


def _role(parent: bool, child: bool, shared: bool, said: list[str]) -> tuple[str, str]:
    if parent:
        return FRAMEWORK, IS_PARENT
    if child:
        return CALL_OFF, HAS_PARENT
    if shared:
        return FRAMEWORK, SHARED
    for rule in _rules():
        if f" {rule['words']} " in f" {said[_WRITTEN.index(rule['column'])]} ":
            return rule["role"], f"{rule['column'].replace('_', ' ')} says '{rule['words']}'"
    return CONTRACT, ""


class Sharing(NamedTuple):
    """What lines that share one value have alike."""

    ref: str
    value: Any
    start: Any
    end: Any


def _sharing(register: pd.DataFrame) -> list[Sharing]:
    columns = [cells(register, name) for name in ("value_gbp", "start_date", "end_date")]
    return [Sharing(*row) for row in zip(text(register, "contract_ref"), *columns, strict=True)]


def _shared(register: pd.DataFrame) -> list[bool]:
    """Which lines have one reference, value and term with others but several suppliers."""
    keys = _sharing(register)
    holders: dict[Sharing, set[str]] = defaultdict(set)
    for key, supplier in zip(keys, text(register, "supplier"), strict=True):
        holders[key].add(supplier.casefold())
    return [bool(key.ref and key.value and len(holders[key]) > 1) for key in keys]


@cache
def _rules() -> tuple[dict[str, str], ...]:
    with project.reference("contract_roles.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _plain(written: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", written.casefold()).split())
