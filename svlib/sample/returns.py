"""What directorates and contract managers return: diagnostic answers, commitments, deliveries."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from svlib import framework, ledger, questions
from svlib.quarter import Quarter
from svlib.sample import QUARTERS
from svlib.sample.draw import Draw
from svlib.sample.population import LIVERPOOL, REST_OF_REGION
from svlib.sample.services import DIRECTORATES
from svlib.sample.write import write_text
from svlib.tables import COMMITMENTS, DELIVERIES, Table

_ROUNDS = (date(2026, 3, 16), date(2026, 9, 9))  # answers come in over the ten days after
_LEANING = {
    name: lean for name, lean in zip(DIRECTORATES, (0.3, 0.0, -0.2, 0.5, -0.1), strict=True)
}
_DOCUMENTS = ("strategy paper", "board minute", "contract review", "training log", "tender pack")
_OFFICERS = (11, 9, 3, 7, 9)  # who answer for themselves, by directorate
_SLUG = "sample"
_CONTESTED = 7  # every seventh question divides the directorates
_CONTRACTS, _PROMISES = 40, (2, 5)
_WHOLE = {"application", "incident", "organisation", "placement", "tree", "worker"}
_UNTIL = QUARTERS[-1].end
_STATUSES = ("accepted",) * 14 + ("submitted",) * 3 + ("queried",) * 2 + ("none",)
_PLACES = (LIVERPOOL,) * 5 + REST_OF_REGION + ("",)


@dataclass(frozen=True)
class Pace:
    """How a contract keeps its promises: the share of what is due that arrives, and how often."""

    share: float
    weight: int


_PACES = (Pace(1.3, 15), Pace(1.0, 55), Pace(0.45, 20), Pace(0.0, 10))


def write(folder: Path, register: pd.DataFrame) -> None:
    """ledger.sqlite with answers, commitments.csv, deliveries.csv; `register` is that of
    `registers.contracts`."""
    promised = list(commitments(register))
    _record(folder, list(answers()), list(individual_answers()))
    _write(folder, COMMITMENTS, promised)
    _write(folder, DELIVERIES, list(deliveries(promised)))


def _write(folder: Path, table: Table, rows: list[dict[str, Any]]) -> None:
    lines = [[row[name] for name in table.names] for row in rows]
    write_text(folder / f"{table.name}.csv", [table.names, *lines])


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


def _record(folder: Path, given: list[dict[str, Any]], opinions: list[dict[str, Any]]) -> None:
    """Both kinds of answers in the sample's ledger, a form for each round and each officer."""
    with ledger.open_ledger(folder / "ledger.sqlite") as held:
        for name, day in sorted({(row["directorate"], row["answered_on"]) for row in given}):
            rows = [row for row in given if (row["directorate"], row["answered_on"]) == (name, day)]
            _hand_in(held, ledger.AGREED, ledger.FULL, rows)
        for respondent in sorted({row["respondent"] for row in opinions}):
            rows = [row for row in opinions if row["respondent"] == respondent]
            _hand_in(held, ledger.INDIVIDUAL, ledger.SHORT, rows)


def _hand_in(held: ledger.Ledger, kind: str, length: str, rows: list[dict[str, Any]]) -> None:
    day = rows[0]["answered_on"]
    _, form = ledger.start(
        held,
        _SLUG,
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


def commitments(register: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """One row a promise of one of forty contracts: two to five measures each, over its life."""
    draw = Draw(40)
    measures = framework.load().measures.to_dict("records")
    number = 0
    for contract in _promising(draw, register):
        for measure in draw.some(int(draw.whole(1, *_PROMISES)[0]), measures):
            number += 1
            yield {
                "commitment_id": f"SYNTHETIC-{number:03d}",
                "contract_ref": contract["contract_ref"],
                "measure_id": measure["measure_id"],
                "unit": measure["unit"],
                "target": _target(draw, measure),
                "start_date": contract["start_date"],
                "end_date": contract["end_date"],
                "district": draw.one(_PLACES),
            }


def _promising(draw: Draw, register: pd.DataFrame) -> list[dict[str, Any]]:
    """Contracts large enough to carry promises and still running in the last quarter."""
    running = register[
        (register["value_gbp"] >= 75_000)
        & (register["start_date"] <= QUARTERS[-1].start)
        & (register["end_date"] >= QUARTERS[-1].start)
    ]
    return draw.some(_CONTRACTS, running.to_dict("records"))


def _target(draw: Draw, measure: Mapping[str, Any]) -> float:
    low, high = float(measure["typical_low"]), float(measure["typical_high"])
    target = low + (high - low) * float(draw.uniform(1)[0])
    return float(max(1, round(target))) if high >= 5 else round(target, 2)


def deliveries(promised: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One row a quarter of each commitment, from its first to the last quarter of the sample."""
    draw = Draw(41)
    number = 0
    for promise in promised:
        pace = _PACES[draw.weighted(1, [one.weight for one in _PACES])[0]]
        for quarter, quantity in _kept(draw, promise, pace):
            number += 1
            yield {
                "delivery_id": f"SYNTHETIC-D{number:04d}",
                "commitment_id": promise["commitment_id"],
                "delivered_on": min(quarter.end, promise["end_date"]),
                "quantity": quantity,
                "evidence_status": draw.one(_STATUSES),
            }


def _kept(draw: Draw, promise: dict[str, Any], pace: Pace) -> Iterator[tuple[Quarter, float]]:
    """Quarters with something to show: what counts in whole things is reported once it is whole."""
    start, end = promise["start_date"], promise["end_date"]
    quarter, running, reported = Quarter.of(start), 0.0, 0.0
    while quarter.start <= min(end, _UNTIL):
        days = (min(quarter.end, end) - max(quarter.start, start)).days + 1
        due = promise["target"] * days / ((end - start).days + 1)
        running += due * pace.share * (0.8 + 0.4 * float(draw.uniform(1)[0]))
        reached = math.floor(running) if promise["unit"] in _WHOLE else round(running, 2)
        if reached > reported:
            yield quarter, round(reached - reported, 2)
        reported = reached
        quarter = quarter.next
