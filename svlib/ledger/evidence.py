"""Evidence of deliveries: files kept by their content beside the ledger, and links.

A file is never shown inside a page, only handed over to who may read it; a link is never fetched.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from svlib import project
from svlib.errors import Fault, InputError
from svlib.ledger import agreements, rights
from svlib.ledger.database import Ledger, Reading, Writing
from svlib.ledger.delivering import found
from svlib.ledger.rights import Actor
from svlib.ledger.schema import DELIVERIES, ENTRIES, EVIDENCE, REVIEWS, TEXTS
from svlib.ledger.words import unfit

FILE, LINK = "file", "link"
ERASED = "(erased)"
MOST_BYTES = 10_000_000
TYPES = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".docx": (
        b"PK\x03\x04",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}
"""Allowed endings, the first bytes such a file has, and its type."""

_HTTPS = re.compile(
    r"https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE
)

EVIDENCE_COLUMNS = ("seq", "evidence_id", "held_as", "media_type", "bytes", "name", "recorded_at")
HISTORY_COLUMNS = ("seq", "recorded_at", "kind", "what", "note", "role", "by")


def attach_file(held: Ledger, actor: Actor, delivery_id: str, name: str, content: bytes) -> str:
    """Keep a file as evidence of a delivery; returns its id, the SHA-256 of its bytes. The same
    file again on the same delivery changes nothing. Raises InputError for a type that is not
    allowed, a file that is not what its name says, and one that is too large."""
    kind = _checked(name, content)
    identity = hashlib.sha256(content).hexdigest()
    with held.writing() as writing:
        _require(writing, actor, delivery_id, rights.ATTACH)
        if not _known(writing, actor, delivery_id, identity):
            _keep(folder(held), identity, content)
            row = {"held_as": FILE, "media_type": kind, "bytes": len(content), "name": name}
            _append(writing, actor, delivery_id, identity, row)
    return identity


def attach_link(held: Ledger, actor: Actor, delivery_id: str, url: str) -> str:
    """Keep an https address as evidence; it is never fetched. Returns its id. Raises InputError for
    anything else."""
    why = unfit_link(url)
    if why:
        raise InputError(Fault("link", *why))
    with held.writing() as writing:
        return put_link(writing, actor, delivery_id, url)


def put_link(writing: Writing, actor: Actor, delivery_id: str, url: str) -> str:
    """As `attach_link`, within a transaction, for an address that is fit."""
    identity = hashlib.sha256(url.strip().encode()).hexdigest()
    _require(writing, actor, delivery_id, rights.ATTACH)
    if not _known(writing, actor, delivery_id, identity):
        row = {"held_as": LINK, "media_type": "", "bytes": 0, "name": url.strip()}
        _append(writing, actor, delivery_id, identity, row)
    return identity


def unfit_link(url: str) -> tuple[str, str] | None:
    """What was found and what to do, for what is no https address; None for one."""
    if _HTTPS.fullmatch(url.strip()) and not unfit(url):
        return None
    return f"'{url[:80]}' is no https address", "Give the whole address, https://..."


def evidence(held: Ledger, actor: Actor, delivery_id: str) -> pd.DataFrame:
    """One row a piece of evidence of a delivery: EVIDENCE_COLUMNS; `name` is the file's name or the
    link, "(erased)" once erased. Raises RightsError for a role that may not read it."""
    with held.reading() as reading:
        _require(reading, actor, delivery_id, rights.READ_EVIDENCE)
        rows = reading.rows(
            sa.select(EVIDENCE, ENTRIES.c.recorded_at, TEXTS.c.text)
            .join(ENTRIES, ENTRIES.c.seq == EVIDENCE.c.seq)
            .join(TEXTS, _text_of(EVIDENCE, "name"), isouter=True)
            .where(EVIDENCE.c.authority == actor.authority, EVIDENCE.c.delivery_id == delivery_id)
            .order_by(EVIDENCE.c.seq)
        )
    shown = [dict(row._mapping) | {"name": row.text or ERASED} for row in rows]
    return pd.DataFrame(shown, columns=list(EVIDENCE_COLUMNS), dtype=object)


def content(held: Ledger, actor: Actor, delivery_id: str, evidence_id: str) -> bytes:
    """The bytes of a file, checked against its id. Raises RightsError for a role that may not read
    it, InputError when there is none or it was erased or is not what was attached."""
    known = evidence(held, actor, delivery_id)
    if evidence_id not in set(known["evidence_id"]):
        raise InputError(Fault("evidence", "is not of this delivery", "Open it from its delivery."))
    path = _path(folder(held), evidence_id)
    if not path.is_file():
        raise InputError(Fault("evidence", "the file was erased", "Ask who sent it for it anew."))
    kept = path.read_bytes()
    if hashlib.sha256(kept).hexdigest() != evidence_id:
        raise InputError(
            Fault(project.relative(path), "is not the file that was attached", "Restore a backup.")
        )
    return kept


def history(held: Ledger, actor: Actor, delivery_id: str) -> pd.DataFrame:
    """One row an entry about a delivery, in order: HISTORY_COLUMNS. `what` is the quantity, the
    decision, or the name of the evidence; an erased text reads "(erased)". Raises RightsError for a
    role that may not read notes."""
    with held.reading() as reading:
        _require(reading, actor, delivery_id, rights.READ_EVIDENCE)
        rows = []
        for kind, table, shown in (
            ("delivery", DELIVERIES, "quantity"), ("review", REVIEWS, "decision"),
            ("evidence", EVIDENCE, "name"),
        ):  # fmt: skip
            query = (
                sa.select(table, ENTRIES.c.recorded_at)
                .join(ENTRIES, ENTRIES.c.seq == table.c.seq)
                .where(table.c.authority == actor.authority, table.c.delivery_id == delivery_id)
            )
            for row in reading.rows(query):
                texts = _texts(reading, row)
                what = texts.get(shown) if shown == "name" else row._mapping[shown]
                rows.append(
                    {
                        "seq": row.seq, "recorded_at": row.recorded_at, "kind": kind, "what": what,
                        "note": texts.get("note", ""), "role": row.role, "by": texts.get("by", ""),
                    }
                )  # fmt: skip
    rows.sort(key=lambda row: row["seq"])
    return pd.DataFrame(rows, columns=list(HISTORY_COLUMNS), dtype=object)


def folder(held: Ledger) -> Path:
    """Where the files lie: evidence/ beside the ledger, in data/ledger/ for a server's."""
    beside = held.file.parent if held.file is not None else project.resolve("data/ledger")
    return beside / "evidence"


