"""The rows beneath a header, column by column: what of a sheet is kept while it streams past."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from svlib.ingest import cells
from svlib.ingest.grid import Row
from svlib.ingest.layout import Layout
from svlib.ingest.shifts import Shifts, put_back

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_CHUNK = 20_000  # rows turned into columns at a time
_MOST_ODD = 20_000  # rows whose cells are all kept because they may be totals, headers or notes
_ALIKE = ({float}, {date})  # kinds of cells that Arrow encodes as they are
_DIGIT = re.compile(r"\d")
_TOTAL = re.compile(r"total|sum|footer", re.IGNORECASE)
_UNTIDY = (  # blanks that repeat, and blanks that are not spaces (RE2)
    r"\s\s|[\t\n\r\v\f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
)


class Column:
    """One column: its different texts, tidied of stray blanks, and which of them each row holds."""

    def __init__(self, coded: pa.DictionaryArray) -> None:
        self.texts = _tidied(coded.dictionary)
        self.codes = coded.indices

    @cached_property
    def values(self) -> list[str]:
        return self.texts.to_pylist()

    @cached_property
    def places(self) -> Whole:
        return self.codes.to_numpy(zero_copy_only=False).astype(np.int64)

    @cached_property
    def counts(self) -> list[int]:
        """How many rows hold each of the values."""
        return np.bincount(self.places, minlength=len(self.values)).tolist()

    def rows(self) -> pa.Array:
        """The text of each row."""
        return self.texts.take(self.codes)

    def flags(self, test: Callable[[str], object]) -> Flags:
        """A test of the text of each row, made once a value."""
        known = np.array([bool(test(text)) for text in self.values], dtype=bool)
        return known[self.places] if len(known) else np.zeros(len(self.places), dtype=bool)

    @property
    def held(self) -> Flags:
        """Which rows hold a text."""
        known = pc.not_equal(self.texts, "").to_numpy(zero_copy_only=False)
        return known[self.places] if len(known) else np.zeros(len(self.places), dtype=bool)

    def __getitem__(self, place: int) -> str:
        return self.values[self.places[place]]


@dataclass
class Body:
    """Non-blank rows, counted by place from 0. `numbers` are their rows in the sheet; `hashes`
    tell rows apart; `odd` holds all cells of rows without a supplier or without any amount;
    `shifts` names rows that held more cells than the header."""

    numbers: Whole
    hashes: Whole
    columns: dict[int, Column]
    odd: dict[int, list[str]] = field(default_factory=dict)
    shifts: Shifts = field(default_factory=Shifts)

    @property
    def rows(self) -> int:
        return len(self.numbers)

    def texts(self, at: int | None) -> pa.Array:
        """The text of each row; empty for a column there is not."""
        if at is None or at not in self.columns:
            return pa.repeat(pa.scalar("", pa.string()), self.rows)
        return self.columns[at].rows()

    def documents(self, at: int | None) -> Whole | None:
        """A number for each different text, -1 where there is none; None without the column."""
        if at is None or at not in self.columns:
            return None
        column = self.columns[at]
        return np.where(column.held, column.places, -1)

    @cached_property
    def fill(self) -> Whole:
        """How many of the columns read hold something, for each row."""
        held = np.zeros(self.rows, dtype=np.int64)
        for column in self.columns.values():
            held += column.held
        return held

    @cached_property
    def repeats(self) -> Flags:
        """Which rows repeat an earlier one in every cell."""
        repeated = np.ones(self.rows, dtype=bool)
        repeated[np.unique(self.hashes, return_index=True)[1]] = False
        return repeated


def gather(rows: Iterable[Row], layout: Layout, above: int = 0) -> Body:
    """Read the rows beneath the header, in chunks, so that memory stays bounded. `above` counts
    the rows of the sheet before those the layout was found in."""
    needed = {money.at for money in layout.money} | set(layout.positions.values())
    wanted = sorted(needed | ({layout.credit} if layout.credit is not None else set()))
    numbers: list[Whole] = []
    hashes: list[Whole] = []
    pieces: dict[int, list[pa.DictionaryArray]] = {at: [] for at in wanted}
    odd: dict[int, list[str]] = {}
    shifts = Shifts()
    before = 0
    for first, chunk in _chunks(rows, above + layout.last + 2):
        holds = [
            at for at, row in enumerate(chunk)
            if (row and type(row[0]) is str and row[0] > " ") or _holds(row)
        ]  # fmt: skip
        held = chunk if len(holds) == len(chunk) else [chunk[at] for at in holds]
        if not held:
            continue
        held = put_back(held, [first + at for at in holds], layout, shifts)
        coded = _coded(held, wanted)
        _keep_odd(odd, held, coded, layout, before)
        numbers.append(np.array(holds, dtype=np.int64) + first)
        hashes.append(np.fromiter(map(hash, map(tuple, held)), np.int64, len(held)))
        before += len(held)
        for at, column in coded.items():
            pieces[at].append(column)
    return Body(
        numbers=np.concatenate([*numbers, np.zeros(0, np.int64)]),
        hashes=np.concatenate([*hashes, np.zeros(0, np.int64)]),
        columns={at: Column(_joined(arrays)) for at, arrays in pieces.items()},
        odd=odd,
        shifts=shifts,
    )


def _chunks(rows: Iterable[Row], first: int) -> Iterator[tuple[int, Sequence[Row]]]:
    source = iter(rows)
    while chunk := list(islice(source, _CHUNK)):
        yield first, chunk
        first += len(chunk)


def _holds(row: Row) -> bool:
    """Whether any cell holds more than blanks."""
    for cell in row:
        if isinstance(cell, str):
            if cell and not cell.isspace():
                return True
        elif cell is not None:
            return True
    return False


def _coded(held: Sequence[Row], wanted: list[int]) -> dict[int, pa.DictionaryArray]:
    """The columns wanted, each as its different texts and which of them each row holds."""
    reach = wanted[-1] + 1
    full = [row if len(row) >= reach else [*row, *[""] * (reach - len(row))] for row in held]
    picked = map(itemgetter(*wanted), full)
    columns = zip(*picked, strict=True) if len(wanted) > 1 else [tuple(picked)]
    return {at: _encoded(column) for at, column in zip(wanted, columns, strict=True)}


def _encoded(column: Sequence[Any]) -> pa.DictionaryArray:
    kinds = set(map(type, column))
    if kinds <= {str}:
        return pa.array(column, pa.string()).dictionary_encode()
    if kinds in _ALIKE:
        coded = pa.array(column).dictionary_encode()
        texts = pa.array(map(cells.text, coded.dictionary.to_pylist()), pa.string())
        return pa.DictionaryArray.from_arrays(coded.indices, texts)
    if bool in kinds:  # equal to 1 and 0, so not to be told apart below
        return pa.array(map(cells.text, column), pa.string()).dictionary_encode()
    known = {cell: cell if isinstance(cell, str) else cells.text(cell) for cell in set(column)}
    return pa.array([known[cell] for cell in column], pa.string()).dictionary_encode()


def _joined(arrays: list[pa.DictionaryArray]) -> pa.DictionaryArray:
    if not arrays:
        return pa.array([], pa.string()).dictionary_encode()
    return pa.chunked_array(arrays).unify_dictionaries().combine_chunks()


def _tidied(texts: pa.Array) -> pa.Array:
    """`cells.text` of each, in Python only where blanks are odd."""
    trimmed = pc.utf8_trim_whitespace(texts)
    untidy = pc.match_substring_regex(trimmed, _UNTIDY)
    if not pc.any(untidy).as_py():
        return trimmed
    return pa.array(
        [
            cells.text(text) if odd else text
            for text, odd in zip(trimmed.to_pylist(), untidy.to_pylist(), strict=True)
        ],
        pa.string(),
    )


def _keep_odd(
    odd: dict[int, list[str]],
    held: Sequence[Row],
    coded: dict[int, pa.DictionaryArray],
    layout: Layout,
    before: int,
) -> None:
    unnamed = _where(
        coded[layout.positions["supplier"]],
        lambda name: not name.strip() or _TOTAL.search(name),
    )
    numberless = np.ones(len(held), dtype=bool)
    for money in layout.money:
        numberless &= ~_where(coded[money.at], _DIGIT.search)
    for at in np.flatnonzero(unnamed | numberless)[: max(0, _MOST_ODD - len(odd))].tolist():
        odd[before + at] = [cells.text(cell) for cell in held[at]]


def _where(coded: pa.DictionaryArray, test: Callable[[str], object]) -> Flags:
    known = np.array([bool(test(text)) for text in coded.dictionary.to_pylist()], dtype=bool)
    return known[coded.indices.to_numpy(zero_copy_only=False)]
