"""A register of companies or charities with the words of its names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from svlib.suppliers import words

COMPANY = (
    "number", "name", "postcode", "status", "kind", "accounts", "activity", "company_number",
)  # fmt: skip


@dataclass(frozen=True)
class Register:
    """Companies and their names, present and former, as words.

    `companies` has one row a company (columns in COMPANY). Row i of the names is of company
    `owner[i]`; the first `len(companies)` are the present names in their order, the rest former
    ones. The words of name i are `codes[starts[i]:starts[i + 1]]`, numbers into `vocabulary`;
    legal forms at the end and small words are left out.
    """

    companies: pa.Table
    names: pa.Array
    owner: np.ndarray
    starts: np.ndarray
    codes: np.ndarray
    vocabulary: pa.Array
    form: np.ndarray
    notes: tuple[str, ...] = ()
    kind: str = "companies"  # or "charities"

    @cached_property
    def frequency(self) -> np.ndarray:
        """In how many places each word stands."""
        return np.bincount(self.codes, minlength=len(self.vocabulary)).astype(np.int32)

    @cached_property
    def rows(self) -> np.ndarray:
        """Name row of each of `codes`."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))


def make(companies: pa.Table, former: pa.Table) -> Register:
    """A register from `companies` (with `name`) and `former` names (`company`: row, `name`)."""
    printed = pa.chunked_array([*companies["name"].chunks, *former["name"].chunks], pa.string())
    cut = words.cut(printed)
    here = np.arange(len(companies), dtype=np.int32)
    owner = np.concatenate([here, former["company"].to_numpy().astype(np.int32)])
    return Register(companies, cut.text, owner, cut.starts, cut.codes, cut.vocabulary, cut.form)
