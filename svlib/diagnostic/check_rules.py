"""What a level of the diagnostic needs of a figure: data/reference/check_levels.csv.

The thresholds are this project's own choice; a council may write its own over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd

from svlib import project
from svlib.diagnostic.scoring import TOP
from svlib.errors import Fault, InputError

SHARE, NUMBER = UNITS = ("share", "number")
_LEVELS = [f"level_{level}" for level in range(1, TOP + 1)]
_COLUMNS = ["question_id", "measure", "unit", *_LEVELS, "shows_at_most", "reason", "whose"]


@dataclass(frozen=True)
class Rule:
    """One question's check. `least` maps a level to the figure that a claim of it needs; of a level
    that is not in it the figure can tell nothing. A figure shows `shows_at_most` and no more."""

    question_id: str
    measure: str
    unit: str
    least: dict[int, float]
    shows_at_most: int
    reason: str
    whose: str

    def span(self, low: float, high: float) -> tuple[int, int]:
        """The lowest and the highest level that a figure between `low` and `high` is consistent
        with: every level up to the one it reaches at least, as far as such a figure can show one,
        and below the first whose need it cannot meet."""
        met = [level for level, least in self.least.items() if low >= least]
        not_met = [level for level, least in self.least.items() if high < least]
        return min(max(met, default=0), self.shows_at_most), min(not_met, default=TOP + 1) - 1


def rules(questions: pd.DataFrame, path: Path | None = None) -> dict[str, Rule]:
    """Question to its rule, in the order of the bank; one for each question with a data check.

    Raises InputError with every fault found: a question without rule or check, a cell that is no
    number, a share beyond 0 to 1, a need that falls from one level to the next.
    """
    path = path or project.reference("check_levels.csv")
    where = project.relative(path)
    table = _read(path, where)
    faults = _which(list(table["question_id"]), questions, where)
    found: dict[str, Rule] = {}
    for row in table.to_dict("records"):
        at = f"{where}, question {row['question_id']}"
        wrong = [Fault(at, f"{name} is empty", "Fill it in.")
                 for name in ("measure", "reason", "whose") if not row[name].strip()]  # fmt: skip
        try:
            found[row["question_id"]] = rule = _rule(row)
            wrong += _of_rule(rule, at)
        except ValueError:
            wrong.append(Fault(at, "a level that is no number", "Write 0.5, 3, or nothing."))
        faults += wrong
    if faults:
        raise InputError(faults)
    return {name: found[name] for name in questions["id"] if name in found}


def _read(path: Path, where: str) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
    except FileNotFoundError:
        do = "Put back the file of the suite."
        raise InputError(Fault(where, "no such file", do)) from None
    except ValueError as error:  # a line of more cells than the header, or bytes that are no text
        found = f"is no table ({str(error).strip()})"
        raise InputError(
            Fault(where, found, "Mend the line; a comma in a text needs quotes.")
        ) from None
    lost = [name for name in _COLUMNS if name not in table]
    if lost:
        found = "no column " + ", ".join(lost)
        raise InputError(Fault(where, found, "Put back the column."))
    return table


def _which(named: list[str], questions: pd.DataFrame, where: str) -> list[Fault]:
    """Each question with a data check has one rule, and no other has any."""
    checked = list(questions.loc[questions["data_check"] != "", "id"])
    faults = [
        Fault(f"{where}, question {name}", "has no data check in the bank", "Take the line out.")
        for name in dict.fromkeys(named)
        if name not in checked
    ]
    for name in checked:
        if (times := named.count(name)) != 1:
            found = f"stands {times} times" if times else "has no line"
            faults.append(Fault(f"{where}, question {name}", found, "Write one line."))
    return faults


def _rule(row: dict[str, str]) -> Rule:
    least = {
        level: float(row[name])
        for level, name in enumerate(_LEVELS, start=1)
        if row[name].strip()
    }  # fmt: skip
    plain = {name: row[name] for name in ("question_id", "measure", "unit", "reason", "whose")}
    return Rule(**plain, least=least, shows_at_most=int(row["shows_at_most"]))


def _of_rule(rule: Rule, at: str) -> list[Fault]:
    needs = list(rule.least.values())
    faults = []
    if rule.unit not in UNITS:
        faults.append(Fault(at, f"unit '{rule.unit}'", f"Use one of: {', '.join(UNITS)}."))
    if not needs:
        faults.append(Fault(at, "no level needs anything", "Fill in at least one level."))
    if not all(after >= before for before, after in pairwise(needs)):
        faults.append(Fault(at, "a higher level needs less", "Let the figures rise or stay."))
    if not all(0 <= need <= (1 if rule.unit == SHARE else float("inf")) for need in needs):
        faults.append(Fault(at, "a figure that cannot be", "Write a share as 0 to 1."))
    if not 0 <= rule.shows_at_most <= TOP:
        found = f"shows_at_most {rule.shows_at_most}"
        faults.append(Fault(at, found, f"Write a level from 0 to {TOP}."))
    return faults
