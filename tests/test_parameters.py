"""Parameters: defaults, then authority.yaml, then the quarter's file, then --set; faults."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest
import yaml
from helpers import AREAS, AUTHORITY, LCR, QUARTER, REPOSITORY, project

from svlib import parameters
from svlib.errors import ParameterError
from svlib.parameters import Parameters

FILE = f"parameters/tiny/{QUARTER}.yaml"
Council = Callable[..., Path]
HEAD = "quarter: 2026-27-Q1\nas_of: 2026-06-30\n"


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Council:
    """Makes the tiny council's project, with what a test says of it."""
    return partial(project, tmp_path, monkeypatch)


def load(settings: Mapping[str, str] | None = None) -> Parameters:
    return parameters.load(FILE, settings)


def faults(settings: Mapping[str, str] | None = None) -> list[str]:
    """All that is wrong with the tiny council's parameters, as a user reads it."""
    with pytest.raises(ParameterError) as refused:
        load(settings)
    assert str(refused.value) == "\n".join(map(str, refused.value.faults))
    return [str(fault) for fault in refused.value.faults]


# --- which layer wins ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authority", "quarter", "set_", "resolved"),
    [
        (None, None, None, 15),
        ("10", None, None, 10),
        ("10", "20", None, 20),
        ("10", "20", "30", 30),
        (None, None, "30", 30),
    ],
)
def test_the_last_layer_wins(
    council: Council, authority: str, quarter: str, set_: str, resolved: int
) -> None:
    def says(value: str | None) -> dict[str, str]:
        return {} if value is None else {"top_suppliers": value}

    council(quarters={QUARTER: {"report": says(quarter)}}, report=says(authority))
    report = load({f"report.{name}": value for name, value in says(set_).items()}).report
    assert report.top_suppliers == resolved
    assert report.history == 8  # a key no layer names keeps its default beside those that are


def test_a_list_replaces_the_whole_list_below(council: Council) -> None:
    shorter = {"areas": {"nested": AREAS["nested"][1:]}}
    council(quarters={QUARTER: shorter})
    areas = load().areas
    assert [area.id for area in areas.nested] == ["LCR", "UK"]
    assert areas.local == "LCR"  # from authority.yaml


def test_each_quarter_has_its_own(council: Council) -> None:
    both = {"2026-27-Q1": {"commentary": "first"}, "2026-27-Q2": {"commentary": "second"}}
    council(quarters=both)
    read = [parameters.load(f"parameters/tiny/{name}.yaml") for name in both]
    assert [found.commentary for found in read] == ["first", "second"]
    assert [found.slug for found in read] == ["tiny", "tiny"]


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("name", "NO", "NO"),
        ("name", "1_000", "1_000"),
        ("name", "0123", "0123"),
        ("name", "yes", "yes"),
        ("commentary", "2026-06-30", "2026-06-30"),
        ("synthetic", "yes", True),
        ("synthetic", "false", False),
        ("report.history", "4", 4),
        ("areas.local", "UK", "UK"),
    ],
)
def test_yaml_types_are_those_of_the_parameter(
    council: Council, name: str, value: str, read: Any
) -> None:
    council()
    found: Any = load({name: value})
    for step in name.split("."):
        found = getattr(found, step)
    assert found == read


def test_text_that_yaml_would_change_stays_text_in_a_file(council: Council) -> None:
    council(quarters={QUARTER: HEAD + "name: NO\ncommentary: 1_000\n"})
    found = load()
    assert (found.name, found.commentary) == ("NO", "1_000")


# --- explain -------------------------------------------------------------------------------------


