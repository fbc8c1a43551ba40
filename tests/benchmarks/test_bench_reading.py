"""Reading against the bare readers, and in how much memory."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest
import xlsxwriter
from helpers import REPOSITORY, payments, project
from measure import seconds, write
from python_calamine import CalamineWorkbook

from svlib import store
from svlib.ingest import read_payments
from svlib.parameters import Source

GIGABYTE = 1000  # MB


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
    """All city-region files, one pass of each reader after the other."""
    files = sorted(p for p in (shared / "spend_lcr").glob("*/*") if p.suffix in (".csv", ".xlsx"))
    assert len(files) == 37
    read_payments(files[0])
    plain, ours = [], []
    for _ in range(7):
        plain.append(seconds(lambda: [bare(path) for path in files]))
        ours.append(seconds(lambda: [read_payments(path) for path in files]))
    ratio = median(ours) / median(plain)
    write("reading", {"read_payments_s": ours, "bare_readers_s": plain, "ratio_of_medians": ratio})
    assert ratio <= 2.5


# VmHWM is this program's own peak; getrusage also remembers that of the process that started it
_PEAK = """
import sys, time
from pathlib import Path
from svlib.ingest import read_payments
started = time.perf_counter()
reading = read_payments(Path(sys.argv[1]))
status = Path("/proc/self/status").read_text().splitlines()
peak = int(next(line.split()[1] for line in status if line.startswith("VmHWM"))) / 1024
print(len(reading.lines), reading.gbp, peak, time.perf_counter() - started)
"""


def peak(path: Path) -> tuple[int, str, float, float]:
    """Lines, pounds, peak memory in MB and seconds of a process that reads one file."""
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(path)], cwd=REPOSITORY, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    lines, pounds, megabytes, taken = done.stdout.split()
    return int(lines), pounds, float(megabytes), float(taken)


def test_a_million_rows_in_bounded_memory(tmp_path: Path) -> None:
    chance, path, pence = random.Random(1), tmp_path / "april-2026.csv", 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        print("Body,Directorate,Supplier,Number,Date,Amount,Purpose", file=file)
        for row in range(1_000_000):
            amount = chance.randrange(-50_000, 900_000)
            pence += amount
            print(
                f"Big Council,Directorate {row % 37},Supplier {chance.randrange(60_000)} Limited,"
                f"{5_100_000_000 + row},{1 + row % 28:02d}/04/2026,{amount / 100:.2f},"
                f"Care and support {chance.randrange(300_000)}",
                file=file,
            )
    megabytes = path.stat().st_size / 1e6
    lines, pounds, used, taken = peak(path)
    write("reading_a_million_rows", {"file_mb": megabytes, "peak_mb": used, "seconds": taken})
    assert (lines, pounds) == (1_000_000, f"{pence // 100}.{pence % 100:02d}")
    assert megabytes > 95
    assert used < GIGABYTE


def test_a_million_blank_formatted_cells(tmp_path: Path) -> None:
    path = tmp_path / "april-2026.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet, red = book.add_worksheet(), book.add_format({"bg_color": "red"})
        sheet.write_row(0, 0, ["Supplier", "Amount"])
        sheet.write_row(1, 0, ["Ashbrook Ltd", 5])
        for row in range(2, 100_002):
            for column in range(10):
                sheet.write_blank(row, column, None, red)
    lines, pounds, used, taken = peak(path)
    write("reading_blank_cells", {"cells": 10**6, "peak_mb": used, "seconds": taken})
    assert (lines, pounds) == (1, "5.00")
    assert used < GIGABYTE


def test_a_cell_of_fifty_million_characters(tmp_path: Path) -> None:
    path = tmp_path / "april-2026.csv"
    rows = f"A Ltd,1.00,{'x' * 50_000_000}\nB Ltd,2.00,y\n"
    path.write_text(f"Supplier,Amount,Purpose\n{rows}", encoding="utf-8")
    lines, pounds, used, taken = peak(path)
    write("reading_a_huge_cell", {"characters": 5 * 10**7, "peak_mb": used, "seconds": taken})
    assert (lines, pounds) == (2, "3.00")
    assert used < GIGABYTE


def test_unchanged_files_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, monkeypatch)
    rows = "\n".join(f"Supplier {row}, {row}.00, 01/04/2026" for row in range(50_000))
    payments(root, "april-2026.csv", rows)
    source = Source(folder=root / "data" / "raw", files=["*.csv"])
    read: list[str] = []
    first = seconds(lambda: store.read_all(source, read.append))
    again = [seconds(lambda: store.read_all(source, read.append)) for _ in range(5)]
    assert read == ["reading april-2026.csv"]
    write("reading_again", {"first_s": first, "again_s": again, "ratio": median(again) / first})
    assert median(again) < first / 3
