"""What a check finds: a figure and what it says, or that it cannot be had."""

from __future__ import annotations

from dataclasses import dataclass


class NotHeld(Exception):
    """What the figure would be made from is not held; the text says what, in one clause."""


@dataclass(frozen=True)
class Figure:
    """A share (0 to 1) or a number, what it says in one clause, and the bounds it lies between
    where it is known in part."""

    value: float
    said: str
    low: float | None = None
    high: float | None = None


def known(value: float | None, why: str) -> float:
    """The value as a float; raises NotHeld with `why` for None."""
    if value is None:
        raise NotHeld(why)
    return float(value)
