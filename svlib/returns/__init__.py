"""What suppliers report each quarter: a workbook out and back, or a CSV of another system."""

from svlib.returns.csvs import read_csv
from svlib.returns.lines import Line, Recorded, faults_of, record
from svlib.returns.ofcontract import blank, load_one
from svlib.returns.reading import CellFault, at_cells, hand_back, read_workbook
from svlib.returns.workbook import VERSION, write_workbook

__all__ = [
    "VERSION",
    "CellFault",
    "Line",
    "Recorded",
    "at_cells",
    "blank",
    "faults_of",
    "hand_back",
    "load_one",
    "read_csv",
    "read_workbook",
    "record",
    "write_workbook",
]  # fmt: skip
