"""The repository keeps its own rules: linters, locks, environments, notebooks, what is tracked."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-test.lock")
CONDA_NAMES = {"python-duckdb": "duckdb"}
KEPT_CELL = "keep_output"
TRACKED_BYTES = 1_000_000
TOP_LEVEL = {
    ".ci",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "NOTICE",
    "README.md",
    "data",
    "docs",
    "environment.yml",
    "notebooks",
    "parameters",
    "pyproject.toml",
    "reports",
    "requirements-test.lock",
    "requirements.lock",
    "svlib",
    "tests",
}

# Written in pieces, so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    "|".join(["pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.(org|com)"])
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.~<>-])/(?:home|opt|root|Users|work)/\w|\b[A-Z]:[\\/]+Users[\\/]+\w"
)


# --- tools ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    ["ruff check .", "ruff format --check .", "mypy", "lint-imports"],
)
def test_linter_is_content(command: str) -> None:
    name, *arguments = command.split()
    tool = shutil.which(name, path=str(Path(sys.executable).parent))
    assert tool, f"{name} is not beside {sys.executable}: install requirements-test.lock"
    run = subprocess.run(
        [tool, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"


# --- packages ------------------------------------------------------------------------------------


@cache
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(lines: list[str]) -> dict[str, SpecifierSet]:
    parsed = [Requirement(line) for line in lines]
    return {canonicalize_name(one.name): one.specifier for one in parsed}


def conda_requirements() -> dict[str, SpecifierSet]:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    conda = [entry for entry in listed if isinstance(entry, str)]
    pip = [line for entry in listed if isinstance(entry, dict) for line in entry["pip"]]
    found = requirements(conda + [line for line in pip if line != "-e ."])
    return {CONDA_NAMES.get(name, name): bounds for name, bounds in found.items()}


def test_environment_yml_is_in_step_with_pyproject() -> None:
    conda = conda_requirements()
    assert conda.pop("python") == SpecifierSet(project()["requires-python"])
    conda.pop("pip")
    wanted = requirements(project()["dependencies"] + project()["optional-dependencies"]["build"])
    wanted.pop("uv")  # conda takes its place
    faults = [
        f"{name}: pyproject.toml says {wanted.get(name, 'nothing')!s}, "
        f"environment.yml {conda.get(name, 'nothing')!s}"
        for name in sorted(wanted.keys() | conda.keys())
        if wanted.get(name) != conda.get(name)
    ]
    assert not faults, "\n".join(faults)


@cache
def pins(lock: str) -> dict[str, set[str]]:
    """Versions by package; a lock may hold more than one, for different Pythons."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([a-z0-9-]+)==(\S+)", line):
            found.setdefault(match[1], set()).add(match[2])
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_what_pyproject_asks_for(lock: str) -> None:
    extras = project()["optional-dependencies"]
    lines = project()["dependencies"] + extras["build"]
    if lock == "requirements-test.lock":
        lines = lines + extras["test"]
    faults = [
        f"{name}{bounds}: {lock} has {', '.join(sorted(pins(lock).get(name, ()))) or 'none'}"
        for name, bounds in requirements(lines).items()
        if not pins(lock).get(name)
        or not all(bounds.contains(Version(version)) for version in pins(lock)[name])
    ]
    assert not faults, "\n".join([*faults, "Run: make lock"])


def test_both_locks_hold_the_same_versions() -> None:
    runtime, test = (pins(lock) for lock in LOCKS)
    differ = {name for name in runtime if runtime[name] != test.get(name)}
    assert not differ, f"{sorted(differ)} differ between {' and '.join(LOCKS)}. Run: make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_each_pin_of_a_lock_is_hashed(lock: str) -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8"))
    bare = [
        block.split()[0] for block in blocks if not block.startswith("#") and "--hash=" not in block
    ]
    assert not bare, f"{lock}: {bare} without a hash. Run: make lock"


# --- what is tracked -----------------------------------------------------------------------------


@cache
def tracked() -> tuple[Path, ...]:
    """Every file git tracks, as it stands in the working folder."""
    run = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if "not a git repository" in run.stderr:
        pytest.skip("not a git checkout, so nothing says which files are tracked")
    assert run.returncode == 0 and run.stdout, f"git ls-files: {run.stderr or 'no tracked file'}"
    return tuple(
        path for name in run.stdout.split("\0") if name and (path := ROOT / name).is_file()
    )


def forbidden(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in (("registry host", REGISTRIES), ("machine path", MACHINE_PATHS)):
            if match := pattern.search(line):
                yield f"{number}: {what} {match[0]!r}"


def test_no_registry_host_or_machine_path_is_tracked() -> None:
    faults = [
        f"{path.relative_to(ROOT).as_posix()}:{fault}"
        for path in tracked()
        if b"\0" not in (content := path.read_bytes())
        for fault in forbidden(content.decode("utf-8", errors="replace"))
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://" + "pypi" + ".org/simple",
        "--find-links /" + "opt/wheels",
        "home = '/" + "home/ann/project'",
        "C:" + r"\Users\ann",
    ],
)
def test_forbidden_text_is_seen(line: str) -> None:
    assert list(forbidden(line))


