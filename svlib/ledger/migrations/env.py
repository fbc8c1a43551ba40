"""Alembic's entry: the steps run on the connection that `upgrade` passes on."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
