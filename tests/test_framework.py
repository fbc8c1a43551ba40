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
    assert set(loaded.priorities["text"]) == {"to be confirmed by the council"}


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


def test_an_outcome_is_led_by_its_categorys_lead_unless_it_names_its_own(written, tmp_path):
    outcomes = written["pillars"][0]["categories"][0]["outcomes"]
    outcomes[1]["lead"] = "Director of Children's Services"
    (tmp_path / "framework.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")
    table = framework.load(tmp_path / "framework.yaml").outcomes
    assert table["lead"].tolist()[:3] == [
        "Director of City Development",
        "Director of Children's Services",
        "Director of Corporate Services",
    ]


PRIORITY = {
    "text": "A greener city",
    "of": "mayoral",
    "source": "Pledges",
    "published": "2025-05-12",
    "url": "https://council.example/pledges",
}


def test_references_that_lead_nowhere_are_each_named(written, tmp_path):
    outcome = written["pillars"][0]["categories"][0]["outcomes"][0]
    outcome["priorities"] = ["grene"]
    outcome["measures"][1]["overlap_group"] = "emploiment"
    written["priorities"] = {"green": PRIORITY}
    written["pillars"][1]["categories"][0]["outcomes"][0]["outcome"] = outcome["outcome"]
    assert faults_of(written, tmp_path) == [
        f"outcome '{outcome['outcome']}': priority 'grene' is not among `priorities`. Add it there "
        "with its source, or write `to be confirmed by the council`.",
        "priorities green: no outcome names it. Name it, or take it out.",
        f"outcome '{outcome['outcome']}': stands 2 times. Write each outcome once.",
        "measure JS2: overlap_group 'emploiment' has no rule. Correct it, or add a rule to "
        "overlaps.csv.",
    ]


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        ({"url": "liverpool.gov.uk"}, "priorities green url: String should match pattern"),
        ({"of": "our own"}, "priorities green of: Input should be 'council', 'mayoral'"),
        ({"published": None}, "priorities green published: Input should be a valid date"),
        ({"source": ""}, "priorities green source: String should have at least 1 character"),
    ],
)
def test_a_priority_has_a_source_a_date_and_an_address(written, tmp_path, spoil, found):
    written["priorities"] = {"green": PRIORITY | spoil}
    (fault,) = faults_of(written, tmp_path)
    assert fault.startswith(found)


def test_an_outcome_without_priority_or_measure_is_refused(written, tmp_path):
    outcome = written["pillars"][0]["categories"][0]["outcomes"][0]
    outcome |= {"priorities": [], "measures": []}
    found = faults_of(written, tmp_path)
    assert [fault.split(":")[0].rpartition(" ")[2] for fault in found] == ["priorities", "measures"]


def test_a_period_that_ends_before_it_begins_is_refused(written, tmp_path):
    first_measure(written).update({"valid_from": "2026-04-01", "valid_to": "2025-04-01"})
    (fault,) = faults_of(written, tmp_path)
    assert "valid_to 2025-04-01 is before valid_from 2026-04-01" in fault


def own(folder: Path, monkeypatch: pytest.MonkeyPatch, **says: object) -> None:
    """A project whose council "mine" keeps its own framework."""
    for name in ("framework.yaml", "overlaps.csv"):
        target = folder / "data" / "reference" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(project.reference(name).read_bytes())
    path = folder / "parameters" / "mine" / "framework.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(says), encoding="utf-8")
    monkeypatch.setenv("SVLIB_HOME", str(folder))


def test_an_authority_changes_leads_priorities_codes_and_dates_only(tmp_path, monkeypatch):
    own(
        tmp_path, monkeypatch, amends=SHIPPED["version"], version="mine.1",
        leads={"Wellbeing": "Director of Public Health"}, priorities={"green": PRIORITY},
        outcomes=[{"outcome": "Contracts emit less", "priorities": ["green"]}],
        measures=[{"measure_id": "TE1", "external_codes": {"Licensed": "X31"}}],
    )  # fmt: skip
    found, shipped = framework.load_for("mine"), framework.load_for("another")
    assert (found.version, found.source) == ("mine.1", "parameters/mine/framework.yaml")
    assert shipped.version == SHIPPED["version"]
    outcomes = found.outcomes.set_index("outcome")
    assert outcomes.loc["Contracts emit less", "priorities"] == "A greener city"
    assert (
        outcomes.loc["Neighbourhoods gain from time given", "lead"] == "Director of Public Health"
    )
    codes = found.measures.set_index("measure_id")["external_codes"]
    assert codes["TE1"] == {"Licensed": "X31"}
    assert not any(shipped.measures["external_codes"])
    same = ["measure_id", "unit", "proxy_id", "overlap_group"]
    assert found.measures[same].equals(shipped.measures[same])


