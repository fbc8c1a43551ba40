"""Approving a quarter's report, and publishing it, by the path of its parameter file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from svlib import parameters as parameter_files
from svlib import project
from svlib import publish as reports
from svlib.parameters import Parameters


def approve(quarter_file: str | Path, post: str) -> str:
    """Approve the report of a quarter as a post; today's date in UTC is recorded. Raises
    ParameterError or InputError."""
    parameters = parameter_files.load(quarter_file)
    report = _report(parameters)
    day = datetime.now(UTC).date().isoformat()
    approval = reports.approve(report, post, day)
    return (
        f"{parameters.name}, {parameters.quarter.label}: {approval} Recorded in "
        f"{project.relative(report / 'approval.json')}; content {approval.content[:12]}."
    )


def publish(quarter_file: str | Path, folder: str | Path) -> str:
    """Copy the approved site of a quarter to a folder. Raises ParameterError, InputError,
    DraftError or MachineError; what was published there before then stays."""
    parameters = parameter_files.load(quarter_file)
    page = reports.publish(
        _report(parameters), Path(folder), parameters.slug, parameters.quarter.slug
    )
    return f"Published: {page}"


def _report(parameters: Parameters) -> Path:
    report = project.reports() / parameters.slug / parameters.quarter.slug
    reports.recover(report)
    return report
