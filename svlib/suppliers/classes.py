"""What kind of payee a name is: a supplier, a public body, an individual, a card.

The rules are data/reference/supplier_classes.csv; a council may argue about each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import pandas as pd

from svlib import project
from svlib.suppliers import words

SUPPLIER = "supplier"
INDIVIDUAL = "individual"
CARD = "card"
PUBLIC_BODY = "public body"
REDACTED = "redacted"  # by the publisher
UNNAMED = "unnamed"
NO_NAME = (REDACTED, UNNAMED)
HIDDEN = "Individual, name not shown"
_PATTERN = {
    "begins": r"^{}\b",
    "ends": r"\b{}$",
    "has": r"\b{}\b",
    "is": r"^{}$",
    "unless": r"\b{}\b",
}


@cache
def rules() -> pd.DataFrame:
    """One row a rule: `class`, `rule` (begins, ends, has, is, unless), `words`, `note`. The first
    class with a rule that fits, and none of its "unless", is the payee's."""
    path = project.reference("supplier_classes.csv")
    return pd.read_csv(path, dtype="str", keep_default_na=False)


def classify(name: str) -> tuple[str, str]:
    """The class of a printed name, and the rule that gave it (empty for an ordinary supplier)."""
    whole = words.spoken(name)
    for text in (whole, words.spoken(re.sub(r"\(.*|\s[-–¿]\s.*", " ", name))):
        for kind, (fits, unless) in _compiled().items():
            found = fits.search(text)
            if found and not unless.search(whole):
                return kind, found.group()
    return SUPPLIER, ""


def classes_of(ids: Mapping[str, str]) -> dict[str, str]:
    """Supplier id to class, from its printed names (`ids`: printed name to id): the first in the
    alphabet that is more than an ordinary supplier."""
    found: dict[str, str] = {}
    for name, supplier_id in sorted(ids.items()):
        if found.get(supplier_id, SUPPLIER) == SUPPLIER:
            found[supplier_id] = classify(name)[0]
    return found


@cache
def _compiled() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Class to what must and what must not be found."""
    table = rules()
    return {
        str(kind): (
            _one_of(part[part["rule"] != "unless"]),
            _one_of(part[part["rule"] == "unless"]),
        )
        for kind, part in table.groupby("class", sort=False)
    }


def _one_of(part: pd.DataFrame) -> re.Pattern[str]:
    tests = [
        _PATTERN[rule].format(re.escape(text))
        for rule, text in zip(part["rule"], part["words"], strict=True)
    ]
    return re.compile("|".join(tests) or "(?!)")
