"""The sample's ledger: what was answered, promised, delivered and reviewed, each on its day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from svlib import ledger
from svlib.sample import answered, promised


def write(folder: Path, register: pd.DataFrame) -> None:
    """ledger.sqlite; `register` is that of `registers.contracts`."""
    clock = _Clock()
    with ledger.open_ledger(folder / "ledger.sqlite", clock) as held:
        acts = [*answered.acts(held), *promised.acts(held, register)]
        for day, act in sorted(acts, key=lambda pair: pair[0]):
            clock.day = day
            act()


class _Clock:
    """Nine in the morning of the day that is being written."""

    day = date(2020, 1, 1)

    def __call__(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)
