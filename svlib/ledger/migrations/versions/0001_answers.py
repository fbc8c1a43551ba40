"""Entries, erasable texts, and the answers to the diagnostic with passages of documents."""

import sqlalchemy as sa
from alembic import op

from svlib.ledger.migrations.guards import guard

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "entries",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False)
          for name in ("authority", "kind", "recorded_at", "hash")),
    )  # fmt: skip
    op.create_table(
        "texts",
        sa.Column("seq", sa.Integer, sa.ForeignKey("entries.seq"), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    _typed(
        "forms",
        sa.Column("form_id", sa.Text, nullable=False, unique=True),
        *_texts("answers_are", "directorate", "length", "bank_version"),
        sa.Column("started_on", sa.Date, nullable=False),
    )
    _typed(
        "answers",
        *_texts("form_id", "question_id", "answer"),
        sa.Column("answered_on", sa.Date, nullable=False),
        sa.Column("evidence_date", sa.Date),
        *_texts("evidence_hash"),
    )
    _typed("finishes", *_texts("form_id"), sa.Column("finished_on", sa.Date, nullable=False))
    _typed(
        "passages",
        *_texts("key", "question_id", "decision", "page", "clause"),
        sa.Column("decided_on", sa.Date, nullable=False),
        *_texts("file_hash", "passage_hash"),
    )
    for table, column in (("answers", "form_id"), ("finishes", "form_id"), ("passages", "key")):
        op.create_index(f"ix_{table}_{column}", table, [column])
    guard(("entries", "forms", "answers", "finishes", "passages"))
    guard(("texts",), ("UPDATE",))


def _typed(name: str, *columns: sa.Column) -> None:
    seq = sa.Column(
        "seq", sa.Integer, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False
    )
    op.create_table(name, seq, *columns)


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]
