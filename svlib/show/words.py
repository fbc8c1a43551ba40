"""Figures in words: money, shares, counts, and how two figures compare."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

NOT_KNOWN = "not known"


def missing(value: Any) -> bool:
    """None and the NaN that pandas puts for it."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def money(pounds: Decimal | float | int | None) -> str:
    """Pounds as a person says them: £29.4m, £645,000, £812. None is "not known"."""
    if missing(pounds):
        return NOT_KNOWN
    amount = Decimal(str(pounds))
    size, sign = abs(amount), "-" if amount < 0 else ""
    for least, unit, name in ((999_500_000, 10**9, "bn"), (999_500, 10**6, "m")):
        if size >= least:
            return f"{sign}£{_rounded(size / unit, '0.1'):,}{name}"
    if size >= 10_000:
        return f"{sign}£{_rounded(size / 1000, '1') * 1000:,}"
    return f"{sign}£{_rounded(size, '1'):,}"


def pounds(amount: Decimal | None) -> str:
    """Pounds to the penny: £1,234.50."""
    if amount is None:
        return NOT_KNOWN
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.2f}"


def share(value: float | None) -> str:
    """A fraction as whole percent; under half a percent is "less than 1%", never 0%."""
    if value is None or math.isnan(value):
        return NOT_KNOWN
    percent = _rounded(Decimal(str(value)) * 100, "1")
    if percent == 0:
        return "less than 1%" if value > 0 else "0%"
    return "more than 99%" if percent == 100 and value < 1 else f"{percent}%"


def between(low: float | None, high: float | None) -> str:
    """Bounds in words, kept within 0% and 100% for reading; credits can carry them past either."""
    if low is None or high is None:
        return NOT_KNOWN
    ends = [_rounded(Decimal(str(min(max(end, 0.0), 1.0))) * 100, "1") for end in (low, high)]
    return f"between {ends[0]}% and {ends[1]}%" if ends[0] != ends[1] else f"{ends[0]}%"


def count(number: int, one: str, many: str = "") -> str:
    """1 payment, 2 payments, 1,234 payments."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def compared(now: Decimal, before: Decimal, label: str) -> str:
    """ "£1.2m (4%) more than in 2026-27 Q1"; the percentage is left out of a base of zero."""
    change = now - before
    if abs(change) < Decimal("0.005") * max(abs(before), Decimal(1)):
        return f"about the same as in {label}"
    direction = "more" if change > 0 else "less"
    part = f" ({share(float(abs(change) / before))})" if before > 0 else ""
    return f"{money(abs(change))}{part} {direction} than in {label}"


def points(now: float | None, before: float | None, label: str) -> str:
    """How a share moved, in percentage points; empty when either is not known."""
    if now is None or before is None:
        return ""
    moved = _rounded(Decimal(str(now - before)) * 100, "0.1")
    if moved == 0:
        return f"unchanged from {label}"
    return f"{'up' if moved > 0 else 'down'} {abs(moved)} percentage points from {label}"


def listed(items: list[str]) -> str:
    """a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def plain(value: Any) -> str:
    """Any cell as text."""
    return "" if missing(value) else str(value)


def _rounded(value: Decimal, step: str) -> Decimal:
    return value.quantize(Decimal(step), rounding=ROUND_HALF_UP)
