"""The guidance as data, the pack for one procurement, and the ranking of categories."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import helpers
import openpyxl
import pandas as pd
import pytest
import yaml
from helpers import REPOSITORY
from typer.testing import CliRunner

import svlib as sv
from svlib import categories, framework, guidance, guiding, law, parameters, project
from svlib.cli import app
from svlib.errors import InputError, ParameterError
from svlib.ingest import read_form
from svlib.parameters import Guidance as Asked
from svlib.parameters import Parameters
from svlib.tables import COMMITMENTS

QUARTER = REPOSITORY / "parameters" / "sample" / "2026-27-Q2.yaml"
SHIPPED = yaml.safe_load(project.reference("guidance.yaml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 23)
ACT, BEFORE = "Procurement Act 2023", "Regulations of 2015 and 2016"


@pytest.fixture(scope="module")
def sample() -> Parameters:
    return parameters.load(QUARTER)


@pytest.fixture
def written() -> dict[str, Any]:
    """The shipped guidance as plain lists and dictionaries, to be spoilt."""
    return deepcopy(SHIPPED)


def packed(parameters: Parameters, **more: Any) -> guidance.Pack:
    given: dict[str, Any] = {
        "category": "adult_care",
        "value_gbp": Decimal(1_000_000),
        "vat_included": True,
        "contract_type": None,
        "start": date(2027, 4, 1),
        "end": date(2029, 3, 31),
        "as_of": TODAY,
    }
    return guidance.pack(**{**given, **more}, parameters=parameters)


def asking(sample: Parameters, **says: Any) -> Parameters:
    return sample.model_copy(update={"guidance": Asked.model_validate(says)})


def faults_of(call: Any) -> list[str]:
    with pytest.raises((ParameterError, InputError)) as caught:
        call()
    return [str(fault) for fault in caught.value.faults]


# --- the file ------------------------------------------------------------------------------------


def test_what_ships_has_ten_stages_and_every_category() -> None:
    found = guidance.load()
    assert tuple(stage.stage for stage in found.stages) == guidance.STAGES
    assert len(guidance.STAGES) == 10
    assert set(found.categories) == set(categories.ids())
    bought = [one for one in found.categories.values() if one.not_bought is None]
    assert len(bought) == 19
    assert all(len({fit.outcome for fit in one.outcomes}) >= 3 for one in bought)
    assert all(fit.reason for one in bought for fit in one.outcomes)


def test_every_outcome_of_the_framework_fits_some_category() -> None:
    fitting = {fit.outcome for one in guidance.load().categories.values() for fit in one.outcomes}
    assert fitting == set(framework.load().outcomes["outcome"])


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda f: f["stages"][0]["actions"][0].update(questions=["S9-99"]),
         "N1: question S9-99 is not in the question bank. Use an id of question_bank.csv."),
        (lambda f: f["stages"][0]["actions"][1].update(law={"duties": "be good"}),
         "action N2: 'be good' is no row of duties.csv. Use one of: contract details notice, "
         "contract published, notice below threshold, payments over £30,000 published, performance "
         "assessed each year, regulated below threshold, shortlisting allowed below threshold, "
         "social value considered, three key performance indicators."),
        (lambda f: f["stages"][0]["actions"][1].update(law={"habits": "x"}),
         "action N2: 'habits' is no table of the law. Use one of: amounts, duties, notices, "
         "permissions, thresholds."),
        (lambda f: f["stages"][0]["actions"][2].update(unless="N99"),
         "action N3: 'N99' is no action. Use one of: A1, A2, A3, A4, A5, A6, B1, B2, B3, B4, G1, "
         "G2, ...."),
        (lambda f: f["stages"][1]["actions"][0].update(types=["gifts"]),
         "action O1: 'gifts' is no type of contract. Use one of: goods, services, works, light "
         "touch, concession, light touch concession."),
        (lambda f: f["enablers"][0].update(id="N1"), "N1: stands 2 times. Give each its own id."),
        (lambda f: f["categories"]["goods"].update(
            outcomes=f["categories"]["goods"]["outcomes"][:2]),
         "category goods: has 2 outcomes. Name at least 3 different ones."),
        (lambda f: f["categories"]["goods"]["outcomes"][0].update(outcome="Joy"),
         "category goods: 'Joy' is no outcome of the framework."),
        (lambda f: f["categories"]["goods"].pop("risk"),
         "category goods: has no risk marks with a reason. Mark each 1, 2 or 3, and say why."),
        (lambda f: f["categories"]["goods"]["risk"].update(labour=4),
         "categories goods risk labour: Input should be less than or equal to 3. Mend the line; "
         "the file's head explains it."),
        (lambda f: f["categories"].pop("goods"),
         "categories: goods is missing. Say what fits it."),
        (lambda f: f["categories"]["levies"].update(risk_reason="x", risk={
            "labour": 1, "modern_slavery": 1, "carbon": 1}),
         "category levies: is not bought, but has outcomes or risks. Keep one of the two."),
        (lambda f: f["stages"].pop(),
         "stages: are need, options, market, specification, selection, evaluation, award, "
         "mobilisation, management. Write each once, in this order: need, options, market, "
         "specification, selection, evaluation, award, mobilisation, management, exit."),
        (lambda f: f["stages"][5]["actions"].pop(0),
         "stage evaluation: has nothing to do in band small for goods, services, works, light "
         "touch, concession, light touch concession. Add an action that rests on no duty, or widen "
         "one."),
        (lambda f: f["stages"][0]["actions"][0].update({"from": "over"}),
         "stages 1, actions 1,: Value error, from over to small holds no band. Mend the line; the "
         "file's head explains it."),
        (lambda f: f["stages"][0]["actions"][0].update(text="x" * 251),
         "stages 1, actions 1, text: String should have at most 250 characters. Mend the line; the "
         "file's head explains it."),
        (lambda f: f["method_statement"]["scoring"].pop(),
         "method_statement, scoring: are 0, 1, 2, 3, 4. Write each once, in this order: 0, 1, 2, "
         "3, 4, 5."),
    ],
)  # fmt: skip
def test_a_spoilt_file_is_refused(
    spoil: Any, expected: str, written: dict[str, Any], tmp_path: Path
) -> None:
    spoil(written)
    path = tmp_path / "guidance.yaml"
    path.write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")
    said = [
        one.removeprefix(f"{path.as_posix()}, ") for one in faults_of(lambda: guidance.load(path))
    ]
    assert any(one.startswith(expected) for one in said), said


def test_every_fault_is_named_at_once(written: dict[str, Any], tmp_path: Path) -> None:
    written["enablers"][0]["questions"] = ["S9-99"]
    written["categories"]["goods"]["outcomes"][0]["outcome"] = "Joy"
    path = tmp_path / "guidance.yaml"
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    assert len(faults_of(lambda: guidance.load(path))) == 2
    assert faults_of(lambda: guidance.load(tmp_path / "none.yaml"))[0].endswith(
        "no such file. Put back the guidance that came with the suite."
    )


# --- the law, the band, the actions --------------------------------------------------------------

CASES = [
    # category, value, VAT, type, day, type used, band, 2012 Act duty, law, threshold
    ("goods", "12000", True, None, "2026-11-23",
     "goods", "small", law.DOES_NOT, ACT, 207_720),
    ("premises", "207719", True, None, "2026-11-23",
     "services", "below", law.DOES_NOT, ACT, 207_720),
    ("premises", "207720", True, None, "2026-11-23",
     "services", "above", law.APPLIES, ACT, 207_720),
    ("premises", "173100", False, None, "2026-11-23",  # 207,720 with VAT
     "services", "above", law.APPLIES, ACT, 207_720),
    ("premises", "200000", None, None, "2026-11-23",
     "services", "above", law.EITHER_WAY, ACT, 207_720),
    ("construction", "10000000", True, None, "2026-11-23",
     "works", "over", law.DOES_NOT, ACT, 5_193_000),
    ("construction", "5100000", True, None, "2026-11-23",  # over £5m, yet below threshold
     "works", "below", law.DOES_NOT, ACT, 5_193_000),
    ("adult_care", "663539", True, None, "2026-11-23",
     "light touch", "below", law.DOES_NOT, ACT, 663_540),
    ("adult_care", "9000000", True, None, "2026-11-23",
     "light touch", "over", law.APPLIES, ACT, 663_540),
    ("culture", "6000000", True, "concession", "2026-11-23",
     "concession", "over", law.NOT_COVERED, ACT, 5_193_000),
    ("premises", "214903", True, None, "2025-12-31",
     "services", "below", law.DOES_NOT, ACT, 214_904),
    ("premises", "214904", True, None, "2025-02-23",  # the day before the Act
     "services", "above", law.APPLIES, BEFORE, 214_904),
    ("premises", "20000", True, None, "2023-12-31",  # no notifiable amount was known then
     "services", "below", law.DOES_NOT, BEFORE, 213_477),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "expected"), [(case[:5], case[5:]) for case in CASES])
def test_the_pack_of_a_procurement(
    sample: Parameters, asked: tuple[Any, ...], expected: tuple[Any, ...]
) -> None:
    category, value, vat, kind, on = asked
    used, band, duty, regime, threshold = expected
    found = packed(sample, category=category, value_gbp=Decimal(value), vat_included=vat,
                   contract_type=kind, as_of=date.fromisoformat(on))  # fmt: skip
    assert found.procurement.contract_type == used
    assert found.band.band == band
    assert found.standing.duty.answer == duty
    assert found.standing.regime == regime
    assert found.standing.threshold_gbp == threshold
    assert found.versions["Law of"].endswith(regime)
    assert found.versions["Guidance"] == SHIPPED["version"]
    assert [stage.stage for stage in found.stages] == list(guidance.STAGES)
    assert all(stage.actions for stage in found.stages)
    assert 1 <= found.choose <= found.outcomes["outcome"].nunique()


def test_every_band_and_type_has_something_to_do_at_every_stage(sample: Parameters) -> None:
    for kind in guidance.TYPES:
        for value in (1_000, 150_000, 5_400_000, 90_000_000):
            found = packed(sample, value_gbp=Decimal(value), contract_type=kind)
            assert all(stage.actions for stage in found.stages), (kind, value)


def ids(pack: guidance.Pack) -> set[str]:
    return {action.id for stage in pack.stages for action in stage.actions}


def test_actions_follow_the_duties_that_apply(sample: Parameters) -> None:
    services = packed(sample, category="premises", value_gbp=Decimal(9_000_000))
    assert {"N2", "S4", "G3", "A4", "A5", "O5"} <= ids(services)
    assert not {"N1", "N3", "O4", "V1"} & ids(services)  # N2 makes N3 needless
    works = packed(sample, category="construction", value_gbp=Decimal(9_000_000))
    assert {"N3", "S4", "S6"} <= ids(works)
    assert "N2" not in ids(works)
    light_touch = packed(sample, value_gbp=Decimal(9_000_000))
    assert "N2" in ids(light_touch)
    assert not {"S4", "G3"} & ids(light_touch)  # s.52 and s.71 leave light touch out
    before = packed(sample, category="premises", value_gbp=Decimal(9_000_000),
                    as_of=date(2025, 2, 23))  # fmt: skip
    assert "N2" in ids(before)
    assert not {"S4", "G3", "A4", "A5"} & ids(before)
    small = packed(sample, category="goods", value_gbp=Decimal(9_000))
    assert {"N1", "V1", "A1", "M1"} <= ids(small)
    assert not {"N2", "N3", "O4", "A2", "A3"} & ids(small)
    concession = packed(sample, category="culture", contract_type="concession",
                        value_gbp=Decimal(9_000_000))  # fmt: skip
    action = next(one for one in concession.stages[0].actions if one.id == "N2")
    assert action.law == "Social value considered: not covered by the tables."


def test_the_law_behind_an_action_is_named_with_its_confidence(sample: Parameters) -> None:
    below = packed(sample, category="goods", value_gbp=Decimal(90_000))
    action = next(one for stage in below.stages for one in stage.actions if one.id == "O4")
    assert action.law.startswith("Reserve by place below threshold: yes. SI 2026/94")


def test_the_duty_is_said_and_never_that_it_was_met(sample: Parameters) -> None:
    said = {
        found.duty_sentence.split("(")[0].strip()
        for value, kind in (("300000", "services"), ("300000", "goods"), ("300000", "concession"))
        if (found := packed(sample, contract_type=kind, value_gbp=Decimal(value)).standing)
    }
    assert said == {
        "By the law tables the duty to consider social value applies",
        "By the law tables the duty does not apply here",
        "The law tables do not say whether the duty applies here",
    }


def test_the_council_sets_its_own_light_limit_weighting_and_ranges(sample: Parameters) -> None:
    own = asking(
        sample,
        light_below_gbp=100_000,
        weighting={"small": "0.05"},
        ranges={"WN1": {"low": 10, "high": 40, "source": "Contracts of 2024-25"}},
    )
    found = packed(own, category="environment", value_gbp=Decimal(90_000))
    assert found.band.band == "small"
    assert found.standing.band_reason == (
        "Under the council's limit of £100,000 for the light version, VAT included."
    )
    assert found.weighting.startswith("The council's weighting for this band: 5%.")
    ranges = found.outcomes.set_index("measure_id")["range"]
    assert ranges["WN1"] == "0.9 to 3.6 for a contract of this value (Contracts of 2024-25)"
    assert ranges["TE1"] == "Not set by the council: ask the market"
    usual = packed(sample, category="environment", value_gbp=Decimal(90_000))
    assert usual.band.band == "below"
    assert usual.weighting.startswith("The council has set no weighting for this band")
    assert faults_of(lambda: packed(asking(sample, ranges={"ZZ1": {
        "low": 1, "high": 2, "source": "x"}})))[0].startswith(
        "guidance.ranges, ZZ1: is no measure of the framework. Use one of: JS1,"
    )  # fmt: skip


def test_questions_grow_with_the_band_and_the_risks(sample: Parameters) -> None:
    def names(value: int, category: str = "construction") -> list[str]:
        return [
            one.name
            for one in packed(sample, category=category, value_gbp=Decimal(value)).questions
        ]

    assert names(9_000) == ["Light version"]
    assert names(90_000) == ["Social value offered", "Light version"]
    assert names(9_000_000) == ["Social value offered", "Fair work", "Modern slavery", "Carbon"]
    assert names(9_000_000, "professional") == ["Social value offered"]
    found = packed(sample, value_gbp=Decimal(9_000))
    assert "At most 150 words." in found.questions[0].text
    assert [one.score for one in found.scoring] == [0, 1, 2, 3, 4, 5]


def test_no_figure_of_the_made_up_sample_is_offered_as_typical(sample: Parameters) -> None:
    assert "typical_low" not in packed(sample).outcomes
    assert set(packed(sample).outcomes["range"]) == {"Not set by the council: ask the market"}


def test_the_record_asks_what_the_act_asks(sample: Parameters) -> None:
    asks = " ".join(line.ask for line in packed(sample).record)
    for word in ("Economic", "Social", "Environmental", "relate", "in proportion", "consulted",
                 "Equality", "Post that decided", "Date of the decision"):  # fmt: skip
        assert word in asks
    parts = list(dict.fromkeys(line.part for line in packed(sample).record))
    assert parts == [
        "The purchase", "What the law tables say", "Well-being of the area",
        "Relevance and proportion", "Consultation", "Equality", "Decision",
    ]  # fmt: skip


def test_the_record_of_a_small_contract_is_short(sample: Parameters) -> None:
    small = packed(sample, category="goods", value_gbp=Decimal(9_000))
    full = packed(sample, category="goods", value_gbp=Decimal(90_000))
    to_fill = [[line for line in found.record if not line.told] for found in (small, full)]
    assert [len(lines) for lines in to_fill] == [11, 19]
    assert small.standing.duty.answer == law.DOES_NOT


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"category": "gifts"}, "category: 'gifts' is not known. Use one of: adult_care,"),
        ({"category": "levies"}, "category levies: has no pack. Levies and precepts are charges of "
         "other public bodies, not a purchase. Name another."),
        ({"category": "property"}, "category property: the law tables do not say what type its "
         "contracts are. Give the type: goods, services,"),
        ({"value_gbp": Decimal(-1)}, "value: £-1 is less than nothing. Give the estimated value"),
        ({"value_gbp": Decimal("NaN")}, "value: 'NaN' is no sum. Give the estimated value"),
        ({"end": date(2027, 3, 31)}, "last day of the contract: 2027-03-31 is before the first "
         "day, 2027-04-01. Swap the dates, or leave the last out."),
        ({"start": date(2026, 11, 22)}, "first day of the contract: 2026-11-22 is before the "
         "procurement commences on 2026-11-23. Give a later start, or the day it commenced."),
        ({"reference": "A\x07"}, "reference: 'A\\x07' cannot be printed. Write it in one line"),
        ({"contract_type": "gift"}, "type of contract: 'gift' is not known. Use one of: goods,"),
        ({"as_of": date(2021, 12, 31)}, "day the procurement commences: 2021-12-31 is not covered "
         "by the tables, which hold from 2022-01-01 to 2027-12-31 for light touch. Give a day in "
         "between, or add the rows to data/reference/law/thresholds.csv."),
        ({"as_of": date(2028, 1, 1), "start": date(2028, 4, 1), "end": None},
         "day the procurement commences: 2028-01-01 is not covered by the tables, which hold from "
         "2022-01-01 to 2027-12-31 for light touch."),
        ({"as_of": date(2025, 1, 1), "contract_type": "light touch concession"},
         "day the procurement commences: 2025-01-01 is not covered by the tables, which hold from "
         "2025-02-24 to 2027-12-31 for light touch concession."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_one_message(
    sample: Parameters, given: dict[str, Any], expected: str
) -> None:
    (said,) = faults_of(lambda: packed(sample, **given))
    assert said.startswith(expected)


def test_all_that_does_not_fit_is_named_at_once(sample: Parameters) -> None:
    said = faults_of(lambda: packed(sample, category="gifts", value_gbp=Decimal(-5),
                                    end=date(2020, 1, 1)))  # fmt: skip
    assert len(said) == 3


# --- the files -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of a building contract, as written by the command."""
    folder = tmp_path_factory.mktemp("pack")
    said = CliRunner().invoke(app, [
        "guidance", str(QUARTER), "--category", "construction", "--value", "£10,000,000",
        "--start", "01/04/2027", "--end", "2029-03-31", "--vat", "inc", "--reference", "LCC-7",
        "--out", str(folder),
    ])  # fmt: skip
    assert said.exit_code == 0, said.output
    assert said.output.startswith("DRAFT for Legal to check: Building and road works, £10,000,000")
    return folder


