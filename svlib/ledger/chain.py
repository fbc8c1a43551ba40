"""Entries in sequence, each with a hash over itself and the one before."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from svlib.ledger.schema import ENTRIES, TEXTS, TYPED, exact

START = "0" * 64  # what the first entry's hash stands on
Row = tuple[str, Mapping[str, Any]]
"""A kind of entry, and its columns."""

_CHAINED = ("seq", "authority", "kind", "recorded_at")
_JITTER = timedelta(minutes=2)  # clocks of machines that share a ledger differ by as much
_AT_ONCE = 2_000


def last(connection: sa.Connection) -> tuple[int, str, str]:
    """Number, hash and time of the last entry."""
    found = connection.execute(
        sa.select(ENTRIES.c.seq, ENTRIES.c.hash, ENTRIES.c.recorded_at)
        .order_by(ENTRIES.c.seq.desc())
        .limit(1)
    ).first()
    return (found.seq, found.hash, found.recorded_at) if found else (0, START, "")


def append(
    connection: sa.Connection,
    authority: str,
    rows: Sequence[Row],
    now: datetime,
    *,
    to_the_day: bool = False,
) -> list[int]:
    """Add rows after the last entry; returns their numbers. Time never runs backwards: when the
    clock does, the entries keep the time of the one before them and a remark says so."""
    seq, before, earlier = last(connection)
    written = now.astimezone(UTC).isoformat(timespec="milliseconds")
    recorded = max(written, earlier)
    if earlier and _went_back(earlier, now):
        told = (written[:10], earlier[:10]) if to_the_day else (written, earlier)
        said = f"the clock stood at {told[0]}, before the entry before ({told[1]})"
        rows = [("remark", {"remark": said}), *rows]
    if to_the_day:
        recorded = recorded[:10]
    entries: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    typed: dict[str, list[dict[str, Any]]] = {}
    for kind, row in rows:
        seq += 1
        kept, apart = _set_apart(kind, row)
        if "authority" in TYPED[kind].c:
            kept["authority"] = authority
        entry = {"seq": seq, "authority": authority, "kind": kind, "recorded_at": recorded}
        before = hashed(before, entry, kept)
        entries.append(entry | {"hash": before})
        typed.setdefault(kind, []).append(kept | {"seq": seq})
        texts += [one | {"seq": seq} for one in apart]
    connection.execute(ENTRIES.insert(), entries)
    for kind, kept_rows in typed.items():
        connection.execute(TYPED[kind].insert(), kept_rows)
    if texts:
        connection.execute(TEXTS.insert(), texts)
    return [entry["seq"] for entry in entries if entry["kind"] != "remark"]


def broken(connection: sa.Connection) -> list[str]:
    """What is not as it was recorded, in words; empty when all is."""
    typed = {kind: _Ahead(connection, table) for kind, table in TYPED.items()}
    found: list[str] = []
    before = START
    entries = _stream(connection, sa.select(ENTRIES).order_by(ENTRIES.c.seq))
    for number, entry in enumerate(entries, start=1):
        if entry.seq != number:
            return [*found, f"entry {number} is missing"]
        row = typed[entry.kind].take(number) if entry.kind in typed else None
        if row is None:
            return [*found, f"entry {number} has lost its {entry.kind}"]
        named = {name: entry._mapping[name] for name in _CHAINED}
        if hashed(before, named, row) != entry.hash:
            found.append(f"entry {number} is not as it was recorded")
        before = entry.hash
    extra = sorted(seq for ahead in typed.values() for seq in ahead.left())
    found += [f"a row numbered {seq} has no entry" for seq in extra]
    return found + _changed_texts(connection)


def hashed(before: str, entry: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """SHA-256 of an entry with its row, on the hash of the entry before."""
    held = json.dumps([before, entry, row], sort_keys=True, default=_plain, ensure_ascii=False)
    return hashlib.sha256(held.encode()).hexdigest()


def _went_back(earlier: str, now: datetime) -> bool:
    if len(earlier) == 10:  # an anonymous entry keeps the day only
        return now.astimezone(UTC).date().isoformat() < earlier
    return now < datetime.fromisoformat(earlier) - _JITTER


class _Ahead:
    """The rows of one kind in order of their numbers, one read ahead."""

    def __init__(self, connection: sa.Connection, table: sa.Table):
        self._rows = _stream(connection, sa.select(table).order_by(table.c.seq))
        self._next = next(self._rows, None)

    def take(self, seq: int) -> dict[str, Any] | None:
        """The row of this number without it; None when it is not there."""
        if self._next is None or self._next.seq != seq:
            return None
        row = dict(self._next._mapping)
        del row["seq"]
        self._next = next(self._rows, None)
        return row

    def left(self) -> list[int]:
        head = [] if self._next is None else [self._next.seq]
        return head + [row.seq for row in self._rows]


def _changed_texts(connection: sa.Connection) -> list[str]:
    """Texts that are not those their entry was recorded with. An erased one is no fault."""
    found = []
    for kind, table in TYPED.items():
        for name in table.info["texts"]:
            of_entry = sa.and_(TEXTS.c.seq == table.c.seq, TEXTS.c.name == name)
            query = sa.select(
                table.c.seq, table.c[f"{name}_hash"].label("hash"), TEXTS.c.salt, TEXTS.c.text
            ).join(TEXTS, of_entry)
            found += [
                (row.seq, f"the {name} of entry {row.seq} ({kind}) is not as it was recorded")
                for row in _stream(connection, query)
                if _salted(row.salt, row.text) != row.hash
            ]
    return [said for _, said in sorted(found)]


def _stream(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[Any]:
    return iter(connection.execution_options(yield_per=_AT_ONCE).execute(query))


def _set_apart(kind: str, row: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Columns that stay, with the hash of each free text, and the texts themselves."""
    texts, typed = [], dict(row)
    for name, value in typed.items():
        if isinstance(value, Decimal):
            typed[name] = exact(value)
    for name in TYPED[kind].info["texts"]:
        text = typed.pop(name, "")
        if not text:
            typed[f"{name}_hash"] = ""
            continue
        salt = secrets.token_hex(16)  # without it a short text could be found by trying
        typed[f"{name}_hash"] = _salted(salt, text)
        texts.append({"name": name, "salt": salt, "text": text})
    return typed, texts


def _salted(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(exact(value))
    raise TypeError(f"{type(value).__name__} has no one way to be written")
