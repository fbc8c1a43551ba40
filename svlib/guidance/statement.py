"""What bidders are asked, and what is said of its weighting."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from svlib.guidance.model import Band, Guidance
from svlib.guidance.pack import Question
from svlib.parameters import Guidance as Asked

_NAMES = {"labour": "Fair work", "modern_slavery": "Modern slavery", "carbon": "Carbon"}


def method_questions(category: str, guidance: Guidance, band: Band) -> tuple[Question, ...]:
    """The questions for a band: the light one alone for small contracts; otherwise the full one,
    and one for each risk of the category marked high where the contract is above threshold. The
    light version follows the full one below threshold, for bidders that are small."""
    texts = guidance.method_statement
    light = Question("Light version", texts.light.format(words=guidance.band("small").words), True)
    if band.band == "small":
        return (light,)
    full = Question("Social value offered", texts.question.format(words=band.words), False)
    if band.band == "below":
        return (full, light)
    risk = guidance.categories[category].risk
    high = risk.high if risk is not None else ()
    return (full, *(Question(_NAMES[name], getattr(texts.risks, name), False) for name in high))


def weighting_note(band: Band, guidance: Guidance, asked: Asked, on: date) -> str:
    """The council's own weighting for the band, or that it set none, and what others are asked."""
    own = asked.weighting.get(band.band)
    said = (
        f"The council's weighting for this band: {_percent(own)}."
        if own is not None
        else "The council has set no weighting for this band: decide one before the tender and "
        "keep the reason."
    )
    others = [f"{one.text} ({one.source})" for one in guidance.weighting if one.begins <= on]
    return " ".join([said, *others])


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"
