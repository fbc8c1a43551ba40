"""Answers beside the data: which figure, which level it fits, what is said where they differ."""

from __future__ import annotations

import csv
import json
import re
import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import helpers
import pandas as pd
import pytest
from helpers import REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_regressions.data_regression import DataRegressionFixture

import svlib as sv
from svlib import contracts, diagnostic, law, outcomes, questions
from svlib.diagnostic.checks import VERDICTS
from svlib.errors import InputError
from svlib.findings.checks import CHECKS, of_contracts, of_delivery, of_spend
from svlib.findings.checks.pages import faults

pytestmark = pytest.mark.xdist_group("site")

BANK = questions.load(REPOSITORY / "data" / "reference" / "question_bank.csv")
SHIPPED = REPOSITORY / "data" / "reference" / "check_levels.csv"
RULES = diagnostic.rules(BANK, SHIPPED)
LESS, AGREES, MORE, NOT_HELD, NOT_ANSWERED = (
    diagnostic.LESS, diagnostic.AGREES, diagnostic.MORE, diagnostic.NOT_HELD,
    diagnostic.NOT_ANSWERED,
)  # fmt: skip
ONE = BANK[BANK["id"] == "S2-11"]


def claims(*levels: int | str) -> pd.DataFrame:
    """One directorate a level, all on S2-11, with fresh evidence."""
    rows = [
        ("S2-11", f"Directorate {at}", date(2026, 9, 1), str(level), "paper", date(2026, 6, 1))
        for at, level in enumerate(levels)
    ]
    names = ["question_id", "directorate", "answered_on", "answer", "evidence", "evidence_date"]
    return diagnostic.scores(pd.DataFrame(rows, columns=names), ONE, date(2026, 9, 30))


