"""Draft, approved, published: what is copied where, and what is refused with which words."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import helpers
import pytest
from hostile import PERSON, POSTCODE
from typer.testing import CliRunner, Result

from svlib import publish, run
from svlib.cli import app, main
from svlib.errors import DraftError, InputError, MachineError, ParameterError
from svlib.publish import standing

QUARTER = "parameters/tiny/2026-27-Q1.yaml"
PAGE = '<html><style>p {}</style><p class="standing"></p><h1>Report</h1><p>£100</p></html>'
POST = "Head of Procurement"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return helpers.project(tmp_path, monkeypatch)


@pytest.fixture
def report(root: Path) -> Path:
    return write_report(root)


def write_report(
    root: Path, page: str = PAGE, slug: str = "tiny", quarter: str = "2026-27-Q1"
) -> Path:
    """A report as a run leaves it, small."""
    target = root / "reports" / slug / quarter
    with publish.staging(target) as part:
        (part / "site" / "data").mkdir()
        package = {"status": "", "authority": slug, "authorityName": f"{slug.title()} <Council>",
                   "quarter": quarter, "synthetic": False}  # fmt: skip
        texts = {
            "index.html": page, "data.html": PAGE, "data/payments.csv": "line\r\n1\r\n",
            "data/datapackage.json": json.dumps(package, indent=1),
        }  # fmt: skip
        for name, text in texts.items():
            (part / "site" / name).write_bytes(text.encode())
        (part / "working" / "run.log").write_text("12:00", encoding="utf-8")
        publish.seal(part, target)
        publish.swap(part, target)
    return target


def page_of(report: Path) -> str:
    return (report / "site" / "index.html").read_text(encoding="utf-8")


def status_of(folder: Path) -> str:
    return json.loads((folder / "data" / "datapackage.json").read_text(encoding="utf-8"))["status"]


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def put_out(report: Path, folder: Path) -> Path:
    return publish.publish(report, folder, report.parent.name, report.name)


def test_a_report_is_a_draft_until_a_post_approves_it(report: Path) -> None:
    assert "DRAFT: not approved for publication." in page_of(report)
    assert status_of(report / "site") == "DRAFT: not approved for publication."
    said = invoke("approve", QUARTER, "--post", POST)
    assert said.exit_code == 0, said.output
    approval = json.loads((report / "approval.json").read_text(encoding="utf-8"))
    assert set(approval) == {"post", "date", "content"} and approval["post"] == POST
    assert "DRAFT" not in page_of(report)
    assert f"Approved for publication by the {POST} on " in page_of(report)
    assert status_of(report / "site").startswith(f"Approved for publication by the {POST} on ")
    assert {path.name for path in (report / "site").rglob("*.*")} == {
        "index.html", "data.html", "payments.csv", "datapackage.json",
    }  # fmt: skip


def test_a_run_of_the_same_bytes_stays_approved_and_one_that_differs_is_a_draft(root: Path) -> None:
    report = write_report(root)
    approval = publish.approve(report, POST, "2026-07-20")
    write_report(root)
    assert publish.approval_of(report) == approval
    assert f"by the {POST} on 20 July 2026" in page_of(report)
    write_report(root, PAGE.replace("£100", "£101"))
    assert publish.approval_of(report) is None
    assert "DRAFT" in page_of(report)


def test_approving_anew_names_the_new_post(report: Path) -> None:
    first = publish.approve(report, POST, "2026-07-20")
    second = publish.approve(report, 'Director of <Finance> & "Resources"', "2026-07-21")
    assert first.content == second.content
    assert "Director of &lt;Finance&gt; &amp; &quot;Resources&quot; on 21 July" in page_of(report)
    assert 'Director of <Finance> & "Resources"' in status_of(report / "site")


def test_publish_copies_the_site_alone_and_writes_the_index_anew(
    root: Path, tmp_path: Path
) -> None:
    public = tmp_path / "public"
    for slug, quarter in (("tiny", "2026-27-Q1"), ("tiny", "2025-26-Q4"), ("other", "2026-27-Q1")):
        report = write_report(root, slug=slug, quarter=quarter)
        publish.approve(report, POST, "2026-07-20")
        put_out(report, public)
    assert sorted(path.relative_to(public).as_posix() for path in public.rglob("*.*")) == sorted(
        ["index.html"] + [
            f"{one}/{name}" for one in ("tiny/2026-27-Q1", "tiny/2025-26-Q4", "other/2026-27-Q1")
            for name in ("index.html", "data.html", "data/payments.csv", "data/datapackage.json")
        ]
    )  # fmt: skip
    index = (public / "index.html").read_text(encoding="utf-8")
    links = ["other/2026-27-Q1", "tiny/2026-27-Q1", "tiny/2025-26-Q4"]
    assert [index.index(f'href="{link}/index.html"') for link in links] == sorted(
        index.index(f'href="{link}/index.html"') for link in links
    )
    assert "Tiny &lt;Council&gt;" in index and "<Council>" not in index
    shutil.rmtree(public / "other")
    put_out(root / "reports" / "tiny" / "2026-27-Q1", public)
    assert "other/" not in (public / "index.html").read_text(encoding="utf-8")


def unknown_file(report: Path) -> None:
    (report / "site" / "notes.txt").write_text("mine", encoding="utf-8")


def hidden_file(report: Path) -> None:
    (report / "site" / "data" / ".DS_Store").write_text("x", encoding="utf-8")


def linked_file(report: Path) -> None:
    (report / "site" / "log.txt").symlink_to(report / "working" / "run.log")


def linked_for_a_page(report: Path) -> None:
    page = report / "site" / "data.html"
    page.rename(report / "data.html")
    page.symlink_to(report / "data.html")


def changed_figure(report: Path) -> None:
    page = report / "site" / "index.html"
    page.write_text(page_of(report).replace("£100", "£999"), encoding="utf-8")


def changed_data(report: Path) -> None:
    (report / "site" / "data" / "payments.csv").write_bytes(b"line\r\n2\r\n")


def missing_file(report: Path) -> None:
    (report / "site" / "data.html").unlink()


def changed_approval_on_a_page(report: Path) -> None:
    page = report / "site" / "index.html"
    page.write_text(page_of(report).replace(POST, "Chief Executive"), encoding="utf-8")


def list_mended_to_fit(report: Path) -> None:
    """A changed file whose hash was put into the list too: not what was approved."""
    changed_data(report)
    listed = json.loads((report / "working" / "site.json").read_text(encoding="utf-8"))
    listed["files"]["data/payments.csv"] = standing._digest(b"line\r\n2\r\n")
    (report / "working" / "site.json").write_text(json.dumps(listed), encoding="utf-8")


def withdrawn(report: Path) -> None:
    (report / "approval.json").unlink()


def unreadable_approval(report: Path) -> None:
    (report / "approval.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "kind", "said"),
    [
        (unknown_file, InputError, "site/notes.txt: is none of the report's files"),
        (hidden_file, InputError, "site/data/.DS_Store: is none of the report's files"),
        (linked_file, InputError, "site/log.txt: is none of the report's files"),
        (linked_for_a_page, InputError, "site/data.html: is none of the report's files"),
        (changed_figure, InputError, "site/index.html: was changed since the run that wrote it"),
        (changed_data, InputError, "site/data/payments.csv: was changed since the run"),
        (missing_file, InputError, "site/data.html: is missing"),
        (changed_approval_on_a_page, DraftError, "does not say of its approval what approval.json"),
        (list_mended_to_fit, DraftError, "differs from what was approved, so it is a draft"),
        (withdrawn, DraftError, "is a draft: nobody has approved it"),
        (unreadable_approval, DraftError, "is a draft: nobody has approved it"),
        (shutil.rmtree, InputError, "holds no finished report. Run the quarter first"),
    ],
)
def test_what_is_not_as_approved_is_refused_and_what_was_published_stays(
    report: Path, tmp_path: Path, harm: Callable[[Path], None], kind: type, said: str
) -> None:
    public = tmp_path / "public"
    publish.approve(report, POST, "2026-07-20")
    put_out(report, public)
    before = {path: path.read_bytes() for path in public.rglob("*.*")}
    harm(report)
    with pytest.raises(InputError, match=re.escape(said)) as refused:
        put_out(report, public)
    assert type(refused.value) is kind and refused.value.exit_code == 3
    assert {path: path.read_bytes() for path in public.rglob("*.*")} == before


def test_a_site_that_was_changed_cannot_be_approved(report: Path) -> None:
    changed_figure(report)
    with pytest.raises(InputError, match="was changed since the run that wrote it"):
        publish.approve(report, POST, "2026-07-20")
    assert not (report / "approval.json").exists()


@pytest.mark.parametrize("post", ["", "  ", "x" * 101, "Head\u202eof"])
def test_a_post_that_is_none_is_refused(report: Path, post: str) -> None:
    with pytest.raises(ParameterError, match="Name a post"):
        publish.approve(report, post, "2026-07-20")


def test_a_page_left_unmarked_by_a_kill_is_mended_by_approving_again(report: Path) -> None:
    draft = page_of(report)
    publish.approve(report, POST, "2026-07-20")
    (report / "site" / "index.html").write_text(draft, encoding="utf-8")
    with pytest.raises(DraftError, match="Approve it again"):
        standing_of(report)
    publish.approve(report, POST, "2026-07-20")
    assert set(standing_of(report)) == set(standing.files(report))


def standing_of(report: Path) -> dict[str, bytes]:
    from svlib.publish.release import approved

    return approved(report)


def test_nothing_of_somebody_elses_is_replaced(report: Path, tmp_path: Path) -> None:
    publish.approve(report, POST, "2026-07-20")
    web = tmp_path / "web"
    helpers.put(web / "index.html", "<h1>The council's home page</h1>")
    with pytest.raises(InputError, match="is a page that svlib did not write"):
        put_out(report, web)
    assert [path.name for path in web.iterdir()] == ["index.html"]
    helpers.put(tmp_path / "other" / "tiny" / "2026-27-Q1" / "photo.txt", "mine")
    with pytest.raises(InputError, match="holds something that svlib did not publish"):
        put_out(report, tmp_path / "other")
    for folder in (report.parents[1], report, report.parents[2], tmp_path):
        with pytest.raises(ParameterError, match="holds the reports themselves"):
            put_out(report, folder)


def test_a_folder_that_cannot_be_written_is_said(report: Path, tmp_path: Path) -> None:
    publish.approve(report, POST, "2026-07-20")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(MachineError, match="cannot be written"):
        put_out(report, tmp_path / "file")


def test_the_commands_end_with_the_code_of_what_is_wrong(
    report: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.argv", ["svlib", "publish", QUARTER, str(tmp_path / "public")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    said = capsys.readouterr().err
    assert "reports/tiny/2026-27-Q1: is a draft" in said
    assert "Who can mend it: the post that approves the report." in said
    assert not (tmp_path / "public").exists()


@pytest.mark.notebook
@pytest.mark.xdist_group("run")
def test_two_runs_are_byte_equal_and_the_second_stays_approved(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        run, "NOTEBOOKS", [one for one in publish.NOTEBOOKS if one.name == "reconciliation"]
    )
    (root / "notebooks").mkdir()
    shutil.copy(helpers.REPOSITORY / "notebooks" / "5_reconciliation.ipynb", root / "notebooks")
    row = f"Mrs {PERSON},700.00,03/0{{}}/2026,Adults,Care,{POSTCODE}"
    for number, month in ((4, "april"), (5, "may"), (6, "june")):
        helpers.payments(root, f"{month}-2026.csv", row.format(number))
    report = run.run(QUARTER).parents[1]
    assert sorted(path.name for path in (report / "site").iterdir()) == [
        "changes.html", "data", "data.html", "index.html", "reconciliation.html",
        "reconciliation.xlsx",
    ]  # fmt: skip
    approval = publish.approve(report, POST, "2026-07-20")
    first = {name: path.read_bytes() for name, path in standing.files(report).items()}
    run.run(QUARTER)
    assert {name: path.read_bytes() for name, path in standing.files(report).items()} == first
    assert publish.approval_of(report) == approval
    for canary in (PERSON, POSTCODE):
        assert not [name for name, content in first.items() if canary.encode() in content]