def test_the_document_has_headings_in_order_and_marked_header_rows(files: Path) -> None:
    from docx import Document
    from docx.oxml.ns import qn

    document = Document(str(files / "guidance_construction.docx"))
    levels = [
        int(one.style.name.removeprefix("Heading "))
        for one in document.paragraphs
        if one.style.name.startswith("Heading")
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 2"]
    assert headings == ["Consideration record", "Outcomes to choose from", "Method statement",
                        "What to do, stage by stage", "Commitments schedule",
                        "What the law tables say"]  # fmt: skip
    assert all(one.text.strip() for one in document.paragraphs)
    for table in document.tables:
        marks = table.rows[0]._tr.trPr.findall(qn("w:tblHeader"))
        assert len(marks) == 1
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        assert not list(table._tbl.iter(qn("w:gridSpan"), qn("w:vMerge")))
        assert all(cell.text.strip() for cell in table.rows[0].cells)
    told = document.core_properties
    assert (told.language, told.author) == ("en-GB", "Sample City Council (synthetic)")
    assert told.title == "Social value in one procurement: Building and road works, LCC-7"
    assert document.sections[0].header.paragraphs[0].text.startswith("DRAFT for Legal to check")
    with zipfile.ZipFile(files / "guidance_construction.docx") as packed_:
        assert b'w:lang w:val="en-GB"' in packed_.read("word/styles.xml")
        assert "w:shd" in packed_.read("word/document.xml").decode()


def test_the_workbook_has_one_table_a_sheet(files: Path) -> None:
    book = openpyxl.load_workbook(files / "guidance_construction.xlsx")
    assert book.sheetnames == ["Read me first", "Record", "Outcomes", "Questions", "Stages", "Law",
                               "Commitments"]  # fmt: skip
    assert (
        book.properties.title == "Social value in one procurement: Building and road works, LCC-7"
    )
    for sheet in book:
        assert not sheet.merged_cells.ranges
        assert all(cell.value for cell in sheet[1])
        assert sheet.freeze_panes == "A2"
    lists = [one.formula1 for one in book["Commitments"].data_validations.dataValidation
             if one.type == "list"]  # fmt: skip
    assert any("JS3" in one for one in lists)
    assert any("E08000012" in one for one in lists)


def filled(files: Path, tmp_path: Path, keep: int, targets: list[Any]) -> Path:
    """The commitments sheet with targets in its first lines and the other lines taken out."""
    book = openpyxl.load_workbook(files / "guidance_construction.xlsx")
    sheet = book["Commitments"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row, target in enumerate(targets, start=2):
        sheet.cell(row, columns["Target"], target)
    sheet.delete_rows(2 + keep, sheet.max_row)
    path = tmp_path / "filled.xlsx"
    book.save(path)
    return path


def test_the_filled_schedule_is_what_the_ledger_reads(files: Path, tmp_path: Path) -> None:
    found = read_form(filled(files, tmp_path, 2, [4, 2.5]), COMMITMENTS)
    assert list(found.columns) == COMMITMENTS.names
    assert found.to_dict("records") == [
        {"commitment_id": f"LCC-7-{measure}", "contract_ref": "LCC-7", "measure_id": measure,
         "unit": "person-year", "target": Decimal(target), "start_date": date(2027, 4, 1),
         "end_date": date(2029, 3, 31), "district": "", "ward": "", "profile": ""}
        for measure, target in (("JS3", "4"), ("JS4", "2.5"))
    ]  # fmt: skip


def test_a_half_filled_schedule_is_refused_cell_by_cell(files: Path, tmp_path: Path) -> None:
    said = faults_of(lambda: read_form(filled(files, tmp_path, 3, [4, "many"]), COMMITMENTS))
    assert [one.split("filled.xlsx, ")[1] for one in said] == [
        "sheet 'Commitments', row 3, column 'Target': 'many' is not a number. Mend the cell.",
        "sheet 'Commitments', row 4, column 'Target': is empty; it should hold: quantity promised "
        "over the whole period. Mend the cell.",
    ]


ASKED = {"category": "goods", "value": "12000", "start": "2027-04-01", "vat": "inc"}


def test_nothing_is_overwritten_unless_forced(tmp_path: Path) -> None:
    guiding.write(QUARTER, {}, ASKED, tmp_path)
    before = (tmp_path / "guidance_goods.xlsx").read_bytes()
    said = faults_of(lambda: guiding.write(QUARTER, {}, {**ASKED, "value": "900000"}, tmp_path))
    assert len(said) == 2
    assert said[0].endswith("is there already and may be filled in. Move it away, name another "
                            "folder with --out, or add --force.")  # fmt: skip
    assert (tmp_path / "guidance_goods.xlsx").read_bytes() == before
    guiding.write(QUARTER, {}, {**ASKED, "value": "900000"}, tmp_path, force=True)
    assert (tmp_path / "guidance_goods.xlsx").read_bytes() != before
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".docx", ".xlsx"]


def test_a_reference_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    guiding.write(QUARTER, {}, {**ASKED, "reference": "=1+1"}, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "guidance_goods.xlsx")["Commitments"]
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"value": "lots"}, "--value: 'lots' is not a number of pounds. Write a number of pounds, "
         "as 250000."),
        ({"start": "spring"}, "--start: 'spring' is not a date. Write a date, as 2027-04-01."),
        ({"end": "later"}, "--end: 'later' is not a date. Write a date, as 2029-03-31."),
        ({"vat": "some"}, "--vat: 'some' is not known. Use one of: inc, ex, unknown."),
    ],
)  # fmt: skip
def test_what_is_written_wrongly_is_refused(
    given: dict[str, str], expected: str, tmp_path: Path
) -> None:
    assert faults_of(lambda: guiding.write(QUARTER, {}, {**ASKED, **given}, tmp_path)) == [expected]
    assert list(tmp_path.iterdir()) == []


