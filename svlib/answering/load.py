"""Answers that came by e-mail, or from elsewhere, into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from svlib import ledger, project
from svlib.answering.asked import asked
from svlib.answering.workbook import Sheet, read
from svlib.errors import Fault, InputError
from svlib.ledger import Ledger
from svlib.parameters import Parameters


@dataclass(frozen=True)
class Loaded:
    """What became of one workbook: how many answers were new, and the questions left blank."""

    where: str
    answered: int
    recorded: int
    blank: tuple[str, ...]


def load(held: Ledger, council: Parameters, path: Path, on: date) -> Loaded:
    """Record a workbook's answers under its code and hand its form in. The same workbook again
    changes nothing; a changed one adds what changed.

    Raises InputError with every fault of the file, and records nothing then.
    """
    where = project.relative(path)
    sheet = read(path)
    _check(sheet, where, council.name, [one.name for one in council.directorates])
    form = ledger.resume(held, council.slug, sheet.code)
    told = (sheet.answers_are, sheet.directorate, sheet.length, sheet.bank_version)
    begun = (form.answers_are, form.directorate, form.length, form.bank_version)
    if told != begun:
        raise InputError(
            Fault(
                f"{where}, sheet 'Read me first'",
                f"says {', '.join(told)}; the form of this code is {', '.join(begun)}",
                "Put back what stood there, or ask for a new workbook.",
            )
        )
    recorded = ledger.save(held, form, sheet.answers, on)
    if recorded or form.finished_on is None:
        ledger.finish(held, form, on)
    wanted = asked(form.length, form.bank_version)["id"]
    blank = tuple(name for name in wanted if name not in sheet.answers)
    return Loaded(where, len(sheet.answers), recorded, blank)


def _check(sheet: Sheet, where: str, council: str, directorates: Sequence[str]) -> None:
    if sheet.council != council:
        raise InputError(
            Fault(where, f"is a form of {sheet.council}, not of {council}", "Load it there.")
        )
    if sheet.directorate not in directorates:
        raise InputError(
            Fault(
                f"{where}, sheet 'Read me first', line 'Directorate'",
                f"'{sheet.directorate}' is none of {', '.join(directorates)}",
                "Put back what stood there.",
            )
        )
