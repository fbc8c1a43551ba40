"""The database: one ledger, opened on SQLite or PostgreSQL, written one transaction at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError

from svlib import project
from svlib.errors import Fault, MachineError
from svlib.ledger import chain
from svlib.ledger.migrations import upgrade
from svlib.ledger.schema import ENTRIES

Clock = Callable[[], datetime]

_WAIT_S = 30  # for another writer; one entry takes milliseconds
_LOCK = sa.text("SELECT pg_advisory_xact_lock(20120308)")
_NO_RIGHT = "42501"  # PostgreSQL: insufficient privilege
_REMOTE = ("nfs", "cifs", "smb", "afs", "ncpfs", "9p", "sshfs", "webdav", "davfs")


class Reading:
    """Several queries that see the same moment."""

    def __init__(self, connection: sa.Connection):
        self.connection = connection

    def rows(self, statement: sa.Select[Any]) -> list[Any]:
        return list(self.connection.execute(statement))


class Writing(Reading):
    """One transaction that writes. No other writer stands between what it reads and records."""

    def __init__(self, connection: sa.Connection, clock: Clock):
        super().__init__(connection)
        self._clock = clock

    def append(
        self, authority: str, rows: Sequence[chain.Row], *, to_the_day: bool = False
    ) -> list[int]:
        """Record rows; returns their numbers. See `Ledger.append`."""
        if not rows:
            return []
        return chain.append(self.connection, authority, rows, self._clock(), to_the_day=to_the_day)

    def execute(self, statement: sa.Executable) -> None:
        """Run what is not an entry: the erasure of a text, the only deletion there is."""
        self.connection.execute(statement)


class Ledger:
    """One ledger. Safe to use from several processes at once; each write is one transaction."""

    def __init__(self, engine: sa.Engine, place: str, clock: Clock):
        self.place = place
        self.clock = clock
        self._engine = engine

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; a ledger used again opens it again."""
        self._engine.dispose()

    @property
    def file(self) -> Path | None:
        """The database's file; None of a server."""
        named = self._engine.url.database if self._engine.dialect.name == "sqlite" else None
        return Path(named) if named else None

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
        with self.writing() as writing:
            return writing.append(authority, rows, to_the_day=to_the_day)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Read and record in one transaction; an error leaves nothing recorded."""
        with self._transaction(write=True) as connection:
            yield Writing(connection, self.clock)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Read, without holding up who writes."""
        with self._transaction(write=False) as connection:
            yield Reading(connection)

    def rows(self, statement: sa.Select[Any]) -> list[Any]:
        """What a query gives. Raises MachineError when the database cannot be read."""
        with self.reading() as reading:
            return reading.rows(statement)

    def cut(self, day: date | None = None) -> tuple[int, str]:
        """Number and hash of the last entry, or of the last recorded by the end of a day (UTC);
        (0, zeros) where there is none. The cut of a day is final once the day is over."""
        query = sa.select(ENTRIES.c.seq, ENTRIES.c.hash).order_by(ENTRIES.c.seq.desc()).limit(1)
        if day is not None:
            query = query.where(sa.func.substr(ENTRIES.c.recorded_at, 1, 10) <= day.isoformat())
        found = self.rows(query)
        return (found[0].seq, found[0].hash) if found else (0, chain.START)

    def today(self) -> date:
        """The day by the ledger's clock, in UTC as entries are recorded."""
        return self.clock().astimezone(UTC).date()

    def verify(self) -> list[str]:
        """What is wrong with the chain or the texts, in words; empty when every entry is as it was
        recorded."""
        with self.reading() as reading:
            return chain.broken(reading.connection)

    def grant(self, user: str) -> None:
        """Let a user of a PostgreSQL server read and add, and nothing else. Raises MachineError for
        SQLite, where whoever may write the file may do anything."""
        if self._engine.dialect.name != "postgresql":
            do = "Keep the file where only the page server's account may write."
            raise MachineError(Fault(self.place, "has no users of its own", do))
        with self.writing() as writing:
            named = self._engine.dialect.identifier_preparer.quote_identifier(user)
            writing.execute(sa.text(f"GRANT USAGE ON SCHEMA public TO {named}"))
            tables = "ALL TABLES IN SCHEMA public"
            writing.execute(sa.text(f"GRANT SELECT, INSERT ON {tables} TO {named}"))

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as plain:
                connection = plain.execution_options(svlib_write=write)
                if not write and connection.dialect.name == "postgresql":
                    connection = connection.execution_options(isolation_level="REPEATABLE READ")
                with connection.begin():
                    if write and connection.dialect.name == "postgresql":
                        connection.execute(_LOCK)
                    yield connection
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", "") != _NO_RIGHT:
                raise
            raise MachineError(
                Fault(
                    self.place,
                    f"this user of the database may not do that ({_said(error)})",
                    "Do it as the user who owns the ledger's tables.",
                )
            ) from None
        except (OperationalError, InterfaceError) as error:
            raise MachineError(
                Fault(
                    self.place,
                    f"the ledger cannot be used ({_said(error)})",
                    "Nothing was recorded. Check that the disk has room, that the file may be "
                    "written or the server runs, and that nobody holds it open, and try again.",
                )
            ) from None