# --- where to act first --------------------------------------------------------------------------


def spends(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"category": name, "name": categories.name_of(name), "net_gbp": Decimal(net)}
         for name, net in rows]
    )  # fmt: skip


def leaks(*rows: tuple[str, str, str, int], unknown: str = "0") -> pd.DataFrame:
    return pd.DataFrame(
        [{"category": name, "net_gbp": Decimal(net), "outside_gbp": Decimal(out), "suppliers": 9,
          "not_known_gbp": Decimal(unknown), "local_suppliers": local}
         for name, net, out, local in rows]
    )  # fmt: skip


SPEND = spends(("adult_care", "900"), ("construction", "500"), ("ict", "100"), ("levies", "700"),
               ("unclassified", "40"))  # fmt: skip
LEAKS = leaks(("adult_care", "800", "100", 30), ("construction", "500", "300", 12),
              ("ict", "100", "90", 2), ("levies", "10", "0", 1))  # fmt: skip


def test_categories_are_ranked_and_the_arithmetic_is_shown() -> None:
    found = guidance.prioritise(SPEND, LEAKS, Asked.model_validate({}))
    # places among three: 100 for the most, 50, 0; risk marks 7, 9 and 6
    scores = found.set_index("category")[list(guidance.SCORES)]
    assert scores.loc["adult_care"].tolist() == [100, 100, 50, 50]
    assert scores.loc["construction"].tolist() == [50, 50, 100, 100]
    assert scores.loc["ict"].tolist() == [0, 0, 0, 0]
    assert found["category"].tolist() == ["adult_care", "construction", "ict"]  # level: more spend
    assert found["score"].tolist() == [75, 75, 0]
    assert found["how"][0] == (
        "(1 x 100.0 (spend) + 1 x 100.0 (local market) + 1 x 50.0 (risk) + 1 x 50.0 (opportunity)) "
        "/ 4 = 75.0"
    )


