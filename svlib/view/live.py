"""The position now, kept up to date from the ledger by what was recorded since the last look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from svlib import ledger
from svlib.ledger import Actor, Ledger
from svlib.parameters import Parameters
from svlib.view.standing import Standing


class Position(Standing):
    """How the commitments within an actor's reach stand on one day, up to one entry (`cut`).
    `deliveries` are sums, as `ledger.totals`."""

    def __init__(
        self,
        parameters: Parameters,
        frames: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
        day: date,
        cut: int,
    ):
        self.parameters = parameters
        self._frames = frames
        self._day = day
        self.cut = cut

    @property
    def contracts(self) -> pd.DataFrame:
        """One row a contract, as `ledger.contracts`."""
        return self._frames[0]

    @property
    def commitments(self) -> pd.DataFrame:
        """One row a commitment, as `ledger.commitments`."""
        return self._frames[1]

    @property
    def deliveries(self) -> pd.DataFrame:
        """One row a commitment, quarter, place and state, as `ledger.totals`."""
        return self._frames[2]

    @property
    def measured_on(self) -> date:
        return self._day

    def take_over(self, before: Position, fresh: set[str]) -> None:
        """Measures of `before` that are still true, with those of `fresh` commitments reckoned
        anew: every measure here is of one commitment at a time."""
        promised = _of(self.commitments, fresh)
        own = self.contracts["contract_ref"].isin(set(promised["contract_ref"]))
        part = Position(
            self.parameters,
            (self.contracts[own], promised, _of(self.deliveries, fresh)),
            self.measured_on,
            self.cut,
        )
        part.framework, part.values, part.terms = self.framework, self.values, self.terms
        for name in ("progress", "forecast", "valued"):
            if name in before.__dict__:
                then, now = getattr(before, name), getattr(part, name)
                setattr(self, name, _with(then, now, fresh))

    @property
    def label(self) -> str:
        return f"{self.measured_on:%d/%m/%Y}"


class Live:
    """The position of one authority as an actor may see it. `refresh` reads only commitments that
    something was recorded about, so that a page can ask every half second."""

    def __init__(self, parameters: Parameters, held: Ledger, actor: Actor):
        self.parameters, self.actor = parameters, actor
        self._held = held
        self._contracts = self._commitments = pd.DataFrame()
        self._totals = pd.DataFrame(columns=list(ledger.TOTAL_COLUMNS), dtype=object)
        self._cut, self._day = -1, date.min
        self.position = self._read()

    def refresh(self) -> bool:
        """Look again; whether anything was recorded, or a new day began, since the last look."""
        number, day = self._held.cut()[0], self._held.today()
        if (number, day) == (self._cut, self._day):
            return False
        self.position = self._read()
        return True

    def _read(self) -> Position:
        number, day = self._held.cut()[0], self._held.today()
        whole = (
            day != self._day
            or self._cut < 0
            or ledger.agreements_changed(self._held, self.actor.authority, self._cut)
        )
        known = None if self._cut < 0 else self.position
        fresh: set[str] = set()
        if whole:
            self._contracts = ledger.contracts(self._held, self.actor, number)
            self._commitments = ledger.commitments(self._held, self.actor, number)
            self._totals = ledger.totals(self._held, self.actor, day, number)
        else:
            fresh = self._replace(ledger.touched(self._held, self.actor, self._cut), day, number)
        self._cut, self._day = number, day
        frames = (self._contracts, self._commitments, self._totals)
        made = Position(self.parameters, frames, day, number)
        if known is not None:  # these do not change while the page is open
            made.framework, made.values, made.terms = known.framework, known.values, known.terms
            if not whole:
                made.take_over(known, fresh)
        return made

    def _replace(self, names: Iterable[str], day: date, number: int) -> set[str]:
        """Take the sums of these commitments anew; returns those of them within reach."""
        fresh = set(names) & set(self._commitments["commitment_id"])
        if fresh:
            kept = self._totals[~self._totals["commitment_id"].isin(fresh)]
            now = ledger.totals(self._held, self.actor, day, number, fresh)
            self._totals = pd.concat([kept, now], ignore_index=True) if len(kept) else now
        return fresh


def _of(frame: pd.DataFrame, names: set[str]) -> pd.DataFrame:
    return frame[frame["commitment_id"].isin(names)]


def _with(then: pd.DataFrame, now: pd.DataFrame, fresh: set[str]) -> pd.DataFrame:
    """`then` with the rows of `fresh` commitments as they are `now`, in the same order."""
    if not fresh:
        return then
    place = {name: at for at, name in enumerate(dict.fromkeys(then["commitment_id"]))}
    both = pd.concat([then[~then["commitment_id"].isin(fresh)], now])
    order = [place.get(name, len(place)) for name in both["commitment_id"]]
    both = both.iloc[pd.Series(order).sort_values(kind="stable").index]
    return both.reset_index(drop=True)
