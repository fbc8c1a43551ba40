"""What a pack holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from svlib.guidance.model import Band, Score

if TYPE_CHECKING:
    from svlib.guidance.legal import Standing


AS_GIVEN = "as given"  # where the type of contract comes from


@dataclass(frozen=True)
class Procurement:
    """What was asked: `value_gbp` in pounds over the whole life, `vat_basis` inc, ex or unknown;
    `as_of` the day the procurement commences, by whose law it is judged. `type_basis` says where
    the type of contract comes from. `district` (ONS code) and `ward` are where it is delivered,
    empty when that is not one place."""

    authority: str
    reference: str
    category: str
    name: str
    value_gbp: Decimal
    vat_basis: str
    contract_type: str
    type_basis: str
    start: date
    end: date | None
    as_of: date
    district: str = ""
    ward: str = ""

    @property
    def pounds(self) -> str:
        """The value to the pound where it is whole, else to the penny."""
        whole = self.value_gbp == self.value_gbp.to_integral_value()
        return f"£{self.value_gbp:,.0f}" if whole else f"£{self.value_gbp:,.2f}"


@dataclass(frozen=True)
class ActionOfPack:
    """One thing to do, with what the law tables say of it (empty where it rests on none)."""

    id: str
    text: str
    post: str
    questions: tuple[str, ...]
    law: str


@dataclass(frozen=True)
class StageOfPack:
    """One stage with the actions that this procurement needs."""

    stage: str
    name: str
    aim: str
    actions: tuple[ActionOfPack, ...]


@dataclass(frozen=True)
class RecordLine:
    """One line of the consideration record: `ask` is what to write, `told` what is known already,
    empty for what the officer fills in; `choices` are the only answers, where there are such."""

    part: str
    ask: str
    told: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question of the method statement; `light` is the short version for small contracts."""

    name: str
    text: str
    light: bool


@dataclass(frozen=True)
class Pack:
    """All that one procurement needs.

    `outcomes` has one row a measure that fits: outcome, reason, measure_id, measure, unit,
    evidence, counted (in money, or why not), overlap_group, range (typical amount by the council's
    own figures, or that none is set). `choose` is how many outcomes at most. `commitments` has one
    row a measure to be promised: the columns of tables.COMMITMENTS with measure, unit, evidence.
    """

    procurement: Procurement
    standing: Standing
    band: Band
    stages: tuple[StageOfPack, ...]
    outcomes: pd.DataFrame
    choose: int
    questions: tuple[Question, ...]
    scoring: tuple[Score, ...]
    weighting: str
    record: tuple[RecordLine, ...]
    commitments: pd.DataFrame
    versions: dict[str, str]

    @property
    def title(self) -> str:
        asked = self.procurement
        what = f"{asked.name}, {asked.reference}" if asked.reference else asked.name
        return f"Social value in one procurement: {what}"