def test_weights_and_registered_firms_move_the_ranking() -> None:
    asked = Asked.model_validate({"weights": {"spend": 0, "risk": 3, "opportunity": "0.5"}})
    found = guidance.prioritise(SPEND, LEAKS, asked, {"ict": 500, "construction": 90})
    row = found.set_index("category").loc["construction"]
    # firms: ict 100, construction 50, adult care 0; so the market is (50 + 50) / 2
    assert row["local_market"] == 50
    assert row["score"] == Decimal("88.9")  # (1 x 50 + 3 x 100 + 0.5 x 100) / 4.5
    assert found["category"].tolist()[0] == "construction"
    with pytest.raises(ValueError, match="all weights are 0"):
        Asked.model_validate(
            {"weights": dict.fromkeys(("spend", "local_market", "risk", "opportunity"), 0)}
        )


def test_what_cannot_be_placed_does_not_count() -> None:
    spent = spends(("goods", "5"), ("health", "5"), ("ict", "5"))
    table = leaks(*((name, "5", "0", 0) for name in ("goods", "health", "ict")), unknown="5")
    found = guidance.prioritise(spent, table, Asked.model_validate({})).set_index("category")
    assert found["opportunity"].isna().all()
    assert found["local_market"].isna().all()
    # all level in spend, goods alone has 7 risk marks
    assert found.loc["goods", "how"] == "(1 x 50.0 (spend) + 1 x 100.0 (risk)) / 2 = 75.0"
    with_firms = guidance.prioritise(spent, table, Asked.model_validate({}), {"ict": 4})
    assert with_firms.set_index("category")["local_market"].to_dict() == {
        "ict": 100, "goods": 25, "health": 25,
    }  # fmt: skip
    asked = Asked.model_validate({"weights": {"spend": 0, "risk": 0}})
    none = guidance.prioritise(spent, table, asked)
    assert none["score"].isna().all()
    assert set(none["how"]) == {"no score that is known has a weight"}


