"""The questions of a form, in the wording it was begun under."""

from __future__ import annotations

import pandas as pd

from svlib import ledger, questions
from svlib.errors import Fault, InputError
from svlib.tables import ANSWERS

CHOICES = ANSWERS.column("answer").values
"""What may be answered: "0" to "5", "not applicable", "don't know"."""


def bank(version: str) -> pd.DataFrame:
    """The question bank of one version, as `questions.load`. Raises InputError when it is not
    held."""
    held = questions.versions()
    if version not in held:
        raise InputError(
            Fault(
                "question bank",
                f"version {version!r} is not held; {', '.join(held)} are",
                "Put its file into data/reference/question_banks, or begin a new form.",
            )
        )
    return questions.load(held[version])


def asked(length: str, version: str) -> pd.DataFrame:
    """One row a question of a short or full form, in the order of the bank."""
    table = bank(version)
    if length == ledger.SHORT:
        table = table[table["short_form"] == "yes"]
    return table.reset_index(drop=True)
