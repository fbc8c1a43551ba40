"""The guidance pack of one procurement, asked for on a page."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from svlib import categories, guidance, places
from svlib.errors import Fault, ParameterError, SvlibError
from svlib.ingest import cells
from svlib.parameters import Parameters
from svlib.quarter import today
from svlib.widgets import controls

_VAT = {"Includes VAT": True, "Without VAT": False, "Not known": None}


def pack_form(council: Parameters) -> list[Any]:
    """Controls that make the Word document and the workbook of one procurement."""
    from ipywidgets import VBox

    bought = [(categories.name_of(name), name) for name in categories.ids()]
    category = controls.dropdown("What is bought", bought)
    value = controls.text("Estimated value over the whole life, in pounds")
    vat = controls.choice("The value", [(label, label) for label in _VAT], "Not known")
    first = controls.day("First day of the contract", None)
    last = controls.day("Last day, if known", None)
    commences = controls.day("Day the procurement commences", today())
    reference = controls.text("The council's reference, if there is one")
    local = council.areas.local_area.districts
    codes = list(places.districts().index) if local == "all" else sorted(local)
    named = [(places.district_name(code), code) for code in codes]
    district = controls.dropdown("District where it is delivered, if it is one", named)
    ward = controls.text("Ward, if it is one")
    place = VBox([])

    def make() -> None:
        pounds = cells.number(value.value)
        if not category.value or pounds is None or first.value is None:
            do = "Choose what is bought, write its value as 250000, and give the first day."
            raise ParameterError(Fault("Guidance", "something is missing", do))
        made = guidance.pack(
            category=category.value, value_gbp=pounds or Decimal(0), vat_included=_VAT[vat.value],
            contract_type=None, start=first.value, end=last.value,
            as_of=commences.value or today(), parameters=council,
            reference=reference.value.strip(), district=district.value or "",
            ward=ward.value.strip(),
        )  # fmt: skip
        place.children = tuple(_written(made, council))

    def guarded() -> None:
        try:
            make()
        except SvlibError as error:
            place.children = (controls.faults(error.faults),)

    return [
        category, value, vat, first, last, commences, reference, district, ward,
        controls.row([controls.button("Make the pack", guarded)]), place,
    ]  # fmt: skip


def _written(made: guidance.Pack, council: Parameters) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        document, workbook = Path(folder) / "pack.docx", Path(folder) / "pack.xlsx"
        guidance.write_document(made, document)
        guidance.write_workbook(made, workbook, council)
        name = f"guidance_{made.procurement.category}"
        return [
            controls.prose(f"<p>{guidance.DRAFT}.</p>"),
            controls.download("Save the Word document", f"{name}.docx", document.read_bytes()),
            controls.download("Save the workbook", f"{name}.xlsx", workbook.read_bytes()),
        ]
