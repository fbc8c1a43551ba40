"""How commitments stand by a day: what a report of a quarter and a page of today both show."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from svlib import framework as frameworks
from svlib import outcomes, values
from svlib.parameters import Parameters


class Standing:
    """Measures of the outcomes over what was recorded. Who gathers it sets `parameters` and the
    frames `commitments`, `deliveries` and `contracts`, and says by which day it is measured."""

    parameters: Parameters

    if TYPE_CHECKING:

        @property
        def commitments(self) -> pd.DataFrame: ...
        @property
        def deliveries(self) -> pd.DataFrame: ...
        @property
        def contracts(self) -> pd.DataFrame: ...
        @property
        def measured_on(self) -> date: ...

    @cached_property
    def framework(self) -> frameworks.Framework:
        """The authority's outcomes framework; each of its proxies may value its measure."""
        found = frameworks.load_for(self.parameters.slug)
        frameworks.check_values(found, self.values)
        return found

    @cached_property
    def values(self) -> pd.DataFrame:
        """The proxy values."""
        return values.load()

    @cached_property
    def progress(self) -> pd.DataFrame:
        """One row a commitment, as `outcomes.progress`."""
        return outcomes.progress(
            self.commitments, self.deliveries, self.contracts, self.framework.measures,
            self.measured_on,
        )  # fmt: skip

    @cached_property
    def forecast(self) -> pd.DataFrame:
        """One row a commitment, as `outcomes.forecast`."""
        return outcomes.forecast(self.progress, self.deliveries, self.measured_on)

    @cached_property
    def terms(self) -> outcomes.Terms:
        """The scenario of the parameters, with the council's own factors."""
        measures = set(self.framework.measures["measure_id"])
        return outcomes.terms(self.parameters.valuation, measures)

    @cached_property
    def valued(self) -> pd.DataFrame:
        """One row a commitment and value, as `outcomes.valued` under `terms`."""
        return self.valued_under(self.terms)

    def valued_under(self, chosen: outcomes.Terms) -> pd.DataFrame:
        """As `valued`, under another scenario."""
        year = self.parameters.report.price_year
        return outcomes.valued(self.progress, self.framework.measures, self.values, year, chosen)
