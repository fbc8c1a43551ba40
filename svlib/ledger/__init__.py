"""What people record: an append-only database, the only copy of what it holds.

Nothing in it is changed or deleted; a correction is a new entry and the latest counts. Entries are
numbered 1, 2, 3 without a gap in the order they were committed, and each carries a hash over itself
and the entry before, so that a later change of any of them shows (`Ledger.verify`).
"""

from svlib.ledger import rights
from svlib.ledger.agreements import (
    CHANGED,
    COMMITMENT_COLUMNS,
    CONTRACT_COLUMNS,
    EXTENDED,
    TERMINATED,
    amend,
    commit,
    commitments,
    contracts,
    register,
)
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
from svlib.ledger.delivering import (
    ACCEPTED,
    DECISIONS,
    QUERIED,
    REJECTED,
    Delivery,
    Unconfirmed,
    correct,
    record,
    review,
)
from svlib.ledger.erasing import erase
from svlib.ledger.evidence import attach_file, attach_link, content, evidence, history
from svlib.ledger.passages import ACCEPT, Reviewed, decide, decided, passage_key, reviewed
from svlib.ledger.people import people
from svlib.ledger.position import (
    DELIVERY_COLUMNS,
    TOTAL_COLUMNS,
    agreements_changed,
    authorities,
    came_in,
    deliveries,
    totals,
    touched,
)
from svlib.ledger.rights import Actor, administrator
from svlib.ledger.schema import exact

__all__ = [
    "ACCEPT",
    "ACCEPTED",
    "AGREED",
    "CHANGED",
    "COMMITMENT_COLUMNS",
    "CONTRACT_COLUMNS",
    "DECISIONS",
    "DELIVERY_COLUMNS",
    "ERASED",
    "EXTENDED",
    "FULL",
    "INDIVIDUAL",
    "KINDS",
    "LENGTHS",
    "QUERIED",
    "REJECTED",
    "SHORT",
    "TERMINATED",
    "TOTAL_COLUMNS",
    "Actor",
    "Answer",
    "Delivery",
    "Form",
    "Ledger",
    "Reviewed",
    "Unconfirmed",
    "administrator",
    "agreed",
    "agreements_changed",
    "amend",
    "attach_file",
    "attach_link",
    "authorities",
    "came_in",
    "commit",
    "commitments",
    "content",
    "contracts",
    "correct",
    "decide",
    "decided",
    "deliveries",
    "erase",
    "evidence",
    "exact",
    "exists",
    "finish",
    "history",
    "individual",
    "latest",
    "open_ledger",
    "passage_key",
    "people",
    "record",
    "register",
    "resume",
    "review",
    "reviewed",
    "rights",
    "save",
    "start",
    "totals",
    "touched",
]  # fmt: skip
