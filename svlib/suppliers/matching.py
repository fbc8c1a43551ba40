"""Printed names matched to a register: matched, to review or not found, with score and reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from svlib.suppliers import candidates, printed, scoring
from svlib.suppliers.register import Register

_AT_ONCE = 20_000  # names compared together, which bounds memory


@dataclass(frozen=True)
class Pairs:
    """One row a printed name and register name: features, and whose they are."""

    query: np.ndarray
    row: np.ndarray
    features: pd.DataFrame


def pairs(names: list[str], postcodes: list[str], register: Register) -> Pairs:
    """Every candidate of every name, a register name once a printed name."""
    parts = [(query, part) for query, name in enumerate(names) for part in printed.parts(name)]
    owner = np.array([query for query, _ in parts], np.int32)
    texts = pa.array([part.text for _, part in parts], pa.string())
    found, cut = candidates.find(texts, register)
    codes = [code.upper().replace(" ", "") for code in postcodes]
    probes = scoring.Probes(
        text=cut.text,
        form=cut.form,
        postcode=pa.array(codes, pa.string()).take(pa.array(owner)),
        length=np.array([len(name) for name in names])[owner],
    )
    table = scoring.features(found, probes, register)
    table["part"] = np.array([bool(part.how) for _, part in parts], float)[found.probe]
    return Pairs(owner[found.probe], found.row, table)
