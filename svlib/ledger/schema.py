"""Tables of the ledger. Every row of every kind is one entry, under the entry's number."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

METADATA = sa.MetaData()

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


def _seq() -> sa.Column[int]:
    return sa.Column(
        "seq", sa.Integer, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False
    )


FORMS = sa.Table(
    "forms",
    METADATA,
    _seq(),
    sa.Column("form_id", sa.Text, nullable=False, unique=True),
    sa.Column("answers_are", sa.Text, nullable=False),
    sa.Column("directorate", sa.Text, nullable=False),
    sa.Column("length", sa.Text, nullable=False),
    sa.Column("bank_version", sa.Text, nullable=False),
    sa.Column("started_on", sa.Date, nullable=False),
    info={"texts": ()},
)

ANSWERS = sa.Table(
    "answers",
    METADATA,
    _seq(),
    sa.Column("form_id", sa.Text, nullable=False, index=True),
    sa.Column("question_id", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("answered_on", sa.Date, nullable=False),
    sa.Column("evidence_date", sa.Date),
    sa.Column("evidence_hash", sa.Text, nullable=False),
    info={"texts": ("evidence",)},
)

FINISHES = sa.Table(
    "finishes",
    METADATA,
    _seq(),
    sa.Column("form_id", sa.Text, nullable=False, index=True),
    sa.Column("finished_on", sa.Date, nullable=False),
    info={"texts": ()},
)

PASSAGES = sa.Table(
    "passages",
    METADATA,
    _seq(),
    sa.Column("key", sa.Text, nullable=False, index=True),
    sa.Column("question_id", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("page", sa.Text, nullable=False),
    sa.Column("clause", sa.Text, nullable=False),
    sa.Column("decided_on", sa.Date, nullable=False),
    sa.Column("file_hash", sa.Text, nullable=False),
    sa.Column("passage_hash", sa.Text, nullable=False),
    info={"texts": ("file", "passage")},
)

TYPED = {"form": FORMS, "answer": ANSWERS, "finish": FINISHES, "passage": PASSAGES}
"""Kind of entry to its table."""


def triggers(connection: sa.Connection) -> Iterator[str]:
    """Statements that make the database refuse to change or delete an entry, and to change a text
    (a text may be erased, not rewritten)."""
    guarded = [
        (table.name, act) for table in (ENTRIES, *TYPED.values()) for act in ("UPDATE", "DELETE")
    ]
    guarded.append((TEXTS.name, "UPDATE"))
    if connection.dialect.name == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION 'the ledger is append-only'; END $$ LANGUAGE plpgsql"
        )
    for table, act in guarded:
        name = f"{table}_no_{act.lower()}"
        if connection.dialect.name == "postgresql":
            yield (
                f"CREATE OR REPLACE TRIGGER {name} BEFORE {act} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
            )
        else:
            yield (
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {act} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            )
