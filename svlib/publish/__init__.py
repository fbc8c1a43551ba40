"""From executed notebooks to a report: pages without code, contents, manifest, all or nothing."""

from svlib.publish.folders import archive, recover, staging, swap
from svlib.publish.manifest import made_from, manifest, runtime, write_json
from svlib.publish.pages import NOTEBOOKS, Notebook, write_changes, write_contents, write_page
from svlib.publish.spreadsheet import write_reconciliation

__all__ = [
    "NOTEBOOKS",
    "Notebook",
    "archive",
    "made_from",
    "manifest",
    "recover",
    "runtime",
    "staging",
    "swap",
    "write_changes",
    "write_contents",
    "write_json",
    "write_page",
    "write_reconciliation",
]