def open_ledger(where: str | Path, clock: Clock = lambda: datetime.now(UTC)) -> Ledger:
    """The ledger at a path (SQLite, made when missing) or at a database address such as
    postgresql+psycopg://host/name. `clock` says what time it is.

    Raises MachineError when it cannot be opened, and for a path on a network drive, where SQLite
    cannot keep several writers apart.
    """
    url = str(where)
    if "://" in url:
        engine = _server(url)
        place = engine.url.render_as_string()
    else:
        path = project.resolve(where)
        place = project.relative(path)
        _refuse_network_drive(path, place)
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": _WAIT_S})
        _as_sqlite(engine)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(_LOCK)
            upgrade(connection)
    except DBAPIError as error:
        engine.dispose()
        raise MachineError(
            Fault(
                place,
                f"the ledger cannot be opened ({_said(error)})",
                "Check that it is a ledger of this suite and that the folder may be written.",
            )
        ) from None
    return Ledger(engine, place, clock)


def exists(where: str | Path) -> bool:
    """Whether there is a ledger to read: a database address counts as one."""
    return "://" in str(where) or project.resolve(where).is_file()


def _server(url: str) -> sa.Engine:
    named = sa.engine.make_url(url)
    if named.drivername == "postgresql":
        named = named.set(drivername="postgresql+psycopg")
    try:
        return sa.create_engine(named, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise MachineError(
            Fault(
                named.render_as_string(),
                f"the package {error.name} is not installed",
                "Install it: pip install 'svlib[postgresql]'.",
            )
        ) from None


def _refuse_network_drive(path: Path, place: str) -> None:
    kind = _drive(path)
    if kind:
        raise MachineError(
            Fault(
                place,
                f"lies on a network drive ({kind}), where SQLite cannot keep two writers apart",
                "Put the ledger on a disk of the machine that serves it, or use PostgreSQL.",
            )
        )


def _drive(path: Path) -> str:
    """The network file system a path lies on, empty for a disk of this machine."""
    if str(path).startswith(("\\\\", "//")):
        return "UNC path"
    try:
        disks = psutil.disk_partitions(all=True)
    except OSError:
        return ""
    inside = [disk for disk in disks if path.is_relative_to(disk.mountpoint)]
    if not inside:
        return ""
    disk = max(inside, key=lambda one: len(one.mountpoint))
    remote = "remote" in disk.opts.split(",") or any(k in disk.fstype.lower() for k in _REMOTE)
    return disk.fstype or "remote" if remote else ""


def _said(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())


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
