"""Answers to the diagnostic: forms begun, answered, left and come back to, and finished.

An *agreed* form holds a directorate's official position, given by its lead. An *individual* form is
anonymous: who holds its code can go on with it, and nothing else leads to a person. The database
keeps a hash of the code, the directorate, the answers and the days; no name, address or hour.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa

from svlib.errors import Fault, InputError
from svlib.ledger.database import Ledger
from svlib.ledger.schema import ANSWERS, ENTRIES, FINISHES, FORMS, TEXTS
from svlib.tables import ANSWERS as ANSWERS_TABLE

AGREED, INDIVIDUAL = KINDS = ("agreed", "individual")
SHORT, FULL = LENGTHS = ("short", "full")
ERASED = "(erased)"

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to mistake
_MISTAKEN = str.maketrans("ILO", "110")
_CODE_LENGTH, _CODE_GROUP = 16, 4  # 80 bits, which nobody guesses


@dataclass(frozen=True)
class Form:
    """One person's or directorate's run through the questions."""

    form_id: str
    authority: str
    answers_are: str
    directorate: str
    length: str
    bank_version: str
    started_on: date
    finished_on: date | None = None


@dataclass(frozen=True)
class Answer:
    """A level from "0" to "5", "not applicable" or "don't know", and the document that shows it."""

    answer: str
    evidence: str = ""
    evidence_date: date | None = None


def start(
    ledger: Ledger,
    authority: str,
    *,
    answers_are: str,
    directorate: str,
    length: str,
    bank_version: str,
    on: date,
) -> tuple[str, Form]:
    """Begin a form; returns the code to come back with, which is kept nowhere, and the form."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    form = Form(form_id(code), authority, answers_are, directorate, length, bank_version, on)
    row = {
        "form_id": form.form_id,
        "answers_are": answers_are,
        "directorate": directorate,
        "length": length,
        "bank_version": bank_version,
        "started_on": on,
    }
    ledger.append(authority, [("form", row)], to_the_day=answers_are == INDIVIDUAL)
    parts = [code[at : at + _CODE_GROUP] for at in range(0, _CODE_LENGTH, _CODE_GROUP)]
    return "-".join(parts), form


def form_id(code: str) -> str:
    """What the ledger knows a code by, however it was typed."""
    plain = "".join(code.upper().split()).replace("-", "").translate(_MISTAKEN)
    return hashlib.sha256(plain.encode()).hexdigest()


def resume(ledger: Ledger, authority: str, code: str) -> Form:
    """The form of a code. Raises InputError when this authority has none."""
    return _form(ledger, authority, form_id(code), f"code '{code.strip()}'")


def latest(ledger: Ledger, form: Form) -> dict[str, Answer]:
    """Question id to the last answer saved, finished or not."""
    found = ledger.rows(
        _with_evidence(ANSWERS.c.question_id, ANSWERS.c.answer)
        .where(ANSWERS.c.form_id == form.form_id)
        .order_by(ANSWERS.c.seq)
    )
    return {row.question_id: Answer(row.answer, _evidence(row), row.evidence_date) for row in found}


def save(ledger: Ledger, form: Form, given: Mapping[str, Answer], on: date) -> int:
    """Record the answers that differ from those saved, all or none; returns how many."""
    if form.answers_are == INDIVIDUAL and any(
        one.evidence or one.evidence_date for one in given.values()
    ):
        raise ValueError("an anonymous answer has no evidence: it could tell whose it is")
    before = latest(ledger, form)
    rows = [
        (
            "answer",
            {
                "form_id": form.form_id,
                "question_id": question,
                "answer": answer.answer,
                "answered_on": on,
                "evidence": answer.evidence,
                "evidence_date": answer.evidence_date,
            },
        )
        for question, answer in given.items()
        if before.get(question) != answer
    ]
    if rows:
        ledger.append(form.authority, rows, to_the_day=form.answers_are == INDIVIDUAL)
    return len(rows)


def finish(ledger: Ledger, form: Form, on: date) -> Form:
    """Hand the form in: what is saved by now counts. It may be changed and handed in again."""
    row = {"form_id": form.form_id, "finished_on": on}
    individual = form.answers_are == INDIVIDUAL
    ledger.append(form.authority, [("finish", row)], to_the_day=individual)
    return replace(form, finished_on=on)


