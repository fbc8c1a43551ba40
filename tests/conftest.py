"""What every test may use, and two rules: no silent skips in CI, long runs only when asked for."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
LONG_RUNS = (HERE / "soak", HERE / "benchmarks")
ALLOWED_SKIPS = HERE / "allowed_skips.txt"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real council files: SVLIB_SHARED_DATA, or shared/data beside the repository."""
    folder = Path(
        os.environ.get("SVLIB_SHARED_DATA") or HERE.parent.parent / "shared" / "data"
    ).resolve()
    if not folder.is_dir():
        pytest.skip(
            f"{folder}: no such folder of real council files. Set SVLIB_SHARED_DATA to one."
        )
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Any]:
    """A real PostgreSQL server, started on loopback for this run."""
    import postgres

    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with postgres.server(durable=False) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new ledger may be made: a file, and a database of a server."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    return request.getfixturevalue("postgresql").url(f"ledger_{uuid.uuid4().hex}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave tests/soak and tests/benchmarks alone unless the command line names them."""
    if collection_path not in LONG_RUNS:
        return None
    named = [(config.invocation_params.dir / arg.split("::")[0]).resolve() for arg in config.args]
    return None if any(path.is_relative_to(collection_path) for path in named) else True


def allowed_skips(text: str) -> set[str]:
    """Test ids from lines of "id # reason"; a line without a reason allows nothing."""
    lines = [line.rpartition(" # ") for line in text.splitlines() if not line.startswith("#")]
    return {nodeid.strip() for nodeid, _, reason in lines if reason.strip()} - {""}


def unexpected_skips(config: pytest.Config) -> list[str]:
    """ "id: reason" of each skipped test that allowed_skips.txt does not list."""
    allowed = allowed_skips(ALLOWED_SKIPS.read_text(encoding="utf-8"))
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    found = []
    for report in reporter.stats.get("skipped", []) if reporter else []:
        plain = report.nodeid.rpartition("@")[0]  # xdist appends @group under --dist loadgroup
        if report.nodeid not in allowed and plain not in allowed:
            why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            found.append(f"{report.nodeid}: {why}")
    return found


def in_ci_controller(config: pytest.Config) -> bool:
    return os.environ.get("SVLIB_CI") == "1" and not hasattr(config, "workerinput")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    passing = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if in_ci_controller(session.config) and passing and unexpected_skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    faults = unexpected_skips(config) if in_ci_controller(config) else []
    if faults:
        terminalreporter.section("skipped, and not in tests/allowed_skips.txt", red=True)
        terminalreporter.line("A skipped test fails this run (SVLIB_CI=1). Mend or list it:")
        for fault in faults:
            terminalreporter.line(f"  {fault}")
