"""The published site of the sample council, opened as a reader would."""

from __future__ import annotations

import re
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread

import nbformat
import pytest
from accessibility import violations
from helpers import REPOSITORY

from svlib import publish, run

pytestmark = [pytest.mark.notebook, pytest.mark.xdist_group("site")]
PAGES = ["changes.html", "data.html", "diagnostic.html", "framework.html", "index.html",
         "outcomes.html", "reconciliation.html", "report.html", "spend.html"]  # fmt: skip
NO_CHART = {"changes.html", "data.html", "index.html", "reconciliation.html"}


@pytest.fixture(scope="module")
def site() -> Path:
    """The sample's report, run anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SVLIB_HOME", str(REPOSITORY))
        return run.run("parameters/sample/2026-27-Q2.yaml").parent


class Page(HTMLParser):
    """Tags with their attributes, and headings in order."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def read(site: Path, name: str) -> str:
    return (site / name).read_text(encoding="utf-8")


def linkable(site: Path) -> set[str]:
    """Every file of the site, and the one address outside: the licence."""
    files = {path.relative_to(site).as_posix() for path in site.rglob("*.*")}
    return files | {"https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_by_itself(site: Path, name: str) -> None:
    page = Page(read(site, name))
    assert not page.named("script", "iframe", "link", "img", "object", "embed")
    linked = [a["href"] for a in page.named("a")]
    assert {href for href in linked if not href.startswith("#")} <= linkable(site)
    outside = re.findall(r"(?:url\(|@import|src=)\s*[\"']?(?!#)[^\"')]+", read(site, name))
    assert [found for found in outside if "url(#" not in found] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_it_is_synthetic(site: Path, name: str) -> None:
    text = read(site, name)
    assert re.search(r"<title>[^<]*synthetic data[^<]*</title>", text)
    assert "This council and every figure here are invented." in text


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_language_one_h1_and_headings_in_order(site: Path, name: str) -> None:
    page = Page(read(site, name))
    assert page.named("html") == [{"lang": "en-GB"}]
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", sorted({*PAGES} - NO_CHART))
def test_every_chart_is_described_and_has_its_data(site: Path, name: str) -> None:
    page = Page(read(site, name))
    drawn = page.named("svg")
    described = [a for a in page.named("div") if a.get("role") == "img"]
    assert len(drawn) == len(described) == len(page.named("figure")) >= 1
    assert all(len(a["aria-label"]) > 60 for a in described)
    assert all(a.get("aria-hidden") == "true" for a in drawn)
    assert read(site, name).count("<summary>Data behind this figure</summary>") == len(drawn)
    assert len(page.named("caption")) == len(page.named("table"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_no_code_path_or_trace(site: Path, name: str) -> None:
    text = read(site, name)
    for found in ("sv.", "import svlib", "Traceback", "papermill", str(REPOSITORY), "/home/"):
        assert found not in text, found
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_the_report_has_five_figures_and_says_what_to_decide(site: Path) -> None:
    text = read(site, "report.html")
    assert len(Page(text).named("figure")) == 5
    for heading in ("Findings", "What to decide", "What is not known"):
        assert f"<h2>{heading}</h2>" in text or re.search(rf"<h2[^>]*>{heading}</h2>", text)


@pytest.mark.browser
def test_in_a_browser_every_link_of_the_index_leads_to_a_page_and_nothing_is_asked_outside(
    site: Path,
) -> None:
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for width in (1200, 390, 320):
            page = browser.new_page(viewport={"width": width, "height": 800})
            page.on("request", lambda request: asked.append(request.url))
            page.on("pageerror", lambda error: asked.append(f"error {error}"))
            page.goto((site / "index.html").as_uri())
            links = page.locator("nav a").evaluate_all("all => all.map(a => a.href)")
            assert len(links) == 9
            for link in links:
                page.goto(link)
                assert page.locator("h1").count() == 1
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
                    f"{link} is wider than {width} px"
                )
            page.close()
        browser.close()
    assert all(url.startswith("file://") for url in asked), asked
    assert len(asked) == 30


@pytest.mark.browser
def test_axe_finds_no_violation_on_any_page(site: Path) -> None:
    from playwright.sync_api import sync_playwright

    found = []
    handler = partial(SimpleHTTPRequestHandler, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)  # file:// hides failures
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page()
            for name in PAGES:
                page.goto(f"http://127.0.0.1:{server.server_port}/{name}")
                found += [(name, *one) for one in violations(page, (390,))]
            browser.close()
    finally:
        server.shutdown()
    assert found == []


@pytest.mark.parametrize("notebook", publish.NOTEBOOKS, ids=lambda one: one.name)
def test_tagged_cells_print_what_is_kept(site: Path, notebook: publish.Notebook) -> None:
    """Figures that move are noticed: those kept in the notebook are those of a run."""
    name = f"{notebook.file}.ipynb"
    kept, ran = (
        [cell for cell in nbformat.read(path, as_version=4).cells if tagged(cell)]
        for path in (REPOSITORY / "notebooks" / name, site.parent / "working" / name)
    )
    assert kept
    assert [printed(cell) for cell in ran] == [printed(cell) for cell in kept]


def tagged(cell: nbformat.NotebookNode) -> bool:
    return "keep_output" in cell.metadata.get("tags", [])


def printed(cell: nbformat.NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def test_a_cell_tagged_not_published_stays_in_the_working_papers(site: Path) -> None:
    working = (site.parent / "working" / "1_diagnostic.ipynb").read_text(encoding="utf-8")
    assert "not_applicable not_answered" in working
    assert "not_applicable not_answered" not in read(site, "diagnostic.html")
