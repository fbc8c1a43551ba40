"""Company numbers as Companies House writes them: eight characters.

Figures, or two letters (as SC, NI, OC) and six figures; a few old ones have one letter, or end in
one, and stay as they are when they have eight already.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

_LOST = re.compile(r"([A-Z]{0,2})(\d+)")


def eight(number: str) -> str:
    """A company number in eight characters: leading zeros lost in a spreadsheet come back, also
    those behind letters (SC12345 is SC012345). What is no company number stays as it is."""
    bare = number.strip().upper().removesuffix(".0")
    found = _LOST.fullmatch(bare)
    return found[1] + found[2].zfill(8 - len(found[1])) if found else bare


def all_eight(numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    """Many numbers as `eight` has each."""
    bare = pc.utf8_upper(pc.utf8_trim_whitespace(numbers)).combine_chunks()
    odd = pc.and_(pc.not_equal(pc.binary_length(bare), 8), pc.not_equal(bare, ""))
    if pc.any(odd).as_py():
        mended = pa.array([eight(number) for number in pc.filter(bare, odd).to_pylist()])
        bare = pc.replace_with_mask(bare, odd, mended.cast(bare.type))
    return pa.chunked_array([bare])
