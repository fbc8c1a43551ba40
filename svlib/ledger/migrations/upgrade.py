"""Bring a database to the newest step."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

HEAD = "0003"
_FIRST = "0001"  # ledgers made before steps were counted are at this one


def upgrade(connection: sa.Connection) -> None:
    """Run the steps that are missing, inside the transaction of `connection`; nothing is done to a
    database that is at the newest."""
    if _stands_at(connection) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    if _stands_at(connection) is None and sa.inspect(connection).has_table("entries"):
        command.stamp(config, _FIRST)
    command.upgrade(config, "head")


def _stands_at(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
