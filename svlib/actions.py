"""What to do next: for each question of the bank, an action towards level 3 and one towards 5."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd

from svlib import project, questions
from svlib.errors import Fault, InputError

COLUMNS = ("question_id", "to_level", "action", "effort", "post")


def load() -> pd.DataFrame:
    """One row an action: question_id, to_level (1 to 5), action, effort (1 to 3), post (who usually
    leads), in the order of data/reference/actions.csv. Actions and efforts are this project's own.

    Raises InputError with every fault: a question without actions, an unknown id, a level or effort
    that is none.
    """
    path = project.reference("actions.csv")
    where = project.relative(path)
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    if list(table.columns) != list(COLUMNS):
        raise InputError(Fault(where, "has other columns", f"Put back: {', '.join(COLUMNS)}."))
    ids = questions.load()["id"]
    faults = [
        Fault(f"{where}, row {row}", found, "Mend the row.")
        for row, line in enumerate(table.to_dict("records"), start=2)
        for found in _faults(line, set(ids))
    ]
    for name in ids[~ids.isin(table["question_id"])]:
        faults.append(Fault(where, f"question {name} has no action", "Add one."))
    if faults:
        raise InputError(faults)
    return table.astype({"to_level": "int64", "effort": "int64"})


def _faults(line: Mapping[Hashable, str], ids: set[str]) -> list[str]:
    found = []
    if line["question_id"] not in ids:
        found.append(f"question '{line['question_id']}' is not in the bank")
    for name, allowed in (("to_level", "12345"), ("effort", "123")):
        if line[name] not in tuple(allowed):
            found.append(f"{name} '{line[name]}' is none of {', '.join(allowed)}")
    return found + [f"{name} is empty" for name in ("action", "post") if not line[name]]
