"""What the council says of the data it publishes."""

from __future__ import annotations

from pydantic import Field

from svlib.parameters.base import Strict


class OpenData(Strict):
    """What is printed with the downloads."""

    attribution: str = Field(
        "",
        description="How others are to name the source under the Open Government Licence v3.0; "
        "empty for a sentence with the authority's name",
    )
    contact: str = Field(
        "", description="A post or a shared address for questions about the data, not a person"
    )
