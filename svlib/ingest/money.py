"""Which of several columns of money is the amount: the line amount, net of recoverable VAT where
given, else the only amount column. What headers leave open, sums within the rows may prove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import pyarrow as pa

from svlib.ingest import cells
from svlib.ingest.body import Column, Flags, Whole
from svlib.ingest.layout import Money

_PROVED = 0.95  # share of the rows in which one column is the sum of two others
_CREDITS = 0.5  # share of the rows that credits stay below
_MISSING = np.iinfo(np.int64).min
_PENNY = 10_000  # millionths of a pound
_PREFERRED = ("told", "net", "line", "document", "gross")


class Amounts:
    """One column of money. Sums are made of whole millionths of a pound, so they are exact.

    `millionths` has each row's; they mean nothing where `filled` is not set. `turned` counts rows
    made negative because the column of debits and credits says so.
    """

    def __init__(self, money: Money, column: Column, credits: Flags | None = None) -> None:
        self.money = money
        self.sense = money.sense
        self.column = column
        self.values = [cells.number_in(text) for text in column.values]
        self.turned = 0
        known = [_MISSING if value is None else int(value.scaleb(6)) for value in self.values]
        self.millionths = np.array(known, dtype=np.int64)[column.places]
        if credits is not None:
            self._turn(credits)

    def _turn(self, credits: Flags) -> None:
        """Credits told by another column are below zero, unless the file shows them so already or
        they are so many that the column must mean something else."""
        above = credits & (self.millionths > 0)
        few = above.sum() < _CREDITS * self.filled.sum()
        if few and not (credits & self.filled & (self.millionths < 0)).any():
            self.turned = int(above.sum())
            self.millionths[above] *= -1

    @cached_property
    def filled(self) -> Flags:
        """Which rows hold a number."""
        return self.millionths != _MISSING

    def sum_of(self, rows: Flags) -> Decimal:
        """The exact sum of the rows chosen, in pounds."""
        return in_pounds(int(self.millionths[rows & self.filled].sum()))


def pennies(amounts: Amounts) -> pa.Array:
    """Each row's amount as decimal(18, 2), half a penny rounded away from zero; null where there
    is none. Made of whole pennies without a step in Python for each row."""
    whole = amounts.millionths
    pence = np.sign(whole) * ((abs(whole) + _PENNY // 2) // _PENNY)
    pence[~amounts.filled] = 0
    words = np.column_stack([pence, np.where(pence < 0, -1, 0)]).astype("<i8")  # 128 bits each
    valid = np.packbits(amounts.filled, bitorder="little")
    buffers = [pa.py_buffer(valid.tobytes()), pa.py_buffer(words.tobytes())]
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(pence), buffers)


def in_pounds(millionths: int) -> Decimal:
    """Two decimal places at least."""
    found = Decimal(millionths).scaleb(-6)
    pence = cells.penny(found)
    return pence if pence == found else found.normalize()


@dataclass(frozen=True)
class Choice:
    """The column chosen, those that could be it just as well, all columns of money, and what a
    reader should know."""

    chosen: Amounts
    rivals: list[Amounts]
    columns: list[Amounts]
    warnings: list[str]


def choose(columns: Sequence[Amounts], references: Whole | None) -> Choice | None:
    """The amount among columns of one table; None when there is none but VAT.

    `references` numbers the document each row belongs to (below 0: unknown), which tells an
    invoice's total, printed on each of its lines, from the lines' own amounts.
    """
    _prove_vat(columns)
    for sense in _PREFERRED:
        alike = [column for column in columns if column.sense == sense]
        if alike:
            return _among(_most_filled(alike), columns, references)
    return None


def _most_filled(alike: list[Amounts]) -> list[Amounts]:
    """Without columns that hold next to nothing beside those that do."""
    filled = [int(column.filled.sum()) for column in alike]
    return [column for column, count in zip(alike, filled, strict=True) if count * 4 >= max(filled)]


def _among(alike: list[Amounts], columns: Sequence[Amounts], references: Whole | None) -> Choice:
    alike = _different(sorted(alike, key=lambda c: (not c.money.exact, c.money.known, c.money.at)))
    if alike[0].sense in ("told", "net") and len(alike) == 1:
        return Choice(alike[0], [], list(columns), _remarks(alike[0], alike, columns))
    documents = [column for column in columns if column.sense in ("line", "document")]
    lines = _lines_of(_different(documents), references) if len(documents) > 1 else None
    if lines is not None and alike[0].sense != "net":
        return Choice(lines, [], list(columns), [])
    chosen = alike[0]
    return Choice(chosen, alike[1:], list(columns), _remarks(chosen, alike, columns))


def _remarks(chosen: Amounts, alike: list[Amounts], columns: Sequence[Amounts]) -> list[str]:
    remarks = []
    if chosen.money.guessed:
        remarks.append(f"the amount was taken from '{chosen.money.printed}', by its content alone")
    if chosen.sense == "gross":
        remarks.append(f"amounts include VAT: '{chosen.money.printed}' is the only amount given")
    documents = [c for c in columns if c.sense == "document" and not _equal(c, chosen)]
    if chosen.sense == "line" and documents and len(alike) == 1:
        names = " and ".join(f"'{column.money.printed}'" for column in documents)
        remarks.append(
            f"'{chosen.money.printed}' was read as the amount of each line, and {names} left out "
            "as a document's total; rows do not prove it"
        )
    others = [c for c in columns if c.sense == "other" and not _equal(c, chosen)]
    if others and chosen.sense != "told":
        names = " and ".join(f"'{column.money.printed}'" for column in others)
        remarks.append(f"{names} also holds money and was not used")
    return remarks


def _different(columns: list[Amounts]) -> list[Amounts]:
    """Without columns that repeat an earlier one cell by cell."""
    kept: list[Amounts] = []
    for column in columns:
        if not any(_equal(column, earlier) for earlier in kept):
            kept.append(column)
    return kept


def _equal(one: Amounts, other: Amounts) -> bool:
    return bool(np.array_equal(one.millionths, other.millionths))


def _prove_vat(columns: Sequence[Amounts]) -> None:
    """Where a + b = c row by row, c is gross, and of a and b the smaller is VAT. Headers that say
    which of them they are keep their word."""
    plain = [column for column in columns if column.sense != "told"]
    for total in plain:
        for net in plain:
            for vat in plain:
                if len({id(total), id(net), id(vat)}) == 3 and _adds_up(net, vat, total):
                    _mark(net, "net", vat, "vat", total, "gross")


def _mark(*pairs: Amounts | str) -> None:
    for column, sense in zip(pairs[::2], pairs[1::2], strict=True):
        if isinstance(column, Amounts) and column.sense in ("line", "document", "other"):
            column.sense = str(sense)


def _adds_up(net: Amounts, vat: Amounts, total: Amounts) -> bool:
    if (
        net.sense in ("vat", "gross")
        or vat.sense in ("net", "gross")
        or total.sense in ("net", "vat")
    ):
        return False
    whole = net.filled & vat.filled & total.filled
    taxed = whole & (vat.millionths != 0)
    if whole.sum() < 5 or taxed.sum() < 3:
        return False
    if abs(vat.millionths[taxed]).sum() >= abs(net.millionths[taxed]).sum():
        return False
    apart = net.millionths[whole] + vat.millionths[whole] - total.millionths[whole]
    return bool((abs(apart) <= _PENNY).mean() >= _PROVED)


def _lines_of(columns: list[Amounts], references: Whole | None) -> Amounts | None:
    """The column whose sums within a document give the other column, the same on all its rows."""
    if references is None:
        return None
    for total in columns:
        for line in columns:
            if line is not total and _within_documents(line, total, references):
                return line
    return None


def _within_documents(line: Amounts, total: Amounts, references: Whole) -> bool:
    whole = line.filled & total.filled & (references >= 0)
    order = np.argsort(references[whole], kind="stable")
    documents = references[whole][order]
    if len(documents) == 0:
        return False
    starts = np.flatnonzero(np.r_[True, documents[1:] != documents[:-1]])
    sizes = np.diff(np.r_[starts, len(documents)])
    sums = np.add.reduceat(line.millionths[whole][order], starts)
    totals = total.millionths[whole][order]
    least, most = np.minimum.reduceat(totals, starts), np.maximum.reduceat(totals, starts)
    several = sizes > 1
    if several.sum() < 2:
        return False
    proved = (least == most) & (abs(sums - least) <= sizes * _PENNY)
    return bool(proved[several].mean() >= 0.8)
