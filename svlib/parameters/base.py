"""What every group of parameters is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

TO_BE_CONFIRMED = "to be confirmed by the council"

Share = Annotated[Decimal, Field(ge=0, le=1)]
VatBasis = Literal["inc", "ex", "unknown"]


class Strict(BaseModel):
    """Unknown keys are refused: a misspelt parameter must not be passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)
