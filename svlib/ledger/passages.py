"""Passages of documents that a person accepted as evidence, or rejected, and notes on them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa

from svlib.ledger.database import Ledger, Reading
from svlib.ledger.schema import ENTRIES, PASSAGE_NOTES, PASSAGES, TEXTS

ACCEPT, REJECT = DECISIONS = ("accept", "reject")
_KEPT = ("question_id", "decision", "file", "page", "clause", "passage")
_COLUMNS = ["key", *_KEPT, "decided_on"]


class Reviewed:
    """What was decided and noted before."""

    def __init__(self, decisions: dict[str, str], notes: dict[str, str]):
        self._decisions = decisions
        self._notes = notes

    def decision(self, row: Mapping[str, Any]) -> str:
        """Of a passage at its place; "" when there is none. A decision from before places were
        told apart holds wherever the words stand."""
        return self._decisions.get(_key(row)) or self._decisions.get(_words_key(row), "")

    def note(self, row: Mapping[str, Any]) -> str:
        """The last note on a passage; "" when there is none, or it was erased."""
        return self._notes.get(_key(row), "")


def passage_key(question: str, file: str, passage: str, clause: str = "", page: str = "") -> str:
    """What a decision is known by: the same passage at the same clause and page of the same file,
    for the same question."""
    told = json.dumps([question, file, clause, page, passage], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def decide(
    ledger: Ledger, authority: str, rows: Iterable[Mapping[str, Any]], on: date
) -> tuple[int, int]:
    """Record decisions and notes that differ from the last on the same passage, all or none;
    returns how many of each. A row has question_id, decision, file, page, clause, passage, and may
    have a note; a blank decision or note changes nothing."""
    fresh: list[tuple[str, dict[str, Any]]] = []
    with ledger.writing() as writing:
        before = _reviewed(writing, authority)
        for row in rows:
            key, note = _key(row), row.get("note", "")
            if row["decision"] and before.decision(row) != row["decision"]:
                kept = {name: row[name] for name in _KEPT}
                fresh.append(("passage", kept | {"key": key, "decided_on": on}))
            if note and before.note(row) != note:
                fresh.append(("passage note", {"key": key, "noted_on": on, "note": note}))
        unique = list({(kind, row["key"]): (kind, row) for kind, row in fresh}.values())
        writing.append(authority, unique)
    notes = sum(kind == "passage note" for kind, _ in unique)
    return len(unique) - notes, notes


def reviewed(ledger: Ledger, authority: str) -> Reviewed:
    """What this authority decided and noted before, to be asked passage by passage."""
    with ledger.reading() as reading:
        return _reviewed(reading, authority)


def decided(ledger: Ledger, authority: str, at: int | None = None) -> pd.DataFrame:
    """One row a passage, its last decision (up to entry number `at`): key, question_id, decision,
    file, page, clause, passage, decided_on, note. An erased text is empty."""
    with ledger.reading() as reading:
        found = _decisions(reading, authority, at)
        notes = _notes(reading, authority, at)
    last = {one["key"]: one for one in found}
    rows = [one | {"note": notes.get(key, "")} for key, one in last.items()]
    return pd.DataFrame(rows, columns=[*_COLUMNS, "note"])


def _reviewed(reading: Reading, authority: str) -> Reviewed:
    decisions: dict[str, str] = {}
    for one in _decisions(reading, authority):
        decisions[one["recorded_key"]] = decisions[one["key"]] = one["decision"]
    return Reviewed(decisions, _notes(reading, authority))


def _decisions(reading: Reading, authority: str, at: int | None = None) -> list[dict[str, Any]]:
    """Every decision in order. `key` is of the passage at its place; `recorded_key` is older
    where the decision is from before places were told apart."""
    file, passage = TEXTS.alias("file"), TEXTS.alias("passage")
    query = (
        sa.select(
            *(PASSAGES.c[name] for name in _COLUMNS if name not in ("file", "passage")),
            file.c.text.label("file"),
            passage.c.text.label("passage"),
        )
        .select_from(PASSAGES)
        .join(ENTRIES, ENTRIES.c.seq == PASSAGES.c.seq)
        .join(file, _text_of(file, PASSAGES, "file"), isouter=True)
        .join(passage, _text_of(passage, PASSAGES, "passage"), isouter=True)
        .where(ENTRIES.c.authority == authority)
        .order_by(PASSAGES.c.seq)
    )
    if at is not None:
        query = query.where(PASSAGES.c.seq <= at)
    found = []
    for row in reading.rows(query):
        one = {name: value or "" for name, value in row._mapping.items()}
        whole = one["file"] and one["passage"]
        found.append(one | {"recorded_key": row.key, "key": _key(one) if whole else row.key})
    return found


def _notes(reading: Reading, authority: str, at: int | None = None) -> dict[str, str]:
    query = (
        sa.select(PASSAGE_NOTES.c.key, TEXTS.c.text)
        .select_from(PASSAGE_NOTES)
        .join(ENTRIES, ENTRIES.c.seq == PASSAGE_NOTES.c.seq)
        .join(TEXTS, _text_of(TEXTS, PASSAGE_NOTES, "note"), isouter=True)
        .where(ENTRIES.c.authority == authority)
        .order_by(PASSAGE_NOTES.c.seq)
    )
    if at is not None:
        query = query.where(PASSAGE_NOTES.c.seq <= at)
    return {row.key: row.text or "" for row in reading.rows(query)}


def _text_of(texts: Any, table: sa.Table, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(texts.c.seq == table.c.seq, texts.c.name == name)


def _key(row: Mapping[str, Any]) -> str:
    return passage_key(
        row["question_id"], row["file"], row["passage"], row["clause"], row["page"]
    )  # fmt: skip


def _words_key(row: Mapping[str, Any]) -> str:
    """How decisions were known before clause and page were part of it."""
    told = f"{row['question_id']}\n{row['file']}\n{row['passage']}"
    return hashlib.sha256(told.encode()).hexdigest()
