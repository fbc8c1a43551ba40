"""Contracts, commitments, deliveries, evidence, reviews, erasures, imports and remarks."""

import sqlalchemy as sa
from alembic import op

from svlib.ledger.migrations.guards import guard

revision = "0002"
down_revision = "0001"

_INDEXED = {
    "contracts": ("contract_ref",),
    "commitments": ("commitment_id", "contract_ref"),
    "deliveries": ("delivery_id", "commitment_id"),
    "evidence": ("evidence_id", "delivery_id"),
    "reviews": ("delivery_id",),
}


def upgrade() -> None:
    _typed(
        "contracts",
        *_texts("authority", "contract_ref", "event"), *_days("effective_on"),
        *_texts("title", "supplier", "directorate", "category"),
        sa.Column("value_gbp", sa.BigInteger),
        sa.Column("start_date", sa.Date), sa.Column("end_date", sa.Date),
    )  # fmt: skip
    _typed(
        "commitments",
        *_texts("authority", "commitment_id", "contract_ref", "event"), *_days("frozen_on"),
        *_texts("measure_id", "unit"), sa.Column("target", sa.BigInteger, nullable=False),
        *_days("start_date", "end_date"), *_texts("district", "ward", "profile"),
    )  # fmt: skip
    _typed(
        "deliveries",
        *_texts("authority", "delivery_id", "commitment_id"),
        *_days("period_start", "delivered_on"), *_texts("quarter"),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        *_texts("district", "ward", "channel", "role", "note_hash", "by_hash"),
    )  # fmt: skip
    _typed(
        "evidence",
        *_texts("authority", "evidence_id", "delivery_id", "held_as", "media_type"),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        *_texts("role", "name_hash", "by_hash"),
    )
    _typed(
        "reviews",
        *_texts("authority", "delivery_id"), sa.Column("of_seq", sa.Integer, nullable=False),
        *_texts("decision", "role", "note_hash", "by_hash"),
    )  # fmt: skip
    _typed("erasures", sa.Column("erased", sa.Integer, nullable=False),
           *_texts("reason_hash", "by_hash"))  # fmt: skip
    _typed("imports", *_texts("file_hash"), sa.Column("upto", sa.Integer, nullable=False),
           *_texts("signed_by"), *_days("signed_on"))  # fmt: skip
    _typed("remarks", *_texts("remark"))
    for table, columns in _INDEXED.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, ["authority", column, "seq"])
    guard((*_INDEXED, "erasures", "imports", "remarks"))


def _typed(name: str, *columns: sa.Column) -> None:
    seq = sa.Column(
        "seq", sa.Integer, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False
    )
    op.create_table(name, seq, *columns)


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _days(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Date, nullable=False) for name in names]
