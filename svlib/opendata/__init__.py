"""A quarter's tables for everyone: CSV, Parquet, a spreadsheet, and what describes them."""

from svlib.opendata.declared import ALL
from svlib.opendata.package import Download, about, write
from svlib.opendata.page import page
from svlib.opendata.redaction import REDACTED, Redaction, defused, too_few, visible

__all__ = [
    "ALL",
    "REDACTED",
    "Download",
    "Redaction",
    "about",
    "defused",
    "page",
    "too_few",
    "visible",
    "write",
]
