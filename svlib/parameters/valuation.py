"""How values are reckoned: which scenario, which measures differ, what an authority opts in to."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, model_validator

from svlib.parameters.base import Share, Strict

FACTORS = (
    "deadweight", "attribution", "displacement", "leakage", "substitution", "drop_off", "years",
)  # fmt: skip
Rate = Annotated[Decimal, Field(ge=0, le=1)]


class Additionality(Strict):
    """The council's own factors for one measure; those left out are the scenario's."""

    deadweight: Share | None = Field(None, description="Share that would have happened anyway")
    attribution: Share | None = Field(None, description="Share that others brought about")
    displacement: Share | None = Field(None, description="Share moved from elsewhere")
    leakage: Share | None = Field(None, description="Share that went where it was not meant to")
    substitution: Share | None = Field(None, description="Share that stood in for something else")
    drop_off: Share | None = Field(None, description="Share lost each year after the first")
    years: int | None = Field(None, ge=1, le=60, description="Years the change lasts")
    rate: Rate | None = Field(None, description="Yearly discount rate")
    source: str = Field(min_length=1, description="Where the factors come from; it is printed")

    @model_validator(mode="after")
    def _says_something(self) -> Additionality:
        if not self.factors:
            raise ValueError("no factor is given")
        return self

    @property
    def factors(self) -> dict[str, Any]:
        """The factors that are given, by name."""
        given = {name: getattr(self, name) for name in (*FACTORS, "rate")}
        return {name: value for name, value in given.items() if value is not None}


class Valuation(Strict):
    """How values are reckoned; the name of the scenario stands on every page that shows a value."""

    scenario: str = Field(
        "central", description="Name of a scenario of data/reference/scenarios.yaml"
    )
    include_unverified: bool = Field(
        False,
        description="Let values that nobody has checked against their source into headline totals; "
        "the report says so",
    )
    measures: dict[str, Additionality] = Field(
        default_factory=dict,
        description="Id of a measure of the framework to the council's own factors",
    )
