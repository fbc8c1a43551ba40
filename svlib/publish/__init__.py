"""From executed notebooks to a report: pages without code, contents, manifest, all or nothing."""

from svlib.publish.folders import archive, recover, staging, swap
from svlib.publish.manifest import write_manifest
from svlib.publish.pages import NOTEBOOKS, Notebook, write_contents, write_page
from svlib.publish.spreadsheet import write_reconciliation

__all__ = [
    "NOTEBOOKS",
    "Notebook",
    "archive",
    "recover",
    "staging",
    "swap",
    "write_contents",
    "write_manifest",
    "write_page",
    "write_reconciliation",
]
