"""Areas: the rings a supplier may stand in, and how certain that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svlib.places.written import UNKNOWN

if TYPE_CHECKING:
    from svlib.parameters import Area, Areas

WITHHELD = "Name withheld by the publisher"
NOT_KNOWN = "Place not known"
_NOT_PLACED = {"redacted": WITHHELD, UNKNOWN: NOT_KNOWN}


def ring_names(areas: Areas) -> list[str]:
    """The rings a payment or contract may stand in, from the authority outwards, in order."""
    nested = areas.nested
    outer = [f"Rest of {area.name}" for area in nested[1:]]
    unsure = [f"{area.name}, part not certain" for area in nested[1:]]
    rings = [nested[0].name, *(name for pair in zip(outer, unsure, strict=True) for name in pair)]
    return [*rings, outside(areas), NOT_KNOWN, WITHHELD]


def outside(areas: Areas) -> str:
    """The ring of suppliers certain to lie outside every area."""
    return f"Outside {areas.nested[-1].name}"


def ring(status: str, candidates: str, areas: Areas) -> str:
    """The smallest ring that holds every district a supplier may lie in."""
    codes = candidates.split()
    if not codes:
        return _NOT_PLACED.get(status, outside(areas))
    holding = [
        place for place, area in enumerate(areas.nested) if all(area.holds(code) for code in codes)
    ]
    if not holding:
        return outside(areas)
    if holding[0] == 0:
        return areas.nested[0].name
    area, inner = areas.nested[holding[0]], areas.nested[holding[0] - 1]
    straddles = any(inner.holds(code) for code in codes)
    return f"{area.name}, part not certain" if straddles else f"Rest of {area.name}"


def certainty(candidates: str, area: Area) -> str:
    """inside, outside or unsure: whether all, none or some of the candidate districts (codes
    separated by spaces) lie in the area."""
    codes = candidates.split()
    inside = [area.holds(code) for code in codes]
    if codes and all(inside):
        return "inside"
    return "outside" if codes and not any(inside) else "unsure"
