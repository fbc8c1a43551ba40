"""What the columns of a table hold, seen in a sample: numbers, dates, names, codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from svlib.ingest import cells
from svlib.ingest.grid import Row

_SAMPLED = 100  # rows looked at to see what a column holds
_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z\d]?( ?\d[a-z]{2})?", re.IGNORECASE)
_SIGN = re.compile(  # H and S are SAP's, for Haben and Soll
    r"((?P<credit>cr|credit|c|h|-|minus|refund|credit (note|memo)|crn)"
    r"|dr|debit|d|db|s|\+|plus|purchase|sale|invoice|inv|payment)\.?",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_].*?[^\W\d_].*?[^\W\d_]")
_COMPANY = re.compile(
    r"\b(ltd|limited|plc|llp|inc|cic|council|nhs|trust|university|school|company|services|group)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Profile:
    """What a column holds, as shares of its filled cells in the sample."""

    filled: int
    numbers: float
    pence: float
    dates: float
    words: float
    companies: float
    postcodes: float
    signs: float
    credits: float
    letters: float
    blank: bool
    distinct: int


def profile_columns(rows: Sequence[Row]) -> dict[int, Profile]:
    """Profiles of the columns that hold anything, from a sample spread over the rows given."""
    held = [row for row in rows if any(row)]
    sample = held[:: max(1, len(held) // _SAMPLED)]
    width = max(map(len, sample), default=0)
    found = {}
    for at in range(width):
        column = (cells.text(row[at]) for row in sample if at < len(row))
        texts = Counter(text for text in column if text)
        if texts:
            found[at] = _profile(texts, len(sample))
    return found


def _profile(texts: Counter[str], rows: int) -> Profile:
    filled = texts.total()

    def share(test: Callable[[str], object]) -> float:
        return sum(count for text, count in texts.items() if test(text)) / filled

    return Profile(
        filled=filled,
        numbers=share(lambda text: cells.number(text) is not None),
        pence=share(lambda text: cells.number(text) is not None and not text.isdecimal()),
        dates=share(_is_date),
        words=share(_WORDS.search),
        companies=share(_COMPANY.search),
        postcodes=share(_POSTCODE.fullmatch),
        signs=share(_SIGN.fullmatch),
        credits=share(is_credit),
        letters=share(lambda text: len(text) == 1 and text.isalpha()),
        blank=filled < rows,
        distinct=len(texts),
    )


def is_credit(text: str) -> bool:
    """Whether a cell of a column of debits and credits says credit."""
    found = _SIGN.fullmatch(text)
    return found is not None and found["credit"] is not None


def _is_date(text: str) -> bool:
    return any(map(str.isdecimal, text)) and bool(cells.orders(text))
