"""What stands in data/reference/guidance.yaml: stages with their actions, enablers, what fits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from svlib.law.thresholds import CONTRACT_TYPES

DRAFT = "DRAFT for Legal to check"
BANDS = ("small", "below", "above", "over")
"""From the smallest to the largest: under the light limit, below threshold, at or above it, and
above it and over the amount of key performance indicators."""

TYPES = tuple(name for name in CONTRACT_TYPES if name != "goods and services")
STAGES = (
    "need", "options", "market", "specification", "selection", "evaluation", "award",
    "mobilisation", "management", "exit",
)  # fmt: skip

BandId = Literal["small", "below", "above", "over"]
Mark = Annotated[int, Field(ge=1, le=3)]


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, str_min_length=1, str_strip_whitespace=True
    )


class Band(_Strict):
    """A band of value: how many outcomes to choose at most, how many words an answer may have."""

    band: BandId
    name: str
    outcomes: int = Field(ge=1)
    words: int = Field(ge=50)


class Action(_Strict):
    """One thing to do. `law` is a table and a kind of row in it; `unless` another action that,
    where it is in the pack, makes this one needless."""

    id: str
    text: str = Field(max_length=250)
    post: str
    first: BandId = Field("small", alias="from")
    last: BandId = Field("over", alias="to")
    types: tuple[str, ...] = TYPES
    questions: tuple[str, ...] = Field(min_length=1)
    law: dict[str, str] | None = None
    unless: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Action:
        if BANDS.index(self.first) > BANDS.index(self.last):
            raise ValueError(f"from {self.first} to {self.last} holds no band")
        if self.law is not None and len(self.law) != 1:
            raise ValueError("law names one table and one kind of row")
        return self

    @property
    def bands(self) -> tuple[str, ...]:
        return BANDS[BANDS.index(self.first) : BANDS.index(self.last) + 1]

    @property
    def duty(self) -> str | None:
        """The duty of the law tables that it rests on, if it does."""
        return (self.law or {}).get("duties")

    def is_for(self, band: str, contract_type: str) -> bool:
        return band in self.bands and contract_type in self.types


class Stage(_Strict):
    """One stage of a procurement."""

    stage: str
    name: str
    aim: str
    actions: tuple[Action, ...] = Field(min_length=1)


class Enabler(_Strict):
    """What must stand before single procurements can do well; `sign` shows that it does."""

    id: str
    name: str
    text: str = Field(max_length=250)
    post: str
    sign: str
    questions: tuple[str, ...] = Field(min_length=1)


class Score(_Strict):
    score: int
    word: str
    meaning: str


class Risks(_Strict):
    """Marks of risk in the supply chain, 1 (low) to 3 (high): our reading, not a measurement."""

    labour: Mark
    modern_slavery: Mark
    carbon: Mark

    @property
    def total(self) -> int:
        return self.labour + self.modern_slavery + self.carbon

    @property
    def high(self) -> tuple[str, ...]:
        """Names of the risks marked 3."""
        return tuple(name for name, mark in self.model_dump().items() if mark == 3)


class RiskTexts(_Strict):
    """What bidders are asked where a risk is high."""

    labour: str
    modern_slavery: str
    carbon: str


class MethodStatement(_Strict):
    """Texts of the questions, with {words} for the words allowed, and the scoring guide."""

    question: str
    light: str
    risks: RiskTexts
    scoring: tuple[Score, ...]


class WeightingNote(_Strict):
    """What others ask of weightings from a day on, with its source."""

    begins: date = Field(alias="from")
    text: str
    source: str


class Fit(_Strict):
    """An outcome of the framework that fits a category, and why."""

    outcome: str
    reason: str


class CategoryGuide(_Strict):
    """What fits one category; or why it is not bought."""

    not_bought: str | None = None
    risk: Risks | None = None
    risk_reason: str | None = None
    outcomes: tuple[Fit, ...] = ()


class Guidance(_Strict):
    """The whole file."""

    version: str
    bands: tuple[Band, ...]
    enablers: tuple[Enabler, ...]
    stages: tuple[Stage, ...]
    method_statement: MethodStatement
    weighting: tuple[WeightingNote, ...]
    categories: dict[str, CategoryGuide]

    def band(self, band: str) -> Band:
        return next(one for one in self.bands if one.band == band)

    @property
    def actions(self) -> tuple[Action, ...]:
        return tuple(action for stage in self.stages for action in stage.actions)
