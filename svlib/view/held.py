"""What is held of an authority beside its payments: registers, answers, promises, tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from svlib import actions, diagnostic, ledger, places, project, questions, store
from svlib.ingest import Register, read_contracts, read_form
from svlib.parameters import Area, Areas, Parameters
from svlib.quarter import Quarter
from svlib.spend import registered_firms
from svlib.suppliers import register_files, surveys
from svlib.tables import (
    ANSWERS,
    BENCHMARK,
    CONTRACTS,
    PASSAGES,
    PLAN,
    RESPEND,
)
from svlib.view.standing import Standing


@dataclass(frozen=True)
class Recorded:
    """What the ledger held when the quarter was opened, and where that was cut."""

    agreed: pd.DataFrame
    individual: pd.DataFrame
    passages: pd.DataFrame
    contracts: pd.DataFrame
    commitments: pd.DataFrame
    deliveries: pd.DataFrame
    cut: dict[str, int | str]
    later: int


_NOTHING = Recorded(
    agreed=pd.DataFrame(columns=[*ANSWERS.names, "bank_version"]),
    individual=pd.DataFrame(
        columns=["respondent", *ANSWERS.names, "bank_version", "length", "handed_in_on"]
    ),
    passages=pd.DataFrame(columns=[*PASSAGES.names, "decided_on"]),
    contracts=pd.DataFrame(columns=list(ledger.CONTRACT_COLUMNS)),
    commitments=pd.DataFrame(columns=list(ledger.COMMITMENT_COLUMNS)),
    deliveries=pd.DataFrame(columns=list(ledger.DELIVERY_COLUMNS)),
    cut={},
    later=0,
)


class Held(Standing):
    """The authority, its quarter, and each table it keeps itself, read when first asked for."""

    def __init__(self, parameters: Parameters, built: store.Store):
        self.parameters = parameters
        self.store = built
        self._scores: dict[date, pd.DataFrame] = {}

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
        """Anonymous answers of forms handed in during the quarter, as `ledger.individual`; only for
        `diagnostic.disclosure`. Those of other quarters are left out, so that no two reports rest
        on the same answers and the difference of two tells nothing."""
        every = self._recorded.individual
        start, end = self.quarter.start, self.quarter.end
        now = [start <= day <= end for day in every["handed_in_on"]]
        return every[pd.Series(now, index=every.index, dtype=bool)]

    @cached_property
    def accepted_passages(self) -> pd.DataFrame:
        """Passages of documents accepted as evidence by the as-of date, as `ledger.decided`; those
        whose words were erased are left out."""
        found = self._recorded.passages
        return found[(found["decision"] == ledger.ACCEPT) & (found["passage"] != "")]

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
        """Number (`entries`) and `hash` of the ledger's last entry by the end of the as-of date;
        empty without a ledger."""
        return self._recorded.cut

    @property
    def recorded_later(self) -> int:
        """Entries recorded after the as-of date, which this quarter leaves out."""
        return self._recorded.later

    @cached_property
    def _recorded(self) -> Recorded:
        where, authority = self.parameters.ledger, self.parameters.slug
        if not ledger.exists(where):
            return _NOTHING
        everything = ledger.administrator(authority)
        with ledger.open_ledger(where) as held:
            number, last = held.cut(self.as_of)
            return Recorded(
                ledger.agreed(held, authority, number),
                ledger.individual(held, authority, number),
                ledger.decided(held, authority, number),
                ledger.contracts(held, everything, number),
                ledger.commitments(held, everything, number),
                ledger.deliveries(held, everything, number),
                {"entries": number, "hash": last},
                held.cut()[0] - number,
            )

    @property
    def promising_contracts(self) -> pd.DataFrame:
        """One row a contract registered in the ledger, as `ledger.contracts`."""
        return self._recorded.contracts

    @property
    def commitments(self) -> pd.DataFrame:
        """Social value promised, as `ledger.commitments`."""
        return self._recorded.commitments

    @cached_property
    def deliveries(self) -> pd.DataFrame:
        """Social value delivered by the as-of date, as `ledger.deliveries`."""
        every = self._recorded.deliveries
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
    def actions(self) -> pd.DataFrame:
        """What to do next for each question of the diagnostic."""
        return actions.load()

    @cached_property
    def questions(self) -> pd.DataFrame:
        """The question bank of the diagnostic."""
        return questions.load()

    def scores_on(self, day: date) -> pd.DataFrame:
        """As `diagnostic.scores`: the agreed answers as they stood on a day, with the council's
        weights. Reckoned once a day, for many tables of a page ask for the same."""
        if day not in self._scores:
            weights = self.parameters.diagnostic.weights
            self._scores[day] = diagnostic.scores(
                self.answers, self.questions, day, weights=weights
            )
        return self._scores[day].copy()