def against(
    figure: float | None, *levels: int | str, least: tuple[float, ...] = (), shows: int = 5,
    low: float | None = None, high: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The row of `checked` for claims of S2-11, `least` being what levels 1 to 5 need."""
    needs = dict(enumerate(least or (0.1, 0.3, 0.5, 0.7, 0.9), start=1))
    rule = diagnostic.Rule("S2-11", "Placed", "share", needs, shows, "why", "ours")
    row = {
        "question_id": "S2-11", "figure": figure, "said": "13% can be placed", "why_none": "",
        "low": figure if low is None else low, "high": figure if high is None else high,
    }  # fmt: skip
    found = diagnostic.checked(claims(*levels), pd.DataFrame([row]), ONE, {"S2-11": rule})
    return found.to_dict("records")[0]


# which level a figure fits


@pytest.mark.parametrize(
    ("figure", "claimed", "fits", "gap", "verdict"),
    [
        (0.13, (4,), (1, 1), 3.0, LESS),
        (0.05, (4,), (0, 0), 4.0, LESS),
        (0.5, (3,), (3, 3), 0.0, AGREES),
        (0.4999, (3,), (2, 2), 1.0, LESS),
        (0.95, (1, 2), (5, 5), -3.5, MORE),
        (0.5, (3, 3, 4), (3, 3), 1 / 3, AGREES),  # nearer than half a level
        (0.5, (3, 4), (3, 3), 0.5, LESS),
        (0.5, (2, 3), (3, 3), -0.5, MORE),
        (0.5, ("don't know", 3), (3, 3), 0.0, AGREES),  # who does not know claims nothing
        (None, (4,), (None, None), None, NOT_HELD),
        (0.5, ("don't know",), (3, 3), None, NOT_ANSWERED),
        (0.5, ("not applicable",), (3, 3), None, NOT_ANSWERED),
    ],
)
def test_a_claim_is_held_against_the_level_that_the_figure_fits(
    figure, claimed, fits, gap, verdict
):
    row = against(figure, *claimed)
    assert ((row["shown"], row["level"]), row["verdict"]) == (fits, verdict)
    assert row["gap"] == (None if gap is None else pytest.approx(gap))


def test_a_figure_known_in_part_fits_every_level_between_its_bounds():
    row = against(0.5, 5, low=0.2, high=0.75)
    assert (row["shown"], row["level"], row["gap"], row["verdict"]) == (1, 4, 1.0, LESS)
    assert against(0.5, 3, low=0.2, high=0.75)["verdict"] == AGREES
    assert against(0.5, 0, low=0.2, high=0.75)["verdict"] == MORE


def test_a_figure_that_can_only_contradict_never_says_more():
    row = against(1.0, 0, shows=0)
    assert (row["shown"], row["level"], row["verdict"]) == (0, 5, AGREES)


def test_of_a_level_without_a_need_the_figure_can_tell_nothing():
    rule = diagnostic.Rule("S2-13", "Manifests", "number", {4: 1, 5: 1}, 3, "why", "ours")
    assert rule.span(0, 0) == (0, 3)
    assert rule.span(2, 2) == (3, 5)


def test_claims_are_means_over_directorates_with_their_extremes():
    row = against(0.5, 1, 2, 5)
    assert (row["directorates"], row["least"], row["most"]) == (3, 1, 5)
    assert row["claimed"] == pytest.approx(8 / 3)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted),
    st.lists(st.integers(0, 5), min_size=1, max_size=4),
    st.lists(st.floats(0, 1), min_size=5, max_size=5).map(sorted).map(tuple),
    st.integers(0, 5),
)
def test_a_higher_figure_never_makes_the_data_say_less(figures, levels, least, shows):
    order = [LESS, AGREES, MORE]
    low, high = (against(figure, *levels, least=least, shows=shows) for figure in figures)
    assert order.index(low["verdict"]) <= order.index(high["verdict"])
    assert low["gap"] >= high["gap"]
    assert (low["shown"], low["level"]) <= (high["shown"], high["level"])


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.lists(st.integers(0, 4), min_size=1, max_size=4))
def test_a_higher_claim_never_makes_the_data_say_more(figure, levels):
    order = [MORE, AGREES, LESS]
    modest, bold = against(figure, *levels), against(figure, *(one + 1 for one in levels))
    assert order.index(modest["verdict"]) <= order.index(bold["verdict"])


# the rules


def test_every_question_with_a_data_check_has_a_function_and_a_rule_and_vice_versa():
    checked = list(BANK.loc[BANK["data_check"] != "", "id"])
    assert len(checked) == 26
    assert list(RULES) == checked
    assert sorted(CHECKS) == checked


def test_every_rule_says_whose_choice_it_is_and_fits_a_chart():
    for rule in RULES.values():
        assert rule.whose == "our own choice"
        assert len(textwrap.wrap(rule.measure, 24)) <= 2, rule.measure


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("S1-03,Reports", "S1-04,Reports", "question S1-04: has no data check in the bank"),
        ("S1-03,Reports", "S1-05,Reports", "question S1-05: stands 2 times"),
        ("S1-03,Reports", "S9-99,Reports", "question S1-03: has no line"),
        (",0.5,0.75,0.9,4,", ",0.5,0.7 5,0.9,4,", "S1-12: a level that is no number"),
        (",0.5,0.75,0.9,4,", ",0.5,0.4,0.9,4,", "S1-12: a higher level needs less"),
        (",0.5,0.75,0.9,4,", ",0.5,0.75,9,4,", "S1-12: a figure that cannot be"),
        (",0.5,0.75,0.9,4,", ",,,,4,", "S1-12: no level needs anything"),
        (",0.5,0.75,0.9,4,", ",0.5,0.75,0.9,6,", "S1-12: shows_at_most 6"),
        ("Spend in a category,share", "Spend in a category,parts", "S1-12: unit 'parts'"),
        ("Spend in a category,", ",", "S1-12: measure is empty"),
        ("question_id,measure", "question_id,figure", "no column measure"),
        ("Spend in a category,", "Spend, by category,", "is no table"),
    ],
)
def test_a_spoilt_rule_is_named_with_its_question(tmp_path, before, after, said):
    text = SHIPPED.read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "check_levels.csv"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(said)):
        diagnostic.rules(BANK, path)


def test_missing_rules_are_said(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        diagnostic.rules(BANK, tmp_path / "gone.csv")


def test_the_document_has_one_row_a_check():
    text = (REPOSITORY / "docs" / "checks.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (S\d-\d\d) ", text, re.M) == list(RULES)


# the sample


@pytest.fixture(scope="module")
def q() -> Any:
    return sv.open_quarter(REPOSITORY / "parameters" / "sample" / "2026-27-Q2.yaml")


@pytest.fixture(scope="module")
def found(q: Any, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return sv.findings.check_answers(q, tmp_path_factory.mktemp("no-reports"))


def figure(found: pd.DataFrame, name: str) -> Any:
    return found.set_index("question_id").loc[name]


def test_the_sample_beside_its_data(
    found: pd.DataFrame, data_regression: DataRegressionFixture
) -> None:
    names = ["claimed", "capped", "figure", "low", "high", "shown", "level", "gap"]
    texts = ["question_id", "verdict", "why_none"]
    data_regression.check(
        [
            {name: row[name] for name in texts}
            | {name: None if row[name] is None else round(float(row[name]), 6) for name in names}
            for row in found.to_dict("records")
        ]
    )


def test_disagreements_come_first_and_the_widest_of_them(found: pd.DataFrame) -> None:
    apart = found["verdict"].isin([LESS, MORE])
    assert apart.tolist() == sorted(apart, reverse=True)
    gaps = [abs(gap) for gap in found.loc[apart, "gap"]]
    assert gaps == sorted(gaps, reverse=True)
    assert set(found["verdict"]) <= set(VERDICTS)


def test_figures_are_those_of_the_spend_page(q: Any, found: pd.DataFrame) -> None:
    tiles = str(sv.findings.spend_tiles(q).data)
    placed = figure(found, "S2-11")
    assert sv.show.share(placed["figure"]) in tiles
    assert placed["said"].startswith(f"{sv.show.share(placed['figure'])} of spend can be placed")
    by_category = sv.spend.by_category(q.payments)["classified_share"].iloc[0]
    assert figure(found, "S1-12")["figure"] == by_category
    known = sv.spend.known_share(q.payments, "vcse", ["yes"])
    vcse = figure(found, "S2-07")
    assert (vcse["figure"], vcse["low"], vcse["high"]) == pytest.approx(
        (known["share"], known["low"], known["high"])
    )
    trend = sv.spend.trend(q.history, q.areas)
    assert figure(found, "S3-14")["figure"] == trend["share"].notna().sum() == 5


def test_figures_are_those_of_the_contracts_page(q: Any, found: pd.DataFrame) -> None:
    on = figure(found, "S3-15")
    assert f"{sv.show.share(on['figure'])} of net spend" in sv.findings.contracts.paid_on_contract(
        q
    )
    assert sv.show.between(on["low"], on["high"]) in sv.findings.contracts.paid_on_contract(q)
    sme = contracts.by_size(contracts.awarded(q.contracts, q.quarter)).set_index("sme")
    yes, no = sme["contracts"].get("yes", 0), sme["contracts"].get("no", 0)
    assert figure(found, "S3-05")["figure"] == yes / (yes + no)
    assert figure(found, "S3-05")["low"] == sme["share_of_contracts"]["yes"]
    ends = contracts.pipeline(q.contracts, q.as_of)
    assert f"of {len(ends)} lines of the register" in figure(found, "S1-11")["said"]


def test_the_kpi_check_speaks_of_as_many_contracts_as_the_law_table(q: Any, found: Any) -> None:
    row = sv.findings.contract_tests(q).set_index("test").loc["three key performance indicators"]
    said = figure(found, "S3-07")["said"]
    assert f"of {row['yes']} contracts surely" in said
    assert f"of {row['either']} more contracts" in said
    dates = law.contract_dates(q.contracts, q.as_of, q.parameters.law)
    first = dates.loc[dates["code"] == "UK9", "due_on"].iloc[0]
    assert f"falls due on {sv.quarter.day_label(first)}" in said


def test_figures_are_those_of_the_outcomes_page(q: Any, found: pd.DataFrame) -> None:
    value = outcomes.value_by_category(sv.findings.outcomes.valued(q))
    kinds = value.groupby("value_type")[["delivered_gbp", "evidenced_gbp"]].sum()
    kinds = kinds[kinds["delivered_gbp"] > 0]
    least = min(float(row.evidenced_gbp / row.delivered_gbp) for row in kinds.itertuples())
    assert figure(found, "S2-05")["figure"] == least
    states = sv.findings.outcomes.progress(q)["state"].isin(["behind", "at risk"])
    assert f"{states.sum()} commitments are behind or at risk" in figure(found, "S3-09")["said"]
    counts = q.deliveries["evidence_status"].value_counts()
    checked = counts["accepted"] + counts["queried"]
    assert figure(found, "S3-10")["figure"] == checked / len(q.deliveries)


def test_contracts_with_commitments_by_hand(q: Any, found: pd.DataFrame) -> None:
    with_any, whole, inside = 0, 0, 0
    for line in contracts.counted(q.contracts).to_dict("records"):
        runs = line["start_date"] <= q.measured_on <= line["end_date"]
        if not runs or line["role"] == "framework":
            continue
        promised = line["contract_ref"] in set(q.commitments["contract_ref"])
        with_any += promised
        whole += line["counted_gbp"] or 0
        inside += (line["counted_gbp"] or 0) if promised else 0
    row = figure(found, "S3-06")
    assert row["figure"] == pytest.approx(float(inside / whole))
    assert row["said"].startswith(f"{with_any} contracts of ")


def test_figures_are_those_of_the_diagnostic_and_the_framework_pages(q: Any, found: Any) -> None:
    spread = diagnostic.divergence(diagnostic.scores(q.answers, q.questions, q.as_of))
    assert figure(found, "S1-05")["figure"] == pytest.approx(1 - spread["flag"].mean())
    ranked = len(sv.findings.priorities(q))
    assert figure(found, "S1-14")["said"].startswith(f"{ranked} categories can be ranked")


def test_spend_with_a_number_by_hand(q: Any, found: pd.DataFrame) -> None:
    have = q.suppliers[
        (q.suppliers["company_number"] != "") | (q.suppliers["charity_number"] != "")
    ]
    paid = q.sql("SELECT supplier_id, amount_gbp FROM payments")
    share = paid.loc[paid["supplier_id"].isin(have["supplier_id"]), "amount_gbp"].sum()
    share = float(share / paid["amount_gbp"].sum())
    assert of_spend.numbered(q) == pytest.approx(share)


def test_the_page_names_the_widest_disagreement_first(q: Any, found: pd.DataFrame) -> None:
    said = sv.findings.checked_sentences(q, found)
    first = found.iloc[0]
    assert said[0].startswith("26 questions of the diagnostic can be held against data. On ")
    assert said[1] == (
        f"{first['question']} You said {first['claimed']:.1f} ({first['least']} to "
        f"{first['most']} by directorate); {first['said']}. That fits level {first['level']} "
        f"at {'least' if first['verdict'] == 'data say more' else 'most'}."
    )
    assert "no report of an earlier quarter is held" in " ".join(said)
    drawn = str(sv.findings.checked_figure(q, found).data)
    assert "Spend that can be placed: claimed 4.2, counted 4.0, nearest level the data fit 3.0" in (
        drawn
    )
    shown = str(sv.findings.checked_table(q, found).data)
    assert shown.index(first["question"]) < shown.index(found.iloc[-1]["question"])
    assert "All 26 rows" in shown


# earlier reports


def report(folder: Path, quarter: str, as_of: str, page: str = "", **more: Any) -> None:
    """The manifest and one page of a report."""
    told = {"quarter": quarter, "as_of": as_of, "inputs": {"a.csv": "ab12"}}
    told |= {"parameters": {"areas": {"local": "LCR"}}}
    helpers.put(folder / quarter / "working" / "manifest.json", json.dumps(told | more))
    helpers.put(folder / quarter / "site" / "index.html", page or PAGE)


PAGE = (
    '<html lang="en"><head><title>Report</title></head><body><main><h1>Report</h1>'
    '<div role="img" aria-label="A chart"><svg><title>x</title></svg></div>'
    "<table><caption>T</caption></table></main></body></html>"
)


def past(q: Any, folder: Path) -> Any:
    return sv.findings.checked_figures(q, folder).set_index("question_id")


def test_checks_of_reports_read_the_manifests_of_earlier_quarters(q: Any, tmp_path: Path) -> None:
    report(tmp_path, "2025-26-Q1", "2025-07-20")  # five quarters back
    report(tmp_path, "2025-26-Q4", "2026-04-30")
    report(tmp_path, "2026-27-Q1", "2026-07-31", inputs={}, page="<html><h1>a</h1></html>",
           parameters={"areas": {"local": "NW"}})  # fmt: skip
    report(tmp_path, "2026-27-Q2", "2026-10-01")  # the quarter itself
    report(tmp_path / "trials", "2025-26-Q3", "2026-01-01")
    found = past(q, tmp_path)
    assert found["figure"][["S1-03", "S2-13", "S3-12", "S3-13"]].tolist() == [2, 2, 1, 0]
    assert found["said"]["S1-03"] == (
        "reports of 2 of the 4 quarters before 2026-27 Q2 are held: 2025-26 Q4 and 2026-27 Q1"
    )
    assert found["said"]["S3-12"].endswith(
        "that of 2026-27 Q1 speaks for 31 July 2026, 31 days after it"
    )
    assert found["said"]["S1-13"].endswith("as in 2 of 3 earlier reports")
    assert "index.html: no language is given" in found["said"]["S3-13"]


def test_that_no_report_is_held_is_no_figure(q: Any, tmp_path: Path) -> None:
    reasons = past(q, tmp_path / "none")["why_none"]
    assert set(reasons[["S1-03", "S2-13", "S3-12", "S3-13"]]) == {
        "no report of an earlier quarter is held"
    }


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"quarter": "2026", "as_of": "x"}', "{"])
def test_a_manifest_that_cannot_be_read_is_named(q: Any, tmp_path: Path, text: str) -> None:
    helpers.put(tmp_path / "2025-26-Q4" / "working" / "manifest.json", text)
    with pytest.raises(InputError, match=r"2025-26-Q4/working/manifest.json: is not the manifest"):
        past(q, tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "", []),
        (' lang="en"', "", ["no language is given"]),
        ("<title>Report</title>", "", ["no title"]),
        ("<h1>Report</h1>", "<h1>a</h1><h1>b</h1>", ["not one main heading"]),
        ("<main>", "<div>", ["no main part is marked"]),
        (' aria-label="A chart"', "", ["a picture without a description"]),
        ("<caption>T</caption>", "", ["a table without a caption"]),
    ],
)
def test_faults_that_a_program_finds_on_a_page(tmp_path, before, after, said):
    path = helpers.put(tmp_path / "page.html", PAGE.replace(before, after))
    assert faults(path) == said


# councils that hold little


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A council with nothing but payments."""
    with pytest.MonkeyPatch.context() as patch:
        root = helpers.project(tmp_path_factory.mktemp("bare"), patch)
        for month, number in (("april", "04"), ("may", "05"), ("june", "06")):
            helpers.payments(root, f"{month}-2026.csv", f"Ash Ltd, 10.00, 03/{number}/2026, Adults")
        yield sv.open_quarter("parameters/tiny/2026-27-Q1.yaml")


def test_a_council_with_nothing_but_payments_gets_reasons(bare: Any) -> None:
    found = sv.findings.check_answers(bare).set_index("question_id")
    assert set(found["verdict"]) == {NOT_HELD, NOT_ANSWERED}
    silent = found[found["verdict"] == NOT_HELD]
    assert {name: silent["why_none"][name] for name in ("S1-05", "S1-14", "S3-15", "S3-10")} == {
        "S1-05": "no question was answered by two directorates",
        "S1-14": "there is no spend in a category that is bought",
        "S3-15": of_contracts.NO_REGISTER,
        "S3-10": of_delivery.NO_COMMITMENTS,
    }
    assert all(bool(row["said"]) != bool(row["why_none"]) for row in found.to_dict("records"))
    assert figure(found.reset_index(), "S2-11")["figure"] == 0
    assert sv.findings.checked_sentences(bare) == [sv.findings.diagnostic.NO_ANSWERS]
    assert "not held" in str(sv.findings.checked_table(bare).data)


def test_credits_alone_give_no_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = helpers.project(tmp_path, monkeypatch)
    for month, number in (("april", "04"), ("may", "05"), ("june", "06")):
        helpers.payments(root, f"{month}-2026.csv", f"Ash Ltd, -10.00, 03/{number}/2026, Adults")
    found = past(sv.open_quarter("parameters/tiny/2026-27-Q1.yaml"), tmp_path / "none")
    assert set(found["why_none"][["S1-12", "S2-07", "S2-11"]]) == {of_spend.NO_SPEND}


@pytest.mark.realdata
@pytest.mark.parametrize(("months", "withheld"), [(("oct", "nov", "dec"), 1239)])
def test_seftons_third_quarter(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, months, withheld
) -> None:
    """Withheld names as two other parsers counted them; no place and no number is printed."""
    sources = {"payments": {"folder": "data/raw/sefton", "files": ["*.csv"]}}
    root = helpers.project(tmp_path, monkeypatch, slug="sefton", name="Sefton Council",
                           sources=sources, quarters={"2023-24-Q3": {}})  # fmt: skip
    (root / "data" / "raw" / "sefton").mkdir()
    files = {}
    for row in csv.DictReader((shared / "spend_lcr" / "control_totals.csv").open()):
        path = Path(row["kept_path"])
        if row["council"] == "sefton" and re.search("|".join(months), path.name):
            files[path.name] = int(row["redacted_rows"])
            copied = root / "data" / "raw" / "sefton" / path.name
            copied.write_bytes((shared / "spend_lcr" / "sefton" / path.name).read_bytes())
    assert sum(files.values()) == withheld
    found = past(sv.open_quarter("parameters/sefton/2023-24-Q3.yaml"), tmp_path / "none")
    assert f"withheld on {withheld:,} lines" in found["said"]["S2-12"]
    assert found["said"]["S1-12"].endswith("3 of 3 printed totals agree with what was read")
    assert (found["figure"]["S2-11"], found["figure"]["S3-14"]) == (0, 0)
    assert found["why_none"]["S2-07"].startswith("of less than half of spend is it known")
