"""Framework and guidance: where to act first, what helps, and what to do in one procurement.

Everything here is a draft for Legal to check: it says what the law tables say on a day, and what
good practice is in our own reading, never that something is lawful.
"""

from svlib.guidance.document import write_document
from svlib.guidance.model import BANDS, DRAFT, STAGES, TYPES, Action, Guidance
from svlib.guidance.pack import Pack, Procurement
from svlib.guidance.packing import pack
from svlib.guidance.priority import SCORES, left_out, prioritise
from svlib.guidance.reading import load
from svlib.guidance.workbook import write_workbook

__all__ = [
    "BANDS", "DRAFT", "SCORES", "STAGES", "TYPES", "Action", "Guidance", "Pack", "Procurement",
    "left_out", "load", "pack", "prioritise", "write_document", "write_workbook",
]  # fmt: skip
