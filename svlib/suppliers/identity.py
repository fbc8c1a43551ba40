"""One supplier for many spellings, each joined for a reason that is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import pandas as pd

from svlib.suppliers import words
from svlib.suppliers.printed import tidy

_FORMS = {
    "limited": "ltd",
    "company": "co",
    "incorporated": "inc",
    "and": "",
    "the": "",
}
_CUT = (35, 34)  # Liverpool and others print 35 characters; a blank in the last place is lost

SAME_WORDS = "same words, written another way"
CUT_OFF = "cut off by the publisher"
PAYEE_WORDS = "but for a code or words about the payment"
NO_FORM = "but for the legal form"
SAME_NUMBER = "same company number, alike in name"
SAME_REFERENCE = "same supplier reference, alike in name"
SUNDRY = 5  # names: a reference under more is an account for all and sundry, not one supplier's
DIRECTORY = "the council's directory"


@lru_cache(maxsize=262_144)
def clean(name: str) -> str:
    """The name without case, accents, punctuation and spelling of its legal form.

    "Ashbrook & Sons (Wirral) Limited" and "ASHBROOK AND SONS WIRRAL LTD." are one, and so are
    "J.P.K. Ltd" and "J P K Ltd", "Ashbrook Community Interest Company" and "Ashbrook CIC".
    """
    found = words.compared(name).split()
    return (
        " ".join(filter(None, (_FORMS.get(word, word) for word in found)))
        or words.bare(name).strip()
        or name.strip()
    )


def identify(
    names: Iterable[str],
    numbers: Iterable[tuple[str, str]] = (),
    same: Mapping[str, str] | None = None,
    references: Iterable[tuple[str, str]] = (),
) -> pd.DataFrame:
    """One row a printed name, sorted: `printed`, `supplier_id` (a cleaned name), `evidence` (why
    it is joined to the supplier, empty where its words are the supplier's own).

    A name cut at 35 characters joins the longer name it is the beginning of, a name without a
    legal form the one with it, names with one company number (`numbers`: printed name and number)
    or one of the publisher's own references (`references`: printed name and reference) each other
    if they are alike; where several fit, a name stays a supplier of its own. `same` has the
    council's own decisions, printed name to the name it is the same as; they come first.
    """
    printed = sorted({*names, *(same or {}).values()})
    own = {name: clean(name) for name in printed}
    joins = _Joins()
    for name, other in (same or {}).items():
        joins.join(clean(name), own[other], DIRECTORY)
    for name in printed:
        tidied = clean(tidy(name))
        if tidied != own[name] and tidied:
            joins.join(own[name], tidied, PAYEE_WORDS)
    for short, whole in _cut_names(printed, own).items():
        joins.join(own[short], own[whole], CUT_OFF)
    for bare, formed in _formless(own.values()).items():
        joins.join(bare, formed, NO_FORM)
    for one, other in _alike(numbers, own, len(printed)):
        joins.join(other, one, SAME_NUMBER)
    plain = ((name, reference(text)) for name, text in references)
    for one, other in _alike(plain, own, SUNDRY):
        joins.join(other, one, SAME_REFERENCE)
    rows = [(name, *joins.end(own[name])) for name in printed]
    return pd.DataFrame(rows, columns=["printed", "supplier_id", "evidence"], dtype="str")


class _Joins:
    """Which cleaned name stands for which, and why; never in a circle."""

    def __init__(self) -> None:
        self._to: dict[str, tuple[str, str]] = {}

    def join(self, name: str, to: str, why: str) -> None:
        end, _ = self.end(to)
        if name not in self._to and end != name:
            self._to[name] = (to, why)

    def end(self, name: str) -> tuple[str, str]:
        reasons = []
        while name in self._to:
            name, why = self._to[name]
            reasons.append(why)
        return name, "; ".join(dict.fromkeys(reasons))


def _cut_names(printed: list[str], own: Mapping[str, str]) -> dict[str, str]:
    """A name that was cut to the one whole name it is the beginning of."""
    longer: dict[str, dict[str, str]] = {}
    for name in printed:
        for length in _CUT:
            if len(name) > length:
                longer.setdefault(_beginning(name[:length]), {}).setdefault(own[name], name)
    fits = {name: longer.get(_beginning(name), {}) for name in printed if len(name) in _CUT}
    return {
        name: next(iter(wholes.values()))
        for name, wholes in fits.items()
        if len(wholes) == 1 and own[name] not in wholes
    }


def _beginning(name: str) -> str:
    return name.casefold().strip()


def _formless(cleaned: Iterable[str]) -> dict[str, str]:
    """A cleaned name of two words or more without a legal form to the one name with it."""
    formed: dict[str, set[str]] = {}
    known = set(cleaned)
    for name in known:
        stem, _, last = name.rpartition(" ")
        if last in words.listed("form") and " " in stem:
            formed.setdefault(stem, set()).add(name)
    return {
        stem: next(iter(names))
        for stem, names in formed.items()
        if stem in known and len(names) == 1
    }


def reference(text: str) -> str:
    """A publisher's reference as a spreadsheet may spoil it: 00012345, 12345.0 and 1.2345E4 are
    one."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return text.strip().casefold()
    whole = number.is_finite() and number == number.to_integral_value()
    return str(int(number)) if whole else text.strip()


def _alike(
    keyed: Iterable[tuple[str, str]], own: Mapping[str, str], most: int
) -> list[tuple[str, str]]:
    """Pairs of cleaned names with one key (`keyed`: printed name and key) that share their first
    word; keys of more than `most` names left out."""
    groups: dict[str, dict[str, None]] = {}
    for name, key in sorted(set(keyed)):
        if name in own and key:
            groups.setdefault(key, {})[own[name]] = None
    return [
        (one, other)
        for names in groups.values()
        if 1 < len(names) <= most
        for one, other in _begun_alike(list(names))
    ]


def _begun_alike(names: list[str]) -> list[tuple[str, str]]:
    """Each name with the first of those that begin with the same word."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name.split()[0], name)
    return [(first[name.split()[0]], name) for name in names if first[name.split()[0]] != name]


def names_to_print(ids: Mapping[str, str], listed: Iterable[str] = ()) -> dict[str, str]:
    """Supplier id to one spelling: the directory's (`listed`), else the longest seen, one that is
    not all capitals before one that is, the first in the alphabet among equals."""
    first = set(listed)
    best: dict[str, str] = {}
    for name, supplier_id in sorted(ids.items()):
        if _rank(name, first) > _rank(best.get(supplier_id, ""), first):
            best[supplier_id] = name
    return best


def _rank(name: str, listed: set[str]) -> tuple[bool, bool, int]:
    return name in listed, bool(name) and not name.isupper(), len(name)
