"""Rules of what counts the same change twice: data/reference/overlaps.csv.

They are applied in `svlib.outcomes.overlap`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from svlib import project
from svlib.errors import Fault, ParameterError

_COLUMNS = ("rule_id", "within", "first", "second", "taken_off", "reason", "source")
_WITHIN = ("commitment", "contract", "anywhere")
_TAKEN_OFF = ("smaller", "all")
_KINDS = ("type", "group", "proxy", "measure")


@dataclass(frozen=True)
class Overlap:
    """One rule. `first` and `second` choose values: type:fiscal, group:housing, proxy:CARBON-*,
    measure:JS1. `within`: the two must lie in one commitment or in one contract. `taken_off`: the
    smaller of the two, or all that `first` chooses wherever it stands (`second` is empty then).
    """

    rule_id: str
    within: str
    first: str
    second: str
    taken_off: str
    reason: str
    source: str


def load_overlaps(slug: str | None = None, path: Path | None = None) -> tuple[Overlap, ...]:
    """The rules in their order: parameters/<slug>/overlaps.csv when the authority keeps its own,
    else data/reference/overlaps.csv. Raises ParameterError with every fault found."""
    own = project.root() / "parameters" / slug / "overlaps.csv" if slug else None
    path = path or (own if own and own.is_file() else project.reference("overlaps.csv"))
    where = project.relative(path)
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
    except FileNotFoundError:
        fault = Fault(where, "no such file", "Put back the rules that came with the suite.")
        raise ParameterError(fault) from None
    missing = [name for name in _COLUMNS if name not in table]
    if missing:
        fault = Fault(where, "no column " + ", ".join(missing), "Put back the column.")
        raise ParameterError(fault)
    rules = [Overlap(**{n: row[n].strip() for n in _COLUMNS}) for row in table.to_dict("records")]
    faults = [fault for rule in rules for fault in _faults(rule, where)]
    faults += [
        Fault(f"{where}, {name}", f"stands {times} times", "Give each rule its own id.")
        for name, times in Counter(rule.rule_id for rule in rules).items()
        if times > 1
    ]
    if faults:
        raise ParameterError(faults)
    return tuple(rules)


def groups_named(rules: tuple[Overlap, ...]) -> set[str]:
    """Overlap groups that a rule speaks of."""
    chosen = [one for rule in rules for one in (rule.first, rule.second)]
    return {one.removeprefix("group:") for one in chosen if one.startswith("group:")}


def _faults(rule: Overlap, where: str) -> list[Fault]:
    place = f"{where}, {rule.rule_id}"
    faults = []
    for name, allowed in (("within", _WITHIN), ("taken_off", _TAKEN_OFF)):
        if getattr(rule, name) not in allowed:
            found = f"{name} '{getattr(rule, name)}'"
            faults.append(Fault(place, found, "Use one of: " + ", ".join(allowed) + "."))
    for one in (rule.first, rule.second):
        kind, _, pattern = one.partition(":")
        needed = one == rule.first or rule.taken_off == "smaller"
        if (one or needed) and (kind not in _KINDS or not pattern):
            do = "Write type:, group:, proxy: or measure: and a name."
            faults.append(Fault(place, f"'{one}' chooses nothing", do))
    if not rule.reason:
        faults.append(Fault(place, "reason is empty", "Say why; it is printed."))
    return faults
