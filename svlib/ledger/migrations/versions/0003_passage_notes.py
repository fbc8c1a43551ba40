"""Notes on passages of documents."""

import sqlalchemy as sa
from alembic import op

from svlib.ledger.migrations.guards import guard

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "passage_notes",
        sa.Column(
            "seq", sa.Integer, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False
        ),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("noted_on", sa.Date, nullable=False),
        sa.Column("note_hash", sa.Text, nullable=False),
    )
    op.create_index("ix_passage_notes_key", "passage_notes", ["key"])
    guard(("passage_notes",))
