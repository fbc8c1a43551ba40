"""One delivery opened: its story, its evidence, and the decision of a contract manager."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from html import escape
from typing import Any, Protocol

import pandas as pd

from svlib import ledger, show
from svlib.errors import Fault, SvlibError
from svlib.ledger import Actor, Ledger, rights
from svlib.ledger.evidence import LINK, TYPES
from svlib.widgets import controls

STATES = {
    "accepted": "Accepted", "submitted": "Evidence to be looked at", "queried": "Queried",
    "none": "No evidence yet", "rejected": "Rejected",
}  # fmt: skip
_DECIDE = {"Accept": ledger.ACCEPTED, "Query": ledger.QUERIED, "Reject": ledger.REJECTED}


class Tell(Protocol):
    """Says what was found wrong, or what was done."""

    def __call__(self, *faults: Fault, said: str = "") -> None: ...


class Opened:
    """The part of a page that shows one delivery. It is made anew only when the delivery has a new
    entry, so that nothing typed is lost while others record."""

    def __init__(self, held: Ledger, actor: Actor, tell: Tell, changed: Callable[[], None]):
        from ipywidgets import VBox

        self._held, self._actor, self._tell, self._changed = held, actor, tell, changed
        self._open, self._made_of = "", (0, 0)
        self._rows, self._contract = pd.DataFrame(), ""
        self.box = VBox([])

    def show(self, delivery: str) -> None:
        """Open a delivery; "" closes."""
        self._open, self._made_of = delivery, (0, 0)
        self._draw()

    def update(self, rows: pd.DataFrame, contract_ref: str) -> None:
        """What is recorded now: the deliveries of the contract, as the page lists them."""
        self._rows, self._contract = rows, contract_ref
        self._draw()

    def _draw(self) -> None:
        if not self._open or self._rows.empty:
            self.box.children = ()
            return
        found = self._rows[self._rows["delivery_id"] == self._open]
        if found.empty:
            self.box.children = ()
            return
        row = found.iloc[0].to_dict()
        if not self._actor.may(rights.READ_EVIDENCE):
            self.box.children = (controls.prose(_summary(row)),)
            return
        story = ledger.history(self._held, self._actor, self._open)
        made_of = (len(story), int(story["seq"].max()))
        if made_of == self._made_of:
            return
        self._made_of = made_of
        pieces = [
            controls.prose(_summary(row)), controls.shown(_story(story)), *self._attach(),
            *self._fetch(),
        ]  # fmt: skip
        of = ledger.contracts(self._held, self._actor).set_index("contract_ref")
        contract = of.loc[self._contract].to_dict() | {"contract_ref": self._contract}
        if self._actor.may(rights.REVIEW, contract):
            pieces += self._decide(row)
        self.box.children = tuple(pieces)

    def _attach(self) -> list[Any]:
        asked = controls.upload("Add a file as evidence", TYPES)
        link = controls.text("Or the https address of evidence")

        def sent(_: Any) -> None:
            given = controls.uploaded(asked)
            if given is not None:
                self._guarded(lambda: self._attached(*given))()

        def linked() -> None:
            ledger.attach_link(self._held, self._actor, self._open, link.value)
            self._tell(said="The address is kept as evidence.")
            self._changed()

        asked.observe(sent, names="value")
        return [
            controls.row([asked]),
            link,
            controls.row([controls.button("Add the address", self._guarded(linked))]),
        ]

    def _attached(self, name: str, content: bytes) -> None:
        ledger.attach_file(self._held, self._actor, self._open, name, content)
        self._tell(said=f"{name} is kept as evidence.")
        self._changed()

    def _fetch(self) -> list[Any]:
        from ipywidgets import VBox

        place = VBox([])
        pieces: list[Any] = []
        for row in ledger.evidence(self._held, self._actor, self._open).to_dict("records"):
            if row["held_as"] == LINK:
                pieces.append(controls.prose(f"<p>Evidence: {escape(row['name'])}</p>"))
            else:
                pieces.append(self._getter(self._open, row, place))
        return [*pieces, place]

    def _getter(self, delivery: str, row: Mapping[Any, Any], place: Any) -> Any:
        def get() -> None:
            kept = ledger.content(self._held, self._actor, delivery, row["evidence_id"])
            place.children = (controls.download(f"Save {row['name']}", row["name"], kept),)

        return controls.button(f"Get the evidence {row['name']}", self._guarded(get))

    def _decide(self, row: Mapping[Any, Any]) -> list[Any]:
        note = controls.area("Note to the supplier")

        def act(decision: str) -> controls.Act:
            def decide() -> None:
                ledger.review(self._held, self._actor, row["delivery_id"], decision,
                              of_seq=int(row["seen_seq"]), note=note.value.strip())  # fmt: skip
                self._tell(said=f"The delivery is {decision}.")
                self._changed()

            return self._guarded(decide)

        buttons = [controls.button(label, act(decision), main=label == "Accept")
                   for label, decision in _DECIDE.items()]  # fmt: skip
        return [note, controls.row(buttons)]

    def _guarded(self, act: controls.Act) -> controls.Act:
        def guarded() -> None:
            self._tell()
            try:
                act()
            except SvlibError as error:
                self._tell(*error.faults)

        return guarded


def listed(held: Ledger, actor: Actor, own: pd.DataFrame) -> pd.DataFrame:
    """Deliveries of the commitments `own` (commitment_id, measure, unit), the newest first, with
    measure, unit, period, state and `said`, each in one line."""
    of = own.set_index("commitment_id")
    rows = ledger.deliveries(held, actor, only=set(of.index)).iloc[::-1]
    shown = rows.assign(
        measure=[of.loc[name, "measure"] for name in rows["commitment_id"]],
        unit=[of.loc[name, "unit"] for name in rows["commitment_id"]],
        period=[f"{row.period_start:%d/%m/%Y} to {row.delivered_on:%d/%m/%Y}"
                for row in rows.itertuples()],
        state=[STATES[name] for name in rows["evidence_status"]],
    )  # fmt: skip
    said = [
        f"{row.measure}, {row.quantity.normalize():,f} {row.unit}, to {row.delivered_on:%d/%m/%Y} "
        f"(entry {row.seq})"
        for row in shown.itertuples()
    ]
    return shown.assign(said=said)


def _summary(row: Mapping[Any, Any]) -> str:
    return (
        f"<p><strong>{escape(row['measure'])}</strong>, {escape(row['period'])}: "
        f"{row['quantity'].normalize():,f} {escape(row['unit'])}. {escape(row['state'])}.</p>"
    )


def _story(story: pd.DataFrame) -> Any:
    quantity = [
        row["what"].normalize() if isinstance(row["what"], Decimal) else row["what"]
        for row in story.to_dict("records")
    ]
    day = [text[:16].replace("T", " ") for text in story["recorded_at"]]
    columns = {"seq": "Entry", "day": "Recorded (UTC)", "kind": "What", "shown": "Says",
               "note": "Note", "role": "By role"}  # fmt: skip
    return show.table(story.assign(shown=quantity, day=day), "What was recorded about it", columns)