def test_explain_names_file_and_line_of_every_value(council: Council) -> None:
    authority = f"""\
        name: Tiny Council
        code: E08000012
        areas: {json.dumps(AREAS)}
        sources:
          payments:
            folder: data/raw
            files: ["*.csv"]
        report:
          history: 4
        """
    quarter = HEAD + "report:\n  weakest_questions: 7\n"
    council(authority=dedent(authority), quarters={QUARTER: quarter})
    explained = parameters.explain(FILE, {"areas.local": "UK"})
    where = {name: (value, place) for name, value, place in explained}
    assert [name for name, _, _ in explained] == sorted(where)
    table = [
        ("slug", "tiny", "name of the folder"),
        ("code", "E08000012", "parameters/tiny/authority.yaml, line 2"),
        ("sources.payments.files", '["*.csv"]', "parameters/tiny/authority.yaml, line 7"),
        ("report.history", "4", "parameters/tiny/authority.yaml, line 9"),
        ("as_of", "2026-06-30", f"{FILE}, line 2"),
        ("report.weakest_questions", "7", f"{FILE}, line 4"),
        ("areas.local", "UK", "--set areas.local"),
        ("synthetic", "false", "built in"),
    ]
    for name, value, place in table:
        assert where[name] == (value, place), name
    value, place = where["report.top_suppliers"]
    assert value == "15"
    assert place.endswith("svlib/defaults.yaml, line 4")


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quarter_file", "says"),
    [
        (
            "quater: 2026-27-Q1\nas_of: 2026-06-30\n",
            [
                f"{FILE}: 'quarter' is missing. Add it; parameters/sample shows how.",
                f"{FILE}, line 1: unknown parameter 'quater'. Did you mean 'quarter'?",
            ],
        ),
        (
            HEAD + "report: {histry: 3}\n",
            [f"{FILE}, line 3: unknown parameter 'report.histry'. Did you mean 'history'?"],
        ),
        (
            HEAD + "report:\n  colour: red\n",
            [
                f"{FILE}, line 4: unknown parameter 'report.colour'. "
                "Known here: history, price_year, top_suppliers, weakest_questions."
            ],
        ),
        (
            HEAD + "targets:\n  smee: {share: 0.3, by: 2027-28-Q4}\n",
            [f"{FILE}, line 4: unknown parameter 'targets.smee'. Did you mean 'sme'?"],
        ),
        (
            HEAD + "report:\n  top_suppliers: many\n",
            [
                f"{FILE}, line 4: 'report.top_suppliers' 'many': Input should be a valid integer, "
                "unable to parse string as an integer. Mend this value."
            ],
        ),
        (
            HEAD + "targets:\n  local: {share: 55, by: 2027-28-Q9}\n",
            [
                f"{FILE}, line 4: 'targets.local.share' '55': Input should be less than or equal "
                "to 1. Mend this value.",
                f"{FILE}, line 4: 'targets.local.by' '2027-28-Q9': '2027-28-Q9' is not a quarter; "
                "write it like 2026-27-Q2. Mend this value.",
            ],
        ),
        (
            HEAD + "report:\n  history: 4\n  history: 5\n",
            [f"{FILE}, line 5: 'history' stands twice. Keep one."],
        ),
        (
            HEAD + "slug: other\n",
            [
                f"{FILE}, line 3: unknown parameter 'slug'. "
                "Delete it: the name of the folder in parameters/ is the slug."
            ],
        ),
        (
            HEAD + "[a, b]: c\n",
            [
                f"{FILE}, line 3: a list or mapping stands where a name should. "
                "Write `name: value`; quote a value that begins with { or [."
            ],
        ),
        (
            "quarter: [2026\nas_of: 2026-06-30\n",
            [
                f"{FILE}, line 2: is not YAML (expected ',' or ']', but got ':'). "
                "Check indentation, colons and quotes there."
            ],
        ),
        (
            "only a sentence",
            [f"{FILE}: has no `key: value` lines. See parameters/sample for the shape."],
        ),
        (
            "# nothing yet\n",
            [f"{FILE}: has no `key: value` lines. See parameters/sample for the shape."],
        ),
        (
            "as_of: 2026-09-30\nquarter: 2026-27-Q2\n",
            [
                f"{FILE}, line 2: says 2026-27-Q2 but the file is called 2026-27-Q1.yaml. "
                "Make them agree."
            ],
        ),
        (
            "quarter: 2026-27-Q1\nas_of: 2026-03-31\n",
            [
                f"{FILE}, line 2: 'as_of' '2026-03-31': is before 2026-27 Q1 begins (2026-04-01). "
                "Mend this value."
            ],
        ),
        (
            "quarter: 2026-27-Q1\nas_of: 30/06/2026\n",
            [
                f"{FILE}, line 2: 'as_of' '30/06/2026': Input should be a valid date or datetime, "
                "invalid character in year. Mend this value."
            ],
        ),
        (
            HEAD + "accept_missing_months: [2026-07]\n",
            [
                f"{FILE}, line 3: 'accept_missing_months': 2026-07 is not in 2026-27 Q1. "
                "Mend this value."
            ],
        ),
        (
            HEAD + "exclusions:\n  - id: a\n    column: supplier\n    reason: none\n",
            [
                f"{FILE}, line 4: 'exclusions.1': rule 'a' needs `equals` or `contains`. "
                "Mend this value."
            ],
        ),
    ],
    ids=lambda value: value.splitlines()[-1] if isinstance(value, str) else "",
)
def test_faults_of_a_quarter_file(council: Council, quarter_file: str, says: list[str]) -> None:
    council(quarters={QUARTER: quarter_file})
    assert faults() == says


