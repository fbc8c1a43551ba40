"""What is odd about a register: counted and shown, never dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from svlib.contracts.frameworks import counted
from svlib.contracts.lines import cells, text, total

_SHOWN = 5


def remarks(contracts: pd.DataFrame) -> pd.DataFrame:
    """One row a kind of oddity that the register has, in a fixed order: `remark`, `lines`,
    `printed_gbp` (their values, as far as printed), `examples` (up to five contracts). A line may
    stand in several rows. What is odd is still counted wherever it can be."""
    found = counted(contracts)
    lines = _lines(found)
    rows = []
    for remark, odd in _REMARKS.items():
        here = [at for at, line in enumerate(lines) if odd(line)]
        if here:
            rows.append(
                {
                    "remark": remark,
                    "lines": len(here),
                    "printed_gbp": total(lines[at]["value_gbp"] for at in here),
                    "examples": "; ".join(found["contract"].iloc[at] for at in here[:_SHOWN]),
                }
            )
    return pd.DataFrame(rows, columns=["remark", "lines", "printed_gbp", "examples"])


def _lines(found: pd.DataFrame) -> list[dict[str, Any]]:
    names = ("value_gbp", "award_date", "start_date", "end_date")
    columns = {name: cells(found, name) for name in names}
    columns |= {name: text(found, name) for name in ("contract_ref", "supplier")}
    often = pd.Series(columns["contract_ref"], dtype=object).value_counts()
    columns["times"] = [int(often[ref]) if ref else 0 for ref in columns["contract_ref"]]
    return [dict(zip(columns, line, strict=True)) for line in zip(*columns.values(), strict=True)]


def _backwards(line: dict[str, Any]) -> bool:
    start: date | None = line["start_date"]
    end: date | None = line["end_date"]
    return start is not None and end is not None and end < start


_REMARKS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "prints no value": lambda line: line["value_gbp"] is None,
    "value is £0": lambda line: line["value_gbp"] == 0,
    "value is below £0": lambda line: (line["value_gbp"] or 0) < 0,
    "ends before it starts": _backwards,
    "prints no end": lambda line: line["end_date"] is None,
    "prints no start": lambda line: line["start_date"] is None,
    "prints neither award nor start, so stands in no quarter": lambda line: (
        line["award_date"] is None and line["start_date"] is None
    ),
    "prints no reference": lambda line: not line["contract_ref"],
    "prints a reference that other lines print too": lambda line: line["times"] > 1,
    "names no supplier": lambda line: not line["supplier"],
}
