"""`svlib ledger`: look after the only copy of what people recorded."""

from __future__ import annotations

from pathlib import Path

from svlib import ledger, parameters
from svlib.errors import Fault, InputError
from svlib.ledger.backup import backup as copy_ledger
from svlib.ledger.backup import restore as put_back
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
