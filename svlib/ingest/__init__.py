"""Any council's files in: what was read, where it stood, and where every pound ended."""

from svlib.ingest.forms import read_form, read_with_places
from svlib.ingest.payments import Reading, read_payments
from svlib.ingest.period import Period
from svlib.ingest.registers import Register, read_contracts, read_grants
from svlib.ingest.table import Part
from svlib.ingest.verdicts import Verdict, check, files_in, judge

__all__ = [
    "Part", "Period", "Reading", "Register", "Verdict", "check", "files_in", "judge",
    "read_contracts", "read_form", "read_grants", "read_payments",
    "read_with_places",
]  # fmt: skip
