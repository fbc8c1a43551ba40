"""A printed name and a register's name word by word: which words answer one another, which do not.

Slower than scoring.features, so only for the likeliest few companies of each name.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from svlib.suppliers import words
from svlib.suppliers.candidates import Units
from svlib.suppliers.register import Register
from svlib.suppliers.spelling import ranges

_MOST_EDITS = 8.0  # names farther apart are all alike
_PARTED = 0.9  # the likeness of words that are one in the other name


def features(
    probe: np.ndarray, row: np.ndarray, units: Units, cut: words.Cut, register: Register
) -> pd.DataFrame:
    """One row a pair of a printed name (its place in `cut`) and a register's name; how many words
    stand alone on either side and of what kind, and how many keystrokes lie between the two."""
    pair = np.arange(len(probe))
    theirs = _spread(pair, register.starts, row)
    their_codes = register.codes[theirs.at]
    ours = _spread(pair, cut.starts, probe)
    our_codes = cut.codes[ours.at]
    known = np.unique((theirs.pair.astype(np.int64) << 32) | their_codes)

    order = np.argsort(units.probe, kind="stable")
    starts = np.searchsorted(units.probe[order], np.arange(len(cut.starts)))
    readings = _spread(pair, starts, probe)
    unit = order[readings.at]
    key = (readings.pair.astype(np.int64) << 32) | units.code[unit]
    at = np.minimum(np.searchsorted(known, key), max(len(known) - 1, 0))
    hit = known[at] == key if len(known) else np.zeros(len(key), bool)

    like_theirs = np.zeros(len(known))
    np.maximum.at(like_theirs, at[hit], units.likeness[unit[hit]])
    their_key = (theirs.pair.astype(np.int64) << 32) | their_codes
    like = like_theirs[np.searchsorted(known, their_key)]

    matched = np.zeros(len(ours.at), bool)
    first = np.concatenate([[0], np.cumsum(np.diff(cut.starts)[probe])])[:-1]
    matched[first[readings.pair[hit]] + units.position[unit[hit]]] = True

    many = len(probe)

    def count(of: np.ndarray, which: np.ndarray) -> np.ndarray:
        return np.bincount(of[which], minlength=many).astype(float)

    ours_alone, theirs_alone = ~matched, like == 0
    kinds = {
        f"{side}_{kind}": count(of, alone & _of_kind(vocabulary, kind)[codes])
        for side, of, alone, vocabulary, codes in (
            ("ours", ours.pair, ours_alone, cut.vocabulary, our_codes),
            ("theirs", theirs.pair, theirs_alone, register.vocabulary, their_codes),
        )
        for kind in ("place", "office")
    }
    begins = np.zeros(many)
    opening = ours.place == 0
    begins[ours.pair[opening]] = matched[opening]
    return pd.DataFrame(
        {
            "ours_alone": count(ours.pair, ours_alone),
            "theirs_alone": count(theirs.pair, theirs_alone),
            "our_words": np.diff(cut.starts)[probe].astype(float),
            "their_words": np.diff(register.starts)[row].astype(float),
            "misread": count(theirs.pair, (like > 0) & (like < _PARTED)),
            "parted": count(theirs.pair, like == _PARTED),
            "begins": begins,
            **kinds,
            **_keystrokes(
                _written(our_codes, cut.starts, probe, cut.vocabulary),
                _written(their_codes, register.starts, row, register.vocabulary),
            ),
        }
    )


class _spread:
    """The words of names, one after another: `pair`, `place` in the name, `at` in all words."""

    def __init__(self, pair: np.ndarray, starts: np.ndarray, name: np.ndarray):
        many = np.diff(starts)[name]
        self.pair = np.repeat(pair, many)
        self.place = ranges(np.zeros(len(name), int), many)
        self.at = ranges(starts[name], many)


def _of_kind(vocabulary: pa.Array, kind: str) -> np.ndarray:
    some = words.alike(pa.array(list(words.listed(kind)), pa.string()))
    return pc.is_in(vocabulary, some).to_numpy(zero_copy_only=False)


def _written(
    codes: np.ndarray, starts: np.ndarray, names: np.ndarray, vocabulary: pa.Array
) -> pa.Array:
    """Names as they are compared: words abbreviated alike, without form and small words."""
    ends = np.concatenate([[0], np.cumsum(np.diff(starts)[names])]).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(ends), vocabulary.take(pa.array(codes)))
    return pc.binary_join(lists, " ")


def _keystrokes(ours: pa.Array, theirs: pa.Array) -> dict[str, np.ndarray]:
    from rapidfuzz import fuzz
    from rapidfuzz.distance import OSA, Levenshtein
    from rapidfuzz.process import cpdist

    left, right = ours.to_pylist(), theirs.to_pylist()
    edits = cpdist(left, right, scorer=OSA.distance, workers=2, dtype=np.int32)
    plain = cpdist(left, right, scorer=Levenshtein.distance, workers=2, dtype=np.int32)
    begun = [name[: len(printed)] for name, printed in zip(right, left, strict=True)]
    short = cpdist(left, begun, scorer=OSA.distance, workers=2, dtype=np.int32)
    return {
        "edits": np.minimum(edits, _MOST_EDITS),
        "turned": np.minimum(plain - edits, 2.0),
        "begun": np.minimum(short, _MOST_EDITS),
        "written": cpdist(left, right, scorer=fuzz.ratio, workers=2, dtype=np.float32) / 100,
    }
