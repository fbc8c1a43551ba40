"""A quarter opened for a notebook: its payments, and what to know before reading a figure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from svlib import contracts as contract_measures
from svlib import parameters as parameter_files
from svlib import places, project, reconciliation, store
from svlib.parameters import Parameters
from svlib.quarter import Quarter, month_label
from svlib.view.held import Held


class OpenQuarter(Held):
    """What a notebook calls `q`.

    `payments` and `history` are DuckDB relations with the columns of tables.PAYMENTS: accepted
    lines of this quarter, and of all quarters the report looks back on. The rest are plain
    DataFrames.
    """

    def __init__(
        self, parameters: Parameters, built: store.Store, settings: Mapping[str, str] | None = None
    ):
        super().__init__(parameters, built)
        self.settings = dict(settings or {})
        self._connection = store.connect()

    def __repr__(self) -> str:
        return f"<{self.authority}, {self.label}, as of {self.as_of}>"

    @property
    def inputs(self) -> dict[str, str]:
        """Every file the quarter is made from, with the SHA-256 of its bytes."""
        sources = self.parameters.sources
        kept = ("contracts", "respend")
        forms = [store.source_file(getattr(sources, name), name) for name in kept]
        benchmark, plan = self.parameters.diagnostic.benchmark, store.plan_file(self.parameters)
        forms += [None if benchmark is None else project.resolve(benchmark)]
        forms += [plan if plan.is_file() else None]
        found = [*forms, *places.lookup_files(self.parameters.places), *places.boundary_files()]
        named = {project.relative(path): store.sha256(path) for path in found if path is not None}
        return {**self.store.inputs, **named}

    @cached_property
    def lines(self) -> duckdb.DuckDBPyRelation:
        """Every line of the quarters held, wherever it ended."""
        return self._connection.read_parquet(str(self.store.payments))

    @cached_property
    def history(self) -> duckdb.DuckDBPyRelation:
        held = ", ".join(f"'{quarter.slug}'" for quarter in self.store.quarters)
        return self.lines.filter(
            f"status = 'accepted' AND quarter IN ({held}) AND quarter <= '{self.quarter.slug}'"
        )

    @cached_property
    def payments(self) -> duckdb.DuckDBPyRelation:
        return self.history.filter(f"quarter = '{self.quarter.slug}'")

    def sql(self, query: str) -> pd.DataFrame:
        """DuckDB SQL over `payments`, `history` and `lines`; money comes back as Decimal."""
        for name in ("payments", "history", "lines"):
            getattr(self, name).create_view(name, replace=True)
        return self._connection.sql(query).to_arrow_table().to_pandas()

    def find(self, condition: str, values: list[str]) -> list[dict[str, Any]]:
        """Lines for which a condition over tables.PAYMENTS holds, one dict each, in order of file,
        sheet and row. `values` fill the condition's question marks."""
        query = f"SELECT * FROM read_parquet(?) WHERE {condition} ORDER BY file, sheet, row"
        found = self._connection.sql(query, params=[str(self.store.payments), *values])
        return found.to_arrow_table().to_pylist()

    @cached_property
    def others(self) -> dict[str, duckdb.DuckDBPyRelation]:
        """Name of each other authority whose store holds this quarter whole, and its payments. The
        synthetic and the real are never put side by side."""
        found = {}
        for slug, name in parameter_files.authorities(synthetic=self.synthetic).items():
            path = store.latest(slug, self.quarter) if slug != self.parameters.slug else None
            if path is not None:
                lines = self._connection.read_parquet(str(path))
                found[name] = lines.filter(
                    f"status = 'accepted' AND quarter = '{self.quarter.slug}'"
                )
        return found

    @cached_property
    def reconciliation(self) -> pd.DataFrame:
        """One row a table read for this quarter, as tables.RECONCILIATION."""
        every = self.store.reconciliation
        here = [self.quarter.slug in quarters.split() for quarters in every["quarter"]]
        return every.loc[here].reset_index(drop=True)

    @cached_property
    def map_districts(self) -> list[str]:
        """Districts of the map of the region, as `places.to_show` chooses them."""
        return places.to_show(self.areas)

    @property
    def country_districts(self) -> list[str]:
        """Every district of Great Britain."""
        table = places.districts()
        return sorted(table.index[table["country"] != "Northern Ireland"])

    @cached_property
    def deprivation(self) -> places.Deprivation:
        """Ward and decile of the quarter's postcodes, where lookups are given."""
        written = self.payments.project("postcode").distinct().fetchall()
        found = places.read(text for (text,) in written if text)
        whole = found.loc[found["kind"].isin(places.EXACT), "postcode"]
        return places.read_lookups(self.parameters.places, whole)

    @property
    def missing_months(self) -> tuple[str, ...]:
        """Months of this quarter without a file, as YYYY-MM."""
        return self.store.missing[self.quarter.slug]

    @property
    def incomplete_quarters(self) -> dict[str, tuple[str, ...]]:
        """Quarters held that lack months, and which."""
        return {quarter: months for quarter, months in self.store.missing.items() if months}

    @property
    def previous(self) -> Quarter | None:
        """The quarter before this one when it is held whole, else None."""
        return self._if_whole(self.quarter.previous)

    @property
    def year_ago(self) -> Quarter | None:
        """The same quarter last year when it is held whole, else None."""
        return self._if_whole(self.quarter.same_quarter_last_year)

    @property
    def warnings(self) -> list[str]:
        """What a reader must know before any figure; empty when all is well."""
        found = []
        if self.settings:
            tried = ", ".join(f"{name}={value}" for name, value in self.settings.items())
            found.append(f"This is a trial with {tried}, not the council's report.")
        if self.missing_months:
            months = " and ".join(map(month_label, self.missing_months))
            found.append(
                f"No payments were published or found for {months}. All figures for "
                f"{self.label} leave {'it' if len(self.missing_months) == 1 else 'them'} out and "
                "must not be compared with whole quarters."
            )
        files = self.reconciliation
        for row in files[files["warnings"] != ""].itertuples():
            found.append(f"{Path(row.file).name}: {row.warnings}")
        found += self.store.notes
        found += self._changed_columns()
        covered = self.coverage[self.coverage["remark"] != ""]
        return found + [
            f"{month_label(row.month)} is out of line with other months: {row.remark}. Is its "
            "file whole?"
            for row in covered.itertuples()
        ]

    def _changed_columns(self) -> list[str]:
        """Files of the quarter whose supplier, amount or date stands under another header than in
        the file before."""
        every = reconciliation.columns(self.store.reconciliation)
        telling = every["column"].isin(["supplier", "amount_gbp", "payment_date"])
        here = every["file"].isin(self.reconciliation["file"])
        changed = every.loc[telling & here & every["changed"].astype(bool)]
        return [
            f"{Path(str(file)).name}: other headers than in the file before for "
            f"{', '.join(rows['column'])}; see how its columns were read."
            for file, rows in changed.groupby("file", sort=False)
        ]

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """One row a month of the quarter, as `reconciliation.coverage`."""
        return reconciliation.coverage(self.store.reconciliation, self.quarter.months)

    @cached_property
    def contract_payments(self) -> pa.Table:
        """The payments of `history`, joined to contracts as `contracts.join_payments` does."""
        return contract_measures.join_payments(self.history, self.contracts, self.suppliers)

    def _if_whole(self, quarter: Quarter) -> Quarter | None:
        whole = quarter in self.store.quarters and not self.store.missing[quarter.slug]
        return quarter if whole else None
