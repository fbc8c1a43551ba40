"""Pages: notebooks without code through our own nbconvert template, and the contents page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import svlib
from svlib.publish.changed import body
from svlib.quarter import Quarter
from svlib.show import banner

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from svlib.view import OpenQuarter

_TEMPLATES = Path(__file__).parent / "templates"
_ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0. "
    "Districts: Office for National Statistics, licensed under the Open Government Licence v3.0; "
    "contains OS data © Crown copyright and database right 2025 and Royal Mail data © Royal Mail "
    "copyright and database right 2025. Nothing here is legal advice."
)


@dataclass(frozen=True)
class Notebook:
    """One notebook of the quarter: its short name (for `--only`), file, title and what it tells."""

    name: str
    file: str
    title: str
    about: str

    @property
    def page(self) -> str:
        return f"{self.name}.html"


NOTEBOOKS = (
    Notebook(
        "report",
        "4_quarterly_report",
        "Quarterly report",
        "The headline findings, five figures and what to decide.",
    ),
    Notebook(
        "spend",
        "2_spend",
        "Where the money goes",
        "Value, numbers and locations; suppliers, directorates, trend, contracts won.",
    ),
    Notebook(
        "outcomes",
        "3_outcomes",
        "Social value promised and delivered",
        "Commitments and deliveries by category and contract, valued where an open value exists.",
    ),
    Notebook(
        "diagnostic",
        "1_diagnostic",
        "Social value diagnostic",
        "How mature practice is, by section and area, and the weakest points.",
    ),
    Notebook(
        "framework",
        "6_framework",
        "Framework and guidance",
        "Where to act first, what must stand, and what to do at each stage of a procurement.",
    ),
    Notebook(
        "reconciliation",
        "5_reconciliation",
        "Where every row ended",
        "Each file read: its rows and pounds, what was set aside and why, months covered.",
    ),
)

CHANGES = Notebook(
    "changes",
    "",
    "What changed",
    "Since the report before and in the quarter before: each cause in rows and pounds.",
)


DATA = Notebook("data", "", "Open data", "The tables behind the report, to download and use.")


def write_page(
    notebook: Notebook,
    executed: NotebookNode,
    q: OpenQuarter,
    among: Sequence[Notebook],
    path: Path,
) -> None:
    """Write one executed notebook as a self-contained page without code."""
    page = _page(q, f"{notebook.title}: {q.authority}, {q.label}", notebook.about, among, notebook)
    html, _ = _exporter().from_notebook_node(executed, resources={"page": page})
    _write(path, html)


def write_data_page(q: OpenQuarter, body: str, among: Sequence[Notebook], path: Path) -> None:
    """Write the page of downloads; `body` is its main part."""
    page = _page(q, f"{DATA.title}: {q.authority}, {q.label}", DATA.about, among, DATA)
    template = _exporter().environment.get_template("data.html.j2")
    _write(path, template.render(page=page | {"body": body}))


def write_index(reports: Sequence[Mapping[str, Any]], path: Path, generator: str) -> None:
    """Write the index of what is published in a folder, in the order given, whole or not at all.
    Each report has `name`, `quarter`, `status`, `synthetic`, `href` and `data`."""
    labelled = [{**one, "label": Quarter.parse(one["quarter"]).label} for one in reports]
    page = {
        "title": "Social value reports by authority and quarter",
        "description": "Published social value reports: spend, contracts and social value.",
        "style": (_TEMPLATES / "page.css").read_text(encoding="utf-8"),
        "site": "Social value reports",
        "nav": "Pages",
        "links": [{"href": path.name, "text": "All reports", "about": "", "here": True}],
        "generator": generator,
        "authorities": [
            {"name": name, "reports": list(part)}
            for name, part in groupby(labelled, key=itemgetter("name"))
        ],
        "provenance": f"Made with the Social Value Workbooks {svlib.__version__}.",
        "attribution": _ATTRIBUTION,
    }
    part = path.with_name(f".{path.name}.part")
    _write(part, _exporter().environment.get_template("published.html.j2").render(page=page))
    part.replace(path)


def write_contents(q: OpenQuarter, among: Sequence[Notebook], path: Path) -> None:
    """Write the report's contents page."""
    title = f"Social value report: {q.authority}, {q.label}"
    page = _page(q, title, f"Spend, contracts and social value in {q.label}.", among, None)
    page |= {"heading": f"Social value report, {q.label}", "banner": banner(q).data}
    template = _exporter().environment.get_template("contents.html.j2")
    _write(path, template.render(page=page))


def write_changes(
    q: OpenQuarter, among: Sequence[Notebook], log: Sequence[Mapping[str, Any]],
    before: Mapping[str, Any] | None, path: Path,
) -> None:  # fmt: skip
    """Write the page of what changed: `log` and `before` as `changed.body`."""
    title = f"{CHANGES.title}: {q.authority}, {q.label}"
    page = _page(q, title, CHANGES.about, among, CHANGES)
    page |= {"heading": CHANGES.title, "banner": banner(q).data, "body": body(log, before)}
    template = _exporter().environment.get_template("told.html.j2")
    _write(path, template.render(page=page))


def _page(
    q: OpenQuarter, title: str, description: str, among: Sequence[Notebook], here: Notebook | None
) -> dict[str, Any]:
    links = [{"href": "index.html", "text": "Contents", "about": "", "here": here is None}]
    links += [
        {"href": other.page, "text": other.title, "about": other.about, "here": other == here}
        for other in among
    ]
    site = f"{q.authority}: social value report {q.label}"
    return {
        "title": f"{title} (synthetic data)" if q.synthetic else title,
        "description": description,
        "style": (_TEMPLATES / "page.css").read_text(encoding="utf-8"),
        "site": f"{site} (synthetic data)" if q.synthetic else site,
        "links": links,
        "provenance": f"Made with the Social Value Workbooks {svlib.__version__} from "
        f"{len(q.store.inputs)} input files, as of {q.as_of.isoformat()}; "
        f"data build {q.store.folder.name}.",
        "attribution": _ATTRIBUTION,
    }


@cache
def _exporter() -> Any:
    from nbconvert import HTMLExporter

    return HTMLExporter(
        template_name="report",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        optimistic_validation=True,  # once, after the last preprocessor
    )


def _write(path: Path, html: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(html)