def test_changes_that_do_not_fit_are_each_named(tmp_path, monkeypatch):
    own(
        tmp_path, monkeypatch, amends="2020.1", version="mine.1", leads={"Growth": "Nobody"},
        outcomes=[{"outcome": "Joy"}], measures=[{"measure_id": "ZZ9"}],
    )  # fmt: skip
    with pytest.raises(ParameterError) as caught:
        framework.load_for("mine")
    assert [fault.found for fault in caught.value.faults] == [
        f"amends version 2020.1, but the suite holds {SHIPPED['version']}",
        "'Growth' is not in the framework",
        "'Joy' is not in the framework",
        "'ZZ9' is not in the framework",
    ]


def test_an_authority_may_keep_a_whole_framework(tmp_path, monkeypatch):
    own(tmp_path, monkeypatch, **(SHIPPED | {"version": "whole.1"}))
    assert framework.load_for("mine").version == "whole.1"


def test_liverpools_priorities_are_only_those_that_are_sourced():
    found = framework.load_for("liverpool").priorities
    named = found[found["of"] != ""]
    assert set(named["of"]) == {"fairness commission"}
    assert set(named["source"]) == {"Liverpool Fairness Commission, Come Together"}
    assert {day.isoformat() for day in named["published"]} == {"2012-06-19"}
    assert set(found.loc[found["of"] == "", "text"]) == {"to be confirmed by the council"}


def test_the_samples_priorities_are_marked_as_invented():
    found = framework.load_for("sample").priorities
    named = found[found["of"] != ""]
    assert set(named["of"]) == {"council", "mayoral", "fairness commission"}
    assert all("(invented)" in text for text in named["text"])
    assert all("(synthetic)" in text for text in named["source"])


def test_another_framework_is_read_and_mapped_without_code():
    other = framework.load_other(project.reference("frameworks/ppn002.yaml"))
    measures = set(framework.load().measures["measure_id"])
    found = framework.load_map(project.reference("framework_maps/ppn002.csv"), measures, other)
    assert other.licence == "OGL v3.0"
    assert [code for code in other.items["code"] if len(code) == 1] == list("12345678")
    assert other.items.set_index("code").loc[["1", "1c", "2"], "known"].tolist() == [
        "found", "found", "to be confirmed",
    ]  # fmt: skip
    assert found.loc[found["relation"] == "none", "measure_id"].eq("").all()


def test_a_map_that_does_not_fit_is_refused_line_by_line(tmp_path):
    other = framework.load_other(project.reference("frameworks/ppn002.yaml"))
    text = project.reference("framework_maps/ppn002.csv").read_text(encoding="utf-8")
    path = tmp_path / "map.csv"
    path.write_text(
        text.replace("ED3,part", "ED9,part", 1).replace("5,Less crime,,none", "9,Crime,,nothing"),
        encoding="utf-8",
    )
    with pytest.raises(ParameterError) as caught:
        framework.load_map(path, set(framework.load().measures["measure_id"]), other)
    assert [fault.found for fault in caught.value.faults] == [
        "measure 'ED9' is not in the framework",
        "relation 'nothing'",
        "measure '' is not in the framework",
        "is no code of PPN 002",
        "is not mapped",
    ]


def test_overlap_rules_are_read_and_their_faults_named(tmp_path):
    rules = framework.load_overlaps()
    assert framework.groups_named(rules) == set(framework.load().measures["overlap_group"])
    text = project.reference("overlaps.csv").read_text(encoding="utf-8")
    spoilt = text.replace("wages,anywhere,type:wage", "wages,nowhere,wage")
    (tmp_path / "overlaps.csv").write_text(spoilt + text.splitlines()[2] + "\n", encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        framework.load_overlaps(path=tmp_path / "overlaps.csv")
    assert [fault.found for fault in caught.value.faults] == [
        "within 'nowhere'", "'wage' chooses nothing", "stands 2 times",
    ]  # fmt: skip


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
