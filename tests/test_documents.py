"""Document review: paragraphs that can be cited, and the passages that bear on each question."""

from __future__ import annotations

import contextlib
import io
import random
import shutil
import zipfile
from datetime import date
from pathlib import Path

import documents_maker as maker
import helpers
import openpyxl
import pandas as pd
import pytest

from svlib import citing, documents, ledger, passages, questions
from svlib.errors import InputError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("documents")
    pages = maker.standing_orders(made / "orders.pdf")
    assert pages >= 40
    maker.others(made)
    return made


@pytest.fixture(scope="module")
def paragraphs(folder: Path) -> pd.DataFrame:
    every = [one for path in sorted(folder.iterdir()) for one in documents.read(path)]
    return documents.table(every)


def test_clauses_pages_and_headings_of_a_pdf_are_told(paragraphs: pd.DataFrame) -> None:
    orders = paragraphs[paragraphs["file"] == "orders.pdf"]
    for clause, text in maker.PLANTED.values():
        found = orders[orders["clause"] == clause]
        assert len(found) == 1, clause
        assert found["text"].iloc[0] == text
        assert found["page"].iloc[0] >= 3
    assert orders.loc[orders["clause"] == "16.4", "heading"].tolist() == ["Award and contract"]
    assert "1.5(a)" in set(orders["clause"])
    assert "Schedule 2, paragraph 4" in set(orders["clause"])


def test_contents_and_running_lines_are_left_out(paragraphs: pd.DataFrame) -> None:
    text = " ".join(paragraphs["text"])
    assert "May 2026" not in text and "Page 12" not in text
    assert "......" not in text


def test_numbers_word_works_out_itself_are_told(paragraphs: pd.DataFrame) -> None:
    policy = paragraphs[paragraphs["file"] == "policy.docx"]
    taught = policy[policy["text"].str.startswith("Everyone who buys")].iloc[0]
    assert (taught["clause"], taught["heading"], taught["page"]) == ("7", "People", None)


def test_every_planted_passage_is_among_the_first_three(paragraphs: pd.DataFrame) -> None:
    """Of 27 planted, 15 are asked for; what is found is counted, and more than 15 must be."""
    found = passages.find(paragraphs, questions.load(), n=3)
    wanted = {name: text for name, (_, text) in (maker.PLANTED | maker.IN_OTHERS).items()}
    hits = {
        name for name, text in wanted.items()
        if text in found.loc[found["question_id"] == name, "text"].tolist()
    }  # fmt: skip
    assert len(wanted) == 27
    assert len(hits) >= 24, sorted(set(wanted) - hits)


def test_ranks_are_in_order_and_a_question_nothing_bears_on_has_none() -> None:
    one = pd.DataFrame(
        [
            (
                "a.txt",
                None,
                "1",
                "",
                "Xylophones tuned nightly, orangery giraffes browsing leisurely.",
            )
        ],
        columns=["file", "page", "clause", "heading", "text"],
    )
    bank = questions.load().head(3)
    assert passages.find(one, bank).empty
    assert passages.find(one.head(0), bank).empty


def test_words_are_there_for_each_question_and_no_other() -> None:
    assert passages.words()["question_id"].tolist() == questions.load()["id"].tolist()