def nested(*areas: dict[str, Any], local: str = "LCR") -> dict[str, Any]:
    return {"local": local, "nested": list(areas)}


LIVERPOOL, REGION, UK = AREAS["nested"]


@pytest.mark.parametrize(
    ("areas", "says"),
    [
        (
            nested(LIVERPOOL, REGION, UK, local="LRC"),
            "'areas': local is 'LRC', which is none of Liverpool, LCR, UK",
        ),
        (
            nested(REGION, LIVERPOOL),
            f"'areas': LCR has {', '.join(code for code in LCR if code != 'E08000012')}, which "
            "Liverpool lacks: each area must lie inside the next",
        ),
        (nested(REGION, {**UK, "id": "LCR"}), "'areas': two areas have the same id"),
    ],
    ids=["local is no area", "not nested", "same id"],
)
def test_faults_of_areas(council: Council, areas: dict[str, Any], says: str) -> None:
    council(areas=areas)
    assert faults() == [f"parameters/tiny/authority.yaml, line 3: {says}. Mend this value."]


def test_every_fault_of_both_files_and_the_command_line_at_once(council: Council) -> None:
    lacking = {key: value for key, value in AUTHORITY.items() if key != "code"}
    root = council(
        authority={**lacking, "quarter_by": "posting", "areas": {**AREAS, "local": "LRC"}},
        quarters={QUARTER: "quarter: 2026-27-Q1\nas_of: 2026-03-31\ncommentry: x\n"},
    )
    written = (root / "parameters/tiny/authority.yaml").read_text(encoding="utf-8").splitlines()
    line = written.index("quarter_by: posting") + 1
    found = faults({"report.topsuppliers": "5"})
    places = [(fault.split(": ")[0], fault.split("'")[1]) for fault in found]
    assert sorted(places) == sorted(
        [
            (FILE, "code"),
            (f"{FILE}, line 2", "as_of"),
            (f"{FILE}, line 3", "commentry"),
            ("parameters/tiny/authority.yaml, line 2", "areas"),
            (f"parameters/tiny/authority.yaml, line {line}", "quarter_by"),
            ("--set report.topsuppliers", "report.topsuppliers"),
        ]
    )


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("commentary", "[a", "--set commentary, line 1: is not YAML"),
        ("report", "7", "--set report: 'report' '7': Input should be a valid dictionary"),
        ("quarter", "2026-27-Q2", "--set quarter: says 2026-27-Q2 but the file is called"),
    ],
)
def test_faults_of_a_setting(council: Council, setting: str, value: str, says: str) -> None:
    settings = {setting: value, "as_of": "2026-09-30"}
    council()
    found = faults(settings)
    assert len(found) == 1
    assert found[0].startswith(says)


def test_missing_files(council: Council) -> None:
    root = council()
    (root / "parameters" / "tiny" / "authority.yaml").unlink()
    lacks = "there is no such file. Check the path; `svlib new-quarter` makes one."
    assert faults() == [f"parameters/tiny/authority.yaml: {lacks}"]
    (root / FILE).unlink()
    assert faults() == [f"{FILE}: {lacks}"]


def test_a_file_that_is_not_utf8(council: Council) -> None:
    root = council()
    (root / FILE).write_bytes((HEAD + "commentary: £5\n").encode("cp1252"))
    assert faults() == [f"{FILE}: is not UTF-8 text. Save it as UTF-8."]


def test_a_byte_order_mark_does_no_harm(council: Council) -> None:
    root = council()
    (root / FILE).write_bytes((HEAD + "commentary: £5\n").encode("utf-8-sig"))
    assert load().commentary == "£5"


# --- the next quarter's file ---------------------------------------------------------------------


def test_new_quarter_writes_the_next_file_and_never_over_one(council: Council) -> None:
    root = council(quarters={"2026-27-Q3": {}})
    path = parameters.new_quarter("parameters/tiny/2026-27-Q3.yaml")
    assert path == root / "parameters" / "tiny" / "2026-27-Q4.yaml"
    found = parameters.load(path)
    assert (found.quarter.slug, found.as_of.isoformat()) == ("2026-27-Q4", "2027-03-31")
    path.write_text(path.read_text() + "name: Kept\n")
    with pytest.raises(ParameterError) as refused:
        parameters.new_quarter("parameters/tiny/2026-27-Q3.yaml")
    assert str(refused.value) == (
        "parameters/tiny/2026-27-Q4.yaml: is there already. Edit it, or delete it first."
    )
    assert parameters.load(path).name == "Kept"