def forget(folder_: Path, evidence_id: str) -> None:
    """Remove a file for good, as an erasure asks."""
    _path(folder_, evidence_id).unlink(missing_ok=True)


def _path(folder_: Path, evidence_id: str) -> Path:
    return folder_ / evidence_id[:2] / evidence_id


def _checked(name: str, content_: bytes) -> str:
    where = f"file '{name[:80]}'"
    start, kind = TYPES.get(Path(name).suffix.lower(), (b"", ""))
    why = unfit(name)
    if why or "/" in name or "\\" in name:
        raise InputError(Fault(where, "has a name that cannot be kept", "Rename it."))
    if not kind:
        do = "Send one of: " + ", ".join(TYPES) + "."
        raise InputError(Fault(where, "is of a type that is not taken", do))
    if len(content_) > MOST_BYTES:
        found_ = f"has {len(content_) / 1e6:.1f} MB"
        raise InputError(Fault(where, found_, f"Send {MOST_BYTES / 1e6:.0f} MB at most."))
    if not content_.startswith(start):
        raise InputError(Fault(where, "is not what its ending says", "Save it again as that type."))
    return kind


def _keep(folder_: Path, identity: str, content_: bytes) -> None:
    """Written whole beside its place, then moved there, so that no half file carries the id."""
    path = _path(folder_, identity)
    if path.is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content_)
            file.flush()
            os.fsync(file.fileno())
        Path(written).replace(path)
    except BaseException:
        Path(written).unlink(missing_ok=True)
        raise


def _require(reading: Reading, actor: Actor, delivery_id: str, action: str) -> None:
    known = found(reading, actor.authority, delivery_id)
    promise = agreements.commitment(reading, actor.authority, known["commitment_id"])
    of = agreements.contract(reading, actor.authority, promise["contract_ref"])
    rights.require(actor, action, of)


def _known(reading: Reading, actor: Actor, delivery_id: str, identity: str) -> bool:
    query = sa.select(EVIDENCE.c.seq).where(
        EVIDENCE.c.authority == actor.authority,
        EVIDENCE.c.delivery_id == delivery_id,
        EVIDENCE.c.evidence_id == identity,
    )
    return bool(reading.rows(query))


def _append(
    writing: Writing, actor: Actor, delivery_id: str, identity: str, row: dict[str, object]
) -> None:
    named = {"evidence_id": identity, "delivery_id": delivery_id}
    by = {"role": actor.role, "by": actor.user}
    writing.append(actor.authority, [("evidence", named | row | by)])


def _text_of(table: sa.Table, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(TEXTS.c.seq == table.c.seq, TEXTS.c.name == name)


def _texts(reading: Reading, row: sa.Row[tuple[object, ...]]) -> dict[str, str]:
    """Texts of an entry by name; "(erased)" where only the hash is left."""
    kept = reading.rows(sa.select(TEXTS.c.name, TEXTS.c.text).where(TEXTS.c.seq == row.seq))
    found_ = {one.name: one.text for one in kept}
    for name, value in row._mapping.items():
        if name.endswith("_hash"):
            found_.setdefault(name.removesuffix("_hash"), ERASED if value else "")
    return found_
