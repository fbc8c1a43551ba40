"""How alike a printed name and a register's name are, in numbers that can be explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from svlib.suppliers import words
from svlib.suppliers.candidates import Candidates
from svlib.suppliers.register import Register

_ENDING = " (" + "|".join(words.listed("form")) + ")$"
_CUT_FROM = 28  # letters: shorter printed names were not cut by their publisher


@dataclass(frozen=True)
class Probes:
    """Printed names, or parts of them, with their postcodes in capitals without a blank."""

    text: pa.Array
    form: np.ndarray
    postcode: pa.Array
    length: np.ndarray  # letters of the printed name


def features(candidates: Candidates, probes: Probes, register: Register) -> pd.DataFrame:
    """One row a candidate; each column a likeness from 0 to 1 or a flag."""
    ours = _core(probes.text, probes.form).take(pa.array(candidates.probe))
    theirs = _core_rows(register, candidates.row)
    company = register.owner[candidates.row]
    table = _of_text(ours, theirs)
    shared = np.minimum(candidates.shared, candidates.of_probe)
    table["of_probe"] = shared / np.maximum(candidates.of_probe, 1e-9)
    table["of_row"] = shared / np.maximum(candidates.of_row, 1e-9)
    table["only_probe"] = (candidates.of_probe - shared) / 20
    table["only_row"] = (candidates.of_row - shared) / 20
    long = probes.length[candidates.probe] >= _CUT_FROM
    table["prefix"] = np.where(long, table["prefix"], table["ratio"])
    table["rarity"] = np.minimum(shared / 40, 1)
    table["letters"] = probes.length[candidates.probe] / 40
    _forms(table, probes.form[candidates.probe], register.form[candidates.row])
    _postcodes(
        table,
        probes.postcode.take(pa.array(candidates.probe)),
        register.companies["postcode"].take(pa.array(company)),
    )
    table["former"] = (candidates.row >= len(register.companies)).astype(float)
    return pd.DataFrame(table)


def _core(text: pa.Array, form: np.ndarray) -> pa.Array:
    """The name without its legal form and "the" in front."""
    bare = pc.replace_substring_regex(text, _ENDING, "")
    return pc.replace_substring_regex(pc.if_else(pa.array(form > 0), bare, text), "^the ", "")


def _core_rows(register: Register, rows: np.ndarray) -> pa.Array:
    return _core(register.names.take(pa.array(rows)), register.form[rows])


def _of_text(ours: pa.Array, theirs: pa.Array) -> dict[str, np.ndarray]:
    from rapidfuzz import fuzz
    from rapidfuzz.distance import JaroWinkler

    left, right = ours.to_pylist(), theirs.to_pylist()
    joined_left = pc.replace_substring(ours, " ", "").to_pylist()
    joined_right = pc.replace_substring(theirs, " ", "").to_pylist()
    begun = [name[: len(printed)] for name, printed in zip(right, left, strict=True)]
    return {
        "ratio": _alike(left, right, fuzz.ratio, 100),
        "sorted": _alike(left, right, fuzz.token_sort_ratio, 100),
        "subset": _alike(left, right, fuzz.token_set_ratio, 100),
        "joined": _alike(joined_left, joined_right, fuzz.ratio, 100),
        "prefix": _alike(left, begun, fuzz.ratio, 100),
        "jaro": _alike(joined_left, joined_right, JaroWinkler.similarity, 1),
        "numbers": _same_numbers(ours, theirs),
    }


def _alike(left: list[str], right: list[str], scorer: Any, most: float) -> np.ndarray:
    from rapidfuzz.process import cpdist

    return cpdist(left, right, scorer=scorer, workers=2, dtype=np.float32) / most


def _same_numbers(ours: pa.Array, theirs: pa.Array) -> np.ndarray:
    """1 unless one of the names has a figure that the other lacks."""
    left = pc.replace_substring_regex(ours, "[^0-9]+", " ")
    right = pc.replace_substring_regex(theirs, "[^0-9]+", " ")
    return (
        pc.equal(pc.utf8_trim_whitespace(left), pc.utf8_trim_whitespace(right))
        .to_numpy(zero_copy_only=False)
        .astype(float)
    )


def _forms(table: dict[str, np.ndarray], ours: np.ndarray, theirs: np.ndarray) -> None:
    table["same_form"] = ((ours == theirs) & (ours > 0)).astype(float)
    table["other_form"] = ((ours != theirs) & (ours > 0) & (theirs > 0)).astype(float)
    table["lacks_form"] = ((ours == 0) & (theirs != 1)).astype(float)


def _postcodes(table: dict[str, np.ndarray], ours: pa.Array, theirs: pa.Array) -> None:
    """How much of the postcode agrees: all, the outcode, the area; or that it does not."""
    theirs = pc.replace_substring(pc.fill_null(theirs, ""), " ", "")
    both = _flag(pc.and_(pc.not_equal(ours, ""), pc.not_equal(theirs, "")))
    whole = _flag(pc.equal(ours, theirs)) & both
    out = _flag(pc.equal(_outcode(ours), _outcode(theirs))) & both & ~whole
    area = _flag(pc.equal(_area(ours), _area(theirs))) & both & ~whole & ~out
    table["same_postcode"], table["same_outcode"] = whole.astype(float), out.astype(float)
    table["same_area"] = area.astype(float)
    table["other_area"] = (both & ~whole & ~out & ~area).astype(float)


def _outcode(postcodes: pa.Array) -> pa.Array:
    """What stands before the last three characters; an outcode as it is."""
    return pc.replace_substring_regex(postcodes, "[0-9][a-zA-Z]{2}$", "")


def _area(postcodes: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(postcodes, "[0-9].*$", "")


def _flag(values: pa.Array) -> np.ndarray:
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return pc.fill_null(values, False).to_numpy(zero_copy_only=False)
