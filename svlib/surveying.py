"""The survey of local suppliers on what they spend again: a file to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from svlib import csvfile, project, store
from svlib.errors import Fault, InputError
from svlib.places import certainty
from svlib.show import count, money
from svlib.spend import by_supplier
from svlib.suppliers.classes import SUPPLIER
from svlib.tables import RESPEND
from svlib.view import open_quarter

SURVEY = "suppliers_respend.csv"


def template(quarter_file: Path, settings: Mapping[str, str], first: int) -> list[str]:
    """Write the local suppliers to ask, richest first, with empty cells for their answers, beside
    the authority's parameters; say where and what to do with it.

    Raises InputError when the file lies there already: it may hold answers.
    """
    q = open_quarter({"file": str(quarter_file), **settings})
    path = store.usual_directory(q.parameters).with_name(SURVEY)
    if path.exists():
        raise InputError(
            Fault(
                project.relative(path),
                "lies there already and may hold answers",
                "Move it away, or fill it in and name it under sources.respend.",
            )
        )
    area = q.areas.local_area
    lines = q.payments.filter(f"supplier_class = '{SUPPLIER}'")
    codes = [row[0] for row in lines.project("candidates").distinct().fetchall()]
    inside = ", ".join(f"'{one}'" for one in codes if certainty(one, area) == "inside")
    found = by_supplier(lines.filter(f"candidates IN ({inside or 'NULL'})"))
    found = found[[net > 0 for net in found["net_gbp"]]]
    found = found.sort_values(["net_gbp", "supplier_id"], ascending=[False, True]).head(first)
    rows = [
        {**dict.fromkeys(RESPEND.names, ""), "supplier": name} for name in found["supplier_name"]
    ]
    csvfile.write(path, RESPEND.names, rows)
    asked = "Of each pound the council pays you, how many pence go to staff who live in"
    return [
        f"Survey: {project.relative(path)}, {count(len(found), 'supplier')} certainly in "
        f"{area.name} ({money(sum(found['net_gbp']))} in {q.label}).",
        f"Ask each: {asked} {area.name} and to suppliers there? Write the answer, 0 to 100, under "
        "respent_percent.",
        f"Then in authority.yaml, under sources: respend: {{folder: "
        f"{project.relative(path.parent)}, files: [{SURVEY}]}}",
    ]