def agreed(ledger: Ledger, authority: str, at: int | None = None) -> pd.DataFrame:
    """One row an answer of a form handed in, earlier answers too, as recorded (up to entry
    number `at`): the columns of tables.ANSWERS and `bank_version`. Of the forms of one directorate
    the one handed in last counts where both answer a question. An erased reference stays known to
    have been there."""
    found = _handed_in(ledger, authority, AGREED, at)
    found.sort(key=lambda row: row.handed_in)  # stable: within a form in the order of saving
    # of one question and directorate the last of a day stands for the day
    days = {(row.question_id, row.directorate, row.answered_on): row for row in found}
    last = {(row.question_id, row.directorate): row for row in found}
    kept = [
        row
        for (question, directorate, day), row in days.items()
        if day <= last[question, directorate].answered_on
    ]
    return _table(kept, [*ANSWERS_TABLE.names, "bank_version"])


def individual(ledger: Ledger, authority: str, at: int | None = None) -> pd.DataFrame:
    """One row a respondent and question, the last answer of each form handed in: respondent (a
    number that means nothing outside this table), directorate, question_id, answered_on, answer,
    bank_version, length, handed_in_on (the last time). To be shown only through
    `diagnostic.disclosure`."""
    found = _handed_in(ledger, authority, INDIVIDUAL, at)
    last = {(row.form_id, row.question_id): row for row in found}
    columns = ("form_id", "directorate", "question_id", "answered_on", "answer", "bank_version",
               "length", "handed_in_on")  # fmt: skip
    table = _table(list(last.values()), list(columns))
    numbers = {name: n for n, name in enumerate(sorted(set(table["form_id"])), start=1)}
    table.insert(0, "respondent", [numbers[name] for name in table.pop("form_id")])
    return table


def _form(ledger: Ledger, authority: str, identity: str, named: str) -> Form:
    statement = (
        sa.select(FORMS, sa.func.max(FINISHES.c.finished_on).label("finished_on"))
        .join(ENTRIES, ENTRIES.c.seq == FORMS.c.seq)
        .join(FINISHES, FINISHES.c.form_id == FORMS.c.form_id, isouter=True)
        .where(ENTRIES.c.authority == authority, FORMS.c.form_id == identity)
        .group_by(*FORMS.c)
    )
    found = ledger.rows(statement)
    if not found:
        raise InputError(
            Fault(
                named,
                "no form of this council has it",
                "Check each letter and digit, or begin a new form.",
            )
        )
    row = dict(found[0]._mapping)
    del row["seq"]
    return Form(authority=authority, **row)


def _handed_in(ledger: Ledger, authority: str, kind: str, at: int | None) -> list[Any]:
    """Answers of one kind saved before their form was last handed in (up to entry number `at`), in
    order."""
    finished = sa.select(
        FINISHES.c.form_id,
        sa.func.max(FINISHES.c.seq).label("last"),
        sa.func.max(FINISHES.c.finished_on).label("handed_in_on"),
    )
    if at is not None:
        finished = finished.where(FINISHES.c.seq <= at)
    last = finished.group_by(FINISHES.c.form_id).subquery()
    wanted = (
        ANSWERS.c.form_id, ANSWERS.c.question_id, ANSWERS.c.answer, ANSWERS.c.answered_on,
        FORMS.c.directorate, FORMS.c.bank_version, FORMS.c.length,
        last.c.last.label("handed_in"), last.c.handed_in_on,
    )  # fmt: skip
    return ledger.rows(
        _with_evidence(*wanted)
        .join(FORMS, FORMS.c.form_id == ANSWERS.c.form_id)
        .join(ENTRIES, ENTRIES.c.seq == ANSWERS.c.seq)
        .join(last, last.c.form_id == ANSWERS.c.form_id)
        .where(
            ENTRIES.c.authority == authority,
            FORMS.c.answers_are == kind,
            ANSWERS.c.seq < last.c.last,
        )
        .order_by(ANSWERS.c.seq)
    )


def _with_evidence(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return (
        sa.select(*columns, ANSWERS.c.evidence_date, ANSWERS.c.evidence_hash, TEXTS.c.text)
        .select_from(ANSWERS)
        .join(
            TEXTS,
            sa.and_(TEXTS.c.seq == ANSWERS.c.seq, TEXTS.c.name == "evidence"),
            isouter=True,
        )
    )


def _evidence(row: Any) -> str:
    if not row.evidence_hash:
        return ""
    return str(row.text) if row.text else ERASED


def _table(found: list[Any], columns: list[str]) -> pd.DataFrame:
    rows = [dict(row._mapping) | {"evidence": _evidence(row)} for row in found]
    table = pd.DataFrame(rows, columns=sorted({*columns, *(rows[0] if rows else ())}))[columns]
    dates = {"answered_on", "evidence_date", "handed_in_on"}
    return table.astype({name: object if name in dates else "str" for name in columns})
