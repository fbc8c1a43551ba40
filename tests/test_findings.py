"""Sentences and figures on quarters at the edge: they say what is so and never stop the run."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from helpers import payments, project

import svlib as sv

QUARTER = "parameters/tiny/2026-27-Q1.yaml"
MONTHS = ("april", "may", "june")

CREDITS_ONLY = "Ash Ltd, -100.00, 03/04/2026, Adults, Care, L1 8JQ"
ONE_SUPPLIER = "Ash Ltd, 100.00, 03/04/2026, Adults, Care, L1 8JQ"
ALL_WITHHELD = "REDACTED PERSONAL DATA, 100.00, 03/04/2026, Adults, Care"
MARKUP = """
<b>Ash</b> & "Sons" 🏛 =1+2, 100.00, 03/04/2026, <i>Adults</i>, @care
עברית Ltd, 50.00, 03/04/2026, +Place, -care
"""


def quarter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: str, **keys: object):
    root = project(tmp_path, monkeypatch, **keys)
    for month in MONTHS:
        payments(root, f"{month}-2026.csv", rows)
        (root / "data" / "raw" / f"{month}-2026.csv").open("a").write(f"Extra {month},0.00\n")
    return sv.open_quarter(QUARTER)


def everything(q) -> str:
    """All that the two spend notebooks say and show."""
    find = sv.findings
    sentences = [*find.spend_sentences(q), *find.headlines(q), *find.decisions(q)]
    sentences += find.certainty(q)
    trend = sv.spend.trend(q.history, q.areas)
    places = sv.spend.by_place(q.payments, q.areas)
    top = sv.spend.top_suppliers(q.payments)
    shown = [
        sv.show.banner(q),
        sv.show.sentences(sentences),
        find.spend_tiles(q),
        find.headline_tiles(q),
        find.outcomes_figure(q),
        find.diagnostic_figure(q),
        sv.show.trend(trend, "Trend", incomplete={}, columns={"quarter": "Quarter"}),
        sv.show.share_trend(trend, "Local", "here", columns={"quarter": "Quarter"}),
        sv.show.stack(places, "place", "Places", columns={"place": "Place"}),
        sv.show.bars(
            sv.spend.by_directorate(q.payments), "directorate", "net_gbp", "Directorates",
            columns={"directorate": "Directorate"},
        ),
        sv.show.table(top, "Top", {"supplier": "Supplier", "net_gbp": "Net", "share": "Share"}),
        sv.show.table(find.files_table(q), "Files", {"file": "File", "gbp_read": "Read"}),
        find.places_figure(q),
        find.areas_table(q),
        sv.show.sentences([*find.without_a_place(q), *find.off_the_points(q)]),
        find.region_map(q),
        find.suppliers_map(q),
        find.country_map(q),
        sv.show.sentences(find.off_the_map(q)),
        find.small_areas(q),
        find.postcodes_table(q),
    ]  # fmt: skip
    return "\n".join(str(one.data) for one in shown)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (ONE_SUPPLIER, "Suppliers in Liverpool City Region received 100% of the spend"),
        (CREDITS_ONLY, "spent -£300 in 2026-27 Q1"),
        (ALL_WITHHELD, "withheld the supplier&#x27;s name on 3 lines (£300)"),
    ],
)
def test_a_quarter_at_the_edge_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: str, said: str
) -> None:
    shown = everything(quarter(tmp_path, monkeypatch, rows))
    assert said in shown
    assert "nan" not in shown.lower().replace("finance", "")
    assert "None" not in shown.replace("None of the files", "")


def test_a_quarter_whose_every_line_is_left_out_by_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = {"id": "all", "column": "expense_type", "contains": [""], "reason": "A test"}
    q = quarter(tmp_path, monkeypatch, ONE_SUPPLIER, exclusions=[rule])
    assert "Left out by rule &#x27;all&#x27;: 6 lines, £300. A test." in everything(q)


def test_text_from_files_is_shown_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = everything(quarter(tmp_path, monkeypatch, MARKUP, name='<script>alert("x")</script>'))
    assert "<b>Ash</b>" not in shown and "<i>Adults" not in shown and "<script" not in shown
    assert "&lt;b&gt;Ash&lt;/b&gt; &amp; &quot;Sons&quot; 🏛 =1+2" in shown
    assert "&lt;i&gt;Adults&lt;/i&gt;" in shown
    assert "עברית Ltd" in shown


PASSAGE = {
    "question_id": "S1-06", "file": "orders.pdf", "page": "9", "clause": "7.1",
    "passage": "The officer shall consider <b>it</b> first.", "decision": "accept",
}  # fmt: skip


def answered(q, given: dict[str, sv.ledger.Answer], passages: list[dict[str, str]]) -> None:
    """An agreed form of Adults handed in, and passages decided, on the as-of date."""
    day = q.as_of
    at_noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    with sv.ledger.open_ledger(q.parameters.ledger, lambda: at_noon) as held:
        version = q.questions["version"].iloc[0]
        _, form = sv.ledger.start(
            held, "tiny", answers_are=sv.ledger.AGREED, directorate="Adults",
            length=sv.ledger.FULL, bank_version=version, on=day,
        )  # fmt: skip
        sv.ledger.save(held, form, given, day)
        sv.ledger.finish(held, form, day)
        sv.ledger.decide(held, "tiny", passages, day)


def rows_of(shown: str, part: str) -> list[list[str]]:
    """Cells of each row of the first or the whole table of a long one."""
    brief, whole = shown.split("<details>")
    rows = re.findall(r"<tr>(.*?)</tr>", brief if part == "first" else whole)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]
    return [[html.unescape(cell) for cell in row] for row in cells]


def test_each_directorates_claim_stands_beside_what_counts_and_its_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    q = quarter(tmp_path, monkeypatch, ONE_SUPPLIER)
    given = {
        "S1-01": sv.ledger.Answer("5", "Policy of 2020", date(2020, 1, 31)),
        "S1-02": sv.ledger.Answer("4"),
        "S1-03": sv.ledger.Answer("4", "Minute 12", date(2026, 5, 1)),
        "S1-04": sv.ledger.Answer("don't know"),
        "S1-05": sv.ledger.Answer("not applicable"),
    }
    answered(q, given, [])
    shown = str(sv.findings.claims_table(q).data)
    headings, *rows = rows_of(shown, "first")
    assert headings == [
        "Question", "Directorate", "Level claimed", "Level counted", "Why", "Evidence named",
    ]  # fmt: skip
    assert [row[1:] for row in rows[:6]] == [
        ["Adults", "5", "3", "evidence older than 24 months", "Policy of 2020"],
        ["Adults", "4", "2", "no evidence", "none"],
        ["Adults", "4", "4", "counts in full", "Minute 12"],
        ["Adults", "don't know", "0", '"don\'t know" counts as 0', "none"],
        ["Adults", "not applicable", "none", "drops out", "none"],
        ["Adults", "not answered", "none", "no answer", "none"],
    ]
    whole = rows_of(shown, "whole")
    assert len(whole) == 44 and whole[0][-2:] == ["Id", "Date of the evidence"]
    assert whole[1][-2:] == ["S1-01", "31 January 2020"]


def test_accepted_passages_are_listed_by_question_and_those_rejected_or_erased_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    q = quarter(tmp_path, monkeypatch, ONE_SUPPLIER)
    other = PASSAGE | {"question_id": "S1-01", "clause": "", "note": "Ask <i>Ann</i>"}
    given = [PASSAGE, other, PASSAGE | {"clause": "7.2", "decision": "reject"}]
    answered(q, {"S1-01": sv.ledger.Answer("1")}, given)
    shown = str(sv.findings.accepted_passages_table(q).data)
    _, *rows = rows_of(shown, "first")
    words = PASSAGE["passage"]
    assert [row[1:] for row in rows] == [
        [words, "orders.pdf", "none", "9"], [words, "orders.pdf", "7.1", "9"],
    ]  # fmt: skip
    assert rows[0][0] == q.questions["question"].iloc[0]
    assert "<b>it" not in shown and "Ann" not in shown  # notes are for those who review


def test_without_answers_or_passages_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    q = quarter(tmp_path, monkeypatch, ONE_SUPPLIER)
    assert "No answers to the diagnostic" in sv.findings.claims_table(q).data
    assert "No passage of a document" in sv.findings.accepted_passages_table(q).data
