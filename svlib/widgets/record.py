"""Record deliveries: the page of suppliers and contract managers."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from svlib import framework, ledger, returns, show, view
from svlib.errors import Fault, InputError, SvlibError
from svlib.ledger import Actor, Delivery, rights
from svlib.parameters import Parameters
from svlib.quarter import Quarter, today
from svlib.widgets import controls, identity, ticking
from svlib.widgets.opened import Opened, listed
from svlib.widgets.portal import who

if TYPE_CHECKING:
    from ipywidgets import VBox

_NO_NAMES = "<p>Write no names of people who benefit, here or in files.</p>"
_TABLE = {
    "commitment_id": "Commitment", "measure": "Measure", "period": "Period", "quantity": "Quantity",
    "unit": "Unit", "state": "State", "seq": "Entry",
}  # fmt: skip


def record(parameters: str | Mapping[str, str]) -> VBox:
    """The page for the council of a quarter file, for whoever the sign-in server says looks."""
    try:
        council = view.resolve(parameters)
        return RecordPage(council, identity.who(council.slug)).box
    except SvlibError as error:  # Voila would show an empty page
        return controls.refusal(error)


class RecordPage:
    """One visitor's page. What may be seen and done is decided in the ledger."""

    def __init__(self, council: Parameters, actor: Actor):
        from ipywidgets import VBox

        self._council, self._actor = council, actor
        self._held = ledger.open_ledger(council.ledger)
        self._measures = framework.load_for(council.slug).measures.set_index("measure_id")
        self._contract = ""
        self._cut = 0
        self._table, self._pick = VBox([]), controls.dropdown("Open a delivery", [])
        self._opened = Opened(self._held, actor, self._tell, self._refresh)
        self._pick.observe(lambda change: self._opened.show(change["new"]), names="value")
        self.box = VBox([])
        self.box.add_class("sv-test")
        self._start()
        ticking.follow(self._look, lambda error: self._tell(*error.faults))

    # --- which contract ----------------------------------------------------------------------

    def _start(self) -> None:
        from ipywidgets import VBox

        rights.require(self._actor, rights.RECORD)
        contracts = ledger.contracts(self._held, self._actor)
        pairs = [(f"{row.contract_ref}: {row.title}", row.contract_ref)
                 for row in contracts.itertuples()]  # fmt: skip
        chosen = controls.dropdown("Contract", pairs)
        self._told, self._work = VBox([]), VBox([])
        self._told.add_class("sv-told")

        def choose(change: Any) -> None:
            self._contract = change["new"]
            self._tell()
            self._opened.show("")
            self._show_contract()

        chosen.observe(choose, names="value")
        self.box.children = controls.page(
            [
                controls.prose(who(self._council, self._actor) + _NO_NAMES),
                chosen,
                self._told,
                self._work,
            ]
        )

    def _show_contract(self) -> None:
        if not self._contract:
            self._work.children = ()
            return
        promised = ledger.commitments(self._held, self._actor)
        self._promised = promised[promised["contract_ref"] == self._contract]
        self._work.children = (
            *self._form(), *self._workbook(), controls.heading("What is recorded"), self._table,
            self._pick, self._opened.box,
        )  # fmt: skip
        self._refresh()

    # --- a new delivery ----------------------------------------------------------------------

    def _form(self) -> list[Any]:
        pairs = [(self._label(row), row["commitment_id"])
                 for row in self._promised.to_dict("records")]  # fmt: skip
        quarter = Quarter.of(today())
        commitment = controls.dropdown("What was promised", pairs)
        quantity = controls.text("How much was delivered")
        first = controls.day("First day", quarter.start)
        last = controls.day("Last day", min(quarter.end, today()))
        ward = controls.text("Ward, where there is one")
        note = controls.area("Note: no names of people who benefit")
        meant = controls.tick("The amount is unusually large, and meant")

        def put() -> None:
            made = Delivery(
                _chosen(commitment.value), _number(quantity.value), _day(first, "First day"),
                _day(last, "Last day"), "", "", ward.value.strip(), note.value.strip(),
            )  # fmt: skip
            delivery = ledger.record(self._held, self._actor, made, confirmed=meant.value)
            quantity.value = note.value = ""
            meant.value = False
            self._tell(said="Recorded. Add evidence below.")
            self._refresh()
            self._pick.value = delivery

        return [
            controls.heading("Record a delivery"),
            commitment, quantity, first, last, ward, note, meant,
            controls.row([controls.button("Record", self._guarded(put), main=True)]),
        ]  # fmt: skip

    def _label(self, row: Mapping[Any, Any]) -> str:
        measure = self._measures["label"].get(row["measure_id"], row["measure_id"])
        return f"{measure} ({row['target'].normalize():,f} {row['unit']})"

    # --- by workbook -------------------------------------------------------------------------

    def _workbook(self) -> list[Any]:
        from ipywidgets import VBox

        place = VBox([])
        asked = controls.upload("Send the filled-in form", [".xlsx"])

        def get() -> None:
            quarter = Quarter.of(today())
            blank = returns.blank(self._held, self._actor, self._council, self._contract, quarter)
            made = io.BytesIO()
            returns.write_workbook(made, blank)
            name = f"return_{quarter.slug}.xlsx"
            place.children = (controls.download(f"Save the form for {quarter.label}", name,
                                                made.getvalue()),)  # fmt: skip

        def sent(_: Any) -> None:
            given = controls.uploaded(asked)
            if given is not None:
                self._guarded(lambda: self._load(given[1], place))()

        asked.observe(sent, names="value")
        return [
            controls.heading("Or fill in a form offline"),
            controls.row([controls.button("Make the form", self._guarded(get)), asked]),
            place,
        ]

    def _load(self, content: bytes, place: VBox) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "return.xlsx"
            path.write_bytes(content)
            try:
                done = returns.load_one(self._held, self._actor, self._council, path)
            except InputError as error:
                back = Path(folder) / "return-to-mend.xlsx"
                if returns.hand_back(path, error.faults, back):
                    place.children = (controls.download(
                        "Save the form with a remark on each wrong cell", back.name,
                        back.read_bytes()),)  # fmt: skip
                plain = [Fault(one.where.removeprefix(f"{folder}/"), one.found, one.do)
                         for one in error.faults]  # fmt: skip
                raise InputError(plain) from None
        place.children = ()
        self._tell(said=f"{done.new:,} recorded, {done.same:,} held as they are.")
        self._refresh()

    # --- what is there -----------------------------------------------------------------------

    def _look(self) -> None:
        if self._contract and self._held.cut()[0] != self._cut:
            self._refresh()

    def _refresh(self) -> None:
        """Show what is there now; what the visitor has typed or opened stays."""
        self._cut = self._held.cut()[0]
        own = self._promised.assign(
            measure=[self._measures["label"].get(m, m) for m in self._promised["measure_id"]]
        )
        shown = listed(self._held, self._actor, own)
        title = "Deliveries of this contract, the newest first"
        table = show.table(shown, title, _TABLE, "Nothing is recorded yet.", first=10)
        self._table.children = (controls.shown(table),)
        controls.options(self._pick, [(row.said, row.delivery_id) for row in shown.itertuples()])
        self._opened.update(shown, self._contract)

    # -----------------------------------------------------------------------------------------

    def _guarded(self, act: controls.Act) -> controls.Act:
        """The act; what it finds wrong is shown above, with what was typed left as it is."""

        def guarded() -> None:
            self._tell()
            try:
                act()
            except SvlibError as error:
                self._tell(*error.faults)

        return guarded

    def _tell(self, *faults: Fault, said: str = "") -> None:
        pieces = [controls.faults(faults), controls.said(said)]
        self._told.children = tuple(piece for piece in pieces if piece is not None)


def _chosen(value: str) -> str:
    if not value:
        raise InputError(Fault("What was promised", "nothing is chosen", "Choose one."))
    return value


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text.strip().replace(",", "").removeprefix("£"))
    except InvalidOperation:
        do = "Write a number, in the unit given."
        raise InputError(Fault("How much was delivered", f"'{text}' is not a number", do)) from None
    return found


def _day(asked: Any, name: str) -> Any:
    if asked.value is None:
        raise InputError(Fault(name, "is empty", "Give a day."))
    return asked.value
