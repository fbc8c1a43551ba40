"""Tables of the ledger. Every row of every kind is one entry, under the entry's number.

The database is made and changed by the migrations beside this file; a test holds the two together.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData()
STEP = Decimal("0.0001")
"""The smallest part of a unit, or of a pound, that the ledger keeps."""


class Exact(sa.types.TypeDecorator[Decimal]):
    """A Decimal to four places, kept as a whole number of ten-thousandths, which every database
    adds up exactly."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(exact(value) / STEP)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else (Decimal(int(value)) * STEP).quantize(STEP)


def exact(value: Decimal) -> Decimal:
    """A number as the ledger keeps it."""
    return value.quantize(STEP, rounding=ROUND_HALF_UP)


ENTRIES = sa.Table(
    "entries",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("authority", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)

TEXTS = sa.Table(  # the one table from which something may be deleted
    "texts",
    METADATA,
    sa.Column("seq", sa.Integer, sa.ForeignKey("entries.seq"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

TYPED: dict[str, sa.Table] = {}
"""Kind of entry to its table."""


def _kind(
    kind: str, name: str, *columns: sa.schema.SchemaItem, texts: tuple[str, ...] = ()
) -> sa.Table:
    """The table of one kind of entry. `texts` are columns kept apart, where they can be erased; the
    table holds a hash of each. A column `authority` repeats the entry's, for its indexes."""
    seq = sa.Column(
        "seq", sa.Integer, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False
    )
    hashes = [_text(f"{one}_hash") for one in texts]
    TYPED[kind] = sa.Table(name, METADATA, seq, *columns, *hashes, info={"texts": texts})
    return TYPED[kind]


def _text(name: str, *, index: bool = False, unique: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, index=index, unique=unique)


def _found_by(table: str, column: str) -> sa.Index:
    return sa.Index(f"ix_{table}_{column}", "authority", column, "seq")


def _day(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Date, nullable=optional)


FORMS = _kind(
    "form", "forms",
    _text("form_id", unique=True), _text("answers_are"), _text("directorate"), _text("length"),
    _text("bank_version"), _day("started_on"),
)  # fmt: skip
ANSWERS = _kind(
    "answer", "answers",
    _text("form_id", index=True), _text("question_id"), _text("answer"), _day("answered_on"),
    _day("evidence_date", optional=True), texts=("evidence",),
)  # fmt: skip
FINISHES = _kind("finish", "finishes", _text("form_id", index=True), _day("finished_on"))
PASSAGES = _kind(
    "passage", "passages",
    _text("key", index=True), _text("question_id"), _text("decision"), _text("page"),
    _text("clause"), _day("decided_on"), texts=("file", "passage"),
)  # fmt: skip
PASSAGE_NOTES = _kind(  # apart from decisions: one can be noted on, or erased, without the other
    "passage note", "passage_notes", _text("key", index=True), _day("noted_on"), texts=("note",)
)

CONTRACTS = _kind(
    "contract", "contracts",
    _text("authority"), _text("contract_ref"), _text("event"), _day("effective_on"),
    _text("title"), _text("supplier"), _text("directorate"), _text("category"),
    sa.Column("value_gbp", Exact), _day("start_date", optional=True),
    _day("end_date", optional=True),
    _found_by("contracts", "contract_ref"),
)  # fmt: skip
COMMITMENTS = _kind(
    "commitment", "commitments",
    _text("authority"), _text("commitment_id"), _text("contract_ref"), _text("event"),
    _day("frozen_on"), _text("measure_id"), _text("unit"),
    sa.Column("target", Exact, nullable=False), _day("start_date"), _day("end_date"),
    _text("district"), _text("ward"), _text("profile"),
    _found_by("commitments", "commitment_id"), _found_by("commitments", "contract_ref"),
)  # fmt: skip
DELIVERIES = _kind(
    "delivery", "deliveries",
    _text("authority"), _text("delivery_id"), _text("commitment_id"), _day("period_start"),
    _day("delivered_on"), _text("quarter"), sa.Column("quantity", Exact, nullable=False),
    _text("district"), _text("ward"), _text("channel"), _text("role"),
    _found_by("deliveries", "delivery_id"), _found_by("deliveries", "commitment_id"),
    texts=("note", "by"),
)  # fmt: skip
EVIDENCE = _kind(
    "evidence", "evidence",
    _text("authority"), _text("evidence_id"), _text("delivery_id"), _text("held_as"),
    _text("media_type"), sa.Column("bytes", sa.BigInteger, nullable=False), _text("role"),
    _found_by("evidence", "evidence_id"), _found_by("evidence", "delivery_id"),
    texts=("name", "by"),
)  # fmt: skip
REVIEWS = _kind(
    "review", "reviews",
    _text("authority"), _text("delivery_id"), sa.Column("of_seq", sa.Integer, nullable=False),
    _text("decision"), _text("role"),
    _found_by("reviews", "delivery_id"),
    texts=("note", "by"),
)  # fmt: skip
ERASURES = _kind(
    "erasure", "erasures", sa.Column("erased", sa.Integer, nullable=False), texts=("reason", "by")
)
IMPORTS = _kind(
    "import", "imports",
    _text("file_hash"), sa.Column("upto", sa.Integer, nullable=False), _text("signed_by"),
    _day("signed_on"),
)  # fmt: skip
REMARKS = _kind("remark", "remarks", _text("remark"))
