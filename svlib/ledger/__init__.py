"""What people record: an append-only database, the only copy of what it holds.

Nothing in it is changed or deleted; a correction is a new entry and the latest counts. Entries are
numbered 1, 2, 3 without a gap in the order they were committed, and each carries a hash over itself
and the entry before, so that a later change of any of them shows (`Ledger.verify`).
"""

from svlib.ledger.answers import (
    AGREED,
    ERASED,
    FULL,
    INDIVIDUAL,
    KINDS,
    LENGTHS,
    SHORT,
    Answer,
    Form,
    agreed,
    finish,
    individual,
    latest,
    resume,
    save,
    start,
)
from svlib.ledger.database import Ledger, exists, open_ledger
from svlib.ledger.passages import decide, decided, passage_key

__all__ = [
    "AGREED",
    "ERASED",
    "FULL",
    "INDIVIDUAL",
    "KINDS",
    "LENGTHS",
    "SHORT",
    "Answer",
    "Form",
    "Ledger",
    "agreed",
    "decide",
    "decided",
    "exists",
    "finish",
    "individual",
    "latest",
    "open_ledger",
    "passage_key",
    "resume",
    "save",
    "start",
]
