"""The time-phased target of a commitment: how much of it is due by which day.

An empty profile means that it falls due evenly, day by day, over the period. Otherwise it is a list
of days with the quantity due by then in all: "2026-06-30 25; 2026-12-31 60". Between two days it
grows along a straight line, from nothing on the eve of the first day to the target on the last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from svlib.errors import Fault, InputError

EVEN = ""
_DO = "Write it as 2026-06-30 25; 2026-12-31 60, in order, or leave it empty for an even target."


@dataclass(frozen=True)
class Point:
    """By the end of `day`, `quantity` is due in all, in the unit of the measure."""

    day: date
    quantity: Decimal


Profile = tuple[Point, ...]


def parse(text: str, where: str = "profile") -> Profile:
    """The points of a profile as written; none for an even one.

    Raises InputError, at `where`, for a part that is no day and quantity, and for days or
    quantities that go backwards.
    """
    points, faults = [], []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        try:
            day, quantity = part.split()
            point = Point(date.fromisoformat(day), Decimal(quantity))
        except (ValueError, InvalidOperation):
            faults.append(Fault(where, f"'{part}' is not a day and a quantity", _DO))
            continue
        if not point.quantity.is_finite() or point.quantity < 0:
            faults.append(Fault(where, f"'{quantity}' is not a quantity of 0 or more", _DO))
        points.append(point)
    faults = faults or _backwards(points, where)
    if faults:
        raise InputError(faults)
    return tuple(points)


def written(points: Iterable[Point]) -> str:
    """A profile as `parse` reads it."""
    return "; ".join(f"{point.day.isoformat()} {point.quantity.normalize():f}" for point in points)


def check(points: Profile, target: Decimal, start: date, end: date, where: str = "profile") -> None:
    """Raise InputError unless the points lie in the period and never pass the target, and a point
    on the last day is the target itself."""
    faults = []
    for point in points:
        if not start <= point.day <= end:
            found = f"{point.day} lies outside {start} to {end}"
            faults.append(Fault(where, found, "Correct the day, or the period."))
        if point.quantity > target:
            found = f"{point.quantity} by {point.day} is more than the target {target}"
            faults.append(Fault(where, found, "Correct the quantity, or the target."))
    if points and points[-1].day == end and points[-1].quantity < target:
        found = f"{points[-1].quantity} on the last day {end} is less than the target {target}"
        faults.append(Fault(where, found, "Make it the target, or leave the last day out."))
    if faults:
        raise InputError(faults)


def due(points: Profile, target: Decimal, start: date, end: date, as_of: date) -> Decimal:
    """What is due by the end of `as_of`: 0 before the first day, the target from the last on.
    Not rounded."""
    last = Point(start - timedelta(days=1), Decimal(0))
    if as_of <= last.day:
        return Decimal(0)
    for point in (*points, Point(end, target)):
        if as_of <= point.day:
            part = (as_of - last.day).days
            whole = (point.day - last.day).days
            return last.quantity + (point.quantity - last.quantity) * part / whole
        last = point
    return target


def _backwards(points: list[Point], where: str) -> list[Fault]:
    faults = []
    for before, after in pairwise(points):
        if after.day <= before.day:
            found = f"{after.day} comes after {before.day}"
            faults.append(Fault(where, found, "Put the days in order, each once."))
        if after.quantity < before.quantity:
            found = f"{after.quantity} by {after.day} is less than {before.quantity} before"
            faults.append(Fault(where, found, "Write what is due in all by then; it never falls."))
    return faults
