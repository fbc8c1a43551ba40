"""The framework in three sections: where to act first, what must stand, what to do at each stage.

It orders and advises; nothing here says that a procurement is lawful.
"""

from __future__ import annotations

from decimal import Decimal
from html import escape

import pandas as pd
from IPython.display import HTML

from svlib import guidance, law, spend
from svlib.quarter import day_label
from svlib.show import count, listed, money, note, paired_bars, share, table
from svlib.view import OpenQuarter

_FIRST = 3  # categories that a sentence names
_ZERO = Decimal("0.00")
_BANDS = {
    "small": "small",
    "below": "below threshold",
    "above": "at or above threshold",
    "over": "above threshold and over £5 million",
}
_NOTHING = "There is no spend in a category that is bought."


def priorities(q: OpenQuarter) -> pd.DataFrame:
    """`guidance.prioritise` on the spend of the quarter, in the buying area."""
    return guidance.prioritise(
        spend.by_category(q.payments),
        spend.leakage(q.payments, q.buying_area),
        q.parameters.guidance,
        q.firms,
    )


def priority_sentences(q: OpenQuarter) -> list[str]:
    """Which categories come first, and what the ranking leaves out."""
    found = priorities(q)
    if not len(found):
        return [_NOTHING]
    named = [f"{row.name} ({row.score})" for row in found.head(_FIRST).itertuples()]
    left = guidance.left_out(spend.by_category(q.payments))
    whole = sum(found["net_gbp"], _ZERO) + sum(left["net_gbp"], _ZERO)
    out = [f"{row.name} ({money(row.net_gbp)}): {row.why.rstrip('.').lower()}"
           for row in left.itertuples()]  # fmt: skip
    said = [
        f"Of {count(len(found), 'category', 'categories')} that the council buys in, "
        f"{listed(named)} come first, out of 100.",
        "A score is a place among the categories, and the weights are the council's to set; marks "
        "of risk are our reading, not a measurement.",
    ]
    if out:
        said.append(f"Left out of {money(whole)} net spend: {'; '.join(out)}.")
    said += _places_known(found)
    if q.firms is None:
        said.append("Registered firms are not counted, for want of a register of companies.")
    return said


def priorities_table(q: OpenQuarter) -> HTML:
    """The ranking with its four scores; the arithmetic one click away."""
    columns = {
        "rank": "Rank",
        "name": "Category",
        "addressable_gbp": "Addressable",
        "outside_gbp": "Certainly leaves",
        "not_known_gbp": "Place not known",
        "local_suppliers": "Local suppliers paid",
        "firms": "Registered firms there",
        "risk_marks": "Sum of risk marks",
        **guidance.SCORES,
        "score": "Score",
        "how": "How the score comes about",
    }
    if q.firms is None:
        columns.pop("firms")
    found = priorities(q)
    counted = [
        None if not row.local_suppliers and row.not_known_gbp else row.local_suppliers
        for row in found.itertuples()
    ]
    return table(
        found.assign(local_suppliers=pd.Series(counted, index=found.index, dtype=object)),
        f"Categories by where to act first, {q.label}: places 0 to 100, local means "
        f"{q.buying_area.name}",
        columns,
        empty=_NOTHING,
        first=8,
        folded=["how", "risk_marks"],
    )


def priorities_figure(q: OpenQuarter) -> HTML:
    """The ten categories that come first."""
    found = priorities(q).head(10)
    title = f"Where to act first, {q.label}: the ten highest scores"
    if not len(found):
        return note(title, _NOTHING)
    columns = {"name": "Category", "score": "Score", **guidance.SCORES}
    drawn = {"score": "Score", "risk": "Risk alone"}
    unit = "Score out of 100"
    return paired_bars(found, "name", drawn, title, columns=columns, unit=unit, limit=100)


def enablers_table(q: OpenQuarter) -> HTML:
    """What must stand before single procurements can do well, and the question that asks for it."""
    rows = [
        {**one.model_dump(exclude={"questions"}), "questions": ", ".join(one.questions)}
        for one in guidance.load().enablers
    ]
    return table(
        pd.DataFrame(rows),
        f"Enablers: what helps every procurement of {q.authority}",
        {
            "name": "Enabler",
            "text": "What it is",
            "post": "Who",
            "sign": "How to see that it stands",
            "questions": "Diagnostic questions",
        },
    )


