"""What is held of an authority beside its payments: registers, answers, promises, tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from svlib import actions, ledger, places, project, questions, store, values
from svlib import framework as frameworks
from svlib.ingest import Register, read_contracts, read_form
from svlib.parameters import Area, Areas, Parameters, Source
from svlib.quarter import Quarter
from svlib.spend import registered_firms
from svlib.suppliers import register_files, surveys
from svlib.tables import (
    ANSWERS,
    BENCHMARK,
    COMMITMENTS,
    CONTRACTS,
    DELIVERIES,
    PLAN,
    RESPEND,
    Table,
)


@dataclass(frozen=True)
class Recorded:
    """What the ledger held when the quarter was opened, and where that was cut."""

    agreed: pd.DataFrame
    individual: pd.DataFrame
    cut: dict[str, int | str]


class Held:
    """The authority, its quarter, and each table it keeps itself, read when first asked for."""

    def __init__(self, parameters: Parameters, built: store.Store):
        self.parameters = parameters
        self.store = built

    @property
    def authority(self) -> str:
        return self.parameters.name

    @property
    def synthetic(self) -> bool:
        return self.parameters.synthetic

    @property
    def quarter(self) -> Quarter:
        return self.parameters.quarter

    @property
    def label(self) -> str:
        return self.quarter.label

    @property
    def as_of(self) -> date:
        return self.parameters.as_of

    @property
    def measured_on(self) -> date:
        """The day deliveries are measured against what is due: the quarter's last, once past."""
        return min(self.as_of, self.quarter.end)

    @property
    def areas(self) -> Areas:
        return self.parameters.areas

    @property
    def buying_area(self) -> Area:
        """The area opportunities are sought in: the lawful local area, else that of the targets."""
        lawful = self.parameters.law.local_area
        return self.areas.area(lawful) if lawful else self.areas.local_area

    @cached_property
    def names(self) -> pd.DataFrame:
        """One row a name as printed in the quarters held, as tables.SUPPLIER_NAMES."""
        return self.store.names

    @cached_property
    def suppliers(self) -> pd.DataFrame:
        """One row a supplier of the quarters held, as tables.KNOWN_SUPPLIERS."""
        return self.store.suppliers

    @cached_property
    def firms(self) -> dict[str, int] | None:
        """Category to active companies registered in the buying area; None without a register."""
        path = self.parameters.sources.registers.companies
        if path is None:
            return None
        return registered_firms(register_files.load(project.resolve(path)), self.buying_area)

    @cached_property
    def contracts(self) -> pd.DataFrame:
        """The register, as tables.CONTRACTS, with `place_status`, `district` and `candidates`.
        Where it does not say whether a value includes VAT, `sources.contracts.vat_basis` does."""
        register = self._register.table
        source = self.parameters.sources.contracts
        told = source.vat_basis if source is not None else "unknown"
        silent = register["vat_basis"].isin(["", "unknown"])
        register = register.assign(vat_basis=register["vat_basis"].mask(silent, told))
        found = places.locate(register["supplier_postcode"])
        here = [found[written] for written in register["supplier_postcode"]]
        return register.assign(
            place_status=[place.status for place in here],
            district=[place.district for place in here],
            candidates=[" ".join(place.candidates) for place in here],
        )

    @property
    def contract_notes(self) -> list[str]:
        """What of the register was left out or left empty; empty when all was read."""
        return self._register.notes

    @cached_property
    def _register(self) -> Register:
        source = self.parameters.sources.contracts
        path = store.source_file(source, CONTRACTS.name)
        if source is None or path is None:
            return Register("", pd.DataFrame(columns=CONTRACTS.names))
        return read_contracts(path, source.columns, source.buyers)

    @cached_property
    def answers(self) -> pd.DataFrame:
        """Directorates' agreed answers to the diagnostic, as tables.ANSWERS and `bank_version`."""
        return self._recorded.agreed

    @cached_property
    def individual_answers(self) -> pd.DataFrame:
        """Anonymous answers, as `ledger.individual`; only for `diagnostic.disclosure`."""
        return self._recorded.individual

    @cached_property
    def plan(self) -> pd.DataFrame:
        """The council's plan, as tables.PLAN: plan.csv beside its parameters, empty without."""
        path = store.plan_file(self.parameters)
        if not path.is_file():
            return pd.DataFrame(columns=PLAN.names)
        found = read_form(path, PLAN)
        return found.assign(status=found["status"].replace("", "open"))

    @cached_property
    def benchmark(self) -> pd.DataFrame:
        """Other councils' scores, as tables.BENCHMARK; empty when no file is named."""
        path = self.parameters.diagnostic.benchmark
        if path is None:
            return pd.DataFrame(columns=BENCHMARK.names)
        return read_form(project.resolve(path), BENCHMARK)

    @property
    def ledger_cut(self) -> dict[str, int | str]:
        """Number (`entries`) and `hash` of the ledger's last entry when the quarter was opened;
        empty without a ledger."""
        return self._recorded.cut

    @cached_property
    def _recorded(self) -> Recorded:
        where, authority = self.parameters.ledger, self.parameters.slug
        if not ledger.exists(where):
            empty = pd.DataFrame(columns=[*ANSWERS.names, "bank_version"])
            return Recorded(empty, empty.assign(respondent=[]), {})
        with ledger.open_ledger(where) as held:
            number, last = held.cut()
            return Recorded(
                ledger.agreed(held, authority),
                ledger.individual(held, authority),
                {"entries": number, "hash": last},
            )

    @cached_property
    def commitments(self) -> pd.DataFrame:
        """Social value promised, as tables.COMMITMENTS."""
        return self._form(self.parameters.sources.commitments, COMMITMENTS)

    @cached_property
    def deliveries(self) -> pd.DataFrame:
        """Social value reported by the as-of date, as tables.DELIVERIES."""
        every = self._form(self.parameters.sources.deliveries, DELIVERIES)
        by_now = pd.Series([day <= self.as_of for day in every["delivered_on"]], dtype=bool)
        return every[by_now].reset_index(drop=True)

    @cached_property
    def respent(self) -> dict[str, float]:
        """Supplier id to the share, 0 to 1, that it says it spends again in the area. Raises
        InputError for a supplier no file held pays, or two answers of one supplier."""
        source = self.parameters.sources.respend
        path = store.source_file(source, RESPEND.name)
        if source is None or path is None:
            return {}
        answers = read_form(path, RESPEND, source.columns)
        return surveys.shares(answers, self.names, project.relative(path))

    @cached_property
    def framework(self) -> frameworks.Framework:
        """The outcomes framework, each of its proxies one that may value its measure."""
        found = frameworks.load()
        frameworks.check_values(found, self.values)
        return found

    @cached_property
    def actions(self) -> pd.DataFrame:
        """What to do next for each question of the diagnostic."""
        return actions.load()

    @cached_property
    def questions(self) -> pd.DataFrame:
        """The question bank of the diagnostic."""
        return questions.load()

    @cached_property
    def values(self) -> pd.DataFrame:
        """The proxy values."""
        return values.load()

    def _form(self, source: Source | None, table: Table) -> pd.DataFrame:
        path = store.source_file(source, table.name)
        if source is None or path is None:
            return pd.DataFrame(columns=table.names)
        return read_form(path, table, source.columns)