def refused(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        documents.read(path)
    return str(caught.value)


def test_what_cannot_be_read_is_named_with_what_to_do(tmp_path: Path) -> None:
    assert "is empty" in refused(tmp_path / "a.pdf", b"  \n")
    assert "damaged PDF" in refused(tmp_path / "b.pdf", b"%PDF-1.4 nonsense")
    assert "is no DOCX" in refused(tmp_path / "c.docx", b"PK\x03\x04 nonsense")
    assert "is an old Word file" in refused(tmp_path / "d.doc", b"\xd0\xcf\x11\xe0" + b"x" * 99)
    assert "no document of a known kind" in refused(tmp_path / "e.bin", b"\x01\x00\x02" * 99)


def test_a_scan_and_a_locked_pdf_are_named(tmp_path: Path) -> None:
    from pypdf import PdfWriter
    from reportlab.pdfgen.canvas import Canvas

    scan = tmp_path / "scan.pdf"
    canvas = Canvas(str(scan))
    for _ in range(3):
        canvas.rect(50, 50, 400, 600, fill=1)
        canvas.showPage()
    canvas.save()
    with pytest.raises(InputError, match="is a scan: its 3 pages are pictures without text"):
        documents.read(scan)
    writer = PdfWriter(clone_from=scan)
    writer.encrypt("secret")
    locked = tmp_path / "locked.pdf"
    writer.write(str(locked))
    with pytest.raises(InputError, match="is locked with a password"):
        documents.read(locked)


def test_a_pdf_locked_by_aes_256_is_locked_not_damaged(tmp_path: Path) -> None:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    locked = tmp_path / "locked.pdf"
    maker.locked_pdf(locked)
    with pytest.raises((DependencyError, NotImplementedError)):  # what pypdf says of it
        PdfReader(locked).decrypt("")
    with pytest.raises(InputError, match=r"locked.pdf: is locked with a password"):
        documents.read(locked)


def test_a_locked_docx_is_not_called_an_old_word_file(tmp_path: Path) -> None:
    part = "EncryptedPackage".encode("utf-16-le")
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + part + bytes(600)
    assert "is locked with a password" in refused(tmp_path / "a.docx", content)


def part_replaced(docx: Path, name: str, content: bytes | None) -> bytes:
    """A DOCX with one part written over, or without it."""
    made = io.BytesIO()
    with zipfile.ZipFile(docx) as old, zipfile.ZipFile(made, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
            elif content is not None:
                new.writestr(one, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("word/document.xml", b"<w:document"),
        ("word/document.xml", b""),
        ("word/document.xml", None),
        ("word/numbering.xml", b"<oops"),
        ("word/styles.xml", b"\xff\xfe not XML"),
        ("[Content_Types].xml", b"<Types"),
        ("_rels/.rels", None),
    ],
)
def test_a_damaged_docx_is_one_message(
    tmp_path: Path, folder: Path, part: str, content: bytes | None
) -> None:
    said = refused(tmp_path / "a.docx", part_replaced(folder / "policy.docx", part, content))
    assert "a.docx: is no DOCX, or a damaged one" in said
    assert said.count("a.docx") == 1


@pytest.mark.parametrize("name", ["policy.docx", "guide.txt", "tender.html", "short.pdf"])
def test_bytes_changed_anywhere_end_in_text_or_in_a_message(
    tmp_path: Path, folder: Path, name: str
) -> None:
    if name == "short.pdf":
        maker.two_pages(tmp_path / name)
    content = ((tmp_path if name == "short.pdf" else folder) / name).read_bytes()
    chance = random.Random(6)
    for n in range(40):
        changed = bytearray(content)
        for _ in range(20):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        path = tmp_path / f"{n}{name}"
        path.write_bytes(changed if n % 2 else changed[: chance.randrange(4, len(changed))])
        with contextlib.suppress(InputError):
            documents.read(path)


def test_words_divided_at_a_line_end_are_made_whole() -> None:
    lines = [(1, "4.1 The procure-"), (1, "ment team shall keep"), (1, "a list."), (2, "")]
    (one,) = documents.paragraphs.of_lines("a", lines)
    assert (one.clause, one.page) == ("4.1", 1)
    assert one.text == "The procurement team shall keep a list."


def test_a_wrong_ending_is_no_matter(tmp_path: Path, folder: Path) -> None:
    copy = tmp_path / "orders.docx"
    copy.write_bytes((folder / "orders.pdf").read_bytes())
    assert len(documents.read(copy)) > 300


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = helpers.project(tmp_path, monkeypatch)
    monkeypatch.chdir(root)
    return root


FILE = Path(f"parameters/tiny/{helpers.QUARTER}.yaml")


def decide(path: Path, decisions: dict[int, str]) -> None:
    write(path, "Decision", decisions)


def write(path: Path, heading: str, texts: dict[int, str]) -> None:
    book = openpyxl.load_workbook(path)
    headings = [cell.value for cell in book["Passages"][1]]
    for row, text in texts.items():
        book["Passages"].cell(row, headings.index(heading) + 1).value = text
    book.save(path)


def column(path: Path, heading: str) -> list[str | None]:
    rows = list(openpyxl.load_workbook(path)["Passages"].values)
    return [row[rows[0].index(heading)] for row in rows[1:]]


def test_passages_are_reviewed_and_decisions_survive_the_next_review(
    council: Path, folder: Path
) -> None:
    documents_of = council / "docs"
    shutil.copytree(folder, documents_of)
    (documents_of / "broken.pdf").write_bytes(b"%PDF-1.4 nonsense")
    maker.locked_pdf(documents_of / "locked.pdf")
    broken = part_replaced(folder / "policy.docx", "word/document.xml", b"<oops")
    (documents_of / "broken.docx").write_bytes(broken)
    said = citing.review(FILE, {}, documents_of, Path("one.xlsx"), only=["S1-06", "S2-08"])
    assert "Left out: docs/broken.docx: is no DOCX, or a damaged one" in said[0]
    assert "Left out: docs/broken.pdf: is a damaged PDF" in said[1]
    assert "Left out: docs/locked.pdf: is locked with a password" in said[2]
    assert "4 documents" in said[3] and "on 2 questions" in said[3]
    decide(Path("one.xlsx"), {2: "Accept", 3: "reject"})
    assert citing.load(FILE, {}, Path("one.xlsx")) == [
        "2 decisions, 2 new; 4 passages not decided yet."
    ]
    assert citing.load(FILE, {}, Path("one.xlsx"))[0].startswith("2 decisions, 0 new")
    citing.review(FILE, {}, documents_of, Path("two.xlsx"), only=["S1-06", "S2-08"])
    sheet = openpyxl.load_workbook("two.xlsx")["Passages"]
    assert [sheet.cell(row, 9).value for row in (2, 3, 4)] == ["accept", "reject", None]
    with ledger.open_ledger("data/ledger/ledger.sqlite") as held:
        accepted = ledger.decided(held, "tiny").query("decision == 'accept'")
        assert held.verify() == []
    assert accepted[["question_id", "file", "clause"]].values.tolist() == [
        ["S1-06", "orders.pdf", "7.1"]
    ]
    assert accepted["passage"].tolist() == [maker.PLANTED["S1-06"][1]]


def test_faults_of_a_reviewed_workbook_come_back_on_their_cells(
    council: Path, folder: Path
) -> None:
    citing.review(FILE, {}, folder, Path("one.xlsx"), only=["S1-06"])
    decide(Path("one.xlsx"), {2: "maybe"})
    with pytest.raises(InputError, match=r"row 2, column 'Decision': 'maybe' is none of"):
        citing.load(FILE, {}, Path("one.xlsx"))
    assert not (council / "data/ledger/ledger.sqlite").exists() or ledger_is_empty()
    with pytest.raises(InputError, match="lies there already"):
        citing.review(FILE, {}, folder, Path("one.xlsx"))
    with pytest.raises(InputError, match="'S9-99' is not in the bank"):
        citing.review(FILE, {}, folder, Path("x.xlsx"), only=["S9-99"])


def ledger_is_empty() -> bool:
    with ledger.open_ledger("data/ledger/ledger.sqlite") as held:
        return held.cut()[0] == 0


def test_notes_are_kept_and_shown_again_and_can_be_erased(council: Path, folder: Path) -> None:
    citing.review(FILE, {}, folder, Path("one.xlsx"), only=["S1-06"])
    decide(Path("one.xlsx"), {2: "accept"})
    write(Path("one.xlsx"), "Note", {2: "Ask Legal first", 4: "Look again in May"})
    said = "1 decision, {} new; 2 notes, {} new; 2 passages not decided yet."
    assert citing.load(FILE, {}, Path("one.xlsx")) == [said.format(1, 2)]
    assert citing.load(FILE, {}, Path("one.xlsx")) == [said.format(0, 0)]
    citing.review(FILE, {}, folder, Path("two.xlsx"), only=["S1-06"])
    assert column(Path("two.xlsx"), "Note") == ["Ask Legal first", None, "Look again in May"]
    write(Path("two.xlsx"), "Note", {2: "Legal agrees"})
    citing.load(FILE, {}, Path("two.xlsx"))
    with ledger.open_ledger("data/ledger/ledger.sqlite") as held:
        assert ledger.decided(held, "tiny")["note"].tolist() == ["Legal agrees"]
        last = held.cut()[0]
        ledger.erase(held, ledger.administrator("tiny", "root"), last, "Asked for")
        assert ledger.decided(held, "tiny")[["decision", "note"]].values.tolist() == [
            ["accept", ""]
        ]
        assert held.verify() == []


@pytest.mark.parametrize(
    ("heading", "text", "said"),
    [
        ("Passage", "We always do this.", "column 'Passage': was changed after it was found"),
        ("Clause", "99.9", "column 'Clause': was changed after it was found"),
        ("File", "other.pdf", "column 'File': was changed after it was found"),
        ("Key", "", "column 'Key': is not that of a passage found"),
        ("Note", "@all", "column 'Note': begins like a formula"),
        ("Note", "x" * 1_001, "column 'Note': has 1,001 characters"),
    ],
)
def test_a_changed_row_is_refused_by_its_cell(
    council: Path, folder: Path, heading: str, text: str, said: str
) -> None:
    citing.review(FILE, {}, folder, Path("one.xlsx"), only=["S1-06"])
    decide(Path("one.xlsx"), {2: "accept", 3: "reject"})
    write(Path("one.xlsx"), heading, {3: text})
    with pytest.raises(InputError) as caught:
        citing.load(FILE, {}, Path("one.xlsx"))
    assert f"row 3, {said}" in str(caught.value)
    assert len(caught.value.faults) == 1
    assert ledger_is_empty()


WORDS = "The responsible officer shall consider social value before each procurement begins."


def at_clause(clause: str, decision: str = "") -> dict[str, str]:
    return {"question_id": "S1-06", "file": "a.txt", "page": "2", "clause": clause,
            "passage": WORDS, "decision": decision}  # fmt: skip


def test_the_same_words_at_two_clauses_are_decided_apart(tmp_path: Path) -> None:
    with ledger.open_ledger(tmp_path / "l.sqlite") as held:
        given = [at_clause("1.1", "accept"), at_clause("2.1", "reject")]
        assert ledger.decide(held, "tiny", given, date(2026, 5, 1)) == (2, 0)
        assert ledger.decide(held, "tiny", given, date(2026, 5, 2)) == (0, 0)
        table = ledger.decided(held, "tiny")
    assert table[["clause", "decision"]].values.tolist() == [["1.1", "accept"], ["2.1", "reject"]]


def test_decisions_from_before_places_were_told_apart_stay_found(tmp_path: Path) -> None:
    import hashlib

    old = hashlib.sha256(f"S1-06\na.txt\n{WORDS}".encode()).hexdigest()
    row = at_clause("1.1", "accept") | {"key": old, "decided_on": date(2026, 5, 1)}
    with ledger.open_ledger(tmp_path / "l.sqlite") as held:
        held.append("tiny", [("passage", row)])
        before = ledger.reviewed(held, "tiny")
        assert before.decision(at_clause("1.1")) == before.decision(at_clause("2.1")) == "accept"
        assert ledger.decide(held, "tiny", [at_clause("1.1", "accept")], date(2026, 5, 2))[0] == 0
        ledger.decide(held, "tiny", [at_clause("2.1", "reject")], date(2026, 5, 2))
        table = ledger.decided(held, "tiny")
        assert table["decision"].tolist() == ["accept", "reject"]
        ledger.decide(held, "tiny", [at_clause("1.1", "reject")], date(2026, 5, 3))
        table = ledger.decided(held, "tiny")
        assert table[["clause", "decision"]].values.tolist() == [
            ["1.1", "reject"], ["2.1", "reject"]
        ]  # fmt: skip
        assert ledger.decided(held, "tiny", at=1)["decision"].tolist() == ["accept"]


def test_a_passage_with_characters_that_are_no_writing_can_be_decided(council: Path) -> None:
    folder = council / "docs"
    folder.mkdir()
    text = "4.1 " + WORDS.replace("officer", "off\x0eicer") + " \ufffe\x02 =1+1\n"
    (folder / "a.txt").write_text(text, encoding="utf-8")
    citing.review(FILE, {}, folder, Path("one.xlsx"), only=["S1-06"])
    decide(Path("one.xlsx"), {2: "accept"})
    assert citing.load(FILE, {}, Path("one.xlsx"))[0].startswith("1 decision, 1 new")
