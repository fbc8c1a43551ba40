"""The store: every published payment of an authority as Parquet, built once per set of inputs.

A build is named by the hash of all that decides its content (input files, parameters, directory,
code), so it is rebuilt when one of them changes and only then. `data/store` is safe to delete.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from svlib import places, project
from svlib.errors import Fault, InputError
from svlib.parameters import Parameters
from svlib.quarter import Quarter
from svlib.store import build
from svlib.store.inputs import (
    Progress,
    code_hash,
    coverage,
    directory_file,
    files_used,
    hash_of,
    plan_file,
    quiet,
    read_all,
    rules_file,
    sha256,
    source_file,
    source_files,
    usual_directory,
)

__all__ = [
    "Progress",
    "Store",
    "connect",
    "directory_file",
    "latest",
    "open_store",
    "plan_file",
    "quiet",
    "read_all",
    "rules_file",
    "sha256",
    "source_file",
    "source_files",
    "usual_directory",
]

MEMORY_LIMIT = "2500MB"  # a hundred million payments then stay under 4 GB with all that is beside


@dataclass(frozen=True)
class Store:
    """One build. `quarters` are those it holds, in order; `missing` maps a quarter to its months
    without a file."""

    folder: Path
    quarters: tuple[Quarter, ...]
    missing: dict[str, tuple[str, ...]]
    inputs: dict[str, str]

    @property
    def payments(self) -> Path:
        return self.folder / "payments.parquet"

    @property
    def names(self) -> pd.DataFrame:
        """One row a name as printed, as tables.SUPPLIER_NAMES."""
        return pq.read_table(self.folder / "names.parquet").to_pandas()

    @property
    def suppliers(self) -> pd.DataFrame:
        """One row a supplier, as tables.KNOWN_SUPPLIERS."""
        return pq.read_table(self.folder / "suppliers.parquet").to_pandas()

    @property
    def notes(self) -> list[str]:
        """What a reader must know of the registers read: lines left out, a file cut off."""
        text = (self.folder / "notes.json").read_text(encoding="utf-8")
        return [str(note) for note in json.loads(text)]

    @property
    def reconciliation(self) -> pd.DataFrame:
        """One row a file, as tables.RECONCILIATION; money as Decimal."""
        table = pq.read_table(self.folder / "reconciliation.parquet")
        return table.to_pandas()


def connect(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB to read stored payments with. What does not fit in its memory goes to the machine's
    temporary folder, so that a laptop can look at more than it can hold; on all processors unless
    `threads` are given."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": tempfile.gettempdir(),
    }
    if threads:
        settings["threads"] = threads
    return duckdb.connect(config=settings)


def open_store(parameters: Parameters, progress: Progress = quiet) -> Store:
    """The build for these parameters, made first when there is none.

    Raises InputError when a file is missing, unreadable or ambiguous, when the quarter has no
    file, or when a month is missing that the parameters do not accept.
    """
    used = files_used(read_all(parameters.sources.payments, progress), parameters)
    directory, rules = directory_file(parameters), rules_file(parameters)
    inputs = {part.file: part.sha256 for part in used}
    inputs |= {project.relative(path): sha256(path) for path in (directory, rules) if path}
    inputs |= {project.relative(path): sha256(path) for path in _registers(parameters)}
    folder = project.store() / parameters.slug / _name(parameters, inputs)
    if not folder.exists():
        progress(f"building the store from {len(inputs)} files")
        build.write(folder, parameters, used, directory, rules)
    quarters, missing = coverage(used)
    return Store(folder, quarters, missing, inputs)


def latest(slug: str, quarter: Quarter) -> Path | None:
    """The payments of an authority's newest build that holds a quarter whole; None without one."""
    built = [
        folder
        for folder in (project.store() / slug).glob("*")
        if (folder / "payments.parquet").is_file() and _whole(folder, quarter)
    ]
    newest = max(built, key=lambda folder: folder.stat().st_mtime, default=None)
    return newest / "payments.parquet" if newest else None


def _whole(folder: Path, quarter: Quarter) -> bool:
    files = pq.read_table(folder / "reconciliation.parquet", columns=["quarter", "month"])
    held = {row["month"] for row in files.to_pylist() if quarter.slug in row["quarter"].split()}
    return set(quarter.months) <= held or "" in held  # a file of whole quarters has no month


def _registers(parameters: Parameters) -> list[Path]:
    paths = parameters.sources.registers.paths
    gone = [
        Fault(project.relative(path), "no such file", "Download it (`svlib fetch`), or mend "
              "sources.registers.")
        for path in paths if not path.is_file()
    ]  # fmt: skip
    if gone:
        raise InputError(gone)
    return paths


def _name(parameters: Parameters, inputs: dict[str, str]) -> str:
    plain = {"slug", "quarter", "quarter_by", "directorates", "exclusions"}
    told = {
        "sources": {
            "payments": {"columns"},
            "suppliers": {"columns"},
            "registers": {"use_registered_office"},
        }
    }
    decides = parameters.model_dump(mode="json", include={**dict.fromkeys(plain, True), **told})
    code = code_hash("ingest", "store", "tables.py", "suppliers", "places", "categories")
    return hash_of([json.dumps(decides), json.dumps(inputs), code, places.edition()])
