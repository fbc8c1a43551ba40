"""Copies of a whole ledger: taken while it is written to, and put back where nothing newer stands.

A copy is a folder: ledger.sqlite (whatever database it came from), evidence/, and checksums.txt.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from pathlib import Path

import sqlalchemy as sa

from svlib import project
from svlib.errors import Fault, InputError
from svlib.ledger.database import Ledger, open_ledger
from svlib.ledger.evidence import FILE
from svlib.ledger.evidence import folder as evidence_folder
from svlib.ledger.schema import ENTRIES, ERASURES, EVIDENCE, TEXTS, TYPED

_DATABASE, _SUMS, _EVIDENCE = "ledger.sqlite", "checksums.txt", "evidence"
_AT_ONCE = 5_000


def backup(held: Ledger, folder: Path) -> int:
    """Copy the ledger as it stands at one moment into a new folder, with its evidence; returns the
    number of its last entry. Writers go on meanwhile. Raises InputError for a folder that is
    there."""
    if folder.exists():
        raise InputError(Fault(project.relative(folder), "is there already", "Name a new folder."))
    beside = folder.with_name(f".{folder.name}-being-made")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        copy = beside / _DATABASE
        if held.file is not None:
            _copy_file(held.file, copy)
        else:
            with open_ledger(copy) as target:
                _copy_rows(held, target)
        with open_ledger(copy) as made:
            number, _ = made.cut()
            _copy_evidence(made, evidence_folder(held), beside / _EVIDENCE)
        _as_one_file(copy)
        sums = [f"{_sum(path)}  {path.relative_to(beside).as_posix()}" for path in _files(beside)]
        (beside / _SUMS).write_text("\n".join(sums) + "\n", encoding="utf-8", newline="\n")
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return number


def restore(folder: Path, held: Ledger) -> int:
    """Put a copy back into an empty ledger, or one that the copy continues; returns the number of
    its last entry. Raises InputError for a copy that was changed, and for a ledger that holds
    anything the copy does not: what is newer is never overwritten."""
    _check(folder)
    with open_ledger(folder / _DATABASE) as copy:
        theirs, ours = copy.cut(), held.cut()
        if ours[0] and not _holds(copy, ours):
            found = f"holds {ours[0]:,} entries, and the copy ({theirs[0]:,}) is not their sequel"
            do = "Restore into a new place, and compare the two before one is given up."
            raise InputError(Fault(held.place, found, do))
        _copy_rows(copy, held, after=ours[0])
        _copy_evidence(held, folder / _EVIDENCE, evidence_folder(held))
    return theirs[0]


def _holds(copy: Ledger, cut: tuple[int, str]) -> bool:
    found = copy.rows(sa.select(ENTRIES.c.hash).where(ENTRIES.c.seq == cut[0]))
    return bool(found) and found[0].hash == cut[1]


def _copy_file(file: Path, target: Path) -> None:
    """SQLite's own online copy, which sees one moment."""
    source, copy = sqlite3.connect(file), sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        source.close()
        copy.close()


def _copy_rows(source: Ledger, target: Ledger, after: int = 0) -> None:
    with source.reading() as reading, target.writing() as writing:
        for table in (ENTRIES, TEXTS, *TYPED.values()):
            query = sa.select(table).where(table.c.seq > after).order_by(table.c.seq)
            found = reading.connection.execution_options(yield_per=_AT_ONCE).execute(query)
            for part in found.partitions():
                writing.connection.execute(table.insert(), [dict(row._mapping) for row in part])
        erased = sa.select(ERASURES.c.erased).where(ERASURES.c.seq > after)
        writing.execute(sa.delete(TEXTS).where(TEXTS.c.seq.in_(erased)))


def _copy_evidence(held: Ledger, source: Path, target: Path) -> None:
    """The files that the entries name and that were not erased."""
    query = sa.select(EVIDENCE.c.evidence_id).distinct().where(EVIDENCE.c.held_as == FILE)
    for (name,) in held.rows(query):
        kept, copy = source / name[:2] / name, target / name[:2] / name
        if kept.is_file() and not copy.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kept, copy)


def _as_one_file(database: Path) -> None:
    """Without the files that WAL keeps beside it."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


def _check(folder: Path) -> None:
    where = project.relative(folder)
    try:
        lines = (folder / _SUMS).read_text(encoding="utf-8").splitlines()
    except OSError:
        do = "Name the folder that `svlib ledger backup` wrote."
        raise InputError(Fault(where, f"holds no {_SUMS}, so it is no whole copy", do)) from None
    wrong = []
    for line in lines:
        expected, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file() or _sum(path) != expected:
            wrong.append(Fault(f"{where}/{name}", "is not as it was copied", "Use another copy."))
    if wrong:
        raise InputError(wrong)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
