"""The question bank of the diagnostic: 43 questions of our own, in three sections and five areas.

Informed by BS 8903:2010 (withdrawn 2017) and aligned to ISO 20400:2017; no text of either is used.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from svlib import project
from svlib.errors import Fault, InputError

SECTIONS = {
    "S1": "Prioritisation and strategy",
    "S2": "Enablers and triggers",
    "S3": "Delivery",
}
AREAS = {
    "A1": "Current understanding",
    "A2": "Contract Standing Orders",
    "A3": "Commissioning",
    "A4": "Procurement process and documents",
    "A5": "Spend analysis",
}
LEVELS = tuple(f"level_{level}" for level in range(6))
COLUMNS = (
    "id", "section", "area", "question", *LEVELS, "evidence", "who_answers", "data_check",
    "short_form", "version",
)  # fmt: skip
_MAY_BE_EMPTY = {"data_check"}


def load(path: Path | None = None) -> pd.DataFrame:
    """One row a question, in the order of the file: the columns of the file (all text; `data_check`
    may be empty) with `section_name` and `area_name`. `level_0` to `level_5` say what each level
    looks like; `short_form` is yes for the questions of the ten-minute form.

    Raises InputError with every fault found.
    """
    path = path or project.reference("question_bank.csv")
    where = project.relative(path)
    table = _read(path, where)
    faults = _faults(table, where)
    if faults:
        raise InputError(faults)
    return table.assign(
        section_name=[SECTIONS[code] for code in table["section"]],
        area_name=[AREAS[code] for code in table["area"]],
    )


def crosswalk() -> pd.DataFrame:
    """One row a level, 0 to 5: level, word, meaning, and the level of the LGA's toolkit and of the
    Flexible Framework it is nearest to. This crosswalk is this project's own and indicative."""
    return pd.read_csv(project.reference("crosswalk.csv"), keep_default_na=False)


def versions() -> dict[str, Path]:
    """Version to file of every bank that answers may have been given under, the latest last. Ids
    keep their meaning from version to version; wording and levels may change."""
    older = sorted(project.reference("question_banks").glob("*.csv"))
    current = project.reference("question_bank.csv")
    return {path.stem: path for path in older} | {load()["version"].iloc[0]: current}


def retired() -> set[str]:
    """Ids of questions that an older bank asked and the current one does not."""
    older: set[str] = set()
    for path in versions().values():
        older |= set(_read(path, project.relative(path))["id"])
    return older - set(load()["id"])


def _read(path: Path, where: str) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
    except FileNotFoundError:
        fault = Fault(where, "no such file", "Put back the question bank of the suite.")
        raise InputError(fault) from None
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        found = "no column " + ", ".join(missing)
        raise InputError(Fault(where, found, "Put back the column."))
    return table[list(COLUMNS)]


def _faults(table: pd.DataFrame, where: str) -> list[Fault]:
    faults = []
    for question in table.to_dict("records"):
        faults += _row_faults(question, f"{where}, question {question['id']}")
    for name, times in Counter(table["id"]).items():
        if times > 1:
            found = f"stands {times} times"
            faults.append(Fault(f"{where}, question {name}", found, "Keep one."))
    strange = sorted(set(table["short_form"]) - {"yes", "no"})
    if strange:
        found = f"short_form {', '.join(repr(text) for text in strange)}"
        faults.append(Fault(where, found, "Write yes or no."))
    if table["version"].nunique() != 1:
        found = "versions " + (", ".join(sorted(set(table["version"]))) or "are missing")
        faults.append(Fault(where, found, "A question bank has one version."))
    return faults


def _row_faults(question: dict[str, str], where: str) -> list[Fault]:
    faults = [
        Fault(where, f"{name} is empty", "Fill it in.")
        for name in COLUMNS
        if not question[name].strip() and name not in _MAY_BE_EMPTY
    ]
    for name, known in (("section", SECTIONS), ("area", AREAS)):
        code = question[name]
        if code and code not in known:
            faults.append(Fault(where, f"{name} '{code}'", "Use one of: " + ", ".join(known) + "."))
    return faults
