"""The words of an organisation's name, as numbers: quick to compare by the million.

A name is cut into words without case, accents and punctuation; initials in a row are one word
("J P K" and "J.P.K." are "jpk"). Legal forms, small words and common abbreviations are in
data/reference/name_words.csv.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from svlib import project

_INITIALS = re.compile(r"\b(?:[a-z0-9] )+[a-z0-9]\b")
_BLANKS = re.compile(" +")
_DROPPED = re.compile("[.'`]")
_NEEDS_CARE = r"[^\x00-\x7f]|[.'`]"
_PHRASES = {
    "community interest company": "cic",
    "public limited company": "plc",
    "public ltd co": "plc",
    "limited liability partnership": "llp",
    "ltd liability partnership": "llp",
    "charitable incorporated organisation": "cio",
}
_PHRASE = re.compile("|".join(_PHRASES))


_BLOCK = 250_000  # names a thread works on at a time


@dataclass(frozen=True)
class Cut:
    """Names in words. The words of name i are `codes[starts[i]:starts[i + 1]]`, numbers into
    `vocabulary`, abbreviated alike and without small words and legal forms at the end. `form` is
    the legal form at the end of each name, a place in FORMS; `printed` the words as they stand."""

    text: pa.Array
    starts: np.ndarray
    codes: np.ndarray
    vocabulary: pa.Array
    form: np.ndarray
    printed: pa.Array


FORMS = ("", "ltd", "llp", "plc", "cic", "cio", "lp", "other")


@cache
def table() -> pd.DataFrame:
    """data/reference/name_words.csv: `word`, `same_as`, `kind` (form, small or short)."""
    path = project.reference("name_words.csv")
    return pd.read_csv(path, dtype="str", keep_default_na=False)


@cache
def listed(kind: str) -> dict[str, str]:
    """Word to what it is compared as: of legal forms, small words or abbreviations."""
    rows = table()[table()["kind"] == kind]
    return dict(zip(rows["word"], rows["same_as"], strict=True))


def cut(names: pa.ChunkedArray, printed: bool = False) -> Cut:
    """The words of many names; only with `printed` also as they stand, before abbreviation."""
    with ThreadPoolExecutor(2) as pool:
        blocks = list(pool.map(_cut_block, _blocks(names)))
    counts = np.concatenate([np.zeros(1, int), *(block[2] for block in blocks)])
    starts = np.cumsum(counts)
    coded, known = _unified([block[1] for block in blocks])
    kept, form = _telling(coded, starts, known)
    same, vocabulary = _alike(known)
    running = np.concatenate([np.zeros(1, int), np.cumsum(kept)])
    text = pa.chunked_array([block[0] for block in blocks], pa.string()).combine_chunks()
    whole = known.take(pa.array(coded[kept] if printed else coded[:0]))
    return Cut(text, running[starts], same[coded[kept]], vocabulary, form, whole)


def _blocks(names: pa.ChunkedArray) -> Iterator[pa.Array]:
    for start in range(0, max(len(names), 1), _BLOCK):
        yield names.slice(start, _BLOCK).combine_chunks()


def _cut_block(names: pa.Array) -> tuple[pa.Array, pa.DictionaryArray, np.ndarray]:
    text = plain(names)
    parts = pc.split_pattern(text, " ")
    return text, parts.flatten().dictionary_encode(), np.diff(parts.offsets.to_numpy())


def _unified(flats: list[pa.DictionaryArray]) -> tuple[np.ndarray, pa.Array]:
    """Words of all blocks as numbers into one vocabulary."""
    one = pa.chunked_array(flats).unify_dictionaries()
    coded = np.concatenate([chunk.indices.to_numpy() for chunk in one.chunks])
    return coded.astype(np.int32), one.chunk(0).dictionary


def _telling(
    coded: np.ndarray, starts: np.ndarray, vocabulary: pa.Array
) -> tuple[np.ndarray, np.ndarray]:
    """Which words tell one name from another: not small ones, not legal forms at the end. A name
    of nothing else keeps its words. Also the legal form each name ends in."""
    forms = listed("form")
    kept = ~_among(vocabulary, listed("small"))[coded]
    kind = np.zeros(len(vocabulary), np.int8)
    for word, form in forms.items():
        at = pc.index(vocabulary, word).as_py()
        if at >= 0:
            kind[at] = FORMS.index(form) if form in FORMS else len(FORMS) - 1
    last = starts[1:] - 1
    found = kind[coded[last]] if len(last) else np.zeros(0, np.int8)
    ending = last
    for _ in range(2):
        ending = ending[kind[coded[ending]] > 0]
        kept[ending] = False
        ending = ending[np.isin(ending, starts[:-1], invert=True)] - 1
    left = np.add.reduceat(kept, starts[:-1]) if len(last) else np.zeros(0, int)
    for row in np.flatnonzero(left == 0):
        kept[starts[row] : starts[row + 1]] = True
    return kept, found


def _among(vocabulary: pa.Array, some: Iterable[str]) -> np.ndarray:
    return pc.is_in(vocabulary, pa.array(list(some), pa.string())).to_numpy(zero_copy_only=False)


def _alike(vocabulary: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """For each word the number of the word it is compared as, and those words."""
    coded = alike(vocabulary).dictionary_encode()
    return coded.indices.to_numpy().astype(np.int32), coded.dictionary


def alike(vocabulary: pa.Array) -> pa.Array:
    """The word each word is compared as: its abbreviation, or without the s of a plural."""
    pairs = listed("short")
    at = pc.index_in(vocabulary, pa.array(list(pairs), pa.string()))
    short = pc.take(pa.array(list(pairs.values()), pa.string()), at)
    plural = pc.match_substring_regex(vocabulary, "^[a-z]{3,}[a-rt-z]s$")
    single = pc.if_else(plural, pc.utf8_slice_codeunits(vocabulary, 0, -1), vocabulary)
    return pc.coalesce(short, single)


def plain(names: pa.Array) -> pa.Array:
    """Names in small letters, words parted by one blank, initials joined, forms abbreviated."""
    names = _changed(names, pc.match_substring_regex(names, _NEEDS_CARE), bare)
    text = _spaced(pc.replace_substring(names, "&", " and "))
    text = _changed(text, pc.match_substring(text, "  "), lambda name: _BLANKS.sub(" ", name))
    text = pc.utf8_trim_whitespace(text)
    text = _changed(text, pc.match_substring_regex(text, _PHRASE.pattern), _abbreviated)
    lone = pc.match_substring_regex(text, r"(^| )[a-z0-9] [a-z0-9]( |$)")
    return _changed(text, lone, _joined)


def plain_name(name: str) -> str:
    """One name as `plain` has it."""
    return str(plain(pa.array([name], pa.string()))[0].as_py())


def compared(name: str) -> str:
    """One name as `plain` has it, quick for one name at a time but for "&", which goes."""
    return _joined(_abbreviated(spoken(name)))


def spoken(name: str) -> str:
    """The name in small letters and figures, words parted by one blank, nothing abbreviated."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare(name).casefold()).split())


