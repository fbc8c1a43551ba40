"""What is withheld from open data, and how text is made harmless. docs/opendata.md says why.

Every rule of redaction stands in this module. Nothing is dropped: an amount stays, its payee does
not, so that totals agree with the report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property

from svlib.suppliers import words

REDACTED = "REDACTED"
SMALLEST_COUNT = 5  # people; fewer may point at one of them
LISTED = ("supplier", "public body", "card")
"""Kinds of payee whose names are published; every other (individual, redacted, unnamed) is not."""

THINGS = frozenset(
    {"GBP", "hour", "mile", "organisation", "square metre", "tCO2e", "tonne", "tree"}
)
"""Units that do not count people. A measure in any other unit is held to count them."""

_TITLES = {"mr", "mrs", "miss", "ms", "mstr", "messrs", "dr", "prof", "rev", "revd", "sir"}
_LONGEST = 8  # words of a name that are looked for in other texts
_TITLED = re.compile(r"\b(?:(?i:mr|mrs|miss|mstr|messrs)|Ms)\b\.?\s+[^\W\d_]")
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)[ \t]*\d[A-Z]{2}\b", re.IGNORECASE)
_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+"  # an e-mail address
    r"|(?:/home/|/Users/|/root/|\b[A-Za-z]:[\\/]+Users[\\/]+)\S*"  # a folder of a person's own
    r"|\b(?:0|\+44 ?)7\d{3} ?\d{3} ?\d{3}\b"  # a mobile telephone
    r"|\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"  # a National Insurance number
)
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]")
_JOINERS = "\u200c\u200d"  # within words of some scripts, and within emoji


class Redaction:
    """What one quarter withholds: `people` are the names of individuals as printed anywhere in its
    inputs."""

    def __init__(self, people: Iterable[str]):
        self._people = sorted({name for name in people if name.strip()})
        self._said: dict[str, str] = {}

    def payee(self, name: str, kind: str) -> str:
        """The name to publish of a payee of this kind. An organisation may bear a person's name."""
        return visible(_without_addresses(name)) if kind in LISTED else REDACTED

    def text(self, text: str) -> str:
        """A text without what points at a person: all of it goes when it names an individual who
        is paid, or has a person's title; an address, number or folder goes by itself; of a full
        postcode the postcode district stays."""
        if text not in self._said:
            self._said[text] = visible(self._without_people(text))
        return self._said[text]

    def _without_people(self, text: str) -> str:
        if _TITLED.search(text) or self._names_somebody(text):
            return REDACTED
        return _without_addresses(text)

    def _names_somebody(self, text: str) -> bool:
        spoken = words.spoken(text).split()
        for start in range(len(spoken)):
            for end in range(start + 2, min(start + _LONGEST, len(spoken)) + 1):
                if " ".join(spoken[start:end]) in self._names:
                    return True
        folded = text.casefold()
        return any(name in folded for name in self._other_scripts)

    @cached_property
    def _names(self) -> set[str]:
        """Each name in small letters, with and without titles, of two words or more."""
        found = set()
        for name in self._people:
            spoken = words.spoken(name).split()
            bare = [word for word in spoken if word not in _TITLES]
            found |= {" ".join(part) for part in (spoken, bare) if len(part) > 1}
        return found

    @cached_property
    def _other_scripts(self) -> list[str]:
        """Names without a word in Latin letters."""
        return [name.casefold() for name in self._people if not words.spoken(name)]


def counts_people(unit: str) -> bool:
    """Whether a quantity in this unit counts people."""
    return unit not in THINGS


def too_few(quantity: Decimal, unit: str) -> bool:
    """Whether a quantity counts people, and some but fewer than five. Part of a year of work is
    somebody's too."""
    return counts_people(unit) and 0 < quantity < SMALLEST_COUNT


def visible(text: str) -> str:
    """Text in which nothing hides: line breaks are blanks; characters that control, turn the
    direction of writing or cannot be seen are written as their code, [U+202E]."""
    plain = re.sub(r"[ \t]*[\r\n]+[ \t]*", " ", text.strip("\r\n"))
    return "".join(_seen(character) for character in plain)


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before =, +, - or @."""
    return f"'{text}" if _FORMULA.match(text) else text


def _without_addresses(text: str) -> str:
    return _POSTCODE.sub(r"\1", _PERSONAL.sub(REDACTED, text))


def _seen(character: str) -> str:
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
    if not hidden or character in _JOINERS:
        return character
    return f"[U+{ord(character):04X}]"
