"""Who a supplier is: one supplier for many spellings, its class, its entry in a public register."""

from svlib.suppliers.classes import classes_of, classify
from svlib.suppliers.directory import directory_by_id
from svlib.suppliers.identity import clean, identify, names_to_print
from svlib.suppliers.worklist import curve

__all__ = [
    "classes_of",
    "classify",
    "clean",
    "curve",
    "directory_by_id",
    "identify",
    "names_to_print",
]
