"""Whether all that the guidance names exists, and whether it has something for everyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from svlib import categories, framework, law, questions
from svlib.errors import Fault
from svlib.guidance.model import (
    BANDS,
    STAGES,
    TYPES,
    Action,
    CategoryGuide,
    Enabler,
    Guidance,
    Stage,
)

LEAST_OUTCOMES = 3
_TABLES = ("amounts", "duties", "notices", "permissions", "thresholds")


def faults(guidance: Guidance, where: str) -> Iterator[Fault]:
    """Every fault of a guidance that was read, each with its place in the file."""
    yield from _lists(guidance, where)
    yield from _actions(guidance, where)
    for stage in guidance.stages:
        yield from _gaps(stage, where)
    yield from _asked(guidance, where)
    yield from _categories(guidance, where)


def _lists(guidance: Guidance, where: str) -> Iterator[Fault]:
    scores = tuple(str(one.score) for one in guidance.method_statement.scoring)
    for name, found, wanted in (
        ("bands", tuple(one.band for one in guidance.bands), BANDS),
        ("stages", tuple(one.stage for one in guidance.stages), STAGES),
        ("method_statement, scoring", scores, tuple("012345")),
    ):
        if found != wanted:
            do = f"Write each once, in this order: {', '.join(wanted)}."
            yield Fault(f"{where}, {name}", f"are {', '.join(found) or 'missing'}", do)
    ids = [*(one.id for one in guidance.enablers), *(one.id for one in guidance.actions)]
    for name, times in Counter(ids).items():
        if times > 1:
            yield Fault(f"{where}, {name}", f"stands {times} times", "Give each its own id.")


def _actions(guidance: Guidance, where: str) -> Iterator[Fault]:
    known, ids = _kinds_of_law(), {one.id for one in guidance.actions}
    for action in guidance.actions:
        place = f"{where}, action {action.id}"
        yield from _unknown(place, "type of contract", action.types, TYPES)
        if action.unless is not None:
            yield from _unknown(place, "action", [action.unless], sorted(ids))
        for table, kind in (action.law or {}).items():
            if table not in known:
                yield from _unknown(place, "table of the law", [table], _TABLES)
            else:
                yield from _unknown(place, f"row of {table}.csv", [kind], known[table])


def _kinds_of_law() -> dict[str, list[str]]:
    return {table: sorted({row.kind[0] for row in law.rows(table)}) for table in _TABLES}


def _gaps(stage: Stage, where: str) -> Iterator[Fault]:
    """Bands for which some type of contract has no action that every law leaves in place."""
    always = [one for one in stage.actions if one.duty is None and one.unless is None]
    for band in BANDS:
        lacking = [name for name in TYPES if not any(one.is_for(band, name) for one in always)]
        if lacking:
            found = f"has nothing to do in band {band} for {', '.join(lacking)}"
            do = "Add an action that rests on no duty, or widen one."
            yield Fault(f"{where}, stage {stage.stage}", found, do)


def _asked(guidance: Guidance, where: str) -> Iterator[Fault]:
    """Questions named that the bank does not have."""
    bank = set(questions.load()["id"])
    every: list[Action | Enabler] = [*guidance.enablers, *guidance.actions]
    for one in every:
        strays = [name for name in one.questions if name not in bank]
        if strays:
            found = f"question {', '.join(strays)} is not in the question bank"
            yield Fault(f"{where}, {one.id}", found, "Use an id of question_bank.csv.")


def _categories(guidance: Guidance, where: str) -> Iterator[Fault]:
    known = categories.ids()
    for name in sorted(set(known) - set(guidance.categories)):
        yield Fault(f"{where}, categories", f"{name} is missing", "Say what fits it.")
    yield from _unknown(f"{where}, categories", "category", guidance.categories, known)
    outcomes = list(framework.load().outcomes["outcome"])
    for name, guide in guidance.categories.items():
        yield from _category(guide, f"{where}, category {name}", outcomes)


def _category(guide: CategoryGuide, place: str, outcomes: list[str]) -> Iterator[Fault]:
    if guide.not_bought is not None:
        if guide.outcomes or guide.risk is not None:
            yield Fault(place, "is not bought, but has outcomes or risks", "Keep one of the two.")
        return
    if guide.risk is None or guide.risk_reason is None:
        yield Fault(place, "has no risk marks with a reason", "Mark each 1, 2 or 3, and say why.")
    named = [fit.outcome for fit in guide.outcomes]
    if len(set(named)) < LEAST_OUTCOMES:
        found = f"has {len(set(named))} outcomes"
        yield Fault(place, found, f"Name at least {LEAST_OUTCOMES} different ones.")
    yield from _unknown(place, "outcome of the framework", named, outcomes)


def _unknown(
    place: str, what: str, written: Iterable[str], known: Iterable[str]
) -> Iterator[Fault]:
    allowed = list(known)
    for name in written:
        if name not in allowed:
            shown = ", ".join(allowed[:12]) + (", ..." if len(allowed) > 12 else "")
            yield Fault(place, f"'{name}' is no {what}", f"Use one of: {shown}.")
