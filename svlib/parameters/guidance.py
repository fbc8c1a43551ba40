"""What guidance for one procurement is asked with: the council's own limits, ranges and weights."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from svlib.parameters.base import Share, Strict

BandId = Literal["small", "below", "above", "over"]
Weight = Annotated[Decimal, Field(ge=0, le=100)]


class Range(Strict):
    """How much of one measure contracts have brought about, for each million pounds of value."""

    low: Decimal = Field(ge=0)
    high: Decimal = Field(ge=0)
    source: str = Field(min_length=1, description="Where the range comes from; it is printed")

    @model_validator(mode="after")
    def _in_order(self) -> Range:
        if self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")
        return self


class Weights(Strict):
    """How much each of four scores counts when categories are ranked; only ratios matter."""

    spend: Weight = Decimal(1)
    local_market: Weight = Decimal(1)
    risk: Weight = Decimal(1)
    opportunity: Weight = Decimal(1)

    @model_validator(mode="after")
    def _one_counts(self) -> Weights:
        if not any(self.model_dump().values()):
            raise ValueError("all weights are 0: give at least one a weight")
        return self


class Guidance(Strict):
    """The council's own limits and weights for guidance; nothing is assumed for it."""

    light_below_gbp: Decimal | None = Field(
        None,
        ge=0,
        description="Contracts below threshold and below this value, with VAT, get the light "
        "version; the notifiable amount of the law tables (£30,000) unless set",
    )
    weighting: dict[BandId, Share] = Field(
        default_factory=dict,
        description="Social value weighting by band (small, below, above, over) as the council set "
        "it; printed as not set where it did not",
    )
    ranges: dict[str, Range] = Field(
        default_factory=dict,
        description="Id of a measure of the framework to a typical amount for each £1 million of "
        "contract value, with its source; none is assumed",
    )
    weights: Weights = Field(
        default_factory=lambda: Weights.model_validate({}),
        description="Weights of spend, local market, risk and opportunity in the ranking",
    )
