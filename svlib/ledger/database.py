"""The database: entries in sequence, chained by hash, which it refuses to change or delete."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from svlib import project
from svlib.errors import Fault, MachineError
from svlib.ledger.schema import ENTRIES, METADATA, TEXTS, TYPED, triggers

_START = "0" * 64  # what the first entry's hash stands on
_WAIT_S = 30  # for another writer; one entry takes milliseconds


class Ledger:
    """One ledger. Safe to use from several processes at once; each write is one transaction."""

    def __init__(self, engine: sa.Engine, place: str):
        self.place = place
        self._engine = engine

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; a ledger used again opens it again."""
        self._engine.dispose()

    def append(
        self,
        authority: str,
        rows: Sequence[tuple[str, Mapping[str, Any]]],
        *,
        to_the_day: bool = False,
    ) -> list[int]:
        """Record rows, each a kind of entry and its columns, all or none; returns their numbers.

        Columns named in the kind's `texts` go to the side table, from which they can be erased; the
        entry keeps a salted hash of each. `to_the_day` keeps the day and not the time, which could
        tell who an anonymous entry is from. Raises MachineError when the database cannot be
        written.
        """
        now = datetime.now(UTC)
        recorded = now.date().isoformat() if to_the_day else now.isoformat(timespec="milliseconds")
        with self._transaction(write=True) as connection:
            last = connection.execute(
                sa.select(ENTRIES.c.seq, ENTRIES.c.hash).order_by(ENTRIES.c.seq.desc()).limit(1)
            ).first()
            seq, before = (last.seq, last.hash) if last else (0, _START)
            numbers = []
            for kind, row in rows:
                seq += 1
                typed, texts = _set_apart(kind, row)
                entry = {"seq": seq, "authority": authority, "kind": kind, "recorded_at": recorded}
                before = _hashed(before, entry, typed)
                connection.execute(ENTRIES.insert(), entry | {"hash": before})
                connection.execute(TYPED[kind].insert(), typed | {"seq": seq})
                if texts:
                    connection.execute(TEXTS.insert(), [text | {"seq": seq} for text in texts])
                numbers.append(seq)
        return numbers

    def rows(self, statement: sa.Select[Any]) -> list[Any]:
        """What a query gives. Raises MachineError when the database cannot be read."""
        with self._transaction(write=False) as connection:
            return list(connection.execute(statement))

    def cut(self) -> tuple[int, str]:
        """Number and hash of the last entry; (0, zeros) of a new ledger."""
        last = self.rows(
            sa.select(ENTRIES.c.seq, ENTRIES.c.hash).order_by(ENTRIES.c.seq.desc()).limit(1)
        )
        return (last[0].seq, last[0].hash) if last else (0, _START)

    def verify(self) -> list[str]:
        """What is wrong with the chain, in words; empty when every entry is as it was recorded."""
        with self._transaction(write=False) as connection:
            typed = {
                kind: {row.seq: dict(row._mapping) for row in connection.execute(sa.select(table))}
                for kind, table in TYPED.items()
            }
            entries = list(connection.execute(sa.select(ENTRIES).order_by(ENTRIES.c.seq)))
        found: list[str] = []
        before = _START
        for number, entry in enumerate(entries, start=1):
            if entry.seq != number:
                return [*found, f"entry {number} is missing"]
            row = typed[entry.kind].pop(entry.seq, None)
            if row is None:
                return [*found, f"entry {number} has lost its {entry.kind}"]
            del row["seq"]
            named = {name: entry._mapping[name] for name in _CHAINED}
            if _hashed(before, named, row) != entry.hash:
                found.append(f"entry {number} is not as it was recorded")
            before = entry.hash
        extra = sorted(seq for rows in typed.values() for seq in rows)
        return found + [f"a row numbered {seq} has no entry" for seq in extra]

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as plain:
                connection = plain.execution_options(svlib_write=write)
                with connection.begin():
                    if write and connection.dialect.name == "postgresql":
                        connection.execute(sa.text("SELECT pg_advisory_xact_lock(20120308)"))
                    yield connection
        except OperationalError as error:
            raise MachineError(
                Fault(
                    self.place,
                    f"the ledger cannot be used ({error.orig})",
                    "Nothing was recorded. Check that the disk has room, that the file may be "
                    "written and that nobody holds it open, and try again.",
                )
            ) from None


_CHAINED = ("seq", "authority", "kind", "recorded_at")


def open_ledger(where: str | Path) -> Ledger:
    """The ledger at a path (SQLite, made when missing) or at a database address such as
    postgresql://host/name. Raises MachineError when it cannot be opened."""
    url = str(where)
    if "://" in url:
        engine, place = sa.create_engine(url), sa.engine.make_url(url).render_as_string()
    else:
        path = project.resolve(where)
        path.parent.mkdir(parents=True, exist_ok=True)
        place = project.relative(path)
        engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": _WAIT_S})
        _as_sqlite(engine)
    try:
        with engine.begin() as connection:
            METADATA.create_all(connection)
            for statement in triggers(connection):
                connection.execute(sa.text(statement))
    except DBAPIError as error:
        engine.dispose()
        raise MachineError(
            Fault(
                place,
                f"the ledger cannot be opened ({error.orig})",
                "Check that it is a ledger of this suite and that the folder may be written.",
            )
        ) from None
    return Ledger(engine, place)


def exists(where: str | Path) -> bool:
    """Whether there is a ledger to read: a database address counts as one."""
    return "://" in str(where) or project.resolve(where).is_file()


def _as_sqlite(engine: sa.Engine) -> None:
    """Several readers beside one writer, every commit on disk, writers in turn from their start."""

    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # else the driver begins late, and writers collide
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {setting}")

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get("svlib_write") is False
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _set_apart(kind: str, row: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Columns that stay, with the hash of each free text, and the texts themselves."""
    texts, typed = [], dict(row)
    for name in TYPED[kind].info["texts"]:
        text = typed.pop(name)
        if not text:
            typed[f"{name}_hash"] = ""
            continue
        salt = secrets.token_hex(16)  # without it a short text could be found by trying
        typed[f"{name}_hash"] = hashlib.sha256(f"{salt}{text}".encode()).hexdigest()
        texts.append({"name": name, "salt": salt, "text": text})
    return typed, texts


def _hashed(before: str, entry: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    held = json.dumps([before, entry, row], sort_keys=True, default=_plain, ensure_ascii=False)
    return hashlib.sha256(held.encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no one way to be written")
