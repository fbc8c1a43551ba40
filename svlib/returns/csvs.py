"""Deliveries from a CSV of another system, by a map of its columns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from svlib.ingest import read_with_places
from svlib.ledger import Delivery
from svlib.returns.lines import Line
from svlib.tables import RETURNS


def read_csv(path: Path, columns: Mapping[str, str]) -> list[Line]:
    """One line a row. `columns` maps names of tables.RETURNS to headers of the file. Raises
    InputError with every fault by row and column. A row is known again by its delivery_id, else by
    its commitment and period."""
    table, places = read_with_places(path, RETURNS, columns)
    lines = []
    for row, place in zip(table.to_dict("records"), places, strict=True):
        made = Delivery(
            row["commitment_id"], row["quantity"], row["period_start"], row["delivered_on"],
            row["unit"], row["district"], row["ward"], row["note"],
        )  # fmt: skip
        known = row["delivery_id"] or f"{made.period_start}/{made.delivered_on}"
        identity = hashlib.sha256(f"csv/{made.commitment_id}/{known}".encode()).hexdigest()[:32]
        where = {
            name: f"{place}, column '{columns.get(name, name)}'"
            for name in (*RETURNS.names, "period")
        }
        where |= {"period": where["period_start"], "": place}
        lines.append(Line(identity, made, row["link"], row["confirmed"] == "yes", where))
    return lines
