"""What directorates and officers answer to the diagnostic: invented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from svlib import ledger, questions
from svlib.sample.draw import Draw
from svlib.sample.services import DIRECTORATES

SLUG = "sample"
Act = Callable[[], None]
"""Something that is recorded on its day."""

_ROUNDS = (date(2026, 3, 16), date(2026, 9, 9))  # answers come in over the ten days after
_LEANING = {
    name: lean for name, lean in zip(DIRECTORATES, (0.3, 0.0, -0.2, 0.5, -0.1), strict=True)
}
_DOCUMENTS = ("strategy paper", "board minute", "contract review", "training log", "tender pack")
_OFFICERS = (11, 9, 3, 7, 9)  # who answer for themselves, by directorate
_CONTESTED = 7  # every seventh question divides the directorates


def acts(held: ledger.Ledger) -> Iterator[tuple[date, Act]]:
    """Both kinds of answers, a form for each round and each officer."""
    given, opinions = list(answers()), list(individual_answers())
    for name, day in sorted({(row["directorate"], row["answered_on"]) for row in given}):
        rows = [row for row in given if (row["directorate"], row["answered_on"]) == (name, day)]
        yield day, partial(_hand_in, held, ledger.AGREED, ledger.FULL, rows)
    for respondent in sorted({row["respondent"] for row in opinions}):
        rows = [row for row in opinions if row["respondent"] == respondent]
        yield (
            rows[0]["answered_on"],
            partial(_hand_in, held, ledger.INDIVIDUAL, ledger.SHORT, rows),
        )


def answers() -> Iterator[dict[str, Any]]:
    """One row an agreed answer, in two rounds; a few are missing from the first."""
    draw = Draw(43)
    ids = questions.load()["id"].tolist()
    base = draw.uniform(len(ids)) * 2.2 + 0.9
    for number, question in enumerate(ids):
        for directorate in DIRECTORATES:
            yield from _rounds(draw, number, question, directorate, float(base[number]))


def _rounds(
    draw: Draw, number: int, question: str, directorate: str, base: float
) -> Iterator[dict[str, Any]]:
    spread = 4.4 if number % _CONTESTED == 3 else 1.3
    level = base + _LEANING[directorate] + spread * (float(draw.uniform(1)[0]) - 0.5)
    for turn, opened in enumerate(_ROUNDS):
        level += 0.45 * turn * float(draw.uniform(1)[0] < 0.7)
        answer = _answer(draw, level)
        if turn == 1 or draw.chance(1, 0.96)[0]:
            yield {
                "question_id": question,
                "directorate": directorate,
                "answered_on": opened + timedelta(DIRECTORATES.index(directorate) * 2),
                "answer": answer,
                **_evidence(draw, answer, opened),
            }


def individual_answers() -> Iterator[dict[str, Any]]:
    """One row an anonymous answer to the short form; one directorate has too few to be shown."""
    draw = Draw(44)
    bank = questions.load()
    ids = bank.loc[bank["short_form"] == "yes", "id"].tolist()
    base = draw.uniform(len(ids)) * 2.2 + 0.7
    respondent = 0
    for directorate, many in zip(DIRECTORATES, _OFFICERS, strict=True):
        for _ in range(many):
            respondent += 1
            for number, question in enumerate(ids):
                noise = 2.6 * (float(draw.uniform(1)[0]) - 0.5)
                level = float(base[number]) + _LEANING[directorate] + noise
                yield {
                    "respondent": respondent,
                    "directorate": directorate,
                    "question_id": question,
                    "answered_on": _ROUNDS[1] + timedelta(respondent % 9),
                    "answer": _answer(draw, level),
                }


def _hand_in(held: ledger.Ledger, kind: str, length: str, rows: list[dict[str, Any]]) -> None:
    day = rows[0]["answered_on"]
    _, form = ledger.start(
        held,
        SLUG,
        answers_are=kind,
        directorate=rows[0]["directorate"],
        length=length,
        bank_version=questions.load()["version"].iloc[0],
        on=day,
    )
    answers = {
        row["question_id"]: ledger.Answer(
            row["answer"], row.get("evidence", ""), row.get("evidence_date") or None
        )
        for row in rows
    }
    ledger.save(held, form, answers, day)
    ledger.finish(held, form, day)


def _answer(draw: Draw, level: float) -> str:
    other = float(draw.uniform(1)[0])
    if other < 0.03:
        return "not applicable"
    return "don't know" if other < 0.07 else str(min(5, max(0, round(level))))


def _evidence(draw: Draw, answer: str, opened: date) -> dict[str, Any]:
    """A made-up document: oftener for a high level, one in eight too old to count."""
    claimed = int(answer) if answer.isdigit() else -1
    has, old = draw.chance(1, 0.45 + 0.1 * claimed)[0], draw.chance(1, 0.12)[0]
    if claimed < 1 or not has:
        return {"evidence": "", "evidence_date": ""}
    days = int(draw.whole(1, 760, 1_300)[0]) if old else int(draw.whole(1, 20, 600)[0])
    document = f"Synthetic {draw.one(_DOCUMENTS)} {int(draw.whole(1, 1, 60)[0])}"
    return {"evidence": document, "evidence_date": opened - timedelta(days)}
