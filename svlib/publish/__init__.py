"""From executed notebooks to a report: pages without code, contents, manifest, all or nothing; its
approval, and its copy in a public place."""

from svlib.publish.folders import archive, recover, staging, swap
from svlib.publish.manifest import made_from, manifest, runtime, write_json
from svlib.publish.pages import (
    CHANGES,
    DATA,
    NOTEBOOKS,
    Notebook,
    write_changes,
    write_contents,
    write_data_page,
    write_page,
)
from svlib.publish.release import approve, publish
from svlib.publish.spreadsheet import write_reconciliation
from svlib.publish.standing import Approval, approval_of, seal

__all__ = [
    "CHANGES",
    "DATA",
    "NOTEBOOKS",
    "Approval",
    "Notebook",
    "approval_of",
    "approve",
    "archive",
    "made_from",
    "manifest",
    "publish",
    "recover",
    "runtime",
    "seal",
    "staging",
    "swap",
    "write_changes",
    "write_contents",
    "write_data_page",
    "write_json",
    "write_page",
    "write_reconciliation",
]
