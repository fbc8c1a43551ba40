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
        again = (
            day != self._day
            or self._cut < 0
            or ledger.agreements_changed(self._held, self.actor.authority, self._cut)
        )
        if again:
            self._contracts = ledger.contracts(self._held, self.actor, number)
            self._commitments = ledger.commitments(self._held, self.actor, number)
            self._totals = ledger.totals(self._held, self.actor, day, number)
        else:
            self._replace(ledger.touched(self._held, self.actor, self._cut), day, number)
        frames = (self._contracts, self._commitments, self._totals)
        known = None if self._cut < 0 else self.position
        self._cut, self._day = number, day
        made = Position(self.parameters, frames, day, number)
        if known is not None:  # these do not change while the page is open
            made.framework, made.values, made.terms = known.framework, known.values, known.terms
        return made

    def _replace(self, names: Iterable[str], day: date, number: int) -> None:
        reach = set(self._commitments["commitment_id"])
        fresh = set(names) & reach
        if not fresh:
            return
        kept = self._totals[~self._totals["commitment_id"].isin(fresh)]
        now = ledger.totals(self._held, self.actor, day, number, fresh)
        self._totals = pd.concat([kept, now], ignore_index=True) if len(kept) else now
