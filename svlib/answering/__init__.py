"""Taking the test: what a form asks, what an answer may be, and the form as a workbook."""

from svlib.answering.asked import CHOICES, asked, bank
from svlib.answering.load import Loaded, load
from svlib.answering.workbook import Sheet, read, write

__all__ = ["CHOICES", "Loaded", "Sheet", "asked", "bank", "load", "read", "write"]
