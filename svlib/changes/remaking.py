"""A project as it was when a report was made, from the archive, in a folder of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from svlib import ledger, project
from svlib.errors import Fault, InputError
from svlib.ledger.backup import backup


@contextmanager
def remade_root(files: Mapping[str, str], manifest: Mapping[str, Any]) -> Iterator[Path]:
    """A project root that holds `files` (path from the root to hash), put there from the archive,
    the notebooks and the ledger of today; gone afterwards. A ledger is cut at a date, so what was
    recorded since does not count. Raises InputError for a file that the archive does not hold."""
    with TemporaryDirectory(prefix="svlib-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        _fill(root, files)
        shutil.copytree(project.root() / "notebooks", root / "notebooks")
        _ledger(root, manifest["parameters"]["ledger"])
        _earlier(root, manifest)
        _others(root, manifest["authority"])
        for made in project.store().glob("*.parquet"):  # of the postcode directory: seconds to make
            _link(made, root / "data" / "store" / made.name)
        yield root


def _fill(root: Path, files: Mapping[str, str]) -> None:
    faults = []
    for name, digest in files.items():
        kept = project.archive() / digest[:2] / digest
        if Path(name).is_absolute():
            do = "Keep inputs below the project's folder, so that reports can be made again."
            faults.append(Fault(name, "lies outside the project, so it was not put back", do))
        elif not kept.is_file():
            do = "Put back a copy of data/archive; nothing else holds the file as it was."
            faults.append(Fault(name, f"is not in the archive ({digest[:12]})", do))
        else:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kept, root / name)
    if faults:
        raise InputError(faults)


def _link(source: Path, target: Path) -> None:
    """A file that nobody writes to under another name, without a copy where the disk allows it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _ledger(root: Path, where: str) -> None:
    if "://" in where or Path(where).is_absolute() or not ledger.exists(where):
        return
    copy = root / ".ledger"
    with ledger.open_ledger(where) as held:
        backup(held, copy)
    target = root / where
    target.parent.mkdir(parents=True, exist_ok=True)
    for made in copy.iterdir():
        if made.name != "checksums.txt":
            made.replace(target if made.name == "ledger.sqlite" else target.parent / made.name)
    shutil.rmtree(copy)


def _others(root: Path, authority: str) -> None:
    """What the comparison with other authorities reads: their names, and payments of the store."""
    for told in (project.root() / "parameters").glob("*/authority.yaml"):
        slug = told.parent.name
        if slug == authority:
            continue
        (root / "parameters" / slug).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(told, root / "parameters" / slug / told.name)
        for made in (project.store() / slug).glob("*/*.parquet"):
            if made.name in ("payments.parquet", "reconciliation.parquet"):
                _link(made, root / "data" / "store" / slug / made.parent.name / made.name)


def _earlier(root: Path, manifest: Mapping[str, Any]) -> None:
    """Manifests of the authority's other reports, which some checks of the diagnostic read."""
    home = project.reports() / manifest["authority"]
    for path in home.glob("*/working/manifest.json"):
        if path.parents[1].name != manifest["quarter"]:
            copy = root / path.relative_to(project.root())
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
