"""Where one procurement stands by the law tables: threshold, duties, route, dates."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from svlib import law
from svlib.guidance.pack import AS_GIVEN, Procurement
from svlib.law import NotCovered, Row
from svlib.law.tables import held
from svlib.parameters import Parameters
from svlib.tables import CONTRACTS

DUTY = "social value considered"
_NOTIFIABLE, _KPIS = "notifiable below threshold", "key performance indicators"
_MIXED = "Services bought together with goods or works may be a services contract: ask Legal."
_NAMED = {
    "light touch": "light touch contracts",
    "concession": "concessions",
    "light touch concession": "light touch concessions",
}
_READ = "All of this rests on the type of contract, which is our reading of the category."


@dataclass(frozen=True)
class Point:
    """The answer of the law tables to one test, its source and how well that is known."""

    test: str
    answer: str
    source: str
    confidence: str


@dataclass(frozen=True)
class Standing:
    """What the law tables say of one procurement on the day it commences.

    `side` is below, above or could be either side of the `threshold_gbp` (VAT included);
    `band_reason` says why it is in `band`; `notices` has one row a notice with a date, as
    law.contract_dates, reckoned from the contract's first day; `type_remark` what is unsure about
    the type of contract, on which all of this rests.
    """

    regime: str
    side: str
    threshold_gbp: Decimal
    threshold_source: str
    band: str
    band_reason: str
    points: tuple[Point, ...]
    route: law.Route
    notices: pd.DataFrame
    type_remark: str

    def point(self, test: str) -> Point:
        return next(one for one in self.points if one.test == test)

    def answer(self, test: str) -> str:
        return self.point(test).answer

    @property
    def duty(self) -> Point:
        """Whether the 2012 Act asks that social value be considered."""
        return self.point(DUTY)

    @property
    def duty_sentence(self) -> str:
        """The duty of the 2012 Act in words, for the record; never that it was or was not met."""
        return f"{self._said()} {self.type_remark}".strip()

    def _said(self) -> str:
        answer, source = self.duty.answer, self.duty.source
        by = f" ({source})" if source else ""
        if answer == law.APPLIES:
            return (
                f"By the law tables the duty to consider social value applies{by}: before the "
                "procurement starts, consider what the record asks."
            )
        if answer == law.DOES_NOT:
            return (
                f"By the law tables the duty does not apply here{by}. The record is kept as good "
                "practice."
            )
        if answer == law.EITHER_WAY:
            return (
                f"What is not known decides whether the duty applies{by}. Take it to apply until "
                "it is known."
            )
        return f"The law tables do not say whether the duty applies here ({answer}): ask Legal."


def stand(asked: Procurement, parameters: Parameters) -> Standing:
    """Where a procurement stands; its day must be covered by thresholds.csv."""
    line = law.threshold(asked.as_of, asked.contract_type, parameters.law.authority)
    assert isinstance(line, Row)
    side = str(law.stands(asked.value_gbp, asked.vat_basis, line, parameters.law.vat_rate))
    band, reason = _band(asked, parameters, side, line)
    register = _as_register(asked)
    tested = law.tested(register, asked.as_of, parameters.law)
    local = law.Opportunity(asked.name, asked.contract_type, asked.value_gbp, asked.vat_basis)
    return Standing(
        regime=law.REGIMES[str(law.regime(asked.as_of))],
        side=side,
        threshold_gbp=line.line_gbp,
        threshold_source=line.source,
        band=band,
        band_reason=reason,
        points=tuple(
            Point(row["test"], row["answer"], row["source"], row["confidence"])
            for row in tested.to_dict("records")
        ),
        route=law.lawful_route(local, asked.as_of, parameters.law),
        notices=law.contract_dates(register, asked.as_of, parameters.law),
        type_remark=_type_remark(asked),
    )


def _type_remark(asked: Procurement) -> str:
    remarks = [_READ] if asked.type_basis != AS_GIVEN else []
    return " ".join([*remarks, _MIXED] if asked.contract_type in ("goods", "works") else remarks)


def told(table: str, kind: str, asked: Procurement, authority: str) -> str:
    """What the row of that kind in a table other than `duties` says on the day, in one line."""
    row = _row(table, kind, asked, authority)
    said = kind[:1].upper() + kind[1:]
    if not isinstance(row, Row):
        return f"{said}: {law.NOT_COVERED}."
    allowed = f": {row['allowed']}" if "allowed" in row.says else ""
    unsure = "" if row.confidence == "high" else f" ({row.confidence})"
    return f"{said}{allowed}. {row.source}{unsure}"


def _row(table: str, kind: str, asked: Procurement, authority: str) -> Row | NotCovered:
    if table == "thresholds":
        return law.threshold(asked.as_of, kind, authority)
    if table == "amounts":
        return law.amount(kind, asked.as_of, authority)
    return held(table).own_or_any((kind, asked.contract_type), asked.as_of)


def _band(asked: Procurement, parameters: Parameters, side: str, line: Row) -> tuple[str, str]:
    """The band of value and why. Where VAT decides, the larger one, which asks for more."""
    limit, named = _light_limit(asked, parameters)
    most = law.with_vat(asked.value_gbp, asked.vat_basis, parameters.law.vat_rate).most
    kind = _NAMED.get(asked.contract_type, asked.contract_type)
    threshold = f"the threshold of £{line.line_gbp:,} for {kind}, VAT included"
    if side == law.BELOW:
        if limit is not None and most < limit:
            return "small", f"Under {named}, VAT included."
        return "below", f"Below {threshold}" + (f", and not under {named}." if named else ".")
    where = (
        f"VAT decides the side of {threshold}; taken as above, which asks for more"
        if side == law.EITHER
        else f"At or above {threshold}"
    )
    kpis = law.amount(_KPIS, asked.as_of, parameters.law.authority)
    over = law.stands(asked.value_gbp, asked.vat_basis, kpis, parameters.law.vat_rate)
    if isinstance(kpis, Row) and over in (law.ABOVE, law.EITHER):
        return "over", f"{where}, and over £{kpis.line_gbp:,}."
    return "above", f"{where}."


def _light_limit(asked: Procurement, parameters: Parameters) -> tuple[Decimal | None, str]:
    own = parameters.guidance.light_below_gbp
    if own is not None:
        return own, f"the council's limit of £{own:,} for the light version"
    row = law.amount(_NOTIFIABLE, asked.as_of, parameters.law.authority)
    if not isinstance(row, Row):
        return None, ""
    return row.line_gbp, (
        f"£{row.line_gbp:,}, the notifiable amount of the law tables (the council has set no limit "
        "of its own for the light version)"
    )


def _as_register(asked: Procurement) -> pd.DataFrame:
    """The procurement as one line of a contracts register, for the tests of svlib.law."""
    line = {
        **dict.fromkeys(CONTRACTS.names),
        "contract_ref": asked.reference or asked.category,
        "title": asked.name,
        "value_gbp": asked.value_gbp,
        "vat_basis": asked.vat_basis,
        "contract_type": asked.contract_type,
        "commenced_on": asked.as_of,
        "start_date": asked.start,
        "end_date": asked.end,
    }
    return pd.DataFrame([line], dtype=object)