def bare(name: str) -> str:
    """The name in ASCII: without accents, dots and apostrophes."""
    parted = unicodedata.normalize("NFKD", name.translate(_LIKE))
    return _DROPPED.sub("", parted.encode("ascii", "ignore").decode("ascii"))


_LIKE = str.maketrans(
    {"’": "'", "‘": "'", "–": "-", "—": "-", "\u00a0": " ", "ß": "ss", "æ": "ae", "Æ": "AE",
     "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
)  # fmt: skip


@cache
def _letters() -> np.ndarray:
    """Byte to byte: letters small, digits kept, all else a blank."""
    kept = np.full(256, ord(" "), np.uint8)
    for low, high in (("a", "z"), ("0", "9")):
        kept[ord(low) : ord(high) + 1] = np.arange(ord(low), ord(high) + 1)
    kept[ord("A") : ord("Z") + 1] = kept[ord("a") : ord("z") + 1]
    return kept


def _spaced(names: pa.Array) -> pa.Array:
    """ASCII names with each byte through `_letters`."""
    names = pa.concat_arrays([names])  # offset zero
    valid, offsets, data = names.buffers()
    if data is None:
        return names
    changed = _letters()[np.frombuffer(data, np.uint8)]
    return pa.Array.from_buffers(names.type, len(names), [valid, offsets, pa.py_buffer(changed)])


def _abbreviated(name: str) -> str:
    return _PHRASE.sub(lambda phrase: _PHRASES[phrase.group()], name)


def _joined(name: str) -> str:
    return _INITIALS.sub(lambda run: run.group().replace(" ", ""), name)


def _changed(names: pa.Array, which: pa.Array, change: object) -> pa.Array:
    """The names with a Python function applied to those of `which`."""
    few = pc.filter(names, which).to_pylist()
    if not few:
        return names
    return pc.replace_with_mask(names, which, pa.array([change(name) for name in few], names.type))  # type: ignore[operator]
