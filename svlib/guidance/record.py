"""The consideration record: what the Public Services (Social Value) Act 2012 asks to be considered.

Headings are our own reading of s.1; the record is a draft for Legal to check.
"""

from __future__ import annotations

from svlib import law
from svlib.guidance.legal import Standing
from svlib.guidance.model import CategoryGuide
from svlib.guidance.pack import Procurement, RecordLine
from svlib.quarter import day_label

_SIDES = {
    law.ABOVE: "at or above it",
    law.BELOW: "below it",
    law.EITHER: "on either side, as VAT decides",
}
YES_NO = ("Yes", "No", "Not decided")
_VAT = {
    "inc": "VAT included",
    "ex": "VAT not included",
    "unknown": "whether VAT is in it: not known",
}


def record(asked: Procurement, standing: Standing, guide: CategoryGuide) -> tuple[RecordLine, ...]:
    """The lines of the record, what is known already filled in; a shorter one for small contracts
    for which the tables say that the duty of the 2012 Act does not apply."""
    small = standing.band == "small" and standing.duty.answer == law.DOES_NOT
    considered = _briefly() if small else _consideration(guide)
    return (*_purchase(asked), *_law(standing), *considered, *_decision())


def _purchase(asked: Procurement) -> tuple[RecordLine, ...]:
    part, ends = "The purchase", day_label(asked.end) if asked.end else "last day not given"
    return (
        RecordLine(part, "What is bought, and for whom"),
        RecordLine(part, "Reference", asked.reference),
        RecordLine(part, "Category", asked.name),
        RecordLine(part, "Estimated value over the whole life",
                   f"{asked.pounds} ({_VAT[asked.vat_basis]})"),
        RecordLine(part, "Type of contract", f"{asked.contract_type} ({asked.type_basis})"),
        RecordLine(part, "First and last day", f"{day_label(asked.start)}; {ends}"),
        RecordLine(part, "Day the procurement commences", day_label(asked.as_of)),
    )  # fmt: skip


def _law(standing: Standing) -> tuple[RecordLine, ...]:
    part = "What the law tables say"
    route = standing.route
    named = f"{route.route}; also open: {route.also}" if route.also else route.route
    return (
        RecordLine(part, "Law of the procurement", standing.regime),
        RecordLine(part, "Threshold, VAT included",
                   f"£{standing.threshold_gbp:,}; the value is {_SIDES[standing.side]} "
                   f"({standing.threshold_source})"),
        RecordLine(part, "Band of this guidance", standing.band_reason),
        RecordLine(part, "Duty to consider social value (2012 Act s.1)", standing.duty_sentence),
        RecordLine(part, "Route for local and small suppliers",
                   f"{named[:1].upper()}{named[1:]}. {route.reason} {law.CAUTION}"),
        RecordLine(part, "Checked by Legal: post, date and remarks"),
    )  # fmt: skip


def _briefly() -> tuple[RecordLine, ...]:
    return (
        RecordLine("Well-being of the area",
                   "Economic, social or environmental: which might be improved, and how?"),
        RecordLine("Relevance and proportion", "Which one outcome relates to what is bought?"),
        RecordLine("Equality", "Does it bear on anyone more than on others, and how?"),
    )  # fmt: skip


def _consideration(guide: CategoryGuide) -> tuple[RecordLine, ...]:
    wellbeing, fits = "Well-being of the area", "Relevance and proportion"
    told = guide.risk_reason or ""
    if guide.risk is not None:
        marks = guide.risk
        told = (
            f"Our reading of the category, 1 low to 3 high: labour {marks.labour}, modern slavery "
            f"{marks.modern_slavery}, carbon {marks.carbon}. {told}"
        )
    return (
        RecordLine(wellbeing, "Economic: how might what is bought improve it?"),
        RecordLine(wellbeing, "Social: how might what is bought improve it?"),
        RecordLine(wellbeing, "Environmental: how might what is bought improve it?"),
        RecordLine(wellbeing, "How might the procurement itself secure this?"),
        RecordLine(wellbeing, "Risks in the supply chain", told),
        RecordLine(fits, "Which outcomes relate to what is bought, and why?"),
        RecordLine(fits, "Why is what is asked in proportion to value, length and risk?"),
        RecordLine(fits, "What was left out, and why?"),
        RecordLine("Consultation", "Should anyone be consulted?", "", YES_NO),
        RecordLine("Consultation", "Who, when and what was learnt; or why not"),
        RecordLine("Equality", "Equality check made (Equality Act 2010 s.149: to be confirmed)", "",
                   YES_NO),
        RecordLine("Equality", "What it found, and where it is kept"),
    )  # fmt: skip


def _decision() -> tuple[RecordLine, ...]:
    part = "Decision"
    return (
        RecordLine(part, "Social value is asked for in this procurement", "", YES_NO),
        RecordLine(part, "Outcomes chosen, and the weighting"),
        RecordLine(part, "Reason"),
        RecordLine(part, "Post that decided (no names)"),
        RecordLine(part, "Date of the decision, before the procurement starts"),
    )
