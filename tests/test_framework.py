"""The outcomes framework and the question bank: what ships, and how faults are named."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from svlib import framework, project, questions, values
from svlib.errors import InputError, ParameterError

SHIPPED = yaml.safe_load(project.reference("framework.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def written() -> dict:
    """The shipped framework as plain lists and dictionaries, to be spoilt."""
    return yaml.safe_load(yaml.safe_dump(SHIPPED))


def faults_of(written: dict, folder: Path) -> list[str]:
    path = folder / "framework.yaml"
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        framework.load(path)
    return [str(fault).removeprefix(f"{path.as_posix()}, ") for fault in caught.value.faults]


def first_measure(written: dict) -> dict:
    return written["pillars"][0]["categories"][0]["outcomes"][0]["measures"][0]


def test_seven_categories_under_three_pillars_each_with_a_lead_post():
    table = framework.load().categories
    assert list(zip(table["category"], table["pillar"], strict=True)) == [
        ("Jobs & Skills", "Economic"),
        ("Business", "Economic"),
        ("Transport & Energy", "Environmental"),
        ("Green Space & Biodiversity", "Environmental"),
        ("Waste & Natural Resources", "Environmental"),
        ("Wellbeing", "Social"),
        ("Equality & Diversity", "Social"),
    ]
    assert all(lead.startswith("Director of ") for lead in table["lead"])


def test_every_category_has_a_measure_and_priorities_are_left_to_the_council():
    loaded = framework.load()
    assert set(loaded.measures["category"]) == set(loaded.categories["category"])
    assert set(loaded.outcomes["priorities"]) == {"to be confirmed by the council"}
    assert all((loaded.outcomes["link"] == "") == (loaded.outcomes["link_source"] == ""))


def test_business_green_space_and_waste_are_not_valued_and_say_why():
    measures = framework.load().measures
    valued = measures[measures["proxy_id"] != ""]
    assert set(valued["category"]) == {
        "Jobs & Skills",
        "Transport & Energy",
        "Wellbeing",
        "Equality & Diversity",
    }
    rest = measures[measures["proxy_id"] == ""]
    assert rest["not_valued_because"].str.len().min() > 10


def test_every_shipped_proxy_can_be_shown_in_2024_prices():
    table, held = framework.load(), values.load()
    framework.check_values(table, held)
    rows = held.set_index("proxy_id")
    for written in table.measures["proxy_id"]:
        for ids in framework.proxy_rows(written, list(rows.index)).values():
            for name in ids:
                assert values.to_price_year(*rows.loc[name, ["value", "price_year"]], 2024) > 0


def test_a_proxy_by_year_stands_for_the_row_of_each_year():
    held = ["CARBON-2025", "CARBON-2024", "CARBON-OLD", "WELLBY"]
    assert framework.proxy_rows("CARBON-{year}", held) == {
        2024: ["CARBON-2024"],
        2025: ["CARBON-2025"],
    }
    assert framework.proxy_rows("WELLBY QALY", held) == {None: ["WELLBY"]}


@pytest.mark.parametrize(
    ("proxy_id", "unit", "found"),
    [
        ("NOT-THERE", "tCO2e", "proxy 'NOT-THERE' is not held"),
        ("NLW-2026", "hour", "proxy 'NLW-2026' is a wage, a reference figure only"),
        ("RTC-AVG", "casualty", "proxy 'RTC-AVG' may not be uprated by the GDP deflator"),
        ("WELLBY", "person", "proxy 'WELLBY' is per WELLBY, the measure counts in person"),
        ("CRIME-ROB CRIME-TFP", "offence", "has 2 social proxies"),
        ("CARBON-{year} CARBON-2030", "tCO2e", "has 2 social proxies"),
    ],
)
def test_a_proxy_that_may_not_value_a_measure_is_refused(proxy_id, unit, found):
    loaded = framework.load()
    loaded.measures.loc[0, ["proxy_id", "unit"]] = [proxy_id, unit]
    with pytest.raises(ParameterError) as caught:
        framework.check_values(loaded, values.load())
    (fault,) = caught.value.faults
    assert (fault.where, fault.found) == ("measure JS1 of the framework", found)


def test_a_missing_owner_is_named_by_its_place(written, tmp_path):
    del written["pillars"][1]["categories"][0]["lead"]
    (fault,) = faults_of(written, tmp_path)
    assert fault.startswith("pillars 2, categories 1, lead: Field required.")


def test_every_fault_is_listed_not_only_the_first(written, tmp_path):
    economic, environmental, _ = written["pillars"]
    economic["categories"].append(environmental["categories"].pop(0))
    measure = first_measure(written)
    measure |= {"proxy_id": None, "typical_low": 20, "typical_high": 2}
    economic["categories"][1]["outcomes"][0]["measures"].append(dict(measure, typical_low=1))
    found = "\n".join(faults_of(written, tmp_path))
    for expected in (
        "'Transport & Energy' stands under Economic. Move it under Environmental.",
        "measure JS1: stands 2 times. Give each measure its own id.",
        "measure JS1: has no proxy_id. Name a proxy, or say why not in not_valued_because.",
        "measure JS1: typical_low 20 is above typical_high. Swap them.",
    ):
        assert expected in found


def test_an_unknown_or_absent_category_is_named(written, tmp_path):
    written["pillars"][0]["categories"][1]["category"] = "Growth"
    found = "\n".join(faults_of(written, tmp_path))
    assert "'Growth' stands under Economic. Use one of: Jobs & Skills, Business" in found
    assert "'Business' stands 0 times. Write it once, under Economic." in found


def test_a_misspelt_key_is_refused(written, tmp_path):
    first_measure(written)["lable"] = "x"
    (fault,) = faults_of(written, tmp_path)
    assert "measures 1, lable: Extra inputs are not permitted." in fault


def test_a_missing_or_broken_file_is_named(tmp_path):
    with pytest.raises(ParameterError, match="no such file"):
        framework.load(tmp_path / "none.yaml")
    (tmp_path / "broken.yaml").write_text("pillars: [", encoding="utf-8")
    with pytest.raises(ParameterError, match="is not YAML"):
        framework.load(tmp_path / "broken.yaml")


def test_the_bank_has_43_questions_in_three_sections_and_five_areas():
    bank = questions.load()
    assert bank["section"].value_counts().to_dict() == {"S1": 14, "S2": 13, "S3": 16}
    assert bank["area"].value_counts().to_dict() == {"A1": 10, "A2": 6, "A3": 7, "A4": 12, "A5": 8}
    assert bank.loc[0, ["id", "section_name", "area_name", "version"]].tolist() == [
        "S1-01",
        "Prioritisation and strategy",
        "Current understanding",
        "2026.2",
    ]


def test_every_level_is_described_and_no_two_are_alike():
    bank = questions.load()
    for row in bank[list(questions.LEVELS)].to_numpy().tolist():
        assert len(set(row)) == 6
        assert all(0 < len(text) <= 200 for text in row)


def test_the_short_form_has_a_question_of_every_section_and_area():
    short = questions.load().query("short_form == 'yes'")
    assert len(short) == 12
    assert set(short["section"]) == set(questions.SECTIONS)
    assert set(short["area"]) == set(questions.AREAS)


def test_ids_keep_their_section_and_area_from_version_to_version():
    held = questions.versions()
    assert list(held) == ["2026.1", "2026.2"]
    before = questions.load(held["2026.1"]).set_index("id")[["section", "area"]]
    now = questions.load().set_index("id")[["section", "area"]]
    assert before.equals(now)


def test_faults_of_the_bank_are_all_listed(tmp_path):
    bank = pd.read_csv(project.reference("question_bank.csv"), dtype="str", keep_default_na=False)
    bank.loc[0, ["area", "level_3"]] = ["A9", ""]
    bank.loc[2, "id"] = "S1-02"
    bank.loc[3, "version"] = "2025.1"
    bank.to_csv(tmp_path / "bank.csv", index=False)
    with pytest.raises(InputError) as caught:
        questions.load(tmp_path / "bank.csv")
    found = [(f.where.rpartition(", ")[2], f.found) for f in caught.value.faults]
    assert found[:3] == [
        ("question S1-01", "level_3 is empty"),
        ("question S1-01", "area 'A9'"),
        ("question S1-02", "stands 2 times"),
    ]
    assert found[3][1] == "versions 2025.1, 2026.2"
    assert len(found) == 4