@pytest.mark.parametrize(
    "line", ["https://example.org/home/page", "reports/home/x", "<authority>/opt/log"]
)
def test_ordinary_text_is_let_through(line: str) -> None:
    assert not list(forbidden(line))


def test_no_tracked_file_is_large() -> None:
    large = {
        path.relative_to(ROOT).as_posix(): path.stat().st_size
        for path in tracked()
        if path.stat().st_size > TRACKED_BYTES
    }
    assert not large, f"over {TRACKED_BYTES:,} bytes: {large}. Data belongs in data/raw, untracked."


def test_top_level_holds_only_what_is_expected() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert not found - TOP_LEVEL, f"{sorted(found - TOP_LEVEL)}: find them a room, or add them here"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("LICENSE", "MIT License"),
        ("LICENSE", "the Social Value Workbooks contributors"),
        ("NOTICE", "Open Government Licence v3.0"),
        ("NOTICE", "Contains OS data (c) Crown copyright and database right"),
        ("NOTICE", "Contains Royal Mail data (c) Royal Mail copyright and database right"),
        ("NOTICE", "CC BY 4.0"),
    ],
)
def test_licence_and_attributions_are_there(name: str, words: str) -> None:
    path = ROOT / name
    assert path.is_file(), f"{name} is missing"
    assert words in path.read_text(encoding="utf-8"), f'{name} no longer says "{words}"'


# --- notebooks -----------------------------------------------------------------------------------


def notebook_faults(notebook: dict) -> Iterator[str]:
    """A definition in a cell, or an output in a cell not tagged to keep it."""
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "code":
            continue
        if cell["outputs"] and KEPT_CELL not in cell["metadata"].get("tags", []):
            yield f"cell {number}: has output. Run nbstripout, or tag the cell {KEPT_CELL}."
        yield from (f"cell {number}: {fault}" for fault in definitions("".join(cell["source"])))


def definitions(source: str) -> Iterator[str]:
    code = "\n".join("" if re.match(r"\s*[%!]", line) else line for line in source.splitlines())
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        yield f"cannot be read as Python: {error.msg}"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield f"defines {node.name}. Move it into svlib."


def test_notebooks_define_nothing_and_carry_no_data() -> None:
    faults = [
        f"{path.relative_to(ROOT).as_posix()}, {fault}"
        for path in tracked()
        if path.suffix == ".ipynb"
        for fault in notebook_faults(json.loads(path.read_text(encoding="utf-8")))
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("source", "tags", "has_output", "expected"),
    [
        ("%matplotlib inline\nsv.show.money(q)", [], False, 0),
        ("q", ["keep_output"], True, 0),
        ("q", [], True, 1),
        ("def f():\n    return 1", [], False, 1),
        ("if q:\n    class A: pass", [], True, 2),
        ("q = (", [], False, 1),
    ],
)
def test_notebook_faults_are_seen(
    source: str, tags: list[str], has_output: bool, expected: int
) -> None:
    cell = {
        "cell_type": "code",
        "metadata": {"tags": tags},
        "outputs": [{"output_type": "stream", "text": ["1"]}] if has_output else [],
        "source": source.splitlines(keepends=True),
    }
    assert len(list(notebook_faults({"cells": [cell]}))) == expected


# --- skips ---------------------------------------------------------------------------------------

SKIPPING = """
import pytest

pytestmark = pytest.mark.xdist_group("a")

def test_skips():
    pytest.skip("no such file")

def test_passes():
    pass
"""


def ci_run(folder: Path, allowed: str) -> subprocess.CompletedProcess[str]:
    """pytest as CI runs it, in a folder with our conftest.py, one skipping test and one passing."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    (folder / "allowed_skips.txt").write_text(allowed, encoding="utf-8")
    (folder / "test_it.py").write_text(SKIPPING, encoding="utf-8")
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    options = ["-v", "-n", "2", "--dist", "loadgroup", "--rootdir", ".", "-p", "xdist.plugin"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=folder,
        env=outer | {"SVLIB_CI": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("allowed", ["", "test_it.py::test_skips\n"], ids=["unlisted", "no reason"])
def test_a_skip_fails_ci(tmp_path: Path, allowed: str) -> None:
    run = ci_run(tmp_path, allowed)
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout + run.stderr
    assert re.search(r"  test_it.py::test_skips(@a)?: Skipped: no such file", run.stdout), (
        run.stdout
    )


def test_a_skip_listed_with_a_reason_passes_ci(tmp_path: Path) -> None:
    run = ci_run(tmp_path, "# heading\n\ntest_it.py::test_skips # not on a laptop\n")
    assert run.returncode == pytest.ExitCode.OK, run.stdout + run.stderr
    assert "1 passed, 1 skipped" in run.stdout, run.stdout


def test_grouped_tests_share_a_worker(tmp_path: Path) -> None:
    """pytest 9.2 with pytest-xdist 3.8 ignores xdist_group in silence (pytest-xdist #1386)."""
    run = ci_run(tmp_path, "")
    assert "test_skips@a" in run.stdout, (
        f"--dist loadgroup does not group: install requirements-test.lock.\n{run.stdout}"
    )
