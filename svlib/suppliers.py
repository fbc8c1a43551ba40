"""Who a supplier is: one cleaned name for many spellings, and what the council's directory says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

import pandas as pd

_FORMS = {
    "limited": "ltd",
    "company": "co",
    "incorporated": "inc",
    "and": "",
    "the": "",
}
_CUT = (35, 34)  # Liverpool and others print 35 characters; a blank in the last place is lost


@lru_cache(maxsize=262_144)
def clean(name: str) -> str:
    """The name without case, accents, punctuation and spelling of its legal form.

    "Ashbrook & Sons (Wirral) Limited" and "ASHBROOK AND SONS WIRRAL LTD." are one.
    """
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", " ", re.sub(r"[.']", "", bare.casefold())).split()
    return (
        " ".join(filter(None, (_FORMS.get(word, word) for word in words)))
        or bare.strip()
        or name.strip()
    )


def identify(names: Iterable[str]) -> dict[str, str]:
    """Printed name to supplier id.

    A name cut at 35 characters joins the longer name it is the beginning of, when there is just
    one; where several fit, it stays a supplier of its own.
    """
    printed = sorted(set(names))
    ids = {name: clean(name) for name in printed}
    longer: dict[str, set[str]] = {}
    for name in printed:
        for length in _CUT:
            if len(name) > length:
                longer.setdefault(_beginning(name[:length]), set()).add(ids[name])
    for name in printed:
        fits = longer.get(_beginning(name), set()) - {ids[name]} if len(name) in _CUT else set()
        if len(fits) == 1:
            ids[name] = next(iter(fits))
    return ids


def _beginning(name: str) -> str:
    return name.casefold().strip()


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


def directory_by_id(directory: pd.DataFrame, ids: Mapping[str, str]) -> pd.DataFrame:
    """The directory with a `supplier_id` column; of two lines for one supplier the later counts."""
    found = [ids.get(name, clean(name)) for name in directory["supplier"]]
    return directory.assign(supplier_id=found).drop_duplicates("supplier_id", keep="last")
