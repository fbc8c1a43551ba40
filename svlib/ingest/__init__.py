"""Any council's files in: what was read, where it stood, and where every pound ended."""

from svlib.ingest.forms import read_form
from svlib.ingest.payments import Reading, read_payments
from svlib.ingest.period import Period
from svlib.ingest.table import Part
from svlib.ingest.verdicts import Verdict, check, files_in, judge

__all__ = [
    "Part", "Period", "Reading", "Verdict", "check", "files_in", "judge", "read_form",
    "read_payments",
]  # fmt: skip
