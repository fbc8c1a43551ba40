"""What changed between a report and the one before it, cause by cause, in rows and pounds.

A report is what it was made from: code, reference files, settings and inputs. To tell causes apart
the report before is made again with one of these changed at a time, in the order of `CAUSES`, so
that the steps add up to the whole difference.
"""

from svlib.changes.causes import CAUSES, causes, method
from svlib.changes.figures import Figures, figures, spent
from svlib.changes.log import FILE, earlier_quarter, entry, read_log
from svlib.changes.made import MANIFEST, Made, read_made, written
from svlib.changes.remaking import remade_root
from svlib.changes.steps import Step, steps

__all__ = [
    "CAUSES",
    "FILE",
    "MANIFEST",
    "Figures",
    "Made",
    "Step",
    "causes",
    "earlier_quarter",
    "entry",
    "figures",
    "method",
    "read_log",
    "read_made",
    "remade_root",
    "spent",
    "steps",
    "written",
]
