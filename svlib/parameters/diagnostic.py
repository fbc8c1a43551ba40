"""What the diagnostic is scored with: the council's own weights, targets and efforts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from svlib.parameters.base import Strict

Weight = Annotated[Decimal, Field(ge=0, le=100)]
Third = Annotated[int, Field(ge=1, le=3)]
Level = Annotated[int, Field(ge=1, le=5)]


class Diagnostic(Strict):
    """Scores, plan and what they are compared with. Questions are named by their id."""

    weights: dict[str, Weight] = Field(
        default_factory=dict, description="Question to weight in its section and area; 1 if unnamed"
    )
    section_weights: dict[Literal["S1", "S2", "S3"], Weight] = Field(
        default_factory=dict, description="Section to weight in the total; 1 if unnamed"
    )
    target_level: Level = Field(4, description="Level aimed at, 1 to 5")
    target_levels: dict[str, Level] = Field(
        default_factory=dict, description="Question to another level aimed at"
    )
    importance: dict[str, Third] = Field(
        default_factory=dict, description="Question to importance, 1 to 3; 2 if unnamed"
    )
    effort: dict[str, Third] = Field(
        default_factory=dict,
        description="Question to effort, 1 to 3; else that of the action",
    )
    actions: int = Field(10, ge=1, le=86, description="Actions listed in the plan")
    benchmark: Path | None = Field(
        None, description="CSV of other councils' scores: council, area, score, scored_on, source"
    )

    @field_validator("weights", "section_weights")
    @classmethod
    def _something_counts(cls, weights: dict[str, Decimal]) -> dict[str, Decimal]:
        if weights and not any(weights.values()):
            raise ValueError("every weight is 0")
        return weights

    @property
    def questions_named(self) -> set[str]:
        """Ids of every question these settings speak of."""
        return {*self.weights, *self.target_levels, *self.importance, *self.effort}
