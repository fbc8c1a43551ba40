"""What the documents say exists, and what exists is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers import REPOSITORY

from svlib.cli import app

COMMANDS = {
    command.name or command.callback.__name__  # type: ignore[union-attr]
    for command in app.registered_commands
}
GROUPS = {
    group.name: {command.name for command in group.typer_instance.registered_commands}
    for group in app.registered_groups
}
DOCUMENTS = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]
DOCUMENTS += sorted((REPOSITORY / "docs").glob("*.md"))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "command", sorted({*COMMANDS, *(f"{name} +{one}" for name in GROUPS for one in GROUPS[name])})
)
def test_every_command_is_documented(command: str) -> None:
    assert any(re.search(rf"svlib +{command}\b", text(path)) for path in DOCUMENTS), command


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_only_what_exists(path: Path) -> None:
    said = text(path)
    named = set(re.findall(r"\.venv(?:/bin/|\\Scripts\\)svlib +([a-z-]+)", said))
    assert named <= {*COMMANDS, *GROUPS}
    for group, one in re.findall(rf"svlib +({'|'.join(GROUPS)}) +([a-z-]+)", said):
        assert one in GROUPS[group], one
    targets = set(re.findall(r"^([a-z]+)(?: [a-z]+)*:", text(REPOSITORY / "Makefile"), re.M))
    targets |= {"bench"}  # "soak bench:" is one rule
    assert set(re.findall(r"^ {4}make ([a-z]+)", said, re.M)) <= targets
    for link in re.findall(r"\]\(([^)#]+)\)", said):
        if not link.startswith("http"):
            assert (path.parent / link).exists(), link
    for file in re.findall(r"parameters/(?:sample|liverpool)/[\w.-]+\.yaml", said):
        assert (REPOSITORY / file).exists(), file


def test_the_readme_is_short() -> None:
    assert len(text(REPOSITORY / "README.md").split()) < 900


def test_every_parameter_a_person_edits_has_help() -> None:
    """Top-level parameters are either described in the schema or plain from their own model."""
    from svlib.parameters import schema

    for kind in ("authority", "quarter"):
        for name, facts in schema(kind)["properties"].items():
            described = facts.get("description") or "$ref" in str(facts)
            assert described, f"{kind}: {name}"