def test_what_is_left_out_is_named_and_adds_up() -> None:
    left = guidance.left_out(SPEND)
    assert dict(zip(left["category"], left["why"], strict=True)) == {
        "levies": "Levies and precepts are charges of other public bodies, not a purchase.",
        "unclassified": "no rule says what it bought",
    }
    ranked = guidance.prioritise(SPEND, LEAKS, Asked.model_validate({}))
    assert sum(ranked["net_gbp"]) + sum(left["net_gbp"]) == sum(SPEND["net_gbp"])


def test_level_figures_share_a_place_and_one_alone_is_first() -> None:
    table = leaks(("goods", "5", "0", 0), ("health", "5", "0", 0))
    found = guidance.prioritise(
        spends(("goods", "5"), ("health", "5")), table, Asked.model_validate({})
    )
    assert found["spend"].tolist() == [50, 50]
    alone = guidance.prioritise(spends(("goods", "5")), table, Asked.model_validate({}))
    assert alone["score"].tolist() == [100]
    none = guidance.prioritise(spends(("levies", "5")), table, Asked.model_validate({}))
    assert len(none) == 0


# --- the page ------------------------------------------------------------------------------------

RULES = """
    expense_type,category
    equals Care,adult_care
    equals Building,construction
    equals Precept,levies
"""
PAID = """
    Ashbrook Care Ltd, 900.00, 03/04/2026, Adults, Care, L1 8JQ
    Brookash Builders Ltd, 500.00, 03/04/2026, Place, Building, M1 1AE
    Waste Authority, 300.00, 03/04/2026, Place, Precept, L1 8JQ
    Crookash Ltd, 40.00, 03/04/2026, Place, Sundries, L1 8JQ
"""


