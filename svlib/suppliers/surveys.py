"""What local suppliers say they spend again in the area."""

from __future__ import annotations

import pandas as pd

from svlib.errors import Fault, InputError
from svlib.suppliers.identity import clean


def shares(answers: pd.DataFrame, names: pd.DataFrame, where: str) -> dict[str, float]:
    """Supplier id to the share, 0 to 1, it says it spends again in the area. `answers` are lines of
    tables.RESPEND, those without an answer left out; `names` is tables.SUPPLIER_NAMES.

    Raises InputError for a line whose supplier no file held pays, for two answers of one supplier,
    and for a figure between 0 and 1, which may be a share written for a percentage.
    """
    ids = dict(zip(names["printed"], names["supplier_id"], strict=True))
    known = set(ids.values())
    found: dict[str, float] = {}
    faults = []
    for row, line in enumerate(answers.to_dict("records"), start=1):
        if line["respent_percent"] is None:
            continue
        name = line["supplier"]
        supplier = ids.get(name) or clean(name)
        place = f"{where}, line {row}, supplier '{name}'"
        if supplier not in known:
            faults.append(Fault(place, "is paid in no file held", "Write the name as printed."))
        elif supplier in found:
            faults.append(Fault(place, "has answered already", "Keep one of its lines."))
        elif 0 < line["respent_percent"] < 1:
            faults.append(
                Fault(
                    place,
                    f"respent_percent is {line['respent_percent']}",
                    "Write 40 for 40 pence in the pound, or 1 where it is less than that.",
                )
            )
        found.setdefault(supplier, float(line["respent_percent"]) / 100)
    if faults:
        raise InputError(faults)
    return found
