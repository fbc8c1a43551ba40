"""How the ledger's database is made and changed, one step a file in versions/ (Alembic)."""

from svlib.ledger.migrations.upgrade import HEAD, upgrade

__all__ = ["HEAD", "upgrade"]
