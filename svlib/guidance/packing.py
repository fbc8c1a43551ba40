"""The pack for one procurement, from its category, value, type and dates.

Nothing here claims that anything is lawful: the law tables say what they say on a day, with how
well they are known, and every pack is a draft for Legal to check.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from svlib import categories, framework, law, places
from svlib.errors import Fault, ParameterError
from svlib.guidance.fitting import outcomes, outcomes_to_choose, schedule
from svlib.guidance.legal import Standing, stand, told
from svlib.guidance.model import TYPES, Action, Guidance
from svlib.guidance.pack import AS_GIVEN, ActionOfPack, Pack, Procurement, StageOfPack
from svlib.guidance.reading import load
from svlib.guidance.record import record
from svlib.guidance.statement import method_questions, weighting_note
from svlib.law import NOT_COVERED, Row
from svlib.parameters import Parameters
from svlib.quarter import day_label

_HIDDEN = (law.DOES_NOT, law.NOT_YET)


def pack(
    category: str,
    value_gbp: Decimal,
    vat_included: bool | None,
    contract_type: str | None,
    start: date,
    *,
    end: date | None,
    as_of: date,
    parameters: Parameters,
    reference: str = "",
    district: str = "",
    ward: str = "",
) -> Pack:
    """The pack for one procurement that commences on `as_of`, by the law of that day.

    `category` is an id of categories.csv; `value_gbp` the estimated value over the whole life in
    pounds, of which `vat_included` says whether it has VAT (None: not known); `contract_type` one
    of TYPES, None for the law tables' reading of the category; `start` and `end` the contract's
    first and last day (None: not known); `reference` the council's own, for the commitments;
    `district` an ONS code and `ward` a name, where what is promised is to be delivered.

    Raises ParameterError with every fault: an unknown category, type, district or measure of
    `guidance.ranges`, a category that is not bought, a negative value, dates in the wrong order, a
    day the law tables do not cover.
    """
    guidance, measures = load(), framework.load_for(parameters.slug)
    faults = list(_faults(category, value_gbp, contract_type, (as_of, start, end), guidance))
    faults += _unknown_ranges(parameters, measures)
    if not reference.isprintable():
        do = "Write it in one line, as LCC-2027-014."
        faults.append(Fault("reference", f"{reference!r} cannot be printed", do))
    faults += _unknown_place(district, ward)
    if faults:
        raise ParameterError(faults)
    kind, basis = _type(category, contract_type, as_of)
    not_covered = _not_covered(kind, as_of, parameters.law.authority)
    if not_covered is not None:
        raise ParameterError(not_covered)
    vat = {True: "inc", False: "ex", None: "unknown"}[vat_included]
    asked = Procurement(
        parameters.name, reference, category, categories.name_of(category), value_gbp, vat, kind,
        basis, start, end, as_of, district, ward,
    )  # fmt: skip
    standing = stand(asked, parameters)
    band = guidance.band(standing.band)
    fitting = outcomes(category, guidance, measures, value_gbp, parameters.guidance)
    return Pack(
        procurement=asked,
        standing=standing,
        band=band,
        stages=_stages(guidance, asked, standing, parameters.law.authority),
        outcomes=fitting,
        choose=outcomes_to_choose(band, fitting),
        questions=method_questions(category, guidance, band),
        scoring=guidance.method_statement.scoring,
        weighting=weighting_note(band, guidance, parameters.guidance, as_of),
        record=record(asked, standing, guidance.categories[category]),
        commitments=schedule(asked, fitting),
        versions={
            "Guidance": guidance.version,
            "Outcomes framework": measures.version,
            "Law tables checked on": day_label(law.checked_on()),
            "Law of": f"{day_label(as_of)}: {standing.regime}",
        },
    )


def _stages(
    guidance: Guidance, asked: Procurement, standing: Standing, authority: str
) -> tuple[StageOfPack, ...]:
    found = []
    for stage in guidance.stages:
        fit = [one for one in stage.actions if one.is_for(standing.band, asked.contract_type)]
        kept = {one.id: one for one in fit if _says(one, standing) not in _HIDDEN}
        shown = [one for one in kept.values() if one.unless not in kept]
        actions = tuple(_shown(one, asked, standing, authority) for one in shown)
        found.append(StageOfPack(stage.stage, stage.name, stage.aim, actions))
    return tuple(found)


def _says(action: Action, standing: Standing) -> str:
    """What the law tables answer to the duty an action rests on; empty for one on none."""
    return standing.answer(action.duty) if action.duty else ""


def _shown(action: Action, asked: Procurement, standing: Standing, authority: str) -> ActionOfPack:
    law_says = ""
    if action.duty:
        point = standing.point(action.duty)
        law_says = (
            f"{point.test[:1].upper()}{point.test[1:]}: {point.answer}. {point.source}".strip()
        )
    elif action.law:
        (table, kind), *_ = action.law.items()
        law_says = told(table, kind, asked, authority)
    return ActionOfPack(action.id, action.text, action.post, action.questions, law_says)


def _type(category: str, given: str | None, on: date) -> tuple[str, str]:
    """The type of contract and where it comes from: as given, or by the category's row on the day;
    on a day without one, by its first row: thresholds then say that the day is not covered."""
    if given is not None:
        return given, AS_GIVEN
    row = law.contract_type(category, on)
    if not isinstance(row, Row):
        row = _kinds(category)[0]
    return row["contract_type"], f"our reading of the category, {row.confidence}"


def _faults(
    category: str,
    value_gbp: Decimal,
    contract_type: str | None,
    days: tuple[date, date, date | None],
    guidance: Guidance,
) -> Iterator[Fault]:
    as_of, start, end = days
    yield from _category_faults(category, contract_type, guidance)
    if not value_gbp.is_finite() or value_gbp < 0:
        negative = value_gbp.is_finite()
        found = f"£{value_gbp} is less than nothing" if negative else f"'{value_gbp}' is no sum"
        yield Fault("value", found, "Give the estimated value over the whole life, in pounds.")
    if start < as_of:
        found = f"{start} is before the procurement commences on {as_of}"
        yield Fault(
            "first day of the contract", found, "Give a later start, or the day it commenced."
        )
    if end is not None and end < start:
        found = f"{end} is before the first day, {start}"
        yield Fault("last day of the contract", found, "Swap the dates, or leave the last out.")


def _not_covered(contract_type: str, on: date, authority: str) -> Fault | None:
    """A day for which the tables have no threshold: nothing could be said of the law."""
    line = law.threshold(on, contract_type, authority)
    if isinstance(line, Row):
        return None
    spans = [row for row in law.rows("thresholds") if row.kind[0] == line.kind[0]]
    first, last = min(row.begins for row in spans), max(row.ends or date.max for row in spans)
    found = f"{on} is {NOT_COVERED}, which hold from {first} to {last} for {contract_type}"
    do = "Give a day in between, or add the rows to data/reference/law/thresholds.csv."
    return Fault("day the procurement commences", found, do)


def _category_faults(
    category: str, contract_type: str | None, guidance: Guidance
) -> Iterator[Fault]:
    known = guidance.categories
    if category not in known:
        yield Fault("category", f"'{category}' is not known", f"Use one of: {', '.join(known)}.")
    elif (reason := known[category].not_bought) is not None:
        yield Fault(f"category {category}", f"has no pack. {reason.rstrip('.')}", "Name another.")
    elif contract_type is None and not _kinds(category):
        found = "the law tables do not say what type its contracts are"
        yield Fault(f"category {category}", found, f"Give the type: {', '.join(TYPES)}.")
    if contract_type is not None and contract_type not in TYPES:
        found = f"'{contract_type}' is not known"
        yield Fault("type of contract", found, f"Use one of: {', '.join(TYPES)}.")


def _kinds(category: str) -> list[Row]:
    return [row for row in law.rows("contract_types") if row.kind == (category,)]


def _unknown_place(district: str, ward: str) -> Iterator[Fault]:
    if district and district not in places.districts().index:
        found = f"'{district}' is no district of the United Kingdom"
        yield Fault("district", found, "Give its ONS code, as E08000012, or leave it out.")
    if not ward.isprintable():
        yield Fault("ward", f"{ward!r} cannot be printed", "Write its name in one line.")


def _unknown_ranges(parameters: Parameters, measures: framework.Framework) -> Iterator[Fault]:
    known = list(measures.measures["measure_id"])
    for name in parameters.guidance.ranges:
        if name not in known:
            do = f"Use one of: {', '.join(known)}."
            yield Fault(f"guidance.ranges, {name}", "is no measure of the framework", do)