# --- the files in the repository -----------------------------------------------------------------

SHIPPED = sorted(
    path
    for path in (REPOSITORY / "parameters").glob("*/*.yaml")
    if path.stem == "authority" or path.stem[0].isdigit()
)
QUARTERS = [path for path in SHIPPED if path.stem[0].isdigit()]
SCHEMAS = REPOSITORY / "parameters" / "schema"


def name_of(path: Path) -> str:
    return path.relative_to(REPOSITORY / "parameters").as_posix()


# --- areas ---------------------------------------------------------------------------------------


def areas_of(*nested: object, others: tuple[object, ...] = ()) -> dict[str, object]:
    def listed(districts: tuple[object, ...], mark: str) -> list[dict[str, object]]:
        return [
            {"id": f"{mark}{at}", "name": f"{mark}{at}", "districts": codes}
            for at, codes in enumerate(districts)
        ]

    return {"local": "N0", "nested": listed(nested, "N"), "others": listed(others, "O")}


@pytest.mark.parametrize(
    ("written", "count", "one"),
    [
        ("E47000004", 6, "E06000006"),  # a combined authority
        ("E11000002", 5, "E08000012"),  # a metropolitan county
        ("E10000025", 5, "E07000178"),  # a county of two tiers
        ("E12000007", 33, "E09000022"),  # a region
        ("W92000004", 22, "W06000015"),  # a country
        (["E11000002", "E06000006"], 6, "E06000006"),
        (["E08000012", "E08000012"], 1, "E08000012"),
        (["E08000016"], 1, "E08000038"),  # Barnsley's code until 2025
    ],
)
def test_an_area_by_one_code(council: Council, written: object, count: int, one: str) -> None:
    council(areas=areas_of(written))
    held = load().areas.home.districts
    assert len(held) == count
    assert one in held


@pytest.mark.parametrize("written", ["all", "K02000001", ["K02000001"]])
def test_every_district(council: Council, written: object) -> None:
    council(areas=areas_of(written))
    assert load().areas.home.districts == "all"


def test_other_definitions_need_not_nest(council: Council) -> None:
    council(areas={**areas_of("E08000012", "E47000004", others=("E12000007",)), "local": "O0"})
    areas = load().areas
    assert [area.id for area in areas.every] == ["N0", "N1", "O0"]
    assert areas.local_area.name == "O0"


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        (areas_of("E12000099"), "E12000099: no district, county, combined authority, region"),
        (areas_of(["E08000012", "E08000099"]), "E08000099: no district"),
        (areas_of("E12000002", "E47000004"), "each area must lie inside the next"),
        (areas_of("E08000012", others=("E09999999",)), "E09999999: no district"),
        ({**areas_of("E08000012"), "others": [{"id": "N0", "name": "x", "districts": "all"}]},
         "two areas have the same id"),
    ],
)  # fmt: skip
def test_areas_that_will_not_do(council: Council, areas: dict[str, object], said: str) -> None:
    council(areas=areas)
    with pytest.raises(ParameterError, match=said):
        load()


def test_liverpool_and_the_sample_are_shipped() -> None:
    assert {path.parent.name for path in QUARTERS} >= {"liverpool", "sample"}


@pytest.mark.parametrize("path", QUARTERS, ids=name_of)
def test_shipped_quarters_load(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVLIB_HOME", str(REPOSITORY))
    found = parameters.load(path)
    assert found.slug == path.parent.name
    assert found.quarter.slug == path.stem
    assert found.as_of >= found.quarter.end
    assert found.areas.local_area.districts == LCR
    assert found.synthetic == (found.slug == "sample")


@pytest.mark.parametrize("kind", ["authority", "quarter"])
def test_json_schema_is_up_to_date(kind: str) -> None:
    written = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    assert written == parameters.schema(kind), "run: svlib schema"


class _Yaml12(yaml.SafeLoader):
    """As editors read YAML: a date is text."""


_Yaml12.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if not tag.endswith("timestamp")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("path", SHIPPED, ids=name_of)
def test_shipped_files_fit_their_json_schema(path: Path) -> None:
    kind = "authority" if path.stem == "authority" else "quarter"
    first_line = path.read_text(encoding="utf-8").splitlines()[0]
    assert first_line == f"# yaml-language-server: $schema=../schema/{kind}.schema.json"
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Yaml12)
    jsonschema.validate(content, parameters.schema(kind))
    with pytest.raises(jsonschema.ValidationError, match="quater"):
        jsonschema.validate({**content, "quater": "2026-27-Q1"}, parameters.schema(kind))
