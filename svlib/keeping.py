"""`svlib ledger`: look after the only copy of what people recorded."""

from __future__ import annotations

from pathlib import Path

from svlib import ledger, parameters
from svlib.errors import Fault, InputError, ParameterError
from svlib.ledger.backup import backup as copy_ledger
from svlib.ledger.backup import restore as put_back
from svlib.ledger.erasing import due as ledger_due
from svlib.ledger.exchange import export as write_export
from svlib.ledger.exchange import import_ as take_in
from svlib.quarter import today


def verify(quarter_file: Path) -> str:
    """Check every entry, hash and text. Raises InputError with each that is not as recorded."""
    council = parameters.load(quarter_file)
    with ledger.open_ledger(council.ledger) as held:
        wrong = held.verify()
        if wrong:
            do = "Compare with a backup, and find out who changed it."
            raise InputError([Fault(held.place, text, do) for text in wrong])
        number, last = held.cut()
    return f"{held.place}: {number:,} entries, each as it was recorded; the last hash is {last}"


def backup(quarter_file: Path, folder: Path) -> str:
    council = parameters.load(quarter_file)
    with ledger.open_ledger(council.ledger) as held:
        number = copy_ledger(held, folder)
    return f"{number:,} entries and their evidence copied: {folder}"


def restore(quarter_file: Path, folder: Path) -> str:
    council = parameters.load(quarter_file)
    with ledger.open_ledger(council.ledger) as held:
        number = put_back(folder, held)
        return f"{held.place} holds {number:,} entries again"


def erase(quarter_file: Path, entry: int, reason: str) -> str:
    council = parameters.load(quarter_file)
    with ledger.open_ledger(council.ledger) as held:
        gone = ledger.erase(held, ledger.administrator(council.slug), entry, reason)
    return f"Erased of entry {entry}: {', '.join(gone)}. Hash, figures and dates stay."


def due(quarter_file: Path) -> list[str]:
    """Entries whose texts are older than the council keeps them."""
    council = parameters.load(quarter_file)
    years = council.retention.texts_years
    if years is None:
        do = "Write how many years the council keeps notes and evidence."
        raise ParameterError(Fault("retention.texts_years", "is not decided", do))
    day = today()
    before = day.replace(year=day.year - years, day=min(day.day, 28))
    with ledger.open_ledger(council.ledger) as held:
        found = ledger_due(held, ledger.administrator(council.slug), before)
    lines = [f"Entry {seq}, recorded {on:%d/%m/%Y}: {', '.join(names)}" for seq, on, names in found]
    return [*lines, f"{len(found):,} entries recorded before {before:%d/%m/%Y} still have texts."]


def grant(quarter_file: Path, user: str) -> str:
    council = parameters.load(quarter_file)
    with ledger.open_ledger(council.ledger) as held:
        held.grant(user)
        return f"{user} may read {held.place} and add to it, and nothing else."


def export(quarter_file: Path, path: Path, signed_by: str) -> str:
    council = parameters.load(quarter_file)
    with ledger.open_ledger(council.ledger) as held:
        actor = ledger.administrator(council.slug)
        many = write_export(held, actor, path, signed_by, today())
    return f"{many:,} entries of {council.name}, without any text: {path}"


def import_(quarter_file: Path, path: Path) -> str:
    council = parameters.load(quarter_file)
    with ledger.open_ledger(council.ledger) as held:
        whose, many = take_in(held, ledger.administrator(council.slug), path)
    return f"{many:,} new entries of {whose}"
