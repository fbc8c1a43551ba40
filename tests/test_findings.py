"""Sentences and figures on quarters at the edge: they say what is so and never stop the run."""

from __future__ import annotations

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
