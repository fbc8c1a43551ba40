"""A quarter by `svlib run` against plain papermill, and reading against the bare readers."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from helpers import REPOSITORY
from measure import write
from python_calamine import CalamineWorkbook

from svlib.ingest import read_payments

BIN = Path(sys.executable).parent
QUARTER = "parameters/sample/2026-27-Q2.yaml"


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def tool(*words: str) -> None:
    env = os.environ | {"SVLIB_HOME": str(REPOSITORY)}
    subprocess.run(
        [str(BIN / words[0]), *words[1:]], cwd=REPOSITORY, env=env, check=True, capture_output=True
    )


def papermill_one_after_another(folder: Path) -> None:
    for path in sorted((REPOSITORY / "notebooks").glob("*.ipynb")):
        tool("papermill", str(path), str(folder / path.name), "-p", "parameters", QUARTER)


def test_a_quarter_takes_less_than_plain_papermill(tmp_path: Path) -> None:
    """Pages and manifest included, a run should be quicker than the notebooks one by one."""
    tool("svlib", "run", QUARTER)  # the sample, the store and the postcode directory stand
    ours = [seconds(lambda: tool("svlib", "run", QUARTER)) for _ in range(3)]
    plain = [seconds(lambda: papermill_one_after_another(tmp_path)) for _ in range(3)]
    ratio = sorted(ours)[1] / sorted(plain)[1]
    write("quarter", {"svlib_run_s": ours, "papermill_s": plain, "ratio_of_medians": ratio})
    assert ratio < 1


def bare(path: Path) -> None:
    """The bytes of a file into strings by the reader library alone."""
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()
    else:
        with path.open(encoding="cp1252", errors="replace", newline="") as file:
            list(csv.reader(file))


def test_reading_against_the_bare_readers(shared: Path) -> None:
    """All city-region files; the aim of the reader's own issue is 2.5 times, this holds it to 8."""
    files = sorted(p for p in (shared / "spend_lcr").glob("*/*") if p.suffix in (".csv", ".xlsx"))
    assert len(files) == 37
    ours = [seconds(lambda: [read_payments(path) for path in files]) for _ in range(3)]
    plain = [seconds(lambda: [bare(path) for path in files]) for _ in range(3)]
    ratio = sorted(ours)[1] / sorted(plain)[1]
    write("reading", {"read_payments_s": ours, "bare_readers_s": plain, "ratio_of_medians": ratio})
    assert ratio < 8
