"""Total rows, told from payments by where they stand, what they say and what they add up to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

import numpy as np

from svlib.ingest.body import Flags, Whole

_WORD = re.compile(
    r"\W*(?:(?:grand|overall|sub|report|file|sheet|monthly|net|gross|final)[\s-]*)*totals?\b"
    r"|\W*sum of\b|\W*sum\b\W*$|\W*(inserted )?footer\b",
    re.IGNORECASE,
)
_NO_SUPPLIER = re.compile(  # Total Gas & Power is a supplier
    r"\W*(?:(?:grand|overall|sub|report|file|sheet|monthly|net|gross|final)[\s-]*)*totals?"
    r"(\s*(for|of)\b.*|\s+(amount|expenditure|paid|payments?|spend|value|net|gross|sum|"
    r"january|february|march|april|may|june|july|august|september|october|november|december)"
    r"(\s+\w+)?)?\W*|\W*sum\W*",
    re.IGNORECASE,
)
_OF_SUPPLIER = re.compile(r".+\s(sub[\s-]?)?total\W*$", re.IGNORECASE)
_ENOUGH = 4  # rows with an amount
_MOSTLY = 0.5  # share of rows with a date from which one without is telling
_BENEATH = 5  # rows
_NEAR = 1_000_000  # millionths of a pound by which a printed total may miss the sum


@dataclass
class Totals:
    """Rows, by place, that are no payments: the file's own total, totals of other rows, and what
    may be one of these; and undated rows `beneath` the file's own total (a count, a note)."""

    own: int | None = None
    parts: set[int] = field(default_factory=set)
    doubtful: set[int] = field(default_factory=set)
    beneath: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Suspect:
    """A row that may be a total: its supplier, the texts of its other cells but the amount, whether
    it has a date, and who is paid in the row above."""

    supplier: str
    texts: list[str]
    dated: bool
    above: str

    @property
    def word(self) -> bool:
        ends = [self.supplier] if self.supplier else self.texts
        return any(map(_WORD.match, self.texts)) or any(map(_OF_SUPPLIER.match, ends))

    @property
    def bare(self) -> bool:
        return not self.supplier or bool(_NO_SUPPLIER.fullmatch(self.supplier))

    def ends_a_part(self, rows: int) -> bool:
        """Whether it may be the total of the `rows` above it, if they add up to it."""
        of_the_one_above = self.above and self.supplier.startswith(self.above)
        return self.word and not self.dated and rows > (0 if self.bare or of_the_one_above else 1)


def find_totals(
    millionths: Whole, filled: Flags, suspects: Mapping[int, Suspect], dated: Flags
) -> Totals:
    """Look through `suspects`: rows, by place, without a supplier or with one that says "total".
    Money is in millionths of a pound; `dated` says of each row whether it has a date."""
    totals = Totals()
    amounts = np.where(filled, millionths, 0)
    sums = np.r_[0, np.cumsum(amounts)]
    places = np.flatnonzero(filled)
    edges = {*_leading(places.tolist(), suspects), *_leading(places[::-1].tolist(), suspects)}
    several = len(places) > 1
    candidates: list[int] = []
    begin = 0
    for place in sorted(suspects):
        row = suspects[place]
        miss = abs(int(sums[-1]) - 2 * int(amounts[place]))
        proved = (len(places) > 3 and miss == 0) or (not row.texts and miss < _NEAR)
        apart = abs(int(sums[place] - sums[begin] - amounts[place]))
        if place in edges and several and row.bare and (proved or (row.word and not row.dated)):
            candidates.append(place)
        elif row.ends_a_part(place - begin) and apart < _NEAR:
            totals.parts.add(place)
            begin = place + 1
        elif row.bare and not row.dated and (row.word or not row.texts):
            totals.doubtful.add(place)
    _settle(totals, candidates, amounts)
    _look_at_the_ends(totals, places, amounts, dated)
    return totals


def _leading(places: Iterable[int], suspects: Mapping[int, Suspect]) -> list[int]:
    """The suspects before the first row that is none."""
    return list(takewhile(suspects.__contains__, places))


def _settle(totals: Totals, candidates: list[int], amounts: Whole) -> None:
    """Of the rows at the edges that look like totals, the one nearest the sum is the file's own;
    the others are totals of parts."""
    if not candidates:
        return
    left_out = [*totals.parts, *totals.doubtful, *candidates]
    payments = int(amounts.sum() - amounts[left_out].sum())
    totals.own = min(candidates, key=lambda place: (abs(int(amounts[place]) - payments), -place))
    totals.parts |= set(candidates) - {totals.own}


def _look_at_the_ends(totals: Totals, places: Whole, amounts: Whole, dated: Flags) -> None:
    """A total that names no total, or that has a count or a note beneath it: told by adding up,
    and by having no date where the payments have one."""
    if len(places) < _ENOUGH or dated[places].mean() < _MOSTLY:
        return
    if totals.own is not None:
        after = [place for place in places.tolist() if place > totals.own]
        if len(after) <= _BENEATH and not dated[after].any():
            totals.beneath = set(after) - totals.parts - totals.doubtful
        return
    for place in (int(places[0]), int(places[-1])):
        if 2 * amounts[place] == amounts.sum() and not dated[place]:
            totals.own = place
            return
    if len(totals.parts) == 1:
        (total,) = totals.parts
        after = [place for place in places.tolist() if place > total]
        whole = amounts[:total].sum() == amounts[total]
        if whole and len(after) <= _BENEATH and not dated[after].any():
            totals.own, totals.parts, totals.beneath = total, set(), set(after)
