"""The file, sheet and row of every line behind a figure of a report."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from svlib.errors import Fault, InputError, ParameterError
from svlib.view import OpenQuarter, open_quarter

BY = {  # option: column of tables.PAYMENTS it is compared with
    "supplier": "supplier_name",
    "directorate": "directorate_name",
    "expense_type": "expense_type",
    "district": "district",
    "place": "place_status",
    "size": "size",
    "vcse": "vcse",
    "month": "month",
    "status": "status",
    "reason": "reason",
    "file": "file",
    "row": "row",
}
SHOWN = ("file", "sheet", "row", "supplier", "payment_date", "amount_gbp", "status", "reason")


def trace(
    quarter_file: Path, settings: Mapping[str, str], wanted: Mapping[str, str]
) -> tuple[OpenQuarter, list[dict[str, Any]]]:
    """The lines of a quarter that have what is wanted, in order of file, sheet and row; one dict a
    line with the columns of tables.PAYMENTS. Without a status wanted, accepted lines only.

    `wanted` maps names of BY to text; a supplier, directorate or file may be given in part.
    Raises InputError when no line has it.
    """
    q = open_quarter({"file": str(quarter_file), **settings})
    asked = dict(wanted)
    asked.setdefault("status", "accepted")
    conditions = ["quarter = ?"]
    values = [q.quarter.slug]
    for name, value in asked.items():
        if name not in BY:
            raise ParameterError(Fault(f"--{name}", "is unknown", f"Known: {', '.join(BY)}."))
        if name in ("supplier", "directorate", "file", "reason"):
            conditions.append(f"contains(lower({BY[name]}), lower(?))")
        elif value != "any":
            conditions.append(f"lower(CAST({BY[name]} AS VARCHAR)) = lower(?)")
        else:
            continue
        values.append(value)
    lines = q.find(" AND ".join(conditions), values)
    if not lines:
        said = ", ".join(f"{name} {value}" for name, value in asked.items())
        raise InputError(
            Fault(q.label, f"no line has {said}", "Use the words of the report, or fewer of them.")
        )
    return q, lines


def total(lines: list[dict[str, Any]]) -> Decimal:
    """The exact sum of the lines' amounts."""
    return sum((line["amount_gbp"] or Decimal(0) for line in lines), Decimal("0.00"))
