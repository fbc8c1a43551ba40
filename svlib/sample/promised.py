"""Social value promised in contracts, delivered each quarter and reviewed: invented."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd

from svlib import framework, ledger
from svlib.quarter import Quarter
from svlib.sample import QUARTERS
from svlib.sample.answered import SLUG, Act
from svlib.sample.draw import Draw
from svlib.sample.population import LIVERPOOL, REST_OF_REGION

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

_WARDS = ("", "", "North ward (invented)", "", "South ward (invented)")


def acts(held: ledger.Ledger, register: pd.DataFrame) -> Iterator[tuple[date, Act]]:
    """Contracts and commitments on the day the contract begins; deliveries ten days after their
    quarter, with evidence; what the contract manager decided twenty days after it."""
    promised = list(commitments(register))
    made = list(deliveries(promised))
    council = ledger.administrator(SLUG)
    wanted = {promise["contract_ref"] for promise in promised}
    for contract in register[register["contract_ref"].isin(wanted)].to_dict("records"):
        ref, day = contract["contract_ref"], contract["start_date"]
        own = [promise for promise in promised if promise["contract_ref"] == ref]
        facts = contract | {"category": "", "value_gbp": Decimal(str(contract["value_gbp"]))}
        yield day, partial(_award, held, council, facts, own, day)
    numbers: dict[str, int] = {}
    for quarter in sorted({row["quarter"] for row in made}):
        rows = [row for row in made if row["quarter"] == quarter]
        end = Quarter.parse(quarter).end
        yield end + timedelta(10), partial(_report, held, rows, numbers)
        yield end + timedelta(20), partial(_decide, held, rows, numbers)


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
                "target": Decimal(str(_target(draw, measure))),
                "start_date": contract["start_date"],
                "end_date": contract["end_date"],
                "district": draw.one(_PLACES),
                "ward": _WARDS[number % len(_WARDS)],
                "profile": "",
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
    """One row a quarter of each commitment, from its first to the last quarter of the sample, with
    what became of its evidence."""
    draw = Draw(41)
    number = 0
    for promise in promised:
        pace = _PACES[draw.weighted(1, [one.weight for one in _PACES])[0]]
        for quarter, quantity in _kept(draw, promise, pace):
            number += 1
            yield {
                "delivery_id": f"SYNTHETIC-D{number:04d}",
                "commitment_id": promise["commitment_id"],
                "period_start": max(quarter.start, promise["start_date"]),
                "delivered_on": min(quarter.end, promise["end_date"]),
                "quarter": quarter.slug,
                "quantity": Decimal(str(quantity)),
                "district": promise["district"],
                "evidence_status": draw.one(_STATUSES),
            }


def _award(
    held: ledger.Ledger,
    council: ledger.Actor,
    contract: dict[str, Any],
    promises: list[dict[str, Any]],
    day: date,
) -> None:
    ledger.register(held, council, [contract], day)
    ledger.commit(held, council, promises, day)


def _report(held: ledger.Ledger, rows: list[dict[str, Any]], numbers: dict[str, int]) -> None:
    by = {"channel": "workbook", "role": ledger.rights.SUPPLIER}
    entries = [
        {name: row[name] for name in row if name != "evidence_status"} | by | {"ward": ""}
        for row in rows
    ]
    given = held.append(SLUG, [("delivery", entry) for entry in entries])
    numbers |= dict(zip((row["delivery_id"] for row in rows), given, strict=True))
    links = [
        (row["delivery_id"], f"https://example.org/synthetic/{row['delivery_id']}")
        for row in rows
        if row["evidence_status"] != "none"
    ]
    shown = [
        {
            "evidence_id": hashlib.sha256(url.encode()).hexdigest(), "delivery_id": delivery,
            "held_as": "link", "media_type": "", "bytes": 0, "role": by["role"], "name": url,
        }
        for delivery, url in links
    ]  # fmt: skip
    held.append(SLUG, [("evidence", row) for row in shown])


def _decide(held: ledger.Ledger, rows: list[dict[str, Any]], numbers: dict[str, int]) -> None:
    decided = [
        {
            "delivery_id": row["delivery_id"], "of_seq": numbers[row["delivery_id"]],
            "decision": row["evidence_status"], "role": ledger.rights.MANAGER,
            "note": "Synthetic: which document shows it?" * (row["evidence_status"] == "queried"),
        }
        for row in rows
        if row["evidence_status"] in ledger.DECISIONS
    ]  # fmt: skip
    held.append(SLUG, [("review", row) for row in decided])


def _kept(draw: Draw, promise: dict[str, Any], pace: Pace) -> Iterator[tuple[Quarter, float]]:
    """Quarters with something to show: what counts in whole things is reported once it is whole."""
    start, end = promise["start_date"], promise["end_date"]
    quarter, running, reported = Quarter.of(start), 0.0, 0.0
    while quarter.start <= min(end, _UNTIL):
        days = (min(quarter.end, end) - max(quarter.start, start)).days + 1
        due = float(promise["target"]) * days / ((end - start).days + 1)
        running += due * pace.share * (0.8 + 0.4 * float(draw.uniform(1)[0]))
        reached = math.floor(running) if promise["unit"] in _WHOLE else round(running, 2)
        if reached > reported:
            yield quarter, round(reached - reported, 2)
        reported = reached
        quarter = quarter.next
