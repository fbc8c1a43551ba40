"""Reports made again: `svlib verify` from the archive, `svlib restate` on today's method."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from svlib import changes, project, publish, run
from svlib.errors import Fault, InputError
from svlib.quarter import today
from svlib.show import count, pounds
from svlib.view import open_quarter


def verify(folder: Path) -> tuple[bool, list[str]]:
    """Make a report again from its manifest and the archive, and compare every file of its site:
    whether all are byte-equal, and what to print.

    Raises InputError when the folder holds no report of a quarter, when a file is not in the
    archive, and when the report cannot be made again.
    """
    folder = project.resolve(folder)
    told = changes.read_made(folder).manifest
    if told["settings"] or len(folder.parts) < 2 or folder.parent.name != told["authority"]:
        do = "Name reports/<authority>/<quarter>; a trial is not the council's report."
        raise InputError(Fault(project.relative(folder), "is no report of a quarter", do))
    other = changes.method(told, publish.runtime())
    files = told["inputs"] | told["reference"] | told["parameter_files"]
    with changes.remade_root(files, told) as root:
        again = root / "reports" / told["authority"] / told["quarter"]
        _as_if_before(folder, again)
        _run(root, f"parameters/{told['authority']}/{told['quarter']}.yaml")
        differ = _different(_hashes(folder / "site"), _hashes(again / "site"))
    return not differ, list(_said(project.relative(folder), differ, other, len(files)))


def restate(quarter_files: Sequence[Path]) -> list[str]:
    """Each quarter's followed figures as its report told them and by today's data and method, with
    what each cause moved. Raises InputError for a quarter without a report."""
    return [line for path in quarter_files for line in _restated(path)]


def _restated(quarter_file: Path) -> Iterator[str]:
    q = open_quarter(str(quarter_file))
    before = changes.read_made(run.report_folder(q, {}, ()))
    now = changes.Made(publish.manifest(q, {}), changes.figures(q))
    yield f"{q.authority}, {q.label}: as published, and as of today"
    for name in dict.fromkeys([*before.figures, *now.figures]):
        told = [_rows_and_pounds(one.figures.get(name)) for one in (before, now)]
        yield f"  {name}: {told[0]} published; {told[1]} now"
    found = changes.entry(before, now, today())
    if found is None:
        yield "  Nothing it was made from has changed."
        return
    if found["fault"]:
        yield f"  The causes could not be told apart. {found['fault']}"
    for step in found["steps"]:
        yield from _step(step)


def _step(step: Mapping[str, Any]) -> Iterator[str]:
    few = step["what"][:3]
    more = f", and {len(step['what']) - 3} more" if len(step["what"]) > 3 else ""
    yield f"  {step['cause']}: {'; '.join(few)}{more}"
    for name, (rows, gbp) in step["moved"].items():
        if rows or Decimal(gbp):
            yield f"    {name}: {rows:+,} rows, {pounds(Decimal(gbp))}"


def _rows_and_pounds(figure: tuple[int, Decimal] | None) -> str:
    return "not told" if figure is None else f"{pounds(figure[1])} ({count(figure[0], 'row')})"


def _as_if_before(folder: Path, again: Path) -> None:
    """What the run goes on with: the log of changes belongs to the report."""
    (again / "working").mkdir(parents=True)
    for name in (changes.MANIFEST, changes.FILE):
        if (folder / "working" / name).is_file():
            shutil.copyfile(folder / "working" / name, again / "working" / name)


def _run(root: Path, quarter_file: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from svlib.cli import main; main()", "run", quarter_file],
        env=os.environ | {"SVLIB_HOME": str(root)}, cwd=root, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    if ran.returncode:
        said = " ".join(ran.stderr.split())[-400:].replace(str(root), "")
        raise InputError(Fault("the report made again", said, "Mend that, and verify again."))


def _hashes(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def _different(published: Mapping[str, str], again: Mapping[str, str]) -> list[str]:
    names = sorted({*published, *again})
    return [name for name in names if published.get(name) != again.get(name)]


def _said(where: str, differ: Sequence[str], other: Sequence[str], files: int) -> Iterator[str]:
    yield f"{where}: made again from {files:,} archived files."
    yield from (f"Made by another version: {one}." for one in other)
    if not differ:
        yield "Byte-equal: every file of the site."
        return
    yield f"Differs: {', '.join(differ)}."
    yield (
        "The version differs, so this is not called a difference of data."
        if other
        else "The version is the same: the report was changed after it was made, or what it is "
        "compared with (other councils, earlier reports, the ledger) was."
    )
