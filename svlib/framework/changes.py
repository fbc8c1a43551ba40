"""An authority's own framework as changes: leads, priorities, codes and dates, nothing else."""

from __future__ import annotations

from svlib.errors import Fault, ParameterError
from svlib.framework.model import Category, Changes, File, Outcome


def changed(base: File, changes: Changes, where: str) -> File:
    """`base` with the changes of an authority. Raises ParameterError for changes that were written
    for another version, or that name a category, outcome or measure that `base` does not hold."""
    categories = {c.category: c for pillar in base.pillars for c in pillar.categories}
    outcomes = {o.outcome: o for c in categories.values() for o in c.outcomes}
    measures = {m.measure_id: m for o in outcomes.values() for m in o.measures}
    faults = []
    if changes.amends != base.version:
        found = f"amends version {changes.amends}, but the suite holds {base.version}"
        do = "Look what changed, then write the version that is held."
        faults.append(Fault(f"{where}, amends", found, do))
    asked = (
        ("leads", changes.leads, categories),
        ("outcomes", [one.outcome for one in changes.outcomes], outcomes),
        ("measures", [one.measure_id for one in changes.measures], measures),
    )
    for part, names, held in asked:
        strays = [name for name in names if name not in held]
        faults += [
            Fault(f"{where}, {part}", f"'{name}' is not in the framework", "Correct the name.")
            for name in strays
        ]
    if faults:
        raise ParameterError(faults)
    pillars = [
        pillar.model_copy(update={"categories": [_category(c, changes) for c in pillar.categories]})
        for pillar in base.pillars
    ]
    return File(
        version=changes.version,
        valid_from=changes.valid_from or base.valid_from,
        valid_to=changes.valid_to or base.valid_to,
        priorities={**base.priorities, **changes.priorities},
        pillars=pillars,
    )


def _category(category: Category, changes: Changes) -> Category:
    lead = changes.leads.get(category.category, category.lead)
    outcomes = [_outcome(outcome, changes) for outcome in category.outcomes]
    return category.model_copy(update={"lead": lead, "outcomes": outcomes})


def _outcome(outcome: Outcome, changes: Changes) -> Outcome:
    own = {one.outcome: one for one in changes.outcomes}.get(outcome.outcome)
    said = own.model_dump(include={"lead", "priorities"}, exclude_none=True) if own else {}
    by_id = {one.measure_id: one for one in changes.measures}
    measures = [
        measure.model_copy(
            update=by_id[measure.measure_id].model_dump(exclude={"measure_id"}, exclude_unset=True)
        )
        if measure.measure_id in by_id
        else measure
        for measure in outcome.measures
    ]
    return outcome.model_copy(update={**said, "measures": measures})
