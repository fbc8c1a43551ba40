"""The outcomes framework as it is written in YAML: what each key may hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from svlib.parameters.base import TO_BE_CONFIRMED

Of = Literal["council", "mayoral", "fairness commission"]
Reference = Annotated[str, Field(min_length=1)]
"""Key of a priority in `priorities`, or the words `to be confirmed by the council`."""


class Strict(BaseModel):
    """Unknown keys and empty texts are refused."""

    model_config = ConfigDict(extra="forbid", str_min_length=1, str_strip_whitespace=True)


class Period(Strict):
    """From which day to which; an open end is left out."""

    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} is before valid_from {self.valid_from}")
        return self


class Priority(Strict):
    """One priority, with where it is written: source title, date and address."""

    text: str
    of: Of
    source: str
    published: date
    url: str = Field(pattern=r"^https?://")


class Measure(Period):
    """One way to count an outcome. `external_codes`: scheme to a council's own licensed code."""

    measure_id: str = Field(pattern=r"^[A-Z]{2}[0-9]+$")
    label: str
    unit: str
    proxy_id: list[str] | None
    not_valued_because: str | None = None
    evidence: str
    typical_low: Decimal | None = Field(None, gt=0)
    typical_high: Decimal | None = Field(None, gt=0)
    overlap_group: str
    external_codes: dict[str, str] = Field(default_factory=dict)


class Outcome(Strict):
    """`lead` is a post; that of the category where left out."""

    outcome: str
    lead: str | None = None
    priorities: list[Reference] = Field(min_length=1)
    measures: list[Measure] = Field(min_length=1)


class Category(Strict):
    category: str
    lead: str
    outcomes: list[Outcome] = Field(min_length=1)


class Pillar(Strict):
    pillar: str
    categories: list[Category] = Field(min_length=1)


class File(Period):
    """A whole framework."""

    version: str
    priorities: dict[str, Priority] = Field(default_factory=dict)
    pillars: list[Pillar]


class OutcomeChange(Strict):
    """What an authority says of an outcome of the framework it starts from."""

    outcome: str
    lead: str | None = None
    priorities: list[Reference] | None = Field(None, min_length=1)


class MeasureChange(Period):
    """What an authority says of a measure of the framework it starts from."""

    measure_id: str
    external_codes: dict[str, str] = Field(default_factory=dict)


class Changes(Period):
    """An authority's own framework, written as changes to the one that came with the suite."""

    amends: str = Field(description="Version of data/reference/framework.yaml it was written for")
    version: str
    leads: dict[str, str] = Field(default_factory=dict, description="Category to post")
    priorities: dict[str, Priority] = Field(default_factory=dict)
    outcomes: list[OutcomeChange] = Field(default_factory=list)
    measures: list[MeasureChange] = Field(default_factory=list)


__all__ = [
    "TO_BE_CONFIRMED", "Category", "Changes", "File", "Measure", "MeasureChange", "Outcome",
    "OutcomeChange", "Period", "Pillar", "Priority", "Strict",
]  # fmt: skip
