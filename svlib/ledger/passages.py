"""Passages of documents that a person accepted as evidence, or rejected."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa

from svlib.ledger.database import Ledger
from svlib.ledger.schema import ENTRIES, PASSAGES, TEXTS

ACCEPT, REJECT = DECISIONS = ("accept", "reject")
_COLUMNS = ["key", "question_id", "decision", "file", "page", "clause", "passage", "decided_on"]


def passage_key(question: str, file: str, passage: str) -> str:
    """What a decision is known by: the same passage of the same file for the same question."""
    return hashlib.sha256(f"{question}\n{file}\n{passage}".encode()).hexdigest()


def decide(ledger: Ledger, authority: str, rows: Iterable[Mapping[str, Any]], on: date) -> int:
    """Record decisions that differ from the last on the same passage; returns how many. Each row
    has question_id, decision, file, page, clause and passage."""
    before = decided(ledger, authority).set_index("key")["decision"].to_dict()
    fresh = []
    for row in rows:
        key = passage_key(row["question_id"], row["file"], row["passage"])
        if before.get(key) != row["decision"]:
            before[key] = row["decision"]
            kept = {name: row[name] for name in _COLUMNS if name not in ("key", "decided_on")}
            fresh.append(("passage", kept | {"key": key, "decided_on": on}))
    if fresh:
        ledger.append(authority, fresh)
    return len(fresh)


def decided(ledger: Ledger, authority: str) -> pd.DataFrame:
    """One row a passage, its last decision: key, question_id, decision, file, page, clause,
    passage, decided_on. An erased file name or passage is empty."""
    file, passage = TEXTS.alias("file"), TEXTS.alias("passage")
    found = ledger.rows(
        sa.select(
            *(PASSAGES.c[name] for name in _COLUMNS if name not in ("file", "passage")),
            file.c.text.label("file"),
            passage.c.text.label("passage"),
        )
        .select_from(PASSAGES)
        .join(ENTRIES, ENTRIES.c.seq == PASSAGES.c.seq)
        .join(file, sa.and_(file.c.seq == PASSAGES.c.seq, file.c.name == "file"), isouter=True)
        .join(
            passage,
            sa.and_(passage.c.seq == PASSAGES.c.seq, passage.c.name == "passage"),
            isouter=True,
        )
        .where(ENTRIES.c.authority == authority)
        .order_by(PASSAGES.c.seq)
    )
    last = {row.key: dict(row._mapping) for row in found}
    table = pd.DataFrame(list(last.values()), columns=_COLUMNS)
    return table.assign(file=table["file"].fillna(""), passage=table["passage"].fillna(""))
