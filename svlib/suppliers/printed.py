"""A name as a council prints it: what stands around the organisation's own name."""

from __future__ import annotations

import re
from dataclasses import dataclass

# "00000085-EDF Energy", "V12345 Ashbrook": a code of the ledger's own in front of the name
_CODE = re.compile(r"^\s*(?:[A-Za-z]{0,3}\d{5,}[A-Za-z]?\s*[-:/ ]|\d{3,4}\s*[-:])\s*(?=\D{3})")
_TRADING = re.compile(
    r"\s*[(,-]*\s*\b(?:t\s*/\s*a(?:s)?|t\.a\.|trading\s+as|ta(?=\s+[A-Z]))\b\.?\s*", re.IGNORECASE
)
_FORMERLY = re.compile(r"\s*[(,-]*\s*\b(?:formerly|previously|f/k/a|prev)\b\.?\s*", re.IGNORECASE)
_CARE_OF = re.compile(r"\s*[(,-]*\s*\bc\s*/\s*o\b\.?\s*", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\([^)]*\)?\s*")
_DASH = re.compile(r"\s+[-–—:]\s+|\s*[-–—]\s+|\s+[-–—]\s*|\s*/\s*")
_PAYEE = re.compile(
    r"\s*[-(,:]*\s*\b(?:bacs|chaps|a/?c(?:count)?\b(?:\s+(?:no\.?\s*)?[\d*x-]+)?|client\s+account|"
    r"main\s+account|no\.?\s*\d+\s+a/?c|p/?os?\b.*|vn\d+.*|sp|funding\s+only|materials\s+only|"
    r"cheque|dd|direct\s+debit|euro|eur|gbp|faster\s+payments?)\)?\s*$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"^[\s*#.\"'-]+|[\s*#\"'-]+$")


@dataclass(frozen=True)
class Part:
    """A part of a printed name that may be the organisation's own, and what was left away."""

    text: str
    how: str


def parts(name: str) -> list[Part]:
    """The printed name, tidied, and the parts of it that may be a name by themselves."""
    whole = tidy(name)
    found = [Part(whole, "")]
    for pattern, before, after in (
        (_TRADING, "before t/a", "trading name"),
        (_FORMERLY, "before formerly", "former name"),
        (_CARE_OF, "before c/o", "care of"),
    ):
        pieces = pattern.split(whole, maxsplit=1)
        if len(pieces) == 2:
            found += [Part(pieces[0], before), Part(pieces[1], after)]
    bare = _BRACKETS.sub(" ", whole).strip()
    if bare != whole:
        inside = re.search(r"\(([^)]{4,})", whole)
        found.append(Part(bare, "without brackets"))
        found += [Part(inside.group(1), "in brackets")] if inside else []
    pieces = _DASH.split(whole, maxsplit=1)
    if len(pieces) == 2 and len(found) < 3:
        found += [Part(pieces[0], "before the dash"), Part(pieces[1], "after the dash")]
    return _distinct(found)


def tidy(name: str) -> str:
    """Without a ledger's code in front, marks around it and words about the payment behind it."""
    text = _MARKS.sub("", _CODE.sub("", _MARKS.sub("", name)))
    shorter = _PAYEE.sub("", text)
    return shorter if len(shorter) >= 3 else text


def _distinct(found: list[Part]) -> list[Part]:
    kept: dict[str, Part] = {}
    for part in found:
        text = part.text.strip(" -,;()")
        if len(text) >= 3 or not kept:
            kept.setdefault(text.casefold(), Part(text, part.how))
    return list(kept.values())
