"""What the law tables are asked with: an authority's own facts, not the law."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from svlib.parameters.base import TO_BE_CONFIRMED, Share, Strict, VatBasis


class Law(Strict):
    """What the law tables are asked with. They say what the law was; this says who asks."""

    authority: Literal["sub-central", "central"] = Field(
        "sub-central", description="Kind of authority; a council is sub-central"
    )
    local_area: str | None = Field(
        None,
        description="Id of the area that is the authority's lawful local area for reserving "
        "below-threshold contracts, one of `areas`; none until Legal has said which",
    )
    local_area_confirmed_by: str = Field(
        TO_BE_CONFIRMED, description="The post that confirmed the local area"
    )
    vat_rate: Share = Field(
        Decimal("0.20"),
        description="VAT taken to be on a value that excludes it: the standard rate, 20% since "
        "4 January 2011 (Value Added Tax Act 1994 s.2)",
    )
    payments_vat_basis: VatBasis = Field(
        "unknown", description="Whether published payments include VAT"
    )
    least_local_suppliers: int = Field(
        3, ge=1, description="Local suppliers needed before a reserved competition is named"
    )
    longest_procurement_months: int = Field(
        12,
        ge=0,
        le=120,
        description="A procurement whose first day is not known is taken to have commenced at most "
        "so many months before the award",
    )
    payment_columns: dict[str, str] = Field(
        default_factory=dict,
        description="Header to column for the table of payments over £30,000 (s.70); our own "
        "headers unless given",
    )
