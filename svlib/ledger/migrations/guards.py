"""Triggers that make the database refuse to change or delete what is recorded."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op


def guard(tables: Iterable[str], acts: Iterable[str] = ("UPDATE", "DELETE")) -> None:
    """Refuse these acts on these tables."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(
            sa.text(
                "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger AS $$ BEGIN "
                "RAISE EXCEPTION 'the ledger is append-only'; END $$ LANGUAGE plpgsql"
            )
        )
    for table in tables:
        for act in acts:
            name = f"{table}_no_{act.lower()}"
            refused = (
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
                if postgresql
                else "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            )
            op.execute(sa.text(f"CREATE TRIGGER {name} BEFORE {act} ON {table} {refused}"))
        if postgresql and "DELETE" in acts:
            op.execute(
                sa.text(
                    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
                )
            )
