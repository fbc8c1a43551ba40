"""Social value now: promised, delivered, evidenced, as it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from svlib import findings, ledger, parameters, project, view
from svlib.errors import Fault, SvlibError
from svlib.findings.export import position_workbook
from svlib.ledger import Actor, rights
from svlib.parameters import Parameters
from svlib.quarter import day_label
from svlib.view import Live
from svlib.widgets import controls, identity, ticking
from svlib.widgets.opened import Opened, listed
from svlib.widgets.packs import pack_form

if TYPE_CHECKING:
    from ipywidgets import HTML, VBox


def portal(parameters_: str | Mapping[str, str]) -> VBox:
    """The page for the council of a quarter file, for whoever the sign-in server says looks."""
    try:
        council = view.resolve(parameters_)
        return Portal(council, identity.who(council.slug)).box
    except SvlibError as error:  # Voila would show an empty page
        return controls.refusal(error)


class Portal:
    """One visitor's page. It asks the ledger twice a second whether anything was recorded."""

    def __init__(self, council: Parameters, actor: Actor):
        from ipywidgets import VBox

        rights.require(actor, rights.SEE)
        self._council, self._actor = council, actor
        self._held = ledger.open_ledger(council.ledger)
        self._live = Live(council, self._held, actor)
        self._partners = self._others()
        self._parts: dict[str, HTML] = {}
        self._told, self._contract = VBox([]), ""
        self._told.add_class("sv-told")
        self._look = controls.dropdown(
            "Look by", [(text, name) for name, text in findings.LOOKS.items()], "Choose one"
        )
        self._look.value = "category"
        self._look.observe(lambda _: self._draw(["look"]), names="value")
        self._pick = controls.dropdown("Open a contract", self._contracts())
        self._pick.observe(lambda change: self._choose(change["new"]), names="value")
        self._opened = Opened(self._held, actor, self._tell, self._follow)
        self._delivery = controls.dropdown("Open a delivery", [])
        self._delivery.observe(lambda change: self._opened.show(change["new"]), names="value")
        self._detail = VBox([])
        self.box = VBox([])
        self.box.add_class("sv-test")
        self.box.add_class("sv-wide")
        self.box.children = controls.page(self._page())
        self._draw([name for name in self._parts if name != "map"])
        self._whole = False  # the map takes longest, so the page does not wait for it
        ticking.follow(self._follow, lambda error: self._tell(*error.faults))

    def _page(self) -> list[Any]:
        region = [controls.heading("City region"), self._part("region")] if self._partners else []
        return [
            controls.prose(who(self._council, self._actor)),
            self._told,
            self._part("status"), self._part("tiles"), self._part("came_in"),
            controls.heading("How the commitments stand"),
            self._look, self._part("look"), self._part("measures"), self._part("map"),
            controls.heading("What to expect"), self._part("forecast"),
            controls.heading("What it is worth"), self._part("worth"),
            controls.heading("Down to the entry"), self._pick, self._part("contract"),
            self._detail,
            *region,
            controls.heading("Take it with you"), *self._export(),
            controls.heading("Guidance for the next procurement"), *pack_form(self._council),
        ]  # fmt: skip

    # --- following the ledger ----------------------------------------------------------------

    def _follow(self) -> None:
        fresh = self._live.refresh()
        others = [other for other in self._partners.values() if other.refresh()]
        if fresh or others or not self._whole:
            self._whole = True
            self._draw()

    def _draw(self, only: list[str] | None = None) -> None:
        """Put what is true now into the parts of the page; a part that says the same is left."""
        q = self._live.position
        entries = ledger.came_in(self._held, self._actor, q.measured_on)
        made = {
            "status": lambda: _status(q.measured_on, q.cut),
            "tiles": lambda: findings.position_tiles(q).data,
            "came_in": lambda: findings.came_in_table(q, entries).data,
            "look": lambda: findings.look_table(q, self._look.value or "category").data,
            "contract": self._contract_now,
            "measures": lambda: findings.measures_table(q).data,
            "forecast": lambda: findings.forecast_table(q, 10).data,
            "worth": lambda: findings.totals_table(q).data,
            "region": self._region,
            "map": lambda: findings.commitments_map(q).data,
        }
        for name, make in made.items():
            if name in self._parts and (only is None or name in only):
                text = make()
                if self._parts[name].value != text:
                    self._parts[name].value = text
        if only is None:
            self._refresh_deliveries()

    def _part(self, name: str) -> HTML:
        import ipywidgets as w

        return self._parts.setdefault(name, w.HTML(""))

    # --- down to the entry -------------------------------------------------------------------

    def _contracts(self) -> list[tuple[str, str]]:
        rows = self._live.position.contracts
        return [(f"{row.contract_ref}: {row.title}", row.contract_ref) for row in rows.itertuples()]

    def _choose(self, contract_ref: str) -> None:
        self._contract = contract_ref
        self._opened.show("")
        self._draw(["contract"])
        self._detail.children = (self._delivery, self._opened.box) if contract_ref else ()
        self._refresh_deliveries()

    def _contract_now(self) -> str:
        if not self._contract:
            return ""
        return str(findings.contract_now_table(self._live.position, self._contract).data)

    def _refresh_deliveries(self) -> None:
        if not self._contract:
            return
        progress = self._live.position.progress
        own = progress[progress["contract_ref"] == self._contract]
        rows = listed(self._held, self._actor, own)
        controls.options(self._delivery, [(row.said, row.delivery_id) for row in rows.itertuples()])
        self._opened.update(rows, self._contract)

    # --- the city region ---------------------------------------------------------------------

    def _others(self) -> dict[str, Live]:
        """The other authorities of this ledger that the visitor may see: those whose people.yaml
        names the visitor, and those whose figures their council exported for its partners."""
        found = {}
        for slug, taken_in in ledger.authorities(self._held).items():
            if slug == self._actor.authority:
                continue
            actor = None if taken_in else ledger.people(slug).get(self._actor.user)
            if taken_in and self._actor.role in (rights.VIEWER, rights.ADMINISTRATOR):
                actor = Actor(slug, self._actor.user, rights.VIEWER)
            if actor is not None:
                found[slug] = Live(_named(slug, self._council), self._held, actor)
        return found

    def _region(self) -> str:
        every = [self._live, *self._partners.values()]
        positions = {live.parameters.name: live.position for live in every}
        tables = (findings.region_table(positions), findings.region_measures_table(positions))
        return "".join(str(one.data) for one in tables)

    # --- taking it along ---------------------------------------------------------------------

    def _export(self) -> list[Any]:
        from ipywidgets import VBox

        place = VBox([])

        def make() -> None:
            q = self._live.position
            name = f"social_value_{self._council.slug}_{q.measured_on.isoformat()}.xlsx"
            place.children = (
                controls.download("Save the spreadsheet", name, position_workbook(q)),
            )

        return [controls.row([controls.button("Make a spreadsheet", make)]), place]

    def _tell(self, *faults: Fault, said: str = "") -> None:
        pieces = [controls.faults(faults), controls.said(said)]
        self._told.children = tuple(piece for piece in pieces if piece is not None)


def who(council: Parameters, actor: Actor) -> str:
    """Whose page it is, and for whom."""
    made_up = " Every figure is synthetic." if council.synthetic else ""
    test = (
        '<div class="sv-note sv-warning"><p>For trying out only: this is a test user.</p></div>'
        if identity.is_test()
        else ""
    )
    return (
        f"{test}<p>{escape(council.name)}.{made_up} You are <strong>{escape(actor.user)}</strong>, "
        f"{escape(actor.role)}.</p>"
    )


def _named(slug: str, home: Parameters) -> Parameters:
    """The parameters of another authority: its own where the project has them, else the home
    council's under its name, for an authority that only sent its figures."""
    files = sorted((project.root() / "parameters" / slug).glob("*-Q?.yaml"))
    if files:
        return parameters.load(files[-1])
    return home.model_copy(update={"slug": slug, "name": slug})


def _status(day: Any, cut: int) -> str:
    time = datetime.now(UTC).strftime("%H:%M")
    return (
        f'<p class="sv sv-status" role="status">As of {day_label(day)}, {time} UTC, entry {cut:,} '
        "of the ledger. This page follows by itself.</p>"
    )