@pytest.fixture(scope="module")
def q(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        root = helpers.project(tmp_path_factory.mktemp("page"), patch)
        helpers.put(root / "parameters" / "tiny" / "categories.csv", RULES)
        for month, number in (("april", "04"), ("may", "05"), ("june", "06")):
            nothing = f"Ashbrook Care Ltd, 0.00, 03/{number}/2026, Adults, Care, L1 8JQ"
            helpers.payments(root, f"{month}-2026.csv", PAID if month == "april" else nothing)
        yield sv.open_quarter("parameters/tiny/2026-27-Q1.yaml")


def test_the_page_says_where_to_act_first_and_what_is_left_out(q: Any) -> None:
    said = sv.findings.priority_sentences(q)
    # care leads in spend and local suppliers, building in risk and in what leaves: 50 each
    assert said[0] == (
        "Of 2 categories that the council buys in, Adult social care (50.0) and Building and road "
        "works (50.0) come first, out of 100."
    )
    assert said[2] == (
        "Left out of £1,740 net spend: Levies and public bodies (£300): levies and precepts are "
        "charges of other public bodies, not a purchase; Unclassified (£40): no rule says what it "
        "bought."
    )
    assert "for want of a register" in said[3]
    shown = sv.findings.priorities_table(q).data
    assert "1 x 100.0 (spend)" in shown
    assert "Registered firms" not in shown
    assert "Score" in sv.findings.priorities_figure(q).data


def test_the_page_without_spend_says_so(q: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    none = spends(("levies", "300"))
    monkeypatch.setattr(sv.spend, "by_category", lambda payments: none)
    nothing = "There is no spend in a category that is bought."
    assert sv.findings.priority_sentences(q) == [nothing]
    assert nothing in sv.findings.priorities_table(q).data
    assert nothing in sv.findings.priorities_figure(q).data


def test_the_stages_are_sections_without_folds(q: Any) -> None:
    shown = sv.findings.stage_sections(q).data
    assert re.findall("<h3>(.*?)</h3>", shown) == [one.name for one in guidance.load().stages]
    assert "<details" not in shown
    for action in guidance.load().actions:
        assert escape(action.text) in shown
    assert "at or above threshold and larger" in shown
    assert "duty, where it applies: social value considered" in shown
    bands = sv.findings.bands_table(q).data
    for pounds in ("£30,000", "£207,720", "£663,540", "£5,193,000", "£5,000,000"):
        assert pounds in bands
    assert "Staff who know what to do" in sv.findings.enablers_table(q).data
    assert sv.findings.guidance_notes(q)[-1] == law.CAUTION
    assert "compli" not in " ".join(sv.findings.guidance_notes(q)) + shown
