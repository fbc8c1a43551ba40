"""Builds the sample council's folder: all of it, or nothing."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_README = """\
SYNTHETIC DATA

Everything in this folder is synthetic: the council (Sample City Council), its suppliers, payments,
contracts, answers, commitments and deliveries are invented by the suite so that a newcomer has
something to run. Supplier names are coined words; company numbers, all beginning with ZZ, are made
up; any likeness to a real firm is chance. Only the postcodes are real (ONS Postcode Directory), and
they say nothing about who is there.

payments/        fifteen monthly files, July 2025 to September 2026, printed in different ways
suppliers.csv    the council's own supplier directory; it knows about three quarters of the pounds
contracts.csv    the contracts register
ledger.sqlite    the ledger: five directorates' answers to the diagnostic, March and September
                 2026, anonymous answers of 39 invented officers, and the social value promised
                 in forty contracts and delivered each quarter

The same figures come out on every machine. It is safe to delete: the suite makes it again.
"""


def build(folder: Path, stamp: str) -> None:
    """Write everything into a sibling of `folder`, then put it in its place."""
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir()
        with _no_collector():
            fill(beside)
        (beside / "stamp.txt").write_text(stamp, encoding="utf-8", newline="\n")
        _swap(beside, folder, stamp)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Without Python's garbage collector, which would look through millions of postcodes again and
    again (1.7 s instead of 1.2 s to read them)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def fill(folder: Path) -> None:
    """The files themselves."""
    from svlib.sample import payments, recorded, registers
    from svlib.sample.population import suppliers
    from svlib.sample.spend import ledger

    people = suppliers()
    register = registers.contracts(people)
    payments.write(folder / "payments", ledger(people))
    registers.write(folder, people, register)
    recorded.write(folder, register)
    (folder / "README.txt").write_text(_README, encoding="utf-8", newline="\n")


def _swap(made: Path, folder: Path, stamp: str) -> None:
    """Put the new folder in the old one's place, unless another process has just done so."""
    old = made.with_name(f"{made.name}-old")
    try:
        if folder.exists():
            folder.rename(old)
        made.rename(folder)
    except OSError:
        if not is_fresh(folder, stamp):
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def is_fresh(folder: Path, stamp: str) -> bool:
    try:
        return (folder / "stamp.txt").read_text(encoding="utf-8") == stamp
    except FileNotFoundError:
        return False