def bands_table(q: OpenQuarter) -> HTML:
    """From which value more is asked, by the law on the as-of date and the council's own limit."""
    found = [_bands(q, contract_type) for contract_type in guidance.TYPES]
    return table(
        pd.DataFrame([row for row in found if row]),
        f"Where the bands of value begin, VAT included, by the law on {day_label(q.as_of)}",
        {
            "type": "Type of contract",
            "small": "Small: under",
            "threshold": "Above threshold: from",
            "over": "Largest: above threshold and over",
            "source": "Law",
        },
        empty="The law tables do not cover the as-of date.",
    )


def stage_sections(q: OpenQuarter) -> HTML:
    """Ten sections, one a stage: its aim, and what to do, for whom, from which value, on which law.
    Headings are of level 3, for a page whose parts are of level 2."""
    parts = [
        f'<section class="sv"><h3>{escape(stage.name)}</h3><p>{escape(stage.aim)}</p>'
        f"{_actions(q, stage.name, stage.actions).data}</section>"
        for stage in guidance.load().stages
    ]
    return HTML("".join(parts))


def guidance_notes(q: OpenQuarter) -> list[str]:
    """What a reader must know of the guidance."""
    found = guidance.load()
    return [
        f"{guidance.DRAFT}: guidance {found.version}, law tables checked on "
        f"{day_label(law.checked_on())}. Wording, fits and marks are our own reading.",
        "A pack for one procurement, with the consideration record, outcomes, questions and the "
        f"commitments schedule, is written by the command: svlib guidance parameters/"
        f"{q.parameters.slug}/{q.quarter.slug}.yaml, with --category, --value and --start.",
        law.CAUTION,
    ]


def _places_known(found: pd.DataFrame) -> list[str]:
    """How far the ranking rests on places that are known."""
    whole = sum(found["addressable_gbp"], _ZERO)
    unknown = sum(found["not_known_gbp"], _ZERO)
    if found["opportunity"].isna().all():
        return ["No supplier can be placed, so opportunity and local suppliers do not count in it."]
    if unknown <= 0 or whole <= 0:
        return []
    return [
        f"Of {money(whole)} addressable spend {money(unknown)} ({share(float(unknown / whole))}) "
        "cannot be placed; opportunity counts only what certainly leaves."
    ]


def _bands(q: OpenQuarter, contract_type: str) -> dict[str, str] | None:
    asked = q.parameters.law
    line = law.threshold(q.as_of, contract_type, asked.authority)
    if not isinstance(line, law.Row):
        return None
    small = law.amount("notifiable below threshold", q.as_of, asked.authority)
    over = law.amount("key performance indicators", q.as_of, asked.authority)
    own = q.parameters.guidance.light_below_gbp
    return {
        "type": contract_type.capitalize(),
        "small": f"£{own:,} (the council's)" if own is not None else _pounds(small),
        "threshold": _pounds(line),
        "over": _pounds(over),
        "source": line.source,
    }


def _pounds(row: law.Row | law.NotCovered) -> str:
    return f"£{row.line_gbp:,}" if isinstance(row, law.Row) else law.NOT_COVERED


def _actions(q: OpenQuarter, stage: str, actions: tuple[guidance.Action, ...]) -> HTML:
    rows = [
        {
            "text": action.text,
            "post": action.post,
            "bands": _range(action),
            "types": "all" if action.types == guidance.TYPES else listed(list(action.types)),
            "law": _rests_on(action),
            "questions": ", ".join(action.questions),
        }
        for action in actions
    ]
    columns = {
        "text": "Do",
        "post": "Who",
        "bands": "For contracts",
        "types": "Of type",
        "law": "Rests on",
        "questions": "Questions",
    }
    return table(pd.DataFrame(rows), f"What to do: {stage.lower()}", columns)


def _range(action: guidance.Action) -> str:
    first, last = _BANDS[action.first], _BANDS[action.last]
    if action.bands == guidance.BANDS:
        return "of any value"
    if action.first == action.last:
        return first
    if action.last == guidance.BANDS[-1]:
        return f"{first} and larger"
    return f"{first} to {last}"


def _rests_on(action: guidance.Action) -> str:
    if action.duty:
        return f"duty, where it applies: {action.duty}"
    return "; ".join((action.law or {}).values()) or "good practice"
